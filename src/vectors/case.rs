//! What a case is: its name, its input, what must come out, and where that is written. `vectors/README.md`
//! describes every field for people; the fields here are those of the files, in the files' order.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::protocol::operation::Input;

/// The `schema` of every vectors file.
pub const SCHEMA: &str = "spontan-vectors/1";

/// The cases of one operation: one file.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Suite {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The operation, which is also the suite's name.
    pub suite: String,
    /// What the suite asks, in a sentence.
    pub about: String,
    /// The cases, sorted by id.
    pub cases: Vec<Case>,
}

/// One input with what must come out.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// `suite/accept/what-is-special` or `suite/reject/what-is-special`. It lasts for ever.
    pub id: String,
    /// Raised whenever operation, input or expectation change under the same id.
    pub revision: u32,
    /// What is special about the input, in a sentence or two.
    pub about: String,
    /// How strong the rule is that the case turns on.
    pub level: Level,
    /// What kind of bug a failure means; see `vectors/README.md`.
    pub flags: Vec<String>,
    /// Where the rule is written: document, section and line at the commits that `vectors/README.md` names.
    pub spec: Vec<String>,
    /// The requirements of `vectors/requirements.yaml` that the case shows, the one it turns on first.
    pub requirements: Vec<String>,
    /// The accepted case that a rejected one differs from in one thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin: Option<String>,
    /// The operation's input, as it is sent.
    pub input: Value,
    /// What must come out, when there is one answer for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<Verdict>,
    /// What must come out for each value of a policy, when the specs leave a choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect_by_policy: Option<ByPolicy>,
    /// Intermediate values, in the order in which they are computed. They are not judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
}

impl Case {
    /// The operation: the first part of the id.
    pub fn operation(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }

    /// The input with its bytes decoded.
    ///
    /// # Errors
    /// A case of no operation, or whose input is not the operation's.
    pub fn typed_input(&self) -> Result<Input, String> {
        Input::parse(self.operation(), &self.input.to_string())
            .ok_or_else(|| format!("{}: there is no such operation", self.id))?
            .map_err(|error| format!("{}: {error}", self.id))
    }

    /// In what it differs from its twin, in words: one thing, or several if that is what it is about.
    pub fn differs_in(&self) -> &'static str {
        let several = self.flags.iter().any(|flag| flag == "several-faults");
        if several { "several things" } else { "one thing" }
    }

    /// What this implementation must answer, given the policies that it declared.
    pub fn expectation(&self) -> Expectation<'_> {
        match (&self.expect, &self.expect_by_policy) {
            (_, Some(by_policy)) => Expectation::ByPolicy(by_policy),
            (Some(verdict), None) => Expectation::One(verdict),
            (None, None) => Expectation::Missing,
        }
    }

    /// The profiles of the shared-secret scheme that the case needs, in its settings or in those that an event sets.
    pub fn profiles(&self) -> impl Iterator<Item = &str> {
        let events = self.input.get("events").and_then(Value::as_array).into_iter().flatten();
        let settings = events.chain([&self.input]).filter_map(|of| of.get("settings")?.get("shared_secret"));
        let named = self.input.get("profile").into_iter().chain(settings);
        named.filter_map(Value::as_str).filter(|name| *name != "off")
    }
}

/// How the expectation of a case is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Expectation<'a> {
    /// One answer.
    One(&'a Verdict),
    /// One answer for each value of a policy.
    ByPolicy(&'a ByPolicy),
    /// Neither is there: the file does not lint.
    Missing,
}

impl<'a> Expectation<'a> {
    /// The answer wanted from an implementation with these policies; the first value is the default.
    pub fn verdict(self, policies: &BTreeMap<String, String>) -> Option<&'a Verdict> {
        match self {
            Self::One(verdict) => Some(verdict),
            Self::Missing => None,
            Self::ByPolicy(by_policy) => match policies.get(&by_policy.policy) {
                Some(value) => {
                    by_policy.answers.iter().find(|answer| answer.value == *value).map(|a| &a.verdict)
                }
                None => by_policy.answers.first().map(|answer| &answer.verdict),
            },
        }
    }
}

/// The answers of a case for each value of one policy, the default's first.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ByPolicy {
    /// The policy's name.
    pub policy: String,
    /// An answer for each of its values.
    pub answers: Vec<PolicyAnswer>,
}

/// The answer for one value of a policy. In the file `accept` or `reject` stand beside `value`.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(into = "Map<String, Value>", try_from = "Map<String, Value>")]
pub struct PolicyAnswer {
    /// The policy's value.
    pub value: String,
    /// What must come out.
    pub verdict: Verdict,
}

impl From<PolicyAnswer> for Map<String, Value> {
    fn from(answer: PolicyAnswer) -> Self {
        let mut map = Self::new();
        map.insert("value".into(), answer.value.into());
        if let Ok(Value::Object(verdict)) = serde_json::to_value(answer.verdict) {
            map.extend(verdict);
        }
        map
    }
}

impl TryFrom<Map<String, Value>> for PolicyAnswer {
    type Error = String;

    fn try_from(mut map: Map<String, Value>) -> Result<Self, String> {
        let Some(Value::String(value)) = map.shift_remove("value") else {
            return Err("an answer by policy has no `value`".into());
        };
        let verdict = serde_json::from_value(Value::Object(map)).map_err(|error| error.to_string())?;
        Ok(Self { value, verdict })
    }
}

/// What must come out.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// This output.
    Accept(Value),
    /// A rejection.
    Reject(Refusal),
}

/// The rejection that is wanted.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The layer of [`Refusal::reason`].
    pub layer: String,
    /// The rule that is broken: one of [`crate::protocol::reason::REASONS`].
    pub reason: String,
    /// The failure codes that the specs' wording allows, the spec's own first. Empty where no failure is sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
    /// The data of the first code, hex, where the specs fix it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
}

/// How strong a rule is.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// A MUST of a spec, or a scheme's definition.
    #[value(help = "What a spec demands")]
    Must,
    /// A SHOULD of a spec.
    #[value(help = "Also what a spec recommends")]
    Should,
    /// The specs are silent or leave a choice; the answer is that of a policy or of the reference's default.
    #[value(help = "Also where the specs are silent or leave a choice")]
    May,
}

/// An intermediate value.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What it is.
    pub name: String,
    /// Its bytes, hex, or its decimal digits.
    pub value: String,
}
