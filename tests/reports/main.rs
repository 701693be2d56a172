//! The reports of one small set of results, in which everything that a case can come to is there once and the texts are as
//! nasty as an adapter's can be; and the page of several implementations.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, missing_docs, reason = "a test may panic")]

mod formats;
mod matrix;
mod schema;
mod small;
