//! The final node: its rules in the order in which it applies them ([`rules`]), the choices that the specs leave to it
//! ([`policy`]), and its memory from one HTLC to the next ([`state`]).

pub mod policy;
pub mod rules;
pub mod state;

pub use policy::{Policies, Settings};
pub use rules::Invoice;
pub use state::{Decision, Htlc, Node, Outcome, Rejection};
