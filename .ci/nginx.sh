#!/usr/bin/env bash
# The configuration of docs/nginx.md, run by a real nginx in front of the real server.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/lib.sh
. .ci/lib.sh
command -v nginx >/dev/null || debian nginx-light || skip "nginx cannot be installed"
command -v curl >/dev/null || debian curl || skip "curl cannot be installed"

start_server # nothing named: the manual
dir=$tmp/nginx
mkdir -p "$dir/temp" "$dir/logs"
port=$(free_port)
{
	echo "daemon off; pid $dir/nginx.pid; error_log stderr crit; worker_processes 1;"
	[ "$(id -u)" != 0 ] || echo "user root;" # the worker must read our private directory
	echo "events { worker_connections 64; }"
	echo "http { access_log off;"
	for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $dir/temp/$kind;"; done
	# shellcheck disable=SC2016 # the back quotes are Markdown
	sed -n '/^```nginx$/,/^```$/{/^```/d;p}' docs/nginx.md |
		sed -e "s|server 127.0.0.1:8000;|server ${url#http://};|" -e "s|listen 127.0.0.1:8080;|listen 127.0.0.1:$port;|"
	echo "}"
} >"$dir/nginx.conf"
nginx -t -q -p "$dir" -c "$dir/nginx.conf"
nginx -p "$dir" -c "$dir/nginx.conf" &
pids+=("$!")

front=http://127.0.0.1:$port
until (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
	kill -0 "${pids[-1]}" || fail "nginx has ended"
	sleep 0.1
done
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
