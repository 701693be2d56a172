#!/usr/bin/env bash
# Fuzzes every target for a while and ends with a table. Usage: scripts/fuzz.sh [seconds per target, default 60].
# Exit code 1 if anything was found: fuzz/artifacts/ then has the inputs. Needs cargo-fuzz; a stable toolchain will do.
set -uo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
case $seconds in
'' | *[!0-9]* | 0)
    echo "scripts/fuzz.sh: \"$seconds\" is no number of seconds" >&2
    exit 2
    ;;
esac
if ! cargo fuzz --version >/dev/null 2>&1; then
    echo "scripts/fuzz.sh: cargo-fuzz is missing; cargo install cargo-fuzz" >&2
    exit 2
fi
# The sanitizers need a nightly toolchain; the reference has no unsafe code, so its own assertions are the oracle.
export RUSTC_BOOTSTRAP=1
cargo fuzz build -O -s none || exit 2
table=$(printf '%-20s %12s %10s %8s %s' target runs runs/s edges finding)
found=0
for target in $(cargo fuzz list); do
    echo "== $target, $seconds s" >&2
    log=$(mktemp)
    cargo fuzz run -O -s none "$target" -- -max_total_time="$seconds" -print_final_stats=1 >"$log" 2>&1
    status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
    rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log" | tail -n 1)
    edges=$(grep -oE 'cov: [0-9]+' "$log" | tail -n 1 | cut -d' ' -f2)
    finding=none
    if [ $status -ne 0 ]; then
        found=1
        finding=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
        [ -n "$finding" ] || finding="exit $status"
        tail -n 30 "$log" >&2
    fi
    rm -f "$log"
    table+=$(printf '\n%-20s %12s %10s %8s %s' "$target" "${runs:--}" "${rate:--}" "${edges:--}" "$finding")
done
printf '\n%s\n' "$table"
exit $found
