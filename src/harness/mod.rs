//! The harness: it starts an adapter, sends it cases and judges the answers. It knows no cryptography, only values.

pub mod answer;
pub mod check;
pub mod compare;
pub mod deaths;
pub mod doctor;
pub mod finding;
pub mod hello;
pub mod judge;
pub mod judgement;
pub mod known;
pub mod options;
pub mod plan;
pub mod pool;
pub mod process;
pub mod run;
pub mod select;
pub mod session;
pub mod tail;
pub mod text;
pub mod window;

pub use check::{Check, CheckResult, check};
pub use finding::{Finding, Findings, Observer, RunEnd, Stop};
pub use judge::judge;
pub use judgement::{Codes, Difference, Judgement, Outcome};
pub use options::Options;
pub use plan::{NotRun, Plan};
pub use pool::ask;
pub use process::Adapter;
pub use session::{Session, StartError};
