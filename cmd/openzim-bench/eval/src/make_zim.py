"""Makes a ZIM archive with libzim's own writer, title index and full-text index included.

usage: make_zim.py OUT.zim < LINES

The first line of the input is a JSON object of metadata, of which Language (three letters) also chooses how the
index stems. Every other line is an entry: {"path", "title", "html"} or {"path", "title", "redirect"}.
Works with python-libzim 2 and 3.
"""
import base64, json, pathlib, sys

from libzim.writer import Creator, Hint, Item, StringProvider

# The smallest PNG of one transparent pixel: readers insist on an illustration.
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg==")


class Page(Item):
    def __init__(self, row):
        super().__init__()
        self.row = row

    def get_path(self):
        return self.row["path"]

    def get_title(self):
        return self.row["title"]

    def get_mimetype(self):
        return "text/html"

    def get_contentprovider(self):
        return StringProvider(self.row["html"])

    def get_hints(self):
        return {Hint.FRONT_ARTICLE: True, Hint.COMPRESS: True}


def main():
    lines = iter(sys.stdin.buffer)
    meta = json.loads(next(lines))
    main_path = meta.pop("main", "")
    creator = Creator(pathlib.Path(sys.argv[1]))
    creator.config_indexing(True, meta["Language"])
    creator.config_nbworkers(1)
    if main_path:
        creator.set_mainpath(main_path)
    with creator as c:
        c.add_illustration(48, PIXEL)
        for line in lines:
            row = json.loads(line)
            if row.get("redirect"):
                c.add_redirection(row["path"], row["title"], row["redirect"], {Hint.FRONT_ARTICLE: True})
            else:
                c.add_item(Page(row))
        for name, value in sorted(meta.items()):
            c.add_metadata(name, value.encode(), "text/plain;charset=utf-8")


main()
