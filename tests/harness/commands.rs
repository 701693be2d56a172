//! The results stream and the commands beside `check`.

use std::process::Command;

use serde_json::{Value, json};
use spontan::vectors::load;

use super::bench::{Bench, GUILTY, faulty_adapter, suites};

/// An adapter, a list of known failures and vectors are written by others.
#[test]
fn no_command_prints_what_cannot_be_seen() {
    let bench = Bench::new();
    let adapter = faulty_adapter().display().to_string();
    let named = ["--", &adapter, "--fault", "name-moves-the-cursor"];
    let candidates = bench.dir.path().join("candidates").display().to_string();
    let fuzz = ["fuzz", "--cases", "20", "--operation", "bigsize.decode", "--output", &candidates];
    bench
        .spontan(&[&fuzz[..], &named].concat())
        .says_visibly(0, &["\\u{1b}[2J\\u{202e}good 1\\n2 (\\u{7}), bigsize"]);
    bench.doctor("name-moves-the-cursor", &[]).says_visibly(0, &["\\u{1b}[2J\\u{202e}good 1\\n2 (\\u{7})\n"]);
    for fault in ["code-moves-the-cursor", "output-moves-the-cursor", "reason-moves-the-cursor"] {
        bench.check(fault, &["--all"]).says_visibly(1, &["[2J"]);
        bench.doctor(fault, &[]);
    }

    let list = bench.dir.path().join("list.toml").display().to_string();
    bench
        .update("code-moves-the-cursor", &list)
        .says_visibly(0, &["reject \\u{1b}[2J \\u{202e}\\u{2028}\\u{e0041}"]);
    bench.check("code-moves-the-cursor", &["--known-failures", &list]).says_visibly(0, &["TODO"]);
    let hidden = r"\u001B[2J\u202e\u009b";
    let entry = |case: &str, rest: &str| {
        bench.file("known.toml", &format!("[[known]]\ncase = \"{case}\"\nwhy = \"{hidden}\"\n{rest}\n"))
    };
    let known = entry("**/02", &format!("issue = \"{hidden}\"\nuntil = \"2020-01-01\""));
    bench
        .check("wrong-verdict", &["--known-failures", &known])
        .says_visibly(1, &["verdict: \\u{1b}[2J\\u{202e}\\u{9b} (\\u{1b}", "2020-01-01 (\\u{1b}[2J"]);
    for (case, exit) in [(r"gone\u001b\u202e", 1), (r"[\u001b", 2)] {
        let known = entry(case, "");
        bench
            .check("none", &["--known-failures", &known])
            .says_visibly(exit, &["known.toml, line 2: ", "\\u{1b}"]);
    }
    let known = bench.file("known.toml", "[[known]]\ncase = \u{1b}[2J\u{202e}\n");
    bench.check("none", &["--known-failures", &known]).says_visibly(2, &["\\u{1b}[2J"]);

    for place in ["About bigsize.decode/00.", "BOLT 1, BigSize"] {
        let mut text = load::to_text(&suites()[0]).unwrap();
        text = text.replacen(place, r"\u001b[2J", 1);
        bench.write("bigsize.decode.yaml", &text);
        bench.check("none", &[]).says_visibly(6, &["bigsize.decode.yaml: a text in it has \\u{1b}"]);
    }
}

#[test]
fn the_results_are_written_as_the_run_goes() {
    let bench = Bench::new();
    let file = bench.dir.path().join("results.jsonl");
    let report = format!("jsonl={}", file.display());
    bench.check("floods-stdout", &["--report", &report]).says(4, &[]);
    let lines: Vec<Value> = std::fs::read_to_string(&file)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0]["type"], "header");
    assert_eq!(lines[0]["hello"]["implementation"]["name"], "faulty");
    let text: String = suites().iter().map(|suite| load::to_text(suite).unwrap()).collect();
    let digest = <sha2::Sha256 as sha2::Digest>::digest(text);
    assert_eq!(lines[0]["vectors"], format!("sha256:{}", hex::encode(digest)));
    assert_eq!(lines[1], json!({"type": "case", "id": "bigsize.decode/00", "outcome": "pass"}));
    assert_eq!(
        (&lines[3]["type"], &lines[3]["exit"], &lines[3]["passed"]),
        (&json!("footer"), &json!(4), &json!(2))
    );

    bench.check("wrong-verdict", &["--report", &report]).says(1, &[]);
    let text = std::fs::read_to_string(&file).unwrap();
    let failed: Value =
        serde_json::from_str(text.lines().find(|line| line.contains("/02")).unwrap()).unwrap();
    assert_eq!(failed["outcome"], "wrong_verdict");
    assert_eq!(failed["actual"], json!({"reject": {"reason": "bigsize_truncated"}}));
    bench.check("none", &["--report", "jsonl=/nonexistent/x"]).says(2, &["/nonexistent/x cannot be written"]);
}

#[test]
fn list_show_and_replay() {
    let bench = Bench::new();
    let vectors = bench.vectors().display().to_string();
    let adapter = faulty_adapter().display().to_string();
    let list = bench.spontan(&["list", "--vectors", &vectors, "-k", "onion.peel/**"]);
    list.says(0, &["onion.peel/final    About onion.peel/final.\n"]);
    assert_eq!(list.text.lines().count(), 2);

    let show = bench.spontan(&["show", "--vectors", &vectors, "onion.peel/version"]);
    show.says(
        0,
        &[
            "expected  reject version_unknown (layer packet), code c004 or c005, data 0abc",
            "{\"type\":\"case\",\"seq\":1,\"operation\":\"onion.peel\",\"input\":{\"packet\":\"05\"}}\n",
        ],
    );
    let explain = bench.spontan(&["explain", "--vectors", &vectors, "bolt1.bigsize.encoding"]);
    explain.says(0, &["bolt1.bigsize.encoding  requirement, level must\n", "  cases     8\n"]);
    bench.spontan(&["explain", "--vectors", &vectors, "bigsize"]).says(2, &["Did you mean one of these?"]);

    let unknown = bench.spontan(&["show", "--vectors", &vectors, "onion.peel/versoin"]);
    unknown.says(2, &["there is no case \"onion.peel/versoin\"", "one of these?\n  onion.peel/version\n"]);

    let lines = bench.spontan(&["replay", "--vectors", &vectors, GUILTY]);
    lines.says(0, &["{\"type\":\"hello\",", "\"bytes\":\"02\"}}\n"]);
    assert_eq!(lines.text.lines().count(), 2);
    let replay = |fault: &str| {
        bench.spontan(&[
            "replay",
            "--timeout",
            "2",
            "--vectors",
            &vectors,
            GUILTY,
            "--",
            &adapter,
            "--fault",
            fault,
        ])
    };
    replay("none")
        .says(0, &["<- {\"type\":\"hello\"", "<- {\"seq\":1,\"accept\"", "passed  bigsize.decode/02"]);
    replay("wrong-verdict").says(1, &["<- {\"seq\":1,\"reject\"", "wrong verdict"]);
    replay("hangs-on-3").says(1, &["-> {\"type\":\"case\"", "timed out"]);
    replay("prints-on-stdout").says(4, &["<- debug: got", "it is not JSON"]);
    replay("banner").says(3, &["<- example adapter 1.0 ready", "did not shake hands"]);
}

#[test]
fn a_reader_that_leaves_is_no_trouble() {
    let bench = Bench::new();
    let mut suite = suites().remove(0);
    let case = suite.cases[0].clone();
    suite.cases = (0..5000)
        .map(|n| {
            let mut case = case.clone();
            case.id = format!("bigsize.decode/{n:04}");
            case
        })
        .collect();
    bench.write("bigsize.decode.yaml", &load::to_text(&suite).unwrap());
    let script =
        format!("{} list --vectors {} | head -n 1", env!("CARGO_BIN_EXE_spontan"), bench.vectors().display());
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 1);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn usage_is_the_manual() {
    let bench = Bench::new();
    bench
        .spontan(&["check", "--help"])
        .says(0, &["Exit codes:", "0  everything was as expected", "Examples:\n  spontan check"]);
    bench.spontan(&["check", "--nonsense"]).says(2, &["--nonsense"]);
    bench.spontan(&["check", "./adapter"]).says(2, &["Write the adapter and its arguments after --"]);
    bench.spontan(&[]).says(2, &["Usage: spontan"]);
}

/// How the ids in the help texts begin.
const SUITES: [&str; 3] = ["bigsize.decode/", "onion.peel/", "keysend.receive/"];

#[test]
fn every_case_in_a_help_text_exists() {
    let bench = Bench::new();
    let mut shown = 0;
    for command in [&["--help"][..], &["show", "--help"], &["replay", "--help"], &["check", "--help"]] {
        let help = bench.spontan(command);
        help.says(0, &["Usage: spontan"]);
        let ids = help
            .text
            .split_whitespace()
            .filter(|word| SUITES.iter().any(|suite| word.starts_with(suite)) && !word.contains('*'));
        for id in ids {
            bench.spontan(&["show", id]).says(0, &[id]);
            shown += 1;
        }
    }
    assert!(shown >= 3, "{shown}");
}

#[test]
fn colours_only_where_they_are_wanted() {
    let bench = Bench::new();
    let colours = |variables: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_spontan"));
        command.args(["show", "--vectors", &bench.vectors().display().to_string(), GUILTY]);
        command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").envs(variables.iter().copied());
        String::from_utf8_lossy(&command.output().unwrap().stdout).contains("\x1b[")
    };
    assert!(!colours(&[]));
    assert!(colours(&[("CLICOLOR_FORCE", "1")]));
    assert!(!colours(&[("NO_COLOR", "1")]));
}

#[test]
fn the_line_to_replay_survives_a_shell() {
    let bench = Bench::new();
    let odd = bench.dir.path().join("it's an adapter");
    std::fs::copy(faulty_adapter(), &odd).unwrap();
    let vectors = bench.vectors().display().to_string();
    let ran = bench.spontan(&[
        "check",
        "--vectors",
        &vectors,
        "--",
        odd.to_str().unwrap(),
        "--fault",
        "wrong-verdict",
    ]);
    ran.says(1, &["wrong verdict"]);
    let line = ran.text.lines().find_map(|line| line.trim().strip_prefix("replay    spontan ")).unwrap();
    let script = format!("{} {line}", env!("CARGO_BIN_EXE_spontan"));
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("<- {\"seq\":1,\"reject\""), "{script}\n{text}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn requirements_flags_and_reasons_are_explained() {
    let bench = Bench::new();
    bench.spontan(&["explain", "bolt4.peel.version"]).says(
        0,
        &[
            "bolt4.peel.version  requirement, level must\n  text      A packet fails",
            "04-onion-routing.md, Onion Decryption, Requirements, lines 912-913\n",
            "BOLT 4, lightning/bolts at a377",
            "onion.peel/version-01\n",
        ],
    );
    let waived = bench.spontan(&["explain", "bolt4.peel.constant-time"]);
    waived.says(0, &["  waived    "]);
    assert!(!waived.text.contains("  cases     "), "{}", waived.text);
    let flag = bench.spontan(&["explain", "near-miss"]);
    flag.says(0, &["  means     Another reading", " more; --all lists them\n"]);
    // What it is, what it means, how many cases there are, ten of them, and how many more.
    assert_eq!(flag.text.lines().count(), 14, "{}", flag.text);
    bench.spontan(&["explain", "--all", "mpp_timeout"]).says(
        0,
        &["mpp_timeout  reason, layer payment\n", "codes     0017, 400f\n", "node.sequence/part-times-out\n"],
    );
    bench.spontan(&["explain", "no_hops"]).says(0, &["codes     none: no failure is sent\n"]);
    let unknown = bench.spontan(&["explain", "preimage-mismatch"]);
    unknown.says(2, &["\n  preimage_mismatch"]);
    assert_eq!(unknown.text.matches("\n  ").count(), 3, "{}", unknown.text);
}
