#!/usr/bin/env bash
# Runs every adapter whose toolchain this machine has, and every daemon over the wire, and writes the results to a directory: a page of all cases, who can pay
# whom, and a summary. Usage: scripts/matrix.sh [DIRECTORY] (default: docs/results)
set -euo pipefail
cd "$(dirname "$0")/.."
results=${1:-docs/results}
mkdir -p "$results"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo build --release --locked --quiet
spontan=target/release/spontan
pairs=()

run() { # name, then the adapter's command line
    local name=$1 status=0
    shift
    local known=adapters/$name/known-failures.toml list=()
    [ -e "$known" ] && list=(--known-failures "$known")
    "$spontan" check --timeout 60 --hello-timeout 60 "${list[@]}" --report "json=$work/$name.json" -- "$@" >"$work/$name.txt" || status=$?
    printf '%s: %s\n' "$name" "$(tail -n 1 "$work/$name.txt")"
    # 1: a case was not as expected, which the page shows.
    [ "$status" -le 1 ] || exit "$status"
}

run reference "$spontan" adapter
pairs+=("reference=$spontan adapter")
: >"$work/left-out"
if command -v python3 >/dev/null; then
    run independent python3 tests/independent/adapter.py
    pairs+=("independent=python3 tests/independent/adapter.py")
fi
for script in adapters/*/adapter.sh; do
    name=$(basename "$(dirname "$script")")
    status=0
    said=$("$script" build) || status=$?
    case $status in
        0)
            run "$name" "$script"
            pairs+=("$name=$script")
            ;;
        77) printf '%s: %s\n' "$name" "${said#left out: }" | tee -a "$work/left-out" ;;
        *) exit "$status" ;;
    esac
done

# Daemons, asked over the wire. What wire.sh says on stdout without a result is why a node is left out.
for node in lnd ldk core-lightning eclair; do
    name=$node-over-the-wire status=0
    WIRE_PROFILE=release SPONTAN=$PWD/$spontan scripts/wire.sh "$node" -k '{keysend.receive,node.sequence}/*' \
        --report "json=$work/$name.json" >"$work/$name.txt" || status=$?
    [ "$status" -le 1 ] || exit "$status"
    said=$(tail -n 1 "$work/$name.txt")
    if [ -e "$work/$name.json" ]; then
        printf '%s: %s\n' "$name" "$said"
    else
        printf '%s: %s\n' "$name" "${said#left out: }" | tee -a "$work/left-out"
    fi
done

python3 scripts/results.py "$spontan" "$work" "$work/left-out"
"$spontan" matrix "$work"/*.json --output "$work/matrix.html"
# A daemon that is no more cannot be asked again; the script starts another. An error may name where this folder is.
sed -E -e "s,$PWD/,,g" -e 's,spontan replay (\S+) -- (scripts/wire\.sh [a-z-]+),\2 -k \1,' "$work/matrix.html" >"$results/matrix.html"
cp "$work/README.md" "$results/"
scripts/cross.py --output "$results" "${pairs[@]}"
