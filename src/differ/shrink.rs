//! Shrinking: as long as something simpler shows the same divergence, it takes the place of the case.

use super::cluster::Key;
use super::cost::cost;
use super::simpler::{completed, simpler};
use super::subject::{Divergence, Subject};
use super::want;
use crate::blueprint::Blueprint;
use crate::harness::{Outcome, Stop};
use crate::node::Policies;
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
    /// Its blueprint.
    pub blueprint: Blueprint,
    /// The case, with the reference's answer.
    pub case: Case,
    /// What was said of it.
    pub divergence: Divergence,
    /// Did nothing simpler show the divergence? Else there were too many questions to go on.
    pub minimal: bool,
    /// Does the failure code only say which of several faults was seen first? The vectors judge that only where a case
    /// says so.
    pub only_order: bool,
    /// An accepted case that differs in one thing, if the case is rejected.
    pub twin: Option<Case>,
}

/// Shrinks a divergence that a case of this blueprint shows. If what the blueprint gives does not show it, because it was taken
/// apart from an input and cannot be put together again, it is shrunk as it is.
///
/// # Errors
/// If the adapter broke the protocol.
pub fn shrink(
    subject: &mut dyn Subject,
    policies: Policies,
    blueprint: Blueprint,
    case: &Case,
    divergence: &Divergence,
) -> Result<Shrunk, Stop> {
    let deadly = matches!(divergence.finding.judgement.outcome, Outcome::Crashed | Outcome::TimedOut);
    let mut search = Search {
        subject,
        policies,
        key: divergence.key.clone(),
        at_once: if deadly { 1 } else { AT_ONCE },
        left: if deadly { QUESTIONS_OF_DEATH } else { QUESTIONS },
    };
    let (mut blueprint, mut now) = match (search.first(std::slice::from_ref(&blueprint))?, case.typed_input())
    {
        (None, Ok(input)) => (Blueprint::Plain(input), (case.clone(), divergence.clone())),
        (Some((_, now)), _) => (blueprint, now),
        (None, Err(_)) => (blueprint, (case.clone(), divergence.clone())),
    };
    let minimal = loop {
        let mut candidates = simpler(&blueprint);
        match search.first(&candidates)? {
            Some((index, better)) => {
                blueprint = candidates.swap_remove(index);
                now = better;
            }
            None => break search.left > 0,
        }
    };
    let (case, divergence) = now;
    let (only_order, twin) = search.neighbours(&blueprint, &case, &divergence)?;
    Ok(Shrunk { blueprint, case, divergence, minimal, only_order, twin })
}

/// Which blueprint shows the divergence, with its case and what was said of it.
type Shown = (usize, (Case, Divergence));

struct Search<'a> {
    subject: &'a mut dyn Subject,
    policies: Policies,
    key: Key,
    at_once: usize,
    left: usize,
}

impl Search<'_> {
    /// The first of the blueprints that shows the divergence.
    fn first(&mut self, blueprints: &[Blueprint]) -> Result<Option<Shown>, Stop> {
        for (chunk, blueprints) in blueprints.chunks(self.at_once).enumerate() {
            if self.left == 0 {
                return Ok(None);
            }
            self.left = self.left.saturating_sub(blueprints.len());
            let (indices, cases): (Vec<_>, Vec<_>) = blueprints
                .iter()
                .enumerate()
                .filter_map(|(index, blueprint)| {
                    Some((index, want::case(&blueprint.build(), self.policies).ok()?))
                })
                .unzip();
            let round = self.subject.ask(&cases)?;
            let same = round.failures.into_iter().find(|found| found.key == self.key);
            if let Some(mut found) = same {
                let index = std::mem::take(&mut found.finding.index);
                return Ok(Some((chunk * self.at_once + indices[index], (cases[index].clone(), found))));
            }
        }
        Ok(None)
    }

    /// Looks at the shrunk case with one thing put right: is there another fault, which the adapter answers rightly with
    /// the code that it gave here? Is there a twin?
    fn neighbours(
        &mut self,
        blueprint: &Blueprint,
        case: &Case,
        divergence: &Divergence,
    ) -> Result<(bool, Option<Case>), Stop> {
        let reason = want::reason(case);
        let case_of = |blueprint: &Blueprint| want::case(&blueprint.build(), self.policies).ok();
        let odd = cost(blueprint).odd();
        let simpler = simpler(blueprint);
        // What is simpler may also be wrong in a new way, but not with less out of the ordinary.
        let repaired =
            simpler.iter().filter(|other| cost(other).odd() < odd).cloned().chain(completed(blueprint));
        let codes = |case: &Case| match &case.expect {
            Some(Verdict::Reject(refusal)) => refusal.codes.clone(),
            _ => Vec::new(),
        };
        // The code that is not the reference's own: the adapter's, or where two are compared perhaps the other's.
        let worst = divergence.finding.judgement.differences.first();
        let worst = worst.filter(|difference| difference.path.ends_with("code"));
        let given = worst.into_iter().flat_map(|worst| [&worst.actual, &worst.expected]).flatten();
        let right = codes(case);
        let code = given.filter_map(|code| code.as_str()).find(|code| !right.iter().any(|own| own == code));
        let other_fault = |other: &Case| {
            let first = codes(other).into_iter().next();
            first.is_some() && first.as_deref() == code && want::reason(other) != reason
        };
        let order: Vec<_> =
            repaired.filter_map(|blueprint| case_of(&blueprint)).filter(other_fault).collect();
        // The last one differs least: simpler() gives the boldest first.
        let accepted =
            |blueprint: &Blueprint| case_of(blueprint).filter(|other| want::reason(other).is_none());
        let twin = reason.and_then(|_| {
            let nearest = simpler.iter().rev().find_map(accepted);
            nearest.or_else(|| completed(blueprint).iter().find_map(accepted))
        });
        // What a code's data say is another matter.
        let wrong = |divergence: &&Divergence| divergence.finding.judgement.outcome != Outcome::WrongData;
        let only_order = !order.is_empty()
            && self.subject.ask(&order)?.failures.iter().filter(wrong).count() < order.len();
        Ok((only_order, twin))
    }
}
