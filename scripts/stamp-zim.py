#!/usr/bin/python3
"""Makes a fresh archive of zimwriterfs reproducible.

Usage: stamp-zim.py FILE

zimwriterfs draws three random UUIDs: one for the archive and one for each of the two
Xapian databases in it. They are replaced by UUIDs computed from everything else in the
file, and the MD5 at the end is computed anew. Two builds of the same pages are then
equal byte for byte.
"""
import hashlib
import pathlib
import re
import struct
import sys
import uuid

ARCHIVE_UUID = 8  # ZIM header: 16 bytes at offset 8
CHECKSUM_POS = 72  # ZIM header: position of the MD5, 16 bytes before the end
# The version file of a glass database begins with this magic, two bytes of version and
# the database's UUID.
GLASS = re.compile(rb"\x0f\x0dXapian Glass..", re.S)


def main(name):
    path = pathlib.Path(name)
    data = bytearray(path.read_bytes())
    checksum, = struct.unpack_from("<Q", data, CHECKSUM_POS)
    if data[:4] != b"ZIM\x04" or checksum != len(data) - 16:
        sys.exit(f"{name}: not a whole ZIM archive")
    places = [ARCHIVE_UUID] + [m.end() for m in GLASS.finditer(data)]
    if len(places) != 3:
        sys.exit(f"{name}: expected a full-text and a title index, found {len(places) - 1} databases")
    for at in places:
        data[at:at + 16] = bytes(16)
    content = hashlib.sha256(data[:checksum]).hexdigest()
    for i, at in enumerate(places):
        data[at:at + 16] = uuid.uuid5(uuid.NAMESPACE_OID, f"{content} {i}").bytes
    data[checksum:] = hashlib.md5(data[:checksum]).digest()
    path.write_bytes(data)


if __name__ == "__main__":
    main(*sys.argv[1:])
