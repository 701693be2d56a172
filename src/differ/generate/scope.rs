//! What an adapter can be asked.

use crate::node::Policies;
use crate::protocol::operation as input;

/// What an adapter can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// The shared-secret scheme in BOLT 4's profile.
    pub bolt4: bool,
    /// The shared-secret scheme with the bare x coordinate.
    pub x_only: bool,
    /// What it chose. What comes back to a payer depends on what it sent.
    pub policies: Policies,
}

impl Scope {
    /// The profiles.
    pub fn profiles(self) -> Vec<input::Profile> {
        let bolt4 = self.bolt4.then_some(input::Profile::Bolt4);
        bolt4.into_iter().chain(self.x_only.then_some(input::Profile::XOnly)).collect()
    }
}
