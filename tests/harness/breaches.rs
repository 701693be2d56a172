//! Adapters that break the protocol.

use super::bench::Bench;

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
