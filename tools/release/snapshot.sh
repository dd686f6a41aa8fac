#!/bin/sh
# Builds a release of the commit that is checked out, and publishes nothing:
#
#	tools/release/snapshot.sh OUT [TARGET]...
#
# OUT becomes what goreleaser makes; with targets, such as linux_amd64, it is that of
# those alone. It is built in a clone: nothing gets in that is not committed, and Go
# writes no version into what it builds in a linked work tree.
set -eu
cd "$(dirname "$0")/../.."
out=$1
shift
for target; do
	grep -qx "  - $target" .goreleaser.yaml || { echo "$0: .goreleaser.yaml has no target $target" >&2; exit 2; }
done
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
git clone -q . "$tmp/jobgen"
awk -v keep=" $* " '
	keep != "  " && /^  - (linux|darwin|windows)_/ && !index(keep, " " $2 " ") { next }
	{ print }' .goreleaser.yaml >"$tmp/goreleaser.yaml"
PATH="$PWD/tools/release/bin:$PATH"
# One build at a time: what the first compiles, the second finds.
(cd "$tmp/jobgen" && goreleaser release --snapshot --clean --parallelism 1 --config "$tmp/goreleaser.yaml")
rm -rf "$out"
mkdir -p "$(dirname "$out")"
mv "$tmp/jobgen/build/release" "$out"
