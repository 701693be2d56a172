//! Live differential fuzzing of any adapter: inputs are generated, the adapter and the reference are asked, answers
//! are compared by the harness's own judge, and each divergence is shrunk to a case that a person can decide.
//!
//! `docs/live-fuzzing.md` is the page for people.

pub mod against;
pub mod campaign;
pub mod candidate;
pub mod cluster;
mod cost;
pub mod dice;
pub mod expected;
mod fields;
pub mod generate;
mod guide;
mod maker;
mod recipe;
pub mod shrink;
mod simpler;
pub mod subject;
