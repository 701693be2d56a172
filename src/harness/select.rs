//! Which cases are run: patterns over ids, flags and levels. What matches nothing is an error, since a run without cases
//! would look clean.

use std::collections::BTreeSet;

use globset::{GlobBuilder, GlobMatcher};

use crate::vectors::{Case, Level};

/// What was asked for; whatever is empty selects all. (What is said of each field is the help of its option.)
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Selection {
    /// Select the cases whose id matches: * matches within one part of an id, ** matches any number of parts. With
    /// several patterns, a case needs to match one of them. A pattern that matches no case is an error
    #[arg(short = 'k', value_name = "GLOB")]
    pub patterns: Vec<String>,
    /// Select the cases with this flag. With several, a case needs to have one of them
    #[arg(long = "flag", value_name = "FLAG")]
    pub flags: Vec<String>,
    /// Select the cases of this level and of stronger ones; the strongest is must, the weakest proposal
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<Level>,
    /// Select a small set of cases for a quick check, which still finds every seeded bug of `spontan quirks`
    #[arg(long)]
    pub smoke: bool,
}

/// The ids of the quick check, one a line: what `spontan quirks --smoke` prints.
const SMOKE: &str = include_str!("../../vectors/smoke.txt");

/// Why there is no selection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SelectError {
    /// The pattern itself is wrong.
    #[error(
        "the pattern {pattern:?} is wrong: {message}. * stands for anything within a part of an id, ** for any number of parts"
    )]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        message: String,
    },
    /// A pattern, flag or combination that matches nothing.
    #[error("{0}")]
    Nothing(String),
}

/// Reads a pattern over ids: `*` within a part, `**` across parts.
///
/// # Errors
/// If the pattern is wrong.
pub fn pattern(text: &str) -> Result<GlobMatcher, SelectError> {
    GlobBuilder::new(text)
        .literal_separator(true)
        .backslash_escape(true)
        .build()
        .map(|glob| glob.compile_matcher())
        .map_err(|error| SelectError::Pattern { pattern: text.to_owned(), message: error.kind().to_string() })
}

/// The cases that are selected, in the order of the vectors.
///
/// # Errors
/// If a pattern is wrong, a pattern or flag matches no case, or nothing is left.
pub fn select<'a>(cases: &[&'a Case], selection: &Selection) -> Result<Vec<&'a Case>, SelectError> {
    let mut cases = cases.to_vec();
    if selection.smoke {
        let smoke: BTreeSet<_> = SMOKE.lines().collect();
        cases.retain(|case| smoke.contains(case.id.as_str()));
    }
    let mut matchers = Vec::new();
    for text in &selection.patterns {
        let matcher = pattern(text)?;
        if !cases.iter().any(|case| matcher.is_match(&case.id)) {
            let hint = if cases.iter().any(|case| case.operation() == text) {
                format!("; the cases of the suite {text} are {text}/**")
            } else if text.contains('*') && !text.contains("**") {
                "; * stays within a part of an id, ** stands for any number of parts".into()
            } else {
                String::new()
            };
            return Err(SelectError::Nothing(format!("the pattern {text:?} matches no case{hint}")));
        }
        matchers.push(matcher);
    }
    for flag in &selection.flags {
        if !cases.iter().any(|case| case.flags.contains(flag)) {
            let mut flags: Vec<_> = cases.iter().flat_map(|case| &case.flags).map(String::as_str).collect();
            flags.sort_unstable();
            flags.dedup();
            let flags = if flags.is_empty() { "none".to_owned() } else { flags.join(", ") };
            return Err(SelectError::Nothing(format!(
                "no case has the flag {flag:?}. The flags are {flags}"
            )));
        }
    }
    let selected: Vec<_> = cases
        .iter()
        .filter(|case| matchers.is_empty() || matchers.iter().any(|matcher| matcher.is_match(&case.id)))
        .filter(|case| {
            selection.flags.is_empty() || selection.flags.iter().any(|flag| case.flags.contains(flag))
        })
        .filter(|case| selection.level.is_none_or(|level| case.level <= level))
        .copied()
        .collect();
    if selected.is_empty() {
        return Err(SelectError::Nothing(match cases.len() {
            0 => "the vectors have no cases".into(),
            total => {
                format!("none of the {total} cases is selected: each of -k, --flag and --level must hold")
            }
        }));
    }
    Ok(selected)
}
