//! Payments from one implementation to the other: Spontan's reference and LDK make the same packets, peel each other's,
//! hop by hop in turn, and claim each other's keysends.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use serde_json::{Value, json};
use spontan::bolt1::SecretKey;
use spontan::bolt4::{Blocks, Msat, Packet, PaymentHash, Preimage, ShortChannelId, peel};
use spontan::node::{Htlc, Node, Outcome, Policies, Settings};
use spontan::protocol::serve::answer_json;
use spontan::protocol::{Content, Rejection};
use spontan::scheme::keysend;
use spontan::scheme::route::RouteHop;

const AMOUNT: u64 = 100_000;
const EXPIRY: u32 = 800_144;
const HEIGHT: u32 = 800_000;
const ROUTES: [usize; 4] = [1, 2, 5, 20];

/// A route whose keys, preimage and session key differ from those of every other length.
struct Route {
    session_key: SecretKey,
    preimage: Preimage,
    nodes: Vec<SecretKey>,
    hops: Vec<RouteHop>,
}

impl Route {
    fn new(length: usize) -> Self {
        let key = |seed: usize| SecretKey::decode(&[seed as u8; 32]).unwrap();
        let nodes: Vec<_> = (0..length).map(|hop| key(0x21 + length + hop)).collect();
        // The last two hops are told the same, as LDK does; before, every hop takes its fee and its blocks.
        let fees = |hop: usize| (length - 1).saturating_sub(hop + 1);
        let hop = |(hop, node): (usize, &SecretKey)| RouteHop {
            public_key: node.public_key(),
            amt_to_forward: Msat(AMOUNT + 1000 * fees(hop) as u64),
            outgoing_cltv_value: Blocks(EXPIRY + 40 * fees(hop) as u32),
            short_channel_id: (hop + 1 < length).then_some(ShortChannelId([0, 1, 2, 3, 4, 5, 6, hop as u8])),
        };
        let hops = nodes.iter().enumerate().map(hop).collect();
        Self { session_key: key(0x61 + length), preimage: Preimage([length as u8; 32]), nodes, hops }
    }

    fn payment_hash(&self) -> PaymentHash {
        self.preimage.payment_hash()
    }

    fn made_by_spontan(&self) -> Packet {
        keysend::send(&self.session_key, &self.preimage, &self.hops, &[]).unwrap().packet
    }

    fn made_by_ldk(&self) -> Packet {
        let hop = |hop: &RouteHop| {
            let mut fields = json!({
                "public_key": hex::encode(hop.public_key.encode()),
                "amt_to_forward": hop.amt_to_forward.0.to_string(),
                "outgoing_cltv_value": hop.outgoing_cltv_value.0,
            });
            if let Some(channel) = hop.short_channel_id {
                fields["short_channel_id"] = json!(hex::encode(channel.0));
            }
            fields
        };
        let input = json!({
            "session_key": hex::encode(self.session_key.encode()),
            "preimage": hex::encode(self.preimage.0),
            "hops": self.hops.iter().map(hop).collect::<Vec<_>>(),
            "custom_records": [],
        });
        let output = accepted("keysend.send", &input);
        assert_eq!(output["payment_hash"], hex::encode(self.payment_hash().0));
        packet(&output["packet"])
    }

    /// What each node peels, the first one in LDK if `ldk_first`, then in turn; gives what reaches the last one.
    fn travel(&self, mut packet: Packet, ldk_first: bool) -> Packet {
        for (index, node) in self.nodes[..self.nodes.len() - 1].iter().enumerate() {
            let in_ldk = (index % 2 == 0) == ldk_first;
            let next = if in_ldk { self.peel_in_ldk(node, &packet) } else { self.peel(node, &packet) };
            packet = next.unwrap_or_else(|| panic!("hop {index} takes itself for the final one"));
        }
        packet
    }

    fn peel(&self, node: &SecretKey, packet: &Packet) -> Option<Packet> {
        peel(node, packet, &self.payment_hash().0, None).unwrap().next_packet
    }

    fn peel_in_ldk(&self, node: &SecretKey, sent: &Packet) -> Option<Packet> {
        let input = json!({
            "node_secret": hex::encode(node.encode()),
            "packet": hex::encode(sent),
            "associated_data": hex::encode(self.payment_hash().0),
        });
        let output = accepted("onion.peel", &input);
        let secret = peel(node, sent, &self.payment_hash().0, None).unwrap().shared_secret;
        assert_eq!(output["shared_secret"], hex::encode(secret.0));
        (output["final"] == false).then(|| packet(&output["next_packet"]))
    }

    /// The final node in LDK.
    fn received_by_ldk(&self, packet: &Packet) -> Content {
        let last = self.nodes.last().unwrap();
        asked(
            "keysend.receive",
            &json!({
                "node_secret": hex::encode(last.encode()),
                "height": HEIGHT,
                "settings": { "keysend": "accept", "shared_secret": "off", "min_final_cltv_expiry_delta": 18 },
                "htlc": {
                    "amount_msat": AMOUNT.to_string(),
                    "cltv_expiry": EXPIRY,
                    "payment_hash": hex::encode(self.payment_hash().0),
                    "packet": hex::encode(packet),
                },
            }),
        )
    }

    /// The final node in the reference.
    fn received_by_spontan(&self, packet: &Packet) -> Outcome {
        let settings =
            Settings { keysend: true, shared_secret: None, min_final_cltv_expiry_delta: Blocks(18) };
        let last = *self.nodes.last().unwrap();
        let mut node = Node::new(last, Blocks(HEIGHT), settings, Policies::default());
        let htlc = Htlc {
            amount: Msat(AMOUNT),
            cltv_expiry: Blocks(EXPIRY),
            payment_hash: self.payment_hash(),
            packet,
            path_key: None,
        };
        node.receive(&htlc)[0].outcome
    }

    fn claimed_in_ldk(&self) -> Content {
        Content::Accept(json!({ "outcome": "claimed", "preimage": hex::encode(self.preimage.0) }))
    }
}

fn asked(operation: &str, input: &Value) -> Content {
    answer_json(operation, &input.to_string(), spontan_adapter_ldk::answer)
}

fn accepted(operation: &str, input: &Value) -> Value {
    match asked(operation, input) {
        Content::Accept(output) => output,
        other => panic!("{operation}: {other:?}"),
    }
}

fn rejected(answer: Content) -> Rejection {
    match answer {
        Content::Reject(rejection) => rejection,
        other => panic!("{other:?}"),
    }
}

fn packet(value: &Value) -> Packet {
    hex::decode(value.as_str().unwrap()).unwrap().try_into().unwrap()
}

#[test]
fn both_make_the_same_packet() {
    for length in ROUTES {
        let route = Route::new(length);
        assert_eq!(route.made_by_ldk(), route.made_by_spontan(), "{length} hops");
    }
}

#[test]
fn a_packet_of_spontan_travels_through_both_and_ldk_claims_it() {
    for length in ROUTES {
        let route = Route::new(length);
        for ldk_first in [true, false] {
            let last = route.travel(route.made_by_spontan(), ldk_first);
            assert_eq!(route.received_by_ldk(&last), route.claimed_in_ldk(), "{length} hops");
        }
    }
}

#[test]
fn a_packet_of_ldk_travels_through_both_and_spontan_claims_it() {
    for length in ROUTES {
        let route = Route::new(length);
        for ldk_first in [true, false] {
            let last = route.travel(route.made_by_ldk(), ldk_first);
            assert_eq!(route.received_by_spontan(&last), Outcome::Claimed(route.preimage), "{length} hops");
        }
    }
}

#[test]
fn each_node_of_a_route_gets_the_same_packet_from_both() {
    for length in ROUTES {
        let route = Route::new(length);
        let mut packet = route.made_by_spontan();
        for (index, node) in route.nodes.iter().enumerate() {
            let next = route.peel(node, &packet);
            assert_eq!(route.peel_in_ldk(node, &packet), next, "hop {index} of {length}");
            assert_eq!(next.is_none(), index + 1 == length);
            packet = next.unwrap_or(packet);
        }
    }
}

#[test]
fn neither_claims_a_packet_with_any_bit_flipped() {
    let route = Route::new(1);
    let good = route.made_by_ldk();
    // Every byte of version, key and HMAC, and a sample of the hop payloads.
    for byte in (0..good.len()).filter(|byte| *byte < 34 || *byte >= 1334 || byte % 97 == 0) {
        let mut packet = good;
        packet[byte] ^= 1 << (byte % 8);
        let ldk = rejected(route.received_by_ldk(&packet));
        let Outcome::Failed(rejection) = route.received_by_spontan(&packet) else {
            panic!("byte {byte}: claimed");
        };
        let code = format!("{:04x}", rejection.failure.unwrap().code());
        assert_eq!((ldk.reason.raw(), ldk.code), (rejection.reason, Some(code)), "byte {byte}");
    }
}

#[test]
fn neither_claims_what_is_for_another_node_or_hash() {
    let (route, other) = (Route::new(2), Route::new(5));
    let last = route.travel(route.made_by_spontan(), true);
    assert_eq!(rejected(other.received_by_ldk(&last)).code.as_deref(), Some("c005"));
    assert!(matches!(other.received_by_spontan(&last), Outcome::Failed(_)));
    // The first node of two is not the final one, whoever asks.
    let first = Route { nodes: route.nodes[..1].to_vec(), ..Route::new(2) };
    let forwarded = json!({ "outcome": "forwarded", "short_channel_id": "0001020304050600" });
    let forwarded = Content::Accept(forwarded);
    assert_eq!(first.received_by_ldk(&route.made_by_spontan()), forwarded);
    let channel = ShortChannelId([0, 1, 2, 3, 4, 5, 6, 0]);
    assert_eq!(first.received_by_spontan(&route.made_by_ldk()), Outcome::Forwarded(channel));
}

#[test]
fn ldk_peels_whatever_expiry_the_payload_asks() {
    for expiry in [4, 5, 52, 100, EXPIRY, 1 << 31, u32::MAX - 2016, u32::MAX - 100, u32::MAX - 48] {
        let mut route = Route::new(2);
        for hop in &mut route.hops {
            hop.outgoing_cltv_value = Blocks(expiry);
        }
        let first = route.made_by_spontan();
        let last = route.peel_in_ldk(&route.nodes[0], &first);
        assert_eq!(last, route.peel(&route.nodes[0], &first), "expiry {expiry}");
        assert_eq!(route.peel_in_ldk(&route.nodes[1], &last.unwrap()), None, "expiry {expiry}");
    }
    for expiry in [0, u32::MAX] {
        let mut route = Route::new(1);
        route.hops[0].outgoing_cltv_value = Blocks(expiry);
        assert_eq!(route.peel_in_ldk(&route.nodes[0], &route.made_by_spontan()), None, "expiry {expiry}");
    }
}
