//! The way back: a failure that a node makes, that others wrap, and that the payer opens. BOLT 4, "Returning Errors".

use super::fixture::{hex_of, record, repeated, unhex};
use super::onion_construct::{ZERO_BYTES, hop_key};
use super::published;
use super::suite::{Subject, Suite, Twin};
use crate::blueprint::label;
use crate::bolt1::{PublicKey, SecretKey};
use crate::bolt4::SharedSecret;
use crate::bolt4::construct::{hop_secrets, shared_secrets};
use crate::bolt4::return_packet::{self, obfuscate};
use crate::bolt4::secret::blinding_factor;
use crate::bolt4::stream::{KeyType, key, mac};
use crate::protocol::operation::{FailureCreate, FailureOpen, FailureWrap, Input};
use crate::vectors::case::Level;

const ERRING_NODE: &str = "04-onion-routing.md:1041-1060,1120-1124";
const INTERMEDIATE: &str = "04-onion-routing.md:1131-1137,1174-1176";
const ORIGIN: &str = "04-onion-routing.md:1178-1190,1211-1216";
const MESSAGES: &str = "04-onion-routing.md:1236-1239";
const PACKET: [&str; 5] = [
    "bolt4.error.padding-256",
    "bolt4.error.padding",
    "bolt4.error.packet",
    "bolt4.error.hmac",
    "bolt4.error.stream",
];
const OPENED: [&str; 3] = ["bolt4.error.source", "bolt4.error.hmac", "bolt4.error.stream"];

/// Failure messages: name, what it is, code and data.
fn messages() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let hash = hex::encode(label::bytes32("returning/sha256_of_onion"));
    let of = |text: String| unhex(&text);
    vec![
        ("code-2002", "temporary_node_failure", of("2002".into())),
        ("code-6002", "permanent_node_failure", of("6002".into())),
        ("code-c005", "invalid_onion_hmac, with the hash of the onion", of(format!("c005{hash}"))),
        ("code-1007", "temporary_channel_failure, without a channel_update", of("10070000".into())),
        ("code-100c", "fee_insufficient, without a channel_update", of("100c00000000000186a00000".into())),
        (
            "code-400f",
            "incorrect_or_unknown_payment_details of 100000 msat at height 800000",
            of("400f00000000000186a0000c3500".into()),
        ),
        (
            "code-4016",
            "invalid_onion_payload, the keysend record at byte 9",
            of("4016ff0000000146c6616c0009".into()),
        ),
        ("code-0017", "mpp_timeout", of("0017".into())),
        (
            "extra-bytes",
            "incorrect_or_unknown_payment_details and five bytes behind its data",
            of("400f00000000000186a0000c35000102030405".into()),
        ),
        (
            "tlv-stream",
            "incorrect_or_unknown_payment_details with a TLV stream behind its data",
            of("400f00000000000186a0000c3500fd84d10401020304".into()),
        ),
    ]
}

/// incorrect_or_unknown_payment_details with a record of type 34001 behind its data, of this length, in bytes.
fn message_of(length: usize) -> Vec<u8> {
    let details = unhex(DETAILS);
    let room = length - details.len() - 3;
    let value = if room > 253 { room - 3 } else { room - 1 };
    [details, record(34001, &label::bytes("returning/message", value))].concat()
}

/// `failure.create`.
pub fn create(suite: &mut Suite) {
    suite.section(ERRING_NODE);
    let secrets = shared_secrets(&repeated(0x41), (0x41..=0x45).map(|key| repeated(key).public_key()));
    let published =
        FailureCreate { shared_secret: hex_of(secrets[4].0), failure_message: hex_of(unhex("2002")) };
    let about = "BOLT 4's error test: temporary_node_failure from the last of five nodes, before any other node wraps it.";
    let first = suite
        .case("bolt4-temporary-node-failure", about, published)
        .flag("published")
        .spec("bolt04/onion-error-test.json")
        .step("um", key(KeyType::Um, &secrets[4].0))
        .step("ammag", key(KeyType::Ammag, &secrets[4].0))
        .shows(PACKET)
        .accepted();
    let mut made = |name: String, about: String, message: Vec<u8>, flag: &str| {
        suite
            .from(&first, name, about)
            .change(|input| {
                input.shared_secret = hex_of(label::bytes32("failure.create/shared_secret"));
                input.failure_message = hex_of(message);
            })
            .flag(flag)
            .spec(ERRING_NODE)
            .shows(PACKET)
            .accepted();
    };
    for (name, about, message) in messages().into_iter().skip(1) {
        made(name.into(), format!("The message is {about}."), message, "canonical-form");
    }
    for length in [128, 253, 254, 255, 256] {
        let pad = return_packet::pad_length(length);
        made(
            format!("message-of-{length}-bytes"),
            format!("A message of {length} bytes: the pad has {pad}."),
            message_of(length),
            "bounds",
        );
    }
    for (name, about, secret) in odd_secrets() {
        suite
            .from(&first, format!("secret-{name}"), format!("{about}."))
            .change(|input| input.shared_secret = hex_of(secret))
            .flag("coordinate")
            .spec(ERRING_NODE)
            .shows(PACKET)
            .accepted();
    }
}

/// Shared secrets that a big integer would change, or whose keys it would.
fn odd_secrets() -> Vec<(&'static str, &'static str, [u8; 32])> {
    let first = |about: &str, key_type: KeyType| {
        (0..)
            .map(|counter| label::bytes32(&format!("returning/{about}/{counter}")))
            .find(|secret| key(key_type, secret)[0] == 0)
            .unwrap_or_else(|| unreachable!("one key in 256 starts with a zero byte"))
    };
    let mut zero_first = label::bytes32("returning/zero-first");
    zero_first[0] = 0;
    vec![
        ("all-zero", "A shared secret of zero bytes", [0; 32]),
        ("starts-with-00", "A shared secret that starts with a zero byte, which counts", zero_first),
        (
            "um-starts-with-00",
            "A shared secret whose um key starts with a zero byte, which counts",
            first("um", KeyType::Um),
        ),
        (
            "ammag-starts-with-00",
            "A shared secret whose ammag key starts with a zero byte, which counts",
            first("ammag", KeyType::Ammag),
        ),
    ]
}

/// `failure.wrap`.
pub fn wrap(suite: &mut Suite) {
    suite.section(INTERMEDIATE);
    let shown = ["bolt4.error.relay", "bolt4.error.stream"];
    let secrets = shared_secrets(&repeated(0x41), (0x41..=0x45).map(|key| repeated(key).public_key()));
    for node in (0..4).rev() {
        let input = FailureWrap {
            shared_secret: hex_of(secrets[node].0),
            packet: hex_of(unhex(published::RETURN_PACKETS[node + 1])),
        };
        suite
            .case(format!("bolt4-node-{node}"), format!("BOLT 4's long failure at node {node}."), input)
            .flag("published")
            .spec("04-onion-routing.md:1769-1842")
            .step("ammag", key(KeyType::Ammag, &secrets[node].0))
            .shows(shown)
            .accepted();
    }
    let secret = label::bytes32("failure.wrap/shared_secret");
    let input = |length| FailureWrap {
        shared_secret: hex_of(secret),
        packet: hex_of(label::bytes("failure.wrap/packet", length)),
    };
    for length in [0, 1, 32, 63, 64, 65, 256, 260, 291, 292, 293, 1366, 4096] {
        suite
            .case(
                format!("{length}-bytes"),
                format!("A packet of {length} bytes: a node looks into none of them."),
                input(length),
            )
            .flag("bounds")
            .shows(shown)
            .accepted();
    }
    let mut twice = input(292);
    obfuscate(&SharedSecret(secret), &mut twice.packet.0);
    suite
        .case(
            "the-same-secret-again",
            "What this node wrapped already is in the clear when it is wrapped again.",
            twice,
        )
        .flag("authenticity")
        .shows(shown)
        .accepted();
    for (name, about, secret) in odd_secrets() {
        let input = FailureWrap { shared_secret: hex_of(secret), ..input(292) };
        suite
            .case(format!("secret-{name}"), format!("{about}."), input)
            .flag("coordinate")
            .shows(shown)
            .accepted();
    }
}

/// A return packet at the payer, as what it is made of.
#[derive(Clone)]
struct Returned {
    session_key: SecretKey,
    public_keys: Vec<PublicKey>,
    /// The packet in the clear.
    clear: Vec<u8>,
    /// The hops whose streams are applied to it.
    wrapped_by: Vec<usize>,
}

impl Subject for Returned {
    fn build(&self, _operation: &str) -> Input {
        let mut packet = self.clear.clone();
        let secrets = self.secrets();
        self.wrapped_by.iter().for_each(|hop| obfuscate(&secrets[*hop], &mut packet));
        Input::FailureOpen(FailureOpen {
            session_key: hex_of(self.session_key.encode()),
            public_keys: self.public_keys.iter().map(|key| hex_of(key.encode())).collect(),
            packet: packet.into(),
        })
    }
}

impl Returned {
    /// A packet that hop `hop` of a route of `hops` made of this message.
    fn new(hops: usize, hop: usize, message: &[u8]) -> Self {
        let mut returned = Self {
            session_key: label::secret("failure.open/session_key"),
            public_keys: (0..hops).map(|hop| hop_key(hop).public_key()).collect(),
            clear: Vec::new(),
            wrapped_by: (0..=hop).collect(),
        };
        returned.make(hop, message);
        returned
    }

    fn secrets(&self) -> Vec<SharedSecret> {
        shared_secrets(&self.session_key, self.public_keys.iter().copied())
    }

    fn make(&mut self, hop: usize, message: &[u8]) {
        let pad = return_packet::pad_length(message.len());
        self.clear = return_packet::create(&self.secrets()[hop], message, pad)
            .unwrap_or_else(|| unreachable!("a recipe's message fits"));
    }

    /// The hop that made it puts a true HMAC before these bytes.
    fn sign(&mut self, body: &[u8]) {
        let hop = self.wrapped_by.last().copied().unwrap_or_default();
        self.sign_with(&key(KeyType::Um, &self.secrets()[hop].0), body);
    }

    fn sign_with(&mut self, key: &[u8], body: &[u8]) {
        self.clear = [&mac(key, &[body])[..], body].concat();
    }
}

/// `failure_len`, message, `pad_len` and pad, with lengths that need not be true.
fn body(failure_len: u16, message: &[u8], pad_len: u16, pad: &[u8]) -> Vec<u8> {
    [&failure_len.to_be_bytes()[..], message, &pad_len.to_be_bytes(), pad].concat()
}

const DETAILS: &str = "400f00000000000186a0000c3500";

/// `failure.open`.
pub fn open(suite: &mut Suite) {
    suite.section(ORIGIN);
    published_failures(suite);
    let (middle, last) = routes(suite);
    read(suite);
    keys(suite);
    bad_keys(suite);
    two_hmacs(suite);
    pads(suite, &middle);
    unknown_sources(suite, &middle, &last);
}

fn published_failures(suite: &mut Suite) {
    let nodes: Vec<_> = (0x41..=0x45).map(|key| repeated(key).public_key()).collect();
    let route = Returned {
        session_key: repeated(0x41),
        public_keys: nodes,
        clear: Vec::new(),
        wrapped_by: (0..5).collect(),
    };
    let mut simple = route.clone();
    simple.make(4, &unhex("2002"));
    let about = "BOLT 4's error test: temporary_node_failure from the last of five nodes.";
    suite
        .case("bolt4-temporary-node-failure", about, simple)
        .flag("published")
        .spec("bolt04/onion-error-test.json")
        .shows(OPENED)
        .accepted();
    let mut long = route;
    let message = [unhex("400f0000000000000064000c3500fd84d1fd012c"), vec![0x80; 300]].concat();
    long.sign(&body(320, &message, 704, &[0; 704]));
    let about = "BOLT 4's long failure: a message of 320 bytes with a TLV stream, and a pad of 704.";
    suite
        .case("bolt4-long-failure", about, long)
        .flag("published")
        .spec("04-onion-routing.md:1769-1842")
        .shows(OPENED)
        .accepted();
}

/// Routes of all lengths; the one of five hops of which the third fails is the twin of much.
fn routes(suite: &mut Suite) -> (Twin<Returned>, Twin<Returned>) {
    let mut opened = |hops: usize, hop: usize| {
        let about = format!("Hop {hop} of {hops} failed, counted from 0.");
        let name = format!("{hops}-hops-hop-{hop}-failed");
        suite
            .case(name, about, Returned::new(hops, hop, &unhex(DETAILS)))
            .flag("filler")
            .shows(OPENED)
            .accepted()
    };
    for (hops, failed) in [
        (1, &[0][..]),
        (2, &[0, 1]),
        (3, &[1]),
        (5, &[0, 1, 3]),
        (20, &[0, 10, 19]),
        (21, &[20]),
        (27, &[0, 13, 20, 25, 26]),
    ] {
        for hop in failed {
            opened(hops, *hop);
        }
    }
    (opened(5, 2), opened(5, 4))
}

/// Messages, and what follows the HMAC.
fn read(suite: &mut Suite) {
    for (name, about, message) in messages() {
        suite
            .case(name, format!("The message is {about}."), Returned::new(3, 2, &message))
            .flag("canonical-form")
            .spec(MESSAGES)
            .shows(["bolt4.error.extra-bytes", "bolt4.error.source", "bolt4.error.packet"])
            .accepted();
    }
    let mut lengths = |name: &str, about: &str, message: &[u8]| {
        suite
            .case(name, about, Returned::new(3, 1, message))
            .flag("bounds")
            .shows(["bolt4.error.packet", "bolt4.error.source"])
            .accepted();
    };
    lengths(
        "unknown-code",
        "A code that is not on BOLT 4's list: the payer learns it all the same.",
        &unhex("7fff01"),
    );
    lengths("message-of-256-bytes", "A message of 256 bytes: the pad is empty.", &message_of(256));
    lengths(
        "message-of-257-bytes",
        "A message of 257 bytes: the packet is longer than most.",
        &message_of(257),
    );
    lengths("message-of-2000-bytes", "A message of 2000 bytes.", &message_of(2000));
    for (name, about, message) in [
        ("message-of-0-bytes", "An empty message: who failed is known, and nothing more.", vec![]),
        ("message-of-1-byte", "A message of one byte, which is no code.", vec![0x20]),
    ] {
        suite
            .case(name, about, Returned::new(3, 1, &message))
            .flag("bounds")
            .level(Level::May)
            .shows(["bolt4.error.source", "bolt4.error.packet"])
            .accepted();
    }
    for (name, about, pad) in [
        (
            "pad-of-other-bytes",
            "A pad of bytes other than zero, which mean nothing.",
            label::bytes("failure.open/pad", 242),
        ),
        ("pad-to-1024-bytes", "Message and pad have 1024 bytes, as some nodes send.", vec![0; 1010]),
        ("pad-to-257-bytes", "Message and pad have 257 bytes.", vec![0; 243]),
    ] {
        let mut returned = Returned::new(3, 1, &[]);
        returned.sign(&body(14, &unhex(DETAILS), pad.len() as u16, &pad));
        suite
            .case(name, about, returned)
            .flag("bounds")
            .shows(["bolt4.error.packet", "bolt4.error.source"])
            .accepted();
    }
}

/// Keys that start with a zero byte, and a node that is there twice.
fn keys(suite: &mut Suite) {
    for zero in ZERO_BYTES
        .iter()
        .filter(|zero| !zero.name.contains("rho") && !zero.name.contains("mu-") && zero.name != "pad-key")
    {
        let mut returned = Returned::new(3, 2, &unhex(DETAILS));
        returned.session_key = zero.session_key();
        returned.make(2, &unhex(DETAILS));
        suite
            .case(
                format!("{}-starts-with-00", zero.name),
                format!("The last of three hops failed; {} starts with a zero byte, which counts.", zero.of),
                returned,
            )
            .flag("coordinate")
            .shows(["bolt4.error.source", "bolt4.secret.derivation", "bolt4.secret.blinding"])
            .accepted();
    }
    let mut twice = Returned::new(4, 3, &unhex(DETAILS));
    twice.public_keys[3] = twice.public_keys[1];
    twice.make(3, &unhex(DETAILS));
    let about = "The last of four hops failed, and its node is the second hop too: the place in the route tells them apart.";
    suite.case("the-node-is-on-the-route-twice", about, twice).flag("state").shows(OPENED).accepted();
}

/// The secret key 1.
pub fn key_1() -> SecretKey {
    let mut one = [0; 32];
    one[31] = 1;
    SecretKey::decode(&one).unwrap_or_else(|error| unreachable!("1 is a secret key: {error}"))
}

/// Session keys that are none: name, what they are, bytes. n + 1 is 1 mod n.
pub fn bad_session_keys() -> [(&'static str, &'static str, Vec<u8>); 5] {
    let n = secp256k1::constants::CURVE_ORDER;
    let mut above = n;
    above[31] += 1;
    let one = key_1().encode();
    [
        ("n-plus-1", "is n + 1, and the packet fits 1", above.to_vec()),
        ("n", "is n", n.to_vec()),
        ("zero", "is zero", vec![0; 32]),
        ("31-bytes", "has 31 bytes, and the packet fits with a zero byte before them", one[1..].to_vec()),
        (
            "33-bytes",
            "has 33 bytes, and the packet fits without the zero byte before the others",
            [&[0][..], &one].concat(),
        ),
    ]
}

/// Public keys that are none.
pub fn bad_public_keys() -> [(&'static str, &'static str, Vec<u8>); 3] {
    let sound = hop_key(2).public_key().encode();
    [
        ("not-on-curve", "is no point", [&[2][..], &[0; 31], &[5]].concat()),
        ("32-bytes", "has 32 bytes", sound[..32].to_vec()),
        ("34-bytes", "has one byte more", [&sound[..], &[0]].concat()),
    ]
}

/// What the payer must see before it looks for the hop that failed.
fn bad_keys(suite: &mut Suite) {
    let mut returned = Returned::new(3, 0, &unhex(DETAILS));
    returned.session_key = key_1();
    returned.make(0, &unhex(DETAILS));
    let Input::FailureOpen(input) = returned.build("") else { return };
    let twin = suite
        .case("session-key-1", "The session key is 1, and the first of three hops failed.", input)
        .flag("related-keys")
        .shows(OPENED)
        .accepted();
    for (name, about, key) in bad_session_keys() {
        suite
            .from(&twin, format!("session-key-{name}"), format!("The session key {about}."))
            .change(|input| input.session_key = hex_of(key))
            .rejected("session_key_invalid");
    }
    for (name, about, key) in bad_public_keys() {
        suite
            .from(
                &twin,
                format!("last-public-key-{name}"),
                format!("The first of three hops failed, and the last one's public key {about}."),
            )
            .change(|input| input.public_keys[2] = hex_of(key))
            .shows(["bolt1.point"])
            .rejected("public_key_invalid");
    }
}

/// Three hops in a row with one shared secret: two streams cancel out, and the HMAC fits the third as well.
fn two_hmacs(suite: &mut Suite) {
    let mut returned = Returned::new(4, 1, &unhex(DETAILS));
    for hop in 2..4 {
        // A hop shares the point of the hop before it if its key is that hop's, divided by the factor between their ephemeral keys.
        let secrets = hop_secrets(&returned.session_key, returned.public_keys.iter().copied());
        let before = &secrets[hop - 1];
        let factor = inverse(blinding_factor(&before.ephemeral, &before.shared_secret));
        returned.public_keys[hop] = returned.public_keys[hop - 1]
            .times(factor)
            .unwrap_or_else(|| unreachable!("an inverse is from 1 to n - 1"));
    }
    returned.make(1, &unhex(DETAILS));
    let about = "Three hops in a row share one secret with the payer, so that the HMAC fits the second hop and the fourth: the first that fits is it.";
    suite.case("two-hops-fit", about, returned).flag("order").shows(OPENED).accepted();
}

/// The inverse mod n, by Fermat: the power of n - 2.
fn inverse(scalar: [u8; 32]) -> [u8; 32] {
    let exponent = unhex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd036413f");
    let key =
        |bytes: &[u8]| SecretKey::decode(bytes).unwrap_or_else(|_| unreachable!("a scalar from 1 to n - 1"));
    let times =
        |one: SecretKey, other: [u8; 32]| one.times(other).unwrap_or_else(|| unreachable!("none is zero"));
    let mut one = [0; 32];
    one[31] = 1;
    let mut power = key(&one);
    for bit in exponent.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)) {
        power = times(power, power.encode());
        if bit == 1 {
            power = times(power, scalar);
        }
    }
    power.encode()
}

/// The HMAC is right, and the lengths are not those that the failing node must write.
fn pads(suite: &mut Suite, middle: &Twin<Returned>) {
    let message = unhex(DETAILS);
    let long = [0; 300];
    let mut case = |name: &str, about: &str, body: &[u8], policies: &[&'static str]| {
        let mut returned = middle.subject().clone();
        returned.sign(body);
        let mut draft = suite
            .case(name, about, returned)
            .flag("bounds")
            .level(Level::May)
            .shows(["bolt4.error.pad-at-the-payer", "bolt4.error.source"]);
        if policies.contains(&"short_return_packet") {
            draft = draft.shows(["bolt4.error.short-packet"]);
        }
        policies.iter().fold(draft, |draft, policy| draft.policy(policy)).accepted();
    };
    let checked = &["return_packet_pad"];
    let short = &["short_return_packet"];
    let both = &["return_packet_pad", "short_return_packet"];
    let about = "pad_len says one byte more than there is.";
    case("pad-len-beyond-the-packet", about, &body(14, &message, 243, &long[..242]), checked);
    let about = "pad_len says one byte less than there is.";
    case("bytes-behind-the-pad", about, &body(14, &message, 242, &long[..243]), checked);
    let about = "pad_len says 0, and the pad is there all the same.";
    case("pad-len-0-before-a-pad", about, &body(14, &message, 0, &long[..242]), checked);
    let about = "pad_len says 65535.";
    case("pad-len-65535", about, &body(14, &message, 65_535, &long[..242]), checked);
    let about = "The message takes all bytes: there is no pad_len.";
    let whole = [&258_u16.to_be_bytes()[..], &message, &long[..244]].concat();
    case("no-pad-len", about, &whole, checked);
    let about = "Message and pad have 255 bytes: the packet is one byte short.";
    case("291-bytes", about, &body(14, &message, 241, &long[..241]), both);
    case("50-bytes", "No pad: the packet has 50 bytes.", &body(14, &message, 0, &[]), both);

    // Where no message can be read, the pad decides nothing.
    let about = "failure_len says one byte more than the packet has: who failed is known, and nothing more.";
    let whole = [&259_u16.to_be_bytes()[..], &message, &long[..244]].concat();
    case("failure-len-beyond-the-packet", about, &whole, &[]);
    let about = "failure_len says 65535: who failed is known, and nothing more.";
    case("failure-len-65535", about, &body(65_535, &message, 242, &long[..242]), &[]);
    case("32-bytes", "The HMAC of nothing: a packet of 32 bytes.", &[], short);
    case("33-bytes", "A packet of 33 bytes, with half a failure_len.", &[0], short);
}

/// Packets that no hop made.
fn unknown_sources(suite: &mut Suite, middle: &Twin<Returned>, last: &Twin<Returned>) {
    let mut unknown = |name: &str, about: &str, flag: &str, change: &dyn Fn(&mut Returned)| {
        suite.from(middle, name, about).change(change).flag(flag).rejected("failure_source_unknown");
    };
    for (name, place, byte, bit) in [
        ("first-bit-of-the-hmac", "the first bit of the HMAC", 0, 0x80),
        ("fifth-byte-of-the-hmac", "a bit of the HMAC's fifth byte", 4, 1),
        ("middle-of-the-hmac", "a bit in the middle of the HMAC", 16, 8),
        ("last-bit-of-the-hmac", "the last bit of the HMAC", 31, 1),
        ("failure-len", "a bit of failure_len", 33, 1),
        ("code", "a bit of the code", 34, 0x40),
        ("last-byte-of-the-message", "the last bit of the message", 47, 1),
        ("pad-len", "a bit of pad_len", 48, 1),
        ("first-byte-of-the-pad", "the first bit of the pad", 50, 0x80),
        ("byte-256", "a bit of byte 256", 256, 1),
        ("last-bit", "the packet's last bit", 291, 1),
    ] {
        let about = format!("The failure of the third of five hops, but for {place}.");
        unknown(&format!("flipped-{name}"), &about, "authenticity", &|returned| returned.clear[byte] ^= bit);
    }
    let body_of = |returned: &Returned| returned.clear[32..].to_vec();
    for (name, about, key_type) in [
        (
            "hmac-of-the-mu-key",
            "The HMAC is made with the mu key, which is that of the way there.",
            KeyType::Mu,
        ),
        ("hmac-of-the-ammag-key", "The HMAC is made with the ammag key.", KeyType::Ammag),
        ("hmac-of-the-rho-key", "The HMAC is made with the rho key.", KeyType::Rho),
    ] {
        unknown(name, about, "near-miss", &|returned| {
            returned.sign_with(&key(key_type, &returned.secrets()[2].0), &body_of(returned));
        });
    }
    unknown(
        "hmac-of-the-secret",
        "The HMAC is made with the shared secret itself.",
        "near-miss",
        &|returned| {
            returned.sign_with(&returned.secrets()[2].0, &body_of(returned));
        },
    );
    unknown(
        "hmac-of-another-hop",
        "The HMAC is that of the fourth hop, and the third's stream is the last one.",
        "near-miss",
        &|returned| {
            returned.sign_with(&key(KeyType::Um, &returned.secrets()[3].0), &body_of(returned));
        },
    );
    unknown(
        "hmac-of-the-message-alone",
        "The HMAC is that of the message without the lengths and the pad.",
        "authenticity",
        &|returned| {
            let body = body_of(returned);
            let hmac = mac(&key(KeyType::Um, &returned.secrets()[2].0), &[&body[2..16]]);
            returned.clear[..32].copy_from_slice(&hmac);
        },
    );
    unknown(
        "hmac-without-the-pad",
        "The HMAC covers the lengths and the message, and not the pad.",
        "authenticity",
        &|returned| {
            let body = body_of(returned);
            let hmac = mac(&key(KeyType::Um, &returned.secrets()[2].0), &[&body[..18]]);
            returned.clear[..32].copy_from_slice(&hmac);
        },
    );
    unknown("hmac-of-zeros", "The HMAC is 32 zero bytes.", "authenticity", &|returned| {
        returned.clear[..32].fill(0)
    });
    unknown("not-wrapped", "No node applied its stream, the failing one included.", "packet", &|returned| {
        returned.wrapped_by.clear()
    });
    unknown("own-stream-missing", "The failing node did not apply its own stream.", "packet", &|returned| {
        returned.wrapped_by = vec![0, 1]
    });
    unknown("a-hop-did-not-wrap", "The second hop passed the packet on as it was.", "packet", &|returned| {
        returned.wrapped_by = vec![0, 2]
    });
    unknown(
        "a-hop-behind-wrapped-too",
        "The fourth hop applied its stream as well, though it never saw the failure.",
        "packet",
        &|returned| returned.wrapped_by = vec![0, 1, 2, 3],
    );
    unknown(
        "of-another-payment",
        "The packet is of a payment with another session key.",
        "state",
        &|returned| {
            let ours = returned.session_key;
            returned.session_key = label::secret("failure.open/another-session-key");
            returned.make(2, &unhex(DETAILS));
            let theirs = returned.secrets();
            (0..3).for_each(|hop| obfuscate(&theirs[hop], &mut returned.clear));
            returned.session_key = ours;
            returned.wrapped_by.clear();
        },
    );
    unknown(
        "hmac-of-the-first-node-below-all-streams",
        "The first node's HMAC, below the streams of all five: it fits where nobody could have put it.",
        "authenticity",
        &|returned| {
            returned.make(0, &unhex(DETAILS));
            returned.wrapped_by = vec![0, 1, 2, 3, 4];
        },
    );
    unknown("one-byte-more", "One zero byte behind the packet.", "bounds", &|returned| {
        returned.clear.push(0)
    });
    suite
        .from(last, "hop-outside-of-the-route", "The last of five hops failed, and the payer knows of four.")
        .change(|returned| {
            let secrets = returned.secrets();
            secrets.iter().for_each(|secret| obfuscate(secret, &mut returned.clear));
            returned.wrapped_by.clear();
            returned.public_keys.pop();
        })
        .flag("bounds")
        .rejected("failure_source_unknown");
    for length in [291, 36, 34, 32, 31, 1, 0] {
        let name = format!("cut-to-{length}-bytes");
        let about = format!("The packet is cut to {length} bytes.");
        suite
            .from(middle, name, about)
            .change(|returned| returned.clear.truncate(length))
            .flag("bounds")
            .policy("short_return_packet")
            .rejected("failure_source_unknown");
    }
}
