#!/bin/sh
# Builds the native kernels into the classes folder $1, by way of the folder $2, where there is a
# C compiler. Where there is none, or none of the kernels is for this machine, the build goes on:
# Java does the work then.
set -eu

classes=$1
objects=$2
cd "$(dirname "$0")"

case $(uname -s) in
    Linux) os=linux ;;
    Darwin) os=macos ;;
    *) os= ;;
esac
case $(uname -m) in
    x86_64 | amd64) arch=x86_64 ;;
    aarch64 | arm64) arch=aarch64 ;;
    *) arch= ;;
esac

if [ -z "$os" ] || [ -z "$arch" ]; then
    echo "no native kernels for $(uname -s) on $(uname -m): Java does the work"
elif ! command -v "${CC:-cc}" >/dev/null 2>&1 || ! command -v make >/dev/null 2>&1; then
    echo "no C compiler (cc) or no make: no native kernels, Java does the work"
else
    make --silent -j2 CC="${CC:-cc}" OBJECTS="$objects" \
        OUT="$classes/dev/weightsmith/kernel/native/$os-$arch"
fi
