//! The page: a row for each case, a column for each implementation. Cases of a suite that all implementations answer alike
//! share a row, which opens to them. The script only filters; the page can be read without it. On a narrow screen the
//! columns become words below each row.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::{Column, detail};
use crate::harness::Outcome;
use crate::report::page::{END, escaped, head, number_cells, table_head};
use crate::vectors::requirement::Requirements;
use crate::vectors::{Case, Suite, Verdict};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The outcomes in the order of the filter: CSS class, word in a cell, words in the filter.
const OUTCOMES: [(Outcome, &str, &str, &str); 12] = [
    (Outcome::Pass, "p", "ok", "as expected"),
    (Outcome::WrongVerdict, "w", "verdict", "wrong verdict"),
    (Outcome::WrongOutput, "w", "output", "wrong output"),
    (Outcome::WrongCode, "m", "code", "wrong code"),
    (Outcome::WrongData, "m", "data", "wrong data"),
    (Outcome::Unsupported, "m", "unsup.", "unsupported"),
    (Outcome::Error, "w", "error", "error"),
    (Outcome::TooMuchMemory, "w", "memory", "too much memory"),
    (Outcome::TooManyProcesses, "w", "procs.", "too many processes"),
    (Outcome::TimedOut, "w", "timeout", "timed out"),
    (Outcome::Crashed, "w", "crash", "crashed"),
    (Outcome::NotRun, "o", "-", "not run"),
];

/// How many cases of a group are named in its row.
const NAMED_CASES: usize = 8;

/// The page of these columns over these cases; `digest` is that of the vectors.
pub fn html(suites: &[Suite], requirements: &Requirements, digest: &str, mut columns: Vec<Column>) -> String {
    number_names(&mut columns);
    let mut out = head("Spontan: cases and implementations", &format!("{STYLE}{}", names(&columns)));
    let count: usize = suites.iter().map(|suite| suite.cases.len()).sum();
    let _ = writeln!(
        out,
        "<h1>Cases and implementations</h1>\n<p>{count} cases. Where every implementation answers several cases of a suite \
         alike, they share a row; open it to see them. Open a case to see its input and the answers."
    );
    implementations(suites, digest, &columns, &mut out);
    filters(suites, &mut out);
    for suite in suites {
        section(suite, &columns, &mut out);
    }
    glossary(suites, requirements, &mut out);
    let _ = writeln!(out, "<script>{SCRIPT}</script>");
    out.push_str(END);
    out
}

/// Numbers the columns whose name an earlier one has.
fn number_names(columns: &mut [Column]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for column in columns {
        let count = seen.entry(column.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            let _ = write!(column.name, " #{count}");
        }
    }
}

/// The columns' names as CSS, for the cells of narrow screens and for screen readers.
fn names(columns: &[Column]) -> String {
    let mut css = format!(":root{{--n:{}}}", columns.len());
    for (index, column) in columns.iter().enumerate() {
        let mut name = String::new();
        for char in column.name.chars() {
            let _ = match char {
                char if char.is_ascii_alphanumeric() => write!(name, "{char}"),
                char => write!(name, "\\{:x} ", u32::from(char)),
            };
        }
        let _ = write!(css, ".r>i:nth-of-type({})::before{{content:\"{name}: \"}}", index + 1);
    }
    css
}

fn implementations(suites: &[Suite], digest: &str, columns: &[Column], out: &mut String) {
    table_head("implementation", &["as expected", "failed", "known to fail", "not run"], out);
    for column in columns {
        let about = &column.about;
        let mut counts = [0; 4];
        for case in suites.iter().flat_map(|suite| &suite.cases) {
            counts[match column.outcome(case) {
                Outcome::Pass => 0,
                Outcome::NotRun => 3,
                _ if column.is_known(case) => 2,
                _ => 1,
            }] += 1;
        }
        let _ = write!(
            out,
            "<tr><td><details><summary><b>{}</b> ({})</summary><code>{}</code>",
            escaped(&column.name),
            escaped(&about.hello.implementation.language.printable()),
            escaped(&about.adapter.join(" "))
        );
        for (name, value) in &about.hello.policies {
            let _ = write!(out, "<br>{}: {}", escaped(name), escaped(value));
        }
        out.push_str("</details>");
        if about.vectors != digest {
            out.push_str("<small>checked with different vectors</small>");
        }
        number_cells(&counts, out);
    }
    out.push_str("</table></div>\n");
}

fn filters(suites: &[Suite], out: &mut String) {
    let cases = || suites.iter().flat_map(|suite| &suite.cases);
    let flags: BTreeSet<_> = cases().flat_map(|case| &case.flags).map(String::as_str).collect();
    let layers: BTreeSet<_> = cases().flat_map(layers).collect();
    out.push_str("<form hidden>");
    let mut select = |label: &str, options: &mut dyn Iterator<Item = (String, &str)>| {
        let _ = write!(out, "<label>{label} <select name=\"{label}\"><option value=\"\">all");
        for (value, text) in options {
            let _ = write!(out, "<option value=\"{}\">{}", escaped(&value), escaped(text));
        }
        out.push_str("</select></label>\n");
    };
    select("suite", &mut suites.iter().map(|suite| (suite.suite.clone(), suite.suite.as_str())));
    select("flag", &mut flags.into_iter().map(|flag| (flag.to_owned(), flag)));
    select("layer", &mut layers.into_iter().map(|layer| (layer.to_owned(), layer)));
    let outcomes = OUTCOMES.iter().enumerate().map(|(index, outcome)| (index.to_string(), outcome.3));
    select("verdict", &mut std::iter::once(("x".to_owned(), "not all as expected")).chain(outcomes));
    out.push_str("<label>id <input name=\"id\" type=\"search\"></label> <output></output></form>\n");
}

fn section(suite: &Suite, columns: &[Column], out: &mut String) {
    let mut groups: BTreeMap<(bool, usize), Vec<&Case>> = BTreeMap::new();
    let mut ranks: BTreeMap<Vec<(Outcome, bool)>, (bool, usize)> = BTreeMap::new();
    for (index, case) in suite.cases.iter().enumerate() {
        let key: Vec<_> =
            columns.iter().map(|column| (column.outcome(case), column.is_known(case))).collect();
        // Cases without a failure come last.
        let fine = key.iter().all(|(outcome, _)| matches!(outcome, Outcome::Pass | Outcome::NotRun));
        groups.entry(*ranks.entry(key).or_insert((fine, index))).or_default().push(case);
    }
    let name = escaped(&suite.suite);
    let count = suite.cases.len();
    let _ = write!(
        out,
        "<section data-s=\"{name}\"><h2>{name} <small>{count}</small></h2><div class=\"r head\"><b>case</b>"
    );
    for column in columns {
        let name = escaped(&column.name).replace('+', "+<wbr>").replace('/', "/<wbr>");
        let _ = write!(out, "<span>{name}</span>");
    }
    out.push_str("</div>\n");
    for cases in groups.values() {
        if let [case] = cases[..] {
            element(case, columns, true, out);
            continue;
        }
        let some: Vec<_> = cases.iter().take(NAMED_CASES).map(|case| short(case)).collect();
        let _ = write!(
            out,
            "<details class=\"g\"><summary class=\"r\"><b><span>{}</span> cases <small>{}</small></b>",
            cases.len(),
            escaped(&some.join(", "))
        );
        cells(cases[0], columns, out);
        out.push_str("</summary>\n");
        cases.iter().for_each(|case| element(case, columns, false, out));
        out.push_str("</details>\n");
    }
    out.push_str("</section>\n");
}

/// A case, with cells unless its group has them.
fn element(case: &Case, columns: &[Column], alone: bool, out: &mut String) {
    let outcomes = || columns.iter().map(|column| column.outcome(case));
    let place = |outcome| OUTCOMES.iter().position(|one| one.0 == outcome);
    let verdicts: BTreeSet<_> = outcomes().filter_map(place).collect();
    // What was not asked says nothing.
    let is_wrong = |outcome| !matches!(outcome, Outcome::Pass | Outcome::NotRun);
    let not_all_pass = outcomes().any(is_wrong).then(|| "x".to_owned());
    let verdicts: Vec<_> = verdicts.iter().map(usize::to_string).chain(not_all_pass).collect();
    let id = escaped(&case.id);
    let _ = write!(
        out,
        "<details class=\"c\" id=\"{id}\" data-f=\"{}\" data-l=\"{}\" data-v=\"{}\">",
        escaped(&case.flags.join(" ")),
        layers(case).into_iter().collect::<Vec<_>>().join(" "),
        verdicts.join(" ")
    );
    let short = escaped(short(case));
    let _ = write!(out, "<summary{}><b>{short}</b>", if alone { " class=\"r\"" } else { "" });
    if alone {
        cells(case, columns, out);
    }
    out.push_str("</summary>");
    detail::render(case, columns, out);
    out.push_str("</details>\n");
}

fn cells(case: &Case, columns: &[Column], out: &mut String) {
    for column in columns {
        let outcome = column.outcome(case);
        let found = OUTCOMES.iter().find(|one| one.0 == outcome);
        let (class, word) = found.map_or(("o", "-"), |one| (one.1, one.2));
        let known = if column.is_known(case) { " k" } else { "" };
        let _ = write!(out, "<i class=\"{class}{known}\">{word}</i>");
    }
}

/// The id without its suite, which is the heading above.
fn short(case: &Case) -> &str {
    case.id.split_once('/').map_or(&case.id, |(_, rest)| rest)
}

/// The layers on which a case's input is rejected, or `accepted`.
fn layers(case: &Case) -> BTreeSet<&str> {
    let layers = case.expect.iter().map(|expectation| match &expectation.verdict {
        Verdict::Accept(_) => "accepted",
        Verdict::Reject(refusal) => &refusal.layer,
    });
    layers.collect()
}

/// The requirements that cases cite.
fn glossary(suites: &[Suite], requirements: &Requirements, out: &mut String) {
    let cases = suites.iter().flat_map(|suite| &suite.cases);
    let cited: BTreeSet<_> = cases.flat_map(|case| &case.requirements).collect();
    out.push_str("<h2>Requirements</h2><dl>\n");
    for one in requirements.requirements.iter().filter(|one| cited.contains(&one.id)) {
        let _ = writeln!(
            out,
            "<dt id=\"{id}\">{id}<dd>{} <small>{}, {}</small>",
            escaped(&one.text),
            escaped(&one.document),
            escaped(&one.section),
            id = escaped(&one.id)
        );
    }
    out.push_str("</dl>\n");
}
