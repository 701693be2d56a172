//! Feature bits: what a node announces, and whether it may be paid. BOLT 9; BOLT 7, "The `node_announcement` Message"; bLIP 2 and 3.

/// What a node says of one feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// Neither bit is set.
    Absent,
    /// The odd bit alone is set.
    Optional,
    /// The even bit is set, whatever the odd one is. BOLT 9, "Requirements", receiving node.
    Mandatory,
}

/// `keysend`: bLIP 2 and 3. A feature is named here by its even bit.
pub const KEYSEND: usize = 54;

/// The features of BOLT 9's table and of bLIP 2's, each by its even bit.
const KNOWN: &[usize] = &[
    0, 4, 6, 8, 10, 12, 14, 16, 18, 22, 24, 26, 28, 34, 36, 38, 42, 44, 46, 48, 50, 54, 60, 62, 256, 258,
    260, 262, 728,
];

/// Features with what they depend on, where BOLT 9 does not call that ASSUMED.
const DEPENDENCIES: &[(usize, usize)] = &[(50, 46), (60, 26)];

/// A field `features`: big-endian, bit 0 the lowest of the last byte. Its length says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Features<'a>(pub &'a [u8]);

impl Features<'_> {
    /// Whether a bit is set. Those beyond the field are not.
    pub fn has(self, bit: usize) -> bool {
        self.0.iter().rev().nth(bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
    }

    /// What the field says of a feature.
    pub fn support(self, feature: usize) -> Support {
        match (self.has(feature), self.has(feature + 1)) {
            (true, _) => Support::Mandatory,
            (false, true) => Support::Optional,
            (false, false) => Support::Absent,
        }
    }

    /// Whether an even bit is set that is in neither table.
    pub fn has_unknown_even_bit(self) -> bool {
        let mut even = (0..self.0.len() * 8).step_by(2);
        even.any(|bit| self.has(bit) && !KNOWN.contains(&bit))
    }

    /// Whether a feature is set and one that it depends on is not.
    pub fn lacks_a_dependency(self) -> bool {
        let sets = |feature| self.support(feature) != Support::Absent;
        DEPENDENCIES.iter().any(|&(feature, dependency)| sets(feature) && !sets(dependency))
    }
}

/// Why some bits are no announcement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnnounceError {
    /// Both bits of a pair.
    #[error("both bits of a feature are set")]
    SetTwice,
    /// A feature without one that it depends on.
    #[error("a feature is set without one that it depends on")]
    DependencyMissing,
}

impl AnnounceError {
    /// The reason in vectors and protocol.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::SetTwice => "feature_set_twice",
            Self::DependencyMissing => "feature_dependency_missing",
        }
    }
}

/// The shortest field `features` in which these bits are set.
///
/// # Errors
/// [`AnnounceError::SetTwice`] before [`AnnounceError::DependencyMissing`].
///
/// ```
/// // var_onion_optin, payment_secret and keysend, each by its odd bit
/// let features = spontan::bolt9::announce(&[9, 15, 55])?;
/// assert_eq!(hex::encode(features), "80000000008200");
/// # Ok::<_, spontan::bolt9::AnnounceError>(())
/// ```
pub fn announce(bits: &[u16]) -> Result<Vec<u8>, AnnounceError> {
    if bits.iter().any(|bit| bits.contains(&(bit ^ 1))) {
        return Err(AnnounceError::SetTwice);
    }
    let length = bits.iter().max().map_or(0, |highest| usize::from(highest / 8) + 1);
    let mut features = vec![0; length];
    for bit in bits {
        if let Some(byte) = features.iter_mut().rev().nth(usize::from(bit / 8)) {
            *byte |= 1 << (bit % 8);
        }
    }
    if Features(&features).lacks_a_dependency() {
        return Err(AnnounceError::DependencyMissing);
    }
    Ok(features)
}
