//! All cases in one test.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{Case, cases, pattern};

/// Runs the test with each case that [`cases`] has for the pattern, and only then panics, with the names of all for which it
/// panicked.
///
/// `known` names, by id or pattern, the cases that fail for a reason that is known. They run too, and must fail.
///
/// # Panics
/// If a case fails that is not known, or passes although it is; if an entry of `known` or the pattern names no case.
#[track_caller]
pub fn check(pattern: &str, known: &[(&str, &str)], mut test: impl FnMut(&'static Case)) {
    let cases = cases(pattern);
    for (name, _) in known {
        let is_used = cases.iter().any(|case| pattern::matches(name, &case.id));
        assert!(is_used, "no case of {pattern} is named by {name}");
    }
    let mut wrong = Vec::new();
    for case in &cases {
        let reason = known.iter().find(|(name, _)| pattern::matches(name, &case.id));
        match (catch_unwind(AssertUnwindSafe(|| test(case))), reason) {
            (Err(panic), None) => wrong.push(format!("{} fails: {}", case.id, said(&*panic))),
            (Ok(()), Some((_, why))) => {
                wrong.push(format!("{} passes, and is known to fail: {why}", case.id))
            }
            (Ok(()), None) | (Err(_), Some(_)) => {}
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases of {pattern}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn said(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or(panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked")
}
