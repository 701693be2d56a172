//! The harness: it starts an adapter, sends it cases and judges the answers. It knows no cryptography, only values.

mod answer;
mod check;
mod compare;
mod deaths;
pub mod doctor;
pub mod finding;
mod free_data;
mod guard;
pub mod hello;
pub mod interrupt;
mod judge;
pub mod judgement;
mod kept;
pub mod known;
pub mod memory;
mod options;
pub mod otherwise;
pub mod plan;
mod pool;
mod process;
mod run;
pub mod select;
pub mod session;
mod tail;
pub mod text;
mod window;

pub use check::{Check, CheckResult, check};
pub use finding::{Finding, Findings, Observer, RunEnd, Stop};
pub use judge::judge;
pub use judgement::{Codes, Difference, Judgement, Outcome};
pub use options::Options;
pub use plan::{NotRun, Plan};
pub use pool::ask;
pub use process::Adapter;
pub use session::{Session, StartError};
