//! Peeling packets: BOLT 4's own hop by hop, each packet rule, each length of a payload, and path keys.

use super::fixture::{amount_and_expiry, hex_of, keysend_record, onion, repeated, unhex};
use super::onion_construct::{forwarding_payload, hop_key};
use super::suite::{Draft, Suite as Recipes};
use super::{label, published};
use crate::bolt1::{PublicKey, SecretKey, bigsize};
use crate::bolt4::secret::SharedPoint;
use crate::bolt4::stream::{KeyType, apply, key, mac};
use crate::bolt4::{HOP_PAYLOADS_LENGTH, Packet, Preimage};
use crate::protocol::operation::Peel;

const DECRYPTION: &str = "04-onion-routing.md:909-957";

/// `onion.peel`.
pub fn peel(cases: &mut Recipes) {
    bolt4(cases);
    routes(cases);
    packet_rules(cases);
    lengths(cases);
    path_keys(cases);
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

fn bolt4(cases: &mut Recipes) {
    let payloads = published::onion_payloads().map(|payload| unhex(&payload));
    let hops: Vec<(PublicKey, &[u8])> = (0x41..=0x45)
        .zip(&payloads)
        .map(|(key, payload)| (repeated(key).public_key(), payload.as_slice()))
        .collect();
    let mut packet = onion(&repeated(0x41), &hops, &[0x42; 32]);
    for (index, node) in (0x41..=0x45).map(repeated).enumerate() {
        let mut input = input(&node, &packet);
        input.associated_data = hex_of([0x42; 32]);
        let about = format!("Hop {index} of BOLT 4's onion test.");
        let draft = cases
            .old(format!("bolt4-hop-{index}"), about, &input)
            .flag("published")
            .spec("bolt04/onion-test.json");
        let peeled = crate::bolt4::peel(&node, &packet, &[0x42; 32], None);
        let Ok(peeled) = peeled else { return draft.accept() };
        steps(draft, &peeled.shared_secret.0).accept();
        packet = peeled.next_packet.unwrap_or(packet);
    }
}

fn steps<'a>(draft: Draft<'a, Peel>, shared_secret: &[u8; 32]) -> Draft<'a, Peel> {
    draft.step("mu", key(KeyType::Mu, shared_secret)).step("rho", key(KeyType::Rho, shared_secret))
}

/// The packet of a route of so many hops, as it reaches hop `at`.
fn on_route(hops: usize, at: usize) -> Packet {
    let payloads: Vec<_> = (0..hops)
        .map(|hop| if hop + 1 < hops { forwarding_payload(hop as u8) } else { final_payload() })
        .collect();
    let keys: Vec<_> = (0..hops).map(hop_key).collect();
    let route: Vec<(PublicKey, &[u8])> =
        keys.iter().zip(&payloads).map(|(key, payload)| (key.public_key(), payload.as_slice())).collect();
    let mut packet = onion(&session_key(), &route, &payment_hash());
    for key in &keys[..at] {
        let peeled = crate::bolt4::peel(key, &packet, &payment_hash(), None);
        packet = peeled.ok().and_then(|peeled| peeled.next_packet).unwrap_or(packet);
    }
    packet
}

fn routes(cases: &mut Recipes) {
    let one = on_route(1, 0);
    let draft = cases
        .old("one-hop", "One hop: the node is the final one.", &input(&hop_key(0), &one))
        .flag("basic")
        .spec(DECRYPTION);
    let shared = SharedPoint::new(&hop_key(0).public_key(), &session_key()).shared_secret();
    steps(draft, &shared.0).accept();
    for (hops, at) in [
        (2, 0),
        (2, 1),
        (5, 0),
        (5, 1),
        (5, 2),
        (5, 3),
        (5, 4),
        (10, 9),
        (20, 0),
        (20, 1),
        (20, 5),
        (20, 10),
        (20, 15),
        (20, 18),
        (20, 19),
    ] {
        let about = format!("Hop {at} of a route of {hops}.");
        cases
            .old(format!("hop-{at}-of-{hops}"), about, &input(&hop_key(at), &on_route(hops, at)))
            .flag("filler")
            .spec(DECRYPTION)
            .accept();
    }
    let shortest = onion(&session_key(), &[(hop_key(0).public_key(), &[1, 0])], &payment_hash());
    cases
        .old(
            "payload-of-2-bytes",
            "The shortest payload: one record of type 1 without a value. Which records a payload needs is no matter of the packet.",
            &input(&hop_key(0), &shortest),
        )
        .flag("bounds")
        .spec(DECRYPTION)
        .accept();
    for length in [60_usize, 252, 253, 1000] {
        // A keysend with an odd custom record that fills it up.
        let mut payload = final_payload();
        let room = length - payload.len();
        if room > 0 {
            let overhead = 9 + if room > 9 + 1 + 252 { 3 } else { 1 };
            if room < overhead {
                continue;
            }
            payload.extend(super::fixture::record(u64::MAX, &vec![0x2a; room - overhead]));
        }
        let packet = onion(&session_key(), &[(hop_key(0).public_key(), &payload)], &payment_hash());
        cases
            .old(
                format!("payload-of-{}-bytes", payload.len()),
                format!("A payload of {} bytes.", payload.len()),
                &input(&hop_key(0), &packet),
            )
            .flag("bounds")
            .spec(DECRYPTION)
            .accept();
    }
}

fn packet_rules(cases: &mut Recipes) {
    let good = on_route(1, 0);
    let node = hop_key(0);
    let mut bent = |name: &str, about: &str, reason: &'static str, bend: &dyn Fn(&mut Vec<u8>)| {
        let mut packet = good.to_vec();
        bend(&mut packet);
        cases.old(name, about, &input(&node, &packet)).reject(reason, "one-hop");
    };
    for version in [1_u8, 2, 0x80, 0xff] {
        bent(
            &format!("version-{version:02x}"),
            &format!("The version byte {version:02x}."),
            "version_unknown",
            &|p| p[0] = version,
        );
    }
    bent("length-0", "An empty packet.", "packet_length", &|p| p.clear());
    bent("length-1365", "A packet of 1365 bytes: the last one is missing.", "packet_length", &|p| {
        p.truncate(1365)
    });
    bent("length-1367", "A packet of 1367 bytes: a zero byte behind it.", "packet_length", &|p| p.push(0));
    for (name, about, prefix) in [
        ("public-key-prefix-00", "The public key's prefix is 00.", 0_u8),
        ("public-key-prefix-01", "The public key's prefix is 01.", 1),
        ("public-key-prefix-04", "The public key's prefix is 04.", 4),
        ("public-key-prefix-06", "The public key's prefix is 06.", 6),
        ("public-key-prefix-ff", "The public key's prefix is ff.", 0xff),
    ] {
        bent(name, about, "public_key_invalid", &|p| p[1] = prefix);
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
        bent(name, about, "public_key_invalid", &|p| p[2..34].copy_from_slice(&x));
    }
    bent("public-key-all-zero", "The public key is 33 zero bytes.", "public_key_invalid", &|p| {
        p[1..34].fill(0)
    });
    bent(
        "public-key-negated",
        "The public key's parity is flipped: a valid point, another secret.",
        "hmac_mismatch",
        &|p| p[1] ^= 1,
    );
    for (name, about, at) in [
        ("hop-payloads-first-bit", "The first bit of hop_payloads is flipped.", 34_usize),
        ("hop-payloads-last-bit", "The last byte of hop_payloads is changed, far behind the payload.", 1333),
        ("hop-payloads-last-byte-of-payload", "The last byte of the payload is changed.", 86),
        ("hop-payloads-middle", "A byte in the middle of hop_payloads is changed.", 700),
        ("hmac-first-byte", "The first byte of the HMAC is changed.", 1334),
        ("hmac-byte-8", "The HMAC's byte 8 is changed: a comparison of the first 8 bytes misses it.", 1342),
        (
            "hmac-byte-16",
            "The HMAC's byte 16 is changed: a comparison of the first 16 bytes misses it.",
            1350,
        ),
        (
            "hmac-byte-20",
            "The HMAC's byte 20 is changed: a comparison of the first 20 bytes misses it.",
            1354,
        ),
        (
            "hmac-byte-24",
            "The HMAC's byte 24 is changed: a comparison of the first 24 bytes misses it.",
            1358,
        ),
        ("hmac-last-byte", "The last byte of the HMAC is changed: compared by a prefix it fits.", 1365),
    ] {
        bent(name, about, "hmac_mismatch", &|p| p[at] ^= if at == 34 { 0x80 } else { 1 });
    }
    bent(
        "hmac-two-bytes",
        "The highest bit of two bytes of the HMAC is flipped: a sum of differences in one byte misses it.",
        "hmac_mismatch",
        &|p| {
            p[1334] ^= 0x80;
            p[1335] ^= 0x80;
        },
    );
    bent("hmac-all-zero", "The HMAC is all zero.", "hmac_mismatch", &|p| p[1334..].fill(0));
    let mut other = input(&node, &good);
    other.associated_data = hex_of(label::bytes32("onion.peel/other-payment-hash"));
    cases
        .old("other-associated-data", "The packet of another payment hash.", &other)
        .reject("hmac_mismatch", "one-hop");
    for (name, about, bend) in [
        ("associated-data-first-bit", "The first bit of the associated data is flipped.", (0_usize, 0x80_u8)),
        ("associated-data-last-bit", "The last bit of the associated data is flipped.", (31, 1)),
    ] {
        let mut other = input(&node, &good);
        other.associated_data.0[bend.0] ^= bend.1;
        cases.old(name, about, &other).reject("hmac_mismatch", "one-hop");
    }
    cases
        .old("other-node", "The packet is for another node.", &input(&hop_key(1), &good))
        .reject("hmac_mismatch", "one-hop");
    let mut packet = good.to_vec();
    packet[0] = 1;
    packet[1] = 4;
    cases
        .old(
            "version-and-public-key",
            "A version byte of 1 and a public key with the prefix 04: the version is checked first.",
            &input(&node, &packet),
        )
        .flag("several-faults")
        .also(&["c006"])
        .reject("version_unknown", "one-hop");
    let mut version_and_hmac = good.to_vec();
    version_and_hmac[0] = 1;
    version_and_hmac[1365] ^= 1;
    cases
        .old(
            "version-and-hmac",
            "A version byte of 1 and a wrong HMAC: the version is checked first.",
            &input(&node, &version_and_hmac),
        )
        .revision(2)
        .flag("several-faults")
        .also(&["c005"])
        .reject("version_unknown", "one-hop");
    packet[1365] ^= 1;
    cases
        .old(
            "version-public-key-and-hmac",
            "Version, public key and HMAC are all wrong.",
            &input(&node, &packet),
        )
        .flag("several-faults")
        .also(&["c005", "c006"])
        .reject("version_unknown", "one-hop");
    let payload = final_payload();
    let ends_with_zero =
        |key: &SecretKey| onion(key, &[(node.public_key(), &payload)], &payment_hash())[1365] == 0;
    let key = label::secret_where("onion.peel/hmac-ends-with-00", ends_with_zero);
    let packet = onion(&key, &[(node.public_key(), &payload)], &payment_hash());
    cases
        .old("hmac-ends-with-00", "The HMAC's last byte is zero.", &input(&node, &packet))
        .flag("bounds")
        .spec(DECRYPTION)
        .accept();
    cases
        .old(
            "length-1365-of-a-zero-byte",
            "A packet of 1365 bytes: the last one, a zero byte, is missing. Padded with zeros it would be right.",
            &input(&node, &packet[..1365]),
        )
        .reject("packet_length", "hmac-ends-with-00");
    for (name, key, about) in [
        ("node-secret-0", vec![0; 32], "The node's secret key is zero."),
        (
            "node-secret-n",
            unhex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
            "The node's secret key is n.",
        ),
        ("node-secret-all-ff", vec![0xff; 32], "The node's secret key is 2^256 - 1."),
        ("node-secret-33-bytes", vec![1; 33], "The node's secret key has 33 bytes."),
        ("node-secret-31-bytes", vec![1; 31], "The node's secret key has 31 bytes."),
    ] {
        let mut input = input(&node, &good);
        input.node_secret = hex_of(key);
        cases.old(name, about, &input).reject("secret_key_invalid", "one-hop");
    }
}

/// A packet of one hop with a true HMAC whose decrypted bytes start as given: for lengths that no builder writes.
pub fn sealed(
    node: &PublicKey,
    session_key: &SecretKey,
    payment_hash: &[u8; 32],
    decrypted: &[u8],
) -> Packet {
    let secret = SharedPoint::new(node, session_key).shared_secret().0;
    let mut packet = [0; 1366];
    packet[1..34].copy_from_slice(&session_key.public_key().encode());
    let hop_payloads = &mut packet[34..34 + HOP_PAYLOADS_LENGTH];
    apply(&key(KeyType::Pad, &session_key.encode()), 0, hop_payloads);
    let length = decrypted.len().min(HOP_PAYLOADS_LENGTH);
    hop_payloads[..length].copy_from_slice(&decrypted[..length]);
    apply(&key(KeyType::Rho, &secret), 0, hop_payloads);
    let hmac = mac(&key(KeyType::Mu, &secret), &[hop_payloads, payment_hash]);
    packet[1334..].copy_from_slice(&hmac);
    packet
}

/// The first session key of a label with which the byte behind hop_payloads decrypts to zero at this node.
pub fn overrunning_session_key(label: &str, node: &PublicKey) -> SecretKey {
    label::secret_where(label, |session_key| {
        let secret = SharedPoint::new(node, session_key).shared_secret().0;
        let mut behind = [0];
        apply(&key(KeyType::Rho, &secret), HOP_PAYLOADS_LENGTH, &mut behind);
        behind == [0]
    })
}

fn lengths(cases: &mut Recipes) {
    let node = hop_key(0);
    let mut prefix = |name: String, about: String, reason: &'static str, bytes: Vec<u8>| {
        let packet = sealed(&node.public_key(), &session_key(), &payment_hash(), &bytes);
        cases.old(name, about, &input(&node, &packet)).reject(reason, "one-hop");
    };
    // What follows the prefix is the ordinary payload and a zero HMAC, as far as there is room.
    let rest = || [final_payload(), vec![0; 32]].concat();
    for length in [1266_u64, 1267, 1268, 1297, 1298, 1299, 1300, 2534, 2560, 2565, 2566, 2597, 2598, 65535] {
        prefix(
            format!("payload-length-{length}"),
            format!("A payload length of {length}: payload and HMAC do not fit in 1300 bytes."),
            "payload_length_too_long",
            [bigsize::encode(length).as_ref(), &rest()].concat(),
        );
    }
    for (name, bytes) in [
        ("2-to-16", "fe00010000"),
        ("2-to-31", "fe80000000"),
        ("2-to-32-minus-1", "feffffffff"),
        ("2-to-32-plus-52", "ff0000000100000034"),
        ("2-to-63-minus-1", "ff7fffffffffffffff"),
        ("2-to-63", "ff8000000000000000"),
        ("2-to-64-minus-1", "ffffffffffffffffff"),
    ] {
        prefix(
            format!("payload-length-{name}"),
            format!(
                "A payload length of {}: nothing may be allocated for it, and it must not be cut to fewer bits.",
                name.replace('-', " ")
            ),
            "payload_length_too_long",
            [unhex(bytes), rest()].concat(),
        );
    }
    for (length, about) in [(0_u8, "the old fixed format"), (1, "reserved")] {
        prefix(
            format!("payload-length-{length}"),
            format!("A payload length of {length}: {about}."),
            "payload_length_reserved",
            [vec![length], rest()].concat(),
        );
    }
    // The old format as it was: realm 0, 8 bytes channel, 8 bytes amount, 4 bytes expiry, 12 bytes padding, HMAC.
    let legacy = [vec![0; 9], AMOUNT_BE.to_vec(), EXPIRY_BE.to_vec(), vec![0; 12], vec![0; 32]].concat();
    prefix(
        "legacy-realm-0".into(),
        "A whole payload of the old fixed format.".into(),
        "payload_length_reserved",
        legacy,
    );
    for (name, bytes) in [
        ("3-bytes", "fd0034"),
        ("5-bytes", "fe00000034"),
        ("9-bytes", "ff0000000000000034"),
        ("zero-in-3-bytes", "fd0000"),
        ("252-in-3-bytes", "fd00fc"),
    ] {
        prefix(
            format!("payload-length-not-minimal-{name}"),
            format!("The payload's length is not minimally encoded: {bytes}."),
            "payload_length_not_minimal",
            [unhex(bytes), rest()].concat(),
        );
    }
    let longest = sealed(
        &node.public_key(),
        &session_key(),
        &payment_hash(),
        &[&[0xfd, 0x04, 0xf1][..], &filled(1265), &[0; 32]].concat(),
    );
    cases
        .old(
            "payload-length-1265",
            "A payload length of 1265: payload and HMAC fill hop_payloads to the last byte.",
            &input(&node, &longest),
        )
        .flag("bounds")
        .spec(DECRYPTION)
        .accept();
    let overrun = overrunning_session_key("onion.peel/overrun", &node.public_key());
    let fits = onion(&overrun, &[(node.public_key(), &filled(1265))], &payment_hash());
    cases
        .old(
            "payload-length-1265-before-a-zero-byte",
            "A payload length of 1265. Behind hop_payloads the stream has a zero byte.",
            &input(&node, &fits),
        )
        .flag("bounds")
        .spec(DECRYPTION)
        .accept();
    let bytes = [&[0xfd, 0x04, 0xf2][..], &filled(1266), &[0; 31]].concat();
    let overrun = sealed(&node.public_key(), &overrun, &payment_hash(), &bytes);
    cases
        .old(
            "payload-length-1266-and-zero-padding",
            "A payload length of 1266, and the HMAC's last byte, which lies in the padding, decrypts to zero: read on, the node would be \
             the final one.",
            &input(&node, &overrun),
        )
        .flag("theft")
        .reject("payload_length_too_long", "payload-length-1265-before-a-zero-byte");
    for (name, which, at) in
        [("next-hmac-31-zero-bytes", "last", 31), ("next-hmac-zero-from-the-second-byte", "first", 0)]
    {
        let mut next_hmac = [0; 32];
        next_hmac[at] = 1;
        let decrypted =
            [&[forwarding_payload(0).len() as u8][..], &forwarding_payload(0), &next_hmac].concat();
        let packet = sealed(&node.public_key(), &session_key(), &payment_hash(), &decrypted);
        cases
            .old(
                name,
                format!("next_hmac is zero but for its {which} byte: the node is not the final one."),
                &input(&node, &packet),
            )
            .flag("framing")
            .spec(DECRYPTION)
            .accept();
    }
}

const AMOUNT_BE: [u8; 8] = super::fixture::AMOUNT.to_be_bytes();
const EXPIRY_BE: [u8; 4] = super::fixture::EXPIRY.to_be_bytes();

/// A keysend payload of so many bytes (300 or more), filled up with an odd custom record.
fn filled(length: usize) -> Vec<u8> {
    let payload = final_payload();
    let room = length - payload.len() - 9 - 3;
    [payload, super::fixture::record(u64::MAX, &vec![0x2a; room])].concat()
}

/// The key that packets for this node are made for which come with this path key.
pub fn blinded_node_id(node: &SecretKey, path_key: &PublicKey) -> Option<PublicKey> {
    let blinding = SharedPoint::new(path_key, node).shared_secret();
    node.public_key().times(mac(b"blinded_node_id", &[&blinding.0]))
}

/// BOLT 4, "Onion Decryption", with `path_key`: the packet is made for the node's blinded key.
fn path_keys(cases: &mut Recipes) {
    let node = hop_key(0);
    let path_secret = label::secret("onion.peel/path_key");
    let path_key = path_secret.public_key();
    let Some(blinded) = blinded_node_id(&node, &path_key) else { return };
    let next = hop_key(1).public_key();
    let forwarding = forwarding_payload(0);
    let last = final_payload();
    let packet = onion(&session_key(), &[(blinded, &forwarding), (next, &last)], &payment_hash());
    let mut good = input(&node, &packet);
    good.path_key = Some(hex_of(path_key.encode()));
    cases
        .old("path-key-forwarding", "A packet for a blinded key, with the path key: the next packet's public key is blinded as without one.", &good)
        .flag("blinded-path")
        .spec("04-onion-routing.md:922-927")
        .accept();
    let mut other = good.clone();
    other.path_key = Some(hex_of(label::secret("onion.peel/other-path-key").public_key().encode()));
    cases
        .old("path-key-other", "The path key of another route.", &other)
        .spec("04-onion-routing.md:922-933")
        .reject("hmac_mismatch", "path-key-forwarding");
    let mut none = good.clone();
    none.path_key = None;
    cases
        .old("path-key-missing", "A packet for a blinded key, without the path key.", &none)
        .spec("04-onion-routing.md:928-933")
        .reject("hmac_mismatch", "path-key-forwarding");
    let mut version = good;
    version.packet.0[0] = 1;
    cases
        .old(
            "path-key-and-version",
            "A version byte of 1, with a path key: every failure is invalid_onion_blinding.",
            &version,
        )
        .spec("04-onion-routing.md:912-913,1434-1435")
        .reject("version_unknown", "path-key-forwarding");
}
