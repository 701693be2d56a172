//! `spontan init`: a working adapter to start from, and a CI file. The templates are files of `adapters/templates`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::exit::{Exit, Failure};
use super::output;

/// Write an adapter to start from
///
/// One file that speaks the protocol and decodes BigSizes properly, so that there is a green suite to begin with, and a
/// GitHub workflow that checks it. No file is overwritten.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Example:
  spontan init --lang go --output my-adapter

Exit codes: 0 the files are written; 2 one of them is there already, or cannot be written.")]
pub struct InitArgs {
    /// The language that the adapter is written in
    #[arg(long, value_name = "LANGUAGE")]
    lang: Language,
    /// The directory that the files are written to; it is made if it is not there
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
    files: &'static [(&'static str, &'static str)],
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
/// Where the workflow stands, from the root of a repository.
const WORKFLOW_FILE: &str = ".github/workflows/spontan.yml";

impl Language {
    fn template(self) -> Template {
        match self {
            Self::Python => Template {
                files: &[("adapter.py", template!("python/adapter.py"))],
                build: None,
                run: "python3 adapter.py",
                setup: "",
            },
            Self::Go => Template {
                files: &[("adapter.go", template!("go/adapter.go"))],
                build: Some("go build -o adapter adapter.go"),
                run: "./adapter",
                setup: "",
            },
            Self::Typescript => Template {
                files: &[("adapter.mts", template!("typescript/adapter.mts"))],
                build: None,
                run: "node adapter.mts",
                setup: "      - uses: actions/setup-node@v4\n        with:\n          node-version: 24\n",
            },
            Self::Java => Template {
                files: &[("Adapter.java", template!("java/Adapter.java"))],
                build: None,
                run: "java Adapter.java",
                setup: "",
            },
            Self::Kotlin => Template {
                files: &[("adapter.kt", template!("kotlin/adapter.kt"))],
                build: Some("kotlinc adapter.kt -include-runtime -d adapter.jar"),
                run: "java -jar adapter.jar",
                setup: "",
            },
            Self::C => Template {
                files: &[("adapter.c", template!("c/adapter.c"))],
                build: Some("cc -O2 -o adapter adapter.c"),
                run: "./adapter",
                setup: "",
            },
            // Under its own name, the manifest would keep the whole directory out of the published package.
            Self::Rust => Template {
                files: &[
                    ("Cargo.toml", template!("rust/package.toml")),
                    ("adapter.rs", template!("rust/adapter.rs")),
                ],
                build: Some("cargo build"),
                run: "./target/debug/adapter",
                setup: "",
            },
        }
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

    /// What a person types next, three commands.
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

/// Runs the command.
///
/// # Errors
/// If a file is there already or cannot be written.
pub fn run(args: &InitArgs) -> Result<Exit, Failure> {
    let template = args.lang.template();
    let workflow = template.workflow();
    let files = || template.files.iter().copied().chain([(WORKFLOW_FILE, workflow.as_str())]);
    let there: Vec<_> = files()
        .map(|(name, _)| args.output.join(name))
        .filter(|path| path.symlink_metadata().is_ok())
        .map(|path| path.display().to_string())
        .collect();
    if !there.is_empty() {
        let message = format!(
            "{} {} there already, and no file is overwritten; nothing was written. \
             Choose another directory with --output",
            there.join(" and "),
            if there.len() == 1 { "is" } else { "are" }
        );
        return Err(Failure::new(Exit::Usage, message));
    }
    let mut text = String::new();
    for (name, content) in files() {
        let path = args.output.join(name);
        write(&path, content).map_err(|error| {
            Failure::new(Exit::Usage, format!("{} could not be written: {error}", path.display()))
        })?;
        text.push_str(&format!("wrote {}\n", path.display()));
    }
    let place = if args.output.as_os_str() == "." {
        String::new()
    } else {
        format!(", in {}", args.output.display())
    };
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
    let mut file = fs::File::create_new(path)?;
    file.write_all(text.as_bytes())
}
