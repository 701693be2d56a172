//! `spontan matrix`: results of several implementations as one page.

use std::path::PathBuf;

use clap::Args;

use super::cases::VectorsFrom;
use super::exit::{Exit, Failure};
use super::output;
use crate::report::jsonl;
use crate::report::matrix::{Column, page};
use crate::vectors::load;

/// The largest result that is read, in bytes.
const MAX_RESULT: u64 = 1 << 30;

/// Write a page of cases x implementations from the results of several runs
///
/// The page is a single file: cases with their inputs taken apart, each implementation's answers, and filters by suite,
/// flag, layer and verdict.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLE)]
pub struct MatrixArgs {
    #[command(flatten)]
    from: VectorsFrom,
    /// The page to write
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// Results of `spontan check --report json=FILE` or jsonl=FILE; each becomes a column
    #[arg(required = true, value_name = "RESULT")]
    results: Vec<PathBuf>,
}

const EXAMPLE: &str = "\
Example:
  spontan check --report json=ours.json -- ./my-adapter
  spontan check --report json=reference.json
  spontan matrix reference.json ours.json --output matrix.html";

pub fn run(args: &MatrixArgs) -> Result<Exit, Failure> {
    let suites = args.from.load()?;
    let requirements = args.from.requirements()?;
    let digest = jsonl::digest(&suites).map_err(Failure::vectors)?;
    let columns = columns(&args.results, &digest)?;
    output::save(Some(&args.output), &page::html(&suites, &requirements, &digest, columns))?;
    Ok(Exit::Ok)
}

/// Reads results. `digest` is that of the vectors that they are shown with.
pub fn columns(results: &[PathBuf], digest: &str) -> Result<Vec<Column>, Failure> {
    let mut columns = Vec::new();
    for path in results {
        let wrong = |message: String| Failure::usage(format!("{}: {message}", path.display()));
        let text = load::read_text(path, MAX_RESULT).map_err(|error| wrong(error.to_string()))?;
        let column = Column::parse(&text).map_err(wrong)?;
        if column.about.vectors != *digest {
            output::note(&format!(
                "{}: made with different vectors; its answers are shown with the cases of the same id",
                path.display()
            ));
        }
        columns.push(column);
    }
    Ok(columns)
}
