#!/usr/bin/env bash
# Builds (`adapter.sh build`) or, without an argument, runs the adapter on stdin and stdout.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
case "${1:-}" in
    build)
        # From 20.19 on, as the package asks.
        recent='const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
        if ! command -v npm >/dev/null || ! node -e "$recent"; then
            echo "left out: it needs Node.js 20.19 or later with npm"
            exit 77
        fi
        npm ci --prefix "$here" --ignore-scripts --loglevel=error --no-audit --no-fund
        ;;
    test) ;; # Nothing of its own: the vectors are its tests.
    '') exec node "$here/adapter.js" ;;
    *)
        echo "usage: adapter.sh [build|test]" >&2
        exit 2
        ;;
esac
