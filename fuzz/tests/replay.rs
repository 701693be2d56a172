//! Every seed and every kept input, replayed on a stable toolchain; and that there is something to replay.
#![allow(clippy::unwrap_used, reason = "a test's helpers are tests as well")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use spontan_fuzz::{TARGETS, seeds};

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap()))
        .collect()
}

/// Replays inputs of a target; gives how many comparisons there were.
fn replay(target: &str, inputs: &BTreeMap<String, Vec<u8>>) -> usize {
    let oracle = spontan_fuzz::oracle(target).unwrap();
    let mut compared = 0;
    for (name, input) in inputs {
        match oracle(input, None) {
            Ok(tally) => compared += tally.compared,
            Err(finding) => panic!("{target}, {name}: {finding}"),
        }
    }
    compared
}

#[test]
fn every_seed_is_as_its_oracle_wants_it() {
    let seeds = seeds::all(|_| true).unwrap();
    for (target, _) in TARGETS {
        let compared = replay(target, &seeds[target]);
        let count = seeds[target].len();
        assert!(count >= 20, "{target} has only {count} seeds");
        assert!(compared >= count, "{target}: {compared} comparisons of {count} seeds");
    }
}

#[test]
fn every_kept_input_is_as_its_oracle_wants_it() {
    for (target, _) in TARGETS {
        let kept = files(&here("kept").join(target));
        assert!(!kept.is_empty(), "fuzz/kept/{target} is empty");
        assert!(replay(target, &kept) > 0, "{target}: nothing was compared");
    }
}

#[test]
fn every_target_of_the_table_is_a_program_and_every_program_is_in_the_table() {
    let manifest = std::fs::read_to_string(here("Cargo.toml")).unwrap();
    let programs: Vec<_> =
        manifest.lines().filter_map(|line| line.strip_prefix("path = \"targets/")).collect();
    let programs: Vec<_> = programs.iter().filter_map(|path| path.strip_suffix(".rs\"")).collect();
    let targets: Vec<_> = TARGETS.iter().map(|(target, _)| *target).collect();
    assert_eq!(
        programs.iter().filter(|name| !name.starts_with("floor_")).copied().collect::<Vec<_>>(),
        targets
    );
    for (target, _) in TARGETS {
        let source = std::fs::read_to_string(here("targets").join(format!("{target}.rs"))).unwrap();
        let lines = source.lines().filter(|line| !line.is_empty() && !line.starts_with(['/', '#'])).count();
        assert!(lines <= 12, "{target} has {lines} lines of its own");
    }
}

#[test]
fn seeds_and_dictionaries_are_written_where_the_engine_looks() {
    let folder = tempfile::tempdir().unwrap();
    let counts = seeds::write(folder.path(), |_| true).unwrap();
    assert_eq!(counts.len(), TARGETS.len());
    for (target, count) in counts {
        assert_eq!(files(&folder.path().join(target)).len(), count, "{target}");
    }
    let dictionary = std::fs::read_to_string(folder.path().join("tlv_bytes.dict")).unwrap();
    // The keysend record's type, as the vectors have it.
    assert!(dictionary.contains("\"\\xff\\x00\\x00\\x00\\x01\\x46\\xc6\\x61\\x6c\"\n"), "{dictionary}");
}
