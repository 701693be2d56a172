//! From an input of a target to a candidate for a case: the operations that it asks, each with its input in the protocol's
//! words and what every implementation at hand answers. What should come out is for a person to decide.

use serde_json::json;
use sha2::{Digest, Sha256};
use spontan::node::Policies;
use spontan::protocol::operation::{BigSizeDecode, Input};
use spontan::reference;
use spontan::vectors::yaml;

use crate::model::Namespace;
use crate::records::Records;
use crate::{agree, around, codec, oracle, over_time, returning};

/// What a target asks about an input; nothing for targets of text, and for bytes that make no input.
pub fn questions(target: &str, bytes: &[u8]) -> Vec<Input> {
    match target {
        "bigsize" => vec![Input::BigSizeDecode(BigSizeDecode { bytes: bytes.into() })],
        "tlv_bytes" | "tlv_against_ldk" => {
            [Namespace::N1, Namespace::N2, Namespace::Payload].map(|namespace| namespace.input(bytes)).into()
        }
        "tlv_records" => {
            let built = Records::read(bytes);
            built.map(|built| built.namespace.input(&built.build().0)).into_iter().collect()
        }
        "returning" => returning::decode(bytes).map(|question| question.input).into_iter().collect(),
        "around_the_htlc" => around::decode(bytes).map(|question| question.input).into_iter().collect(),
        "payer_over_time" => over_time::decode(bytes).map(|question| question.input).into_iter().collect(),
        _ => {
            let operation = codec::OPERATIONS.iter().find(|(name, _)| *name == target);
            let question = operation.and_then(|(_, operation)| codec::decode(operation, bytes));
            question.map(|question| question.input).into_iter().collect()
        }
    }
}

/// The candidates of an input as YAML: id, input, the oracle's finding and all answers under the default policies.
///
/// # Errors
/// A target that does not exist, or an input that asks nothing.
pub fn yaml_of(target: &str, bytes: &[u8]) -> Result<String, String> {
    let oracle = oracle(target).ok_or_else(|| format!("there is no target {target:?}"))?;
    let questions = questions(target, bytes);
    if questions.is_empty() {
        return Err(format!("{target}: no operation has these {} bytes as its input", bytes.len()));
    }
    let name = hex::encode(&Sha256::digest(bytes)[..6]);
    let finding = std::panic::catch_unwind(|| oracle(bytes, None));
    let finding = match finding {
        Ok(Ok(_)) => "none: the oracle is content".to_owned(),
        Ok(Err(finding)) => finding.0,
        Err(_) => "a panic".to_owned(),
    };
    let candidate = |input: Input| {
        let operation = input.operation();
        let answers = [
            ("reference", reference::answer_input(&input, Policies::default())),
            ("second", agree::second(&input, &[], None)),
            ("ldk", spontan_adapter_ldk::answer(&input)),
        ];
        let answers = answers.map(|(name, answer)| json!({"implementation": name, "answer": answer}));
        json!({
            "id": format!("{operation}/undecided/{name}"),
            "input": input,
            "finding": finding,
            "answers": answers,
            "expect": "undecided",
        })
    };
    let list: Vec<_> = questions.into_iter().map(candidate).collect();
    Ok(yaml::emit(&json!({ "candidates": list })))
}
