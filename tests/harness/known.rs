//! Known failures, and which cases are asked.

use std::path::Path;

use serde_json::json;
use spontan::harness::known::KnownFailures;
use spontan::vectors::load;

use super::bench::{Bench, suites};

#[test]
fn a_known_failure_fails_nothing() {
    let bench = Bench::new();
    let known = bench.file(
        "known.toml",
        "[[known]]\ncase = \"bigsize.*/02\"\nwhy = \"two is hard\"\nissue = \"#7\"\nuntil = \"2999-01-01\"\n",
    );
    bench.check("wrong-verdict", &["--known-failures", &known]).says(
        0,
        &[
            "bigsize.decode/02  wrong verdict: two is hard (#7)",
            "ok  7 of 8 cases as expected, 1 known to fail",
        ],
    );
    let unexpected = bench.check("none", &["--known-failures", &known]);
    unexpected.says(
        1,
        &[
            "known.toml, line 2: bigsize.decode/02 (listed as bigsize.*/02) passes. Remove it from the list",
            "FAILED  8 cases as expected; 1 problem in the list of known failures",
        ],
    );
    // A listed case that is not asked is neither.
    bench.check("none", &["--known-failures", &known, "-k", "onion.peel/**"]).says(0, &["2 of 2"]);
    bench.check("dies-on-3", &["--known-failures", &known]).says(0, &["crashed: two is hard"]);
}

#[test]
fn another_wrong_answer_than_the_known_one_fails_the_check() {
    let bench = Bench::new();
    let known = |got: &str| {
        bench.file(
            "known.toml",
            &format!("[[known]]\ncase = \"**/02\"\nwhy = \"two is hard\"\ngot = \"{got}\"\n"),
        )
    };
    for (fault, got) in [
        ("wrong-verdict", "reject"),
        ("wrong-verdict", "reject bigsize_truncated"),
        ("error", "error"),
        ("dies-on-3", "crashed"),
        ("hangs-on-3", "timed out"),
        ("extra-key", "accept"),
    ] {
        bench.check(fault, &["--known-failures", &known(got)]).says(0, &["two is hard", "1 known to fail"]);
    }
    for (fault, got, now) in [
        ("wrong-verdict", "accept", "reject bigsize_truncated"),
        ("wrong-verdict", "reject bigsize_not_minimal", "reject bigsize_truncated"),
        ("error", "crashed", "error"),
        ("extra-key", "accept 00000000", "accept "),
    ] {
        let known = known(got);
        let report = bench.dir.path().join("results.jsonl");
        let stream = format!("jsonl={}", report.display());
        bench.check(fault, &["--known-failures", &known, "--report", &stream]).says(
            1,
            &[
                "known.toml, line 2: bigsize.decode/02 fails in another way than listed",
                &format!("the entry has \"{got}\", now it is \"{now}"),
                "1 of 8 cases not as expected",
                "; 1 problem in the list of known failures",
            ],
        );
        assert!(!std::fs::read_to_string(report).unwrap().contains("\"known\":true"));
    }
}

#[test]
fn the_list_is_written_and_kept_up_to_date() {
    let bench = Bench::new();
    let file = bench.dir.path().join("known.toml").display().to_string();
    let text = || std::fs::read_to_string(&file).unwrap();
    bench.update("wrong-verdict", &file).says(
        0,
        &[
            "added    bigsize.decode/02: reject bigsize_truncated\n",
            "known.toml: 1 added, 0 removed, 0 split, 0 changed, 0 kept\n",
            "Each new entry says TODO",
        ],
    );
    assert!(text().ends_with(
        "\n[[known]]\ncase = \"bigsize.decode/02\"\nwhy = \"TODO: say why it fails\"\n\
         got = \"reject bigsize_truncated\"\n"
    ));
    let list = ["--known-failures", file.as_str()];
    bench.check("wrong-verdict", &list).says(0, &["1 known to fail"]);
    let mine = text().replace("TODO: say why it fails", "Two is hard.");
    bench.file("known.toml", &mine);
    bench.update("wrong-verdict", &file).says(0, &["0 added, 0 removed, 0 split, 0 changed, 1 kept"]);
    assert_eq!(text(), mine);
    bench
        .update("error", &file)
        .says(0, &["changed  bigsize.decode/02: \"reject bigsize_truncated\" is now \"error\""]);
    assert!(text().contains("why = \"Two is hard.\"\ngot = \"error\"\n"));
    bench.check("error", &list).says(0, &[]);
    // A run that does not come to its end says nothing of the list.
    let before = text();
    bench.update("floods-stdout", &file).says(4, &["known.toml was not changed"]);
    bench.update("exits-midway", &file).says(4, &["known.toml was not changed"]);
    bench.update("banner", &file).says(3, &[]);
    assert_eq!(text(), before);
    bench.update("none", &file).says(0, &["removed  bigsize.decode/02: passes"]);
    assert!(!text().contains("[[known]]"));
    bench.file("known.toml", "known = 1");
    bench.update("none", &file).says(2, &["known.toml: TOML parse error"]);
}

#[test]
fn entries_that_are_stale_or_gone_by_fail_the_check() {
    let bench = Bench::new();
    let known = bench.file("known.toml", "[[known]]\ncase = \"onion.peel/gone\"\nwhy = \"x\"\n");
    let options = ["--known-failures", known.as_str(), "-k", "bigsize.decode/**"];
    bench
        .check("none", &options)
        .says(1, &["known.toml, line 2: onion.peel/gone matches no case of the vectors"]);
    bench.file("known.toml", "[[known]]\ncase = \"**/02\"\nwhy = \"x\"\nuntil = \"2020-01-01\"\n");
    bench.check("wrong-verdict", &options).says(1, &["line 2: **/02 expired on 2020-01-01"]);
    bench.file("known.toml", "[[known]]\ncase = \"**/02\"\n");
    bench.check("none", &options).says(2, &["known.toml: TOML parse error at line 1", "missing field `why`"]);
    bench
        .check("none", &["--known-failures", "/nonexistent.toml"])
        .says(2, &["/nonexistent.toml: No such file"]);
}

#[test]
fn what_selects_nothing_is_an_error() {
    let bench = Bench::new();
    bench.check("none", &["-k", "bigsize.decode/00"]).says(0, &["1 of 1 case as expected"]);
    bench.check("none", &["-k", "**/00", "-k", "onion.peel/*"]).says(0, &["3 of 3"]);
    bench
        .check("none", &["-k", "**", "-k", "bigsize.encode/**"])
        .says(5, &["\"bigsize.encode/**\" matches no case"]);
    // A word stands for every id that it is a part of; an id or a suite that is not there for those that are near.
    bench.check("none", &["-k", "igsize.dec"]).says(0, &["6 of 6"]);
    bench.check("none", &["-k", "igsize.dek"]).says(5, &["the pattern \"igsize.dek\" matches no case\n"]);
    bench
        .check("none", &["-k", "bigsize.decode/zz"])
        .says(5, &["matches no case. Did you mean one of these?\n  bigsize.decode/00\n"]);
    bench
        .check("none", &["-k", "bigsise.decode/*"])
        .says(5, &["matches no case; did you mean bigsize.decode/*?"]);
    bench.check("none", &["-k", "bigsize.*"]).says(5, &["matches no case; * stays within a part of an id"]);
    bench.check("none", &["-k", "["]).says(2, &["the pattern \"[\" is wrong"]);
    bench.check("none", &["--flag", "x"]).says(5, &["no case has the flag \"x\". The flags are test"]);
    bench.check("none", &["--flag", "test", "--level", "must"]).says(0, &["8 of 8"]);
    bench.check("none", &["--timeout", "0"]).says(2, &["above 0"]);
    bench.check("none", &["--report", "xml=x"]).says(2, &["it must be FORMAT=FILE"]);
}

#[test]
fn a_policy_picks_the_answer() {
    let bench = Bench::new();
    let mut suite = suites().remove(0);
    suite.cases.truncate(1);
    let mut case = serde_json::to_value(&suite.cases[0]).unwrap();
    let accept = case["expect"][0]["accept"].take();
    case["expect"] = json!([
        {"when": {"custom_even_records": "reject"}, "reject": {"layer": "tlv", "reason": "unknown_even_type"}},
        {"when": {"custom_even_records": "accept"}, "accept": accept},
    ]);
    suite.cases = vec![serde_json::from_value(case).unwrap()];
    bench.write("bigsize.decode.yaml", &load::to_text(&suite).unwrap());
    let only = ["-k", "bigsize.decode/**"];
    bench.check("none", &only).says(1, &["wrong verdict", "expected  reject unknown_even_type (layer tlv)"]);
    bench.check("policy-accepts", &only).says(0, &["(rust); custom_even_records: accept", "1 of 1"]);
}

#[test]
fn a_long_list_takes_no_time() {
    let bench = Bench::new();
    let mut suite = suites().remove(0);
    let case = suite.cases[0].clone();
    suite.cases = (0..2000)
        .map(|n| {
            let mut case = case.clone();
            case.id = format!("bigsize.decode/{n:04}");
            case
        })
        .collect();
    bench.write("bigsize.decode.yaml", &load::to_text(&suite).unwrap());
    let entry = |n: u32| format!("[[known]]\ncase = \"bigsize.decode/{n:05}\"\nwhy = \"w\"\n");
    let list: String = (0..20_000).map(entry).collect();
    let known = bench.file("known.toml", &list);
    let start = std::time::Instant::now();
    bench.check("none", &["--known-failures", &known]).says(1, &["; 20000 problems in the list"]);
    // Minutes when each entry was a compiled pattern and its line was counted from the start of the file.
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn a_pattern_has_bounds() {
    let bench = Bench::new();
    let nested = format!("{}a{}", "{".repeat(400), "}".repeat(400));
    bench.check("none", &["-k", &nested]).says(2, &["its braces are nested more than 10 deep"]);
    let known = bench.file("known.toml", &format!("[[known]]\ncase = \"{nested}\"\nwhy = \"w\"\n"));
    bench
        .check("none", &["--known-failures", &known])
        .says(2, &["line 2: the pattern", "nested more than 10 deep"]);
}

/// The lists of the repository are read whole, and each entry matches a case, whatever toolchains this machine has.
#[test]
fn the_lists_of_adapters_and_nodes_are_read() {
    let suites = load::built_in().unwrap();
    let cases: Vec<_> = suites.iter().flat_map(|suite| &suite.cases).collect();
    let ids: Vec<_> = cases.iter().map(|case| case.id.as_str()).collect();
    let mut read = 0;
    for parent in ["adapters", "wire/nodes"] {
        for directory in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(parent)).unwrap() {
            let directory = directory.unwrap().path();
            for name in ["known-failures.toml", "known-failures-without-keysend.toml"] {
                let file = directory.join(name);
                if file.exists() {
                    let list = KnownFailures::read(&file).unwrap().for_cases(&cases);
                    assert_eq!(list.stale(&ids, "0000-00-00"), Vec::<String>::new());
                    read += 1;
                }
            }
        }
    }
    assert!(read >= 15, "only {read} lists were found");
}
