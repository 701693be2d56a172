//! `spontan adapter`: the reference itself, as an adapter.

use std::io;
use std::process::ExitCode;

use crate::node::Policies;
use crate::reference::serve;

/// The reference as an adapter, on stdin and stdout; see docs/protocol.md.
#[derive(Debug, clap::Args)]
pub struct AdapterArgs {}

/// Serves until stdin ends.
pub fn run(_args: &AdapterArgs) -> ExitCode {
    match serve(io::stdin().lock(), io::stdout().lock(), Policies::default()) {
        Ok(()) => ExitCode::SUCCESS,
        // The runner has gone: nobody is left to be told.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("spontan adapter: {error}");
            ExitCode::FAILURE
        }
    }
}
