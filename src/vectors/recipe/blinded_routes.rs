//! HTLCs within blinded routes, with data that do decrypt: one fault each. A node before the last forwards where the recipient
//! says; at the final node neither scheme can be paid so. BOLT 4, "`payload` format" and "Route Blinding".

use super::onion_construct::hop_key;
use super::payment::{
    AMOUNT, CURRENT_PATH_KEY, ENCRYPTED_RECIPIENT_DATA, EXPIRY, KEYSEND, PAYMENT_DATA, PAYMENT_METADATA,
    Payment, SHORT_CHANNEL_ID, TOTAL_AMOUNT_MSAT,
};
use super::payment::{AMT_TO_FORWARD, OUTGOING_CLTV_VALUE};
use super::suite::{Suite, Twin};
use crate::blueprint::{Stream, label, ordinary};
use crate::bolt1::SecretKey;
use crate::bolt4::blinded::{seal, types};
use crate::vectors::Level;

/// The last block at which the route may be used.
const MAX_CLTV_EXPIRY: u32 = EXPIRY + 356;
/// The least that may come over the route, in msat.
const HTLC_MINIMUM: u64 = 1000;
const CHANNEL: [u8; 8] = [0x0c, 0x35, 0, 0, 0, 1, 0, 3];

/// The secret key of the path key for the node.
fn path_secret() -> SecretKey {
    label::secret("blinded_route/path_secret")
}

fn constraints(max_cltv_expiry: u32, htlc_minimum: u64) -> Vec<u8> {
    [&max_cltv_expiry.to_be_bytes()[..], &crate::blueprint::stream::truncated(htlc_minimum)].concat()
}

/// What the recipient says to the last node: how long the route holds, and for what amounts.
fn final_data() -> Stream {
    let mut data = Stream::default();
    data.put(types::PAYMENT_CONSTRAINTS, constraints(MAX_CLTV_EXPIRY, HTLC_MINIMUM));
    data
}

/// What it says to a node before: where to forward as well, for 100 millionths and one msat, 40 blocks before.
fn relay_data() -> Stream {
    let mut data = final_data();
    data.put(types::SHORT_CHANNEL_ID, CHANNEL);
    data.put(types::PAYMENT_RELAY, [0, 40, 0, 0, 0, 100, 1]);
    data
}

/// Encrypts data for the node of a payment.
fn sealed(payment: &Payment, data: &Stream) -> Vec<u8> {
    seal(&path_secret(), &payment.node.secret.public_key(), &data.bytes())
}

/// Puts data, encrypted, into the payload.
fn tell(payment: &mut Payment, data: &Stream) {
    let encrypted = sealed(payment, data);
    payment.payload().put(ENCRYPTED_RECIPIENT_DATA, encrypted);
}

/// Where the node finds the path key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PathKey {
    InThePayload,
    InTheHtlc,
}

fn blind(payment: &mut Payment, path_key: PathKey) {
    let key = path_secret().public_key().encode();
    match path_key {
        PathKey::InThePayload => payment.payload().put(CURRENT_PATH_KEY, key),
        PathKey::InTheHtlc => payment.onion.path_key = Some(key),
    }
}

/// Adds to `keysend.receive`: keysend records in the final payload of a blinded route, and HTLCs to be forwarded in one.
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
    for path_key in [PathKey::InThePayload, PathKey::InTheHtlc] {
        forwarded(suite, minimal, path_key);
    }
}

/// An HTLC that goes on in a blinded route, from the node where it begins or from one within.
fn forwarded(suite: &mut Suite, minimal: &Twin<Payment>, path_key: PathKey) {
    let (place, words) = match path_key {
        PathKey::InThePayload => ("introduction", "The node begins a blinded route."),
        PathKey::InTheHtlc => ("relay", "The node is within a blinded route."),
    };
    suite.section("04-onion-routing.md:294-320,535-540");
    let name = |name: &str| format!("not-final-blinded-{place}{name}");
    let base = minimal.subject().clone().but(|payment| {
        payment.route().next = Some(hop_key(9).public_key());
        *payment.payload() = Stream::default();
        blind(payment, path_key);
        tell(payment, &relay_data());
    });
    let mut goes_on = |suffix: &str, about: &str, shown: &'static str, change: &dyn Fn(&mut Payment)| {
        suite
            .case(name(suffix), format!("{words} {about}"), base.clone().but(|payment| change(payment)))
            .level(Level::May)
            .flag("interoperability")
            .flag("blinded-path")
            .policy("blinded_routes")
            .shows([shown, "bolt9.features.route-blinding"])
            .accepted()
    };
    let twin = goes_on("", "It is told where to forward.", "bolt9.features.route-blinding", &|_| {});
    let mut told = |suffix: &str, about: &str, shown, change: &dyn Fn(&mut Stream)| {
        goes_on(suffix, about, shown, &|payment| {
            let mut data = relay_data();
            change(&mut data);
            tell(payment, &data);
        });
    };
    told(
        "-at-max-cltv-expiry",
        "max_cltv_expiry is just the HTLC's.",
        "bolt4.blinded.max-cltv-expiry",
        &|it| {
            it.put(types::PAYMENT_CONSTRAINTS, constraints(EXPIRY, HTLC_MINIMUM));
        },
    );
    told(
        "-at-htlc-minimum",
        "htlc_minimum_msat is just the HTLC's amount.",
        "bolt4.blinded.htlc-minimum",
        &|it| {
            it.put(types::PAYMENT_CONSTRAINTS, constraints(MAX_CLTV_EXPIRY, AMOUNT));
        },
    );
    told("-of-no-features", "allowed_features are empty.", "bolt4.blinded.no-features", &|it| {
        it.put(types::ALLOWED_FEATURES, []);
    });
    told("-padding", "The data have padding.", "bolt4.blinded.decrypts", &|it| {
        it.put(types::PADDING, [0; 20])
    });
    told("-odd-201", "The data have an unknown odd record.", "bolt4.blinded.decrypts", &|it| {
        it.put(201, *b"odd")
    });
    told("-next-path-key", "The next path key is another.", "bolt9.features.route-blinding", &|it| {
        it.put(types::NEXT_PATH_KEY_OVERRIDE, hop_key(7).public_key().encode());
    });
    path_keys(suite, &twin, path_key, &name);
    faults(suite, &twin, &name);
    records(suite, &twin, &name);
}

/// Where the path key is, and what it opens.
fn path_keys(suite: &mut Suite, twin: &Twin<Payment>, path_key: PathKey, name: &dyn Fn(&str) -> String) {
    let other = hop_key(7).public_key().encode();
    if path_key == PathKey::InTheHtlc {
        for (suffix, about, key) in [
            (
                "-path-key-twice",
                "current_path_key beside the same path key of the HTLC.",
                path_secret().public_key().encode(),
            ),
            ("-other-path-key-beside", "current_path_key beside another path key of the HTLC.", other),
        ] {
            suite
                .from(twin, name(suffix), about)
                .change(|payment| payment.payload().put(CURRENT_PATH_KEY, key))
                .rejected("path_key_twice");
        }
    } else {
        suite
            .from(twin, name("-no-path-key"), "encrypted_recipient_data, and no path key.")
            .change(|payment| payment.payload().drop(CURRENT_PATH_KEY))
            .rejected("path_key_missing");
        suite
            .from(twin, name("-other-path-key"), "A path key that the data were not encrypted with.")
            .change(|payment| payment.payload().put(CURRENT_PATH_KEY, other))
            .shows(["bolt4.blinded.decrypts", "bolt4.blinded.path-key"])
            .rejected("encrypted_data_unreadable");
    }
    let mut unreadable = |suffix: &str, about: &str, encrypted: &dyn Fn(&Payment) -> Vec<u8>| {
        suite
            .from(twin, name(suffix), about)
            .change(|payment| {
                let encrypted = encrypted(payment);
                payment.payload().put(ENCRYPTED_RECIPIENT_DATA, encrypted);
            })
            .rejected("encrypted_data_unreadable");
    };
    let flipped = |payment: &Payment, from_the_end: usize| {
        let mut encrypted = sealed(payment, &relay_data());
        let at = encrypted.len() - 1 - from_the_end;
        encrypted[at] ^= 1;
        encrypted
    };
    unreadable("-tag-flipped", "The lowest bit of the tag's last byte is flipped.", &|it| flipped(it, 0));
    unreadable("-data-flipped", "A bit of the encrypted fee is flipped.", &|it| {
        let mut encrypted = sealed(it, &relay_data());
        // A record of 10 bytes, the head of the next one, and its last byte.
        encrypted[18] ^= 2;
        encrypted
    });
    unreadable("-for-another-node", "The data were encrypted for another node.", &|_| {
        seal(&path_secret(), &hop_key(7).public_key(), &relay_data().bytes())
    });
    unreadable("-not-encrypted", "The data are not encrypted.", &|_| relay_data().bytes());
    unreadable("-empty", "There are no bytes of data, and no tag.", &|_| Vec::new());
    let changed = |payment: &Payment, change: &dyn Fn(&mut Stream)| {
        let mut data = relay_data();
        change(&mut data);
        sealed(payment, &data)
    };
    unreadable("-even-200", "The data have an unknown even record.", &|it| {
        changed(it, &|data| data.put(200, *b"even"))
    });
    unreadable("-data-cut", "The data end within a record.", &|it| changed(it, &|data| data.cut(1)));
}

/// What the data ask for.
fn faults(suite: &mut Suite, twin: &Twin<Payment>, name: &dyn Fn(&str) -> String) {
    let mut fault = |suffix: &str, about: &str, reason, shown: &'static str, change: &dyn Fn(&mut Stream)| {
        suite
            .from(twin, name(suffix), about)
            .change(|payment| {
                let mut data = relay_data();
                change(&mut data);
                tell(payment, &data);
            })
            .shows([shown])
            .rejected(reason);
    };
    let about = "The HTLC expires one block above max_cltv_expiry.";
    fault(
        "-above-max-cltv-expiry",
        about,
        "max_cltv_expiry_exceeded",
        "bolt4.blinded.max-cltv-expiry",
        &|it| {
            it.put(types::PAYMENT_CONSTRAINTS, constraints(EXPIRY - 1, HTLC_MINIMUM));
        },
    );
    let about = "The HTLC has one msat less than htlc_minimum_msat.";
    fault("-below-htlc-minimum", about, "below_htlc_minimum", "bolt4.blinded.htlc-minimum", &|it| {
        it.put(types::PAYMENT_CONSTRAINTS, constraints(MAX_CLTV_EXPIRY, AMOUNT + 1));
    });
    for bit in [150_usize, 151] {
        let about = format!("allowed_features have bit {bit}, which is not known.");
        let feature = format!("-feature-{bit}");
        fault(&feature, &about, "feature_unknown", "bolt4.blinded.unknown-feature", &|it| {
            let mut features = [0; 19];
            features[18 - bit / 8] = 1 << (bit % 8);
            it.put(types::ALLOWED_FEATURES, features);
        });
    }
    let node = hop_key(9).public_key().encode();
    let about = "The data name a channel and a node to forward to.";
    fault("-next-hop-twice", about, "next_hop_twice", "bolt4.blinded.one-next-hop", &|it| {
        it.put(types::NEXT_NODE_ID, node);
    });
    let about = "The data name neither a channel nor a node to forward to.";
    fault("-no-next-hop", about, "next_hop_missing", "bolt4.blinded.next-hop", &|it| {
        it.drop(types::SHORT_CHANNEL_ID);
    });
    let about = "The data have no payment_relay.";
    fault("-no-payment-relay", about, "payment_relay_missing", "bolt4.blinded.payment-relay", &|it| {
        it.drop(types::PAYMENT_RELAY);
    });
}

/// Records beside those that a payload before the last may have there.
fn records(suite: &mut Suite, twin: &Twin<Payment>, name: &dyn Fn(&str) -> String) {
    let preimage = label::bytes32("keysend.receive/preimage");
    let others: [(&str, &str, &dyn Fn(&mut Stream)); 6] = [
        ("-amt-to-forward", "amt_to_forward", &|it| it.put_integer(AMT_TO_FORWARD, AMOUNT)),
        ("-outgoing-cltv-value", "outgoing_cltv_value", &|it| {
            it.put_integer(OUTGOING_CLTV_VALUE, EXPIRY.into())
        }),
        ("-short-channel-id", "a short channel id for all to see", &|it| it.put(SHORT_CHANNEL_ID, CHANNEL)),
        ("-total-amount-msat", "total_amount_msat", &|it| it.put_integer(TOTAL_AMOUNT_MSAT, AMOUNT)),
        ("-keysend", "a keysend record", &|it| it.put(KEYSEND, preimage)),
        ("-odd-23", "an unknown odd record", &|it| it.put(23, *b"odd")),
    ];
    for (suffix, words, change) in others {
        suite
            .from(twin, name(suffix), format!("The payload has {words}. The node is not the final one."))
            .change(|payment| change(payment.payload()))
            .shows(["bolt4.blinded.records-before-final"])
            .rejected("record_not_of_a_blinded_route");
    }
}

/// Adds to `shared_secret.receive`: final payloads of a blinded route with one fault. Nothing is said of one without: whether a payee takes
/// what came over a route of the payer's is a question of its own.
pub fn shared_secret(suite: &mut Suite, two_hops: &Twin<Payment>) {
    let mut fault = |name: &str, about: &str, reason, shown: &'static str, change: &dyn Fn(&mut Payment)| {
        suite
            .from(two_hops, format!("blinded-{name}"), format!("The final node of a blinded route. {about}"))
            .change(|payment| {
                blind(payment, PathKey::InTheHtlc);
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
    let others: [(&str, &dyn Fn(&mut Stream)); 4] = [
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
    let about = "The lowest bit of the tag's last byte is flipped.";
    fault("tag-flipped", about, "encrypted_data_unreadable", "bolt4.blinded.decrypts", &|it| {
        let mut encrypted = sealed(it, &final_data());
        if let Some(last) = encrypted.last_mut() {
            *last ^= 1;
        }
        it.payload().put(ENCRYPTED_RECIPIENT_DATA, encrypted);
    });
    let about = "current_path_key beside the same path key of the HTLC.";
    fault("path-key-twice", about, "path_key_twice", "bolt4.blinded.one-path-key", &|it| {
        blind(it, PathKey::InThePayload);
    });
}
