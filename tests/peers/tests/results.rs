//! The schema of the result and of the stream's lines: it accepts what is written, and rejects it after any one change. What is
//! written are the snapshots of the reports' tests.

#![allow(clippy::unwrap_used, reason = "a test file, its helpers included")]

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};
use spontan::protocol::strict;

/// A file of the project.
fn read(file: &str) -> String {
    std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file))
        .unwrap()
}

/// What a snapshot of a report holds, without insta's own lines.
fn snapshot(name: &str) -> String {
    let text = read(&format!("tests/snapshots/reports/{name}.snap"));
    text.splitn(3, "---\n").nth(2).unwrap().to_owned()
}

fn validator(at: &str) -> Validator {
    let schema = |file: &str| -> Value { strict::from_str(&read(&format!("docs/schemas/{file}"))).unwrap() };
    let registry = Registry::new()
        .add("urn:spontan:protocol:1", schema("protocol.schema.json"))
        .unwrap()
        .add("urn:spontan:result:2", schema("result.schema.json"))
        .unwrap()
        .prepare()
        .unwrap();
    let uri = format!("urn:spontan:result:2{at}");
    jsonschema::options().with_registry(&registry).build(&json!({ "$ref": uri })).unwrap()
}

#[track_caller]
fn assert_valid(validator: &Validator, value: &Value) {
    let errors: Vec<_> = validator.iter_errors(value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{value:#}\n{}", errors.join("\n"));
}

#[test]
fn the_result_is_what_its_schema_says() {
    let validator = validator("");
    let result: Value = serde_json::from_str(&snapshot("json")).unwrap();
    assert_valid(&validator, &result);
    for (at, wrong) in [
        ("/format", json!("spontan-result/1")),
        ("/vectors", json!("sha256:ab")),
        ("/shard", json!("0/2")),
        ("/exit", json!(2)),
        ("/codes", json!("some")),
        ("/broken", json!(1)),
        ("/hello/window", json!(0)),
        ("/counts/passed", json!(-1)),
        ("/results/0/status", json!("pass")),
        ("/results/0/outcome", json!("passed")),
        ("/results/0/level", json!("MUST")),
        ("/results/2/failed_level", json!("MUST")),
        ("/fail_on", json!("none")),
        ("/levels/must/run", json!(-1)),
        ("/results/2/actual", json!({"accept": {}, "error": ""})),
        ("/results/2/expected", json!({})),
        ("/results/2/known/why", Value::Null),
    ] {
        let mut changed = result.clone();
        *changed.pointer_mut(at).unwrap_or_else(|| panic!("{at}")) = wrong;
        assert!(!validator.is_valid(&changed), "{at}");
    }
    for at in ["", "/counts", "/results/0", "/results/2/known"] {
        let mut more = result.clone();
        more.pointer_mut(at).unwrap()["more"] = 1.into();
        assert!(!validator.is_valid(&more), "with another key at {at}");
    }
    for key in result.as_object().unwrap().keys().filter(|key| *key != "shard") {
        let mut less = result.clone();
        less.as_object_mut().unwrap().shift_remove(key);
        assert!(!validator.is_valid(&less), "without {key}");
    }
}

#[test]
fn the_lines_of_the_stream_are_what_the_schema_says() {
    let validator = validator("#/$defs/stream_line");
    let lines: Vec<Value> =
        snapshot("jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 12);
    for line in &lines {
        assert_valid(&validator, line);
        let mut changed = line.clone();
        changed["type"] = "line".into();
        assert!(!validator.is_valid(&changed));
        let mut more = line.clone();
        more["more"] = 1.into();
        assert!(!validator.is_valid(&more));
    }
    let footer = lines.last().unwrap();
    assert_eq!(footer["known_failures"].as_array().unwrap().len(), 2);
}
