//! The checks themselves, in the order in which they are made.

use std::time::{Duration, Instant};

use super::sample::{Sample, Want};
use super::talk::{Limits, Seen, Talk};
use super::{Check, Findings, Mark, advice, shape};
use crate::harness::session::{StartError, runner_hello};
use crate::harness::text::{printable, shorten};
use crate::protocol::{AdapterHello, Content, FailureDetail, MAX_LINE};
use crate::vectors::Case;

/// A `seq` as a long run reaches it: 2^24 + 1, which no single-precision float holds.
const HIGH_SEQ: u64 = 16_777_217;
/// What a later runner may add to its messages.
const LATER: &[u8] = br#","later":{"added":[1,null]}"#;

/// Examines an adapter with cases of the vectors.
///
/// # Errors
/// If it does not start or shake hands.
pub fn examine(limits: &Limits, cases: &[&Case]) -> Result<Findings, StartError> {
    let started = Instant::now();
    let (talk, hello) = Talk::start(limits, &runner_hello())?;
    let sample = Sample::new(cases, &hello);
    let mut doctor = Doctor { limits, hello, sample, checks: Vec::new(), seen: Vec::new() };
    doctor.ok(
        "shakes hands",
        format!(
            "after {}; window {}, operations: {}",
            millis(started.elapsed()),
            doctor.hello.window,
            doctor.hello.operations.join(", ")
        ),
    );
    match doctor.one_by_one(talk) {
        Some(answers) => {
            doctor.forms(&answers);
            doctor.answered(&answers);
            if doctor.again(&answers) {
                doctor.unknown_keys(&answers);
                doctor.high_seq(&answers);
                doctor.longest_line();
                doctor.last_answers();
            }
        }
        None => {
            doctor.note("the rest", "what needs a case that is answered was not tried".into(), "");
            if let Some((mut talk, _)) = doctor.start("starts again alike") {
                talk.close_stdin();
                doctor.exit(talk);
            }
        }
    }
    doctor.looks();
    Ok(Findings { hello: doctor.hello, checks: doctor.checks })
}

/// The examination on its way.
pub(super) struct Doctor<'a> {
    pub limits: &'a Limits,
    pub hello: AdapterHello,
    pub sample: Sample<'a>,
    pub checks: Vec<Check>,
    /// What each process showed.
    pub seen: Vec<Seen>,
}

impl Doctor<'_> {
    pub(super) fn ok(&mut self, what: &'static str, found: String) {
        self.checks.push(Check { mark: Mark::Ok, what, found, change: "" });
    }

    pub(super) fn fail(&mut self, what: &'static str, found: String, change: &'static str) {
        self.checks.push(Check { mark: Mark::Fail, what, found: printable(&found), change });
    }

    pub(super) fn note(&mut self, what: &'static str, found: String, change: &'static str) {
        self.checks.push(Check { mark: Mark::Note, what, found: printable(&found), change });
    }

    /// Another process.
    pub(super) fn start(&mut self, what: &'static str) -> Option<(Talk, AdapterHello)> {
        match Talk::start(self.limits, &runner_hello()) {
            Ok(started) => Some(started),
            Err(error) => {
                let found = format!("started once more, it did not shake hands: {}", error.message);
                self.fail(what, found, advice::START_AGAIN);
                None
            }
        }
    }

    /// Asks, and is done with the process.
    fn ask(&mut self, mut talk: Talk, bodies: &[Vec<u8>]) -> Result<Vec<Content>, String> {
        talk.ask(bodies);
        let answers = talk.answers();
        self.seen.push(talk.kill());
        answers
    }

    fn one_by_one(&mut self, mut talk: Talk) -> Option<Vec<Content>> {
        let what = "answers one case after the other";
        let mut answers = Vec::new();
        for (case, body) in self.sample.cases.iter().zip(&self.sample.bodies) {
            talk.ask(std::slice::from_ref(body));
            match talk.answers() {
                Ok(answer) => answers.extend(answer),
                Err(wrong) => {
                    let found = format!("{}: {wrong}", case.id);
                    self.seen.push(talk.kill());
                    self.fail(what, found, advice::ONE_LINE_A_CASE);
                    return None;
                }
            }
        }
        let seen = talk.kill();
        self.ok(what, format!("{} cases, the slowest took {}", answers.len(), millis(seen.slowest)));
        self.seen.push(seen);
        Some(answers)
    }

    fn forms(&mut self, answers: &[Content]) {
        let what = "gives its answers the right form";
        for ((case, want), answer) in self.sample.cases.iter().zip(&self.sample.wants).zip(answers) {
            let wrong = match answer {
                // What a library makes of an input that it should have refused may have any form.
                Content::Accept(output) if *want == Want::Accept => {
                    shape::accepted(case.operation(), output, &self.hello)
                }
                Content::Reject(rejection) => {
                    let needs_code = *want == Want::Reject { coded: true }
                        && self.hello.failure_detail != FailureDetail::None;
                    match shape::rejected(rejection) {
                        Ok(()) if needs_code && rejection.code.is_none() => {
                            Err(format!("a rejection of {} has no code", case.operation()))
                        }
                        other => other,
                    }
                }
                _ => Ok(()),
            };
            if let Err(wrong) = wrong {
                let found = format!("{}: {wrong}", case.id);
                return self.fail(what, found, advice::FORM);
            }
        }
        self.ok(what, "fields, hex, decimals and numbers as docs/protocol.md has them".into());
    }

    fn answered(&mut self, answers: &[Content]) {
        let what = "can answer what it declares";
        let mut errors = 0;
        let mut last = String::new();
        for operation in self.hello.operations.clone() {
            let (mut all, mut hopeless, mut unsupported) = (0, 0, 0);
            for ((case, want), answer) in self.sample.cases.iter().zip(&self.sample.wants).zip(answers) {
                if case.operation() != operation {
                    continue;
                }
                let accept = u32::from(*want == Want::Accept);
                all += accept;
                match answer {
                    Content::Error(error) => {
                        errors += 1;
                        hopeless += accept;
                        last = format!("{}: error: {}", case.id, shorten(error, 200));
                    }
                    Content::Unsupported(_) => unsupported += accept,
                    Content::Accept(_) | Content::Reject(_) => {}
                }
            }
            if all > 0 && unsupported == all {
                let found = format!("{operation}: unsupported each time");
                return self.fail(what, found, advice::UNSUPPORTED);
            }
            if all > 0 && hopeless == all {
                return self.fail(what, format!("{operation}: an error each time. {last}"), advice::ERROR);
            }
        }
        match errors {
            0 => self.ok(what, "no case came to an error".into()),
            // A library that throws what is no verdict is not the adapter's fault.
            _ => self.note(
                what,
                format!("{errors} of {} cases came to an error. {last}", answers.len()),
                advice::ERROR,
            ),
        }
    }

    /// A second process, a whole window at once. Does it start at all?
    fn again(&mut self, answers: &[Content]) -> bool {
        let alike = "starts again alike";
        let Some((talk, hello)) = self.start(alike) else { return false };
        if hello != self.hello {
            self.fail(alike, "the second time, its hello was another one".into(), advice::SAME_HELLO);
        }
        let what = "answers a full window";
        let window = usize::try_from(self.hello.window).unwrap_or(1);
        let turns = |at: usize| at % answers.len();
        if answers.is_empty() {
            return true;
        }
        let bodies: Vec<_> = (0..window).map(|at| self.sample.bodies[turns(at)].clone()).collect();
        match self.ask(talk, &bodies) {
            Err(wrong) => self.fail(what, format!("{window} cases at once: {wrong}"), advice::AT_ONCE),
            Ok(second) => {
                let order = if self.seen.last().is_some_and(|seen| seen.out_of_order) {
                    "out of order, which is allowed"
                } else {
                    "in order"
                };
                self.ok(what, format!("{window} at once, answered {order}"));
                match (0..second.len()).find(|at| second[*at] != answers[turns(*at)]) {
                    Some(at) => {
                        let case = self.sample.cases[turns(at)];
                        let (now, then) = (said(&second[at]), said(&answers[turns(at)]));
                        let found = format!("{}: {now}, and before that {then}", case.id);
                        self.fail(alike, found, advice::CASE_ALONE);
                    }
                    None if hello == self.hello => self.ok(alike, "the same hello, the same answers".into()),
                    None => {}
                }
            }
        }
        true
    }

    /// Keys that a later runner may send.
    fn unknown_keys(&mut self, answers: &[Content]) {
        let what = "ignores keys that it does not know";
        let mut greeting = runner_hello();
        // In front of the closing brace and the LF.
        let end = greeting.len().saturating_sub(2);
        greeting.splice(end..end, LATER.iter().copied());
        let talk = match Talk::start(self.limits, &greeting) {
            Ok((talk, _)) => talk,
            Err(error) => {
                return self.fail(
                    what,
                    format!("a key in the runner's hello: {}", error.message),
                    advice::KNOWN_KEYS,
                );
            }
        };
        let bodies: Vec<_> =
            self.sample.bodies.iter().take(window(&self.hello)).map(|body| [LATER, body].concat()).collect();
        match self.ask(talk, &bodies) {
            Ok(second) if second == answers[..bodies.len()] => {
                self.ok(what, "in the hello and in a case".into())
            }
            Ok(_) => self.fail(
                what,
                "with a key more in the line, it answered otherwise".into(),
                advice::KNOWN_KEYS,
            ),
            Err(wrong) => self.fail(what, format!("a key in a case: {wrong}"), advice::KNOWN_KEYS),
        }
    }

    fn high_seq(&mut self, answers: &[Content]) {
        let what = "echoes seq as it came";
        let Some((mut talk, _)) = self.start(what) else { return };
        talk.count_from(HIGH_SEQ);
        talk.ask(&self.sample.bodies[..1.min(self.sample.bodies.len())]);
        let second = talk.answers();
        self.seen.push(talk.kill());
        match second {
            Ok(second) if second == answers[..second.len()] => self.ok(what, format!("up to {HIGH_SEQ}")),
            Ok(_) => {
                let found = format!("seq {HIGH_SEQ}: another answer than to seq 1");
                self.fail(what, found, advice::CASE_ALONE);
            }
            Err(wrong) => self.fail(what, format!("seq {HIGH_SEQ}: {wrong}"), advice::SEQ),
        }
    }

    /// A request of as many bytes as a line may have.
    fn longest_line(&mut self) {
        let what = "takes the longest line";
        let Some((talk, _)) = self.start(what) else { return };
        let Some(body) = self.sample.longest(&self.hello) else { return };
        match self.ask(talk, &[body]) {
            Ok(_) => self.ok(what, format!("{MAX_LINE} bytes with the LF")),
            Err(wrong) => self.fail(what, format!("{MAX_LINE} bytes: {wrong}"), advice::LONG_LINES),
        }
    }
}

/// An answer for people.
fn said(answer: &Content) -> String {
    let text = match answer {
        Content::Accept(output) => format!("accept {output}"),
        Content::Reject(rejection) => format!("reject {}", rejection.reason),
        Content::Unsupported(why) => format!("unsupported: {why}"),
        Content::Error(what) => format!("error: {what}"),
    };
    shorten(&text, 200)
}

pub(super) fn window(hello: &AdapterHello) -> usize {
    usize::try_from(hello.window).unwrap_or(1)
}

pub(super) fn millis(duration: Duration) -> String {
    format!("{} ms", duration.as_millis())
}
