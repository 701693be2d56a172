//! HTLCs with a keysend record at a node before the final one: it claims nothing, refuses payloads that break a rule of every
//! reader, and forwards the others. BOLT 4, "Onion Decryption" and "`payload` format".

use super::onion_construct::hop_key;
use super::payload_faults::{self, Kind};
use super::payment::{AMOUNT, KEYSEND, PAYMENT_DATA, Payment, SHORT_CHANNEL_ID, TOTAL_AMOUNT_MSAT};
use super::suite::{Suite, Twin};
use crate::blueprint::{label, ordinary};
use crate::protocol::operation::{SharedSecret, Switch};
use crate::vectors::Level;

/// A short channel id of block 800000.
const CHANNEL: [u8; 8] = [0x0c, 0x35, 0, 0, 0, 1, 0, 2];

/// A node that is not the final one claims nothing, and forwards what it can.
pub fn receive(suite: &mut Suite, minimal: &Twin<Payment>) {
    suite.section("04-onion-routing.md:949-957");
    let forwarded = suite
        .from(
            minimal,
            "not-final",
            "A matching keysend record, but the node is not the final one: it forwards and claims nothing.",
        )
        .change(|payment| {
            payment.route().next = Some(hop_key(9).public_key());
            payment.payload().put(SHORT_CHANNEL_ID, CHANNEL);
        })
        .flag("theft")
        .shows(["bolt4.peel.forward"])
        .accepted();
    let secret = label::bytes32("keysend.receive/payment_secret");
    suite
        .from(
            &forwarded,
            "not-final-payment-data",
            "The node is not the final one and has payment_data, which no payer may write for it; readers have no rule.",
        )
        .change(|payment| payment.payload().put(PAYMENT_DATA, ordinary::payment_data(secret, AMOUNT)))
        .level(Level::May)
        .flag("interoperability")
        .policy("payment_data_before_final")
        .spec("04-onion-routing.md:279-281")
        .shows(["bolt4.reader.payment-data-before-final", "bolt4.peel.forward"])
        .accepted();
    suite
        .from(
            &forwarded,
            "not-final-payment-data-and-no-record",
            "The node is not the final one and has payment_data, and no keysend record.",
        )
        .change(|payment| {
            payment.payload().drop(KEYSEND);
            payment.payload().put(PAYMENT_DATA, ordinary::payment_data(secret, AMOUNT));
        })
        .level(Level::May)
        .flag("interoperability")
        .policy("payment_data_before_final")
        .spec("04-onion-routing.md:279-281")
        .shows(["bolt4.reader.payment-data-before-final", "bolt4.peel.forward"])
        .accepted();
    suite
        .from(
            &forwarded,
            "not-final-no-short-channel-id",
            "The node is not the final one and is not told where to forward.",
        )
        .change(|payment| payment.payload().drop(SHORT_CHANNEL_ID))
        .rejected("next_hop_missing");
    suite
        .from(
            &forwarded,
            "not-final-path-key-alone",
            "The packet was made for a path key, and the payload has no encrypted_recipient_data.",
        )
        .change(|payment| payment.onion.path_key = Some(hop_key(6).public_key().encode()))
        .shows(["bolt4.reader.path-key", "bolt4.peel.path-key"])
        .rejected("blinded_path_not_allowed");
    payload_faults::receive(suite, &forwarded, Kind::Forwarded);
    decides_nothing(suite, &forwarded);
    channels(suite, &forwarded);
}

/// What is for the final node to judge, and no matter of one before it.
fn decides_nothing(suite: &mut Suite, forwarded: &Twin<Payment>) {
    let mut forwards = |name: &str, about: &str, change: &dyn Fn(&mut Payment)| {
        suite
            .from(
                forwarded,
                format!("not-final-{name}"),
                format!("{about} The node is not the final one, and forwards."),
            )
            .change(change)
            .flag("interoperability")
            .shows(["bolt4.peel.forward"])
            .accepted();
    };
    forwards("no-record", "There is no keysend record.", &|it| it.payload().drop(KEYSEND));
    forwards("preimage-flipped", "The keysend record does not fit the payment hash.", &|it| {
        it.record(KEYSEND).flip(31, 1)
    });
    let off = |it: &mut Payment| it.node.settings.keysend = Switch::Refuse;
    forwards("switched-off", "Keysend is switched off.", &off);
    forwards("switched-off-no-record", "Keysend is switched off, and there is no keysend record.", &|it| {
        off(it);
        it.payload().drop(KEYSEND);
    });
    // What the node asks of its own payments is far above what it may ask for forwarding.
    forwards(
        "below-the-final-delta",
        "The HTLC expires before the height plus min_final_cltv_expiry_delta.",
        &|it| {
            it.node.settings.min_final_cltv_expiry_delta = 1000;
        },
    );
    forwards("shared-secret-switched-on", "The node knows the shared-secret scheme.", &|it| {
        it.node.settings.shared_secret = SharedSecret::Bolt4;
    });
    forwards("total-amount-msat", "There is a total_amount_msat of another amount.", &|it| {
        it.payload().put_integer(TOTAL_AMOUNT_MSAT, AMOUNT + 1);
    });
    let secret = label::bytes32("keysend.receive/payment_secret");
    for (name, data) in [
        ("payment-data-total-twice", ordinary::payment_data(secret, 2 * AMOUNT)),
        ("payment-data-total-0", ordinary::payment_data(secret, 0)),
    ] {
        suite
            .from(
                forwarded,
                format!("not-final-{name}"),
                "payment_data of another total. The node is not the final one; readers have no rule.",
            )
            .change(|payment| payment.payload().put(PAYMENT_DATA, data))
            .level(Level::May)
            .flag("interoperability")
            .policy("payment_data_before_final")
            .spec("04-onion-routing.md:279-281")
            .shows(["bolt4.reader.payment-data-before-final", "bolt4.peel.forward"])
            .accepted();
    }
}

/// The short channel id is eight bytes, whatever number they make.
fn channels(suite: &mut Suite, forwarded: &Twin<Payment>) {
    for (name, about, channel) in [
        ("of-zeros", "The short channel id is all zero: that does not make the node the final one.", [0; 8]),
        ("of-ff", "The short channel id is all ff: negative to a signed reader.", [0xff; 8]),
        ("leading-zeros", "The short channel id has leading zero bytes.", [0, 0, 1, 0, 0, 2, 0, 3]),
        ("above-2-to-53", "The short channel id is above 2^53, and odd.", [0x0c, 0x35, 1, 2, 3, 4, 5, 7]),
    ] {
        suite
            .from(forwarded, format!("not-final-short-channel-id-{name}"), about)
            .change(|payment| payment.payload().put(SHORT_CHANNEL_ID, channel))
            .flag("integer-width")
            .flag("theft")
            .shows(["bolt4.peel.forward"])
            .accepted();
    }
}
