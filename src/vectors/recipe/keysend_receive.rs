//! Receiving a keysend: one HTLC at a node without a memory. Each rejected case bends one thing of an accepted one.
//! bLIP 3; BOLT 4, "`payload` format" and "Failure Messages".

use super::suite::{Draft, Suite as Recipes};
use super::fixture::{
    AMOUNT, EXPIRY, HEIGHT, Incoming, amount_and_expiry, hex_of, input, integer, keysend_record,
    payment_data, record, settings, unhex,
};
use super::onion_construct::hop_key;
use super::onion_peel::{blinded_node_id, overrunning_session_key, sealed};
use super::{label, several_faults};
use crate::bolt4::Preimage;
use crate::bolt4::peel::sha256_of_onion;
use crate::protocol::operation::{Receive, SharedSecret, Switch};
use crate::vectors::Level;

const RECEIVER: &str = "blip-0003.md:29-42";
const FINAL: &str = "04-onion-routing.md:327-341";

/// `keysend.receive`.
pub fn receive(cases: &mut Recipes) {
    basic(cases);
    binding(cases);
    htlc(cases);
    records(cases);
    grammar(cases);
    packet(cases);
    several_faults::receive(cases);
}

fn preimage() -> [u8; 32] {
    label::bytes32("keysend.receive/preimage")
}

fn minimal() -> Incoming {
    Incoming::keysend("keysend.receive", preimage())
}

fn off() -> crate::protocol::operation::Settings {
    settings(SharedSecret::Off)
}

fn case<'a>(
    cases: &'a mut Recipes,
    name: impl Into<String>,
    about: impl Into<String>,
    htlc: &Incoming,
) -> Draft<'a, Receive> {
    cases.old(name, about, &htlc.input(off()))
}

/// The minimal keysend with further records in their place.
fn with_records(before: &[Vec<u8>], behind: &[Vec<u8>]) -> Incoming {
    let mut htlc = minimal();
    htlc.payload =
        [amount_and_expiry(), before.concat(), keysend_record(&preimage()), behind.concat()].concat();
    htlc
}

fn basic(cases: &mut Recipes) {
    let about = "Amount, expiry and a 32-byte preimage whose SHA-256 is the payment hash.";
    case(cases, "minimal", about, &minimal()).flag("basic").spec(RECEIVER).accept();
    for hops in [1_usize, 4, 19] {
        let mut htlc = minimal();
        htlc.before = (0..hops).map(hop_key).collect();
        let about = format!("The same at the end of a route of {} hops.", hops + 1);
        case(cases, format!("minimal-after-{hops}-hops"), about, &htlc)
            .flag("filler")
            .spec(RECEIVER)
            .accept();
    }
    for (name, preimage) in [("all-zero", [0_u8; 32]), ("all-11", [0x11; 32]), ("all-ff", [0xff; 32])] {
        let htlc = Incoming::keysend("keysend.receive", preimage);
        case(cases, format!("preimage-{name}"), "Any 32 bytes are a preimage.", &htlc)
            .flag("bounds")
            .spec(RECEIVER)
            .accept();
    }
    // An example whose bytes were computed elsewhere: session key 41..41, node key 45..45, preimage 11..11.
    let mut known = Incoming::keysend("keysend.receive", [0x11; 32]);
    known.node = super::fixture::repeated(0x45);
    known.session_key = super::fixture::repeated(0x41);
    let draft = case(cases, "known-onion", "Session key 41..41, node key 45..45, preimage 11..11.", &known);
    draft
        .step("sha256 of the packet", sha256_of_onion(&known.packet()))
        .flag("basic")
        .spec(RECEIVER)
        .accept();
    let mut refuse = minimal().input(off());
    refuse.settings.keysend = Switch::Refuse;
    cases
        .old("switched-off", "The node does not accept keysend.", &refuse)
        .reject("keysend_refused", "minimal");
    let mut other = minimal().input(settings(SharedSecret::Bolt4));
    other.settings.keysend = Switch::Accept;
    cases
        .old(
            "shared-secret-switched-on",
            "The node also knows the shared-secret scheme: a keysend stays one.",
            &other,
        )
        .flag("scheme")
        .spec(RECEIVER)
        .accept();
}

/// The record and the payment hash.
fn binding(cases: &mut Recipes) {
    for (name, about, at, bit) in [
        (
            "preimage-last-bit-flipped",
            "The lowest bit of the preimage's last byte is flipped.",
            31_usize,
            1_u8,
        ),
        ("preimage-first-bit-flipped", "The highest bit of the preimage's first byte is flipped.", 0, 0x80),
    ] {
        let mut htlc = minimal();
        let mut bent = preimage();
        bent[at] ^= bit;
        htlc.payload = [amount_and_expiry(), keysend_record(&bent)].concat();
        case(cases, name, about, &htlc).reject("preimage_mismatch", "minimal");
    }
    let hash = minimal().payment_hash;
    let mut reversed = hash;
    reversed.reverse();
    let double = Preimage(hash).payment_hash().0;
    let mut prefix = hash;
    prefix[31] ^= 0xff;
    let mut suffix = hash;
    suffix[0] ^= 0xff;
    for (name, about, payment_hash) in [
        ("hash-is-the-preimage", "The payment hash is the preimage itself, not hashed.", preimage()),
        ("hash-is-double-sha256", "The payment hash is SHA-256 twice.", double),
        ("hash-is-reversed", "The payment hash is the SHA-256 in reversed byte order.", reversed),
        (
            "hash-differs-in-the-last-byte",
            "The payment hash differs in its last byte: a comparison of a prefix misses it.",
            prefix,
        ),
        ("hash-differs-in-the-first-byte", "The payment hash differs in its first byte.", suffix),
        ("hash-all-zero", "The payment hash is all zero: it is not special.", [0; 32]),
    ] {
        let mut htlc = minimal();
        htlc.payment_hash = payment_hash;
        case(cases, name, about, &htlc).reject("preimage_mismatch", "minimal");
    }
    let mut htlc = minimal();
    let mut ascii = hex::encode(preimage()).into_bytes();
    ascii.truncate(32);
    htlc.payload = [amount_and_expiry(), keysend_record(&ascii)].concat();
    case(
        cases,
        "preimage-as-hex-text",
        "The record holds the first 32 characters of the preimage's hex.",
        &htlc,
    )
    .reject("preimage_mismatch", "minimal");
    // Records of other lengths whose bytes do hash to the payment hash: who hashes whatever is there claims them.
    for length in [0_usize, 1, 31, 33, 64] {
        let mut value = [preimage(), label::bytes32("keysend.receive/more")].concat();
        value.truncate(length);
        let mut htlc = minimal();
        htlc.payload = [amount_and_expiry(), keysend_record(&value)].concat();
        let about = format!("A record of {length} bytes, and the payment hash of the ordinary preimage.");
        case(cases, format!("preimage-{length}-bytes"), about, &htlc)
            .also(&["400f"])
            .reject("value_wrong_length", "minimal");
        htlc.payment_hash = sha256_of_onion(&value);
        let about = format!("A record of {length} bytes whose SHA-256 is the payment hash.");
        case(cases, format!("preimage-{length}-bytes-that-do-hash"), about, &htlc)
            .flag("theft")
            .also(&["400f"])
            .reject("value_wrong_length", "minimal");
    }
    let mut none = minimal();
    none.payload = amount_and_expiry();
    case(cases, "no-record", "Neither a keysend record nor payment_data.", &none)
        .flag("interoperability")
        .reject("payment_hash_unknown", "minimal");
    let mut other = minimal();
    other.payload =
        [amount_and_expiry(), payment_data(label::bytes32("keysend.receive/payment_secret"), AMOUNT)]
            .concat();
    case(
        cases,
        "payment-data-and-no-record",
        "payment_data for an invoice that the node never issued.",
        &other,
    )
    .revision(2)
    .reject("payment_hash_unknown", "payment-data-equal");
    for (r#type, about) in [
        (5_482_373_483_u64, "The preimage in a record of type 5482373483."),
        (5_482_373_485, "The preimage in a record of type 5482373485."),
    ] {
        let mut htlc = minimal();
        htlc.payload = [amount_and_expiry(), record(r#type, &preimage())].concat();
        case(cases, format!("preimage-in-type-{type}"), about, &htlc)
            .reject("payment_hash_unknown", "minimal");
    }
}

/// The HTLC beside its payload.
fn htlc(cases: &mut Recipes) {
    let amounts = |cases: &mut Recipes, name: &str, about: &str, amount: u64| {
        let mut htlc = minimal();
        htlc.amount = amount;
        case(cases, name, about, &htlc).flag("htlc").spec(FINAL).accept();
    };
    amounts(cases, "amount-one-more", "The HTLC has one msat more than amt_to_forward.", AMOUNT + 1);
    amounts(cases, "amount-twice", "The HTLC has twice as much as amt_to_forward.", 2 * AMOUNT);
    amounts(
        cases,
        "amount-three-times",
        "The HTLC has three times as much: without an invoice there is no expected amount.",
        3 * AMOUNT,
    );
    amounts(cases, "amount-2-to-64-minus-1", "The HTLC has 2^64 - 1 msat.", u64::MAX);
    amounts(
        cases,
        "amount-2-to-32",
        "The HTLC has 2^32 msat: cut to 32 bits that is less than amt_to_forward.",
        1 << 32,
    );
    let mut much = minimal();
    much.amount = 1 << 32;
    let mut bent = preimage();
    bent[31] ^= 1;
    much.payload = [amount_and_expiry(), keysend_record(&bent)].concat();
    case(
        cases,
        "amount-2-to-32-preimage-flipped",
        "The preimage does not fit and the HTLC has 2^32 msat: the failure names the HTLC's whole amount, not amt_to_forward.",
        &much,
    )
    .flag("integer-width")
    .reject("preimage_mismatch", "amount-2-to-32");
    for (name, about, amount) in [
        ("amount-one-less", "The HTLC has one msat less than amt_to_forward.", AMOUNT - 1),
        ("amount-0", "The HTLC has nothing.", 0),
    ] {
        let mut htlc = minimal();
        htlc.amount = amount;
        case(cases, name, about, &htlc).reject("final_incorrect_htlc_amount", "minimal");
    }
    // An amount whose low 32 bits alone would do.
    let mut wide = minimal();
    wide.payload =
        [integer(2, (1 << 32) + AMOUNT), integer(4, EXPIRY.into()), keysend_record(&preimage())].concat();
    wide.amount = (1 << 32) + AMOUNT;
    case(cases, "amount-above-2-to-32", "2^32 + 100000 msat.", &wide)
        .flag("integer-width")
        .spec(FINAL)
        .accept();
    wide.amount = (1 << 32) + AMOUNT - 1;
    case(cases, "amount-above-2-to-32-one-less", "2^32 + 100000 msat are asked and one less comes.", &wide)
        .reject("final_incorrect_htlc_amount", "amount-above-2-to-32");
    let mut low = wide;
    low.amount = AMOUNT;
    case(cases, "amount-cut-to-32-bits", "2^32 + 100000 msat are asked and 100000 come.", &low)
        .flag("integer-width")
        .reject("final_incorrect_htlc_amount", "amount-above-2-to-32");
    let mut zero = minimal();
    zero.payload = [integer(2, 0), integer(4, EXPIRY.into()), keysend_record(&preimage())].concat();
    case(
        cases,
        "amt-to-forward-0",
        "amt_to_forward is 0: no rule forbids it, and no implementation may break on it.",
        &zero,
    )
    .level(Level::May)
    .flag("interoperability")
    .spec(FINAL)
    .accept();
    zero.amount = 0;
    case(cases, "amt-to-forward-0-and-amount-0", "amt_to_forward and the HTLC's amount are 0.", &zero)
        .level(Level::May)
        .flag("bounds")
        .spec(FINAL)
        .accept();

    let expiry = |expiry: u32, outgoing: u32| {
        let mut htlc = minimal();
        htlc.payload =
            [integer(2, AMOUNT), integer(4, outgoing.into()), keysend_record(&preimage())].concat();
        htlc.expiry = expiry;
        htlc
    };
    case(
        cases,
        "expiry-above-outgoing",
        "The HTLC expires later than the payload says.",
        &expiry(EXPIRY + 10, EXPIRY),
    )
    .flag("htlc")
    .spec(FINAL)
    .accept();
    case(
        cases,
        "expiry-far-above-height",
        "The HTLC expires 2^16 blocks above the height, which no rule forbids; a node may have a limit of its own.",
        &expiry(HEIGHT + 65_536, EXPIRY),
    )
    .level(Level::May)
    .flag("interoperability")
    .spec(FINAL)
    .accept();
    case(
        cases,
        "expiry-one-below-outgoing",
        "The HTLC expires one block before outgoing_cltv_value.",
        &expiry(EXPIRY - 1, EXPIRY),
    )
    .reject("final_incorrect_cltv_expiry", "minimal");
    case(cases, "expiry-far-below-outgoing", "outgoing_cltv_value is 2^32 - 1.", &expiry(EXPIRY, u32::MAX))
        .reject("final_incorrect_cltv_expiry", "minimal");
    case(
        cases,
        "outgoing-below-height",
        "outgoing_cltv_value is below the height and the HTLC's expiry is not: only the HTLC's counts.",
        &expiry(EXPIRY, HEIGHT - 1),
    )
    .flag("htlc")
    .spec(FINAL)
    .accept();
    let edge = HEIGHT + 18;
    case(
        cases,
        "expiry-height-plus-18",
        "The HTLC expires min_final_cltv_expiry_delta (18) blocks above the height: just enough.",
        &expiry(edge, edge),
    )
    .flag("htlc")
    .spec(FINAL)
    .accept();
    // Below, only the HTLC's expiry changes: outgoing_cltv_value is so low that it decides nothing.
    for outgoing in [0, 1] {
        case(
            cases,
            format!("expiry-height-plus-18-outgoing-{outgoing}"),
            format!("The same, and outgoing_cltv_value is {outgoing}."),
            &expiry(edge, outgoing),
        )
        .flag("htlc")
        .spec(FINAL)
        .accept();
    }
    for (name, at) in [
        ("expiry-height-plus-17", edge - 1),
        ("expiry-height", HEIGHT),
        ("expiry-below-height", HEIGHT - 1),
        ("expiry-0", 0),
    ] {
        let about = format!("The HTLC expires at {at}, at height {HEIGHT}.");
        let outgoing = at.min(1);
        case(cases, name, about, &expiry(at, outgoing))
            .revision(2)
            .reject("expiry_too_soon", &format!("expiry-height-plus-18-outgoing-{outgoing}"));
    }
    for delta in [0_u32, 42, 144] {
        let with = |blocks: u32| {
            let mut input = expiry(HEIGHT + blocks - 1, 1).input(off());
            input.settings.min_final_cltv_expiry_delta = delta;
            input
        };
        let about = format!("min_final_cltv_expiry_delta is {delta} and the HTLC has just that.");
        cases
            .old(format!("delta-{delta}"), about, &with(delta + 1))
            .revision(2)
            .flag("htlc")
            .spec(FINAL)
            .accept();
        let about = format!("min_final_cltv_expiry_delta is {delta} and the HTLC has one block less.");
        cases
            .old(format!("delta-{delta}-one-less"), about, &with(delta))
            .revision(2)
            .reject("expiry_too_soon", &format!("delta-{delta}"));
    }
    let mut high = minimal().input(off());
    high.height = u32::MAX - 5;
    cases
        .old("height-near-2-to-32", "The height plus 18 does not fit 32 bits: it must not wrap.", &high)
        .level(Level::May)
        .flag("integer-width")
        .reject("expiry_too_soon", "minimal");
}

/// Which records are there.
fn records(cases: &mut Recipes) {
    for (name, payload, reason) in [
        (
            "amt-to-forward-missing",
            [integer(4, EXPIRY.into()), keysend_record(&preimage())].concat(),
            "amt_to_forward_missing",
        ),
        (
            "outgoing-cltv-value-missing",
            [integer(2, AMOUNT), keysend_record(&preimage())].concat(),
            "outgoing_cltv_value_missing",
        ),
    ] {
        let mut htlc = minimal();
        htlc.payload = payload;
        case(cases, name, format!("{}.", name.replace('-', " ")), &htlc).reject(reason, "minimal");
    }
    let scid = record(6, &[0x0c, 0x35, 0, 0, 0, 1, 0, 2]);
    case(cases, "short-channel-id", "The final payload has a short channel id.", &with_records(&[scid], &[]))
        .level(Level::May)
        .flag("interoperability")
        .policy("final_short_channel_id")
        .spec("04-onion-routing.md:282-283")
        .accept();
    let secret = label::bytes32("keysend.receive/payment_secret");
    let data = |total| with_records(&[payment_data(secret, total)], &[]);
    case(cases, "payment-data-equal", "payment_data whose total_msat is amt_to_forward.", &data(AMOUNT))
        .level(Level::May)
        .flag("interoperability")
        .policy("keysend_payment_data")
        .spec("04-onion-routing.md:390-391")
        .accept();
    for (name, total, about) in [
        ("payment-data-total-twice", 2 * AMOUNT, "payment_data whose total_msat is twice amt_to_forward."),
        (
            "payment-data-total-one-more",
            AMOUNT + 1,
            "payment_data whose total_msat is one msat more than amt_to_forward.",
        ),
        ("payment-data-total-half", AMOUNT / 2, "payment_data whose total_msat is half of amt_to_forward."),
        ("payment-data-total-0", 0, "payment_data whose total_msat is 0: no bytes behind the secret."),
    ] {
        case(cases, name, about, &data(total))
            .level(Level::May)
            .flag("interoperability")
            .policy("keysend_payment_data")
            .reject("total_msat_not_amount", "payment-data-equal");
    }
    for (name, value) in [("payment-metadata", vec![1, 2, 3]), ("payment-metadata-empty", vec![])] {
        case(
            cases,
            name,
            format!("payment_metadata of {} bytes.", value.len()),
            &with_records(&[record(16, &value)], &[]),
        )
        .level(Level::May)
        .flag("interoperability")
        .policy("keysend_payment_metadata")
        .spec("04-onion-routing.md:288-290")
        .accept();
    }
    let point = hop_key(5).public_key().encode();
    for (name, records, about) in [
        (
            "encrypted-recipient-data",
            vec![record(10, &[7; 40])],
            "encrypted_recipient_data: in a blinded route the final payload has no keysend record.",
        ),
        ("current-path-key", vec![record(12, &point)], "current_path_key outside of a blinded route."),
        (
            "blinded",
            vec![record(10, &[7; 40]), record(12, &point), integer(18, AMOUNT)],
            "All fields of a blinded route.",
        ),
    ] {
        case(cases, name, about, &with_records(&records, &[]))
            .flag("interoperability")
            .reject("blinded_path_not_allowed", "minimal");
    }
    for (name, about, total) in [
        (
            "total-amount-msat",
            "total_amount_msat outside of a blinded route, where neither writer nor reader has a rule for it.",
            AMOUNT,
        ),
        (
            "total-amount-msat-twice",
            "total_amount_msat of twice amt_to_forward, outside of a blinded route: it is not amt_to_forward.",
            2 * AMOUNT,
        ),
    ] {
        case(cases, name, about, &with_records(&[integer(18, total)], &[]))
            .level(Level::May)
            .flag("interoperability")
            .spec("silent")
            .accept();
    }
    for (r#type, about) in [
        (1_u64, "Type 1: odd and unknown."),
        (101, "Type 101: odd and unknown."),
        (65537, "The lowest odd custom type."),
        (7_629_169, "A podcast's record (bLIP 10)."),
        (5_482_373_481, "A group id."),
    ] {
        let before = if r#type == 1 { vec![] } else { vec![record(r#type, b"podcast")] };
        let mut htlc = with_records(&before, &[]);
        if r#type == 1 {
            htlc.payload = [record(1, b"odd"), htlc.payload].concat();
        }
        case(cases, format!("odd-{type}"), about, &htlc)
            .flag("unknown-type")
            .spec("01-messaging.md:178-179")
            .accept();
    }
    for (r#type, about) in [
        (5_482_373_485_u64, "An odd record of the type above keysend's."),
        (9_223_372_036_854_775_809, "An odd record of type 2^63 + 1: negative to a signed reader."),
        (u64::MAX, "An odd record of type 2^64 - 1."),
    ] {
        case(cases, format!("odd-{type}"), about, &with_records(&[], &[record(r#type, b"x")]))
            .flag("integer-width")
            .spec("01-messaging.md:178-179")
            .accept();
    }
    for (r#type, about) in [(14_u64, "Type 14"), (100, "Type 100"), (65534, "Type 65534")] {
        case(
            cases,
            format!("even-{type}"),
            format!("{about}: even, unknown and reserved for the specification."),
            &with_records(&[record(r#type, b"x")], &[]),
        )
        .reject("unknown_even_type", "minimal");
    }
    let companions: [(u64, &str, &[u8]); 6] = [
        (65536, "The lowest custom type.", b"x"),
        (7_629_168, "An old tip note.", b"thanks"),
        (34_349_334, "A chat message.", b"hello"),
        (112_111_100, "A wallet id.", b"1234"),
        (133_773_310, "A podcast's JSON.", b"{}"),
        (77_778, "An even custom type.", &[0xff; 200]),
    ];
    for (r#type, about, value) in companions {
        case(
            cases,
            format!("even-custom-{type}"),
            format!("{about} Even and unknown."),
            &with_records(&[record(r#type, value)], &[]),
        )
        .flag("interoperability")
        .policy("custom_even_records")
        .reject("unknown_even_type", "odd-7629169");
    }
    case(
        cases,
        "even-custom-behind",
        "An even custom record behind the keysend record.",
        &with_records(&[], &[record(5_482_373_486, b"x")]),
    )
    .flag("interoperability")
    .policy("custom_even_records")
    .reject("unknown_even_type", "odd-5482373485");
    for length in [639_usize, 640, 641, 1023, 1024] {
        case(
            cases,
            format!("odd-7629169-of-{length}-bytes"),
            format!("A text of {length} bytes beside the preimage."),
            &with_records(&[record(7_629_169, &vec![b'a'; length])], &[]),
        )
        .flag("bounds")
        .spec("01-messaging.md:178-179")
        .accept();
    }
    for (name, value) in [("not-utf-8", &[0xff, 0xfe][..]), ("with-nul", b"a\0b"), ("like-a-number", b"31")] {
        case(
            cases,
            format!("odd-7629169-{name}"),
            format!("A text {}.", name.replace('-', " ")),
            &with_records(&[record(7_629_169, value)], &[]),
        )
        .flag("bounds")
        .spec("01-messaging.md:178-179")
        .accept();
    }
    let mut longest = with_records(&[], &[]);
    let room = 1265 - longest.payload.len() - 9 - 3;
    longest.payload.extend(record(u64::MAX, &vec![0x2a; room]));
    case(cases, "payload-of-1265-bytes", "The longest payload that fits.", &longest)
        .flag("bounds")
        .spec("04-onion-routing.md:937-948")
        .accept();
    let mut htlc = minimal();
    htlc.behind = Some(hop_key(9).public_key());
    htlc.payload =
        [amount_and_expiry(), record(6, &[0x0c, 0x35, 0, 0, 0, 1, 0, 2]), keysend_record(&preimage())]
            .concat();
    case(
        cases,
        "not-final",
        "A matching keysend record, but the node is not the final one: it forwards and claims nothing.",
        &htlc,
    )
    .flag("theft")
    .spec("04-onion-routing.md:949-957")
    .accept();
    let secret = label::bytes32("keysend.receive/payment_secret");
    htlc.payload = [
        amount_and_expiry(),
        record(6, &[0x0c, 0x35, 0, 0, 0, 1, 0, 2]),
        payment_data(secret, AMOUNT),
        keysend_record(&preimage()),
    ]
    .concat();
    case(
        cases,
        "not-final-payment-data",
        "The node is not the final one and has payment_data, which no payer may write for it; readers have no rule.",
        &htlc,
    )
    .level(Level::May)
    .flag("interoperability")
    .spec("silent")
    .accept();
    htlc.payload = [amount_and_expiry(), keysend_record(&preimage())].concat();
    case(
        cases,
        "not-final-no-short-channel-id",
        "The node is not the final one and is not told where to forward.",
        &htlc,
    )
    .reject("next_hop_missing", "not-final");
    htlc.payload = [
        amount_and_expiry(),
        record(6, &[0x0c, 0x35, 0, 0, 0, 1, 0, 2]),
        record(12, &hop_key(5).public_key().encode()),
        keysend_record(&preimage()),
    ]
    .concat();
    case(
        cases,
        "not-final-current-path-key",
        "The node is not the final one, and its payload has a path key outside of a blinded route: the failure is \
         invalid_onion_blinding.",
        &htlc,
    )
    .spec("04-onion-routing.md:328,1436-1438")
    .reject("blinded_path_not_allowed", "not-final");
}

/// The grammar of the payload, seen from the final node.
fn grammar(cases: &mut Recipes) {
    let good = minimal().payload;
    let keysend = keysend_record(&preimage());
    let (amount, expiry) = (integer(2, AMOUNT), integer(4, EXPIRY.into()));
    for (name, about, reason, payload) in [
        (
            "keysend-twice",
            "The keysend record stands twice.",
            "types_not_increasing",
            [good.clone(), keysend.clone()].concat(),
        ),
        (
            "keysend-twice-differing",
            "Two keysend records: the first has zeros, the second the preimage.",
            "types_not_increasing",
            [amount_and_expiry(), keysend_record(&[0; 32]), keysend.clone()].concat(),
        ),
        (
            "amount-twice",
            "amt_to_forward stands twice.",
            "types_not_increasing",
            [amount.clone(), good.clone()].concat(),
        ),
        (
            "order-keysend-first",
            "The keysend record stands before the others.",
            "types_not_increasing",
            [keysend.clone(), amount_and_expiry()].concat(),
        ),
        (
            "order-4-before-2",
            "outgoing_cltv_value stands before amt_to_forward.",
            "types_not_increasing",
            [expiry.clone(), amount.clone(), keysend.clone()].concat(),
        ),
        (
            "type-not-minimal",
            "The type 2 in three bytes.",
            "type_not_minimal",
            [unhex("fd0002030186a0"), expiry.clone(), keysend.clone()].concat(),
        ),
        (
            "length-not-minimal",
            "The keysend record's length 32 in three bytes.",
            "length_not_minimal",
            [amount_and_expiry(), unhex("ff0000000146c6616cfd0020"), preimage().to_vec()].concat(),
        ),
        (
            "amount-leading-zero",
            "amt_to_forward with a leading zero byte.",
            "value_not_minimal",
            [record(2, &unhex("000186a0")), expiry.clone(), keysend.clone()].concat(),
        ),
        (
            "amount-9-bytes",
            "amt_to_forward of nine bytes.",
            "value_wrong_length",
            [record(2, &[1; 9]), expiry.clone(), keysend.clone()].concat(),
        ),
        (
            "amount-above-21-million-bitcoin",
            "amt_to_forward one msat above 21 million bitcoin.",
            "value_invalid",
            [integer(2, 2_100_000_000_000_000_001), expiry.clone(), keysend.clone()].concat(),
        ),
        (
            "total-amount-above-21-million-bitcoin",
            "total_amount_msat one msat above 21 million bitcoin.",
            "value_invalid",
            [amount_and_expiry(), integer(18, 2_100_000_000_000_000_001), keysend.clone()].concat(),
        ),
        (
            "expiry-leading-zero",
            "outgoing_cltv_value with a leading zero byte.",
            "value_not_minimal",
            [amount.clone(), record(4, &unhex("000c3590")), keysend.clone()].concat(),
        ),
        (
            "expiry-5-bytes",
            "outgoing_cltv_value of five bytes.",
            "value_wrong_length",
            [amount.clone(), record(4, &unhex("01000c3590")), keysend.clone()].concat(),
        ),
        (
            "preimage-cut",
            "The payload ends within the preimage.",
            "value_truncated",
            good[..good.len() - 1].to_vec(),
        ),
        (
            "ends-after-keysend-type",
            "The payload ends behind the keysend type.",
            "length_truncated",
            good[..good.len() - 33].to_vec(),
        ),
        (
            "ends-within-keysend-type",
            "The payload ends within the keysend type.",
            "type_truncated",
            good[..good.len() - 34].to_vec(),
        ),
        (
            "trailing-00",
            "A zero byte behind the records.",
            "types_not_increasing",
            [&good[..], &[0]].concat(),
        ),
        (
            "trailing-0000",
            "Two zero bytes behind the records.",
            "types_not_increasing",
            [&good[..], &[0, 0]].concat(),
        ),
        ("trailing-ff", "A byte ff behind the records.", "type_truncated", [&good[..], &[0xff]].concat()),
        (
            "keysend-length-2-to-32-plus-32",
            "The keysend record's length is 2^32 + 32: cut to 32 bits it fits.",
            "value_truncated",
            [amount_and_expiry(), unhex("ff0000000146c6616cff0000000100000020"), preimage().to_vec()]
                .concat(),
        ),
        (
            "payment-secret-31-bytes",
            "payment_data of 31 bytes.",
            "value_wrong_length",
            [amount_and_expiry(), record(8, &[7; 31]), keysend.clone()].concat(),
        ),
        (
            "payment-data-total-leading-zero",
            "payment_data's total with a leading zero byte.",
            "value_not_minimal",
            [amount_and_expiry(), record(8, &[&[7; 32][..], &unhex("000186a0")].concat()), keysend.clone()]
                .concat(),
        ),
        (
            "short-channel-id-7-bytes",
            "A short channel id of seven bytes.",
            "value_wrong_length",
            [amount_and_expiry(), record(6, &[7; 7]), keysend.clone()].concat(),
        ),
    ] {
        let mut htlc = minimal();
        htlc.payload = payload;
        case(cases, name, about, &htlc).reject(reason, "minimal");
    }
    let mut cut = minimal();
    cut.payload = [amount_and_expiry(), record(1_187_406_188, &preimage())].concat();
    case(cases, "keysend-type-cut-to-32-bits", "The preimage in a record of type 5482373484 - 2^32.", &cut)
        .flag("integer-width")
        .policy("custom_even_records")
        .reject("unknown_even_type", "minimal");
}

/// The packet around it: only what is about this HTLC; `onion.peel` has the rest.
fn packet(cases: &mut Recipes) {
    let good = minimal();
    let mut bent = |name: &str, about: &str, reason: &'static str, bend: &dyn Fn(&mut Receive)| {
        let mut htlc = good.htlc();
        let mut whole = input(&good.node, htlc.clone(), off());
        bend(&mut whole);
        htlc = whole.htlc;
        let again = input(&good.node, htlc, off());
        cases.old(name, about, &Receive { height: whole.height, ..again }).reject(reason, "minimal");
    };
    bent(
        "other-payment-hash",
        "The HTLC's payment hash is another than the packet was made for.",
        "hmac_mismatch",
        &|i| i.htlc.payment_hash.0[0] ^= 1,
    );
    bent("packet-version-1", "The packet's version is 1.", "version_unknown", &|i| i.htlc.packet.0[0] = 1);
    bent(
        "packet-public-key-prefix-04",
        "The packet's public key has the prefix 04.",
        "public_key_invalid",
        &|i| i.htlc.packet.0[1] = 4,
    );
    bent("packet-public-key-negated", "The packet's public key is negated.", "hmac_mismatch", &|i| {
        i.htlc.packet.0[1] ^= 1
    });
    bent("packet-hmac-flipped", "One bit of the packet's HMAC is flipped.", "hmac_mismatch", &|i| {
        i.htlc.packet.0[1365] ^= 1
    });
    bent("packet-hop-payloads-flipped", "One bit of hop_payloads is flipped.", "hmac_mismatch", &|i| {
        i.htlc.packet.0[40] ^= 1
    });
    let path_key = hop_key(6).public_key().encode();
    bent(
        "path-key",
        "The HTLC has a path key, and the packet was not made for one.",
        "hmac_mismatch",
        &|i| i.htlc.path_key = Some(hex_of(path_key)),
    );
    // The packet is made for the blinded key and decrypts; but no record says that the payment is in a blinded route.
    let path_key = hop_key(6).public_key();
    if let Some(blinded) = blinded_node_id(&good.node, &path_key) {
        let length = good.payload.len() as u8;
        let decrypted = [&[length][..], &good.payload, &[0; 32]].concat();
        let mut htlc = good.htlc();
        htlc.packet = hex_of(sealed(&blinded, &good.session_key, &good.payment_hash, &decrypted));
        htlc.path_key = Some(hex_of(path_key.encode()));
        let about = "The HTLC has a path key that its packet was made for, and the payload is that of no blinded route.";
        cases
            .old("path-key-outside-of-a-blinded-route", about, &input(&good.node, htlc, off()))
            .spec("04-onion-routing.md:327-328")
            .reject("blinded_path_not_allowed", "minimal");
    }
    for (name, about, prefix, reason) in [
        ("payload-length-0", "The payload's length is 0.", "00", "payload_length_reserved"),
        ("payload-length-1", "The payload's length is 1.", "01", "payload_length_reserved"),
        ("payload-length-1266", "The payload's length is 1266.", "fd04f2", "payload_length_too_long"),
        (
            "payload-length-2-to-32-plus-52",
            "The payload's length is 2^32 + 52: cut to 32 bits it fits.",
            "ff0000000100000034",
            "payload_length_too_long",
        ),
        (
            "payload-length-not-minimal",
            "The payload's length 52 in three bytes.",
            "fd0034",
            "payload_length_not_minimal",
        ),
    ] {
        let decrypted = [unhex(prefix), good.payload.clone(), vec![0; 32]].concat();
        let mut htlc = good.htlc();
        htlc.packet =
            hex_of(sealed(&good.node.public_key(), &good.session_key, &good.payment_hash, &decrypted));
        cases.old(name, about, &input(&good.node, htlc, off())).reject(reason, "minimal");
    }
    // A keysend whose payload and zero HMAC reach one byte beyond hop_payloads, where the stream happens to be zero: who
    // reads on into the padding claims it.
    let session_key = overrunning_session_key("keysend.receive/overrun", &good.node.public_key());
    let filled = |length: usize| {
        let custom = record(u64::MAX, &vec![0x2a; length - good.payload.len() - 9 - 3]);
        [good.payload.clone(), custom].concat()
    };
    let mut fits = good.clone();
    fits.session_key = session_key;
    fits.payload = filled(1265);
    case(
        cases,
        "payload-of-1265-bytes-before-a-zero-byte",
        "The longest payload that fits. Behind hop_payloads the stream has a zero byte.",
        &fits,
    )
    .flag("bounds")
    .spec("04-onion-routing.md:937-948")
    .accept();
    let mut decrypted = vec![0xfd, 0x04, 0xf2];
    decrypted.extend(filled(1266));
    decrypted.extend([0; 31]);
    let mut htlc = good.htlc();
    htlc.packet = hex_of(sealed(&good.node.public_key(), &session_key, &good.payment_hash, &decrypted));
    cases
        .old(
            "payload-length-1266-and-zero-padding",
            "A payload of 1266 bytes, and the HMAC's last byte, which lies in the padding, decrypts to zero: read on, the node would be \
             the final one.",
            &input(&good.node, htlc, off()),
        )
        .flag("theft")
        .reject("payload_length_too_long", "payload-of-1265-bytes-before-a-zero-byte");
}
