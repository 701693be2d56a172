//! Payments that Spontan's reference makes, over the channel: what LDK decides, and what its payer gets to know.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use serde_json::{Value, json};
use spontan::bolt1::{PublicKey, SecretKey};
use spontan::bolt4::{Hop, Preimage, construct};
use spontan::protocol::{Content, serve::answer_json};
use spontan_adapter_ldk_channel_manager::answer;

const HEIGHT: u32 = 800_000;
const PREIMAGE: [u8; 32] = [0x0b; 32];

/// An HTLC of 50,000 msat that expires at 800,144, with this payload and a packet of its own.
fn htlc(session_key: u8, payload: &[u8]) -> Value {
    htlc_of_hops(session_key, &[Hop { public_key: public_key(0x2a), payload }])
}

fn htlc_of_hops(session_key: u8, hops: &[Hop<'_>]) -> Value {
    let hash = Preimage(PREIMAGE).payment_hash().0;
    let session_key = SecretKey::decode(&[session_key; 32]).unwrap();
    let packet = construct(&session_key, hops, &hash).unwrap();
    json!({ "event": "htlc", "htlc": {
        "amount_msat": "50000", "cltv_expiry": 800_144, "payment_hash": hex::encode(hash), "packet": hex::encode(packet),
    } })
}

fn public_key(secret: u8) -> PublicKey {
    SecretKey::decode(&[secret; 32]).unwrap().public_key()
}

/// 50,000 msat of a keysend of 100,000.
fn half() -> Vec<u8> {
    let secret = "5c".repeat(32);
    let preimage = hex::encode(PREIMAGE);
    hex::decode(format!("0202c35004030c35900823{secret}0186a0ff0000000146c6616c20{preimage}")).unwrap()
}

fn outcomes(events: Value, keysend: &str) -> Value {
    let input = json!({
        "node_secret": "2a".repeat(32),
        "height": HEIGHT,
        "settings": { "keysend": keysend, "shared_secret": "off", "min_final_cltv_expiry_delta": 18 },
        "events": events,
    });
    match answer_json("node.sequence", &input.to_string(), answer) {
        Content::Accept(output) => output["outcomes"].clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn both_halves_of_a_keysend_are_claimed_when_the_second_is_there() {
    let halves = json!([htlc(1, &half()), htlc(2, &half())]);
    let preimage = hex::encode(PREIMAGE);
    assert_eq!(
        outcomes(halves, "accept"),
        json!([[{ "htlc": 0, "outcome": "held" }], [
            { "htlc": 0, "outcome": "claimed", "preimage": preimage },
            { "htlc": 1, "outcome": "claimed", "preimage": preimage },
        ]])
    );
}

#[test]
fn a_half_is_held_for_179_seconds_and_given_up_after_180() {
    let events = [
        htlc(1, &half()),
        json!({ "event": "time", "seconds": 179 }),
        json!({ "event": "time", "seconds": 1 }),
    ];
    let outcomes = outcomes(json!(events), "accept");
    assert_eq!(outcomes[1], json!([]));
    assert_eq!(
        outcomes[2],
        json!([{ "htlc": 0, "outcome": "failed", "reason": "MPPTimeout", "code": "0017", "data": "" }])
    );
}

#[test]
fn the_payer_of_a_keysend_that_is_refused_learns_the_amount_and_the_height_of_the_case() {
    let outcomes = outcomes(json!([htlc(1, &half()), htlc(2, &half())]), "refuse");
    // 50,000 msat and block 800,000.
    for failed in outcomes[1].as_array().unwrap() {
        assert_eq!((&failed["code"], &failed["data"]), (&json!("400f"), &json!("000000000000c350000c3500")));
    }
    assert_eq!(outcomes[1].as_array().unwrap().len(), 2);
}

/// LDK takes one output in eight for a phantom node's, which one depends on the node: here a node is asked for all eight.
#[test]
fn an_htlc_is_forwarded_to_whichever_output_its_packet_names() {
    let (mut events, mut forwarded) = (Vec::new(), Vec::new());
    for output in 0..8 {
        let channel = format!("0c3500000100{output:04x}");
        // To expire at 800,080: LDK looks for a phantom node only where it keeps 48 blocks (MIN_CLTV_EXPIRY_DELTA).
        let (relayed, last) = (hex::decode(format!("0202c2ec04030c35500608{channel}")).unwrap(), half());
        let hops = [(0x2a, &relayed), (0x2b, &last)];
        let hops = hops.map(|(secret, payload)| Hop { public_key: public_key(secret), payload });
        events.push(htlc_of_hops(output + 1, &hops));
        forwarded.push(json!([{ "htlc": output, "outcome": "forwarded", "short_channel_id": channel }]));
    }
    assert_eq!(outcomes(json!(events), "accept"), json!(forwarded));
}
