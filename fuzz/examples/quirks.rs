//! `quirks`: for each target the seeded bugs of its layer, which are those that the cases of its operations find, one pair a
//! line: target, bug, how many of the target's seeds it takes to find it (`-` where no seed does), how many seeds there are.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use spontan::quirks::{Quirk, score};
use spontan::vectors::load;
use spontan_fuzz::{Second, TARGETS, candidate, seeds};

fn main() -> ExitCode {
    let (Ok(seeds), Ok(suites)) = (seeds::all(|_| true), load::built_in()) else {
        return ExitCode::FAILURE;
    };
    // `tlv_bytes` asks no second implementation, so that none can be bent.
    for (target, oracle) in TARGETS.iter().filter(|(target, _)| *target != "tlv_bytes") {
        let inputs: Vec<&Vec<u8>> = seeds.get(target).into_iter().flat_map(BTreeMap::values).collect();
        let operations: BTreeSet<_> = inputs
            .iter()
            .flat_map(|input| candidate::questions(target, input))
            .map(|(operation, _)| operation)
            .collect();
        let mut own = suites.clone();
        own.retain(|suite| operations.contains(suite.suite.as_str()));
        for trial in score::run(&own, Quirk::ALL).iter().filter(|trial| !trial.killed_by.is_empty()) {
            let second = Second::bent(trial.quirk);
            let found = inputs.iter().position(|input| oracle(input, &second).is_err());
            let found = found.map_or_else(|| "-".to_owned(), |at| (at + 1).to_string());
            println!("{target}\t{}\t{found}\t{}", trial.quirk.name(), inputs.len());
        }
    }
    ExitCode::SUCCESS
}
