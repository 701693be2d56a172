//! `spontan check`: asks an adapter the vectors and reports what was not as expected.

use std::ffi::OsString;
use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::cases::{self, Select, VectorsFrom};
use super::exit::{self, Exit, Failure};
use super::output;
use super::reports::{ReportArg, Reports};
use super::watch::Watch;
use crate::harness::known::KnownFailures;
use crate::harness::{self, Check, CheckResult, Codes, Options, text};
use crate::protocol::AdapterHello;
use crate::quirks::diagnosis::{self, Answered};
use crate::report::terminal::{Report, heading, replay_tail};
use crate::report::{About, RunResult, Status, Tally, failure, jsonl};
use crate::vectors::Case;

/// Check an implementation against the vectors
///
/// The adapter is started once and asked all selected cases. Without an adapter the built-in reference is checked, in
/// a process of its own and over the same pipes.
#[derive(Debug, Clone, Args)]
#[command(after_help = format!("{}\n\n{EXAMPLE}", exit::HELP))]
pub struct CheckArgs {
    #[command(flatten)]
    from: VectorsFrom,
    #[command(flatten)]
    select: Select,
    /// A TOML list of cases that are known to fail: [[known]] with case = "id or pattern", why = "…" and, if wanted,
    /// issue = "…", until = "YYYY-MM-DD" and got = "what the adapter answers". A listed case that passes or answers
    /// otherwise, an entry that matches no case and a date that is gone by fail the check. `spontan known-failures`
    /// writes it
    #[arg(long, value_name = "FILE")]
    known_failures: Option<PathBuf>,
    /// Which failure codes count
    #[arg(long, value_name = "WHICH", default_value = "allowed")]
    codes: CodesArg,
    /// How long the oldest unanswered case may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = cases::seconds)]
    timeout: Duration,
    /// How long the adapter may take to say hello, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = cases::seconds)]
    hello_timeout: Duration,
    /// Share the selected cases between so many processes of the adapter
    #[arg(short = 'j', value_name = "N", default_value = "1")]
    jobs: NonZeroUsize,
    /// Ask nothing more after the first failure that is not known; what was asked already is still judged
    #[arg(long)]
    fail_fast: bool,
    /// Ask the selected cases so many times in the same process
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
    /// Run only the I-th of N parts of the selected cases; the N parts together are all of them, each once
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Write a report to a file: jsonl (as the run goes, one JSON object a line), json, junit, tap, md, html or badge.
    /// `github` has no file: it prints annotations for GitHub Actions. May be given several times
    #[arg(long = "report", value_name = "FORMAT=FILE")]
    reports: Vec<ReportArg>,
    /// Show every failure in detail, not only the first 20
    #[arg(long)]
    all: bool,
    /// Shorten nothing: whole packets, whole outputs
    #[arg(long)]
    full: bool,
    /// The adapter: a program and its arguments
    #[arg(last = true, value_name = "ADAPTER")]
    adapter: Vec<OsString>,
}

const EXAMPLE: &str = "\
Example:
  spontan check -k 'keysend.receive/**' --known-failures known.toml -- python3 adapter.py";

/// `--codes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CodesArg {
    /// Only the specs' own code, the first that a case lists
    Exact,
    /// Any code that a case lists
    Allowed,
    /// None: wrong codes and data are reported and fail nothing
    Ignore,
}

/// `--shard I/N`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shard {
    /// Which one, from 1.
    one: usize,
    of: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |digits: &str| digits.parse().ok().filter(|_| !digits.starts_with('+'));
        let numbers = text.split_once('/').and_then(|(one, of)| Some((number(one)?, number(of)?)));
        match numbers {
            Some((one, of)) if (1..=of).contains(&one) => Ok(Self { one, of }),
            _ => Err("it must be I/N with I from 1 to N, such as 2/5".into()),
        }
    }
}

impl From<CodesArg> for Codes {
    fn from(which: CodesArg) -> Self {
        match which {
            CodesArg::Exact => Self::Exact,
            CodesArg::Allowed => Self::Allowed,
            CodesArg::Ignore => Self::Ignore,
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.one, self.of)
    }
}

impl Shard {
    /// Every n-th of the selected cases: the shards are of one size, and each suite is in all of them.
    fn part<'a>(self, selected: &[&'a Case]) -> Result<Vec<&'a Case>, Failure> {
        let part: Vec<_> = selected.iter().skip(self.one - 1).step_by(self.of).copied().collect();
        if part.is_empty() {
            let message = format!("the shard {self} is empty: only {} cases are selected", selected.len());
            return Err(Failure::new(Exit::Nothing, message));
        }
        Ok(part)
    }
}

/// Runs the command.
///
/// # Errors
/// Whatever keeps cases from being asked at all.
pub fn run(args: &CheckArgs) -> Result<Exit, Failure> {
    let usage = |message: String| Failure::new(Exit::Usage, message);
    let suites = args.from.load()?;
    let all = cases::all(&suites);
    let known = match &args.known_failures {
        Some(path) => KnownFailures::read(path).map_err(usage)?,
        None => KnownFailures::default(),
    };
    let selected = args.select.of(&all)?;
    let selected = args.shard.map_or_else(|| Ok(selected.clone()), |shard| shard.part(&selected))?;
    let adapter = cases::adapter_or_reference(&args.adapter)?;
    let mut reports = Reports::create(&args.reports)?;
    let options = Options {
        adapter,
        processes: args.jobs.get(),
        hello_timeout: args.hello_timeout,
        timeout: args.timeout,
        repeat: args.repeat,
        codes: args.codes.into(),
    };
    let check = Check::start(&selected, &options, |_, _| {}).map_err(no_adapter)?;
    output::print(&format!("{}\n\n", heading(&check.plan.hello, selected.len())))?;
    // It is only said in reports, and takes a while.
    let digest = match args.reports[..] {
        [] => String::new(),
        _ => jsonl::digest(&suites).map_err(|error| Failure::new(Exit::Vectors, error.to_string()))?,
    };
    let words = std::iter::once(&options.adapter.program).chain(&options.adapter.args);
    let command = words.map(|word| word.to_string_lossy().into_owned()).collect();
    let mut about = About::new(&check.plan, digest, command, args.repeat);
    about.shard = args.shard.map(|shard| shard.to_string());
    reports.header(&check.plan, &about);

    let total = selected.len() as u64 * u64::from(args.repeat);
    let mut watch = Watch::new(&known, reports, args.fail_fast, total);
    let CheckResult { plan, findings, end, elapsed } = check.run(&mut watch);
    watch.progress_end();
    let tally = Tally::new(&plan, &known, findings);

    let ids: Vec<_> = all.iter().map(|case| case.id.as_str()).collect();
    let stale = known.stale(&ids, &text::today());
    let mut complaints = stale.clone();
    complaints.extend(tally.unexpected_passes());
    complaints.extend(tally.changed_answers());
    let exit = match end.broken() {
        Some(_) => Exit::Broken,
        None if tally.failures().is_empty() && complaints.is_empty() => Exit::Ok,
        None => Exit::Failed,
    };
    let reference = ["spontan".into(), "adapter".into()];
    let named = if args.adapter.is_empty() { &reference[..] } else { &args.adapter };
    let view = failure::View { full: args.full, replay: replay_tail(args.from.vectors.as_deref(), named) };
    let result = RunResult {
        seconds: elapsed.as_secs_f64(),
        exit: exit as u8,
        stale,
        looks_like: looks_like(&tally, &plan.hello),
        ..RunResult::new(about, &tally, &end, &view)
    };
    let report = Report {
        result: &result,
        tally: &tally,
        stop: end.stop.as_ref(),
        complaints: &complaints,
        view,
        all: args.all,
    };
    let mut text = report.render();
    if args.repeat > 1 {
        let rate = end.answers as f64 / elapsed.as_secs_f64().max(1e-9);
        text.push_str(&format!(
            "{} answers in {:.3} s, {rate:.0} a second\n",
            end.answers,
            elapsed.as_secs_f64()
        ));
    }
    output::print(&text)?;
    watch.reports.finish(&result)?;
    Ok(exit)
}

/// Which seeded bugs the failures look like.
fn looks_like(tally: &Tally<'_>, hello: &AdapterHello) -> Vec<String> {
    let failures = tally.failures();
    let wrong = failures.iter().filter_map(|failure| {
        let answer = failure.finding.actual.as_ref()?;
        Some(Answered { case: failure.case, want: failure.expected?, wrong: Some(answer) })
    });
    let passed = tally.plan().jobs.iter().enumerate().filter_map(|(index, job)| {
        let want = *job.expected.as_ref().ok()?;
        matches!(tally.status(index), Status::Passed | Status::UnexpectedPass).then_some(Answered {
            case: job.case,
            want,
            wrong: None,
        })
    });
    if failures.is_empty() {
        return Vec::new();
    }
    let answered: Vec<_> = wrong.chain(passed).collect();
    let all = if failures.len() == 1 { "1 failure".into() } else { format!("{} failures", failures.len()) };
    let line = |found: &diagnosis::Match| {
        let (name, about, spec) = (found.quirk.name(), found.quirk.about(), found.quirk.spec());
        let more = match found.more {
            0 => String::new(),
            1 => "; it would also fail 1 case that passes here".into(),
            more => format!("; it would also fail {more} cases that pass here"),
        };
        format!("the seeded bug {name}, which explains {} of {all}: {about} ({spec}{more})", found.explains)
    };
    diagnosis::matches(&answered, hello).iter().map(line).collect()
}

/// The message for an adapter that did not start or shake hands.
pub fn no_adapter(error: harness::StartError) -> Failure {
    let mut message = error.message;
    let lines = failure::stderr(&error.stderr);
    if !lines.is_empty() {
        message.push_str(&format!("\nThe last of its stderr:\n  {}", lines.join("\n  ")));
    }
    Failure::new(Exit::NoAdapter, message)
}
