#!/usr/bin/env bash
# MCP clients that others wrote, against the real server, directly, through nginx and over
# stdio: the Inspector, the official TypeScript clients and the official Python client, in
# both eras of the protocol. clients/smoke.* say what each does.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/lib.sh
. .ci/lib.sh
command -v npm >/dev/null || debian npm || skip "npm cannot be installed"
[ "$(uname -sm)" = "Linux x86_64" ] || skip "the pinned Node is for Linux on x86_64"
missing=() # what is left out, with the reason

clients=$tmp/clients
mkdir -p "$clients" "$clients/home" "$clients/zims"
cp .ci/clients/package*.json .ci/clients/smoke.mjs "$clients"
(cd "$clients" && npm ci --no-audit --no-fund --loglevel=error) >"$clients/npm.log" 2>&1 || {
	tail -5 "$clients/npm.log"
	skip "the clients for Node cannot be installed"
}
export PATH=$clients/node_modules/.bin:$PATH

# python_client installs the Python client, or says why it is left out.
python_client() {
	python3 -m venv "$clients/venv" >"$clients/pip.log" 2>&1 || { debian python3-venv && python3 -m venv "$clients/venv"; } >"$clients/pip.log" 2>&1 ||
		{ missing+=("the Python client: python3-venv cannot be installed"); return 0; }
	"$clients/venv/bin/pip" install -q --disable-pip-version-check -r .ci/clients/requirements.txt >"$clients/pip.log" 2>&1 || {
		tail -3 "$clients/pip.log"
		missing+=("the Python client: it cannot be downloaded, or not for this Python")
	}
}
python_client

# Two editions of one archive, of which each client that listens replaces one by the other.
for year in 2025 2026; do go run .ci/clients/archive.go "$clients/$year.zim" "$year"; done
cp "$clients/2025.zim" "$clients/zims/towns.zim"
start_server "$clients/zims"
cat >"$clients/replace" <<-END
	#!/bin/sh
	year=2025
	! cmp -s '$clients/2025.zim' '$clients/zims/towns.zim' || year=2026
	cp '$clients/'\$year.zim '$clients/zims/next' && mv '$clients/zims/next' '$clients/zims/towns.zim' && kill -HUP $server_pid
END
chmod +x "$clients/replace"
export REPLACE=$clients/replace

# try NAME COMMAND... runs one client and prints what it did in one line.
try() {
	local name=$1
	shift
	timeout 120 "$@" >"$clients/log" 2>&1 || {
		tail -30 "$clients/log"
		fail "$name failed"
	}
	echo "$name: $(tail -1 "$clients/log")"
}

# each WAY URL lets every client loose on the server at URL.
each() {
	local era
	for era in "client legacy" "client auto" "sdk legacy"; do
		# shellcheck disable=SC2086 # library and era
		try "$1, @modelcontextprotocol/$era" node "$clients/smoke.mjs" $era "$2"
	done
	[ ${#missing[@]} = 0 ] || return 0
	for era in legacy auto; do
		try "$1, Python mcp $era" "$clients/venv/bin/python" -W ignore .ci/clients/smoke.py "$era" "$2"
	done
}

# inspect ERA runs the Inspector, which looks for schemas that some clients cannot read.
inspect() {
	local method strict found=()
	for method in tools/list resources/list prompts/list; do
		strict=()
		[ $method != tools/list ] || strict=(--strict) # no other method has schemas
		HOME=$clients/home timeout 60 inspector --cli --server-url "$url/mcp" --transport http --protocol-era "$1" --method "$method" \
			"${strict[@]}" --format json >"$clients/inspected" 2>"$clients/log" || {
			cat "$clients/inspected" "$clients/log"
			fail "the Inspector, $1: $method fails"
		}
		found+=("$method $(jq "[.. | objects | .${method%/list} // empty | length] | max" "$clients/inspected")")
	done
	echo "Inspector --strict, $1: ${found[*]}"
}

command -v jq >/dev/null || debian jq || skip "jq cannot be installed"
for era in legacy modern auto; do inspect "$era"; done
each direct "$url/mcp"
for era in "client legacy" "client auto" "sdk legacy"; do
	# shellcheck disable=SC2086 # library and era
	try "over stdio, @modelcontextprotocol/$era" node "$clients/smoke.mjs" $era "$tmp/openzim-mcp" stdio "$clients/zims"
done
if command -v nginx >/dev/null || debian nginx-light; then
	start_nginx
	# shellcheck disable=SC2154 # set by start_nginx
	each "through nginx" "$front/mcp"
else
	missing+=("the way through nginx: it cannot be installed")
fi
[ ${#missing[@]} = 0 ] || skip "$(printf '%s; ' "${missing[@]}")all others passed"
