//! Building packets: BOLT 4's own, routes of 1 to 26 hops, payloads at their limits, and what cannot be built.

use super::fixture::{amount_and_expiry, hex_of, integer, record, repeated, unhex};
use super::suite::{Draft, Suite as Recipes};
use super::{label, published};
use crate::bolt1::{PublicKey, SecretKey};
use crate::bolt4::construct::hop_secrets;
use crate::protocol::operation::{Construct, ConstructHop};

const CONSTRUCTION: &str = "04-onion-routing.md:746-900";

/// The payload of a hop before the last: types 2, 4 and 6.
pub fn forwarding_payload(hop: u8) -> Vec<u8> {
    [amount_and_expiry(), record(6, &[0, 0, 1, 0, 0, hop, 0, 1])].concat()
}

/// The secret key of hop `hop` of a route that suites share.
pub fn hop_key(hop: usize) -> SecretKey {
    label::secret(&format!("route/hop-{hop}"))
}

/// `onion.construct`.
pub fn construct(cases: &mut Recipes) {
    let hops: Vec<_> = (0x41..=0x45)
        .zip(published::onion_payloads())
        .map(|(key, payload)| ConstructHop {
            public_key: hex_of(repeated(key).public_key().encode()),
            payload: hex_of(unhex(&payload)),
        })
        .collect();
    let input = Construct { session_key: hex_of([0x41; 32]), associated_data: hex_of([0x42; 32]), hops };
    let mut draft = cases
        .old("bolt4-five-hops", "BOLT 4's onion test: five hops, the third payload before the last is long, and the last has 272 bytes.", &input)
        .flag("published")
        .spec("bolt04/onion-test.json");
    for (index, secret) in
        hop_secrets(&repeated(0x41), (0x41..=0x45).map(|key| repeated(key).public_key())).iter().enumerate()
    {
        draft = draft
            .step(format!("hop {index}: ephemeral public key"), secret.ephemeral.encode())
            .step(format!("hop {index}: shared secret"), secret.shared_secret.0);
    }
    draft.accept();

    routes(cases);
    limits(cases);
    inputs(cases);
}

fn hop(public_key: &PublicKey, payload: &[u8]) -> ConstructHop {
    ConstructHop { public_key: hex_of(public_key.encode()), payload: hex_of(payload) }
}

fn input(payloads: &[Vec<u8>]) -> Construct {
    Construct {
        session_key: hex_of(label::secret("onion.construct/session_key").encode()),
        associated_data: hex_of(label::bytes32("onion.construct/payment_hash")),
        hops: payloads
            .iter()
            .enumerate()
            .map(|(index, payload)| hop(&hop_key(index).public_key(), payload))
            .collect(),
    }
}

fn case<'a>(
    cases: &'a mut Recipes,
    name: impl Into<String>,
    about: impl Into<String>,
    payloads: &[Vec<u8>],
) -> Draft<'a, Construct> {
    cases.old(name, about, &input(payloads)).spec(CONSTRUCTION)
}

fn routes(cases: &mut Recipes) {
    case(cases, "one-hop", "One hop: there is no filler.", &[amount_and_expiry()]).flag("basic").accept();
    for hops in [2, 3, 4, 5, 8, 10, 13, 15, 20, 26] {
        let mut payloads: Vec<_> = (0..hops)
            .map(|index| if index + 1 < hops { forwarding_payload(index as u8) } else { amount_and_expiry() })
            .collect();
        if hops == 26 {
            // 26 hops fit with amounts of one byte and expiries of two.
            for payload in &mut payloads {
                let channel = payload.split_off(amount_and_expiry().len());
                *payload = [integer(2, 200), integer(4, 1000), channel].concat();
            }
        }
        case(cases, format!("{hops}-hops"), format!("{hops} hops."), &payloads).flag("filler").accept();
    }
    let payloads: Vec<_> = [300, 2, 100, 252, 253, 60]
        .iter()
        .map(|length| label::bytes("onion.construct/mixed", *length))
        .collect();
    case(
        cases,
        "six-hops-of-mixed-lengths",
        "Six payloads of 300, 2, 100, 252, 253 and 60 bytes: the filler follows each hop's own length.",
        &payloads,
    )
    .flag("filler")
    .accept();
    let mut same = input(&[amount_and_expiry(), amount_and_expiry()]);
    same.hops[1].public_key = same.hops[0].public_key.clone();
    cases
        .old("same-node-twice", "Two hops at the same node: the blinded keys still differ.", &same)
        .flag("filler")
        .spec(CONSTRUCTION)
        .accept();
    for byte in [0_u8, 0xff] {
        let mut other = input(&[amount_and_expiry()]);
        other.associated_data = hex_of([byte; 32]);
        cases
            .old(
                format!("associated-data-{byte:02x}"),
                format!("Associated data of 32 times {byte:02x}."),
                &other,
            )
            .flag("authenticity")
            .spec(CONSTRUCTION)
            .accept();
    }
    for (name, key) in [("1", 1_u8), ("2", 2)] {
        let mut other = input(&[forwarding_payload(0), amount_and_expiry()]);
        let mut bytes = [0; 32];
        bytes[31] = key;
        other.session_key = hex_of(bytes);
        cases
            .old(format!("session-key-{name}"), format!("The session key {name}."), &other)
            .flag("curve")
            .spec(CONSTRUCTION)
            .accept();
    }
}

fn limits(cases: &mut Recipes) {
    let bytes = |length| label::bytes("onion.construct/payload", length);
    for length in [2, 3, 252, 253, 254, 1264, 1265] {
        case(
            cases,
            format!("payload-of-{length}-bytes"),
            format!("One payload of {length} bytes."),
            &[bytes(length)],
        )
        .flag("bounds")
        .accept();
    }
    case(cases, "payload-of-1266-bytes", "One byte more than fits.", &[bytes(1266)])
        .reject("payloads_too_long", "payload-of-1265-bytes");
    case(cases, "payload-of-1300-bytes", "A payload of 1300 bytes: no room for its HMAC.", &[bytes(1300)])
        .reject("payloads_too_long", "payload-of-1265-bytes");
    case(cases, "payload-of-1-byte", "A payload of one byte: the length 1 is reserved.", &[bytes(1)])
        .spec("04-onion-routing.md:184")
        .reject("payload_length_reserved", "payload-of-2-bytes");
    case(cases, "payload-of-0-bytes", "An empty payload: the length 0 is the old format's.", &[vec![]])
        .spec("04-onion-routing.md:184")
        .reject("payload_length_reserved", "payload-of-2-bytes");
    let full = |last: usize| [bytes(600), bytes(last)];
    case(
        cases,
        "two-hops-filling-1300-bytes",
        "Two payloads of 600 and 630 bytes fill hop_payloads to the last byte.",
        &full(630),
    )
    .flag("bounds")
    .accept();
    case(cases, "two-hops-of-1301-bytes", "Two payloads that need 1301 bytes.", &full(631))
        .reject("payloads_too_long", "two-hops-filling-1300-bytes");
    let shortest = |hops: usize| vec![vec![1, 0]; hops];
    case(cases, "37-hops-of-2-bytes", "37 hops with payloads of two bytes: as many as fit.", &shortest(37))
        .flag("bounds")
        .accept();
    case(cases, "38-hops-of-2-bytes", "38 hops with payloads of two bytes.", &shortest(38))
        .reject("payloads_too_long", "37-hops-of-2-bytes");
    for (first, second, third) in [(252, 253, 60), (253, 252, 60), (60, 253, 252), (2, 2, 1000), (1000, 2, 2)]
    {
        case(
            cases,
            format!("three-hops-of-{first}-{second}-and-{third}-bytes"),
            format!("Three payloads of {first}, {second} and {third} bytes: each takes its own share of the filler."),
            &[bytes(first), bytes(second), bytes(third)],
        )
        .flag("filler")
        .accept();
    }
    // 1300 less three lengths of three bytes and three HMACs.
    let three = |first: usize| [bytes(first), bytes(300), bytes(300)];
    case(
        cases,
        "three-hops-filling-1300-bytes",
        "Three payloads of 595, 300 and 300 bytes fill hop_payloads to the last byte.",
        &three(595),
    )
    .flag("bounds")
    .accept();
    case(cases, "three-hops-of-1301-bytes", "Three payloads that need 1301 bytes.", &three(596))
        .reject("payloads_too_long", "three-hops-filling-1300-bytes");
    let mut before = input(&[forwarding_payload(0), amount_and_expiry()]);
    before.hops[0].payload = hex_of([0]);
    cases
        .old("first-payload-of-1-byte", "Two hops; the first payload has one byte.", &before)
        .spec("04-onion-routing.md:184")
        .reject("payload_length_reserved", "2-hops");
}

fn inputs(cases: &mut Recipes) {
    case(cases, "no-hops", "An empty route.", &[]).reject("no_hops", "one-hop");
    let one = || input(&[amount_and_expiry()]);
    for (name, about, key) in [
        ("0", "The session key zero.", vec![0; 32]),
        (
            "n",
            "The session key n.",
            unhex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
        ),
        (
            "n-plus-1",
            "The session key n + 1.",
            unhex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364142"),
        ),
        ("all-ff", "The session key 2^256 - 1.", vec![0xff; 32]),
        ("31-bytes", "A session key of 31 bytes.", vec![1; 31]),
        ("33-bytes", "A session key of 33 bytes.", vec![1; 33]),
    ] {
        let mut input = one();
        input.session_key = hex_of(key);
        cases.old(format!("session-key-{name}"), about, &input).reject("session_key_invalid", "one-hop");
    }
    let good = hop_key(0).public_key().encode();
    for (name, about, key) in [
        ("prefix-04", "A node id with the prefix 04.", [&[4][..], &good[1..]].concat()),
        ("32-bytes", "A node id of 32 bytes.", good[..32].to_vec()),
        ("not-on-curve", "A node id with x = 5.", [&[2][..], &[0; 31], &[5]].concat()),
        (
            "uncompressed",
            "A node id of 65 bytes.",
            hop_key(0).public_key().0.serialize_uncompressed().to_vec(),
        ),
    ] {
        let mut input = one();
        input.hops[0].public_key = hex_of(key);
        cases.old(format!("public-key-{name}"), about, &input).reject("public_key_invalid", "one-hop");
    }
    let mut second = input(&[forwarding_payload(0), amount_and_expiry()]);
    second.hops[1].public_key.0[0] = 4;
    cases
        .old("second-public-key-prefix-04", "The second of two node ids has the prefix 04.", &second)
        .spec("01-messaging.md:257")
        .reject("public_key_invalid", "2-hops");
}
