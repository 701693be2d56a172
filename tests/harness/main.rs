//! The harness against adapters that misbehave: for each fault the exit code, the text that must tell a person what
//! happened, and that no process is left behind.

#![allow(clippy::unwrap_used, missing_docs)]

mod answers;
mod bench;
mod breaches;
mod commands;
mod deaths;
mod hello;
mod known;
mod parts;
mod right;
mod vectors;
