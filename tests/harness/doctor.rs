//! `spontan doctor` on sound and on faulty adapters: what it says is to be changed.

use super::bench::{Bench, faulty_adapter};

/// The checklist's lines, marks and names, without the figures.
fn checklist(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| ["ok    ", "FAIL  ", "note  "].iter().any(|mark| line.starts_with(mark)))
        .collect()
}

const SOUND: [&str; 11] = [
    "ok    shakes hands",
    "ok    answers one case after the other",
    "ok    gives its answers the right form",
    "ok    can answer what it declares",
    "ok    answers a full window",
    "ok    starts again alike",
    "ok    ignores keys that it does not know",
    "ok    echoes seq as it came",
    "ok    takes the longest line",
    "ok    finishes what it was asked when its input ends",
    "ok    exits at the end of its input",
];

#[test]
fn a_sound_adapter_has_nothing_to_change() {
    for fault in ["none", "window-1", "omits-length", "no-codes", "helper-outlives-it"] {
        let ran = Bench::new().doctor(fault, &[]);
        ran.says(0, &["faulty 0.1.0 (rust)\n", "ok  the adapter is sound", "1048576 bytes with the LF"]);
        assert_eq!(checklist(&ran.text), SOUND, "{fault}");
    }
}

#[test]
fn the_reference_is_sound() {
    let spontan = env!("CARGO_BIN_EXE_spontan");
    let ran = Bench::new().spontan(&["doctor", "--", spontan, "adapter"]);
    ran.says(0, &["the adapter is sound"]);
    let mut sound = SOUND.to_vec();
    sound.insert(6, "ok    answers cases made anew as well as the published ones");
    assert_eq!(checklist(&ran.text), sound);
}

#[test]
fn a_wrong_node_is_no_unsound_adapter() {
    for fault in ["wrong-verdict", "wrong-code", "last-bit", "accepts-nonsense"] {
        Bench::new().doctor(fault, &[]).says(0, &["the adapter is sound"]);
    }
}

#[test]
fn what_may_stay_is_a_note() {
    for (fault, note, found) in [
        ("crlf", "note  ends its lines with LF alone", "they end with CR LF"),
        ("floods-stderr", "note  writes to stderr", "bytes, the last line: 0123456789abcdef"),
        ("error", "note  can answer what it declares", "1 of 6 cases came to an error. bigsize.decode/02"),
        ("exits-badly-at-the-end", "note  exits at the end of its input", "it ended with exit status 9"),
    ] {
        let ran = Bench::new().doctor(fault, &[]);
        ran.says(0, &[note, found, "the adapter is sound"]);
    }
    Bench::new().doctor("out-of-order", &[]).says(4, &["no answer came within 10 s"]);
}

#[test]
fn what_is_wrong_is_said_with_what_to_change() {
    for (fault, failed, found, change) in [
        ("prints-on-stdout", 1, "bigsize.decode/02: it is not JSON", "flush stdout after it"),
        ("seq-as-string", 1, "it must be a JSON number, as in the request", "its \"seq\" with one of accept"),
        ("answers-twice", 1, "seq 2 was answered before", "Let nothing else write to stdout"),
        (
            "dies-on-3",
            1,
            "it ended with exit status 101 with 1 case unanswered",
            "turn what the library throws",
        ),
        (
            "waits-for-the-end",
            1,
            "no answer came within 10 s (--timeout), with 1 case unanswered",
            "flush stdout",
        ),
        ("upper-case-hex", 1, "onion.peel/final: accept.payload is \"0202ABCD0401EF\"", "lower-case hex"),
        ("number-as-string", 1, "accept.length is \"1\"; it must be a JSON number", "lengths as numbers"),
        ("extra-key", 1, "accept has the key \"note\"", "as docs/protocol.md says"),
        (
            "no-code-though-declared",
            1,
            "a rejection of onion.peel has no code",
            "declared in omits or failure_detail",
        ),
        (
            "unsupported",
            1,
            "bigsize.decode: unsupported each time",
            "Leave the operation out of \"operations\"",
        ),
        (
            "errors-always",
            1,
            "bigsize.decode: an error each time. bigsize.decode/truncated: error: nothing works",
            "answer reject with its words",
        ),
        ("version-is-its-pid", 1, "its hello was another one", "Keep times, process ids"),
        ("answers-by-its-pid", 4, "bigsize.decode/00: reject ", "Let an answer depend on its case alone"),
        ("knows-all-keys", 1, "a key in the runner's hello", "a later runner may say more"),
        (
            "counts-itself",
            1,
            "seq 16777217: seq 1 was not asked; the last one that was is 16777217",
            "do not count on your own",
        ),
        ("buffer-of-64-kib", 1, "1048576 bytes: it ended with exit status 101", "Read lines of up to 1 MiB"),
        ("forgets-the-last", 1, "no answer came within 10 s", "flush stdout"),
        ("talks-at-the-end", 1, "after its last answer: «bye»", "Stdout is for the hello"),
        ("ignores-eof", 1, "it was still there 10 s after its stdin was closed", "Leave the loop"),
    ] {
        let ran = Bench::new().doctor(fault, &[]);
        println!("{fault}");
        ran.says(4, &[found, change]);
        let marked = checklist(&ran.text).iter().filter(|line| line.starts_with("FAIL")).count();
        assert_eq!(marked, failed, "{fault}\n{}", ran.text);
    }
}

#[test]
fn what_does_not_start_is_not_examined() {
    Bench::new().doctor("banner", &[]).says(3, &["error: the adapter did not shake hands"]);
    Bench::new().doctor("dies-before-hello", &[]).says(3, &["| no configuration file"]);
    let bench = Bench::new();
    bench.spontan(&["doctor", "--", "/nonexistent/adapter"]).says(3, &["could not be started"]);
    bench.spontan(&["doctor"]).says(2, &["Usage: spontan doctor"]);
}

#[test]
fn an_adapter_that_starts_only_once_is_told_so() {
    let bench = Bench::new();
    let lock = bench.dir.path().join("lock").display().to_string();
    let script = format!("mkdir {lock} || exit 5; exec {} --fault none", faulty_adapter().display());
    let ran = bench.spontan(&["doctor", "--timeout", "10", "--", "sh", "-c", &script]);
    ran.says(
        4,
        &[
            "FAIL  starts again alike",
            "the adapter ended with exit status 5 before it said hello",
            "no lock, port or file",
        ],
    );
}
