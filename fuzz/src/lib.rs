//! What the fuzz targets ask of their input. A target is three lines over an *oracle* of this library: a function from
//! bytes to what it compared, or to a [`Finding`]. Oracles are ordinary functions, so that tests replay every seed and
//! every kept input on a stable toolchain, and so that a bug can be seeded into the second implementation to see whether an
//! oracle notices.
//!
//! Oracles look for more than panics: what decodes must encode back to the same bytes; what was built with one fault must
//! fail by just that rule; a second implementation must agree; memory must stay within a budget; and failures that a
//! scheme promises to look alike must look alike.

#[cfg(fuzzing)]
compile_error!(
    "cfg(fuzzing) makes LDK's ChaCha20 the identity, so that no onion of ours would be one of LDK's: \
     build with `cargo fuzz … --no-cfg-fuzzing`, as scripts/fuzz.sh does"
);

pub mod agree;
pub mod around;
pub mod budget;
pub mod candidate;
pub mod codec;
pub mod curve;
pub mod ecdh;
pub mod found;
pub mod ldk;
pub mod model;
pub mod mutate;
pub mod onion;
pub mod over_time;
pub mod payment;
pub mod records;
pub mod returning;
pub mod sealed;
pub mod seeds;
pub mod sequence;
pub mod tape;
pub mod text;
pub mod tlv;

use std::fmt;
use std::sync::OnceLock;

use spontan::quirks::Quirk;

/// What is wrong, with the input's part that shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding(pub String);

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for Finding {
    fn from(what: String) -> Self {
        Self(what)
    }
}

/// A record: type and value.
pub type Record = (u64, Vec<u8>);

/// How much an oracle compared of one input. An input that was compared with nothing proves nothing, and is counted as such.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many comparisons were made.
    pub compared: usize,
    /// Why a second opinion could not be had, if one was asked in vain.
    pub skipped: Option<&'static str>,
}

impl Tally {
    /// This many comparisons, nothing skipped.
    pub const fn compared(compared: usize) -> Self {
        Self { compared, skipped: None }
    }

    /// Nothing was compared, and why.
    pub const fn skipped(why: &'static str) -> Self {
        Self { compared: 0, skipped: Some(why) }
    }

    /// Both, the later reason where there are two.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { compared: self.compared + other.compared, skipped: other.skipped.or(self.skipped) }
    }
}

/// What an oracle comes to.
pub type OracleResult = Result<Tally, Finding>;

/// Fails with a [`Finding`] unless the condition holds.
#[macro_export]
macro_rules! ensure {
    ($holds:expr, $($what:tt)+) => {
        if !$holds {
            return Err($crate::Finding(format!($($what)+)));
        }
    };
}

/// The variable that names the seeded bug.
pub const QUIRK_VARIABLE: &str = "SPONTAN_QUIRK";

/// The seeded bug that [`QUIRK_VARIABLE`] names, if it is set: the second implementation of this process has it.
///
/// # Panics
/// When there is no such bug: a measurement of nothing must not look like one of something.
fn seeded_bug() -> Option<Quirk> {
    static QUIRK: OnceLock<Option<Quirk>> = OnceLock::new();
    *QUIRK.get_or_init(|| {
        let name = std::env::var(QUIRK_VARIABLE).ok()?;
        let quirk = Quirk::ALL.iter().find(|quirk| quirk.name() == name).copied();
        assert!(
            quirk.is_some(),
            "{QUIRK_VARIABLE}={name}: there is no such seeded bug; see `spontan quirks`"
        );
        quirk
    })
}

/// What a program does with an input: asks an oracle, and ends the process on a finding, as libFuzzer wants it.
///
/// # Panics
/// On a finding.
pub fn run(oracle: Oracle, input: &[u8]) {
    if let Err(finding) = oracle(input, seeded_bug()) {
        panic!("{finding}");
    }
}

/// An oracle: a function of an input and of the bug that is seeded into the second implementation, if any.
pub type Oracle = fn(&[u8], Option<Quirk>) -> OracleResult;

/// Every target's name and oracle, in the order of the layers. The oracles of `ecdh_decode` and `onion_peel` are those of the
/// programs and the slow opinions besides, which a replay asks and a program that is to try many inputs does not.
pub const TARGETS: &[(&str, Oracle)] = &[
    ("bigsize", tlv::bigsize),
    ("tlv_bytes", tlv::bytes),
    ("tlv_records", records::check),
    ("tlv_against_ldk", tlv::against_ldk),
    ("ecdh_decode", ecdh::decode),
    ("ecdh_laws", ecdh::laws),
    ("onion_peel", onion::peel),
    ("onion_round_trip", onion::round_trip),
    ("keysend_receive", payment::keysend),
    ("shared_secret_receive", payment::shared_secret),
    ("node_sequence", sequence::check),
    ("amp_sequence", sequence::amp),
    ("returning", returning::check),
    ("around_the_htlc", around::check),
    ("payer_over_time", over_time::check),
    ("protocol_line", text::protocol_line),
    ("vectors_file", text::vectors_file),
];

/// The oracle of a target.
pub fn oracle(target: &str) -> Option<Oracle> {
    TARGETS.iter().find(|(name, _)| *name == target).map(|(_, oracle)| *oracle)
}
