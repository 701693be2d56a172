//! What changed between two sets of vectors: cases that are new, gone or different, and in which fields.

use std::collections::{BTreeMap, BTreeSet};
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
    for id in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
        let (Some(one), Some(other)) = (old.get(id), new.get(id)) else {
            let change = if old.contains_key(id) { Change::Gone } else { Change::New };
            changes.push(change((*id).to_owned()));
            continue;
        };
        let fields = fields(&serde_json::to_value(one)?, &serde_json::to_value(other)?);
        if !fields.is_empty() {
            let is_judged = fields.iter().any(|field| JUDGED.contains(&field.as_str()));
            let change = if is_judged { Change::Judged } else { Change::Said };
            changes.push(change((*id).to_owned(), fields));
        }
    }
    Ok(changes)
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
        let gone = Change::Gone(new[0].cases.remove(0).id);
        new[0].cases[0].about = "other words".into();
        new[0].cases[1].input["bytes"] = "00".into();
        new[1].cases[0].id = "bigsize.encode/a-new-one".into();
        let said = Change::Said(new[0].cases[0].id.clone(), vec!["about".into()]);
        let judged = Change::Judged(new[0].cases[1].id.clone(), vec!["input".into()]);
        let new_one = Change::New("bigsize.encode/a-new-one".into());
        let gone_too = Change::Gone(old[1].cases[0].id.clone());
        assert_eq!(changes(&old, &new).unwrap(), [gone, said, judged, new_one, gone_too]);
    }
}
