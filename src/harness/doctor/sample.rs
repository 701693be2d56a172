//! What an adapter is asked: a few cases of each operation that it declares, and one line of the greatest length.

use crate::harness::judge::Codes;
use crate::harness::plan::Plan;
use crate::protocol::{AdapterHello, MAX_LINE};
use crate::vectors::{Case, Verdict};

/// So many cases are taken of what an operation accepts, and so many of what it rejects.
const EACH: usize = 3;

/// The questions: a few cases of each operation.
pub(super) struct Sample<'a> {
    pub cases: Vec<&'a Case>,
    /// Each request behind its `seq`.
    pub bodies: Vec<Vec<u8>>,
    /// Which of them are of a kind that a rejection with a failure code belongs to.
    pub coded: Vec<bool>,
}

impl<'a> Sample<'a> {
    pub fn new(cases: &[&'a Case], hello: &AdapterHello) -> Self {
        let plan = Plan::new(cases, hello.clone(), Codes::Ignore);
        let mut sample = Self { cases: Vec::new(), bodies: Vec::new(), coded: Vec::new() };
        for operation in &hello.operations {
            let (mut accepted, mut rejected) = (0, 0);
            for job in plan.jobs.iter().filter(|job| job.case.operation() == operation) {
                let Ok(want) = job.want else { continue };
                let (count, coded) = match want {
                    Verdict::Accept(_) => (&mut accepted, false),
                    Verdict::Reject(refusal) => (&mut rejected, !refusal.codes.is_empty()),
                };
                if *count < EACH {
                    *count += 1;
                    sample.cases.push(job.case);
                    sample.bodies.push(job.body.clone());
                    sample.coded.push(coded);
                }
            }
        }
        sample
    }

    /// A request of [`MAX_LINE`] bytes with the LF: bytes for `bigsize.decode`, which leaves what follows a BigSize unread;
    /// for other operations a case with white space between two keys.
    pub fn longest(&self, hello: &AdapterHello) -> Option<Vec<u8>> {
        let head = br#"{"type":"case","seq":1"#.len();
        let fill = |length: usize| MAX_LINE.saturating_sub(head + length);
        if hello.operations.iter().any(|operation| operation == "bigsize.decode") {
            let (start, end) = (br#","operation":"bigsize.decode","input":{"bytes":""#, b"\"}}\n");
            let room = fill(start.len() + end.len());
            // An odd byte is left over: a space in front.
            let zeros = vec![b'0'; room - room % 2];
            return Some([&vec![b' '; room % 2][..], start, &zeros, end].concat());
        }
        let body = self.bodies.first()?;
        Some([vec![b' '; fill(body.len())], body.clone()].concat())
    }
}
