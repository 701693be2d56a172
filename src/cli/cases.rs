//! What several commands share: which vectors are read, which cases are selected, which one an id names.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::exit::{Exit, Failure};
use crate::harness::select::{SelectError, Selection, select};
use crate::harness::{Adapter, plan};
use crate::vectors::requirement::{self, Requirements};
use crate::vectors::{Case, Level, Suite, lint, load};

/// Where the vectors are.
#[derive(Debug, Clone, Args)]
pub struct VectorsFrom {
    /// Read the vectors from the *.yaml files of this directory instead of those that are built in
    #[arg(long, value_name = "DIR")]
    pub vectors: Option<PathBuf>,
}

/// Which cases.
#[derive(Debug, Clone, Args)]
pub struct Select {
    /// Take only cases whose id matches: * stands for anything within a part, ** for any number of parts. May be
    /// given several times; a case that matches one of them is taken. A pattern that matches nothing is an error
    #[arg(short = 'k', value_name = "GLOB")]
    pub patterns: Vec<String>,
    /// Take only cases with this flag. May be given several times; a case with one of them is taken
    #[arg(long = "flag", value_name = "FLAG")]
    pub flags: Vec<String>,
    /// Take only cases of this level and of stronger ones: must, then should, then may
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<LevelArg>,
    /// Take only the cases of a quick check: a small set that still finds every seeded bug of `spontan quirks`
    #[arg(long)]
    pub smoke: bool,
}

/// The ids of the quick check, one a line: what `spontan quirks --smoke` prints.
const SMOKE: &str = include_str!("../../vectors/smoke.txt");

/// A level on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LevelArg {
    /// What a spec says must be.
    Must,
    /// Also what a spec says should be.
    Should,
    /// Also where the specs leave a choice.
    May,
}

impl Select {
    /// The cases that are selected.
    ///
    /// # Errors
    /// If a pattern is wrong or nothing is selected.
    pub fn of<'a>(&self, cases: &[&'a Case]) -> Result<Vec<&'a Case>, Failure> {
        let level = self.level.map(|level| match level {
            LevelArg::Must => Level::Must,
            LevelArg::Should => Level::Should,
            LevelArg::May => Level::May,
        });
        let quick: Vec<_>;
        let cases = if self.smoke {
            let ids: BTreeSet<_> = SMOKE.lines().collect();
            quick = cases.iter().copied().filter(|case| ids.contains(case.id.as_str())).collect();
            &quick
        } else {
            cases
        };
        let selection = Selection { patterns: self.patterns.clone(), flags: self.flags.clone(), level };
        select(cases, &selection).map_err(|error| {
            let exit = match error {
                SelectError::Pattern { .. } => Exit::Usage,
                SelectError::Nothing(_) => Exit::Nothing,
            };
            Failure::new(exit, error.to_string())
        })
    }
}

impl VectorsFrom {
    /// Reads the vectors and refuses those that no run could rely on.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn load(&self) -> Result<Vec<Suite>, Failure> {
        let wrong = |message: String| Failure::new(Exit::Vectors, message);
        let suites = match &self.vectors {
            Some(path) => load::directory(path),
            None => load::built_in(),
        }
        .map_err(|error| wrong(format!("the vectors cannot be read. {error}")))?;
        sound(&suites).map_err(wrong)?;
        Ok(suites)
    }

    /// The requirements beside the vectors; those that are built in where a directory has none.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn requirements(&self) -> Result<Requirements, Failure> {
        let wrong = |error| Failure::new(Exit::Vectors, format!("the requirements cannot be read. {error}"));
        match &self.vectors {
            Some(path) => requirement::directory(path).map_err(wrong)?.map_or_else(requirement::built_in, Ok),
            None => requirement::built_in(),
        }
        .map_err(wrong)
    }
}

/// What `check` itself needs of vectors; `spontan vectors lint` asks for much more.
fn sound(suites: &[Suite]) -> Result<(), String> {
    lint::ids(suites).map_err(|message| format!("the vectors do not lint: {message}"))?;
    for suite in suites {
        for case in &suite.cases {
            let wrong = |what: String| Err(format!("the vectors do not lint: {}: {what}", case.id));
            if case.operation() != suite.suite {
                return wrong(format!(
                    "it stands in the suite {:?}. An id starts with the name of its suite",
                    suite.suite
                ));
            }
            if case.expect.is_some() == case.expect_by_policy.is_some() {
                return wrong("it must have one of expect and expect_by_policy".into());
            }
            if let Some(length) = plan::too_long(case) {
                return wrong(format!(
                    "its request line would have up to {length} bytes; the protocol allows {}",
                    crate::protocol::MAX_LINE
                ));
            }
        }
    }
    Ok(())
}

/// The cases of all suites, in their order.
pub fn all(suites: &[Suite]) -> Vec<&Case> {
    suites.iter().flat_map(|suite| &suite.cases).collect()
}

/// The case of this id.
///
/// # Errors
/// If there is none; the message names the ids that are nearest.
pub fn find<'a>(cases: &[&'a Case], id: &str) -> Result<&'a Case, Failure> {
    if let Some(case) = cases.iter().find(|case| case.id == id) {
        return Ok(case);
    }
    let near = nearest(id, cases.iter().map(|case| case.id.as_str()));
    let hint = if near.is_empty() {
        " The vectors have no cases".to_owned()
    } else {
        format!(" Did you mean one of these?{near}\n`spontan list` lists all")
    };
    Err(Failure::new(Exit::Usage, format!("there is no case {id:?}.{hint}")))
}

/// The three words that are nearest to what was typed, each on a line of its own.
pub fn nearest<'a>(typed: &str, words: impl Iterator<Item = &'a str>) -> String {
    let mut near: Vec<_> = words.map(|word| (distance(typed, word), word)).collect();
    near.sort_unstable();
    near.iter().take(3).map(|(_, word)| format!("\n  {word}")).collect()
}

/// How far an id is from what was typed: insertions are cheap, since people type parts of ids.
fn distance(typed: &str, id: &str) -> usize {
    let (typed, id): (Vec<_>, Vec<_>) = (typed.chars().take(200).collect(), id.chars().collect());
    let mut row: Vec<usize> = (0..=id.len()).collect();
    for (i, a) in typed.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (i + 1) * 4;
        for (j, b) in id.iter().enumerate() {
            let kept = diagonal + if a == b { 0 } else { 4 };
            diagonal = row[j + 1];
            row[j + 1] = kept.min(row[j] + 1).min(diagonal + 4);
        }
    }
    row[id.len()]
}

/// The adapter behind `--`, or this program itself as the adapter of the reference.
///
/// # Errors
/// If this program does not know its own path.
pub fn adapter_or_reference(words: &[OsString]) -> Result<Adapter, Failure> {
    match words.split_first() {
        Some((program, args)) => Ok(Adapter { program: program.clone(), args: args.to_vec() }),
        None => {
            let program = std::env::current_exe().map_err(|error| {
                Failure::new(
                    Exit::NoAdapter,
                    format!("this program does not find itself ({error}). Name an adapter behind --"),
                )
            })?;
            Ok(Adapter { program: program.into(), args: vec!["adapter".into()] })
        }
    }
}

/// A duration in seconds from the command line.
///
/// # Errors
/// If it is no number above 0, or more than a day.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 =
        text.parse().map_err(|_| "it must be a number of seconds, such as 5 or 0.5".to_owned())?;
    if seconds > 0.0 && seconds <= 86_400.0 {
        Ok(Duration::from_secs_f64(seconds).max(Duration::from_millis(1)))
    } else {
        Err("it must be above 0 and at most 86400 seconds".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_an_id_is_nearer_than_another_id() {
        let typed = "keysend.receive/preimage-last-bit";
        let right = distance(typed, "keysend.receive/reject/preimage-last-bit-flipped");
        assert!(right < distance(typed, "keysend.receive/accept/minimal"));
        assert!(
            distance("bigsize.decode/accept/zer", "bigsize.decode/accept/zero")
                < distance("bigsize.decode/accept/zer", "bigsize.decode/accept/one")
        );
    }

    #[test]
    fn durations_are_bounded() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for text in ["0", "-1", "nan", "inf", "1e9", "5s", ""] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
