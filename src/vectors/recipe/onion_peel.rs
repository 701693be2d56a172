//! Peeling packets: BOLT 4's own hop by hop, each packet rule, each length of a payload, and path keys.

use super::fixture::{amount_and_expiry, hex_of, integer, keysend_record, onion, record, repeated, unhex};
use super::onion_construct::{ZERO_BYTES, forwarding_payload, hop_key};
use super::published;
use super::suite::{Draft, Suite, Twin};
use crate::blueprint::onion::{Onion, Payer};
use crate::blueprint::{Stream, label, ordinary};
use crate::bolt1::{PublicKey, SecretKey, bigsize};
use crate::bolt4::secret::SharedPoint;
use crate::bolt4::stream::{KeyType, apply, key, mac};
use crate::bolt4::{HOP_PAYLOADS_LENGTH, Packet, Preimage};
use crate::protocol::operation::Peel;

const DECRYPTION: &str = "04-onion-routing.md:909-957";

/// `onion.peel`.
pub fn peel(suite: &mut Suite) {
    suite.section(DECRYPTION);
    bolt4(suite);
    bolt4_blinded(suite);
    let one_hop = routes(suite);
    node_of_zero(suite);
    packet_rules(suite, &one_hop);
    other_hmacs(suite, &one_hop);
    secrets(suite, &one_hop);
    several_faults(suite, &one_hop);
    zero_at_the_end(suite);
    framing(suite, &one_hop);
    all_shifted(suite);
    overrun(suite);
    next_hmacs(suite);
    path_keys(suite);
}

fn preimage() -> [u8; 32] {
    label::bytes32("onion.peel/preimage")
}

fn payment_hash() -> [u8; 32] {
    Preimage(preimage()).payment_hash().0
}

/// A payload that a final node of any implementation understands: a keysend.
fn final_payload() -> Vec<u8> {
    [amount_and_expiry(), keysend_record(&preimage())].concat()
}

fn session_key() -> SecretKey {
    label::secret("onion.peel/session_key")
}

fn input(node: &SecretKey, packet: &[u8]) -> Peel {
    Peel {
        node_secret: hex_of(node.encode()),
        packet: hex_of(packet),
        associated_data: hex_of(payment_hash()),
        path_key: None,
    }
}

fn bolt4(suite: &mut Suite) {
    let payloads = published::onion_payloads().map(|payload| unhex(&payload));
    let hops: Vec<(PublicKey, &[u8])> = (0x41..=0x45)
        .zip(&payloads)
        .map(|(key, payload)| (repeated(key).public_key(), payload.as_slice()))
        .collect();
    let mut packet = onion(&repeated(0x41), &hops, &[0x42; 32]);
    for (index, node) in (0x41..=0x45).map(repeated).enumerate() {
        let Ok(peeled) = crate::bolt4::peel(&node, &packet, &[0x42; 32], None) else { return };
        let ends = if peeled.is_final() { "bolt4.peel.final" } else { "bolt4.peel.forward" };
        let draft = suite
            .case(
                format!("bolt4-hop-{index}"),
                format!("Hop {index} of BOLT 4's onion test."),
                Peel { associated_data: hex_of([0x42; 32]), ..input(&node, &packet) },
            )
            .flag("published")
            .spec("bolt04/onion-test.json")
            .shows([ends, "bolt4.peel.stream", "bolt4.keys.derivation", "bolt4.keys.stream"]);
        steps(draft, &peeled.shared_secret.0).accepted();
        packet = peeled.next_packet.unwrap_or(packet);
    }
}

/// BOLT 4's payment over blinded routes: from Carol on the HTLC comes with a path key.
fn bolt4_blinded(suite: &mut Suite) {
    let payloads = published::BLINDED_PAYMENT_PAYLOADS.map(unhex);
    let keys = published::BLINDED_PAYMENT_KEYS.map(public);
    let hops: Vec<(PublicKey, &[u8])> =
        keys.iter().copied().zip(payloads.iter().map(Vec::as_slice)).collect();
    let mut packet = onion(&repeated(3), &hops, &[0x42; 32]);
    let path_keys = published::BLINDED_PAYMENT_PATH_KEYS.map(public);
    let path_keys = [None, None].into_iter().chain(path_keys.into_iter().map(Some));
    for ((name, node), path_key) in ["alice", "bob", "carol", "dave", "eve"].iter().zip(0x41..).zip(path_keys)
    {
        let node = repeated(node);
        let Ok(peeled) = crate::bolt4::peel(&node, &packet, &[0x42; 32], path_key.as_ref()) else { return };
        let ends = if peeled.is_final() { "bolt4.peel.final" } else { "bolt4.peel.forward" };
        let shown = if path_key.is_some() { "bolt4.peel.path-key" } else { "bolt4.peel.stream" };
        suite
            .case(
                format!("bolt4-blinded-payment-{name}"),
                "A node of BOLT 4's payment over blinded routes.",
                Peel {
                    associated_data: hex_of([0x42; 32]),
                    path_key: path_key.map(|key| hex_of(key.encode())),
                    ..input(&node, &packet)
                },
            )
            .flag("published")
            .spec("bolt04/blinded-payment-onion-test.json")
            .shows([ends, shown])
            .accepted();
        packet = peeled.next_packet.unwrap_or(packet);
    }
}

fn public(key: &str) -> PublicKey {
    PublicKey::decode(&unhex(key)).unwrap_or_else(|error| unreachable!("a published key: {error}"))
}

fn steps<'a>(draft: Draft<'a, Peel>, shared_secret: &[u8; 32]) -> Draft<'a, Peel> {
    draft.step("mu", key(KeyType::Mu, shared_secret)).step("rho", key(KeyType::Rho, shared_secret))
}

/// The packet of a route, as it reaches hop `at`.
fn on_route(hops: usize, at: usize) -> Packet {
    let forwarding = (0..hops - 1).map(|hop| forwarding_payload(hop as u8));
    let payloads: Vec<_> = forwarding.chain([final_payload()]).collect();
    reaching(&session_key(), &payloads, at)
}

/// The packet of a route with these payloads, as it reaches hop `at`.
fn reaching(session_key: &SecretKey, payloads: &[Vec<u8>], at: usize) -> Packet {
    let keys: Vec<_> = (0..payloads.len()).map(hop_key).collect();
    let route: Vec<(PublicKey, &[u8])> =
        keys.iter().zip(payloads).map(|(key, payload)| (key.public_key(), payload.as_slice())).collect();
    let mut packet = onion(session_key, &route, &payment_hash());
    for key in &keys[..at] {
        let peeled = crate::bolt4::peel(key, &packet, &payment_hash(), None);
        packet = peeled.ok().and_then(|peeled| peeled.next_packet).unwrap_or(packet);
    }
    packet
}

/// A packet of one hop with this payload.
fn direct(payload: &[u8]) -> Peel {
    let node = hop_key(0);
    input(&node, &onion(&session_key(), &[(node.public_key(), payload)], &payment_hash()))
}

fn routes(suite: &mut Suite) -> Twin<Peel> {
    let shared = SharedPoint::new(&hop_key(0).public_key(), &session_key()).shared_secret();
    let draft = suite
        .case("one-hop", "One hop: the node is the final one.", input(&hop_key(0), &on_route(1, 0)))
        .flag("basic")
        .shows(["bolt4.peel.final", "bolt4.peel.secret", "bolt4.keys.derivation"]);
    let one_hop = steps(draft, &shared.0).accepted();
    for (hops, hop) in [(2, &[0, 1][..]), (5, &[0, 1, 2, 3, 4]), (10, &[9]), (20, &[0, 1, 5, 10, 15, 18, 19])]
        .iter()
        .flat_map(|(hops, at)| at.iter().map(|hop| (*hops, *hop)))
    {
        let shown: &[&str] = match (hops, hop) {
            (2, 1) | (20, 19) => &["bolt4.peel.final"],
            _ => &["bolt4.peel.forward", "bolt4.peel.stream", "bolt4.secret.blinding"],
        };
        let about = format!("Hop {hop} of a route of {hops}.");
        suite
            .case(format!("hop-{hop}-of-{hops}"), about, input(&hop_key(hop), &on_route(hops, hop)))
            .flag("filler")
            .shows(shown)
            .accepted();
    }
    long_routes(suite);
    zero_bytes(suite);
    let about = "The shortest payload: one record of type 23 without a value. Which records a payload needs is no matter of the packet.";
    suite
        .case("payload-of-2-bytes", about, direct(&[23, 0]))
        .flag("bounds")
        .shows(["bolt4.peel.length-form"])
        .accepted();
    for length in [252, 253, 1000] {
        suite
            .case(
                format!("payload-of-{length}-bytes"),
                format!("A payload of {length} bytes."),
                direct(&filled(length)),
            )
            .flag("bounds")
            .shows(["bolt4.peel.length-form"])
            .accepted();
    }
    one_hop
}

const FORWARD: [&str; 3] = ["bolt4.peel.forward", "bolt4.peel.stream", "bolt4.secret.blinding"];

/// The most hops that a route has, and payloads that shift in nearly all of the next packet's bytes.
fn long_routes(suite: &mut Suite) {
    let shortest =
        |hop: u8| [integer(2, 200), integer(4, 0), record(6, &[0, 0, 1, 0, 0, hop, 0, 1])].concat();
    let payloads: Vec<_> = (0..26).map(shortest).chain([[integer(2, 200), integer(4, 0)].concat()]).collect();
    let mut case = |name: String, about: String, payloads: &[Vec<u8>], at: usize| {
        let is_final = at + 1 == payloads.len();
        let shown = if is_final { &["bolt4.peel.final", "bolt4.peel.stream"][..] } else { &FORWARD };
        suite
            .case(name, about, input(&hop_key(at), &reaching(&session_key(), payloads, at)))
            .flag("filler")
            .shows(shown)
            .accepted();
    };
    // BOLT 4, "Returning Errors": no route has more than 27 hops.
    for hop in [0, 1, 13, 24, 25, 26] {
        let about = format!("Hop {hop} of a route of 27, the most that there are.");
        case(format!("hop-{hop}-of-27"), about, &payloads, hop);
    }
    let (short, last) = (forwarding_payload(0), amount_and_expiry());
    for (name, about, payloads) in [
        ("1222-and-10", "payloads of 1222 and 10", vec![padded(&short, 1222), last.clone()]),
        ("20-and-1212", "payloads of 20 and 1212", vec![short.clone(), padded(&last, 1212)]),
        (
            "252-253-and-400",
            "payloads of 252, 253 and 400",
            vec![padded(&short, 252), padded(&short, 253), padded(&last, 400)],
        ),
        (
            "400-20-and-700",
            "payloads of 400, 20 and 700",
            vec![padded(&short, 400), short.clone(), padded(&last, 700)],
        ),
    ] {
        for hop in 0..payloads.len() {
            let about = format!("Hop {hop} of a route with {about} bytes: the filler follows their lengths.");
            case(format!("hop-{hop}-of-{name}-bytes"), about, &payloads, hop);
        }
    }
}

/// Three hops and something that starts with a zero byte, at the hop that meets it.
fn zero_bytes(suite: &mut Suite) {
    let payloads = [forwarding_payload(0), forwarding_payload(1), final_payload()];
    for zero in ZERO_BYTES {
        let Some(hop) = zero.hop else { continue };
        let about = format!("Hop {hop} of three; {} starts with a zero byte, which counts.", zero.of);
        let shown = if hop == 2 { "bolt4.peel.final" } else { "bolt4.secret.blinding" };
        suite
            .case(
                format!("{}-starts-with-00", zero.name),
                about,
                input(&hop_key(hop), &reaching(&zero.session_key(), &payloads, hop)),
            )
            .flag("coordinate")
            .shows([shown, "bolt4.peel.secret", "bolt4.keys.derivation"])
            .accepted();
        if zero.name.starts_with("ephemeral-x") && hop > 0 {
            let about =
                format!("Hop {} of three; in the next packet {} starts with a zero byte.", hop - 1, zero.of);
            suite
                .case(
                    format!("next-{}-starts-with-00", zero.name),
                    about,
                    input(&hop_key(hop - 1), &reaching(&zero.session_key(), &payloads, hop - 1)),
                )
                .flag("coordinate")
                .shows(["bolt4.secret.blinding", "bolt4.peel.forward"])
                .accepted();
        }
    }
}

/// A node whose secret key starts with a zero byte.
fn node_of_zero(suite: &mut Suite) {
    let node = label::secret_where("onion.peel/node/zero", |key| key.encode()[0] == 0);
    let payload = final_payload();
    let session_key = label::secret("onion.peel/session_key");
    let packet = onion(&session_key, &[(node.public_key(), payload.as_slice())], &payment_hash());
    suite
        .case(
            "node-secret-starts-with-00",
            "The node's secret key starts with a zero byte.",
            input(&node, &packet),
        )
        .flag("curve")
        .shows(["bolt4.peel.final", "bolt4.peel.secret"])
        .accepted();
}

/// One rule each: what is changed in the packet after it was made.
fn packet_rules(suite: &mut Suite, one_hop: &Twin<Peel>) {
    for version in [1_u8, 2, 0x80, 0xff] {
        suite
            .from(one_hop, format!("version-{version:02x}"), format!("The version byte {version:02x}."))
            .change(|it| it.packet.0[0] = version)
            .rejected("version_unknown");
    }
    let mut packet = |name: &str, about: &str, reason: &'static str, change: &dyn Fn(&mut Vec<u8>)| {
        suite.from(one_hop, name, about).change(|it| change(&mut it.packet.0)).rejected(reason);
    };
    packet("length-0", "An empty packet.", "packet_length", &|it| it.clear());
    let about = "A packet of 1365 bytes: the last one is missing.";
    packet("length-1365", about, "packet_length", &|it| it.truncate(1365));
    let about = "A packet of 1367 bytes: a zero byte after it.";
    packet("length-1367", about, "packet_length", &|it| it.push(0));
    let about = "A packet of 1367 bytes: a zero byte before its HMAC.";
    packet("length-1367-before-the-hmac", about, "packet_length", &|it| it.insert(1334, 0));
    for prefix in [0_u8, 1, 4, 6, 0xff] {
        let name = format!("public-key-prefix-{prefix:02x}");
        let about = format!("The public key's prefix is {prefix:02x}.");
        packet(&name, &about, "public_key_invalid", &|it| it[1] = prefix);
    }
    let p = unhex("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f");
    let mut five = vec![0; 32];
    five[31] = 5;
    let mut beyond = p.clone();
    beyond[31] += 1;
    for (name, about, x) in [
        ("public-key-x-0", "The public key's x is 0.", vec![0; 32]),
        ("public-key-x-5", "The public key's x is 5: on the twist.", five),
        ("public-key-x-p", "The public key's x is p.", p),
        ("public-key-x-p-plus-1", "The public key's x is p + 1.", beyond),
    ] {
        packet(name, about, "public_key_invalid", &|it| it[2..34].copy_from_slice(&x));
    }
    let about = "The public key is 33 zero bytes.";
    packet("public-key-all-zero", about, "public_key_invalid", &|it| it[1..34].fill(0));
    for (name, about, at, bits) in [
        ("hop-payloads-first-bit", "The first bit of hop_payloads is flipped.", 34, 0x80),
        (
            "hop-payloads-last-bit",
            "The last byte of hop_payloads is changed, far after the payload.",
            1333,
            1,
        ),
        ("hop-payloads-last-byte-of-payload", "The last byte of the payload is changed.", 86, 1),
        ("hop-payloads-middle", "A byte in the middle of hop_payloads is changed.", 700, 1),
        ("hmac-first-byte", "The first byte of the HMAC is changed.", 1334, 1),
        ("hmac-last-byte", "The last byte of the HMAC is changed: compared by a prefix it fits.", 1365, 1),
    ] {
        packet(name, about, "hmac_mismatch", &|it| it[at] ^= bits);
    }
    for at in [8, 16, 20, 24] {
        let about =
            format!("The HMAC's byte {at} is changed: a comparison of the first {at} bytes misses it.");
        packet(&format!("hmac-byte-{at}"), &about, "hmac_mismatch", &|it| it[1334 + at] ^= 1);
    }
    let about =
        "The highest bit of two bytes of the HMAC is flipped: a sum of differences in one byte misses it.";
    packet("hmac-two-bytes", about, "hmac_mismatch", &|it| {
        it[1334] ^= 0x80;
        it[1335] ^= 0x80;
    });
    packet("hmac-all-zero", "The HMAC is all zero.", "hmac_mismatch", &|it| it[1334..].fill(0));
}

/// HMACs over other bytes, or under another key, than BOLT 4 has.
fn other_hmacs(suite: &mut Suite, one_hop: &Twin<Peel>) {
    let secret = SharedPoint::new(&hop_key(0).public_key(), &session_key()).shared_secret().0;
    let packet = one_hop.subject().packet.0.clone();
    let (mu, rho, payloads) = (key(KeyType::Mu, &secret), key(KeyType::Rho, &secret), &packet[34..1334]);
    for (name, about, hmac) in [
        ("without-associated-data", "of hop_payloads alone", mac(&mu, &[payloads])),
        ("of-associated-data", "of the associated data alone", mac(&mu, &[&payment_hash()])),
        (
            "of-associated-data-first",
            "of the associated data and then hop_payloads",
            mac(&mu, &[&payment_hash(), payloads]),
        ),
        (
            "of-the-whole-packet",
            "of all that stands before it",
            mac(&mu, &[&packet[..1334], &payment_hash()]),
        ),
        ("under-rho", "made with the key rho", mac(&rho, &[payloads, &payment_hash()])),
        (
            "under-the-shared-secret",
            "made with the shared secret",
            mac(&secret, &[payloads, &payment_hash()]),
        ),
    ] {
        suite
            .from(one_hop, format!("hmac-{name}"), format!("The HMAC is {about}."))
            .change(|it| it.packet.0[1334..].copy_from_slice(&hmac))
            .rejected("hmac_mismatch");
    }
}

/// Another secret, or other associated data, than the packet was made with.
fn secrets(suite: &mut Suite, one_hop: &Twin<Peel>) {
    suite
        .from(
            one_hop,
            "public-key-negated",
            "The public key's parity is flipped: a valid point, another secret.",
        )
        .change(|it| it.packet.0[1] ^= 1)
        .shows(["bolt4.peel.secret", "bolt4.peel.hmac"])
        .rejected("hmac_mismatch");
    suite
        .from(one_hop, "other-node", "The packet is for another node.")
        .change(|it| it.node_secret = hex_of(hop_key(1).encode()))
        .shows(["bolt4.peel.secret", "bolt4.peel.hmac"])
        .rejected("hmac_mismatch");
    suite
        .from(one_hop, "other-associated-data", "The packet of another payment hash.")
        .change(|it| it.associated_data = hex_of(label::bytes32("onion.peel/other-payment-hash")))
        .rejected("hmac_mismatch");
    for (name, about, at, bits) in [
        ("associated-data-first-bit", "The first bit of the associated data is flipped.", 0, 0x80),
        ("associated-data-last-bit", "The last bit of the associated data is flipped.", 31, 1),
    ] {
        suite
            .from(one_hop, name, about)
            .change(|it| it.associated_data.0[at] ^= bits)
            .rejected("hmac_mismatch");
    }
    for (name, about, at) in [
        ("starts-with-00", "starts with a zero byte", 0),
        ("has-00-inside", "has a zero byte inside", 9),
        ("ends-with-00", "ends with a zero byte", 31),
    ] {
        let preimage = (0..)
            .map(|counter| Preimage(label::bytes32(&format!("onion.peel/{name}/{counter}"))))
            .find(|preimage| preimage.payment_hash().0[at] == 0)
            .unwrap_or_else(|| unreachable!("one hash in 256 has the zero byte"));
        let (node, hash) = (hop_key(0), preimage.payment_hash().0);
        let payload = [amount_and_expiry(), keysend_record(&preimage.0)].concat();
        let packet = onion(&session_key(), &[(node.public_key(), &payload)], &hash);
        suite
            .case(
                format!("associated-data-{name}"),
                format!("The payment hash {about}: all bytes of the associated data count."),
                Peel { associated_data: hex_of(hash), ..input(&node, &packet) },
            )
            .flag("authenticity")
            .spec("04-onion-routing.md:928-933")
            .shows(["bolt4.peel.hmac", "bolt4.peel.final"])
            .accepted();
    }
    let n = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    for (name, key, about) in [
        ("node-secret-0", vec![0; 32], "The node's secret key is zero."),
        ("node-secret-n", unhex(n), "The node's secret key is n."),
        ("node-secret-all-ff", vec![0xff; 32], "The node's secret key is 2^256 - 1."),
        ("node-secret-33-bytes", vec![1; 33], "The node's secret key has 33 bytes."),
        (
            "node-secret-zero-before-32-bytes",
            [&[0][..], &hop_key(0).encode()].concat(),
            "The node's secret key has a zero byte in front.",
        ),
        ("node-secret-31-bytes", vec![1; 31], "The node's secret key has 31 bytes."),
    ] {
        suite
            .from(one_hop, name, about)
            .change(|it| it.node_secret = hex_of(key))
            .rejected("secret_key_invalid");
    }
}

/// Packets that break several rules: the version is checked first.
fn several_faults(suite: &mut Suite, one_hop: &Twin<Peel>) {
    let mut case = |name: &str, about: &str, also: &[&'static str], at: &[(usize, u8)]| {
        suite
            .from(one_hop, name, about)
            .change(|it| {
                it.packet.0[0] = 1;
                at.iter().for_each(|(at, byte)| it.packet.0[*at] = *byte);
            })
            .flag("several-faults")
            .also(also)
            .rejected("version_unknown");
    };
    let other_hmac = one_hop.subject().packet.0[1365] ^ 1;
    let about = "A version byte of 1 and a public key with the prefix 04: the version is checked first.";
    case("version-and-public-key", about, &["c006"], &[(1, 4)]);
    let about = "A version byte of 1 and a wrong HMAC: the version is checked first.";
    case("version-and-hmac", about, &["c005"], &[(1365, other_hmac)]);
    let about = "Version, public key and HMAC are all wrong.";
    case("version-public-key-and-hmac", about, &["c005", "c006"], &[(1, 4), (1365, other_hmac)]);
}

/// A packet that ends with a zero byte: who fills a short one up with zeros accepts it without that byte.
fn zero_at_the_end(suite: &mut Suite) {
    let node = hop_key(0);
    let packet = |key: &SecretKey| onion(key, &[(node.public_key(), &final_payload())], &payment_hash());
    let key = label::secret_where("onion.peel/hmac-ends-with-00", |key| packet(key)[1365] == 0);
    let ends_with_zero = suite
        .case("hmac-ends-with-00", "The HMAC's last byte is zero.", input(&node, &packet(&key)))
        .flag("bounds")
        .shows(["bolt4.peel.stream", "bolt4.peel.secret"])
        .accepted();
    let about =
        "A packet of 1365 bytes: the last one, a zero byte, is missing. Padded with zeros it would be right.";
    suite
        .from(&ends_with_zero, "length-1365-of-a-zero-byte", about)
        .change(|it| it.packet.0.truncate(1365))
        .rejected("packet_length");
}

/// The first session key of a label with which the byte after hop_payloads decrypts to zero at this node.
pub fn overrunning_session_key(label: &str, node: &PublicKey) -> SecretKey {
    label::secret_where(label, |session_key| {
        let secret = SharedPoint::new(node, session_key).shared_secret().0;
        let mut next = [0];
        apply(&key(KeyType::Rho, &secret), HOP_PAYLOADS_LENGTH, &mut next);
        next == [0]
    })
}

/// A packet of one hop with a true HMAC, made by hand: this payload, and whatever is changed of it.
fn by_hand(session_key: SecretKey, payload: &[u8], change: impl FnOnce(&mut Onion)) -> Peel {
    let node = hop_key(0);
    let mut onion = Onion { payer: Payer::ByHand(session_key), ..Onion::new(Stream::parse(payload)) };
    change(&mut onion);
    input(&node, &onion.seal(&node, &payment_hash()))
}

/// The payload's length prefix. After it come the ordinary payload and a zero HMAC, as far as there is room.
fn framing(suite: &mut Suite, one_hop: &Twin<Peel>) {
    let mut prefix =
        |name: &str, about: &str, (length, width), reason: &'static str, shown: &[&'static str]| {
            let framed = by_hand(session_key(), &final_payload(), |onion| onion.prefix(length, width));
            suite.from(one_hop, name, about).change(|it| *it = framed).shows(shown).rejected(reason);
        };
    let too_long = "payload_length_too_long";
    for length in [1266_u64, 1267, 1268, 1297, 1298, 1299, 1300, 2534, 2560, 2565, 2566, 2597, 2598, 65535] {
        let shown: &[&str] = match length {
            2597 => &["bolt4.peel.next-hmac-missing"],
            65535 => &["bolt4.peel.length-overrun"],
            _ => &[],
        };
        let about = format!("A payload length of {length}: payload and HMAC do not fit in 1300 bytes.");
        prefix(&format!("payload-length-{length}"), &about, (length, 3), too_long, shown);
    }
    for (name, length) in [
        ("2-to-16", 1 << 16),
        ("2-to-31", 1 << 31),
        ("2-to-32-minus-1", (1 << 32) - 1),
        ("2-to-32-plus-52", (1 << 32) + 52),
        ("2-to-63-minus-1", (1 << 63) - 1),
        ("2-to-63", 1 << 63),
        ("2-to-64-minus-1", u64::MAX),
    ] {
        let about = format!(
            "A payload length of {}: nothing may be allocated for it, and it must not be cut to fewer bits.",
            name.replace('-', " ")
        );
        let width = bigsize::encoded_length(length);
        let shown = ["bolt4.peel.length-overrun"];
        prefix(&format!("payload-length-{name}"), &about, (length, width), too_long, &shown);
    }
    for (length, about) in [(0, "the old fixed format"), (1, "reserved")] {
        let about = format!("A payload length of {length}: {about}.");
        prefix(&format!("payload-length-{length}"), &about, (length, 1), "payload_length_reserved", &[]);
    }
    for (name, bytes, length, width) in [
        ("3-bytes", "fd0034", 52, 3),
        ("5-bytes", "fe00000034", 52, 5),
        ("9-bytes", "ff0000000000000034", 52, 9),
        ("zero-in-3-bytes", "fd0000", 0, 3),
        ("252-in-3-bytes", "fd00fc", 252, 3),
    ] {
        let name = format!("payload-length-not-minimal-{name}");
        let about = format!("The payload's length is not minimally encoded: {bytes}.");
        prefix(&name, &about, (length, width), "payload_length_not_minimal", &[]);
    }
    // The old format as it was: realm 0, 8 bytes channel, 8 bytes amount, 4 bytes expiry, 12 bytes padding, HMAC.
    let legacy =
        [&[0; 8][..], &ordinary::AMOUNT.to_be_bytes(), &ordinary::EXPIRY.to_be_bytes(), &[0; 12]].concat();
    suite
        .from(one_hop, "legacy-realm-0", "A whole payload of the old fixed format.")
        .change(|it| *it = by_hand(session_key(), &legacy, |onion| onion.prefix(0, 1)))
        .rejected("payload_length_reserved");
    suite
        .case(
            "payload-length-1265",
            "A payload length of 1265: payload and HMAC fill hop_payloads to the last byte.",
            by_hand(session_key(), &filled(1265), |onion| onion.prefix(1265, 3)),
        )
        .flag("bounds")
        .shows(["bolt4.peel.remainder"])
        .accepted();
}

/// A payload that takes all of hop_payloads at a node that is not the last: what is forwarded is the end of the stream.
fn all_shifted(suite: &mut Suite) {
    let payload = padded(&forwarding_payload(0), 1265);
    let packet = by_hand(session_key(), &payload, |onion| {
        onion.prefix(1265, 3);
        onion.next_hmac([0x11; 32]);
    });
    let about = "The payload takes all of hop_payloads and another hop follows: all 1300 bytes of the next packet come from the stream.";
    suite
        .case("payload-of-1265-bytes-before-another-hop", about, packet)
        .flag("filler")
        .shows(FORWARD)
        .accepted();
}

/// A payload and a zero HMAC that reach one byte beyond hop_payloads, where the stream happens to be zero.
fn overrun(suite: &mut Suite) {
    let node = hop_key(0).public_key();
    let session_key = overrunning_session_key("onion.peel/overrun", &node);
    let packet = onion(&session_key, &[(node, &filled(1265))], &payment_hash());
    let fits = suite
        .case(
            "payload-length-1265-before-a-zero-byte",
            "A payload length of 1265. After hop_payloads the stream has a zero byte.",
            input(&hop_key(0), &packet),
        )
        .flag("bounds")
        .shows(["bolt4.peel.remainder"])
        .accepted();
    let about = "A payload length of 1266, and the HMAC's last byte, which lies in the padding, decrypts to zero: read on, the node would be \
                 the final one.";
    suite
        .from(&fits, "payload-length-1266-and-zero-padding", about)
        .change(|it| *it = by_hand(session_key, &filled(1266), |onion| onion.prefix(1266, 3)))
        .flag("theft")
        .rejected("payload_length_too_long");
}

/// A next HMAC that is zero in all places but one.
fn next_hmacs(suite: &mut Suite) {
    for (name, which, at) in
        [("next-hmac-31-zero-bytes", "last", 31), ("next-hmac-zero-from-the-second-byte", "first", 0)]
    {
        let mut next_hmac = [0; 32];
        next_hmac[at] = 1;
        let packet = by_hand(session_key(), &forwarding_payload(0), |onion| onion.next_hmac(next_hmac));
        let about = format!("next_hmac is zero but for its {which} byte: the node is not the final one.");
        suite.case(name, about, packet).flag("framing").shows(["bolt4.peel.final"]).accepted();
    }
}

/// A keysend payload of so many bytes.
fn filled(length: usize) -> Vec<u8> {
    padded(&final_payload(), length)
}

/// A payload filled up with an odd custom record to so many bytes: 10 more than it has, or more.
fn padded(payload: &[u8], length: usize) -> Vec<u8> {
    let room = length - payload.len();
    let overhead = 9 + if room > 9 + 1 + 252 { 3 } else { 1 };
    [payload, &record(u64::MAX, &vec![0x2a; room - overhead])].concat()
}

/// BOLT 4, "Onion Decryption", with `path_key`: the packet is made for the node's blinded key.
fn path_keys(suite: &mut Suite) {
    let node = hop_key(0);
    let path_key = label::secret("onion.peel/path_key").public_key().encode();
    let blinded = Onion { path_key: Some(path_key), ..Onion::new(Stream::default()) }.recipient(&node);
    let (forwarding, last) = (forwarding_payload(0), final_payload());
    let hops: [(_, &[u8]); 2] = [(blinded, &forwarding), (hop_key(1).public_key(), &last)];
    let packet = onion(&session_key(), &hops, &payment_hash());
    let about = "A packet for a blinded key, with the path key: the next packet's public key is blinded as without one.";
    let forwards = suite
        .case("path-key-forwarding", about, Peel { path_key: Some(path_key.into()), ..input(&node, &packet) })
        .flag("blinded-path")
        .spec("04-onion-routing.md:922-927")
        .shows(["bolt4.peel.path-key", "bolt2.add.path-key", "bolt4.peel.forward"])
        .accepted();
    let other = label::secret("onion.peel/other-path-key").public_key().encode();
    suite
        .from(&forwards, "path-key-other", "The path key of another route.")
        .change(|it| it.path_key = Some(other.into()))
        .spec("04-onion-routing.md:922-933")
        .shows(["bolt4.peel.path-key", "bolt4.peel.hmac"])
        .rejected("hmac_mismatch");
    suite
        .from(&forwards, "path-key-missing", "A packet for a blinded key, without the path key.")
        .change(|it| it.path_key = None)
        .shows(["bolt4.peel.path-key", "bolt4.peel.hmac"])
        .rejected("hmac_mismatch");
    let to_the_last = |data: &[u8]| onion(&session_key(), &[(blinded, &last)], data);
    let finals = suite
        .case(
            "path-key-final",
            "A packet for a blinded key of the final node, with the path key.",
            Peel { path_key: Some(path_key.into()), ..input(&node, &to_the_last(&payment_hash())) },
        )
        .flag("blinded-path")
        .spec("04-onion-routing.md:922-927")
        .shows(["bolt4.peel.path-key", "bolt2.add.path-key"])
        .accepted();
    suite
        .from(
            &finals,
            "path-key-without-associated-data",
            "The same, but its HMAC covers no associated data, as in an onion message.",
        )
        .change(|it| it.packet = hex_of(to_the_last(&[])))
        .flag("theft")
        .shows(["bolt4.peel.path-key", "bolt4.peel.hmac"])
        .rejected("hmac_mismatch");
    let about = "A version byte of 1, with a path key: every failure is invalid_onion_blinding.";
    suite
        .from(&forwards, "path-key-and-version", about)
        .change(|it| it.packet.0[0] = 1)
        .spec("04-onion-routing.md:912-913,1434-1435")
        .shows(["bolt4.failure.path-key", "bolt4.peel.version"])
        .rejected("version_unknown");
    framing_with_a_path_key(suite);
}

/// A path key with the prefix 03, and lengths of the payload that fail in another way with one.
fn framing_with_a_path_key(suite: &mut Suite) {
    let odd = label::secret_where("onion.peel/odd_path_key", |key| key.public_key().encode()[0] == 3);
    let path_key = odd.public_key().encode();
    let made_for_it = |change: &dyn Fn(&mut Onion)| Peel {
        path_key: Some(path_key.into()),
        ..by_hand(session_key(), &final_payload(), |onion| {
            onion.path_key = Some(path_key);
            change(onion);
        })
    };
    let about = "A packet for a blinded key at the final node. The path key has the prefix 03.";
    let last = suite
        .case("path-key-with-prefix-03", about, made_for_it(&|_| {}))
        .flag("blinded-path")
        .spec("04-onion-routing.md:922-927")
        .shows(["bolt4.peel.path-key"])
        .accepted();
    for (name, about, (length, width), reason, shown) in [
        (
            "length-1300",
            "A payload length of 1300",
            (1300, 3),
            "payload_length_too_long",
            "bolt4.peel.remainder",
        ),
        (
            "length-not-minimal",
            "The payload's length in three bytes",
            (52, 3),
            "payload_length_not_minimal",
            "bolt4.peel.length-form",
        ),
    ] {
        let about = format!("{about}, with a path key: every failure is invalid_onion_blinding.");
        suite
            .from(&last, format!("path-key-and-{name}"), about)
            .change(|it| *it = made_for_it(&|onion| onion.prefix(length, width)))
            .flag("blinded-path")
            .shows(["bolt4.failure.path-key", shown])
            .rejected(reason);
    }
}
