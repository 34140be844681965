"""Answers searches as libzim does: full text and suggestions over one archive.

usage: compat.py ARCHIVE < queries
Each line of the input is a query as a JSON string. The first line printed is libzim's
version; then one line for each query, a JSON list of two answers, full text and suggestion:
null where there is no such index, an error as {"error": text}, else {"est": n, "top": [path]}.
"""
import json
import os
import sys

from libzim.reader import Archive
from libzim.search import Query, Searcher
from libzim.suggestion import SuggestionSearcher


def version():
    try:
        from libzim.version import get_libzim_version
        return get_libzim_version()
    except ImportError:
        return "8"  # python3-libzim 2.1 does not say


def answer(search):
    try:
        found = search()
        return {"est": found.getEstimatedMatches(), "top": list(found.getResults(0, 10))}
    except Exception as e:
        return {"error": str(e)}


# libzim prints remarks of its own, which must not come between the answers.
out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
try:
    archive = Archive(sys.argv[1])
except RuntimeError as e:
    print("cannot open:", e, file=out)
    sys.exit()
full = Searcher(archive) if archive.has_fulltext_index else None
titles = SuggestionSearcher(archive)
print(version(), file=out)
for line in sys.stdin:
    text = json.loads(line)
    print(json.dumps([
        answer(lambda: full.search(Query().set_query(text))) if full else None,
        answer(lambda: titles.suggest(text)),
    ]), file=out)
