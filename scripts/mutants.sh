#!/usr/bin/env bash
# The second mutation score: every mutant that cargo-mutants makes of the reference, with nothing but the vectors as the test. It
# compiles the crate some 420 times; .cargo/mutants.toml says what is mutated. Usage: scripts/mutants.sh [OPTION OF cargo mutants…],
# such as --shard 0/8
set -euo pipefail
cd "$(dirname "$0")/.."
if ! cargo mutants --version >/dev/null 2>&1; then
    echo "needs cargo-mutants: cargo install --locked cargo-mutants" >&2
    exit 2
fi
exec cargo mutants --timeout 120 "$@"
