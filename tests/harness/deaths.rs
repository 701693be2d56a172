//! Adapters that die or hang, where more than one run or one question is needed to see it.

use spontan::vectors::load;

use super::bench::{Bench, GUILTY, suites};

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
fn a_case_that_hangs_while_others_are_answered_is_found() {
    let ran = Bench::new().check("never-answers-one", &["--timeout", "5", "--repeat", "2"]);
    ran.says(1, &[&format!("timed out  {GUILTY}  (2 of 2 times)")]);
}

#[test]
fn a_window_of_one_is_served_in_turn() {
    Bench::new().check("window-1", &["--repeat", "20"]).says(0, &["8 of 8", "160 answers"]);
}
