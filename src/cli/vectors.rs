//! `spontan vectors`: generates the vectors from their recipes; lints, exports, bundles and compares vectors files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use clap::ValueEnum;
use clap::builder::PossibleValue;

use super::cases;
use super::exit::{Exit, Failure};
use super::{file, output};
use crate::harness::select::{self, Selection};
use crate::vectors::{Suite, bundle, corpus, diff, export, lint, load, lock, recipe, requirement};

/// What to do with the vectors.
#[derive(Debug, clap::Subcommand)]
pub enum VectorsCommand {
    /// Generate the vectors from their recipes. The same recipes always give the same bytes
    Generate {
        /// Write nothing; fail if a file is not what would be written
        #[arg(long)]
        check: bool,
        /// The directory of the files
        #[arg(long, default_value = "vectors")]
        directory: PathBuf,
    },
    /// Check vectors files: their form, ids, twins, reasons, policies, requirements and lock
    Lint {
        /// A directory of vectors files instead of the built-in ones
        directory: Option<PathBuf>,
    },
    /// Write the cases as one file for another language, or as seeds for fuzzers
    Export {
        /// What is written
        #[arg(long, value_enum)]
        format: Form,
        /// Only the cases whose id matches, as with `check -k`; may be given several times
        #[arg(short = 'k', value_name = "GLOB", add = select::case_ids())]
        patterns: Vec<String>,
        /// Write to this file instead of stdout; a corpus, to this directory
        #[arg(long, value_name = "PATH")]
        output: Option<PathBuf>,
    },
    /// Write the vectors as data for other programs: JSON, JSON Schemas, a few cases of keysend, and digests. The same vectors
    /// always give the same bytes
    Bundle {
        /// Write to this directory
        #[arg(long, value_name = "DIR", default_value = "dist")]
        output: PathBuf,
    },
    /// List the cases that were added, removed or changed between two directories of vectors files
    Diff {
        /// The directory of the older files
        old: PathBuf,
        /// The directory of the newer files; the built-in ones if it is left out
        new: Option<PathBuf>,
    },
}

/// What `export` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One file.
    File(export::Format),
    /// A folder of seeds.
    Corpus,
}

impl ValueEnum for Form {
    fn value_variants<'a>() -> &'a [Self] {
        static ALL: LazyLock<Vec<Form>> = LazyLock::new(|| {
            export::Format::value_variants().iter().copied().map(Form::File).chain([Form::Corpus]).collect()
        });
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::File(format) => format.to_possible_value(),
            Self::Corpus => Some(PossibleValue::new("corpus").help(
                "A directory of seeds for fuzzers, OPERATION/CASE: the bytes that a fuzzer of the operation takes",
            )),
        }
    }
}

pub fn run(command: &VectorsCommand) -> Result<Exit, Failure> {
    let text = match command {
        VectorsCommand::Generate { check, directory } => generate(directory, *check)?,
        VectorsCommand::Lint { directory } => lint_files(directory.as_deref())?,
        VectorsCommand::Export { format, patterns, output } => {
            let suites = selected(cases::read(None)?, patterns)?;
            match format {
                Form::File(format) => export_to(&suites, *format, output.as_deref())?,
                Form::Corpus => corpus_to(&suites, output.as_deref())?,
            }
        }
        VectorsCommand::Bundle { output } => bundle_to(output)?,
        VectorsCommand::Diff { old, new } => compare(old, new.as_deref())?,
    };
    output::print(&text)?;
    Ok(Exit::Ok)
}

fn generate(directory: &Path, check: bool) -> Result<String, Failure> {
    let suites = recipe::all().map_err(Failure::vectors)?;
    let mut problems = lint::problems(&suites);
    let requirements = cases::requirements(Some(directory)).map_err(Failure::vectors)?;
    problems.extend(requirement::problems(&requirements, &suites));
    none_of(&problems)?;
    let new = lock::of(&suites);
    let lock_file = directory.join(lock::FILE);
    if lock_file.exists() {
        none_of(&lock::problems(&cases::locked(&lock_file)?, &new))?;
    }
    let mut files = Vec::new();
    for suite in &suites {
        let text = load::to_text(suite).map_err(Failure::vectors)?;
        files.push((directory.join(format!("{}.yaml", suite.suite)), text));
    }
    files.push((lock_file, load::to_text(&new).map_err(Failure::vectors)?));
    for (file, text) in &files {
        if !check {
            output::save(Some(file), text)?;
        } else if read(file)? != *text {
            return Err(Failure::vectors(format!(
                "{}: its recipes give another text; run `spontan vectors generate` and look at the difference",
                file.display()
            )));
        }
    }
    let verb = if check { "are up to date" } else { "were written" };
    Ok(format!("{}: {} files {verb}.\n", count(&suites), files.len()))
}

fn export_to(suites: &[Suite], format: export::Format, output: Option<&Path>) -> Result<String, Failure> {
    let text = export::text(suites, format).map_err(Failure::vectors)?;
    let Some(file) = output else { return Ok(text) };
    output::save(Some(file), &text)?;
    Ok(format!("{}, written to {}.\n", count(suites), file.display()))
}

fn corpus_to(suites: &[Suite], output: Option<&Path>) -> Result<String, Failure> {
    let directory =
        output.ok_or_else(|| Failure::usage("--format corpus needs --output DIR: it writes many files"))?;
    let corpus = corpus::of(suites).map_err(Failure::vectors)?;
    let left_out: Vec<_> = suites
        .iter()
        .filter_map(|suite| match corpus.left_out.get(&suite.suite)? {
            all if *all == suite.cases.len() => Some(format!("all of {}", suite.suite)),
            some => Some(format!("{some} of {}", suite.suite)),
        })
        .collect();
    let left_out = match left_out.as_slice() {
        [] => String::new(),
        some => format!("Left out, as no fuzzer takes their input as bytes: {}.\n", some.join(", ")),
    };
    if corpus.files.is_empty() {
        return Err(Failure::new(Exit::Nothing, format!("there are no seeds\n{}", left_out.trim_end())));
    }
    for (name, bytes) in &corpus.files {
        save_in(directory, name, bytes)?;
    }
    Ok(format!("{} seeds, written to {}.\n{left_out}", corpus.files.len(), directory.display()))
}

/// Writes a file whose name may begin with a folder.
fn save_in(directory: &Path, name: &str, content: impl AsRef<[u8]>) -> Result<(), Failure> {
    let path = directory.join(name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|error| Failure::unwritable(parent, error))?;
    }
    file::save(&path, content).map_err(|error| Failure::unwritable(&path, error))
}

/// The suites with the cases that match alone; a suite of which none is left goes.
fn selected(mut suites: Vec<Suite>, patterns: &[String]) -> Result<Vec<Suite>, Failure> {
    let all: Vec<_> = suites.iter().flat_map(|suite| &suite.cases).collect();
    let selection = Selection { patterns: patterns.to_vec(), ..Selection::default() };
    let ids: BTreeSet<_> =
        select::select(&all, &selection)?.into_iter().map(|case| case.id.clone()).collect();
    for suite in &mut suites {
        suite.cases.retain(|case| ids.contains(&case.id));
    }
    suites.retain(|suite| !suite.cases.is_empty());
    Ok(suites)
}

fn bundle_to(directory: &Path) -> Result<String, Failure> {
    let suites = cases::read(None)?;
    let files = bundle::files(&suites).map_err(Failure::vectors)?;
    for (name, text) in &files {
        save_in(directory, name, text)?;
    }
    Ok(format!("{}: {} files, written to {}.\n", count(&suites), files.len(), directory.display()))
}

fn compare(old: &Path, new: Option<&Path>) -> Result<String, Failure> {
    let changes = diff::changes(&cases::read(Some(old))?, &cases::read(new)?).map_err(Failure::vectors)?;
    let lines: String = changes.iter().map(|change| format!("{change}\n")).collect();
    Ok(if lines.is_empty() { "The cases are the same.\n".into() } else { lines })
}

fn lint_files(directory: Option<&Path>) -> Result<String, Failure> {
    let suites = cases::read(directory)?;
    let mut problems = lint::problems(&suites);
    let requirements = directory.map_or_else(|| requirement::built_in().map(Some), requirement::directory);
    if let Some(requirements) = requirements.map_err(Failure::vectors)? {
        problems.extend(requirement::problems(&requirements, &suites));
    }
    if let Some(file) = directory.map(|directory| directory.join(lock::FILE)).filter(|file| file.exists())
        && let Some(what) = lock::misfit(&cases::locked(&file)?, &suites)
    {
        problems.push(format!("{} does not fit the cases: {what}", file.display()));
    }
    none_of(&problems)?;
    Ok(format!("{}: no problems.\n", count(&suites)))
}

fn none_of(problems: &[String]) -> Result<(), Failure> {
    match problems {
        [] => Ok(()),
        [problem] => Err(Failure::vectors(problem)),
        _ => Err(Failure::vectors(format!("{} problems\n{}", problems.len(), problems.join("\n")))),
    }
}

fn count(suites: &[Suite]) -> String {
    let cases: usize = suites.iter().map(|suite| suite.cases.len()).sum();
    format!("{cases} cases in {} suites", suites.len())
}

fn read(file: &Path) -> Result<String, Failure> {
    load::read_text(file, load::MAX_FILE).map_err(|error| Failure::unreadable(file, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn export_takes_the_cases_that_match_one_of_the_patterns() {
        let of = |patterns: &[&str]| {
            let patterns: Vec<_> = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
            selected(load::built_in().unwrap(), &patterns)
        };
        let suites = of(&["bigsize.decode/**", "tlv.decode/payload-keysend"]).unwrap();
        let all = load::built_in().unwrap();
        assert_eq!(suites.len(), 2);
        assert!(suites[0] == all[0]);
        assert_eq!(suites[1].cases.len(), 1);
        assert!(of(&[]).unwrap() == all);
        assert_eq!(of(&["bigsize.decode/**", "no-such/**"]).unwrap_err().exit, Exit::Nothing);
        assert_eq!(of(&["{"]).unwrap_err().exit, Exit::Usage);
    }

    #[test]
    fn a_corpus_has_a_file_for_each_case_with_bytes_of_its_own() {
        let suites = |patterns: &[&str]| {
            let patterns: Vec<_> = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
            selected(load::built_in().unwrap(), &patterns).unwrap()
        };
        let directory = tempfile::tempdir().unwrap();
        let output = directory.path().join("corpus");
        let few =
            suites(&["bigsize.decode/value-25?", "amp.split/**", "ecdh.shared_secret/public-key-3?-bytes"]);
        let said = corpus_to(&few, Some(&output)).unwrap();
        let names = fs::read_dir(output.join("bigsize.decode")).unwrap();
        let names: BTreeSet<_> =
            names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        let wanted = ["251", "254", "255", "256"].map(|value| format!("bigsize.decode-value-{value}"));
        assert_eq!(names, wanted.into());
        let bytes = |name: &str| fs::read(output.join(name)).unwrap();
        assert_eq!(bytes("bigsize.decode/bigsize.decode-value-256"), [0xfd, 0x01, 0x00]);
        assert!(said.starts_with("4 seeds, written to "), "{said}");
        assert!(said.ends_with(" bytes: all of ecdh.shared_secret, all of amp.split.\n"), "{said}");
        let some = corpus_to(&suites(&["ecdh.shared_secret/**"]), Some(&output)).unwrap();
        assert!(some.ends_with(" bytes: 18 of ecdh.shared_secret.\n"), "{some}");
        let all = corpus_to(&suites(&["bigsize.decode/**"]), Some(&output)).unwrap();
        assert_eq!(all.lines().count(), 1, "{all}");
        assert_eq!(corpus_to(&few, None).unwrap_err().exit, Exit::Usage);
        let nothing = directory.path().join("nothing");
        let failure = corpus_to(&suites(&["amp.split/**"]), Some(&nothing)).unwrap_err();
        assert!(
            failure.exit == Exit::Nothing && failure.message.ends_with(": all of amp.split."),
            "{}",
            failure.message
        );
        assert!(!nothing.exists());
    }

    #[test]
    fn a_bundle_is_written_with_its_folders() {
        let directory = tempfile::tempdir().unwrap();
        let output = directory.path().join("dist");
        for _ in 0..2 {
            bundle_to(&output).unwrap();
            let written = fs::read_to_string(output.join("suites/bigsize.decode.json")).unwrap();
            assert!(written.starts_with("{\"schema\":\"spontan-vectors/2\",\"suite\":\"bigsize.decode\""));
            assert!(
                output.join("schemas/vectors.schema.json").exists() && output.join("SHA256SUMS").exists()
            );
        }
        fs::write(directory.path().join("file"), "").unwrap();
        let failure = bundle_to(&directory.path().join("file")).unwrap_err();
        assert!(failure.exit == Exit::Usage && failure.message.contains("could not be written"));
    }
}
