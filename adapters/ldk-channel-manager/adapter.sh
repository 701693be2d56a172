#!/usr/bin/env bash
# Builds (`adapter.sh build`), tests (`adapter.sh test`) or, without an argument, runs the adapter on stdin and stdout.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=${CARGO_TARGET_DIR:-$here/target}
case "${1:-}" in
    build)
        if ! command -v cargo >/dev/null; then
            echo "left out: it needs Rust with cargo"
            exit 77
        fi
        cargo build --quiet --release --locked --manifest-path "$here/Cargo.toml" --target-dir "$target"
        ;;
    test) cargo test --quiet --release --locked --manifest-path "$here/Cargo.toml" --target-dir "$target" ;;
    '') exec "$target/release/spontan-adapter-ldk-channel-manager" ;;
    *)
        echo "usage: adapter.sh [build|test]" >&2
        exit 2
        ;;
esac
