#!/usr/bin/env bash
# Rebuilds the demonstration archive, cmd/openzim-mcp/demo/demo.zim, from docs/.
#
# Usage: scripts/build-demo.sh           rebuild and record the sources in demo.sum
#        scripts/build-demo.sh --check   rebuild elsewhere; fail unless it is the same file
#
# Needs Debian's zim-tools, python3-markdown and faketime; as root, what is missing is
# installed. The same pages, date and versions of these programs give the same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."

demo=cmd/openzim-mcp/demo
limit=512000 # bytes; the archive is part of every binary

need() { # program package
	if [ -x "$1" ] || command -v "$1" >/dev/null; then return; fi
	[ "$(id -u)" = 0 ] || { echo "missing $1: install Debian's $2" >&2; exit 1; }
	DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$2" >/dev/null ||
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$2" >/dev/null; }
}

# sources prints the manifest: what the archive was made from, with hashes.
sources() {
	LC_ALL=C sha256sum docs/*.md scripts/render-docs.py
}

# build DATE OUT writes the archive. The date is a metadatum of the archive.
build() {
	local work
	work=$(mktemp -d)
	/usr/bin/python3 scripts/render-docs.py docs "$work/site"
	# One thread: with more, the order of clusters depends on the scheduler.
	TZ=UTC faketime -f "@$1 00:00:00" zimwriterfs --threads 1 \
		--welcome index --illustration icon.png --language eng \
		--name openzim-mcp-manual --title "openzim-mcp manual" \
		--description "How to install, run and use openzim-mcp" \
		--creator "The openzim-mcp authors" --publisher "The openzim-mcp authors" \
		--source https://github.com/openzim-mcp/openzim-mcp \
		"$work/site" "$work/demo.zim" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
	/usr/bin/python3 scripts/stamp-zim.py "$work/demo.zim"
	mv "$work/demo.zim" "$2"
	rm -r "$work"
}

need zimwriterfs zim-tools
need faketime faketime
/usr/bin/python3 -c 'import markdown' 2>/dev/null || need python3-markdown python3-markdown

if [ "${1:-}" = --check ]; then
	date=$(sed -n 's/^# date //p' "$demo/demo.sum")
	fresh=$(mktemp)
	trap 'rm -f "$fresh"' EXIT
	build "$date" "$fresh"
	cmp "$fresh" "$demo/demo.zim" || { echo "$demo/demo.zim is not what docs/ gives; run scripts/build-demo.sh" >&2; exit 1; }
	echo "$demo/demo.zim is reproduced byte for byte"
	exit
fi

date=$(date -u -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}" +%F)
build "$date" "$demo/demo.zim"
{
	echo "# What demo.zim was made from; written by scripts/build-demo.sh."
	echo "# date $date"
	sources
	sha256sum "$demo/demo.zim"
} >"$demo/demo.sum"
size=$(stat -c %s "$demo/demo.zim")
[ "$size" -lt "$limit" ] || { echo "demo.zim has $size bytes; the limit is $limit" >&2; exit 1; }
echo "demo.zim: $size bytes"
