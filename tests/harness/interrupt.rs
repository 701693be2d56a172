//! Runs that are ended from outside: what was done is told and nobody is left.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::bench::{Bench, faulty_adapter, heed_signals, left_of_groups};

const FORMATS: [&str; 7] = ["json", "jsonl", "junit", "tap", "md", "html", "badge"];

/// A command against the adapter with this fault that goes on while the test does.
fn start(bench: &Bench, command: &str, fault: &str, options: &[&str]) -> Child {
    heed_signals();
    let vectors = bench.vectors().display().to_string();
    let pids = bench.dir.path().join("pids").display().to_string();
    Command::new(env!("CARGO_BIN_EXE_spontan"))
        .args([command, "--vectors", &vectors, "--timeout", "60"])
        .args(options)
        .args(["--".as_ref(), faulty_adapter().as_os_str()])
        .args(["--fault", fault, "--pids", &pids])
        .current_dir(bench.dir.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Sends the signal; what was printed, and the exit code.
fn end(bench: &Bench, mut run: Child, signal: &str) -> (Option<i32>, String) {
    let sent = Command::new("kill").args([&format!("-{signal}"), &run.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let until = Instant::now() + Duration::from_secs(60);
    while run.try_wait().unwrap().is_none() {
        assert!(Instant::now() < until, "it goes on after {signal}");
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = run.wait_with_output().unwrap();
    assert_eq!(left_of_groups(&bench.dir.path().join("pids")), "", "{signal} left processes");
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// Waits until a file has this text.
fn wait_for(file: &Path, text: &str) {
    let until = Instant::now() + Duration::from_secs(60);
    while !std::fs::read_to_string(file).unwrap_or_default().contains(text) {
        assert!(Instant::now() < until, "{} has no {text:?}", file.display());
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_signal_ends_the_run_and_keeps_what_it_found() {
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let bench = Bench::new();
        let at = |format: &str| bench.dir.path().join(format!("r.{format}"));
        let reports = FORMATS.map(|format| format!("--report={format}={}", at(format).display()));
        let reports = reports.each_ref().map(String::as_str);
        let run = start(&bench, "check", "hangs-on-3", &reports);
        wait_for(&at("jsonl"), "bigsize.decode/01");
        let (exit, text) = end(&bench, run, signal);
        assert_eq!(exit, Some(code), "{text}");
        for part in [
            "FAILED  2 cases as expected; the run was interrupted\n",
            "not run      6 cases: the run ended first\n",
            &format!("error: interrupted by SIG{signal}\n"),
        ] {
            assert!(text.contains(part), "{text}");
        }
        let read = |format: &str| std::fs::read_to_string(at(format)).unwrap();
        let result: Value = serde_json::from_str(&read("json")).unwrap();
        assert_eq!((&result["exit"], &result["broken"]), (&code.into(), &Value::Null));
        assert_eq!(result["interrupted"], format!("SIG{signal}"));
        let status: Vec<_> = result["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|case| case["status"].as_str().unwrap())
            .collect();
        assert_eq!(status, [&["passed"; 2][..], &["not_reached"; 6]].concat());
        let how = format!("by SIG{signal}; 6 cases not reached");
        assert_eq!(
            serde_json::from_str::<Value>(read("jsonl").lines().last().unwrap()).unwrap()["stopped"],
            how
        );
        assert!(read("junit").contains(&format!("<error type=\"interrupted\" message=\"{how}\">")));
        assert!(read("tap").ends_with(&format!("Bail out! {how}\n")));
        assert!(read("md").contains(&format!("**The run was interrupted:** by SIG{signal}; 6 cases")));
        assert!(read("html").contains(&format!("<b>The run was interrupted:</b> {how}")));
        assert!(read("badge").contains("\"interrupted\""));
    }
}

#[test]
fn other_commands_tell_what_they_did_as_well() {
    let bench = Bench::new();
    let pids = bench.dir.path().join("pids");
    let list = bench.file("known.toml", "# Mine.\n");
    let run = start(&bench, "known-failures", "hangs-on-3", &["--update", &list]);
    wait_for(&pids, "\n");
    let (exit, text) = end(&bench, run, "TERM");
    assert_eq!(exit, Some(143), "{text}");
    assert_eq!(std::fs::read_to_string(&list).unwrap(), "# Mine.\n");

    std::fs::remove_file(&pids).unwrap();
    let run = start(&bench, "doctor", "forgets-the-last", &[]);
    wait_for(&pids, "\n");
    // The hello follows at once, the answer that is never given takes as long as the test likes.
    std::thread::sleep(Duration::from_secs(3));
    let (exit, text) = end(&bench, run, "TERM");
    assert_eq!(exit, Some(143), "{text}");
    assert!(!text.contains("FAIL") && text.contains("The checks that follow were not made.\n"), "{text}");
    assert!(text.contains("ok    shakes hands\n"), "{text}");

    std::fs::remove_file(&pids).unwrap();
    let run = start(&bench, "check", "says-nothing", &[]);
    wait_for(&pids, "\n");
    let (exit, text) = end(&bench, run, "TERM");
    assert_eq!((exit, text.as_str()), (Some(143), "error: interrupted by SIGTERM\n"));
}

#[test]
fn an_interrupted_campaign_keeps_its_candidates() {
    let bench = Bench::new();
    let run = start(&bench, "fuzz", "accepts-everything", &["--operation", "bigsize.decode", "--time", "60"]);
    let candidates = bench.dir.path().join("candidates");
    let until = Instant::now() + Duration::from_secs(30);
    while std::fs::read_dir(&candidates).map_or(0, Iterator::count) == 0 {
        assert!(Instant::now() < until, "there is no candidate");
        std::thread::sleep(Duration::from_millis(5));
    }
    let (exit, text) = end(&bench, run, "TERM");
    assert_eq!(exit, Some(143), "{text}");
    assert!(text.contains(" answers compared\n"), "{text}");
    let written = std::fs::read_dir(&candidates).unwrap().map(|entry| entry.unwrap().path());
    for path in written {
        assert!(std::fs::read_to_string(&path).unwrap().contains("\n# As a recipe:\n"), "{}", path.display());
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(text.contains(&format!("spontan promote candidates/{name}\n")), "{name}: {text}");
    }
}

#[test]
fn a_run_that_is_killed_at_any_moment_leaves_nobody_and_no_half_file() {
    let mut begun = 0;
    for moment in 0..20_u64 {
        let bench = Bench::new();
        let at = |format: &str| bench.dir.path().join(format!("r.{format}"));
        let reports = ["json", "jsonl"].map(|format| format!("--report={format}={}", at(format).display()));
        let fault =
            ["hangs-on-3", "says-nothing", "ignores-eof", "grandchild-holds-stdout"][moment as usize % 4];
        let run = start(&bench, "check", fault, &reports.each_ref().map(String::as_str));
        // As good as random, and the same each time.
        std::thread::sleep(Duration::from_millis(moment * 137 % 400));
        let signal = if moment % 3 == 0 { "TERM" } else { "KILL" };
        end(&bench, run, signal);
        begun += usize::from(bench.dir.path().join("pids").exists());
        for format in ["json", "jsonl"] {
            if let Ok(text) = std::fs::read_to_string(at(format)) {
                let (file, vectors) =
                    (at(format).display().to_string(), bench.vectors().display().to_string());
                let page = bench.dir.path().join("page.html").display().to_string();
                bench.spontan(&["matrix", "--vectors", &vectors, &file, "--output", &page]).says(0, &[]);
                assert!(text.ends_with('\n'), "{moment}, {format}: {text}");
            }
        }
    }
    assert!(begun > 5, "only {begun} adapters were started");
}
