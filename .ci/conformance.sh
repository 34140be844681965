#!/usr/bin/env bash
# The official MCP conformance suite against the real server.
#
# The suite needs Node 22, which comes from npm too. It expects tools that only a test
# server has; conformance/expected-failures-*.yml list what cannot pass here, and an entry
# that passes after all fails the run.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/lib.sh
. .ci/lib.sh
command -v npm >/dev/null || debian npm || skip "npm cannot be installed"
[ "$(uname -sm)" = "Linux x86_64" ] || skip "the pinned Node is for Linux on x86_64"

start_server # nothing named: the manual
suite=$tmp/conformance
mkdir -p "$suite"
cp .ci/conformance/package*.json "$suite"
(cd "$suite" && npm ci --no-audit --no-fund --loglevel=error) >"$suite/npm.log" 2>&1 || {
	tail -5 "$suite/npm.log"
	skip "the conformance suite cannot be installed"
}
export PATH=$suite/node_modules/.bin:$PATH
for revision in 2026-07-28 2025-11-25; do
	echo "revision $revision"
	conformance server --url "$url/mcp" --requirements "$revision" \
		--expected-failures ".ci/conformance/expected-failures-$revision.yml" -o "$suite/$revision" >"$suite/$revision.log" 2>&1 || {
		tail -60 "$suite/$revision.log"
		exit 1
	}
	sed -n '/^=== SUMMARY/,$p' "$suite/$revision.log" | grep '^✓'
done
