//! The reference as oracle: what must come out of an input, in the form in which the harness judges cases.

use crate::node::Policies;
use crate::protocol::operation::Input;
use crate::protocol::output::{Outcome, Output, Sequence};
use crate::protocol::{AdapterHello, Content, OperationResult, Rejection};
use crate::reference;
use crate::vectors::oracle;
use crate::vectors::{Case, Level, Verdict};

/// The policies that an adapter declared.
pub fn policies(hello: &AdapterHello) -> Policies {
    let mut policies = Policies::default();
    for (policy, value) in &hello.policies {
        // The hello was checked: there are only policies and values that exist.
        policies.set(policy, value);
    }
    policies
}

/// The input as a case, with the reference's answer under these policies.
///
/// # Errors
/// If the reference gives no verdict: then the input is none of the operation's.
pub fn case(input: &Input, policies: Policies) -> Result<Case, String> {
    let answer = reference::output(input, policies);
    let keysend = matches!(input, Input::KeysendReceive(_) | Input::Sequence(_));
    let also: &[&str] = if keysend && names_the_keysend_record(&answer) { &["400f"] } else { &[] };
    let verdict = oracle::expected(answer, also)?;
    Ok(Case {
        id: format!("{}/fuzz", input.operation()),
        revision: 1,
        about: String::new(),
        level: Level::Must,
        code_level: None,
        data_level: None,
        flags: Vec::new(),
        spec: Vec::new(),
        requirements: Vec::new(),
        twin: None,
        input: serde_json::to_value(input).map_err(|error| error.to_string())?,
        expect: vec![verdict.into()],
        steps: Vec::new(),
    })
}

/// Is a keysend record of another length to blame? bLIP 3's reader may then answer as for a wrong preimage.
fn names_the_keysend_record(answer: &OperationResult<Output>) -> bool {
    const TYPE: &str = "ff0000000146c6616c";
    let names = |rejection: &Rejection| {
        rejection.reason == "value_wrong_length"
            && rejection.data.as_ref().is_some_and(|data| data.starts_with(TYPE))
    };
    match answer {
        Err(Content::Reject(rejection)) => names(rejection),
        Ok(Output::Sequence(Sequence { outcomes })) => {
            let mut decisions = outcomes.iter().flatten();
            decisions.any(|decision| matches!(&decision.outcome, Outcome::Failed(failed) if names(failed)))
        }
        _ => false,
    }
}

/// The reason that the reference gives, if it rejects.
pub fn reason(case: &Case) -> Option<&str> {
    match case.default_verdict() {
        Some(Verdict::Reject(refusal)) => Some(&refusal.reason),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::load;

    #[test]
    fn the_vectors_own_verdicts_are_given() {
        let suites = load::built_in().unwrap();
        let (mut compared, mut wider) = (0, 0);
        for wanted in suites.iter().flat_map(|suite| &suite.cases).filter(|case| case.expect.len() == 1) {
            let ours = case(&wanted.typed_input().unwrap(), Policies::default()).unwrap();
            assert_eq!(ours.input, wanted.input, "{}", wanted.id);
            compared += 1;
            if ours.expect != wanted.expect {
                // Cases with several faults allow the codes of each.
                wider += 1;
                let several = wanted.flags.iter().any(|flag| flag == "several-faults");
                let of_a_sequence = wanted.operation() == "node.sequence";
                assert!(several || of_a_sequence, "{}: {:?}", wanted.id, ours.expect);
            }
        }
        assert!(compared > 800 && wider < 30, "{compared} compared, {wider} allow more");
    }
}
