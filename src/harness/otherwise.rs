//! What another policy would have made of a run: an adapter that does not declare what its implementation chose fails the
//! cases that depend on it.

use std::collections::BTreeMap;

use super::plan::{Job, Plan};
use crate::node::Policies;
use crate::protocol::Content;

/// How many are told.
const MAX_TOLD: usize = 3;

/// A value of a policy with which failures would pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Otherwise {
    /// The policy.
    pub policy: &'static str,
    /// Its value.
    pub value: &'static str,
    /// What the adapter declared instead, if anything.
    pub declared: Option<String>,
    /// How many failures would pass.
    pub would_pass: u32,
    /// How many cases would fail that pass.
    pub would_fail: u32,
}

/// A case that was answered.
#[derive(Debug, Clone, Copy)]
pub struct Answered<'a> {
    /// What was asked.
    pub job: &'a Job<'a>,
    /// Was it wrong?
    pub failed: bool,
    /// The answer; none if it is the right one in its shortest form.
    pub answer: Option<&'a Content>,
}

/// The single values with which more failures would pass than passes would fail, the best first.
pub fn otherwise<'a>(plan: &Plan<'_>, answers: impl Iterator<Item = Answered<'a>>) -> Vec<Otherwise> {
    let open: Vec<_> = answers.filter(|answered| !answered.job.choices.is_empty()).collect();
    let mut found = Vec::new();
    for (policy, values) in Policies::ALL {
        let declared = plan.hello.policies.get(*policy);
        let current = declared.map_or(values[0], String::as_str);
        for value in values.iter().filter(|value| **value != current) {
            let mut policies = plan.hello.policies.clone();
            policies.insert((*policy).to_owned(), (*value).to_owned());
            let declared = declared.cloned();
            let mut one = Otherwise { policy, value, declared, would_pass: 0, would_fail: 0 };
            for answered in open.iter().filter(|answered| answered.job.case.policies().contains(policy)) {
                match (answered.failed, fails(plan, answered, &policies)) {
                    (true, Some(false)) => one.would_pass += 1,
                    (false, Some(true)) => one.would_fail += 1,
                    _ => {}
                }
            }
            found.push(one);
        }
    }
    found.retain(|one| one.would_pass > one.would_fail);
    found.sort_by_key(|one| std::cmp::Reverse(one.would_pass.saturating_sub(one.would_fail)));
    found.truncate(MAX_TOLD);
    found
}

/// Whether an answer would fail an implementation with these policies, if the case has an expectation for them.
fn fails(plan: &Plan<'_>, answered: &Answered<'_>, policies: &BTreeMap<String, String>) -> Option<bool> {
    let Answered { job, answer, .. } = answered;
    let expected = job.case.verdict(policies)?;
    let answer = answer.cloned().or_else(|| plan.right_answer(job))?;
    Some(plan.judge_by(job.case, expected, &answer).fails)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::Codes;
    use crate::quirks::Implementation;
    use crate::reference;
    use crate::vectors::load;

    /// An implementation that has one policy and declares another.
    fn told(has: &str, declares: Option<&str>) -> Vec<Otherwise> {
        let policy = "keysend_payment_data";
        let choice = |value: &str| BTreeMap::from([(policy.to_owned(), value.to_owned())]);
        let suites = load::built_in().unwrap();
        let cases: Vec<_> = suites
            .iter()
            .flat_map(|suite| &suite.cases)
            .filter(|case| case.operation() == "keysend.receive" && !case.policies().is_empty())
            .collect();
        let mut hello = reference::hello();
        hello.policies = declares.map(choice).unwrap_or_default();
        let plan = Plan::new(&cases, hello, Codes::Allowed);
        let implementation = Implementation::without_quirk(choice(has));
        let answers: Vec<_> = plan
            .jobs
            .iter()
            .map(|job| implementation.answer(job.case.operation(), &job.case.input))
            .collect();
        let answered = plan.jobs.iter().zip(&answers).enumerate().map(|(index, (job, answer))| Answered {
            job,
            failed: plan.judge(index, answer).fails,
            answer: Some(answer),
        });
        otherwise(&plan, answered)
    }

    #[test]
    fn a_policy_that_is_not_declared_is_found_out() {
        for (declares, has) in [(None, "reject"), (None, "ignore"), (Some("reject"), "accept_single")] {
            let told = told(has, declares);
            let best = told.first().unwrap();
            assert_eq!((best.policy, best.value), ("keysend_payment_data", has), "{told:?}");
            assert_eq!((best.declared.as_deref(), best.would_fail), (declares, 0), "{told:?}");
            assert!(best.would_pass > 0);
        }
    }

    #[test]
    fn nothing_is_told_of_what_is_declared() {
        assert_eq!(told("reject", Some("reject")), []);
        assert_eq!(told("accept_single", None), []);
    }
}
