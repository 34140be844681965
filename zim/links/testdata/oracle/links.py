"""Lists the links between the pages of an archive, with Debian's libzim and Python's own HTML parser.

usage: links.py ARCHIVE CLASSES TAGS
Elements with one of the comma-separated classes or tags are left out with what is in them. Writes JSON:
a list of [source, target, count] with paths, redirects followed.
"""
import collections
import json
import posixpath
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from libzim.reader import Archive

VOID = set("area base br col embed hr img input link meta source track wbr".split())


class Links(HTMLParser):
    def __init__(self, classes, tags):
        super().__init__(convert_charrefs=True)
        self.classes, self.tags = classes, tags
        self.found, self.open, self.left_out = [], [], []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
            if set((attrs.get("class") or "").split()) & self.classes or tag in self.tags:
                self.left_out.append(len(self.open))
        if tag == "a" and attrs.get("href") and not self.left_out:
            self.found.append(attrs["href"])

    def handle_endtag(self, tag):
        if tag in self.open:
            while self.open.pop() != tag:
                pass
        while self.left_out and self.left_out[-1] > len(self.open):
            self.left_out.pop()


def target(base, href):
    """Returns the path that an address on the page at base leads to, None outside of the archive."""
    href = href.strip()
    url = urlsplit(href)
    if url.scheme or url.netloc or not url.path:
        return None
    path = unquote(url.path)
    path = path[1:] if path.startswith("/") else posixpath.join(posixpath.dirname(base), path)
    out = []
    for part in path.split("/"):
        if part == "..":
            out = out[:-1]
        elif part != ".":
            out.append(part)
    return "/".join(out)


archive = Archive(sys.argv[1])
classes, tags = (set(filter(None, a.split(","))) for a in sys.argv[2:4])
pairs = collections.Counter()
for i in range(archive.all_entry_count):
    entry = archive._get_entry_by_id(i)
    if entry.is_redirect or not entry.get_item().mimetype.startswith("text/html"):
        continue
    page = Links(classes, tags)
    page.feed(bytes(entry.get_item().content).decode("utf-8", "replace"))
    for href in page.found:
        path = target(entry.path, href)
        if not path:
            continue
        try:
            to = archive.get_entry_by_path(path)
        except KeyError:
            continue
        while to.is_redirect:
            to = to.get_redirect_entry()
        if to.path != entry.path and to.get_item().mimetype.startswith("text/html"):
            pairs[entry.path, to.path] += 1


def bare(path):
    """Takes the namespace of an old archive off."""
    return path[2:] if path[:2] in ("A/", "C/") else path


json.dump([[bare(s), bare(t), n] for (s, t), n in sorted(pairs.items())], sys.stdout)
