//! `spontan fuzz`: generated inputs, the reference as the oracle, and a candidate for each divergence.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;

use super::adapter::seconds;
use super::cases::{self, VectorsFrom};
use super::exit::{Exit, Failure};
use super::output::{self, Progress};
use super::subject::SubjectArgs;
use crate::differ::campaign::{self, Cluster, Report, Settings, Watch};
use crate::differ::candidate::Candidate;
use crate::differ::subject::Subject;
use crate::harness::text::shell_word;
use crate::protocol::reason::REASONS;
use crate::protocol::{AdapterHello, OPERATIONS};

/// How long a campaign lasts without `--time` and `--cases`.
const DEFAULT_TIME: Duration = Duration::from_secs(60);

/// Search for inputs that an implementation answers differently from the reference
///
/// Generates inputs for each operation that the adapter declares, most of them valid except for one thing, and judges the
/// answers as `spontan check` does, under the policies that the adapter declares. With --against, two implementations are
/// compared with each other instead. Each divergence is shrunk until nothing more can be left out, and written to a file
/// that says what each side answered: a candidate, for a person to decide who is right (docs/live-fuzzing.md).
#[derive(Debug, Clone, Args)]
#[command(after_help = AFTER)]
pub struct FuzzArgs {
    #[command(flatten)]
    from: VectorsFrom,
    /// Stop after this time, in seconds [default: 60, or no limit with --cases]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    time: Option<Duration>,
    /// Stop after N cases
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    cases: Option<u64>,
    /// The seed of all random choices. The same seed gives the same cases, if the adapter answers the same
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Ask only this operation; may be given several times
    #[arg(long = "operation", value_name = "OPERATION")]
    operations: Vec<String>,
    /// The directory for candidates
    #[arg(long, value_name = "DIR", default_value = "candidates")]
    output: PathBuf,
    #[command(flatten)]
    subject: SubjectArgs,
}

const AFTER: &str = "\
Exit codes:
  0  no divergence
  1  there are divergences
  2  wrong usage
  3  an adapter did not start or did not shake hands
  4  an adapter broke the protocol; what was found so far is kept
  5  nothing was compared
  6  the vectors could not be loaded or are not valid
  130  interrupted by SIGINT (129 by SIGHUP, 143 by SIGTERM); what was found so far is kept

Examples:
  spontan fuzz --time 600 -- ./my-adapter
  spontan fuzz --time 600 --against './other-adapter --quiet' -- ./my-adapter
  spontan fuzz --operation tlv.decode --cases 1000000 --seed 7 -- ./my-adapter";

pub fn run(args: &FuzzArgs) -> Result<Exit, Failure> {
    let vectors = args.from.load()?;
    let mut subject = args.subject.start()?;
    let operations = operations(&args.operations, subject.hello())?;
    std::fs::create_dir_all(&args.output).map_err(|error| {
        Failure::usage(format!("{} could not be created: {error}", args.output.display()))
    })?;
    let name = |hello: &AdapterHello| hello.implementation.in_words();
    let against = subject.second().map(|second| format!(" against {}", name(second))).unwrap_or_default();
    let (who, what) = (name(subject.hello()), operations.join(", "));
    output::print(&format!("{who}{against}, {what}, seed {}\n\n", args.seed))?;
    let time = args.time.or_else(|| args.cases.is_none().then_some(DEFAULT_TIME));
    let settings = Settings { operations, seed: args.seed, cases: args.cases, time, guided: true };
    let (started, progress) = (Instant::now(), Progress::new());
    let mut screen = Screen { args, started, progress, found: 0, result: Ok(()) };
    let report = campaign::run(&settings, subject.as_mut(), &vectors, &mut screen);
    screen.progress.clear();
    let elapsed = started.elapsed();
    screen.result?;
    output::print(&summary(&report, elapsed))?;
    if let Some(stop) = report.stop {
        return Err(stop.into());
    }
    Ok(match (report.compared, report.clusters.len()) {
        (0, 0) => Exit::Nothing,
        (_, 0) => Exit::Ok,
        _ => Exit::Failed,
    })
}

/// The operations that are asked: those of the command line, or all that the adapter declared.
fn operations(asked: &[String], hello: &AdapterHello) -> Result<Vec<String>, Failure> {
    if asked.is_empty() {
        return Ok(hello.operations.clone());
    }
    for operation in asked {
        if !OPERATIONS.iter().any(|(name, _)| name == operation) {
            let near = cases::nearest(operation, OPERATIONS.iter().map(|(name, _)| *name));
            let message = format!("there is no operation {operation:?}. Did you mean one of these?{near}");
            return Err(Failure::usage(message));
        }
        if !hello.operations.contains(operation) {
            let message = format!(
                "the adapter does not declare {operation}. It declares {}",
                hello.operations.join(", ")
            );
            return Err(Failure::new(Exit::Nothing, message));
        }
    }
    let unique: BTreeSet<_> = asked.iter().cloned().collect();
    Ok(unique.into_iter().collect())
}

/// Prints clusters as they are found, and the progress.
struct Screen<'a> {
    args: &'a FuzzArgs,
    started: Instant,
    progress: Progress,
    found: usize,
    result: Result<(), Failure>,
}

impl Screen<'_> {
    fn write(&mut self, cluster: &Cluster, subject: &dyn Subject) -> Result<(), Failure> {
        let found = format!("spontan fuzz, seed {}, case {}", self.args.seed, cluster.case);
        let Some(candidate) = Candidate::new(&cluster.shrunk, subject, found, &cluster.vectors) else {
            return Ok(());
        };
        let path = self.args.output.join(format!("{}.yaml", cluster.key.slug()));
        let text = candidate.text();
        keep_other(&path, &text).map_err(|error| Failure::unwritable(&path, error))?;
        output::save(Some(&path), &text)?;
        self.found += 1;
        let known = match cluster.vectors.as_slice() {
            [] => "    no vector shows it".to_owned(),
            [only] => format!("    the vector {only} shows it"),
            [first, more @ ..] => format!("    the vector {first} and {} more show it", more.len()),
        };
        let recipe = candidate.recipe().unwrap_or_default();
        let recipe: String = recipe.lines().map(|line| format!("        {line}\n")).collect();
        let (file, subject) = (shell_word(path.as_os_str()), self.args.subject.words());
        output::print(&format!(
            "{}  {}: {}\n{known}\n    as a recipe:\n{recipe}    spontan shrink {file} {subject}\n    spontan promote {file}\n\n",
            self.found,
            cluster.key.operation,
            cluster.key.sentence()
        ))
    }
}

/// Keeps a file that is not what is about to be written: a person may have worked on it.
fn keep_other(path: &Path, text: &str) -> std::io::Result<()> {
    let is_file = path.symlink_metadata().is_ok_and(|data| data.is_file());
    if !is_file || std::fs::read(path)? == text.as_bytes() {
        return Ok(());
    }
    std::fs::rename(path, path.with_extension("yaml.before"))
}

impl Watch for Screen<'_> {
    fn cluster(&mut self, cluster: &Cluster, subject: &dyn Subject) {
        self.progress.clear();
        let written = self.write(cluster, subject);
        // The first failure is reported at the end: the campaign's other results are still worth having.
        if self.result.is_ok() {
            self.result = written;
        }
    }

    fn progress(&mut self, report: &Report) {
        let seconds = self.started.elapsed().as_secs_f64().max(1e-9);
        self.progress.draw(|| {
            let asked: u64 = report.asked.values().sum();
            let (speed, found) = (asked as f64 / seconds, report.clusters.len());
            format!("{asked} cases, {speed:.0} per second, {found} divergences")
        });
    }
}

fn summary(report: &Report, elapsed: Duration) -> String {
    let asked: u64 = report.asked.values().sum();
    let seconds = elapsed.as_secs_f64();
    let mut text = format!(
        "{asked} cases in {seconds:.1} s, {:.0} per second; {} answers compared\n",
        asked as f64 / seconds.max(1e-9),
        report.compared
    );
    for (operation, count) in &report.asked {
        text.push_str(&format!("    {operation:<22} {count}\n"));
    }
    text.push_str(&format!("{} of {} reasons reached\n", report.reasons.len(), REASONS.len()));
    text.push_str(&format!("{} inputs kept, because they were answered in a new way\n", report.kept));
    let not_judged = [
        (report.by_policy, "answers differ because the two declare different policies; not judged"),
        (report.lost, "cases have no outcome, because the adapter died too often around them"),
        (report.only_order, "answers differ only in which of several faults they name; not judged"),
    ];
    for (count, what) in not_judged.iter().filter(|(count, _)| *count > 0) {
        text.push_str(&format!("{count} {what}\n"));
    }
    if !report.left_out.is_empty() {
        let operations: Vec<_> = report.left_out.iter().map(String::as_str).collect();
        text.push_str(&format!("left out after ten deaths: {}\n", operations.join(", ")));
    }
    let clusters = &report.clusters;
    if clusters.is_empty() {
        text.push_str(match report.compared {
            0 => "nothing was compared\n",
            _ => "no divergence\n",
        });
    } else {
        let known = clusters.iter().filter(|cluster| !cluster.vectors.is_empty()).count();
        let plural = if clusters.len() == 1 { "" } else { "s" };
        let count = clusters.len();
        text.push_str(&format!("{count} divergence{plural}, {known} of which the vectors show too:\n"));
        for (index, cluster) in clusters.iter().enumerate() {
            let Cluster { key, count, .. } = cluster;
            let number = index + 1;
            text.push_str(&format!("  {number:>3}  {count:>8}x  {}: {}\n", key.operation, key.sentence()));
        }
    }
    text
}
