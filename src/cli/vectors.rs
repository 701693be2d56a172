//! `spontan vectors`: writes the vectors from their recipes, and lints vectors files.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::vectors::{Suite, diff, export, lint, load, lock, recipe};

/// What to do with the vectors.
#[derive(Debug, clap::Args)]
pub struct VectorsArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Write the vectors from their recipes. The same recipes always give the same bytes.
    Generate {
        /// Write nothing; fail if a file is not what would be written
        #[arg(long)]
        check: bool,
        /// The directory of the files
        #[arg(long, default_value = "vectors")]
        directory: PathBuf,
    },
    /// Check vectors files: their form, ids, twins, reasons, policies and lock.
    Lint {
        /// A directory of vectors files; without one, the vectors that are built in
        directory: Option<PathBuf>,
    },
    /// Write all cases as one file for another language.
    Export {
        /// What to write
        #[arg(long, value_enum)]
        format: export::Format,
        /// The file to write; without one, stdout
        #[arg(long)]
        output: Option<PathBuf>,
    },
    /// Say which cases are new, gone or changed between two directories of vectors files.
    Diff {
        /// The directory of before
        old: PathBuf,
        /// The directory of now; without one, the vectors that are built in
        new: Option<PathBuf>,
    },
}

/// The exit code for vectors that are not sound.
const UNSOUND: u8 = 6;

/// Runs the command.
pub fn run(args: &VectorsArgs) -> ExitCode {
    let done = match &args.command {
        Command::Generate { check, directory } => generate(directory, *check),
        Command::Lint { directory } => lint_files(directory.as_deref()),
        Command::Export { format, output } => export_to(*format, output.as_deref()),
        Command::Diff { old, new } => compare(old, new.as_deref()),
    };
    match done {
        Ok(message) => {
            // Whoever reads stdout may have read enough and gone.
            let _ = writeln!(std::io::stdout(), "{message}");
            ExitCode::SUCCESS
        }
        Err(problems) => {
            eprintln!("{problems}");
            ExitCode::from(UNSOUND)
        }
    }
}

fn generate(directory: &Path, check: bool) -> Result<String, String> {
    let suites = recipe::all()?;
    let problems = lint::problems(&suites);
    if !problems.is_empty() {
        return Err(problems.join("\n"));
    }
    let new = lock::of(&suites);
    let lock_file = directory.join(lock::FILE);
    if lock_file.exists() {
        let old = lock::parse(&read(&lock_file)?)?;
        let problems = lock::problems(&old, &new);
        if !problems.is_empty() {
            return Err(problems.join("\n"));
        }
    }
    let mut files = Vec::new();
    for suite in &suites {
        files.push((
            directory.join(format!("{}.yaml", suite.suite)),
            load::to_text(suite).map_err(|e| e.to_string())?,
        ));
    }
    files.push((lock_file, lock::to_text(&new).map_err(|error| error.to_string())?));
    for (file, text) in &files {
        if check {
            if read(file)? != *text {
                return Err(format!(
                    "{}: it is not what its recipes give; run `spontan vectors generate` and look at the difference",
                    file.display()
                ));
            }
        } else {
            std::fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))?;
        }
    }
    let verb = if check { "are as generated" } else { "written" };
    Ok(format!("{} cases in {} suites: {} files {verb}.", count(&suites), suites.len(), files.len()))
}

fn export_to(format: export::Format, output: Option<&Path>) -> Result<String, String> {
    let suites = load::built_in().map_err(|error| error.to_string())?;
    let text = export::bundle(&suites, format).map_err(|error| error.to_string())?;
    match output {
        Some(file) => {
            std::fs::write(file, &text).map_err(|error| format!("{}: {error}", file.display()))?;
            Ok(format!("{} cases written to {}.", count(&suites), file.display()))
        }
        None => Ok(text.trim_end().to_owned()),
    }
}

fn compare(old: &Path, new: Option<&Path>) -> Result<String, String> {
    let read = |directory: &Path| load::directory(directory).map_err(|error| error.to_string());
    let old = read(old)?;
    let new = match new {
        Some(directory) => read(directory)?,
        None => load::built_in().map_err(|error| error.to_string())?,
    };
    let changes = diff::changes(&old, &new).map_err(|error| error.to_string())?;
    let lines: Vec<_> = changes.iter().map(ToString::to_string).collect();
    Ok(if lines.is_empty() { "The cases are the same.".into() } else { lines.join("\n") })
}

fn lint_files(directory: Option<&Path>) -> Result<String, String> {
    let suites = match directory {
        Some(directory) => load::directory(directory),
        None => load::built_in(),
    }
    .map_err(|error| error.to_string())?;
    let mut problems = lint::problems(&suites);
    if let Some(file) = directory.map(|directory| directory.join(lock::FILE)).filter(|file| file.exists()) {
        let locked = lock::parse(&read(&file)?)?;
        if locked.cases != lock::of(&suites).cases {
            problems.push(format!("{}: its digests are not those of the cases", file.display()));
        }
    }
    if problems.is_empty() {
        Ok(format!("{} cases in {} suites: nothing to say.", count(&suites), suites.len()))
    } else {
        Err(problems.join("\n"))
    }
}

fn count(suites: &[Suite]) -> usize {
    suites.iter().map(|suite| suite.cases.len()).sum()
}

fn read(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}
