//! The vectors as one file for other languages: JSON, or source code that holds each case's input and expectation as
//! compact JSON. Every bundle carries the SHA-256 of its content, so that a copy in another repository can be told apart.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::case::{Case, SCHEMA, Suite};

/// What a bundle is written as.
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

/// One case as the source formats hold it.
struct Row {
    id: String,
    operation: String,
    input: String,
    expect: String,
}

/// The bundle's text.
///
/// # Errors
/// None that vectors which were read can cause.
pub fn bundle(suites: &[Suite], format: Format) -> Result<String, serde_json::Error> {
    let content = serde_json::to_value(suites)?;
    let digest = hex::encode(Sha256::digest(content.to_string()));
    if format == Format::Json {
        let bundle = json!({"schema": SCHEMA, "sha256": digest, "license": "CC0-1.0", "suites": content});
        return Ok(format!("{bundle}\n"));
    }
    let rows: Vec<_> = suites.iter().flat_map(|suite| &suite.cases).map(row).collect::<Result<_, _>>()?;
    Ok(match format {
        Format::Json | Format::Rust => rust(&rows, &digest),
        Format::Go => go(&rows, &digest),
        Format::C => c(&rows, &digest),
        Format::Python => python(&rows, &digest),
    })
}

fn row(case: &Case) -> Result<Row, serde_json::Error> {
    // Either key of the file, under one name: an object with `accept` or `reject`, or with `policy` and `answers`.
    let expect = serde_json::to_value(&case.expect)?;
    Ok(Row {
        id: case.id.clone(),
        operation: case.operation().to_owned(),
        input: case.input.to_string(),
        expect: expect.to_string(),
    })
}

/// What stands at the top of every bundle.
fn header(comment: &str, digest: &str) -> String {
    format!(
        "{comment} Made by `spontan vectors export`. Do not edit. CC0-1.0.\n\
         {comment} Each case: id, operation, input as JSON, and what is expected as JSON: an object with `accept` or\n\
         {comment} `reject`, or with `policy` and its `answers`. See vectors/README.md of Spontan.\n\
         {comment} sha256 {digest}\n"
    )
}

/// A string literal as JSON writes it; the text is ASCII, where C, Go, Python and JSON agree on the escapes.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn rust(rows: &[Row], digest: &str) -> String {
    let mut out = header("//", digest);
    out.push_str(
        "\n/// Id, operation, input, expectation.\npub const CASES: &[(&str, &str, &str, &str)] = &[\n",
    );
    for row in rows {
        let (input, expect) = (&row.input, &row.expect);
        out.push_str(&format!("    ({:?}, {:?}, r#\"{input}\"#, r#\"{expect}\"#),\n", row.id, row.operation));
    }
    out + "];\n"
}

fn go(rows: &[Row], digest: &str) -> String {
    let mut out = header("//", digest);
    out.push_str(
        "\npackage spontan\n\n// Case is one case.\ntype Case struct {\n\tID, Operation, Input, Expect string\n}\n\n\
         // Cases are all cases.\nvar Cases = []Case{\n",
    );
    for row in rows {
        out.push_str(&format!(
            "\t{{{:?}, {:?}, `{}`, `{}`}},\n",
            row.id, row.operation, row.input, row.expect
        ));
    }
    out + "}\n"
}

fn c(rows: &[Row], digest: &str) -> String {
    let mut out = header("//", digest);
    out.push_str(
        "\n#ifndef SPONTAN_CASES_H\n#define SPONTAN_CASES_H\n\nstruct spontan_case {\n    const char *id, *operation, *input, \
         *expect;\n};\n\nstatic const struct spontan_case spontan_cases[] = {\n",
    );
    for row in rows {
        let (input, expect) = (quoted(&row.input), quoted(&row.expect));
        out.push_str(&format!("    {{{:?}, {:?}, {input}, {expect}}},\n", row.id, row.operation));
    }
    out + "};\n\n#endif\n"
}

fn python(rows: &[Row], digest: &str) -> String {
    let mut out = header("#", digest);
    out.push_str("\n# Id, operation, input, expectation.\nCASES = [\n");
    for row in rows {
        let (input, expect) = (quoted(&row.input), quoted(&row.expect));
        out.push_str(&format!("    ({:?}, {:?}, {input}, {expect}),\n", row.id, row.operation));
    }
    out + "]\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::load;

    #[test]
    fn the_json_bundle_reads_back_as_the_suites() {
        let suites = load::built_in().unwrap();
        let bundle: Value = serde_json::from_str(&bundle(&suites, Format::Json).unwrap()).unwrap();
        let back: Vec<Suite> = serde_json::from_value(bundle["suites"].clone()).unwrap();
        assert!(back == suites);
        assert_eq!(bundle["sha256"], hex::encode(Sha256::digest(bundle["suites"].to_string())));
    }

    #[test]
    fn every_case_stands_in_every_format_once_and_escapes_nothing_twice() {
        let suites = load::built_in().unwrap();
        let count: usize = suites.iter().map(|suite| suite.cases.len()).sum();
        for format in [Format::Rust, Format::Go, Format::C, Format::Python] {
            let text = bundle(&suites, format).unwrap();
            assert!(text.is_ascii(), "{format:?}");
            let lines = text.lines().filter(|line| line.contains("/accept/") || line.contains("/reject/"));
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
