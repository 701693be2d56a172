//! What becomes of files: each has what it had before or the whole new text, and nothing that the run needs is replaced.

use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::process::Command;

use spontan::vectors::load;

use super::bench::{Bench, faulty_adapter, suites};

#[test]
fn a_report_replaces_nothing_that_the_run_needs() {
    let bench = Bench::new();
    let known = bench.file("known.toml", "");
    let script = bench.file("adapter.sh", "exit 1\n");
    let vectors = bench.vectors().display().to_string();
    let suite = format!("{vectors}/../vectors/bigsize.decode.yaml");
    let linked = bench.dir.path().join("linked").display().to_string();
    symlink(&script, &linked).unwrap();
    let adapter = faulty_adapter().display().to_string();
    for (file, what) in [
        (&known, "the list of known failures"),
        (&suite, "a file of the vectors"),
        (&script, "a file of the adapter"),
        (&linked, "a file of the adapter"),
        (&adapter, "a file of the adapter"),
    ] {
        let before = std::fs::read(file).unwrap();
        let ran = bench.spontan(&[
            "check",
            "--vectors",
            &vectors,
            "--known-failures",
            &known,
            "--report",
            &format!("json={file}"),
            "--",
            &adapter,
            &script,
        ]);
        ran.says(2, &[&format!("the report would replace {file}, which is {what}. Give it its own file")]);
        assert_eq!(std::fs::read(file).unwrap(), before);
    }
    let (one, other) = (format!("{vectors}/../r"), format!("{vectors}/../r"));
    bench
        .check("none", &["--report", &format!("json={one}"), "--report", &format!("tap={other}")])
        .says(2, &["two reports go to"]);
}

#[test]
fn a_report_is_whole_or_as_it_was() {
    let bench = Bench::new();
    let victim = bench.file("victim", "precious");
    let planted = bench.dir.path().join("r.json").display().to_string();
    symlink(&victim, &planted).unwrap();
    let report = format!("json={planted}");
    bench.check("banner", &["--report", &report]).says(3, &[]);
    assert!(std::fs::symlink_metadata(&planted).unwrap().is_symlink());
    bench.check("none", &["--report", &report]).says(0, &[]);
    assert!(std::fs::symlink_metadata(&planted).unwrap().is_file());
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "precious");
    // The report of an earlier run stays until there is another.
    let before = std::fs::read_to_string(&planted).unwrap();
    bench.check("banner", &["--report", &report, "--report", &format!("jsonl={victim}")]).says(3, &[]);
    assert_eq!(std::fs::read_to_string(&planted).unwrap(), before);
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "precious");
}

#[test]
#[cfg(target_os = "linux")]
fn one_report_that_fails_keeps_no_other_from_being_written() {
    let bench = Bench::new();
    let tap = bench.dir.path().join("r.tap").display().to_string();
    bench
        .check("none", &["--report", "json=/dev/full", "--report", &format!("tap={tap}")])
        .says(2, &["/dev/full could not be written to its end", "ok  8 of 8 cases"]);
    assert_eq!(std::fs::read_to_string(tap).unwrap().matches("\nok ").count(), 8);
}

#[test]
fn a_full_disk_leaves_the_list_as_it_was() {
    let bench = Bench::new();
    let text = format!("# {}\n", "A line of mine.\n# ".repeat(1000));
    let list = bench.file("known.toml", &text);
    // A process that writes more than the limit into a file is ended there and then.
    let output = Command::new("sh")
        .args(["-c", "ulimit -f 4; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_spontan"), "known-failures"])
        .args(["--vectors".as_ref(), bench.vectors().as_os_str()])
        .args(["--update", &list, "--"])
        .arg(faulty_adapter())
        .args(["--fault", "wrong-verdict"])
        .output()
        .unwrap();
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(std::fs::read_to_string(&list).unwrap(), text);
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_without_an_end_is_refused() {
    let bench = Bench::new();
    let endless = bench.vectors().join("endless.yaml");
    symlink("/dev/zero", &endless).unwrap();
    let more = "it has more than 67108864 bytes, which is the most that is read";
    bench.check("none", &[]).says(6, &["endless.yaml: ", more]);
    std::fs::remove_file(&endless).unwrap();
    bench.check("none", &["--known-failures", "/dev/zero"]).says(2, &["/dev/zero: ", more]);
    bench.update("none", "/dev/zero").says(2, &["/dev/zero could not be read: ", more]);
    bench.spontan(&["promote", "/dev/zero"]).says(2, &["/dev/zero: ", more]);
}

#[test]
fn a_named_pipe_is_read_like_a_file() {
    let bench = Bench::new();
    let pipe = bench.dir.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let known = pipe.display().to_string();
    let options = ["--known-failures", known.as_str()];
    // Nobody writes: it is empty, and nothing waits for ever.
    bench.check("wrong-verdict", &options).says(1, &["1 wrong verdict or output"]);

    let list = "[[known]]\ncase = \"bigsize.decode/02\"\nwhy = \"lazy\"\n";
    let mut both = std::fs::OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
    both.write_all(list.as_bytes()).unwrap();
    let closing = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(500));
        drop(both);
    });
    bench.check("wrong-verdict", &options).says(0, &["1 known to fail"]);
    closing.join().unwrap();
}

#[test]
fn the_pages_of_a_site_are_all_there_or_none() {
    let bench = Bench::new();
    let (vectors, site) = (bench.vectors().display().to_string(), bench.dir.path().join("site"));
    let write = |vectors: &str| {
        bench.spontan(&["site", "--vectors", vectors, "--output", &site.display().to_string()])
    };
    write(&vectors).says(0, &["pages, written to", "site/index.html"]);
    for page in ["index.html", "suites/onion.peel.html", "cases/onion.peel/version.html"] {
        assert!(site.join(page).is_file(), "{page}");
    }
    write(&vectors).says(2, &["it is there already"]);
    std::fs::remove_dir_all(&site).unwrap();

    let mut suites = suites();
    suites[0].cases[0].id = "bigsize.decode/../../../evil".into();
    let planted = bench.dir.path().join("planted");
    std::fs::create_dir(&planted).unwrap();
    for suite in &suites {
        std::fs::write(planted.join(format!("{}.yaml", suite.suite)), load::to_text(suite).unwrap()).unwrap();
    }
    write(&planted.display().to_string()).says(6, &["evil\" is no name that a page can have"]);
    let left: Vec<_> =
        std::fs::read_dir(bench.dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    let left: Vec<_> = left
        .iter()
        .filter_map(|name| name.to_str())
        .filter(|name| !["vectors", "planted"].contains(name))
        .collect();
    assert_eq!(left, Vec::<&str>::new());
}
