//! The command line: one file a command, and the exit codes.

use std::process::ExitCode;

use clap::Parser;

pub mod adapter;
pub mod vectors;

#[derive(Debug, Parser)]
enum Cli {
    Adapter(adapter::AdapterArgs),
    Vectors(vectors::VectorsArgs),
}

/// Reads the command line, runs the command and returns the exit code.
pub fn run() -> ExitCode {
    match Cli::parse() {
        Cli::Adapter(args) => adapter::run(&args),
        Cli::Vectors(args) => vectors::run(&args),
    }
}
