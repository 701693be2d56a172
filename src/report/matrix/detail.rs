//! What a case opens to: what it asks, its input taken apart, what is wanted, and what each implementation answered.

use std::fmt::Write;

use super::page::Shown;
use crate::harness::Outcome;
use crate::harness::text::shell_word;
use crate::protocol::Content;
use crate::report::failure::level;
use crate::report::page::escaped;
use crate::report::value;
use crate::vectors::{Case, Expectation};

/// The content of the case's element.
pub fn render(case: &Case, columns: &[Shown<'_>], out: &mut String) {
    let _ = write!(out, "<p>{}<br><small>{}", escaped(&case.about), level(case.level));
    if !case.flags.is_empty() {
        let _ = write!(out, "; flags {}", escaped(&case.flags.join(", ")));
    }
    out.push_str("; asks");
    for (index, id) in case.requirements.iter().enumerate() {
        let id = escaped(id);
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(out, "{comma} <a href=\"#{id}\">{id}</a>");
    }
    if let Some(twin) = &case.twin {
        let twin = escaped(twin);
        let things = case.differs_in();
        let _ = write!(out, "<br>twin <a href=\"#{twin}\">{twin}</a>: accepted, and differs in {things}");
    }
    let input = escaped(&value::lines(&case.input, false).join("\n"));
    let _ = write!(out, "</small><pre>{input}</pre><dl>");
    for (when, verdict) in value::expectation(case, false) {
        let when = when.map(|when| format!(" with {when}")).unwrap_or_default();
        let _ = write!(out, "<dt>wanted{}<dd>{}", escaped(&when), escaped(&verdict));
    }
    for (answer, names) in answers(case, columns) {
        let _ = write!(out, "<dt>{}<dd>{}", escaped(&names.join(", ")), escaped(&answer));
    }
    out.push_str("</dl>");
    if let Some(line) = replay(case, columns) {
        let _ = write!(out, "<pre>{}</pre>", escaped(&line));
    }
}

/// The different answers, each with the implementations that gave it.
fn answers<'a>(case: &Case, columns: &'a [Shown<'_>]) -> Vec<(String, Vec<&'a str>)> {
    let mut answers: Vec<(String, Vec<&str>)> = Vec::new();
    for column in columns {
        let text = answer(case, column);
        match answers.iter_mut().find(|(other, _)| *other == text) {
            Some((_, names)) => names.push(&column.name),
            None => answers.push((text, vec![&column.name])),
        }
    }
    answers
}

fn answer(case: &Case, column: &Shown<'_>) -> String {
    let Some(cell) = column.column.cells.get(&case.id) else { return "not in this result".into() };
    let known = if cell.known { " (listed as known)" } else { "" };
    match (&cell.came, cell.outcome) {
        (_, Outcome::Pass) => match case.expectation() {
            Expectation::ByPolicy(by_policy) => {
                let declared = column.column.about.hello.policies.get(&by_policy.policy);
                let value = declared.or_else(|| by_policy.answers.first().map(|answer| &answer.value));
                format!("as wanted with {}: {}", by_policy.policy, value.map_or("", String::as_str))
            }
            _ => "as wanted".into(),
        },
        (Some(Content::Accept(output)), _) => {
            format!("{}{known}. accept {}", cell.message, value::compact(output, false))
        }
        (Some(Content::Reject(rejection)), _) => {
            format!("{}{known}. {}", cell.message, value::rejection(rejection, false))
        }
        _ => format!("{}{known}", cell.message),
    }
}

/// How to ask the case again of the first implementation that did not answer as wanted, or of any.
fn replay(case: &Case, columns: &[Shown<'_>]) -> Option<String> {
    let wrong =
        columns.iter().find(|column| !matches!(column.outcome(case), Outcome::Pass | Outcome::NotRun));
    let column = wrong.or_else(|| columns.first())?;
    let words = column.column.about.adapter.iter().map(|word| shell_word(word.as_ref()));
    Some(format!("spontan replay {} -- {}", case.id, words.collect::<Vec<_>>().join(" ")))
}
