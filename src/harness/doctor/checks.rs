//! The checks. Each asks a process in its own way, and says what it found and, where something is wrong, what to change.

use std::collections::BTreeMap;
use std::time::Instant;

use super::examination::{Examination, millis};
use super::talk::Talk;
use super::{Fresh, sample, shape};
use crate::harness::judge::judge;
use crate::harness::judgement::Codes;
use crate::harness::plan::Plan;
use crate::harness::session::runner_hello;
use crate::harness::text::{seconds, shorten};
use crate::protocol::{Content, FailureDetail, MAX_LINE};
use crate::vectors::{Case, Verdict};

/// 2^24 + 1, which a single-precision float cannot hold.
const HIGH_SEQ: u64 = 16_777_217;
/// What a later runner may add to its messages.
const LATER_KEY: &[u8] = br#","later":{"added":[1,null]}"#;

/// What to change where the same case got another answer.
const CASE_ALONE: &str = "Let an answer depend on its case alone: no clock, no random numbers, and nothing kept from the \
                          case before.";

impl Examination<'_> {
    /// Asks one case after the other. Returns the answers unless one is missing or malformed.
    pub fn one_by_one(&mut self, mut talk: Talk) -> Option<Vec<Content>> {
        let what = "answers one case after the other";
        let mut answers = Vec::new();
        for question in &self.questions {
            talk.ask(std::slice::from_ref(&question.body));
            match talk.answers() {
                Ok(answer) => answers.extend(answer),
                Err(wrong) => {
                    let found = format!("{}: {wrong}", question.case.id);
                    self.seen.push(talk.kill());
                    let change = "Write one line for each case, its \"seq\" with one of accept, reject, unsupported and \
                                  error, and flush stdout after it. Let nothing else write to stdout, and turn what the \
                                  library throws into a reject or an error.";
                    self.fail(what, found, change);
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
        let has_codes = self.hello.failure_detail != FailureDetail::None;
        for (question, answer) in self.questions.iter().zip(answers) {
            let operation = question.case.operation();
            let form = match (question.expected, answer) {
                (Verdict::Reject(refusal), Content::Reject(rejection))
                    if has_codes && !refusal.codes.is_empty() && rejection.code.is_none() =>
                {
                    shape::rejected(rejection)
                        .and_then(|()| Err(format!("a rejection of {operation} has no code")))
                }
                (_, Content::Reject(rejection)) => shape::rejected(rejection),
                (Verdict::Accept(_), Content::Accept(output)) => {
                    shape::accepted(operation, output, &self.hello)
                }
                // What a library makes of an input that it should have refused may have any form.
                _ => Ok(()),
            };
            if let Err(wrong) = form {
                let found = format!("{}: {wrong}", question.case.id);
                let change = "Write each field as docs/protocol.md says: bytes as lower-case hex without 0x, 64-bit \
                              integers as decimal strings, heights and lengths as numbers. What the library cannot tell \
                              is declared in omits or failure_detail.";
                return self.fail(what, found, change);
            }
        }
        self.ok(what, "fields, hex, decimals and numbers as docs/protocol.md has them".into());
    }

    /// Declared operations that are never answered, and errors.
    pub fn answered(&mut self, answers: &[Content]) {
        let what = "can answer what it declares";
        let no_error = "An error is for the adapter's own mistakes and fails the case. If the library refused the input, \
                        answer reject with its words as the reason; if it has no such function, leave the operation out.";
        let errors = self.questions.iter().zip(answers).filter_map(|(question, answer)| match answer {
            Content::Error(error) => {
                Some(format!("{}: error: {}", question.case.id, shorten(&error.printable(), 200)))
            }
            _ => None,
        });
        let errors: Vec<_> = errors.collect();
        for operation in &self.hello.operations {
            let accepted = self.questions.iter().zip(answers).filter(|(question, _)| {
                question.case.operation() == operation && matches!(question.expected, Verdict::Accept(_))
            });
            let answers: Vec<_> = accepted.map(|(_, answer)| answer).collect();
            let all = |of: fn(&&Content) -> bool| !answers.is_empty() && answers.iter().all(of);
            if all(|answer| matches!(answer, Content::Unsupported(_))) {
                let found = format!("{operation}: unsupported each time");
                let change = "Leave the operation out of \"operations\": its cases are then counted as not run instead \
                              of failing.";
                return self.fail(what, found, change);
            }
            if all(|answer| matches!(answer, Content::Error(_))) {
                let own = |line: &&String| line.starts_with(&format!("{operation}/"));
                let last = errors.iter().rfind(own).map_or("", String::as_str);
                return self.fail(what, format!("{operation}: an error each time. {last}"), no_error);
            }
        }
        match errors.last() {
            None => self.ok(what, "no case came to an error".into()),
            // That a library throws instead of giving a verdict is not the adapter's fault.
            Some(last) => {
                let found = format!("{} of {} cases came to an error. {last}", errors.len(), answers.len());
                self.note(what, found, no_error);
            }
        }
    }

    /// Cases that it passes, with other keys, preimages and bytes.
    pub fn fresh(&mut self, answers: &[Content], fresh: Fresh<'_>) {
        let what = "answers cases made anew as well as the published ones";
        let passed = self.questions.iter().zip(answers).filter(|(question, answer)| {
            !judge(question.case, question.expected, &self.hello, Codes::Ignore, answer).fails
        });
        let passed: BTreeMap<_, _> =
            passed.map(|(question, _)| (question.case.id.as_str(), &question.case.input)).collect();
        let is_other = |case: &&Case| passed.get(case.id.as_str()).is_some_and(|input| **input != case.input);
        let Fresh { seed, make } = fresh;
        let suites = match make(&self.hello.operations) {
            Ok(suites) => suites,
            Err(why) => return self.note(what, format!("not asked: {why}"), ""),
        };
        let cases: Vec<_> = suites.iter().flat_map(|suite| &suite.cases).filter(is_other).collect();
        if cases.is_empty() {
            return;
        }
        let plan = Plan::new(&cases, self.hello.clone(), Codes::Ignore);
        let Some((mut talk, _)) = self.start(what) else { return };
        let mut failed = Vec::new();
        let mut total = 0;
        for (index, job) in plan.jobs.iter().enumerate().filter(|(_, job)| job.expected.is_ok()) {
            talk.ask(std::slice::from_ref(&job.body));
            total += 1;
            // No answer is as bad as a wrong one, and the process is of no further use.
            match talk.answers().ok().and_then(|answer| answer.into_iter().next()) {
                Some(answer) if !plan.judge(index, &answer).fails => {}
                Some(_) => failed.push(job.case.id.as_str()),
                None => {
                    failed.push(job.case.id.as_str());
                    break;
                }
            }
        }
        self.seen.push(talk.kill());
        match failed.first() {
            None => {
                self.ok(what, format!("{total} cases with other keys, preimages and bytes, of seed {seed}"))
            }
            Some(first) => {
                let number = failed.len();
                let found = format!(
                    "{number} of {total} cases pass as they are published and fail with other keys and bytes, such as {first}; \
                     `spontan check --fresh {seed}` shows them all"
                );
                let change = "Let the implementation answer: no table of published cases, and no key, preimage or seq \
                              that is treated apart.";
                self.fail(what, found, change);
            }
        }
    }

    /// A second process, asked a whole window at once. Says whether it started at all.
    pub fn again(&mut self, answers: &[Content]) -> bool {
        let alike = "starts again alike";
        let Some((talk, hello)) = self.start(alike) else { return false };
        let same_hello = hello == self.hello;
        if !same_hello {
            let change = "Keep times, process ids and random numbers out of the hello: after a death it must be the same.";
            self.fail(alike, "the second time, its hello was another one".into(), change);
        }
        if answers.is_empty() {
            return true;
        }
        let what = "answers a full window";
        let bodies: Vec<_> = self.window().map(|question| question.body.clone()).collect();
        let second = match self.ask(talk, &bodies) {
            Ok(second) => second,
            Err(wrong) => {
                let change = "Answer each line as it comes: do not wait for the end of the input, nor for more lines than \
                              there are. If only a few can be open at once, say so with \"window\".";
                self.fail(what, format!("{} cases at once: {wrong}", bodies.len()), change);
                return true;
            }
        };
        let out_of_order = self.seen.last().is_some_and(|seen| seen.out_of_order);
        let order = if out_of_order { "out of order, which is allowed" } else { "in order" };
        self.ok(what, format!("{} at once, answered {order}", bodies.len()));
        let now_and_then = second.iter().zip(answers.iter().cycle());
        let changed = self.window().zip(now_and_then).find(|(_, (now, then))| now != then);
        let changed = changed.map(|(question, (now, then))| {
            format!("{}: {}, and before that {}", question.case.id, in_words(now), in_words(then))
        });
        match changed {
            Some(found) => self.fail(alike, found, CASE_ALONE),
            None if same_hello => self.ok(alike, "the same hello, the same answers".into()),
            None => {}
        }
        true
    }

    /// Keys that a later runner may send.
    pub fn unknown_keys(&mut self, answers: &[Content]) {
        let what = "ignores keys that it does not know";
        let mut greeting = runner_hello();
        // Before the closing brace and the LF.
        let end = greeting.len().saturating_sub(2);
        greeting.splice(end..end, LATER_KEY.iter().copied());
        let some = self.window().take(self.questions.len());
        let bodies: Vec<_> = some.map(|question| [LATER_KEY, &question.body].concat()).collect();
        let wrong = match Talk::start(self.options, &greeting) {
            Err(error) => format!("a key in the runner's hello: {}", error.message),
            Ok((talk, _)) => match self.ask(talk, &bodies) {
                Ok(second) if second == answers[..bodies.len()] => {
                    return self.ok(what, "in the hello and in a case".into());
                }
                Ok(_) => "with another key in the line, its answer was another one".into(),
                Err(wrong) => format!("a key in a case: {wrong}"),
            },
        };
        let change = "Take from a line the keys that docs/protocol.md names and ignore all others, in the hello as well: a \
                      later runner may say more.";
        self.fail(what, wrong, change);
    }

    /// A `seq` as a long run reaches it.
    pub fn high_seq(&mut self, answers: &[Content]) {
        let what = "echoes seq as it came";
        let Some((mut talk, _)) = self.start(what) else { return };
        talk.count_from(HIGH_SEQ);
        let first: Vec<_> = self.questions.iter().take(1).map(|question| question.body.clone()).collect();
        match self.ask(talk, &first) {
            Ok(second) if second == answers[..second.len()] => self.ok(what, format!("up to {HIGH_SEQ}")),
            Ok(_) => self.fail(what, format!("seq {HIGH_SEQ}: another answer than to seq 1"), CASE_ALONE),
            Err(wrong) => {
                let change = "Echo the integer that came, written without exponent or fraction; do not count on your own.";
                self.fail(what, format!("seq {HIGH_SEQ}: {wrong}"), change);
            }
        }
    }

    /// A request of as many bytes as a line may have.
    pub fn longest_line(&mut self) {
        let what = "takes the longest line";
        let Some((talk, _)) = self.start(what) else { return };
        let Some(body) = sample::longest(&self.questions, &self.hello) else { return };
        match self.ask(talk, &[body]) {
            Ok(_) => self.ok(what, format!("{MAX_LINE} bytes with the LF")),
            Err(wrong) => {
                let change = "Read lines of up to 1 MiB: many readers stop at 4 or 64 KiB (Go's bufio.Scanner, a fixed \
                              buffer in C, Python's asyncio) until they are told otherwise.";
                self.fail(what, format!("{MAX_LINE} bytes: {wrong}"), change);
            }
        }
    }

    /// The end of stdin comes while cases are open.
    pub fn last_answers(&mut self) {
        let what = "finishes what it was asked when its input ends";
        let Some((mut talk, _)) = self.start(what) else { return };
        let some = self.window().take(self.questions.len());
        let bodies: Vec<_> = some.map(|question| question.body.clone()).collect();
        talk.ask(&bodies);
        talk.close_stdin();
        match talk.answers() {
            Ok(answers) => {
                self.ok(what, format!("{} cases, then the end, and each was answered", answers.len()));
                self.exit(talk);
            }
            Err(wrong) => {
                self.seen.push(talk.kill());
                let found = format!("{} cases and then the end of its stdin: {wrong}", bodies.len());
                let change = "At the end of its input, answer what was read, flush stdout, and then exit. Do not leave \
                              while threads are at work.";
                self.fail(what, found, change);
            }
        }
    }

    /// The way out of a process whose stdin is closed.
    pub fn exit(&mut self, talk: Talk) {
        let started = Instant::now();
        let (extra, how, seen) = talk.leave();
        self.seen.push(seen);
        if let Some(line) = extra {
            let change =
                "Stdout is for the hello and one line an answer. Print what is meant for people to stderr.";
            self.fail("writes nothing else to stdout", format!("after its last answer: {line}"), change);
        }
        let what = "exits at the end of its input";
        match how {
            Some(how) if how == "ended with exit status 0" => {
                self.ok(what, format!("after {}, exit status 0", millis(started.elapsed())));
            }
            Some(how) => {
                self.note(what, format!("it {how}"), "It decides nothing, but 0 is what a person expects.")
            }
            None => {
                let limit = seconds(self.options.timeout);
                let found = format!("it was still there {limit} after its stdin was closed, and was ended");
                let change = "Leave the loop when stdin has no further line, and stop the threads and the node that it \
                              started.";
                self.fail(what, found, change);
            }
        }
    }

    /// What all processes showed by the way.
    pub fn by_the_way(&mut self) {
        if self.seen.iter().any(|seen| seen.carriage_return) {
            let found = "they end with CR LF; this runner takes that".into();
            self.note("ends its lines with LF alone", found, "Write \"\\n\", also on Windows.");
        }
        let loudest = self.seen.iter().max_by_key(|seen| seen.stderr_bytes);
        if let Some(seen) = loudest.filter(|seen| seen.stderr_bytes > 0) {
            let last = seen.stderr.lines().last().unwrap_or_default();
            let found = format!("{} bytes, the last line: {}", seen.stderr_bytes, shorten(last, 200));
            let change = "That is the place for it. It is read all the time and shown with a failure.";
            self.note("writes to stderr", found, change);
        }
    }
}

/// An answer for people.
fn in_words(answer: &Content) -> String {
    let text = match answer {
        Content::Accept(output) => format!("accept {output}"),
        Content::Reject(rejection) => format!("reject {}", rejection.reason.printable()),
        Content::Unsupported(why) => format!("unsupported: {}", why.printable()),
        Content::Error(what) => format!("error: {}", what.printable()),
    };
    shorten(&text, 200)
}
