//! Receiving a keysend: one HTLC at a node without a memory. Each rejected case changes one thing of an accepted one.
//! bLIP 3; BOLT 4, "`payload` format" and "Failure Messages".

use super::fixture::{repeated, unhex};
use super::onion_construct::hop_key;
use super::onion_peel::overrunning_session_key;
use super::payload_faults::Kind;
use super::payment::{
    AMOUNT, AMT_TO_FORWARD, HEIGHT, KEYSEND, OUTGOING_CLTV_VALUE, PAYMENT_DATA, Payment, TOTAL_AMOUNT_MSAT,
};
use super::suite::{Suite, Twin};
use super::{blinded_final, blinded_relay, forwarded, htlc_edges, payload_faults, several_faults};
use crate::blueprint::{Hash, Stream, label, ordinary};
use crate::bolt1::tlv::MAX_MSAT;
use crate::bolt4::Preimage;
use crate::bolt4::peel::sha256_of_onion;
use crate::protocol::operation::{SharedSecret, Switch};
use crate::vectors::Level;

const RECEIVER: &str = "blip-0003.md:29-42";
const FINAL: &str = "04-onion-routing.md:327-341";
const UNKNOWN_ODD: &str = "01-messaging.md:178-179";

/// `keysend.receive`.
pub fn receive(suite: &mut Suite) {
    let minimal = keysends(suite);
    preimage_and_hash(suite, &minimal);
    amounts(suite, &minimal);
    expiries(suite, &minimal);
    known_records(suite, &minimal);
    unknown_records(suite, &minimal);
    lengths(suite, &minimal);
    forwarded::receive(suite, &minimal);
    grammar(suite, &minimal);
    packet(suite, &minimal);
    framing(suite, &minimal);
    several_faults::receive(suite, &minimal);
    payload_faults::receive(suite, &minimal, Kind::Keysend);
    htlc_edges::receive(suite, &minimal, Kind::Keysend);
    blinded_final::keysend(suite, &minimal);
    blinded_relay::receive(suite, &minimal);
}

fn preimage() -> [u8; 32] {
    label::bytes32("keysend.receive/preimage")
}

/// A keysend of 100000 msat, directly to the node.
fn keysend(preimage: [u8; 32]) -> Payment {
    Payment::keysend("keysend.receive", preimage)
}

/// What an ordinary keysend shows.
const CLAIM: [&str; 3] = ["blip3.receiver.claim", "bolt2.add.decrypt", "bolt4.final.total-default"];

fn keysends(suite: &mut Suite) -> Twin<Payment> {
    suite.section(RECEIVER);
    let minimal = suite
        .case(
            "minimal",
            "Amount, expiry and a 32-byte preimage whose SHA-256 is the payment hash.",
            keysend(preimage()),
        )
        .flag("basic")
        .shows(CLAIM)
        .accepted();
    for hops in [1_usize, 4, 19] {
        let about = format!("The same at the end of a route of {} hops.", hops + 1);
        suite
            .from(&minimal, format!("minimal-after-{hops}-hops"), about)
            .change(|payment| payment.route().before = (0..hops).map(hop_key).collect())
            .flag("filler")
            .shows(CLAIM)
            .accepted();
    }
    for (name, preimage) in [("all-zero", [0_u8; 32]), ("all-11", [0x11; 32]), ("all-ff", [0xff; 32])] {
        suite
            .case(format!("preimage-{name}"), "Any 32 bytes are a preimage.", keysend(preimage))
            .flag("bounds")
            .shows(["blip3.receiver.claim"])
            .accepted();
    }
    suite
        .from(&minimal, "node-secret-starts-with-00", "The node's secret key starts with a zero byte.")
        .change(|payment| {
            payment.node.secret =
                label::secret_where("keysend.receive/node/zero", |key| key.encode()[0] == 0);
        })
        .flag("curve")
        .shows(CLAIM)
        .accepted();
    // An example whose bytes were computed elsewhere.
    let mut known = keysend([0x11; 32]).at(repeated(0x45));
    known.route().session_key = repeated(0x41);
    let packet = known.htlc.build(&known.node.secret).0.packet.0;
    suite
        .case("known-onion", "Session key 41..41, node key 45..45, preimage 11..11.", known)
        .step("sha256 of the packet", sha256_of_onion(&packet))
        .flag("basic")
        .shows(["blip3.receiver.claim"])
        .accepted();
    suite
        .from(&minimal, "switched-off", "The node does not accept keysend.")
        .change(|payment| payment.node.settings.keysend = Switch::Refuse)
        .rejected("keysend_refused");
    suite
        .from(
            &minimal,
            "shared-secret-switched-on",
            "The node also knows the shared-secret scheme: a keysend stays one.",
        )
        .change(|payment| payment.node.settings.shared_secret = SharedSecret::Bolt4)
        .flag("scheme")
        .shows(["blip3.receiver.claim"])
        .accepted();
    minimal
}

/// The record and the payment hash.
fn preimage_and_hash(suite: &mut Suite, minimal: &Twin<Payment>) {
    suite
        .from(minimal, "preimage-last-bit-flipped", "The lowest bit of the preimage's last byte is flipped.")
        .change(|payment| payment.record(KEYSEND).flip(31, 0x01))
        .rejected("preimage_mismatch");
    suite
        .from(
            minimal,
            "preimage-first-bit-flipped",
            "The highest bit of the preimage's first byte is flipped.",
        )
        .change(|payment| payment.record(KEYSEND).flip(0, 0x80))
        .rejected("preimage_mismatch");
    let hash = Preimage(preimage()).payment_hash().0;
    let changed = |change: fn(&mut [u8; 32])| {
        let mut hash = hash;
        change(&mut hash);
        hash
    };
    for (name, about, hash) in [
        ("hash-is-the-preimage", "The payment hash is the preimage itself, not hashed.", preimage()),
        ("hash-is-double-sha256", "The payment hash is SHA-256 twice.", Preimage(hash).payment_hash().0),
        (
            "hash-is-reversed",
            "The payment hash is the SHA-256 in reversed byte order.",
            changed(|hash| hash.reverse()),
        ),
        (
            "hash-differs-in-the-last-byte",
            "The payment hash differs in its last byte: a comparison of a prefix misses it.",
            changed(|hash| hash[31] ^= 0xff),
        ),
        (
            "hash-differs-in-the-first-byte",
            "The payment hash differs in its first byte.",
            changed(|hash| hash[0] ^= 0xff),
        ),
        ("hash-all-zero", "The payment hash is all zero: it is not special.", [0; 32]),
    ] {
        suite.from(minimal, name, about).change(|payment| payment.pays(hash)).rejected("preimage_mismatch");
    }
    suite
        .from(
            minimal,
            "preimage-as-hex-text",
            "The record holds the first 32 characters of the preimage's hex.",
        )
        .change(|payment| payment.record(KEYSEND).set(&hex::encode(preimage()).as_bytes()[..32]))
        .rejected("preimage_mismatch");
    // Records of other lengths whose bytes do hash to the payment hash: who hashes whatever is there claims them.
    for length in [0_usize, 1, 31, 33, 64] {
        let value = &[preimage(), label::bytes32("keysend.receive/more")].concat()[..length];
        suite
            .from(
                minimal,
                format!("preimage-{length}-bytes"),
                format!("A record of {length} bytes, and the payment hash of the ordinary preimage."),
            )
            .change(|payment| payment.record(KEYSEND).set(value))
            .rejected("value_wrong_length");
        suite
            .from(
                minimal,
                format!("preimage-{length}-bytes-that-do-hash"),
                format!("A record of {length} bytes whose SHA-256 is the payment hash."),
            )
            .change(|payment| {
                payment.record(KEYSEND).set(value);
                payment.hash = Hash::Record;
            })
            .flag("theft")
            .rejected("value_wrong_length");
    }
    suite
        .from(minimal, "no-record", "Neither a keysend record nor payment_data.")
        .change(|payment| payment.payload().drop(KEYSEND))
        .flag("interoperability")
        .rejected("payment_hash_unknown");
    for (r#type, about) in [
        (KEYSEND - 1, "The preimage in a record of type 5482373483."),
        (KEYSEND + 1, "The preimage in a record of type 5482373485."),
    ] {
        suite
            .from(minimal, format!("preimage-in-type-{type}"), about)
            .change(|payment| {
                payment.payload().drop(KEYSEND);
                payment.payload().put(r#type, preimage());
            })
            .rejected("payment_hash_unknown");
    }
}

/// `amount_msat` beside `amt_to_forward`.
fn amounts(suite: &mut Suite, minimal: &Twin<Payment>) {
    suite.section(FINAL);
    for (name, about, amount) in [
        ("amount-one-more", "The HTLC has one msat more than amt_to_forward.", AMOUNT + 1),
        ("amount-twice", "The HTLC has twice as much as amt_to_forward.", 2 * AMOUNT),
        (
            "amount-three-times",
            "The HTLC has three times as much: without an invoice there is no expected amount.",
            3 * AMOUNT,
        ),
        (
            "amount-21-million-bitcoin",
            "The HTLC has 21 million bitcoin, the most that there can be.",
            MAX_MSAT,
        ),
    ] {
        suite
            .from(minimal, name, about)
            .change(|payment| payment.amount = amount)
            .flag("htlc")
            .shows(["bolt4.final.amount"])
            .accepted();
    }
    let much = suite
        .from(
            minimal,
            "amount-2-to-32",
            "The HTLC has 2^32 msat: cut to 32 bits that is less than amt_to_forward.",
        )
        .change(|payment| payment.amount = 1 << 32)
        .flag("htlc")
        .shows(["bolt4.final.amount"])
        .accepted();
    suite
        .from(
            &much,
            "amount-2-to-32-preimage-flipped",
            "The preimage does not fit and the HTLC has 2^32 msat: the failure names the HTLC's whole amount, not amt_to_forward.",
        )
        .change(|payment| payment.record(KEYSEND).flip(31, 0x01))
        .flag("integer-width")
        .rejected("preimage_mismatch");
    for (name, about, amount) in [
        ("amount-one-less", "The HTLC has one msat less than amt_to_forward.", AMOUNT - 1),
        ("amount-1", "The HTLC has one msat.", 1),
    ] {
        suite
            .from(minimal, name, about)
            .change(|payment| payment.amount = amount)
            .rejected("final_incorrect_htlc_amount");
    }
    // An amount whose low 32 bits alone would do.
    let wide = suite
        .from(minimal, "amount-above-2-to-32", "2^32 + 100000 msat.")
        .change(|payment| {
            payment.payload().put_integer(AMT_TO_FORWARD, (1 << 32) + AMOUNT);
            payment.amount = (1 << 32) + AMOUNT;
        })
        .flag("integer-width")
        .shows(["bolt4.final.amount"])
        .accepted();
    suite
        .from(&wide, "amount-above-2-to-32-one-less", "2^32 + 100000 msat are asked and one less comes.")
        .change(|payment| payment.amount -= 1)
        .rejected("final_incorrect_htlc_amount");
    suite
        .from(&wide, "amount-cut-to-32-bits", "2^32 + 100000 msat are asked and 100000 come.")
        .change(|payment| payment.amount = AMOUNT)
        .flag("integer-width")
        .rejected("final_incorrect_htlc_amount");
    // Beyond 2^53 a double cannot tell an amount from the next.
    let through_double = (1 << 53) + 1;
    let exact = suite
        .from(minimal, "amount-2-to-53-plus-1", "2^53 + 1 msat are asked and come.")
        .change(|payment| {
            payment.payload().put_integer(AMT_TO_FORWARD, through_double);
            payment.amount = through_double;
        })
        .flag("integer-width")
        .shows(["bolt4.final.amount"])
        .accepted();
    suite
        .from(
            &exact,
            "amount-2-to-53",
            "2^53 + 1 msat are asked and one less comes: a double cannot tell them apart.",
        )
        .change(|payment| payment.amount -= 1)
        .flag("integer-width")
        .rejected("final_incorrect_htlc_amount");
}

/// `cltv_expiry` beside `outgoing_cltv_value`, the height and `min_final_cltv_expiry_delta`.
fn expiries(suite: &mut Suite, minimal: &Twin<Payment>) {
    suite
        .from(minimal, "expiry-one-below-outgoing", "The HTLC expires one block before outgoing_cltv_value.")
        .change(|payment| payment.expiry -= 1)
        .rejected("final_incorrect_cltv_expiry");
    suite
        .from(
            minimal,
            "outgoing-below-height",
            "outgoing_cltv_value is below the height and the HTLC's expiry is not: only the HTLC's counts.",
        )
        .change(|payment| payment.payload().put_integer(OUTGOING_CLTV_VALUE, (HEIGHT - 1).into()))
        .flag("htlc")
        .shows(["bolt4.final.amount", "bolt4.final.expiry", "bolt4.final.expiry-soon"])
        .accepted();
    let edge = HEIGHT + 18;
    let at_the_edge = |outgoing: u32| {
        move |payment: &mut Payment| {
            payment.expiry = edge;
            payment.payload().put_integer(OUTGOING_CLTV_VALUE, outgoing.into());
        }
    };
    suite
        .from(
            minimal,
            "expiry-height-plus-18",
            "The HTLC expires min_final_cltv_expiry_delta (18) blocks above the height: just enough.",
        )
        .change(at_the_edge(edge))
        .flag("htlc")
        .shows(["bolt4.final.expiry-soon"])
        .accepted();
    // Only the HTLC's expiry changes from here on: outgoing_cltv_value is so low that it decides nothing.
    let with_outgoing = [0, 1].map(|outgoing| {
        suite
            .from(
                minimal,
                format!("expiry-height-plus-18-outgoing-{outgoing}"),
                format!("The same, and outgoing_cltv_value is {outgoing}."),
            )
            .change(at_the_edge(outgoing))
            .flag("htlc")
            .shows(["bolt4.final.expiry-soon"])
            .accepted()
    });
    for (name, expiry) in [
        ("expiry-height-plus-17", edge - 1),
        ("expiry-height", HEIGHT),
        ("expiry-below-height", HEIGHT - 1),
        ("expiry-0", 0),
    ] {
        let twin = &with_outgoing[expiry.min(1) as usize];
        suite
            .from(twin, name, format!("The HTLC expires at {expiry}, at height {HEIGHT}."))
            .change(|payment| payment.expiry = expiry)
            .rejected("expiry_too_soon");
    }
    for delta in [0_u32, 42, 144] {
        htlc_edges::just_enough_and_less(suite, minimal, delta);
    }
}

/// Which of the records are there that a payload may have.
fn known_records(suite: &mut Suite, minimal: &Twin<Payment>) {
    let secret = label::bytes32("keysend.receive/payment_secret");
    let data = |total| ordinary::payment_data(secret, total);
    let equal = suite
        .from(minimal, "payment-data-equal", "payment_data whose total_msat is amt_to_forward.")
        .change(|payment| payment.payload().put(PAYMENT_DATA, data(AMOUNT)))
        .level(Level::May)
        .flag("interoperability")
        .policy("keysend_payment_data")
        .spec("04-onion-routing.md:390-391")
        .shows(["bolt4.mpp.single", "bolt4.reader.payment-data"])
        .accepted();
    suite
        .from(&equal, "payment-data-and-no-record", "payment_data for an invoice that the node never issued.")
        .change(|payment| payment.payload().drop(KEYSEND))
        .rejected("payment_hash_unknown");
    for (name, total, about) in [
        ("payment-data-total-twice", 2 * AMOUNT, "payment_data whose total_msat is twice amt_to_forward."),
        (
            "payment-data-total-one-more",
            AMOUNT + 1,
            "payment_data whose total_msat is one msat more than amt_to_forward.",
        ),
        ("payment-data-total-half", AMOUNT / 2, "payment_data whose total_msat is half of amt_to_forward."),
        ("payment-data-total-0", 0, "payment_data whose total_msat is 0: no bytes after the secret."),
    ] {
        suite
            .from(&equal, name, about)
            .change(|payment| payment.payload().put(PAYMENT_DATA, data(total)))
            .level(Level::May)
            .flag("interoperability")
            .policy("keysend_payment_data")
            .rejected("total_msat_not_amount");
    }
    suite
        .from(
            &equal,
            "payment-data-and-total-amount-msat",
            "payment_data of the right total beside a total_amount_msat of twice that.",
        )
        .change(|payment| payment.payload().put_integer(TOTAL_AMOUNT_MSAT, 2 * AMOUNT))
        .level(Level::May)
        .policy("keysend_payment_data")
        .policy("total_amount_msat")
        .spec("04-onion-routing.md:358-360")
        .shows(["bolt4.reader.total-amount-msat", "bolt4.reader.payment-data"])
        .accepted();
}

/// Records that the payee does not know.
fn unknown_records(suite: &mut Suite, minimal: &Twin<Payment>) {
    suite.section(UNKNOWN_ODD);
    let odd = |suite: &mut Suite, r#type: u64, about: &str, value: &[u8], flag: &str| {
        suite
            .from(minimal, format!("odd-{type}"), about)
            .change(|payment| payment.payload().put(r#type, value))
            .flag(flag)
            .shows(["bolt1.tlv.unknown-odd"])
            .accepted()
    };
    odd(suite, 101, "Type 101: odd and unknown.", b"podcast", "unknown-type");
    odd(suite, 65537, "The lowest odd custom type.", b"podcast", "unknown-type");
    let podcast = odd(suite, 7_629_169, "A podcast's record (bLIP 10).", b"podcast", "unknown-type");
    odd(suite, 5_482_373_481, "A group id.", b"podcast", "unknown-type");
    let above = odd(suite, KEYSEND + 1, "An odd record of the type above keysend's.", b"x", "integer-width");
    odd(
        suite,
        (1 << 63) + 1,
        "An odd record of type 2^63 + 1: negative to a signed reader.",
        b"x",
        "integer-width",
    );
    odd(suite, u64::MAX, "An odd record of type 2^64 - 1.", b"x", "integer-width");
    let companions: [(u64, &str, &[u8]); 5] = [
        (7_629_168, "An old tip note.", b"thanks"),
        (34_349_334, "A chat message.", b"hello"),
        (112_111_100, "A wallet id.", b"1234"),
        (133_773_310, "A podcast's JSON.", b"{}"),
        (77_778, "An even custom type.", &[0xff; 200]),
    ];
    for (r#type, about, value) in companions {
        suite
            .from(&podcast, format!("even-custom-{type}"), format!("{about} Even and unknown."))
            .change(|payment| {
                payment.payload().drop(7_629_169);
                payment.payload().put(r#type, value);
            })
            .flag("interoperability")
            .policy("custom_even_records")
            .rejected("unknown_even_type");
    }
    suite
        .from(&above, "even-custom-after", "An even custom record after the keysend record.")
        .change(|payment| {
            payment.payload().drop(KEYSEND + 1);
            payment.payload().put(KEYSEND + 2, *b"x");
        })
        .flag("interoperability")
        .policy("custom_even_records")
        .rejected("unknown_even_type");
    suite
        .from(minimal, "keysend-type-cut-to-32-bits", "The preimage in a record of type 5482373484 - 2^32.")
        .change(|payment| {
            payment.payload().drop(KEYSEND);
            payment.payload().put(KEYSEND - (1 << 32), preimage());
        })
        .flag("integer-width")
        .policy("custom_even_records")
        .rejected("unknown_even_type");
}

/// Texts beside the preimage, and the longest payload.
fn lengths(suite: &mut Suite, minimal: &Twin<Payment>) {
    suite.section(UNKNOWN_ODD);
    let mut text = |name: String, about: String, value: &[u8]| {
        suite
            .from(minimal, format!("odd-7629169-{name}"), about)
            .change(|payment| payment.payload().put(7_629_169, value))
            .flag("bounds")
            .shows(["bolt1.tlv.unknown-odd"])
            .accepted();
    };
    for length in [639_usize, 640, 641, 1023, 1024] {
        let about = format!("A text of {length} bytes beside the preimage.");
        text(format!("of-{length}-bytes"), about, &vec![b'a'; length]);
    }
    for (name, value) in [("not-utf-8", &[0xff, 0xfe][..]), ("with-nul", b"a\0b"), ("like-a-number", b"31")] {
        text(name.into(), format!("A text {}.", name.replace('-', " ")), value);
    }
    suite
        .from(minimal, "payload-of-1265-bytes", "The longest payload that fits.")
        .change(|payment| fill_to(payment, 1265))
        .flag("bounds")
        .spec("04-onion-routing.md:937-948")
        .shows(["bolt4.peel.remainder"])
        .accepted();
}

/// Fills the payload up to a length of 310 bytes or more with an odd custom record of the highest type.
fn fill_to(payment: &mut Payment, length: usize) {
    let room = length - payment.payload().bytes().len() - 9 - 3;
    payment.payload().put(u64::MAX, vec![0x2a; room]);
}

/// The grammar of the payload, seen from the final node.
fn grammar(suite: &mut Suite, minimal: &Twin<Payment>) {
    let mut changed = |name: &str, about: &str, reason: &'static str, change: &dyn Fn(&mut Stream)| {
        suite.from(minimal, name, about).change(|payment| change(payment.payload())).rejected(reason);
    };
    let order = "types_not_increasing";
    changed("keysend-twice", "The keysend record occurs twice.", order, &|it| it.repeat(KEYSEND));
    let about = "Two keysend records: the first has zeros, the second the preimage.";
    changed("keysend-twice-differing", about, order, &|it| {
        it.repeat(KEYSEND);
        it.record(KEYSEND).set([0; 32]);
    });
    let about = "The keysend record stands before the others.";
    changed("order-keysend-first", about, order, &|it| it.move_to_front(KEYSEND));
    changed("trailing-0000", "Two zero bytes after the records.", order, &|it| it.append(&[0, 0]));
    let about = "The keysend record's length 32 in three bytes.";
    changed("keysend-length-not-minimal", about, "length_not_minimal", &|it| {
        it.record(KEYSEND).widen_length(3)
    });
    let about = "The payload ends after the keysend type.";
    changed("ends-after-keysend-type", about, "length_truncated", &|it| it.cut(33));
    let about = "The payload ends within the keysend type.";
    changed("ends-within-keysend-type", about, "type_truncated", &|it| it.cut(34));
    let about = "The keysend record's length is 2^32 + 32: cut to 32 bits it fits.";
    changed("keysend-length-2-to-32-plus-32", about, "value_truncated", &|it| {
        it.drop(KEYSEND);
        it.append(&[unhex("ff0000000146c6616cff0000000100000020"), preimage().to_vec()].concat());
    });
}

/// A path key.
fn path_key() -> [u8; 33] {
    hop_key(6).public_key().encode()
}

/// The packet around it: only what is about this HTLC; `onion.peel` has the rest.
fn packet(suite: &mut Suite, minimal: &Twin<Payment>) {
    let mut packet = |name: &str, about: &str, reason: &'static str, at: usize, bits: u8| {
        suite.from(minimal, name, about).change(|payment| payment.onion.flip(at, bits)).rejected(reason);
    };
    packet("packet-version-1", "The packet's version is 1.", "version_unknown", 0, 1);
    let prefix = Payment::keysend("keysend.receive", preimage()).route().session_key.public_key().encode()[0];
    let about = "The packet's public key has the prefix 04.";
    packet("packet-public-key-prefix-04", about, "public_key_invalid", 1, prefix ^ 4);
    packet("packet-hmac-flipped", "One bit of the packet's HMAC is flipped.", "hmac_mismatch", 1365, 1);
    packet("packet-hop-payloads-flipped", "One bit of hop_payloads is flipped.", "hmac_mismatch", 40, 1);
    suite
        .from(minimal, "packet-public-key-negated", "The packet's public key is negated.")
        .change(|payment| payment.onion.flip(1, 1))
        .shows(["bolt4.peel.secret", "bolt4.peel.hmac"])
        .rejected("hmac_mismatch");
    suite
        .from(
            minimal,
            "other-payment-hash",
            "The HTLC's payment hash is another than the packet was made for.",
        )
        .change(|payment| payment.in_transit = Some(|htlc| htlc.payment_hash.0[0] ^= 1))
        .shows(["bolt2.add.associated-data", "bolt4.peel.hmac"])
        .rejected("hmac_mismatch");
    suite
        .from(minimal, "path-key", "The HTLC has a path key, and the packet was not made for one.")
        .change(|payment| payment.in_transit = Some(|htlc| htlc.path_key = Some(path_key().into())))
        .shows(["bolt2.add.path-key", "bolt4.peel.hmac"])
        .rejected("hmac_mismatch");
}

/// The payload's length prefix.
fn framing(suite: &mut Suite, minimal: &Twin<Payment>) {
    for (name, about, (length, width), reason) in [
        ("payload-length-0", "The payload's length is 0.", (0, 1), "payload_length_reserved"),
        ("payload-length-1", "The payload's length is 1.", (1, 1), "payload_length_reserved"),
        ("payload-length-1266", "The payload's length is 1266.", (1266, 3), "payload_length_too_long"),
        (
            "payload-length-not-minimal",
            "The payload's length 52 in three bytes.",
            (52, 3),
            "payload_length_not_minimal",
        ),
    ] {
        suite
            .from(minimal, name, about)
            .change(|payment| payment.onion.prefix(length, width))
            .rejected(reason);
    }
    suite
        .from(
            minimal,
            "payload-length-2-to-32-plus-52",
            "The payload's length is 2^32 + 52: cut to 32 bits it fits.",
        )
        .change(|payment| payment.onion.prefix((1 << 32) + 52, 9))
        .shows(["bolt4.peel.length-overrun"])
        .rejected("payload_length_too_long");
    // A keysend whose payload and zero HMAC reach one byte beyond hop_payloads, where the stream happens to be zero: who
    // reads on into the padding claims it.
    let session_key =
        overrunning_session_key("keysend.receive/overrun", &minimal.subject().node.secret.public_key());
    let fits = suite
        .from(
            minimal,
            "payload-of-1265-bytes-before-a-zero-byte",
            "The longest payload that fits. After hop_payloads the stream has a zero byte.",
        )
        .change(|payment| {
            payment.route().session_key = session_key;
            fill_to(payment, 1265);
        })
        .flag("bounds")
        .spec("04-onion-routing.md:937-948")
        .shows(["bolt4.peel.remainder"])
        .accepted();
    suite
        .from(
            &fits,
            "payload-length-1266-and-zero-padding",
            "A payload of 1266 bytes, and the HMAC's last byte, which lies in the padding, decrypts to zero: read on, the node would be \
             the final one.",
        )
        .change(|payment| {
            payment.payload().drop(u64::MAX);
            fill_to(payment, 1266);
            payment.onion.prefix(1266, 3);
        })
        .flag("theft")
        .rejected("payload_length_too_long");
}
