//! A node before the last in a blinded route, with data that do decrypt: it forwards where the recipient says; and one fault
//! each. BOLT 4, "`payload` format", lines 294 to 320, and "Route Blinding".

use super::blinded_data::{self, Told};
use super::blinded_route::{
    CHANNEL, Change, HTLC_MINIMUM, MAX_CLTV_EXPIRY, PathKey, blind, constraints, path_secret, relay_data,
    sealed, tell,
};
use super::onion_construct::hop_key;
use super::payment::{
    AMOUNT, AMT_TO_FORWARD, CURRENT_PATH_KEY, ENCRYPTED_RECIPIENT_DATA, EXPIRY, KEYSEND, OUTGOING_CLTV_VALUE,
    PAYMENT_DATA, PAYMENT_METADATA, Payment, SHORT_CHANNEL_ID, TOTAL_AMOUNT_MSAT,
};
use super::suite::{Suite, Twin};
use crate::blueprint::{Stream, label, ordinary};
use crate::bolt4::blinded::{seal, types};
use crate::protocol::operation::Switch;
use crate::vectors::Level;

/// Adds to `keysend.receive`: HTLCs to be forwarded in a blinded route.
pub fn receive(suite: &mut Suite, minimal: &Twin<Payment>) {
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
    let goes_on = &mut |suffix: &str, about: &str, shown: &'static str, change: &dyn Fn(&mut Payment)| {
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
    goes_on(
        "-keysend-switched-off",
        "Keysend is switched off: that is for the final node.",
        "bolt9.features.route-blinding",
        &|payment| payment.node.settings.keysend = Switch::Refuse,
    );
    let minimum = "An HTLC of 2^57 msat, as much as htlc_minimum_msat, which has eight bytes.";
    goes_on("-htlc-minimum-8-bytes", minimum, "bolt4.blinded.htlc-minimum", &|payment| {
        payment.amount = 1 << 57;
        let mut data = relay_data();
        data.put(types::PAYMENT_CONSTRAINTS, constraints(MAX_CLTV_EXPIRY, 1 << 57));
        tell(payment, &data);
    });
    let fee = "An HTLC of 2^57 msat, of which fee_base_msat, of four bytes, is a small part.";
    goes_on("-fee-base-4-bytes", fee, "bolt4.blinded.payment-relay", &|payment| {
        payment.amount = 1 << 57;
        let mut data = relay_data();
        data.put(types::PAYMENT_RELAY, [0, 80, 0, 0, 0, 100, 1, 0, 0, 0]);
        tell(payment, &data);
    });
    let another = label::secret("blinded_route/another_path_secret");
    let odd = label::secret_where("blinded_route/odd_path_secret", |key| key.public_key().encode()[0] == 3);
    for (suffix, about, secret) in [
        ("-of-another-path-key", "It has another path key.", another),
        ("-of-a-path-key-with-prefix-03", "It has a path key with the prefix 03.", odd),
    ] {
        goes_on(suffix, about, "bolt4.blinded.decrypts", &|payment| {
            let key = secret.public_key().encode();
            match path_key {
                PathKey::InThePayload => payment.payload().put(CURRENT_PATH_KEY, key),
                PathKey::InTheHtlc => payment.onion.path_key = Some(key),
            }
            let data = seal(&secret, &payment.node.secret.public_key(), &relay_data().bytes());
            payment.payload().put(ENCRYPTED_RECIPIENT_DATA, data);
        });
    }
    let minimum = "An HTLC of 2^32 msat, as much as htlc_minimum_msat, which has five bytes.";
    let wide = goes_on("-htlc-minimum-5-bytes", minimum, "bolt4.blinded.htlc-minimum", &|payment| {
        payment.amount = 1 << 32;
        let mut data = relay_data();
        data.put(types::PAYMENT_CONSTRAINTS, constraints(MAX_CLTV_EXPIRY, 1 << 32));
        tell(payment, &data);
    });
    const WIDE: u64 = (1 << 53) + 1;
    let minimum = "An HTLC of 2^53 + 1 msat, as much as htlc_minimum_msat.";
    let exact = goes_on("-htlc-minimum-2-to-53-plus-1", minimum, "bolt4.blinded.htlc-minimum", &|payment| {
        payment.amount = WIDE;
        let mut data = relay_data();
        data.put(types::PAYMENT_CONSTRAINTS, constraints(MAX_CLTV_EXPIRY, WIDE));
        tell(payment, &data);
    });
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
    for Told { suffix, about, shown, change } in blinded_data::SOUND {
        told(suffix, about, shown, change);
    }
    suite
        .from(
            &wide,
            name("-htlc-minimum-5-bytes-one-less"),
            "The HTLC has one msat less than htlc_minimum_msat, which is 2^32.",
        )
        .change(|payment| payment.amount -= 1)
        .shows(["bolt4.blinded.htlc-minimum"])
        .rejected("below_htlc_minimum");
    suite
        .from(
            &exact,
            name("-htlc-minimum-2-to-53-plus-1-one-less"),
            "The HTLC has one msat less than htlc_minimum_msat, which is 2^53 + 1.",
        )
        .change(|payment| payment.amount -= 1)
        .shows(["bolt4.blinded.htlc-minimum"])
        .rejected("below_htlc_minimum");
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
    for (suffix, about, change) in blinded_data::UNREADABLE {
        unreadable(suffix, about, &|it| changed(it, change));
    }
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
    let about = "max_cltv_expiry is 0, and so is htlc_minimum_msat, which has no bytes.";
    fault(
        "-payment-constraints-of-zeros",
        about,
        "max_cltv_expiry_exceeded",
        "bolt4.blinded.max-cltv-expiry",
        &|it| it.put(types::PAYMENT_CONSTRAINTS, constraints(0, 0)),
    );
    let about = "The HTLC has one msat less than htlc_minimum_msat.";
    fault("-below-htlc-minimum", about, "below_htlc_minimum", "bolt4.blinded.htlc-minimum", &|it| {
        it.put(types::PAYMENT_CONSTRAINTS, constraints(MAX_CLTV_EXPIRY, AMOUNT + 1));
    });
    let about = "htlc_minimum_msat is 2^32: cut to 32 bits it is nothing.";
    fault("-htlc-minimum-2-to-32", about, "below_htlc_minimum", "bolt4.blinded.htlc-minimum", &|it| {
        it.put(types::PAYMENT_CONSTRAINTS, constraints(MAX_CLTV_EXPIRY, 1 << 32));
    });
    for bit in [17_usize, 150, 151] {
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
    let secret = label::bytes32("keysend.receive/payment_secret");
    let others: [(&str, &str, Change<'_>); 9] = [
        ("-amt-to-forward", "amt_to_forward", &|it| it.put_integer(AMT_TO_FORWARD, AMOUNT)),
        ("-outgoing-cltv-value", "outgoing_cltv_value", &|it| {
            it.put_integer(OUTGOING_CLTV_VALUE, EXPIRY.into())
        }),
        ("-short-channel-id", "a short channel id for all to see", &|it| it.put(SHORT_CHANNEL_ID, CHANNEL)),
        ("-total-amount-msat", "total_amount_msat", &|it| it.put_integer(TOTAL_AMOUNT_MSAT, AMOUNT)),
        ("-keysend", "a keysend record", &|it| it.put(KEYSEND, preimage)),
        ("-payment-data", "payment_data", &|it| it.put(PAYMENT_DATA, ordinary::payment_data(secret, AMOUNT))),
        ("-payment-metadata", "payment_metadata", &|it| it.put(PAYMENT_METADATA, [1; 3])),
        ("-odd-23", "an unknown odd record", &|it| it.put(23, *b"odd")),
        ("-odd-65537", "an odd custom record", &|it| it.put(65537, *b"odd")),
    ];
    for (suffix, words, change) in others {
        suite
            .from(twin, name(suffix), format!("The payload has {words}. The node is not the final one."))
            .change(|payment| change(payment.payload()))
            .shows(["bolt4.blinded.records-before-final"])
            .rejected("record_not_of_a_blinded_route");
    }
}
