//! The final node of a blinded route, with data that do decrypt: one fault each. Neither scheme can be paid so. BOLT 4,
//! "`payload` format", lines 294 to 326.

use super::blinded_route::{
    CHANNEL, Change, HTLC_MINIMUM, MAX_CLTV_EXPIRY, PathKey, blind, constraints, final_data, path_secret,
    sealed, tell,
};
use super::onion_construct::hop_key;
use super::payment::{
    AMOUNT, AMT_TO_FORWARD, CURRENT_PATH_KEY, ENCRYPTED_RECIPIENT_DATA, EXPIRY, KEYSEND, OUTGOING_CLTV_VALUE,
    PAYMENT_DATA, PAYMENT_METADATA, Payment, SHORT_CHANNEL_ID, TOTAL_AMOUNT_MSAT,
};
use super::suite::{Suite, Twin};
use crate::blueprint::{Stream, label, ordinary};
use crate::bolt4::blinded::types;

const UNKNOWN_HASH: &str = "04-onion-routing.md:1518-1520";

/// Adds to `keysend.receive`: final payloads of a blinded route, with a keysend record and without one.
pub fn keysend(suite: &mut Suite, minimal: &Twin<Payment>) {
    for (name, about, path_key) in [
        (
            "blinded",
            "A keysend record in a final payload of a blinded route with all that it needs.",
            PathKey::InThePayload,
        ),
        ("blinded-with-a-path-key", "The same, and the path key comes with the HTLC.", PathKey::InTheHtlc),
    ] {
        suite
            .from(minimal, name, about)
            .change(|payment| {
                blind(payment, path_key);
                tell(payment, &final_data());
                payment.payload().put_integer(TOTAL_AMOUNT_MSAT, AMOUNT);
            })
            .flag("interoperability")
            .rejected("record_not_of_a_blinded_route");
    }
    // Without the record nothing is wrong with the payload; but the node made no such route, and knows no such hash.
    type Tells = fn(&mut Stream);
    let told: [(&str, &str, Tells); 3] = [
        (
            "blinded-without-a-record",
            "A final payload of a blinded route with all that it needs, for a payment hash that nothing explains.",
            |_| {},
        ),
        ("blinded-without-a-record-path-id", "The same with a path_id in the data.", |data| {
            data.put(types::PATH_ID, [7; 32]);
        }),
        (
            "blinded-without-a-record-relay",
            "The same with a short_channel_id and a payment_relay in the data: the packet says that the node is the final one.",
            |data| {
                data.put(types::SHORT_CHANNEL_ID, CHANNEL);
                data.put(types::PAYMENT_RELAY, [0, 40, 0, 0, 0, 1]);
            },
        ),
    ];
    for (name, about, tells) in told {
        suite
            .from(minimal, name, about)
            .change(|payment| {
                blind(payment, PathKey::InTheHtlc);
                let mut data = final_data();
                tells(&mut data);
                tell(payment, &data);
                payment.payload().put_integer(TOTAL_AMOUNT_MSAT, AMOUNT);
                payment.payload().drop(KEYSEND);
            })
            .flag("theft")
            .spec(UNKNOWN_HASH)
            .spec("04-onion-routing.md:541-543")
            .shows(["bolt4.failure.hash-unknown"])
            .rejected("blinded_path_not_allowed");
    }
}

/// Adds to `shared_secret.receive`: final payloads of a blinded route with one fault. Nothing is said of one without: whether a payee takes
/// what came over a route of the payer's is a question of its own.
pub fn shared_secret(suite: &mut Suite, two_hops: &Twin<Payment>) {
    one_fault(suite, two_hops, "blinded", "The final node of a blinded route.", PathKey::InTheHtlc);
    let about = "The final node of a blinded route that begins there: current_path_key is in the payload.";
    one_fault(suite, two_hops, "blinded-first-and-final", about, PathKey::InThePayload);
    let mut twice = |name: &str, about: &str, key: [u8; 33]| {
        suite
            .from(two_hops, name, format!("The final node of a blinded route. {about}"))
            .change(|payment| {
                blind(payment, PathKey::InTheHtlc);
                tell(payment, &final_data());
                payment.payload().put_integer(TOTAL_AMOUNT_MSAT, AMOUNT);
                payment.payload().put(CURRENT_PATH_KEY, key);
            })
            .shows(["bolt4.blinded.one-path-key"])
            .rejected("path_key_twice");
    };
    let same = path_secret().public_key().encode();
    twice("blinded-path-key-twice", "current_path_key beside the same path key of the HTLC.", same);
    let other = hop_key(7).public_key().encode();
    twice("blinded-other-path-key-beside", "current_path_key beside another path key of the HTLC.", other);
}

fn one_fault(suite: &mut Suite, two_hops: &Twin<Payment>, start: &str, node: &str, place: PathKey) {
    let mut fault = |name: &str, about: &str, reason, shown: &'static str, change: &dyn Fn(&mut Payment)| {
        suite
            .from(two_hops, format!("{start}-{name}"), format!("{node} {about}"))
            .change(|payment| {
                blind(payment, place);
                tell(payment, &final_data());
                payment.payload().put_integer(TOTAL_AMOUNT_MSAT, AMOUNT);
                change(payment);
            })
            .shows([shown])
            .rejected(reason);
    };
    let required = "bolt4.blinded.final-required";
    for (name, r#type, reason) in [
        ("no-amt-to-forward", AMT_TO_FORWARD, "amt_to_forward_missing"),
        ("no-outgoing-cltv-value", OUTGOING_CLTV_VALUE, "outgoing_cltv_value_missing"),
        ("no-total-amount-msat", TOTAL_AMOUNT_MSAT, "total_amount_msat_missing"),
    ] {
        let about = format!("The payload has {}.", name.replacen("no-", "no ", 1).replace('-', "_"));
        fault(name, &about, reason, required, &|it| it.payload().drop(r#type));
    }
    let data = ordinary::payment_data(label::bytes32("payment_secret"), AMOUNT);
    let others: [(&str, Change<'_>); 4] = [
        ("short-channel-id", &|it| it.put(SHORT_CHANNEL_ID, CHANNEL)),
        ("payment-data", &|it| it.put(PAYMENT_DATA, data.clone())),
        ("payment-metadata", &|it| it.put(PAYMENT_METADATA, [1; 3])),
        ("odd-23", &|it| it.put(23, *b"odd")),
    ];
    let reason = "record_not_of_a_blinded_route";
    for (name, change) in others {
        let words = if name == "odd-23" { "an unknown odd record".into() } else { name.replace('-', "_") };
        let about = format!("The payload has {words} too.");
        fault(name, &about, reason, "bolt4.reader.blinded-final", &|it| change(it.payload()));
    }
    let mut told = |name: &str, about: &str, reason, shown, change: &dyn Fn(&mut Stream)| {
        fault(name, about, reason, shown, &|payment| {
            let mut data = final_data();
            change(&mut data);
            tell(payment, &data);
        });
    };
    let about = "The HTLC expires one block above max_cltv_expiry.";
    let shown = "bolt4.blinded.max-cltv-expiry";
    told("above-max-cltv-expiry", about, "max_cltv_expiry_exceeded", shown, &|it| {
        it.put(types::PAYMENT_CONSTRAINTS, constraints(EXPIRY - 1, HTLC_MINIMUM));
    });
    let about = "The HTLC has one msat less than htlc_minimum_msat.";
    told("below-htlc-minimum", about, "below_htlc_minimum", "bolt4.blinded.htlc-minimum", &|it| {
        it.put(types::PAYMENT_CONSTRAINTS, constraints(MAX_CLTV_EXPIRY, AMOUNT + 1));
    });
    let about = "allowed_features have bit 151, which is not known.";
    told("feature-151", about, "feature_unknown", "bolt4.blinded.unknown-feature", &|it| {
        it.put(types::ALLOWED_FEATURES, [&[0x80][..], &[0; 18]].concat());
    });
    let about = "The data have an unknown even record.";
    told("even-200", about, "encrypted_data_unreadable", "bolt4.blinded.unreadable-data", &|it| {
        it.put(200, *b"even")
    });
    told(
        "next-hop-twice",
        "The data name a channel and a node.",
        "next_hop_twice",
        "bolt4.blinded.one-next-hop",
        &|it| {
            it.put(types::SHORT_CHANNEL_ID, CHANNEL);
            it.put(types::NEXT_NODE_ID, hop_key(7).public_key().encode());
        },
    );
    let about = "The lowest bit of the tag's last byte is flipped.";
    fault("tag-flipped", about, "encrypted_data_unreadable", "bolt4.blinded.decrypts", &|it| {
        let mut encrypted = sealed(it, &final_data());
        if let Some(last) = encrypted.last_mut() {
            *last ^= 1;
        }
        it.payload().put(ENCRYPTED_RECIPIENT_DATA, encrypted);
    });
}
