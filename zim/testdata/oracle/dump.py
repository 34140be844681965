"""Says what libzim reads in ZIM archives, for comparison with our reader.

Reads one JSON object a line: {"file": name, "parts": [names], "open": bool, "paths": [...],
"titles": [...]}. Writes one for each: {"error": ...} if libzim refuses the archive,
{"unread": ...} if it opens but cannot be read whole, and otherwise what it holds. With "open" true nothing but opening is tried. Needs the package
libzim of Debian (python3-libzim, libzim 8.1) or of PyPI (libzim 9).
"""
import hashlib
import json
import struct
import sys
import warnings

from libzim.reader import Archive


warnings.simplefilter("ignore", DeprecationWarning)
NONE = 2**64 - 1  # for a number that libzim does not tell


def version():
    try:
        from libzim.version import get_libzim_version
        return get_libzim_version()
    except ImportError:
        return "8"


def sha(content):
    return hashlib.sha256(bytes(content)).hexdigest()


def entry(archive, i, keys, new):
    e = archive._get_entry_by_id(i)
    out = {"path": e.path, "title": e.title, "redirect": -1}
    if new:  # paths have no namespace there, but only those of C are found by path
        found = archive.has_entry_by_path(e.path) and archive.get_entry_by_path(e.path)._index == i
        out["ns"] = "C" if found else "M" if e.path in keys else ""
    if e.is_redirect:
        out["redirect"] = e.get_redirect_entry()._index
        return out
    it = e.get_item()
    content = it.content
    out.update(mime=it.mimetype, size=it.size, sha256=sha(content))
    if it.size != len(content):
        out["mime"] += " but content of %d bytes" % len(content)
    return out


def titles(archive, parts, entries, new):
    """The front articles by title, read from the listing's bytes. None if that cannot be told."""
    data = b"".join(open(p, "rb").read() for p in parts)
    for i, e in enumerate(entries):
        if new and e["path"] == "listing/titleOrdered/v1" and e["redirect"] < 0:
            content = bytes(archive._get_entry_by_id(i).get_item().content)
            # libzim passes over a compressed list
            return list(struct.unpack("<%dI" % (len(content) // 4), content)) if content in data else None
    pos = struct.unpack_from("<Q", data, 40)[0]
    if pos in (0, 2**64 - 1):
        return None
    all_ = struct.unpack_from("<%dI" % len(entries), data, pos)
    front = [i for i, e in enumerate(entries) if e.get("ns") == "C" or not new and e["path"].startswith("A/")]
    return list(all_[front[0]:front[-1] + 1]) if front else []


def attempt(f, otherwise):
    """Calls f. Whatever goes wrong, another value stands for it."""
    try:
        return f()
    except Exception:
        return otherwise


def dump(archive, request):
    new = archive.has_new_namespace_scheme
    keys = sorted(archive.metadata_keys)
    entries = [entry(archive, i, keys, new) for i in range(archive.all_entry_count)]
    sizes = sorted(archive.get_illustration_sizes())
    return {
        "new": new,
        "uuid": str(archive.uuid),
        "checksum": archive.checksum if archive.has_checksum else "",
        "sound": archive.check() if archive.has_checksum else True,
        "size": archive.filesize,
        # libzim 8 cannot count media without a Counter
        "counts": [archive.all_entry_count, archive.entry_count, attempt(lambda: archive.article_count, NONE), attempt(lambda: archive.media_count, NONE)],
        # has_main_entry looks at the header alone
        "main": attempt(lambda: archive.main_entry._index, -1),
        "fulltext": archive.has_fulltext_index,
        "titleIndex": archive.has_title_index,
        "metadata": {k: attempt(lambda: sha(archive.get_metadata(k)), "unreadable") for k in keys},
        "illustrations": {str(s): sha(archive.get_illustration_item(s).content) for s in sizes},
        "entries": entries,
        "titles": titles(archive, request["parts"], entries, new),
        "found": [archive.get_entry_by_path(p)._index if archive.has_entry_by_path(p) else -1 for p in request["paths"]],
        "foundTitles": [archive.get_entry_by_title(t).title if archive.has_entry_by_title(t) else None for t in request["titles"]],
    }


print(json.dumps({"version": version()}), flush=True)
for line in sys.stdin:
    request, answer = json.loads(line), {}
    try:
        archive = Archive(request["file"])
    except Exception as e:
        answer["error"] = (type(e).__name__ + ": " + str(e))[:200]
    else:
        try:
            answer = {} if request["open"] else dump(archive, request)
        except Exception as e:
            answer["unread"] = (type(e).__name__ + ": " + str(e))[:200]
    print(json.dumps(answer), flush=True)
