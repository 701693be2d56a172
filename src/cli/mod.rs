//! The command line: one file per command, each with its arguments and a function that runs it; and what they share.
//!
//! Shared: [`exit`], [`file`] and [`output`], which know nothing of the commands; [`cases`] and [`adapter`], the two groups of options
//! that most commands have; [`subject`], the adapters of a fuzzing campaign; [`shard`], [`reports`], [`watch`] and
//! [`causes`], which serve `check`.

mod adapter;
mod cases;
mod causes;
mod check;
mod doctor;
mod exit;
mod explain;
mod file;
mod fuzz;
mod init;
mod known_failures;
mod list;
mod matrix;
mod output;
mod promote;
mod quirks;
mod replay;
mod reports;
mod serve;
mod shard;
mod shell;
mod show;
mod shrink;
mod site;
mod subject;
mod vectors;
mod watch;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};

use exit::Exit;

use crate::harness::interrupt;

/// Check how implementations handle Lightning spontaneous payments: keysend and shared secret
///
/// You connect your implementation through an adapter: a small program, in any language, that reads test cases from stdin
/// and writes answers to stdout, one JSON object per line (docs/protocol.md). `spontan init` writes one to start from.
#[derive(Debug, Parser)]
#[command(name = "spontan", version, after_help = EXAMPLES, disable_help_subcommand = true, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  spontan init --lang python --output my-adapter   write an adapter to start from
  spontan check -- ./my-adapter                    check an implementation
  spontan list -k 'keysend.receive/**'             see what is checked
  spontan show bigsize.decode/bolt1-zero    see one case in full
  spontan explain preimage_mismatch                see what a word in a report means";

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::CheckArgs),
    Init(init::InitArgs),
    Doctor(doctor::DoctorArgs),
    Replay(replay::ReplayArgs),
    KnownFailures(known_failures::KnownFailuresArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Explain(explain::ExplainArgs),
    Matrix(matrix::MatrixArgs),
    Site(site::SiteArgs),
    Fuzz(fuzz::FuzzArgs),
    Shrink(shrink::ShrinkArgs),
    Promote(promote::PromoteArgs),
    Adapter(serve::ServeArgs),
    /// Generate, lint, export, bundle or compare the vectors
    #[command(subcommand)]
    Vectors(vectors::VectorsCommand),
    Quirks(quirks::QuirksArgs),
    Completions(shell::CompletionsArgs),
    Man(shell::ManArgs),
}

/// Reads the command line, runs the command and returns the exit code.
pub fn run() -> ExitCode {
    match shell::complete(Arguments::command) {
        Ok(false) => {}
        Ok(true) => return Exit::Ok.into(),
        Err(error) => {
            let _ = error.print();
            return Exit::Usage.into();
        }
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version come here too. If they cannot be printed, there is nobody to tell.
            let _ = error.print();
            if error.kind() == ErrorKind::UnknownArgument {
                output::note("Write the adapter and its arguments after --: spontan check -- ./my-adapter");
            }
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Ok.into() };
        }
    };
    let done = match arguments.command {
        Command::Check(args) => check::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Replay(args) => replay::run(&args),
        Command::KnownFailures(args) => known_failures::run(&args),
        Command::List(args) => list::run(&args),
        Command::Show(args) => show::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Matrix(args) => matrix::run(&args),
        Command::Site(args) => site::run(&args),
        Command::Fuzz(args) => fuzz::run(&args),
        Command::Shrink(args) => shrink::run(&args),
        Command::Promote(args) => promote::run(&args),
        Command::Adapter(args) => serve::run(&args),
        Command::Vectors(command) => vectors::run(&command),
        Command::Quirks(args) => quirks::run(&args),
        Command::Completions(args) => shell::completions(&args),
        Command::Man(args) => shell::man(&args, Arguments::command()),
    };
    let interrupted = interrupt::received();
    if let Some(signal) = interrupted {
        output::error(&format!("interrupted by {signal}"));
    }
    match done {
        Ok(exit) => interrupted.map_or(exit, Exit::from).into(),
        Err(failure) => {
            // An adapter that was ended by this program is not to blame.
            let follows = matches!(failure.exit, Exit::NoAdapter | Exit::Broken);
            if interrupted.is_none() || !follows {
                output::error(&failure.message);
            }
            interrupted.map_or(failure.exit, Exit::from).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_defined() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn only_check_and_replay_do_without_an_adapter() {
        for (line, needs_it) in [
            ("check", false),
            ("replay ID", false),
            ("doctor", true),
            ("known-failures --update FILE", true),
            ("fuzz", true),
            ("shrink FILE", true),
        ] {
            let words = || std::iter::once("spontan").chain(line.split(' '));
            assert_eq!(Arguments::try_parse_from(words()).is_err(), needs_it, "{line}");
            assert!(Arguments::try_parse_from(words().chain(["--", "./adapter"])).is_ok(), "{line}");
        }
    }
}
