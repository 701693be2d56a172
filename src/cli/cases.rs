//! Which vectors are read, which of their cases are selected, and which case an id names.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;

use super::choices::LevelArg;
use super::exit::{Exit, Failure};
use crate::harness::plan;
use crate::harness::select::{SelectError, Selection, select};
use crate::protocol::MAX_LINE;
use crate::vectors::requirement::{self, Requirements};
use crate::vectors::{Case, Level, Suite, lint, load};

/// Where the vectors are.
#[derive(Debug, Clone, Args)]
pub struct VectorsFrom {
    /// Read the vectors from the *.yaml files of this directory instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub vectors: Option<PathBuf>,
}

/// Which cases.
#[derive(Debug, Clone, Args)]
pub struct Select {
    /// Select the cases whose id matches: * matches within one part of an id, ** matches any number of parts. With
    /// several patterns, a case needs to match one of them. A pattern that matches no case is an error
    #[arg(short = 'k', value_name = "GLOB")]
    pub patterns: Vec<String>,
    /// Select the cases with this flag. With several, a case needs to have one of them
    #[arg(long = "flag", value_name = "FLAG")]
    pub flags: Vec<String>,
    /// Select the cases of this level and of stronger ones; the strongest is must, the weakest may
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<LevelArg>,
    /// Select a small set of cases for a quick check, which still finds every seeded bug of `spontan quirks`
    #[arg(long)]
    pub smoke: bool,
}

/// The ids of the quick check, one a line: what `spontan quirks --smoke` prints.
const SMOKE: &str = include_str!("../../vectors/smoke.txt");

impl Select {
    /// The cases that are selected.
    ///
    /// # Errors
    /// If a pattern is wrong or nothing is selected.
    pub fn of<'a>(&self, cases: &[&'a Case]) -> Result<Vec<&'a Case>, Failure> {
        let level = self.level.map(Level::from);
        let mut cases = cases.to_vec();
        if self.smoke {
            let smoke: BTreeSet<_> = SMOKE.lines().collect();
            cases.retain(|case| smoke.contains(case.id.as_str()));
        }
        let selection = Selection { patterns: self.patterns.clone(), flags: self.flags.clone(), level };
        select(&cases, &selection).map_err(|error| {
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
        let suites = read(self.vectors.as_deref())?;
        sound(&suites).map_err(|what| Failure::vectors(format!("the vectors are not valid: {what}")))?;
        Ok(suites)
    }

    /// The requirements in the directory of the vectors, or the built-in ones if it has none.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn requirements(&self) -> Result<Requirements, Failure> {
        match &self.vectors {
            Some(path) => {
                requirement::directory(path).and_then(|found| found.map_or_else(requirement::built_in, Ok))
            }
            None => requirement::built_in(),
        }
        .map_err(|error| Failure::vectors(format!("the requirements could not be loaded. {error}")))
    }
}

/// Reads the vectors of a directory, or the built-in ones.
///
/// # Errors
/// What is wrong with them, exit code 6.
pub fn read(directory: Option<&Path>) -> Result<Vec<Suite>, Failure> {
    directory
        .map_or_else(load::built_in, load::directory)
        .map_err(|error| Failure::vectors(format!("the vectors could not be loaded. {error}")))
}

/// What any run needs of vectors; `spontan vectors lint` asks for much more.
fn sound(suites: &[Suite]) -> Result<(), String> {
    lint::ids(suites)?;
    for suite in suites {
        for case in &suite.cases {
            let wrong = |what: String| Err(format!("{}: {what}", case.id));
            if case.operation() != suite.suite {
                return wrong(format!(
                    "it is in the suite {:?}. An id starts with the name of its suite",
                    suite.suite
                ));
            }
            if case.expectation(&BTreeMap::new()).is_none() {
                return wrong("none of its expectations is for the default policies".into());
            }
            if let Some(length) = plan::too_long(case) {
                return wrong(format!(
                    "its request line could have {length} bytes; the protocol allows {MAX_LINE}"
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
        format!(" Did you mean one of these?{near}\n`spontan list` lists all cases")
    };
    Err(Failure::usage(format!("there is no case {id:?}.{hint}")))
}

/// The three words that are nearest to what was typed, each on its own line.
pub fn nearest<'a>(typed: &str, words: impl Iterator<Item = &'a str>) -> String {
    let mut near: Vec<_> = words.map(|word| (distance(typed, word), word)).collect();
    near.sort_unstable();
    near.iter().take(3).map(|(_, word)| format!("\n  {word}")).collect()
}

/// How far an id is from what was typed. Insertions are cheap, because people type parts of ids.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_an_id_is_nearer_than_another_id() {
        let typed = "keysend.receive/preimage-last-bit";
        let right = distance(typed, "keysend.receive/preimage-last-bit-flipped");
        assert!(right < distance(typed, "keysend.receive/minimal"));
        assert!(
            distance("bigsize.decode/zer", "bigsize.decode/zero")
                < distance("bigsize.decode/zer", "bigsize.decode/one")
        );
    }
}
