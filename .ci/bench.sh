#!/usr/bin/env bash
# The measuring program is a module of its own; it must build, vet and test like the product.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=.ci/lib.sh
. .ci/lib.sh

# The programs it compares with. Its tests skip what cannot be had.
debian g++ libzim-dev libzstd-dev libxapian-dev python3-libzim kiwix-tools ||
	echo "some of the programs to compare with cannot be installed; their tests skip"

cd cmd/openzim-bench
files=$(git ls-files -z '*.go' | xargs -0 -r gofmt -l)
[ -z "$files" ] || fail "not formatted with gofmt:" "$files"
go vet ./...
go build -o /dev/null ./...
go test ./...
