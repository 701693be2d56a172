#!/usr/bin/env bash
# Builds (`adapter.sh build`), tests (`adapter.sh test`) or, without an argument, runs the adapter on stdin and stdout.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=$here/.venv/bin/python
case "${1:-}" in
    build)
        if ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
            echo "left out: it needs Python 3.9 or later with venv"
            exit 77
        fi
        [ -x "$python" ] || python3 -m venv "$here/.venv"
        "$python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
        ;;
    test) exec "$python" -m unittest discover --quiet -s "$here/tests" ;;
    '') exec "$python" "$here/adapter.py" ;;
    *)
        echo "usage: adapter.sh [build|test]" >&2
        exit 2
        ;;
esac
