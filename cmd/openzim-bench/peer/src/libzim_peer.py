"""Answers the commands of the benchmark with libzim's Python binding. The protocol is described in protocol.go.

What the binding cannot do (iteration, cluster order) is answered with "unsupported". Each call costs about a
microsecond of Python on top of libzim's own time.
"""

import sys
import time

from libzim.reader import Archive

try:
    from libzim.version import get_libzim_version

    VERSION = get_libzim_version()
except ImportError:
    VERSION = "of Debian"


class Peer:
    """Holds the open archive, the loaded paths and the loaded items."""

    def __init__(self):
        self.archive, self.paths, self.items = None, [], []

    def open(self, times, name):
        for _ in range(times):
            self.items = []
            self.archive = None
            self.archive = Archive(name)
        return 1, self.archive.all_entry_count

    def close(self, _times, _name):
        self.items = []
        self.archive = None
        return 0, 0

    def load_paths(self, _times, name):
        with open(name, "rb") as f:
            self.paths = [p.decode() for p in f.read().split(b"\0")[:-1]]
        return len(self.paths), 0

    def load_items(self, _times, name):
        with open(name) as f:
            self.items = [self.archive._get_entry_by_id(int(n)).get_item() for n in f.read().split()]
        return len(self.items), 0

    def lookup(self, times, _name):
        found = check = 0
        get = self.archive.get_entry_by_path
        for _ in range(times):
            for path in self.paths:
                try:
                    check += get(path)._index
                    found += 1
                except KeyError:
                    pass
        return found, check

    def read(self, times, _name):
        size = check = 0
        for _ in range(times):
            for item in self.items:
                content = memoryview(item.content).cast("B")
                n = len(content)
                size += n
                check += n + sum(content[::4096]) + (content[n - 1] if n else 0)
        return size, check

    def md5(self, _times, _name):
        return (self.archive.filesize if self.archive.check() else 0), 0


def main():
    peer = Peer()
    commands = {
        "open": peer.open, "close": peer.close, "paths": peer.load_paths, "items": peer.load_items,
        "lookup": peer.lookup, "read": peer.read, "md5": peer.md5,
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
            print(f"ok {wall_end - wall} {cpu_end - cpu} {count} {check % 2**64}", flush=True)
        except Exception as e:  # whatever happens belongs into the report
            print("err", str(e).replace("\n", " "), flush=True)


main()
