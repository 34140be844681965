"""Builds indexes of shapes that archives seldom or never have, with Debian's Xapian.

Usage: build.py DIRECTORY       writes one file NAME.glass for each shape
       build.py DIRECTORY tiny  only those small enough to be kept as test data

Needs python3-xapian and xapian-tools (xapian-compact).
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile

import xapian


def write(directory, name, fill, *options, flags=0):
    work = tempfile.mkdtemp()
    try:
        db = xapian.WritableDatabase(work, xapian.DB_CREATE_OR_OVERWRITE | flags)
        fill(db)
        db.commit()
        db.close()
        out = os.path.join(directory, name + ".glass")
        subprocess.check_call(["xapian-compact", "--single-file", *options, work, out],
                              stdout=subprocess.DEVNULL)
    finally:
        shutil.rmtree(work)


def example(db):
    """The example of doc.go."""
    for docid, data, value, wdf, positions in [(1, "C/a", "alpha", 2, [1, 2, 5, 9]), (2, "C/b", "beta", 1, [7]),
                                               (300, "C/c", "gamma", 130, [1, 2, 3])]:
        d = xapian.Document()
        d.set_data(data)
        d.add_value(0, value)
        d.add_term("cat", wdf)
        for p in positions:
            d.add_posting("pos", p)
        db.replace_document(docid, d)
    db.set_metadata("language", "eng")


def words(db):
    """Spelling, synonyms, used slots, terms that begin with or hold a NUL, shared prefixes."""
    d = xapian.Document()
    d.set_data("x" * 3000)  # compressed
    for term, wdf in [(b"a", 1), (b"aardvark", 2), (b"aardvarks", 3), (b"b", 300), (b"bat", 1), (b"batman", 40), (b"\0", 1),
                      (b"\0z", 5), (b"a\0", 7), (b"a\0b", 1), (b"a\0\xff", 2), (b"a\xff", 3), (b"zebra", 0), (b"\xff\xff", 1)]:
        d.add_term(term, wdf)
    d.add_value(0, "v")
    d.add_value(3, b"\0\xff")
    d.add_value(300, "q" * 500)
    db.add_document(d)
    db.add_document(xapian.Document())
    d = xapian.Document()
    d.add_term("solo")
    db.add_document(d)
    for word, n in [("hello", 3), ("help", 1), ("x", 1), ("hi", 2), ("ab", 70000)]:
        db.add_spelling(word, n)
    db.add_synonym("car", "auto")
    db.add_synonym("car", "vehicle")
    db.add_synonym("big red", "crimson")
    db.add_synonym("long", "q" * 200)


def empty(db):
    """No documents at all."""


def metadata(db):
    """Values of several items, and an empty database otherwise."""
    for i in range(40):
        db.set_metadata("key%d" % i, "value %d " % i * i * i)


def titles(db, n=1500, seed=1, step=1):
    """Titles with positions, as suggestions are made from."""
    rand = random.Random(seed)
    vocabulary = ["w%x" % rand.randrange(1 << 20) for _ in range(max(n // 8, 40))]
    docid = 0
    for i in range(n):
        docid += rand.randrange(1, step + 1)
        d = xapian.Document()
        d.add_posting("0posanchor", 1)
        title = [rand.choice(vocabulary[:rand.choice([3, 30, len(vocabulary)])]) for _ in range(rand.randrange(1, 9))]
        for at, word in enumerate(title, 2):
            d.add_posting(word, at)
            d.add_term("Z" + word)
        d.set_data("C/" + "_".join(title))
        d.add_value(0, " ".join(title))
        if i % 3:
            d.add_value(1, "_".join(title))
        db.replace_document(docid, d)


def gaps(db):
    """Docids that jump inside of chunks and between them, also behind a first chunk."""
    rand = random.Random(2)
    docid, at = 0, []
    for run in range(12):
        docid += rand.choice([1, 300, 50000, 5000000])
        for _ in range(rand.choice([1, 900, 1000, 2500])):
            docid += rand.choice([1, 1, 1, 2, 7])
            at.append(docid)
    for i, docid in enumerate(at):
        d = xapian.Document()
        d.add_term("all", rand.choice([1, 1, 1, 200, 70000]))
        if i % 5 == 0:
            d.add_term("fifth", 1 + i % 3)
        if i % 977 == 0 or i in (0, 1, 2):
            d.add_term("rare")
            d.add_boolean_term("Kflag")
        d.add_value(0, "%06d" % (i % 1000) * (1 + i % 4))
        db.replace_document(docid, d)


def deleted(db):
    """Documents that are gone, those in front and at the end among them."""
    titles(db, 3000, seed=3)
    db.commit()
    for docid in [*range(1, 1200), *range(1500, 1510), *range(2900, 3001)]:
        db.delete_document(docid)


def lists(db):
    """Positions of all shapes: dense, sparse, far apart, one alone, a great many."""
    rand = random.Random(4)
    for i in range(300):
        d = xapian.Document()
        for term, n, spread in [("dense", 1 + i * 7, 1), ("sparse", 1 + i, 1000), ("far", 1 + i % 5, 500000000), ("one", 1, 1 << 31)]:
            at = rand.randrange(1, spread + 1)
            for _ in range(n):
                d.add_posting(term, min(at, 4294967295))
                at += rand.randrange(1, spread + 1)
                if at > 4294967295:
                    break
        if i == 7:
            for p in range(20000):
                d.add_posting("many", 1 + p * 3 + rand.randrange(3))
        db.add_document(d)


def long_keys(db):
    """Terms and separators as long as they can be; data and values of many sizes."""
    rand = random.Random(5)
    for i in range(500):
        d = xapian.Document()
        d.add_term("t" * rand.randrange(1, 240) + "%d" % (i % 50))
        d.add_term(bytes([rand.choice([0, 1, 254, 255]) for _ in range(rand.randrange(1, 60))]))
        d.set_data(bytes(rand.randrange(256) for _ in range(rand.choice([0, 1, 10, 100, 3000]))) + b"z" * rand.choice([0, 17, 19, 5000]))
        d.add_value(1, bytes(rand.randrange(256) for _ in range(rand.choice([1, 10, 900]))))
        d.add_value(128, "v%d" % i)
        db.add_document(d)


TINY = [("example", example), ("words", words), ("empty", empty)]

if __name__ == "__main__":
    directory = sys.argv[1]
    for name, fill in TINY:
        write(directory, name, fill, "-b", "2K", "--no-renumber")
    write(directory, "titles", lambda db: titles(db, 120), "-b", "2K", "--no-renumber", flags=xapian.DB_NO_TERMLIST)
    if len(sys.argv) == 2:
        write(directory, "metadata", metadata)
        for size in ["2K", "8K", "64K"]:
            write(directory, "titles" + size, titles, "-b", size)
            write(directory, "lists" + size, lists, "-b", size)
            write(directory, "long_keys" + size, long_keys, "-b", size)
        write(directory, "titles16KF", titles, "-b", "16K", "--fuller")
        write(directory, "titlesF", titles, "--fuller", flags=xapian.DB_NO_TERMLIST)
        write(directory, "long_keysF", long_keys, "--fuller")
        write(directory, "titlesN", titles, "--no-full")
        write(directory, "sparse", lambda db: titles(db, 2000, seed=9, step=100000), "-b", "2K", "--no-renumber")
        write(directory, "gaps2K", gaps, "-b", "2K", "--no-renumber")
        write(directory, "gapsF", gaps, "--fuller", "--no-renumber")
        write(directory, "deleted", deleted, "--no-renumber")
