//! `spontan completions` and `spontan man`, both generated from the definition of the command line.

use std::path::PathBuf;
use std::{env, io};

use clap::{Args, Command};
use clap_complete::env::Shells;
use clap_complete::{CompleteEnv, Shell};

use super::exit::{Exit, Failure};
use super::output;

/// Set by the scripts of `spontan completions` when they ask what a word may become.
const ASKED: &str = "SPONTAN_COMPLETE";

/// Print a script that completes commands, options and ids in your shell
///
/// It asks this program for each word: have your shell read it at every start, rather than keep a copy.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Example:\n  echo 'source <(spontan completions bash)' >> ~/.bashrc")]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Print the manual page, or write one for every command to a directory
#[derive(Debug, Clone, Args)]
#[command(after_help = "Example:\n  spontan man | man -l -")]
pub struct ManArgs {
    /// Write spontan.1, spontan-check.1 and so on to this directory
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

pub fn completions(args: &CompletionsArgs) -> Result<Exit, Failure> {
    let wrong = |error: io::Error| Failure::usage(format!("the script could not be written: {error}"));
    let mut script = Vec::new();
    if let Some(shell) = Shells::builtins().completer(&args.shell.to_string()) {
        shell.write_registration(ASKED, "spontan", "spontan", "spontan", &mut script).map_err(wrong)?;
    }
    output::raw(&script)?;
    Ok(Exit::Ok)
}

/// Answers a shell that asks what a word may become. False if none does.
pub fn complete(command: fn() -> Command) -> clap::error::Result<bool> {
    CompleteEnv::with_factory(command)
        .var(ASKED)
        .try_complete(env::args_os(), env::current_dir().ok().as_deref())
}

pub fn man(args: &ManArgs, command: Command) -> Result<Exit, Failure> {
    let wrong = |error: io::Error| Failure::usage(format!("the manual could not be written: {error}"));
    match &args.output {
        Some(directory) => clap_mangen::generate_to(command, directory).map_err(wrong)?,
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page).map_err(wrong)?;
            output::raw(&page)?;
        }
    }
    Ok(Exit::Ok)
}
