use super::*;

const LIST: &str = r#"# What we know.

# About BigSize.

# The decoder is lax.
[[known]]
case = "bigsize.decode/r-*"   # a pattern
why = "the decoder is lax"
issue = "https://example.org/1"

[[known]]
case = "bigsize.decode/one"
why = "ones are hard"
got = "accept 01020304" # the low byte only

# About onions.

# It was fixed long ago.
[[known]]
case = "onion.peel/fixed"
why = "x"

[[known]]
case = "onion.peel/gone"
why = "renamed"

# The end.
"#;

fn outcomes(cases: &[(&'static str, CaseOutcome)]) -> BTreeMap<&'static str, CaseOutcome> {
    cases.iter().cloned().collect()
}

fn failed(answer: &str) -> CaseOutcome {
    CaseOutcome::Failed(answer.into())
}

fn as_listed() -> BTreeMap<&'static str, CaseOutcome> {
    outcomes(&[
        ("bigsize.decode/one", failed("accept 01020304")),
        ("bigsize.decode/two", CaseOutcome::Passed),
        ("bigsize.decode/r-a", failed("accept 00000000")),
        ("bigsize.decode/r-b", failed("crashed")),
        ("onion.peel/fixed", failed("error")),
        ("onion.peel/gone", CaseOutcome::NotRun),
    ])
}

#[test]
fn a_list_that_holds_is_not_touched() {
    let (text, changes) = update("k.toml", LIST, &[], &as_listed()).unwrap();
    assert_eq!(text, LIST);
    assert_eq!(changes, Changes { kept: 4, ..Changes::default() });
}

#[test]
fn a_new_failure_is_added_after_the_others() {
    let mut outcomes = as_listed();
    outcomes.insert("onion.peel/new", failed("reject hmac_mismatch"));
    let (text, changes) = update("k.toml", LIST, &[], &outcomes).unwrap();
    let entry = "\n[[known]]\ncase = \"onion.peel/new\"\nwhy = \"TODO: say why it fails\"\ngot = \"reject hmac_mismatch\"\n";
    assert_eq!(text, LIST.replace("\n# The end.\n", &format!("{entry}\n# The end.\n")));
    assert_eq!(changes.added, ["onion.peel/new: reject hmac_mismatch"]);
    assert!(KnownFailures::parse("k.toml", &text).is_ok());
}

#[test]
fn stale_entries_go_and_leave_what_is_said_of_others() {
    let mut outcomes = as_listed();
    outcomes.insert("onion.peel/fixed", CaseOutcome::Passed);
    outcomes.remove("onion.peel/gone");
    let (text, changes) = update("k.toml", LIST, &[], &outcomes).unwrap();
    assert!(text.ends_with("# the low byte only\n\n# About onions.\n\n# The end.\n"), "{text}");
    assert_eq!(
        changes.removed,
        ["onion.peel/fixed: passes", "onion.peel/gone: matches no case of the vectors"]
    );
    assert_eq!(changes.kept, 2);
}

#[test]
fn a_pattern_of_which_a_part_passes_is_split() {
    let mut outcomes = as_listed();
    outcomes.insert("bigsize.decode/r-a", CaseOutcome::Passed);
    outcomes.insert("bigsize.decode/r-c", CaseOutcome::NotRun);
    let (text, changes) = update("k.toml", LIST, &[], &outcomes).unwrap();
    let split = "# The decoder is lax.\n[[known]]\ncase = \"bigsize.decode/r-b\"";
    assert!(text.starts_with(&format!("# What we know.\n\n# About BigSize.\n\n{split}")), "{text}");
    let rest = "why = \"the decoder is lax\"\nissue = \"https://example.org/1\"\n";
    assert_eq!(text.matches(rest).count(), 2, "{text}");
    assert!(text.contains("case = \"bigsize.decode/r-c\""), "{text}");
    assert_eq!(changes.split, ["bigsize.decode/r-*: 2 of its cases still fail"]);
    let again = update("k.toml", &text, &[], &outcomes).unwrap();
    assert_eq!((again.0, again.1.kept), (text, 5));
}

#[test]
fn another_wrong_answer_is_written_down() {
    let mut outcomes = as_listed();
    outcomes.insert("bigsize.decode/one", failed("reject"));
    let (text, changes) = update("k.toml", LIST, &[], &outcomes).unwrap();
    assert_eq!(text, LIST.replace("\"accept 01020304\"", "\"reject\""));
    assert_eq!(changes.changed, ["bigsize.decode/one: \"accept 01020304\" is now \"reject\""]);
}

#[test]
fn a_list_that_was_not_there_is_begun() {
    let one = outcomes(&[("bigsize.decode/one", failed("timed out"))]);
    let (text, _) = update("k.toml", "", &[], &one).unwrap();
    assert!(text.starts_with("# Cases that are known to fail"), "{text}");
    assert!(text.ends_with("got says, fails `spontan check --known-failures`.\n\n[[known]]\ncase = \"bigsize.decode/one\"\nwhy = \"TODO: say why it fails\"\ngot = \"timed out\"\n"), "{text}");
    let (text, changes) =
        update("k.toml", &text, &[], &outcomes(&[("bigsize.decode/one", CaseOutcome::Passed)])).unwrap();
    assert!(text.starts_with("# Cases that are known to fail") && !text.contains("[[known]]"), "{text}");
    assert_eq!(changes.removed, ["bigsize.decode/one: passes"]);
}

#[test]
fn a_list_that_cannot_be_edited_is_refused() {
    let inline = "known = [{ case = \"bigsize.decode/**\", why = \"x\" }]\n";
    assert!(
        update("k.toml", inline, &[], &as_listed()).unwrap_err().contains("under a [[known]] of its own")
    );
    assert!(update("k.toml", "[[known]]\n", &[], &as_listed()).unwrap_err().contains("missing field `case`"));
}

#[test]
fn answers_have_words_in_common() {
    assert_eq!(common_words(&["reject a 400f", "reject a 4016"]), "reject a");
    assert_eq!(common_words(&["reject", "accept 00"]), "");
    assert_eq!(common_words(&[]), "");
}
