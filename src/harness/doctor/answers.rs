//! The checks of what is answered: one case after the other, in the right form, and each declared operation at all.

use super::advice;
use super::examination::{Examination, millis};
use super::sample::Expected;
use super::shape;
use super::talk::Talk;
use crate::harness::text::shorten;
use crate::protocol::{Content, FailureDetail};

impl Examination<'_> {
    /// Asks one case after the other. Returns the answers unless one is missing or malformed.
    pub fn one_by_one(&mut self, mut talk: Talk) -> Option<Vec<Content>> {
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

    /// The form of the answers.
    pub fn forms(&mut self, answers: &[Content]) {
        let what = "gives its answers the right form";
        for ((case, expected), answer) in self.sample.cases.iter().zip(&self.sample.expected).zip(answers) {
            let wrong = match answer {
                // What a library makes of an input that it should have refused may have any form.
                Content::Accept(output) if *expected == Expected::Accept => {
                    shape::accepted(case.operation(), output, &self.hello)
                }
                Content::Reject(rejection) => {
                    let needs_code = *expected == Expected::Reject { coded: true }
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

    /// Declared operations that are never answered, and errors.
    pub fn answered(&mut self, answers: &[Content]) {
        let what = "can answer what it declares";
        let questions = self.sample.cases.iter().zip(&self.sample.expected);
        let questions: Vec<_> = questions.zip(answers).collect();
        let errors = questions.iter().filter_map(|((case, _), answer)| match answer {
            Content::Error(error) => Some(format!("{}: error: {}", case.id, shorten(error, 200))),
            _ => None,
        });
        let errors: Vec<_> = errors.collect();
        for operation in self.hello.operations.clone() {
            let accepted = questions.iter().filter(|((case, expected), _)| {
                case.operation() == operation && **expected == Expected::Accept
            });
            let answers: Vec<_> = accepted.map(|(_, answer)| *answer).collect();
            let all = |of: fn(&&Content) -> bool| !answers.is_empty() && answers.iter().all(of);
            if all(|answer| matches!(answer, Content::Unsupported(_))) {
                let found = format!("{operation}: unsupported each time");
                return self.fail(what, found, advice::UNSUPPORTED);
            }
            if all(|answer| matches!(answer, Content::Error(_))) {
                let own = |line: &&String| line.starts_with(&format!("{operation}/"));
                let last = errors.iter().rfind(own).map_or("", String::as_str);
                return self.fail(what, format!("{operation}: an error each time. {last}"), advice::ERROR);
            }
        }
        match errors.last() {
            None => self.ok(what, "no case came to an error".into()),
            // That a library throws instead of giving a verdict is not the adapter's fault.
            Some(last) => {
                let found = format!("{} of {} cases came to an error. {last}", errors.len(), answers.len());
                self.note(what, found, advice::ERROR);
            }
        }
    }
}
