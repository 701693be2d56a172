//! `spontan adapter`: the reference itself, as an adapter.

use std::io::{self, ErrorKind};

use super::exit::{Exit, Failure};
use crate::node::Policies;
use crate::reference;

/// Serves until stdin ends.
pub fn run() -> Result<Exit, Failure> {
    match reference::serve(io::stdin().lock(), io::stdout().lock(), Policies::default()) {
        // A closed stdout means that the runner has left: there is nobody to tell.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::Failed, format!("the reference stopped: {error}")))
        }
        _ => Ok(Exit::Ok),
    }
}
