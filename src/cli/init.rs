//! `spontan init`: a working adapter to start from, and a CI file. The templates are files of `adapters/templates`.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::exit::{Exit, Failure};
use super::file;
use super::output;
use crate::protocol::OPERATIONS;
use crate::vectors::schema::{self, Field};

/// Write an adapter to start from
///
/// Writes one file that speaks the protocol and decodes BigSizes, so that a first suite passes right away, and a GitHub
/// workflow that checks it. Existing files are never overwritten.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Example:
  spontan init --lang go --output my-adapter

Exit codes: 0 the files were written; 2 one of them exists already, or could not be written.")]
pub struct InitArgs {
    /// The language of the adapter
    #[arg(long, value_name = "LANGUAGE")]
    lang: Language,
    /// The directory for the files; it is created if it does not exist
    #[arg(long, value_name = "DIR", default_value = ".")]
    output: PathBuf,
}

/// A language that there is a template for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    Python,
    Go,
    Typescript,
    Java,
    Kotlin,
    C,
    Rust,
}

/// A file of `adapters/templates`, with its name.
macro_rules! file {
    ($folder:literal, $name:literal) => {
        ($name, include_str!(concat!("../../adapters/templates/", $folder, "/", $name)))
    };
}

/// The address of this project's repository; empty as long as Cargo.toml names none.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

const WORKFLOW: &str = include_str!("../../adapters/templates/workflow.yml");
/// The path of the workflow, from the root of a repository.
const WORKFLOW_FILE: &str = ".github/workflows/spontan.yml";

/// Installs what `ubuntu-latest` lacks.
const SETUP_NODE: &str = "      - uses: actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0
        with:
          node-version: 24
";

/// The file of an adapter with its text, the command that builds it if it has to be built, and the one that runs it.
type Template = ((&'static str, &'static str), Option<&'static str>, &'static str);

fn template(language: Language) -> Template {
    match language {
        Language::Python => (file!("python", "adapter.py"), None, "python3 adapter.py"),
        Language::Go => (file!("go", "adapter.go"), Some("go build -o adapter adapter.go"), "./adapter"),
        Language::Typescript => (file!("typescript", "adapter.mts"), None, "node adapter.mts"),
        Language::Java => (file!("java", "Adapter.java"), None, "java Adapter.java"),
        Language::Kotlin => {
            let build = "kotlinc adapter.kt -include-runtime -d adapter.jar";
            (file!("kotlin", "adapter.kt"), Some(build), "java -jar adapter.jar")
        }
        Language::C => (file!("c", "adapter.c"), Some("cc -O2 -o adapter adapter.c"), "./adapter"),
        Language::Rust => (file!("rust", "adapter.rs"), Some("cargo build"), "./target/debug/adapter"),
    }
}

pub fn run(args: &InitArgs) -> Result<Exit, Failure> {
    let (file, build, run) = template(args.lang);
    let setup = if args.lang == Language::Typescript { SETUP_NODE } else { "" };
    let step = build.map(|build| format!("      - name: Build the adapter\n        run: {build}\n"));
    let workflow = WORKFLOW
        .replace("@steps@\n", &format!("{setup}{}", step.unwrap_or_default()))
        .replace("@version@", env!("CARGO_PKG_VERSION"))
        .replace("@repository@", REPOSITORY)
        .replace("@adapter@", run);
    // A file named Cargo.toml would keep the whole directory out of the published package.
    let (_, package) = file!("rust", "package.toml");
    let package = (args.lang == Language::Rust).then_some(("Cargo.toml", package));
    let (name, text) = file;
    let text = format!("{text}{}", operations(if args.lang == Language::Python { "#" } else { "//" })?);
    let files = package.into_iter().chain([(name, text.as_str()), (WORKFLOW_FILE, &workflow)]);
    let files: Vec<_> = files.map(|(name, text)| (args.output.join(name), text)).collect();
    let existing = files.iter().filter(|(path, _)| path.symlink_metadata().is_ok());
    let existing: Vec<_> = existing.map(|(path, _)| path.display().to_string()).collect();
    if !existing.is_empty() {
        return Err(Failure::usage(format!(
            "{} already {}. Nothing was written, because existing files are never overwritten; \
             choose another directory with --output",
            existing.join(" and "),
            if existing.len() == 1 { "exists" } else { "exist" }
        )));
    }
    let mut text = String::new();
    for (path, content) in &files {
        write(path, content).map_err(|error| Failure::unwritable(path, error))?;
        text.push_str(&format!("wrote {}\n", path.display()));
    }
    let output = args.output.display().to_string();
    let place = if output == "." { String::new() } else { format!(", in {output}") };
    text.push_str(&format!("\nNext{place}:\n"));
    if let Some(build) = build {
        text.push_str(&format!("  {build}\n"));
    }
    text.push_str(&format!("  spontan doctor -- {run}\n  spontan check -k 'bigsize.decode/**' -- {run}\n"));
    // Always three commands.
    if build.is_none() {
        text.push_str("  spontan explain bigsize.encode\n");
    }
    if REPOSITORY.is_empty() {
        text.push_str(&format!(
            "\nIn {WORKFLOW_FILE}, set SPONTAN_REPOSITORY to the address of Spontan's repository.\n"
        ));
    }
    output::print(&text)?;
    Ok(Exit::Ok)
}

/// All operations with the names of their fields, as a comment for the end of an adapter.
fn operations(comment: &str) -> Result<String, Failure> {
    let mut out = format!(
        "\n{comment} All operations with their fields; those with ? may be missing. `spontan explain NAME` says what each is.\n"
    );
    for (operation, _) in OPERATIONS {
        let _ = write!(out, "{comment}\n{comment} {operation}\n");
        for side in ["input", "output"] {
            let (_, fields) = schema::fields(side, operation).map_err(Failure::vectors)?;
            let name = |field: &Field| format!("{}{}", field.name, if field.optional { "?" } else { "" });
            let names: Vec<_> = fields.iter().filter(|field| field.depth == 0).map(name).collect();
            let _ = writeln!(out, "{comment}   {side:8}{}", names.join(", "));
        }
    }
    Ok(out)
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    file::create(path, text)
}
