//! Which vectors are read, and which of their cases an id names.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};

use clap::Args;
use sha2::{Digest, Sha256};

use super::exit::{Exit, Failure};
use crate::harness::select::SelectError;
use crate::harness::{plan, text};
use crate::protocol::MAX_LINE;
use crate::quirks::score;
use crate::vectors::load::{self, LoadError};
use crate::vectors::requirement::{self, Requirements};
use crate::vectors::{Case, Suite, lint, lock, recipe};

/// Where the vectors are.
#[derive(Debug, Clone, Args)]
pub struct VectorsFrom {
    /// Read the vectors from the *.yaml files of this directory instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub vectors: Option<PathBuf>,
}

/// The cases of a run: those of the vectors, or fresh ones.
#[derive(Debug, Clone, Args)]
pub struct CasesFrom {
    #[command(flatten)]
    pub from: VectorsFrom,
    /// Make every case anew, with other keys, preimages, session keys and other bytes, and ask them in another order. An
    /// implementation that knows the published cases, rather than the rules, fails. The seed is printed; the same seed gives
    /// the same cases
    #[arg(long, value_name = "SEED", num_args = 0..=1, conflicts_with = "vectors")]
    pub fresh: Option<Option<u32>>,
}

/// Cases with the seed from which they were made, if they are fresh.
#[derive(Debug)]
pub struct Cases {
    pub suites: Vec<Suite>,
    pub seed: Option<u32>,
}

impl CasesFrom {
    /// Reads the vectors, or makes fresh ones, on which the reference and the second implementation agree.
    pub fn load(&self) -> Result<Cases, Failure> {
        let Some(seed) = self.fresh else { return Ok(Cases { suites: self.from.load()?, seed: None }) };
        let seed = seed.unwrap_or_else(random_seed);
        let of_seed =
            |what| Failure::vectors(format!("the fresh cases of seed {seed} are not valid: {what}"));
        let suites = recipe::fresh(seed.into(), |_| true).map_err(of_seed)?;
        sound(&suites).map_err(of_seed)?;
        match score::disagreement(&suites) {
            Some(id) => Err(of_seed(format!("reference and second implementation differ on {id}"))),
            None => Ok(Cases { suites, seed: Some(seed) }),
        }
    }
}

/// A seed that nobody chose.
pub fn random_seed() -> u32 {
    RandomState::new().hash_one("seed") as u32
}

impl Cases {
    /// The selected cases in the order in which they are asked: that of the vectors, or one that follows from the seed.
    pub fn in_order<'a>(&self, mut selected: Vec<&'a Case>) -> Vec<&'a Case> {
        if let Some(seed) = self.seed {
            selected.sort_by_cached_key(|case| Sha256::digest(format!("{seed}/{}", case.id)));
        }
        selected
    }
}

/// Nothing is selected.
impl From<SelectError> for Failure {
    fn from(error: SelectError) -> Self {
        let exit = match error {
            SelectError::Pattern { .. } => Exit::Usage,
            SelectError::Nothing(_) => Exit::Nothing,
        };
        Self::new(exit, error.to_string())
    }
}

impl VectorsFrom {
    /// Reads the vectors and refuses those that no run could rely on.
    pub fn load(&self) -> Result<Vec<Suite>, Failure> {
        let suites = read(self.vectors.as_deref())?;
        sound(&suites).map_err(|what| Failure::vectors(format!("the vectors are not valid: {what}")))?;
        Ok(suites)
    }

    /// What a person should know of vectors that are not the built-in ones: that no lock tells whether they are as they were
    /// published, or in what it does not fit.
    pub fn lock_note(&self, suites: &[Suite]) -> Result<Option<String>, Failure> {
        let Some(directory) = &self.vectors else { return Ok(None) };
        let file = directory.join(lock::FILE);
        if !file.exists() {
            let what = "nothing tells whether its cases are as they were published";
            return Ok(Some(format!("{} has no {}: {what}", directory.display(), lock::FILE)));
        }
        let misfit = lock::misfit(&locked(&file)?, suites);
        Ok(misfit.map(|what| format!("{} does not fit the cases: {what}", file.display())))
    }

    /// The requirements in the directory of the vectors, or the built-in ones if it has none.
    pub fn requirements(&self) -> Result<Requirements, Failure> {
        requirements(self.vectors.as_deref())
            .map_err(|error| Failure::vectors(format!("the requirements could not be loaded. {error}")))
    }
}

/// The requirements of a directory, or the built-in ones if it has none.
pub fn requirements(directory: Option<&Path>) -> Result<Requirements, LoadError> {
    let found = directory.map_or(Ok(None), requirement::directory)?;
    found.map_or_else(requirement::built_in, Ok)
}

/// The lock in a file.
pub fn locked(file: &Path) -> Result<lock::Lock, Failure> {
    let text = load::read_text(file, load::MAX_FILE).map_err(|error| Failure::unreadable(file, error))?;
    lock::parse(&text).map_err(|error| Failure::vectors(format!("{}: {error}", file.display())))
}

/// Reads the vectors of a directory, or the built-in ones.
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

/// The case of this id, or an error that names the ids that are nearest.
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
    text::nearest(typed, words, 3).iter().map(|word| format!("\n  {word}")).collect()
}
