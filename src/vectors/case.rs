//! What a case is: its name, its input, what must come out, and where that is written. `vectors/README.md`
//! describes every field for people; the fields here are those of the files, in the files' order.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::node::Policies;
use crate::protocol::operation::Input;

/// The `schema` of every vectors file.
pub const SCHEMA: &str = "spontan-vectors/2";

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
    /// `suite/what-is-special`. It lasts for ever, and so it does not say what must come out.
    pub id: String,
    /// Raised whenever operation, input or expectation change under the same id.
    pub revision: u32,
    /// What is special about the input, in a sentence or two.
    pub about: String,
    /// How strong the text is that the verdict rests on.
    pub level: Level,
    /// How strong the text is that asks for these failure codes; none where no failure has a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_level: Option<Level>,
    /// How strong the text is that asks for this failure data; none where no data is expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_level: Option<Level>,
    /// What kind of bug a failure means; see `vectors/README.md`.
    pub flags: Vec<String>,
    /// Where the rule is written: document, section and line at the commits that `vectors/README.md` names.
    pub spec: Vec<String>,
    /// The requirements of `vectors/requirements.yaml` that the case shows, the one it turns on first.
    pub requirements: Vec<String>,
    /// The accepted case that a rejected one differs from in one thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin: Option<String>,
    /// The open texts that would turn the case, by their names in [`super::open_text::OPEN_TEXTS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_texts: Vec<String>,
    /// The operation's input, as it is sent.
    pub input: Value,
    /// What must come out. Where the specs leave a choice there is an expectation for each, the default's first; exactly one
    /// of them applies to an implementation.
    pub expect: Vec<Expectation>,
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

    /// What an implementation must answer that has declared these policies; of a policy that it has not declared, the first
    /// value counts. None if it has declared a value that no expectation knows.
    pub fn expectation(&self, declared: &BTreeMap<String, String>) -> Option<&Expectation> {
        let applies = |policy: &String, value: &String| match declared.get(policy) {
            Some(declared) => declared == value,
            None => Policies::ALL.iter().any(|(name, values)| name == policy && values[0] == *value),
        };
        let applicable = |expectation: &&Expectation| {
            expectation.when.iter().all(|(policy, value)| applies(policy, value))
        };
        self.expect.iter().find(applicable)
    }

    /// The verdict of [`Case::expectation`].
    pub fn verdict(&self, declared: &BTreeMap<String, String>) -> Option<&Verdict> {
        self.expectation(declared).map(|expectation| &expectation.verdict)
    }

    /// What must come out with the default of every policy.
    pub fn default_verdict(&self) -> Option<&Verdict> {
        self.expect.first().map(|expectation| &expectation.verdict)
    }

    /// Whether it must be accepted or rejected, with the default of every policy.
    pub fn verdict_kind(&self) -> VerdictKind {
        match self.default_verdict() {
            Some(Verdict::Reject(_)) => VerdictKind::Reject,
            _ => VerdictKind::Accept,
        }
    }

    /// The policies that the answer depends on.
    pub fn policies(&self) -> BTreeSet<&str> {
        self.expect.iter().flat_map(|expectation| expectation.when.keys()).map(String::as_str).collect()
    }

    /// The profiles of the shared-secret scheme that the case needs, in its settings or in those that an event sets.
    pub fn profiles(&self) -> impl Iterator<Item = &str> {
        let events = self.input.get("events").and_then(Value::as_array).into_iter().flatten();
        let settings = events.chain([&self.input]).filter_map(|of| of.get("settings")?.get("shared_secret"));
        let named = self.input.get("profile").into_iter().chain(settings);
        named.filter_map(Value::as_str).filter(|name| *name != "off")
    }
}

/// What must come out, and for which choices. In the file `accept` or `reject` stand beside `when`.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
pub struct Expectation {
    /// The values of the policies with which it applies; empty where no policy matters.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub when: BTreeMap<String, String>,
    /// What must come out.
    #[serde(flatten, deserialize_with = "alone")]
    pub verdict: Verdict,
}

impl From<Verdict> for Expectation {
    fn from(verdict: Verdict) -> Self {
        Self { when: BTreeMap::new(), verdict }
    }
}

/// A verdict that stands alone: unlike serde's own flattening, this says what is wrong with other keys.
fn alone<'de, D: Deserializer<'de>>(fields: D) -> Result<Verdict, D::Error> {
    serde_json::from_value(Value::Object(Map::deserialize(fields)?)).map_err(D::Error::custom)
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
    /// The data of each code, hex, where the specs fix it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub data: BTreeMap<String, String>,
}

/// Which of the two a verdict is.
#[derive(Debug, Clone, Copy, Deserialize, PartialEq, Eq, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum VerdictKind {
    /// What must be accepted.
    Accept,
    /// What must be rejected.
    Reject,
}

/// How strong the text is that something rests on, the strongest first.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// A MUST of a spec, or a definition without which there is nothing to say.
    #[value(help = "What a spec demands")]
    Must,
    /// A SHOULD of a spec.
    #[value(help = "Also what a spec recommends")]
    Should,
    /// A MAY of a spec, or a text that is silent: a policy has the answer.
    #[value(help = "Also where the specs are silent or leave a choice")]
    May,
    /// The post of 2019 alone, which is no spec.
    #[value(help = "Also the proposal of 2019")]
    Proposal,
}

impl Level {
    /// The name, as it stands in the files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::May => "may",
            Self::Proposal => "proposal",
        }
    }
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

/// Whether this is a part of an id: a-z, 0-9 and -.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}
