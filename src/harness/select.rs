//! Which cases are run: patterns over ids, flags and levels. What matches nothing is an error, since a run without cases
//! would look clean.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::sync::OnceLock;

use clap_complete::{ArgValueCompleter, CompletionCandidate};
use globset::{Glob, GlobBuilder, GlobMatcher};

use super::text::{nearest, shorten};
use crate::protocol::OPERATIONS;
use crate::vectors::{Case, Level, VerdictKind, load};

/// What was asked for; whatever is empty selects all. (What is said of each field is the help of its option.)
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Selection {
    /// Select the cases whose id matches: * matches within one part of an id, ** matches any number of parts, and a word
    /// without any of *?[]{}/ matches the ids that it is a part of. With several patterns, a case needs to match one of
    /// them. A pattern that matches no case is an error
    #[arg(short = 'k', value_name = "GLOB", add = case_ids())]
    pub patterns: Vec<String>,
    /// Select the cases with this flag. With several, a case needs to have one of them
    #[arg(long = "flag", value_name = "FLAG")]
    pub flags: Vec<String>,
    /// Select the cases of this level and of stronger ones; the strongest is must, the weakest proposal
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<Level>,
    /// Select the cases that must be accepted, or those that must be rejected, with the default of every policy
    #[arg(long, value_name = "VERDICT")]
    pub verdict: Option<VerdictKind>,
    /// Select a small set of cases for a quick check, which still finds every seeded bug of `spontan quirks`
    #[arg(long)]
    pub smoke: bool,
}

/// The ids of the quick check, one a line: what `spontan quirks --smoke` prints.
const SMOKE: &str = include_str!("../../vectors/smoke.txt");

/// Completes the id of a built-in case in a shell: first the operation, then the rest.
pub fn case_ids() -> ArgValueCompleter {
    ArgValueCompleter::new(|word: &OsStr| {
        let word = word.to_str().unwrap_or_default();
        if !word.contains('/') {
            let operations = OPERATIONS.iter().filter(|(operation, _)| operation.starts_with(word));
            return operations
                .map(|(operation, _)| CompletionCandidate::new(format!("{operation}/")))
                .collect();
        }
        let suites = load::built_in().unwrap_or_default();
        let cases = suites.iter().flat_map(|suite| &suite.cases).filter(|case| case.id.starts_with(word));
        cases.map(|case| CompletionCandidate::new(&case.id).help(Some(case.about.clone().into()))).collect()
    })
}

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

/// The longest pattern, in bytes.
const MAX_PATTERN: usize = 4000;
/// How deep the braces of a pattern may be nested.
const MAX_NESTING: usize = 10;
/// What stands for something else in a pattern.
const SPECIAL: [char; 7] = ['*', '?', '[', ']', '{', '}', '\\'];

/// A pattern over ids: `*` within a part, `**` across parts.
#[derive(Debug)]
pub struct Pattern {
    /// How every id that matches starts; the whole id if nothing in the pattern is special.
    start: String,
    /// What it has after that, in this order.
    parts: Vec<String>,
    kind: Kind,
    glob: Glob,
    /// Made for the first id that may match.
    matcher: OnceLock<GlobMatcher>,
}

/// What a pattern asks of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Id,
    Part,
    Glob,
}

impl Pattern {
    /// Reads a pattern of a command line, where a word that cannot be an id stands for those that have it.
    fn typed(text: &str) -> Result<Self, SelectError> {
        let pattern = Self::parse(text)?;
        Ok(match pattern.kind {
            Kind::Id if !text.contains('/') => Self { kind: Kind::Part, ..pattern },
            _ => pattern,
        })
    }

    /// Reads a pattern.
    ///
    /// # Errors
    /// If the pattern is wrong.
    pub fn parse(text: &str) -> Result<Self, SelectError> {
        let wrong = |message: String| {
            let pattern = shorten(text, 100);
            SelectError::Pattern { pattern, message }
        };
        if text.len() > MAX_PATTERN {
            return Err(wrong(format!("it has {} bytes; {MAX_PATTERN} is the most", text.len())));
        }
        let depth = text.chars().scan(0_usize, |depth, char| {
            match char {
                '{' => *depth += 1,
                '}' => *depth = depth.saturating_sub(1),
                _ => {}
            }
            Some(*depth)
        });
        if depth.max().is_some_and(|depth| depth > MAX_NESTING) {
            return Err(wrong(format!("its braces are nested more than {MAX_NESTING} deep")));
        }
        let glob = GlobBuilder::new(text).literal_separator(true).backslash_escape(true).build();
        let glob = glob.map_err(|error| wrong(error.kind().to_string()))?;
        let is_id = !text.contains(SPECIAL);
        let (start, parts) = if is_id { (text.to_owned(), Vec::new()) } else { parts(text) };
        let kind = if is_id { Kind::Id } else { Kind::Glob };
        Ok(Self { start, parts, kind, glob, matcher: OnceLock::new() })
    }

    /// Does an id match?
    pub fn matches(&self, id: &str) -> bool {
        match self.kind {
            Kind::Id => id == self.start,
            Kind::Part => id.contains(&self.start),
            Kind::Glob => {
                self.has_parts(id) && self.matcher.get_or_init(|| self.glob.compile_matcher()).is_match(id)
            }
        }
    }

    /// Whether an id has all parts, the first of them at its start unless something stands for what is before it. A list has thousands
    /// of patterns, and each is asked of thousands of ids: this keeps most of them from a matcher, and from being compiled.
    fn has_parts(&self, id: &str) -> bool {
        let Some(mut rest) = id.strip_prefix(self.start.as_str()) else { return false };
        self.parts.iter().all(|part| {
            let found = rest.find(part.as_str());
            rest = found.map_or("", |at| &rest[at + part.len()..]);
            found.is_some()
        })
    }
}

/// What stands for itself in a glob: its start, and further parts. What is between the first brace or bracket and the last is one of
/// several, and is left out; so is what follows an escape. `/**/` may stand for one slash, so that a part has none at its ends.
fn parts(glob: &str) -> (String, Vec<String>) {
    let first = glob.find(['{', '[', '\\']).unwrap_or(glob.len());
    let last = match glob.rfind([']', '}']) {
        Some(last) if last > first && !glob.contains('\\') => last + 1,
        _ => glob.len(),
    };
    let plain = [&glob[..first], &glob[last..]];
    let mut parts =
        plain.iter().flat_map(|plain| plain.split(['*', '?'])).map(|part| part.trim_end_matches('/'));
    let start = parts.next().unwrap_or_default().to_owned();
    let parts = parts.map(|part| part.trim_start_matches('/')).filter(|part| !part.is_empty());
    (start, parts.map(str::to_owned).collect())
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
        let matcher = Pattern::typed(text)?;
        if !cases.iter().any(|case| matcher.matches(&case.id)) {
            return Err(SelectError::Nothing(format!(
                "the pattern {text:?} matches no case{}",
                hint(text, &cases)
            )));
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
        .filter(|case| matchers.is_empty() || matchers.iter().any(|matcher| matcher.matches(&case.id)))
        .filter(|case| {
            selection.flags.is_empty() || selection.flags.iter().any(|flag| case.flags.contains(flag))
        })
        .filter(|case| selection.level.is_none_or(|level| case.level <= level))
        .filter(|case| selection.verdict.is_none_or(|verdict| case.verdict_kind() == verdict))
        .copied()
        .collect();
    if selected.is_empty() {
        return Err(SelectError::Nothing(match cases.len() {
            0 => "the vectors have no cases".into(),
            total => {
                format!(
                    "none of the {total} cases is selected: each of -k, --flag, --level and --verdict must hold"
                )
            }
        }));
    }
    Ok(selected)
}

/// What else may have been meant by a pattern that matches no case.
fn hint(text: &str, cases: &[&Case]) -> String {
    let ids = cases.iter().map(|case| case.id.as_str());
    let suites: BTreeSet<_> = cases.iter().map(|case| case.operation()).collect();
    match text.split_once('/') {
        Some((suite, rest)) if !suites.contains(suite) && !suite.contains(SPECIAL) && !suites.is_empty() => {
            let near = nearest(suite, suites.into_iter(), 1);
            near.iter().map(|near| format!("; did you mean {near}/{rest}?")).collect()
        }
        _ if text.contains('*') && !text.contains("**") => {
            "; * stays within a part of an id, ** stands for any number of parts".into()
        }
        Some(_) if !text.contains(SPECIAL) => {
            let near: String = nearest(text, ids, 3).iter().map(|id| format!("\n  {id}")).collect();
            format!(". Did you mean one of these?{near}")
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_as_its_glob_does() {
        let suites = crate::vectors::load::built_in().unwrap();
        let ids: Vec<_> = suites.iter().flat_map(|suite| &suite.cases).map(|case| case.id.as_str()).collect();
        for text in [
            "bigsize.decode/bolt1-zero",
            "bigsize.decode/**",
            "**/bolt1-zero",
            "*/bolt1-*",
            "bigsize.{de,en}code/bolt1-*",
            "**/{bolt1-zero,bolt1-one}",
            "[a-c]*/bolt1-zer?",
            "[!a-c]*/*[a-c]",
            "bigsize.decode/bolt1\\-zero",
            "**",
            "*",
            "",
            "bigsize.decode/bolt1-zero,",
            "a]b",
            "big*size*.dec*/bolt1-*o",
            "*zero*bolt1*",
            "{bigsize,tlv}.*/*[0-9a-z]*-ze?o",
            "[b]*.{decode,encode}/bolt1-one",
            "*/bolt\\1-{zero,one}",
            "**/bigsize.decode/**/bolt1-zero",
        ] {
            let builder = GlobBuilder::new(text).literal_separator(true).backslash_escape(true).build();
            let (glob, pattern) = (builder.unwrap().compile_matcher(), Pattern::parse(text).unwrap());
            for id in ids.iter().copied().chain(["a]b", "bigsize.decode/bolt1-zero,"]) {
                assert_eq!(pattern.matches(id), glob.is_match(id), "{text} {id}");
            }
        }
    }

    #[test]
    fn no_pattern_is_too_much_to_compile() {
        let nested = |depth: usize| format!("{}a{}", "{".repeat(depth), "}".repeat(depth));
        assert!(Pattern::parse(&nested(MAX_NESTING)).unwrap().matches("a"));
        for (text, part) in [
            (nested(MAX_NESTING + 1), "nested more than 10 deep"),
            (nested(100_000), "it has 200001 bytes; 4000 is the most"),
            ("*".repeat(MAX_PATTERN + 1), "it has 4001 bytes"),
        ] {
            let message = Pattern::parse(&text).unwrap_err().to_string();
            assert!(message.contains(part) && message.len() < 500, "{message}");
        }
        for piece in
            ["*", "**/", "?", "[!a-z]", "[\u{100}-\u{10ffff}]", "{a,b}", "{**/,*,?}", "{{a,b},{c,d}}", "\\a"]
        {
            let text = piece.repeat(MAX_PATTERN / piece.len());
            Pattern::parse(&text).unwrap().matches("a/b/c");
        }
    }
}
