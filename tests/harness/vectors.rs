//! Vectors that are broken.

use spontan::vectors::{load, lock};

use super::bench::{Bench, suites};

#[test]
fn vectors_that_cannot_be_relied_on_are_refused() {
    let good = load::to_text(&suites()[0]).unwrap();
    let twice = {
        let mut suite = suites().remove(0);
        suite.cases[1].id = "bigsize.decode/00".into();
        load::to_text(&suite).unwrap()
    };
    let keys_out_of_order = {
        let mut lines: Vec<_> = good.split('\n').collect();
        let at = lines.iter().position(|line| line.starts_with("    revision: ")).unwrap();
        lines.swap(at, at + 1);
        lines.join("\n")
    };
    for (text, part) in [
        (&good[..good.len() / 2], "bigsize.decode.yaml"),
        ("", "Is it a vectors file at all?"),
        (&good.replace("spontan-vectors/2", "spontan-vectors/9"), "this spontan reads \"spontan-vectors/2\""),
        (&twice, "the id \"bigsize.decode/00\" occurs twice"),
        (&good.replace("bytes: \"02\"", "bytes: 0210"), "bytes: "),
        (&good.replace("cases:", "extra: 1\ncases:"), "unknown field `extra`"),
        (&good.replace("about: \"About", "about:  \"About"), "not in canonical form"),
        (&keys_out_of_order, "not in canonical form"),
    ] {
        let bench = Bench::new();
        bench.write("bigsize.decode.yaml", text);
        bench.check("none", &[]).says(6, &["error: the vectors ", part]);
    }
    let ran = Bench::new().spontan(&["check", "--vectors", "/nonexistent", "--", "true"]);
    ran.says(6, &["/nonexistent: No such file"]);
}

#[test]
fn a_hundred_megabytes_of_nesting_are_refused() {
    let bench = Bench::new();
    bench.write("bigsize.decode.yaml", &"[".repeat(100_000_000));
    bench.check("none", &[]).says(6, &["it has more than 67108864 bytes"]);
    bench.write("bigsize.decode.yaml", &"[".repeat(60_000_000));
    bench.check("none", &[]).says(6, &["bigsize.decode.yaml: "]);
    bench.write(
        "bigsize.decode.yaml",
        &format!("schema: \"spontan-vectors/2\"\nx: {}", "[".repeat(1_000_000)),
    );
    bench.check("none", &[]).says(6, &["bigsize.decode.yaml: "]);
}

#[test]
fn vectors_that_do_not_fit_their_lock_are_said_to() {
    let bench = Bench::new();
    let note = |bench: &Bench, part: &str| {
        let report = bench.dir.path().join("report.json").display().to_string();
        bench.check("none", &["--report", &format!("json={report}")]).says(0, &["\nnote  ", part]);
        assert!(std::fs::read_to_string(report).unwrap().contains(part));
    };
    let fits = bench.check("none", &[]);
    fits.says(0, &[]);
    assert!(!fits.text.contains("lock"), "{}", fits.text);
    // One case is another, one is new, and one is gone.
    let mut suites = suites();
    suites[0].cases[0].expect = suites[0].cases[1].expect.clone();
    suites[0].cases[1].id = "bigsize.decode/new".into();
    bench.write(lock::FILE, &load::to_text(&lock::of(&suites)).unwrap());
    note(
        &bench,
        "lock.yaml does not fit the cases: bigsize.decode/00 is other than locked; bigsize.decode/01 is not in the lock; \
         bigsize.decode/new is in the lock only",
    );
    std::fs::remove_file(bench.vectors().join(lock::FILE)).unwrap();
    note(&bench, "vectors has no lock.yaml: nothing tells whether its cases are as they were published");
    bench.write(lock::FILE, "schema: [");
    bench.check("none", &[]).says(6, &["lock.yaml: "]);
}
