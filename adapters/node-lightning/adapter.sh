#!/usr/bin/env bash
# Builds (`adapter.sh build`) or, without an argument, runs the adapter on stdin and stdout.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
case "${1:-}" in
    build)
        if ! command -v npm >/dev/null || ! node -e 'process.exit(Number(parseInt(process.versions.node) < 20))'; then
            echo "left out: it needs Node.js 20 or later with npm"
            exit 77
        fi
        # The install scripts of a package that is not asked (libsecp256k1) want a git repository and a C compiler.
        npm ci --prefix "$here" --ignore-scripts --loglevel=error --no-audit --no-fund
        ;;
    test) ;; # Nothing of its own: the vectors are its tests.
    '') exec node "$here/adapter.js" ;;
    *)
        echo "usage: adapter.sh [build|test]" >&2
        exit 2
        ;;
esac
