//! Which seeded bug an implementation's failures look like: its wrong answers beside those of every quirk.

use serde_json::Value;

use super::{Bent, Quirk, Quirks};
use crate::harness::{Codes, judge};
use crate::protocol::output::{decisions_mut, has_free_data};
use crate::protocol::{AdapterHello, Content, FailureDetail};
use crate::vectors::{Case, Verdict};

/// What an implementation made of one case.
#[derive(Debug, Clone, Copy)]
pub struct Answered<'a> {
    /// The case.
    pub case: &'a Case,
    /// What was wanted of it.
    pub want: &'a Verdict,
    /// Its answer, if it is wrong; none if the case passed.
    pub wrong: Option<&'a Content>,
}

/// A quirk that explains wrong answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// The quirk.
    pub quirk: Quirk,
    /// How many wrong answers are just its own.
    pub explains: usize,
    /// How many cases it would fail that the implementation passes.
    pub more: usize,
}

/// At most so many quirks are named.
const MOST: usize = 3;

/// The quirks that explain the wrong answers, the best first; each of the others explains some that those before it leave.
pub fn matches(answered: &[Answered<'_>], hello: &AdapterHello) -> Vec<Match> {
    let sound = Bent::new(None, hello.policies.clone());
    let reached: Vec<Quirks> = answered
        .iter()
        .map(|one| {
            sound.answer(one.case.operation(), &one.case.input);
            sound.take_reached()
        })
        .collect();
    let mut left: Vec<bool> = answered.iter().map(|one| one.wrong.is_some()).collect();
    let tried: Vec<_> = Quirk::ALL.iter().map(|quirk| explained(*quirk, answered, &reached, hello)).collect();
    let mut found = Vec::new();
    while found.len() < MOST {
        let candidates = Quirk::ALL.iter().zip(&tried).map(|(quirk, indices)| {
            let explains = indices.iter().filter(|index| left[**index]).count();
            (explains, *quirk, indices)
        });
        // Only the quirks that explain most are tried on what passes.
        let most = candidates.clone().map(|(explains, ..)| explains).max().unwrap_or(0);
        let best = candidates
            .filter(|(explains, ..)| *explains == most && most > 0)
            .map(|(explains, quirk, indices)| {
                (explains, more(quirk, answered, &reached, hello), quirk, indices)
            })
            .min_by_key(|(_, more, ..)| *more);
        let Some((explains, more, quirk, indices)) = best.filter(|(explains, more, ..)| explains > more)
        else {
            break;
        };
        indices.iter().for_each(|index| left[*index] = false);
        found.push(Match { quirk, explains, more });
    }
    found
}

/// The wrong answers that are a quirk's own.
fn explained(
    quirk: Quirk,
    answered: &[Answered<'_>],
    reached: &[Quirks],
    hello: &AdapterHello,
) -> Vec<usize> {
    let bent = Bent::new(Some(quirk), hello.policies.clone());
    let same = |one: &Answered<'_>| {
        let operation = one.case.operation();
        one.wrong.is_some_and(|wrong| {
            comparable(operation, wrong, hello).is_some_and(|wrong| {
                Some(wrong) == comparable(operation, &bent.answer(operation, &one.case.input), hello)
            })
        })
    };
    let cases = answered.iter().zip(reached).enumerate();
    cases.filter(|(_, (one, reached))| reached.contains(quirk) && same(one)).map(|(index, _)| index).collect()
}

/// How many cases that pass a quirk would fail.
fn more(quirk: Quirk, answered: &[Answered<'_>], reached: &[Quirks], hello: &AdapterHello) -> usize {
    let bent = Bent::new(Some(quirk), hello.policies.clone());
    let passed =
        answered.iter().zip(reached).filter(|(one, reached)| one.wrong.is_none() && reached.contains(quirk));
    passed
        .filter(|(one, _)| {
            let operation = one.case.operation();
            judge(operation, one.want, hello, Codes::Allowed, &bent.answer(operation, &one.case.input)).fails
        })
        .count()
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
            let bent = Bent::new(Some(quirk), BTreeMap::new());
            let cases: Vec<_> = suites.iter().flat_map(|suite| &suite.cases).collect();
            let answers: Vec<_> =
                cases.iter().map(|case| bent.answer(case.operation(), &case.input)).collect();
            let answered: Vec<_> = cases
                .iter()
                .zip(&answers)
                .map(|(case, answer)| {
                    let want = case.expectation().verdict(&BTreeMap::new()).unwrap();
                    let fails = judge(case.operation(), want, &hello, Codes::Allowed, answer).fails;
                    Answered { case, want, wrong: fails.then_some(answer) }
                })
                .collect();
            let wrong = answered.iter().filter(|one| one.wrong.is_some()).count();
            let found = matches(&answered, &hello);
            if wrong > 0 {
                assert_eq!((found[0].explains, found[0].more), (wrong, 0), "{}: {found:?}", quirk.name());
            } else {
                assert_eq!(found, vec![], "{}", quirk.name());
            }
        }
    }
}
