"""Answers the search commands of the benchmark with libzim's Python binding. The protocol is described in search.go.

There is one thread: the binding is about Python's own cost on top of libzim's time, not about many cores.
"""

import sys
import time

from libzim.reader import Archive
from libzim.search import Query, Searcher
from libzim.suggestion import SuggestionSearcher

try:
    from libzim.version import get_libzim_version

    VERSION = get_libzim_version()
except ImportError:
    VERSION = "8 of Debian"

HITS_WANTED = 10


class Peer:
    """Holds the open archive, its searchers and the loaded queries."""

    def __init__(self):
        self.archive = self.full = self.titles = None
        self.queries = []

    def open(self, _times, name):
        self.close(0, "")
        self.archive = Archive(name)
        self.full, self.titles = Searcher(self.archive), SuggestionSearcher(self.archive)
        return 1, 0

    def close(self, _times, _name):
        self.archive = self.full = self.titles = None
        return 0, 0

    def load(self, _times, name):
        with open(name, "rb") as f:
            self.queries = [q.decode(errors="replace") for q in f.read().split(b"\0")[:-1]]
        return len(self.queries), 0

    def threads(self, n, name):
        if n != 1:
            raise ValueError("unsupported")
        return 1, 0

    def ask_full(self, text):
        return self.full.search(Query().set_query(text))

    def ask_suggest(self, text):
        return self.titles.suggest(text)

    def run(self, ask, count, times, name, titles=False):
        found = check = 0
        took = []
        for _ in range(times):
            for text in self.queries:
                start = time.monotonic_ns()
                search = ask(text)
                if count:
                    search.getEstimatedMatches()
                for path in search.getResults(0, HITS_WANTED):
                    found += 1
                    check += len(path.encode())
                    if titles:
                        self.archive.get_entry_by_path(path).title
                took.append(time.monotonic_ns() - start)
        if name:
            with open(name, "w") as f:
                f.writelines(f"{t}\n" for t in took)
        return found, check

    def hits(self, ask, name):
        found = 0
        with open(name, "wb") as f:
            for text in self.queries:
                for path in ask(text).getResults(0, HITS_WANTED):
                    f.write(path.encode() + b"\n")
                    found += 1
                f.write(b"\0")
        return found, 0


def main():
    peer = Peer()
    commands = {
        "open": peer.open,
        "close": peer.close,
        "queries": peer.load,
        "threads": peer.threads,
        "full": lambda n, name: peer.run(peer.ask_full, False, n, name),
        "full-count": lambda n, name: peer.run(peer.ask_full, True, n, name),
        "full-titles": lambda n, name: peer.run(peer.ask_full, False, n, name, titles=True),
        "suggest": lambda n, name: peer.run(peer.ask_suggest, False, n, name),
        "suggest-count": lambda n, name: peer.run(peer.ask_suggest, True, n, name),
        "hits-full": lambda _, name: peer.hits(peer.ask_full, name),
        "hits-suggest": lambda _, name: peer.hits(peer.ask_suggest, name),
    }
    for line in sys.stdin:
        cmd, number, name = (line.rstrip("\n").split("\t") + ["", ""])[:3]
        if cmd == "version":
            print(f"ok libzim {VERSION} (Python)", flush=True)
            continue
        if cmd not in commands:
            print("err unsupported", flush=True)
            continue
        try:
            wall, cpu = time.monotonic_ns(), time.process_time_ns()
            count, check = commands[cmd](int(number or 0), name)
            cpu_end, wall_end = time.process_time_ns(), time.monotonic_ns()
            print(f"ok {wall_end - wall} {cpu_end - cpu} {count} {check}", flush=True)
        except Exception as e:  # whatever happens belongs into the report
            print("err", str(e).replace("\n", " "), flush=True)


main()
