#!/usr/bin/env bash
# Builds the adapters whose toolchain this machine has and checks each against the vectors. What is left out is said in
# one line. Usage: scripts/adapters.sh [spontan], the program to check with (default: it is built).
set -euo pipefail
cd "$(dirname "$0")/.."
spontan=${1:-}
if [ -z "$spontan" ]; then
    cargo build --locked
    spontan=target/debug/spontan
fi
failed=0

check() { # name, then the adapter's command line
    local name=$1
    shift
    echo "== adapters/$name"
    "$spontan" check --known-failures "adapters/$name/known-failures.toml" -- "$@" || failed=1
}

cargo build --release --locked --manifest-path adapters/ldk/Cargo.toml
cargo test --release --locked --manifest-path adapters/ldk/Cargo.toml
check ldk "${CARGO_TARGET_DIR:-adapters/ldk/target}/release/spontan-adapter-ldk"

if command -v python3 >/dev/null; then
    echo "== tests/independent"
    for policies in '{}' \
        '{"custom_even_records":"accept","keysend_payment_data":"accept_multipart","final_short_channel_id":"reject"}' \
        '{"keysend_payment_data":"reject","keysend_payment_metadata":"reject","claimed_hash_again":"settle"}' \
        '{"keysend_payment_data":"ignore","replayed_onion":"redeem","shared_secret_payment_data":"reject"}'; do
        ORACLE_POLICIES=$policies "$spontan" check --timeout 60 --codes exact -- python3 tests/independent/adapter.py || failed=1
    done
else
    echo "== tests/independent left out: it needs Python 3"
fi

if python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
    venv=adapters/core-lightning/.venv
    [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r adapters/core-lightning/requirements.txt
    "$venv/bin/python" -m unittest discover -s adapters/core-lightning/tests
    check core-lightning "$venv/bin/python" adapters/core-lightning/adapter.py
else
    echo "== adapters/core-lightning left out: it needs Python 3.9 or later with venv"
fi
exit $failed
