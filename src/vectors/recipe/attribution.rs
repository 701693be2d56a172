//! `attribution_data`: what nodes add on the way back, and what the payer reads. BOLT 4, "Initialization of `attribution_data`"
//! to "Origin node", and "Hold times for successful payments".

use super::fixture::{hex_of, repeated, unhex};
use super::onion_construct::hop_key;
use super::published;
use super::returning::{bad_public_keys, bad_session_keys, key_1};
use super::suite::{Subject, Suite, Twin};
use crate::blueprint::label;
use crate::bolt1::{PublicKey, SecretKey};
use crate::bolt4::SharedSecret;
use crate::bolt4::attribution::{AttributionData, HOPS, LENGTH};
use crate::bolt4::construct::shared_secrets;
use crate::bolt4::return_packet::{self, obfuscate};
use crate::bolt4::stream::{KeyType, key};
use crate::protocol::operation::{AttributionOpen, AttributionUpdate, Input};

const NODE: &str = "04-onion-routing.md:1067-1116,1138-1163";
const PAYER: &str = "04-onion-routing.md:1184-1209";
const SUCCESS: &str = "04-onion-routing.md:1586-1590";
const VECTORS: &str = "04-onion-routing.md:1769-1842";
const VECTORS_OF_SUCCESS: &str = "04-onion-routing.md:1843-1861";

const ADDED: [&str; 4] = [
    "bolt4.attribution.initialization",
    "bolt4.attribution.hold-time",
    "bolt4.attribution.hmacs",
    "bolt4.attribution.stream",
];
const SHIFTED: [&str; 5] = [
    "bolt4.attribution.update",
    "bolt4.attribution.shift",
    "bolt4.attribution.hold-time",
    "bolt4.attribution.hmacs",
    "bolt4.attribution.stream",
];
const READ: [&str; 3] =
    ["bolt4.attribution.verify", "bolt4.attribution.hold-time", "bolt4.attribution.hmacs"];

fn published_secrets() -> Vec<SharedSecret> {
    shared_secrets(&repeated(0x41), (0x41..=0x45).map(|key| repeated(key).public_key()))
}

/// BOLT 4's long failure in the clear, as its last node makes it.
fn published_clear() -> Vec<u8> {
    let message = [unhex("400f0000000000000064000c3500fd84d1fd012c"), vec![0x80; 300]].concat();
    return_packet::create(&published_secrets()[4], &message, 704)
        .unwrap_or_else(|| unreachable!("BOLT 4's message fits"))
}

/// `attribution.update`.
pub fn update(suite: &mut Suite) {
    published_updates(suite);
    suite.section(NODE);
    let secret = hex_of(label::bytes32("attribution.update/shared_secret"));
    let failing = AttributionUpdate {
        shared_secret: secret,
        hold_time: 3,
        packet: Some(hex_of(label::bytes("attribution.update/packet", 292))),
        attribution_data: None,
    };
    let first = suite
        .case(
            "failing-node",
            "The node that fails: all 20 HMACs are there, over zeros behind the hold time.",
            failing,
        )
        .flag("basic")
        .shows(ADDED)
        .accepted();
    let relaying = suite
        .from(
            &first,
            "relaying-node",
            "A node before it: hold times and HMACs are shifted, one HMAC of each node goes.",
        )
        .change(|input| {
            input.attribution_data = Some(hex_of(label::bytes("attribution.update/data", LENGTH)))
        })
        .flag("basic")
        .shows(SHIFTED)
        .accepted();
    for (name, twin, shown) in [("failing", &first, &ADDED[..]), ("relaying", &relaying, &SHIFTED)] {
        updated(suite, name, twin, shown);
    }
    let fulfilled = suite
        .from(&first, "fulfilling-node", "The node that fulfils: the HMACs cover no packet.")
        .change(|input| input.packet = None)
        .flag("basic")
        .spec(SUCCESS)
        .shows(["bolt4.attribution.success", "bolt4.attribution.initialization"])
        .accepted();
    suite
        .from(&fulfilled, "relaying-a-fulfilment", "A node before the one that fulfils.")
        .change(|input| {
            input.attribution_data = Some(hex_of(label::bytes("attribution.update/data", LENGTH)))
        })
        .flag("basic")
        .spec(SUCCESS)
        .shows(["bolt4.attribution.success", "bolt4.attribution.update"])
        .accepted();
    suite
        .from(&fulfilled, "relaying-a-fulfilment-at-once", "The same, with a hold time of 0.")
        .change(|input| {
            input.hold_time = 0;
            input.attribution_data = Some(hex_of(label::bytes("attribution.update/data", LENGTH)));
        })
        .flag("bounds")
        .spec(SUCCESS)
        .shows(["bolt4.attribution.success", "bolt4.attribution.update"])
        .accepted();
    suite
        .from(
            &relaying,
            "none-from-downstream",
            "A node that relays a failure to which nobody downstream added anything: it starts from zeros.",
        )
        .change(|input| {
            input.attribution_data = None;
            input.packet = Some(hex_of(label::bytes("attribution.update/downstream", 292)));
        })
        .flag("interoperability")
        .spec("04-onion-routing.md:1167-1173")
        .shows(["bolt4.attribution.none-received"])
        .accepted();
    for byte in [0, 0xff] {
        suite
            .from(&relaying, format!("data-of-{byte:02x}"), format!("What came from downstream is {LENGTH} times {byte:02x}: nobody on the way can tell whether it is right."))
            .change(|input| input.attribution_data = Some(hex_of([byte; LENGTH])))
            .flag("bounds")
            .shows(SHIFTED)
            .accepted();
    }
    // What a node adds must be there for each place that it can have.
    let mut data = AttributionData::EMPTY;
    for hop in 0..25 {
        let secret = SharedSecret(label::bytes32(&format!("attribution.update/hop-{hop}")));
        let received = data.clone();
        data = data.updated(&secret, 100 + hop, &[hop as u8; 292]);
        if [1, 2, 10, 18, 19, 20, 24].contains(&hop) {
            let about = format!(
                "{hop} nodes have added their part before: {}.",
                if hop < 20 { "there is room" } else { "the first ones are pushed out" }
            );
            suite
                .from(&relaying, format!("behind-{hop}-nodes"), about)
                .change(|input| {
                    *input = AttributionUpdate {
                        shared_secret: hex_of(secret.0),
                        hold_time: 100 + hop,
                        packet: Some(hex_of([hop as u8; 292])),
                        attribution_data: Some(hex_of(received.0)),
                    };
                })
                .flag("bounds")
                .shows(SHIFTED)
                .accepted();
        }
    }
}

fn published_updates(suite: &mut Suite) {
    let secrets = published_secrets();
    for (name, packets, data, spec) in [
        ("failure", true, published::FAILURE_ATTRIBUTION, VECTORS),
        ("fulfilment", false, published::FULFILMENT_ATTRIBUTION, VECTORS_OF_SUCCESS),
    ] {
        for node in (0..5).rev() {
            let packet = match node {
                4 => published_clear(),
                _ => unhex(published::RETURN_PACKETS[node + 1]),
            };
            let input = AttributionUpdate {
                shared_secret: hex_of(secrets[node].0),
                hold_time: 5 - node as u32,
                packet: packets.then(|| packet.into()),
                attribution_data: data.get(node + 1).map(|data| hex_of(unhex(data))),
            };
            suite
                .case(
                    format!("bolt4-{name}-node-{node}"),
                    format!("BOLT 4's {name} at node {node}. (The text lists the hold times from the first node to the last; the values have them from the last to the first.)"),
                    input,
                )
                .flag("published")
                .spec(spec)
                .step("um", key(KeyType::Um, &secrets[node].0))
                .step("ammagext", key(KeyType::Ammagext, &secrets[node].0))
                .shows(if node == 4 { &ADDED[..] } else { &SHIFTED[..] })
                .accepted();
        }
    }
}

/// Hold times, packets and secrets, at the node that fails and at one before it.
fn updated(suite: &mut Suite, name: &str, twin: &Twin<AttributionUpdate>, shown: &[&'static str]) {
    for time in [0, 1, 255, 256, 65_536, 0x7fff_ffff, 0x8000_0000, u32::MAX] {
        suite
            .from(
                twin,
                format!("{name}-node-hold-time-{time}"),
                format!("A hold time of {time}, in units of 100 milliseconds."),
            )
            .change(|input| input.hold_time = time)
            .flag("integer-width")
            .shows(shown)
            .accepted();
    }
    for length in [0, 1, 256, 293, 1060, 4096] {
        suite
            .from(
                twin,
                format!("{name}-node-packet-of-{length}-bytes"),
                format!("The return packet has {length} bytes."),
            )
            .change(|input| input.packet = Some(hex_of(label::bytes("attribution.update/packet", length))))
            .flag("bounds")
            .shows(shown)
            .accepted();
    }
    for (key_type, of) in [(KeyType::Um, "um"), (KeyType::Ammagext, "ammagext")] {
        let secret = (0..)
            .map(|counter| label::bytes32(&format!("attribution.update/{of}/{counter}")))
            .find(|secret| key(key_type, secret)[0] == 0)
            .unwrap_or_else(|| unreachable!("one key in 256 starts with a zero byte"));
        suite
            .from(
                twin,
                format!("{name}-node-{of}-starts-with-00"),
                format!("The {of} key starts with a zero byte, which counts."),
            )
            .change(|input| input.shared_secret = hex_of(secret))
            .flag("coordinate")
            .shows(shown)
            .accepted();
    }
    suite
        .from(twin, format!("{name}-node-secret-all-zero"), "A shared secret of zero bytes.")
        .change(|input| input.shared_secret = hex_of([0; 32]))
        .flag("coordinate")
        .shows(shown)
        .accepted();
}

/// A payment that came back, as what happened on its way.
#[derive(Clone)]
struct Back {
    session_key: SecretKey,
    public_keys: Vec<PublicKey>,
    /// The hop that failed; none when the payment succeeded.
    failed: Option<usize>,
    /// The hold time of each hop.
    hold_times: Vec<u32>,
    /// What a node does to packet and data before it sends them upstream, and after it did its own part.
    meddles: Vec<(usize, Meddling)>,
    /// Nodes that know nothing of attribution: they send a failure on without it.
    without: Vec<usize>,
}

#[derive(Clone, Copy)]
enum Meddling {
    /// Flips bits of a byte of the packet.
    Packet(usize, u8),
    /// Flips bits of a byte of the data.
    Data(usize, u8),
}

impl Back {
    fn new(hops: usize, failed: Option<usize>) -> Self {
        Self {
            session_key: label::secret("attribution.open/session_key"),
            public_keys: (0..hops).map(|hop| hop_key(hop).public_key()).collect(),
            failed,
            hold_times: (0..hops).map(|hop| 10 * (hops - hop) as u32 + 1).collect(),
            meddles: Vec::new(),
            without: Vec::new(),
        }
    }

    fn secrets(&self) -> Vec<SharedSecret> {
        shared_secrets(&self.session_key, self.public_keys.iter().copied())
    }

    /// What the payer gets: the packet, if the payment failed, and the data.
    fn returned(&self) -> (Vec<u8>, AttributionData) {
        let secrets = self.secrets();
        let from = self.failed.unwrap_or(secrets.len() - 1);
        let mut packet = match self.failed {
            Some(hop) => {
                let message = unhex("400f00000000000186a0000c3500");
                return_packet::create(&secrets[hop], &message, return_packet::pad_length(message.len()))
                    .unwrap_or_else(|| unreachable!("a short message fits"))
            }
            None => Vec::new(),
        };
        let mut data = AttributionData::EMPTY;
        for hop in (0..=from).rev() {
            data = match self.without.contains(&hop) {
                true => AttributionData::EMPTY,
                false => data.updated(&secrets[hop], self.hold_times[hop], &packet),
            };
            obfuscate(&secrets[hop], &mut packet);
            for (_, meddling) in self.meddles.iter().filter(|(node, _)| *node == hop) {
                match meddling {
                    Meddling::Packet(byte, bits) => packet[*byte] ^= bits,
                    Meddling::Data(byte, bits) => data.0[*byte] ^= bits,
                }
            }
        }
        (packet, data)
    }
}

impl Subject for Back {
    fn build(&self, _operation: &str) -> Input {
        let (packet, data) = self.returned();
        Input::AttributionOpen(AttributionOpen {
            session_key: hex_of(self.session_key.encode()),
            public_keys: self.public_keys.iter().map(|key| hex_of(key.encode())).collect(),
            packet: self.failed.map(|_| packet.into()),
            attribution_data: hex_of(data.0),
        })
    }
}

/// `attribution.open`.
pub fn open(suite: &mut Suite) {
    for (name, failed, spec) in [("failure", Some(4), VECTORS), ("fulfilment", None, VECTORS_OF_SUCCESS)] {
        let (packet, data) = match failed {
            Some(_) => (Some(hex_of(unhex(published::RETURN_PACKETS[0]))), published::FAILURE_ATTRIBUTION[0]),
            None => (None, published::FULFILMENT_ATTRIBUTION[0]),
        };
        let input = AttributionOpen {
            session_key: hex_of([0x41; 32]),
            public_keys: (0x41..=0x45).map(|key| hex_of(repeated(key).public_key().encode())).collect(),
            packet,
            attribution_data: hex_of(unhex(data)),
        };
        suite
            .case(format!("bolt4-{name}"), format!("BOLT 4's {name}, as the payer gets it."), input)
            .flag("published")
            .spec(spec)
            .shows(READ)
            .accepted();
    }
    suite.section(PAYER);
    for (hops, failed) in
        [(1, &[0][..]), (2, &[0, 1]), (5, &[0, 2, 4]), (10, &[4]), (19, &[18]), (HOPS, &[0, 1, 10, 18, 19])]
    {
        for hop in failed {
            read(
                suite,
                format!("{hops}-hops-hop-{hop}-failed"),
                format!("Hop {hop} of {hops} failed, counted from 0: the hold times end with its own."),
                Back::new(hops, Some(*hop)),
                "basic",
            );
        }
        read(
            suite,
            format!("{hops}-hops-fulfilled"),
            format!("The payment over {hops} hops succeeded: every hop has a hold time."),
            Back::new(hops, None),
            "basic",
        );
    }
    let mut times = Back::new(5, Some(4));
    times.hold_times = vec![u32::MAX, 0x8000_0000, 256, 1, 0];
    read(
        suite,
        "hold-times-of-all-widths".into(),
        "Hold times of 2^32 - 1, 2^31, 256, 1 and 0.".into(),
        times,
        "integer-width",
    );
    for (kind, failed) in [("failure", Some(4)), ("fulfilment", None)] {
        let mut times = Back::new(5, failed);
        times.hold_times = vec![0; 5];
        let about = format!("A {kind}, and all hold times are 0.");
        read(suite, format!("{kind}-hold-times-of-0"), about, times, "bounds");
    }
    for node in [0, 5] {
        let mut behind = Back::new(HOPS, None);
        behind.meddles = vec![(node, Meddling::Data((HOPS - 1 - node) * 4 + 3, 1))];
        read(
            suite,
            format!("20-hops-hold-time-of-the-last-changed-by-node-{node}"),
            format!("Node {node} of twenty changes the last one's hold time when its own HMACs are made."),
            behind,
            "authenticity",
        );
    }
    meddled(suite);
}

fn read(suite: &mut Suite, name: String, about: String, back: Back, flag: &str) {
    let spec = if back.failed.is_none() { SUCCESS } else { PAYER };
    let shown: &[&'static str] = if back.failed.is_none() {
        &["bolt4.attribution.success", "bolt4.attribution.verify"]
    } else {
        &READ
    };
    let mut draft = suite.case(name, about, back.clone()).flag(flag).spec(spec).shows(shown);
    let changes_packet = back.meddles.iter().any(|(_, meddling)| matches!(meddling, Meddling::Packet(..)));
    if changes_packet {
        draft = draft.shows(["bolt4.attribution.source"]);
    }
    draft.accepted();
}

/// Someone changes something on the way.
fn meddled(suite: &mut Suite) {
    let route = |failed| Back::new(5, failed);
    let mut changed = |name: &str, about: &str, change: &dyn Fn(&mut Back)| {
        for (kind, failed) in [("failure", Some(4)), ("fulfilment", None)] {
            let mut back = route(failed);
            change(&mut back);
            if failed.is_none()
                && back.meddles.iter().any(|(_, meddling)| matches!(meddling, Meddling::Packet(..)))
            {
                continue;
            }
            read(suite, format!("{kind}-{name}"), about.into(), back, "authenticity");
        }
    };
    for node in 0..5 {
        changed(
            &format!("packet-changed-by-node-{node}"),
            &format!(
                "Node {node} of five flips a bit of the packet when it has done its own part: its own HMAC is the first wrong one."
            ),
            &|back| back.meddles = vec![(node, Meddling::Packet(100, 1))],
        );
        changed(
            &format!("own-hold-time-changed-by-node-{node}"),
            &format!("Node {node} of five flips a bit of its hold time when its HMACs are made."),
            &|back| back.meddles = vec![(node, Meddling::Data(3, 1))],
        );
    }
    for (name, byte) in [("first", 80), ("second", 81), ("third", 82), ("fourth", 83)] {
        // Node 0 of five has four hops behind it: its HMAC is the sixteenth.
        let byte = byte + 15 * 4;
        changed(
            &format!("{name}-byte-of-the-hmac"),
            &format!("A bit of the {name} byte of the first node's HMAC is flipped: all four count."),
            &|back| back.meddles = vec![(0, Meddling::Data(byte, 1))],
        );
    }
    for (name, about, byte) in [
        (
            "unused-hmac-of-the-first-node",
            "A bit of an HMAC that the first node made for another place in the route: the payer does not look at it.",
            80,
        ),
        (
            "unused-hmac-for-one-hop-more",
            "A bit of the HMAC that the first node made for five hops behind it, where there are four.",
            80 + 14 * 4,
        ),
        (
            "unused-hmac-for-one-hop-less",
            "A bit of the HMAC that the first node made for three hops behind it, where there are four.",
            80 + 16 * 4,
        ),
        ("unused-hmac-at-the-end", "A bit of the last HMAC, for which the route is too short.", LENGTH - 1),
        (
            "hold-time-behind-the-route",
            "A bit of the sixth hold time, for which the route is too short.",
            5 * 4,
        ),
    ] {
        changed(name, about, &|back| back.meddles = vec![(0, Meddling::Data(byte, 1))]);
    }
    for (name, about, byte) in [
        (
            "hold-time-of-the-second-node",
            "The first node changes the second one's hold time when its own HMACs are made.",
            4 + 3,
        ),
        (
            "hold-time-of-the-last-node",
            "The first node changes the last one's hold time when its own HMACs are made.",
            4 * 4 + 3,
        ),
        // Node 1 has three hops behind it: the HMAC with number 15 of its 19.
        (
            "hmac-of-the-second-node",
            "The first node changes the second one's HMAC when its own are made.",
            80 + (20 + 15) * 4,
        ),
        (
            "hmac-of-the-last-node",
            "The first node changes the last one's HMAC when its own are made.",
            80 + (20 + 19 + 18 + 17 + 15) * 4,
        ),
    ] {
        changed(name, about, &|back| back.meddles = vec![(0, Meddling::Data(byte, 1))]);
    }
    for node in [0, 2, 4] {
        changed(
            &format!("node-{node}-without-attribution"),
            &format!(
                "Node {node} of five does not know attribution_data and sends none; the one before it starts from zeros, and what is before can be read."
            ),
            &|back| back.without = vec![node],
        );
    }
    let mut middle = Back::new(5, Some(2));
    middle.meddles = vec![(1, Meddling::Packet(3, 0x80))];
    read(suite, "failure-in-the-middle-changed-on-the-way".into(), "The third of five hops failed, and the second changed the packet: nobody is known to have failed, and the data says where it was.".into(), middle, "authenticity");
    // Node 0 of five has four hops behind it, of which two know of the failure: HMAC 17 of its 20 is for those two.
    let mut shorter = Back::new(5, Some(2));
    shorter.meddles = vec![(0, Meddling::Data(80 + 17 * 4, 1))];
    read(
        suite,
        "failure-in-the-middle-unused-hmac-of-the-first-node".into(),
        "The third of five hops failed. A bit of the HMAC that the first node made for two hops behind it is flipped: the place in the route counts, and there are four.".into(),
        shorter,
        "authenticity",
    );
    // Node 1 of three has one hop behind it: HMAC 18 of its 20 is for that place, and HMAC 19 for the last.
    for (name, about, hmac) in [
        (
            "own-hmac",
            "for its place in the route: it is the one that counts, though the failure is its own",
            18,
        ),
        (
            "hmac-as-the-last",
            "as if it were the last node: it does not count, though the failure is its own",
            19,
        ),
    ] {
        let mut back = Back::new(3, Some(1));
        back.meddles = vec![(1, Meddling::Data(80 + hmac * 4, 1))];
        let about = format!(
            "The second of three hops failed, and a bit is flipped in the HMAC that it made {about}."
        );
        read(suite, format!("failure-in-the-middle-{name}-changed"), about, back, "authenticity");
    }
    for node in [0, 2, 4] {
        let mut at_once = Back::new(5, Some(4));
        at_once.hold_times = vec![0; 5];
        at_once.meddles = vec![(node, Meddling::Data(80 + (15 + node) * 4, 1))];
        let about =
            format!("All hold times are 0, and a bit of node {node}'s HMAC for its place is flipped.");
        read(suite, format!("hold-times-of-0-hmac-of-node-{node}-changed"), about, at_once, "authenticity");
    }
    keys(suite);
    let mut lying = Back::new(5, Some(4));
    lying.hold_times[1] = 999_999;
    read(
        suite,
        "a-node-reports-another-time".into(),
        "The second node reports a time that cannot be: nothing is wrong with the HMACs.".into(),
        lying,
        "state",
    );
    // The data of another payment.
    let mut other = Back::new(5, Some(4));
    other.session_key = label::secret("attribution.open/another-session-key");
    let (_, data) = other.returned();
    let ours = Back::new(5, Some(4));
    let (packet, _) = ours.returned();
    let input = AttributionOpen {
        session_key: hex_of(ours.session_key.encode()),
        public_keys: ours.public_keys.iter().map(|key| hex_of(key.encode())).collect(),
        packet: Some(packet.into()),
        attribution_data: hex_of(data.0),
    };
    suite
        .case(
            "failure-with-the-data-of-another-payment",
            "The packet is of this payment and the data of another.",
            input,
        )
        .flag("state")
        .shows(READ)
        .accepted();
}

/// The payer's own keys, and those of its route.
fn keys(suite: &mut Suite) {
    let mut back = Back::new(3, Some(0));
    back.session_key = key_1();
    let Input::AttributionOpen(input) = back.build("") else { return };
    let twin = suite
        .case("session-key-1", "The session key is 1, and the first of three hops failed.", input)
        .flag("related-keys")
        .shows(READ)
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
