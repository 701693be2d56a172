//! Building packets: BOLT 4's own, routes of 1 to 27 hops, payloads at their limits, leading zero bytes on the way, and what
//! cannot be built.

use super::fixture::{amount_and_expiry, hex_of, integer, record, repeated, unhex};
use super::published;
use super::suite::{Suite, Twin};
use crate::blueprint::label;
use crate::bolt1::{PublicKey, SecretKey};
use crate::bolt4::construct::hop_secrets;
use crate::bolt4::secret::blinding_factor;
use crate::bolt4::stream::{KeyType, key};
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

/// Something of a route that starts with a zero byte, which an encoder of big integers drops.
pub struct ZeroByte {
    /// What starts with it, as ids have it.
    pub name: &'static str,
    /// What starts with it, for a sentence.
    pub of: &'static str,
    /// The hop whose packet shows it; none where the payer alone meets it.
    pub hop: Option<usize>,
    /// The counter of the session key, under one label.
    counter: u32,
}

impl ZeroByte {
    /// The session key with which it happens, on a route over the nodes of [`hop_key`].
    pub fn session_key(&self) -> SecretKey {
        label::secret_found("route/session-key", self.counter, |key| first_byte(self.name, *key) == 0)
    }
}

/// The first byte of what a name says.
fn first_byte(name: &str, session_key: SecretKey) -> u8 {
    let secrets = hop_secrets(&session_key, (0..3).map(|hop| hop_key(hop).public_key()));
    let factor = |hop: usize| blinding_factor(&secrets[hop].ephemeral, &secrets[hop].shared_secret);
    let (what, hop) = name.rsplit_once("-of-hop-").unwrap_or((name, "0"));
    let hop: usize = hop.parse().unwrap_or_default();
    let secret = secrets[hop].shared_secret.0;
    match what {
        "session-key" => session_key.encode()[0],
        "pad-key" => key(KeyType::Pad, &session_key.encode())[0],
        "ephemeral-x" => secrets[hop].ephemeral.encode()[1],
        "shared-x" => secrets[hop].shared_point.x()[0],
        "shared-secret" => secret[0],
        "rho" => key(KeyType::Rho, &secret)[0],
        "mu" => key(KeyType::Mu, &secret)[0],
        "factor" => factor(hop)[0],
        "blinded-key" => {
            (0..hop).fold(session_key, |key, hop| key.times(factor(hop)).unwrap_or(key)).encode()[0]
        }
        other => unreachable!("{other}"),
    }
}

/// One for each number that is hashed or sent on the way to the first three hops.
pub const ZERO_BYTES: &[ZeroByte] = &[
    ZeroByte { name: "session-key", of: "the session key", hop: None, counter: 1 },
    ZeroByte { name: "pad-key", of: "the pad key", hop: None, counter: 221 },
    ZeroByte {
        name: "ephemeral-x-of-hop-0",
        of: "x of the first hop's ephemeral key",
        hop: Some(0),
        counter: 239,
    },
    ZeroByte {
        name: "shared-x-of-hop-0",
        of: "x of the first hop's shared point",
        hop: Some(0),
        counter: 356,
    },
    ZeroByte { name: "factor-of-hop-0", of: "the first hop's blinding factor", hop: Some(0), counter: 73 },
    ZeroByte {
        name: "blinded-key-of-hop-1",
        of: "the session key blinded for the second hop",
        hop: None,
        counter: 49,
    },
    ZeroByte {
        name: "ephemeral-x-of-hop-1",
        of: "x of the second hop's ephemeral key",
        hop: Some(1),
        counter: 128,
    },
    ZeroByte {
        name: "shared-x-of-hop-1",
        of: "x of the second hop's shared point",
        hop: Some(1),
        counter: 837,
    },
    ZeroByte {
        name: "shared-secret-of-hop-1",
        of: "the second hop's shared secret",
        hop: Some(1),
        counter: 231,
    },
    ZeroByte { name: "rho-of-hop-1", of: "the second hop's rho key", hop: Some(1), counter: 120 },
    ZeroByte { name: "mu-of-hop-1", of: "the second hop's mu key", hop: Some(1), counter: 495 },
    ZeroByte { name: "factor-of-hop-1", of: "the second hop's blinding factor", hop: Some(1), counter: 675 },
    ZeroByte {
        name: "blinded-key-of-hop-2",
        of: "the session key blinded for the third hop",
        hop: None,
        counter: 34,
    },
    ZeroByte {
        name: "ephemeral-x-of-hop-2",
        of: "x of the third hop's ephemeral key",
        hop: Some(2),
        counter: 148,
    },
    ZeroByte {
        name: "shared-x-of-hop-2",
        of: "x of the third hop's shared point",
        hop: Some(2),
        counter: 224,
    },
    ZeroByte {
        name: "shared-secret-of-hop-2",
        of: "the third hop's shared secret",
        hop: Some(2),
        counter: 50,
    },
];

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
    zero_bytes(suite);
    keys_and_data(suite, &one_hop);
    limits(suite);
    refused(suite, &one_hop, &two_hops);
}

/// Three hops and something that starts with a zero byte.
fn zero_bytes(suite: &mut Suite) {
    for zero in ZERO_BYTES {
        let about = format!("Three hops; {} starts with a zero byte, which counts.", zero.of);
        suite
            .case(
                format!("three-hops-{}-starts-with-00", zero.name),
                about,
                input(&[forwarding_payload(0), forwarding_payload(1), amount_and_expiry()]),
            )
            .change(|route| route.session_key = hex_of(zero.session_key().encode()))
            .flag("coordinate")
            .shows([
                "bolt4.construct.ephemeral-keys",
                "bolt4.secret.blinding",
                "bolt4.secret.derivation",
                "bolt4.keys.derivation",
            ])
            .accepted();
    }
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
    let hops = published::BLINDED_PAYMENT_KEYS.iter().zip(published::BLINDED_PAYMENT_PAYLOADS);
    let hops = hops.map(|(key, payload)| ConstructHop {
        public_key: hex_of(unhex(key)),
        payload: hex_of(unhex(payload)),
    });
    let input =
        Construct { session_key: hex_of([3; 32]), associated_data: hex_of([0x42; 32]), hops: hops.collect() };
    suite
        .case(
            "bolt4-blinded-payment",
            "BOLT 4's payment over blinded routes: the last three keys are blinded ids.",
            input,
        )
        .flag("published")
        .spec("bolt04/blinded-payment-onion-test.json")
        .shows(EVERY_BYTE)
        .accepted();
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
    for zero in ZERO_BYTES.iter().filter(|zero| zero.name == "session-key") {
        suite
            .from(
                one_hop,
                "one-hop-session-key-starts-with-00",
                "One hop; the session key starts with a zero byte, which counts.",
            )
            .change(|route| route.session_key = hex_of(zero.session_key().encode()))
            .flag("coordinate")
            .shows(["bolt4.construct.padding", "bolt4.keys.derivation"])
            .accepted();
    }
    suite
        .from(
            one_hop,
            "payload-that-starts-with-00",
            "A payload that starts with a zero byte: its length stands in front of it all the same.",
        )
        .change(|route| route.hops[0].payload = hex_of([0, 1, 0]))
        .flag("framing")
        .shows(["bolt4.construct.layers"])
        .accepted();
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
    // BOLT 4, "Returning Errors": no route has more than 27 hops.
    let about =
        "27 hops with payloads of two bytes: the most that a route has, and the shortest that there are.";
    let shortest_of_all = ["bolt4.packet.reserved-lengths", "bolt4.construct.filler"];
    fits("27-hops-of-2-bytes".into(), about.into(), vec![vec![23, 0]; 27], "bounds", &shortest_of_all);
    let about =
        "27 hops, 26 with payloads of 15 bytes and the last of 19, fill hop_payloads to the last byte.";
    let many = payloads(&[&[15; 26][..], &[19]].concat());
    let many = fits("27-hops-filling-1300-bytes".into(), about.into(), many, "bounds", &full);
    let mut two_filling = |[first, second]: [usize; 2]| {
        let name = format!("two-hops-of-{first}-and-{second}-bytes");
        let about = format!("Two payloads of {first} and {second} bytes fill hop_payloads to the last byte.");
        fits(name, about, payloads(&[first, second]), "filler", &LAYERS)
    };
    let first_is_long = two_filling([1230, 2]);
    two_filling([2, 1230]);
    two_filling([1000, 232]);
    let about = "The first of three payloads takes 1230 of the 1300 bytes, and all bytes are taken.".into();
    let lengths = [1195, 2, 2];
    fits("three-hops-of-1195-2-and-2-bytes".into(), about, payloads(&lengths), "filler", &LAYERS);
    for lengths @ [first, second, third] in [
        [252, 253, 60],
        [253, 252, 60],
        [60, 253, 252],
        [2, 2, 1000],
        [1000, 2, 2],
        [2, 1000, 2],
        [300, 301, 302],
    ] {
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
    let about = "27 hops that need 1301 bytes: the last payload is one byte longer.";
    too_long(&many, "27-hops-of-1301-bytes", about, payloads(&[&[15; 26][..], &[20]].concat()));
    let about = "Two payloads that need 1301 bytes, of which the second has two.";
    too_long(&first_is_long, "two-hops-of-1231-and-2-bytes", about, payloads(&[1231, 2]));
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
        .from(two_hops, "last-payload-of-1-byte", "Two hops; the last payload has one byte.")
        .change(|route| route.hops[1].payload = hex_of([0]))
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
        ("34-bytes", "A node id with a zero byte more.", [&bytes[..], &[0]].concat()),
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
pub fn bad_secret_keys() -> [(&'static str, &'static str, Vec<u8>); 7] {
    let n = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd03641";
    [
        ("0", "The session key zero", vec![0; 32]),
        ("n", "The session key n", unhex(&format!("{n}41"))),
        ("n-plus-1", "The session key n + 1", unhex(&format!("{n}42"))),
        ("all-ff", "The session key 2^256 - 1", vec![0xff; 32]),
        ("31-bytes", "A session key of 31 bytes", vec![1; 31]),
        ("33-bytes", "A session key of 33 bytes", vec![1; 33]),
        (
            "zero-before-32-bytes",
            "A session key of 33 bytes, of which the first is zero",
            [&[0][..], &[1; 32]].concat(),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counters_of_zero_bytes_still_fit() {
        for zero in ZERO_BYTES {
            assert_eq!(first_byte(zero.name, zero.session_key()), 0, "{}", zero.name);
        }
    }
}
