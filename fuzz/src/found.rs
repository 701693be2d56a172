//! What the seeds find by themselves: for each target the seeded bugs of its layer, and the first seed that finds each. A bug is of a
//! target's layer when a case that became one of its seeds finds it.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::thread;

use spontan::quirks::{Quirk, score};
use spontan::vectors::load::{self, LoadError};

use crate::{Oracle, Second, TARGETS, seeds};

/// The targets that ask no second implementation, so that none can be bent.
const ALONE: [&str; 4] = ["tlv_bytes", "ecdh_laws", "protocol_line", "vectors_file"];

/// One bug and one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The target.
    pub target: &'static str,
    /// The bug.
    pub quirk: Quirk,
    /// How many seeds it takes, in the order of their names; none when no seed finds it.
    pub after: Option<usize>,
    /// How many seeds there are.
    pub seeds: usize,
}

/// Every bug of the layer of every target that asks the second implementation, in the order of the targets and of the bugs.
///
/// # Errors
/// When the vectors cannot be read.
pub fn all() -> Result<Vec<Found>, LoadError> {
    let seeds = seeds::all(|_| true)?;
    let suites = load::built_in()?;
    let mut tasks = Vec::new();
    for (target, oracle) in TARGETS.iter().filter(|(target, _)| !ALONE.contains(target)) {
        let own = &seeds[target];
        let mut suites = suites.clone();
        for suite in &mut suites {
            suite.cases.retain(|case| own.contains_key(&seeds::name(case)));
        }
        let trials = score::run(&suites, Quirk::ALL);
        tasks.extend(
            trials
                .iter()
                .filter(|trial| !trial.killed_by.is_empty())
                .map(|trial| (*target, *oracle, trial.quirk)),
        );
    }
    let one = |(target, oracle, quirk): &(&'static str, Oracle, Quirk)| {
        let (seeds, second): (&BTreeMap<_, _>, _) = (&seeds[target], Second::bent(*quirk));
        let after = seeds.values().position(|seed| oracle(seed, &second).is_err()).map(|at| at + 1);
        Found { target, quirk: *quirk, after, seeds: seeds.len() }
    };
    // Each core takes every n-th, as those of one target are as slow as each other.
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut found: Vec<(usize, Found)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..cores)
            .map(|core| {
                let (tasks, one) = (&tasks, &one);
                scope.spawn(move || {
                    tasks
                        .iter()
                        .enumerate()
                        .skip(core)
                        .step_by(cores)
                        .map(|(at, task)| (at, one(task)))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    });
    found.sort_by_key(|(at, _)| *at);
    Ok(found.into_iter().map(|(_, found)| found).collect())
}

/// As a table: target, bug, seeds that it takes (`-` where none finds it), seeds; between them tabs.
pub fn table(found: &[Found]) -> String {
    let mut text = String::from("target\tbug\tseeds until found\tseeds\n");
    for Found { target, quirk, after, seeds } in found {
        let after = after.map_or_else(|| "-".to_owned(), |after| after.to_string());
        text.push_str(&format!("{target}\t{}\t{after}\t{seeds}\n", quirk.name()));
    }
    text
}
