#!/usr/bin/env bash
# Runs every fuzz target of the module for a few seconds.
# Usage: .ci/fuzz.sh [SECONDS-A-TARGET]
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/lib.sh
. .ci/lib.sh

each=${1:-5}
most=360 # seconds for all targets together; a new target must not make the run endless

mapfile -t files < <(git grep -l '^func Fuzz' -- '*_test.go' | grep -v '^cmd/openzim-bench/')
[ ${#files[@]} -gt 0 ] || fail "found no fuzz target"
targets=()
for file in "${files[@]}"; do
	while read -r name; do
		targets+=("./$(dirname "$file") $name")
	done < <(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file")
done
if ((${#targets[@]} * each > most)); then
	each=$((most / ${#targets[@]}))
	((each > 0)) || each=1
fi
echo "${#targets[@]} targets, ${each}s each"
# fuzz runs one target and keeps what it prints.
fuzz() { go test -run='^$' -fuzz="^$2\$" -fuzztime="${each}s" "$1" >"$tmp/fuzz" 2>&1; }

# stalled tells a busy machine from a failure: the fuzzer reports its own deadline when a worker
# does not answer in time at the end, and then there is no input that fails.
stalled() { grep -q 'context deadline exceeded' "$tmp/fuzz" && ! grep -q 'Failing input written' "$tmp/fuzz"; }

total=0 failed=0
for target in "${targets[@]}"; do
	read -r package name <<<"$target"
	if ! fuzz "$package" "$name" && { ! stalled || ! fuzz "$package" "$name"; }; then
		cat "$tmp/fuzz"
		failed=$((failed + 1))
		continue
	fi
	execs=$(sed -n 's/.*execs: \([0-9]*\).*/\1/p' "$tmp/fuzz" | tail -1)
	printf '%-28s %-28s %10s executions\n' "$package" "$name" "${execs:-0}"
	total=$((total + ${execs:-0}))
done
echo "$total executions in all, $failed targets failed"
[ $failed = 0 ]
