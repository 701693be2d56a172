#!/usr/bin/env bash
# Builds (`adapter.sh build`), tests (`adapter.sh test`) or, without an argument, runs the adapter on stdin and stdout.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
case "${1:-}" in
    build)
        cd "$here"
        # With a Go that is too old this fails, instead of fetching another one.
        if ! GOTOOLCHAIN=local go list -m >/dev/null 2>&1; then
            echo "left out: it needs Go $(sed -n 's/^go //p' go.mod) or later"
            exit 77
        fi
        # Go names every module that it fetches; that is of interest only when something fails.
        if ! said=$(go build -o spontan-adapter-lnd . 2>&1); then
            printf '%s\n' "$said" >&2
            exit 1
        fi
        ;;
    # A registry that lets go of nothing is waited for: the limit ends that.
    test) cd "$here" && exec go test -timeout 60s . spontan/adapter ;;
    '') exec "$here/spontan-adapter-lnd" ;;
    *)
        echo "usage: adapter.sh [build|test]" >&2
        exit 2
        ;;
esac
