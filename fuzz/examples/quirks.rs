//! `quirks`: for each target the seeded bugs of its layer, a line each, as `fuzz/found.tsv` has them. See [`spontan_fuzz::found`].

use std::process::ExitCode;

use spontan_fuzz::found;

fn main() -> ExitCode {
    match found::all() {
        Ok(found) => print!("{}", found::table(&found)),
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
