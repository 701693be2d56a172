#![doc = include_str!("../README.md")]

mod check;
mod pattern;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;

pub use check::check;

/// The cases of one operation.
#[derive(Debug)]
pub struct Suite {
    /// The operation, such as `tlv.decode`.
    pub operation: &'static str,
    /// The suite as JSON: the file of Spontan's bundle, byte by byte.
    pub json: &'static str,
    cases: OnceLock<Vec<Case>>,
}

/// One input with what must come out.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Case {
    /// The operation, a slash, and a name. It lasts for ever.
    pub id: String,
    /// It rises when input or expectation change.
    pub revision: u32,
    /// What is special about the input.
    pub about: String,
    /// How strong the text is that the verdict rests on: `must`, `should`, `may` or `proposal`.
    pub level: String,
    /// The same for the failure codes.
    pub code_level: Option<String>,
    /// The same for the data of the codes.
    pub data_level: Option<String>,
    /// What a failure means.
    pub flags: Vec<String>,
    /// Places in the specs, such as `01-messaging.md:605-801`.
    pub spec: Vec<String>,
    /// The ids of the rules that the case turns on.
    pub requirements: Vec<String>,
    /// The id of the accepted case that a rejected one differs from in one thing.
    pub twin: Option<String>,
    /// Open changes of the specs that would turn the case.
    #[serde(default)]
    pub open_texts: Vec<String>,
    /// The operation's input. Bytes are hex, numbers of 64 bits decimal strings.
    pub input: Value,
    /// What must come out; one entry where no policy decides.
    pub expect: Vec<Expectation>,
    /// Intermediate values that help to find a mistake.
    #[serde(default)]
    pub steps: Vec<Step>,
}

/// What must come out with the policies in `when`: one of `accept` and `reject`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Expectation {
    /// Policies and the values for which this applies.
    pub when: BTreeMap<String, String>,
    /// The operation's output.
    pub accept: Option<Value>,
    /// The rejection.
    pub reject: Option<Rejection>,
}

/// What a rejection must be. `codes` and `data` are empty where no failure is sent.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Rejection {
    /// Which layer refuses, such as `tlv`.
    pub layer: String,
    /// The one rule that is broken, such as `bigsize_not_minimal`.
    pub reason: String,
    /// The failure codes that the specs allow, their own first.
    #[serde(default)]
    pub codes: Vec<String>,
    /// The data of each code, where the specs fix it.
    #[serde(default)]
    pub data: BTreeMap<String, String>,
}

/// An intermediate value.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Step {
    /// What it is.
    pub name: String,
    /// Its bytes as hex.
    pub value: String,
}

/// Operations and suites. `scripts/packages.sh` writes the file.
const TEXTS: &[(&str, &str)] = include!("../suites/all.rs");

/// The suites, sorted by their operations.
pub fn suites() -> &'static [Suite] {
    static SUITES: OnceLock<Vec<Suite>> = OnceLock::new();
    let suite =
        |&(operation, json): &(&'static str, &'static str)| Suite { operation, json, cases: OnceLock::new() };
    SUITES.get_or_init(|| TEXTS.iter().map(suite).collect())
}

/// The cases of an operation, such as `tlv.decode`, or those whose ids match a pattern, such as `tlv.decode/bolt1-*`. In a pattern,
/// `*` stands for any characters, slashes too, `?` for one, `[ab]`, `[a-z]` and `[!a]` for one of those, or for another one.
///
/// # Panics
/// If there is no such case.
#[track_caller]
pub fn cases(pattern: &str) -> Vec<&'static Case> {
    let found: Vec<_> = match suites().iter().find(|suite| suite.operation == pattern) {
        Some(suite) => suite.cases().iter().collect(),
        None => suites()
            .iter()
            .filter(|suite| pattern::may_match(pattern, &format!("{}/", suite.operation)))
            .flat_map(Suite::cases)
            .filter(|case| pattern::matches(pattern, &case.id))
            .collect(),
    };
    let operations: Vec<_> = suites().iter().map(|suite| suite.operation).collect();
    assert!(
        !found.is_empty(),
        "there are no cases of {pattern:?}; the operations are {}",
        operations.join(", ")
    );
    found
}

/// The bytes of a field of an input or output, such as `&case.input["bytes"]`.
///
/// # Panics
/// If the value is not hex.
#[track_caller]
pub fn bytes(value: &Value) -> Vec<u8> {
    let digits = value.as_str().unwrap_or_else(|| panic!("{value} is not hex")).as_bytes();
    let digit = |digit: &u8| char::from(*digit).to_digit(16);
    let byte = |pair: &[u8]| u8::try_from(digit(pair.first()?)? << 4 | digit(pair.get(1)?)?).ok();
    digits.chunks(2).map(|pair| byte(pair).unwrap_or_else(|| panic!("{value} is not hex"))).collect()
}

impl Suite {
    /// The cases. They are read when they are first asked for.
    pub fn cases(&self) -> &[Case] {
        #[derive(Deserialize)]
        struct File {
            cases: Vec<Case>,
        }
        self.cases.get_or_init(|| match serde_json::from_str(self.json) {
            Ok(File { cases }) => cases,
            Err(error) => panic!("the cases of {} are damaged: {error}", self.operation),
        })
    }
}

impl Case {
    /// The operation that is asked for, such as `tlv.decode`.
    pub fn operation(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }

    /// What an implementation with these policies must answer, each with its value; those that are not named have their default.
    ///
    /// # Panics
    /// If a policy has a value that the case does not know.
    #[track_caller]
    pub fn expectation(&self, policies: &[(&str, &str)]) -> &Expectation {
        let fits = |expectation: &&Expectation| {
            policies
                .iter()
                .all(|(policy, value)| expectation.when.get(*policy).is_none_or(|other| other == value))
        };
        let found = self.expect.iter().find(fits);
        found.unwrap_or_else(|| {
            panic!("{} has no expectation for {policies:?}: is a value misspelt?", self.id)
        })
    }
}
