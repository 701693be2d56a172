//! The words of the judge: what a case came to, and where the answer differs from the expected one.

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::vectors::{Case, Level};

/// Which failure codes count. (What is said of each is the help of `--codes`.)
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, PartialEq, Eq, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Codes {
    /// Only the one that the spec names, the first that the case lists
    Exact,
    /// Every code that the case lists
    #[default]
    Allowed,
    /// All: wrong codes and data are reported, but no case fails because of them
    Ignore,
}

/// What a case came to.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As expected.
    #[default]
    Pass,
    /// Not asked: the adapter did not declare what the case needs, or the run ended before it.
    NotRun,
    /// Rejected, as expected, and with the right code, but with data that do not belong to it.
    WrongData,
    /// Rejected, as expected, but with a failure code that the specs' wording does not allow.
    WrongCode,
    /// Accepted, as expected, but with another output.
    WrongOutput,
    /// Accepted what must be rejected, or the other way round.
    WrongVerdict,
    /// The adapter declared the operation and says that it cannot answer.
    Unsupported,
    /// The adapter reports an error of its own.
    Error,
    /// The adapter took more memory than it may.
    TooMuchMemory,
    /// The adapter had more processes than it may.
    TooManyProcesses,
    /// No answer within the case's time.
    TimedOut,
    /// The process ended over this case.
    Crashed,
}

impl Outcome {
    /// Did the process end over the case, or was it ended?
    pub const fn is_death(self) -> bool {
        matches!(self, Self::TooMuchMemory | Self::TooManyProcesses | Self::TimedOut | Self::Crashed)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "passed",
            Self::NotRun => "not run",
            Self::WrongData => "wrong data",
            Self::WrongCode => "wrong code",
            Self::WrongOutput => "wrong output",
            Self::WrongVerdict => "wrong verdict",
            Self::Unsupported => "unsupported",
            Self::Error => "error",
            Self::TooMuchMemory => "too much memory",
            Self::TooManyProcesses => "too many processes",
            Self::TimedOut => "timed out",
            Self::Crashed => "crashed",
        })
    }
}

/// The outcome with the reasons for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// What the case came to.
    pub outcome: Outcome,
    /// Does it fail the run? Wrong codes and data do not with [`Codes::Ignore`], nor does what is weaker than the level on
    /// which a run is to fail.
    pub fails: bool,
    /// Where the answer differs from the expected one, if the two can be compared.
    pub differences: Vec<Difference>,
    /// Other reasons of the closed list than expected: expected, actual. They never fail a case.
    pub reasons: Vec<(String, String)>,
    /// A sentence, when there are no differences to show.
    pub message: String,
}

impl Judgement {
    /// An outcome that needs no comparison.
    pub fn plain(outcome: Outcome, message: impl Into<String>) -> Self {
        let fails = !matches!(outcome, Outcome::Pass | Outcome::NotRun);
        Self { outcome, fails, differences: Vec::new(), reasons: Vec::new(), message: message.into() }
    }

    /// A pass with nothing to report.
    pub fn pass() -> Self {
        Self::plain(Outcome::Pass, String::new())
    }

    /// The case was not asked, and why.
    pub fn not_run(why: impl Into<String>) -> Self {
        Self::plain(Outcome::NotRun, why)
    }

    /// Is this a pass with nothing to report?
    pub fn is_clean(&self) -> bool {
        self.outcome == Outcome::Pass && self.reasons.is_empty()
    }

    /// Was there a wrong answer, rather than none?
    pub const fn is_wrong_answer(&self) -> bool {
        matches!(
            self.outcome,
            Outcome::WrongData | Outcome::WrongCode | Outcome::WrongOutput | Outcome::WrongVerdict
        )
    }

    /// The level of the strongest text that a wrong answer goes against; none if it is right, or if there is no answer to
    /// judge: that fails at every level.
    pub fn level(&self, case: &Case) -> Option<Level> {
        match self.outcome {
            Outcome::WrongVerdict => Some(case.level),
            _ => self.differences.iter().map(|difference| difference.level).min(),
        }
    }

    /// The outcome and its first difference in a line.
    pub fn line(&self) -> String {
        match self.differences.first() {
            Some(first) => format!("{} at {}", self.outcome, first.path),
            None if self.message.is_empty() => self.outcome.to_string(),
            None => format!("{}: {}", self.outcome, self.message),
        }
    }
}

/// One place where an answer differs from the expected one.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// What the case comes to by this difference alone.
    pub outcome: Outcome,
    /// How strong the text is that asks for the expected value.
    pub level: Level,
    /// Where, such as `records[1].value`.
    pub path: String,
    /// The expected value; none for a key that must not be there.
    pub expected: Option<Value>,
    /// The answer's value; none for a key that is missing.
    pub actual: Option<Value>,
    /// Hints for the adapter's author.
    pub notes: Vec<String>,
}

impl Difference {
    /// A difference, with the hint that the two values themselves call for.
    pub fn new(
        outcome: Outcome,
        level: Level,
        path: impl Into<String>,
        expected: Option<Value>,
        actual: Option<Value>,
    ) -> Self {
        let notes = form_hint(expected.as_ref(), actual.as_ref()).map(str::to_owned).into_iter().collect();
        Self { outcome, level, path: path.into(), expected, actual, notes }
    }
}

/// The usual mistake behind two values that differ in form only.
fn form_hint(expected: Option<&Value>, actual: Option<&Value>) -> Option<&'static str> {
    match (expected?, actual?) {
        (Value::String(expected), Value::String(actual)) => {
            let bare = actual.strip_prefix("0x").unwrap_or(actual);
            if bare != actual && bare.eq_ignore_ascii_case(expected) {
                Some("hex is written without 0x")
            } else {
                actual.eq_ignore_ascii_case(expected).then_some("hex is lower-case")
            }
        }
        (Value::String(expected), Value::Number(actual)) if actual.to_string() == *expected => {
            Some("64-bit integers are decimal strings, not JSON numbers")
        }
        (Value::Number(expected), Value::String(actual)) if *actual == expected.to_string() => {
            Some("this one is a JSON number, not a string")
        }
        (Value::Number(expected), Value::Number(actual)) if expected.as_f64() == actual.as_f64() => {
            Some("a number is written as an integer")
        }
        _ => None,
    }
}
