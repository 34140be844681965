#!/usr/bin/env bash
# The official MCP conformance suite, at both revisions, twice: against the server with the
# suite's fixtures, which shows what the protocol's side of it can do, and against the
# server as it is released.
#
# The files in conformance/ list what cannot pass. An entry that passes after all fails the
# run, and so does a warning. The suite needs Node 22, which comes from npm too.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/lib.sh
. .ci/lib.sh
command -v npm >/dev/null || debian npm || skip "npm cannot be installed"
[ "$(uname -sm)" = "Linux x86_64" ] || skip "the pinned Node is for Linux on x86_64"

suite=$tmp/conformance
mkdir -p "$suite"
cp .ci/conformance/package*.json "$suite"
(cd "$suite" && npm ci --no-audit --no-fund --loglevel=error) >"$suite/npm.log" 2>&1 || {
	tail -5 "$suite/npm.log"
	skip "the conformance suite cannot be installed"
}
export PATH=$suite/node_modules/.bin:$PATH

# counts reads what a run printed and says in one line how many scenarios and checks passed,
# failed, failed as listed, and failed without being scored (extensions that the server does not have).
counts() {
	awk '
		/^=== SUMMARY/ { on = 1 }
		!on { next }
		/^Total:/ { behind = 1 }
		/[0-9] passed, [0-9]+ failed$/ && !behind {
			name = $2; sub(/:$/, "", name); checks[name] = $3
			if ($5 > 0) bad[name] = 1; else good[name] = 1
		}
		/Expected failures/ { part = "listed" }
		/Unexpected failures/ { part = "not listed" }
		/Stale|Not scored/ { part = "" }
		behind && part != "" && /^  [^ ]+ [a-z]/ { name = $2; sub(/:.*/, "", name); if (why[name] != "not listed") why[name] = part }
		END {
			for (name in why) { delete good[name]; delete bad[name]; if (why[name] == "listed") listed++; else failed++ }
			for (name in good) { passed++; sum += checks[name] }
			for (name in bad) unscored++
			printf "%d scenarios with %d checks passed, %d failed, %d failed as listed, %d failed that are not scored\n", passed, sum, failed, listed, unscored
		}' "$1"
}

# run NAME LIST runs both revisions. NAME says what is served at $url.
run() {
	local revision log
	for revision in 2026-07-28 2025-11-25; do
		log=$suite/$2-$revision.log
		conformance server --url "$url/mcp" --requirements "$revision" \
			--expected-failures ".ci/conformance/$2-$revision.yml" -o "$suite/$2-$revision" >"$log" 2>&1 || {
			tail -60 "$log"
			fail "conformance, $1, revision $revision: $(counts "$log")"
		}
		echo "conformance, $1, revision $revision: $(counts "$log")"
	done
}

# serve serves the manual, and lets in pages of its own address, as the suite has them.
serve() {
	local port
	port=$(free_port)
	start_server --listen "127.0.0.1:$port" --server-allowed-origins "http://127.0.0.1:$port"
	url=http://127.0.0.1:$port
}

go vet -tags conformance ./api
build_tags=conformance serve
run "with the suite's fixtures" fixtures
serve
run "as released" expected-failures
