#!/bin/sh
# Compiles the NEON kernels with Debian's aarch64 compiler, and where qemu-aarch64-static is
# installed runs them against the golden rows of the conformance data: check-neon.sh [DATA]
set -eu

data=${1:-$(dirname "$0")/../../../../../shared/data/quantize}
data=$(cd "$data" && pwd)
cd "$(dirname "$0")"
build=../../../target/neon

if ! command -v aarch64-linux-gnu-gcc >/dev/null 2>&1; then
    echo "skipped: no aarch64-linux-gnu-gcc (Debian: gcc-aarch64-linux-gnu)"
    exit 0
fi
make --silent CC=aarch64-linux-gnu-gcc OUT="$build"
echo "the NEON kernels compile"

if ! command -v qemu-aarch64-static >/dev/null 2>&1; then
    echo "skipped: no qemu-aarch64-static (Debian: qemu-user-static)"
    exit 0
fi
aarch64-linux-gnu-gcc -O1 -Wall -Wextra -static -o "$build/check_neon" check_neon.c \
    "$build"/*_neon.o
qemu-aarch64-static "$build/check_neon" "$data"
