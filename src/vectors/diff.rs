//! What changed between two sets of vectors: cases that are new, gone or different, and in which fields.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::case::{Case, Suite};

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A case that only the second set has.
    New(String),
    /// A case that only the first set has.
    Gone(String),
    /// A case whose fields differ. Other answers than before may be due.
    Judged(String, Vec<String>),
    /// A case that differs only in what is said about it.
    Said(String, Vec<String>),
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New(id) => write!(f, "new      {id}"),
            Self::Gone(id) => write!(f, "gone     {id}"),
            Self::Judged(id, fields) => write!(f, "changed  {id}: {}", fields.join(", ")),
            Self::Said(id, fields) => write!(f, "said     {id}: {}", fields.join(", ")),
        }
    }
}

/// The fields that decide what an implementation is asked and how it is judged.
const JUDGED: &[&str] = &["input", "expect"];

/// The differences, sorted by id.
///
/// # Errors
/// None that vectors which were read can cause.
pub fn changes(old: &[Suite], new: &[Suite]) -> Result<Vec<Change>, serde_json::Error> {
    let (old, new) = (by_id(old), by_id(new));
    let mut changes = Vec::new();
    for (id, case) in &old {
        let Some(other) = new.get(id) else {
            changes.push(Change::Gone((*id).to_owned()));
            continue;
        };
        let fields = fields(&serde_json::to_value(case)?, &serde_json::to_value(other)?);
        if fields.iter().any(|field| JUDGED.contains(&field.as_str())) {
            changes.push(Change::Judged((*id).to_owned(), fields));
        } else if !fields.is_empty() {
            changes.push(Change::Said((*id).to_owned(), fields));
        }
    }
    changes.extend(new.keys().filter(|id| !old.contains_key(*id)).map(|id| Change::New((*id).to_owned())));
    changes.sort_by(|a, b| id(a).cmp(id(b)));
    Ok(changes)
}

fn id(change: &Change) -> &str {
    match change {
        Change::New(id) | Change::Gone(id) | Change::Judged(id, _) | Change::Said(id, _) => id,
    }
}

fn by_id(suites: &[Suite]) -> BTreeMap<&str, &Case> {
    suites.iter().flat_map(|suite| &suite.cases).map(|case| (case.id.as_str(), case)).collect()
}

fn fields(old: &Value, new: &Value) -> Vec<String> {
    let keys =
        |value: &Value| value.as_object().into_iter().flat_map(|map| map.keys().cloned()).collect::<Vec<_>>();
    let mut all = keys(old);
    all.extend(keys(new).into_iter().filter(|key| old.get(key).is_none()));
    all.retain(|key| old.get(key) != new.get(key));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::load;

    #[test]
    fn each_kind_of_change_is_found() {
        let old = load::built_in().unwrap();
        assert_eq!(changes(&old, &old).unwrap(), vec![]);
        let mut new = old.clone();
        let gone = new[0].cases.remove(0).id;
        new[0].cases[0].about = "other words".into();
        new[0].cases[1].input["bytes"] = "00".into();
        new[1].cases[0].id = "bigsize.encode/accept/a-new-one".into();
        let said = Change::Said(new[0].cases[0].id.clone(), vec!["about".into()]);
        let judged = Change::Judged(new[0].cases[1].id.clone(), vec!["input".into()]);
        let mut wanted = vec![
            Change::Gone(gone),
            said,
            judged,
            Change::New("bigsize.encode/accept/a-new-one".into()),
            Change::Gone(old[1].cases[0].id.clone()),
        ];
        wanted.sort_by(|a, b| id(a).cmp(id(b)));
        assert_eq!(changes(&old, &new).unwrap(), wanted);
    }
}
