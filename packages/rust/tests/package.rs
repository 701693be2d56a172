//! The package holds every case, and what it offers says what is wrong.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::env::var;
use std::panic::catch_unwind;

use serde_json::json;
use spontan_vectors::{bytes, cases, check, suites};

/// What a function says when it panics.
fn said(f: impl FnOnce() + std::panic::UnwindSafe) -> String {
    *catch_unwind(f).unwrap_err().downcast::<String>().unwrap()
}

#[test]
fn every_case_of_the_bundle_is_here() {
    let mut ids = BTreeSet::new();
    for (suite, case) in suites().iter().flat_map(|suite| suite.cases().iter().map(move |case| (suite, case)))
    {
        assert!(ids.insert(&case.id) && !case.level.is_empty() && case.input.is_object(), "{}", case.id);
        assert!(case.expect.iter().all(|one| one.accept.is_some() != one.reject.is_some()), "{}", case.id);
        assert_eq!(case.operation(), suite.operation);
    }
    assert_eq!(ids.len(), var("SPONTAN_CASES").unwrap().parse::<usize>().unwrap());
    assert_eq!(cases("*").len(), ids.len());
}

/// Whose digests are checked when it is made.
#[test]
fn the_suites_are_the_files_of_the_bundle() {
    let folder = std::path::PathBuf::from(var("SPONTAN_BUNDLE").unwrap()).join("suites");
    let file = |operation: &str| folder.join(format!("{operation}.json"));
    for suite in suites() {
        assert!(suite.json == std::fs::read_to_string(file(suite.operation)).unwrap(), "{}", suite.operation);
    }
    assert_eq!(suites().len(), std::fs::read_dir(&folder).unwrap().count());
}

#[test]
fn policies_choose_the_expectation() {
    let case = cases("keysend.receive/even-custom-65536")[0];
    assert!(case.expectation(&[]).reject.is_some());
    assert!(case.expectation(&[("far_expiry", "accept")]).reject.is_some());
    assert!(case.expectation(&[("custom_even_records", "accept")]).accept.is_some());
    assert!(
        said(|| drop(case.expectation(&[("custom_even_records", "other")]).clone())).contains("misspelt")
    );
}

#[test]
fn patterns_choose_the_cases() {
    assert_eq!(cases("bigsize.decode").len(), cases("bigsize.decode/*").len());
    assert!(cases("bigsize.*").len() > cases("bigsize.decode").len());
    assert_eq!(cases("bigsize.decode/value-251")[0].input, json!({"bytes": "fb"}));
}

#[test]
fn what_is_misspelt_is_said() {
    assert!(said(|| drop(cases("bigsize"))).contains("bigsize.decode, bigsize.encode"));
    assert!(said(|| drop(cases("bigsize.decode/no-such*"))).contains("no-such*"));
    let unused = said(|| check("bigsize.decode", &[("no-such", "a reason")], |_| ()));
    assert_eq!(unused, "no case of bigsize.decode is named by no-such");
}

#[test]
fn all_that_fail_are_named_and_what_is_known_must_fail() {
    let fails = |case: &spontan_vectors::Case| {
        assert!(case.expect[0].reject.is_none(), "refused {}", case.about.len())
    };
    check("bigsize.decode/value-25?", &[], fails);
    check("bigsize.decode/not-minimal-0-*", &[("*", "a reason")], fails);
    let names =
        said(|| check("bigsize.decode/[fv]*-[26]*", &[("*/v*-254", "why"), ("*/fd-2*", "why")], fails));
    let lines: Vec<_> = names.lines().collect();
    assert!(lines[0].ends_with(" cases of bigsize.decode/[fv]*-[26]*:"), "{names}");
    assert!(lines[1].starts_with("bigsize.decode/fe-2-of-5-bytes fails: refused "), "{names}");
    assert!(names.contains("\nbigsize.decode/value-254 passes, and is known to fail: why"), "{names}");
    assert!(!names.contains("/fd-2-of-3-bytes") && !names.contains("/value-251"), "{names}");
    assert!(lines[0].starts_with(&format!("{} of ", lines.len() - 1)), "{names}");
    assert!(
        said(|| check("*/value-251", &[], |_| std::panic::panic_any(1))).ends_with(" fails: it panicked")
    );
}

#[test]
fn bytes_are_hex() {
    assert_eq!(bytes(&json!("00ff7a")), [0x00, 0xff, 0x7a]);
    assert!(bytes(&json!("")).is_empty());
    for wrong in [json!("0"), json!("0g"), json!("+1"), json!(1), json!(null)] {
        assert!(said(|| drop(bytes(&wrong))).ends_with(" is not hex"), "{wrong}");
    }
}
