//! What finds which quirk as one HTML page: a row for each quirk, a column for each suite, and the cases themselves at a
//! click.

use std::fmt::Write;

use super::page::{END, escaped, head};
use crate::protocol::OPERATIONS;
use crate::quirks::score::Trial;

/// The page.
pub fn html(trials: &[Trial<'_>]) -> String {
    let mut page = head("Spontan: quirks", "");
    page.push_str(
        "<h1>What finds which seeded bug</h1>\n\
         <p>Each row is one bug; the numbers say how many cases of a suite fail with it. A dash: the suite does not reach \
         the bug's place in the code.</p>\n<table><thead><tr><th>quirk"
    );
    for (operation, _) in OPERATIONS {
        let _ = write!(page, "<th>{}", operation.replace('.', ".<wbr>"));
    }
    page.push_str("</thead>\n");
    trials.iter().for_each(|trial| row(trial, &mut page));
    page.push_str("</table>\n");
    page.push_str(END);
    page
}

fn row(trial: &Trial<'_>, page: &mut String) {
    let quirk = trial.quirk;
    let class = if trial.is_as_expected() { "" } else { " class=\"survives\"" };
    let _ = write!(
        page,
        "<tr{class}><td><details><summary><b>{}</b> {}</summary>{}",
        quirk.name(),
        escaped(quirk.about()),
        escaped(quirk.spec())
    );
    if let Some(why) = quirk.equivalent() {
        let _ = write!(page, "<br>Equivalent: {}", escaped(why));
    }
    if let Some((policy, value)) = trial.policy {
        let _ = write!(page, "<br>With {policy} = {value}");
    }
    for case in &trial.killed_by {
        let _ = write!(page, "<br><code>{}</code>", escaped(case));
    }
    page.push_str("</details>");
    for (operation, _) in OPERATIONS {
        let suite = |case: &&&str| case.split('/').next() == Some(*operation);
        match trial.killed_by.iter().filter(suite).count() {
            0 if !trial.operations.contains(operation) => page.push_str("<td class=\"n none\">-"),
            0 => page.push_str("<td class=\"n none\">0"),
            count => {
                let _ = write!(page, "<td class=\"n\">{count}");
            }
        }
    }
    page.push('\n');
}
