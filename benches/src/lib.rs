//! What is measured: the same keysend payments through the reference ([`ours`]), through LDK ([`ldk`]) and through
//! the bare cryptography that neither can avoid ([`floor`]).

use std::time::Instant;

pub mod floor;
pub mod ldk;
pub mod ours;

/// The numbers of hops that are measured.
pub const ROUTES: [usize; 3] = [1, 5, 20];

const ROUNDS: usize = 300;
const ROUND_NANOSECONDS: f64 = 1e6;

/// At most so much of the bare cryptography's time.
pub const FLOOR_GOAL: f64 = 1.15;

/// What `amt_to_forward` says on every hop.
pub const AMOUNT_MSAT: u64 = 100_000;
/// What `outgoing_cltv_value` says on every hop.
pub const EXPIRY: u32 = 800_144;
/// The preimage of every payment.
pub const PREIMAGE: [u8; 32] = [0x11; 32];
/// The session key of every payment.
pub const SESSION_KEY: [u8; 32] = [0x41; 32];

/// The short channel id towards this hop.
pub const fn channel(hop: usize) -> u64 {
    0x0c35_0000_0001_0000 + hop as u64
}

/// A keysend payload: types 2, 4 and 5482373484.
pub fn payload() -> Vec<u8> {
    let mut payload = vec![2, 3, 0x01, 0x86, 0xa0, 4, 3, 0x0c, 0x35, 0x90];
    payload.extend([0xff, 0, 0, 0, 1, 0x46, 0xc6, 0x61, 0x6c, 32]);
    payload.extend(PREIMAGE);
    payload
}

/// Prints one row of times, given in nanoseconds; gives 1 if it misses a goal: [`FLOOR_GOAL`], and faster than LDK.
pub fn row(name: &str, floor: f64, ours: f64, ldk: f64) -> usize {
    let reached = ours / floor <= FLOOR_GOAL && ours < ldk;
    let times = [floor, ours, ldk].map(|time| format!("{:>8.1} us", time / 1e3)).concat();
    println!("{name:20}{times}{:>13.3}{:>11.2}{}", ours / floor, ldk / ours, mark(reached));
    usize::from(!reached)
}

/// What stands behind a row.
pub const fn mark(reached: bool) -> &'static str {
    if reached { "" } else { "   missed" }
}

/// The best time of one call of each, in nanoseconds. The contestants take turns in short rounds and the best round of
/// each counts, so that what else the machine does troubles all of them alike.
pub fn best<const N: usize>(contestants: &mut [&mut dyn FnMut(); N]) -> [f64; N] {
    let mut calls = [1_u32; N];
    for (contestant, calls) in contestants.iter_mut().zip(&mut calls) {
        while time(contestant, *calls) * f64::from(*calls) < ROUND_NANOSECONDS {
            *calls *= 2;
        }
    }
    let mut best = [f64::INFINITY; N];
    for _ in 0..ROUNDS {
        for ((contestant, calls), best) in contestants.iter_mut().zip(calls).zip(&mut best) {
            *best = best.min(time(contestant, calls));
        }
    }
    best
}

fn time(contestant: &mut dyn FnMut(), calls: u32) -> f64 {
    let start = Instant::now();
    (0..calls).for_each(|_| contestant());
    start.elapsed().as_nanos() as f64 / f64::from(calls)
}
