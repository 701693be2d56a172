#!/bin/bash -eu
# Builds every target and packs its seeds, its kept inputs and its dictionary, as ClusterFuzzLite and OSS-Fuzz want them in $OUT.
cd "$SRC/spontan"
# The base image sets cfg(fuzzing), which would make LDK's ChaCha20 the identity; the library refuses to build with it.
export RUSTFLAGS="${RUSTFLAGS:-}"
export RUSTFLAGS="${RUSTFLAGS//--cfg fuzzing/}"
cargo fuzz build -O --debug-assertions --no-cfg-fuzzing --sanitizer "${SANITIZER:-address}"
programs=$(cargo metadata --format-version 1 --no-deps --manifest-path fuzz/Cargo.toml |
    sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')/x86_64-unknown-linux-gnu/release
seeds=$(mktemp -d)
RUSTFLAGS= cargo run -q --locked --manifest-path fuzz/Cargo.toml --example seeds -- "$seeds"
for target in $(cargo fuzz list | grep -v '^floor_'); do
    cp "$programs/$target" "$OUT/"
    zip -qjr "$OUT/${target}_seed_corpus.zip" "$seeds/$target" "fuzz/kept/$target"
    if [ -f "$seeds/$target.dict" ]; then cp "$seeds/$target.dict" "$OUT/"; fi
    printf '[libfuzzer]\ntimeout = 10\nrss_limit_mb = 2048\n' >"$OUT/$target.options"
done
