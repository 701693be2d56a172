//! The harness against adapters that misbehave: for each fault the exit code, the text that must tell a person what
//! happened, and that no process is left behind.

#![allow(clippy::unwrap_used, missing_docs)]

mod answers;
mod bench;
mod commands;
mod deaths;
mod doctor;
mod faults;
mod known;
mod leaks;
mod parts;
mod vectors;
