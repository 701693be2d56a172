//! Seeded bugs. A *quirk* is one bug that an implementation could have; the mutation score is how many of them the
//! vectors find.
//!
//! The reference is not touched for this. Here stands a second, plainer implementation of all operations, written to
//! be bent: it shares nothing with the reference but the curve and hash libraries, and at each place that a quirk bends
//! it asks [`Bent::has`]. Without a quirk it gives the reference's answers (`tests/quirks.rs`), which makes it a second
//! opinion on every case.

mod answer;
mod curve;
pub mod diagnosis;
mod explain;
mod failure;
mod keys;
mod list;
mod node;
mod onion;
pub mod page;
mod rules;
pub mod score;
mod send;
mod tlv;
mod wire;

use std::cell::Cell;
use std::collections::BTreeMap;

pub use list::Quirk;

const WORDS: usize = Quirk::ALL.len().div_ceil(64);

/// A set of quirks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quirks([u64; WORDS]);

impl Quirks {
    /// Whether it is in the set.
    pub const fn contains(&self, quirk: Quirk) -> bool {
        self.0[quirk as usize / 64] >> (quirk as usize % 64) & 1 == 1
    }

    const fn with(mut self, quirk: Quirk) -> Self {
        self.0[quirk as usize / 64] |= 1 << (quirk as usize % 64);
        self
    }
}

/// The implementation that can be bent, by one quirk or none.
#[derive(Debug, Default)]
pub struct Bent {
    quirk: Option<Quirk>,
    policies: BTreeMap<String, String>,
    reached: Cell<Quirks>,
}

impl Bent {
    /// An implementation with this quirk and these policies; those that are missing have their defaults.
    pub const fn new(quirk: Option<Quirk>, policies: BTreeMap<String, String>) -> Self {
        Self { quirk, policies, reached: Cell::new(Quirks([0; WORDS])) }
    }

    /// The quirks that were asked for since the last call. A quirk that a case does not reach cannot change its answer.
    pub fn take_reached(&self) -> Quirks {
        self.reached.take()
    }

    /// Whether it has this quirk.
    fn has(&self, quirk: Quirk) -> bool {
        self.reached.set(self.reached.get().with(quirk));
        self.quirk == Some(quirk)
    }

    /// Whether this policy has this value.
    fn chose(&self, policy: &str, value: &str) -> bool {
        match self.policies.get(policy) {
            Some(chosen) => chosen == value,
            None => crate::node::Policies::ALL
                .iter()
                .any(|(name, values)| *name == policy && values.first() == Some(&value)),
        }
    }
}
