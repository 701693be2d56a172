//! `spontan explain`: what a requirement, a flag or a reason means, and which cases show it.

use std::collections::BTreeSet;
use std::fmt::Write;

use anstyle::Style;
use clap::Args;
use serde_json::Value;

use super::cases::{self, VectorsFrom};
use super::exit::{Exit, Failure};
use super::output;
use crate::protocol::reason::{REASONS, Reason};
use crate::report::failure;
use crate::vectors::requirement::{Requirement, Requirements};
use crate::vectors::{Case, Level, lint::FLAGS};

/// Explain a requirement, a flag or a reason, with its cases; without a word, list all of them
#[derive(Debug, Clone, Args)]
pub struct ExplainArgs {
    #[command(flatten)]
    from: VectorsFrom,
    /// Name all cases, not the first ones alone
    #[arg(long)]
    all: bool,
    /// A requirement (bolt1.tlv.types-increasing), a flag (near-miss) or a reason (preimage_mismatch)
    word: Option<String>,
}

const BOLD: Style = Style::new().bold();

/// So many cases are named without `--all`.
const FEW: usize = 10;

/// Runs the command.
///
/// # Errors
/// If the vectors do not load or the word is none of the three.
pub fn run(args: &ExplainArgs) -> Result<Exit, Failure> {
    let suites = args.from.load()?;
    let requirements = args.from.requirements()?;
    let cases = cases::all(&suites);
    let few = if args.all { usize::MAX } else { FEW };
    let text = match &args.word {
        Some(word) => one(word, &requirements, &cases, few)?,
        None => everything(&requirements, &cases),
    };
    output::print(&text)?;
    Ok(Exit::Ok)
}

fn one(word: &str, requirements: &Requirements, cases: &[&Case], few: usize) -> Result<String, Failure> {
    if let Some(found) = requirements.requirements.iter().find(|one| one.id == word) {
        return Ok(of_requirement(found, requirements, cases, few));
    }
    if let Some((flag, about)) = FLAGS.iter().find(|(flag, _)| *flag == word) {
        return Ok(of_flag(flag, about, cases, few));
    }
    if let Some(reason) = REASONS.iter().find(|reason| reason.name == word) {
        return Ok(of_reason(reason, cases, few));
    }
    let words = requirements.requirements.iter().map(|one| one.id.as_str());
    let words =
        words.chain(FLAGS.iter().map(|(flag, _)| *flag)).chain(REASONS.iter().map(|reason| reason.name));
    let near = cases::nearest(word, words);
    Err(Failure::new(
        Exit::Usage,
        format!(
            "{word:?} is no requirement, flag or reason. Did you mean one of these?{near}\n`spontan explain` lists all"
        ),
    ))
}

fn of_requirement(one: &Requirement, all: &Requirements, cases: &[&Case], few: usize) -> String {
    let mut out = title(&one.id, &format!("a requirement: {}", level(one.level)));
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
            let cited: Vec<_> =
                cases.iter().copied().filter(|case| case.requirements.contains(&one.id)).collect();
            list(&mut out, &cited, few);
        }
    }
    out
}

fn of_flag(flag: &str, about: &str, cases: &[&Case], few: usize) -> String {
    let mut out = title(flag, "a flag: what a failure means");
    failure::field(&mut out, "means", about);
    let flagged: Vec<_> =
        cases.iter().copied().filter(|case| case.flags.iter().any(|used| used == flag)).collect();
    list(&mut out, &flagged, few);
    out
}

fn of_reason(reason: &Reason, cases: &[&Case], few: usize) -> String {
    let mut out = title(reason.name, &format!("a reason, of the layer {}", reason.layer.name()));
    failure::field(&mut out, "means", reason.about);
    let mut codes = Vec::new();
    let mut rejected = Vec::new();
    for case in cases {
        let before = rejected.len();
        for verdict in [&serde_json::to_value(&case.expect), &serde_json::to_value(&case.expect_by_policy)] {
            let Ok(verdict) = verdict else { continue };
            if refuses(verdict, reason.name, &mut codes) && rejected.len() == before {
                rejected.push(*case);
            }
        }
    }
    let mut seen = BTreeSet::new();
    codes.retain(|code| seen.insert(code.clone()));
    let codes = if codes.is_empty() { "none: no failure is sent".to_owned() } else { codes.join(", ") };
    failure::field(&mut out, "codes", &codes);
    list(&mut out, &rejected, few);
    out
}

/// Whether this reason is anywhere in what a case expects; its codes are added.
fn refuses(expected: &Value, reason: &str, codes: &mut Vec<String>) -> bool {
    let mut found = false;
    if let Value::Object(map) = expected {
        if map.get("reason").and_then(Value::as_str) == Some(reason) {
            let listed = map.get("codes").and_then(Value::as_array).into_iter().flatten();
            codes.extend(listed.filter_map(|code| Some(code.as_str()?.to_owned())));
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

fn list(out: &mut String, cases: &[&Case], few: usize) {
    failure::field(out, "cases", &cases.len().to_string());
    let mut lines: Vec<_> = cases.iter().take(few).map(|case| case.id.clone()).collect();
    if cases.len() > few {
        lines.push(format!("and {} more; --all names them", cases.len() - few));
    }
    for line in lines {
        failure::field(out, "", &line);
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Must => "must",
        Level::Should => "should",
        Level::May => "may",
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
        (one.id.clone(), format!("{:6}  {shown:>6}  {}", level(one.level), one.text))
    };
    section(
        "Requirements: level, cases, what is asked",
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
    use super::*;
    use crate::vectors::{load, requirement};

    fn explain(word: &str, few: usize) -> Result<String, Failure> {
        let suites = load::built_in().unwrap();
        one(word, &requirement::built_in().unwrap(), &cases::all(&suites), few)
            .map(|text| anstream::adapter::strip_str(&text).to_string())
    }

    #[test]
    fn no_word_means_two_things() {
        let requirements = requirement::built_in().unwrap();
        let words = requirements.requirements.iter().map(|one| one.id.as_str());
        let words = words.chain(FLAGS.iter().map(|(flag, _)| *flag)).chain(REASONS.iter().map(|r| r.name));
        let words: Vec<_> = words.collect();
        assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len());
        let suites = load::built_in().unwrap();
        let cases = cases::all(&suites);
        assert!(words.iter().all(|word| one(word, &requirements, &cases, FEW).is_ok()));
    }

    #[test]
    fn a_requirement_a_flag_and_a_reason() {
        let text = explain("bolt4.peel.version", FEW).unwrap();
        assert!(
            text.starts_with("bolt4.peel.version  a requirement: must\n  text    A packet fails"),
            "{text}"
        );
        assert!(
            text.contains("04-onion-routing.md, Onion Decryption, Requirements, lines 912-913\n"),
            "{text}"
        );
        assert!(text.contains("BOLT 4, lightning/bolts at a377"), "{text}");
        assert!(text.contains("onion.peel/reject/version-01\n"), "{text}");
        let text = explain("bolt4.peel.constant-time", FEW).unwrap();
        assert!(text.contains("  waived  ") && !text.contains("  cases  "), "{text}");
        let text = explain("near-miss", 2).unwrap();
        assert!(
            text.contains("  means   Another reading") && text.contains(" more; --all names them\n"),
            "{text}"
        );
        assert_eq!(text.lines().count(), 6, "{text}");
        let text = explain("mpp_timeout", usize::MAX).unwrap();
        assert!(text.starts_with("mpp_timeout  a reason, of the layer payment\n"), "{text}");
        assert!(text.contains("codes   0017, 400f\n"), "{text}");
        assert!(text.contains("node.sequence/accept/part-times-out\n"), "{text}");
        let text = explain("no_hops", FEW).unwrap();
        assert!(text.contains("codes   none: no failure is sent\n"), "{text}");
    }

    #[test]
    fn an_unknown_word_has_neighbours() {
        let failure = explain("preimage-mismatch", FEW).unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        assert!(failure.message.contains("\n  preimage_mismatch"), "{}", failure.message);
        assert_eq!(failure.message.matches("\n  ").count(), 3, "{}", failure.message);
    }

    #[test]
    fn without_a_word_all_are_listed() {
        let suites = load::built_in().unwrap();
        let requirements = requirement::built_in().unwrap();
        let text = everything(&requirements, &cases::all(&suites));
        let lines = requirements.requirements.len() + FLAGS.len() + REASONS.len() + 3;
        assert_eq!(text.lines().count(), lines);
    }
}
