//! The schema of the result and of the stream's lines: it accepts what is written, and rejects it after any one change.

use crate::harness::{Codes, Finding, Plan};
use crate::protocol::{Content, strict};
use crate::report::jsonl::Stream;
use crate::vectors::Level;
use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

use super::small;

fn read(file: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas").join(file);
    strict::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn validator(at: &str) -> Validator {
    let registry = Registry::new()
        .add("urn:spontan:protocol:1", read("protocol.schema.json"))
        .unwrap()
        .add("urn:spontan:result:2", read("result.schema.json"))
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
    let result = serde_json::to_value(small::result_that_fails_on(Level::Must)).unwrap();
    assert_valid(&validator, &result);
    let result = serde_json::to_value(small::result()).unwrap();
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

/// The lines of a stream of this set.
fn stream() -> Vec<Value> {
    let result = small::result();
    let (cases, file) = (small::cases(), tempfile::NamedTempFile::new().unwrap());
    let plan = Plan::new(&cases.iter().collect::<Vec<_>>(), small::hello(), Codes::Allowed);
    std::fs::write(&file, Stream::header(&result.about).unwrap()).unwrap();
    let appended = std::fs::OpenOptions::new().append(true).open(&file).unwrap();
    let mut stream = Stream::new(appended);
    stream.not_run("bigsize.encode/undeclared", "the adapter did not declare what it needs");
    for (index, case) in result.results.iter().enumerate().filter(|(_, case)| case.runs > 0) {
        let answer = case.actual.clone().unwrap_or(Content::Unsupported(String::new()));
        let judgement = plan.judge(index, &answer);
        let stderr = case.stderr.clone();
        stream.case(
            &plan,
            &Finding { index, round: 0, judgement, actual: case.actual.clone(), stderr },
            true,
        );
    }
    stream.finish(&result).unwrap();
    let text = std::fs::read_to_string(file.path()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_lines_of_the_stream_are_what_the_schema_says() {
    let validator = validator("#/$defs/stream_line");
    let lines = stream();
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

/// The names in the schema are those of the code: each is read, and there are no others.
#[test]
fn names_are_those_of_the_code() {
    let schema = read("result.schema.json");
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
