//! What guides a campaign: the rule that the reference reached, and the class of what the adapter answered. An input that
//! shows a pair which none before it did is kept and changed further, so that an implementation's own branches are found
//! one after the other. Nothing is measured in the adapter, which may be in any language.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Map, Value};

use super::cluster::words;
use super::subject::{Reply, Round};
use crate::protocol::output::decisions;
use crate::protocol::{Content, Rejection};
use crate::vectors::{Case, Verdict};

/// The pairs that were seen, as hashes.
#[derive(Debug, Default)]
pub struct Guide(HashSet<u64>);

impl Guide {
    /// Which cases show something new, in their order.
    pub fn learn(&mut self, cases: &[Case], round: &Round) -> Vec<usize> {
        let mut new = Vec::new();
        for (index, case) in cases.iter().enumerate() {
            let mut hasher = DefaultHasher::new();
            case.operation().hash(&mut hasher);
            match case.default_verdict() {
                Some(Verdict::Reject(refusal)) => refusal.reason.hash(&mut hasher),
                Some(Verdict::Accept(output)) => outcomes(output).hash(&mut hasher),
                None => {}
            }
            for said in [round.said.get(index), round.second.get(index)].into_iter().flatten() {
                class(said, &mut hasher);
            }
            if self.0.insert(hasher.finish()) {
                new.push(index);
            }
        }
        new
    }
}

/// The class of an answer: its verdict, its code and its words without the numbers in them.
fn class(said: &Reply, hasher: &mut DefaultHasher) {
    std::mem::discriminant(said).hash(hasher);
    let Reply::Other(content) = said else { return };
    std::mem::discriminant(content).hash(hasher);
    match content {
        Content::Accept(output) => outcomes(output).hash(hasher),
        Content::Reject(Rejection { reason, code, .. }) => (words(reason.raw()), code).hash(hasher),
        Content::Unsupported(text) | Content::Error(text) => words(text.raw()).hash(hasher),
    }
}

/// What became of an HTLC, or of those of a sequence: each outcome with its code and its words once.
fn outcomes(output: &Value) -> Vec<String> {
    let of = |decision: &Map<String, Value>| {
        let text = |key: &str| decision.get(key).and_then(Value::as_str).unwrap_or_default();
        format!("{} {} {}", text("outcome"), text("code"), words(text("reason")))
    };
    let mut all: Vec<_> = decisions(output).map(of).collect();
    all.sort_unstable();
    all.dedup();
    all
}
