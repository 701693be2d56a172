//! The harness: it starts an adapter, sends it cases and judges the answers. It knows no cryptography, only values.

pub mod compare;
pub mod finding;
pub mod hello;
pub mod judge;
pub mod known;
pub mod plan;
pub mod pool;
pub mod process;
pub mod run;
pub mod select;
pub mod session;
pub mod suspects;
pub mod tail;
pub mod text;
pub mod window;

pub use finding::{Finding, Observer, RunEnd, Stop};
pub use judge::{Codes, Judgement, Outcome, judge};
pub use plan::{NotRun, Plan};
pub use pool::run;
pub use process::Adapter;
pub use run::Options;
pub use session::{Session, StartError};
