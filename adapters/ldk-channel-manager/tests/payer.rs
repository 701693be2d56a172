//! What LDK's payer reads from BOLT 4's published return packet and `attribution_data` ("Test Vector", "Returning Errors"), and
//! from data that a node has changed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use serde_json::{Value, json};
use spontan::bolt1::{PublicKey, SecretKey};
use spontan::bolt4::{attribution::AttributionData, construct};
use spontan::protocol::{Content, serve::answer_json};
use spontan_adapter_ldk_channel_manager::answer;

fn published() -> Value {
    serde_json::from_str(include_str!("../../../tests/published/bolt4-returning.json")).unwrap()
}

/// BOLT 4's five nodes: their secret keys are 32 bytes 41, 42 and so on, as is the session key.
fn route() -> Vec<PublicKey> {
    (0x41..=0x45).map(|secret| SecretKey::decode(&[secret; 32]).unwrap().public_key()).collect()
}

fn input(route: &[PublicKey], packet: Option<&Value>, data: &Value) -> Value {
    let keys: Vec<_> = route.iter().map(|key| hex::encode(key.encode())).collect();
    let mut input = json!({ "session_key": "41".repeat(32), "public_keys": keys, "attribution_data": data });
    if let Some(packet) = packet {
        input["packet"] = packet.clone();
    }
    input
}

fn ask(input: &Value) -> Content {
    answer_json("attribution.open", &input.to_string(), answer)
}

fn read(input: &Value) -> Value {
    match ask(input) {
        Content::Accept(output) => output,
        other => panic!("{other:?}"),
    }
}

/// The data of the published fulfilment as node 2 sends them with one bit flipped, and nodes 1 and 0 pass them on.
fn changed_by_node_2() -> Value {
    let published = published()["fulfilment"]["attribution_data"][2].clone();
    let mut data = AttributionData(hex::decode(published.as_str().unwrap()).unwrap().try_into().unwrap());
    data.0[0] ^= 1;
    let secrets = construct::shared_secrets(&SecretKey::decode(&[0x41; 32]).unwrap(), route());
    let data = data.updated(&secrets[1], 4, &[]).updated(&secrets[0], 5, &[]);
    json!(hex::encode(data.0))
}

#[test]
fn the_payer_is_told_the_hold_times_of_the_published_failure_and_fulfilment() {
    let published = published();
    let (failure, fulfilment) = (&published["failure"], &published["fulfilment"]);
    let failed = input(&route(), Some(&failure["packets"][0]), &failure["attribution_data"][0]);
    assert_eq!(read(&failed), json!({ "hold_times": [5, 4, 3, 2, 1] }));
    let fulfilled = input(&route(), None, &fulfilment["attribution_data"][0]);
    assert_eq!(read(&fulfilled), json!({ "hold_times": [5, 4, 3, 2, 1] }));
}

#[test]
fn the_hop_that_failed_is_named_with_its_code_or_nobody_is() {
    let ask = |packet: &str| {
        let keys: Vec<_> = route().iter().map(|key| hex::encode(key.encode())).collect();
        let input = json!({ "session_key": "41".repeat(32), "public_keys": keys, "packet": packet });
        answer_json("failure.open", &input.to_string(), answer)
    };
    let published = published();
    let packet = published["failure"]["packets"][0].as_str().unwrap();
    // The code is incorrect_or_unknown_payment_details.
    assert_eq!(ask(packet), Content::Accept(json!({ "hop": 4, "code": "400f" })));
    assert_eq!(ask(&packet.replace(&packet[..2], "00")), Content::reject("failure_source_unknown"));
    assert_eq!(ask(""), Content::reject("failure_source_unknown"));
}

#[test]
fn the_first_hop_whose_hmac_is_wrong_is_named_for_a_failure_and_a_fulfilment() {
    let changed = changed_by_node_2();
    assert_eq!(read(&input(&route(), None, &changed)), json!({ "hold_times": [5, 4], "invalid_hop": 2 }));
    // The data of the fulfilment cover no packet.
    let published = published();
    let failed = input(
        &route(),
        Some(&published["failure"]["packets"][0]),
        &published["fulfilment"]["attribution_data"][0],
    );
    assert_eq!(read(&failed), json!({ "hold_times": [], "invalid_hop": 0 }));
}

#[test]
fn each_of_a_hundred_payments_over_one_channel_is_read_by_itself() {
    let published = published();
    let right = input(&route(), None, &published["fulfilment"]["attribution_data"][0]);
    let wrong = input(&route(), None, &changed_by_node_2());
    for _ in 0..50 {
        assert_eq!(read(&right), json!({ "hold_times": [5, 4, 3, 2, 1] }));
        assert_eq!(read(&wrong), json!({ "hold_times": [5, 4], "invalid_hop": 2 }));
    }
}

#[test]
fn a_route_that_ldk_does_not_pay_over_leaves_the_next_payment_alone() {
    let data = published()["fulfilment"]["attribution_data"][0].clone();
    for hops in [0, 21] {
        let route: Vec<_> = route().into_iter().cycle().take(hops).collect();
        assert!(matches!(ask(&input(&route, None, &data)), Content::Unsupported(_)), "{hops} hops");
        assert_eq!(read(&input(&self::route(), None, &data)), json!({ "hold_times": [5, 4, 3, 2, 1] }));
    }
}
