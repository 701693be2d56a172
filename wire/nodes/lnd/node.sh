#!/usr/bin/env bash
# LND's daemon for scripts/wire.sh, which sets WIRE_* (see there).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${WIRE_BUILD:-$here/target}/lnd

run=
cli() {
    $run "$bin/lncli" --no-macaroons --network=regtest --lnddir="$WIRE_FOLDER/lnd" --rpcserver="127.0.0.1:$WIRE_RPC_PORT" "$@"
}

case "${1:-}" in
    build)
        cd "$here"
        # With a Go that is too old this fails, instead of fetching another one.
        if ! GOTOOLCHAIN=local go list -m >/dev/null 2>&1; then
            echo "left out: it needs Go $(sed -n 's/^go //p' go.mod) or later"
            exit 77
        fi
        mkdir -p "$bin"
        # The tags bring what lncli calls beside the daemon's main service. With -s -w both are a third smaller.
        if ! said=$(go build -trimpath -ldflags='-s -w' -tags='chainrpc invoicesrpc signrpc walletrpc' -o "$bin/" . ./lncli 2>&1); then
            printf '%s\n' "$said" >&2
            exit 1
        fi
        ;;
    run)
        keysend=(--accept-keysend)
        [ "$WIRE_KEYSEND" = accept ] || keysend=()
        # Polls of 20 ms: else LND sees a block half a second late. One confirmation, whatever the channel's size.
        exec "$bin/lnd" --lnddir="$WIRE_FOLDER/lnd" --noseedbackup --no-macaroons --norest --rpclisten="127.0.0.1:$WIRE_RPC_PORT" \
            --listen="127.0.0.1:$WIRE_PORT" --nobootstrap --bitcoin.regtest --bitcoin.node=bitcoind --bitcoin.defaultchanconfs=1 \
            --bitcoind.rpchost="$WIRE_CHAIN_ADDRESS" --bitcoind.rpcuser=user --bitcoind.rpcpass=password --bitcoind.rpcpolling \
            --bitcoind.blockpollinginterval=20ms --bitcoind.txpollinginterval=20ms --protocol.wumbo-channels \
            ${keysend[@]+"${keysend[@]}"}
        ;;
    id)
        info=$(cli getinfo 2>/dev/null)
        # LND refuses channels until it is where the chain is.
        grep -q '"synced_to_chain": *true' <<<"$info"
        sed -n 's/.*"identity_pubkey": *"\([0-9a-f]*\)".*/\1/p' <<<"$info"
        ;;
    version) sed -n 's/.*lightningnetwork\/lnd v\(.*\)/\1/p' "$here/go.mod" | head -n 1 ;;
    options)
        echo --language go --min-final-cltv 19 --policy custom_even_records=accept --policy keysend_payment_data=reject \
            --policy keysend_payment_metadata=ignore --policy final_short_channel_id=reject --policy claimed_hash_again=settle \
            --policy replayed_onion=fail --policy payment_data_before_final=reject
        ;;
    invoice) cli addinvoice --preimage "$SPONTAN_PREIMAGE" --amt_msat "${SPONTAN_AMOUNT_MSAT:-0}" ;;
    pay)
        if [ $((SPONTAN_AMOUNT_MSAT % 1000)) != 0 ]; then
            echo "lncli pays whole satoshis" >&2
            exit 77
        fi
        cli sendpayment --keysend --force --json --dest "$SPONTAN_PAYEE" --amt $((SPONTAN_AMOUNT_MSAT / 1000)) \
            ${SPONTAN_CUSTOM_RECORDS:+--data "$SPONTAN_CUSTOM_RECORDS"}
        ;;
    close)
        # Of the peer that is there. Without --force lncli waits for what both sides sign.
        point=$(cli listchannels --active_only | sed -n 's/.*"channel_point": *"\([^"]*\)".*/\1/p' | head -n 1)
        run=exec
        cli closechannel "${@:2}" --chan_point "$point"
        ;;
    *)
        echo "usage: node.sh build|run|id|version|options|invoice|pay|close" >&2
        exit 2
        ;;
esac
