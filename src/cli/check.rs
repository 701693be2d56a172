//! `spontan check`: runs the vectors against an adapter and reports every case that was not as expected.

use std::path::{Path, PathBuf};

use clap::Args;

use super::adapter::{AdapterArgs, size};
use super::cases::{self, CasesFrom};
use super::causes::Causes;
use super::exit::{self, Exit, Failure};
use super::output::{self, Progress};
use super::reports::{ReportArg, Reports};
use super::shard::Shard;
use super::watch::Watch;
use crate::harness::known::KnownFailures;
use crate::harness::select::{Selection, select};
use crate::harness::{Adapter, Check, CheckResult, Codes, Options, memory, text};
use crate::report::terminal::{Report, heading, replay_tail};
use crate::report::{About, RunResult, Tally, failure, jsonl};
use crate::vectors::Level;

/// Check an implementation against the vectors
///
/// Starts the adapter once and asks it all selected cases. Without an adapter, the built-in reference is checked, in a
/// process of its own and over the same pipes.
#[derive(Debug, Clone, Args)]
#[command(after_help = format!("{}\n\n{EXAMPLE}", exit::HELP))]
pub struct CheckArgs {
    #[command(flatten)]
    from: CasesFrom,
    #[command(flatten)]
    select: Selection,
    /// Read this TOML list of cases that are known to fail, so that they do not fail the run. `spontan known-failures`
    /// writes it. Each entry is a [[known]] table with case = "an id or a pattern" and why = "…"; optional are issue =
    /// "…", until = "YYYY-MM-DD" and got = "what the adapter answers". The run fails if a listed case passes or gets
    /// another answer, an entry matches no case, or a date has passed
    #[arg(long, value_name = "FILE")]
    known_failures: Option<PathBuf>,
    /// Which failure codes count as right
    #[arg(long, value_name = "WHICH", default_value = "allowed")]
    codes: Codes,
    /// Fail the run only for deviations of this level and of stronger ones; weaker ones are shown and counted. The level of
    /// a deviation is that of the text it goes against: a wrong code or wrong data may be weaker than the case's verdict
    #[arg(long, value_name = "LEVEL", default_value = "proposal")]
    fail_on: Level,
    /// Fail a case with which a process of the adapter takes more memory than this, with all that it starts, such as 512M.
    /// Its processes are asked one case at a time then, so that it is known which case it was (Linux)
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_memory: Option<u64>,
    /// Run N processes of the adapter and divide the selected cases between them
    #[arg(short = 'j', value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    jobs: u16,
    /// Stop asking after the first failure that is not known; cases that were already asked still count
    #[arg(long)]
    fail_fast: bool,
    /// Ask the selected cases N times in the same process
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
    /// Run only part I of N of the selected cases. The N parts together are all selected cases, each once
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Write a report to a file; may be given several times. The formats are json, junit, tap, md, html and badge, and
    /// jsonl, which is written while the run goes on. `github` takes no file: it prints annotations for GitHub Actions
    #[arg(long = "report", value_name = "FORMAT=FILE")]
    reports: Vec<ReportArg>,
    /// Show every failure in detail, not only the first 20, or the first three of more that have one likely cause
    #[arg(long)]
    all: bool,
    /// Print packets and other values in full length
    #[arg(long)]
    full: bool,
    #[command(flatten)]
    adapter: AdapterArgs,
}

const EXAMPLE: &str = "\
Examples:
  spontan check -- ./my-adapter
  spontan check --fresh -- ./my-adapter
  spontan check -k 'keysend.receive/**' --known-failures known-failures.toml -- python3 adapter.py";

pub fn run(args: &CheckArgs) -> Result<Exit, Failure> {
    let made = args.from.load()?;
    let suites = &made.suites;
    let lock_note = args.from.from.lock_note(suites)?;
    let all = cases::all(suites);
    let known = match &args.known_failures {
        Some(path) => {
            let known = KnownFailures::read(path).map_err(Failure::usage)?.for_cases(&all);
            if made.seed.is_some() { known.for_fresh_cases() } else { known }
        }
        None => KnownFailures::default(),
    };
    let selected = made.in_order(select(&all, &args.select)?);
    let selected = args.shard.map_or_else(|| Ok(selected.clone()), |shard| shard.part(&selected))?;
    let options = Options {
        processes: args.jobs.into(),
        repeat: args.repeat,
        codes: args.codes,
        fail_on: args.fail_on,
        max_memory: args.max_memory,
        ..args.adapter.options()?
    };
    if args.max_memory.is_some() && !memory::is_told() {
        let message =
            "--max-memory needs a system that tells in /proc how much memory a process takes, as Linux does";
        return Err(Failure::usage(message));
    }
    let files = taken(args, &options.adapter)?;
    let files: Vec<_> = files.iter().map(|(what, path)| (*what, path.as_path())).collect();
    let mut reports = Reports::create(&args.reports, &files)?;
    let check = match Check::start(&selected, &options, |_, _| {}) {
        Ok(check) => check,
        Err(error) => {
            let failure = Failure::from(error);
            reports.not_started(&failure.message)?;
            return Err(failure);
        }
    };
    let fresh = made.seed.map_or_else(String::new, |seed| format!("\nfresh cases, seed {seed}"));
    output::print(&format!("{}{fresh}\n\n", heading(&check.plan.hello, selected.len())))?;
    // Only reports name the digest, and it takes a while.
    let digest = match args.reports[..] {
        [] => String::new(),
        _ => jsonl::digest(suites).map_err(Failure::vectors)?,
    };
    let words = std::iter::once(&options.adapter.program).chain(&options.adapter.args);
    let command = words.map(|word| word.to_string_lossy().into_owned()).collect();
    let mut about = About::new(&check.plan, digest, command, args.repeat);
    about.fresh = made.seed;
    about.max_memory = args.max_memory;
    about.max_processes = options.adapter.max_processes;
    about.shard = args.shard.map(|shard| shard.to_string());
    reports.header(&check.plan, &about);

    let asked = check.plan.jobs.iter().filter(|job| job.expected.is_ok()).count();
    let total = asked as u64 * u64::from(args.repeat);
    let (known, progress, fail_fast) = (&known, Progress::new(), args.fail_fast);
    let open = check.plan.jobs.iter().enumerate().filter(|(_, job)| !job.choices.is_empty());
    let open = open.map(|(index, _)| (index, None)).collect();
    let mut watch = Watch { reports, progress, known, fail_fast, total, open, done: 0, failed: 0 };
    let CheckResult { plan, findings, end, elapsed } = check.run(&mut watch);
    watch.progress.clear();
    let tally = Tally::new(&plan, known, findings);

    let ids: Vec<_> = all.iter().map(|case| case.id.as_str()).collect();
    let stale = known.stale(&ids, &text::today());
    let mut complaints = stale.clone();
    complaints.extend(tally.complaints());
    let exit = match (end.interrupted, end.broken()) {
        (Some(signal), _) => signal.into(),
        (None, Some(_)) => Exit::Broken,
        _ if tally.failures().is_empty() && complaints.is_empty() => Exit::Ok,
        _ => Exit::Failed,
    };
    let reference = ["spontan".into(), "adapter".into()];
    let named = &args.adapter.adapter;
    let named = if named.is_empty() { &reference[..] } else { named };
    let vectors = args.from.from.vectors.as_deref();
    let replay = replay_tail(vectors, made.seed, &options.adapter, named);
    let view = failure::View { full: args.full, replay };
    let causes = Causes::of(&tally, &watch.open, args.select.smoke);
    let mut result = RunResult {
        seconds: elapsed.as_secs_f64(),
        exit: exit as u8,
        stale,
        looks_like: causes.looks_like,
        would_pass: causes.would_pass,
        ..RunResult::new(about, &tally, &end, &view)
    };
    result.notes.extend(lock_note);
    let report = Report {
        result: &result,
        tally: &tally,
        stop: end.stop.as_ref(),
        complaints: &complaints,
        view,
        all: args.all,
        one_cause: causes.is_one,
    };
    let mut text = report.render();
    if args.repeat > 1 {
        let rate = end.answers as f64 / elapsed.as_secs_f64().max(1e-9);
        text.push_str(&format!(
            "{} answers in {:.3} s, {rate:.0} per second\n",
            end.answers,
            elapsed.as_secs_f64()
        ));
    }
    // A terminal that was closed takes no text, but a file does.
    let printed = output::print(&text);
    watch.reports.finish(&result)?;
    printed?;
    Ok(exit)
}

/// The files that the run needs, so that no report may replace them.
fn taken(args: &CheckArgs, adapter: &Adapter) -> Result<Vec<(&'static str, PathBuf)>, Failure> {
    let mut taken: Vec<_> =
        args.known_failures.iter().map(|list| ("the list of known failures", list.clone())).collect();
    if let Some(directory) = &args.from.from.vectors {
        let files = std::fs::read_dir(directory).map_err(|error| Failure::unreadable(directory, error))?;
        taken.extend(files.filter_map(|file| Some(("a file of the vectors", file.ok()?.path()))));
    }
    let program = Path::new(&adapter.program);
    // A name without a slash is looked up in the directories of PATH; a file of that name here is another one.
    let programs = match program.components().count() {
        1 if !program.has_root() => {
            let path = std::env::var_os("PATH").unwrap_or_default();
            std::env::split_paths(&path).map(|directory| directory.join(program)).collect()
        }
        _ => vec![program.to_owned()],
    };
    let words = adapter.args.iter().map(PathBuf::from).filter(|word| word.is_file());
    taken.extend(programs.into_iter().chain(words).map(|file| ("a file of the adapter", file)));
    Ok(taken)
}
