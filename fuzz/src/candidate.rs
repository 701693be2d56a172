//! From an input of a target to a candidate for a case: the operations that it asks, each with its input in the protocol's
//! words and what every implementation at hand answers. What should come out is for a person to decide.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use spontan::reference;
use spontan::node::Policies;
use spontan::vectors::yaml;

use crate::model::Namespace;
use crate::onion::{self, Route};
use crate::payment::Payment;
use crate::records::Records;
use crate::sequence::Sequence;
use crate::{Second, agree, ecdh, ldk, oracle};

/// The operations that a target asks about an input, with their inputs; none for targets of text, and for bytes that
/// make no input.
pub fn questions(target: &str, bytes: &[u8]) -> Vec<(&'static str, Value)> {
    match target {
        "bigsize" => vec![("bigsize.decode", json!({"bytes": hex::encode(bytes)}))],
        "tlv_bytes" | "tlv_against_ldk" => [Namespace::N1, Namespace::N2, Namespace::Payload]
            .map(|namespace| {
                ("tlv.decode", json!({"namespace": namespace.name(), "stream": hex::encode(bytes)}))
            })
            .into(),
        "tlv_records" => vec![("tlv.decode", Records::read(bytes).input())],
        "ecdh_decode" => {
            let (secret, public) = ecdh::keys(bytes);
            let fields = json!({"secret_key": hex::encode(secret), "public_key": hex::encode(public)});
            vec![("ecdh.shared_secret", fields)]
        }
        "onion_peel" => {
            onion::read(bytes).map(|delivery| ("onion.peel", onion::input(&delivery))).into_iter().collect()
        }
        "onion_round_trip" => {
            let input = Route::read(bytes).and_then(|route| route.input());
            input.map(|input| ("onion.construct", input)).into_iter().collect()
        }
        "keysend_receive" => {
            Payment::read(bytes).map(|payment| ("keysend.receive", payment.input())).into_iter().collect()
        }
        "shared_secret_receive" => {
            let payment = Payment::read(bytes);
            payment.map(|payment| ("shared_secret.receive", payment.input())).into_iter().collect()
        }
        "node_sequence" => {
            let sequence = Sequence::read(bytes);
            sequence.map(|sequence| ("node.sequence", sequence.input())).into_iter().collect()
        }
        _ => Vec::new(),
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
        return Err(format!("{target}: these {} bytes are no input of an operation", bytes.len()));
    }
    let name = hex::encode(&Sha256::digest(bytes)[..6]);
    let finding = std::panic::catch_unwind(|| oracle(bytes, &Second::PLAIN));
    let finding = match finding {
        Ok(Ok(_)) => "none: the oracle is content".to_owned(),
        Ok(Err(finding)) => finding.0,
        Err(_) => "a panic".to_owned(),
    };
    let candidate = |(operation, input): (&str, Value)| {
        let second = Second::PLAIN.implementation(Default::default()).answer(operation, &input);
        json!({
            "id": format!("{operation}/undecided/{name}"),
            "input": input,
            "finding": finding,
            "answers": [
                {"implementation": "reference", "answer": agree::told(&reference::answer(operation, &input, Policies::default()))},
                {"implementation": "second", "answer": agree::told(&second)},
                {"implementation": "ldk", "answer": agree::told(&ldk::answer(operation, &input))},
            ],
            "expect": "undecided",
        })
    };
    let list: Vec<_> = questions.into_iter().map(candidate).collect();
    Ok(yaml::emit(&json!({ "candidates": list })))
}
