//! The vectors as one file for other languages: JSON, or source code that holds each case's input and expectation as
//! compact JSON. Every file carries the SHA-256 of its content, so that a copy in another repository can be told apart.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::case::{Case, SCHEMA, Suite};

/// What the file is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One JSON document with all suites.
    Json,
    /// A Rust module with a constant slice.
    Rust,
    /// A Go file with a slice.
    Go,
    /// A C header with a static array.
    C,
    /// A Python module with a list.
    Python,
}

const RUST: &str = "
/// Id, operation, level, input, expectation.
pub const CASES: &[(&str, &str, &str, &str, &str)] = &[
";

const GO: &str = "
package spontan

// Case is one case.
type Case struct {
\tID, Operation, Level, Input, Expect string
}

// Cases are all cases.
var Cases = []Case{
";

const C: &str = "
#ifndef SPONTAN_CASES_H
#define SPONTAN_CASES_H

struct spontan_case {
    const char *id, *operation, *level, *input, *expect;
};

static const struct spontan_case spontan_cases[] = {
";

const PYTHON: &str = "
# Id, operation, level, input, expectation.
CASES = [
";

/// The file's text.
///
/// # Errors
/// None that vectors which were read can cause.
pub fn text(suites: &[Suite], format: Format) -> Result<String, serde_json::Error> {
    let content = suites.iter().map(suite).collect::<Result<Value, _>>()?;
    let digest = hex::encode(Sha256::digest(content.to_string()));
    let (start, [open, close], end) = match format {
        Format::Json => {
            let document =
                json!({"schema": SCHEMA, "sha256": digest, "license": "CC0-1.0", "suites": content});
            return Ok(format!("{document}\n"));
        }
        Format::Rust => (RUST, ["    (", ")"], "];\n"),
        Format::Go => (GO, ["\t{", "}"], "}\n"),
        Format::C => (C, ["    {", "}"], "};\n\n#endif\n"),
        Format::Python => (PYTHON, ["    (", ")"], "]\n"),
    };
    let literal = |json: &Value| match format {
        Format::Rust => format!("r#\"{json}\"#"),
        Format::Go => format!("`{json}`"),
        _ => quoted(&json.to_string()),
    };
    let comment = if format == Format::Python { "#" } else { "//" };
    let mut out = format!(
        "{comment} Made by `spontan vectors export`. Do not edit. CC0-1.0.\n\
         {comment} Each case: id, operation, level (must, should, may or proposal: how strong the text is that the verdict\n\
         {comment} rests on), input as JSON, and what is expected as JSON: a list of objects with `when`, which is empty where\n\
         {comment} no policy decides, and with `accept` or `reject`. See vectors/README.md of Spontan.\n\
         {comment} sha256 {digest}\n{start}"
    );
    for case in suites.iter().flat_map(|suite| &suite.cases) {
        let (id, operation, level) = (quoted(&case.id), quoted(case.operation()), quoted(case.level.name()));
        let (input, expect) = (literal(&case.input), literal(&self::case(case)?["expect"]));
        out.push_str(&format!("{open}{id}, {operation}, {level}, {input}, {expect}{close},\n"));
    }
    Ok(out + end)
}

/// A suite as JSON.
pub(super) fn suite(suite: &Suite) -> Result<Value, serde_json::Error> {
    let cases = suite.cases.iter().map(case).collect::<Result<Value, _>>()?;
    Ok(json!({"schema": suite.schema, "suite": suite.suite, "about": suite.about, "cases": cases}))
}

/// A case as JSON. Each expectation has `when`, so that readers need no special case.
pub(super) fn case(case: &Case) -> Result<Value, serde_json::Error> {
    let mut fields = serde_json::to_value(case)?;
    for expectation in fields["expect"].as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut)
    {
        if !expectation.contains_key("when") {
            expectation.shift_insert(0, "when".into(), json!({}));
        }
    }
    Ok(fields)
}

/// A string literal as JSON writes it; the text is ASCII, where C, Go, Python and JSON agree on the escapes.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::Policies;
    use crate::vectors::load;
    use std::collections::BTreeMap;

    #[test]
    fn the_json_reads_back_as_the_suites() {
        let suites = load::built_in().unwrap();
        let document: Value = serde_json::from_str(&text(&suites, Format::Json).unwrap()).unwrap();
        let back: Vec<Suite> = serde_json::from_value(document["suites"].clone()).unwrap();
        assert!(back == suites);
        assert_eq!(document["sha256"], hex::encode(Sha256::digest(document["suites"].to_string())));
    }

    /// What `packages/*` and others who read the JSON rely on.
    #[test]
    fn the_first_expectation_that_no_declared_policy_contradicts_is_the_one() {
        for suite in load::built_in().unwrap() {
            for case in suite.cases {
                let named = |policy: &str| case.policies().contains(policy);
                let mut declared = vec![BTreeMap::new()];
                for (policy, values) in Policies::ALL.iter().filter(|(policy, _)| named(policy)) {
                    for others in declared.clone() {
                        declared.extend(values.iter().map(|value| {
                            let mut more = others.clone();
                            more.insert((*policy).to_owned(), (*value).to_owned());
                            more
                        }));
                    }
                }
                for declared in declared {
                    let first = case.expect.iter().find(|expectation| {
                        let mut when = expectation.when.iter();
                        when.all(|(policy, value)| declared.get(policy).is_none_or(|other| other == value))
                    });
                    assert!(first == case.expectation(&declared), "{} {declared:?}", case.id);
                }
            }
        }
    }

    #[test]
    fn every_case_stands_in_every_format_once_and_escapes_nothing_twice() {
        let suites = load::built_in().unwrap();
        let count: usize = suites.iter().map(|suite| suite.cases.len()).sum();
        for format in [Format::Rust, Format::Go, Format::C, Format::Python] {
            let text = text(&suites, format).unwrap();
            assert!(text.is_ascii(), "{format:?}");
            let case = "\"tlv.decode/payload-keysend\", \"tlv.decode\", \"must\", ";
            assert!(text.contains(case), "{format:?}");
            let lines = text
                .lines()
                .filter(|line| suites.iter().any(|suite| line.contains(&format!("\"{}/", suite.suite))));
            assert_eq!(lines.count(), count, "{format:?}");
            // Go's raw strings and Rust's have no escapes: what would end one must not be in the data.
            assert!(!suites.iter().any(|suite| {
                suite.cases.iter().any(|case| {
                    let input = case.input.to_string();
                    input.contains('`') || input.contains("\"#")
                })
            }));
        }
    }
}
