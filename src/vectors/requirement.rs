//! What the specs ask: `vectors/requirements.yaml`, one entry a rule, in our own words. Every case cites the rules that it
//! turns on, and every rule has cases or says why it cannot have one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::case::{Case, Level, Suite, is_name};
use super::load;

/// The `schema` of the file.
pub const SCHEMA: &str = "spontan-requirements/1";

/// The name of the file beside the vectors.
pub const FILE: &str = "requirements.yaml";

/// The first line of the file.
pub const HEADER: &str =
    "# What the specs ask, in our own words. Written by hand; `spontan vectors lint` checks it. CC0-1.0.\n";

const BUILT_IN: &str = include_str!("../../vectors/requirements.yaml");

/// The file.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Requirements {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The documents that requirements stand in.
    pub documents: Vec<Document>,
    /// The requirements, sorted by id.
    pub requirements: Vec<Requirement>,
}

/// A document.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Its file, by which requirements and cases name it.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The repository on GitHub, or where else it was published.
    pub source: String,
    /// The commit that sections and lines are those of; a mail has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

impl Document {
    /// The address of a line or of a range of lines, such as `341` or `390-391`, at the commit that they are of; a mail has none.
    pub fn address(&self, lines: &str) -> Option<String> {
        let (first, last) = lines.split_once('-').unwrap_or((lines, lines));
        let anchor = if first == last { format!("L{first}") } else { format!("L{first}-L{last}") };
        let Self { name, source, commit, .. } = self;
        Some(format!("https://github.com/{source}/blob/{}/{name}?plain=1#{anchor}", commit.as_ref()?))
    }
}

/// One rule.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Its name, such as `bolt1.tlv.types-increasing`.
    pub id: String,
    /// How strong it is: definitions count as a MUST.
    pub level: Level,
    /// What it asks, in a sentence.
    pub text: String,
    /// The document that it stands in: a [`Document::name`].
    pub document: String,
    /// The section.
    pub section: String,
    /// The lines, such as `164-166` or `336,338-339`; a mail has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<String>,
    /// Why it has no case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<String>,
}

/// The requirements that are built into this program.
///
/// # Errors
/// If the file that it was built with is not sound.
pub fn built_in() -> Result<Requirements, load::LoadError> {
    parse(&format!("vectors/{FILE}"), BUILT_IN)
}

/// The level of a built-in requirement.
pub fn level(id: &str) -> Option<Level> {
    static LEVELS: LazyLock<BTreeMap<String, Level>> = LazyLock::new(|| {
        let requirements = built_in().map_or_else(|_| Vec::new(), |built_in| built_in.requirements);
        requirements.into_iter().map(|one| (one.id, one.level)).collect()
    });
    LEVELS.get(id).copied()
}

/// The requirements in a directory of vectors, if it has them.
///
/// # Errors
/// What is wrong with the file.
pub fn directory(path: &Path) -> Result<Option<Requirements>, load::LoadError> {
    let file = path.join(FILE);
    if !file.exists() {
        return Ok(None);
    }
    parse(&file.display().to_string(), &load::text_of(&file)?).map(Some)
}

/// Reads the text of a requirements file; `name` is for the messages.
///
/// # Errors
/// What is wrong with it.
pub fn parse(name: &str, text: &str) -> Result<Requirements, load::LoadError> {
    load::parse_as(name, text, SCHEMA, HEADER)
}

/// The cases that cite a requirement.
pub fn cases<'a>(suites: &'a [Suite], id: &str) -> Vec<&'a Case> {
    let cases = suites.iter().flat_map(|suite| &suite.cases);
    cases.filter(|case| case.requirements.iter().any(|cited| cited == id)).collect()
}

/// Everything that is wrong with the requirements, and with what the cases cite of them, a line each.
pub fn problems(requirements: &Requirements, suites: &[Suite]) -> Vec<String> {
    let mut problems = Vec::new();
    if !requirements.requirements.is_sorted_by(|a, b| a.id < b.id) {
        problems.push(format!("{FILE}: its ids are not sorted, or one occurs twice"));
    }
    let mut cited = BTreeSet::new();
    let known: BTreeSet<&str> = requirements.requirements.iter().map(|one| one.id.as_str()).collect();
    for case in suites.iter().flat_map(|suite| &suite.cases) {
        for id in &case.requirements {
            cited.insert(id);
            if !known.contains(id.as_str()) {
                problems.push(format!("{}: there is no requirement {id:?}", case.id));
            }
        }
    }
    for case in suites.iter().flat_map(|suite| &suite.cases) {
        let shown = case.requirements.first();
        let shown = shown.and_then(|first| requirements.requirements.iter().find(|one| one.id == *first));
        if let Some(one) = shown.filter(|one| case.level < one.level) {
            let (level, text) = (case.level.name(), one.level.name());
            problems.push(format!("{}: its level is {level}, and that of {} is {text}", case.id, one.id));
        }
    }
    for one in &requirements.requirements {
        let mut say = |what: &str| problems.push(format!("{FILE}: {}: {what}", one.id));
        if !one.id.contains('.') || !one.id.split('.').all(is_name) {
            say("the id is not made of names in a-z, 0-9 and - with dots between them");
        }
        if one.text.is_empty() || one.section.is_empty() || one.waiver.as_ref().is_some_and(String::is_empty)
        {
            say("its text, section or waiver is empty");
        }
        match requirements.documents.iter().find(|document| document.name == one.document) {
            None => say("its document is not in the list"),
            Some(document) if document.commit.is_some() != one.lines.is_some() => {
                say("it has lines if, and only if, its document has a commit");
            }
            Some(_) => {}
        }
        if one.lines.as_deref().is_some_and(|lines| !are_lines(lines)) {
            say("its lines are not written as 164-166 or 336,338-339, in rising order");
        }
        match (cited.contains(&one.id), &one.waiver) {
            (false, None) => say("no case cites it, and it has no waiver"),
            (true, Some(_)) => say("it has a waiver, and cases that cite it"),
            _ => {}
        }
    }
    problems
}

/// Ranges of lines in rising order, none of them twice.
fn are_lines(lines: &str) -> bool {
    let mut last = 0;
    lines.split(',').all(|range| {
        let (from, to) = range.split_once('-').unwrap_or((range, range));
        let (Ok(from), Ok(to)) = (from.parse::<u32>(), to.parse::<u32>()) else { return false };
        let rises = last < from && (from < to || !range.contains('-') && from == to);
        last = to;
        rises
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suites() -> Vec<Suite> {
        load::built_in().unwrap()
    }

    #[test]
    fn every_requirement_has_a_case_or_a_waiver() {
        assert_eq!(problems(&built_in().unwrap(), &suites()), Vec::<String>::new());
    }

    #[test]
    fn the_file_is_what_would_be_written() {
        assert!(parse("x", BUILT_IN).is_ok());
        for (from, to) in [
            ("level: \"must\"", "level: must"),
            ("  - id:", "  -  id:"),
            (SCHEMA, "spontan-requirements/2"),
            ("    level:", "    strength:"),
            (HEADER, ""),
        ] {
            assert!(parse("x", &BUILT_IN.replacen(from, to, 1)).is_err(), "{from}");
        }
    }

    #[test]
    fn what_is_wrong_is_found() {
        let suites = suites();
        let at = |id: &str, change: &dyn Fn(&mut Requirement)| {
            let mut requirements = built_in().unwrap();
            change(requirements.requirements.iter_mut().find(|one| one.id == id).unwrap());
            problems(&requirements, &suites).join("\n")
        };
        let (cited, waived) = ("bolt1.tlv.types-increasing", "bolt4.peel.constant-time");
        assert!(at(cited, &|one| one.waiver = Some("Why.".into())).contains("a waiver, and cases"));
        assert!(at(waived, &|one| one.waiver = None).contains("no case cites it, and it has no waiver"));
        assert!(at(waived, &|one| one.waiver = Some(String::new())).contains("waiver is empty"));
        assert!(at(cited, &|one| one.text.clear()).contains("is empty"));
        assert!(
            at(cited, &|one| one.id = "zz.renamed".into()).contains("there is no requirement \"bolt1.tlv.ty")
        );
        assert!(at(cited, &|one| one.id = "zz.renamed".into()).contains("not sorted"));
        assert!(at(cited, &|one| one.id = "bolt1.tlv.Types".into()).contains("names in a-z"));
        assert!(at(cited, &|one| one.document = "05-onchain.md".into()).contains("not in the list"));
        assert!(at(cited, &|one| one.lines = None).contains("if, and only if"));
        assert!(at("post2019.hashes", &|one| one.lines = Some("1".into())).contains("if, and only if"));
        assert!(at(cited, &|one| one.lines = Some("166-164".into())).contains("not written as"));
        let mut twice = built_in().unwrap();
        twice.requirements.insert(0, twice.requirements[0].clone());
        assert!(problems(&twice, &suites).join("\n").contains("one occurs twice"));
    }

    #[test]
    fn lines_are_ranges_in_rising_order() {
        for good in ["1", "164-166", "336,338-339", "1,2"] {
            assert!(are_lines(good), "{good}");
        }
        for bad in ["", "0", "5-5", "6-5", "1,1", "3-4,4", "1-", "a", "1, 2", "1-2-3"] {
            assert!(!are_lines(bad), "{bad}");
        }
    }
}
