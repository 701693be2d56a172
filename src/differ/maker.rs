//! Makes cases by number, batch after batch, while the adapter is busy with the ones before. A case is made from its
//! dice alone, or by changing a blueprint that was answered in a new way.

use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc;

use super::campaign::Settings;
use super::dice::Dice;
use super::generate::{self, Scope};
use super::want;
use crate::blueprint::Blueprint;
use crate::node::Policies;
use crate::vectors::Case;

/// How many cases are asked at once. The first batches are smaller, so that something is seen early.
const BATCH: u64 = 1024;
/// What is learnt from a batch tells from this many batches later, however soon it is known: the same cases are made
/// whether making or answering takes longer.
const LATER: usize = 2;
/// How many blueprints of an operation are kept; then the oldest goes.
const KEPT: usize = 256;
/// One case in so many is a kept blueprint changed, once there is one.
const CHANGED: usize = 2;
/// Half of those are among so many that were kept last: what is behind one new answer is looked for there.
const NEWEST: usize = 8;

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
        if count >= LATER {
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
            let made =
                made.and_then(|blueprint| Some((want::case(&blueprint.build(), policies).ok()?, blueprint)));
            if let Some((case, blueprint)) = made {
                batch.push(number, blueprint, case);
            }
        }
        number = end.min(number + size);
        size = (2 * size).min(BATCH);
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
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(blueprint);
    }

    /// An input's blueprint; none where nothing can be asked of the operation.
    fn blueprint(&self, operation: &str, scope: Scope, dice: &mut Dice) -> Option<Blueprint> {
        let Some(kept) = self.0.get(operation).filter(|_| dice.once_in(CHANGED)) else {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::differ::campaign::{self, Cluster, Report, Settings, Watch};
    use crate::differ::subject::{InProcess, Subject};
    use crate::node::Policies;
    use crate::protocol::{Content, Rejection};
    use crate::quirks::score;
    use crate::reference;
    use crate::vectors::Case;

    struct Nobody;

    impl Watch for Nobody {
        fn cluster(&mut self, _: &Cluster, _: &dyn Subject) {}
        fn progress(&mut self, _: &Report) {}
    }

    /// A decoder of BigSizes that accepts one thing wrongly: a number that is cut short behind three certain bytes. Each
    /// of them is looked at only if the one before is right, and has its own words.
    fn hidden(case: &Case) -> Content {
        let right = reference::answer_input(&case.typed_input().unwrap(), Policies::default());
        let bytes = hex::decode(case.input["bytes"].as_str().unwrap()).unwrap();
        let reject =
            |reason: &str| Content::Reject(Rejection { reason: reason.into(), ..Rejection::default() });
        match (&right, bytes.as_slice()) {
            (Content::Reject(_), [0xff, 0x5a, 0xc3, 0x17, ..]) => {
                Content::Accept(json!({ "value": "0", "length": 9 }))
            }
            (Content::Reject(_), [0xff, 0x5a, 0xc3, ..]) => reject("a number of this range is cut short"),
            (Content::Reject(_), [0xff, 0x5a, ..]) => reject("a large number is cut short"),
            _ => right,
        }
    }

    fn fuzz(guided: bool) -> Report {
        let operations = vec!["bigsize.decode".to_owned()];
        let settings = Settings { operations, seed: 1, cases: Some(150_000), time: None, guided };
        campaign::run(&settings, &mut InProcess::new(score::hello(None), hidden), &[], &mut Nobody)
    }

    #[test]
    fn a_branch_behind_other_branches_is_found_by_guidance_and_only_by_it() {
        let [guided, unguided] = [true, false].map(fuzz);
        assert_eq!((guided.compared, unguided.compared), (150_000, 150_000));
        let [cluster] = guided.clusters.as_slice() else { panic!("{:?}", guided.clusters) };
        assert!(cluster.shrunk.case.input["bytes"].as_str().unwrap().starts_with("ff5ac317"));
        assert!(unguided.clusters.is_empty(), "{:?}", unguided.clusters);
        let again = fuzz(true);
        assert_eq!((again.clusters[0].case, again.kept), (cluster.case, guided.kept));
    }
}
