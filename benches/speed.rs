//! `cargo bench --manifest-path benches/Cargo.toml`: times, as a table.

use divan::{Bencher, black_box};
use lightning::util::ser::Writeable;
use spontan_bench::{ROUTES, floor, ldk, ours, payload};

fn main() {
    divan::main();
}

#[divan::bench_group]
mod tlv_decode {
    use super::*;

    #[divan::bench]
    fn ours(bencher: Bencher) {
        let payload = payload();
        bencher.bench(|| ours::decode(black_box(&payload)));
    }

    /// Types, lengths and order only, as slices: no value is read.
    #[divan::bench]
    fn ours_walk(bencher: Bencher) {
        let payload = payload();
        bencher.bench(|| ours::walk(black_box(&payload)));
    }

    #[divan::bench]
    fn ldk(bencher: Bencher) {
        let payload = payload();
        bencher.bench(|| ldk::decode(black_box(&payload)));
    }
}

#[divan::bench_group]
mod construct {
    use super::*;

    #[divan::bench(args = ROUTES)]
    fn floor(bencher: Bencher, hops: usize) {
        let route = floor::Route::new(&ldk::Route::new(hops).node_secrets());
        bencher.bench(|| black_box(&route).construct());
    }

    #[divan::bench(args = ROUTES)]
    fn ours(bencher: Bencher, hops: usize) {
        let route = ours::Route::new(&ldk::Route::new(hops).node_secrets());
        bencher.bench(|| black_box(&route).construct());
    }

    #[divan::bench(args = ROUTES)]
    fn ldk(bencher: Bencher, hops: usize) {
        let route = ldk::Route::new(hops);
        bencher.bench(|| black_box(&route).construct());
    }
}

#[divan::bench_group]
mod peel_every_hop {
    use super::*;

    #[divan::bench(args = ROUTES)]
    fn floor(bencher: Bencher, hops: usize) {
        let route = floor::Route::new(&ldk::Route::new(hops).node_secrets());
        bencher.bench(|| black_box(&route).peel());
    }

    #[divan::bench(args = ROUTES)]
    fn ours(bencher: Bencher, hops: usize) {
        let route = ours::Route::new(&ldk::Route::new(hops).node_secrets());
        let packet = route.construct();
        bencher.bench(|| black_box(&route).peel(black_box(&packet)));
    }

    #[divan::bench(args = ROUTES)]
    fn ldk(bencher: Bencher, hops: usize) {
        let route = ldk::Route::new(hops);
        let packet = route.construct();
        assert_eq!(packet.encode(), ours::Route::new(&route.node_secrets()).construct());
        bencher.bench(|| black_box(&route).peel(black_box(&packet)));
    }
}
