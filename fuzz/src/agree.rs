//! Agreement of the reference with the second implementation, operation by operation, in the words of the protocol: the
//! same verdict, the same reason, the same failure code and data, the same output.

use std::collections::BTreeMap;

use serde_json::Value;
use spontan::node::Policies;
use spontan::protocol::Content;
use spontan::protocol::operation::Input;
use spontan::quirks::{Implementation, Quirk};
use spontan::reference;

use crate::Finding;

/// The policies of the reference that these names of policies and values choose.
pub fn policies(choices: &[(&str, &str)]) -> Policies {
    let mut policies = Policies::default();
    for (policy, value) in choices {
        policies.set(policy, value);
    }
    policies
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

/// Keeps only the offset (the last 2 bytes) of the data of such a failure, and none of `invalid_onion_blinding`'s: where the
/// payload is to blame, the second implementation has zeros in place of the packet's hash. (The reference's hash is checked
/// by [`crate::payment`].)
fn forget_free_data(value: &mut Value) {
    match value {
        Value::Object(map) => {
            let reason = map.get("reason").and_then(Value::as_str);
            let before = reason.is_some_and(|reason| BEFORE_THE_RECORD.contains(&reason));
            if let Some(Value::String(data)) = map.get_mut("data").filter(|_| before) {
                *data = data.split_off(data.len().saturating_sub(4));
            }
            if map.get("code").is_some_and(|code| code == "c018") {
                map.shift_remove("data");
            }
            map.values_mut().for_each(forget_free_data);
        }
        Value::Array(list) => list.iter_mut().for_each(forget_free_data),
        _ => {}
    }
}

fn comparable(content: &Content) -> Value {
    let mut value = serde_json::to_value(content).unwrap_or_default();
    forget_free_data(&mut value);
    value
}

/// The second implementation's answer.
pub fn second(input: &Input, choices: &[(&str, &str)], quirk: Option<Quirk>) -> Content {
    let names: BTreeMap<_, _> =
        choices.iter().map(|(policy, value)| ((*policy).to_owned(), (*value).to_owned())).collect();
    let implementation = match quirk {
        Some(quirk) => Implementation::with_quirk(quirk, names),
        None => Implementation::without_quirk(names),
    };
    implementation.answer(input.operation(), &show(input))
}

/// Asks the reference and the second implementation; gives the reference's answer.
///
/// # Errors
/// When they differ.
pub fn ask(input: &Input, choices: &[(&str, &str)], quirk: Option<Quirk>) -> Result<Content, Finding> {
    let actual = reference::answer_input(input, policies(choices));
    let other = second(input, choices, quirk);
    let same = match (&actual, &other) {
        // Both say that the input is wrong; the words are free.
        (Content::Error(_), Content::Error(_)) => true,
        _ => actual == other || comparable(&actual) == comparable(&other),
    };
    if same {
        return Ok(actual);
    }
    Err(Finding(format!(
        "the reference and the second implementation differ on {}\n input: {}\n choices: {choices:?}\n reference: \
         {actual:?}\n second: {other:?}",
        input.operation(),
        show(input)
    )))
}

/// An input as the protocol has it.
pub fn show(input: &Input) -> Value {
    serde_json::to_value(input).unwrap_or_default()
}
