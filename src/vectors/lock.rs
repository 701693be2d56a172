//! The lock: the digest of every case that was ever released. A case that changes under its old id and revision fails, and
//! so does one that disappears without a word in the list of the retired.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::case::{Case, Suite};

/// The file's name in the directory of the vectors.
pub const FILE: &str = "lock.yaml";

/// The content of the lock file.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Always `spontan-lock/1`.
    pub schema: String,
    /// The cases, sorted by id.
    pub cases: Vec<Entry>,
    /// Ids that are not used any more.
    pub retired: Vec<Retired>,
}

/// One case.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Its revision.
    pub revision: u32,
    /// SHA-256, hex, of its operation, input and expectation as compact JSON.
    pub digest: String,
}

/// An id that is not used any more.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Retired {
    /// The id.
    pub id: String,
    /// Why it was retired.
    pub reason: String,
    /// The id of the case that took its place; empty when none did.
    pub successor: String,
}

/// Ids that were retired, with the reason and the successor; add one here when a recipe is deleted or renamed.
const RETIRED: &[(&str, &str, &str)] = &[];

/// The lock of these suites.
pub fn of(suites: &[Suite]) -> Lock {
    let mut cases: Vec<_> = suites
        .iter()
        .flat_map(|suite| &suite.cases)
        .map(|case| Entry { id: case.id.clone(), revision: case.revision, digest: digest(case) })
        .collect();
    cases.sort_by(|a, b| a.id.cmp(&b.id));
    let retired = RETIRED.iter().map(|(id, reason, successor)| Retired {
        id: (*id).into(),
        reason: (*reason).into(),
        successor: (*successor).into(),
    });
    let retired = retired.collect();
    Lock { schema: "spontan-lock/1".into(), cases, retired }
}

fn digest(case: &Case) -> String {
    let content = serde_json::json!({
        "operation": case.operation(),
        "input": case.input,
        "expect": case.expect,
    });
    hex::encode(Sha256::digest(content.to_string()))
}

/// What a new lock may not do to an old one, a line each.
pub fn problems(old: &Lock, new: &Lock) -> Vec<String> {
    let now: BTreeMap<_, _> = new.cases.iter().map(|entry| (&entry.id, entry)).collect();
    let mut problems = Vec::new();
    let mut say = |id: &str, problem: String| problems.push(format!("{id}: {problem}"));
    for Entry { id, revision, digest } in &old.cases {
        match now.get(id) {
            Some(new) if new.revision < *revision => {
                say(id, format!("its revision went back from {revision} to {}", new.revision));
            }
            Some(new) if new.revision == *revision && new.digest != *digest => say(
                id,
                format!("its content has changed; give it a new id, or raise its revision above {revision}"),
            ),
            None if !new.retired.iter().any(|retired| retired.id == *id) => {
                say(id, "it is gone; ids last for ever, so list it as retired".into());
            }
            _ => {}
        }
    }
    for Retired { id, successor, .. } in &new.retired {
        if now.contains_key(id) {
            say(id, "it is retired, and a case has its id".into());
        }
        if !successor.is_empty() && !now.contains_key(successor) {
            say(id, format!("it is retired, and its successor {successor:?} does not exist"));
        }
    }
    for Retired { id, .. } in &old.retired {
        if !new.retired.iter().any(|still| still.id == *id) {
            say(id, "it was retired and is not listed as such any more".into());
        }
    }
    problems
}

/// In what a lock does not fit the cases beside it, in a few words; nothing if it fits.
pub fn misfit(lock: &Lock, suites: &[Suite]) -> Option<String> {
    let of_ids = |lock: &Lock| -> BTreeMap<_, _> {
        lock.cases.iter().map(|entry| (entry.id.clone(), entry.digest.clone())).collect()
    };
    let (locked, cases) = (of_ids(lock), of_ids(&of(suites)));
    let changed = cases.iter().filter(|(id, digest)| locked.get(*id).is_some_and(|old| old != *digest));
    let more = cases.keys().filter(|id| !locked.contains_key(*id));
    let gone = locked.keys().filter(|id| !cases.contains_key(*id));
    let kinds: [(&str, Vec<_>); 3] = [
        ("other than locked", changed.map(|(id, _)| id).collect()),
        ("not in the lock", more.collect()),
        ("in the lock only", gone.collect()),
    ];
    let kinds = kinds.iter().filter_map(|(what, ids)| match &ids[..] {
        [] => None,
        [id] => Some(format!("{id} is {what}")),
        [id, ..] => Some(format!("{} cases are {what}, such as {id}", ids.len())),
    });
    let text = kinds.collect::<Vec<_>>().join("; ");
    (!text.is_empty()).then_some(text)
}

/// Reads the text of a lock file.
///
/// # Errors
/// What the YAML reader says.
pub fn parse(text: &str) -> Result<Lock, String> {
    serde_yaml::from_str(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(cases: &[(&str, u32, &str)]) -> Lock {
        let entry = |(id, revision, digest): &(&str, u32, &str)| Entry {
            id: (*id).into(),
            revision: *revision,
            digest: (*digest).into(),
        };
        Lock { schema: "spontan-lock/1".into(), cases: cases.iter().map(entry).collect(), retired: vec![] }
    }

    #[test]
    fn what_a_new_lock_may_not_do() {
        let old = lock(&[("a", 1, "x")]);
        assert_eq!(problems(&old, &lock(&[("a", 1, "x"), ("b", 1, "y")])), Vec::<String>::new());
        assert_eq!(problems(&old, &lock(&[("a", 2, "y")])), Vec::<String>::new());
        assert!(problems(&old, &lock(&[("a", 1, "y")]))[0].contains("raise its revision above 1"));
        assert!(problems(&old, &lock(&[("a", 0, "x")]))[0].contains("went back"));
        assert!(problems(&old, &lock(&[]))[0].contains("ids last for ever"));
        let mut retired = lock(&[]);
        retired.retired.push(Retired { id: "a".into(), reason: "r".into(), successor: String::new() });
        assert_eq!(problems(&old, &retired), Vec::<String>::new());
        assert!(problems(&retired, &lock(&[]))[0].contains("was retired"));
        retired.retired[0].successor = "b".into();
        assert!(problems(&old, &retired)[0].contains("does not exist"));
        retired.cases = lock(&[("a", 1, "x"), ("b", 1, "y")]).cases;
        assert!(problems(&old, &retired)[0].contains("a case has its id"));
    }

    #[test]
    fn the_file_reads_back() {
        let lock = lock(&[("a", 1, "00")]);
        assert_eq!(parse(&crate::vectors::load::to_text(&lock).unwrap()).unwrap(), lock);
    }
}
