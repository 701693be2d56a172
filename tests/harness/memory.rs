//! The memory and the processes that an adapter takes, what is said of them, and the environment that it runs in.

use std::process::Command;

use serde_json::Value;

use super::bench::{Bench, GUILTY, faulty_adapter};

/// The peak memory that a JSON report of such a run has, in MiB.
fn peak(bench: &Bench, fault: &str, options: &[&str]) -> u64 {
    let file = bench.dir.path().join("r.json").display().to_string();
    let report = format!("json={file}");
    bench
        .check(fault, &[options, &["--timeout", "30", "--report", &report]].concat())
        .says(0, &["\nmemory       ", " at most\n"]);
    let report: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    report["peak_memory"].as_u64().unwrap() >> 20
}

#[test]
#[cfg(target_os = "linux")]
fn the_report_says_how_much_memory_there_was() {
    let bench = Bench::new();
    let plain = peak(&bench, "none", &[]);
    assert!((1..50).contains(&plain), "{plain}");
    // It is freed again, and the run is over in no time.
    let filled = peak(&bench, "fills-a-buffer", &[]);
    assert!((256..320).contains(&filled), "{filled}");
    let grown = peak(&bench, "memory-grows", &[]);
    assert!((256..320).contains(&grown), "{grown}");
    // Each of several processes has its own.
    let half = peak(&bench, "memory-grows", &["-j", "2"]);
    assert!((128..192).contains(&half), "{half}");
    let child = peak(&bench, "child-fills-a-buffer", &[]);
    assert!(child > 190, "{child}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_case_that_takes_too_much_memory_fails_though_its_answer_is_right() {
    let bench = Bench::new();
    let file = bench.dir.path().join("r.json").display().to_string();
    let report = format!("json={file}");
    // Memory is filled slowly on a busy machine.
    let with = ["--max-memory", "100M", "--timeout", "30", "--report", &report];
    bench.check("none", &with).says(0, &["8 of 8"]);
    bench.check("fills-a-buffer", &with).says(
        1,
        &[
            "too much memory  bigsize.decode/02\n",
            "the adapter's memory went from ",
            "; --max-memory allows 100 MiB. ",
            "1 of 8 cases not as expected: 1 with too much memory\n",
        ],
    );
    let text = std::fs::read_to_string(&file).unwrap();
    let result: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&result["max_memory"], &result["deaths"]), (&(100 << 20).into(), &1.into()));
    let failed: Vec<_> =
        result["results"].as_array().unwrap().iter().filter(|case| case["status"] != "passed").collect();
    assert_eq!((failed.len(), &failed[0]["id"]), (1, &GUILTY.into()));
    assert_eq!(failed[0]["outcome"], "too_much_memory");

    // What is never touched takes none, but it was asked for.
    bench.check("asks-for-a-buffer", &with).says(
        1,
        &[
            "the adapter asked for 1.0 GiB of memory and used ",
            ". Its answer was as expected\n",
            "1 of 8 cases not as expected: 1 with too much memory",
        ],
    );
    // It is ended long before its time is up.
    bench
        .check("fills-buffers-without-end", &["--max-memory", "100M", "--timeout", "60"])
        .says(1, &["--max-memory allows 100 MiB. It had not answered yet"]);
    bench
        .check("child-fills-a-buffer", &with)
        .says(1, &["1 of 8 cases not as expected: 1 with too much memory"]);
    bench.check("fills-a-buffer", &["--max-memory", "400M", "--timeout", "30"]).says(0, &[]);
    bench.check("wrong-verdict", &with).says(1, &["1 wrong verdict or output"]);

    let known =
        bench.file("known.toml", "[[known]]\ncase = \"**/02\"\nwhy = \"lazy\"\ngot = \"too much memory\"\n");
    bench
        .check("fills-a-buffer", &[&with[..], &["--known-failures", &known]].concat())
        .says(0, &["1 known to fail"]);
}

#[test]
#[cfg(target_os = "linux")]
fn memory_that_grows_is_found_where_it_passes_the_bound() {
    let bench = Bench::new();
    // 32 MiB a case: the fourth of each process passes it.
    bench.check("memory-grows", &["--max-memory", "110M"]).says(
        1,
        &[
            "the adapter's memory went from 9",
            "; --max-memory allows 110 MiB. ",
            "2 of 8 cases not as expected: 2 with too much memory",
        ],
    );
    bench.check("none", &["--max-memory", "100K"]).says(
        4,
        &["before it is asked a case, more than --max-memory allows (100 KiB). Give it more than that"],
    );
    bench.check("none", &["--max-memory", "much"]).says(2, &["it must be a size, such as 512M or 2G"]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_case_with_which_there_are_too_many_processes_fails() {
    let bench = Bench::new();
    let file = bench.dir.path().join("r.json").display().to_string();
    let report = format!("json={file}");
    let with = ["--max-processes", "8", "--report", &report];
    bench.check("starts-more-and-more", &with).says(1, &[&format!("too many processes  {GUILTY}\n")]);
    let result: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!((&result["max_processes"], &result["deaths"]), (&8.into(), &1.into()));
    let failed: Vec<_> =
        result["results"].as_array().unwrap().iter().filter(|case| case["status"] != "passed").collect();
    assert_eq!((failed.len(), &failed[0]["id"]), (1, &GUILTY.into()));
    assert_eq!(failed[0]["outcome"], "too_many_processes");

    // It answers at once: the fourth case of each process has one too many.
    bench.check("a-helper-for-each-case", &["--max-processes", "4"]).says(
        1,
        &[
            "too many processes  bigsize.decode/03\n",
            "the adapter had 5 processes at the same time, more than --max-processes allows (4). ",
            "2 of 8 cases not as expected: 2 with too many processes",
        ],
    );
    bench.check("a-helper-for-each-case", &["--max-processes", "9"]).says(0, &["8 of 8"]);
    // The guard of the group does not count.
    bench.check("has-three-helpers", &["--max-processes", "4"]).says(0, &["8 of 8"]);
    let many = "the adapter had 4 processes at the same time, more than --max-processes allows (3) before";
    bench.check("has-three-helpers", &["--max-processes", "3"]).says(3, &[many]);
    bench.check("none", &["--max-processes", "0"]).says(2, &["--max-processes"]);

    let known =
        bench.file("known.toml", "[[known]]\ncase = \"**/02\"\nwhy = \"x\"\ngot = \"too many processes\"\n");
    bench
        .check("starts-more-and-more", &[&with[..], &["--known-failures", &known]].concat())
        .says(0, &["1 known to fail"]);
    let wrong = "processes at the same time, more than --max-processes allows (8) with 1 case unanswered";
    bench.doctor("starts-more-and-more", &["--max-processes", "8"]).says(4, &["FAIL", "it had ", wrong]);
}

#[test]
#[cfg(target_os = "linux")]
fn fuzzing_keeps_to_the_bound() {
    let bench = Bench::new();
    let candidates = bench.dir.path().join("candidates").display().to_string();
    let adapter = faulty_adapter().display().to_string();
    let args = [
        &["fuzz", "--cases", "20", "--operation", "bigsize.decode", "--max-processes", "4"][..],
        &["--output", &candidates, "--", &adapter, "--fault", "a-helper-for-each-case"],
    ];
    bench.spontan(&args.concat()).says(
        1,
        &["bigsize.decode: the adapter has too many processes (the reference says ", "--max-processes 4 -- "],
    );
}

#[test]
#[cfg(target_os = "linux")]
fn failures_take_little_memory_however_long_the_answers_are() {
    let dir = tempfile::tempdir().unwrap();
    let results = dir.path().join("r.json");
    // The spontan process alone is bound: what a stretch of addresses holds is touched or not.
    let bound = "ulimit -v 450000; exec \"$@\"";
    for (fault, part) in [
        ("answers-with-small-values", "\"bytes\": 1020011,"),
        ("writes-long-texts", "é… (1000000 bytes, SHA-256 "),
    ] {
        let output = Command::new("sh")
            .args(["-c", bound, "sh", env!("CARGO_BIN_EXE_spontan"), "check", "-k", "bigsize.decode/**"])
            .arg(format!("--report=json={}", results.display()))
            .args(["--".as_ref(), faulty_adapter().as_os_str()])
            .args(["--fault", fault])
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(
            output.status.code(),
            Some(1),
            "{fault}: {text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(text.contains("\nFAILED  "), "{text}");
        let report = std::fs::read_to_string(&results).unwrap();
        assert!(
            report.len() < 1 << 20 && report.contains(part),
            "{} bytes: {}",
            report.len(),
            &report[..3000]
        );
    }
}

#[test]
fn a_clean_environment_has_four_variables() {
    let bench = Bench::new();
    let vectors = bench.vectors().display().to_string();
    let run = |command: &str, options: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_spontan"))
            .args([&[command, "--vectors", &vectors], options].concat())
            .args(["--".as_ref(), faulty_adapter().as_os_str()])
            .args(["--fault", "tells-its-environment"])
            .env_clear()
            .envs([("PATH", std::env::var("PATH").unwrap().as_str()), ("HOME", "/"), ("SECRET_TOKEN", "1")])
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    for command in ["check", "doctor"] {
        let all = run(command, &[]);
        assert!(all.contains("faulty HOME PATH SECRET_TOKEN (rust)"), "{all}");
        let clean = run(command, &["--clean-env"]);
        assert!(clean.contains("faulty HOME PATH (rust)"), "{clean}");
    }
}

/// A user who may have one process starts none. Root has no such bound, and so becomes another user.
#[test]
#[cfg(target_os = "linux")]
fn processes_that_may_not_be_started_are_said_to_be_too_many() {
    use std::os::unix::fs::PermissionsExt;

    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let spontan = dir.path().join("spontan");
    std::fs::copy(env!("CARGO_BIN_EXE_spontan"), &spontan).unwrap();
    let mut command = if rustix::process::geteuid().is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups", "bash"]);
        command
    } else {
        Command::new("bash")
    };
    let output = command
        .args(["-c", "ulimit -u 1 && exec \"$0\" check -- \"$0\" adapter"])
        .arg(&spontan)
        .current_dir("/")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(text.contains("There are as many processes and threads as may be (ulimit -u)\n"), "{text}");
}
