"""Makes archives with Debian's python3-libzim and prints the terms of their indexes.

Reads one question a line, in JSON, and answers each with a line:
  {"language": METADATA, "pages": [{"title": TITLE, "text": TEXT}...]}
  -> {"metadata": {KEY: VALUE}, "text": [[TERM, documents, occurrences]...],
      "title": [[TERM, documents, occurrences, [POSITION...]]...]}
Positions are those of all documents one after the other. TEXT must not need escapes in HTML.
"""

import json
import os
import sys
import tempfile

import xapian
from libzim.reader import Archive
from libzim.writer import Creator, Hint, Item, StringProvider


class Page(Item):
    def __init__(self, number, title, text):
        super().__init__()
        self.number, self.title, self.text = number, title, text

    def get_path(self):
        return f"page{self.number}"

    def get_title(self):
        return self.title

    def get_mimetype(self):
        return "text/html"

    def get_contentprovider(self):
        return StringProvider(f"<html><body><p>{self.text}</p></body></html>")

    def get_hints(self):
        return {Hint.FRONT_ARTICLE: True}


def build(name, language, pages):
    with Creator(name).config_indexing(True, language) as creator:
        creator.set_mainpath("page0")
        for number, page in enumerate(pages):
            creator.add_item(Page(number, page["title"], page["text"]))


def indexes(name):
    """Returns the contents of X/title/xapian and X/fulltext/xapian, which come last."""
    archive = Archive(name)
    found = {}
    for number in range(archive.all_entry_count - 1, -1, -1):
        entry = archive._get_entry_by_id(number)
        if entry.path in ("title/xapian", "fulltext/xapian"):
            found[entry.path] = bytes(entry.get_item().content)
        if len(found) == 2:
            return found
    raise SystemExit(f"only these indexes: {list(found)}")


def positions(index, term):
    return [p for posting in index.postlist(term) for p in index.positionlist(posting.docid, term)]


def answer(directory, question):
    name = os.path.join(directory, "made.zim")
    build(name, question["language"], question["pages"])
    opened = {}
    for path, content in indexes(name).items():
        file = os.path.join(directory, path.replace("/", "-"))
        with open(file, "wb") as out:
            out.write(content)
        opened[path] = xapian.Database(file)
    os.remove(name)
    text, title = opened["fulltext/xapian"], opened["title/xapian"]
    return {
        "metadata": {k.decode(): text.get_metadata(k).decode() for k in text.metadata_keys()},
        "text": [[t.term.decode(), t.termfreq, text.get_collection_freq(t.term)] for t in text.allterms()],
        "title": [
            [t.term.decode(), t.termfreq, title.get_collection_freq(t.term), positions(title, t.term)]
            for t in title.allterms()
        ],
    }


answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # libzim prints on the standard output
with tempfile.TemporaryDirectory() as directory:
    for line in sys.stdin:
        print(json.dumps(answer(directory, json.loads(line))), file=answers, flush=True)
