//! Which seeded bug an implementation's failures look like: its wrong answers beside those of every quirk.

use std::panic::resume_unwind;
use std::thread;

use serde_json::Value;

use super::list::Quirk;
use super::score::Question;
use super::second::Implementation;
use crate::protocol::output::{decisions_mut, has_free_data};
use crate::protocol::{AdapterHello, Content, FailureDetail};
use crate::vectors::{Case, Verdict};

/// How many quirks are named at most.
const MAX_MATCHES: usize = 3;
/// How many cases that pass a quirk may fail and still be named: an implementation that had the bug would fail them too.
const MAX_MORE: usize = 3;

/// Of many failures, about so many, spread over all, are tried first: a quirk that explains none of them explains few.
const SAMPLE: usize = 64;

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The quirk.
    pub quirk: Quirk,
    /// How many wrong answers are the quirk's own.
    pub explains: usize,
    /// How many cases it would fail that the implementation passes.
    pub more: usize,
    /// The other quirks of which the same can be said.
    pub ties: Vec<Quirk>,
}

/// The quirks that explain the wrong answers, best first. Each of the others explains some that those before it do not.
pub fn matches(observations: &[Observation<'_>], hello: &AdapterHello) -> Vec<Match> {
    let sound = Implementation::without_quirk(hello.policies.clone());
    let asked = observations.iter().filter_map(|observation| {
        Some((Question::new(observation.case, observation.expected, &sound)?, observation.wrong))
    });
    let (failed, passed): (Vec<_>, Vec<_>) = asked.partition(|(_, wrong)| wrong.is_some());
    let explained = explained_by_each(&failed, hello);
    let mut left = vec![true; failed.len()];
    let mut found = Vec::new();
    while found.len() < MAX_MATCHES {
        let new = |indices: &[usize]| -> Vec<usize> {
            indices.iter().copied().filter(|index| left[*index]).collect()
        };
        let most = explained.iter().map(|(_, indices)| new(indices).len()).max().unwrap_or(0);
        // Only the quirks that explain most are tried on what passes.
        let candidates = explained.iter().filter(|(_, indices)| most > 0 && new(indices).len() == most);
        let tried: Vec<_> = candidates
            .map(|(quirk, indices)| {
                let unsound = Implementation::with_quirk(*quirk, hello.policies.clone());
                let reached = passed.iter().filter(|(question, _)| question.reaches(*quirk));
                let more = reached.filter(|(question, _)| question.fails(&unsound, hello)).count();
                (more, *quirk, new(indices))
            })
            .collect();
        let best = tried.iter().min_by_key(|(more, ..)| *more);
        let Some((more, quirk, indices)) = best.filter(|(more, ..)| most > *more && *more <= MAX_MORE) else {
            break;
        };
        let ties = tried.iter().filter(|(_, other, _)| other != quirk);
        let ties = ties.filter(|(other, _, same)| (other, same) == (more, indices));
        let ties = ties.map(|(_, other, _)| *other).collect();
        found.push(Match { quirk: *quirk, explains: most, more: *more, ties });
        indices.iter().for_each(|index| left[*index] = false);
    }
    found
}

/// Every quirk with the indices of the wrong answers that are its own. Uses as many threads as there are processors.
fn explained_by_each(
    failed: &[(Question<'_>, Option<&Content>)],
    hello: &AdapterHello,
) -> Vec<(Quirk, Vec<usize>)> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let parts = Quirk::ALL.chunks(Quirk::ALL.len().div_ceil(threads)).map(|quirks| {
            let of = |quirk: &Quirk| (*quirk, explained(*quirk, failed, hello));
            scope.spawn(move || quirks.iter().map(of).collect::<Vec<_>>())
        });
        let parts: Vec<_> = parts.collect();
        parts.into_iter().flat_map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

/// The indices of the wrong answers that are a quirk's own.
fn explained(quirk: Quirk, failed: &[(Question<'_>, Option<&Content>)], hello: &AdapterHello) -> Vec<usize> {
    let unsound = Implementation::with_quirk(quirk, hello.policies.clone());
    let same = |(question, wrong): &(Question<'_>, Option<&Content>)| {
        let comparable = |content: &Content| comparable(question.case.operation(), content, hello);
        let wrong = wrong.and_then(comparable);
        question.reaches(quirk) && wrong.is_some() && wrong == comparable(&question.answer(&unsound))
    };
    if failed.len() > 2 * SAMPLE && !failed.iter().step_by(failed.len() / SAMPLE).any(same) {
        return Vec::new();
    }
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
    use crate::reference;
    use crate::vectors::load;

    /// The names of what is said of an implementation that takes some of the integers that are not minimal, and refuses some
    /// others as it should.
    fn said_of(taken: usize, refused: usize) -> Vec<Vec<&'static str>> {
        let suites = load::built_in().unwrap();
        let quirk = Quirk::ALL.iter().find(|quirk| quirk.name() == "bigsize-not-minimal-accepted").unwrap();
        let unsound = Implementation::with_quirk(*quirk, BTreeMap::new());
        let is_not_minimal = |case: &&Case| match case.default_verdict() {
            Some(Verdict::Reject(refusal)) => refusal.reason == "bigsize_not_minimal",
            _ => false,
        };
        let cases = suites.iter().flat_map(|suite| &suite.cases).filter(is_not_minimal);
        let cases: Vec<_> = cases.take(taken + refused).collect();
        let answers: Vec<_> =
            cases.iter().map(|case| unsound.answer(case.operation(), &case.input)).collect();
        let observation = |(index, (case, answer))| Observation {
            case,
            expected: case.default_verdict().unwrap(),
            wrong: (index < taken).then_some(answer),
        };
        let observations: Vec<_> = cases.iter().copied().zip(&answers).enumerate().map(observation).collect();
        let names =
            |found: &Match| found.ties.iter().chain([&found.quirk]).map(|quirk| quirk.name()).collect();
        matches(&observations, &reference::hello()).iter().map(names).collect()
    }

    #[test]
    fn quirks_that_explain_as_much_are_named_together() {
        let said = said_of(1, 0);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].len() > 1 && said[0].contains(&"bigsize-not-minimal-accepted"), "{said:?}");
    }

    #[test]
    fn a_quirk_that_would_fail_much_of_what_passes_is_not_named() {
        let is_named =
            |taken, refused| said_of(taken, refused).concat().contains(&"bigsize-not-minimal-accepted");
        assert!(is_named(8, 3));
        assert!(!is_named(8, 4));
    }

    /// The failures of an implementation with one quirk are found to be that quirk's, or those of one that cannot be told
    /// from it.
    #[test]
    fn an_implementation_with_one_quirk_is_found_out() {
        let suites = load::built_in().unwrap();
        let hello = reference::hello();
        let sound = Implementation::without_quirk(BTreeMap::new());
        let cases = suites.iter().flat_map(|suite| &suite.cases);
        let questions: Vec<_> = cases
            .filter_map(|case| Question::new(case, case.verdict(&BTreeMap::new()).unwrap(), &sound))
            .collect();
        // A quirk of each corner: BigSize, TLV, packet, payer, payee, state.
        for quirk in Quirk::ALL.iter().step_by(90).copied() {
            let unsound = Implementation::with_quirk(quirk, BTreeMap::new());
            let is_wrong =
                |question: &Question<'_>| question.reaches(quirk) && question.fails(&unsound, &hello);
            // Some of what fails, and every eighth of what passes: each wrong answer is compared with that of each quirk.
            let (failed, passed): (Vec<_>, Vec<_>) =
                questions.iter().partition(|question| is_wrong(question));
            let failed =
                failed.into_iter().take(40).map(|question| (question, Some(question.answer(&unsound))));
            let passed = passed.into_iter().step_by(8).map(|question| (question, None));
            let asked: Vec<_> = failed.chain(passed).collect();
            let observations: Vec<_> = asked
                .iter()
                .map(|(question, wrong)| Observation {
                    case: question.case,
                    expected: question.expected,
                    wrong: wrong.as_ref(),
                })
                .collect();
            // An error says nothing that could be compared: an event for an attempt that the quirk did not send.
            let compared =
                |one: &&Observation<'_>| matches!(one.wrong, Some(Content::Accept(_) | Content::Reject(_)));
            let wrong = observations.iter().filter(compared).count();
            let found = matches(&observations, &hello);
            if wrong > 0 {
                assert_eq!((found[0].explains, found[0].more), (wrong, 0), "{}: {found:?}", quirk.name());
            } else {
                assert_eq!(found, vec![], "{}", quirk.name());
            }
        }
    }
}
