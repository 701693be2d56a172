#!/usr/bin/env bash
# Builds (`adapter.sh build`), tests (`adapter.sh test`) or, without an argument, runs the adapter on stdin and stdout.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
case "${1:-}" in
    build)
        if ! command -v npm >/dev/null || ! node -e 'process.exit(Number(parseInt(process.versions.node) < 20))'; then
            echo "left out: it needs Node.js 20 or later with npm"
            exit 77
        fi
        # No package here needs its install scripts.
        npm ci --prefix "$here" --ignore-scripts --loglevel=error --no-audit --no-fund
        ;;
    test) exec node --test "$here/tests/" ;;
    '') exec node "$here/adapter.js" ;;
    *)
        echo "usage: adapter.sh [build|test]" >&2
        exit 2
        ;;
esac
