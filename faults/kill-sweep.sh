#!/bin/sh
# Kills the program before each call by which it changes files, and looks at what is left, then at
# what the next run makes of it. README.md tells more.
#
#     faults/kill-sweep.sh [-e N] [JOB ...]
#
# -e N: of the writes of weights only every Nth (default 20); lists and all other calls: all.
set -eu

every=20
while getopts e: option; do
    case $option in
        e) every=$OPTARG ;;
        *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- file-new file-overwrite folder-new folder-overwrite gguf-added \
    gguf-overwrite temporary

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
samples=$here/../samples
work=$(mktemp -d "${TMPDIR:-/tmp}/kill-sweep-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

"${CC:-gcc}" -std=gnu11 -O2 -shared -fPIC -o "$work/shim.so" "$here/shim.c"
"$here/../weightsmith" --version >/dev/null
program=$(echo "$here"/../app/target/weightsmith-*/weightsmith-*/bin/weightsmith)
# Short runs: what the classes look like is kept from the first, and nothing is optimized.
WEIGHTSMITH_JAVA_OPTS="-XX:TieredStopAtLevel=1 -Xlog:disable -Xlog:all=off
    -XX:+AutoCreateSharedArchive -XX:SharedArchiveFile=$work/classes.jsa
    -Djava.io.tmpdir=$work/case/tmp"
export WEIGHTSMITH_JAVA_OPTS

weightsmith() {
    "$program" "$@" --threads 1 --quiet >>"$work/output" 2>&1
}

# What each job finds in the folder $1.
before() {
    case $job in
        *-new | temporary) ;;
        file-overwrite) weightsmith convert --model "$work/folded" --type Q8_0 --out "$1/x.gguf" ;;
        folder-overwrite) weightsmith convert --model "$samples/base" --format hf-bin --out "$1/out" ;;
        gguf-added)
            weightsmith convert --model "$samples/base" --out "$1/out"
            echo mine >"$1/out/notes"
            ;;
        gguf-overwrite) weightsmith quantize "$work/other/x.gguf" --type Q8_0,Q4_0,F16 --out "$1/out" ;;
    esac
}

# What it does in the folder $1.
run() {
    case $job in
        file-*) set -- convert --model "$samples/base" --type F16 --out "$1/x.gguf" ;;
        folder-*)
            set -- merge --base "$samples/base" --lora "$samples/chinese-llama-plus" \
                --shard-size 2MB --out "$1/out"
            ;;
        temporary)
            set -- merge --base "$samples/base" --lora "$work/adapter.tar.gz" --type Q8_0 \
                --out "$1/x.gguf"
            ;;
        gguf-*) set -- quantize "$work/x.gguf" --type Q8_0,Q4_0 --out "$1/out" ;;
    esac
    case $job in
        *-overwrite) weightsmith "$@" --overwrite ;;
        *) weightsmith "$@" ;;
    esac
}

# All files below $1 with their digests, without what lies in stages.
state() {
    (cd "$1" && find . -name '*.ws-tmp-*' -prune -o -type f -print | LC_ALL=C sort | xargs -r sha256sum)
}

# Complains about what must never be seen: a list that is wrong, a file that is neither old nor new,
# a folder that is neither, a replaced file that is absent.
complain() {
    (cd "$1" && find . -name '*.ws-tmp-*' -prune -o \( -name SHA256SUMS -o -name '*.sha256' \) -print) |
        while read -r list; do
            (cd "$(dirname "$1/$list")" && sha256sum --quiet --strict -c "${list##*/}" 2>&1) ||
                echo "$list is wrong"
        done
    state "$1" | LC_ALL=C sort >"$work/now"
    LC_ALL=C sort -u "$work/before" "$work/after" >"$work/known"
    LC_ALL=C comm -23 "$work/now" "$work/known" | sed 's/^/neither old nor new: /'
    case $job in
        folder-*)
            cmp -s "$work/now" "$work/before.sorted" || cmp -s "$work/now" "$work/after.sorted" ||
                echo "neither the old nor the new folder"
            ;;
    esac
    cut -c67- "$work/before" | grep -v -e SHA256SUMS -e '\.sha256$' | while read -r file; do
        if grep -qF " $file" "$work/after" && [ ! -f "$1/$file" ]; then
            echo "$file is absent"
        fi
    done
}

reset() {
    rm -rf "$work/case"
    mkdir "$work/case" "$work/case/tmp"
    cp -a "$work/start" "$work/case/home"
}

# Runs the job under the shim, which logs, and kills before call $1. One thread at a time writes to
# each place, so that a number means the same call in each run.
run_killed() {
    rm -f "$work/log"
    status=0
    place=home
    [ "$job" != temporary ] || place=tmp
    (
        FAULTS_UNDER=$work/case/$place FAULTS_AT=$1 FAULTS_ACTION=kill FAULTS_LOG=$work/log
        LD_PRELOAD=$work/shim.so
        export FAULTS_UNDER FAULTS_AT FAULTS_ACTION FAULTS_LOG LD_PRELOAD
        run "$work/case/home"
    ) 2>/dev/null || status=$?
}

wrong() {
    echo "$job, killed before call $number ($kind): $1" >&2
    echo "$job $kind wrong" >>"$work/results"
}

look() {
    complaints=$(complain "$work/case/home")
    if [ -n "$complaints" ]; then
        wrong "$complaints"
        return
    fi
    state "$work/case/home" >"$work/now"
    if cmp -s "$work/now" "$work/after"; then
        seen=new
    elif cmp -s "$work/now" "$work/before"; then
        seen=old
    else
        seen=between
    fi
    # Where everyone makes folders, only what is old is taken for abandoned.
    find "$work/case/tmp" -mindepth 1 -maxdepth 1 -exec touch -d '2 hours ago' {} +
    status=0
    run "$work/case/home" || status=$?
    case $status,$job in
        0,*) ;;
        # What was complete before the kill, or is completed now, is there already.
        7,*-new | 7,gguf-added | 7,temporary) ;;
        *)
            wrong "the next run: exit $status: $(tail -n 2 "$work/output")"
            return
            ;;
    esac
    state "$work/case/home" >"$work/now"
    if ! cmp -s "$work/now" "$work/after"; then
        wrong "the next run made something else"
    elif [ -n "$(find "$work/case" -name '*.ws-tmp-*')$(ls -A "$work/case/tmp")" ]; then
        wrong "the next run left $(find "$work/case" -name '*.ws-tmp-*') $(ls -A "$work/case/tmp")"
    else
        echo "$job $kind $seen" >>"$work/results"
    fi
}

# Which calls of a log are worth a kill.
chosen() {
    awk -v every="$every" '
        $2 != "write" || $3 ~ /SHA256SUMS$|\.sha256$/ { print $1; next }
        writes++ % every == 0 { print $1 }' "$1"
}

sweep() {
    mkdir -p "$work/case/tmp"
    rm -rf "$work/start"
    mkdir "$work/start"
    before "$work/start"
    state "$work/start" >"$work/before"
    LC_ALL=C sort "$work/before" >"$work/before.sorted"
    reset
    run_killed 0
    [ $status -eq 0 ] || {
        cat "$work/output" >&2
        exit 1
    }
    cp "$work/log" "$work/calls"
    awk -v job="$job" '{ print job, $2, "called" }' "$work/calls" >>"$work/results"
    state "$work/case/home" >"$work/after"
    LC_ALL=C sort "$work/after" >"$work/after.sorted"
    for number in $(chosen "$work/calls"); do
        reset
        run_killed "$number"
        kind=$(awk '$NF == "!" { print $2 }' "$work/log")
        if [ $status -ne 137 ]; then
            kind=${kind:-none}
            wrong "was not killed: exit $status"
        else
            look
        fi
    done
}

mkdir -p "$work/case/tmp" "$work/other"
tar -czf "$work/adapter.tar.gz" -C "$samples" chinese-llama-plus
weightsmith convert --model "$samples/base" --type F16 --out "$work/x.gguf"
weightsmith merge --base "$samples/base" --lora "$samples/chinese-llama-plus" --out "$work/folded"
weightsmith convert --model "$work/folded" --type F16 --out "$work/other/x.gguf"
: >"$work/results"
for job; do
    sweep
done

# killed of calls, by kind; then what was found
awk '
    { key = $1 SUBSEP $2 }
    !($1 in known) { known[$1] = 1; jobs[++count] = $1 }
    $3 == "called" { called[key]++; next }
    { killed[key]++; found[$1, $3]++; total[$1]++ }
    END {
        kinds = split("mkdir create write sync link rename exchange unlink rmdir truncate", kind, " ")
        printf "| job |"
        for (k = 1; k <= kinds; k++) printf " %s |", kind[k]
        print " kills | old | new | between | wrong |"
        printf "|---|"
        for (k = 1; k <= kinds + 5; k++) printf "---|"
        print ""
        for (j = 1; j <= count; j++) {
            job = jobs[j]
            printf "| %s |", job
            for (k = 1; k <= kinds; k++) {
                key = job SUBSEP kind[k]
                if (called[key]) printf " %d/%d |", killed[key], called[key]
                else printf " |"
            }
            printf " %d | %d | %d | %d | %d |\n", total[job], found[job, "old"], found[job, "new"],
                found[job, "between"], found[job, "wrong"]
            bad += found[job, "wrong"]
        }
        exit bad > 0
    }' "$work/results"
