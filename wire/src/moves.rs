//! Where a case stands on the chain as it is: how far its heights and expiries are moved.

/// Below this, a number is no height of today but a fault of the case, such as a delta in place of an expiry.
const NO_HEIGHT: u32 = 1000;

/// How a case is moved, in blocks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moves {
    /// The chain's height above the case's.
    pub height: i64,
    /// What is added to `cltv_expiry` and `outgoing_cltv_value`.
    pub expiry: i64,
}

impl Moves {
    /// For a case at `height` with the minimum `delta`, on a node that has the minimum `fixed` and a chain at `now`.
    ///
    /// The expiry is moved so that it stands to the node's minimum as it did to the case's. An HTLC that has expired
    /// is expired whatever the minimum is, so it only follows the chain.
    pub fn of(height: u32, delta: u32, expiry: u32, fixed: u32, now: u32) -> Self {
        let above = i64::from(now) - i64::from(height);
        let other = i64::from(fixed) - i64::from(delta);
        Self { height: above, expiry: if expiry <= height { above } else { above + other } }
    }

    /// An expiry, moved.
    pub fn expiry(self, old: u32) -> u32 {
        if old < NO_HEIGHT { old } else { moved(old, self.expiry) }
    }

    /// An expiry as the case has it.
    pub fn expiry_back(self, new: u32) -> u32 {
        if new < NO_HEIGHT { new } else { moved(new, -self.expiry) }
    }

    /// A height as the case has it.
    pub fn height_back(self, new: u32) -> u32 {
        moved(new, -self.height)
    }
}

/// `u32::MAX` is a fault too, and stays one. What would fall below the chain's beginning stays as it was: it is far below the
/// case's height, and low enough.
fn moved(old: u32, by: i64) -> u32 {
    match i64::from(old) + by {
        _ if old == u32::MAX => old,
        new if new < NO_HEIGHT.into() => old,
        new => u32::try_from(new).unwrap_or(u32::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiries_follow_the_chain_and_the_minimum() {
        let moves = Moves::of(800_000, 18, 800_017, 19, 800_006);
        assert_eq!(moves, Moves { height: 6, expiry: 7 });
        assert_eq!(moves.expiry(800_017), 800_024);
        assert_eq!(moves.expiry_back(800_024), 800_017);
        assert_eq!(moves.height_back(800_006), 800_000);
        assert_eq!([moves.expiry(18), moves.expiry(u32::MAX)], [18, u32::MAX]);
    }

    #[test]
    fn what_is_far_below_a_high_chain_stays_where_it_is() {
        let moves = Moves::of(16_777_221, 18, 16_777_365, 18, 800_000);
        assert_eq!([moves.expiry(16_777_365), moves.expiry(800_144)], [800_144, 800_144]);
    }

    #[test]
    fn what_has_expired_stays_expired() {
        assert_eq!(Moves::of(800_000, 0, 800_000, 19, 800_000).expiry(800_000), 800_000);
        assert_eq!(Moves::of(800_000, 0, 800_001, 19, 800_000).expiry(800_001), 800_020);
    }
}
