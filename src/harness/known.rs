//! The list of known failures: cases that may fail, each with the reason why. The list can only shrink: an entry whose
//! cases pass, that matches nothing or that has expired is itself a failure, and so is a case that fails in another way than
//! its entry says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::finding::Finding;
use super::select::Pattern;
use crate::protocol::Foreign;
use crate::vectors::{Case, VerdictKind, load};

pub mod update;

/// The list.
#[derive(Debug, Default)]
pub struct KnownFailures {
    file: String,
    entries: Vec<Entry>,
    /// The ids of the cases that must be rejected.
    rejected: BTreeSet<String>,
    /// The first entry for each of the cases that the list is for: many are looked for again and again.
    first: BTreeMap<String, Option<usize>>,
}

/// One entry.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The id or pattern.
    pub case: Spanned<String>,
    /// If only cases that must be accepted, or rejected, are its cases.
    pub expects: Option<VerdictKind>,
    /// Why its cases fail.
    pub why: Foreign,
    /// Where that is tracked.
    pub issue: Option<Foreign>,
    /// The last day on which it holds.
    pub until: Option<String>,
    /// What the adapter answers, as [`Finding::in_words`] has it or the first words of that; nothing when any failure
    /// is the known one.
    pub got: Option<String>,
    /// Its line in the file, from 1.
    #[serde(skip)]
    pub line: usize,
    #[serde(skip)]
    pattern: Option<Pattern>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    known: Vec<Entry>,
}

impl Entry {
    /// Is this failure of one of its cases the known one?
    pub fn covers(&self, finding: &Finding) -> bool {
        self.got.as_deref().is_none_or(|got| starts_with_words(&finding.in_words(), got))
    }
}

/// Is this a date of the form `YYYY-MM-DD`? Dates of this form compare as strings.
fn is_date(text: &str) -> bool {
    matches!(text.parse(), Ok(Datetime { date: Some(_), time: None, .. }))
}

/// Are the words of `start` the first ones of `text`?
fn starts_with_words(text: &str, start: &str) -> bool {
    let mut words = text.split_whitespace();
    start.split_whitespace().all(|word| words.next() == Some(word))
}

impl KnownFailures {
    /// Reads the file.
    ///
    /// # Errors
    /// A sentence that names the file, the line and what is wrong.
    pub fn read(path: &Path) -> Result<Self, String> {
        let file = path.display().to_string();
        let text = load::read_text(path, load::MAX_FILE).map_err(|error| format!("{file}: {error}"))?;
        Self::parse(&file, &text)
    }

    /// Reads the text of a file of that name.
    ///
    /// # Errors
    /// A sentence that names the file, the line and what is wrong.
    pub fn parse(file: &str, text: &str) -> Result<Self, String> {
        let File { known: mut entries } = toml::from_str(text).map_err(|error| {
            format!(
                "{file}: {error}\nAn entry is [[known]] with case = \"id or pattern\", why = \"…\" and, if wanted, \
                 issue = \"…\", until = \"YYYY-MM-DD\", expects = \"accept or reject\" and got = \"what the adapter answers\""
            )
        })?;
        let (mut line, mut counted) = (1, 0);
        for entry in &mut entries {
            // Entries come in the order of the file.
            let start = entry.case.span().start;
            let between = text.as_bytes().get(counted..start).unwrap_or_default();
            line += between.iter().filter(|byte| **byte == b'\n').count();
            counted = start;
            entry.line = line;
            let wrong = |what: String| format!("{file}, line {}: {what}", entry.line);
            let pattern = Pattern::parse(entry.case.get_ref()).map_err(|error| wrong(error.to_string()))?;
            if entry.why.raw().trim().is_empty() {
                return Err(wrong("the entry's why is empty. Say in a sentence why the case fails".into()));
            }
            if let Some(until) = entry.until.as_deref().filter(|until| !is_date(until)) {
                return Err(wrong(format!("until is {until:?}; it must be a date, YYYY-MM-DD")));
            }
            if entry.got.as_deref().is_some_and(|got| got.trim().is_empty()) {
                return Err(wrong(
                    "the entry's got is empty. Leave it out, or run `spontan known-failures --update`".into(),
                ));
            }
            entry.pattern = Some(pattern);
        }
        Ok(Self { file: file.to_owned(), entries, rejected: BTreeSet::new(), first: BTreeMap::new() })
    }

    /// The list for these cases, whose verdicts entries may ask for.
    pub fn for_cases(mut self, cases: &[&Case]) -> Self {
        let rejected = cases.iter().filter(|case| case.verdict_kind() == VerdictKind::Reject);
        self.rejected = rejected.map(|case| case.id.clone()).collect();
        let first = |case: &&Case| (case.id.clone(), self.position(&case.id));
        self.first = cases.iter().map(first).collect();
        self
    }

    /// The list for cases that were made anew: what an answer depends on of a case's keys, the digest of an output and the data of a
    /// failure, is not compared.
    pub fn for_fresh_cases(mut self) -> Self {
        for got in self.entries.iter_mut().filter_map(|entry| entry.got.as_mut()) {
            // A failure code has four hex digits, those two have more.
            let depends = |word: &&str| word.len() > 4 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
            let kept: Vec<_> = got.split_whitespace().filter(|word| !depends(word)).collect();
            *got = kept.join(" ");
        }
        self
    }

    /// Is this one of the cases of an entry?
    fn matches(&self, entry: &Entry, id: &str) -> bool {
        entry.pattern.as_ref().is_some_and(|pattern| pattern.matches(id))
            && entry
                .expects
                .is_none_or(|expects| (expects == VerdictKind::Reject) == self.rejected.contains(id))
    }

    /// The first entry for a case.
    pub fn find(&self, id: &str) -> Option<&Entry> {
        let position = self.first.get(id).copied().unwrap_or_else(|| self.position(id));
        self.entries.get(position?)
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.entries.iter().position(|entry| self.matches(entry, id))
    }

    /// What is wrong with the list itself: entries that match none of `ids` (those of the whole vectors), and entries
    /// whose date is before `today`.
    pub fn stale(&self, ids: &[&str], today: &str) -> Vec<String> {
        let mut complaints = Vec::new();
        for entry in &self.entries {
            let at = format!("{}, line {}: {}", self.file, entry.line, entry.case.get_ref());
            if !ids.iter().any(|id| self.matches(entry, id)) {
                complaints
                    .push(format!("{at} matches no case of the vectors. Remove the entry or correct the id"));
            }
            if let Some(until) = entry.until.as_deref().filter(|until| *until < today) {
                complaints.push(format!("{at} expired on {until} ({})", entry.why.printable()));
            }
        }
        complaints
    }

    /// The complaint about a listed case that fails in another way than its entry says.
    pub fn changed_answer(&self, entry: &Entry, id: &str, finding: &Finding) -> String {
        let got = entry.got.as_deref().unwrap_or_default();
        format!(
            "{}, line {}: {id} fails in another way than listed: the entry has {got:?}, now it is {:?}. Look at it, \
             then correct the entry's got or run `spontan known-failures --update {}`",
            self.file,
            entry.line,
            finding.in_words(),
            self.file
        )
    }

    /// The complaint about a listed case that passed.
    pub fn unexpected_pass(&self, entry: &Entry, id: &str) -> String {
        let listed = entry.case.get_ref();
        let pattern = if listed == id { String::new() } else { format!(" (listed as {listed})") };
        format!("{}, line {}: {id}{pattern} passes. Remove it from the list", self.file, entry.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
# What we know.
[[known]]
case = "bigsize.decode/r-*"
why = "the decoder is lax"
issue = "https://example.org/1"

[[known]]
case = "onion.peel/**"
why = "not written yet"
until = "2026-11-21"

[[known]]
case = "tlv.decode/gone"
why = "renamed"
"#;

    #[test]
    fn entries_match_by_parts() {
        let known = KnownFailures::parse("k.toml", TEXT).unwrap();
        assert_eq!(known.find("bigsize.decode/r-a").map(|entry| entry.line), Some(4));
        assert!(known.find("bigsize.decode/r-a/b").is_none());
        assert!(known.find("bigsize.decode/a").is_none());
        assert_eq!(known.find("onion.peel/a").map(|entry| entry.why.raw()), Some("not written yet"));
    }

    #[test]
    fn an_entry_may_be_for_one_verdict() {
        let text = "[[known]]\ncase = \"bigsize.decode/**\"\nexpects = \"reject\"\nwhy = \"lax\"\n";
        let suites = crate::vectors::load::built_in().unwrap();
        let cases: Vec<_> = suites.iter().flat_map(|suite| &suite.cases).collect();
        let known = KnownFailures::parse("k.toml", text).unwrap().for_cases(&cases);
        assert!(known.find("bigsize.decode/bolt1-two-byte-not-canonical").is_some());
        assert!(known.find("bigsize.decode/bolt1-zero").is_none());
        let wrong = KnownFailures::parse("k.toml", &text.replace("reject", "refuse")).unwrap_err();
        assert!(wrong.contains("expected `accept` or `reject`"), "{wrong}");
    }

    #[test]
    fn of_fresh_cases_only_what_depends_on_no_key_is_compared() {
        let list = |got: &str| {
            let text = format!("[[known]]\ncase = \"a\"\nwhy = \"lax\"\ngot = \"{got}\"\n");
            KnownFailures::parse("k.toml", &text).unwrap().for_fresh_cases()
        };
        let got = |got: &str| list(got).find("a").and_then(|entry| entry.got.clone()).unwrap();
        assert_eq!(got("accept 21282913"), "accept");
        assert_eq!(
            got("reject preimage_mismatch 400f 00000000000186a0000c3500"),
            "reject preimage_mismatch 400f"
        );
        assert_eq!(got("reject 400f"), "reject 400f");
        assert_eq!(got("timed out"), "timed out");
    }

    #[test]
    fn stale_entries_are_named_with_file_and_line() {
        let known = KnownFailures::parse("k.toml", TEXT).unwrap();
        let ids = ["bigsize.decode/r-a", "onion.peel/b"];
        let on_the_day = known.stale(&ids, "2026-11-21");
        assert_eq!(on_the_day.len(), 1, "{on_the_day:?}");
        assert!(on_the_day[0].starts_with("k.toml, line 14: tlv.decode/gone matches no case"));
        let after = known.stale(&ids, "2026-11-22");
        assert_eq!(after.len(), 2);
        assert!(after[0].starts_with("k.toml, line 9: onion.peel/** expired on 2026-11-21"), "{after:?}");
    }

    #[test]
    fn an_answer_is_known_by_its_first_words() {
        assert!(starts_with_words("reject payment_hash_unknown 400f", "reject"));
        assert!(starts_with_words("reject payment_hash_unknown 400f", "reject  payment_hash_unknown 400f"));
        assert!(!starts_with_words("reject payment_hash_unknown 400f", "reject payment"));
        assert!(!starts_with_words("accept 0102", "reject"));
        assert!(!starts_with_words("reject", "reject 400f"));
    }

    #[test]
    fn dates_have_one_form() {
        assert!(is_date("1970-01-01") && is_date("2000-02-29"));
        for text in [
            "",
            "2026-1-1",
            "2026-13-01",
            "2026-00-10",
            "2026-01-32",
            "2026/01/01",
            "+026-01-01",
            "2026-01-01-",
        ] {
            assert!(!is_date(text), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_list_is_said() {
        for (text, part) in [
            ("[[known]]\ncase = \"a\"\n", "missing field `why`"),
            ("[[known]]\ncase = \"a\"\nwhy = \"\"\n", "line 2: the entry's why is empty"),
            ("[[known]]\ncase = \"a[\"\nwhy = \"x\"\n", "line 2: the pattern"),
            ("[[known]]\ncase = \"a\"\nwhy = \"x\"\nuntil = \"soon\"\n", "it must be a date"),
            ("[[known]]\ncase = \"a\"\nwhy = \"x\"\ngot = \" \"\n", "line 2: the entry's got is empty"),
            ("[[known]]\ncase = \"a\"\nwhy = \"x\"\nextra = 1\n", "unknown field `extra`"),
            ("[[konwn]]\ncase = \"a\"\nwhy = \"x\"\n", "unknown field `konwn`"),
            ("known", "k.toml: TOML parse error"),
        ] {
            let message = KnownFailures::parse("k.toml", text).unwrap_err();
            assert!(message.contains(part), "{text}: {message}");
        }
    }
}
