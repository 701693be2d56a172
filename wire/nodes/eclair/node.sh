#!/usr/bin/env bash
# Eclair's daemon for scripts/wire.sh, which sets WIRE_* (see there). It is used if it is on the PATH, not built. Written
# from Eclair's documentation; not yet seen to run.
set -euo pipefail

api() { curl -sf -u ":password" -X POST "http://127.0.0.1:$WIRE_RPC_PORT/$1" "${@:2}"; }

case "${1:-}" in
    build)
        if ! command -v eclair-node >/dev/null && ! command -v eclair-node.sh >/dev/null; then
            echo "left out: eclair-node is not on the PATH"
            exit 77
        fi
        ;;
    run)
        program=$(command -v eclair-node || command -v eclair-node.sh)
        mkdir -p "$WIRE_FOLDER/eclair"
        [ "$WIRE_KEYSEND" = accept ] && keysend=optional || keysend=disabled
        cat >"$WIRE_FOLDER/eclair/eclair.conf" <<CONF
eclair.chain = "regtest"
eclair.server.binding-ip = "127.0.0.1"
eclair.server.port = $WIRE_PORT
eclair.api.enabled = true
eclair.api.password = "password"
eclair.api.binding-ip = "127.0.0.1"
eclair.api.port = $WIRE_RPC_PORT
eclair.bitcoind.host = "${WIRE_CHAIN_ADDRESS%:*}"
eclair.bitcoind.rpcport = ${WIRE_CHAIN_ADDRESS##*:}
eclair.bitcoind.rpcuser = "user"
eclair.bitcoind.rpcpassword = "password"
eclair.bitcoind.wallet = ""
eclair.bitcoind.zmqblock = "tcp://$WIRE_ZMQ_ADDRESS"
eclair.bitcoind.zmqtx = "tcp://$WIRE_ZMQ_ADDRESS"
eclair.features.keysend = $keysend
CONF
        exec "$program" -Declair.datadir="$WIRE_FOLDER/eclair"
        ;;
    id) api getinfo | sed -n 's/.*"nodeId":"\([0-9a-f]*\)".*/\1/p' | grep . ;;
    version) api getinfo | sed -n 's/.*"version":"\([^"]*\)".*/\1/p' ;;
    options) echo --language scala --min-final-cltv 25 ;;
    invoice) api createinvoice -d description=spontan -d paymentPreimage="$SPONTAN_PREIMAGE" ${SPONTAN_AMOUNT_MSAT:+-d amountMsat="$SPONTAN_AMOUNT_MSAT"} ;;
    pay)
        if [ -n "$SPONTAN_CUSTOM_RECORDS" ]; then
            echo "Eclair's sendtonode takes no custom records" >&2
            exit 77
        fi
        # With blocking=true it answers when the payment has ended.
        api sendtonode -d nodeId="$SPONTAN_PAYEE" -d amountMsat="$SPONTAN_AMOUNT_MSAT" -d blocking=true | grep -q '"payment-sent"'
        ;;
    *)
        echo "usage: node.sh build|run|id|version|options|invoice|pay" >&2
        exit 2
        ;;
esac
