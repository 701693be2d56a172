//! `spontan site`: the vectors and the documents as pages, each case and requirement at an address of its own.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use tempfile::Builder;

use super::cases::VectorsFrom;
use super::exit::{Exit, Failure};
use super::matrix::columns;
use super::output;
use crate::harness::interrupt;
use crate::report::jsonl;
use crate::report::matrix::page;
use crate::report::site::Site;

/// Write the vectors and the documents as pages: each suite, case and requirement at an address of its own
///
/// The pages need no network and no script, and link to each other by relative paths: open index.html, or put the folder
/// on any web server. With results, each case's page says what the implementations answered, and there is matrix.html.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLE)]
pub struct SiteArgs {
    #[command(flatten)]
    from: VectorsFrom,
    /// The folder to write, which must not be there yet
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
    /// Results of `spontan check --report json=FILE` or jsonl=FILE
    #[arg(value_name = "RESULT")]
    results: Vec<PathBuf>,
}

const EXAMPLE: &str = "\
Example:
  spontan check --report json=ours.json -- ./my-adapter
  spontan site --output site ours.json";

pub fn run(args: &SiteArgs) -> Result<Exit, Failure> {
    let suites = args.from.load()?;
    let requirements = args.from.requirements()?;
    let digest = jsonl::digest(&suites).map_err(Failure::vectors)?;
    let columns = columns(&args.results, &digest)?;
    let wrong = |error: std::io::Error| Failure::unwritable(&args.output, error);
    if args.output.exists() {
        let message = format!(
            "{}: it is there already, and would be mixed with what is in it. Remove it, or name another folder",
            args.output.display()
        );
        return Err(Failure::usage(message));
    }
    // A page is named after its case: a name from elsewhere must not lead out of the folder.
    let names = suites
        .iter()
        .map(|suite| &suite.suite)
        .chain(suites.iter().flat_map(|suite| suite.cases.iter().map(|case| &case.id)));
    let names = names.chain(requirements.requirements.iter().map(|one| &one.id));
    if let Some(name) = names.into_iter().find(|name| !is_path(name)) {
        return Err(Failure::vectors(format!(
            "{name:?} is no name that a page can have. `spontan vectors lint` says what a name is"
        )));
    }
    // All of it, or nothing: it has its name once every page is written, and an interrupted run takes it away.
    interrupt::listen().map_err(wrong)?;
    let above = args.output.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(".".as_ref());
    let unfinished =
        Builder::new().prefix(".spontan-").suffix(".unfinished").tempdir_in(above).map_err(wrong)?;
    // The folder of that name is the user's alone; this one has the permissions of any other.
    let folder = unfinished.path().join("site");
    let mut count = 0;
    let mut write = |path: &str, text: &str| {
        let path = folder.join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        count += 1;
        fs::write(path, text)
    };
    let site = Site { suites: &suites, requirements: &requirements, digest: &digest, columns: &columns };
    for (path, text) in site.pages() {
        if interrupt::received().is_some() {
            return Ok(Exit::Ok);
        }
        write(&path, &text).map_err(wrong)?;
    }
    if !columns.is_empty() {
        write("matrix.html", &page::html(&suites, &requirements, &digest, columns)).map_err(wrong)?;
    }
    fs::rename(&folder, &args.output).map_err(wrong)?;
    output::print(&format!(
        "{count} pages, written to {}. Open {}.\n",
        args.output.display(),
        args.output.join("index.html").display()
    ))?;
    Ok(Exit::Ok)
}

/// Is it words of letters, digits, points, dashes and underscores, with slashes between them, none of which begins with a point?
fn is_path(name: &str) -> bool {
    let is_word = |word: &str| {
        !word.starts_with('.')
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
    };
    name.split('/').all(|word| !word.is_empty() && is_word(word))
}
