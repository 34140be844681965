#!/bin/sh
# Writes the streams beside it with the xz program. Run it by hand; the tests need only its output.
set -eu
cd "$(dirname "$0")"
enc() { out=$1; shift; xz --format=xz --stdout "$@" > "$out.xz"; }
noise() { seq 1 400 | sha256sum | cut -c1-64 | while read -r h; do for i in 1 2 3 4 5 6 7 8; do printf '%s%d' "$h" "$i" | sha256sum | cut -c1-64; done; done | tr -d '\n' | xxd -r -p; }

enc crc32 -9e -T1 --check=crc32 < text
enc crc64 -6 -T1 --check=crc64 < text
enc none -0 -T1 --check=none < text
enc sha256 -6 -T1 --check=sha256 < text
enc blocks -6 -T1 --check=crc32 --block-size=400 < text
enc sizes -6 -T2 --check=crc64 --block-size=700 < text
enc lc0lp4pb0 -T1 --check=crc32 --lzma2=preset=6,lc=0,lp=4,pb=0 < text
enc lc4lp0pb4 -T1 --check=crc32 --lzma2=preset=6,lc=4,lp=0,pb=4 < text
enc lc1lp2pb1 -T1 --check=crc32 --lzma2=preset=6,lc=1,lp=2,pb=1 < text
enc dict4k -T1 --check=crc32 --lzma2=preset=6,dict=4KiB < text
enc delta -T1 --check=crc32 --delta=dist=1 --lzma2=preset=6 < text
enc x86 -T1 --check=crc32 --x86 --lzma2=preset=6 < text
enc empty -T1 --check=crc32 < /dev/null
noise > noise
enc noise -T1 --check=crc32 < noise
# More than 2 MiB, so more than one chunk.
head -c 5000000 /dev/zero | enc zeros -6 -T1 --check=crc32
cat crc32.xz crc64.xz > streams.xz
