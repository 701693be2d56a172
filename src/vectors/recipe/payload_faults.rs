//! What is wrong with a payload, whatever pays: one table of faults, and one of records that decide nothing, for keysends,
//! shared secrets, payments of invoices and HTLCs that are to be forwarded. BOLT 1, "Type-Length-Value Format"; BOLT 4,
//! "`payload` format".

use super::fixture::unhex;
use super::onion_construct::hop_key;
use super::payment::{
    AMT_TO_FORWARD, CURRENT_PATH_KEY, ENCRYPTED_RECIPIENT_DATA, KEYSEND, OUTGOING_CLTV_VALUE, PAYMENT_DATA,
    PAYMENT_METADATA, Payment, SHORT_CHANNEL_ID, TOTAL_AMOUNT_MSAT,
};
use super::suite::{Suite, Twin};
use crate::blueprint::Stream;
use crate::bolt1::tlv::MAX_MSAT;
use crate::vectors::rulebook;

/// What pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Keysend,
    SharedSecret,
    Invoice,
    Forwarded,
}

/// One thing that is wrong with a payload, and nothing else, so that no other rule refuses it.
pub struct Fault {
    pub name: &'static str,
    pub about: &'static str,
    pub reason: &'static str,
    pub change: fn(&mut Stream),
}

const fn fault(
    name: &'static str,
    about: &'static str,
    reason: &'static str,
    change: fn(&mut Stream),
) -> Fault {
    Fault { name, about, reason, change }
}

const ORDER: &str = "types_not_increasing";
const LENGTH: &str = "value_wrong_length";
const MINIMAL: &str = "value_not_minimal";
const INVALID: &str = "value_invalid";
const EVEN: &str = "unknown_even_type";
const BLINDED: &str = "blinded_path_not_allowed";

/// The faults of every kind.
pub const FAULTS: &[Fault] = &[
    fault("amt-to-forward-twice", "amt_to_forward occurs twice.", ORDER, |it| it.repeat(AMT_TO_FORWARD)),
    fault("order-4-before-2", "outgoing_cltv_value stands before amt_to_forward.", ORDER, |it| {
        it.move_to_front(OUTGOING_CLTV_VALUE);
    }),
    fault("odd-101-twice", "An unknown odd record occurs twice.", ORDER, |it| {
        it.put(101, *b"x");
        it.repeat(101);
    }),
    fault("trailing-00", "A zero byte after the records.", ORDER, |it| it.append(&[0])),
    fault("trailing-ff", "A byte ff after the records.", "type_truncated", |it| it.append(&[0xff])),
    fault("type-not-minimal", "The type 2 in three bytes.", "type_not_minimal", |it| {
        it.record(AMT_TO_FORWARD).widen_type(3);
    }),
    fault("length-not-minimal", "The length of amt_to_forward in three bytes.", "length_not_minimal", |it| {
        it.record(AMT_TO_FORWARD).widen_length(3);
    }),
    fault(
        "odd-length-not-minimal",
        "The length of an unknown odd record in three bytes.",
        "length_not_minimal",
        |it| {
            it.put(101, *b"x");
            it.record(101).widen_length(3);
        },
    ),
    fault("payload-cut", "The payload ends a byte before its last record does.", "value_truncated", |it| {
        it.cut(1)
    }),
    fault(
        "odd-value-cut",
        "An unknown odd record of two bytes, of which one is there.",
        "value_truncated",
        |it| {
            it.append(&unhex("ffffffffffffffffff0278"));
        },
    ),
    fault(
        "length-missing",
        "The payload ends after the type of an unknown odd record.",
        "length_truncated",
        |it| {
            it.append(&unhex("ffffffffffffffffff"));
        },
    ),
    fault(
        "length-cut",
        "The payload ends within the length of an unknown odd record; the byte that is there is zero.",
        "length_truncated",
        |it| {
            it.append(&unhex("fffffffffffffffffffd00"));
        },
    ),
    fault("amount-leading-zero", "amt_to_forward with a leading zero byte.", MINIMAL, |it| {
        it.put(AMT_TO_FORWARD, [0, 1, 0x86, 0xa0]);
    }),
    fault("amount-9-bytes", "amt_to_forward of nine bytes.", LENGTH, |it| it.put(AMT_TO_FORWARD, [1; 9])),
    fault(
        "amount-above-21-million-bitcoin",
        "amt_to_forward one msat above 21 million bitcoin.",
        INVALID,
        |it| {
            it.put_integer(AMT_TO_FORWARD, MAX_MSAT + 1);
        },
    ),
    fault("expiry-leading-zero", "outgoing_cltv_value with a leading zero byte.", MINIMAL, |it| {
        it.put(OUTGOING_CLTV_VALUE, [0, 0x0c, 0x35, 0x90]);
    }),
    fault("expiry-5-bytes", "outgoing_cltv_value of five bytes, of which four would do.", LENGTH, |it| {
        it.put(OUTGOING_CLTV_VALUE, [1, 0, 0x0c, 0x35, 0x90]);
    }),
    fault("short-channel-id-7-bytes", "A short channel id of seven bytes.", LENGTH, |it| {
        it.put(SHORT_CHANNEL_ID, [7; 7]);
    }),
    fault("short-channel-id-9-bytes", "A short channel id of nine bytes.", LENGTH, |it| {
        it.put(SHORT_CHANNEL_ID, [7; 9]);
    }),
    fault("payment-secret-31-bytes", "payment_data of 31 bytes.", LENGTH, |it| it.put(PAYMENT_DATA, [7; 31])),
    fault("payment-data-41-bytes", "payment_data whose total_msat has nine bytes.", LENGTH, |it| {
        total(it, &[1; 9]);
    }),
    fault(
        "payment-data-total-leading-zero",
        "payment_data's total_msat with a leading zero byte.",
        MINIMAL,
        |it| {
            total(it, &[0, 1, 0x86, 0xa0]);
        },
    ),
    fault(
        "payment-data-total-above-21-million-bitcoin",
        "payment_data's total_msat one msat above 21 million bitcoin.",
        INVALID,
        |it| {
            total(it, &(MAX_MSAT + 1).to_be_bytes());
        },
    ),
    fault("total-amount-leading-zero", "total_amount_msat with a leading zero byte.", MINIMAL, |it| {
        it.put(TOTAL_AMOUNT_MSAT, [0, 1, 0x86, 0xa0]);
    }),
    fault("total-amount-9-bytes", "total_amount_msat of nine bytes.", LENGTH, |it| {
        it.put(TOTAL_AMOUNT_MSAT, [1; 9])
    }),
    fault(
        "total-amount-above-21-million-bitcoin",
        "total_amount_msat one msat above 21 million bitcoin.",
        INVALID,
        |it| {
            it.put_integer(TOTAL_AMOUNT_MSAT, MAX_MSAT + 1);
        },
    ),
    fault("record-of-31-bytes", "A keysend record of 31 bytes.", LENGTH, |it| it.put(KEYSEND, [7; 31])),
    fault("record-of-33-bytes", "A keysend record of 33 bytes.", LENGTH, |it| it.put(KEYSEND, [7; 33])),
    fault("even-24", "Type 24: even and unknown.", EVEN, |it| it.put(24, *b"x")),
    fault("even-102", "Type 102: even and unknown.", EVEN, |it| it.put(102, *b"x")),
    fault("even-65534", "Type 65534: even, unknown and below the custom types.", EVEN, |it| {
        it.put(65534, [])
    }),
    fault(
        "encrypted-recipient-data",
        "encrypted_recipient_data, and no path key.",
        "path_key_missing",
        |it| {
            it.put(ENCRYPTED_RECIPIENT_DATA, [7; 40]);
        },
    ),
    fault(
        "encrypted-recipient-data-of-0-bytes",
        "encrypted_recipient_data without a byte, and no path key: the record is there all the same.",
        "path_key_missing",
        |it| {
            it.put(ENCRYPTED_RECIPIENT_DATA, []);
        },
    ),
    fault("current-path-key", "current_path_key outside of a blinded route.", BLINDED, |it| {
        it.put(CURRENT_PATH_KEY, hop_key(5).public_key().encode());
    }),
    fault("amt-to-forward-missing", "No amt_to_forward.", "amt_to_forward_missing", |it| {
        it.drop(AMT_TO_FORWARD)
    }),
    fault("outgoing-cltv-value-missing", "No outgoing_cltv_value.", "outgoing_cltv_value_missing", |it| {
        it.drop(OUTGOING_CLTV_VALUE);
    }),
];

/// `payment_data` with these bytes of `total_msat` and the payment secret that is there, if there is one.
fn total(it: &mut Stream, bytes: &[u8]) {
    let secret = it.find(PAYMENT_DATA).map_or_else(|| vec![7; 32], |data| data[..32].to_vec());
    it.put(PAYMENT_DATA, [&secret[..], bytes].concat());
}

/// Records beside the others that decide nothing.
pub struct Harmless {
    pub name: &'static str,
    pub about: &'static str,
    pub change: fn(&mut Stream),
}

/// Those of every kind.
pub const HARMLESS: &[Harmless] = &[
    Harmless { name: "odd-23", about: "Type 23: odd and unknown.", change: |it| it.put(23, *b"odd") },
    Harmless {
        name: "odd-of-1000-bytes",
        about: "An unknown odd record of 1000 bytes.",
        change: |it| it.put(65537, [0x2a; 1000]),
    },
    Harmless {
        name: "120-odd-records",
        about: "120 unknown odd records.",
        change: |it| (0..120).for_each(|number| it.put(65537 + 2 * number, [])),
    },
];

/// `payment_metadata` of lengths that no text forbids.
pub const METADATA: [usize; 3] = [0, 3, 1000];

/// Adds each fault to a suite, from an accepted case of its kind.
pub fn receive(suite: &mut Suite, twin: &Twin<Payment>, kind: Kind) {
    let prefix = if kind == Kind::Forwarded { "not-final-" } else { "" };
    for fault in FAULTS {
        suite
            .from(twin, format!("{prefix}{}", fault.name), about(kind, fault.about))
            .change(|payment| (fault.change)(payment.payload()))
            .shows(shown(kind, fault))
            .rejected(fault.reason);
    }
    suite.section("01-messaging.md:178-179");
    for harmless in HARMLESS {
        suite
            .from(twin, format!("{prefix}{}", harmless.name), about(kind, harmless.about))
            .change(|payment| (harmless.change)(payment.payload()))
            .flag("unknown-type")
            .shows(["bolt1.tlv.unknown-odd"])
            .accepted();
    }
    suite.section("04-onion-routing.md:288-290");
    for length in METADATA {
        let mut draft = suite
            .from(
                twin,
                format!("{prefix}payment-metadata-of-{length}-bytes"),
                about(kind, &format!("payment_metadata of {length} bytes.")),
            )
            .change(|payment| payment.payload().put(PAYMENT_METADATA, vec![1; length]))
            .level(crate::vectors::Level::May)
            .flag("interoperability")
            .shows(["bolt4.reader.payment-metadata"]);
        if kind == Kind::Keysend {
            draft = draft.policy("keysend_payment_metadata");
        }
        draft.accepted();
    }
    suite
        .from(
            twin,
            format!("{prefix}even-custom-65536"),
            about(kind, "The lowest custom type, even and unknown."),
        )
        .change(|payment| payment.payload().put(65536, *b"x"))
        .flag("interoperability")
        .policy("custom_even_records")
        .rejected(EVEN);
}

/// A sentence about an HTLC of this kind.
pub fn about(kind: Kind, sentence: &str) -> String {
    match kind {
        Kind::Forwarded => format!("{sentence} The node is not the final one."),
        _ => sentence.to_owned(),
    }
}

/// The requirements that a fault shows.
pub fn shown(kind: Kind, fault: &Fault) -> Vec<&'static str> {
    let mut shown = rulebook::find(fault.reason).map_or(&[][..], |rule| rule.requirements).to_vec();
    // At a node before the last one, the failure is another.
    if (fault.name, kind) == ("current-path-key", Kind::Forwarded) {
        shown.extend(["bolt4.failure.current-path-key", "bolt2.remove.blinded-introduction"]);
    }
    shown
}
