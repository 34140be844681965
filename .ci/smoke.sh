#!/usr/bin/env bash
# The product as a newcomer meets it: the real binary, curl, the shell commands.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/lib.sh
. .ci/lib.sh
command -v curl >/dev/null && command -v jq >/dev/null || debian curl jq || skip "curl or jq cannot be installed"

manual=openzim-mcp-manual
zim=cmd/openzim-mcp/demo/demo.zim

call() { # TOOL ARGUMENTS
	mcp "$url/mcp" "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"$1\",\"arguments\":$2}}"
}

start_server # nothing named: the manual
echo "without arguments the manual is served"
curl -fsS "$url/livez" >/dev/null
curl -fsS "$url/readyz" >/dev/null
curl -fsS "$admin/livez" >/dev/null
curl -fsS "$admin/metrics" | grep '^openzim_mcp_' >/dev/null || fail "no metric begins with openzim_mcp_"
[ "$(curl -s -o /dev/null -w '%{http_code}' "$url/metrics")" = 404 ] || fail "/metrics is open to clients"

[ "$(curl -s -o /dev/null -w '%{http_code}' -H 'Host: elsewhere.example' "$url/mcp" -d '{}')" = 403 ] ||
	fail "a request for another host is not refused with 403"
[ "$(curl -s -o /dev/null -w '%{http_code}' -H 'Origin: https://elsewhere.example' "$url/mcp" -d '{}')" = 403 ] ||
	fail "a request from another origin is not refused with 403"

echo "every metric is in the manual, and no other"
call library '{}' >/dev/null
curl -fsS "$admin/metrics" | sed -n 's/^# HELP \(openzim_mcp_[a-z_]*\) .*/\1/p' | sort >"$tmp/exported"
# shellcheck disable=SC2016 # the back quotes are Markdown
sed -n 's/^| `\(openzim_mcp_[a-z_]*\)` |.*/\1/p' docs/health.md | sort >"$tmp/documented"
diff "$tmp/documented" "$tmp/exported" || fail "docs/health.md lists other metrics (<) than the server exports (>)"

tools=$(mcp "$url/mcp" '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' | jq -r '[.result.tools[].name] | sort | join(" ")')
echo "tools: $tools"
for tool in fetch library search; do
	grep -qw "$tool" <<<"$tools" || fail "no tool is called $tool"
done
call library '{}' | jq -e --arg name "$manual" '.result.isError != true and (.result.content[0].text | contains($name))' >/dev/null ||
	fail "library does not list $manual"
for id in "$manual/" "$manual/getting-started" "zim://$manual/tools" "$manual/quick-start" "Getting started"; do
	call fetch "{\"id\":\"$id\"}" | jq -e '.result.isError != true and (.result.content[0].text | length > 100)' >/dev/null ||
		fail "fetch does not read $id"
	echo "fetch reads $id"
done
call search '{"query":"Getting started"}' | jq -e --arg id "$manual/getting-started" '.result.content[0].text | contains($id)' >/dev/null ||
	fail "search does not find a page by its title"
call search '{"query":"What is needed to build the program?"}' | jq -e '.result.structuredContent.results[0].text | contains("Go 1.26")' >/dev/null ||
	fail "search does not answer a question with a passage"
call fetch '{"id":"no_such_archive/x"}' | jq -e '.result.isError == true' >/dev/null || fail "an unknown archive is not an error"

echo "the examples in the documents print what they say"
python3 .ci/console.py README.md "${url#http://}"
python3 .ci/console.py docs/getting-started.md "${url#http://}"

echo "a stop signal ends it cleanly"
kill -TERM "$server_pid"
rc=0
wait "$server_pid" || rc=$?
[ $rc = 0 ] || { cat "$tmp/serve.log"; fail "serve ended with exit code $rc"; }

echo "stdio answers the same tools"
got=$({
	echo '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"smoke","version":"0"}}}'
	echo '{"jsonrpc":"2.0","method":"notifications/initialized"}'
	echo '{"jsonrpc":"2.0","id":2,"method":"tools/list"}'
	sleep 1
} | timeout 20 "$tmp/openzim-mcp" stdio "$zim" 2>"$tmp/stdio.log" | jq -r 'select(.id==2) | [.result.tools[].name] | sort | join(" ")')
[ "$got" = "$tools" ] || { cat "$tmp/stdio.log"; fail "stdio lists: $got"; }

echo "commands"
bin=$tmp/openzim-mcp
"$bin" list --json "$zim" | jq -e . >/dev/null
"$bin" info --json "$zim" | jq -e . >/dev/null
"$bin" read "$zim" getting-started | grep curl >/dev/null
"$bin" search "$zim" getting | grep getting-started >/dev/null
"$bin" verify "$zim"
damaged=$tmp/damaged.zim
cp "$zim" "$damaged"
printf 'X' | dd of="$damaged" bs=1 seek=3000 conv=notrunc status=none
rc=0
"$bin" verify "$damaged" || rc=$?
[ $rc = 1 ] || fail "verify of a damaged archive exits with $rc"
rc=0
"$bin" serve --no-such-flag >/dev/null 2>&1 || rc=$?
[ $rc = 2 ] || fail "a wrong flag exits with $rc"
