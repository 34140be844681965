#!/usr/bin/env bash
# Our reader beside libzim: Debian's zim-tools and python3-libzim, and PyPI's newer libzim.
# The tests skip by themselves what is not installed, so it is installed here.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/lib.sh
. .ci/lib.sh
debian zim-tools python3-libzim || skip "zim-tools and python3-libzim cannot be installed"

compare() { # NAME; runs the tests that read along with another program
	echo "beside $1"
	go test -count=1 -json -run 'Differential|Zimdump|Zimcheck|Libzim|Peer' ./zim/... >"$tmp/diff.json" || {
		jq -rj 'select(.Action == "output") | .Output' "$tmp/diff.json"
		exit 1
	}
	jq -r 'select(.Test != null and (.Test | contains("/") | not)) | select(.Action == "pass" or .Action == "skip") |
		"\(.Action) \(.Package | sub("^[^/]*/[^/]*/[^/]*/"; "")) \(.Test) \(.Elapsed)s"' "$tmp/diff.json"
	jq -es 'any(.[]; .Action == "pass" and .Test != null)' "$tmp/diff.json" >/dev/null || fail "no differential test ran"
}

command -v jq >/dev/null || debian jq || skip "jq cannot be installed"
compare "Debian's libzim"

if ! git grep -q LIBZIM_PYTHON -- 'zim/*_test.go'; then
	echo "SKIPPED: no test asks for PyPI's libzim with LIBZIM_PYTHON"
elif /usr/bin/python3 -m venv "$tmp/venv" >/dev/null 2>&1 || { debian python3-venv && /usr/bin/python3 -m venv "$tmp/venv"; } &&
	"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check libzim==3.13.1 2>"$tmp/pip"; then
	LIBZIM_PYTHON=$tmp/venv/bin/python3 compare "PyPI's libzim"
else
	tail -3 "$tmp/pip" 2>/dev/null || :
	echo "SKIPPED: PyPI's libzim cannot be installed"
fi
