#!/usr/bin/python3
"""Renders docs/*.md to HTML pages for the demonstration archive.

Usage: render-docs.py DOCS OUT

Needs Debian's python3-markdown. A page keeps its name without the suffix, so that
docs/tools.md is the entry "tools". Links between pages are rewritten to match, and a
link to a page or a section that does not exist ends the run with exit code 1.
"""
import html
import pathlib
import re
import struct
import sys
import zlib

import markdown

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="style.css">
</head>
<body>
<nav><a href="index">Contents</a></nav>
<main>
{body}
</main>
</body>
</html>
"""

STYLE = """body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 sans-serif; color: #222; background: #fff; }
h1, h2, h3 { line-height: 1.2; }
pre { background: #f4f4f4; padding: .75rem; overflow-x: auto; }
code { font: .9em monospace; }
table { border-collapse: collapse; }
th, td { border: 1px solid #bbb; padding: .25rem .5rem; text-align: left; vertical-align: top; }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #111; } pre { background: #222; } a { color: #8bf; } }
"""

# zimwriterfs turns a page that refreshes to another one into a redirect entry. Its own
# option for redirects refuses every line in the version that Debian 12 has.
REDIRECT = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="refresh" content="0;url={target}"></head><body></body></html>
"""

# Other names under which a reader may look for a page.
REDIRECTS = [
    ("quick-start", "Quick start", "getting-started"),
    ("installation", "Installation", "getting-started"),
    ("settings", "Settings", "configuration"),
    ("environment-variables", "Environment variables", "configuration"),
    ("cli", "Command line", "commands"),
    ("api", "API", "tools"),
    ("prometheus", "Prometheus", "health"),
    ("reverse-proxy", "Reverse proxy", "nginx"),
    ("FAQ", "FAQ", "faq"),
]


def render(source):
    """Returns the title, the HTML and the anchors of one Markdown page."""
    md = markdown.Markdown(extensions=["tables", "fenced_code", "toc", "sane_lists"])
    body = md.convert(source)
    title = re.search(r"^# (.+)$", source, re.M).group(1)
    return title, body, set(re.findall(r' id="([^"]+)"', body))


def relink(name, body, pages):
    """Rewrites links to other pages, and collects those that lead nowhere."""
    broken = []

    def one(match):
        target, _, anchor = html.unescape(match.group(1)).partition("#")
        if "://" in target:
            return match.group(0)
        page = target[:-3] if target.endswith(".md") else target or name
        if page not in pages or (anchor and anchor not in pages[page][2]):
            broken.append(f"docs/{name}.md: no such page or section: {match.group(1)}")
        link = (page if target else "") + ("#" + anchor if anchor else "")
        return f'href="{html.escape(link)}"'

    return re.sub(r'href="([^"]+)"', one, body), broken


def icon(size=48):
    """Returns a PNG of an open book in two colours: every archive must have an icon."""
    ink, paper, ground = b"\x1f\x3a\x5f", b"\xff\xff\xff", b"\x3d\x7e\xaa"
    rows = bytearray()
    for y in range(size):
        rows.append(0)
        for x in range(size):
            left = abs(x - size // 2)
            page = 2 <= left <= 18 and 10 + left // 6 <= y <= 36 + left // 6
            line = page and 5 <= left <= 15 and (y - left // 6) % 6 == 0
            rows += ink if line else paper if page else ground

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
            + chunk(b"IDAT", zlib.compress(bytes(rows), 9)) + chunk(b"IEND", b""))


def main(docs, out):
    docs, out = pathlib.Path(docs), pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    pages = {p.stem: render(p.read_text("utf-8")) for p in sorted(docs.glob("*.md"))}
    failures = []
    for name, (title, body, _) in pages.items():
        body, broken = relink(name, body, pages)
        failures += broken
        (out / name).write_text(PAGE.format(title=html.escape(title), body=body), "utf-8")
    (out / "style.css").write_text(STYLE, "utf-8")
    (out / "icon.png").write_bytes(icon())
    for name, title, target in REDIRECTS:
        if name in pages or target not in pages:
            failures.append(f"redirect {name}: hides a page or leads nowhere")
        (out / name).write_text(REDIRECT.format(title=html.escape(title), target=target), "utf-8")
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
