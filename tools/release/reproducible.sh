#!/bin/sh
# Builds a release of the commit that is checked out twice, for all or some targets, and
# fails when a file differs:
#
#	tools/release/reproducible.sh [TARGET]...
#
# The second time nothing of the first is there to be used again, and what must not
# matter is different: the folder, the time zone, the language, the file modes.
set -eu
cd "$(dirname "$0")/../.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

tools/release/snapshot.sh "$tmp/first" "$@"
(
	umask 077
	mkdir -p "$tmp/another folder/$(date +%s)"
	export TMPDIR="$tmp/another folder/$(date +%s)" GOCACHE="$tmp/cache" TZ=Asia/Tokyo LC_ALL=C
	tools/release/snapshot.sh "$tmp/second" "$@"
)

# sums prints the checksum of each file but those that are goreleaser's own notes.
sums() {
	(cd "$1" && find . -type f ! -name artifacts.json ! -name config.yaml ! -name metadata.json -exec sha256sum {} + | sort -k 2)
}
sums "$tmp/first" >"$tmp/first.sums"
sums "$tmp/second" >"$tmp/second.sums"
diff "$tmp/first.sums" "$tmp/second.sums"
echo "two builds agree in $(wc -l <"$tmp/first.sums") files"
