//! What a run is turned into: a text for the terminal and a stream of results.

pub mod failure;
pub mod hexdiff;
pub mod jsonl;
pub mod tally;
pub mod terminal;
pub mod tlv;
pub mod value;

pub use tally::{Status, Tally};
