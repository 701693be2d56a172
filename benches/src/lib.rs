//! What is measured: the same keysend payments through the reference ([`ours`]), through LDK ([`ldk`]) and through
//! the bare cryptography that neither can avoid ([`floor`]).

pub mod floor;
pub mod ldk;
pub mod ours;

/// The numbers of hops that are measured.
pub const ROUTES: [usize; 3] = [1, 5, 20];

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
