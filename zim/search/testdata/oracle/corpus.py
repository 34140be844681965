"""Makes archives of pages, with Debian's libzim.

usage: corpus.py < PLAN
The plan is a JSON list of archives: {"file", "language", "pages": [[path, title, html], ...],
"redirects": [[path, title, target], ...]}.
"""
import json
import sys

from libzim.writer import Creator, Hint, Item, StringProvider


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


for plan in json.load(sys.stdin):
    with Creator(plan["file"]).config_indexing(True, plan["language"]) as c:
        c.set_mainpath(plan["pages"][0][0])
        c.add_metadata("Language", plan["language"])
        for path, title, html in plan["pages"]:
            c.add_item(Page(path, title, "<html><head><title>%s</title></head><body>%s</body></html>" % (title, html)))
        for path, title, target in plan.get("redirects") or []:
            c.add_redirection(path, title, target, {Hint.FRONT_ARTICLE: True})
