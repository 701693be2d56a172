//! The page of several implementations: what is on it, that it stays small, and that a browser filters and folds it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::harness::Outcome;
use crate::protocol::foreign::is_hidden;
use crate::protocol::{Content, Rejection};
use crate::report::jsonl::CaseLine;
use crate::report::matrix::{Column, page};
use crate::vectors::{Suite, load, requirement};
use serde_json::json;

use super::small::{self, HIDDEN, NASTY};

/// A column of this name; `outcome` gives the outcome of each case by its number.
fn column(suites: &[Suite], name: &str, outcome: &dyn Fn(usize) -> Outcome) -> Column {
    let mut about = small::result().about;
    about.hello.implementation.name = name.into();
    about.vectors = "digest".into();
    let mut column = Column::new(about);
    for (index, case) in suites.iter().flat_map(|suite| &suite.cases).enumerate() {
        let outcome = outcome(index);
        let actual = (outcome != Outcome::Pass).then(|| {
            Content::Reject(Rejection {
                reason: format!("{name} {index}").into(),
                code: Some("400f".into()),
                data: None,
            })
        });
        let (id, message) = (case.id.clone(), "message".into());
        let line = CaseLine { id, outcome, message, actual, ..CaseLine::default() };
        column.cells.insert(case.id.clone(), line);
    }
    column
}

fn suites() -> Vec<Suite> {
    load::built_in().unwrap()
}

fn count(suites: &[Suite]) -> usize {
    suites.iter().map(|suite| suite.cases.len()).sum()
}

fn html(suites: &[Suite], columns: &[Column]) -> String {
    page::html(suites, &requirement::built_in().unwrap(), "digest", columns.to_vec())
}

/// What stands between these two texts, and how often.
fn between<'a>(text: &'a str, before: &str, after: &str) -> BTreeMap<&'a str, usize> {
    let mut found = BTreeMap::new();
    for part in text.split(before).skip(1) {
        let inner = part.split_once(after).map_or(part, |(inner, _)| inner);
        *found.entry(inner).or_default() += 1;
    }
    found
}

#[test]
fn every_case_is_there_once_with_what_it_asks() {
    let suites = suites();
    let columns = [
        column(&suites, "a", &|_| Outcome::Pass),
        column(&suites, "b", &|index| {
            if index.is_multiple_of(7) { Outcome::WrongCode } else { Outcome::Pass }
        }),
    ];
    let text = html(&suites, &columns);
    let ids = between(&text, " id=\"", "\"");
    let cases = between(&text, "<details class=\"c\" id=\"", "\"");
    let links = between(&text, "href=\"#", "\"");
    let replays = between(&text, "spontan replay ", " -- python3 'a b.py'");
    for case in suites.iter().flat_map(|suite| &suite.cases) {
        let id = case.id.as_str();
        assert_eq!(cases.get(id), Some(&1), "{id}");
        assert!(replays.contains_key(id), "{id}");
        for asked in case.requirements.iter().chain(&case.twin) {
            assert!(links.contains_key(asked.as_str()) && ids.contains_key(asked.as_str()), "{asked}");
        }
    }
    for part in [
        // An input taken apart; a wrong answer; a right one.
        "at 0    type 2 (amt_to_forward), length",
        "<dt>b 1.0<dd>message. reject b 0, code 400f",
        "<dt>a 1.0<dd>as expected",
        "as expected with custom_even_records: reject",
        "<option value=\"keysend.receive\">",
        "<option value=\"payment\">",
        "<option value=\"3\">wrong code",
    ] {
        assert!(text.contains(part), "{part}");
    }
    assert!(!text.contains("src=") && !text.contains("http"), "the page needs something else");
}

#[test]
fn cases_that_are_answered_alike_are_one_row() {
    let suites = suites();
    let text = html(&suites, &[column(&suites, "a", &|_| Outcome::Pass)]);
    assert_eq!(text.matches("<details class=\"g\"").count(), suites.len());
    // What was not run is not a failure either, but another answer.
    let not_run = |index: usize| if index == 0 { Outcome::NotRun } else { Outcome::Pass };
    let text = html(&suites, &[column(&suites, "a", &not_run)]);
    assert_eq!(text.matches("<i class=\"o\">-</i>").count(), 1);
    assert_eq!(text.matches("<details class=\"g\"").count(), suites.len());
    // Two that fail alike in the first suite, one in the second; the rest passes.
    let second = suites[0].cases.len();
    let failing = [3, 5, second];
    let wrong = |index: usize| if failing.contains(&index) { Outcome::WrongVerdict } else { Outcome::Pass };
    let text = html(&suites, &[column(&suites, "a", &wrong)]);
    assert_eq!(text.matches("<details class=\"g\"").count(), suites.len() + 1);
    let first = text.find("<details class=\"g\"").unwrap();
    assert!(text[first..].starts_with("<details class=\"g\"><summary class=\"r\"><b><span>2</span> cases"));
    assert_eq!(text.matches("<i class=\"w\">verdict</i>").count(), 2);
}

#[test]
fn nasty_texts_stay_texts() {
    let suites = suites();
    let nasty = format!("{NASTY}{HIDDEN}");
    let nasty = nasty.as_str();
    let mut bad = column(&suites, nasty, &|_| Outcome::WrongOutput);
    bad.about.hello.policies.insert(nasty.into(), nasty.into());
    bad.about.adapter = vec![nasty.into()];
    bad.about.vectors = "other".into();
    for cell in bad.cells.values_mut() {
        (cell.message, cell.actual) = (nasty.into(), Some(Content::Accept(json!({ nasty: nasty }))));
    }
    bad.about.hello.implementation.version = "</style><b>".into();
    bad.name = bad.about.name();
    let text = html(&suites, &[bad.clone(), bad]);
    assert_eq!(text.matches("<script").count(), 1);
    assert_eq!(text.matches("</style>").count(), 1);
    assert!(!text.contains(|char| char != '\n' && is_hidden(char)));
    assert!(text.contains(" #2</b>"), "the second of the same name has no number");
    assert!(text.contains("checked with different vectors"));
}

/// All cases and ten implementations, each wrong in a tenth of them: a case takes no more than 2.2 kB.
#[test]
fn ten_implementations_fit_on_a_page() {
    let suites = suites();
    let wrong = |n: usize| {
        move |index: usize| if (index + n).is_multiple_of(10) { Outcome::WrongOutput } else { Outcome::Pass }
    };
    let columns: Vec<_> = (0..10).map(|n| column(&suites, &format!("node-{n}"), &wrong(n))).collect();
    let text = html(&suites, &columns);
    assert_eq!(text.matches("<details class=\"c\"").count(), count(&suites));
    assert!(text.len() < 2200 * count(&suites), "{} bytes", text.len());
}

/// Runs a script at the end of the page in a browser of this width, and returns what it says.
fn in_browser(width: u32, script: &str) -> String {
    let suites = suites();
    let wrong = |index: usize| match index {
        _ if index.is_multiple_of(50) => Outcome::WrongCode,
        100..120 => Outcome::TimedOut,
        120..140 => Outcome::NotRun,
        _ => Outcome::Pass,
    };
    let columns: Vec<_> = (0..10)
        .map(|n| {
            if n == 3 {
                column(&suites, "wrong", &wrong)
            } else {
                column(&suites, &format!("node-{n}"), &|_| Outcome::Pass)
            }
        })
        .collect();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("page.html");
    let said = format!("<script>document.title = JSON.stringify((() => {{ {script} }})())</script>");
    std::fs::write(&file, html(&suites, &columns) + &said).unwrap();
    let output = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--dump-dom",
        ])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .arg(format!("--user-data-dir={}", dir.path().join("profile").display()))
        .arg(format!("--window-size={width},900"))
        .arg(format!("file://{}", Path::new(&file).display()))
        .output()
        .unwrap();
    let page = String::from_utf8_lossy(&output.stdout);
    let title = page.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
    title.unwrap_or_else(|| panic!("{page}")).0.replace("&amp;", "&")
}

#[test]
#[ignore = "needs chromium; run with --ignored"]
fn a_browser_filters_and_opens() {
    let visible = "const n = () => [...document.querySelectorAll('.c')].filter(c => !c.hidden).length;\
        const set = (name, value) => { form.elements[name].value = value; form.dispatchEvent(new Event('input')); };\
        const shown = words => set('verdict', [...form.elements.verdict.options].find(o => o.text === words).value);";
    let said = in_browser(
        1400,
        &format!(
            "{visible} const all = n(); shown('wrong code'); const code = n(); shown('crashed'); const crashed = n();\
             shown('not run'); const unasked = n(); shown('not all as expected'); const wrong = n(); shown('crashed');\
             const empty = [...document.querySelectorAll('section')].every(s => s.hidden);\
             shown('timed out'); const late = n(); set('suite', 'node.sequence'); const other = n(); set('suite', '');\
             set('verdict', ''); set('layer', 'framing'); const framing = n(); set('layer', ''); set('id', '/bolt1-zero');\
             return [all, code, unasked, wrong, crashed, empty, late, other, framing > 0 && framing < all, n(), form.hidden];"
        ),
    );
    // The multiples of 50, and those of 100..120 without 100 itself; what was not run is not among what is wrong.
    let (all, fifty) = (count(&suites()), count(&suites()).div_ceil(50));
    assert_eq!(said, format!("[{all},{fifty},20,{},0,true,19,0,true,2,false]", fifty + 19));
    let said = in_browser(
        1400,
        "location.hash = '#bigsize.decode/bolt1-zero'; dispatchEvent(new Event('hashchange'));\
         const one = document.getElementById('bigsize.decode/bolt1-zero');\
         const s = one.querySelector('summary'); s.focus();\
         return [one.open, one.closest('.g')?.open ?? true, document.activeElement === s, one.getBoundingClientRect().height > 100];",
    );
    assert_eq!(said, "[true,true,true,true]");
}

#[test]
#[ignore = "needs chromium; run with --ignored"]
fn nothing_is_wider_than_a_phone() {
    // A browser without a screen is never narrower than 500 pixels, but it can be made to use 420 of them. The table of
    // implementations scrolls on its own.
    let said = in_browser(
        500,
        "document.documentElement.style.width = '420px';\
         document.querySelectorAll('details').forEach(d => d.open = true);\
         const wide = [...document.querySelectorAll('body *')].filter(e => !e.closest('.wide'))\
           .filter(e => e.getBoundingClientRect().right > 420 || e.scrollWidth > e.clientWidth + 420);\
         return [wide.length, getComputedStyle(document.querySelector('.head')).display,\
           getComputedStyle(document.querySelector('.r>i'), '::before').content];",
    );
    assert_eq!(said, "[0,\"none\",\"\\\"node-0 1.0: \\\"\"]");
}
