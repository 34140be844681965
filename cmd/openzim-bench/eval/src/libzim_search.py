"""Searches an archive with libzim's own full-text search: all words must occur.

usage: libzim_search.py ARCHIVE.zim < LINES

Each line of the input is a query as a JSON string; each line of the output a JSON list of the first ten paths.
"""
import json, pathlib, sys

from libzim.reader import Archive
from libzim.search import Query, Searcher


def main():
    searcher = Searcher(Archive(pathlib.Path(sys.argv[1])))
    for line in sys.stdin:
        found = searcher.search(Query().set_query(json.loads(line)))
        print(json.dumps(list(found.getResults(0, 10))), flush=True)


main()
