//! The checks of how a process ends, and what all processes showed by the way.

use std::time::Instant;

use super::advice;
use super::examination::{Examination, millis};
use super::talk::{Ending, Talk};
use crate::harness::text::{seconds, shorten};

impl Examination<'_> {
    /// The end of stdin comes while cases are open.
    pub fn last_answers(&mut self) {
        let what = "finishes what it was asked when its input ends";
        let Some((mut talk, _)) = self.start(what) else { return };
        let bodies = &self.sample.bodies[..self.sample.bodies.len().min(self.window())];
        talk.ask(bodies);
        talk.close_stdin();
        match talk.answers() {
            Ok(answers) => {
                self.ok(what, format!("{} cases, then the end, and each was answered", answers.len()));
                self.exit(talk);
            }
            Err(wrong) => {
                self.seen.push(talk.kill());
                let found = format!("{} cases and then the end of its stdin: {wrong}", bodies.len());
                self.fail(what, found, advice::LAST_ANSWERS);
            }
        }
    }

    /// The way out of a process whose stdin is closed.
    pub fn exit(&mut self, talk: Talk) {
        let started = Instant::now();
        let (extra, ending, seen) = talk.leave();
        self.seen.push(seen);
        if let Some(line) = extra {
            self.fail(
                "writes nothing else to stdout",
                format!("after its last answer: {line}"),
                advice::STDOUT,
            );
        }
        let what = "exits at the end of its input";
        match ending {
            Ending::ByItself(how) if how == "ended with exit status 0" => {
                self.ok(what, format!("after {}, exit status 0", millis(started.elapsed())))
            }
            Ending::ByItself(how) => self.note(what, format!("it {how}"), advice::STATUS),
            Ending::Killed => {
                let found = format!(
                    "it was still there {} after its stdin was closed, and was ended",
                    seconds(self.limits.answer)
                );
                self.fail(what, found, advice::LEAVE);
            }
        }
    }

    /// What all processes showed by the way.
    pub fn by_the_way(&mut self) {
        if self.seen.iter().any(|seen| seen.carriage_return) {
            self.note(
                "ends its lines with LF alone",
                "they end with CR LF; this runner takes that".into(),
                advice::LF,
            );
        }
        let loudest = self.seen.iter().max_by_key(|seen| seen.stderr_bytes);
        if let Some(seen) = loudest.filter(|seen| seen.stderr_bytes > 0) {
            let last = seen.stderr.lines().last().unwrap_or_default();
            let found = format!("{} bytes, the last line: {}", seen.stderr_bytes, shorten(last, 200));
            self.note("writes to stderr", found, advice::STDERR);
        }
    }
}
