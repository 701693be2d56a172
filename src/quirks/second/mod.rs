//! A second, plainer implementation of all operations. It shares nothing with the reference but the curve and hash
//! libraries. At each place where a quirk changes what it does it asks `Implementation::has`. Without a quirk it gives
//! the reference's answers (`tests/quirks.rs`), which makes it a second opinion on every case.

mod amp;
mod amp_set;
mod answer;
mod attribution;
mod blinded;
mod blinded_route;
mod curve;
mod explain;
mod failure;
mod features;
mod forget;
mod keys;
mod lenient;
mod node;
mod offline;
mod onion;
mod payer;
mod payment;
mod returning;
mod rules;
mod sealed;
mod send;
mod tlv;
mod wire;

use std::cell::Cell;
use std::collections::BTreeMap;

use super::list::{Quirk, Quirks};
use crate::node::Policies;

/// The second implementation, with one quirk or without.
#[derive(Debug)]
pub struct Implementation {
    quirk: Option<Quirk>,
    policies: BTreeMap<String, String>,
    reached: Cell<Quirks>,
}

impl Implementation {
    /// The sound implementation, with these policies; those that are missing have their defaults.
    pub const fn without_quirk(policies: BTreeMap<String, String>) -> Self {
        Self { quirk: None, policies, reached: Cell::new(Quirks::NONE) }
    }

    /// The implementation with this bug, and with these policies; those that are missing have their defaults.
    pub const fn with_quirk(quirk: Quirk, policies: BTreeMap<String, String>) -> Self {
        Self { quirk: Some(quirk), policies, reached: Cell::new(Quirks::NONE) }
    }

    /// The quirks that it has asked for since the last call. A quirk that a case does not reach cannot change its answer.
    pub fn take_reached(&self) -> Quirks {
        self.reached.take()
    }

    /// Whether it has this quirk.
    fn has(&self, quirk: Quirk) -> bool {
        self.reached.set(self.reached.get().with(quirk));
        self.quirk == Some(quirk)
    }

    /// The sound value, or that of the quirk that it has.
    fn vary<T, const N: usize>(&self, sound: T, unsound: [(Quirk, T); N]) -> T {
        unsound.into_iter().find(|(quirk, _)| self.has(*quirk)).map_or(sound, |(_, value)| value)
    }

    /// The value, or its low bits if that loses some and it has the quirk of this width.
    fn cut<const N: usize>(&self, value: u64, widths: [(Quirk, u32); N]) -> u64 {
        let cut = widths.into_iter().find(|(quirk, bits)| value >> bits != 0 && self.has(*quirk));
        cut.map_or(value, |(_, bits)| value & ((1 << bits) - 1))
    }

    /// Whether this policy has this value.
    fn chose(&self, policy: &str, value: &str) -> bool {
        match self.policies.get(policy) {
            Some(chosen) => chosen == value,
            None => {
                Policies::ALL.iter().any(|(name, values)| *name == policy && values.first() == Some(&value))
            }
        }
    }
}

/// An error if a rule is broken.
fn refuse_if<E>(broken: bool, error: E) -> Result<(), E> {
    if broken { Err(error) } else { Ok(()) }
}
