#!/bin/sh
# Compares the benchmarks of the checkout with those of another commit, by default
# the one that the branch left main at: tools/bench.sh [COMMIT]. Both are built
# first and run in turn, COUNT times each, so that a busy machine slows both.
set -eu
cd "$(dirname "$0")/.."
base=$(git rev-parse --verify "${1:-$(git merge-base HEAD main)}")
count=${COUNT:-6}
bench=${BENCH:-.}
work=$(mktemp -d)
trap 'git worktree remove --force "$work/base" 2>/dev/null || true; rm -rf "$work"' EXIT
git worktree add --quiet --detach "$work/base" "$base"
(cd "$work/base" && ${GO:-go} test -c -o "$work/old.test" ./cmd/jobgen)
${GO:-go} test -c -o "$work/new.test" ./cmd/jobgen
i=0
while [ "$i" -lt "$count" ]; do
	(cd "$work/base/cmd/jobgen" && "$work/old.test" -test.run '^$' -test.bench "$bench" -test.benchmem >>"$work/old.txt")
	(cd cmd/jobgen && "$work/new.test" -test.run '^$' -test.bench "$bench" -test.benchmem >>"$work/new.txt")
	i=$((i + 1))
done
cd bench && ${GO:-go} tool benchstat "base=$work/old.txt" "here=$work/new.txt"
