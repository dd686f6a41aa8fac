#!/bin/sh
# Runs every fuzz target of the module, one after the other, each for the given
# time: tools/fuzz.sh 30s. Inputs that fail are kept in testdata/fuzz beside the
# target, where `go test` tries them again.
set -eu
cd "$(dirname "$0")/.."
time=${1:-30s}
parallel=${FUZZPARALLEL:-$(getconf _NPROCESSORS_ONLN)}
failed=
for dir in $(grep -rl --include='*_test.go' '^func Fuzz' cmd pkg schema | xargs -n1 dirname | sort -u); do
	for target in $(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$dir"/*_test.go | sort); do
		echo "== $dir $target"
		${GO:-go} test "./$dir" -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 5x -parallel "$parallel" || failed="$failed $target"
	done
done
[ -z "$failed" ] || { echo "failed:$failed" >&2; exit 1; }
