//! Makes cases by number, batch after batch, while the adapter is busy with the ones before. A case is made from its
//! dice alone, or by changing a blueprint that was answered in a new way.

use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc;
use std::time::Duration;

use super::dice::Dice;
use super::expected;
use super::generate::{self, Scope};
use crate::blueprint::Blueprint;
use crate::node::Policies;
use crate::vectors::Case;

/// How many cases are asked at once. The first batches are smaller, so that something is seen early.
const BATCH_CASES: u64 = 1024;
/// What is learnt from a batch counts this many batches later, however soon it is known. So the same cases are made
/// whether making or answering takes longer.
const DELAY_BATCHES: usize = 2;
/// How many blueprints of an operation are kept; then the oldest goes.
const MAX_KEPT: usize = 256;
/// One case in this many is a kept blueprint changed, once there is one.
const CHANGED_ONE_IN: usize = 2;
/// Half of those are made from the blueprints that were kept last, this many: there one new answer leads to the next.
const NEWEST: usize = 8;

/// What a campaign asks, and for how long.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The operations.
    pub operations: Vec<String>,
    /// Where the choices start.
    pub seed: u64,
    /// How many cases at most.
    pub cases: Option<u64>,
    /// For how long at most.
    pub time: Option<Duration>,
    /// Are inputs that were answered in a new way kept and changed further? Else every case is made from its dice alone.
    pub guided: bool,
}

/// Cases with their numbers and their blueprints.
#[derive(Debug, Default)]
pub struct Batch {
    /// Which case of the campaign each is.
    pub numbers: Vec<u64>,
    /// What each was made from.
    pub blueprints: Vec<Blueprint>,
    /// The cases, with the reference's answers.
    pub cases: Vec<Case>,
}

impl Batch {
    /// Leaves cases out.
    pub fn retain(&mut self, mut keep: impl FnMut(&Case) -> bool) {
        let Self { numbers, blueprints, cases } = std::mem::take(self);
        for ((number, blueprint), case) in numbers.into_iter().zip(blueprints).zip(cases) {
            if keep(&case) {
                self.push(number, blueprint, case);
            }
        }
    }

    fn push(&mut self, number: u64, blueprint: Blueprint, case: Case) {
        self.numbers.push(number);
        self.blueprints.push(blueprint);
        self.cases.push(case);
    }
}

/// Makes cases by number until nobody wants them any more. For each batch that was asked, `learnt` gives the blueprints that
/// were answered in a new way.
pub fn make(
    settings: &Settings,
    scope: Scope,
    policies: Policies,
    batches: &mpsc::SyncSender<Batch>,
    learnt: &mpsc::Receiver<Vec<Blueprint>>,
) {
    let end = settings.cases.unwrap_or(u64::MAX);
    let mut corpus = Corpus::default();
    let (mut number, mut size, mut count) = (0, 16, 0);
    while number < end && !settings.operations.is_empty() {
        if count >= DELAY_BATCHES {
            match learnt.recv() {
                Ok(blueprints) => blueprints.into_iter().for_each(|blueprint| corpus.keep(blueprint)),
                Err(mpsc::RecvError) => return,
            }
        }
        count += 1;
        let mut batch = Batch::default();
        for number in number..end.min(number + size) {
            let operation = &settings.operations[(number % settings.operations.len() as u64) as usize];
            let made = corpus.blueprint(operation, scope, &mut Dice::new(settings.seed, number));
            let made = made
                .and_then(|blueprint| Some((expected::case(&blueprint.build(), policies).ok()?, blueprint)));
            if let Some((case, blueprint)) = made {
                batch.push(number, blueprint, case);
            }
        }
        number = end.min(number + size);
        size = (2 * size).min(BATCH_CASES);
        if batches.send(batch).is_err() {
            return;
        }
    }
}

/// The blueprints that were kept, by operation, the newest last.
#[derive(Debug, Default)]
struct Corpus(BTreeMap<&'static str, VecDeque<Blueprint>>);

impl Corpus {
    fn keep(&mut self, blueprint: Blueprint) {
        let kept = self.0.entry(blueprint.operation()).or_default();
        if kept.len() == MAX_KEPT {
            kept.pop_front();
        }
        kept.push_back(blueprint);
    }

    /// An input's blueprint; none where nothing can be asked of the operation.
    fn blueprint(&self, operation: &str, scope: Scope, dice: &mut Dice) -> Option<Blueprint> {
        let Some(kept) = self.0.get(operation).filter(|_| dice.once_in(CHANGED_ONE_IN)) else {
            return generate::blueprint(operation, scope, dice);
        };
        let among = if dice.once_in(2) { kept.len().min(NEWEST) } else { kept.len() };
        let mut blueprint = kept.get(kept.len() - 1 - dice.below(among))?.clone();
        for _ in 0..dice.pick(&[1, 1, 2, 4]) {
            generate::change(&mut blueprint, scope, dice);
        }
        Some(blueprint)
    }
}
