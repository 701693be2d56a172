//! `spontan fuzz`, `shrink` and `promote` over real processes, with adapters that misbehave.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[allow(dead_code, reason = "it serves the harness's tests as well")]
#[path = "harness/bench.rs"]
mod bench;

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bench::{Bench, Ran, faulty_adapter, heed_signals};
use serde_json::{Value, json};

/// `fuzz` on the BigSizes of the adapter with this fault.
fn fuzz(bench: &Bench, fault: &str, options: &[&str]) -> Ran {
    let output = candidates(bench).display().to_string();
    let adapter = faulty_adapter().display().to_string();
    let mut args = vec!["fuzz", "--operation", "bigsize.decode", "--output", &output];
    if !options.contains(&"--cases") {
        args.extend(["--cases", "3000"]);
    }
    if !options.contains(&"--timeout") {
        args.extend(["--timeout", "30"]);
    }
    args.extend(options);
    args.extend(["--", &adapter, "--fault", fault]);
    bench.spontan(&args)
}

fn candidates(bench: &Bench) -> PathBuf {
    bench.dir.path().join("candidates")
}

/// The files that are left, none of them unfinished.
fn left(bench: &Bench) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(candidates(bench)).into_iter().flatten();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[track_caller]
fn only(bench: &Bench) -> (PathBuf, Value) {
    let files = left(bench);
    let [file] = files.as_slice() else { panic!("{files:?}") };
    let text = std::fs::read_to_string(file).unwrap();
    (file.clone(), serde_yaml::from_str(&text).unwrap())
}

#[test]
fn an_adapter_that_answers_rightly_shows_no_divergence() {
    let bench = Bench::new();
    fuzz(&bench, "none", &[]).says(0, &["3000 cases", "3000 answers compared", "no divergence"]);
    assert_eq!(left(&bench), Vec::<PathBuf>::new());
}

#[test]
fn the_reference_behind_pipes_shows_no_divergence() {
    let bench = Bench::new();
    let output = candidates(&bench).display().to_string();
    let spontan = env!("CARGO_BIN_EXE_spontan");
    bench
        .spontan(&["fuzz", "--cases", "2500", "--seed", "4", "--output", &output, "--", spontan, "adapter"])
        .says(0, &["2500 answers compared", "node.sequence          100\n", "no divergence"]);
}

#[test]
fn a_wrong_answer_becomes_a_candidate_that_is_shrunk_and_promoted() {
    let bench = Bench::new();
    let ran = fuzz(&bench, "wrong-verdict", &[]);
    ran.says(
        1,
        &[
            "1  bigsize.decode: the reference says accept; the adapter rejects: bigsize_truncated",
            "spontan shrink ",
            "spontan promote ",
            "1 divergence,",
        ],
    );
    let (file, candidate) = only(&bench);
    assert_eq!((&candidate["input"]["bytes"], &candidate["minimal"]), (&json!("02"), &json!(true)));
    assert_eq!(candidate["adapter"]["reject"]["reason"], "bigsize_truncated");
    assert!(candidate["found"].as_str().unwrap().starts_with("spontan fuzz, seed 0, case "));

    let file = file.display().to_string();
    let draft = "expect: \"undecided\"";
    bench.spontan(&["promote", &file]).says(
        0,
        &[
            "id: \"bigsize.decode/name-what-is-special\"",
            draft,
            ".case(\"NAME\", \"WHAT IS SPECIAL.\", input)",
            "bytes: \"02\"",
        ],
    );
    let adapter = faulty_adapter().display().to_string();
    bench
        .spontan(&["shrink", &file, "--", &adapter, "--fault", "wrong-verdict"])
        .says(1, &["nothing more can be left out"]);
    bench
        .spontan(&["shrink", &file, "--", &adapter, "--fault", "none"])
        .says(0, &["answers as the reference does"]);
}

/// `fuzz` on the BigSizes of the adapter with one fault against one with another.
fn against(bench: &Bench, fault: &str, second: &str, options: &[&str]) -> Ran {
    let second = format!("'{}' --fault {second}", faulty_adapter().display());
    fuzz(bench, fault, &[&["--against", &second], options].concat())
}

#[test]
fn two_adapters_are_compared_with_each_other() {
    let bench = Bench::new();
    against(&bench, "none", "none", &[])
        .says(0, &["faulty 0.1.0 (rust) against faulty 0.1.0 (rust)", "no divergence"]);
    against(&bench, "wrong-verdict", "wrong-verdict", &[])
        .says(0, &["3000 answers compared", "no divergence"]);
    against(&bench, "none", "wrong-verdict", &[]).says(
        1,
        &[
            "1  bigsize.decode: the second adapter says reject bigsize_truncated; the adapter accepts (the reference says accept)",
            "1 divergence,",
        ],
    );
    let (file, candidate) = only(&bench);
    let second = &candidate["second"];
    assert_eq!(second["answer"]["reject"]["reason"], "bigsize_truncated");
    assert_eq!(candidate["adapter"]["accept"]["length"], 1);
    assert_eq!((&candidate["input"]["bytes"], &candidate["minimal"]), (&json!("02"), &json!(true)));

    let (file, adapter) = (file.display().to_string(), faulty_adapter().display().to_string());
    bench.spontan(&["promote", &file]).says(0, &["second:", "reason: \"bigsize_truncated\""]);
    let shrink = |second: &str, more: &[&str]| {
        let second = format!("{adapter} --fault {second}");
        let args = [&["shrink", &file], more, &["--against", &second, "--", &adapter]].concat();
        bench.spontan(&args)
    };
    shrink("wrong-verdict", &[]).says(1, &["nothing more can be left out"]);
    shrink("none", &[]).says(0, &["answers as the second adapter does"]);
    bench
        .spontan(&["shrink", &file, "--", &adapter])
        .says(2, &["compares two implementations; name the second one with --against"]);
}

#[test]
fn the_death_of_either_of_two_is_a_finding() {
    for (one, second, who) in [
        ("dies-on-3", "none", "the adapter dies"),
        ("none", "dies-on-3", "the second adapter dies"),
        ("dies-on-3", "dies-on-3", "the adapter dies"),
    ] {
        let bench = Bench::new();
        let says = format!("bigsize.decode: {who} (the reference says accept)");
        against(&bench, one, second, &["--cases", "600"]).says(1, &[&says, "600 cases"]);
        let (_, candidate) = only(&bench);
        assert_eq!(candidate["input"]["bytes"], "02");
        let second_answer = &candidate["second"]["answer"];
        for (fault, answer) in [(one, &candidate["adapter"]), (second, second_answer)] {
            let key = if fault == "none" { "accept" } else { "crashed" };
            assert!(answer.get(key).is_some(), "{one} {second}: {answer}");
        }
    }
}

#[test]
fn a_second_adapter_that_is_none_is_said() {
    let bench = Bench::new();
    fuzz(&bench, "none", &["--against", "'./a"])
        .says(2, &["--against \"'./a\": a quotation mark is not closed"]);
    fuzz(&bench, "none", &["--against", " "]).says(2, &["there is no program in it"]);
    against(&bench, "none", "dies-before-hello", &[]).says(3, &["before it said hello"]);
    against(&bench, "none", "prints-on-stdout", &[]).says(4, &["the second adapter, that of --against"]);
}

#[test]
fn a_candidate_edited_by_hand_is_shrunk_again() {
    let bench = Bench::new();
    // It takes every BigSize for truncated, so that the smallest that is none is left.
    fuzz(&bench, "rejects-everything", &[]).says(1, &["rejects: no"]);
    let (file, candidate) = only(&bench);
    assert_eq!(candidate["input"]["bytes"], "00");
    let text = std::fs::read_to_string(&file).unwrap().replace("bytes: \"00\"", "bytes: \"fe12345678aabb\"");
    std::fs::write(&file, text).unwrap();
    let adapter = faulty_adapter().display().to_string();
    let path = file.display().to_string();
    bench
        .spontan(&["shrink", &path, "--", &adapter, "--fault", "rejects-everything"])
        .says(1, &["the input went from 26 to"]);
    assert_eq!(only(&bench).1["input"]["bytes"], "00");
}

#[test]
fn a_death_is_a_finding_and_the_campaign_goes_on() {
    let bench = Bench::new();
    fuzz(&bench, "dies-on-3", &["--cases", "600"])
        .says(1, &["bigsize.decode: the adapter dies (the reference says accept)", "600 cases"]);
    let (_, candidate) = only(&bench);
    assert_eq!(candidate["input"]["bytes"], "02");
    assert!(candidate["adapter"]["crashed"].as_str().unwrap().contains("exit status 101"));
}

#[test]
fn a_hang_is_a_finding() {
    let bench = Bench::new();
    fuzz(&bench, "hangs-on-3", &["--timeout", "3", "--cases", "300"])
        .says(1, &["bigsize.decode: the adapter does not answer (the reference says accept)"]);
    assert_eq!(only(&bench).1["input"]["bytes"], "02");
}

#[test]
fn an_operation_of_which_the_adapter_always_dies_is_left_out() {
    let bench = Bench::new();
    fuzz(&bench, "dies-always", &[]).says(1, &["left out after ten deaths: bigsize.decode", "no outcome"]);
}

#[test]
fn a_breach_of_the_protocol_ends_the_campaign_with_what_was_found() {
    let bench = Bench::new();
    fuzz(&bench, "prints-on-stdout", &[]).says(4, &["the adapter broke the protocol", "no divergence"]);
}

#[test]
fn what_answers_nothing_passes_for_nothing() {
    let bench = Bench::new();
    fuzz(&bench, "unsupported", &[])
        .says(1, &["0 answers compared", "the adapter cannot answer: not built with it"]);
}

#[test]
fn results_are_left_when_the_campaign_is_interrupted() {
    heed_signals();
    let bench = Bench::new();
    let mut fuzz = Command::new(env!("CARGO_BIN_EXE_spontan"))
        .args(["fuzz", "--operation", "bigsize.decode", "--time", "600", "--output"])
        .arg(candidates(&bench))
        .arg("--")
        .arg(faulty_adapter())
        .args(["--fault", "rejects-everything"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while left(&bench).iter().all(|file| file.extension().is_none_or(|it| it != "yaml")) {
        assert!(started.elapsed() < Duration::from_secs(60), "nothing was written");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(Command::new("kill").args(["-INT", &fuzz.id().to_string()]).status().unwrap().success());
    fuzz.wait().unwrap();
    assert_eq!(only(&bench).1["input"]["bytes"], "00");
}

#[test]
fn what_cannot_be_asked_is_said() {
    let bench = Bench::new();
    fuzz(&bench, "none", &["--operation", "tlv.decode"])
        .says(5, &["the adapter does not declare tlv.decode. It declares bigsize.decode, onion.peel"]);
    fuzz(&bench, "none", &["--operation", "tlv.decod"])
        .says(2, &["there is no operation \"tlv.decod\"", "tlv.decode"]);
    fuzz(&bench, "dies-before-hello", &[]).says(3, &["before it said hello"]);
    let file = bench.file("candidate.yaml", "schema: \"spontan-candidate/2\"\n");
    bench.spontan(&["promote", &file]).says(2, &["candidate.yaml"]);
}
