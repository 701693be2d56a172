#!/usr/bin/env bash
# The adapter for Eclair. `adapter.sh build` builds it, `adapter.sh test` runs its tests; without an argument it speaks the
# protocol on stdin and stdout.
# Java is taken from JAVA_HOME if that is set, else from the path.
set -euo pipefail
cd "$(dirname "$0")"
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

case "${1:-}" in
build | test)
    # Eclair 0.13.0 is in no registry: its BUILD.md says how to install eclair-core from source.
    core="${MAVEN_REPOSITORY:-$HOME/.m2/repository}/fr/acinq/eclair/eclair-core_2.13/0.13.0/eclair-core_2.13-0.13.0.jar"
    major=$("$java" -version 2>&1 | sed -nE 's/.* version "([0-9]+).*/\1/p') || major=
    if ! command -v mvn >/dev/null || [ "${major:-0}" -lt 21 ] || [ ! -e "$core" ]; then
        echo "left out: it needs Java 21 or later, Maven, and eclair-core 0.13.0 in the local Maven repository (see its README.md)"
        exit 77
    fi
    goal=process-classes
    [ "$1" = build ] || goal=test
    exec mvn --batch-mode --quiet --no-transfer-progress -Dstyle.color=never "$goal"
    ;;
"")
    exec "$java" -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "target/classes:$(cat target/classpath.txt)" Main
    ;;
*)
    echo "usage: adapter.sh [build | test]" >&2
    exit 2
    ;;
esac
