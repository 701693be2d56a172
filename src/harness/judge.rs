//! The judge: an answer beside what the case expects, and the outcome. It compares values and knows nothing else, neither
//! processes nor cryptography. The rules are those of `docs/protocol.md`.

use serde_json::{Map, Value, json};

use super::compare::{Comparison, OF_REFUSAL, refusal};
use super::judgement::{Codes, Judgement, Outcome};
use crate::protocol::{AdapterHello, Content, FailureDetail, Rejection};
use crate::vectors::case::Refusal;
use crate::vectors::{Case, Verdict};

/// Judges one answer to a case of which this is expected.
pub fn judge(
    case: &Case,
    expected: &Verdict,
    hello: &AdapterHello,
    codes: Codes,
    answer: &Content,
) -> Judgement {
    let mut comparison = Comparison::new(case, hello.failure_detail, codes);
    match (expected, answer) {
        (_, Content::Unsupported(why)) => {
            return Judgement::plain(Outcome::Unsupported, why.printable_lines());
        }
        (_, Content::Error(what)) => return Judgement::plain(Outcome::Error, what.printable_lines()),
        (Verdict::Accept(_), Content::Reject(rejection)) => {
            let message = format!("it rejects ({}) what must be accepted", rejection.reason.printable());
            return Judgement::plain(Outcome::WrongVerdict, message);
        }
        (Verdict::Reject(refusal), Content::Accept(_)) => {
            let message = format!("it accepts what must be rejected ({})", refusal.reason);
            return Judgement::plain(Outcome::WrongVerdict, message);
        }
        (Verdict::Accept(expected), Content::Accept(actual)) => {
            comparison.output(expected, actual, &|field| hello.omits_field(case.operation(), field));
        }
        (Verdict::Reject(refusal), Content::Reject(rejection)) => {
            comparison.rejection("", None, refusal, rejection);
        }
    }
    let Comparison { differences, reasons, .. } = comparison;
    let outcome = differences.iter().map(|difference| difference.outcome).max().unwrap_or(Outcome::Pass);
    let only_codes = matches!(outcome, Outcome::WrongCode | Outcome::WrongData);
    let fails = outcome != Outcome::Pass && !(only_codes && codes == Codes::Ignore);
    Judgement { outcome, fails, differences, reasons, message: String::new() }
}

/// The expected answer as it would come from an adapter that answers canonically, without `seq`; the run compares bytes
/// with it before it parses anything.
pub fn canonical(operation: &str, expected: &Verdict, hello: &AdapterHello) -> Value {
    match expected {
        Verdict::Accept(Value::Object(output)) => {
            let mut output = output.clone();
            output.retain(|field, _| !hello.omits_field(operation, field));
            json!({ "accept": answered(&Value::Object(output), hello.failure_detail) })
        }
        Verdict::Accept(output) => json!({ "accept": output }),
        Verdict::Reject(refusal) => {
            json!({ "reject": rejection(refusal, hello.failure_detail) })
        }
    }
}

/// An expected output with each decision that failed, in a list, as an adapter would write it.
fn answered(expected: &Value, detail: FailureDetail) -> Value {
    match expected {
        Value::Array(items) => items.iter().map(|item| answered(item, detail)).collect(),
        Value::Object(decision) => {
            let Some(refusal) = refusal(decision) else {
                return decision.iter().map(|(key, value)| (key.clone(), answered(value, detail))).collect();
            };
            let mut written: Map<_, _> = decision
                .iter()
                .filter(|(key, _)| !OF_REFUSAL.contains(&key.as_str()))
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect();
            if let Value::Object(fields) = json!(rejection(&refusal, detail)) {
                written.extend(fields);
            }
            Value::Object(written)
        }
        other => other.clone(),
    }
}

/// A rejection with the first code that is allowed, and its data.
fn rejection(refusal: &Refusal, detail: FailureDetail) -> Rejection {
    let code = refusal.codes.first().filter(|_| detail != FailureDetail::None).cloned();
    let data = code.as_ref().and_then(|code| refusal.data.get(code));
    let data = data.filter(|_| detail == FailureDetail::Data).cloned();
    Rejection { reason: refusal.reason.as_str().into(), code, data }
}

#[cfg(test)]
mod tests;
