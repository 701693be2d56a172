//! `--shard I/N`: a part of the selected cases.

use std::fmt;
use std::str::FromStr;

use super::exit::{Exit, Failure};
use crate::vectors::Case;

/// Which part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which one, from 1.
    one: usize,
    of: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |digits: &str| digits.parse().ok().filter(|_| !digits.starts_with('+'));
        let numbers = text.split_once('/').and_then(|(one, of)| Some((number(one)?, number(of)?)));
        match numbers {
            Some((one, of)) if (1..=of).contains(&one) => Ok(Self { one, of }),
            _ => Err("it must be I/N with I from 1 to N, such as 2/5".into()),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.one, self.of)
    }
}

impl Shard {
    /// Every n-th of the selected cases, so that all shards have about the same size and share all suites.
    /// None may be empty, as it is where there are fewer cases than shards.
    pub fn part<'a>(self, selected: &[&'a Case]) -> Result<Vec<&'a Case>, Failure> {
        let part: Vec<_> = selected.iter().skip(self.one - 1).step_by(self.of).copied().collect();
        if part.is_empty() {
            let message = format!("the shard {self} is empty: only {} cases are selected", selected.len());
            return Err(Failure::new(Exit::Nothing, message));
        }
        Ok(part)
    }
}
