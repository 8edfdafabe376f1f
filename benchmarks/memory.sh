#!/bin/sh
# Whether --max-memory is kept: the peak memory of the whole process, or the refusal (exit 10), of
# each kind of job at each limit.   memory.sh [SHAPE] [LIMIT …]
. "$(dirname -- "$0")/common.sh"
shape=${1:-1.1B}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- 100MB 140MB 160MB 200MB 500MB 1GB 2GB
base=$work/$shape-hf
make_model "$base" model "$shape" hf "$base" 1
make_model "$work/$shape-lora-1" adapter "$shape" 8 0 "$work/$shape-lora-1" 2
make_model "$work/$shape-lora-2" adapter "$shape" 8 0 "$work/$shape-lora-2" 3
input=$work/$shape-f16.gguf
[ -f "$input" ] || "$weightsmith" convert --quiet --model "$base" --type F16 --out "$input"
# The conformance data has the real vocabularies.
tokenizers=$root/../shared/data/tokenizers
grown=$work/$shape-with-tokenizer
[ -d "$grown" ] || {
    mkdir "$grown"
    ln "$base"/* "$grown"
    cp "$tokenizers/llama.model" "$grown/tokenizer.model"
}
[ -d "$work/chinese" ] || "$weightsmith" tokenizer merge --quiet --base "$tokenizers/llama.model" \
    --add "$tokenizers/chinese_sp.model" --out "$work/chinese"
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
merge() {
    title=$1
    shift
    line "merge, two adapters, $shape$title" merge --base "$base" --lora "$work/$shape-lora-1" \
        --lora "$work/$shape-lora-2" "$@"
}
merge ""
merge ", 8 threads" --threads 8
merge ", to meta" --format meta
merge ", to one Q4_K_M file" --format gguf --type Q4_K_M
line "samples: grown vocabulary, hf and two GGUF files in one pass" merge --base "$samples/base" \
    --lora "$samples/chinese-llama-plus" --lora "$samples/chinese-alpaca-plus" \
    --format hf,gguf --type Q8_0,Q4_K_M
line "convert $shape to hf-bin" convert --model "$base" --format hf-bin
line "convert $shape to an F16 file" convert --model "$base" --format gguf
line "convert a $shape F16 file to a copy" convert --model "$input" --format gguf
line "quantize $shape to Q8_0" quantize "$input" --type Q8_0
line "quantize $shape to Q4_K_M and IQ4_XS, 8 threads" quantize "$input" --type Q4_K_M,IQ4_XS \
    --threads 8
line "expand $shape from 32000 to 49953 tokens" tokenizer expand --model "$grown" \
    --tokenizer "$work/chinese"
rm -rf "$work/limited"
exit $missed
