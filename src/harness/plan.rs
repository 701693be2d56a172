//! What a run asks: the selected cases, each with its request made once and the bytes of the answer that most
//! adapters give when they are right.

use std::borrow::Cow;

use serde_json::Value;

use super::judge::{canonical, judge};
use super::judgement::{Codes, Judgement};
use super::kept;
use crate::protocol::{AdapterHello, Content, MAX_LINE, Reads, strict};
use crate::vectors::{Case, Level, Verdict};

/// The most bytes that a request's line has before its body: `{"type":"case","seq":` and 20 digits.
const MAX_HEAD: usize = 41;

/// A case as it is run.
#[derive(Debug)]
pub struct Job<'a> {
    /// The case.
    pub case: &'a Case,
    /// The request after its `seq`, with the LF.
    pub body: Vec<u8>,
    /// What is expected of this adapter, or why the case is not run.
    pub expected: Result<&'a Verdict, NotRun>,
    /// The policies that decide what is expected.
    pub choices: Vec<Choice<'a>>,
    /// A right answer after `{"seq":N,` in the shortest form, if that passes with nothing to report.
    quick: Option<Vec<u8>>,
}

/// A policy that decides what is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice<'a> {
    /// The policy.
    pub policy: &'a str,
    /// Its value.
    pub value: &'a str,
    /// Did the adapter declare it? Otherwise it is the default.
    pub declared: bool,
}

/// Why a case is not asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRun {
    /// The adapter did not declare this operation.
    #[error("the adapter does not declare {0}")]
    Operation(String),
    /// The adapter does not have this profile of the shared-secret scheme.
    #[error("the adapter does not declare the profile {0}")]
    Profile(String),
    /// The case has no answer for the adapter's value of this policy.
    #[error("the vectors have no answer for the adapter's value of the policy {0}")]
    Policy(String),
}

/// The jobs of a run, with what all of them are judged by.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The jobs, in the order of the vectors.
    pub jobs: Vec<Job<'a>>,
    /// What the adapter declared.
    pub hello: AdapterHello,
    /// Which failure codes count.
    pub codes: Codes,
    /// Deviations that are weaker than this level fail nothing.
    pub fail_on: Level,
}

impl<'a> Plan<'a> {
    /// Makes the requests for an adapter that said `hello`. Every deviation fails.
    pub fn new(cases: &[&'a Case], hello: AdapterHello, codes: Codes) -> Self {
        let mut plan = Self { jobs: Vec::with_capacity(cases.len()), hello, codes, fail_on: Level::Proposal };
        for case in cases {
            let expected = plan.expected(case);
            let quick = expected.as_ref().ok().and_then(|expected| plan.quick(case, expected));
            let choices = plan.choices(case);
            plan.jobs.push(Job { case, body: body(case, plan.hello.reads), expected, choices, quick });
        }
        plan
    }

    fn expected(&self, case: &'a Case) -> Result<&'a Verdict, NotRun> {
        if !self.hello.operations.iter().any(|operation| operation == case.operation()) {
            return Err(NotRun::Operation(case.operation().to_owned()));
        }
        if let Some(profile) = case.profiles().find(|name| !self.hello.profiles.iter().any(|had| had == name))
        {
            return Err(NotRun::Profile(profile.to_owned()));
        }
        case.verdict(&self.hello.policies)
            .ok_or_else(|| NotRun::Policy(case.policies().into_iter().collect::<Vec<_>>().join(" and ")))
    }

    fn choices(&self, case: &'a Case) -> Vec<Choice<'a>> {
        let applies = case.expectation(&self.hello.policies).into_iter();
        let choice = |(policy, value): (&'a String, &'a String)| Choice {
            policy,
            value,
            declared: self.hello.policies.contains_key(policy),
        };
        applies.flat_map(|expectation| &expectation.when).map(choice).collect()
    }

    /// The rest of a right answer line after `{"seq":N,`, in its shortest form, and what it says.
    fn right(&self, case: &Case, expected: &Verdict) -> Option<(String, Content)> {
        let answer = canonical(case.operation(), expected, &self.hello);
        let rest = serde_json::to_string(&answer).ok()?.split_off(1);
        let content = strict::answer(&format!("{{\"seq\":1,{rest}")).ok()?.content;
        Some((rest, content))
    }

    /// A right answer to a job that is asked.
    pub fn right_answer(&self, job: &Job<'_>) -> Option<Content> {
        Some(self.right(job.case, job.expected.as_ref().ok()?)?.1)
    }

    fn quick(&self, case: &Case, expected: &Verdict) -> Option<Vec<u8>> {
        let (rest, content) = self.right(case, expected)?;
        // The judge itself says that the shortcut is right.
        let judgement = judge(case, expected, &self.hello, self.codes, &content);
        judgement.is_clean().then(|| rest.into_bytes())
    }

    /// Is the rest of an answer line after `{"seq":N,` the one that passes?
    pub fn passes_quickly(&self, index: usize, rest: &[u8]) -> bool {
        self.jobs.get(index).is_some_and(|job| job.quick.as_deref() == Some(rest))
    }

    /// Judges an answer to a job that was asked.
    pub fn judge(&self, index: usize, content: &Content) -> Judgement {
        match self.jobs.get(index) {
            Some(Job { case, expected: Ok(expected), .. }) => self.judge_by(case, expected, content),
            _ => Judgement::not_run("it was not asked"),
        }
    }

    /// What is kept of an answer and of what it was judged to be.
    pub(super) fn kept(&self, index: usize, judgement: Judgement, content: Content) -> (Judgement, Content) {
        match self.jobs.get(index) {
            Some(Job { expected: Ok(expected), .. }) => {
                (kept::judgement(judgement, expected), kept::content(content, expected))
            }
            _ => (judgement, content),
        }
    }

    /// Judges an answer to a case by another verdict than that of the adapter's own policies.
    pub fn judge_by(&self, case: &Case, expected: &Verdict, content: &Content) -> Judgement {
        let mut judgement = judge(case, expected, &self.hello, self.codes, content);
        judgement.fails &= judgement.level(case).is_none_or(|level| level <= self.fail_on);
        judgement
    }
}

/// The request line after its `seq`, with the LF. What the packets decrypt to is there only for those who do not open them,
/// so that nobody can copy it unseen.
fn body(case: &Case, reads: Reads) -> Vec<u8> {
    let operation = Value::from(case.operation());
    let input = match reads {
        Reads::Packet => without_peeled(&case.input),
        Reads::Payload => Cow::Borrowed(&case.input),
    };
    format!(",\"operation\":{operation},\"input\":{input}}}\n").into_bytes()
}

/// An input without `peeled`, its own and that of its events.
fn without_peeled(input: &Value) -> Cow<'_, Value> {
    const PEELED: &str = "peeled";
    let events = input.get("events").and_then(Value::as_array).into_iter().flatten();
    if [input].into_iter().chain(events).all(|value| value.get(PEELED).is_none()) {
        return Cow::Borrowed(input);
    }
    let mut input = input.clone();
    let strip = |value: &mut Value| value.as_object_mut().map(|fields| fields.shift_remove(PEELED));
    strip(&mut input);
    input.get_mut("events").and_then(Value::as_array_mut).into_iter().flatten().for_each(|event| {
        strip(event);
    });
    Cow::Owned(input)
}

/// The request line of a case, with the LF and with all that an adapter may be sent.
pub fn request(case: &Case, seq: u64) -> Vec<u8> {
    let mut line = format!("{{\"type\":\"case\",\"seq\":{seq}").into_bytes();
    line.extend(body(case, Reads::Payload));
    line
}

/// How long the request line of a case may get, if that is more than the protocol allows.
pub fn too_long(case: &Case) -> Option<usize> {
    let length = MAX_HEAD + body(case, Reads::Payload).len();
    (length > MAX_LINE).then_some(length)
}

/// Splits `{"seq":N,…` into N and the rest, without reading the rest. Anything unusual is left to the parser.
pub fn split(line: &[u8]) -> Option<(u64, &[u8])> {
    let rest = line.strip_prefix(br#"{"seq":"#)?;
    let (digits, rest) = rest.split_at(rest.iter().position(|byte| !byte.is_ascii_digit())?);
    if digits.first() == Some(&b'0') {
        return None;
    }
    Some((std::str::from_utf8(digits).ok()?.parse().ok()?, rest.strip_prefix(b",")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_packets_decrypt_to_is_sent_to_those_alone_who_ask_for_it() {
        let suites = crate::vectors::load::built_in().unwrap();
        let (mut with, mut changed) = (0, 0);
        for case in suites.iter().flat_map(|suite| &suite.cases) {
            let count = |reads| String::from_utf8(body(case, reads)).unwrap().matches("\"peeled\":").count();
            with += count(Reads::Payload);
            assert_eq!(count(Reads::Packet), 0, "{}", case.id);
            // Nothing else goes: the reference answers alike.
            let (all, less) = (
                case.typed_input(),
                Case { input: without_peeled(&case.input).into_owned(), ..case.clone() },
            );
            let (Ok(all), Ok(less)) = (all, less.typed_input()) else { continue };
            let answer = |input| crate::reference::answer_input(input, Default::default());
            assert_eq!(answer(&all), answer(&less), "{}", case.id);
            changed += usize::from(all != less);
        }
        assert!(with > 1500 && changed > 600, "{with} {changed}");
    }

    #[test]
    fn only_the_plain_form_is_split() {
        assert_eq!(split(br#"{"seq":17,"accept":{}}"#), Some((17, &br#""accept":{}}"#[..])));
        for line in [
            &br#"{"seq": 17,"accept":{}}"#[..],
            br#"{"seq":017,"accept":{}}"#,
            br#"{"seq":1.0,"accept":{}}"#,
            br#"{"seq":"1","accept":{}}"#,
            br#"{"seq":-1,"accept":{}}"#,
            br#"{"seq":99999999999999999999,"accept":{}}"#,
            br#"{"seq":1}"#,
            br#"{"seq":,"accept":{}}"#,
            b"",
        ] {
            assert_eq!(split(line), None, "{}", String::from_utf8_lossy(line));
        }
    }
}
