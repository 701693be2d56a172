//! A candidate: a divergence in a file, for a person to decide. It says what each side answered and nothing of who is
//! right; nothing reads it back into the vectors.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::recipe::recipe;
use super::shrink::Shrunk;
use super::subject::{Divergence, Subject};
use crate::harness::Judgement;
use crate::protocol::operation::Input;
use crate::protocol::{Content, Implementation};
use crate::vectors::{Verdict, load, yaml};

/// The `schema` of every candidate.
pub const SCHEMA: &str = "spontan-candidate/1";

/// The content of a candidate file.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The divergence in a sentence.
    pub about: String,
    /// Always `undecided`: who is right is for a person to say.
    pub verdict: Undecided,
    /// The operation.
    pub operation: String,
    /// Its input.
    pub input: Value,
    /// What the reference says, under the adapter's policies.
    pub reference: Verdict,
    /// What the adapter says.
    pub adapter: Value,
    /// What the second adapter says, if the divergence is between two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<SecondAnswer>,
    /// Who the adapter is.
    pub implementation: Implementation,
    /// The policies that it declared.
    pub policies: BTreeMap<String, String>,
    /// Did nothing simpler show the divergence?
    pub minimal: bool,
    /// How it was found, such as the seed and the number of the case.
    pub found: String,
    /// Vectors that show the same divergence with this adapter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vectors: Vec<String>,
    /// An input that the reference accepts and that differs in one thing, as a proposal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin: Option<Value>,
}

/// The other side of a divergence between two implementations.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct SecondAnswer {
    /// What it says, in the form of [`Candidate::adapter`].
    pub answer: Value,
    /// Who it is.
    pub implementation: Implementation,
    /// The policies that it declared.
    pub policies: BTreeMap<String, String>,
}

/// The only verdict that a candidate has.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Undecided {
    /// Nobody has said yet who is right.
    Undecided,
}

/// What an implementation said, or what became of it.
pub fn said(came: Option<&Content>, judgement: &Judgement) -> Value {
    match came {
        Some(content) => serde_json::to_value(content).unwrap_or_default(),
        None => {
            let outcome = judgement.outcome.to_string().replace(' ', "_");
            Value::Object([(outcome, judgement.message.as_str().into())].into_iter().collect())
        }
    }
}

impl Candidate {
    /// The candidate of a shrunk divergence.
    pub fn new(shrunk: &Shrunk, subject: &dyn Subject, found: String, vectors: &[String]) -> Option<Self> {
        let (hello, second) = (subject.hello(), subject.second());
        let Divergence { key, finding, second: answer } = &shrunk.divergence;
        let second = second.zip(answer.clone()).map(|(hello, answer)| SecondAnswer {
            answer,
            implementation: hello.implementation.clone(),
            policies: hello.policies.clone(),
        });
        Some(Self {
            schema: SCHEMA.into(),
            about: format!("{}: {}", key.operation, key.sentence()),
            verdict: Undecided::Undecided,
            operation: key.operation.clone(),
            input: shrunk.case.input.clone(),
            reference: shrunk.case.default_verdict()?.clone(),
            adapter: said(finding.actual.as_ref(), &finding.judgement),
            second,
            implementation: hello.implementation.clone(),
            policies: hello.policies.clone(),
            minimal: shrunk.minimal,
            found,
            vectors: vectors.to_vec(),
            twin: shrunk.twin.as_ref().map(|twin| twin.input.clone()),
        })
    }

    /// Reads a candidate.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn read(path: &Path) -> Result<Self, String> {
        let wrong = |what: String| format!("{}: {what}", path.display());
        let text = load::read_text(path, load::MAX_FILE).map_err(|error| wrong(error.to_string()))?;
        let candidate: Self = serde_yaml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        if candidate.schema != SCHEMA {
            return Err(wrong(format!("its schema is {:?}; a candidate has {SCHEMA:?}", candidate.schema)));
        }
        candidate.typed_input().map_err(wrong)?;
        Ok(candidate)
    }

    /// The input.
    ///
    /// # Errors
    /// If there is no such operation, or the input is not its.
    pub fn typed_input(&self) -> Result<Input, String> {
        typed(&self.operation, &self.input)
    }

    /// The recipe of a case of it, as far as the reference's answer is right.
    pub fn recipe(&self) -> Option<String> {
        let twin = self.twin.as_ref().and_then(|twin| typed(&self.operation, twin).ok());
        let reason = match &self.reference {
            Verdict::Reject(refusal) => Some(refusal.reason.as_str()),
            Verdict::Accept(_) => None,
        };
        Some(recipe(&self.typed_input().ok()?, reason, twin.as_ref()))
    }

    /// The file's text: canonical YAML, and the recipe as a comment.
    pub fn text(&self) -> String {
        let header =
            "# A divergence that nobody has decided: docs/live-fuzzing.md says how one becomes a case.\n";
        let value = serde_json::to_value(self).unwrap_or_default();
        let recipe = self.recipe().unwrap_or_default();
        let recipe: String = recipe.lines().map(|line| format!("#     {line}\n")).collect();
        format!("{header}{}\n# As a recipe:\n{recipe}", yaml::emit(&value))
    }
}

fn typed(operation: &str, input: &Value) -> Result<Input, String> {
    Input::parse(operation, &input.to_string())
        .ok_or_else(|| format!("there is no operation {operation:?}"))?
        .map_err(|error| format!("the input is not that of {operation}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_reader_of_vectors_takes_undecided_for_a_verdict() {
        let undecided = serde_json::to_value(Undecided::Undecided).unwrap();
        assert_eq!(undecided, "undecided");
        assert!(serde_json::from_value::<Verdict>(undecided).is_err());
    }
}
