//! The schema of the result against the code. What is written is held against it by `tests/peers`, which reads the snapshots.

use crate::protocol::strict;
use serde_json::Value;

/// The names in the schema are those of the code: each is read, and there are no others.
#[test]
fn names_are_those_of_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schemas/result.schema.json");
    let schema: Value = strict::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let names = |name: &str| schema["$defs"][name]["enum"].as_array().unwrap().clone();
    for name in names("status") {
        serde_json::from_value::<crate::report::Status>(name).unwrap();
    }
    for name in names("outcome") {
        serde_json::from_value::<crate::harness::Outcome>(name).unwrap();
    }
    let unknown = |error: serde_json::Error| error.to_string();
    let all = |text: String, name: &str| names(name).len() == text.matches('`').count() / 2 - 1;
    let status = serde_json::from_value::<crate::report::Status>("x".into()).map_err(unknown).unwrap_err();
    let outcome = serde_json::from_value::<crate::harness::Outcome>("x".into()).map_err(unknown).unwrap_err();
    assert!(all(status, "status") && all(outcome, "outcome"));
}
