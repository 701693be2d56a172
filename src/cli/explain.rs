//! `spontan explain`: what an operation asks, what a requirement, a flag, a reason or an open text means, and which cases are about it.

use std::collections::BTreeSet;
use std::fmt::Write;

use anstyle::Style;
use clap::Args;
use clap_complete::{ArgValueCandidates, CompletionCandidate};
use serde_json::{Value, json};

use super::cases::{self, VectorsFrom};
use super::exit::{Exit, Failure};
use super::output;
use crate::protocol::OPERATIONS;
use crate::protocol::reason::{REASONS, Reason};
use crate::report::failure;
use crate::vectors::open_text::{OPEN_TEXTS, OpenText};
use crate::vectors::requirement::{self, Requirement, Requirements};
use crate::vectors::schema::{self, Field};
use crate::vectors::{Case, lint::FLAGS};

/// Explain an operation with its fields, or a requirement, a flag, a reason or an open text, with its cases
///
/// Without an argument, lists all of them.
#[derive(Debug, Clone, Args)]
pub struct ExplainArgs {
    #[command(flatten)]
    from: VectorsFrom,
    /// List all cases, not only the first 10
    #[arg(long)]
    all: bool,
    /// An operation (keysend.receive), a requirement (such as bolt1.tlv.types-increasing), a flag
    /// (near-miss), a reason (preimage_mismatch) or an open text (bolts-1355)
    #[arg(add = ArgValueCandidates::new(candidates))]
    word: Option<String>,
}

const BOLD: Style = Style::new().bold();

/// How many cases are listed without `--all`.
const SHOWN: usize = 10;

pub fn run(args: &ExplainArgs) -> Result<Exit, Failure> {
    let suites = args.from.load()?;
    let requirements = args.from.requirements()?;
    let cases = cases::all(&suites);
    let shown = if args.all { usize::MAX } else { SHOWN };
    let text = match &args.word {
        Some(word) => one(word, &requirements, &cases, shown)?,
        None => everything(&requirements, &cases),
    };
    output::print(&text)?;
    Ok(Exit::Ok)
}

fn one(word: &str, requirements: &Requirements, cases: &[&Case], shown: usize) -> Result<String, Failure> {
    let requirement = requirements.requirements.iter().find(|one| one.id == word);
    let requirement = requirement.map(|found| of_requirement(found, requirements, cases, shown));
    if OPERATIONS.iter().any(|(operation, _)| *operation == word) {
        // amp.claim is a requirement as well.
        let more = requirement.map(|text| format!("\n{text}")).unwrap_or_default();
        return Ok(of_operation(word, cases, shown)? + &more);
    }
    if let Some(text) = requirement {
        return Ok(text);
    }
    if let Some((flag, about)) = FLAGS.iter().find(|(flag, _)| *flag == word) {
        return Ok(of_flag(flag, about, cases, shown));
    }
    if let Some(reason) = REASONS.iter().find(|reason| reason.name == word) {
        return Ok(of_reason(reason, cases, shown));
    }
    if let Some(text) = OPEN_TEXTS.iter().find(|text| text.name == word) {
        return Ok(of_open_text(text, cases, shown));
    }
    let near = cases::nearest(word, words(requirements));
    Err(Failure::usage(format!(
        "there is no operation, requirement, flag, reason or open text {word:?}. Did you mean one of these?{near}\n`spontan explain` lists all"
    )))
}

/// What a shell may complete.
fn candidates() -> Vec<CompletionCandidate> {
    requirement::built_in()
        .map_or_else(|_| Vec::new(), |all| words(&all).map(CompletionCandidate::new).collect())
}

/// Everything that can be explained.
fn words(requirements: &Requirements) -> impl Iterator<Item = &str> {
    let operations = OPERATIONS.iter().map(|(operation, _)| *operation);
    let words = operations.chain(requirements.requirements.iter().map(|one| one.id.as_str()));
    let words = words.chain(FLAGS.iter().map(|(flag, _)| *flag));
    words.chain(REASONS.iter().map(|reason| reason.name)).chain(OPEN_TEXTS.iter().map(|text| text.name))
}

fn of_operation(operation: &str, cases: &[&Case], shown: usize) -> Result<String, Failure> {
    let mut out = title(operation, "operation");
    for side in ["input", "output"] {
        let (about, fields) = schema::fields(side, operation).map_err(Failure::vectors)?;
        failure::field(&mut out, side, &about);
        let name = |field: &Field| format!("{}{}", "  ".repeat(field.depth), field.name);
        let width = fields.iter().map(|field| name(field).chars().count()).max().unwrap_or(0);
        let line = |field: &Field| {
            let optional = if field.optional { "optional. " } else { "" };
            format!("{:width$}  {optional}{}", name(field), field.about)
        };
        for field in &fields {
            let _ = writeln!(out, "    {}", line(field));
        }
    }
    let of_it = || cases.iter().filter(|case| case.operation() == operation);
    let is_expected =
        |reason: &&Reason| of_it().any(|case| refuses(&json!(case.expect), reason.name, &mut Vec::new()));
    let reasons: Vec<_> = REASONS.iter().filter(is_expected).map(|reason| reason.name).collect();
    if !reasons.is_empty() {
        failure::field(&mut out, "reasons", &reasons.join(", "));
    }
    let policies: BTreeSet<_> = of_it().flat_map(|case| case.policies()).collect();
    if !policies.is_empty() {
        failure::field(&mut out, "policies", &policies.into_iter().collect::<Vec<_>>().join(", "));
    }
    list(&mut out, of_it(), shown);
    Ok(out)
}

fn of_requirement(one: &Requirement, all: &Requirements, cases: &[&Case], shown: usize) -> String {
    let mut out = title(&one.id, &format!("requirement, level {}", one.level.name()));
    failure::field(&mut out, "text", &one.text);
    let document = all.documents.iter().find(|document| document.name == one.document);
    let lines = one.lines.as_ref().map_or(String::new(), |lines| {
        let what = if lines.bytes().all(|byte| byte.is_ascii_digit()) { "line" } else { "lines" };
        format!(", {what} {lines}")
    });
    failure::field(&mut out, "where", &format!("{}, {}{lines}", one.document, one.section));
    if let Some(document) = document {
        let commit = document.commit.as_ref().map_or(String::new(), |commit| format!(" at {commit}"));
        failure::field(&mut out, "", &format!("{}, {}{commit}", document.title, document.source));
    }
    match &one.waiver {
        Some(waiver) => failure::field(&mut out, "waived", waiver),
        None => {
            list(&mut out, cases.iter().filter(|case| case.requirements.contains(&one.id)), shown);
        }
    }
    out
}

fn of_flag(flag: &str, about: &str, cases: &[&Case], shown: usize) -> String {
    let mut out = title(flag, "flag");
    failure::field(&mut out, "means", about);
    list(&mut out, cases.iter().filter(|case| case.flags.iter().any(|used| used == flag)), shown);
    out
}

fn of_open_text(text: &OpenText, cases: &[&Case], shown: usize) -> String {
    let mut out = title(text.name, "open text");
    failure::field(&mut out, "means", text.effect);
    failure::field(&mut out, "where", text.url);
    list(&mut out, cases.iter().filter(|case| case.open_texts.iter().any(|name| name == text.name)), shown);
    out
}

fn of_reason(reason: &Reason, cases: &[&Case], shown: usize) -> String {
    let mut out = title(reason.name, &format!("reason, layer {}", reason.layer.name()));
    failure::field(&mut out, "means", reason.about);
    let mut codes = Vec::new();
    let mut is_expected = |case: &&Case| refuses(&json!(case.expect), reason.name, &mut codes);
    let rejected: Vec<_> = cases.iter().filter(|case| is_expected(case)).collect();
    let codes = if codes.is_empty() { "none: no failure is sent".to_owned() } else { codes.join(", ") };
    failure::field(&mut out, "codes", &codes);
    list(&mut out, rejected.into_iter(), shown);
    out
}

/// Is this reason anywhere in what a case expects? Its codes are added to `codes`.
fn refuses(expected: &Value, reason: &str, codes: &mut Vec<String>) -> bool {
    let mut found = false;
    if let Value::Object(map) = expected {
        if map.get("reason").and_then(Value::as_str) == Some(reason) {
            let listed = map.get("codes").and_then(Value::as_array).into_iter().flatten();
            for code in listed.filter_map(Value::as_str) {
                if !codes.iter().any(|listed| listed == code) {
                    codes.push(code.to_owned());
                }
            }
            found = true;
        }
        for inner in map.values() {
            found |= refuses(inner, reason, codes);
        }
    }
    for item in expected.as_array().into_iter().flatten() {
        found |= refuses(item, reason, codes);
    }
    found
}

fn title(word: &str, what: &str) -> String {
    format!("{BOLD}{word}{BOLD:#}  {what}\n")
}

fn list<'a>(out: &mut String, cases: impl Iterator<Item = &'a &'a Case>, shown: usize) {
    let cases: Vec<_> = cases.collect();
    failure::field(out, "cases", &cases.len().to_string());
    let mut lines: Vec<_> = cases.iter().take(shown).map(|case| case.id.clone()).collect();
    if cases.len() > shown {
        lines.push(format!("and {} more; --all lists them", cases.len() - shown));
    }
    for line in lines {
        failure::field(out, "", &line);
    }
}

fn everything(requirements: &Requirements, cases: &[&Case]) -> String {
    let mut out = String::new();
    let mut section = |name: &str, lines: Vec<(String, String)>| {
        let _ = writeln!(out, "{BOLD}{name}{BOLD:#}");
        let width = lines.iter().map(|(word, _)| word.chars().count()).max().unwrap_or(0);
        for (word, about) in lines {
            let _ = writeln!(out, "  {word:width$}  {about}");
        }
    };
    let of_requirement = |one: &Requirement| {
        let number = cases.iter().filter(|case| case.requirements.contains(&one.id)).count();
        let shown = if one.waiver.is_some() { "waived".to_owned() } else { number.to_string() };
        (one.id.clone(), format!("{:6}  {shown:>6}  {}", one.level.name(), one.text))
    };
    let of_operation = |operation: &str| {
        let number = cases.iter().filter(|case| case.operation() == operation).count();
        let about = schema::fields("input", operation).map_or_else(|error| error, |(about, _)| about);
        (operation.to_owned(), format!("{number:>6}  {about}"))
    };
    section(
        "Operations: number of cases, input",
        OPERATIONS.iter().map(|(operation, _)| of_operation(operation)).collect(),
    );
    section(
        "Requirements: level, number of cases, rule",
        requirements.requirements.iter().map(of_requirement).collect(),
    );
    let flags = FLAGS.iter().map(|(flag, about)| ((*flag).to_owned(), (*about).to_owned()));
    section("Flags: what a failure means", flags.collect());
    let reasons = REASONS
        .iter()
        .map(|reason| (reason.name.to_owned(), format!("{:7}  {}", reason.layer.name(), reason.about)));
    section("Reasons: layer, what is wrong", reasons.collect());
    let texts = OPEN_TEXTS.iter().map(|text| (text.name.to_owned(), text.effect.to_owned()));
    section("Open texts: what they would change", texts.collect());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::{load, requirement};

    #[test]
    fn no_word_means_two_things_and_all_are_listed() {
        let (suites, requirements) = (load::built_in().unwrap(), requirement::built_in().unwrap());
        let (cases, words) = (cases::all(&suites), words(&requirements).collect::<Vec<_>>());
        let twice = words.iter().filter(|word| words.iter().filter(|other| other == word).count() > 1);
        assert_eq!(
            twice.collect::<BTreeSet<_>>(),
            BTreeSet::from([&"amp.claim"]),
            "`one` says both of this one"
        );
        assert!(words.iter().all(|word| one(word, &requirements, &cases, SHOWN).is_ok()));
        assert_eq!(everything(&requirements, &cases).lines().count(), words.len() + 5);
    }
}
