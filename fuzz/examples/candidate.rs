//! `candidate TARGET FILE`: an input that a target failed on, or any other, as candidates for cases: what is asked, what
//! every implementation at hand answers, and what the oracle says. What should come out is left undecided.

use std::process::ExitCode;

use spontan_fuzz::candidate::yaml_of;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [target, file] = arguments.as_slice() else {
        eprintln!("usage: candidate TARGET FILE");
        return ExitCode::from(2);
    };
    let candidates = std::fs::read(file)
        .map_err(|error| format!("{file}: {error}"))
        .and_then(|bytes| yaml_of(target, &bytes));
    match candidates {
        Ok(yaml) => {
            print!("{yaml}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("candidate: {error}");
            ExitCode::FAILURE
        }
    }
}
