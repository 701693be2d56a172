//! A blinded route as its recipient makes it, and as each node on it reads its part. BOLT 4, "Route Blinding".

use super::blinded_route::{constraints, final_data, relay_data};
use super::fixture::{EXPIRY, hex_of, repeated, unhex};
use super::published::{self, BlindedRoute};
use super::suite::{Suite, Twin};
use crate::blueprint::{Stream, label};
use crate::bolt1::tlv::MAX_MSAT;
use crate::bolt1::{PublicKey, SecretKey};
use crate::bolt4::blinded::{BlindedHop, create as make_route, encrypt, seal, types, unblind as read};
use crate::bolt4::secret::{SharedPoint, blinding_factor};
use crate::bolt4::stream::{KeyType, key, mac};
use crate::protocol::operation::{BlindedCreate, BlindedNode, BlindedUnblind};

const WRITER: &str = "04-onion-routing.md:490-512";
const READER: &str = "04-onion-routing.md:526-540";
const KEYS: [&str; 4] = [
    "bolt4.blinded.path-keys",
    "bolt4.blinded.first-path-key",
    "bolt4.blinded.node-ids",
    "bolt4.blinded.encrypts",
];
const READ: [&str; 3] =
    ["bolt4.blinded.own-keys", "bolt4.blinded.unreadable-data", "bolt4.blinded.next-path-key"];
const OVERRIDE: [&str; 2] = ["bolt4.blinded.next-path-key", "bolt4.blinded.own-keys"];

/// The files of BOLT 4 with a blinded route: the name of their cases, and the file.
const FILES: [(&str, &str); 2] = [
    ("bolt4", "bolt04/route-blinding-test.json"),
    ("bolt4-payment", "bolt04/blinded-payment-onion-test.json"),
];

fn hop(node: &PublicKey, data: impl AsRef<[u8]>) -> BlindedNode {
    BlindedNode { public_key: hex_of(node.encode()), recipient_data: hex_of(data) }
}

/// A node of a route of ours, the introduction node first.
fn node(index: usize) -> SecretKey {
    label::secret(&format!("blinded.create/node-{index}"))
}

/// What the recipient says on a route of so many nodes.
fn data(index: usize, length: usize) -> Vec<u8> {
    if index + 1 < length { relay_data().bytes() } else { path_id().bytes() }
}

/// What it says to itself.
fn path_id() -> Stream {
    let mut data = final_data();
    data.put(types::PATH_ID, label::bytes32("blinded.create/path_id"));
    data
}

fn route(length: usize) -> BlindedCreate {
    let hops = (0..length).map(|index| hop(&node(index).public_key(), data(index, length)));
    BlindedCreate {
        session_key: hex_of(label::secret("blinded.create/session_key").encode()),
        hops: hops.collect(),
    }
}

/// An input whose session key is the first of a label that fits.
fn with_session_key(
    name: &str,
    mut input: BlindedCreate,
    fits: impl Fn(&SecretKey) -> bool,
) -> BlindedCreate {
    input.session_key = hex_of(label::secret_where(&format!("blinded.create/{name}"), fits).encode());
    input
}

/// `blinded.create`.
pub fn create(suite: &mut Suite) {
    suite.section(WRITER);
    for (file, routes) in FILES.iter().zip(published::BLINDED_ROUTES) {
        for (BlindedRoute { session_key, nodes, data, .. }, name) in
            routes.iter().zip(["bob-and-carol", "dave-and-eve"])
        {
            let hops =
                nodes.iter().zip(data).map(|(node, data)| hop(&repeated(*node).public_key(), unhex(data)));
            let input =
                BlindedCreate { session_key: hex_of(repeated(*session_key).encode()), hops: hops.collect() };
            suite
                .case(format!("{}-{name}", file.0), "A route of two nodes in BOLT 4's test file.", input)
                .flag("published")
                .spec(file.1)
                .shows(KEYS)
                .accepted();
        }
    }
    let one = suite.case("1-hop", "The recipient alone.", route(1)).flag("basic").shows(KEYS).accepted();
    let three =
        suite.case("3-hops", "Two nodes and the recipient.", route(3)).flag("basic").shows(KEYS).accepted();
    for length in [2, 8, 20, 21, 27] {
        suite
            .case(
                format!("{length}-hops"),
                format!("A route of {length} nodes: each path key follows from the one before."),
                route(length),
            )
            .flag("related-keys")
            .shows(KEYS)
            .accepted();
    }
    suite
        .from(&three, "one-node-three-times", "One node is on the route three times, as where dummy hops hide its length: each time under another id.")
        .change(|input| {
            for hop in &mut input.hops {
                hop.public_key = hex_of(node(0).public_key().encode());
            }
        })
        .flag("related-keys")
        .shows(KEYS)
        .accepted();
    suite
        .from(
            &three,
            "override-changes-no-key",
            "The first node's data name another next path key. The keys of this route stay as they are.",
        )
        .change(|input| {
            let mut data = relay_data();
            data.put(types::NEXT_PATH_KEY_OVERRIDE, repeated(1).public_key().encode());
            input.hops[0].recipient_data = hex_of(data.bytes());
        })
        .flag("blinded-path")
        .shows(["bolt4.blinded.override-written", "bolt4.blinded.path-keys"])
        .accepted();
    lengths_to_encrypt(suite, &one);
    coordinates_of_a_route(suite, &one, &three);
    keys_of_a_route(suite, &one, &three);
}

fn lengths_to_encrypt(suite: &mut Suite, one: &Twin<BlindedCreate>) {
    for length in [0, 1, 15, 16, 17, 63, 64, 65, 128, 1000] {
        suite
            .from(
                one,
                format!("data-of-{length}-bytes"),
                format!(
                    "{length} bytes to encrypt, which are no TLV stream: a writer does not look into them."
                ),
            )
            .change(|input| {
                input.hops[0].recipient_data = hex_of(label::bytes("blinded.create/data", length))
            })
            .flag("bounds")
            .shows(["bolt4.blinded.encrypts", "bolt4.blinded.path-keys"])
            .accepted();
    }
}

fn first_secret(session_key: &SecretKey) -> [u8; 32] {
    SharedPoint::new(&node(0).public_key(), session_key).shared_secret().0
}

fn coordinates_of_a_route(suite: &mut Suite, one: &Twin<BlindedCreate>, three: &Twin<BlindedCreate>) {
    let made = |session_key: &SecretKey| -> Vec<BlindedHop> {
        let nodes: Vec<_> = (0..3).map(|index| (node(index).public_key(), &[][..])).collect();
        make_route(session_key, &nodes)
    };
    let factor = |session_key: &SecretKey| {
        blinding_factor(
            &session_key.public_key(),
            &SharedPoint::new(&node(0).public_key(), session_key).shared_secret(),
        )
    };
    type Fits<'a> = &'a dyn Fn(&SecretKey) -> bool;
    let conditions: [(&str, &str, Fits<'_>); 9] = [
        ("first-path-key-02", "The first path key has the prefix 02.", &|it| {
            it.public_key().encode()[0] == 2
        }),
        ("first-path-key-03", "The first path key has the prefix 03.", &|it| {
            it.public_key().encode()[0] == 3
        }),
        ("first-path-key-x-00", "The x coordinate of the first path key starts with a zero byte.", &|it| {
            it.public_key().encode()[1] == 0
        }),
        ("session-key-00", "The session key starts with a zero byte.", &|it| it.encode()[0] == 0),
        ("shared-secret-00", "The first node's shared secret starts with a zero byte.", &|it| {
            first_secret(it)[0] == 0
        }),
        ("rho-00", "The first node's rho key starts with a zero byte.", &|it| {
            key(KeyType::Rho, &first_secret(it))[0] == 0
        }),
        ("id-factor-00", "What the first node's id is multiplied with starts with a zero byte.", &|it| {
            mac(b"blinded_node_id", &[&first_secret(it)])[0] == 0
        }),
        (
            "blinded-node-id-x-00",
            "The x coordinate of the first blinded id starts with a zero byte.",
            &|it| made(it)[0].blinded_node_id.encode()[1] == 0,
        ),
        (
            "path-key-factor-00",
            "What the first path key is multiplied with to give the second starts with a zero byte.",
            &|it| factor(it)[0] == 0,
        ),
    ];
    for (name, about, fits) in conditions {
        let input = with_session_key(name, three.subject().clone(), fits);
        suite.case(name, about, input).flag("coordinate").shows(KEYS).accepted();
    }
    for (name, about, secret) in
        [("session-key-1", "The session key is 1.", 1_u8), ("session-key-2", "The session key is 2.", 2)]
    {
        let mut key = [0; 32];
        key[31] = secret;
        suite
            .from(one, name, about)
            .change(|input| input.session_key = hex_of(key))
            .flag("related-keys")
            .shows(KEYS)
            .accepted();
    }
    suite
        .from(one, "session-key-n-minus-1", "The session key is n - 1.")
        .change(|input| input.session_key = hex_of(unhex(N_MINUS_1)))
        .flag("related-keys")
        .shows(KEYS)
        .accepted();
}

const N: &str = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
const N_MINUS_1: &str = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140";

/// Secret keys that are none: name, what they are, and the bytes, from a sound one.
fn odd_secret_keys(sound: &[u8]) -> Vec<(&'static str, &'static str, Vec<u8>)> {
    vec![
        ("zero", "is zero", vec![0; 32]),
        ("n", "is n", unhex(N)),
        ("31-bytes", "has 31 bytes", sound[..31].to_vec()),
        ("33-bytes", "has 33 bytes", [&[0], sound].concat()),
        ("empty", "has no bytes", Vec::new()),
    ]
}

/// Public keys that are none.
fn odd_public_keys(sound: &[u8]) -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let with_prefix = |prefix: u8| [&[prefix], &sound[1..]].concat();
    vec![
        ("32-bytes", "has 32 bytes", sound[1..].to_vec()),
        ("34-bytes", "has 34 bytes", [sound, &[0]].concat()),
        ("prefix-04", "has the prefix 04", with_prefix(4)),
        ("prefix-00", "has the prefix 00", with_prefix(0)),
        ("not-on-the-curve", "has an x that no point has", [&[2][..], &[0; 31], &[5]].concat()),
        ("x-above-p", "has an x of p + 1, which mod p is the x of a point", unhex(X_ABOVE_P)),
    ]
}

/// p + 1: 1 is the x coordinate of a point.
const X_ABOVE_P: &str = "02fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc30";

fn keys_of_a_route(suite: &mut Suite, one: &Twin<BlindedCreate>, three: &Twin<BlindedCreate>) {
    for (name, about, bytes) in odd_secret_keys(&three.subject().session_key.0) {
        suite
            .from(three, format!("session-key-{name}"), format!("The session key {about}."))
            .change(|input| input.session_key = hex_of(bytes))
            .rejected("session_key_invalid");
    }
    suite
        .from(one, "no-hops", "The route is empty.")
        .change(|input| input.hops.clear())
        .shows(["bolt4.blinded.whole-route"])
        .rejected("no_hops");
    for index in [0, 2] {
        for (name, about, bytes) in odd_public_keys(&node(index).public_key().encode()) {
            suite
                .from(
                    three,
                    format!("node-{index}-{name}"),
                    format!("The public key of node {index} {about}."),
                )
                .change(|input| input.hops[index].public_key = hex_of(bytes))
                .shows(["bolt1.point"])
                .rejected("public_key_invalid");
        }
    }
}

/// What a recipient says to a node.
#[derive(Clone)]
struct Told {
    node: SecretKey,
    path_secret: SecretKey,
    data: Vec<u8>,
}

impl Told {
    fn input(&self) -> BlindedUnblind {
        BlindedUnblind {
            node_secret: hex_of(self.node.encode()),
            path_key: hex_of(self.path_secret.public_key().encode()),
            encrypted_recipient_data: hex_of(seal(&self.path_secret, &self.node.public_key(), &self.data)),
        }
    }

    fn secret(&self) -> [u8; 32] {
        SharedPoint::new(&self.node.public_key(), &self.path_secret).shared_secret().0
    }
}

fn told(data: Vec<u8>) -> Told {
    Told {
        node: label::secret("blinded.unblind/node"),
        path_secret: label::secret("blinded.unblind/path_secret"),
        data,
    }
}

/// `blinded.unblind`.
pub fn unblind(suite: &mut Suite) {
    suite.section(READER);
    for (file, routes) in FILES.iter().zip(published::BLINDED_ROUTES) {
        for BlindedRoute { nodes, path_keys, encrypted, .. } in routes {
            for ((node, path_key), encrypted) in nodes.iter().zip(path_keys).zip(encrypted) {
                let name = ["bob", "carol", "dave", "eve"][usize::from(node - 0x42)];
                let input = BlindedUnblind {
                    node_secret: hex_of(repeated(*node).encode()),
                    path_key: hex_of(unhex(path_key)),
                    encrypted_recipient_data: hex_of(unhex(encrypted)),
                };
                suite
                    .case(format!("{}-{name}", file.0), "A node of the route in BOLT 4's test file.", input)
                    .flag("published")
                    .spec(file.1)
                    .shows(READ)
                    .accepted();
            }
        }
    }
    let relay = suite
        .case(
            "relay",
            "What a node before the last is told: a channel, fees, and limits.",
            told(relay_data().bytes()).input(),
        )
        .flag("basic")
        .shows(READ)
        .accepted();
    suite
        .case("final", "What the last node is told: a path_id, and limits.", told(path_id().bytes()).input())
        .flag("basic")
        .shows(READ)
        .accepted();
    along_a_route(suite);
    sound_data(suite);
    coordinates_of_a_node(suite);
    keys_of_a_node(suite, &relay);
    not_for_this_node(suite, &relay);
    unsound_data(suite, &relay);
}

/// Each node gets the path key that the one before it finds.
fn along_a_route(suite: &mut Suite) {
    let session_key = label::secret("blinded.unblind/session_key");
    let datas: Vec<_> = (0..4).map(|index| data(index, 4)).collect();
    let nodes: Vec<_> =
        datas.iter().enumerate().map(|(index, data)| (node(index).public_key(), data.as_slice())).collect();
    let mut path_key = session_key.public_key();
    for (index, hop) in make_route(&session_key, &nodes).iter().enumerate() {
        let input = BlindedUnblind {
            node_secret: hex_of(node(index).encode()),
            path_key: hex_of(path_key.encode()),
            encrypted_recipient_data: hex_of(&hop.encrypted_recipient_data),
        };
        suite
            .case(
                format!("node-{index}-of-4"),
                format!("Node {index} of a route of four, with the path key that the node before it found."),
                input,
            )
            .flag("related-keys")
            .shows(READ)
            .accepted();
        if let Some(unblinded) = read(&node(index), &path_key, &hop.encrypted_recipient_data) {
            path_key = unblinded.next_path_key;
        }
    }
}

fn sound_data(suite: &mut Suite) {
    type Change = fn(&mut Stream);
    let other_key = repeated(1).public_key().encode();
    let sound: [(&str, &str, Change); 10] = [
        ("empty", "The data are empty: what is encrypted is 16 bytes, the tag.", |it| {
            *it = Stream::default()
        }),
        ("next-node-id", "The data name a node in place of a channel.", |it| {
            it.drop(types::SHORT_CHANNEL_ID);
            it.put(types::NEXT_NODE_ID, repeated(2).public_key().encode());
        }),
        (
            "channel-and-node",
            "The data name a channel and a node: whether that may be is asked of an HTLC, not here.",
            |it| {
                it.put(types::NEXT_NODE_ID, repeated(2).public_key().encode());
            },
        ),
        ("unknown-odd-types", "The data have records of types 3, 21 and 65537, which are not known.", |it| {
            it.put(3, [1, 2]);
            it.put(21, []);
            it.put(65537, [7; 9]);
        }),
        ("padding-300-bytes", "The padding has 300 bytes, which take five blocks of the cipher.", |it| {
            it.put(types::PADDING, [0; 300]);
        }),
        ("path-id-empty", "The path_id has no bytes.", |it| it.put(types::PATH_ID, [])),
        ("fee-base-0", "fee_base_msat is 0 and has no bytes.", |it| {
            it.put(types::PAYMENT_RELAY, [0, 80, 0, 0, 0, 100])
        }),
        ("fee-base-4-bytes", "fee_base_msat has all its four bytes.", |it| {
            it.put(types::PAYMENT_RELAY, [0, 80, 0, 0, 0, 100, 0xff, 0xff, 0xff, 0xff]);
        }),
        ("htlc-minimum-at-bound", "htlc_minimum_msat is 21 million bitcoin.", |it| {
            it.put(types::PAYMENT_CONSTRAINTS, constraints(u32::MAX, MAX_MSAT));
        }),
        (
            "unknown-feature",
            "allowed_features have a bit that is not known: that is asked of an HTLC, not here.",
            |it| {
                it.put(types::ALLOWED_FEATURES, [0x10]);
            },
        ),
    ];
    for (name, about, change) in sound {
        let mut data = relay_data();
        change(&mut data);
        suite
            .case(format!("data-{name}"), about, told(data.bytes()).input())
            .flag(if name.starts_with("unknown-odd") { "unknown-type" } else { "bounds" })
            .shows(["bolt4.blinded.unreadable-data", "bolt4.blinded.own-keys"])
            .accepted();
    }
    let mut data = relay_data();
    data.put(types::NEXT_PATH_KEY_OVERRIDE, other_key);
    suite
        .case(
            "override",
            "The data name the next path key. It decrypts nothing here.",
            told(data.bytes()).input(),
        )
        .flag("blinded-path")
        .shows(OVERRIDE)
        .accepted();
    let mut alone = Stream::default();
    alone.put(types::NEXT_PATH_KEY_OVERRIDE, repeated(3).public_key().encode());
    suite
        .case(
            "override-alone",
            "The data are the next path key and nothing else.",
            told(alone.bytes()).input(),
        )
        .flag("blinded-path")
        .shows(OVERRIDE)
        .accepted();
    let same = told(Vec::new()).path_secret.public_key();
    data.put(types::NEXT_PATH_KEY_OVERRIDE, same.encode());
    suite
        .case(
            "override-with-the-same-key",
            "The next path key is that of this node again.",
            told(data.bytes()).input(),
        )
        .flag("related-keys")
        .shows(OVERRIDE)
        .accepted();
    // 16 bytes of tag behind blocks of 64 bytes.
    for length in [1_usize, 15, 16, 17, 47, 48, 49, 63, 64, 65, 128, 253, 1000] {
        let mut data = Stream::default();
        let header = if length > 256 { 4 } else { 2 };
        data.put(types::PATH_ID, label::bytes("blinded.unblind/path_id", length.saturating_sub(header)));
        let data = if length == 1 { continue } else { data.bytes() };
        suite
            .case(
                format!("data-of-{}-bytes", data.len()),
                format!("The data have {} bytes.", data.len()),
                told(data).input(),
            )
            .flag("bounds")
            .shows(READ)
            .accepted();
    }
}

fn coordinates_of_a_node(suite: &mut Suite) {
    let told = told(relay_data().bytes());
    let with = |path_secret: &SecretKey| Told { path_secret: *path_secret, ..told.clone() };
    type Fits<'a> = &'a dyn Fn(&Told) -> bool;
    let next = |it: &Told| {
        let encrypted = seal(&it.path_secret, &it.node.public_key(), &it.data);
        read(&it.node, &it.path_secret.public_key(), &encrypted)
    };
    let conditions: [(&str, &str, Fits<'_>); 9] = [
        ("path-key-02", "The path key has the prefix 02.", &|it| {
            it.path_secret.public_key().encode()[0] == 2
        }),
        ("path-key-03", "The path key has the prefix 03.", &|it| {
            it.path_secret.public_key().encode()[0] == 3
        }),
        ("path-key-x-00", "The x coordinate of the path key starts with a zero byte.", &|it| {
            it.path_secret.public_key().encode()[1] == 0
        }),
        ("shared-secret-00", "The shared secret starts with a zero byte.", &|it| it.secret()[0] == 0),
        ("shared-x-00", "The x coordinate of the shared point starts with a zero byte.", &|it| {
            SharedPoint::new(&it.node.public_key(), &it.path_secret).x()[0] == 0
        }),
        ("rho-00", "The rho key starts with a zero byte.", &|it| key(KeyType::Rho, &it.secret())[0] == 0),
        ("blinded-secret-00", "The secret key of the blinded id starts with a zero byte.", &|it| {
            next(it).is_some_and(|it| it.blinded_secret.encode()[0] == 0)
        }),
        ("next-path-key-x-00", "The x coordinate of the next path key starts with a zero byte.", &|it| {
            next(it).is_some_and(|it| it.next_path_key.encode()[1] == 0)
        }),
        ("id-factor-00", "What the node's secret is multiplied with starts with a zero byte.", &|it| {
            mac(b"blinded_node_id", &[&it.secret()])[0] == 0
        }),
    ];
    for (name, about, fits) in conditions {
        let path_secret =
            label::secret_where(&format!("blinded.unblind/{name}"), |path_secret| fits(&with(path_secret)));
        suite.case(name, about, with(&path_secret).input()).flag("coordinate").shows(READ).accepted();
    }
    let small = label::secret_where("blinded.unblind/node-secret-00", |node| node.encode()[0] == 0);
    suite
        .case(
            "node-secret-00",
            "The node's secret key starts with a zero byte.",
            Told { node: small, ..told }.input(),
        )
        .flag("coordinate")
        .shows(READ)
        .accepted();
}

fn keys_of_a_node(suite: &mut Suite, relay: &Twin<BlindedUnblind>) {
    for (name, about, bytes) in odd_secret_keys(&relay.subject().node_secret.0) {
        suite
            .from(relay, format!("node-secret-{name}"), format!("The node's secret key {about}."))
            .change(|input| input.node_secret = hex_of(bytes))
            .rejected("secret_key_invalid");
    }
    for (name, about, bytes) in odd_public_keys(&relay.subject().path_key.0) {
        suite
            .from(relay, format!("path-key-{name}"), format!("The path key {about}."))
            .change(|input| input.path_key = hex_of(bytes))
            .shows(["bolt1.point"])
            .rejected("public_key_invalid");
    }
}

/// What the cipher must notice.
fn not_for_this_node(suite: &mut Suite, relay: &Twin<BlindedUnblind>) {
    let twin = told(relay_data().bytes());
    let sealed = relay.subject().encrypted_recipient_data.0.clone();
    let tag = sealed.len() - 16;
    let flipped = |at: usize, bit: u8| {
        let mut bytes = sealed.clone();
        bytes[at] ^= bit;
        bytes
    };
    let public = twin.node.public_key();
    let other = label::secret("blinded.unblind/other");
    let shared = SharedPoint::new(&public, &twin.path_secret);
    let cases: Vec<(&str, &str, Vec<u8>)> = vec![
        ("first-bit-flipped", "The first bit is flipped.", flipped(0, 0x80)),
        ("last-bit-of-data-flipped", "The last bit before the tag is flipped.", flipped(tag - 1, 1)),
        ("first-bit-of-tag-flipped", "The first bit of the tag is flipped.", flipped(tag, 0x80)),
        ("middle-bit-of-tag-flipped", "A bit in the middle of the tag is flipped.", flipped(tag + 8, 0x10)),
        ("last-bit-of-tag-flipped", "The last bit of the tag is flipped.", flipped(tag + 15, 1)),
        ("tag-of-zeros", "The tag is all zero.", [&sealed[..tag], &[0; 16]].concat()),
        ("without-tag", "The tag is missing.", sealed[..tag].to_vec()),
        ("one-byte-short", "The last byte is missing.", sealed[..sealed.len() - 1].to_vec()),
        ("one-byte-more", "A zero byte follows the tag.", [&sealed[..], &[0]].concat()),
        ("15-bytes", "There are 15 bytes: fewer than a tag has.", sealed[..15].to_vec()),
        ("16-zero-bytes", "There are 16 zero bytes: a tag over nothing that is not right.", vec![0; 16]),
        ("no-bytes", "There are no bytes.", Vec::new()),
        ("not-encrypted", "The data are not encrypted.", twin.data.clone()),
        (
            "for-another-node",
            "The data are encrypted for another node.",
            seal(&twin.path_secret, &other.public_key(), &twin.data),
        ),
        (
            "with-another-path-key",
            "The data are encrypted with another path key.",
            seal(&other, &public, &twin.data),
        ),
        (
            "key-mu",
            "The data are encrypted with the key mu.",
            encrypt(&key(KeyType::Mu, &twin.secret()), &twin.data),
        ),
        (
            "key-um",
            "The data are encrypted with the key um.",
            encrypt(&key(KeyType::Um, &twin.secret()), &twin.data),
        ),
        (
            "key-of-the-secret-itself",
            "The data are encrypted with the shared secret itself.",
            encrypt(&twin.secret(), &twin.data),
        ),
        (
            "key-of-the-bare-x",
            "The data are encrypted with a key of the shared point's x coordinate, not of its hash.",
            encrypt(&key(KeyType::Rho, &shared.x()), &twin.data),
        ),
    ];
    for (name, about, bytes) in cases {
        suite
            .from(relay, name, about)
            .change(|input| input.encrypted_recipient_data = hex_of(bytes))
            .flag("authenticity")
            .shows(["bolt4.blinded.unreadable-data"])
            .rejected("encrypted_data_unreadable");
    }
    suite
        .from(relay, "path-key-negated", "The path key has the other prefix. The data are the same.")
        .change(|input| input.path_key.0[0] ^= 1)
        .flag("coordinate")
        .shows(["bolt4.blinded.own-keys", "bolt4.blinded.unreadable-data"])
        .rejected("encrypted_data_unreadable");
}

/// What decrypts, and is no stream of known records.
fn unsound_data(suite: &mut Suite, relay: &Twin<BlindedUnblind>) {
    let sound = relay_data();
    let bytes = sound.bytes();
    let with = |r#type: u64, value: &[u8]| {
        let mut data = sound.clone();
        data.put(r#type, value.to_vec());
        data.bytes()
    };
    let behind = |more: &[u8]| [&bytes[..], more].concat();
    let key = repeated(1).public_key().encode();
    let cases: Vec<(&str, &str, Vec<u8>)> = vec![
        ("unknown-even-0", "a record of type 0, which is not known", [&[0, 0], &bytes[..]].concat()),
        ("unknown-even-16", "a record of type 16, which is not known", with(16, &[])),
        ("unknown-even-254", "a record of type 254, which is not known", with(254, &[1])),
        ("unknown-even-65536", "a record of type 65536, which is not known", with(65536, &[1])),
        ("type-twice", "type 12 twice", behind(&bytes[bytes.len() - 8..])),
        ("types-out-of-order", "type 1 at the end", behind(&[1, 0])),
        ("type-cut-short", "the first byte of a longer type at the end", behind(&[0xfd])),
        ("length-missing", "a type at the end without a length", behind(&[15])),
        ("value-cut-short", "a record at the end that is longer than the data", behind(&[15, 2, 0])),
        ("type-not-minimal", "type 15 at the end, in three bytes", behind(&[0xfd, 0, 15, 0])),
        (
            "length-not-minimal",
            "a length at the end in three bytes that has room in one",
            behind(&[15, 0xfd, 0, 0]),
        ),
        ("short-channel-id-7-bytes", "a short channel id of 7 bytes", with(types::SHORT_CHANNEL_ID, &[1; 7])),
        ("short-channel-id-9-bytes", "a short channel id of 9 bytes", with(types::SHORT_CHANNEL_ID, &[1; 9])),
        ("next-node-id-32-bytes", "a next_node_id of 32 bytes", with(types::NEXT_NODE_ID, &key[1..])),
        (
            "next-node-id-not-a-point",
            "a next_node_id that is no point",
            with(types::NEXT_NODE_ID, &[&[2][..], &[0; 31], &[5]].concat()),
        ),
        (
            "override-32-bytes",
            "a next_path_key_override of 32 bytes",
            with(types::NEXT_PATH_KEY_OVERRIDE, &key[1..]),
        ),
        (
            "override-34-bytes",
            "a next_path_key_override of 34 bytes",
            with(types::NEXT_PATH_KEY_OVERRIDE, &[&key[..], &[0]].concat()),
        ),
        (
            "override-prefix-04",
            "a next_path_key_override with the prefix 04",
            with(types::NEXT_PATH_KEY_OVERRIDE, &[&[4], &key[1..]].concat()),
        ),
        (
            "override-not-a-point",
            "a next_path_key_override that is no point",
            with(types::NEXT_PATH_KEY_OVERRIDE, &[&[2][..], &[0; 31], &[5]].concat()),
        ),
        ("override-empty", "a next_path_key_override of no bytes", with(types::NEXT_PATH_KEY_OVERRIDE, &[])),
        (
            "payment-relay-5-bytes",
            "a payment_relay of 5 bytes",
            with(types::PAYMENT_RELAY, &[0, 80, 0, 0, 0]),
        ),
        (
            "payment-relay-11-bytes",
            "a payment_relay of 11 bytes",
            with(types::PAYMENT_RELAY, &[0, 80, 0, 0, 0, 100, 1, 1, 1, 1, 1]),
        ),
        (
            "fee-base-not-minimal",
            "a fee_base_msat that starts with a zero byte",
            with(types::PAYMENT_RELAY, &[0, 80, 0, 0, 0, 100, 0, 1]),
        ),
        (
            "payment-constraints-3-bytes",
            "payment_constraints of 3 bytes",
            with(types::PAYMENT_CONSTRAINTS, &[0, 0, 1]),
        ),
        (
            "htlc-minimum-not-minimal",
            "an htlc_minimum_msat that starts with a zero byte",
            with(types::PAYMENT_CONSTRAINTS, &[0, 12, 0, 0, 0, 1]),
        ),
        (
            "htlc-minimum-above-bound",
            "an htlc_minimum_msat of one msat more than 21 million bitcoin",
            with(types::PAYMENT_CONSTRAINTS, &constraints(EXPIRY, MAX_MSAT + 1)),
        ),
        (
            "htlc-minimum-9-bytes",
            "an htlc_minimum_msat of 9 bytes",
            with(types::PAYMENT_CONSTRAINTS, &[0, 12, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
        ),
    ];
    for (name, about, data) in cases {
        suite
            .from(relay, format!("data-{name}"), format!("The data decrypt, and have {about}."))
            .change(|input| input.encrypted_recipient_data = told(data).input().encrypted_recipient_data)
            .shows(["bolt4.blinded.unreadable-data", "bolt4.blinded.decrypts"])
            .rejected("encrypted_data_unreadable");
    }
}
