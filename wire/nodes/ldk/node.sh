#!/usr/bin/env bash
# A node of LDK for scripts/wire.sh, which sets WIRE_* (see there).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=${CARGO_TARGET_DIR:-$here/target}
profile=${WIRE_PROFILE:-dev}
# Cargo's folder for it.
node=$target/${profile/#dev/debug}/spontan-node-ldk

case "${1:-}" in
    build)
        if ! command -v cargo >/dev/null; then
            echo "left out: it needs Rust with cargo"
            exit 77
        fi
        cargo build --quiet --profile "$profile" --locked --manifest-path "$here/Cargo.toml" --target-dir "$target"
        ;;
    run)
        exec "$node" --folder "$WIRE_FOLDER/ldk" --chain "http://user:password@$WIRE_CHAIN_ADDRESS" \
            --listen "127.0.0.1:$WIRE_PORT" --keysend "$WIRE_KEYSEND"
        ;;
    # It is ready with its line of JSON, which is all that it writes on stdout.
    id) tail -n 1 "$WIRE_FOLDER/node.out" | sed -n 's/.*"node":"\([0-9a-f]*\)".*/\1/p' | grep . ;;
    version) sed -n 's/^lightning = "=\(.*\)"/\1/p' "$here/Cargo.toml" ;;
    options)
        # As adapters/ldk-channel-manager has them, but for custom_even_records: this one calls claim_funds.
        echo --language rust --min-final-cltv 41 --policy custom_even_records=reject --policy keysend_payment_data=accept_multipart \
            --policy keysend_payment_metadata=ignore --policy final_short_channel_id=reject --policy claimed_hash_again=settle \
            --policy replayed_onion=redeem --policy total_amount_msat=reject --policy payment_data_before_final=reject \
            --policy amt_to_forward_0=reject --policy far_expiry=accept
        ;;
    invoice) "$node" invoice --folder "$WIRE_FOLDER/ldk" "${SPONTAN_AMOUNT_MSAT:-any}" "$SPONTAN_PREIMAGE" ;;
    pay)
        hash=$("$node" pay --folder "$WIRE_FOLDER/ldk" "$SPONTAN_PAYEE" "$SPONTAN_AMOUNT_MSAT" ${SPONTAN_CUSTOM_RECORDS:+"$SPONTAN_CUSTOM_RECORDS"})
        # It writes a line for each payment that has ended.
        for _ in {1..600}; do
            said=$(grep -m 1 "paid $hash" "$WIRE_FOLDER/node.err") && break
            sleep 0.05
        done
        echo "$said" >&2
        [ "$said" = "paid $hash" ]
        ;;
    close) "$node" "${2:+force-}close" --folder "$WIRE_FOLDER/ldk" ;;
    *)
        echo "usage: node.sh build|run|id|version|options|invoice|pay|close" >&2
        exit 2
        ;;
esac
