#!/usr/bin/env bash
# The LND adapter: `adapter.sh build` builds it, `adapter.sh test` runs its own tests, without an argument it answers on
# stdin and stdout. Where Go is missing or too old, build and test say so and exit with 77.
set -euo pipefail
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$folder/spontan-adapter-lnd
if [ $# -eq 0 ]; then
    exec "$program"
fi
cd "$folder"
needed=$(sed -n 's/^go //p' go.mod)
if ! GOTOOLCHAIN=local go list -m >/dev/null 2>&1; then
    echo "left out: it needs Go $needed or later"
    exit 77
fi
case $1 in
build) command=(go build -o "$program" .) ;;
test) command=(go test .) ;;
*)
    echo "adapter.sh: $1 is none of build and test" >&2
    exit 2
    ;;
esac
# Go lists every module that it fetches; that is wanted only when something fails.
said=$("${command[@]}" 2>&1) || {
    printf '%s\n' "$said" >&2
    exit 1
}
