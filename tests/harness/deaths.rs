//! Adapters that die or hang.

use spontan::vectors::load;

use super::bench::{Bench, GUILTY, suites};

#[test]
fn a_death_is_pinned_on_the_guilty_case() {
    for fault in ["dies-on-3", "window-1-dies"] {
        let ran = Bench::new().check(fault, &[]);
        ran.says(
            1,
            &[
                &format!("crashed  {GUILTY}\n"),
                "the adapter ended with exit status 101",
                "| thread 'main' saw the case and died",
                "FAILED  1 of 8 cases not as expected: 1 crashed",
            ],
        );
        ran.never_says("note");
    }
}

#[test]
fn a_signal_is_named() {
    Bench::new()
        .check("aborts-on-3", &[])
        .says(1, &["was ended by SIGABRT, an abort (signal 6)", "1 crashed"]);
}

#[test]
fn every_case_can_be_guilty() {
    Bench::new()
        .check("dies-always", &[])
        .says(1, &["8 of 8 cases not as expected: 8 crashed", "| nothing works"]);
}

#[test]
fn after_ten_deaths_the_run_ends() {
    let ran = Bench::new().check("dies-always", &["--repeat", "2"]);
    ran.says(
        4,
        &[
            "the run was ended after 10 deaths; the last time, the adapter ended with exit status 101",
            "8 crashed",
        ],
    );
}

#[test]
fn a_hang_is_pinned_on_the_guilty_case() {
    let ran = Bench::new().check("hangs-on-3", &["--timeout", "1"]);
    ran.says(1, &[&format!("timed out  {GUILTY}\n"), "no answer within 1 s (--timeout)", "1 timed out"]);
}

#[test]
fn half_a_line_is_a_hang_that_is_quoted() {
    let ran = Bench::new().check("half-a-line", &["--timeout", "1"]);
    ran.says(1, &[&format!("timed out  {GUILTY}\n"), "it had written, without an LF: «{\"seq\":»"]);
}

#[test]
fn an_adapter_that_reads_nothing_does_not_block_the_runner() {
    let bench = Bench::new();
    let mut suite = suites().remove(0);
    // More than a pipe takes.
    for case in &mut suite.cases {
        case.input["bytes"] = format!("00{}", "00".repeat(100_000)).into();
    }
    bench.write("bigsize.decode.yaml", &load::to_text(&suite).unwrap());
    let ran = bench.check("reads-nothing", &["--timeout", "0.2", "-k", "bigsize.decode/**"]);
    ran.says(1, &["6 of 6 cases not as expected: 6 timed out"]);
}

#[test]
fn an_adapter_that_closes_its_stdout_is_dead() {
    let ran = Bench::new().check("closes-stdout", &[]);
    ran.says(1, &[&format!("crashed  {GUILTY}\n"), "closed its stdout and was ended"]);
}

#[test]
fn a_grandchild_that_holds_stdout_hides_no_death() {
    let ran = Bench::new().check("grandchild-holds-stdout", &["--timeout", "10"]);
    ran.says(1, &[&format!("crashed  {GUILTY}\n"), "the adapter ended with exit status 3"]);
}

#[test]
fn a_daemon_that_left_the_group_and_holds_stdout_hides_no_death() {
    let ran = Bench::new().check("daemon-holds-stdout", &["--timeout", "10"]);
    ran.says(1, &[&format!("crashed  {GUILTY}\n"), "the adapter ended with exit status 3"]);
}

#[test]
fn a_case_that_hangs_while_others_are_answered_is_found() {
    let ran = Bench::new().check("never-answers-one", &["--timeout", "0.7", "--repeat", "2"]);
    ran.says(1, &[&format!("timed out  {GUILTY}  (2 of 2 times)")]);
}

#[test]
fn an_adapter_that_leaves_early_is_told_so() {
    Bench::new().check("exits-midway", &[]).says(
        4,
        &[
            "note  no case is guilty of this death: the adapter ended with exit status 0",
            "FAILED  8 cases as expected; the adapter died 2 times over no case in particular",
        ],
    );
}

#[test]
fn a_hello_that_changes_after_a_death_is_refused() {
    Bench::new().check("another-hello", &[]).says(4, &["another hello than the first time"]);
}
