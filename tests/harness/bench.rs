//! What the tests share: vectors of eight cases, the command, and the check that no process is left.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use spontan::protocol::foreign::is_hidden;
use spontan::vectors::case::SCHEMA;
use spontan::vectors::{Suite, load, lock};
use tempfile::TempDir;

/// Where the example is that misbehaves.
pub fn faulty_adapter() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| example("faulty-adapter"))
}

/// Where an example is; it is built when only this test was asked for.
pub fn example(name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_BIN_EXE_spontan")).parent().unwrap();
    let path = target.join("examples").join(name);
    let changed = |path: &Path| path.metadata().and_then(|data| data.modified()).ok();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bin").read_dir().unwrap();
    if changed(&path) < sources.map(|entry| changed(&entry.unwrap().path())).max().flatten() {
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--example", name]).current_dir(env!("CARGO_MANIFEST_DIR"));
        if target.ends_with("release") {
            build.arg("--release");
        }
        assert!(build.status().unwrap().success(), "the example {name} does not build");
    }
    path
}

fn case(id: &str, input: Value, verdict: Value) -> Value {
    json!({
        "id": id, "revision": 1, "about": format!("About {id}."), "level": "must", "flags": ["test"],
        "spec": ["BOLT 1, BigSize"], "requirements": ["bolt1.bigsize.encoding"], "input": input, "expect": [verdict],
    })
}

fn bigsize(bytes: &str, value: &str, length: u32) -> Value {
    let id = format!("bigsize.decode/{bytes}");
    case(&id, json!({ "bytes": bytes }), json!({"accept": {"value": value, "length": length}}))
}

/// Eight cases that the adapter answers rightly; the third is the one at which faults strike.
pub fn suites() -> Vec<Suite> {
    let mut cases: Vec<_> = (0..5).map(|n| bigsize(&format!("{n:02x}"), &n.to_string(), 1)).collect();
    let mut truncated = case(
        "bigsize.decode/truncated",
        json!({"bytes": "fd00"}),
        json!({"reject": {"layer": "tlv", "reason": "bigsize_truncated"}}),
    );
    truncated["twin"] = "bigsize.decode/00".into();
    cases.push(truncated);
    let mut peel = case(
        "onion.peel/final",
        json!({"packet": "aa", "payload": "0202abcd0401ef"}),
        json!({"accept": {"final": true, "payload": "0202abcd0401ef", "shared_secret": "11".repeat(32)}}),
    );
    peel["steps"] = json!([{"name": "rho", "value": "ab"}]);
    let version = case(
        "onion.peel/version",
        json!({"packet": "05"}),
        json!({"reject": {"layer": "packet", "reason": "version_unknown", "codes": ["c004", "c005"], "data": {"c004": "0abc"}}}),
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

/// The case at which faults strike.
pub const GUILTY: &str = "bigsize.decode/02";

/// A directory with vectors, and what is run on them.
pub struct Bench {
    pub dir: TempDir,
}

/// What a run came to.
pub struct Ran {
    exit: i32,
    /// stdout, then stderr.
    pub text: String,
}

impl Ran {
    #[track_caller]
    pub fn says(&self, exit: i32, parts: &[&str]) {
        assert_eq!(self.exit, exit, "\n{}", self.text);
        for part in parts {
            assert!(self.text.contains(part), "it does not say {part:?}:\n{}", self.text);
        }
    }

    /// As [`Ran::says`], and nothing of it moves a terminal's cursor.
    #[track_caller]
    pub fn says_visibly(&self, exit: i32, parts: &[&str]) {
        self.says(exit, parts);
        let hidden: String = self.text.chars().filter(|char| *char != '\n' && is_hidden(*char)).collect();
        assert_eq!(hidden, "", "{:?}", self.text);
    }
}

impl Bench {
    pub fn new() -> Self {
        let bench = Self { dir: tempfile::tempdir().unwrap() };
        std::fs::create_dir(bench.vectors()).unwrap();
        for suite in suites() {
            bench.write(&format!("{}.yaml", suite.suite), &load::to_text(&suite).unwrap());
        }
        bench.write(lock::FILE, &load::to_text(&lock::of(&suites())).unwrap());
        bench
    }

    pub fn vectors(&self) -> PathBuf {
        self.dir.path().join("vectors")
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.vectors().join(name), text).unwrap();
    }

    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    pub fn spontan(&self, args: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_spontan"))
            .args(args)
            .env_remove("CLICOLOR_FORCE")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        ran(&output)
    }

    /// `check` with these options against the adapter with this fault, the vectors being those of the bench. Sees to
    /// it that no process is left. Who hangs needs a shorter time limit; who does not must never meet it, however slow the machine.
    pub fn check(&self, fault: &str, options: &[&str]) -> Ran {
        self.run("check", &["--hello-timeout", "60", "--timeout", "30"], fault, options)
    }

    /// `doctor`, likewise.
    pub fn doctor(&self, fault: &str, options: &[&str]) -> Ran {
        self.run("doctor", &["--hello-timeout", "60", "--timeout", "10"], fault, options)
    }

    /// `known-failures --update`, likewise.
    pub fn update(&self, fault: &str, file: &str) -> Ran {
        self.run("known-failures", &["--timeout", "30"], fault, &["--update", file])
    }

    fn run(&self, command: &str, defaults: &[&str], fault: &str, options: &[&str]) -> Ran {
        let vectors = self.vectors().display().to_string();
        let pids = self.dir.path().join("pids").display().to_string();
        let adapter = faulty_adapter().display().to_string();
        let mut args = vec![command, "--vectors", &vectors];
        // An option that is given twice would be an error.
        for pair in defaults.chunks(2).filter(|pair| !options.contains(&pair[0])) {
            args.extend(pair);
        }
        args.extend(options);
        args.extend(["--", &adapter, "--fault", fault, "--pids", &pids]);
        let start = Instant::now();
        let ran = self.spontan(&args);
        assert!(start.elapsed() < Duration::from_secs(120), "{fault} took {:?}", start.elapsed());
        assert_eq!(left_of_groups(Path::new(&pids)), "", "{fault} left processes");
        ran
    }

    /// A text without what differs from run to run: paths, process ids, which answer was the slowest, and how much memory and how many processes there were.
    pub fn without_paths(&self, text: &str) -> String {
        let adapter = faulty_adapter().display().to_string();
        let text = text.replace(&self.dir.path().display().to_string(), "DIR");
        let mut text = text.replace(&adapter, "faulty-adapter");
        while let Some((before, rest)) = text.split_once("; the slowest answer so far took ") {
            let (_, after) = rest.split_once(')').unwrap();
            text = format!("{before}{after}");
        }
        if let Some((before, rest)) = text.split_once("\nmemory       ") {
            let (_, after) = rest.split_once(" at most\n").unwrap();
            text = format!("{before}\nmemory       SIZE at most\n{after}");
        }
        if let Some((before, rest)) = text.split_once("the adapter had ")
            && let Some((number, after)) = rest.split_once(" processes at the same time")
            && number.parse::<u32>().is_ok()
        {
            text = format!("{before}the adapter had MANY processes at the same time{after}");
        }
        // One fault puts it into its version.
        let pids = std::fs::read_to_string(self.dir.path().join("pids")).unwrap_or_default();
        let pids = pids.lines().filter_map(|line| line.split_once(' '));
        pids.fold(text, |text, (pid, _)| text.replace(&format!("faulty {pid} "), "faulty PID "))
    }
}

fn ran(output: &Output) -> Ran {
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    Ran { exit: output.status.code().unwrap_or(-1), text }
}

/// Lets what is started from here be ended by signals. Where they are ignored (`nohup`, `&` in a script), processes started
/// later ignore them too; a handler, however, is not passed on.
pub fn heed_signals() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    for signal in [SIGHUP, SIGINT, SIGTERM].into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 1) {
        signal_hook::flag::register(signal, Arc::default()).unwrap();
    }
}

/// The processes that still run of the groups that a file names, each after the number of an adapter. Zombies are not ours: whoever adopts orphans reaps them in its own time.
pub fn left_of_groups(file: &Path) -> String {
    let lines = std::fs::read_to_string(file).unwrap_or_default();
    let groups: Vec<_> =
        lines.lines().filter_map(|line| line.split_once(' ')).map(|(_, group)| group).collect();
    let mut left = String::new();
    for _ in 0..500 {
        left.clear();
        let ps = Command::new("ps").args(["-A", "-o", "pid=,pgid=,stat=,comm="]).output().unwrap();
        for line in String::from_utf8_lossy(&ps.stdout).lines() {
            let fields: Vec<_> = line.split_whitespace().collect();
            if fields.len() > 2 && groups.contains(&fields[1]) && !fields[2].starts_with('Z') {
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
