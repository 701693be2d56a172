//! Spontan: the reference implementation, the vectors and the harness for Lightning spontaneous payments.
//!
//! Two schemes pay a node that issued no invoice. With *keysend* (bLIP 3) the payer picks the preimage and sends it in
//! the final hop's payload; in the *shared-secret* scheme (lightning-dev, June 2019) it is a hash of the secret that the
//! onion gives payer and payee anyway.
//!
//! With `default-features = false` this crate is the reference alone: [`bolt1`], [`bolt4`], [`bolt9`], [`scheme`], [`node`] and [`payer`],
//! without YAML, threads or a command line. The feature `protocol` adds [`protocol`], for adapters in Rust.

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod bolt1;
pub mod bolt4;
pub mod bolt9;
pub mod node;
pub mod payer;
pub mod scheme;

#[cfg(feature = "cli")]
pub mod blueprint;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "cli")]
pub(crate) mod differ;
#[cfg(feature = "cli")]
pub mod harness;
#[cfg(feature = "protocol")]
pub mod protocol;
#[cfg(feature = "cli")]
pub mod quirks;
#[cfg(feature = "cli")]
pub mod reference;
#[cfg(feature = "cli")]
pub(crate) mod report;
#[cfg(feature = "cli")]
pub mod vectors;

/// The `spontan` program, which is not part of the library: it reads the process's arguments, runs the command and
/// returns the exit code.
#[cfg(feature = "cli")]
#[doc(hidden)]
pub fn run() -> std::process::ExitCode {
    cli::run()
}
