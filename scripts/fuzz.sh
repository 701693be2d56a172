#!/usr/bin/env bash
# Fuzzes every target, as many at a time as there are cores, and ends with a table.
# Usage: scripts/fuzz.sh [seconds per target, default 60] [target…]
# Seeds and dictionaries are made of the vectors first; what is found goes to fuzz/artifacts, new inputs to fuzz/corpus, logs and the
# table to fuzz/logs. SANITIZER=address adds AddressSanitizer, which watches the one dependency in C.
# Exit code: 0 nothing found, 1 a finding, 2 usage or a missing tool, 3 a target ran nothing. Needs cargo-fuzz; a stable toolchain will do.
set -uo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
case $seconds in
'' | *[!0-9]* | 0)
    echo "scripts/fuzz.sh: \"$seconds\" is not a number of seconds" >&2
    exit 2
    ;;
esac
if ! cargo fuzz --version >/dev/null 2>&1; then
    echo "scripts/fuzz.sh: cargo-fuzz is missing; cargo install cargo-fuzz" >&2
    exit 2
fi
sanitizer=${SANITIZER:-none}
cores=$(nproc)
# cargo-fuzz's flags are unstable, its runtime is in every toolchain. cfg(fuzzing) would make LDK's ChaCha20 the identity.
RUSTC_BOOTSTRAP=1 cargo fuzz build -O --sanitizer "$sanitizer" --no-cfg-fuzzing --strip-dead-code || exit 2
known=$(cargo fuzz list)
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(grep -v '^floor_' <<<"$known")
for target in "${targets[@]}"; do
    grep -qx "$target" <<<"$known" || { echo "scripts/fuzz.sh: there is no target $target; cargo fuzz list has them" >&2; exit 2; }
done
cargo run -q --locked --manifest-path fuzz/Cargo.toml --example seeds -- fuzz/seeds >&2 || exit 2
programs=$(cargo metadata --format-version 1 --no-deps --manifest-path fuzz/Cargo.toml |
    sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')/$(rustc -vV | sed -n 's/^host: //p')/release
rm -rf fuzz/logs
mkdir -p fuzz/logs

# Runs one target: its corpus first, which new inputs go to, then whatever else there is to start from.
run() {
    local target=$1 folders=(fuzz/corpus/"$1")
    mkdir -p fuzz/corpus/"$target" fuzz/artifacts/"$target"
    for folder in fuzz/seeds/"$target" fuzz/kept/"$target"; do [ -d "$folder" ] && folders+=("$folder"); done
    local dictionary=()
    [ -f fuzz/seeds/"$target".dict ] && dictionary=(-dict=fuzz/seeds/"$target".dict)
    # No BigSize needs more, and no payload is longer.
    local longest=()
    case $target in
    bigsize) longest=(-max_len=16) ;;
    tlv_*) longest=(-max_len=1300) ;;
    esac
    "$programs/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix=fuzz/artifacts/"$target"/ "${dictionary[@]}" "${longest[@]}" "${folders[@]}" >fuzz/logs/"$target".log 2>&1
    echo $? >fuzz/logs/"$target".status
}

done=0
finished() {
    wait -n
    done=$((done + 1))
    printf '\r%s of %s targets done, %s findings ' "$done" "${#targets[@]}" "$(cat fuzz/logs/*.status | grep -vc '^0$')" >&2
}
echo "${#targets[@]} targets, $seconds s each, $cores at a time" >&2
running=0
for target in "${targets[@]}"; do
    if [ $running -ge "$cores" ]; then finished; else running=$((running + 1)); fi
    run "$target" &
done
while [ $done -lt ${#targets[@]} ]; do finished; done
echo >&2

status=0
printf 'target\truns\truns/s\tedges\tnew inputs\tfinding\n' >fuzz/logs/table.tsv
for target in "${targets[@]}"; do
    log=fuzz/logs/$target.log
    number() { sed -n "s/^stat::$1: *//p" "$log" | tail -n 1; }
    runs=$(number number_of_executed_units)
    edges=$(grep -oE 'cov: [0-9]+' "$log" | tail -n 1 | cut -d' ' -f2)
    finding=none
    if [ "$(cat fuzz/logs/"$target".status)" -ne 0 ]; then
        status=1
        finding=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
        [ -n "$finding" ] || finding="exit $(cat fuzz/logs/"$target".status)"
        printf '== %s\n' "$target" >&2
        grep -a -B2 -A12 'panicked at\|ERROR' "$log" | head -n 30 | cut -c 1-2000 >&2
    elif [ "${runs:-0}" -eq 0 ]; then
        finding="ran nothing"
        [ $status -ne 0 ] || status=3
    fi
    printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$target" "${runs:--}" "$(number average_exec_per_sec)" "${edges:--}" \
        "$(number new_units_added)" "$finding" >>fuzz/logs/table.tsv
done
awk -F'\t' '{ printf "%-22s %12s %10s %7s %11s  %s\n", $1, $2, $3, $4, $5, $6 }' fuzz/logs/table.tsv
exit $status
