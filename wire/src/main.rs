//! `spontan-wire`: see `--help`, and `wire/README.md`.

use std::process::ExitCode;

use spontan_wire::options::{HELP, Options};
use spontan_wire::pay::pay;
use spontan_wire::serve::serve;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1).peekable();
    let pays = words.next_if_eq("pay").is_some();
    let done = match Options::parse(words) {
        Ok(Some(options)) if pays => pay(options),
        Ok(Some(options)) => serve(options).map(|()| true),
        Ok(None) => {
            print!("{HELP}");
            Ok(true)
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("spontan-wire: {error}");
            ExitCode::FAILURE
        }
    }
}
