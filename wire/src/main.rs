//! `spontan-wire`: see `--help`, and `wire/README.md`.

use std::process::ExitCode;

use spontan_wire::options::{HELP, Options};
use spontan_wire::serve::serve;

fn main() -> ExitCode {
    let done = match Options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => serve(options),
        Ok(None) => {
            print!("{HELP}");
            Ok(())
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("spontan-wire: {error}");
            ExitCode::FAILURE
        }
    }
}
