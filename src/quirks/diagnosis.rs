//! Which seeded bug an implementation's failures look like: its wrong answers beside those of every quirk.

use serde_json::Value;

use super::list::Quirk;
use super::score::Question;
use super::second::Implementation;
use crate::protocol::output::{decisions_mut, has_free_data};
use crate::protocol::{AdapterHello, Content, FailureDetail};
use crate::vectors::{Case, Verdict};

/// How many quirks are named at most.
const MAX_MATCHES: usize = 3;

/// How an implementation did in one case.
#[derive(Debug, Clone, Copy)]
pub struct Observation<'a> {
    /// The case.
    pub case: &'a Case,
    /// What was expected of it.
    pub expected: &'a Verdict,
    /// Its answer, if it is wrong; none if the case passed.
    pub wrong: Option<&'a Content>,
}

/// A quirk that explains wrong answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// The quirk.
    pub quirk: Quirk,
    /// How many wrong answers are the quirk's own.
    pub explains: usize,
    /// How many cases it would fail that the implementation passes.
    pub more: usize,
}

/// The quirks that explain the wrong answers, best first. Each of the others explains some that those before it do not.
pub fn matches(observations: &[Observation<'_>], hello: &AdapterHello) -> Vec<Match> {
    let sound = Implementation::without_quirk(hello.policies.clone());
    let asked = observations.iter().filter_map(|observation| {
        Some((Question::new(observation.case, observation.expected, &sound)?, observation.wrong))
    });
    let (failed, passed): (Vec<_>, Vec<_>) = asked.partition(|(_, wrong)| wrong.is_some());
    let explained: Vec<_> =
        Quirk::ALL.iter().map(|quirk| (*quirk, explained(*quirk, &failed, hello))).collect();
    let mut left = vec![true; failed.len()];
    let mut found = Vec::new();
    while found.len() < MAX_MATCHES {
        let explains = |indices: &[usize]| indices.iter().filter(|index| left[**index]).count();
        let most = explained.iter().map(|(_, indices)| explains(indices)).max().unwrap_or(0);
        // Only the quirks that explain most are tried on what passes.
        let best = explained.iter().filter(|(_, indices)| most > 0 && explains(indices) == most).map(
            |(quirk, indices)| {
                let unsound = Implementation::with_quirk(*quirk, hello.policies.clone());
                let reached = passed.iter().filter(|(question, _)| question.reaches(*quirk));
                (reached.filter(|(question, _)| question.fails(&unsound, hello)).count(), *quirk, indices)
            },
        );
        let Some((more, quirk, indices)) =
            best.min_by_key(|(more, ..)| *more).filter(|(more, ..)| most > *more)
        else {
            break;
        };
        indices.iter().for_each(|index| left[*index] = false);
        found.push(Match { quirk, explains: most, more });
    }
    found
}

/// The indices of the wrong answers that are a quirk's own.
fn explained(quirk: Quirk, failed: &[(Question<'_>, Option<&Content>)], hello: &AdapterHello) -> Vec<usize> {
    let unsound = Implementation::with_quirk(quirk, hello.policies.clone());
    let same = |(question, wrong): &(Question<'_>, Option<&Content>)| {
        let comparable = |content: &Content| comparable(question.case.operation(), content, hello);
        let wrong = wrong.and_then(comparable);
        question.reaches(quirk) && wrong.is_some() && wrong == comparable(&question.answer(&unsound))
    };
    failed.iter().enumerate().filter(|(_, one)| same(one)).map(|(index, _)| index).collect()
}

/// An answer without what is not judged: reasons, fields that the adapter omits, failure details that it does not tell.
fn comparable(operation: &str, content: &Content, hello: &AdapterHello) -> Option<Value> {
    let detail = |map: &mut serde_json::Map<String, Value>| {
        map.shift_remove("reason");
        if has_free_data(map.get("code").and_then(Value::as_str))
            || hello.failure_detail != FailureDetail::Data
        {
            map.shift_remove("data");
        }
        if hello.failure_detail == FailureDetail::None {
            map.shift_remove("code");
        }
    };
    match content {
        Content::Accept(output) => {
            let mut output = output.clone();
            let map = output.as_object_mut()?;
            map.retain(|field, _| !hello.omits_field(operation, field));
            decisions_mut(&mut output).for_each(detail);
            Some(output)
        }
        Content::Reject(rejection) => {
            let mut rejection = serde_json::to_value(rejection).ok()?;
            rejection.as_object_mut().map(detail)?;
            Some(serde_json::json!({ "rejected": rejection }))
        }
        Content::Unsupported(_) | Content::Error(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::harness::{Codes, judge};
    use crate::reference;
    use crate::vectors::load;

    /// The failures of an implementation with one quirk are found to be that quirk's, or those of one that cannot be told
    /// from it.
    #[test]
    fn an_implementation_with_one_quirk_is_found_out() {
        let suites = load::built_in().unwrap();
        let hello = reference::hello();
        // A quirk of each corner: BigSize, TLV, packet, payer, payee, state.
        for quirk in Quirk::ALL.iter().step_by(90).copied() {
            let unsound = Implementation::with_quirk(quirk, BTreeMap::new());
            let cases: Vec<_> = suites.iter().flat_map(|suite| &suite.cases).collect();
            let answers: Vec<_> =
                cases.iter().map(|case| unsound.answer(case.operation(), &case.input)).collect();
            let observations: Vec<_> = cases
                .iter()
                .zip(&answers)
                .map(|(case, answer)| {
                    let expected = case.verdict(&BTreeMap::new()).unwrap();
                    let fails = judge(case, expected, &hello, Codes::Allowed, answer).fails;
                    Observation { case, expected, wrong: fails.then_some(answer) }
                })
                .collect();
            let wrong = observations.iter().filter(|one| one.wrong.is_some()).count();
            let found = matches(&observations, &hello);
            if wrong > 0 {
                assert_eq!((found[0].explains, found[0].more), (wrong, 0), "{}: {found:?}", quirk.name());
            } else {
                assert_eq!(found, vec![], "{}", quirk.name());
            }
        }
    }
}
