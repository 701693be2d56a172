#!/usr/bin/env bash
# How soon a target finds the seeded bugs of its layer, starting from the seeds of accepted cases only: it must come upon the bug
# by itself. Usage: scripts/fuzz-quirks.sh [seconds for each bug, default 60] [target…, default those of the TLV layer]
# Prints a table (target, bug, seconds, runs) and the bugs that were not found; exit code 1 if there are any.
# Needs the targets to be built: scripts/fuzz.sh does.
set -uo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
targets=("${@:-}")
[ -n "${targets[0]}" ] || targets=(bigsize tlv_records tlv_against_ldk)
programs=$(cargo metadata --format-version 1 --no-deps --manifest-path fuzz/Cargo.toml |
    sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')/$(rustc -vV | sed -n 's/^host: //p')/release
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo run -q --locked --manifest-path fuzz/Cargo.toml --example seeds -- "$work/seeds" accepted >/dev/null || exit 2
cargo run -q --locked --manifest-path fuzz/Cargo.toml --example quirks >"$work/quirks" || exit 2

one() {
    local target=$1 quirk=$2 start end runs dictionary=()
    [ -f "$work/seeds/$target.dict" ] && dictionary=(-dict="$work/seeds/$target.dict")
    start=$(date +%s%N)
    if SPONTAN_QUIRK=$quirk "$programs/$target" -seed=1 -max_total_time="$seconds" -print_final_stats=1 \
        -artifact_prefix="$work/" "${dictionary[@]}" "$work/seeds/$target" >"$work/$target.$quirk" 2>&1; then
        found="not found"
    else
        end=$(date +%s%N)
        found=$(awk "BEGIN { printf \"%.1f\", ($end - $start) / 1e9 }")
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$target.$quirk")
    printf '%s\t%s\t%s\t%s\n' "$target" "$quirk" "$found" "${runs:--}"
}

running=0
for target in "${targets[@]}"; do
    while IFS=$'\t' read -r _ quirk _; do
        if [ $running -ge "$(nproc)" ]; then wait -n; else running=$((running + 1)); fi
        one "$target" "$quirk" &
    done < <(grep -P "^$target\t" "$work/quirks")
done >"$work/table"
wait
sort "$work/table"
! grep -q 'not found' "$work/table"
