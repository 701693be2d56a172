//! Features: may the payer pay this node, and what does the payee announce. BOLT 7, BOLT 9, BOLT 11, bLIP 3.

use super::fixture::hex_of;
use super::suite::{Suite, Twin};
use crate::protocol::operation::{FeaturesAnnounce, FeaturesMayPay, PaymentKind};
use crate::vectors::case::Level;

const NODE_ANNOUNCEMENT: &str = "07-routing-gossip.md:365-369";
const NUMBERING: &str = "09-features.md:11-16";
const KEYSEND_BITS: [&str; 2] = ["blip3.sender.feature", "blip2.keysend-bits"];
/// What an ordinary node announces beside keysend: var_onion_optin, payment_secret, basic_mpp.
const ORDINARY: [u16; 3] = [9, 15, 17];

/// The field with these bits, of this length at least.
fn field(bits: &[u16], length: usize) -> Vec<u8> {
    let needed = bits.iter().map(|bit| usize::from(bit / 8) + 1).max().unwrap_or(0);
    let mut bytes = vec![0; needed.max(length)];
    let last = bytes.len().wrapping_sub(1);
    for bit in bits {
        bytes[last - usize::from(bit / 8)] |= 1 << (bit % 8);
    }
    bytes
}

fn ordinary_and(bits: &[u16]) -> Vec<u8> {
    field(&[&ORDINARY, bits].concat(), 0)
}

fn pays(payment: PaymentKind, node_features: Vec<u8>) -> FeaturesMayPay {
    let invoice_features = (payment == PaymentKind::Invoice).then(|| hex_of(field(&ORDINARY, 0)));
    FeaturesMayPay { payment, node_features: hex_of(node_features), invoice_features }
}

/// `features.may_pay`.
pub fn may_pay(suite: &mut Suite) {
    suite.section("blip-0003.md:36");
    let optional = suite
        .case(
            "keysend-optional",
            "The node announces keysend by bit 55.",
            pays(PaymentKind::Keysend, ordinary_and(&[55])),
        )
        .flag("basic")
        .shows(KEYSEND_BITS)
        .accepted();
    suite
        .from(&optional, "keysend-mandatory", "The node announces keysend by bit 54.")
        .change(|input| input.node_features = hex_of(ordinary_and(&[54])))
        .flag("basic")
        .shows(KEYSEND_BITS)
        .accepted();
    suite
        .from(
            &optional,
            "keysend-both-bits",
            "The node sets both bits of keysend, which it must not. It counts as mandatory.",
        )
        .change(|input| input.node_features = hex_of(ordinary_and(&[54, 55])))
        .flag("bounds")
        .spec("09-features.md:76-78")
        .shows(["bolt9.features.both-received"])
        .accepted();
    not_announced(suite, &optional);
    lengths(suite, &optional);
    unknown_bits(suite, &optional);
    other_payments(suite);
    dependencies(suite);
}

/// Where another order of bits or bytes would see the bit.
fn not_announced(suite: &mut Suite, optional: &Twin<FeaturesMayPay>) {
    let absent: [(&str, &str, Vec<u8>); 7] = [
        ("not-announced", "The node does not announce keysend.", ordinary_and(&[])),
        ("no-features", "The node's features have no bytes.", Vec::new()),
        ("features-of-zeros", "The node's features are seven zero bytes.", vec![0; 7]),
        (
            "neighbours-of-the-bits",
            "Bits 51, 53, 57 and 59 and the dependency 47 are set, the bits of keysend are not.",
            ordinary_and(&[47, 51, 53, 57, 59]),
        ),
        (
            "bit-7-of-7-bytes",
            "Bit 7 is set in seven bytes: with the bytes in the other order it is bit 55.",
            field(&[7], 7),
        ),
        ("bit-63", "Bit 63 is set: modulo 8 it is bit 55's place.", field(&[63], 0)),
        ("bit-311", "Bit 311 is set: in eight bits it is bit 55.", field(&[311], 0)),
    ];
    for (name, about, bytes) in absent {
        suite
            .from(optional, name, about)
            .change(|input| input.node_features = hex_of(bytes))
            .policy("keysend_not_announced")
            .flag("bounds")
            .rejected("keysend_not_announced");
    }
}

fn lengths(suite: &mut Suite, optional: &Twin<FeaturesMayPay>) {
    for (name, about, bytes) in [
        (
            "one-leading-zero-byte",
            "The field has a zero byte more than it needs.",
            field(&[9, 15, 17, 55], 8),
        ),
        ("256-bytes", "The field has 256 bytes, most of them zero.", field(&[9, 15, 17, 55], 256)),
        ("1000-bytes", "The field has 1000 bytes, most of them zero.", field(&[9, 15, 17, 55], 1000)),
    ] {
        suite
            .from(optional, name, about)
            .change(|input| input.node_features = hex_of(bytes))
            .flag("bounds")
            .spec(NUMBERING)
            .shows(["bolt9.features.numbering", "blip2.keysend-bits"])
            .accepted();
    }
}

/// Even bits that nobody knows. The twin of each has the odd bit above it.
fn unknown_bits(suite: &mut Suite, optional: &Twin<FeaturesMayPay>) {
    for even in [66, 100, 126, 254, 300, 4096] {
        let odd = suite
            .from(
                optional,
                format!("unknown-odd-{}", even + 1),
                format!("The node sets bit {}, which nobody knows. It is odd.", even + 1),
            )
            .change(|input| input.node_features = hex_of(ordinary_and(&[55, even + 1])))
            .flag("unknown-type")
            .spec("07-routing-gossip.md:396-399")
            .shows(["bolt7.features.odd"])
            .accepted();
        suite
            .from(
                &odd,
                format!("unknown-even-{even}"),
                format!("The node sets bit {even}, which nobody knows. It is even."),
            )
            .change(|input| input.node_features = hex_of(ordinary_and(&[55, even])))
            .rejected("node_feature_unknown");
    }
    suite
        .from(optional, "unknown-both-bits-100", "The node sets bits 100 and 101, which nobody knows.")
        .change(|input| input.node_features = hex_of(ordinary_and(&[55, 100, 101])))
        .rejected("node_feature_unknown");
    suite
        .from(
            optional,
            "known-even-bits",
            "The node sets even bits that every payer knows: 8, 12, 14, 16, 46 and 54.",
        )
        .change(|input| input.node_features = hex_of(field(&[8, 12, 14, 16, 46, 54], 0)))
        .flag("unknown-type")
        .spec(NODE_ANNOUNCEMENT)
        .shows(["bolt7.features.unknown-even"])
        .accepted();
}

fn other_payments(suite: &mut Suite) {
    let plain = suite
        .case(
            "shared-secret",
            "A shared-secret payment: no feature announces that a node takes one.",
            pays(PaymentKind::SharedSecret, ordinary_and(&[])),
        )
        .flag("scheme")
        .spec(NODE_ANNOUNCEMENT)
        .level(Level::Proposal)
        .shows(["bolt7.features.unknown-even"])
        .accepted();
    suite
        .from(
            &plain,
            "shared-secret-unknown-even-100",
            "A shared-secret payment to a node that sets bit 100.",
        )
        .change(|input| input.node_features = hex_of(ordinary_and(&[100])))
        .rejected("node_feature_unknown");
    suite
        .from(&plain, "shared-secret-unknown-odd-101", "A shared-secret payment to a node that sets bit 101.")
        .change(|input| input.node_features = hex_of(ordinary_and(&[101])))
        .flag("unknown-type")
        .spec("07-routing-gossip.md:396-399")
        .level(Level::Proposal)
        .shows(["bolt7.features.odd"])
        .accepted();
    let invoice = suite
        .case(
            "invoice",
            "A payment of an invoice: keysend need not be announced.",
            pays(PaymentKind::Invoice, ordinary_and(&[])),
        )
        .flag("scheme")
        .spec(NODE_ANNOUNCEMENT)
        .shows(["bolt7.features.unknown-even"])
        .accepted();
    for (name, about, node, bits) in [
        (
            "invoice-node-unknown-even-100",
            "The node sets bit 100, its invoice does not.",
            &[100][..],
            &[][..],
        ),
        ("invoice-node-even-invoice-odd", "The node sets bit 100, its invoice bit 101.", &[100], &[101]),
        ("invoice-unknown-odd-101", "The invoice sets bit 101.", &[], &[101]),
    ] {
        suite
            .from(&invoice, name, about)
            .change(|input| {
                input.node_features = hex_of(ordinary_and(node));
                input.invoice_features = Some(hex_of(ordinary_and(bits)));
            })
            .flag("unknown-type")
            .spec("11-payment-encoding.md:215-218")
            // BOLT 7 makes an exception to what it forbids, and asks nobody to pay.
            .level(if node.is_empty() { Level::Must } else { Level::May })
            .shows(
                if node.is_empty() { "bolt11.features.unknown-odd" } else { "bolt7.features.unknown-even" }
                    .split_whitespace()
                    .collect::<Vec<_>>(),
            )
            .accepted();
    }
    for (name, bit) in [("optional", 55), ("mandatory", 54)] {
        suite
            .from(
                &invoice,
                format!("invoice-keysend-{name}"),
                format!("A payment of an invoice; its node sets bit {bit}, the invoice does not."),
            )
            .change(|input| input.node_features = hex_of(ordinary_and(&[bit])))
            .flag("scheme")
            .spec(NODE_ANNOUNCEMENT)
            .shows(["bolt7.features.unknown-even", "blip2.keysend-bits"])
            .accepted();
    }
    for even in [66, 100, 300] {
        suite
            .from(
                &invoice,
                format!("invoice-unknown-even-{even}"),
                format!("The invoice sets bit {even}, which nobody knows. Its node does not."),
            )
            .change(|input| input.invoice_features = Some(hex_of(ordinary_and(&[even]))))
            .rejected("invoice_feature_unknown");
    }
}

/// What BOLT 9 does not call ASSUMED.
fn dependencies(suite: &mut Suite) {
    for (payment, kind) in [
        (PaymentKind::Keysend, "keysend"),
        (PaymentKind::SharedSecret, "shared-secret"),
        (PaymentKind::Invoice, "invoice"),
    ] {
        for (name, about, bits) in [
            ("zeroconf-alone", "option_zeroconf without option_scid_alias", &[51][..]),
            ("simple-close-alone", "option_simple_close without option_shutdown_anysegwit", &[61]),
            ("zeroconf-with-bit-48", "option_zeroconf with bit 49 in place of option_scid_alias", &[49, 51]),
        ] {
            let draft = suite
                .case(
                    format!("{kind}-{name}"),
                    format!("The node announces {about}."),
                    pays(payment, ordinary_and(&[bits, &[55]].concat())),
                )
                .flag("bounds")
                .spec("09-features.md:72,92-95")
                .level(Level::May)
                .shows(["bolt9.features.dependencies-read"]);
            match payment {
                // The invoice's features override the node's.
                PaymentKind::Invoice => draft.accepted(),
                _ => draft.policy("feature_dependencies").accepted(),
            };
        }
        for (name, about, bits) in [
            ("zeroconf-with-optional", "option_zeroconf with option_scid_alias", &[51, 47][..]),
            (
                "zeroconf-with-mandatory",
                "option_zeroconf with option_scid_alias as a mandatory feature",
                &[51, 46],
            ),
            ("simple-close-with-optional", "option_simple_close with option_shutdown_anysegwit", &[61, 27]),
        ] {
            suite
                .case(
                    format!("{kind}-{name}"),
                    format!("The node announces {about}."),
                    pays(payment, ordinary_and(&[bits, &[55]].concat())),
                )
                .flag("bounds")
                .spec("09-features.md:72,92-95")
                .level(Level::May)
                .shows(["bolt9.features.dependencies-read"])
                .accepted();
        }
    }
}

fn announces(bits: &[u16]) -> FeaturesAnnounce {
    FeaturesAnnounce { bits: bits.to_vec() }
}

/// `features.announce`.
pub fn announce(suite: &mut Suite) {
    suite.section("07-routing-gossip.md:349-350");
    let shown = ["bolt7.features.length", "bolt9.features.numbering"];
    let keysend = suite
        .case("keysend", "An ordinary node that takes keysend.", announces(&[9, 15, 17, 55]))
        .flag("basic")
        .shows(shown)
        .accepted();
    let lists: [(&str, &str, &[u16]); 15] = [
        ("none", "No bit at all: the field has no bytes.", &[]),
        ("bit-0", "The lowest bit.", &[0]),
        ("bit-1", "The lowest odd bit.", &[1]),
        ("bit-7", "The last bit of one byte.", &[7]),
        ("bit-8", "The first bit of a second byte.", &[8]),
        ("bit-15", "The last bit of two bytes.", &[9, 15]),
        ("bit-16", "The first bit of a third byte.", &[9, 15, 16]),
        ("bit-54", "Keysend by its even bit.", &[9, 54]),
        ("bit-63", "The last bit of eight bytes.", &[63]),
        ("bit-65", "A bit of a ninth byte, one above what a number of 64 bits holds.", &[65]),
        ("bit-255", "The last bit of 32 bytes.", &[255]),
        ("bit-257", "A bit of a 33rd byte.", &[257]),
        ("bit-2041", "A bit of a 256th byte.", &[2041]),
        ("bit-65535", "The highest bit that a case has, in 8192 bytes.", &[65535]),
        ("falling", "The bits of the ordinary node, the highest first.", &[55, 17, 15, 9]),
    ];
    for (name, about, bits) in lists {
        suite.case(name, about, announces(bits)).flag("bounds").shows(shown).accepted();
    }
    for (name, about, bits) in [
        (
            "pairs-side-by-side",
            "Bits 15, 16, 55 and 56: neighbours, and no two of one pair.",
            &[9, 15, 16, 55, 56][..],
        ),
        (
            "all-odd-to-63",
            "Features of BOLT 9 and bLIP 2 by their odd bits, with all that they depend on.",
            &[1, 5, 7, 9, 11, 13, 15, 17, 19, 23, 25, 27, 29, 35, 37, 39, 43, 45, 47, 51, 55, 61, 63],
        ),
    ] {
        suite.case(name, about, announces(bits)).flag("bounds").shows(shown).accepted();
    }
    for (name, first, other) in [
        ("keysend-twice", 55, 54),
        ("keysend-twice-even-first", 54, 55),
        ("bit-0-twice", 1, 0),
        ("unknown-bit-twice", 301, 300),
        ("bit-256-twice", 257, 256),
    ] {
        let twin = suite
            .case(
                format!("{name}-not"),
                format!("Bit {first} before others, and bit {other} nowhere."),
                announces(&[first, 9, 15, 17]),
            )
            .flag("bounds")
            .shows(shown)
            .accepted();
        suite
            .from(&twin, name, format!("Bit {first} comes first and bit {other} last: both bits of a pair."))
            .change(|input| input.bits.push(other))
            .rejected("feature_set_twice");
    }
    suite
        .from(&keysend, "keysend-twice-side-by-side", "Bit 54 follows bit 55: both bits of a pair.")
        .change(|input| input.bits.push(54))
        .rejected("feature_set_twice");
    for (name, feature, dependency) in [
        ("zeroconf", 51, 47),
        ("zeroconf-mandatory", 50, 47),
        ("simple-close", 61, 27),
        ("simple-close-mandatory", 60, 26),
    ] {
        let twin = suite
            .case(
                format!("{name}-with-dependency"),
                format!("Bit {feature} with bit {dependency}, on which it depends."),
                announces(&[9, feature, dependency]),
            )
            .flag("bounds")
            .spec("09-features.md:72")
            .shows(["bolt9.features.dependencies", "bolt9.features.numbering"])
            .accepted();
        suite
            .from(
                &twin,
                format!("{name}-alone"),
                format!("Bit {feature} without bit {dependency}, on which it depends."),
            )
            .change(|input| input.bits.truncate(2))
            .rejected("feature_dependency_missing");
    }
}
