#!/usr/bin/env bash
# Our reader beside libzim: Debian's zimdump and python3-libzim, and the current libzim
# from PyPI. The tests skip by themselves what is not installed, so it is installed here.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/lib.sh
. .ci/lib.sh
debian zim-tools python3-libzim || skip "zim-tools and python3-libzim cannot be installed"

run() { go test -count=1 -run 'Differential|Zimdump|Zimcheck|Libzim' -v ./zim/... >"$tmp/diff" 2>&1 || { cat "$tmp/diff"; exit 1; }; }

report() {
	grep -E '^ *--- (PASS|SKIP)' "$tmp/diff" || :
	grep -q '^--- PASS' "$tmp/diff" || fail "no differential test ran"
}
run
report
