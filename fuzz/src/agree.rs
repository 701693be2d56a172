//! Agreement of the reference with a second implementation, operation by operation, in the words of the protocol: the
//! same verdict, the same reason, the same failure code and data, the same output.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use spontan::reference;
use spontan::node::Policies;
use spontan::protocol::Content;

use crate::{Finding, Second};

/// The reference's choices as an adapter would declare them.
pub fn declared(choices: &[(&str, &str)]) -> (Policies, BTreeMap<String, String>) {
    let mut policies = Policies::default();
    let mut names = BTreeMap::new();
    for (policy, value) in choices {
        if policies.set(policy, value) {
            names.insert((*policy).to_owned(), (*value).to_owned());
        }
    }
    (policies, names)
}

/// The reasons for which a payload is refused before a record is whole. BOLT 4 leaves it to the node whether it then names
/// the type that it has read, or none.
const BEFORE_THE_RECORD: [&str; 6] = [
    "type_truncated",
    "type_not_minimal",
    "types_not_increasing",
    "length_truncated",
    "length_not_minimal",
    "value_truncated",
];

/// An answer as JSON.
pub fn told(content: &Content) -> Value {
    match content {
        Content::Accept(output) => json!({ "accept": output }),
        Content::Reject(rejection) => json!({ "reject": rejection }),
        Content::Unsupported(why) => json!({ "unsupported": why }),
        Content::Error(why) => json!({ "error": why }),
    }
}

/// An answer without what a node may say or not.
fn comparable(content: &Content) -> Value {
    let mut value = told(content);
    forget_types(&mut value);
    value
}

/// Keeps only the offset (the last 2 bytes) of the data of such a failure, and none of `invalid_onion_blinding`'s: where the
/// payload is to blame, the second implementation has zeros in place of the packet's hash. (The reference's hash is checked
/// by [`crate::payment::Payment::outward`].)
fn forget_types(value: &mut Value) {
    match value {
        Value::Object(map) => {
            let before = map
                .get("reason")
                .and_then(Value::as_str)
                .is_some_and(|reason| BEFORE_THE_RECORD.contains(&reason));
            if let Some(Value::String(data)) = map.get_mut("data").filter(|_| before) {
                *data = data.split_off(data.len().saturating_sub(4));
            }
            if map.get("code").is_some_and(|code| code == "c018") {
                map.shift_remove("data");
            }
            map.values_mut().for_each(forget_types);
        }
        Value::Array(list) => list.iter_mut().for_each(forget_types),
        _ => {}
    }
}

/// Asks the reference and the second implementation; gives the reference's answer.
///
/// # Errors
/// When they differ.
pub fn ask(
    operation: &str,
    input: &Value,
    choices: &[(&str, &str)],
    second: &Second,
) -> Result<Content, Finding> {
    let (policies, names) = declared(choices);
    let ours = reference::answer(operation, input, policies);
    let theirs = second.implementation(names).answer(operation, input);
    let same = match (&ours, &theirs) {
        // Both say that the input is none; in which words is nobody's business.
        (Content::Error(_), Content::Error(_)) => true,
        _ => ours == theirs || comparable(&ours) == comparable(&theirs),
    };
    if same {
        return Ok(ours);
    }
    Err(Finding(format!(
        "the reference and the second implementation differ on {operation}\n input: {input}\n choices: {choices:?}\n \
         reference: {ours:?}\n second: {theirs:?}"
    )))
}
