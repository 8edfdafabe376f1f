# Sourced by the scripts here: builds what they need and says where it is.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
work=${BENCH_DIR:-$root/benchmarks/target/bench}
mkdir -p "$work"
. "$root/.mvn/find-jdk.sh"
find_jdk javac
[ -n "${BENCH_BUILT:-}" ] || (cd "$root" && ./mvnw -q -B -DskipTests package)
weightsmith=$(ls -d "$root"/app/target/weightsmith-*/weightsmith-*/bin/weightsmith)
lib=$(dirname "$(dirname "$weightsmith")")/lib

# Makes folder $1 with ModelMaker's arguments that follow, where it does not exist; OUT is $1.
make_model() {
    out=$1
    shift
    [ -d "$out" ] || "$jdk/bin/java" -cp "$root/benchmarks/target/classes:$lib/*" \
        dev.weightsmith.benchmarks.ModelMaker "$@"
}

# Runs "$@" and ends as that does; sets $seconds (wall) and $peak (largest resident memory, MB).
measure() {
    log=$(mktemp)
    status=0
    /usr/bin/env time -f '%e %M' -o "$log" "$@" >/dev/null || status=$?
    seconds=$(awk 'END { print $1 }' "$log")
    peak=$(awk 'END { printf "%d", $2 * 1.024 / 1000 + 0.999 }' "$log")
    rm -f "$log"
    return $status
}

# The quotient of two numbers, with two digits.
ratio() {
    awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'
}
