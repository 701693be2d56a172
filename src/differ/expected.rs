//! The reference as oracle: what must come out of an input, in the form in which the harness judges cases.

use crate::node::Policies;
use crate::protocol::AdapterHello;
use crate::protocol::operation::Input;
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
    let verdict = oracle::verdict(input, policies, &[])?;
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
        open_texts: Vec::new(),
        input: serde_json::to_value(input).map_err(|error| error.to_string())?,
        expect: vec![verdict.into()],
        steps: Vec::new(),
    })
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
                let of_a_sequence = wanted.operation().ends_with(".sequence");
                assert!(several || of_a_sequence, "{}: {:?}", wanted.id, ours.expect);
            }
        }
        assert!(compared > 800 && wider < 30, "{compared} compared, {wider} allow more");
    }
}
