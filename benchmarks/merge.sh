#!/bin/sh
# Folding two rank-8 adapters on all projections, safetensors to safetensors, against the floor of
# copying the base (warm cache, same run).   merge.sh [SHAPE] [ROUNDS]
. "$(dirname -- "$0")/common.sh"
shape=${1:-1.1B}
rounds=${2:-3}
base=$work/$shape-hf
make_model "$base" model "$shape" hf "$base" 1
make_model "$work/$shape-lora-1" adapter "$shape" 8 0 "$work/$shape-lora-1" 2
make_model "$work/$shape-lora-2" adapter "$shape" 8 0 "$work/$shape-lora-2" 3
cat "$base"/* >/dev/null

echo "| round | cp, s | merge, s | ratio | peak memory, MB |"
echo "|---|---|---|---|---|"
for round in $(seq "$rounds"); do
    rm -rf "$work/copy" "$work/merged"
    measure cp -r "$base" "$work/copy"
    floor=$seconds
    rm -rf "$work/copy"
    measure "$weightsmith" merge --quiet --base "$base" --lora "$work/$shape-lora-1" \
        --lora "$work/$shape-lora-2" --out "$work/merged"
    echo "| $round | $floor | $seconds | $(ratio "$seconds" "$floor") | $peak |"
done
rm -rf "$work/merged"
