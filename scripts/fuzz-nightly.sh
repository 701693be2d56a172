#!/usr/bin/env bash
# A campaign with a kept corpus: fuzz, merge and minimise, replay with counts, measure coverage, turn findings into candidates for
# cases, report. Usage: scripts/fuzz-nightly.sh [seconds per target, default 1200]
# The corpus is fuzz/corpus; keep it from one night to the next. The report is fuzz/report/{report.md,junit.xml}, with candidates
# beside it. Exit code: that of scripts/fuzz.sh, or 4 when the replay fails (a finding, or a target that compared nothing).
set -uo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-1200}
rm -rf fuzz/report
mkdir -p fuzz/report/candidates

scripts/fuzz.sh "$seconds"
status=$?
[ $status -ne 2 ] || exit 2
mapfile -t targets < <(tail -n +2 fuzz/logs/table.tsv | cut -f 1)
programs=$(cargo metadata --format-version 1 --no-deps --manifest-path fuzz/Cargo.toml |
    sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')/$(rustc -vV | sed -n 's/^host: //p')/release

echo "merging and minimising" >&2
printf 'target\tbefore\tafter\n' >fuzz/report/corpus.tsv
for target in "${targets[@]}"; do
    corpus=fuzz/corpus/$target
    before=$(find "$corpus" -type f | wc -l)
    mkdir -p "$corpus.new"
    # Seeds and kept inputs are there anyway: only what adds to them stays.
    for folder in fuzz/seeds/"$target" fuzz/kept/"$target"; do [ -d "$folder" ] && cp -rn "$folder"/. "$corpus.new"/; done
    find "$corpus.new" -type f | sort >fuzz/logs/given
    if "$programs/$target" -merge=1 "$corpus.new" "$corpus" >fuzz/logs/"$target".merge.log 2>&1; then
        xargs -d '\n' rm -f <fuzz/logs/given
        rm -rf "$corpus"
        mv "$corpus.new" "$corpus"
    else
        rm -rf "$corpus.new"
    fi
    printf '%s\t%s\t%s\n' "$target" "$before" "$(find "$corpus" -type f | wc -l)" >>fuzz/report/corpus.tsv
done

echo "replaying, with coverage if there is an LLVM of rustc's version" >&2
version=$(rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
cov=$(command -v "llvm-cov-$version") || cov=
profdata=$(command -v "llvm-profdata-$version") || profdata=
build=fuzz/target/coverage
replay() { cargo run -q --locked --manifest-path fuzz/Cargo.toml "$@" --example replay -- fuzz/corpus >fuzz/report/replay.txt; }
if [ -n "$cov" ] && [ -n "$profdata" ]; then
    rm -f "$build"/*.profraw
    RUSTFLAGS="-C instrument-coverage" LLVM_PROFILE_FILE="$PWD/$build/replay-%p.profraw" replay --target-dir "$build"
    replayed=$?
    "$profdata" merge -sparse "$build"/*.profraw -o "$build"/replay.profdata &&
        "$cov" report "$build"/debug/examples/replay -instr-profile="$build"/replay.profdata \
            --sources src/bolt1 src/bolt4 src/scheme src/node >fuzz/report/coverage.txt
else
    echo "no llvm-cov-$version and llvm-profdata-$version: apt-get install llvm-$version" >fuzz/report/coverage.txt
    replay
    replayed=$?
fi
[ $replayed -eq 0 ] || [ $status -ne 0 ] || status=4

for target in "${targets[@]}"; do
    for file in fuzz/artifacts/"$target"/*; do
        [ -f "$file" ] || continue
        cargo run -q --locked --manifest-path fuzz/Cargo.toml --example candidate -- "$target" "$file" \
            >fuzz/report/candidates/"$target-$(basename "$file")".yaml 2>&1 || true
    done
done

escape() { sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g; s/"/\&quot;/g'; }
{
    failures=$(tail -n +2 fuzz/logs/table.tsv | cut -f 6 | grep -vcx none)
    printf '<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="fuzz" tests="%s" failures="%s">\n' "${#targets[@]}" "$failures"
    tail -n +2 fuzz/logs/table.tsv | while IFS=$'\t' read -r target runs rate _ _ finding; do
        printf '  <testcase classname="fuzz" name="%s" time="%s">' "$target" "$seconds"
        [ "$finding" = none ] || printf '<failure message="%s"/>' "$(escape <<<"$finding")"
        printf '<system-out>%s runs, %s a second</system-out></testcase>\n' "$runs" "$rate"
    done
    printf '</testsuite>\n'
} >fuzz/report/junit.xml
{
    printf '# Fuzzing, %s, %s s for each target\n\n' "$(date -u +%F)" "$seconds"
    sed 's/\t/ | /g; s/^/| /; s/$/ |/; 1s/$/\n|---|---:|---:|---:|---:|---|/' fuzz/logs/table.tsv
    printf '\n## Corpus, files before and after minimising\n\n'
    sed 's/\t/ | /g; s/^/| /; s/$/ |/; 1s/$/\n|---|---:|---:|/' fuzz/report/corpus.tsv
    printf '\n## Compared and skipped\n\n```\n%s\n```\n' "$(cat fuzz/report/replay.txt)"
    printf '\n## Coverage of the reference by seeds and corpus\n\n```\n%s\n```\n' "$(cat fuzz/report/coverage.txt)"
    printf '\n## Candidates\n\n'
    find fuzz/report/candidates -type f -printf '- %f\n' | sort
} >fuzz/report/report.md
cat fuzz/report/report.md
exit $status
