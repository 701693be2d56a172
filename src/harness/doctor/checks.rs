//! The checks of other processes than the first, each asked in another way: all at once, with keys that the protocol does
//! not have, with a high `seq`, with the longest line.

use super::advice;
use super::examination::Examination;
use super::talk::Talk;
use crate::harness::session::runner_hello;
use crate::harness::text::shorten;
use crate::protocol::{Content, MAX_LINE};

/// 2^24 + 1, which a single-precision float cannot hold.
const HIGH_SEQ: u64 = 16_777_217;
/// What a later runner may add to its messages.
const LATER_KEY: &[u8] = br#","later":{"added":[1,null]}"#;

impl Examination<'_> {
    /// A second process, asked a whole window at once. Says whether it started at all.
    pub fn again(&mut self, answers: &[Content]) -> bool {
        let alike = "starts again alike";
        let Some((talk, hello)) = self.start(alike) else { return false };
        if hello != self.hello {
            self.fail(alike, "the second time, its hello was another one".into(), advice::SAME_HELLO);
        }
        let what = "answers a full window";
        let window = self.window();
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
                        let (now, then) = (in_words(&second[at]), in_words(&answers[turns(at)]));
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
    pub fn unknown_keys(&mut self, answers: &[Content]) {
        let what = "ignores keys that it does not know";
        let mut greeting = runner_hello();
        // Before the closing brace and the LF.
        let end = greeting.len().saturating_sub(2);
        greeting.splice(end..end, LATER_KEY.iter().copied());
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
            self.sample.bodies.iter().take(self.window()).map(|body| [LATER_KEY, body].concat()).collect();
        match self.ask(talk, &bodies) {
            Ok(second) if second == answers[..bodies.len()] => {
                self.ok(what, "in the hello and in a case".into())
            }
            Ok(_) => self.fail(
                what,
                "with another key in the line, its answer was another one".into(),
                advice::KNOWN_KEYS,
            ),
            Err(wrong) => self.fail(what, format!("a key in a case: {wrong}"), advice::KNOWN_KEYS),
        }
    }

    /// A `seq` as a long run reaches it.
    pub fn high_seq(&mut self, answers: &[Content]) {
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
    pub fn longest_line(&mut self) {
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
fn in_words(answer: &Content) -> String {
    let text = match answer {
        Content::Accept(output) => format!("accept {output}"),
        Content::Reject(rejection) => format!("reject {}", rejection.reason),
        Content::Unsupported(why) => format!("unsupported: {why}"),
        Content::Error(what) => format!("error: {what}"),
    };
    shorten(&text, 200)
}
