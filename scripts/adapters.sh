#!/usr/bin/env bash
# Builds every adapter whose toolchain this machine has, tests it and checks it against the vectors; what is left out is said
# in one line. Usage: scripts/adapters.sh [spontan], the program to check with (default: it is built).
set -euo pipefail
cd "$(dirname "$0")/.."
spontan=${1:-}
if [ -z "$spontan" ]; then
    cargo build --locked
    spontan=target/debug/spontan
fi
# The two adapters for LDK share one build of it.
export CARGO_TARGET_DIR=$PWD/target/adapters
failed=0

for script in adapters/*/adapter.sh; do
    folder=$(dirname "$script")
    echo "== $folder"
    status=0
    "$script" build || status=$?
    # 77: its toolchain is not here, and it has said so.
    [ "$status" = 77 ] && continue
    if [ "$status" = 0 ]; then
        "$script" test || failed=1
        "$spontan" check --timeout 60 --hello-timeout 60 --known-failures "$folder/known-failures.toml" -- "$script" || failed=1
    else
        echo "$folder does not build"
        failed=1
    fi
done

if command -v python3 >/dev/null; then
    echo "== tests/independent"
    for policies in '{}' \
        '{"custom_even_records":"accept","keysend_payment_data":"accept_multipart","final_short_channel_id":"reject","feature_dependencies":"check","keysend_not_announced":"pay","attempt_in_flight":"send"}' \
        '{"keysend_payment_data":"reject","keysend_payment_metadata":"reject","claimed_hash_again":"settle","final_failure_without_perm":"stop"}' \
        '{"keysend_payment_data":"ignore","replayed_onion":"redeem","shared_secret_payment_data":"reject","keysend_retry_preimage":"same"}'; do
        ORACLE_POLICIES=$policies "$spontan" check --timeout 60 --codes exact -- python3 tests/independent/adapter.py || failed=1
    done
    echo "== scripts"
    python3 -m unittest discover --quiet -s scripts || failed=1
else
    echo "== tests/independent and scripts left out: they need Python 3"
fi
exit $failed
