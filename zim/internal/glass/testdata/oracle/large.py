"""Builds large.glass, 200,000 documents, in a directory. Prints how many postings a second
Xapian goes through when it searches their most frequent term for the 10 best.

Needs python3-xapian and xapian-tools (xapian-compact).
"""
import os
import random
import subprocess
import sys
import tempfile
import time

import xapian

N = 200000
rand = random.Random(1)
out = os.path.join(sys.argv[1], "large.glass")
with tempfile.TemporaryDirectory() as work:
    db = xapian.WritableDatabase(work, xapian.DB_CREATE_OR_OVERWRITE | xapian.DB_NO_TERMLIST)
    for i in range(1, N + 1):
        d = xapian.Document()
        d.add_term("all", rand.choice([1, 1, 1, 2, 3, 9]))
        if i % 3 == 0:
            for _ in range(rand.randrange(1, 4)):
                d.add_posting("third", rand.randrange(1, 60))
        for _ in range(5):
            d.add_term("w%d" % rand.randrange(20000))
        d.set_data("C/Path_of_document_%d" % i)
        d.add_value(0, "title of document %d" % i)
        db.add_document(d)
    db.commit()
    db.close()
    subprocess.check_call(["xapian-compact", "--single-file", work, out], stdout=subprocess.DEVNULL)
db = xapian.Database(out)
enquire = xapian.Enquire(db)
enquire.set_weighting_scheme(xapian.BM25Weight(1, 0, 1, 0.5, 0.5))
enquire.set_query(xapian.Query("all"))
enquire.get_mset(0, 10, N)
start, runs = time.process_time(), 10
for _ in range(runs):
    enquire.get_mset(0, 10, N)
print(N * runs / (time.process_time() - start))
