#!/bin/sh
# Brings an upstream release build of llama.cpp, out of an npm package, for the tests and
# benchmarks that compare with it. Prints the folder of its libraries. Where that cannot be had
# it says why on stderr, prints nothing and succeeds: those tests are skipped then.
set -eu

package=@node-llama-cpp/linux-x64
version=3.22.1
sha512=e6e0820cda9608d7da026f1a47f533c5ba381c1a4a80d17dd640873dea4a86032057638099ab6879f6ce94c8a1b2a0a21f639ddf913f7941d00856df44126e3a

# PeerLibrary.java looks here, too.
folder=${XDG_CACHE_HOME:-$HOME/.cache}/weightsmith/node-llama-cpp-$version

if [ -r "$folder/libggml-base.so" ]; then
    echo "$folder"
    exit 0
fi
if [ "$(uname -s)-$(uname -m)" != Linux-x86_64 ]; then
    echo "no peer: the package is for Linux on x86-64" >&2
    exit 0
fi
if ! command -v npm >/dev/null 2>&1; then
    echo "no peer: npm is not installed" >&2
    exit 0
fi

mkdir -p "$(dirname "$folder")"
stage=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$stage"' EXIT
if ! (cd "$stage" && npm pack --silent "$package@$version" >/dev/null 2>npm.log); then
    echo "no peer: npm cannot bring $package@$version: $(tail -n 1 "$stage/npm.log")" >&2
    exit 0
fi
archive=$(find "$stage" -name '*.tgz')
if ! echo "$sha512  $archive" | sha512sum -c - >/dev/null 2>&1; then
    echo "$package@$version is not the file it was: sha512 differs" >&2
    exit 1
fi
tar -xzf "$archive" -C "$stage" package/bins/linux-x64
if ! mv -T "$stage/package/bins/linux-x64" "$folder" 2>/dev/null; then
    # Another run was faster.
    [ -r "$folder/libggml-base.so" ]
fi
echo "$folder"
