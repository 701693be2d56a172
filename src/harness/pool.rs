//! Several processes of one adapter that share a run. Each has its own window and asks its own share of the cases, always
//! the same one, so that an adapter which remembers what it was asked answers alike in every run.

use std::panic::resume_unwind;
use std::sync::Mutex;
use std::thread;

use super::deaths::Shared;
use super::finding::{Findings, Observer, RunEnd};
use super::options::Options;
use super::plan::Plan;
use super::run::Runner;
use super::session::Session;

/// Asks the plan's cases of an adapter that shook hands. With more than one process each of the others is started beside
/// it, and must say the same hello.
pub fn run(
    plan: &Plan<'_>,
    session: Session,
    options: &Options,
    observer: &mut (dyn Observer + Send),
) -> (Findings, RunEnd) {
    let (shared, observer) = (Shared::default(), Mutex::<&mut (dyn Observer + Send)>::new(observer));
    let mut shares = shares(plan, options.processes).into_iter();
    let first = shares.next().unwrap_or_default();
    let ask = |share: Vec<usize>, session: Option<Session>| {
        Runner::new(plan, share, options, &shared, &observer).run(session)
    };
    thread::scope(|scope| {
        let ask = &ask;
        let others: Vec<_> = shares.map(|share| scope.spawn(move || ask(share, None))).collect();
        let first = ask(first, Some(session));
        let others = others.into_iter().map(|thread| thread.join().unwrap_or_else(|why| resume_unwind(why)));
        others.fold(first, together)
    })
}

/// As `run` with one process, which stays for the next plan if it is alive when everything is answered.
pub fn ask(
    plan: &Plan<'_>,
    session: Session,
    options: &Options,
    observer: &mut (dyn Observer + Send),
) -> (RunEnd, Option<Session>) {
    let share = shares(plan, 1).into_iter().next().unwrap_or_default();
    Runner::new(plan, share, options, &Shared::default(), &Mutex::<&mut (dyn Observer + Send)>::new(observer))
        .run_and_keep(session)
}

/// Every n-th of the jobs that are asked, for each of n processes. A process without one is not started, but there is
/// always one process.
fn shares(plan: &Plan<'_>, processes: usize) -> Vec<Vec<usize>> {
    let asked: Vec<_> = (0..plan.jobs.len()).filter(|index| plan.jobs[*index].expected.is_ok()).collect();
    let count = processes.min(asked.len()).max(1);
    (0..count).map(|first| asked.iter().skip(first).step_by(count).copied().collect()).collect()
}

/// What two processes found, and their ends, as those of one run.
fn together(
    (mut findings, mut all): (Findings, RunEnd),
    (others, one): (Findings, RunEnd),
) -> (Findings, RunEnd) {
    findings.merge(others);
    all.stop = all.stop.or(one.stop);
    all.interrupted = all.interrupted.or(one.interrupted);
    all.answers += one.answers;
    all.deaths += one.deaths;
    all.stray += one.stray;
    all.peak_memory = all.peak_memory.max(one.peak_memory);
    for note in one.notes {
        if !all.notes.contains(&note) {
            all.notes.push(note);
        }
    }
    (findings, all)
}
