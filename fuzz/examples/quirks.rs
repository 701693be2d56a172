//! `quirks`: for each target the seeded bugs that its inputs come to, one pair a line, with how many of the target's seeds
//! it takes to find the bug (`-` where no seed does) and how many seeds there are.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use spontan::quirks::{Bent, Quirk};
use spontan_fuzz::{Second, TARGETS, candidate, seeds};

fn main() -> ExitCode {
    let Ok(seeds) = seeds::all(|_| true) else { return ExitCode::FAILURE };
    for (target, oracle) in TARGETS {
        let inputs: Vec<&Vec<u8>> = seeds.get(target).into_iter().flat_map(BTreeMap::values).collect();
        let mut reached: BTreeSet<Quirk> = BTreeSet::new();
        for input in &inputs {
            for (operation, question) in candidate::questions(target, input) {
                let bent = Bent::new(None, Default::default());
                bent.answer(operation, &question);
                let here = bent.take_reached();
                reached.extend(Quirk::ALL.iter().copied().filter(|quirk| here.contains(*quirk)));
            }
        }
        for quirk in reached {
            let second = Second { quirk: Some(quirk) };
            let found = inputs.iter().position(|input| oracle(input, &second).is_err());
            let found = found.map_or_else(|| "-".to_owned(), |at| (at + 1).to_string());
            println!("{target}\t{}\t{found}\t{}", quirk.name(), inputs.len());
        }
    }
    ExitCode::SUCCESS
}
