"""Builds an archive of places, and tells what Xapian knows of an index.

usage: primitives.py build ARCHIVE        writes an archive with coordinates
       primitives.py tell INDEX < queries answers as JSON, in one line

The queries are a JSON object: "near", a list of [latitude, longitude, metres]. The answer
has "terms", a list of [hex term, tf, cf]; "docs", a list of [docid, data, word count, hex
place]; "near", a list of sorted docids for each query; "size", [documents, total length,
shortest, longest]; and "values", [frequency, hex lower bound, hex upper bound] by name. Needs python3-libzim to build and python3-xapian to tell.
"""
import json
import os
import pathlib
import random
import sys


def build(path):
    from libzim.writer import Creator, Hint, Item, StringProvider

    class Page(Item):
        def __init__(self, path, title, html):
            super().__init__()
            self.path, self.title, self.html = path, title, html

        def get_path(self): return self.path
        def get_title(self): return self.title
        def get_mimetype(self): return "text/html"
        def get_contentprovider(self): return StringProvider(self.html)
        def get_hints(self): return {Hint.FRONT_ARTICLE: True}

    r = random.Random(5)
    places = ["48.85;2.35", "48.85 ; 2.36", "0;0", "-90;-180", "90;180", "89.9;-20", "0;180", "0;-180", "0;540",
              "-0.00001;0.00001", "51.4778;-0.0015", "12.25, 34.75", None, "45.123456789;7.987654321"]
    places += ["%f;%f" % (r.uniform(-90, 90), r.uniform(-180, 180)) for _ in range(300)]
    places += ["%f;%f" % (48.85 + r.gauss(0, 0.1), 2.35 + r.gauss(0, 0.1)) for _ in range(100)]
    words = "harbour market river old new saint north bridge hill Ärger école 東京".split()
    with Creator(pathlib.Path(path)).config_indexing(True, "eng") as c:
        c.set_mainpath("p0")
        for i, place in enumerate(places):
            title = " ".join(r.choices(words, k=r.randint(1, 4))) + (" %d" % (i // 3) if i % 5 else "")
            meta = '<meta name="geo.position" content="%s">' % place if place else ""
            text = " ".join(r.choices(words, k=r.randint(0, 60)))
            c.add_item(Page("p%d" % i, title, "<html><head>%s</head><body>%s</body></html>" % (meta, text)))
        c.add_redirection("q", "Quay of the redirect", "p1", {Hint.FRONT_ARTICLE: True})


def near(xapian, db, slot, latitude, longitude, metres):
    centre = xapian.LatLongCoords(xapian.LatLongCoord(latitude, longitude))
    metric = xapian.GreatCircleMetric()
    source = xapian.LatLongDistancePostingSource(slot, centre, metric, metres)
    e = xapian.Enquire(db)
    e.set_query(xapian.Query(source))
    return sorted(m.docid for m in e.get_mset(0, db.get_doccount()))


def tell(path):
    import xapian
    db = xapian.Database(path)
    asked = json.load(sys.stdin)
    slots = dict(p.split(":") for p in db.get_metadata("valuesmap").decode().split(";") if p)
    words, place = int(slots.get("wordcount", 900)), int(slots.get("geo.position", 901))
    out = {"terms": [[t.term.hex(), t.termfreq, db.get_collection_freq(t.term)] for t in db.allterms()],
           "size": [db.get_doccount(), int(db.get_total_length()), db.get_doclength_lower_bound(), db.get_doclength_upper_bound()],
           "docs": [], "near": [],
           "values": {n: [db.get_value_freq(int(s)), db.get_value_lower_bound(int(s)).hex(), db.get_value_upper_bound(int(s)).hex()]
                      for n, s in slots.items()}}
    for p in db.postlist(""):
        d = db.get_document(p.docid)
        out["docs"].append([p.docid, d.get_data().decode(), d.get_value(words).decode(), d.get_value(place).hex()])
    for q in asked["near"]:
        out["near"].append(near(xapian, db, place, *q))
    json.dump(out, sys.stdout)


if sys.argv[1] == "build":
    keep = os.dup(1)
    os.dup2(2, 1)  # libzim prints remarks of its own
    build(sys.argv[2])
else:
    tell(sys.argv[2])
