//! Building packets: BOLT 4's own, routes of 1 to 26 hops, payloads at their limits, and what cannot be built.

use super::fixture::{amount_and_expiry, hex_of, integer, record, repeated, unhex};
use super::published;
use super::suite::{Suite, Twin};
use crate::blueprint::label;
use crate::bolt1::{PublicKey, SecretKey};
use crate::bolt4::construct::hop_secrets;
use crate::protocol::operation::{Construct, ConstructHop};

const CONSTRUCTION: &str = "04-onion-routing.md:746-900";
const RESERVED: &str = "04-onion-routing.md:184";

/// A packet of several hops, byte for byte.
const EVERY_BYTE: [&str; 12] = [
    "bolt4.construct.layers",
    "bolt4.construct.ephemeral-keys",
    "bolt4.construct.filler",
    "bolt4.construct.hmac",
    "bolt4.construct.padding",
    "bolt4.construct.result",
    "bolt4.keys.derivation",
    "bolt4.keys.stream",
    "bolt4.packet.layout",
    "bolt4.packet.version",
    "bolt4.secret.blinding",
    "bolt4.secret.derivation",
];

/// A packet of one hop, byte for byte: there is no filler, and no key is blinded.
const EVERY_BYTE_OF_ONE_HOP: [&str; 8] = [
    "bolt4.construct.layers",
    "bolt4.construct.padding",
    "bolt4.construct.hmac",
    "bolt4.construct.result",
    "bolt4.keys.derivation",
    "bolt4.keys.stream",
    "bolt4.packet.layout",
    "bolt4.packet.version",
];

const LAYERS: [&str; 3] =
    ["bolt4.construct.layers", "bolt4.construct.ephemeral-keys", "bolt4.construct.filler"];

/// The payload of a hop before the last: types 2, 4 and 6.
pub fn forwarding_payload(hop: u8) -> Vec<u8> {
    [amount_and_expiry(), record(6, &[0, 0, 1, 0, 0, hop, 0, 1])].concat()
}

/// The secret key of hop `hop` of a route that suites share.
pub fn hop_key(hop: usize) -> SecretKey {
    label::secret(&format!("route/hop-{hop}"))
}

/// `onion.construct`.
pub fn construct(suite: &mut Suite) {
    suite.section(CONSTRUCTION);
    published(suite);
    let one_hop = suite
        .case("one-hop", "One hop: there is no filler.", input(&[amount_and_expiry()]))
        .flag("basic")
        .shows(EVERY_BYTE_OF_ONE_HOP)
        .accepted();
    let two_hops = routes(suite);
    keys_and_data(suite, &one_hop);
    limits(suite);
    refused(suite, &one_hop, &two_hops);
}

fn published(suite: &mut Suite) {
    let nodes = || (0x41..=0x45).map(|key| repeated(key).public_key());
    let payloads = published::onion_payloads();
    let hops = nodes().zip(&payloads).map(|(node, payload)| hop(&node, &unhex(payload))).collect();
    let input = Construct { session_key: hex_of([0x41; 32]), associated_data: hex_of([0x42; 32]), hops };
    let about = "BOLT 4's onion test: five hops, the third payload before the last is long, and the last has 272 bytes.";
    let mut draft = suite
        .case("bolt4-five-hops", about, input)
        .flag("published")
        .spec("bolt04/onion-test.json")
        .shows(EVERY_BYTE);
    for (index, secret) in hop_secrets(&repeated(0x41), nodes()).iter().enumerate() {
        draft = draft
            .step(format!("hop {index}: ephemeral public key"), secret.ephemeral.encode())
            .step(format!("hop {index}: shared secret"), secret.shared_secret.0);
    }
    draft.accepted();
}

fn hop(public_key: &PublicKey, payload: &[u8]) -> ConstructHop {
    ConstructHop { public_key: hex_of(public_key.encode()), payload: hex_of(payload) }
}

/// A route with these payloads.
fn input(payloads: &[Vec<u8>]) -> Construct {
    let hops = payloads.iter().enumerate();
    Construct {
        session_key: hex_of(label::secret("onion.construct/session_key").encode()),
        associated_data: hex_of(label::bytes32("onion.construct/payment_hash")),
        hops: hops.map(|(index, payload)| hop(&hop_key(index).public_key(), payload)).collect(),
    }
}

/// Payloads of bytes that no packet looks into.
fn payloads(lengths: &[usize]) -> Vec<Vec<u8>> {
    lengths.iter().map(|length| label::bytes("onion.construct/payload", *length)).collect()
}

fn routes(suite: &mut Suite) -> Twin<Construct> {
    let route = |hops: usize| {
        let forwarding = (1..hops).map(|hop| forwarding_payload(hop as u8 - 1));
        forwarding.chain([amount_and_expiry()]).collect::<Vec<_>>()
    };
    let mut several = |hops: usize, payloads: &[Vec<u8>]| {
        suite
            .case(format!("{hops}-hops"), format!("{hops} hops."), input(payloads))
            .flag("filler")
            .shows(LAYERS)
            .accepted()
    };
    let two_hops = several(2, &route(2));
    for hops in [3, 4, 5, 8, 10, 13, 15, 20] {
        several(hops, &route(hops));
    }
    // 26 hops fit with amounts of one byte and expiries of two.
    let mut payloads = route(26);
    for payload in &mut payloads {
        let channel = payload.split_off(amount_and_expiry().len());
        *payload = [integer(2, 200), integer(4, 1000), channel].concat();
    }
    several(26, &payloads);
    let mixed = [300, 2, 100, 252, 253, 60].map(|length| label::bytes("onion.construct/mixed", length));
    let about =
        "Six payloads of 300, 2, 100, 252, 253 and 60 bytes: the filler follows each hop's own length.";
    suite.case("six-hops-of-mixed-lengths", about, input(&mixed)).flag("filler").shows(LAYERS).accepted();
    let about = "Two hops at the same node: the blinded keys still differ.";
    suite
        .case("same-node-twice", about, input(&[amount_and_expiry(), amount_and_expiry()]))
        .change(|route| route.hops[1].public_key = route.hops[0].public_key.clone())
        .flag("filler")
        .shows(["bolt4.construct.ephemeral-keys", "bolt4.secret.blinding"])
        .accepted();
    for key in [1, 2] {
        suite
            .from(&two_hops, format!("session-key-{key}"), format!("The session key {key}."))
            .change(|route| {
                route.session_key = hex_of([0; 32]);
                route.session_key.0[31] = key;
            })
            .flag("curve")
            .shows(["bolt4.construct.session-key", "bolt4.construct.ephemeral-keys"])
            .accepted();
    }
    two_hops
}

fn keys_and_data(suite: &mut Suite, one_hop: &Twin<Construct>) {
    for byte in [0_u8, 0xff] {
        let about = format!("Associated data of 32 times {byte:02x}.");
        suite
            .from(one_hop, format!("associated-data-{byte:02x}"), about)
            .change(|route| route.associated_data = hex_of([byte; 32]))
            .flag("authenticity")
            .shows(["bolt4.construct.associated-data", "bolt4.construct.hmac"])
            .accepted();
    }
}

fn limits(suite: &mut Suite) {
    let mut fits =
        |name: String, about: String, payloads: Vec<Vec<u8>>, flag: &str, shown: &[&'static str]| {
            suite.case(name, about, input(&payloads)).flag(flag).shows(shown).accepted()
        };
    let room = ["bolt4.construct.layers", "bolt4.packet.hop-payloads"];
    let [shortest, .., longest] = [2, 3, 252, 253, 254, 1264, 1265].map(|length| {
        let about = format!("One payload of {length} bytes.");
        fits(format!("payload-of-{length}-bytes"), about, payloads(&[length]), "bounds", &room)
    });
    let about = "Two payloads of 600 and 630 bytes fill hop_payloads to the last byte.".into();
    let full = ["bolt4.packet.hop-payloads", "bolt4.construct.filler"];
    let two = fits("two-hops-filling-1300-bytes".into(), about, payloads(&[600, 630]), "bounds", &full);
    let about = "37 hops with payloads of two bytes: as many as fit.".into();
    let full = ["bolt4.packet.hop-payloads", "bolt4.packet.reserved-lengths"];
    let many = fits("37-hops-of-2-bytes".into(), about, vec![vec![1, 0]; 37], "bounds", &full);
    for lengths @ [first, second, third] in
        [[252, 253, 60], [253, 252, 60], [60, 253, 252], [2, 2, 1000], [1000, 2, 2]]
    {
        let name = format!("three-hops-of-{first}-{second}-and-{third}-bytes");
        let about = format!(
            "Three payloads of {first}, {second} and {third} bytes: each takes its own share of the filler."
        );
        fits(name, about, payloads(&lengths), "filler", &LAYERS);
    }
    // 1300 less three lengths of three bytes and three HMACs.
    let about = "Three payloads of 595, 300 and 300 bytes fill hop_payloads to the last byte.".into();
    let lengths = [595, 300, 300];
    let three = fits("three-hops-filling-1300-bytes".into(), about, payloads(&lengths), "bounds", &LAYERS);

    let mut too_long = |twin: &Twin<Construct>, name: &str, about: &str, payloads: Vec<Vec<u8>>| {
        suite
            .from(twin, name, about)
            .change(|route| *route = input(&payloads))
            .spec(CONSTRUCTION)
            .rejected("payloads_too_long");
    };
    too_long(&longest, "payload-of-1266-bytes", "One byte more than fits.", payloads(&[1266]));
    let about = "A payload of 1300 bytes: no room for its HMAC.";
    too_long(&longest, "payload-of-1300-bytes", about, payloads(&[1300]));
    too_long(&two, "two-hops-of-1301-bytes", "Two payloads that need 1301 bytes.", payloads(&[600, 631]));
    let about = "38 hops with payloads of two bytes.";
    too_long(&many, "38-hops-of-2-bytes", about, vec![vec![1, 0]; 38]);
    let about = "Three payloads that need 1301 bytes.";
    too_long(&three, "three-hops-of-1301-bytes", about, payloads(&[596, 300, 300]));
    for (name, about, length) in [
        ("payload-of-1-byte", "A payload of one byte: the length 1 is reserved.", 1),
        ("payload-of-0-bytes", "An empty payload: the length 0 is the old format's.", 0),
    ] {
        suite
            .from(&shortest, name, about)
            .change(|route| *route = input(&payloads(&[length])))
            .spec(CONSTRUCTION)
            .spec(RESERVED)
            .shows(["bolt4.packet.reserved-lengths"])
            .rejected("payload_length_reserved");
    }
}

fn refused(suite: &mut Suite, one_hop: &Twin<Construct>, two_hops: &Twin<Construct>) {
    suite
        .from(two_hops, "first-payload-of-1-byte", "Two hops; the first payload has one byte.")
        .change(|route| route.hops[0].payload = hex_of([0]))
        .spec(RESERVED)
        .shows(["bolt4.packet.reserved-lengths"])
        .rejected("payload_length_reserved");
    suite
        .from(one_hop, "no-hops", "An empty route.")
        .change(|route| route.hops.clear())
        .spec(CONSTRUCTION)
        .rejected("no_hops");
    for (name, about, key) in bad_secret_keys() {
        suite
            .from(one_hop, format!("session-key-{name}"), format!("{about}."))
            .change(|route| route.session_key = hex_of(key))
            .rejected("session_key_invalid");
    }
    let good = hop_key(0).public_key();
    let bytes = good.encode();
    for (name, about, key) in [
        ("prefix-04", "A node id with the prefix 04.", [&[4][..], &bytes[1..]].concat()),
        ("32-bytes", "A node id of 32 bytes.", bytes[..32].to_vec()),
        ("not-on-curve", "A node id with x = 5.", [&[2][..], &[0; 31], &[5]].concat()),
        ("uncompressed", "A node id of 65 bytes.", good.0.serialize_uncompressed().to_vec()),
    ] {
        suite
            .from(one_hop, format!("public-key-{name}"), about)
            .change(|route| route.hops[0].public_key = hex_of(key))
            .shows(["bolt1.point", "bolt4.secret.derivation"])
            .rejected("public_key_invalid");
    }
    suite
        .from(two_hops, "second-public-key-prefix-04", "The second of two node ids has the prefix 04.")
        .change(|route| route.hops[1].public_key.0[0] = 4)
        .spec("01-messaging.md:257")
        .rejected("public_key_invalid");
}

/// Bytes that are no secret key: name, sentence, bytes.
pub fn bad_secret_keys() -> [(&'static str, &'static str, Vec<u8>); 6] {
    let n = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd03641";
    [
        ("0", "The session key zero", vec![0; 32]),
        ("n", "The session key n", unhex(&format!("{n}41"))),
        ("n-plus-1", "The session key n + 1", unhex(&format!("{n}42"))),
        ("all-ff", "The session key 2^256 - 1", vec![0xff; 32]),
        ("31-bytes", "A session key of 31 bytes", vec![1; 31]),
        ("33-bytes", "A session key of 33 bytes", vec![1; 33]),
    ]
}
