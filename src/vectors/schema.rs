//! The JSON Schemas, each made to stand alone: what one takes from another is copied into its `$defs`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The schemas by their file names.
const SCHEMAS: [(&str, &str); 4] = [
    ("lock.schema.json", include_str!("../../vectors/schemas/lock.schema.json")),
    (PROTOCOL, include_str!("../../docs/schemas/protocol.schema.json")),
    ("requirements.schema.json", include_str!("../../vectors/schemas/requirements.schema.json")),
    ("vectors.schema.json", include_str!("../../vectors/schemas/vectors.schema.json")),
];

/// The schema that others refer to.
const PROTOCOL: &str = "protocol.schema.json";
/// How others refer to its definitions.
const ELSEWHERE: &str = "urn:spontan:protocol:1#/$defs/";
/// How a schema refers to its own.
const HERE: &str = "#/$defs/";
/// What the names of copied definitions start with.
const PREFIX: &str = "protocol.";

/// Each schema by its file name, standing alone.
pub(crate) fn all() -> Result<Vec<(&'static str, Value)>, String> {
    let protocol = protocol()?;
    let alone = |(name, text)| Ok((name, standalone(parse(name, text)?, &protocol)?));
    SCHEMAS.into_iter().map(alone).collect()
}

/// What the protocol's schema says of each policy.
pub(crate) fn policies() -> Result<BTreeMap<String, String>, String> {
    let protocol = protocol()?;
    let policies = protocol.pointer("/$defs/policies/properties").and_then(Value::as_object);
    let about = |(name, policy): (&String, &Value)| {
        Some((name.clone(), policy.get("description")?.as_str()?.to_owned()))
    };
    policies.map(|policies| policies.iter().filter_map(about).collect()).ok_or_else(|| {
        format!("{PROTOCOL}: it has no /$defs/policies/properties, which describes the policies")
    })
}

/// A field of an operation's input or output, or one of the kinds of thing that a list has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    /// How many fields it is in.
    pub(crate) depth: usize,
    /// Its name; of a kind, the key and the value that tell it from the others.
    pub(crate) name: String,
    /// May it be missing?
    pub(crate) optional: bool,
    /// What it is, and its form.
    pub(crate) about: String,
}

/// What an operation's `input` or `output` is, and its fields in the order of the schema, each before those that are in it.
pub(crate) fn fields(side: &str, operation: &str) -> Result<(String, Vec<Field>), String> {
    let protocol = protocol()?;
    let name = format!("{side}.{operation}");
    let node =
        protocol["$defs"].get(&name).ok_or_else(|| format!("{PROTOCOL}: it does not define {name:?}"))?;
    let mut fields = Vec::new();
    inside(&protocol, node, 0, &mut fields);
    Ok((about(&protocol, node), fields))
}

/// What a schema stands for.
fn resolved<'a>(protocol: &'a Value, mut node: &'a Value) -> &'a Value {
    while let Some(name) = node.get("$ref").and_then(Value::as_str) {
        node = &protocol["$defs"][name.trim_start_matches(HERE)];
    }
    node
}

/// The description of a schema, or else of what it stands for, and the words that it may be.
fn about(protocol: &Value, node: &Value) -> String {
    let text = |node: &Value| node.get("description").and_then(Value::as_str).map(str::to_owned);
    let whole = resolved(protocol, node);
    let mut about = text(node).or_else(|| text(whole)).unwrap_or_default();
    if let Some(words) = whole.get("enum").and_then(Value::as_array) {
        let words: Vec<_> = words.iter().map(Value::to_string).collect();
        about = format!("{}. {about}", words.join(" or "));
    }
    about
}

/// Adds the fields that are in what a schema stands for: an object, a list of such, or one of several.
fn inside(protocol: &Value, node: &Value, depth: usize, out: &mut Vec<Field>) {
    let node = resolved(protocol, node);
    if let Some(items) = node.get("items") {
        return inside(protocol, items, depth, out);
    }
    let Some(properties) = node.get("properties").and_then(Value::as_object) else {
        for kind in node.get("oneOf").and_then(Value::as_array).into_iter().flatten() {
            let properties = resolved(protocol, kind).get("properties").and_then(Value::as_object);
            let mark =
                properties.into_iter().flatten().find_map(|(key, value)| Some((key, value.get("const")?)));
            let Some((key, value)) = mark else { continue };
            let name = format!("{key}: {value}");
            out.push(Field { depth, name, optional: false, about: about(protocol, kind) });
            let mut its = Vec::new();
            inside(protocol, kind, depth + 1, &mut its);
            out.extend(its.into_iter().filter(|field| field.depth > depth + 1 || field.name != *key));
        }
        return;
    };
    let required =
        |name: &str| node["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name));
    for (name, property) in properties {
        let about = about(protocol, property);
        out.push(Field { depth, name: name.clone(), optional: !required(name), about });
        inside(protocol, property, depth + 1, out);
    }
}

fn protocol() -> Result<Value, String> {
    let (name, text) = SCHEMAS.into_iter().find(|(name, _)| *name == PROTOCOL).unwrap_or_default();
    parse(name, text)
}

fn parse(name: &str, text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("{name}: {error}"))
}

/// The schema with every definition of the protocol that it needs, under names that start with [`PREFIX`].
fn standalone(mut schema: Value, protocol: &Value) -> Result<Value, String> {
    let mut copied = Map::new();
    let mut wanted = Vec::new();
    redirect(&mut schema, ELSEWHERE, &mut wanted);
    while let Some(name) = wanted.pop() {
        if copied.contains_key(&name) {
            continue;
        }
        let definition = protocol["$defs"].get(name.trim_start_matches(PREFIX));
        let mut definition =
            definition.cloned().ok_or_else(|| format!("{PROTOCOL}: it does not define {name:?}"))?;
        redirect(&mut definition, HERE, &mut wanted);
        copied.insert(name, definition);
    }
    if copied.is_empty() {
        return Ok(schema);
    }
    copied.sort_keys();
    // The definitions keep their licence.
    let licence = |schema: &Value| schema["$comment"].as_str().unwrap_or_default().to_owned();
    let own = licence(&schema);
    let theirs = licence(protocol);
    let theirs = theirs.trim_start_matches("SPDX-License-Identifier: ");
    schema["$comment"] = format!("{own} AND ({theirs})").into();
    if let Some(definitions) = schema["$defs"].as_object_mut() {
        definitions.extend(copied);
    }
    Ok(schema)
}

/// Turns each `$ref` that starts with `from` into one to the copy, and adds the copy's name to those that are wanted.
fn redirect(schema: &mut Value, from: &str, wanted: &mut Vec<String>) {
    match schema {
        Value::Object(fields) => {
            for (key, value) in fields {
                let name = value.as_str().filter(|_| key == "$ref").and_then(|to| to.strip_prefix(from));
                match name.map(|name| format!("{PREFIX}{name}")) {
                    Some(name) => {
                        *value = format!("{HERE}{name}").into();
                        wanted.push(name);
                    }
                    None => redirect(value, from, wanted),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redirect(item, from, wanted)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Every `$ref` in a schema.
    fn references(schema: &Value) -> Vec<&str> {
        match schema {
            Value::Object(fields) => {
                let own = fields.get("$ref").and_then(Value::as_str);
                own.into_iter().chain(fields.values().flat_map(references)).collect()
            }
            Value::Array(items) => items.iter().flat_map(references).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn every_reference_is_found_in_the_schema_itself() {
        let schemas = all().unwrap();
        assert_eq!(schemas.len(), 4);
        for (file, schema) in schemas {
            for reference in references(&schema) {
                let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{file}: {reference}"));
                assert!(schema.pointer(pointer).is_some(), "{file}: {reference}");
            }
        }
    }

    #[test]
    fn what_is_referred_to_is_copied_with_what_it_refers_to_and_nothing_else() {
        let protocol = json!({
            "$comment": "SPDX-License-Identifier: MIT",
            "$defs": {
                "a": {"items": {"$ref": "#/$defs/b"}},
                "b": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/a"}]},
                "c": {},
            },
        });
        let schema = json!({
            "$comment": "SPDX-License-Identifier: CC0-1.0",
            "properties": {"x": {"$ref": "urn:spontan:protocol:1#/$defs/a"}, "y": {"$ref": "#/$defs/a"}},
            "$defs": {"a": {"type": "number"}},
        });
        let wanted = json!({
            "$comment": "SPDX-License-Identifier: CC0-1.0 AND (MIT)",
            "properties": {"x": {"$ref": "#/$defs/protocol.a"}, "y": {"$ref": "#/$defs/a"}},
            "$defs": {
                "a": {"type": "number"},
                "protocol.a": {"items": {"$ref": "#/$defs/protocol.b"}},
                "protocol.b": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/protocol.a"}]},
            },
        });
        assert_eq!(standalone(schema, &protocol).unwrap(), wanted);
        let schema = json!({"$ref": "urn:spontan:protocol:1#/$defs/d"});
        assert!(standalone(schema, &protocol).unwrap_err().contains("protocol.d"));
    }

    #[test]
    fn every_field_of_every_operation_is_described() {
        for (operation, _) in crate::protocol::OPERATIONS {
            for side in ["input", "output"] {
                let (about, fields) = fields(side, operation).unwrap();
                assert!(!about.is_empty() && !fields.is_empty(), "{side}.{operation}");
                let bare = fields.iter().find(|field| field.about.is_empty());
                assert_eq!(bare, None, "{side}.{operation}");
            }
        }
        assert!(fields("input", "no.such").unwrap_err().contains("input.no.such"));
    }

    #[test]
    fn fields_have_their_places() {
        let named = |side, operation, name: &str| {
            let (_, fields) = fields(side, operation).unwrap();
            let found = fields.into_iter().filter(|field| field.name == name);
            found.map(|field| (field.depth, field.optional)).collect::<Vec<_>>()
        };
        assert_eq!(named("input", "keysend.receive", "node_secret"), [(0, false)]);
        assert_eq!(named("input", "keysend.receive", "path_key"), [(1, true)]);
        assert_eq!(named("input", "keysend.receive", "peeled"), [(0, true)]);
        // A list of events, each of one of several kinds.
        assert_eq!(named("input", "node.sequence", "event: \"htlc\""), [(1, false)]);
        assert_eq!(named("input", "node.sequence", "event"), []);
        assert_eq!(named("input", "node.sequence", "cltv_expiry"), [(3, false)]);
        // A list of lists.
        assert_eq!(named("output", "node.sequence", "htlc"), [(1, false)]);
        let (_, outcome) = fields("output", "keysend.receive").unwrap();
        assert!(outcome[0].about.starts_with("\"claimed\" or \"held\" or \"forwarded\". claimed: at once"));
    }

    #[test]
    fn every_policy_is_described() {
        let policies = policies().unwrap();
        for (name, _) in crate::node::Policies::ALL {
            assert!(policies.contains_key(*name), "{name}");
        }
    }
}
