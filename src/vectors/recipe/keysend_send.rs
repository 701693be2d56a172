//! Paying by keysend: routes, amounts, custom records from the registries, and inputs that must be refused. bLIP 3.

use super::fixture::{AMOUNT, EXPIRY, hex_of, unhex};
use super::label;
use super::onion_construct::hop_key;
use super::suite::{Draft, Suite as Recipes};
use crate::bolt1::tlv::MAX_MSAT;
use crate::protocol::operation::{CustomRecord, Profile, Send, SendHop};
use crate::protocol::value::Decimal;
use crate::vectors::Level;

const SENDER: &str = "blip-0003.md:29-35";

/// `keysend.send`.
pub fn send(cases: &mut Recipes) {
    common(cases, SENDER, &|hops| input(hops));
    for (name, length) in [("0", 0_usize), ("31", 31), ("33", 33), ("64", 64)] {
        let mut input = input(1);
        input.preimage = Some(hex_of(vec![0x11; length]));
        cases
            .old(format!("preimage-of-{name}-bytes"), format!("A preimage of {length} bytes."), &input)
            .reject("preimage_length", "one-hop");
    }
    for (name, preimage) in [("all-zero", [0_u8; 32]), ("all-11", [0x11; 32])] {
        let mut input = input(1);
        input.preimage = Some(hex_of(preimage));
        cases
            .old(format!("preimage-{name}"), format!("The preimage is {}.", name.replace('-', " ")), &input)
            .flag("bounds")
            .spec(SENDER)
            .accept();
    }
}

/// A keysend over so many hops.
fn input(hops: usize) -> Send {
    Send {
        session_key: hex_of(label::secret("send/session_key").encode()),
        preimage: Some(hex_of(label::bytes32("send/preimage"))),
        profile: None,
        hops: route(hops),
        custom_records: Vec::new(),
    }
}

/// The same in the shared-secret scheme.
pub fn shared_secret_input(hops: usize, profile: Profile) -> Send {
    Send { preimage: None, profile: Some(profile), ..input(hops) }
}

/// A route on which every hop takes 1000 msat and 40 blocks.
fn route(hops: usize) -> Vec<SendHop> {
    (0..hops)
        .map(|index| {
            let behind = (hops - 1 - index) as u32;
            // The hop before the last forwards what the last receives.
            let paid = behind.saturating_sub(1);
            SendHop {
                public_key: hex_of(hop_key(index).public_key().encode()),
                amt_to_forward: Decimal(AMOUNT + 1000 * u64::from(paid)),
                outgoing_cltv_value: EXPIRY + 40 * paid,
                short_channel_id: (behind > 0).then(|| hex_of([0x0c, 0x35, 0, 0, 0, index as u8, 0, 1])),
            }
        })
        .collect()
}

/// What both schemes' payers are asked.
pub fn common(cases: &mut Recipes, spec: &'static str, input: &dyn Fn(usize) -> Send) {
    fn case<'a>(
        cases: &'a mut Recipes,
        name: &str,
        about: &str,
        input: &Send,
        spec: &str,
    ) -> Draft<'a, Send> {
        cases.old(name, about, input).spec(spec)
    }
    case(cases, "one-hop", "A direct payment.", &input(1), spec).flag("basic").accept();
    for hops in [2, 3, 5, 10, 15, 20, 26] {
        let mut input = input(hops);
        if hops == 26 {
            // 26 hops fit with amounts of one byte and expiries of none.
            for hop in &mut input.hops {
                (hop.amt_to_forward, hop.outgoing_cltv_value) = (Decimal(200), 0);
            }
        }
        case(cases, &format!("{hops}-hops"), &format!("A route of {hops} hops."), &input, spec)
            .flag("filler")
            .accept();
    }
    let mut other = input(2);
    other.session_key = hex_of(label::secret("send/another-session-key").encode());
    case(
        cases,
        "2-hops-another-session-key",
        "The same payment with another session key: a retry.",
        &other,
        spec,
    )
    .flag("filler")
    .accept();
    let mut other = input(2);
    other.hops[0].public_key = hex_of(hop_key(7).public_key().encode());
    case(
        cases,
        "2-hops-another-first-hop",
        "The same session key and final node, another first hop.",
        &other,
        spec,
    )
    .flag("near-miss")
    .accept();
    let mut early = input(3);
    early.hops[0].short_channel_id = Some(hex_of([0, 0, 1, 0, 0, 2, 0, 3]));
    early.hops[1].short_channel_id = Some(hex_of([0; 8]));
    case(
        cases,
        "short-channel-id-with-leading-zeros",
        "Short channel ids of a low block and of zeros: all 8 bytes are sent.",
        &early,
        spec,
    )
    .flag("canonical-form")
    .accept();
    for (amount, name) in [
        (0_u64, "0"),
        (1, "1"),
        (255, "255"),
        (256, "256"),
        (65_535, "65535"),
        (65_536, "65536"),
        (1 << 24, "2-to-24"),
        (u64::from(u32::MAX), "2-to-32-minus-1"),
        (1 << 32, "2-to-32"),
        (1 << 53, "2-to-53"),
        (MAX_MSAT, "21-million-bitcoin"),
    ] {
        let mut input = input(1);
        input.hops[0].amt_to_forward = Decimal(amount);
        case(cases, &format!("amount-{name}"), &format!("An amount of {amount} msat."), &input, spec)
            .level(if amount == 0 { Level::May } else { Level::Must })
            .flag("bounds")
            .accept();
    }
    // BOLT 2, "Adding an HTLC": an expiry of 500000000 would be a time, and an amount is above 0.
    for expiry in [0, 1, 255, 256, 65_535, 65_536, 1 << 24, 499_999_999] {
        let mut input = input(1);
        input.hops[0].outgoing_cltv_value = expiry;
        case(cases, &format!("expiry-{expiry}"), &format!("An expiry of {expiry} blocks."), &input, spec)
            .level(if expiry == 0 { Level::May } else { Level::Must })
            .flag("bounds")
            .accept();
    }
    session_keys(cases, spec, input);
    payload_lengths(cases, spec, input);
    custom(cases, spec, input);
    refused(cases, input);
}

/// Session keys at both ends of their range: on a route of two hops the second hop's key is blinded.
fn session_keys(cases: &mut Recipes, spec: &str, input: &dyn Fn(usize) -> Send) {
    for (name, key) in [
        ("1", unhex("0000000000000000000000000000000000000000000000000000000000000001")),
        ("n-minus-1", unhex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140")),
    ] {
        let mut input = input(2);
        input.session_key = hex_of(key);
        let about = format!("The session key is {}.", name.replace('-', " "));
        cases.old(format!("session-key-{name}"), about, &input).flag("curve").spec(spec).accept();
    }
}

/// Final payloads around the length at which their own length takes three bytes.
fn payload_lengths(cases: &mut Recipes, spec: &str, input: &dyn Fn(usize) -> Send) {
    let others = if input(1).preimage.is_some() { 10 + 42 } else { 10 };
    for length in [251_usize, 252, 253, 254] {
        let mut input = input(2);
        // The record's type takes five bytes, its length one.
        let value = vec![0x2a; length - others - 6];
        input.custom_records = records(&[(65537, &value)]);
        let about = format!("A custom record that makes the final payload {length} bytes long.");
        cases.old(format!("payload-of-{length}-bytes"), about, &input).flag("bounds").spec(spec).accept();
    }
}

fn records(records: &[(u64, &[u8])]) -> Vec<CustomRecord> {
    records
        .iter()
        .map(|(r#type, value)| CustomRecord { r#type: Decimal(*r#type), value: hex_of(value) })
        .collect()
}

fn custom(cases: &mut Recipes, spec: &str, input: &dyn Fn(usize) -> Send) {
    let mut with = |name: &str, about: &str, list: &[(u64, &[u8])]| {
        let mut input = input(1);
        input.custom_records = records(list);
        cases.old(name, about, &input).flag("custom-records").spec(spec).accept();
    };
    let podcast = br#"{"podcast":"Example","action":"boost","value_msat_total":100000}"#;
    with("custom-podcast", "A podcast's JSON (bLIP 10, type 7629169).", &[(7_629_169, podcast)]);
    with("custom-tip", "A tip note (type 7629171).", &[(7_629_171, b"thank you")]);
    with(
        "custom-chat",
        "A chat message with its sender and time (types 34349334, 34349339, 34349343): the message's type is even.",
        &[
            (34_349_334, b"hello"),
            (34_349_339, &hop_key(3).public_key().encode()),
            (34_349_343, &[0, 0, 1, 0x8c, 0, 0, 0, 0]),
        ],
    );
    with(
        "custom-unsorted",
        "Three records in falling order: the payload has them sorted.",
        &[(u64::MAX, b"c"), (7_629_169, b"b"), (65537, b"a")],
    );
    with(
        "custom-around-keysend",
        "The types just below and above 5482373484.",
        &[(5_482_373_485, b"above"), (5_482_373_483, b"below")],
    );
    with(
        "custom-cut-to-32-bits",
        "Type 5482373484 - 2^32 + 1: it sorts before, and cut to 32 bits behind, the keysend type's low bits.",
        &[(1_187_406_189, b"x")],
    );
    with("custom-three", "Three records in rising order.", &[(65537, b"a"), (65539, b"b"), (65541, b"c")]);
    with("custom-empty-value", "A record without a value.", &[(65537, b"")]);
    with("custom-65536", "The lowest custom type.", &[(65536, b"x")]);
    with(
        "custom-like-a-number",
        "Values that look like numbers when printed: they are bytes.",
        &[(65537, b"00"), (65539, b"31"), (65541, &[0x30])],
    );
    with("custom-252-bytes", "A value of 252 bytes: a length of one byte.", &[(65537, &[0x2a; 252])]);
    with("custom-253-bytes", "A value of 253 bytes: a length of three bytes.", &[(65537, &[0x2a; 253])]);
}

fn refused(cases: &mut Recipes, input: &dyn Fn(usize) -> Send) {
    let mut with = |name: &str, about: &str, reason: &'static str, list: &[(u64, &[u8])], twin: &str| {
        let mut input = input(1);
        input.custom_records = records(list);
        cases.old(name, about, &input).reject(reason, twin);
    };
    with(
        "custom-keysend-type",
        "A custom record of the keysend type.",
        "custom_record_type_keysend",
        &[(5_482_373_484, &[0x11; 32])],
        "custom-tip",
    );
    with(
        "custom-twice",
        "Two custom records of one type.",
        "custom_record_type_twice",
        &[(7_629_171, b"thank you"), (7_629_171, b"again")],
        "custom-tip",
    );
    with(
        "custom-twice-apart",
        "Two custom records of one type with another between them.",
        "custom_record_type_twice",
        &[(65537, b"a"), (65539, b"b"), (65537, b"c")],
        "custom-three",
    );
    for (r#type, what) in [
        (65535_u64, "the highest reserved type"),
        (0, "zero"),
        (2, "amt_to_forward"),
        (8, "payment_data"),
        (16, "payment_metadata"),
    ] {
        with(
            &format!("custom-type-{type}"),
            &format!("A custom record of type {type}: {what}."),
            "custom_record_type_reserved",
            &[(r#type, b"thank you")],
            "custom-tip",
        );
    }
    let fits = |cases: &mut Recipes, name: &str, length: usize, reason: Option<&'static str>| {
        let mut input = input(1);
        let value = vec![0x2a; length];
        input.custom_records = records(&[(65537, &value)]);
        let about = format!("A custom record of {length} bytes.");
        let draft = cases.old(name, about, &input);
        match reason {
            None => draft.flag("bounds").spec("04-onion-routing.md:941-948").accept(),
            Some(reason) => draft.reject(reason, "custom-longest"),
        }
    };
    // What is left of 1265 bytes beside types 2 and 4, the keysend record (42 bytes, if there is one) and the record's own
    // type and length (8 bytes).
    let longest = if input(1).preimage.is_some() { 1265 - 10 - 42 - 8 } else { 1265 - 10 - 8 };
    fits(cases, "custom-longest", longest, None);
    fits(cases, "custom-one-byte-too-long", longest + 1, Some("payloads_too_long"));
    fits(cases, "custom-of-2000-bytes", 2000, Some("payloads_too_long"));
    for (name, about, key) in [
        ("session-key-0", "The session key zero.", vec![0; 32]),
        (
            "session-key-n",
            "The session key n.",
            unhex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
        ),
        (
            "session-key-n-plus-1",
            "The session key n + 1.",
            unhex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364142"),
        ),
        ("session-key-31-bytes", "A session key of 31 bytes.", vec![1; 31]),
        ("session-key-33-bytes", "A session key of 33 bytes.", vec![1; 33]),
    ] {
        let mut input = input(1);
        input.session_key = hex_of(key);
        cases.old(name, about, &input).reject("session_key_invalid", "one-hop");
    }
    cases.old("no-hops", "An empty route.", &input(0)).reject("no_hops", "one-hop");
    let mut bad = input(2);
    bad.hops[1].public_key.0[0] = 4;
    cases
        .old("final-node-prefix-04", "The final node's id has the prefix 04.", &bad)
        .reject("public_key_invalid", "2-hops");
    let x_5 = [&[2][..], &[0; 31], &[5]].concat();
    for (name, about, key) in [
        ("final-node-not-on-curve", "The final node's id has x = 5, which is on no point.", x_5),
        ("final-node-32-bytes", "The final node's id has 32 bytes.", vec![2; 32]),
    ] {
        let mut bad = input(2);
        bad.hops[1].public_key = hex_of(key);
        cases.old(name, about, &bad).reject("public_key_invalid", "2-hops");
    }
    let mut bad = input(2);
    bad.hops[0].public_key.0[0] = 5;
    cases
        .old("first-node-prefix-05", "The first node's id has the prefix 05.", &bad)
        .reject("public_key_invalid", "2-hops");
    let mut bad = input(2);
    bad.hops[0].short_channel_id = None;
    cases
        .old("short-channel-id-missing", "The first of two hops has no short channel id.", &bad)
        .reject("short_channel_id_missing", "2-hops");
    let mut bad = input(2);
    bad.hops[1].short_channel_id = bad.hops[0].short_channel_id.clone();
    cases
        .old("short-channel-id-at-final-node", "The final node has a short channel id.", &bad)
        .level(Level::Must)
        .reject("short_channel_id_at_final_node", "2-hops");
    let mut bad = input(1);
    bad.hops[0].amt_to_forward = Decimal(MAX_MSAT + 1);
    cases
        .old("amount-above-21-million-bitcoin", "One msat above 21 million bitcoin.", &bad)
        .reject("amount_too_large", "amount-21-million-bitcoin");
}
