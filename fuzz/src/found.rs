//! What the seeds find by themselves: for each target the seeded bugs of its layer, and the first seed that finds each. A bug is of a
//! target's layer when a case that became one of its seeds finds it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use spontan::quirks::{Quirk, score};
use spontan::vectors::load::{self, LoadError};

use crate::{Oracle, TARGETS, seeds};

/// The targets that ask no second implementation, so that no bug can be seeded into it.
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
        let seeds: &BTreeMap<_, _> = &seeds[target];
        let after = seeds.values().position(|seed| oracle(seed, Some(*quirk)).is_err()).map(|at| at + 1);
        Found { target, quirk: *quirk, after, seeds: seeds.len() }
    };
    let (next, found) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some((at, task)) =
                    tasks.iter().enumerate().nth(next.fetch_add(1, Ordering::Relaxed))
                {
                    let one = one(task);
                    found.lock().unwrap_or_else(PoisonError::into_inner).insert(at, one);
                }
            });
        }
    });
    Ok(found.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect())
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
