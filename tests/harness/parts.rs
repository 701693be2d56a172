//! Runs in parts: shards, several processes, a stop at the first failure; and the reports that they write.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;
use spontan::vectors::load;

use super::bench::{Bench, GUILTY, faulty_adapter, suites};

/// The ids of a JSON report with what each came to, however long that took.
fn results(file: &str) -> BTreeMap<String, Value> {
    let report: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut list = report["results"].as_array().unwrap().clone();
    list.iter_mut().for_each(|case| _ = case.as_object_mut().unwrap().remove("seconds"));
    let ids: Vec<_> = list.iter().map(|case| case["id"].as_str().unwrap().to_owned()).collect();
    assert!(ids.is_sorted_by_key(|id| suites().iter().position(|suite| id.starts_with(&suite.suite))));
    ids.into_iter().zip(list).collect()
}

/// Vectors with this number of cases; the third is the one at which faults strike.
fn many(bench: &Bench, count: usize) {
    let mut suite = suites().remove(0);
    let cases = |at: usize| suite.cases[at].clone();
    let (plain, struck) = (cases(0), cases(2));
    suite.cases = (0..count)
        .map(|n| {
            let mut case = if n == 2 { struck.clone() } else { plain.clone() };
            case.id = format!("bigsize.decode/{n:04}");
            case
        })
        .collect();
    bench.write("bigsize.decode.yaml", &load::to_text(&suite).unwrap());
}

#[test]
fn shards_are_all_cases_each_once() {
    let bench = Bench::new();
    let file = bench.file("r.json", "");
    let report = format!("json={file}");
    for of in [1, 2, 3, 8] {
        let mut seen = BTreeSet::new();
        let mut sizes = BTreeSet::new();
        for one in 1..=of {
            bench.check("none", &["--shard", &format!("{one}/{of}"), "--report", &report]).says(0, &["ok  "]);
            let ids = results(&file);
            sizes.insert(ids.len());
            assert!(ids.into_keys().all(|id| seen.insert(id)), "a case is in two of {of} shards");
        }
        assert_eq!(seen.len(), 8);
        assert!(sizes.last().unwrap() - sizes.first().unwrap() <= 1, "{sizes:?}");
    }
    bench.check("none", &["--shard", "9/9"]).says(5, &["the shard 9/9 is empty: only 8 cases are selected"]);
    for wrong in ["0/2", "3/2", "1", "1/0", "+1/2", "a/b", "1/2/3"] {
        bench.check("none", &["--shard", wrong]).says(2, &["it must be I/N with I from 1 to N"]);
    }
}

#[test]
fn several_processes_come_to_the_same_results() {
    for (fault, exit, numbers) in [
        ("none", 0, &["2", "5", "99"][..]),
        ("wrong-verdict", 1, &["2", "5", "99"]),
        ("dies-on-3", 1, &["2", "5"]),
        ("hangs-on-3", 1, &["3"]),
        ("window-1", 0, &["2"]),
    ] {
        let bench = Bench::new();
        many(&bench, 40);
        let file = bench.file("r.json", "");
        let report = format!("json={file}");
        let run = |processes: &str| {
            let timeout = if fault == "hangs-on-3" { "5" } else { "30" };
            let ran = bench.check(fault, &["-j", processes, "--timeout", timeout, "--report", &report]);
            ran.says(exit, &["42 cases against faulty"]);
            let cases = results(&file);
            assert_eq!(cases.len(), 42);
            let cases = format!("{cases:#?}");
            [ran.text.as_str(), &cases].map(|text| bench.without_paths(text))
        };
        let one = run("1");
        for processes in numbers {
            assert_eq!(run(processes), one, "{fault} with -j {processes}");
        }
    }
}

#[test]
fn each_of_several_processes_is_started() {
    let bench = Bench::new();
    bench.check("none", &["-j", "3"]).says(0, &["ok  8 of 8"]);
    let pids = std::fs::read_to_string(bench.dir.path().join("pids")).unwrap();
    assert_eq!(pids.lines().collect::<BTreeSet<_>>().len(), 3);
    bench.check("none", &["-j", "0"]).says(2, &["-j"]);
}

#[test]
fn ten_deaths_end_a_run_of_several_processes() {
    let bench = Bench::new();
    many(&bench, 40);
    bench.check("dies-always", &["-j", "3"]).says(4, &["the run was ended after 10 deaths"]);
}

#[test]
fn one_process_that_breaks_the_protocol_ends_the_run() {
    let bench = Bench::new();
    many(&bench, 2000);
    bench.check("prints-on-stdout", &["-j", "3"]).says(4, &["the adapter broke the protocol"]);
}

#[test]
fn the_first_failure_is_enough_when_it_is_to_be() {
    let bench = Bench::new();
    many(&bench, 500);
    let file = bench.file("r.json", "");
    let report = format!("json={file}");
    for processes in ["1", "2"] {
        let options = ["--fail-fast", "-j", processes, "--report", &report];
        bench
            .check("wrong-verdict", &options)
            .says(1, &["bigsize.decode/0002", "cases: the run ended first"]);
        let all = results(&file);
        let count = |status: &str| all.values().filter(|case| case["status"] == status).count();
        assert_eq!(count("failed"), 1);
        // Half of the cases, without those of a full window, belong to the process that fails; the other may be done by then.
        assert!(count("not_reached") > 180, "{} were not reached", count("not_reached"));
        assert_eq!(count("failed") + count("passed") + count("not_reached"), all.len());
    }
    // A known failure is none.
    let known = bench.file("known.toml", "[[known]]\ncase = \"bigsize.decode/0002\"\nwhy = \"x\"\n");
    bench
        .check("wrong-verdict", &["--fail-fast", "--known-failures", &known])
        .says(0, &["ok  501 of 502 cases as expected, 1 known to fail"]);
}

#[test]
fn a_slow_answer_is_told_with_its_time() {
    let bench = Bench::new();
    let path = |name: &str| bench.dir.path().join(name).display().to_string();
    let (json, junit) = (path("json"), path("junit"));
    let options = ["--report", &format!("json={json}"), "--report", &format!("junit={junit}")];
    bench.check("takes-a-second", &options).says(0, &[]);
    let result: serde_json::Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    let seconds = result["results"].as_array().unwrap().iter().filter_map(|case| case["seconds"].as_f64());
    let seconds = seconds.fold(0.0, f64::max);
    // On a busy machine the clock may start later than the adapter sleeps.
    assert!(seconds >= 0.1, "{seconds}");
    let junit = std::fs::read_to_string(junit).unwrap();
    let name = GUILTY.split_once('/').unwrap().1;
    assert!(junit.contains(&format!(" name=\"{name}\" time=\"")), "{junit}");
}

#[test]
fn every_report_is_written() {
    let bench = Bench::new();
    let path = |name: &str| bench.dir.path().join(name).display().to_string();
    let files: Vec<_> = [
        ("jsonl", "{\"type\":\"header\""),
        ("json", "{\n  \"format\": \"spontan-result/2\""),
        ("junit", "<?xml"),
        ("tap", "TAP version 13\n1..8\n"),
        ("md", "## ❌"),
        ("html", "<!doctype html>"),
        ("badge", "{\"schemaVersion\":1"),
    ]
    .to_vec();
    let args: Vec<_> = files.iter().map(|(format, _)| format!("{format}={}", path(format))).collect();
    let mut options: Vec<_> = args.iter().flat_map(|arg| ["--report", arg]).collect();
    options.extend(["--report", "github"]);
    let ran = bench.check("wrong-verdict", &options);
    ran.says(1, &[&format!("\n::error title=wrong verdict%3A {GUILTY}::"), "\n::notice title=Spontan::"]);
    for (format, start) in files {
        let text = std::fs::read_to_string(path(format)).unwrap();
        assert!(text.starts_with(start), "{format}: {text}");
    }
    for (wrong, part) in [
        ("xml=x", "one of jsonl, json, junit, tap, md, html, badge; or github, without a file"),
        ("junit", "it must be FORMAT=FILE"),
        ("tap=", "it must be FORMAT=FILE"),
        ("md=/nonexistent/x", "/nonexistent/x cannot be written"),
    ] {
        bench.check("none", &["--report", wrong]).says(2, &[part]);
    }
    let twice = path("twice");
    let (one, two) = (format!("md={twice}"), format!("html={twice}"));
    bench.check("none", &["--report", &one, "--report", &two]).says(2, &["two reports go to"]);
}

#[test]
fn no_color_wins_over_every_wish_for_colours() {
    let bench = Bench::new();
    let vectors = bench.vectors().display().to_string();
    let coloured = |variables: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_spontan"));
        command
            .args(["check", "--vectors", &vectors, "--"])
            .arg(faulty_adapter())
            .args(["--fault", "wrong-verdict"]);
        command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").envs(variables.iter().copied());
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        output.stdout.contains(&0x1b) || output.stderr.contains(&0x1b)
    };
    assert!(coloured(&[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}

/// As bash does it when somebody presses the tabulator.
#[test]
fn a_shell_completes_commands_and_ids() {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_spontan")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let completed = |words: &[&str]| {
        let script = "source <(spontan completions bash); COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); \
                      _clap_complete_spontan spontan \"${@: -1}\"; printf '%s\\n' \"${COMPREPLY[@]}\"";
        let mut bash = std::process::Command::new("bash");
        let output =
            bash.args(["-c", script, "bash", "spontan"]).args(words).env("PATH", &path).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(completed(&["kn"]), "known-failures\n");
    assert_eq!(completed(&["show", "bigs"]), "bigsize.decode/\nbigsize.encode/\n");
    assert_eq!(completed(&["replay", "bigsize.encode/bolt1-z"]), "bigsize.encode/bolt1-zero\n");
    assert_eq!(completed(&["check", "-k", "offline."]), "offline.derive/\n");
    assert_eq!(completed(&["explain", "preimage_m"]), "preimage_mismatch\n");
    assert_eq!(completed(&["show", "no/"]), "\n");
}

#[test]
fn shells_and_man_are_told_of_every_command() {
    let bench = Bench::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        bench.spontan(&["completions", shell]).says(0, &["SPONTAN_COMPLETE"]);
    }
    bench.spontan(&["completions", "dos"]).says(2, &["possible values"]);
    bench.spontan(&["man"]).says(0, &[".TH spontan 1", "spontan\\-check(1)"]);
    let directory = bench.dir.path().display().to_string();
    bench.spontan(&["man", "--output", &directory]).says(0, &[]);
    let page = std::fs::read_to_string(bench.dir.path().join("spontan-check.1")).unwrap();
    assert!(page.contains("\\-\\-fail\\-fast") && page.contains("Exit codes"), "{page}");
    bench.spontan(&["man", "--output", "/nonexistent"]).says(2, &["the manual could not be written"]);
}
