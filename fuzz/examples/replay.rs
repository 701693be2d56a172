//! `replay [DIRECTORY]`: runs every target's oracle over its seeds, and over `DIRECTORY/TARGET/` if there is such a folder; says how
//! much was compared and what was skipped, and why. Fails on a finding and on a target that compared nothing.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use spontan_fuzz::{TARGETS, seeds};

fn main() -> ExitCode {
    let directory = std::env::args().nth(1);
    let seeds = match seeds::all(|_| true) {
        Ok(seeds) => seeds,
        Err(error) => {
            eprintln!("replay: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut bad = 0;
    println!("{:24}{:>8}{:>12}{:>9}{:>9}", "target", "inputs", "compared", "skipped", "findings");
    for (target, oracle) in TARGETS {
        let mut inputs: Vec<Vec<u8>> =
            seeds.get(target).into_iter().flat_map(BTreeMap::values).cloned().collect();
        if let Some(directory) = &directory {
            inputs.extend(files(&Path::new(directory).join(target)));
        }
        let (mut compared, mut findings) = (0, 0);
        let mut skipped: BTreeMap<&str, usize> = BTreeMap::new();
        for input in &inputs {
            match oracle(input, None) {
                Ok(tally) => {
                    compared += tally.compared;
                    tally.skipped.into_iter().for_each(|why| *skipped.entry(why).or_default() += 1);
                }
                Err(finding) => {
                    eprintln!("{target}: {finding}");
                    findings += 1;
                }
            }
        }
        let skips: usize = skipped.values().sum();
        println!("{target:24}{:>8}{compared:>12}{skips:>9}{findings:>9}", inputs.len());
        skipped.iter().for_each(|(why, count)| println!("    {count:>8}  {why}"));
        bad += findings + usize::from(compared == 0);
    }
    if bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn files(folder: &Path) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.filter_map(|entry| std::fs::read(entry.ok()?.path()).ok()).collect()
}
