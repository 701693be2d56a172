//! What a case opens to: the requirements that it tests, its input taken apart, the expected answer, and what each
//! implementation answered.

use std::fmt::Write;

use super::column::Column;
use crate::harness::Outcome;
use crate::harness::text::shell_word;
use crate::protocol::Content;
use crate::report::page::escaped;
use crate::report::value;
use crate::vectors::Case;

/// The content of the case's element.
pub fn render(case: &Case, columns: &[Column], out: &mut String) {
    let _ = write!(out, "<p>{}<br><small>{}", escaped(&case.about), case.level.name());
    if !case.flags.is_empty() {
        let _ = write!(out, "; flags: {}", escaped(&case.flags.join(", ")));
    }
    let link = |id: &String| format!("<a href=\"#{id}\">{id}</a>", id = escaped(id));
    let requirements: Vec<_> = case.requirements.iter().map(link).collect();
    let _ = write!(out, "<br>tests {}", requirements.join(", "));
    if let Some(twin) = &case.twin {
        let _ = write!(out, "<br>differs in {} from {}, which is accepted", case.differs_in(), link(twin));
    }
    let input = escaped(&value::lines(&case.input, false).join("\n"));
    let _ = write!(out, "</small><pre>{input}</pre><dl>");
    for (when, verdict) in value::expectations(case, false) {
        let when = when.map(|when| format!(" with {when}")).unwrap_or_default();
        let _ = write!(out, "<dt>expected{}<dd>{}", escaped(&when), escaped(&verdict));
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
pub(in crate::report) fn answers<'a>(case: &Case, columns: &'a [Column]) -> Vec<(String, Vec<&'a str>)> {
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

fn answer(case: &Case, column: &Column) -> String {
    let Some(cell) = column.cells.get(&case.id) else { return "not in this result".into() };
    if cell.outcome == Outcome::Pass {
        let expectation = case.expectation(&column.about.hello.policies);
        return match expectation.map(value::choices).filter(|choices| !choices.is_empty()) {
            Some(choices) => format!("as expected with {choices}"),
            None => "as expected".into(),
        };
    }
    let known = if cell.known { "known failure, " } else { "" };
    let answer = match &cell.actual {
        Some(content @ (Content::Accept(_) | Content::Reject(_))) => {
            format!(". {}", value::content(content, false))
        }
        // The message of the others says all.
        _ => String::new(),
    };
    format!("{known}{}{answer}", cell.message)
}

/// How to ask the case again of the first implementation that failed it, or of any.
fn replay(case: &Case, columns: &[Column]) -> Option<String> {
    let failed =
        columns.iter().find(|column| !matches!(column.outcome(case), Outcome::Pass | Outcome::NotRun));
    let column = failed.or_else(|| columns.first())?;
    let words = column.about.adapter.iter().map(|word| shell_word(word.as_ref()));
    Some(format!("spontan replay {} -- {}", case.id, words.collect::<Vec<_>>().join(" ")))
}
