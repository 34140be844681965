# Functions for .ci/run and the scripts beside it. To be sourced by bash.
# shellcheck shell=bash disable=SC2119,SC2120

tmp=${CI_TMP:-$(mktemp -d)} # shared by a run and its steps; whoever made it removes it
[ -n "${CI_TMP:-}" ] || made=$tmp
export CI_TMP=$tmp
pids=() # ended with the script

cleanup() {
	[ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null || :
	[ -z "${made:-}" ] || rm -rf "$made"
}
trap cleanup EXIT

skipped=77 # exit code of a step that could not run, as automake has it

fail() { printf '%s\n' "$@" >&2; exit 1; }

# skip REASON ends the step as skipped.
skip() {
	echo "$1" >"$tmp/skip-reason"
	echo "SKIPPED: $1"
	exit $skipped
}

# debian PACKAGE... returns 0 when all are installed, installing what is missing as root.
debian() {
	dpkg -s "$@" >/dev/null 2>&1 && return 0
	[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
	local install=(apt-get install -qq -y --no-install-recommends "$@")
	export DEBIAN_FRONTEND=noninteractive
	"${install[@]}" >"$tmp/apt" 2>&1 </dev/null && return 0
	{ apt-get update -qq && "${install[@]}"; } >"$tmp/apt" 2>&1 </dev/null && return 0
	tail -5 "$tmp/apt" >&2
	return 1
}

# run_steps NAME... runs step_NAME each in a subshell of its own, prints a summary and
# exits with 1 when one failed. The last line is for people and for whoever counts.
run_steps() {
	local passed=0 failed=0 skips=0 summary=() begin=$SECONDS name rc verdict started
	for name in "$@"; do
		declare -F "step_$name" >/dev/null || fail "no step is called $name"
		printf '\n=== %s\n' "$name"
		started=$SECONDS
		# Not "( … ) || rc=$?": bash turns -e off inside the left side of ||.
		set +e
		(
			set -euo pipefail
			"step_$name" </dev/null
		)
		rc=$?
		set -e
		case $rc in
		0) passed=$((passed + 1)) verdict=passed ;;
		"$skipped") skips=$((skips + 1)) verdict="SKIPPED: $(cat "$tmp/skip-reason")" ;;
		*) failed=$((failed + 1)) verdict="FAILED with exit code $rc" ;;
		esac
		summary+=("$(printf '%-16s %5ds  %s' "$name" $((SECONDS - started)) "$verdict")")
		printf -- '--- %s\n' "${summary[-1]}"
	done
	printf '\n=== summary after %ds\n' $((SECONDS - begin))
	printf '%s\n' "${summary[@]}"
	echo "steps: $passed passed, $failed failed, $skips skipped"
	[ $failed = 0 ]
}

# free_port prints a TCP port of the loopback address that nobody uses now.
free_port() {
	/usr/bin/env python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# wait_for URL waits until it answers with success, at most 20 seconds.
wait_for() {
	local deadline=$((SECONDS + 20))
	until curl -fs -o /dev/null --max-time 2 "$1"; do
		[ $SECONDS -lt $deadline ] || { echo "$1 does not answer" >&2; return 1; }
		sleep 0.1
	done
}

# mcp URL BODY posts one MCP request and prints the answer. Fails unless the status is 200.
mcp() {
	curl -sS --fail-with-body --max-time 20 "$1" \
		-H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' -d "$2"
}

# start_server ARG... builds the product, starts "serve ARG..." and sets url, admin and
# server_pid. The server ends with the script. A script that sets build_tags gets a build
# of its own with them.
start_server() {
	local port admin_port binary=$tmp/openzim-mcp${build_tags:+-$build_tags}
	[ -x "$binary" ] || CGO_ENABLED=0 go build -trimpath -tags "${build_tags:-}" -o "$binary" ./cmd/openzim-mcp
	port=$(free_port)
	admin_port=$(free_port)
	# shellcheck disable=SC2034 # both are read by the scripts
	url=http://127.0.0.1:$port admin=http://127.0.0.1:$admin_port
	"$binary" serve --listen "127.0.0.1:$port" --admin-listen "127.0.0.1:$admin_port" "$@" >"$tmp/serve.log" 2>&1 &
	server_pid=$!
	pids+=("$server_pid")
	wait_for "$admin/readyz" || { cat "$tmp/serve.log" >&2; exit 1; }
}

# start_nginx starts an nginx with the configuration of docs/nginx.md in front of the server
# at $url, and sets front. It ends with the script.
start_nginx() {
	local dir=$tmp/nginx port kind
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
	# shellcheck disable=SC2034 # read by the scripts
	front=http://127.0.0.1:$port
	until (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
		kill -0 "${pids[-1]}" || fail "nginx has ended"
		sleep 0.1
	done
}
