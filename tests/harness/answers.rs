//! Adapters that give other answers than those that are wanted.

use super::bench::{Bench, GUILTY};

#[test]
fn wrong_answers_are_shown_with_what_was_wanted() {
    let bench = Bench::new();
    bench.check("wrong-verdict", &[]).says(
        1,
        &[
            &format!("wrong verdict  {GUILTY}\n"),
            "wanted  accept {\"value\":\"2\",\"length\":1}",
            "came    reject bigsize_truncated",
            "FAILED  1 of 8 cases not as expected: 1 wrong verdict or output",
        ],
    );
    bench
        .check("upper-case-hex", &[])
        .says(1, &["wrong output  onion.peel/accept/final", "hex is lower-case"]);
    bench.check("extra-key", &[]).says(1, &["at note", "this key must not be there"]);
    bench.check("logs", &[]).says(1, &["at value", "| a line \\u{1b}[31mof log"]);
    bench.check("error", &[]).says(1, &["came    error: assertion failed: \\u{1b}[31mx", "1 error"]);
    bench.check("unsupported", &[]).says(1, &["unsupported: not built with it", "8 unsupported"]);
    bench.check("accepts-everything", &[]).says(1, &["8 of 8 cases not as expected"]);
    bench.check("rejects-everything", &[]).says(1, &["7 of 8 cases not as expected"]);
}

#[test]
fn the_record_is_named_in_which_a_payload_differs() {
    Bench::new().check("last-bit", &[]).says(
        1,
        &[
            "    wanted  0202abcd0401ef\n    came    0202abcd0401ee\n                        ^^\n",
            "1 byte differs, the first is byte 6 of 7",
            "in record 1 at byte 4, type 4 (outgoing_cltv_value), length 1: byte 0 of its value",
            "at 0    type 2 (amt_to_forward), length 2: abcd",
            "    rho  ab\n",
        ],
    );
}

#[test]
fn codes_and_data_are_told_apart_from_verdicts() {
    let bench = Bench::new();
    bench
        .check("wrong-code", &[])
        .says(1, &["wrong code  onion.peel/reject/version", "allowed are c004, c005"]);
    bench
        .check("wrong-data", &[])
        .says(1, &["wrong data  onion.peel/reject/version", "1 wrong code or data"]);
    bench.check("wrong-code", &["--codes", "ignore"]).says(
        0,
        &["which --codes ignore does not count:\n  onion.peel/reject/version  wrong code at code", "8 of 8"],
    );
    let ran = bench.check("wrong-reason", &[]);
    ran.says(
        0,
        &[
            "2 rejections are right and give another reason",
            "1 x hmac_mismatch, where the vectors say bigsize_truncated",
        ],
    );
}

#[test]
fn what_is_not_declared_is_not_judged_and_said() {
    let bench = Bench::new();
    bench.check("no-codes", &[]).says(0, &["not judged  codes and data of failures"]);
    bench.check("omits-length", &[]).says(0, &["not judged  bigsize.decode.length: the adapter omits"]);
    bench.check("bigsize-only", &[]).says(
        0,
        &["not run     2 cases: the adapter does not declare onion.peel", "6 of 6 cases as expected"],
    );
}
