//! What an adapter is asked: a few cases of each operation that it declares, and one line of the greatest length.

use crate::harness::judgement::Codes;
use crate::harness::plan::Plan;
use crate::protocol::{AdapterHello, MAX_LINE};
use crate::vectors::{Case, Verdict};

/// How many accepted cases are taken of each operation, and how many rejected ones.
const CASES_PER_VERDICT: usize = 3;

/// A question, and what the vectors expect: only that tells which form an answer can have.
#[derive(Clone)]
pub struct Question<'a> {
    pub case: &'a Case,
    pub expected: &'a Verdict,
    /// The request after its `seq`.
    pub body: Vec<u8>,
}

/// A few cases of each operation.
pub fn questions<'a>(cases: &[&'a Case], hello: &AdapterHello) -> Vec<Question<'a>> {
    let plan = Plan::new(cases, hello.clone(), Codes::Ignore);
    let asked = plan
        .jobs
        .into_iter()
        .filter_map(|job| Some(Question { case: job.case, expected: job.expected.ok()?, body: job.body }));
    let asked: Vec<_> = asked.collect();
    let mut questions = Vec::new();
    for operation in &hello.operations {
        let own = asked.iter().filter(|question| question.case.operation() == operation);
        let (accepted, rejected): (Vec<_>, Vec<_>) =
            own.partition(|question| matches!(question.expected, Verdict::Accept(_)));
        questions.extend([accepted, rejected].iter().flat_map(|some| spread(some)).copied().cloned());
    }
    questions
}

/// A request of [`MAX_LINE`] bytes with the LF: bytes for `bigsize.decode`, which leaves what follows a BigSize unread;
/// for other operations a case with white space between two keys.
pub fn longest(questions: &[Question<'_>], hello: &AdapterHello) -> Option<Vec<u8>> {
    let head = br#"{"type":"case","seq":1"#.len();
    let fill = |length: usize| MAX_LINE.saturating_sub(head + length);
    if hello.operations.iter().any(|operation| operation == "bigsize.decode") {
        let (start, end) = (br#","operation":"bigsize.decode","input":{"bytes":""#, b"\"}}\n");
        let room = fill(start.len() + end.len());
        // A space before it if the number of digits would be odd.
        let zeros = vec![b'0'; room - room % 2];
        return Some([&vec![b' '; room % 2][..], start, &zeros, end].concat());
    }
    let body = &questions.first()?.body;
    Some([vec![b' '; fill(body.len())], body.clone()].concat())
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
