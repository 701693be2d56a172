//! Counts a run by level: of the cases that ask something at a level, how many are right in it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::tally::Counted;
use crate::vectors::Level;

/// The counts of each level at which something was asked.
pub type Levels = BTreeMap<Level, LevelCounts>;

/// The counts of one level.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct LevelCounts {
    /// How many of the cases have no deviation of this level or of a stronger one.
    pub as_expected: u32,
    /// How many cases that ran ask for a verdict, a code or data at this level.
    pub run: u32,
}

/// Counts the cases. Codes and data count where the adapter shows them.
pub fn count(cases: &[Counted<'_>]) -> Levels {
    let mut levels = Levels::new();
    for Counted { job, found, .. } in cases.iter().filter(|counted| counted.found.runs > 0) {
        let case = job.case;
        let judgement = found.shown.as_ref().map(|finding| &finding.judgement);
        // Without an answer nothing is right.
        let deviation = judgement.map(|judgement| judgement.level(case).unwrap_or(Level::Must));
        let data = deviation.filter(|_| judgement.is_some_and(|judgement| judgement.is_wrong_answer()));
        let mut asked: Vec<_> = [Some(case.level), case.code_level, case.data_level, data].into();
        asked.sort_unstable();
        asked.dedup();
        for level in asked.into_iter().flatten() {
            let counts = levels.entry(level).or_default();
            counts.run += 1;
            counts.as_expected += u32::from(deviation.is_none_or(|deviation| deviation > level));
        }
    }
    levels
}

/// The counts in a line: `must 1180 of 1190, should 60 of 60`.
pub fn line(levels: &Levels) -> String {
    let counts = |(level, LevelCounts { as_expected, run }): (&Level, &LevelCounts)| {
        format!("{} {as_expected} of {run}", level.name())
    };
    levels.iter().map(counts).collect::<Vec<_>>().join(", ")
}
