//! Two implementations asked the same, the second one's answers in place of the reference's: where they differ as far as
//! both declare what is asked. The reference still says which rule was reached, and whether the two differ only because
//! they declare other policies.

use std::panic::resume_unwind;
use std::thread;

use serde_json::{Map, Value, json};

use super::candidate::said;
use super::cluster::Key;
use super::expected;
use super::subject::{Divergence, Reply, Round, Subject};
use crate::harness::{Codes, Finding, Judgement, Stop, judge};
use crate::protocol::output::{decisions_mut, has_free_data};
use crate::protocol::{AdapterHello, Content, FailureDetail, Rejection};
use crate::vectors::case::Refusal;
use crate::vectors::{Case, Verdict};

/// An implementation, and a second one as its oracle.
#[derive(Debug)]
pub struct Against<A, B> {
    one: A,
    second: B,
    /// What the first said of itself, as far as the second declares it too.
    hello: AdapterHello,
}

impl<A: Subject, B: Subject> Against<A, B> {
    /// Two implementations as one subject.
    pub fn new(one: A, second: B) -> Self {
        let (mut hello, other) = (one.hello().clone(), second.hello());
        hello.operations.retain(|operation| other.operations.contains(operation));
        hello.profiles.retain(|profile| other.profiles.contains(profile));
        let more = other.omits.iter().filter(|omit| !hello.omits.contains(omit)).cloned();
        hello.omits.extend(more.collect::<Vec<_>>());
        hello.failure_detail = less(hello.failure_detail, other.failure_detail);
        Self { one, second, hello }
    }

    /// Do the two differ on a case only because they declare other policies? The reference is asked under both.
    fn differ_by_policy(&self, case: &Case) -> bool {
        let under = |hello| {
            let input = case.typed_input().ok()?;
            expected::case(&input, expected::policies(hello)).ok().map(|case| case.expect)
        };
        self.hello.policies != self.second.hello().policies
            && under(&self.hello) != under(self.second.hello())
    }

    /// Compares what was said of one case; none if the two agree.
    fn compare(&self, case: &Case, one: &Side<'_>, second: &Side<'_>) -> Option<Divergence> {
        let broken = |side: &Side<'_>, broke: bool| {
            let found = side.found?.finding.clone();
            let finding = Finding { actual: one.content(case), ..found };
            let key = Key::between_two(case, case, &finding, broke);
            let second = said(second.content(case).as_ref(), second.judgement());
            Some(Divergence { key, finding, second: Some(second) })
        };
        if !one.said.is_verdict() {
            return if one.cannot_answer(second) { None } else { broken(one, false) };
        }
        if !second.said.is_verdict() {
            return broken(second, true);
        }
        let (actual, other) = (one.content(case)?, second.content(case)?);
        let expected = |side: &Side<'_>, said: &Content| match side.found {
            None => case.default_verdict().cloned(),
            Some(_) => Some(verdict(said)),
        };
        let (first_expected, expected) = (expected(one, &actual)?, expected(second, &other)?);
        let judge = |expected, actual| judge(case, expected, &self.hello, Codes::Allowed, actual);
        let mut judgement = judge(&expected, &actual);
        if !judgement.fails {
            // What the second answer lacks, such as a code, it does not ask for either.
            judgement = judge(&first_expected, &other);
            for difference in &mut judgement.differences {
                std::mem::swap(&mut difference.expected, &mut difference.actual);
            }
        }
        if !judgement.fails {
            return None;
        }
        let index = one.found.or(second.found)?.finding.index;
        let finding = Finding { index, round: 0, judgement, actual: Some(actual), stderr: String::new() };
        let by_second = Case { expect: vec![expected.into()], ..case.clone() };
        let key = Key::between_two(&by_second, case, &finding, false);
        Some(Divergence { key, finding, second: Some(serde_json::to_value(&other).unwrap_or_default()) })
    }
}

/// What one implementation made of a case.
struct Side<'a> {
    said: &'a Reply,
    /// How it differs from the reference, if it does.
    found: Option<&'a Divergence>,
}

impl<'a> Side<'a> {
    /// The part of a round that is about one case.
    fn of(round: &'a Round, index: usize) -> Option<Self> {
        let found = round.failures.binary_search_by_key(&index, |found| found.finding.index).ok();
        Some(Self { said: round.said.get(index)?, found: found.and_then(|at| round.failures.get(at)) })
    }

    /// The answer, if there is one.
    fn content(&self, case: &Case) -> Option<Content> {
        match self.said {
            Reply::Nothing | Reply::Died => None,
            Reply::Expected => case.default_verdict().map(content),
            Reply::Other(content) => Some(content.clone()),
        }
    }

    fn judgement(&self) -> &Judgement {
        static PASSED: std::sync::OnceLock<Judgement> = std::sync::OnceLock::new();
        self.found.map_or_else(|| PASSED.get_or_init(Judgement::pass), |found| &found.finding.judgement)
    }

    /// Do both say that they cannot answer?
    fn cannot_answer(&self, other: &Side<'_>) -> bool {
        [self, other].iter().all(|side| matches!(side.said, Reply::Other(_)) && !side.said.is_verdict())
    }
}

impl<A: Subject, B: Subject + Send> Subject for Against<A, B> {
    fn hello(&self) -> &AdapterHello {
        &self.hello
    }

    fn second(&self) -> Option<&AdapterHello> {
        Some(self.second.hello())
    }

    fn ask(&mut self, cases: &[Case]) -> Result<Round, Stop> {
        let (one, second) = thread::scope(|threads| {
            let second = &mut self.second;
            let second = threads.spawn(move || second.ask(cases));
            (self.one.ask(cases), second.join().unwrap_or_else(|why| resume_unwind(why)))
        });
        let one = one?;
        let second = second.map_err(|stop| Stop {
            message: format!("this is about the second adapter, that of --against: {}", stop.message),
            ..stop
        })?;
        let mut round = Round::default();
        for (index, case) in cases.iter().enumerate() {
            let (Some(side), Some(other)) = (Side::of(&one, index), Side::of(&second, index)) else {
                continue;
            };
            let unasked = *side.said == Reply::Nothing || *other.said == Reply::Nothing;
            if unasked || side.found.is_none() && other.found.is_none() {
                continue;
            }
            let Some(divergence) = self.compare(case, &side, &other) else { continue };
            if side.said.is_verdict() && other.said.is_verdict() && self.differ_by_policy(case) {
                round.by_policy += 1;
            } else {
                round.failures.push(divergence);
            }
        }
        Ok(Round { said: one.said, second: second.said, ..round })
    }
}

/// The less of what two implementations' rejections carry.
fn less(one: FailureDetail, other: FailureDetail) -> FailureDetail {
    match (one, other) {
        (FailureDetail::None, _) | (_, FailureDetail::None) => FailureDetail::None,
        (FailureDetail::Code, _) | (_, FailureDetail::Code) => FailureDetail::Code,
        (FailureDetail::Data, FailureDetail::Data) => FailureDetail::Data,
    }
}

/// The entries of a sequence's output that failed, each rewritten.
fn failed(output: &Value, rewrite: impl Fn(&mut Map<String, Value>)) -> Value {
    let mut output = output.clone();
    decisions_mut(&mut output)
        .filter(|decision| decision.get("outcome").is_some_and(|it| it == "failed"))
        .for_each(rewrite);
    output
}

/// An answer that gives what is expected.
fn content(expected: &Verdict) -> Content {
    match expected {
        Verdict::Accept(output) => Content::Accept(failed(output, |entry| {
            entry.shift_remove("layer");
            if let Some(first) = entry.shift_remove("codes").and_then(|codes| codes.get(0).cloned()) {
                if let Some(data) =
                    entry.shift_remove("data").and_then(|data| data.get(first.as_str()?).cloned())
                {
                    entry.insert("data".into(), data);
                }
                entry.insert("code".into(), first);
            }
        })),
        Verdict::Reject(Refusal { reason, codes, data, .. }) => Content::Reject(Rejection {
            reason: reason.as_str().into(),
            code: codes.first().cloned(),
            data: codes.first().and_then(|code| data.get(code)).cloned(),
        }),
    }
}

/// An answer as what is expected. The data of two codes is the node's choice, as `docs/protocol.md` says.
fn verdict(answer: &Content) -> Verdict {
    match answer {
        Content::Reject(Rejection { reason, code, data }) => Verdict::Reject(Refusal {
            layer: String::new(),
            reason: reason.raw().to_owned(),
            codes: code.iter().cloned().collect(),
            data: code
                .iter()
                .filter(|code| !has_free_data(Some(code)))
                .filter_map(|code| Some((code.clone(), data.clone()?)))
                .collect(),
        }),
        Content::Accept(output) => Verdict::Accept(failed(output, |entry| {
            let code = entry.shift_remove("code");
            let data = entry.shift_remove("data");
            if let (Some(Value::String(code)), Some(data)) = (&code, data)
                && !has_free_data(Some(code))
            {
                entry.insert("data".into(), json!({ code: data }));
            }
            entry.insert("layer".into(), "".into());
            entry.insert("codes".into(), code.into_iter().collect());
        })),
        Content::Unsupported(_) | Content::Error(_) => Verdict::Accept(Value::Null),
    }
}

#[cfg(test)]
mod tests;
