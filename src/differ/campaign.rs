//! A campaign: cases asked in batches while the next ones are made, and what came of it. With the same seed and number
//! of cases an adapter that answers alike gets the same cases and the same clusters.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc;
use std::time::Instant;

use super::cluster::Key;
use super::expected;
use super::generate::Scope;
use super::guide::Guide;
pub use super::maker::Settings;
use super::maker::{Batch, make};
use super::shrink::{Shrunk, shrink};
use super::subject::{Divergence, Subject};
use crate::blueprint::Blueprint;
use crate::harness::{Stop, interrupt};
use crate::node::Policies;
use crate::vectors::{Case, Suite};

/// After this many deaths over one operation it is left out.
const MAX_DEATHS: u32 = 10;
/// After this many clusters no more are told apart.
const MAX_CLUSTERS: usize = 500;

/// One divergence, seen once or many times.
#[derive(Debug)]
pub struct Cluster {
    /// What its divergences have in common.
    pub key: Key,
    /// The number of the first case that showed it.
    pub case: u64,
    /// How many cases showed it.
    pub count: u64,
    /// Its smallest case.
    pub shrunk: Shrunk,
    /// Vectors that show the same.
    pub vectors: Vec<String>,
}

/// What came of a campaign.
#[derive(Debug, Default)]
pub struct Report {
    /// The clusters, in the order in which they were found.
    pub clusters: Vec<Cluster>,
    /// Cases asked, by operation.
    pub asked: BTreeMap<String, u64>,
    /// Answers that were compared with the reference's.
    pub compared: u64,
    /// Cases without an outcome, because the adapter died too often around them.
    pub lost: u64,
    /// Reasons that the reference gave.
    pub reasons: BTreeSet<String>,
    /// Answers of two implementations that differ only because they declare other policies.
    pub by_policy: u64,
    /// How many inputs were answered in a way that none before them was.
    pub kept: u64,
    /// Divergences that only say which of several faults was seen first.
    pub only_order: u64,
    /// Operations that were left out because the adapter died of them too often.
    pub left_out: BTreeSet<String>,
    /// Why the campaign ended early, if it did.
    pub stop: Option<Stop>,
}

/// Who wants to know while a campaign goes.
pub trait Watch {
    /// A cluster was found and shrunk.
    fn cluster(&mut self, cluster: &Cluster, subject: &dyn Subject);
    /// A batch was asked.
    fn progress(&mut self, report: &Report);
}

/// Asks until the cases or the time are used up. `vectors` are asked once if there is a divergence, to say which of
/// them show the same.
pub fn run(
    settings: &Settings,
    subject: &mut dyn Subject,
    vectors: &[Suite],
    watch: &mut dyn Watch,
) -> Report {
    let policies = expected::policies(subject.hello());
    let has = |profile: &str| subject.hello().profiles.iter().any(|had| had == profile);
    let scope = Scope { bolt4: has("bolt4"), x_only: has("x-only"), policies };
    let until = settings.time.and_then(|time| Instant::now().checked_add(time));
    let mut campaign = Campaign {
        policies,
        until,
        vectors,
        known: None,
        seen: BTreeMap::new(),
        deaths: BTreeMap::new(),
        guide: Guide::default(),
        report: Report::default(),
    };
    std::thread::scope(|threads| {
        // The channels' ends close with this closure, and the thread with them.
        let (sender, batches) = mpsc::sync_channel(2);
        let (teacher, learnt) = mpsc::channel();
        threads.spawn(move || make(settings, scope, policies, &sender, &learnt));
        for batch in batches {
            if until.is_some_and(|until| Instant::now() >= until) {
                break;
            }
            match campaign.batch(batch, subject, watch) {
                Ok(new) => drop(teacher.send(if settings.guided { new } else { Vec::new() })),
                Err(stop) => {
                    campaign.report.stop = Some(stop);
                    break;
                }
            }
            watch.progress(&campaign.report);
            if settings.operations.iter().all(|operation| campaign.report.left_out.contains(operation)) {
                break;
            }
        }
    });
    campaign.report
}

struct Campaign<'a> {
    policies: Policies,
    /// When it ends, if not by its number of cases.
    until: Option<Instant>,
    vectors: &'a [Suite],
    /// The divergences that the vectors show, once they were asked.
    known: Option<BTreeMap<Key, Vec<String>>>,
    /// Which cluster of the report a key belongs to; none for those that only say which fault was seen first.
    seen: BTreeMap<Key, Option<usize>>,
    deaths: BTreeMap<String, u32>,
    guide: Guide,
    report: Report,
}

impl Campaign<'_> {
    /// Asks a batch, and gives the blueprints that were answered in a new way.
    fn batch(
        &mut self,
        mut batch: Batch,
        subject: &mut dyn Subject,
        watch: &mut dyn Watch,
    ) -> Result<Vec<Blueprint>, Stop> {
        if !self.report.left_out.is_empty() {
            batch.retain(|case| !self.report.left_out.contains(case.operation()));
        }
        let Batch { numbers, blueprints, cases } = batch;
        for case in &cases {
            match self.report.asked.get_mut(case.operation()) {
                Some(count) => *count += 1,
                None => drop(self.report.asked.insert(case.operation().to_owned(), 1)),
            }
            if let Some(reason) =
                expected::reason(case).filter(|reason| !self.report.reasons.contains(*reason))
            {
                self.report.reasons.insert(reason.to_owned());
            }
        }
        let round = subject.ask(&cases)?;
        self.report.compared += round.compared();
        self.report.lost += round.lost();
        self.report.by_policy += round.by_policy;
        let new = self.guide.learn(&cases, &round);
        self.report.kept += new.len() as u64;
        for divergence in &round.failures {
            let index = divergence.finding.index;
            let case = &cases[index];
            if divergence.finding.judgement.outcome.is_death() {
                let deaths = self.deaths.entry(case.operation().to_owned()).or_default();
                *deaths += 1;
                if *deaths == MAX_DEATHS {
                    self.report.left_out.insert(case.operation().to_owned());
                }
            }
            self.add(numbers[index], case, &blueprints[index], divergence, subject, watch)?;
        }
        let mut blueprints = blueprints;
        Ok(new.into_iter().rev().map(|index| blueprints.swap_remove(index)).collect())
    }

    /// Counts a divergence; a new one is shrunk.
    fn add(
        &mut self,
        number: u64,
        case: &Case,
        blueprint: &Blueprint,
        divergence: &Divergence,
        subject: &mut dyn Subject,
        watch: &mut dyn Watch,
    ) -> Result<(), Stop> {
        let key = divergence.key.clone();
        match self.seen.get(&key) {
            Some(Some(cluster)) => self.report.clusters[*cluster].count += 1,
            Some(None) => self.report.only_order += 1,
            None if self.seen.len() >= MAX_CLUSTERS => {}
            None => {
                let shrunk = shrink(subject, self.policies, blueprint.clone(), case, divergence, self.until)?;
                if shrunk.only_order {
                    self.report.only_order += 1;
                    self.seen.insert(key, None);
                    return Ok(());
                }
                let same = self.report.clusters.iter().position(|cluster| {
                    cluster.key.operation == key.operation && cluster.shrunk.case.input == shrunk.case.input
                });
                if let Some(same) = same {
                    self.report.clusters[same].count += 1;
                    self.seen.insert(key, Some(same));
                    return Ok(());
                }
                self.seen.insert(key.clone(), Some(self.report.clusters.len()));
                let vectors = match self.known(subject) {
                    Err(_) if interrupt::received().is_some() => Vec::new(),
                    known => known?.get(&key).cloned().unwrap_or_default(),
                };
                let cluster = Cluster { key, case: number, count: 1, shrunk, vectors };
                watch.cluster(&cluster, subject);
                self.report.clusters.push(cluster);
            }
        }
        Ok(())
    }

    /// The divergences that the vectors show with this adapter.
    fn known(&mut self, subject: &mut dyn Subject) -> Result<&BTreeMap<Key, Vec<String>>, Stop> {
        if self.known.is_none() {
            let hello = subject.hello().clone();
            let cases: Vec<_> = self
                .vectors
                .iter()
                .flat_map(|suite| &suite.cases)
                .filter(|case| hello.operations.iter().any(|operation| operation == case.operation()))
                .filter_map(|case| {
                    let verdict = case.verdict(&hello.policies)?.clone();
                    Some(Case { expect: vec![verdict.into()], ..case.clone() })
                })
                .collect();
            let mut known: BTreeMap<Key, Vec<String>> = BTreeMap::new();
            for Divergence { key, finding, .. } in subject.ask(&cases)?.failures {
                known.entry(key).or_default().push(cases[finding.index].id.clone());
            }
            self.known = Some(known);
        }
        Ok(self.known.get_or_insert_default())
    }
}

#[cfg(test)]
mod tests;
