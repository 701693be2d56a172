//! Each format: what it looks like, and that nothing in an answer can break it.

use crate::harness::{Codes, Finding, Plan};
use crate::protocol::foreign::is_hidden;
use crate::protocol::{Content, FailureDetail, Reads};
use crate::report::jsonl::Stream;
use crate::report::{RunResult, Status, badge, github, html, junit, markdown, tap};
use crate::vectors::Level;
use serde_json::Value;

use super::small::{self, NASTY};

/// Compares a report with its snapshot.
macro_rules! snapshot {
    ($name:literal, $text:expr) => {
        insta::with_settings!({prepend_module_to_snapshot => false, snapshot_path => "../snapshots/reports"}, {
            insta::assert_snapshot!($name, $text)
        })
    };
}

#[test]
fn every_status_is_there() {
    let result = small::result();
    let of = |id: &str| {
        let case = result.results.iter().find(|case| case.id.ends_with(id)).unwrap();
        (case.status, serde_json::to_value(case.outcome).unwrap())
    };
    for (id, status, outcome) in [
        ("/right", Status::Passed, "pass"),
        ("listed-and-right", Status::UnexpectedPass, "pass"),
        ("/listed", Status::Known, "wrong_output"),
        ("/unsupported", Status::Unsupported, "unsupported"),
        ("/crashes", Status::Failed, "crashed"),
        ("/hangs", Status::Failed, "timed_out"),
        ("/truncated", Status::Failed, "wrong_verdict"),
        ("/undeclared", Status::NotRun, "not_run"),
        ("/version", Status::Failed, "wrong_code"),
        ("/wrong-data", Status::Passed, "pass"),
        ("/not-reached", Status::NotReached, "not_run"),
    ] {
        assert_eq!(of(id), (status, outcome.into()), "{id}");
    }
    assert_eq!(result.failures().count(), 6);
    let total = result.suites().iter().map(|(_, counts)| counts.passed + counts.failed).sum::<u32>();
    assert_eq!((total, result.counts.passed + result.counts.failed), (7, 7));
}

/// A wrong code whose text is a MAY: shown and counted everywhere, and a failure nowhere.
#[test]
fn what_is_below_fail_on_fails_nothing() {
    let result = small::result_that_fails_on(Level::Must);
    let case = result.results.iter().find(|case| case.id == "onion.peel/version").unwrap();
    assert_eq!((case.status, case.failed_level), (Status::BelowFailOn, Some(Level::May)));
    assert_eq!((result.counts.below_fail_on, result.failures().count()), (1, 5));
    assert!(result.headline().contains("3 of 9 cases as expected, 1 below --fail-on, 1 known"));
    let text = junit::render(&result);
    let document = roxmltree::Document::parse(&text).unwrap();
    let cases = junit_cases(&document);
    assert!(cases.iter().any(|case| case.attribute("name") == Some("version") && inside(case).is_empty()));
    assert!(
        tap::render(&result)
            .contains("\nok 9 - onion.peel/version\n# below --fail-on: wrong code at code\nok 10")
    );
    assert!(!github::render(&result).contains("onion.peel/version"));
    for text in [markdown::render(&result), html::render(&result)] {
        assert!(
            text.contains("below --fail-on") && text.contains("By level: must 3 of 8, may 1 of 2"),
            "{text}"
        );
    }
    assert_eq!(
        serde_json::to_value(&result).unwrap()["levels"]["may"],
        serde_json::json!({"as_expected": 1, "run": 2})
    );
}

/// What the adapter did not answer for is in each format that shows a green.
#[test]
fn what_was_not_checked_stands_in_every_report() {
    let mut result = small::result();
    result.about.hello.omits = vec!["onion.peel.shared_secret".into()];
    result.about.hello.failure_detail = FailureDetail::None;
    result.about.hello.reads = Reads::Payload;
    result.about.codes = Codes::Ignore;
    result.exit = 0;
    result.notes = vec!["a note".into()];
    for text in
        [junit::render(&result), tap::render(&result), markdown::render(&result), html::render(&result)]
    {
        for part in [
            "1 case: the adapter does not declare bigsize.encode",
            "onion.peel.shared_secret: the adapter omits them",
            "packets: the adapter takes the payload that is sent beside them",
            "failure codes and data: the adapter tells neither",
            "wrong failure codes and data: --codes ignore",
            "a note",
        ] {
            assert!(text.replace("&#95;", "_").replace("&#58;", ":").contains(part), "{part}\n{text}");
        }
    }
    assert!(
        github::render(&result).contains("%0Anot checked: failure codes and data: the adapter tells neither")
    );
    let small = badge::render(&result);
    assert!(
        small.contains(
            "3 passed, 1 known to fail, 2 not run, some fields omitted, packets not opened, no failure codes, codes not counted\""
        ),
        "{small}"
    );
    result.about.hello.omits.clear();
    result.about.hello.failure_detail = FailureDetail::Data;
    result.about.hello.reads = Reads::Packet;
    result.about.codes = Codes::Allowed;
    assert!(result.unchecked().iter().all(|unchecked| unchecked.how == "not run"));
}

#[test]
fn json() {
    let result = small::result();
    let text = serde_json::to_string_pretty(&result).unwrap();
    assert_eq!(serde_json::from_str::<RunResult>(&text).unwrap(), result);
    snapshot!("json", text);
}

#[test]
fn jsonl() {
    let result = small::result();
    let (cases, file) = (small::cases(), tempfile::NamedTempFile::new().unwrap());
    let plan = Plan::new(&cases.iter().collect::<Vec<_>>(), small::hello(), Codes::Allowed);
    std::fs::write(&file, Stream::header(&result.about).unwrap()).unwrap();
    let appended = std::fs::OpenOptions::new().append(true).open(&file).unwrap();
    let mut stream = Stream::new(appended);
    stream.not_run("bigsize.encode/undeclared", "the adapter did not declare what it needs");
    for (index, case) in result.results.iter().enumerate().filter(|(_, case)| case.runs > 0) {
        let answer = case.actual.clone().unwrap_or(Content::unsupported(""));
        let judgement = plan.judge(index, &answer);
        let stderr = case.stderr.clone();
        stream.case(
            &plan,
            &Finding { index, round: 0, judgement, actual: case.actual.clone(), stderr },
            true,
        );
    }
    stream.finish(&result).unwrap();
    snapshot!("jsonl", std::fs::read_to_string(file.path()).unwrap());
}

/// The rules of junit-10.xsd: which elements and attributes stand where. Returns the test cases.
fn junit_cases<'a>(document: &'a roxmltree::Document<'_>) -> Vec<roxmltree::Node<'a, 'a>> {
    let allowed = |node: roxmltree::Node<'_, '_>, names: &[&str]| {
        for attribute in node.attributes() {
            assert!(names.contains(&attribute.name()), "{} on {}", attribute.name(), node.tag_name().name());
        }
    };
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "testsuites");
    allowed(root, &["name", "time", "tests", "failures", "errors"]);
    let number = |node: roxmltree::Node<'_, '_>, name: &str| -> usize {
        node.attribute(name).unwrap().parse().unwrap()
    };
    let mut sums = [0; 3];
    let mut all = Vec::new();
    for suite in root.children().filter(roxmltree::Node::is_element) {
        assert_eq!(suite.tag_name().name(), "testsuite");
        allowed(suite, &["name", "tests", "failures", "errors", "skipped"]);
        let mut cases: Vec<_> = suite.children().filter(roxmltree::Node::is_element).collect();
        if cases[0].tag_name().name() == "properties" {
            for property in cases.remove(0).children().filter(roxmltree::Node::is_element) {
                assert_eq!(property.tag_name().name(), "property");
                allowed(property, &["name", "value"]);
            }
        }
        for case in &cases {
            assert_eq!(case.tag_name().name(), "testcase");
            allowed(*case, &["name", "classname"]);
            let inside: Vec<_> = case.children().filter(roxmltree::Node::is_element).collect();
            assert!(inside.len() <= 1);
            for element in inside {
                assert!(["failure", "error", "skipped"].contains(&element.tag_name().name()));
                allowed(element, &["type", "message"]);
                assert!(element.children().all(|child| child.is_text()));
            }
        }
        let count = |name: &str| cases.iter().filter(|case| inside(case) == name).count();
        assert_eq!(
            ["tests", "failures", "errors", "skipped"].map(|name| number(suite, name)),
            [cases.len(), count("failure"), count("error"), count("skipped")]
        );
        for (sum, name) in sums.iter_mut().zip(["tests", "failures", "errors"]) {
            *sum += number(suite, name);
        }
        all.extend(cases);
    }
    assert_eq!(["tests", "failures", "errors"].map(|name| number(root, name)), sums);
    all
}

fn inside<'a>(case: &roxmltree::Node<'a, 'a>) -> &'a str {
    case.first_element_child().map_or("", |element| element.tag_name().name())
}

#[test]
fn junit_is_what_jenkins_and_gitlab_read() {
    let text = junit::render(&small::result());
    snapshot!("junit", &text);
    let document = roxmltree::Document::parse(&text).unwrap();
    let cases = junit_cases(&document);
    let of = |name: &str| inside(cases.iter().find(|case| case.attribute("name") == Some(name)).unwrap());
    for (name, element) in [
        ("right", ""),
        ("listed-and-right", "failure"),
        ("listed", "skipped"),
        ("unsupported", "failure"),
        ("crashes", "error"),
        ("hangs", "error"),
        ("truncated", "failure"),
        ("undeclared", "skipped"),
        ("version", "failure"),
        ("not-reached", "skipped"),
        ("known failures, stale entry 1", "failure"),
    ] {
        assert_eq!(of(name), element, "{name}");
    }
    let names: std::collections::BTreeSet<_> =
        cases.iter().map(|case| (case.attribute("classname"), case.attribute("name"))).collect();
    assert_eq!(names.len(), cases.len(), "GitLab keeps one case of each pair of names");
    // What was nasty is still there, as text.
    let known = cases.iter().find(|case| case.attribute("name") == Some("listed")).unwrap();
    let message = known.first_element_child().unwrap().attribute("message").unwrap();
    assert!(
        message.contains("]]> <script>alert(1)</script> # TODO not | `a` *b* [x](y) &amp; 100%\\n"),
        "{message}"
    );
}

#[test]
fn tap_has_one_point_for_each_number_of_its_plan() {
    let text = tap::render(&small::result());
    snapshot!("tap", &text);
    let mut lines = text.lines();
    assert_eq!((lines.next(), lines.next()), (Some("TAP version 13"), Some("1..12")));
    let mut points = 0;
    let mut directives = Vec::new();
    let mut block = None;
    for line in lines {
        match (&mut block, line) {
            (None, "  ---") => block = Some(String::new()),
            (Some(yaml), "  ...") => {
                let value: Value = serde_yaml(yaml);
                assert!(value["message"].is_string() && value["outcome"].is_string(), "{yaml}");
                block = None;
            }
            (Some(yaml), line) => {
                yaml.push_str(line.strip_prefix("  ").unwrap());
                yaml.push('\n');
            }
            (None, line) if line.starts_with('#') => {}
            (None, line) => {
                points += 1;
                let rest = line.strip_prefix("not ").unwrap_or(line);
                assert!(rest.starts_with(&format!("ok {points} - ")), "{line}");
                // A # that is not escaped starts a directive.
                let parts: Vec<_> = rest.split(" # ").collect();
                directives.extend(parts.get(1).map(|part| part.split(' ').next().unwrap().to_owned()));
                assert!(parts.len() <= 2, "{line}");
            }
        }
    }
    assert_eq!((points, block), (12, None));
    assert_eq!(directives, ["TODO", "SKIP", "SKIP"]);
    let mut broken = small::result();
    broken.broken = Some(NASTY.into());
    assert!(tap::render(&broken).lines().last().unwrap().starts_with("Bail out! ]]> <script>"));
}

/// YAML is a superset of what is needed here: the same reader as the vectors'.
fn serde_yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Whatever reads a report must see that a run was broken, even if every case passed.
#[test]
fn a_broken_run_is_never_green() {
    let mut result = small::result();
    result.results.retain(|case| case.status == Status::Passed);
    (result.stale, result.exit, result.broken) = (Vec::new(), 4, Some("it printed a banner".into()));
    let text = junit::render(&result);
    let document = roxmltree::Document::parse(&text).unwrap();
    assert_eq!(document.root_element().attribute("errors"), Some("1"), "{text}");
    assert!(tap::render(&result).ends_with("Bail out! it printed a banner\n"));
    assert!(
        github::render(&result).starts_with("::error title=The adapter broke the run::it printed a banner\n")
    );
    assert!(markdown::render(&result).contains("## ❌"));
    for text in [markdown::render(&result), html::render(&result)] {
        assert!(
            text.contains("The adapter broke the run:") && text.contains("it printed a banner"),
            "{text}"
        );
    }
}

#[test]
fn markdown_for_a_summary() {
    let text = markdown::render(&small::result());
    snapshot!("markdown", &text);
    assert!(!text.contains("<script") && !text.contains('\u{1b}'));
    // Within <pre> nothing is Markdown; outside of it every mark is escaped.
    let outside: String = text.split("<pre>").map(|part| part.split("</pre>").last().unwrap()).collect();
    assert!(!outside.contains("[x](y)") && !outside.contains("*b*") && !outside.contains('`'), "{outside}");
    let rows: Vec<_> = text.lines().filter(|line| line.starts_with('|')).collect();
    assert_eq!(rows.len(), 6);
    assert!(rows.iter().all(|row| row.matches('|').count() == 7), "{rows:?}");
}

/// The names of an adapter, its reasons and errors, its keys and values, its stderr, and why and where a failure is known.
#[test]
fn nothing_that_cannot_be_seen_reaches_a_report() {
    let (result, terminal) = small::hidden();
    assert_eq!(result.results.iter().filter(|case| case.status == Status::Known).count(), 1);
    let mut parts = terminal.split("\u{1b}[");
    let mut plain = parts.next().unwrap().to_owned();
    for part in parts {
        let (colour, rest) = part.split_once('m').unwrap();
        assert!(colour.bytes().all(|byte| byte.is_ascii_digit() || byte == b';'), "{part:?}");
        plain.push_str(rest);
    }
    for (name, text) in [
        ("terminal", plain),
        ("junit", junit::render(&result)),
        ("tap", tap::render(&result)),
        ("markdown", markdown::render(&result)),
        ("html", html::render(&result)),
        ("github", github::render(&result)),
        ("badge", badge::render(&result)),
    ] {
        let hidden = text.char_indices().find(|(_, char)| *char != '\n' && is_hidden(*char));
        assert_eq!(hidden.map(|(at, char)| (char, &text[..at])), None, "{name}");
        // In a log it would be a command.
        let is_file = ["junit", "markdown", "html"].contains(&name);
        assert!(is_file || !text.lines().any(|line| line.starts_with("::error::x")), "{name}: {text}");
        assert!(name == "badge" || text.contains("u{e0041}") || text.contains("U000e0041"), "{name}: {text}");
    }
}

#[test]
fn github_shows_ten() {
    let mut result = small::result();
    let text = github::render(&result);
    snapshot!("github", &text);
    assert!(
        text.lines().all(|line| line.starts_with("::error title=") || line.starts_with("::notice title="))
    );
    assert_eq!(text.matches("::error title=").count(), 7);
    let more = result.results.iter().find(|case| case.fails()).unwrap().clone();
    result.results.extend(vec![more; 20]);
    let text = github::render(&result);
    assert_eq!(text.matches("::error title=").count(), 10);
    assert!(text.contains("::18 more failures"), "{text}");
}

#[test]
fn html_is_one_page_without_script() {
    let text = html::render(&small::result());
    snapshot!("html", &text);
    for part in ["<script", "http://", "src=", "href=", "\u{1b}", "\u{202e}"] {
        assert!(!text.contains(part), "{part}");
    }
}

#[test]
fn badges() {
    let mut result = small::result();
    snapshot!("badge", badge::render(&result));
    result.exit = 0;
    assert!(badge::render(&result).contains("3 passed, 1 known to fail, 2 not run\",\"color\":\"yellow\""));
    result.counts.known = 0;
    assert!(badge::render(&result).contains("\"3 passed, 2 not run\",\"color\":\"brightgreen\""));
    (result.exit, result.broken) = (4, Some("x".into()));
    assert!(badge::render(&result).contains("\"broken\",\"color\":\"red\""));
}
