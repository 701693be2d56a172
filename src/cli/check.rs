//! `spontan check`: asks an adapter the vectors and reports what was not as expected.

use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};

use super::cases::{self, Select, VectorsFrom};
use super::exit::{self, Exit, Failure};
use super::output;
use crate::harness::known::Known;
use crate::harness::{self, Codes, Finding, Observer, Options, Plan, Session, text};
use crate::protocol::AdapterHello;
use crate::quirks::diagnosis::{self, Answered};
use crate::report::jsonl::{self, Stream};
use crate::report::terminal::{Report, heading, replay_tail};
use crate::report::{Status, Tally, failure};

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
    /// Ask the selected cases so many times in the same process
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
    /// Write the results to a file as the run goes: jsonl=FILE, one JSON object a line
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report_file)]
    report: Option<PathBuf>,
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

impl From<CodesArg> for Codes {
    fn from(which: CodesArg) -> Self {
        match which {
            CodesArg::Exact => Self::Exact,
            CodesArg::Allowed => Self::Allowed,
            CodesArg::Ignore => Self::Ignore,
        }
    }
}

fn report_file(text: &str) -> Result<PathBuf, String> {
    match text.split_once('=') {
        Some(("jsonl", file)) if !file.is_empty() => Ok(file.into()),
        _ => Err("it must be jsonl=FILE".into()),
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
        Some(path) => Known::read(path).map_err(usage)?,
        None => Known::default(),
    };
    let selected = args.select.of(&all)?;
    let adapter = cases::adapter_or_reference(&args.adapter)?;
    let mut stream = match &args.report {
        Some(path) => Some(
            Stream::create(path)
                .map_err(|error| usage(format!("{} cannot be written: {error}", path.display())))?,
        ),
        None => None,
    };
    let codes = args.codes.into();
    let options =
        Options { adapter, hello_limit: args.hello_timeout, limit: args.timeout, repeat: args.repeat };
    let (session, hello) =
        Session::start(&options.adapter, options.hello_limit, |_, _| {}).map_err(no_adapter)?;
    output::print(&format!("{}\n\n", heading(&hello, selected.len())))?;
    let plan = Plan::new(&selected, hello, codes);
    if let Some(stream) = &mut stream {
        let digest =
            jsonl::digest(&suites).map_err(|error| Failure::new(Exit::Vectors, error.to_string()))?;
        let words = std::iter::once(&options.adapter.program).chain(&options.adapter.args);
        let command: Vec<_> = words.map(|word| word.to_string_lossy().into_owned()).collect();
        stream.header(&plan, &digest, &command, args.repeat);
        for job in plan.jobs.iter().filter(|job| job.want.is_err()) {
            stream.not_run(&job.case.id, "the adapter did not declare what it needs");
        }
    }

    let started = Instant::now();
    let mut watch = Watch::new(
        Tally::new(&plan, &known),
        &known,
        stream,
        plan.jobs.len() as u64 * u64::from(args.repeat),
    );
    let end = harness::run(&plan, session, &options, &mut watch);
    watch.progress_end();
    let elapsed = started.elapsed();
    let Watch { tally, stream, .. } = watch;

    let ids: Vec<_> = all.iter().map(|case| case.id.as_str()).collect();
    let mut complaints = known.stale(&ids, &text::today());
    complaints.extend(tally.unexpected_passes());
    complaints.extend(tally.changed_answers());
    let exit = match &end.stop {
        Some(_) => Exit::Broken,
        None if end.stray > 0 => Exit::Broken,
        None if tally.failures().is_empty() && complaints.is_empty() => Exit::Ok,
        None => Exit::Failed,
    };
    let reference = ["spontan".into(), "adapter".into()];
    let named = if args.adapter.is_empty() { &reference[..] } else { &args.adapter };
    let view = failure::View { full: args.full, replay: replay_tail(args.from.vectors.as_deref(), named) };
    let diagnosis = looks_like(&tally, &plan.hello);
    let report = Report {
        tally: &tally,
        end: &end,
        complaints: &complaints,
        diagnosis: &diagnosis,
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
    if let (Some(stream), Some(path)) = (stream, &args.report) {
        stream
            .finish(&tally, &end, &complaints, exit as u8)
            .map_err(|error| usage(format!("{} could not be written to its end: {error}", path.display())))?;
    }
    Ok(exit)
}

/// Which seeded bugs the failures look like.
fn looks_like(tally: &Tally<'_>, hello: &AdapterHello) -> Vec<String> {
    let failures = tally.failures();
    let wrong = failures.iter().filter_map(|failure| {
        let came = failure.finding.came.as_ref()?;
        Some(Answered { case: failure.case, want: failure.want?, wrong: Some(came) })
    });
    let passed = tally.plan().jobs.iter().enumerate().filter_map(|(index, job)| {
        let want = *job.want.as_ref().ok()?;
        (tally.status(index) == Status::Passed).then_some(Answered { case: job.case, want, wrong: None })
    });
    if failures.is_empty() {
        return Vec::new();
    }
    let answered: Vec<_> = wrong.chain(passed).collect();
    let all = failures.len();
    let line = |found: &diagnosis::Match| {
        let (name, about, spec) = (found.quirk.name(), found.quirk.about(), found.quirk.spec());
        let more = match found.more {
            0 => String::new(),
            more => format!("; it would also fail {more} that pass here"),
        };
        format!(
            "{} of {all} failures are those of the seeded bug {name}: {about} ({spec}{more})",
            found.explains
        )
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

/// What happens while a run goes: counting, the results stream, and a line of progress for people.
struct Watch<'a> {
    tally: Tally<'a>,
    known: &'a Known,
    stream: Option<Stream>,
    progress: Option<Progress>,
}

struct Progress {
    total: u64,
    done: u64,
    failing: usize,
    drawn: Instant,
}

impl<'a> Watch<'a> {
    fn new(tally: Tally<'a>, known: &'a Known, stream: Option<Stream>, total: u64) -> Self {
        let progress = std::io::stderr().is_terminal().then(|| Progress {
            total,
            done: 0,
            failing: 0,
            drawn: Instant::now(),
        });
        Self { tally, known, stream, progress }
    }

    fn progress_end(&mut self) {
        if self.progress.take().is_some() {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

impl Observer for Watch<'_> {
    fn found(&mut self, plan: &Plan<'_>, finding: Finding) {
        if let Some(stream) = &mut self.stream {
            let known = finding.judgement.fails
                && plan
                    .jobs
                    .get(finding.index)
                    .and_then(|job| self.known.find(&job.case.id))
                    .is_some_and(|entry| entry.covers(&finding));
            stream.case(plan, &finding, known);
        }
        if let Some(progress) = &mut self.progress {
            progress.done += 1;
            progress.failing += usize::from(finding.judgement.fails);
        }
        self.tally.add(finding);
    }

    fn waiting(&mut self) {
        if let Some(stream) = &mut self.stream {
            stream.flush();
        }
        if let Some(progress) =
            self.progress.as_mut().filter(|it| it.drawn.elapsed() > Duration::from_millis(100))
        {
            progress.drawn = Instant::now();
            let Progress { total, done, failing, .. } = progress;
            let _ = write!(std::io::stderr(), "\r\x1b[K{done} of {total}, {failing} failed");
        }
    }
}
