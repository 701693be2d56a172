//! `spontan explain`: what a requirement, a flag or a reason means, and which cases are about it.

use std::fmt::Write;

use anstyle::Style;
use clap::Args;
use serde_json::{Value, json};

use super::cases::{self, VectorsFrom};
use super::exit::{Exit, Failure};
use super::output;
use crate::protocol::reason::{REASONS, Reason};
use crate::report::failure;
use crate::vectors::requirement::{Requirement, Requirements};
use crate::vectors::{Case, lint::FLAGS};

/// Explain a requirement, a flag or a reason, with its cases
///
/// Without an argument, lists all of them.
#[derive(Debug, Clone, Args)]
pub struct ExplainArgs {
    #[command(flatten)]
    from: VectorsFrom,
    /// List all cases, not only the first 10
    #[arg(long)]
    all: bool,
    /// A requirement (such as bolt1.tlv.types-increasing), a flag (near-miss) or a reason
    /// (preimage_mismatch)
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
    if let Some(found) = requirements.requirements.iter().find(|one| one.id == word) {
        return Ok(of_requirement(found, requirements, cases, shown));
    }
    if let Some((flag, about)) = FLAGS.iter().find(|(flag, _)| *flag == word) {
        return Ok(of_flag(flag, about, cases, shown));
    }
    if let Some(reason) = REASONS.iter().find(|reason| reason.name == word) {
        return Ok(of_reason(reason, cases, shown));
    }
    let near = cases::nearest(word, words(requirements));
    Err(Failure::usage(format!(
        "there is no requirement, flag or reason {word:?}. Did you mean one of these?{near}\n`spontan explain` lists all"
    )))
}

/// Everything that can be explained.
fn words(requirements: &Requirements) -> impl Iterator<Item = &str> {
    let words = requirements.requirements.iter().map(|one| one.id.as_str());
    words.chain(FLAGS.iter().map(|(flag, _)| *flag)).chain(REASONS.iter().map(|reason| reason.name))
}

fn of_requirement(one: &Requirement, all: &Requirements, cases: &[&Case], shown: usize) -> String {
    let mut out = title(&one.id, &format!("requirement, level {}", failure::level(one.level)));
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

fn of_reason(reason: &Reason, cases: &[&Case], shown: usize) -> String {
    let mut out = title(reason.name, &format!("reason, layer {}", reason.layer.name()));
    failure::field(&mut out, "means", reason.about);
    let mut codes = Vec::new();
    let mut is_expected =
        |case: &&Case| refuses(&json!([case.expect, case.expect_by_policy]), reason.name, &mut codes);
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
        (one.id.clone(), format!("{:6}  {shown:>6}  {}", failure::level(one.level), one.text))
    };
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
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::vectors::{load, requirement};

    fn explain(word: &str, shown: usize) -> Result<String, Failure> {
        let suites = load::built_in().unwrap();
        one(word, &requirement::built_in().unwrap(), &cases::all(&suites), shown)
            .map(|text| anstream::adapter::strip_str(&text).to_string())
    }

    #[test]
    fn no_word_means_two_things() {
        let requirements = requirement::built_in().unwrap();
        let words: Vec<_> = words(&requirements).collect();
        assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len());
        let suites = load::built_in().unwrap();
        let cases = cases::all(&suites);
        assert!(words.iter().all(|word| one(word, &requirements, &cases, SHOWN).is_ok()));
    }

    #[test]
    fn a_requirement_a_flag_and_a_reason() {
        let text = explain("bolt4.peel.version", SHOWN).unwrap();
        assert!(
            text.starts_with("bolt4.peel.version  requirement, level must\n  text      A packet fails"),
            "{text}"
        );
        assert!(
            text.contains("04-onion-routing.md, Onion Decryption, Requirements, lines 912-913\n"),
            "{text}"
        );
        assert!(text.contains("BOLT 4, lightning/bolts at a377"), "{text}");
        assert!(text.contains("onion.peel/reject/version-01\n"), "{text}");
        let text = explain("bolt4.peel.constant-time", SHOWN).unwrap();
        assert!(text.contains("  waived    ") && !text.contains("  cases     "), "{text}");
        let text = explain("near-miss", 2).unwrap();
        assert!(
            text.contains("  means     Another reading") && text.contains(" more; --all lists them\n"),
            "{text}"
        );
        assert_eq!(text.lines().count(), 6, "{text}");
        let text = explain("mpp_timeout", usize::MAX).unwrap();
        assert!(text.starts_with("mpp_timeout  reason, layer payment\n"), "{text}");
        assert!(text.contains("codes     0017, 400f\n"), "{text}");
        assert!(text.contains("node.sequence/accept/part-times-out\n"), "{text}");
        let text = explain("no_hops", SHOWN).unwrap();
        assert!(text.contains("codes     none: no failure is sent\n"), "{text}");
    }

    #[test]
    fn an_unknown_word_has_neighbours() {
        let failure = explain("preimage-mismatch", SHOWN).unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        assert!(failure.message.contains("\n  preimage_mismatch"), "{}", failure.message);
        assert_eq!(failure.message.matches("\n  ").count(), 3, "{}", failure.message);
    }

    #[test]
    fn without_a_word_all_are_listed() {
        let suites = load::built_in().unwrap();
        let requirements = requirement::built_in().unwrap();
        let text = everything(&requirements, &cases::all(&suites));
        assert_eq!(text.lines().count(), words(&requirements).count() + 3);
    }
}
