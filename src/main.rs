//! The `spontan` program. Everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    spontan::run()
}
