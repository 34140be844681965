"""Makes the archive of the golden queries, with Debian's libzim.

usage: golden.py ARCHIVE
The text is made of a few words, so that weights are often equal, and has what makes indexes
odd: accents, marks, Chinese, signs, long words, redirects, stop words and places.
"""
import random
import sys

from libzim.writer import Creator, Hint, Item, StringProvider

random.seed(23)
WORDS = """harbour harbours harbourmaster market markets lighthouse keeper keepers tide tidal tides
rope ropes roped salt salted salty herring net nets netting boat boats boathouse ferry ferries
captain crew storm storms stormy wave waves sand sandy shore ashore gull gulls 42 1887 3,000.5
c++ c# café naïve über straße œuvre 港 灯台 東京 海 선장 море волна θάλασσα बंदरगाह the of and to in a is was""".split()
TITLES = ["---", "!!!", "?", "-- !", "C++", "C#", ".NET", "a-b-c", "O'Neil", "U.S.A.", "x" * 64, "y" * 65,
          "e\u0301te\u0301", "\u200bfoo\u200bbar", "“quoted”", "(brackets)", "港", "灯台 keeper", "keeper 灯台",
          "Lighthouse", "Lighthouse keeper", "The lighthouse keeper", "Keeper of the lighthouse"]


class Page(Item):
    def __init__(self, path, title, content):
        super().__init__()
        self.path, self.title, self.content = path, title, content

    def get_path(self):
        return self.path

    def get_title(self):
        return self.title

    def get_mimetype(self):
        return "text/html"

    def get_contentprovider(self):
        return StringProvider(self.content)

    def get_hints(self):
        return {Hint.FRONT_ARTICLE: True}


def words(least, most):
    # The earlier a word stands in the list, the more frequent it is.
    return [WORDS[int(len(WORDS) * random.random() ** 1.6)] for _ in range(random.randint(least, most))]


def text(least, most):
    return "".join(w + random.choice([" ", " ", " ", " ", ", ", ". ", "-", "/"]) for w in words(least, most))


with Creator(sys.argv[1]).config_indexing(True, "en") as c:
    c.set_mainpath("p0")
    for i in range(160):
        title = TITLES[i] if i < len(TITLES) else " ".join(words(1, 6))
        place = ""
        if i % 9 == 0:
            place = '<meta name="geo.position" content="%.4f;%.4f">' % (random.uniform(-80, 80), random.uniform(-170, 170))
        c.add_item(Page("p%d" % i, title, "<html><head><title>%s</title>%s</head><body>%s</body></html>" % (title, place, text(0, 60))))
    for i in range(40):
        c.add_redirection("r%d" % i, " ".join(words(1, 4)), "p%d" % random.randrange(160), {Hint.FRONT_ARTICLE: True})
