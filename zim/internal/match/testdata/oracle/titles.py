"""Prints the documents of archives' title indexes, read by Debian's libzim and Xapian.

Reads a JSON list of file names, and answers with a list of those archives that have such an
index: {"name": NAME, "metadata": {KEY: VALUE}, "titles": [{"title": TITLE, "terms": {TERM: [POSITION...]}}...]}
"""

import json
import os
import sys
import tempfile

import xapian
from libzim.reader import Archive


def title_index(name):
    """Returns the bytes of X/title/xapian, or None. It is among the last entries."""
    archive = Archive(name)
    last = archive.all_entry_count - 1
    for number in range(last, max(-1, last - 40), -1):
        entry = archive._get_entry_by_id(number)
        if entry.path == "title/xapian":
            return bytes(entry.get_item().content)


def read(index):
    documents = {posting.docid: {} for posting in index.postlist("")}
    for term in index.allterms():
        for posting in index.postlist(term.term):
            documents[posting.docid][term.term.decode()] = list(index.positionlist(posting.docid, term.term))
    return [{"title": index.get_document(number).get_value(0).decode(), "terms": terms} for number, terms in documents.items()]


found = []
with tempfile.TemporaryDirectory() as directory:
    file = os.path.join(directory, "index")
    for name in json.load(sys.stdin):
        try:
            content = title_index(name)
        except RuntimeError:  # too old or odd for this libzim
            continue
        if content is None:
            continue
        with open(file, "wb") as out:
            out.write(content)
        index = xapian.Database(file)
        metadata = {k.decode(): index.get_metadata(k).decode() for k in index.metadata_keys()}
        found.append({"name": os.path.basename(name), "metadata": metadata, "titles": read(index)})
print(json.dumps(found))
