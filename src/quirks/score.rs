//! The mutation score: each quirk as an implementation against the vectors, with the harness's own judge.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Bent, Quirk};
use crate::harness::{Codes, judge};
use crate::node::Policies;
use crate::protocol::{AdapterHello, Content};
use crate::reference;
use crate::vectors::{Case, Suite, Verdict};

/// What became of one quirk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial<'a> {
    /// The quirk.
    pub quirk: Quirk,
    /// The operations of the cases that come to the quirk's place in the code.
    pub operations: BTreeSet<&'a str>,
    /// The cases that fail with it, in the order of the vectors.
    pub killed_by: Vec<&'a str>,
    /// The policy that it had to declare to be found; none when the defaults will do.
    pub policy: Option<(&'static str, &'static str)>,
}

/// A case with what is wanted of an implementation with some policies.
struct Job<'a> {
    case: &'a Case,
    want: &'a Verdict,
    reached: super::Quirks,
}

/// The policies of one run: the defaults, or one value of one policy that is not its default.
pub fn choices() -> Vec<Option<(&'static str, &'static str)>> {
    let others = Policies::ALL
        .iter()
        .flat_map(|(policy, values)| values.iter().skip(1).map(|value| Some((*policy, *value))));
    std::iter::once(None).chain(others).collect()
}

/// A choice as an adapter declares it.
pub fn declared(choice: Option<(&str, &str)>) -> BTreeMap<String, String> {
    choice.into_iter().map(|(policy, value)| (policy.to_owned(), value.to_owned())).collect()
}

/// The hello that answers are judged by: the built-in adapter's, with these policies.
pub fn hello(choice: Option<(&str, &str)>) -> AdapterHello {
    AdapterHello { policies: declared(choice), ..reference::hello() }
}

/// Tries every quirk of `quirks` on the cases: first with default policies, then, if it survives, with each other value.
/// Uses as many threads as there are processors.
pub fn run<'a>(suites: &'a [Suite], quirks: &[Quirk]) -> Vec<Trial<'a>> {
    let mut trials: Vec<_> = quirks
        .iter()
        .map(|quirk| Trial {
            quirk: *quirk,
            operations: BTreeSet::new(),
            killed_by: Vec::new(),
            policy: None,
        })
        .collect();
    for choice in choices() {
        if trials.iter().all(|trial| !trial.killed_by.is_empty()) {
            break;
        }
        let jobs = jobs(suites, choice);
        let hello = hello(choice);
        let next = AtomicUsize::new(0);
        let work: Vec<_> = trials.iter_mut().filter(|trial| trial.killed_by.is_empty()).collect();
        let work: Vec<_> = work.into_iter().map(std::sync::Mutex::new).collect();
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while let Some(trial) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                        // Each is taken once; the lock is there for the compiler.
                        if let Ok(mut trial) = trial.lock() {
                            try_on(&mut trial, &jobs, &hello);
                            if !trial.killed_by.is_empty() {
                                trial.policy = choice;
                            }
                        }
                    }
                });
            }
        });
    }
    trials
}

fn jobs<'a>(suites: &'a [Suite], choice: Option<(&str, &str)>) -> Vec<Job<'a>> {
    let policies = declared(choice);
    let bent = Bent::new(None, policies.clone());
    let cases = suites.iter().flat_map(|suite| &suite.cases);
    cases
        .filter_map(|case| {
            let want = case.expectation().verdict(&policies)?;
            bent.answer(case.operation(), &case.input);
            Some(Job { case, want, reached: bent.take_reached() })
        })
        .collect()
}

fn try_on<'a>(trial: &mut Trial<'a>, jobs: &[Job<'a>], hello: &AdapterHello) {
    let bent = Bent::new(Some(trial.quirk), hello.policies.clone());
    for job in jobs.iter().filter(|job| job.reached.contains(trial.quirk)) {
        let operation = job.case.operation();
        trial.operations.insert(operation);
        if fails(job.case, job.want, hello, &bent.answer(operation, &job.case.input)) {
            trial.killed_by.push(&job.case.id);
        }
    }
}

fn fails(case: &Case, want: &Verdict, hello: &AdapterHello, answer: &Content) -> bool {
    judge(case.operation(), want, hello, Codes::Allowed, answer).fails
}

/// A small set of cases that together find every quirk that is found: greedily, the case that finds most of the rest
/// first. In the order of the vectors.
pub fn smoke<'a>(trials: &[Trial<'a>]) -> BTreeSet<&'a str> {
    let mut left: Vec<_> = trials.iter().filter(|trial| !trial.killed_by.is_empty()).collect();
    let mut chosen = BTreeSet::new();
    while !left.is_empty() {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for case in left.iter().flat_map(|trial| &trial.killed_by) {
            *counts.entry(case).or_default() += 1;
        }
        // The first by name among equals, so that the set does not depend on the order of anything.
        let Some((case, _)) =
            counts.into_iter().max_by_key(|(case, count)| (*count, std::cmp::Reverse(*case)))
        else {
            break;
        };
        chosen.insert(case);
        left.retain(|trial| !trial.killed_by.contains(&case));
    }
    chosen
}
