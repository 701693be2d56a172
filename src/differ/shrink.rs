//! Shrinking: as long as something simpler shows the same divergence, it takes the place of the case.

use std::time::Instant;

use super::cluster::Key;
use super::cost::cost;
use super::expected;
use super::simpler::simpler;
use super::subject::{Divergence, Subject};
use crate::blueprint::{Blueprint, Hash, Record, ordinary};
use crate::harness::{Outcome, Stop, interrupt};
use crate::node::Policies;
use crate::vectors::{Case, Verdict};

/// How many cases are asked at once, so that an adapter with a window is kept busy. It starts with one: after something
/// simpler was found there is often more.
const BATCH_CASES: usize = 64;
/// After this many questions a case is left as it is.
const MAX_QUESTIONS: usize = 30_000;
/// The same for a divergence that costs a process each time.
const MAX_DEADLY_QUESTIONS: usize = 100;

/// A case that could not be made simpler.
#[derive(Debug, Clone)]
pub struct Shrunk {
    /// The case, with the reference's answer.
    pub case: Case,
    /// What was said of it.
    pub divergence: Divergence,
    /// Did nothing simpler show the divergence? Else there were too many questions, or too little time, to go on.
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
/// From `until` on, nothing more is asked: what was found is kept as far as it was shrunk.
///
/// # Errors
/// If the adapter broke the protocol.
pub fn shrink(
    subject: &mut dyn Subject,
    policies: Policies,
    blueprint: Blueprint,
    case: &Case,
    divergence: &Divergence,
    until: Option<Instant>,
) -> Result<Shrunk, Stop> {
    let deadly = divergence.finding.judgement.outcome.is_death();
    let (batch, left) = if deadly { (1, MAX_DEADLY_QUESTIONS) } else { (BATCH_CASES, MAX_QUESTIONS) };
    let mut search = Search { subject, policies, key: &divergence.key, batch, left, until };
    let mut now = match search.first(std::iter::once((0, blueprint.clone())))? {
        Some((_, shown)) => shown,
        None => {
            let blueprint = case.typed_input().map_or(blueprint, Blueprint::Plain);
            Shown { blueprint, case: case.clone(), divergence: divergence.clone() }
        }
    };
    // Each step is tried once more after the last one that was taken: first those behind it, then those before it.
    let (mut from, mut until) = (0, usize::MAX);
    loop {
        match search.first(simpler(&now.blueprint, from..until))? {
            Some((step, better)) => (from, until, now) = (step, usize::MAX, better),
            None if until == usize::MAX => (from, until) = (0, from),
            None => break,
        }
    }
    let minimal = search.left > 0;
    let (only_order, twin) = search.neighbours(&now)?;
    let Shown { case, divergence, .. } = now;
    Ok(Shrunk { case, divergence, minimal, only_order, twin })
}

/// A blueprint that shows the divergence.
struct Shown {
    blueprint: Blueprint,
    case: Case,
    divergence: Divergence,
}

struct Search<'a> {
    subject: &'a mut dyn Subject,
    policies: Policies,
    key: &'a Key,
    /// How many cases are asked at once.
    batch: usize,
    /// How many questions are left.
    left: usize,
    until: Option<Instant>,
}

impl Search<'_> {
    fn is_over(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }

    fn case(&self, blueprint: &Blueprint) -> Option<Case> {
        expected::case(&blueprint.build(), self.policies).ok()
    }

    /// The first of the numbered blueprints that shows the divergence.
    fn first(
        &mut self,
        mut blueprints: impl Iterator<Item = (usize, Blueprint)>,
    ) -> Result<Option<(usize, Shown)>, Stop> {
        let mut size = 1;
        while self.left > 0 {
            if self.is_over() {
                self.left = 0;
                break;
            }
            let batch: Vec<_> = blueprints.by_ref().take(size).collect();
            if batch.is_empty() {
                break;
            }
            size = (2 * size).min(self.batch);
            self.left = self.left.saturating_sub(batch.len());
            let with_case = |(number, blueprint)| Some((self.case(&blueprint)?, (number, blueprint)));
            let (mut cases, mut blueprints): (Vec<_>, Vec<_>) =
                batch.into_iter().filter_map(with_case).unzip();
            let round = match self.subject.ask(&cases) {
                // What was found is kept as far as it was shrunk.
                Err(_) if interrupt::received().is_some() => {
                    self.left = 0;
                    return Ok(None);
                }
                round => round?,
            };
            if let Some(mut divergence) = round.failures.into_iter().find(|found| found.key == *self.key) {
                let index = std::mem::take(&mut divergence.finding.index);
                let ((number, blueprint), case) = (blueprints.swap_remove(index), cases.swap_remove(index));
                return Ok(Some((number, Shown { blueprint, case, divergence })));
            }
        }
        Ok(None)
    }

    /// Looks at the shrunk case with one field put right. Is there another fault, which the adapter answers rightly with
    /// the code that it gave here? Is there a twin?
    fn neighbours(&mut self, shown: &Shown) -> Result<(bool, Option<Case>), Stop> {
        let Shown { blueprint, case, divergence } = shown;
        let reason = expected::reason(case);
        let odd = cost(blueprint).odd;
        let completed = completed(blueprint);
        // What is simpler may also be wrong in a new way, but not with less out of the ordinary.
        let all = simpler(blueprint, 0..usize::MAX).map(|(_, other)| other);
        let repaired = all.filter(|other| cost(other).odd < odd).chain(completed.clone());
        let codes = |case: &Case| match case.default_verdict() {
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
            first.is_some() && first.as_deref() == code && expected::reason(other) != reason
        };
        let order: Vec<_> =
            repaired.filter_map(|blueprint| self.case(&blueprint)).filter(other_fault).collect();
        // The last one differs least: simpler() gives the boldest first.
        let all = simpler(blueprint, 0..usize::MAX).map(|(_, other)| other);
        let mut nearest = all.rev().chain(completed).filter_map(|blueprint| self.case(&blueprint));
        let twin = reason.and_then(|_| nearest.find(|other| expected::reason(other).is_none()));
        drop(nearest);
        // What a code's data say is another matter.
        let wrong = |divergence: &&Divergence| divergence.finding.judgement.outcome != Outcome::WrongData;
        let only_order = !order.is_empty()
            && interrupt::received().is_none()
            && !self.is_over()
            && self.subject.ask(&order)?.failures.iter().filter(wrong).count() < order.len();
        Ok((only_order, twin))
    }
}

/// An HTLC with one of the records that it lacks, its payment hash that of its keysend record.
fn completed(blueprint: &Blueprint) -> Vec<Blueprint> {
    let missing = |record: &Record| {
        let mut blueprint = blueprint.clone();
        let Blueprint::Receive { htlc, .. } = &mut blueprint else { return None };
        if htlc.onion.payload.find(record.r#type).is_some() {
            return None;
        }
        htlc.payload().put_record(record.clone());
        htlc.hash = Hash::Record;
        Some(blueprint)
    };
    ordinary::payload(true).records.iter().filter_map(missing).collect()
}
