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
    fn every_policy_is_described() {
        let policies = policies().unwrap();
        for (name, _) in crate::node::Policies::ALL {
            assert!(policies.contains_key(*name), "{name}");
        }
    }
}
