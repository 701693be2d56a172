//! `spontan adapter`: to come.

use std::process::ExitCode;

use clap::Args;

/// Serve the built-in reference as an adapter, on stdin and stdout
#[derive(Debug, Clone, Args)]
pub struct AdapterArgs {}

/// Runs the command.
pub fn run(_args: AdapterArgs) -> ExitCode {
    ExitCode::SUCCESS
}
