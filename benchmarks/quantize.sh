#!/bin/sh
# `weightsmith quantize` of an F16 GGUF against llama.cpp's own llama_model_quantize, same threads,
# same run; then merging two adapters straight into Q4_K_M.   quantize.sh [SHAPE] [TYPE …]
. "$(dirname -- "$0")/common.sh"
shape=${1:-1.1B}
[ $# -eq 0 ] || shift
types=${*:-Q4_0 Q8_0 Q4_K_M Q5_K_M Q6_K Q2_K Q3_K_M IQ4_NL IQ4_XS}
base=$work/$shape-hf
make_model "$base" model "$shape" hf "$base" 1
input=$work/$shape-f16.gguf
[ -f "$input" ] || "$weightsmith" convert --quiet --model "$base" --type F16 --out "$input"
peer=$("$root/.ci/fetch-peer.sh")
cat "$input" >/dev/null

echo "| type | llama.cpp, s | weightsmith, s | times as fast | peak memory, MB |"
echo "|---|---|---|---|---|"
for type in $types; do
    rm -f "$work"/q.gguf*
    measure "$jdk/bin/java" --enable-native-access=ALL-UNNAMED \
        -cp "$root/benchmarks/target/classes:$lib/*" \
        dev.weightsmith.benchmarks.PeerQuantize "$peer" "$input" "$work/q.gguf" "$type" 2 2>"$work/peer.log" || {
        tail -3 "$work/peer.log" >&2
        exit 1
    }
    theirs=$seconds
    rm -f "$work"/q.gguf*
    measure "$weightsmith" quantize --quiet --threads 2 "$input" --type "$type" --out "$work/q.gguf"
    echo "| $type | $theirs | $seconds | $(ratio "$theirs" "$seconds") | $peak |"
done
rm -f "$work"/q.gguf*
