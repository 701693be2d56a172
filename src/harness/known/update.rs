//! Updates a list of known failures after a run, with as few changes to the file as possible: comments, order and the words
//! of entries that still hold stay.

use std::collections::BTreeMap;

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::{KnownFailures, starts_with_words};
use crate::vectors::Case;

/// What a new entry says until a person writes why.
const TODO_WHY: &str = "TODO: say why it fails";

/// The start of a file that did not exist.
const NEW_FILE: &str = "\
# Cases that are known to fail, each with why: an id or a pattern, * within a part and ** across parts. A listed case that
# passes, or that fails in another way than got says, fails `spontan check --known-failures`.
";

/// What a case came to in a run of all cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseOutcome {
    /// As expected.
    Passed,
    /// Not as expected: [`crate::harness::Finding::in_words`].
    Failed(String),
    /// Not asked.
    NotRun,
}

/// What was done to the list, each with ids or patterns in the order of the file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// New entries, with what the adapter answered.
    pub added: Vec<String>,
    /// Entries that are gone, with why.
    pub removed: Vec<String>,
    /// Patterns some of whose cases pass now; the others have entries of their own instead.
    pub split: Vec<String>,
    /// Entries whose `got` was another.
    pub changed: Vec<String>,
    /// How many entries are as they were.
    pub kept: usize,
}

/// The text of the list after a run with these outcomes, one for each of these cases.
///
/// # Errors
/// A sentence that says what about the file cannot be edited.
pub fn update(
    file: &str,
    text: &str,
    cases: &[&Case],
    outcomes: &BTreeMap<&str, CaseOutcome>,
) -> Result<(String, Changes), String> {
    let known = KnownFailures::parse(file, text)?.for_cases(cases);
    let mut document: DocumentMut = if text.trim().is_empty() { NEW_FILE } else { text }
        .parse()
        .map_err(|error| format!("{file}: {error}"))?;
    let tables = match document.remove("known") {
        None => ArrayOfTables::new(),
        Some(Item::ArrayOfTables(tables)) => tables,
        Some(_) => {
            return Err(format!(
                "{file}: write each entry under a [[known]] of its own; only that is edited"
            ));
        }
    };

    let mut changes = Changes::default();
    let mut updated = Vec::new();
    // Comments of removed entries that are not theirs alone; and those of a file that has no entry yet.
    let mut orphans = String::new();
    if tables.is_empty() {
        orphans = document.trailing().as_str().unwrap_or_default().to_owned();
        document.set_trailing("");
    }
    for (entry, mut table) in known.entries.iter().zip(tables) {
        adopt(&mut table, &mut orphans);
        let mut matched = outcomes.iter().filter(|(id, _)| known.matches(entry, id)).peekable();
        let is_listed = matched.peek().is_some();
        // A case belongs to the first entry that matches it.
        let first = |id| known.find(id).is_some_and(|first| std::ptr::eq(first, entry));
        let (passed, others): (Vec<_>, Vec<_>) =
            matched.filter(|(id, _)| first(id)).partition(|(_, outcome)| **outcome == CaseOutcome::Passed);
        let case = entry.case.get_ref();
        if !is_listed || (others.is_empty() && !passed.is_empty()) {
            orphans = detached(&table);
            let why = if is_listed { "passes" } else { "matches no case of the vectors" };
            changes.removed.push(format!("{case}: {why}"));
            continue;
        }
        if !passed.is_empty() {
            changes.split.push(format!("{case}: {} of its cases still fail", others.len()));
            for (index, (id, _)) in others.into_iter().enumerate() {
                let mut one = table.clone();
                if index > 0 {
                    one.decor_mut().set_prefix("\n");
                }
                one["case"] = value(*id);
                one.remove("expects");
                one.remove("got");
                updated.push(one);
            }
            continue;
        }
        let answers = others.into_iter().filter_map(|(_, outcome)| match outcome {
            CaseOutcome::Failed(answer) => Some(answer.as_str()),
            CaseOutcome::Passed | CaseOutcome::NotRun => None,
        });
        let answers: Vec<_> = answers.collect();
        let differs = |got: &&str| answers.iter().any(|answer| !starts_with_words(answer, got));
        if let Some(got) = entry.got.as_deref().filter(differs) {
            let now = common_words(&answers);
            changes.changed.push(format!("{case}: {got:?} is now {now:?}"));
            set_got(&mut table, now);
        } else {
            changes.kept += 1;
        }
        updated.push(table);
    }
    for (id, answer) in outcomes {
        let CaseOutcome::Failed(answer) = answer else { continue };
        if known.find(id).is_some() {
            continue;
        }
        let mut table = Table::new();
        table.decor_mut().set_prefix("\n");
        table["case"] = value(*id);
        table["why"] = value(TODO_WHY);
        table["got"] = value(answer);
        adopt(&mut table, &mut orphans);
        changes.added.push(format!("{id}: {answer}"));
        updated.push(table);
    }

    let mut list = ArrayOfTables::new();
    for (index, mut table) in updated.into_iter().enumerate() {
        table.set_position(isize::try_from(index).ok());
        list.push(table);
    }
    if !list.is_empty() {
        document["known"] = Item::ArrayOfTables(list);
    }
    let trailing = format!("{orphans}{}", document.trailing().as_str().unwrap_or_default());
    document.set_trailing(trailing);
    Ok((document.to_string(), changes))
}

/// Writes down another answer; the comment on it stays.
fn set_got(table: &mut Table, now: String) {
    if now.is_empty() {
        table.remove("got");
    } else if let Some(place) = table.get_mut("got").and_then(Item::as_value_mut) {
        let decor = place.decor().clone();
        *place = now.into();
        *place.decor_mut() = decor;
    }
}

/// The words with which all of these begin.
fn common_words(texts: &[&str]) -> String {
    let mut texts = texts.iter();
    let mut common: Vec<_> = texts.next().map_or_else(Vec::new, |text| text.split_whitespace().collect());
    for text in texts {
        let same = common.iter().zip(text.split_whitespace()).take_while(|(a, b)| *a == b).count();
        common.truncate(same);
    }
    common.join(" ")
}

/// The comments before an entry that a blank line separates from it: they are about more than this entry.
fn detached(table: &Table) -> String {
    let prefix = table.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default();
    match prefix.rfind("\n\n") {
        Some(at) if prefix[..at].contains('#') => prefix[..=at].to_owned(),
        _ => String::new(),
    }
}

/// Puts comments that lost their entry before this one.
fn adopt(table: &mut Table, orphans: &mut String) {
    if orphans.is_empty() {
        return;
    }
    let prefix = table.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().to_owned();
    table.decor_mut().set_prefix(format!("{}{prefix}", std::mem::take(orphans)));
}

#[cfg(test)]
mod tests;
