//! What an adapter is asked: a few cases of each operation that it declares, and one line of the greatest length.

use crate::harness::judgement::Codes;
use crate::harness::plan::Plan;
use crate::protocol::{AdapterHello, MAX_LINE};
use crate::vectors::{Case, Verdict};

/// How many accepted cases are taken of each operation, and how many rejected ones.
const CASES_PER_VERDICT: usize = 3;

/// The questions: a few cases of each operation.
pub struct Sample<'a> {
    pub cases: Vec<&'a Case>,
    /// Each request after its `seq`.
    pub bodies: Vec<Vec<u8>>,
    /// What the vectors expect of each.
    pub expected: Vec<Expected>,
}

/// What the vectors expect of a case. Only this tells which form an answer can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    Accept,
    Reject {
        /// Does a failure code belong to it?
        coded: bool,
    },
}

impl<'a> Sample<'a> {
    pub fn new(cases: &[&'a Case], hello: &AdapterHello) -> Self {
        let plan = Plan::new(cases, hello.clone(), Codes::Ignore);
        let mut sample = Self { cases: Vec::new(), bodies: Vec::new(), expected: Vec::new() };
        for operation in &hello.operations {
            let (mut accepted, mut rejected) = (Vec::new(), Vec::new());
            for job in plan.jobs.iter().filter(|job| job.case.operation() == operation) {
                match job.expected {
                    Ok(Verdict::Accept(_)) => accepted.push((job, Expected::Accept)),
                    Ok(Verdict::Reject(refusal)) => {
                        rejected.push((job, Expected::Reject { coded: !refusal.codes.is_empty() }));
                    }
                    Err(_) => {}
                }
            }
            for (job, expected) in [accepted, rejected].iter().flat_map(|jobs| spread(jobs)) {
                sample.cases.push(job.case);
                sample.bodies.push(job.body.clone());
                sample.expected.push(*expected);
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
            // A space before it if the number of digits would be odd.
            let zeros = vec![b'0'; room - room % 2];
            return Some([&vec![b' '; room % 2][..], start, &zeros, end].concat());
        }
        let body = self.bodies.first()?;
        Some([vec![b' '; fill(body.len())], body.clone()].concat())
    }
}

/// [`CASES_PER_VERDICT`] of a list, from its start to its end, or all: neighbours in the vectors have much in common.
fn spread<T>(list: &[T]) -> impl Iterator<Item = &T> {
    let count = CASES_PER_VERDICT.min(list.len());
    (0..count).map(move |turn| &list[turn * list.len().saturating_sub(1) / (count - 1).max(1)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_goes_from_end_to_end() {
        let of = |length: usize| spread(&(0..length).collect::<Vec<_>>()).copied().collect::<Vec<_>>();
        assert_eq!(of(0), [0; 0]);
        assert_eq!(of(1), [0]);
        assert_eq!(of(2), [0, 1]);
        assert_eq!(of(3), [0, 1, 2]);
        assert_eq!(of(5), [0, 2, 4]);
        assert_eq!(of(100), [0, 49, 99]);
    }
}
