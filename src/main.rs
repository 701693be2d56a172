//! The `spontan` program: it reads the command line and hands over to [`spontan::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    spontan::cli::run()
}
