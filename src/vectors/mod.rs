//! The vectors: what a case is, the recipes that cases are made from, and the canonical files they are kept in.

pub(crate) mod bundle;
pub mod case;
pub(crate) mod corpus;
pub mod diff;
pub mod export;
mod keysend_test;
pub mod lint;
pub mod load;
pub mod lock;
pub mod open_text;
pub mod oracle;
pub(crate) mod packed;
pub mod recipe;
pub mod requirement;
pub mod rulebook;
pub(crate) mod schema;
pub mod twin;
pub mod yaml;

pub use case::{Case, Expectation, Level, Suite, Verdict, VerdictKind};
