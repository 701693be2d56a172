//! Adapters that are right, each in a way of its own.

use super::bench::Bench;

#[test]
fn a_right_adapter_passes() {
    let ran = Bench::new().check("none", &[]);
    ran.says(
        0,
        &[
            "8 cases against faulty 0.1.0 (rust)",
            "bigsize.decode       6       0",
            "ok  8 of 8 cases as expected",
        ],
    );
    ran.never_says("\x1b");
    ran.never_says("note");
}

#[test]
fn answers_may_come_in_any_order() {
    Bench::new().check("out-of-order", &[]).says(0, &["8 of 8"]);
}

#[test]
fn a_line_may_end_with_cr_lf() {
    Bench::new().check("crlf", &[]).says(0, &["8 of 8"]);
}

#[test]
fn a_window_of_one_is_served_in_turn() {
    Bench::new().check("window-1", &["--repeat", "20"]).says(0, &["8 of 8", "160 answers"]);
}

#[test]
fn stderr_decides_nothing_however_much_it_is() {
    Bench::new().check("floods-stderr", &[]).says(0, &["8 of 8"]);
    Bench::new().check("floods-stderr-10-mb", &[]).says(0, &["8 of 8"]);
}

#[test]
fn an_exit_status_at_the_end_decides_nothing() {
    Bench::new().check("exits-badly-at-the-end", &[]).says(
        0,
        &["8 of 8", "note  after its last answer the adapter ended with exit status 9; that decides nothing"],
    );
}

#[test]
fn what_it_starts_does_not_outlive_it() {
    Bench::new().check("helper-outlives-it", &[]).says(0, &["8 of 8"]);
}

#[test]
fn an_adapter_that_does_not_see_the_end_of_stdin_is_ended() {
    Bench::new()
        .check("ignores-eof", &[])
        .says(0, &["8 of 8", "did not exit within 2 s of the end of its stdin"]);
}
