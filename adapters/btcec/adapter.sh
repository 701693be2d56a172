#!/usr/bin/env bash
# Builds (`adapter.sh build`) or, without an argument, runs the adapter on stdin and stdout.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
case "${1:-}" in
    build)
        if ! command -v go >/dev/null; then
            echo "left out: it needs Go 1.23 or later"
            exit 77
        fi
        go build -C "$here" -mod=readonly -o build/adapter .
        ;;
    test) ;; # Nothing of its own: the vectors are its tests.
    '') exec "$here/build/adapter" ;;
    *)
        echo "usage: adapter.sh [build|test]" >&2
        exit 2
        ;;
esac
