//! Opening a failure, beside LDK: `RUSTFLAGS="--cfg fuzzing" cargo run --release --manifest-path benches/Cargo.toml
//! --target-dir benches/target/fuzzing --bin failure`.
//!
//! LDK shows the function only in such builds, and leaves ChaCha20 out there. So its column is what LDK needs at least.

use std::process::ExitCode;

#[cfg(not(fuzzing))]
fn main() -> ExitCode {
    eprintln!(
        "error: LDK shows the function that opens a failure only in a build with `cfg(fuzzing)`.\n\
         help: RUSTFLAGS=\"--cfg fuzzing\" cargo run --release --manifest-path benches/Cargo.toml \
         --target-dir benches/target/fuzzing --bin failure"
    );
    ExitCode::from(2)
}

#[cfg(fuzzing)]
fn main() -> ExitCode {
    use std::hint::black_box;

    use spontan_bench::{FLOOR_GOAL, ROUTES, best, floor, ldk, ours, row};

    let mut missed = 0;
    println!("{:20}{:>11}{:>11}{:>11}{:>13}{:>11}", "", "floor", "ours", "LDK*", "ours/floor", "LDK*/ours");
    for hops in ROUTES {
        let route = ldk::Route::new(hops);
        let sent = ldk::failure::Sent::new(&route);
        let ours = ours::Route::new(&route.node_secrets());
        let floor = floor::Route::new(&route.node_secrets());
        let (bare, packet) = (ours.bare_failure(), ours.failure());
        assert_eq!(ours.open_failure(&packet), Some(hops - 1), "the last hop failed");
        let log = sent.log(&bare);
        assert!(log.contains(&route.last_node()), "LDK did not find the last hop: {log}");
        let [floor, ours, ldk] = best(&mut [
            &mut || _ = black_box(black_box(&floor).open_failure()),
            &mut || _ = black_box(black_box(&ours).open_failure(black_box(&packet))),
            &mut || black_box(&sent).open(black_box(&bare)),
        ]);
        missed += row(&format!("open failure, hops {hops:>2}"), floor, ours, ldk);
    }
    println!("LDK*: without its ChaCha20, which this build leaves out; in the two other columns it is there");
    println!("goals: ours/floor at most {FLOOR_GOAL}, faster than LDK*");
    if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
