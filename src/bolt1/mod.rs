//! BOLT 1: BigSize, truncated integers, points, and TLV streams.

pub mod bigsize;
pub mod integer;
pub mod keys;
pub mod tlv;

pub use keys::{PublicKey, SecretKey};
