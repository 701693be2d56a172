//! The form of an answer, whatever its values: which fields an operation's output has and how each is written, as
//! `docs/protocol.md` and its schema say. (A test compares this with the schema.)

use serde_json::{Map, Value};

use crate::protocol::value::{Decimal, Hex};
use crate::protocol::{AdapterHello, Rejection};

/// How a value is written.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// Hex of any length.
    Bytes,
    /// Hex of this number of bytes.
    Exactly(usize),
    /// Hex of a BigSize.
    BigSize,
    /// A 64-bit integer as a string.
    Decimal,
    /// A JSON number, one of these.
    OneOf(&'static [u64]),
    /// A JSON number of 32 bits.
    Number,
    /// A list of JSON numbers of 32 bits.
    Numbers,
    /// `true` or `false`.
    Flag,
    /// A string.
    Text,
    /// One of these strings.
    Word(&'static [&'static str]),
    /// A list of hex, each of this number of bytes.
    Hexes(usize),
    /// A list of objects with these fields.
    Objects(&'static [Field]),
    /// A list of lists of decisions.
    Decisions,
    /// A list of outcomes of `payer.sequence`.
    Attempts,
}

type Field = (&'static str, Kind);

const PACKET: Kind = Kind::Exactly(1366);
const HASH: Kind = Kind::Exactly(32);
const RECORD: &[Field] = &[("type", Kind::Decimal), ("value", Kind::Bytes)];
const BLINDED_HOP: &[Field] =
    &[("blinded_node_id", Kind::Exactly(33)), ("encrypted_recipient_data", Kind::Bytes)];
const CHILD: &[Field] = &[("record", Kind::Bytes), ("preimage", HASH), ("payment_hash", HASH)];

/// The fields of an operation's output; none when it is that of an HTLC with an outcome that there is not.
fn output(operation: &str, output: &Map<String, Value>) -> Option<&'static [Field]> {
    Some(match operation {
        "bigsize.decode" => &[("value", Kind::Decimal), ("length", Kind::OneOf(&[1, 3, 5, 9]))],
        "bigsize.encode" => &[("bytes", Kind::BigSize)],
        "tlv.decode" => &[("records", Kind::Objects(RECORD))],
        "ecdh.shared_secret" => &[("shared_secret", HASH), ("x", HASH)],
        "onion.construct" => &[("packet", PACKET)],
        "onion.peel" if output.get("final") == Some(&Value::Bool(false)) => &[
            ("final", Kind::Flag),
            ("payload", Kind::Bytes),
            ("shared_secret", HASH),
            ("next_packet", PACKET),
        ],
        "onion.peel" => &[("final", Kind::Flag), ("payload", Kind::Bytes), ("shared_secret", HASH)],
        "keysend.send" => &[("payment_hash", HASH), ("final_payload", Kind::Bytes), ("packet", PACKET)],
        "shared_secret.send" => {
            &[("preimage", HASH), ("payment_hash", HASH), ("final_payload", Kind::Bytes), ("packet", PACKET)]
        }
        "keysend.receive" | "shared_secret.receive" => decided(output)?,
        "node.sequence" | "amp.sequence" => &[("outcomes", Kind::Decisions)],
        "failure.create" | "failure.wrap" => &[("packet", Kind::Bytes)],
        "failure.open" => failure(output),
        "attribution.update" => &[("attribution_data", Kind::Exactly(920))],
        "attribution.open" if output.contains_key("invalid_hop") => {
            &[("hold_times", Kind::Numbers), ("invalid_hop", Kind::Number)]
        }
        "attribution.open" => &[("hold_times", Kind::Numbers)],
        "blinded.create" => &[("first_path_key", Kind::Exactly(33)), ("hops", Kind::Objects(BLINDED_HOP))],
        "blinded.unblind" => {
            &[("blinded_secret", HASH), ("recipient_data", Kind::Bytes), ("next_path_key", Kind::Exactly(33))]
        }
        "features.may_pay" => &[("keysend", Kind::Word(&["absent", "optional", "mandatory"]))],
        "features.announce" => &[("features", Kind::Bytes)],
        "amp.split" => &[("children", Kind::Objects(CHILD))],
        "amp.claim" => &[("preimages", Kind::Hexes(32))],
        "payer.sequence" => &[("outcomes", Kind::Attempts)],
        "offline.derive" => {
            &[("preimage", HASH), ("payment_hash", HASH), ("short_channel_id", Kind::Exactly(8))]
        }
        _ => return None,
    })
}

/// The fields of `failure.open`: there may be no message, and a message too short for a code.
fn failure(output: &Map<String, Value>) -> &'static [Field] {
    const ALL: &[Field] =
        &[("hop", Kind::Number), ("failure_message", Kind::Bytes), ("code", Kind::Exactly(2))];
    match (output.contains_key("failure_message"), output.contains_key("code")) {
        (_, true) => ALL,
        (true, false) => &ALL[..2],
        (false, false) => &ALL[..1],
    }
}

/// The fields of an HTLC's outcome.
fn decided(output: &Map<String, Value>) -> Option<&'static [Field]> {
    match output.get("outcome")?.as_str()? {
        "claimed" => Some(&[("outcome", Kind::Text), ("preimage", HASH)]),
        "forwarded" => Some(&[("outcome", Kind::Text), ("short_channel_id", Kind::Exactly(8))]),
        "held" => Some(&[("outcome", Kind::Text)]),
        _ => None,
    }
}

/// What is wrong with the form of an accepted output.
///
/// # Errors
/// The field, its value, and what it must be.
pub fn accepted(operation: &str, value: &Value, hello: &AdapterHello) -> Result<(), String> {
    let Value::Object(map) = value else { return Err(format!("accept is {value}; it must be an object")) };
    let Some(fields) = output(operation, map) else {
        return Err("its outcome must be one of \"claimed\", \"held\" and \"forwarded\"".into());
    };
    object("accept", map, fields, &|name| hello.omits_field(operation, name))
}

/// What is wrong with the form of a rejection.
pub fn rejected(rejection: &Rejection) -> Result<(), String> {
    for (name, text, kind) in
        [("code", &rejection.code, Kind::Exactly(2)), ("data", &rejection.data, Kind::Bytes)]
    {
        if let Some(text) = text {
            value(&format!("reject.{name}"), &Value::from(text.as_str()), kind)?;
        }
    }
    if rejection.code.is_none() && rejection.data.is_some() {
        return Err("reject has data and no code; data belongs to a code".into());
    }
    Ok(())
}

fn object(
    path: &str,
    map: &Map<String, Value>,
    fields: &[Field],
    omitted: &dyn Fn(&str) -> bool,
) -> Result<(), String> {
    for (name, kind) in fields {
        match map.get(*name) {
            Some(found) => value(&format!("{path}.{name}"), found, *kind)?,
            None if omitted(name) => {}
            None => {
                return Err(format!(
                    "{path} has no {name:?}; a field that the library cannot tell is listed in omits"
                ));
            }
        }
    }
    match map.keys().find(|key| !fields.iter().any(|(name, _)| name == key)) {
        Some(key) => Err(format!("{path} has the key {key:?}, which does not belong there")),
        None => Ok(()),
    }
}

fn value(path: &str, found: &Value, kind: Kind) -> Result<(), String> {
    let wrong = |must: String| Err(format!("{path} is {}; it must be {must}", short(found)));
    let bytes = found.as_str().and_then(|text| Hex::parse(text).ok()).map(|hex| hex.0.len());
    match kind {
        Kind::Bytes if bytes.is_none() => wrong("a string of lower-case hex digits, two a byte".into()),
        Kind::Exactly(length) if bytes != Some(length) => {
            wrong(format!("{length} bytes as a string of {} lower-case hex digits", 2 * length))
        }
        Kind::BigSize if !matches!(bytes, Some(1..=9)) => {
            wrong("1 to 9 bytes as a string of lower-case hex digits".into())
        }
        Kind::Decimal if serde_json::from_value::<Decimal>(found.clone()).is_err() => {
            wrong("a 64-bit integer as a string of decimal digits".into())
        }
        Kind::OneOf(numbers) if !found.as_u64().is_some_and(|number| numbers.contains(&number)) => {
            let numbers: Vec<_> = numbers.iter().map(u64::to_string).collect();
            wrong(format!("a JSON number, one of {}", numbers.join(", ")))
        }
        Kind::Number if found.as_u64().is_none_or(|number| u32::try_from(number).is_err()) => {
            wrong("a JSON number, 0 to 4294967295".into())
        }
        Kind::Flag if !found.is_boolean() => wrong("true or false".into()),
        Kind::Text if !found.is_string() => wrong("a string".into()),
        Kind::Word(words) if !found.as_str().is_some_and(|word| words.contains(&word)) => {
            wrong(format!("one of {words:?}"))
        }
        Kind::Hexes(length) => list(path, found, |path, bytes| value(path, bytes, Kind::Exactly(length))),
        Kind::Objects(fields) => list(path, found, |path, entry| {
            let Value::Object(map) = entry else { return Err(format!("{path} must be an object")) };
            object(path, map, fields, &|_| false)
        }),
        Kind::Numbers => list(path, found, |path, number| value(path, number, Kind::Number)),
        Kind::Decisions => list(path, found, |path, decisions| list(path, decisions, decision)),
        Kind::Attempts => list(path, found, attempt),
        _ => Ok(()),
    }
}

/// A decision of `node.sequence`.
fn decision(path: &str, found: &Value) -> Result<(), String> {
    let Value::Object(map) = found else { return Err(format!("{path} must be an object")) };
    let mut fields = vec![("htlc", Kind::Number)];
    if map.get("outcome").and_then(Value::as_str) == Some("failed") {
        fields.extend([("outcome", Kind::Text), ("reason", Kind::Text)]);
        if map.contains_key("code") {
            fields.push(("code", Kind::Exactly(2)));
            // Data belongs to a code.
            fields.extend(map.contains_key("data").then_some(("data", Kind::Bytes)));
        }
    } else {
        fields.extend(decided(map).ok_or_else(|| {
            format!("{path}.outcome must be one of \"claimed\", \"held\", \"forwarded\" and \"failed\"")
        })?);
    }
    object(path, map, &fields, &|_| false)
}

/// An outcome of `payer.sequence`.
fn attempt(path: &str, found: &Value) -> Result<(), String> {
    let Value::Object(map) = found else { return Err(format!("{path} must be an object")) };
    let mut fields = vec![("outcome", Kind::Text)];
    match map.get("outcome").and_then(Value::as_str) {
        Some("sent") => fields.extend([("payment_hash", HASH), ("packet", PACKET)]),
        Some("not_sent") => fields.push(("reason", Kind::Text)),
        Some("returned") => {
            // A message is read once it is known whose it is.
            let known = [("hop", Kind::Number), ("failure_message", Kind::Bytes)];
            fields.extend(known.into_iter().take_while(|(name, _)| map.contains_key(*name)));
        }
        Some("paid" | "preimage_wrong" | "noted") => {}
        _ => {
            return Err(format!(
                "{path}.outcome must be one of \"sent\", \"not_sent\", \"returned\", \"paid\", \"preimage_wrong\" and \"noted\""
            ));
        }
    }
    object(path, map, &fields, &|_| false)
}

fn list(
    path: &str,
    found: &Value,
    mut each: impl FnMut(&str, &Value) -> Result<(), String>,
) -> Result<(), String> {
    let Value::Array(items) = found else {
        return Err(format!("{path} is {}; it must be a list", short(found)));
    };
    items.iter().enumerate().try_for_each(|(index, item)| each(&format!("{path}[{index}]"), item))
}

fn short(value: &Value) -> String {
    crate::harness::text::shorten(&value.to_string(), 60)
}
