//! Shrinking: as long as something simpler shows the same divergence, it takes the place of the case.

use super::cluster::Key;
use super::cost::cost;
use super::shape::Shape;
use super::simpler::{completed, simpler};
use super::subject::Subject;
use super::want;
use crate::harness::{Finding, Outcome, Stop};
use crate::node::Policies;
use crate::protocol::operation::Input;
use crate::vectors::{Case, Verdict};

/// How many cases are asked at once, so that an adapter with a window is kept busy.
const AT_ONCE: usize = 64;
/// After so many questions a case is left as it is.
const QUESTIONS: usize = 30_000;
/// The same for a divergence that costs a process each time.
const QUESTIONS_OF_DEATH: usize = 100;

/// A case that could not be made simpler.
#[derive(Debug, Clone)]
pub struct Shrunk {
    /// Its shape.
    pub shape: Shape,
    /// The case, with the reference's answer.
    pub case: Case,
    /// What the adapter made of it.
    pub finding: Finding,
    /// Did nothing simpler show the divergence? Else there were too many questions to go on.
    pub minimal: bool,
    /// Does the failure code only say which of several faults was seen first? The vectors judge that only where a case
    /// says so.
    pub only_order: bool,
    /// An accepted case that differs in one thing, if the case is rejected.
    pub twin: Option<Case>,
}

/// Shrinks a divergence that a case with this input shows. What cannot be taken apart and put together again is shrunk as it is.
///
/// # Errors
/// If the adapter broke the protocol.
pub fn shrink(
    subject: &mut dyn Subject,
    policies: Policies,
    input: Input,
    case: &Case,
    finding: &Finding,
) -> Result<Shrunk, Stop> {
    let key = Key::of(case, finding);
    let deadly = matches!(finding.judgement.outcome, Outcome::Crashed | Outcome::TimedOut);
    let mut search = Search {
        subject,
        policies,
        key,
        at_once: if deadly { 1 } else { AT_ONCE },
        left: if deadly { QUESTIONS_OF_DEATH } else { QUESTIONS },
    };
    let opened = Shape::of(&input);
    let (mut shape, mut now) = match search.first(std::slice::from_ref(&opened))? {
        Some((_, now)) => (opened, now),
        None => (Shape::Plain(input), (case.clone(), finding.clone())),
    };
    let minimal = loop {
        let mut candidates = simpler(&shape);
        match search.first(&candidates)? {
            Some((index, better)) => {
                shape = candidates.swap_remove(index);
                now = better;
            }
            None => break search.left > 0,
        }
    };
    let (case, finding) = now;
    let (only_order, twin) = search.neighbours(&shape, &case, &finding)?;
    Ok(Shrunk { shape, case, finding, minimal, only_order, twin })
}

/// Which shape shows the divergence, with its case and what the adapter made of it.
type Shown = (usize, (Case, Finding));

struct Search<'a> {
    subject: &'a mut dyn Subject,
    policies: Policies,
    key: Key,
    at_once: usize,
    left: usize,
}

impl Search<'_> {
    /// The first of the shapes that shows the divergence.
    fn first(&mut self, shapes: &[Shape]) -> Result<Option<Shown>, Stop> {
        for (chunk, shapes) in shapes.chunks(self.at_once).enumerate() {
            if self.left == 0 {
                return Ok(None);
            }
            self.left = self.left.saturating_sub(shapes.len());
            let (indices, cases): (Vec<_>, Vec<_>) = shapes
                .iter()
                .enumerate()
                .filter_map(|(index, shape)| Some((index, want::case(&shape.input(), self.policies).ok()?)))
                .unzip();
            let round = self.subject.ask(&cases)?;
            let same =
                round.failures.into_iter().find(|found| Key::of(&cases[found.index], found) == self.key);
            if let Some(mut found) = same {
                let index = std::mem::take(&mut found.index);
                return Ok(Some((chunk * self.at_once + indices[index], (cases[index].clone(), found))));
            }
        }
        Ok(None)
    }

    /// Looks at the shrunk case with one thing put right: is there another fault, which the adapter answers rightly with
    /// the code that it gave here? Is there a twin?
    fn neighbours(
        &mut self,
        shape: &Shape,
        case: &Case,
        finding: &Finding,
    ) -> Result<(bool, Option<Case>), Stop> {
        let reason = want::reason(case);
        let case_of = |shape: &Shape| want::case(&shape.input(), self.policies).ok();
        let odd = cost(shape).odd();
        let simpler = simpler(shape);
        // What is simpler may also be wrong in a new way, but not with less out of the ordinary.
        let repaired =
            simpler.iter().filter(|other| cost(other).odd() < odd).cloned().chain(completed(shape));
        let worst = finding.judgement.differences.first();
        let code =
            worst.filter(|difference| difference.path.ends_with("code")).and_then(|it| it.came.clone());
        let other_fault = |other: &Case| {
            let codes = match &other.expect {
                Some(Verdict::Reject(refusal)) => refusal.codes.first(),
                _ => None,
            };
            let same = codes.is_some() && codes.map(|code| code.as_str().into()) == code;
            same && want::reason(other) != reason
        };
        let order: Vec<_> = repaired.filter_map(|shape| case_of(&shape)).filter(other_fault).collect();
        // The last one differs least: simpler() gives the boldest first.
        let accepted = |shape: &Shape| case_of(shape).filter(|other| want::reason(other).is_none());
        let twin = reason.and_then(|_| {
            let nearest = simpler.iter().rev().find_map(accepted);
            nearest.or_else(|| completed(shape).iter().find_map(accepted))
        });
        let only_order = !order.is_empty() && self.subject.ask(&order)?.failures.len() < order.len();
        Ok((only_order, twin))
    }
}
