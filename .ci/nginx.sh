#!/usr/bin/env bash
# The configuration of docs/nginx.md, run by a real nginx in front of the real server.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/lib.sh
. .ci/lib.sh
command -v nginx >/dev/null || debian nginx-light || skip "nginx cannot be installed"
command -v curl >/dev/null || debian curl || skip "curl cannot be installed"

start_server # nothing named: the manual
start_nginx
list='{"jsonrpc":"2.0","id":1,"method":"tools/list"}'
for i in 1 2 3; do
	mcp "$front/mcp" "$list" | grep '"name":"fetch"' >/dev/null || fail "request $i: tools/list through nginx does not answer"
done
mcp "$front/mcp" '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"fetch","arguments":{"id":"openzim-mcp-manual/nginx"}}}' |
	grep -q proxy_pass || fail "fetch through nginx does not answer"
for path in /metrics /readyz /mcp/ /../metrics /mcp%2f..%2fmetrics; do
	code=$(curl -s --path-as-is -o /dev/null -w '%{http_code}' "$front$path")
	[ "$code" = 404 ] || [ "$code" = 400 ] || fail "$path answers $code through nginx"
done
code=$(head -c 300000 /dev/zero | tr '\0' ' ' | curl -s -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' --data-binary @- "$front/mcp")
[ "$code" = 413 ] || fail "a body of 300 kB answers $code"
echo "tools/list and fetch answer through nginx; nothing but /mcp is passed on"
