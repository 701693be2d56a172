//! `cargo run --release --manifest-path benches/Cargo.toml`: the ratios that the times are compared for, and whether
//! they reach their goals.

use std::hint::black_box;
use std::process::ExitCode;

use spontan_bench::{FLOOR_GOAL, ROUTES, best, floor, ldk, mark, ours, payload, row};

/// At least so many times as fast as LDK at decoding a payload into its fields.
const DECODE_GOAL: f64 = 2.0;
/// At least so many times as fast as that at walking its records: types, lengths, order.
const WALK_GOAL: f64 = 5.0;

fn main() -> ExitCode {
    let mut missed = 0;
    println!("{:20}{:>11}{:>11}{:>11}{:>13}{:>11}", "", "floor", "ours", "LDK", "ours/floor", "LDK/ours");
    for hops in ROUTES {
        let ldk = ldk::Route::new(hops);
        let ours = ours::Route::new(&ldk.node_secrets());
        let floor = floor::Route::new(&ldk.node_secrets());
        let [floor, ours, ldk] = best(&mut [
            &mut || _ = black_box(black_box(&floor).construct()),
            &mut || _ = black_box(black_box(&ours).construct()),
            &mut || _ = black_box(black_box(&ldk).construct()),
        ]);
        missed += row(&format!("construct, hops {hops:>2}"), floor, ours, ldk);
    }
    for hops in ROUTES {
        let ldk = ldk::Route::new(hops);
        let ours = ours::Route::new(&ldk.node_secrets());
        let floor = floor::Route::new(&ldk.node_secrets());
        let (packet, ldk_packet) = (ours.construct(), ldk.construct());
        assert_eq!((ours.peel(&packet), ldk.peel(&ldk_packet)), (hops, hops), "every hop peels");
        let [floor, ours, ldk] = best(&mut [
            &mut || _ = black_box(black_box(&floor).peel()),
            &mut || _ = black_box(black_box(&ours).peel(black_box(&packet))),
            &mut || _ = black_box(black_box(&ldk).peel(black_box(&ldk_packet))),
        ]);
        missed += row(&format!("peel, hops {hops:>2}"), floor, ours, ldk);
    }
    for hops in ROUTES {
        let nodes = ldk::Route::new(hops).node_secrets();
        let (ours, floor) = (ours::Route::new(&nodes), floor::Route::new(&nodes));
        let packet = ours.failure();
        assert_eq!(ours.open_failure(&packet), Some(hops - 1), "the last hop failed");
        let [floor, ours] = best(&mut [&mut || _ = black_box(black_box(&floor).open_failure()), &mut || {
            _ = black_box(black_box(&ours).open_failure(black_box(&packet)))
        }]);
        let reached = ours / floor <= FLOOR_GOAL;
        let name = format!("open failure, hops {hops:>2}");
        println!(
            "{name:20}{:>8.1} us{:>8.1} us{:>24.3}{}",
            floor / 1e3,
            ours / 1e3,
            ours / floor,
            mark(reached)
        );
        missed += usize::from(!reached);
    }
    let payload = payload();
    assert_eq!(ours::decode(&payload), ldk::decode(&payload).ok().flatten(), "both decode the same");
    let [walk, ours, ldk] = best(&mut [
        &mut || _ = black_box(ours::walk(black_box(&payload))),
        &mut || _ = black_box(ours::decode(black_box(&payload))),
        &mut || _ = black_box(ldk::decode(black_box(&payload))),
    ]);
    for (name, time, goal) in [("decode 3 records", ours, DECODE_GOAL), ("walk 3 records", walk, WALK_GOAL)] {
        let reached = ldk / time >= goal;
        println!("{name:31}{time:>8.1} ns{ldk:>8.1} ns{:>24.2}{}", ldk / time, mark(reached));
        missed += usize::from(!reached);
    }
    println!(
        "goals: ours/floor at most {FLOOR_GOAL}, faster than LDK; decoding {DECODE_GOAL} times and walking \
         {WALK_GOAL} times as fast as LDK decodes"
    );
    if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
