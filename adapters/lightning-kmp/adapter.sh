#!/usr/bin/env bash
# The adapter for lightning-kmp. `adapter.sh build` builds it, `adapter.sh test` runs its tests; without an argument it
# speaks the protocol on stdin and stdout.
set -euo pipefail
cd "$(dirname "$0")"

case "${1:-}" in
build | test)
    major=$(java -version 2>&1 | sed -nE 's/.* version "([0-9]+).*/\1/p') || major=
    if ! command -v mvn >/dev/null || [ "${major:-0}" -lt 17 ]; then
        echo "left out: it needs Java 17 or later and Maven"
        exit 77
    fi
    goal=process-classes
    [ "$1" = build ] || goal=test
    exec mvn --batch-mode --quiet --no-transfer-progress -Dstyle.color=never "$goal"
    ;;
"")
    exec java -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "target/classes:$(cat target/classpath.txt)" MainKt
    ;;
*)
    echo "usage: adapter.sh [build | test]" >&2
    exit 2
    ;;
esac
