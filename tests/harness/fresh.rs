//! Cases that are made anew: who knows the rules passes them, and who knows the published cases does not.

use super::bench::{Bench, example};

const SELECTED: [&str; 2] = ["-k", "{ecdh.shared_secret,keysend.send,keysend.receive}/*"];

fn check(more: &[&str], adapter: &[&str]) -> super::bench::Ran {
    Bench::new().spontan(&[&["check"], &SELECTED[..], more, &["--"], adapter].concat())
}

#[test]
fn a_table_of_the_published_cases_is_found_out() {
    let by_heart = example("by-heart");
    let by_heart = [by_heart.to_str().unwrap()];
    check(&[], &by_heart).says(0, &["cases as expected"]);
    check(&["--fresh", "7"], &by_heart).says(1, &["fresh cases, seed 7\n", "FAILED", " --fresh 7 -- "]);
    Bench::new().spontan(&["doctor", "--", by_heart[0]]).says(
        4,
        &[
            "FAIL  answers cases made anew as well as the published ones",
            " cases pass as they are published and fail with other keys and bytes, such as ",
            "`spontan check --fresh ",
        ],
    );
}

#[test]
fn who_knows_the_rules_passes_and_a_seed_says_which_cases_there_are() {
    let spontan = [env!("CARGO_BIN_EXE_spontan"), "adapter"];
    check(&["--fresh", "7"], &spontan).says(0, &["fresh cases, seed 7\n", "ok  "]);
    let shown = |seed: &[&str]| {
        let ran = Bench::new().spontan(&[&["show", "keysend.receive/minimal"], seed].concat());
        ran.says(0, &["keysend.receive/minimal"]);
        ran.text
    };
    let seven = shown(&["--fresh", "7"]);
    assert_eq!(shown(&["--fresh", "7"]), seven);
    assert_ne!(shown(&[]), seven);
}
