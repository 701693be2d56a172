//! `spontan init`: a working adapter to start from, and a CI file. The templates are files of `adapters/templates`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::exit::{Exit, Failure};
use super::output;

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

/// An adapter in one language.
struct Template {
    /// Each file with its text.
    files: Vec<(&'static str, &'static str)>,
    /// The command that builds it, if it has to be built.
    build: Option<&'static str>,
    /// The command that runs it.
    run: &'static str,
    /// Steps of the workflow that install what `ubuntu-latest` lacks.
    setup: &'static str,
}

macro_rules! template {
    ($path:literal) => {
        include_str!(concat!("../../adapters/templates/", $path))
    };
}

const WORKFLOW: &str = template!("workflow.yml");
/// The path of the workflow, from the root of a repository.
const WORKFLOW_FILE: &str = ".github/workflows/spontan.yml";

const SETUP_NODE: &str = "      - uses: actions/setup-node@v4\n        with:\n          node-version: 24\n";

impl Language {
    fn template(self) -> Template {
        let (file, text, build, run) = match self {
            Self::Python => ("adapter.py", template!("python/adapter.py"), None, "python3 adapter.py"),
            Self::Go => {
                let build = "go build -o adapter adapter.go";
                ("adapter.go", template!("go/adapter.go"), Some(build), "./adapter")
            }
            Self::Typescript => {
                ("adapter.mts", template!("typescript/adapter.mts"), None, "node adapter.mts")
            }
            Self::Java => ("Adapter.java", template!("java/Adapter.java"), None, "java Adapter.java"),
            Self::Kotlin => {
                let build = "kotlinc adapter.kt -include-runtime -d adapter.jar";
                ("adapter.kt", template!("kotlin/adapter.kt"), Some(build), "java -jar adapter.jar")
            }
            Self::C => {
                ("adapter.c", template!("c/adapter.c"), Some("cc -O2 -o adapter adapter.c"), "./adapter")
            }
            Self::Rust => {
                ("adapter.rs", template!("rust/adapter.rs"), Some("cargo build"), "./target/debug/adapter")
            }
        };
        let mut files = vec![(file, text)];
        if self == Self::Rust {
            // A file named Cargo.toml would keep the whole directory out of the published package.
            files.insert(0, ("Cargo.toml", template!("rust/package.toml")));
        }
        let setup = if self == Self::Typescript { SETUP_NODE } else { "" };
        Template { files, build, run, setup }
    }
}

impl Template {
    fn workflow(&self) -> String {
        let build =
            self.build.map(|build| format!("      - name: Build the adapter\n        run: {build}\n"));
        WORKFLOW
            .replace("@steps@\n", &format!("{}{}", self.setup, build.unwrap_or_default()))
            .replace("@version@", env!("CARGO_PKG_VERSION"))
            .replace("@adapter@", self.run)
    }

    /// Three commands to run next.
    fn next(&self) -> Vec<String> {
        let mut next: Vec<_> = self.build.iter().map(|build| (*build).to_owned()).collect();
        next.push(format!("spontan doctor -- {}", self.run));
        next.push(format!("spontan check -k 'bigsize.decode/**' -- {}", self.run));
        if self.build.is_none() {
            next.push("spontan list -k 'bigsize.encode/**'".into());
        }
        next
    }
}

pub fn run(args: &InitArgs) -> Result<Exit, Failure> {
    let template = args.lang.template();
    let workflow = template.workflow();
    let files: Vec<_> = (template.files.iter().copied().chain([(WORKFLOW_FILE, workflow.as_str())]))
        .map(|(name, text)| (args.output.join(name), text))
        .collect();
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
    for command in template.next() {
        text.push_str(&format!("  {command}\n"));
    }
    output::print(&text)?;
    Ok(Exit::Ok)
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    fs::File::create_new(path)?.write_all(text.as_bytes())
}
