//! The JSON Schemas against the code: they are schemas, they take every vectors file, every line of both sides and every
//! output of the reference, they refuse messages that are bent in one thing, and the names in them are those of the code.

#![allow(clippy::unwrap_used, reason = "a test file, its helpers included")]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};
use spontan::harness::{doctor, plan, session};
use spontan::node::Policies;
use spontan::protocol::reason::REASONS;
use spontan::protocol::{Content, OPERATIONS, PROFILES, strict};
use spontan::vectors::{Case, Suite, load, lock, requirement};

/// The directory of the project.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

const PROTOCOL: &str = "urn:spontan:protocol:1";
const VECTORS: &str = "urn:spontan:vectors:2";
const LOCK: &str = "urn:spontan:lock:1";
const REQUIREMENTS: &str = "urn:spontan:requirements:1";
const RESULT: &str = "urn:spontan:result:2";

/// Each schema with its license and its file.
const SCHEMAS: [(&str, &str, &str); 5] = [
    (PROTOCOL, "MIT OR Apache-2.0", "docs/schemas/protocol.schema.json"),
    (VECTORS, "CC0-1.0", "vectors/schemas/vectors.schema.json"),
    (LOCK, "CC0-1.0", "vectors/schemas/lock.schema.json"),
    (REQUIREMENTS, "CC0-1.0", "vectors/schemas/requirements.schema.json"),
    (RESULT, "MIT OR Apache-2.0", "docs/schemas/result.schema.json"),
];

/// The directory of the vectors.
fn vectors() -> &'static std::path::Path {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors").as_ref()
}

/// The suites, loaded once for all tests.
fn suites() -> &'static [Suite] {
    static SUITES: LazyLock<Vec<Suite>> = LazyLock::new(|| load::directory(vectors()).unwrap());
    &SUITES
}

fn schema(uri: &str) -> Value {
    let (_, _, file) = SCHEMAS.iter().find(|(id, ..)| *id == uri).unwrap();
    let path = std::path::Path::new(ROOT).join(file);
    strict::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The validator of a whole schema, or of one of the protocol's definitions.
fn validator(name: &str) -> Validator {
    let registry = SCHEMAS
        .iter()
        .fold(Registry::new(), |registry, (uri, ..)| registry.add(*uri, schema(uri)).unwrap())
        .prepare()
        .unwrap();
    let uri = if name.starts_with("urn:") { name.to_owned() } else { format!("{PROTOCOL}#/$defs/{name}") };
    jsonschema::options().with_registry(&registry).build(&json!({ "$ref": uri })).unwrap()
}

#[track_caller]
fn assert_valid(validator: &Validator, value: &Value, what: &str) {
    let errors: Vec<_> = validator
        .iter_errors(value)
        .take(3)
        .map(|error| format!("at {:?}: {}", error.instance_path().to_string(), error.masked()))
        .collect();
    assert!(errors.is_empty(), "{what}: {}", errors.join("\n"));
}

/// The strings of the list at `pointer`.
fn names(schema: &Value, pointer: &str) -> Vec<String> {
    let list = schema.pointer(pointer).unwrap_or_else(|| panic!("there is no {pointer}"));
    list.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

/// The operations.
fn operations() -> Vec<&'static str> {
    OPERATIONS.iter().map(|(name, _)| *name).collect()
}

#[test]
fn each_schema_is_one_and_says_what_it_is() {
    for (uri, license, _) in SCHEMAS {
        let schema = schema(uri);
        if let Err(error) = jsonschema::draft202012::meta::validate(&schema) {
            panic!("{uri}: {error}");
        }
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["$id"], uri);
        assert_eq!(schema["$comment"], format!("SPDX-License-Identifier: {license}"));
        assert!(schema["title"].is_string() && schema["description"].is_string(), "{uri}");
    }
}

/// Calls `visit` with every object schema that stands for itself, that is under no condition.
fn objects(schema: &Value, path: &str, visit: &mut dyn FnMut(&str, &Value)) {
    if schema.get("properties").is_some() && schema["type"] == "object" {
        visit(path, schema);
    }
    for key in ["$defs", "properties"] {
        for (name, inner) in schema.get(key).and_then(Value::as_object).into_iter().flatten() {
            objects(inner, &format!("{path}/{name}"), visit);
        }
    }
    if let Some(items) = schema.get("items") {
        objects(items, path, visit);
    }
}

#[test]
fn every_property_is_described_and_every_object_closed() {
    // The runner may say more one day; the fields of a rejection are closed where they are used.
    let open = ["/runner_hello", "/case", "/refusal_fields"];
    let mut seen = 0;
    for (uri, ..) in SCHEMAS {
        objects(&schema(uri), "", &mut |path, object| {
            for (name, property) in object["properties"].as_object().unwrap() {
                seen += 1;
                assert!(property["description"].is_string(), "{uri}{path}: {name} has no description");
            }
            let is_open = uri == PROTOCOL && open.contains(&path) || path == "/refusal_fields";
            let closed = object.get("additionalProperties") == Some(&Value::Bool(false));
            assert_eq!(closed, !is_open, "{uri}{path}");
        });
    }
    assert!(seen > 100, "only {seen} properties were looked at");
}

#[test]
fn every_vectors_file_the_lock_and_the_requirements_validate() {
    let suites = suites();
    assert_eq!(suites.len(), OPERATIONS.len());
    let validator_of_suites = validator(VECTORS);
    for suite in suites {
        assert_valid(&validator_of_suites, &serde_json::to_value(suite).unwrap(), &suite.suite);
    }
    let text = std::fs::read_to_string(vectors().join(lock::FILE)).unwrap();
    let lock = lock::parse(&text).unwrap();
    assert_eq!(lock.cases.len(), suites.iter().map(|suite| suite.cases.len()).sum::<usize>());
    assert_valid(&validator(LOCK), &serde_json::to_value(lock).unwrap(), lock::FILE);
    let requirements = requirement::directory(vectors()).unwrap().unwrap();
    assert_valid(&validator(REQUIREMENTS), &serde_json::to_value(requirements).unwrap(), requirement::FILE);
}

/// Every choice of policies that can change an answer, with the cases that it can change; first the defaults with all.
fn choices(suites: &[Suite]) -> Vec<(Policies, Vec<&Case>)> {
    let all = || suites.iter().flat_map(|suite| &suite.cases);
    let mut choices = vec![(Policies::default(), all().collect())];
    for (policy, values) in Policies::ALL {
        let turns_on = |case: &&Case| case.policies().contains(policy);
        for value in &values[1..] {
            let mut policies = Policies::default();
            assert!(policies.set(policy, value));
            choices.push((policies, all().filter(turns_on).collect()));
        }
    }
    choices
}

#[test]
fn every_line_of_both_sides_validates() {
    let (message, case, answer) = (validator(PROTOCOL), validator("case"), validator("answer"));
    let outputs: Vec<_> = operations().iter().map(|name| validator(&format!("output.{name}"))).collect();
    let (mut requests, mut answers, mut accepted) = (0, 0, 0);
    for (policies, cases) in choices(suites()) {
        let mut input = session::runner_hello();
        assert_valid(
            &validator("runner_hello"),
            &serde_json::from_slice(&input).unwrap(),
            "the runner's hello",
        );
        for (index, asked) in cases.iter().enumerate() {
            let line = plan::request(asked, index as u64 + 1);
            let value = strict::from_str(std::str::from_utf8(&line).unwrap()).unwrap();
            assert_valid(&message, &value, &asked.id);
            assert_valid(&case, &value, &asked.id);
            requests += 1;
            input.extend(line);
        }
        let mut output = Vec::new();
        spontan::reference::serve(input.as_slice(), &mut output, policies).unwrap();
        let mut lines = std::str::from_utf8(&output).unwrap().lines();
        let hello = strict::from_str(lines.next().unwrap()).unwrap();
        assert_valid(&message, &hello, "the adapter's hello");
        assert_valid(&validator("adapter_hello"), &hello, "the adapter's hello");
        for asked in &cases {
            let line = lines.next().unwrap();
            let value = strict::from_str(line).unwrap();
            assert_valid(&message, &value, &asked.id);
            assert_valid(&answer, &value, &asked.id);
            answers += 1;
            let content = strict::answer(line).unwrap().content;
            assert_eq!(
                content,
                spontan::reference::answer(asked.operation(), &asked.input, policies),
                "{}",
                asked.id
            );
            if let Content::Accept(output) = content {
                let index = operations().iter().position(|name| *name == asked.operation()).unwrap();
                assert_valid(&outputs[index], &output, &asked.id);
                accepted += 1;
            }
        }
        assert_eq!(lines.next(), None);
    }
    println!("{requests} requests, {answers} answers, {accepted} outputs");
    assert!(requests == answers && accepted > requests / 3);
}

/// One thing that is wrong: why, where, and what stands there instead; `None` when nothing does.
type Bend = (&'static str, &'static str, Option<Value>);

/// Every bent copy of a sound value is refused.
fn refuses(name: &str, sound: &Value, bends: &[Bend]) {
    let validator = validator(name);
    assert_valid(&validator, sound, name);
    for (why, pointer, instead) in bends {
        let mut bent = sound.clone();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        match (bent.pointer_mut(parent).unwrap(), instead) {
            (Value::Object(map), Some(value)) => drop(map.insert(key.to_owned(), value.clone())),
            (Value::Object(map), None) => drop(map.shift_remove(key).unwrap()),
            (Value::Array(list), Some(value)) => list[key.parse::<usize>().unwrap()] = value.clone(),
            (other, _) => panic!("{pointer}: {other} cannot be bent"),
        }
        assert_ne!(&bent, sound, "{why}");
        assert!(!validator.is_valid(&bent), "{name} takes what it must refuse ({why}): {bent}");
    }
}

#[test]
fn bent_hellos_are_refused() {
    let runner = json!({"type": "hello", "protocol": 1, "runner": "spontan 0.1.0"});
    refuses(
        PROTOCOL,
        &runner,
        &[
            ("no runner", "/runner", None),
            ("another version", "/protocol", Some(json!(2))),
            ("no message", "/type", Some(json!("hi"))),
        ],
    );
    let adapter = json!({
        "type": "hello", "protocol": 1,
        "implementation": {"name": "example", "version": "1.2.3", "language": "python"},
        "operations": ["bigsize.decode", "ecdh.shared_secret"], "policies": {"claimed_hash_again": "settle"},
        "profiles": ["bolt4"], "omits": ["ecdh.shared_secret.x"], "failure_detail": "code", "reads": "payload",
        "window": 64,
    });
    refuses(
        PROTOCOL,
        &adapter,
        &[
            ("a missing key", "/operations", None),
            ("a missing key inside", "/implementation/language", None),
            ("an extra key", "/extra", Some(json!(1))),
            ("an extra key inside", "/implementation/extra", Some(json!("x"))),
            ("another version", "/protocol", Some(json!(2))),
            ("a string for a number", "/protocol", Some(json!("1"))),
            ("an unknown operation", "/operations/0", Some(json!("keysend"))),
            ("an operation twice", "/operations/1", Some(json!("bigsize.decode"))),
            ("no operation", "/operations", Some(json!([]))),
            ("an unknown policy", "/policies/keysend", Some(json!("accept"))),
            ("another policy's value", "/policies/claimed_hash_again", Some(json!("reject"))),
            ("an unknown profile", "/profiles/0", Some(json!("bolt5"))),
            ("an unknown field", "/omits/0", Some(json!("ecdh.shared_secret.y"))),
            ("an unknown detail", "/failure_detail", Some(json!("all"))),
            ("an unknown door", "/reads", Some(json!("peeled"))),
            ("a window of 0", "/window", Some(json!(0))),
            ("a window of 1025", "/window", Some(json!(1025))),
            ("a string for a number", "/window", Some(json!("64"))),
            ("null for a missing key", "/policies", Some(Value::Null)),
        ],
    );
}

#[test]
fn bent_cases_are_refused() {
    let suites = suites();
    let htlc = case(suites, "keysend.receive/minimal");
    let request: Value = serde_json::from_slice(&plan::request(htlc, 1)).unwrap();
    refuses(
        PROTOCOL,
        &request,
        &[
            ("no seq", "/seq", None),
            ("a seq of 0", "/seq", Some(json!(0))),
            ("a string for a number", "/seq", Some(json!("1"))),
            ("an unknown operation", "/operation", Some(json!("keysend.forward"))),
            ("another operation's input", "/operation", Some(json!("bigsize.decode"))),
            ("a missing key", "/input/settings", None),
            ("an extra key", "/input/network", Some(json!("regtest"))),
            ("an extra key inside", "/input/htlc/id", Some(json!(0))),
            ("hex in capitals", "/input/node_secret", Some(json!("AB".repeat(32)))),
            ("hex with a prefix", "/input/node_secret", Some(json!("0x00"))),
            ("an odd number of digits", "/input/htlc/packet", Some(json!("000"))),
            ("bytes as a list", "/input/htlc/packet", Some(json!([0, 1]))),
            ("31 bytes", "/input/htlc/payment_hash", Some(json!("00".repeat(31)))),
            ("33 bytes", "/input/peeled/shared_secret", Some(json!("00".repeat(33)))),
            ("a number for a decimal string", "/input/htlc/amount_msat", Some(json!(100_000))),
            ("a leading zero", "/input/htlc/amount_msat", Some(json!("0100"))),
            ("a sign", "/input/htlc/amount_msat", Some(json!("-1"))),
            ("21 digits", "/input/htlc/amount_msat", Some(json!("1".repeat(21)))),
            ("a string for a number", "/input/height", Some(json!("800000"))),
            ("a fraction", "/input/height", Some(json!(0.5))),
            ("33 bits", "/input/height", Some(json!(1_u64 << 32))),
            ("a negative number", "/input/htlc/cltv_expiry", Some(json!(-1))),
            ("a boolean for a name", "/input/settings/keysend", Some(json!(true))),
            ("an unknown profile", "/input/settings/shared_secret", Some(json!("bolt5"))),
            ("a string for a boolean", "/input/peeled/final", Some(json!("true"))),
            ("null for a missing key", "/input/htlc/path_key", Some(Value::Null)),
        ],
    );
    let sequence = json!({"type": "case", "seq": 1, "operation": "node.sequence", "input": {
        "node_secret": "", "height": 1, "settings": htlc.input["settings"], "events": [
            {"event": "invoice", "preimage": "00".repeat(32), "payment_secret": "00".repeat(32)},
            {"event": "time", "seconds": 60},
        ],
    }});
    refuses(
        PROTOCOL,
        &sequence,
        &[
            ("an unknown event", "/input/events/1/event", Some(json!("reorg"))),
            ("another event's fields", "/input/events/1/event", Some(json!("height"))),
            ("31 bytes", "/input/events/0/preimage", Some(json!("00".repeat(31)))),
        ],
    );
}

#[test]
fn bent_answers_are_refused() {
    refuses(
        PROTOCOL,
        &json!({"seq": 7, "reject": {"reason": "preimage_mismatch", "code": "400f", "data": "00"}}),
        &[
            ("no seq", "/seq", None),
            ("a string for a number", "/seq", Some(json!("7"))),
            ("nothing but a seq", "/reject", None),
            ("two of four", "/accept", Some(json!({}))),
            ("two of four", "/error", Some(json!("x"))),
            ("an extra key", "/id", Some(json!("keysend.receive/minimal"))),
            ("no reason", "/reject/reason", None),
            ("an extra key inside", "/reject/layer", Some(json!("payment"))),
            ("a code in capitals", "/reject/code", Some(json!("400F"))),
            ("a code with a prefix", "/reject/code", Some(json!("0x400f"))),
            ("a code of one byte", "/reject/code", Some(json!("0f"))),
            ("a code as a number", "/reject/code", Some(json!(0x400f))),
            ("null for a missing key", "/reject/code", Some(Value::Null)),
            ("data without a code", "/reject/code", None),
            ("an odd number of digits", "/reject/data", Some(json!("000"))),
        ],
    );
    refuses(
        PROTOCOL,
        &json!({"seq": 7, "accept": {"value": "1"}}),
        &[
            ("no object", "/accept", Some(json!(true))),
            ("a verdict", "/verdict", Some(json!("accept"))),
            ("a type", "/type", Some(json!("answer"))),
        ],
    );
    refuses(
        PROTOCOL,
        &json!({"seq": 7, "unsupported": "x"}),
        &[("no text", "/unsupported", Some(json!(true)))],
    );
    refuses(PROTOCOL, &json!({"seq": 7, "error": "x"}), &[("no text", "/error", Some(json!({})))]);
}

#[test]
fn bent_outputs_are_refused() {
    let bytes = |count: usize| json!("00".repeat(count));
    let packet = || bytes(1366);
    let claimed = || json!({"outcome": "claimed", "preimage": bytes(32)});
    let sent =
        || json!({"preimage": bytes(32), "payment_hash": bytes(32), "final_payload": "", "packet": packet()});
    let mut keysend_sent = sent();
    keysend_sent.as_object_mut().unwrap().shift_remove("preimage");
    let of_claimed: Vec<Bend> = vec![
        ("claimed without a preimage", "/preimage", None),
        ("held with a preimage", "/outcome", Some(json!("held"))),
        ("an unknown outcome", "/outcome", Some(json!("settled"))),
        ("a number", "/htlc", Some(json!(0))),
        ("claimed with a channel", "/short_channel_id", Some(bytes(8))),
    ];
    let of_sent: Vec<Bend> = vec![
        ("31 bytes", "/payment_hash", Some(bytes(31))),
        ("a packet of 1365 bytes", "/packet", Some(bytes(1365))),
        ("no payload", "/final_payload", None),
        ("an extra key", "/session_key", Some(bytes(32))),
    ];
    let table: Vec<(&str, Value, Vec<Bend>)> = vec![
        (
            "bigsize.decode",
            json!({"value": "253", "length": 3}),
            vec![
                ("a number for a decimal string", "/value", Some(json!(253))),
                ("a string for a number", "/length", Some(json!("3"))),
                ("no length", "/length", None),
                ("2 bytes", "/length", Some(json!(2))),
            ],
        ),
        ("bigsize.encode", json!({"bytes": "00"}), vec![("hex in capitals", "/bytes", Some(json!("FF")))]),
        (
            "tlv.decode",
            json!({"records": [{"type": "1", "value": ""}]}),
            vec![
                ("a number for a decimal string", "/records/0/type", Some(json!(1))),
                ("an extra key", "/records/0/length", Some(json!(0))),
            ],
        ),
        (
            "ecdh.shared_secret",
            json!({"shared_secret": bytes(32), "x": bytes(32)}),
            vec![("a coordinate without its leading zero byte", "/x", Some(bytes(31)))],
        ),
        ("onion.construct", json!({"packet": packet()}), vec![("1367 bytes", "/packet", Some(bytes(1367)))]),
        (
            "onion.peel",
            json!({"final": true, "payload": "", "shared_secret": bytes(32)}),
            vec![
                ("a next packet behind the final hop", "/next_packet", Some(packet())),
                ("no next packet before it", "/final", Some(json!(false))),
                ("a number for a boolean", "/final", Some(json!(1))),
            ],
        ),
        ("keysend.send", keysend_sent, of_sent.clone()),
        ("keysend.receive", claimed(), of_claimed.clone()),
        ("shared_secret.send", sent(), of_sent),
        ("shared_secret.receive", claimed(), of_claimed),
        (
            "node.sequence",
            json!({"outcomes": [[], [
                {"htlc": 0, "outcome": "claimed", "preimage": bytes(32)},
                {"htlc": 1, "outcome": "failed", "reason": "replayed", "code": "400f", "data": ""},
            ]]}),
            vec![
                ("an entry that is no list", "/outcomes/0", Some(json!({}))),
                ("no number", "/outcomes/1/0/htlc", None),
                ("claimed for a reason", "/outcomes/1/0/reason", Some(json!("replayed"))),
                ("failed without a reason", "/outcomes/1/1/reason", None),
                ("failed with a preimage", "/outcomes/1/1/preimage", Some(bytes(32))),
                ("a layer", "/outcomes/1/1/layer", Some(json!("packet"))),
                ("codes in the vectors' form", "/outcomes/1/1/codes", Some(json!(["400f"]))),
            ],
        ),
        ("failure.create", json!({"packet": bytes(292)}), vec![("no packet", "/packet", None)]),
        ("failure.wrap", json!({"packet": bytes(292)}), vec![("no hex", "/packet", Some(json!("0")))]),
        (
            "failure.open",
            json!({"hop": 2, "failure_message": "2002", "code": "2002"}),
            vec![
                ("no hop", "/hop", None),
                ("a string for a number", "/hop", Some(json!("2"))),
                ("a code of one byte", "/code", Some(json!("20"))),
                ("a code of no message", "/failure_message", None),
            ],
        ),
        (
            "attribution.update",
            json!({"attribution_data": bytes(920)}),
            vec![("919 bytes", "/attribution_data", Some(bytes(919)))],
        ),
        (
            "attribution.open",
            json!({"hold_times": [1, 2], "invalid_hop": 2}),
            vec![
                ("no list", "/hold_times", None),
                ("a string for a number", "/hold_times/0", Some(json!("1"))),
                ("more than 32 bits", "/hold_times/1", Some(json!(4_294_967_296_u64))),
                ("a list for a number", "/invalid_hop", Some(json!([2]))),
            ],
        ),
        (
            "blinded.create",
            json!({"first_path_key": bytes(33), "hops": [
                {"blinded_node_id": bytes(33), "encrypted_recipient_data": bytes(16)},
            ]}),
            vec![
                ("32 bytes", "/first_path_key", Some(bytes(32))),
                ("a hop without data", "/hops/0/encrypted_recipient_data", None),
                ("an object for a list", "/hops", Some(json!({}))),
            ],
        ),
        (
            "blinded.unblind",
            json!({"blinded_secret": bytes(32), "recipient_data": "", "next_path_key": bytes(33)}),
            vec![
                ("no secret", "/blinded_secret", None),
                ("records for bytes", "/recipient_data", Some(json!([]))),
                ("no next key", "/next_path_key", None),
            ],
        ),
        (
            "features.may_pay",
            json!({"keysend": "optional"}),
            vec![
                ("another word", "/keysend", Some(json!("supported"))),
                ("a boolean", "/keysend", Some(json!(true))),
            ],
        ),
        (
            "features.announce",
            json!({"features": "80"}),
            vec![("a list of bits", "/features", Some(json!([7]))), ("nothing", "/features", None)],
        ),
        (
            "amp.split",
            json!({"children": [{"record": bytes(64), "preimage": bytes(32), "payment_hash": bytes(32)}]}),
            vec![
                ("no preimage", "/children/0/preimage", None),
                ("a hash of 31 bytes", "/children/0/payment_hash", Some(bytes(31))),
            ],
        ),
        (
            "amp.claim",
            json!({"preimages": [bytes(32)]}),
            vec![
                ("a preimage of 31 bytes", "/preimages/0", Some(bytes(31))),
                ("one preimage for a list", "/preimages", Some(bytes(32))),
            ],
        ),
        (
            "amp.sequence",
            json!({"outcomes": [[{"htlc": 0, "outcome": "held"}], []]}),
            vec![("held for a reason", "/outcomes/0/0/reason", Some(json!("replayed")))],
        ),
        (
            "payer.sequence",
            json!({"outcomes": [
                {"outcome": "sent", "payment_hash": bytes(32), "packet": bytes(1366)},
                {"outcome": "returned", "hop": 1, "failure_message": "2002"},
                {"outcome": "not_sent", "reason": "node_removed"},
                {"outcome": "noted"},
            ]}),
            vec![
                ("no packet", "/outcomes/0/packet", None),
                ("a hash where nothing is sent", "/outcomes/2/payment_hash", Some(bytes(32))),
                ("no reason", "/outcomes/2/reason", None),
                ("a code", "/outcomes/1/code", Some(json!("2002"))),
                ("another word", "/outcomes/3/outcome", Some(json!("ignored"))),
            ],
        ),
        (
            "offline.derive",
            json!({"preimage": bytes(32), "payment_hash": bytes(32), "short_channel_id": bytes(8)}),
            vec![
                ("a preimage of 31 bytes", "/preimage", Some(bytes(31))),
                ("a channel id of 9 bytes", "/short_channel_id", Some(bytes(9))),
            ],
        ),
    ];
    assert_eq!(table.iter().map(|(operation, ..)| *operation).collect::<Vec<_>>(), operations());
    for (operation, sound, bends) in &table {
        refuses(&format!("output.{operation}"), sound, bends);
    }
}

fn case<'a>(suites: &'a [Suite], id: &str) -> &'a Case {
    suites.iter().flat_map(|suite| &suite.cases).find(|case| case.id == id).unwrap()
}

/// The suite of a case, with this case alone.
fn alone(suites: &[Suite], case: &Case) -> Value {
    let suite = suites.iter().find(|suite| suite.suite == case.operation()).unwrap();
    serde_json::to_value(Suite { cases: vec![case.clone()], ..suite.clone() }).unwrap()
}

#[test]
fn bent_vectors_and_locks_are_refused() {
    let suites = suites();
    refuses(
        VECTORS,
        &alone(suites, case(suites, "bigsize.decode/bolt1-two-byte-not-canonical")),
        &[
            ("another form", "/schema", Some(json!("spontan-vectors/1"))),
            ("another suite", "/suite", Some(json!("bigsize.encode"))),
            ("no cases", "/cases", Some(json!([]))),
            ("an extra key", "/cases/0/comment", Some(json!("x"))),
            ("an id of another suite", "/cases/0/id", Some(json!("tlv.decode/x"))),
            ("an id in capitals", "/cases/0/id", Some(json!("bigsize.decode/X"))),
            ("no twin", "/cases/0/twin", None),
            ("another operation's input", "/cases/0/input", Some(json!({"value": "1"}))),
            ("a number for hex", "/cases/0/input/bytes", Some(json!(10))),
            ("nothing expected", "/cases/0/expect", None),
            ("two verdicts", "/cases/0/expect/0/accept", Some(json!({"value": "1", "length": 1}))),
            ("a reason of another layer", "/cases/0/expect/0/reject/layer", Some(json!("packet"))),
            ("an unknown reason", "/cases/0/expect/0/reject/reason", Some(json!("odd"))),
            ("no codes", "/cases/0/expect/0/reject/codes", Some(json!([]))),
            ("data without codes", "/cases/0/expect/0/reject/data", Some(json!(""))),
            ("an unknown level", "/cases/0/level", Some(json!("MUST"))),
            ("no flag", "/cases/0/flags", Some(json!([]))),
            ("no requirements", "/cases/0/requirements", None),
            ("an empty list of requirements", "/cases/0/requirements", Some(json!([]))),
            ("a requirement in capitals", "/cases/0/requirements/0", Some(json!("bolt1.Tlv"))),
            ("a requirement without a dot", "/cases/0/requirements/0", Some(json!("bolt1"))),
            ("a revision of 0", "/cases/0/revision", Some(json!(0))),
        ],
    );
    refuses(
        VECTORS,
        &alone(suites, case(suites, "bigsize.decode/bolt1-zero")),
        &[
            ("a twin", "/cases/0/twin", Some(json!("bigsize.decode/x"))),
            ("a number for a decimal string", "/cases/0/expect/0/accept/value", Some(json!(0))),
            (
                "an expected output of another operation",
                "/cases/0/expect/0/accept",
                Some(json!({"bytes": "00"})),
            ),
            ("a step that is no hex", "/cases/0/steps", Some(json!([{"name": "x", "value": "0x"}]))),
        ],
    );
    let failed = |suite: &Suite| {
        suite
            .cases
            .iter()
            .find(|case| {
                serde_json::to_value(case).unwrap().pointer("/expect/0/accept/outcomes/0/0/layer").is_some()
            })
            .cloned()
    };
    let sequence = suites.iter().find_map(failed).unwrap();
    refuses(
        VECTORS,
        &alone(suites, &sequence),
        &[
            ("a code for codes", "/cases/0/expect/0/accept/outcomes/0/0/code", Some(json!("400f"))),
            ("no layer", "/cases/0/expect/0/accept/outcomes/0/0/layer", None),
            ("another outcome", "/cases/0/expect/0/accept/outcomes/0/0/outcome", Some(json!("claimed"))),
        ],
    );
    for (policy, _) in Policies::ALL {
        let turns_on = |case: &&Case| case.policies().contains(policy);
        let Some(case) = suites.iter().flat_map(|suite| &suite.cases).find(turns_on) else { continue };
        refuses(
            VECTORS,
            &alone(suites, case),
            &[
                ("an unknown policy", "/cases/0/expect/0/when/keysend", Some(json!("accept"))),
                ("an unknown value", "/cases/0/expect/0/when", Some(json!({*policy: "other"}))),
                ("no expectation", "/cases/0/expect", Some(json!([]))),
                ("an expectation that is no list", "/cases/0/expect", Some(json!({"accept": {}}))),
                ("two verdicts", "/cases/0/expect/0", Some(json!({"accept": {}, "reject": {}}))),
            ],
        );
    }
    let lock = json!({
        "schema": "spontan-lock/1",
        "cases": [{"id": "a.b/c", "revision": 1, "digest": "00".repeat(32)}],
        "retired": [{"id": "a.b/d", "reason": "renamed", "successor": "a.b/c"}],
    });
    refuses_every_bend("", &validator(LOCK), &lock, &mut BTreeSet::new());
    refuses(
        LOCK,
        &lock,
        &[
            ("another form", "/schema", Some(json!("spontan-lock/2"))),
            ("31 bytes", "/cases/0/digest", Some(json!("00".repeat(31)))),
            ("a revision of 0", "/cases/0/revision", Some(json!(0))),
            ("no id", "/cases/0/id", Some(json!("c"))),
            ("an empty reason", "/retired/0/reason", Some(json!(""))),
            ("no list of the retired", "/retired", None),
            ("an extra key", "/extra", Some(json!(1))),
        ],
    );
    let requirements = json!({
        "schema": "spontan-requirements/1",
        "documents": [{"name": "a.md", "title": "A", "source": "b/c", "commit": "00".repeat(20)}],
        "requirements": [{
            "id": "a.b-c", "level": "must", "text": "x", "document": "a.md", "section": "S", "lines": "1,3-4",
            "waiver": "y",
        }],
    });
    refuses_every_bend("", &validator(REQUIREMENTS), &requirements, &mut BTreeSet::new());
    refuses(
        REQUIREMENTS,
        &requirements,
        &[
            ("another form", "/schema", Some(json!("spontan-requirements/2"))),
            ("a short commit", "/documents/0/commit", Some(json!("00"))),
            ("an id without a dot", "/requirements/0/id", Some(json!("a"))),
            ("a level in capitals", "/requirements/0/level", Some(json!("MUST"))),
            ("an empty text", "/requirements/0/text", Some(json!(""))),
            ("an empty waiver", "/requirements/0/waiver", Some(json!(""))),
            ("lines with a space", "/requirements/0/lines", Some(json!("1, 3"))),
            ("line 0", "/requirements/0/lines", Some(json!("0-3"))),
            ("an extra key", "/requirements/0/note", Some(json!("x"))),
        ],
    );
}

/// Fields that may be missing, by the end of their path; `#` is an item of a list.
const OPTIONAL: [&str; 15] = [
    "/open_texts",
    "/code_level",
    "/data_level",
    "/expect/#/when",
    "/documents/#/commit",
    "/requirements/#/lines",
    "/requirements/#/waiver",
    "/path_key",
    "/hops/#/short_channel_id",
    "/peeled",
    "/events/#/amount_msat",
    "/steps",
    "/codes",
    "/code",
    "/data",
];
/// The same, in the cases of one suite.
fn optional_in(suite: &str) -> &'static [&'static str] {
    match suite {
        "failure.open" | "payer.sequence" => &["/failure_message"],
        "attribution.update" => &["/packet", "/attribution_data"],
        "attribution.open" => &["/packet", "/invalid_hop"],
        _ => &[],
    }
}

/// Fields that take any text.
const TEXT: [&str; 14] = [
    "/retired/#/reason",
    "/about",
    "/spec/#",
    "/steps/#/name",
    "/reject/reason",
    "/outcomes/#/reason",
    "/outcomes/#/#/reason",
    "/documents/#/name",
    "/documents/#/title",
    "/documents/#/source",
    "/requirements/#/text",
    "/requirements/#/document",
    "/requirements/#/section",
    "/requirements/#/waiver",
];

/// Where each field is, with its path in which `#` stands for every index.
fn fields(value: &Value, pointer: String, path: String, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, inner)| {
            fields(inner, format!("{pointer}/{key}"), format!("{path}/{key}"), found);
        }),
        Value::Array(list) => list.iter().enumerate().for_each(|(index, inner)| {
            fields(inner, format!("{pointer}/{index}"), format!("{path}/#"), found);
        }),
        _ => {}
    }
    found.push((pointer, path));
}

/// Bends every field that was not met before: another type, no hex, a key more, the key missing. Says how many it bent.
fn refuses_every_bend(
    suite: &str,
    validator: &Validator,
    sound: &Value,
    seen: &mut BTreeSet<String>,
) -> usize {
    let mut found = Vec::new();
    fields(sound, String::new(), String::new(), &mut found);
    let mut count = 0;
    let mut refused = |pointer: &str, why: &str, change: &dyn Fn(&mut Value)| {
        let mut bent = sound.clone();
        change(bent.pointer_mut(pointer).unwrap());
        assert!(!validator.is_valid(&bent), "{why} at {pointer} is taken: {bent}");
        count += 1;
    };
    for (pointer, path) in found {
        if !seen.insert(path.clone()) {
            continue;
        }
        let ends = |list: &[&str]| list.iter().any(|end| path.ends_with(end));
        match sound.pointer(&pointer).unwrap() {
            Value::String(_) => {
                refused(&pointer, "a number", &|value| *value = json!(7));
                if !ends(&TEXT) {
                    refused(&pointer, "no hex", &|value| *value = json!("%"));
                }
            }
            Value::Number(_) => {
                refused(&pointer, "a string", &|value| *value = json!("7"));
                refused(&pointer, "a negative number", &|value| *value = json!(-1));
            }
            Value::Bool(_) => refused(&pointer, "a number", &|value| *value = json!(0)),
            Value::Array(_) => refused(&pointer, "an object", &|value| *value = json!({})),
            Value::Object(_) => {
                refused(&pointer, "a list", &|value| *value = json!([]));
                refused(&pointer, "an extra key", &|value| value["%"] = json!(0));
            }
            Value::Null => panic!("{pointer} is null"),
        }
        let (parent, key) = pointer.rsplit_once('/').unwrap_or_default();
        // Each of several policies may be missing, and the data of each code; of that, lint knows more.
        let of_policies = path.contains("/when/") || path.contains("/data/");
        if !key.is_empty()
            && !path.ends_with('#')
            && !of_policies
            && !ends(&OPTIONAL)
            && !ends(optional_in(suite))
        {
            refused(parent, &format!("no {key}"), &|value| {
                drop(value.as_object_mut().unwrap().shift_remove(key))
            });
        }
    }
    count
}

#[test]
fn every_field_of_every_operation_is_held() {
    let suites = suites();
    let whole_suite = validator(VECTORS);
    let mut count = 0;
    for suite in suites {
        let input = validator(&format!("input.{}", suite.suite));
        let output = validator(&format!("output.{}", suite.suite));
        let (mut of_input, mut of_output, mut of_suite) = Default::default();
        for case in &suite.cases {
            count += refuses_every_bend(&suite.suite, &input, &case.input, &mut of_input);
            if let Content::Accept(value) =
                spontan::reference::answer(&suite.suite, &case.input, Policies::default())
            {
                count += refuses_every_bend(&suite.suite, &output, &value, &mut of_output);
            }
            count += refuses_every_bend(&suite.suite, &whole_suite, &alone(suites, case), &mut of_suite);
        }
    }
    println!("{count} bent fields");
    assert!(count > 1000);
}

#[test]
fn operations_and_their_fields_are_those_of_the_code() {
    let protocol = schema(PROTOCOL);
    assert_eq!(names(&protocol, "/$defs/operation/enum"), operations());
    for (prefix, schema) in [("input.", &protocol), ("output.", &protocol), ("expected.", &schema(VECTORS))] {
        let defined: Vec<_> = schema["$defs"]
            .as_object()
            .unwrap()
            .keys()
            .filter_map(|name| name.strip_prefix(prefix))
            .collect();
        assert_eq!(defined, operations(), "{prefix}");
    }
    let all: Vec<_> = OPERATIONS
        .iter()
        .flat_map(|(name, fields)| fields.iter().map(move |field| format!("{name}.{field}")))
        .collect();
    assert_eq!(names(&protocol, "/$defs/omits/items/enum"), all);
    let (case, suite, omits) = (validator("case"), validator(VECTORS), validator("omits"));
    for (name, fields) in OPERATIONS {
        let mut output = &protocol["$defs"][format!("output.{name}")];
        while let Some(reference) = output.get("$ref") {
            output = protocol.pointer(reference.as_str().unwrap().trim_start_matches('#')).unwrap();
        }
        let properties: Vec<_> = output["properties"].as_object().unwrap().keys().collect();
        assert_eq!(properties, *fields, "{name}");
        // Each operation has a branch: nothing is an input of it that has none of its fields.
        assert!(!case.is_valid(&json!({"type": "case", "seq": 1, "operation": name, "input": {}})), "{name}");
        let mut empty = json!({"schema": "spontan-vectors/2", "suite": name, "about": "x", "cases": [{
            "id": format!("{name}/accept/x"), "revision": 1, "about": "x", "level": "must", "flags": ["basic"],
            "spec": ["x"], "requirements": ["x.y"], "input": {}, "expect": {"accept": {}},
        }]});
        let pointers: Vec<_> =
            suite.iter_errors(&empty).map(|error| error.instance_path().to_string()).collect();
        assert!(pointers.iter().any(|pointer| pointer.starts_with("/cases/0/input")), "{name}: {pointers:?}");
        assert!(
            pointers.iter().any(|pointer| pointer.starts_with("/cases/0/expect")),
            "{name}: {pointers:?}"
        );
        empty["cases"][0]["id"] = "x/accept/x".into();
        assert!(suite.iter_errors(&empty).any(|error| error.instance_path().to_string() == "/cases/0/id"));
        // All fields but one may be omitted, and not all.
        let omitted: Vec<_> = fields.iter().map(|field| format!("{name}.{field}")).collect();
        assert!(!omits.is_valid(&json!(omitted)), "{name}");
        for kept in &omitted {
            let others: Vec<_> = omitted.iter().filter(|field| *field != kept).collect();
            assert_valid(&omits, &json!(others), name);
        }
    }
}

#[test]
fn policies_and_profiles_are_those_of_the_code() {
    let (protocol, vectors) = (schema(PROTOCOL), schema(VECTORS));
    let wanted: Vec<_> = Policies::ALL.iter().map(|(policy, _)| *policy).collect();
    assert_eq!(
        protocol["$defs"]["policies"]["properties"].as_object().unwrap().keys().collect::<Vec<_>>(),
        wanted
    );
    let when = &vectors["$defs"]["expectation"]["properties"]["when"]["properties"];
    assert_eq!(when.as_object().unwrap().keys().collect::<Vec<_>>(), wanted);
    for (policy, values) in Policies::ALL {
        let declared = &protocol["$defs"]["policies"]["properties"][policy];
        assert_eq!(declared["enum"], json!(values));
        assert_eq!(when[policy]["enum"], json!(values));
        assert_eq!(declared["default"], values[0]);
    }
    assert_eq!(names(&protocol, "/$defs/profile/enum"), PROFILES);
    assert_eq!(
        names(&protocol, "/$defs/settings/properties/shared_secret/enum"),
        [&["off"], PROFILES].concat()
    );
}

#[test]
fn layers_and_reasons_are_those_of_the_code() {
    let (protocol, vectors) = (schema(PROTOCOL), schema(VECTORS));
    let mut layers: Vec<_> = REASONS.iter().map(|reason| reason.layer.name()).collect();
    layers.dedup();
    let defined: Vec<_> = protocol["$defs"]
        .as_object()
        .unwrap()
        .keys()
        .filter_map(|name| name.strip_prefix("reason."))
        .collect();
    assert_eq!(defined, layers);
    for layer in &layers {
        let reasons: Vec<_> =
            REASONS.iter().filter(|reason| reason.layer.name() == *layer).map(|reason| reason.name).collect();
        assert_eq!(names(&protocol, &format!("/$defs/reason.{layer}/enum")), reasons);
    }
    let parts: Vec<_> =
        layers.iter().map(|layer| json!({"$ref": format!("#/$defs/reason.{layer}")})).collect();
    assert_eq!(protocol["$defs"]["reason"]["anyOf"], json!(parts));
    assert_eq!(names(&vectors, "/$defs/refusal_fields/properties/layer/enum"), layers);
    let branches: Vec<_> = layers
        .iter()
        .map(|layer| {
            json!({
                "if": {"properties": {"layer": {"const": layer}}},
                "then": {"properties": {"reason": {"$ref": format!("{PROTOCOL}#/$defs/reason.{layer}")}}},
            })
        })
        .collect();
    assert_eq!(vectors["$defs"]["refusal_fields"]["allOf"], json!(branches));
}

/// Calls `visit` with every copy of a value that differs from it in one place.
fn bent(value: &Value, visit: &mut dyn FnMut(Value)) {
    let instead = [
        json!(null),
        json!(true),
        json!(false),
        json!(3),
        json!(7),
        json!(-1),
        json!(1.5),
        json!(""),
        json!("0"),
        json!("07"),
        json!("0a"),
        json!("AB"),
        json!("0g"),
        json!("held"),
        json!([]),
        json!([[]]),
        json!({}),
        json!("00".repeat(32)),
        json!("00".repeat(33)),
    ];
    instead.into_iter().for_each(&mut *visit);
    match value {
        Value::Object(map) => {
            let mut more = map.clone();
            more.insert("more".into(), json!(1));
            visit(Value::Object(more));
            for (key, inner) in map {
                let mut less = map.clone();
                less.shift_remove(key);
                visit(Value::Object(less));
                bent(inner, &mut |inner| {
                    let mut map = map.clone();
                    map.insert(key.clone(), inner);
                    visit(Value::Object(map));
                });
            }
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate().take(2) {
                bent(inner, &mut |inner| {
                    let mut list = list.clone();
                    list[index] = inner;
                    visit(Value::Array(list));
                });
            }
        }
        _ => {}
    }
}

#[test]
fn the_doctor_asks_of_an_output_what_the_schema_does() {
    let hello = json!({
        "type": "hello", "protocol": 1, "implementation": {"name": "a", "version": "1", "language": "c"},
        "operations": operations(),
    });
    let hello = serde_json::from_value(hello).unwrap();
    let (mut sound, mut wrong) = (0, 0);
    for suite in suites() {
        let validator = validator(&format!("output.{}", suite.suite));
        let outputs = suite.cases.iter().filter_map(|case| {
            match spontan::reference::answer(case.operation(), &case.input, Policies::default()) {
                Content::Accept(output) => Some(output),
                _ => None,
            }
        });
        // The first ones, and the last: sequences get longer towards the end.
        let outputs: Vec<_> = outputs.collect();
        for output in outputs.iter().take(4).chain(outputs.last()) {
            bent(output, &mut |bent| {
                let said = doctor::accepted(&suite.suite, &bent, &hello);
                let valid = validator.is_valid(&bent);
                assert_eq!(said.is_ok(), valid, "{}: {bent}: {said:?}", suite.suite);
                *if valid { &mut sound } else { &mut wrong } += 1;
            });
        }
    }
    println!("{sound} sound, {wrong} wrong");
    assert!(sound > 50 && wrong > 1000);
}
