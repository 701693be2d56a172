//! What a run is turned into: a text for the terminal, a stream of results, and reports for other programs, one file
//! each, all made from the same [`RunResult`].

pub mod badge;
pub mod failure;
pub mod github;
pub mod hexdiff;
pub mod html;
pub mod jsonl;
pub mod junit;
pub mod levels;
pub mod markdown;
pub mod matrix;
pub mod page;
pub mod pair;
pub mod quirks;
pub mod result;
pub mod site;
pub mod tally;
pub mod tap;
pub mod terminal;
pub mod tlv;
pub mod value;

pub use result::{About, RunResult};
pub use tally::{Status, Tally};

#[cfg(test)]
#[path = "../../tests/reports/mod.rs"]
mod tests;
