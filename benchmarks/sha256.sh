#!/bin/sh
# Digests of one large file and of four, against coreutils' sha256sum (warm cache, same run).
# sha256.sh [MEGABYTES] [ROUNDS]
. "$(dirname -- "$0")/common.sh"
megabytes=${1:-2000}
rounds=${2:-3}
folder=$work/sha256
mkdir -p "$folder"
[ -f "$folder/one" ] || head -c "${megabytes}000000" /dev/urandom >"$folder/one"
for part in 1 2 3 4; do
    [ -f "$folder/part-$part" ] || head -c "$((megabytes / 4))000000" /dev/urandom >"$folder/part-$part"
done
cat "$folder"/* >/dev/null

echo "| round | files | sha256sum, s | weightsmith sha256, s | times as fast | GB/s | peak memory, MB |"
echo "|---|---|---|---|---|---|---|"
for round in $(seq "$rounds"); do
    for files in one "part-*"; do
        [ "$files" = one ] && what="1 × $megabytes MB" || what="4 × $((megabytes / 4)) MB"
        # Names are split and expanded on purpose.
        # shellcheck disable=SC2086
        measure sh -c 'cd "$0" && exec sha256sum $1' "$folder" "$files"
        theirs=$seconds
        # shellcheck disable=SC2086
        measure sh -c 'cd "$0" && exec "$2" sha256 --quiet $1' "$folder" "$files" "$weightsmith"
        echo "| $round | $what | $theirs | $seconds | $(ratio "$theirs" "$seconds") | $(ratio "$megabytes" "${seconds}e3") | $peak |"
    done
done
