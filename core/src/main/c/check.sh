#!/bin/sh
# Asks the C kernels what the contract tests asked Java: those of this processor under
# AddressSanitizer and UndefinedBehaviorSanitizer, and those of aarch64 under qemu. Says in one line
# what is skipped.
#
# `./mvnw -pl core test` writes what was asked: check.sh [core/target/kernel-vectors.bin]
set -eu

vectors=${1:-$(dirname "$0")/../../../target/kernel-vectors.bin}
if [ ! -f "$vectors" ]; then
    echo "kernels: skipped, the contract tests wrote no $vectors"
    exit 0
fi
vectors=$(CDPATH='' cd -- "$(dirname -- "$vectors")" && pwd)/$(basename "$vectors")
cd "$(dirname "$0")"
build=../../../target

# Succeeds if $1 and make are here; else says that the kernels named $2 are skipped.
have() {
    for tool in make "$1"; do
        if ! command -v "$tool" >/dev/null 2>&1; then
            echo "kernels: $2 skipped, no $tool"
            return 1
        fi
    done
}

# Whether $CC has the sanitizers' libraries, which some systems package apart.
sanitizes() {
    mkdir -p "$build/sanitized"
    echo 'int main(void) { return 0; }' >"$build/sanitized/probe.c"
    "$CC" -fsanitize=address,undefined -o "$build/sanitized/probe" "$build/sanitized/probe.c" \
        2>/dev/null && "$build/sanitized/probe"
}

CC=${CC:-cc}
if have "$CC" "with sanitizers"; then
    if sanitizes; then
        echo "kernels: with AddressSanitizer and UndefinedBehaviorSanitizer"
        make --silent -j2 CC="$CC" OUT="$build/sanitized" SANITIZE=address,undefined check_kernels
        "$build/sanitized/check_kernels" "$vectors"
    else
        echo "kernels: with sanitizers skipped, $CC has none"
    fi
fi

if have aarch64-linux-gnu-gcc "for aarch64"; then
    make --silent -j2 CC=aarch64-linux-gnu-gcc LDFLAGS=-static OUT="$build/neon" check_kernels
    qemu=$(command -v qemu-aarch64-static || command -v qemu-aarch64 || true)
    if [ -n "$qemu" ]; then
        echo "kernels: for aarch64, under qemu"
        "$qemu" "$build/neon/check_kernels" "$vectors"
    else
        echo "kernels: for aarch64 compiled, but not run: no qemu-aarch64"
    fi
fi
