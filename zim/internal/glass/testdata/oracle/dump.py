"""Dumps the index in a file as Xapian sees it. Needs Debian's python3-xapian.

Usage: dump.py FILE        one line for each fact, in the order that glass_test writes them
       dump.py FILE skip   instead: random seeks, one line each (seed fixed)

Lists are given by their count and the start of their SHA-256, of one line an element.
"""
import hashlib
import random
import sys

import xapian


class Sum:
    def __init__(self):
        self.n, self.h = 0, hashlib.sha256()

    def add(self, text):
        self.n += 1
        self.h.update(text.encode() + b"\n")

    def __str__(self):
        return f"{self.n} {self.h.hexdigest()[:16]}"


def dump(db):
    uuid = db.get_uuid().decode() if isinstance(db.get_uuid(), bytes) else db.get_uuid()
    print("index", db.get_doccount(), db.get_lastdocid(), db.get_total_length(), db.get_doclength_lower_bound(),
          db.get_doclength_upper_bound(), int(db.has_positions()), uuid.replace("-", ""))
    for key in db.metadata_keys():
        print("metadata", key.hex(), db.get_metadata(key).hex())
    for slot in [0, 1, 2, 3, 4, 127, 128, 300, 65536]:
        s = Sum()
        for v in db.valuestream(slot):
            s.add(f"{v.docid} {v.value.hex()}")
        print("slot", slot, db.get_value_freq(slot), db.get_value_lower_bound(slot).hex() or "-",
              db.get_value_upper_bound(slot).hex() or "-", s)
    docs, terms = Sum(), {}
    for p in db.postlist(""):
        docs.add(f"{p.docid} {db.get_doclength(p.docid)} {db.get_document(p.docid).get_data().hex()}")
    print("documents", docs)
    positions = db.has_positions()
    for t in db.allterms():
        s = Sum()
        for p in db.postlist(t.term):
            text = f"{p.docid} {p.wdf}"
            if positions:
                text += "".join(f" {i}" for i in db.positionlist(p.docid, t.term))
            s.add(text)
        print("term", t.term.hex(), t.termfreq, db.get_collection_freq(t.term), db.get_wdf_upper_bound(t.term), s)
    lists = Sum()
    try:
        for p in db.postlist(""):
            for t in db.get_document(p.docid).termlist():
                lists.add(f"{p.docid} {t.term.hex()} {t.wdf}")
    except xapian.Error:
        pass  # there is no table of term lists
    print("termlists", lists)
    for s in db.spellings():
        print("spelling", s.term.hex(), s.termfreq)
    for key in db.synonym_keys():
        print("synonym", key.hex(), " ".join(w.hex() for w in db.synonyms(key)))


def skip(db):
    rand = random.Random(7)
    terms = [t.term for t in db.allterms()]
    if not terms:
        return
    for _ in range(2000):
        term = rand.choice(terms)
        p = db.postlist(term)
        line, at = ["skip", term.hex()], 0
        for _ in range(8):
            at += rand.choice([1, 2, 10, 100, 1000, db.get_lastdocid() // 3 + 1])
            try:
                item = p.skip_to(at)
            except StopIteration:
                line.append(f"{at}:end")
                break
            line.append(f"{at}:{item.docid}:{item.wdf}")
        print(" ".join(line))


db = xapian.Database(sys.argv[1])
if len(sys.argv) > 2:
    skip(db)
else:
    dump(db)
