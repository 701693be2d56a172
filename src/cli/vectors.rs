//! `spontan vectors generate|lint`: to come.

use std::process::ExitCode;

use clap::{Args, Subcommand};

/// Make the vectors files from the recipes, or check them
#[derive(Debug, Clone, Args)]
pub struct VectorsArgs {
    #[command(subcommand)]
    command: VectorsCommand,
}

#[derive(Debug, Clone, Subcommand)]
enum VectorsCommand {
    /// Write the vectors files
    Generate,
    /// Check the vectors files
    Lint,
}

/// Runs the command.
pub fn run(args: VectorsArgs) -> ExitCode {
    match args.command {
        VectorsCommand::Generate | VectorsCommand::Lint => ExitCode::SUCCESS,
    }
}
