//! Seeded bugs. A *quirk* is one bug that an implementation could have; the mutation score is how many of them the
//! vectors find.
//!
//! The reference is not touched for this: the bugs are in a [second implementation](second).

pub mod diagnosis;
mod list;
pub mod score;
pub mod second;

pub use list::{Quirk, Quirks};
pub use second::Implementation;
