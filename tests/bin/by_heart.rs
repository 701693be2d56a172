//! An adapter that knows the published cases by heart, and no rule.

#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;
use std::io;

use spontan::protocol::{AdapterHello, Content, Reads, Rejection, serve};
use spontan::vectors::{Verdict, load};

fn main() -> io::Result<()> {
    let suites = load::built_in().unwrap();
    let cases = suites.iter().flat_map(|suite| &suite.cases);
    let answers = cases.map(|case| (case.input.to_string(), case.default_verdict().unwrap()));
    let answers: BTreeMap<_, _> = answers.collect();
    let answer = |input: &_| match answers.get(&serde_json::to_string(input).unwrap()) {
        Some(Verdict::Accept(output)) => Content::Accept(output.clone()),
        Some(Verdict::Reject(refusal)) => Content::Reject(Rejection {
            reason: refusal.reason.as_str().into(),
            code: refusal.codes.first().cloned(),
            data: refusal.codes.first().and_then(|code| refusal.data.get(code).cloned()),
        }),
        None => Content::reject("never heard of it"),
    };
    // The inputs as they stand in the vectors.
    let hello = AdapterHello {
        reads: Reads::Payload,
        ..AdapterHello::new("by heart", "1", &["ecdh.shared_secret", "keysend.send", "keysend.receive"])
    };
    serve::serve(io::stdin().lock(), io::stdout().lock(), &hello, |input| answer(input))
}
