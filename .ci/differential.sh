#!/usr/bin/env bash
# Our reader beside libzim: Debian's zim-tools and python3-libzim, and PyPI's newer libzim;
# our index reader and stemmers beside Xapian and ICU.
# The tests skip by themselves what is not installed, so it is installed here.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/lib.sh
. .ci/lib.sh
debian zim-tools python3-libzim || skip "zim-tools and python3-libzim cannot be installed"
debian python3-xapian xapian-tools python3-icu snowball-data unicode-data ||
	echo "SKIPPED: the tests of indexes and words, as Xapian, ICU or their data cannot be installed"

compare() { # NAME PACKAGE...; runs the tests that read along with another program
	echo "beside $1"
	go test -count=1 -json -run 'Differential|Zimdump|Zimcheck|Libzim|Golden|Dumps' "${@:2}" >"$tmp/diff.json" || {
		# Only what failed: the names of failed tests, then their output and that of the compiler.
		jq -rsj '([.[] | select(.Action == "fail" and .Test != null) | .Package + " " + .Test]) as $failed | .[] |
			select(.Action == "build-output" or (.Action == "output" and (.Test == null or ((.Package + " " + .Test) as $t | $failed | index($t))))) |
			.Output' "$tmp/diff.json"
		exit 1
	}
	jq -r 'select(.Test != null and (.Test | contains("/") | not)) | select(.Action == "pass" or .Action == "skip") |
		"\(.Action) \(.Package | sub("^[^/]*/[^/]*/[^/]*/"; "")) \(.Test) \(.Elapsed)s"' "$tmp/diff.json"
	jq -r 'select(.Action == "output") | .Output' "$tmp/diff.json" | grep -ho 'beside libzim [0-9.]*' | sort -u || :
	jq -es 'any(.[]; .Action == "pass" and .Test != null)' "$tmp/diff.json" >/dev/null || fail "no differential test ran"
}

command -v jq >/dev/null || debian jq || skip "jq cannot be installed"
compare "Debian's libzim" ./zim/...

if { /usr/bin/python3 -m venv "$tmp/venv" >/dev/null 2>&1 || { debian python3-venv && /usr/bin/python3 -m venv "$tmp/venv"; }; } &&
	"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check libzim==3.13.1 2>"$tmp/pip"; then
	ZIM_ORACLE_PYTHON=$tmp/venv/bin/python3 compare "PyPI's libzim" ./zim ./zim/search
else
	tail -3 "$tmp/pip" 2>/dev/null || :
	echo "SKIPPED: PyPI's libzim cannot be installed"
fi
