//! What a run leaves in the harness's own process: no child, be it a zombie, no descriptor, no thread, and no memory that
//! grows with what the adapter writes. The run is made in a process of its own, in which no other test is at work.

#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::process::Command;
use std::time::{Duration, Instant};

use spontan::harness::{Adapter, Options, check};
use spontan::vectors::Case;

use super::bench::{faulty_adapter, suites};

/// One fault for each way in which a process starts, writes and ends.
const FAULTS: [&str; 30] = [
    "none",
    "banner",
    "says-nothing",
    "hello-without-newline",
    "floods-before-hello",
    "dies-before-hello",
    "protocol-2",
    "reads-nothing",
    "floods-stderr",
    "floods-stderr-100-mb",
    "floods-stdout",
    "line-too-long",
    "prints-on-stdout",
    "answers-twice",
    "memory-grows",
    "exits-midway",
    "dies-on-3",
    "dies-always",
    "aborts-always",
    "another-hello",
    "hangs-on-3",
    "half-a-line",
    "no-newline-at-the-end",
    "never-answers-one",
    "closes-stdout",
    "grandchild-holds-stdout",
    "daemon-holds-stdout",
    "helper-outlives-it",
    "ignores-eof",
    "talks-at-the-end",
];

fn run(fault: &str) {
    let args = ["--fault", fault].map(Into::into).to_vec();
    let timeout = Duration::from_millis(if fault == "floods-stderr-100-mb" { 5000 } else { 700 });
    let options =
        Options { hello_timeout: timeout, timeout, ..Options::new(Adapter::new(faulty_adapter(), args)) };
    let suites = suites();
    let cases: Vec<&Case> = suites.iter().flat_map(|suite| &suite.cases).collect();
    // An adapter that does not start leaves as little as one that does.
    let _ = check(&cases, &options);
}

/// What this process has: children with their state, descriptors, threads.
#[derive(Debug, PartialEq, Eq)]
struct Has {
    children: BTreeSet<String>,
    descriptors: usize,
    threads: usize,
}

fn has() -> Has {
    let count = |directory: &str| std::fs::read_dir(directory).unwrap().count();
    let me = std::process::id().to_string();
    let ps = std::fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let stat = std::fs::read_to_string(entry.ok()?.path().join("stat")).ok()?;
        // pid (name) state parent …
        let (name, rest) = stat.rsplit_once(')')?;
        let mut fields = rest.split_whitespace();
        let state = fields.next()?;
        (fields.next()? == me).then(|| format!("{name}) {state}"))
    });
    Has { children: ps.collect(), descriptors: count("/proc/self/fd"), threads: count("/proc/self/task") }
}

/// The most memory that this process ever had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn a_run_leaves_nothing() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "leaks::a_run_leaves_nothing_alone", "--nocapture"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
#[ignore = "it counts what its process has: a_run_leaves_nothing starts it alone"]
fn a_run_leaves_nothing_alone() {
    run("none");
    // Threads of that first run may still be ending: what is there for half a second is what stays.
    let (mut before, mut unchanged) = (has(), 0);
    while unchanged < 50 {
        std::thread::sleep(Duration::from_millis(10));
        let now = has();
        unchanged = if now == before { unchanged + 1 } else { 0 };
        before = now;
    }
    assert!(before.children.is_empty(), "{before:?}");
    for fault in FAULTS {
        run(fault);
        // A process that left its group holds the other end of a pipe for 5 seconds.
        let patience = Instant::now();
        while has() != before {
            assert!(
                patience.elapsed() < Duration::from_secs(10),
                "{fault} left {:?}, before {before:?}",
                has()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        assert!(peak() < 64 << 10, "{fault}: {} KiB", peak());
    }
    println!("at most {} KiB", peak());
}
