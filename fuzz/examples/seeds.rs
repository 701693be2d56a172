//! `seeds DIRECTORY [accepted]`: writes every target's seeds and dictionary, made of the vectors; with `accepted` only those of
//! cases that are accepted.

use std::path::Path;
use std::process::ExitCode;

use spontan_fuzz::seeds;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let (directory, accepted) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [directory] => (directory, false),
        [directory, "accepted"] => (directory, true),
        _ => {
            eprintln!("usage: seeds DIRECTORY [accepted]");
            return ExitCode::from(2);
        }
    };
    match seeds::write(Path::new(directory), |case| !accepted || case.id.contains("/accept/")) {
        Ok(counts) => {
            counts.iter().for_each(|(target, count)| println!("{target:24}{count:>6}"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("seeds: {error}");
            ExitCode::FAILURE
        }
    }
}
