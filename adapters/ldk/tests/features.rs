//! bLIP 3's feature, announced and read, and a bit that nobody knows.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use serde_json::{Value, json};
use spontan::protocol::serve::answer_json;
use spontan::protocol::{Content, Rejection};
use spontan_adapter_ldk::answer;

fn ask(operation: &str, input: &Value) -> Result<Value, Option<String>> {
    match answer_json(operation, &input.to_string(), answer) {
        Content::Accept(output) => Ok(output),
        Content::Reject(Rejection { reason, .. }) => Err(Some(reason.raw().to_owned())),
        _ => Err(None),
    }
}

#[test]
fn keysend_is_announced_and_read() {
    let announced = ask("features.announce", &json!({ "bits": [9, 15, 17, 55] })).unwrap();
    assert_eq!(announced, json!({ "features": "80000000028200" }));
    let input = json!({ "payment": "keysend", "node_features": announced["features"] });
    assert_eq!(ask("features.may_pay", &input).unwrap(), json!({ "keysend": "optional" }));
}

#[test]
fn an_even_bit_that_ldk_does_not_know_is_not_paid() {
    let node = json!({ "payment": "keysend", "node_features": "10000000000080000000028200" });
    let words = "Failed to find a path to the given destination";
    assert_eq!(ask("features.may_pay", &node), Err(Some(words.into())));
    let invoice = json!({ "payment": "invoice", "node_features": "028200", "invoice_features": "10000000000000000000028200" });
    let Err(Some(words)) = ask("features.may_pay", &invoice) else { panic!("LDK has read the invoice") };
    assert!(words.contains("features"), "{words}");
}
