//! `spontan fuzz`: generated inputs, the reference as oracle, and a candidate for each divergence.

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;

use super::cases::{self, VectorsFrom};
use super::exit::{Exit, Failure};
use super::output;
use super::subject::SubjectArgs;
use crate::differ::campaign::{self, Cluster, Report, Settings, Watch};
use crate::differ::candidate::Candidate;
use crate::differ::subject::Subject;
use crate::harness::text::shell_word;
use crate::protocol::reason::REASONS;
use crate::protocol::{AdapterHello, Implementation, OPERATIONS};
use crate::report::failure;

/// For how long without `--time` and `--cases`.
const TIME: Duration = Duration::from_secs(60);

/// Look for inputs that an implementation answers otherwise than the reference
///
/// Inputs are made by the dozen for each operation that the adapter declares, most of them sound but for one thing; the
/// answers are judged as those of the vectors are, under the policies that the adapter declares. With --against, two
/// implementations are compared with each other, as far as both declare what is asked. Each divergence is
/// shrunk until nothing can be left out, and written as a candidate: a file that says what either side answered, for a
/// person to decide. See docs/live-fuzzing.md.
#[derive(Debug, Clone, Args)]
#[command(after_help = AFTER)]
pub struct FuzzArgs {
    #[command(flatten)]
    from: VectorsFrom,
    /// For how long, in seconds; 60 if --cases is not given either
    #[arg(long, value_name = "SECONDS", value_parser = cases::seconds)]
    time: Option<Duration>,
    /// How many cases
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    cases: Option<u64>,
    /// Where the choices start: the same seed makes the same cases for an adapter that answers alike
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Ask only this operation. May be given several times
    #[arg(long = "operation", value_name = "OPERATION")]
    operations: Vec<String>,
    /// Where candidates are written
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
  4  an adapter broke the protocol; the results so far are kept
  5  nothing was compared

Examples:
  spontan fuzz --time 600 -- ./my-adapter
  spontan fuzz --time 600 --against './other-adapter --quiet' -- ./my-adapter
  spontan fuzz --operation tlv.decode --cases 1000000 --seed 7 -- ./my-adapter";

/// Runs the command.
///
/// # Errors
/// Whatever keeps cases from being asked at all.
pub fn run(args: &FuzzArgs) -> Result<Exit, Failure> {
    let vectors = args.from.load()?;
    let mut subject = args.subject.start()?;
    let operations = operations(&args.operations, subject.hello())?;
    std::fs::create_dir_all(&args.output).map_err(|error| {
        Failure::new(Exit::Usage, format!("{} cannot be made: {error}", args.output.display()))
    })?;
    let name = |hello: &AdapterHello| {
        let Implementation { name, version, language } = &hello.implementation;
        format!("{name} {version} ({language})")
    };
    let against = subject.second().map(|second| format!(" against {}", name(second))).unwrap_or_default();
    let (who, what) = (name(subject.hello()), operations.join(", "));
    output::print(&format!("{who}{against}, {what}, seed {}\n\n", args.seed))?;
    let time = args.time.or_else(|| args.cases.is_none().then_some(TIME));
    let settings = Settings { operations, seed: args.seed, cases: args.cases, time, guided: true };
    let mut screen = Screen::new(args);
    let report = campaign::run(&settings, subject.as_mut(), &vectors, &mut screen);
    screen.clear();
    let elapsed = screen.started.elapsed();
    screen.result?;
    output::print(&summary(&report, elapsed))?;
    if let Some(stop) = &report.stop {
        let mut message = stop.message.clone();
        for line in failure::stderr(&stop.stderr) {
            message.push_str(&format!("\n  {line}"));
        }
        return Err(Failure::new(Exit::Broken, message));
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
            return Err(Failure::new(Exit::Usage, message));
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

/// Prints clusters as they are found, and how far the campaign is.
struct Screen<'a> {
    args: &'a FuzzArgs,
    started: Instant,
    drawn: Option<Instant>,
    found: usize,
    result: Result<(), Failure>,
}

impl<'a> Screen<'a> {
    fn new(args: &'a FuzzArgs) -> Self {
        let drawn = std::io::stderr().is_terminal().then(Instant::now);
        Self { args, started: Instant::now(), drawn, found: 0, result: Ok(()) }
    }

    fn clear(&mut self) {
        if self.drawn.is_some() {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }

    fn write(&mut self, cluster: &Cluster, subject: &dyn Subject) -> Result<(), Failure> {
        let found = format!("spontan fuzz, seed {}, case {}", self.args.seed, cluster.case);
        let Some(candidate) = Candidate::new(&cluster.shrunk, subject, found, &cluster.vectors) else {
            return Ok(());
        };
        let path = self.args.output.join(format!("{}.yaml", cluster.key.slug()));
        candidate.write(&path).map_err(|error| {
            Failure::new(Exit::Usage, format!("{} could not be written: {error}", path.display()))
        })?;
        self.found += 1;
        let known = match cluster.vectors.as_slice() {
            [] => "    no vector shows it".to_owned(),
            [only] => format!("    the vector {only} shows it"),
            [first, more @ ..] => format!("    the vector {first} and {} more show it", more.len()),
        };
        let recipe = candidate.recipe().unwrap_or_default();
        let recipe: String = recipe.lines().map(|line| format!("        {line}\n")).collect();
        output::print(&format!(
            "{}  {}: {}\n{known}\n    as a recipe:\n{recipe}{}\n",
            self.found,
            cluster.key.operation,
            cluster.key.sentence(),
            next_steps(&path, &self.args.subject)
        ))
    }
}

/// What can be done with a candidate.
fn next_steps(path: &Path, subject: &SubjectArgs) -> String {
    let file = shell_word(path.as_os_str());
    format!("    spontan shrink {file} {}\n    spontan promote {file}\n", subject.words())
}

impl Watch for Screen<'_> {
    fn cluster(&mut self, cluster: &Cluster, subject: &dyn Subject) {
        self.clear();
        if let Err(failure) = self.write(cluster, subject) {
            // The first failure is told at the end; the campaign's other results are still worth having.
            if self.result.is_ok() {
                self.result = Err(failure);
            }
        }
    }

    fn progress(&mut self, report: &Report) {
        let Some(drawn) = self.drawn.as_mut().filter(|drawn| drawn.elapsed() > Duration::from_millis(200))
        else {
            return;
        };
        *drawn = Instant::now();
        let asked: u64 = report.asked.values().sum();
        let seconds = self.started.elapsed().as_secs_f64().max(1e-9);
        let _ = write!(
            std::io::stderr(),
            "\r\x1b[K{asked} cases, {:.0} a second, {} divergences",
            asked as f64 / seconds,
            report.clusters.len()
        );
    }
}

fn summary(report: &Report, elapsed: Duration) -> String {
    let asked: u64 = report.asked.values().sum();
    let seconds = elapsed.as_secs_f64();
    let mut text = format!(
        "{asked} cases in {seconds:.1} s, {:.0} a second; {} answers compared\n",
        asked as f64 / seconds.max(1e-9),
        report.compared
    );
    for (operation, count) in &report.asked {
        text.push_str(&format!("    {operation:<22} {count}\n"));
    }
    text.push_str(&format!("{} of {} reasons reached\n", report.reasons.len(), REASONS.len()));
    text.push_str(&format!("{} kept, because nothing before them was answered in their way\n", report.kept));
    if report.by_policy > 0 {
        text.push_str(&format!(
            "{} answers differ because the two declare other policies; that is not judged\n",
            report.by_policy
        ));
    }
    if report.lost > 0 {
        text.push_str(&format!(
            "{} cases have no outcome: the adapter died too often around them\n",
            report.lost
        ));
    }
    if !report.left_out.is_empty() {
        let operations: Vec<_> = report.left_out.iter().map(String::as_str).collect();
        text.push_str(&format!("left out after ten deaths: {}\n", operations.join(", ")));
    }
    if report.only_order > 0 {
        text.push_str(&format!(
            "{} answers differ only in which of several faults they name; that is not judged\n",
            report.only_order
        ));
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
        text.push_str(&format!("{count} divergence{plural}, of which the vectors show {known}:\n"));
        for (index, cluster) in clusters.iter().enumerate() {
            let Cluster { key, count, .. } = cluster;
            let number = index + 1;
            text.push_str(&format!("  {number:>3}  {count:>8}x  {}: {}\n", key.operation, key.sentence()));
        }
    }
    text
}
