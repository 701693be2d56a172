//! The harness against adapters that misbehave: for each fault the exit code, the text that must tell a person what
//! happened, and that no process is left behind.

#![allow(clippy::unwrap_used, missing_docs)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use spontan::vectors::case::SCHEMA;
use spontan::vectors::{Suite, load};
use tempfile::TempDir;

/// Where the example is that misbehaves; it is built when only this test was asked for.
fn faulty_adapter() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        let target = Path::new(env!("CARGO_BIN_EXE_spontan")).parent().unwrap();
        let path = target.join("examples/faulty-adapter");
        let changed = |path: &Path| path.metadata().and_then(|data| data.modified()).ok();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bin/faulty_adapter.rs");
        if changed(&path) < changed(&source) {
            let mut build = Command::new(env!("CARGO"));
            build
                .args(["build", "--quiet", "--example", "faulty-adapter"])
                .current_dir(env!("CARGO_MANIFEST_DIR"));
            if target.ends_with("release") {
                build.arg("--release");
            }
            assert!(build.status().unwrap().success(), "the faulty adapter does not build");
        }
        path
    })
}

fn case(id: &str, input: Value, verdict: Value) -> Value {
    json!({
        "id": id, "revision": 1, "about": format!("About {id}."), "level": "must", "flags": ["test"],
        "spec": ["BOLT 1, BigSize"], "input": input, "expect": verdict,
    })
}

fn bigsize(bytes: &str, value: &str, length: u32) -> Value {
    let id = format!("bigsize.decode/accept/{bytes}");
    case(&id, json!({ "bytes": bytes }), json!({"accept": {"value": value, "length": length}}))
}

/// Eight cases that the adapter answers rightly; the third is the one at which faults strike.
fn suites() -> Vec<Suite> {
    let mut cases: Vec<_> = (0..5).map(|n| bigsize(&format!("{n:02x}"), &n.to_string(), 1)).collect();
    let mut truncated = case(
        "bigsize.decode/reject/truncated",
        json!({"bytes": "fd00"}),
        json!({"reject": {"layer": "tlv", "reason": "bigsize_truncated"}}),
    );
    truncated["twin"] = "bigsize.decode/accept/00".into();
    cases.push(truncated);
    let mut peel = case(
        "onion.peel/accept/final",
        json!({"packet": "aa", "payload": "0202abcd0401ef"}),
        json!({"accept": {"final": true, "payload": "0202abcd0401ef", "shared_secret": "11"}}),
    );
    peel["steps"] = json!([{"name": "rho", "value": "ab"}]);
    let version = case(
        "onion.peel/reject/version",
        json!({"packet": "05"}),
        json!({"reject": {"layer": "packet", "reason": "version_unknown", "codes": ["c004", "c005"], "data": "0abc"}}),
    );
    [("bigsize.decode", cases), ("onion.peel", vec![peel, version])]
        .into_iter()
        .map(|(suite, cases)| {
            let about = "For tests.";
            serde_json::from_value(json!({"schema": SCHEMA, "suite": suite, "about": about, "cases": cases}))
                .unwrap()
        })
        .collect()
}

struct Bench {
    dir: TempDir,
}

/// What a run came to.
struct Ran {
    exit: i32,
    /// stdout, then stderr.
    text: String,
}

impl Ran {
    #[track_caller]
    fn says(&self, exit: i32, parts: &[&str]) {
        assert_eq!(self.exit, exit, "\n{}", self.text);
        for part in parts {
            assert!(self.text.contains(part), "it does not say {part:?}:\n{}", self.text);
        }
    }

    #[track_caller]
    fn never_says(&self, part: &str) {
        assert!(!self.text.contains(part), "it says {part:?}:\n{}", self.text);
    }
}

impl Bench {
    fn new() -> Self {
        let bench = Self { dir: tempfile::tempdir().unwrap() };
        std::fs::create_dir(bench.vectors()).unwrap();
        for suite in suites() {
            bench.write(&format!("{}.yaml", suite.suite), &load::to_text(&suite).unwrap());
        }
        bench
    }

    fn vectors(&self) -> PathBuf {
        self.dir.path().join("vectors")
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.vectors().join(name), text).unwrap();
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    fn spontan(&self, args: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_spontan"))
            .args(args)
            .env_remove("CLICOLOR_FORCE")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        ran(&output)
    }

    /// `check` with these options against the adapter with this fault, the vectors being those of the bench. Sees to
    /// it that no process is left.
    fn check(&self, fault: &str, options: &[&str]) -> Ran {
        let vectors = self.vectors().display().to_string();
        let pids = self.dir.path().join("pids").display().to_string();
        let adapter = faulty_adapter().display().to_string();
        let mut args = vec!["check", "--vectors", &vectors, "--hello-timeout", "5", "--timeout", "2"];
        // The last of an option given twice would be an error, so the defaults stand only where nothing else does.
        for option in ["--timeout", "--hello-timeout"] {
            if options.contains(&option) {
                let at = args.iter().position(|arg| *arg == option).unwrap();
                args.drain(at..at + 2);
            }
        }
        args.extend(options);
        args.extend(["--", &adapter, fault, "--pids", &pids]);
        let start = Instant::now();
        let ran = self.spontan(&args);
        assert!(start.elapsed() < Duration::from_secs(20), "{fault} took {:?}", start.elapsed());
        for pid in std::fs::read_to_string(&pids).unwrap_or_default().lines() {
            assert_eq!(left_of_group(pid), "", "{fault} left processes");
        }
        ran
    }
}

fn ran(output: &Output) -> Ran {
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    Ran { exit: output.status.code().unwrap_or(-1), text }
}

/// The processes of a group that still run. Zombies are not ours: whoever adopts orphans reaps them in its own time.
fn left_of_group(group: &str) -> String {
    let mut left = String::new();
    for _ in 0..50 {
        left.clear();
        let ps = Command::new("ps").args(["-A", "-o", "pid=,pgid=,stat=,comm="]).output().unwrap();
        for line in String::from_utf8_lossy(&ps.stdout).lines() {
            let fields: Vec<_> = line.split_whitespace().collect();
            if fields.len() > 2 && fields[1] == group && !fields[2].starts_with('Z') {
                writeln!(left, "{line}").unwrap();
            }
        }
        if left.is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    left
}

// Adapters that are right, each in a way of its own.

#[test]
fn a_right_adapter_passes() {
    let ran = Bench::new().check("none", &[]);
    ran.says(
        0,
        &[
            "8 cases against faulty 0.1.0 (rust)",
            "bigsize.decode       6       0",
            "ok  8 of 8 cases as expected",
        ],
    );
    ran.never_says("\x1b");
    ran.never_says("note");
}

#[test]
fn answers_may_come_in_any_order() {
    Bench::new().check("out-of-order", &[]).says(0, &["8 of 8"]);
}

#[test]
fn a_line_may_end_with_cr_lf() {
    Bench::new().check("crlf", &[]).says(0, &["8 of 8"]);
}

#[test]
fn a_window_of_one_is_served_in_turn() {
    Bench::new().check("window-1", &["--repeat", "20"]).says(0, &["8 of 8", "160 answers"]);
}

#[test]
fn stderr_decides_nothing_however_much_it_is() {
    Bench::new().check("floods-stderr", &[]).says(0, &["8 of 8"]);
    Bench::new().check("floods-stderr-10-mb", &[]).says(0, &["8 of 8"]);
}

#[test]
fn an_exit_status_at_the_end_decides_nothing() {
    Bench::new().check("exits-badly-at-the-end", &[]).says(
        0,
        &["8 of 8", "note  after its last answer the adapter ended with exit status 9; that decides nothing"],
    );
}

#[test]
fn what_it_starts_does_not_outlive_it() {
    Bench::new().check("helper-outlives-it", &[]).says(0, &["8 of 8"]);
}

#[test]
fn an_adapter_that_does_not_see_the_end_of_stdin_is_ended() {
    Bench::new()
        .check("ignores-eof", &[])
        .says(0, &["8 of 8", "did not exit within 2 s of the end of its stdin"]);
}

// Adapters that do not shake hands.

#[test]
fn an_adapter_that_is_not_there() {
    let bench = Bench::new();
    let vectors = bench.vectors().display().to_string();
    let ran = bench.spontan(&["check", "--vectors", &vectors, "--", "/nonexistent/adapter", "x"]);
    ran.says(
        3,
        &["error: the adapter /nonexistent/adapter could not be started: No such file", "is the path right"],
    );
}

#[test]
fn an_adapter_that_says_nothing() {
    Bench::new()
        .check("says-nothing", &["--hello-timeout", "0.3"])
        .says(3, &["said no hello within 0.3 s (--hello-timeout)", "flush"]);
}

#[test]
fn an_adapter_that_forgets_the_newline() {
    Bench::new()
        .check("hello-without-newline", &["--hello-timeout", "0.3"])
        .says(3, &["said no hello within 0.3 s", "without an LF: «{\"type\":\"hello\",»"]);
}

#[test]
fn an_adapter_with_a_banner() {
    Bench::new().check("banner", &[]).says(
        3,
        &["did not shake hands", "print what is meant for people to stderr", "«example adapter 1.0 ready»"],
    );
}

#[test]
fn an_adapter_that_floods_before_its_hello() {
    Bench::new().check("floods-before-hello", &[]).says(3, &["no LF within 1048576 bytes", "«xxxx"]);
}

#[test]
fn an_adapter_that_dies_before_its_hello() {
    Bench::new().check("dies-before-hello", &[]).says(
        3,
        &[
            "the adapter ended with exit status 7 before it said hello",
            "The last of its stderr:\n  | no configuration file",
        ],
    );
}

#[test]
fn hellos_that_are_wrong() {
    for (fault, part) in [
        ("protocol-2", "its hello says \"protocol\":2; this spontan speaks 1"),
        ("window-0", "a window of 0. Let it be 1 to 1024"),
        ("unknown-operation", "\"bigsize.guess\" in operations. There are bigsize.decode, "),
        ("unknown-policy", "the policy \"keysend\", which does not exist. There are custom_even_records, "),
    ] {
        Bench::new()
            .check(fault, &[])
            .says(3, &["did not shake hands", part, "The line: «{\"type\":\"hello\""]);
    }
}

// Adapters that die or hang.

const GUILTY: &str = "bigsize.decode/accept/02";

#[test]
fn a_death_is_pinned_on_the_guilty_case() {
    for fault in ["dies-on-3", "window-1-dies"] {
        let ran = Bench::new().check(fault, &[]);
        ran.says(
            1,
            &[
                &format!("crashed  {GUILTY}\n"),
                "the adapter ended with exit status 101",
                "| thread 'main' saw the case and died",
                "FAILED  1 of 8 cases not as expected: 1 crashed",
            ],
        );
        ran.never_says("note");
    }
}

#[test]
fn a_signal_is_named() {
    Bench::new()
        .check("aborts-on-3", &[])
        .says(1, &["was ended by SIGABRT, an abort (signal 6)", "1 crashed"]);
}

#[test]
fn every_case_can_be_guilty() {
    Bench::new()
        .check("dies-always", &[])
        .says(1, &["8 of 8 cases not as expected: 8 crashed", "| nothing works"]);
}

#[test]
fn after_ten_deaths_the_run_ends() {
    let ran = Bench::new().check("dies-always", &["--repeat", "2"]);
    ran.says(
        4,
        &[
            "the run was ended after 10 deaths; the last time, the adapter ended with exit status 101",
            "8 crashed",
        ],
    );
}

#[test]
fn a_hang_is_pinned_on_the_guilty_case() {
    let ran = Bench::new().check("hangs-on-3", &["--timeout", "0.3"]);
    ran.says(1, &[&format!("timed out  {GUILTY}\n"), "no answer within 0.3 s (--timeout)", "1 timed out"]);
}

#[test]
fn half_a_line_is_a_hang_that_is_quoted() {
    let ran = Bench::new().check("half-a-line", &["--timeout", "0.3"]);
    ran.says(1, &[&format!("timed out  {GUILTY}\n"), "it had written, without an LF: «{\"seq\":»"]);
}

#[test]
fn an_adapter_that_reads_nothing_does_not_block_the_runner() {
    let bench = Bench::new();
    let mut suite = suites().remove(0);
    // More than a pipe takes.
    for case in &mut suite.cases {
        case.input["bytes"] = format!("00{}", "00".repeat(100_000)).into();
    }
    bench.write("bigsize.decode.yaml", &load::to_text(&suite).unwrap());
    let ran = bench.check("reads-nothing", &["--timeout", "0.2", "-k", "bigsize.decode/**"]);
    ran.says(1, &["6 of 6 cases not as expected: 6 timed out"]);
}

#[test]
fn an_adapter_that_closes_its_stdout_is_dead() {
    let ran = Bench::new().check("closes-stdout", &[]);
    ran.says(1, &[&format!("crashed  {GUILTY}\n"), "closed its stdout and was ended"]);
}

#[test]
fn a_grandchild_that_holds_stdout_hides_no_death() {
    let ran = Bench::new().check("grandchild-holds-stdout", &["--timeout", "10"]);
    ran.says(1, &[&format!("crashed  {GUILTY}\n"), "the adapter ended with exit status 3"]);
}

#[test]
fn an_adapter_that_leaves_early_is_told_so() {
    Bench::new().check("exits-midway", &[]).says(
        4,
        &[
            "note  no case is guilty of this death: the adapter ended with exit status 0",
            "FAILED  8 cases as expected; the adapter died 2 times over no case in particular",
        ],
    );
}

#[test]
fn a_hello_that_changes_after_a_death_is_refused() {
    Bench::new().check("another-hello", &[]).says(4, &["another hello than the first time"]);
}

// Adapters that break the protocol.

#[test]
fn a_breach_ends_the_run_and_keeps_what_came_before() {
    for (fault, message, line) in [
        ("prints-on-stdout", "it is not JSON", "«debug: got \\u{1b}[1mcase»"),
        ("empty-line", "it is not JSON", "The line: «»"),
        ("nul-byte", "it is not JSON", "The line: «\\u{0}»"),
        ("answers-twice", "seq 3 was answered before", "{\"seq\":3,\"accept\":{\"value\":\"2\""),
        ("unknown-seq", "seq 4000000 was not asked; the last one that was is 8", "{\"seq\":4000000,"),
        ("seq-as-string", "\"seq\" is \"3\"; it must be a JSON number", "{\"seq\":\"3\""),
        ("duplicate-keys", "the key \"seq\" stands twice", "«{\"seq\":3,\"seq\":3,"),
        ("invalid-utf8", "it is not UTF-8: see byte 18", "\\xff\\xfe"),
        ("floods-stdout", "a line has no LF within 1048576 bytes", "«xxxxx"),
        ("line-too-long", "a line has no LF within 1048576 bytes", "«{\"seq\":3,"),
    ] {
        let ran = Bench::new().check(fault, &[]);
        ran.says(4, &[message, line, "print what is meant for people to stderr", "the run ended early"]);
        let passed = if fault == "answers-twice" { 3 } else { 2 };
        ran.says(4, &[&format!("FAILED  {passed} cases as expected"), " cases: the run ended before them"]);
    }
}

#[test]
fn an_answer_before_the_question_is_a_breach() {
    Bench::new().check("answer-before-question", &[]).says(4, &["seq 900 was not asked"]);
    Bench::new().check("second-hello", &[]).says(4, &["it has no \"seq\"", "«{\"type\":\"hello\""]);
}

#[test]
fn what_comes_after_the_last_answer_is_a_breach() {
    Bench::new().check("talks-at-the-end", &[]).says(4, &["it is not JSON", "«bye»", "8 cases as expected"]);
}

// Adapters that give other answers.

#[test]
fn wrong_answers_are_shown_with_what_was_wanted() {
    let bench = Bench::new();
    bench.check("wrong-verdict", &[]).says(
        1,
        &[
            &format!("wrong verdict  {GUILTY}\n"),
            "wanted  accept {\"value\":\"2\",\"length\":1}",
            "came    reject bigsize_truncated",
            "FAILED  1 of 8 cases not as expected: 1 wrong verdict or output",
        ],
    );
    bench
        .check("upper-case-hex", &[])
        .says(1, &["wrong output  onion.peel/accept/final", "hex is lower-case"]);
    bench.check("extra-key", &[]).says(1, &["at note", "this key must not be there"]);
    bench.check("logs", &[]).says(1, &["at value", "| a line \\u{1b}[31mof log"]);
    bench.check("error", &[]).says(1, &["came    error: assertion failed: \\u{1b}[31mx", "1 error"]);
    bench.check("unsupported", &[]).says(1, &["unsupported: not built with it", "8 unsupported"]);
    bench.check("accepts-everything", &[]).says(1, &["8 of 8 cases not as expected"]);
    bench.check("rejects-everything", &[]).says(1, &["7 of 8 cases not as expected"]);
}

#[test]
fn the_record_is_named_in_which_a_payload_differs() {
    Bench::new().check("last-bit", &[]).says(
        1,
        &[
            "    wanted  0202abcd0401ef\n    came    0202abcd0401ee\n                        ^^\n",
            "1 byte differs, the first is byte 6 of 7",
            "in record 1 at byte 4, type 4 (outgoing_cltv_value), length 1: byte 0 of its value",
            "at 0    type 2 (amt_to_forward), length 2: abcd",
            "    rho  ab\n",
        ],
    );
}

#[test]
fn codes_and_data_are_told_apart_from_verdicts() {
    let bench = Bench::new();
    bench
        .check("wrong-code", &[])
        .says(1, &["wrong code  onion.peel/reject/version", "allowed are c004, c005"]);
    bench
        .check("wrong-data", &[])
        .says(1, &["wrong data  onion.peel/reject/version", "1 wrong code or data"]);
    bench.check("wrong-code", &["--codes", "ignore"]).says(
        0,
        &["which --codes ignore does not count:\n  onion.peel/reject/version  wrong code at code", "8 of 8"],
    );
    let ran = bench.check("wrong-reason", &[]);
    ran.says(
        0,
        &[
            "2 rejections are right and give another reason",
            "1 x hmac_mismatch, where the vectors say bigsize_truncated",
        ],
    );
}

#[test]
fn what_is_not_declared_is_not_judged_and_said() {
    let bench = Bench::new();
    bench.check("no-codes", &[]).says(0, &["not judged  codes and data of failures"]);
    bench.check("omits-length", &[]).says(0, &["not judged  bigsize.decode.length: the adapter omits"]);
    bench.check("bigsize-only", &[]).says(
        0,
        &["not run     2 cases: the adapter does not declare onion.peel", "6 of 6 cases as expected"],
    );
}

// Known failures.

#[test]
fn a_known_failure_fails_nothing() {
    let bench = Bench::new();
    let known = bench.file(
        "known.toml",
        "[[known]]\ncase = \"bigsize.decode/*/02\"\nwhy = \"two is hard\"\nissue = \"#7\"\nuntil = \"2999-01-01\"\n",
    );
    bench.check("wrong-verdict", &["--known-failures", &known]).says(
        0,
        &[
            "bigsize.decode/accept/02  wrong verdict; two is hard (#7)",
            "ok  7 of 8 cases as expected, 1 known to fail",
        ],
    );
    let unexpected = bench.check("none", &["--known-failures", &known]);
    unexpected.says(1, &[
        "known.toml, line 2: bigsize.decode/accept/02 (listed as bigsize.decode/*/02) passes. Remove it from the list",
        "FAILED  8 cases as expected; 1 complaint about the list of known failures",
    ]);
    // A listed case that is not asked is neither.
    bench.check("none", &["--known-failures", &known, "-k", "onion.peel/**"]).says(0, &["2 of 2"]);
    bench.check("dies-on-3", &["--known-failures", &known]).says(0, &["crashed; two is hard"]);
}

#[test]
fn entries_that_are_stale_or_gone_by_fail_the_check() {
    let bench = Bench::new();
    let known = bench.file("known.toml", "[[known]]\ncase = \"onion.peel/accept/gone\"\nwhy = \"x\"\n");
    let options = ["--known-failures", known.as_str(), "-k", "bigsize.decode/**"];
    bench
        .check("none", &options)
        .says(1, &["known.toml, line 2: onion.peel/accept/gone matches no case of the vectors"]);
    bench.file("known.toml", "[[known]]\ncase = \"**/02\"\nwhy = \"x\"\nuntil = \"2020-01-01\"\n");
    bench
        .check("wrong-verdict", &options)
        .says(1, &["line 2: **/02 was to hold until 2020-01-01, which is gone by"]);
    bench.file("known.toml", "[[known]]\ncase = \"**/02\"\n");
    bench.check("none", &options).says(2, &["known.toml: TOML parse error at line 1", "missing field `why`"]);
    bench
        .check("none", &["--known-failures", "/nonexistent.toml"])
        .says(2, &["/nonexistent.toml: No such file"]);
}

// Selection.

#[test]
fn what_selects_nothing_is_an_error() {
    let bench = Bench::new();
    bench.check("none", &["-k", "bigsize.decode/reject/*"]).says(0, &["1 of 1 case as expected"]);
    bench.check("none", &["-k", "**/00", "-k", "onion.peel/*/*"]).says(0, &["3 of 3"]);
    bench
        .check("none", &["-k", "**", "-k", "bigsize.encode/**"])
        .says(5, &["\"bigsize.encode/**\" matches no case"]);
    bench
        .check("none", &["-k", "bigsize.decode"])
        .says(5, &["the cases of the suite bigsize.decode are bigsize.decode/**"]);
    bench.check("none", &["-k", "bigsize.decode/*"]).says(5, &["matches no case"]);
    bench.check("none", &["-k", "["]).says(2, &["the pattern \"[\" is wrong"]);
    bench.check("none", &["--flag", "x"]).says(5, &["no case has the flag \"x\". There are: test"]);
    bench.check("none", &["--flag", "test", "--level", "must"]).says(0, &["8 of 8"]);
    bench.check("none", &["--timeout", "0"]).says(2, &["above 0"]);
    bench.check("none", &["--report", "xml=x"]).says(2, &["it must be jsonl=FILE"]);
}

#[test]
fn a_policy_picks_the_answer() {
    let bench = Bench::new();
    let mut suite = suites().remove(0);
    suite.cases.truncate(1);
    let mut case = serde_json::to_value(&suite.cases[0]).unwrap();
    let accept = case.as_object_mut().unwrap().shift_remove("expect").unwrap()["accept"].take();
    let steps = json!({"policy": "custom_even_records", "answers": [
        {"value": "reject", "reject": {"layer": "tlv", "reason": "unknown_even_type"}},
        {"value": "accept", "accept": accept},
    ]});
    case["expect_by_policy"] = steps;
    suite.cases = vec![serde_json::from_value(case).unwrap()];
    bench.write("bigsize.decode.yaml", &load::to_text(&suite).unwrap());
    let only = ["-k", "bigsize.decode/**"];
    bench.check("none", &only).says(1, &["wrong verdict", "wanted  reject unknown_even_type (layer tlv)"]);
    bench.check("policy-accepts", &only).says(0, &["(rust); custom_even_records: accept", "1 of 1"]);
}

// The results stream.

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
    assert_eq!(lines[1], json!({"type": "case", "id": "bigsize.decode/accept/00", "outcome": "pass"}));
    assert_eq!(
        (&lines[3]["type"], &lines[3]["exit"], &lines[3]["passed"]),
        (&json!("footer"), &json!(4), &json!(2))
    );

    bench.check("wrong-verdict", &["--report", &report]).says(1, &[]);
    let text = std::fs::read_to_string(&file).unwrap();
    let failed: Value =
        serde_json::from_str(text.lines().find(|line| line.contains("/02")).unwrap()).unwrap();
    assert_eq!(failed["outcome"], "wrong_verdict");
    assert_eq!(failed["came"], json!({"reject": {"reason": "bigsize_truncated"}}));
    bench.check("none", &["--report", "jsonl=/nonexistent/x"]).says(2, &["/nonexistent/x cannot be written"]);
}

// Vectors that are no good.

#[test]
fn vectors_that_cannot_be_relied_on_are_refused() {
    let good = load::to_text(&suites()[0]).unwrap();
    let twice = {
        let mut suite = suites().remove(0);
        suite.cases[1].id = "bigsize.decode/accept/00".into();
        load::to_text(&suite).unwrap()
    };
    for (text, part) in [
        (&good[..good.len() / 2], "bigsize.decode.yaml"),
        ("", "Is it a vectors file at all?"),
        (&good.replace("spontan-vectors/1", "spontan-vectors/9"), "this spontan reads \"spontan-vectors/1\""),
        (&twice, "bigsize.decode/accept/00: this id is there twice"),
        (&good.replace("bytes: \"02\"", "bytes: 0210"), "bytes: "),
        (&good.replace("cases:", "extra: 1\ncases:"), "unknown field `extra`"),
        (&good.replace("about: \"About", "about:  \"About"), "not in canonical form"),
    ] {
        let bench = Bench::new();
        bench.write("bigsize.decode.yaml", text);
        bench.check("none", &[]).says(6, &["error: the vectors ", part]);
    }
    let ran = Bench::new().spontan(&["check", "--vectors", "/nonexistent", "--", "true"]);
    ran.says(6, &["/nonexistent: No such file"]);
}

#[test]
fn a_hundred_megabytes_of_nesting_are_refused_at_once() {
    let bench = Bench::new();
    let start = Instant::now();
    bench.write("bigsize.decode.yaml", &"[".repeat(100_000_000));
    bench.check("none", &[]).says(6, &["the file has 100000000 bytes"]);
    bench.write("bigsize.decode.yaml", &"[".repeat(60_000_000));
    bench.check("none", &[]).says(6, &["bigsize.decode.yaml: "]);
    bench.write(
        "bigsize.decode.yaml",
        &format!("schema: \"spontan-vectors/1\"\nx: {}", "[".repeat(1_000_000)),
    );
    bench.check("none", &[]).says(6, &["bigsize.decode.yaml: "]);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

// The other commands.

#[test]
fn list_show_and_replay() {
    let bench = Bench::new();
    let vectors = bench.vectors().display().to_string();
    let adapter = faulty_adapter().display().to_string();
    let list = bench.spontan(&["list", "--vectors", &vectors, "-k", "onion.peel/**"]);
    list.says(0, &["onion.peel/accept/final    About onion.peel/accept/final.\n"]);
    assert_eq!(list.text.lines().count(), 2);

    let show = bench.spontan(&["show", "--vectors", &vectors, "onion.peel/reject/version"]);
    show.says(
        0,
        &[
            "wanted  reject version_unknown (layer packet), code c004 or c005, data 0abc",
            "{\"type\":\"case\",\"seq\":1,\"operation\":\"onion.peel\",\"input\":{\"packet\":\"05\"}}\n",
        ],
    );
    let unknown = bench.spontan(&["show", "--vectors", &vectors, "onion.peel/version"]);
    unknown.says(
        2,
        &["there is no case \"onion.peel/version\"", "one of these?\n  onion.peel/reject/version\n"],
    );

    let lines = bench.spontan(&["replay", "--vectors", &vectors, GUILTY]);
    lines.says(0, &["{\"type\":\"hello\",", "\"bytes\":\"02\"}}\n"]);
    assert_eq!(lines.text.lines().count(), 2);
    let replay = |fault: &str| {
        bench.spontan(&["replay", "--timeout", "0.5", "--vectors", &vectors, GUILTY, "--", &adapter, fault])
    };
    replay("none")
        .says(0, &["<- {\"type\":\"hello\"", "<- {\"seq\":1,\"accept\"", "passed  bigsize.decode/accept/02"]);
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
            case.id = format!("bigsize.decode/accept/{n:04}");
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
        .says(0, &["Exit codes:", "0  all as expected", "Example:\n  spontan check"]);
    bench.spontan(&["check", "--nonsense"]).says(2, &["--nonsense"]);
    bench.spontan(&[]).says(2, &["Usage: spontan"]);
}
