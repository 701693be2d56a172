//! `spontan completions` and `spontan man`: both are generated from the definition of the command line.

use std::io;
use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;

use super::exit::{Exit, Failure};
use super::output;

/// Print a completion script for your shell
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Example:\n  spontan completions bash > ~/.local/share/bash-completion/completions/spontan"
)]
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

pub fn completions(args: &CompletionsArgs, mut command: Command) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    let name = command.get_name().to_owned();
    clap_complete::generate(args.shell, &mut command, name, &mut script);
    output::raw(&script)?;
    Ok(Exit::Ok)
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
