//! The kill matrix as one HTML page: a row a quirk, a column a suite, and the cases themselves behind a click.

use std::fmt::Write;

use super::score::Trial;
use crate::protocol::OPERATIONS;

const STYLE: &str = "\
body{font:14px/1.4 system-ui,sans-serif;margin:2em;color-scheme:light dark}\
table{border-collapse:collapse}th{text-align:left;vertical-align:bottom;position:sticky;top:0;background:Canvas}\
td,th{padding:.2em .6em;border-bottom:1px solid #8884;vertical-align:top}td.n{text-align:right}\
td.none{opacity:.3}tr.survives td{background:#f003}summary{cursor:pointer}code{font-size:12px}";

/// The page.
pub fn html(trials: &[Trial<'_>]) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Spontan: quirks</title><style>{STYLE}</style>\n\
         <h1>What finds which seeded bug</h1>\n\
         <p>Each row is one bug; the numbers say how many cases of a suite fail with it. A dash: the suite does not come \
         to the bug's place in the code.</p>\n<table><thead><tr><th>quirk"
    );
    for (operation, _) in OPERATIONS {
        let _ = write!(page, "<th>{}", operation.replace('.', ".<wbr>"));
    }
    page.push_str("</thead>\n");
    trials.iter().for_each(|trial| row(trial, &mut page));
    page.push_str("</table>\n");
    page
}

fn row(trial: &Trial<'_>, page: &mut String) {
    let quirk = trial.quirk;
    let survives = trial.killed_by.is_empty() && quirk.equivalent().is_none();
    let class = if survives { " class=\"survives\"" } else { "" };
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

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
