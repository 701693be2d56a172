#!/usr/bin/env bash
# Core Lightning's daemon for scripts/wire.sh, which sets WIRE_* (see there). It is used if it is on the PATH, not built.
set -euo pipefail

cli() { lightning-cli --lightning-dir="$WIRE_FOLDER/core-lightning" --network=regtest "$@"; }

case "${1:-}" in
    build)
        if ! command -v lightningd >/dev/null || ! command -v lightning-cli >/dev/null; then
            echo "left out: lightningd and lightning-cli are not on the PATH"
            exit 77
        fi
        ;;
    run)
        mkdir -p "$WIRE_FOLDER/core-lightning"
        # It calls a program for each question to the chain; by this name regchain is one.
        ln -sf "$WIRE_REGCHAIN" "$WIRE_FOLDER/bitcoin-cli"
        keysend=()
        [ "$WIRE_KEYSEND" = accept ] || keysend=(--disable-plugin=keysend)
        # Polls of a second, which only --developer allows; 18 is BOLT 11's own final delta.
        exec lightningd --lightning-dir="$WIRE_FOLDER/core-lightning" --network=regtest --developer --dev-fast-gossip \
            --dev-bitcoind-poll=1 --bitcoin-cli="$WIRE_FOLDER/bitcoin-cli" --bitcoin-rpcconnect="${WIRE_CHAIN_ADDRESS%:*}" \
            --bitcoin-rpcport="${WIRE_CHAIN_ADDRESS##*:}" --bitcoin-rpcuser=user --bitcoin-rpcpassword=password \
            --addr="127.0.0.1:$WIRE_PORT" --cltv-final=18 --large-channels ${keysend[@]+"${keysend[@]}"}
        ;;
    id)
        info=$(cli getinfo 2>/dev/null)
        ! grep -q warning_ <<<"$info"
        sed -n 's/.*"id": *"\([0-9a-f]*\)".*/\1/p' <<<"$info" | head -n 1 | grep .
        ;;
    version) lightningd --version | head -n 1 ;;
    options)
        echo --language c --min-final-cltv 18 --policy custom_even_records=accept --policy keysend_payment_data=reject \
            --policy keysend_payment_metadata=reject --policy final_short_channel_id=ignore
        ;;
    invoice) cli -k invoice amount_msat="${SPONTAN_AMOUNT_MSAT:-any}" label="$SPONTAN_PREIMAGE" description= preimage="$SPONTAN_PREIMAGE" ;;
    pay)
        # {"65537": "01"} of 65537=01.
        records=$(sed -E 's/([0-9]+)=([0-9a-f]*)/"\1": "\2"/g' <<<"$SPONTAN_CUSTOM_RECORDS")
        cli -k keysend destination="$SPONTAN_PAYEE" amount_msat="$SPONTAN_AMOUNT_MSAT" extratlvs="{$records}"
        ;;
    *)
        echo "usage: node.sh build|run|id|version|options|invoice|pay" >&2
        exit 2
        ;;
esac
