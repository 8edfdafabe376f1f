#!/bin/sh
# Whether --max-memory is kept: the peak memory of the whole process, or the refusal (exit 10), of
# each kind of job at each limit.   memory.sh [SHAPE] [LIMIT …]
. "$(dirname -- "$0")/common.sh"
shape=${1:-1.1B}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- 100MB 140MB 160MB 200MB 500MB 2GB
base=$work/$shape-hf
make_model "$base" model "$shape" hf "$base" 1
make_model "$work/$shape-lora-1" adapter "$shape" 8 0 "$work/$shape-lora-1" 2
make_model "$work/$shape-lora-2" adapter "$shape" 8 0 "$work/$shape-lora-2" 3
samples=$root/samples
missed=0

# One line: what "$@" takes at each of $limits.
line() {
    row="| $1 |"
    shift
    for limit in $limits; do
        rm -rf "$work/limited"
        code=0
        measure "$weightsmith" "$@" --quiet --out "$work/limited" --max-memory "$limit" \
            2>/dev/null || code=$?
        case $code in
            0)
                allowed=$(echo "$limit" | awk '{ n = $1 + 0; print /GB/ ? n * 1000 : n }')
                mark=
                [ "$peak" -le "$allowed" ] || { mark=" **more**" && missed=1; }
                row="$row $peak$mark |"
                ;;
            10) row="$row refused |" ;;
            *) row="$row exit $code |" && missed=1 ;;
        esac
    done
    echo "$row"
}

limits=$*
printf '| job |' && for limit in $limits; do printf ' %s |' "$limit"; done && echo
printf '|---|' && for limit in $limits; do printf -- '--:|'; done && echo
line "merge, two adapters, $shape" merge --base "$base" --lora "$work/$shape-lora-1" \
    --lora "$work/$shape-lora-2"
line "likewise, 8 threads" merge --base "$base" --lora "$work/$shape-lora-1" \
    --lora "$work/$shape-lora-2" --threads 8
line "likewise, to --format meta" merge --base "$base" --lora "$work/$shape-lora-1" \
    --lora "$work/$shape-lora-2" --format meta
line "samples: grown vocabulary, hf and two GGUF files in one pass" merge --base "$samples/base" \
    --lora "$samples/chinese-llama-plus" --lora "$samples/chinese-alpaca-plus" \
    --format hf,gguf --type Q8_0,Q4_K_M
line "$shape to one Q4_K_M file" merge --base "$base" --lora "$work/$shape-lora-1" \
    --format gguf --type Q4_K_M
rm -rf "$work/limited"
exit $missed
