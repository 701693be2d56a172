//! The command line: one file a command, and the exit codes.

pub mod adapter;
pub mod cases;
pub mod check;
pub mod doctor;
pub mod exit;
pub mod explain;
pub mod fuzz;
pub mod init;
pub mod known_failures;
pub mod list;
pub mod matrix;
pub mod output;
pub mod promote;
pub mod quirks;
pub mod replay;
pub mod reports;
pub mod shell;
pub mod show;
pub mod shrink;
pub mod subject;
pub mod vectors;
pub mod watch;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};

use exit::{Exit, Failure};

/// Conformance kit for Lightning spontaneous payments: keysend and shared-secret payments.
///
/// An implementation is checked through an adapter: a small program, in any language, that reads cases from stdin and
/// writes answers to stdout, one JSON object a line (docs/protocol.md).
#[derive(Debug, Parser)]
#[command(name = "spontan", version, after_help = EXAMPLES, disable_help_subcommand = true, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  spontan check -- ./my-adapter                    check an implementation
  spontan list -k 'keysend.receive/**'             what there is to check
  spontan show bigsize.decode/accept/bolt1-zero    one case in full
  spontan explain preimage_mismatch                what a word of the vectors means
  spontan init --lang python --output my-adapter   an adapter to start from";

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::CheckArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Explain(explain::ExplainArgs),
    Replay(replay::ReplayArgs),
    Doctor(doctor::DoctorArgs),
    Init(init::InitArgs),
    KnownFailures(known_failures::KnownFailuresArgs),
    Adapter(adapter::AdapterArgs),
    Vectors(vectors::VectorsArgs),
    Quirks(quirks::QuirksArgs),
    Matrix(matrix::MatrixArgs),
    Completions(shell::CompletionsArgs),
    Man(shell::ManArgs),
    Fuzz(fuzz::FuzzArgs),
    Shrink(shrink::ShrinkArgs),
    Promote(promote::PromoteArgs),
}

/// Reads the command line, runs the command and returns the exit code.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no errors. A closed stdout is nothing to talk about.
            let _ = error.print();
            if error.kind() == ErrorKind::UnknownArgument {
                output::note("An adapter and its arguments stand behind --: spontan check -- ./my-adapter");
            }
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Ok.into() };
        }
    };
    match arguments.command {
        Command::Check(args) => finish(check::run(&args)),
        Command::List(args) => finish(list::run(&args)),
        Command::Show(args) => finish(show::run(&args)),
        Command::Explain(args) => finish(explain::run(&args)),
        Command::Replay(args) => finish(replay::run(&args)),
        Command::Matrix(args) => finish(matrix::run(&args)),
        Command::Doctor(args) => finish(doctor::run(&args)),
        Command::Init(args) => finish(init::run(&args)),
        Command::KnownFailures(args) => finish(known_failures::run(&args)),
        Command::Quirks(args) => finish(quirks::run(&args)),
        Command::Completions(args) => finish(shell::completions(&args, Arguments::command())),
        Command::Man(args) => finish(shell::man(&args, Arguments::command())),
        Command::Fuzz(args) => finish(fuzz::run(&args)),
        Command::Shrink(args) => finish(shrink::run(&args)),
        Command::Promote(args) => finish(promote::run(&args)),
        Command::Adapter(args) => adapter::run(&args),
        Command::Vectors(args) => vectors::run(&args),
    }
}

fn finish(result: Result<Exit, Failure>) -> ExitCode {
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output::error(&failure.message);
            failure.exit.into()
        }
    }
}
