//! The harness against adapters that misbehave: for each fault the exit code, the text that must tell a person what
//! happened, and that no process is left behind.

#![allow(clippy::unwrap_used, missing_docs)]

mod answers;
mod bench;
mod commands;
mod deaths;
mod doctor;
mod faults;
mod files;
mod fresh;
mod interrupt;
mod known;
mod leaks;
mod memory;
mod parts;
mod vectors;
