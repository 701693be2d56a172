//! The fixed set of results.

use crate::harness::known::KnownFailures;
use crate::harness::{Codes, Finding, Findings, Judgement, Outcome, Plan, RunEnd, Stop};
use crate::protocol::{AdapterHello, Content, Foreign, Implementation, Rejection};
use crate::report::failure::View;
use crate::report::terminal::{Report, heading};
use crate::report::{About, RunResult, Tally};
use crate::vectors::{Case, Level};
use serde_json::{Value, json};

/// What must not break any format: the marks of XML, HTML, TAP and Markdown, workflow commands, line feeds, a control
/// character, a mark that reverses the direction of writing.
pub const NASTY: &str = "]]> <script>alert(1)</script> # TODO not | `a` *b* [x](y) &amp; 100%\n::error::x\n\u{1b}[31m\u{0}\u{202e}é";

fn case(id: &str, level: &str, input: Value, expect: Value) -> Case {
    serde_json::from_value(json!({
        "id": id, "revision": 1, "about": format!("About {id}."), "level": level, "flags": ["test"],
        "spec": ["BOLT 1, BigSize"], "requirements": ["bolt1.bigsize.encoding"], "input": input, "expect": [expect],
    }))
    .unwrap()
}

pub fn cases() -> Vec<Case> {
    let decode = |name: &str, bytes: &str, value: &str| {
        let id = format!("bigsize.decode/{name}");
        case(&id, "must", json!({"bytes": bytes}), json!({"accept": {"value": value, "length": 1}}))
    };
    let mut rejected = case(
        "bigsize.decode/truncated",
        "must",
        json!({"bytes": "fd00"}),
        json!({"reject": {"layer": "tlv", "reason": "bigsize_truncated"}}),
    );
    rejected.twin = Some("bigsize.decode/right".into());
    let refused = json!({"reject": {"layer": "packet", "reason": "version_unknown", "codes": ["c004"], "data": {"c004": "0abc"}}});
    vec![
        decode("right", "00", "0"),
        decode("listed-and-right", "01", "1"),
        decode("listed", "02", "2"),
        decode("unsupported", "03", "3"),
        decode("crashes", "04", "4"),
        decode("hangs", "05", "5"),
        rejected,
        case(
            "bigsize.encode/undeclared",
            "should",
            json!({"value": "0"}),
            json!({"accept": {"bytes": "00"}}),
        ),
        Case {
            code_level: Some(Level::May),
            ..case("onion.peel/version", "must", json!({"packet": "05"}), refused)
        },
        case(
            "onion.peel/wrong-data",
            "may",
            json!({"packet": "06"}),
            json!({"reject": {"layer": "packet", "reason": "hmac_mismatch"}}),
        ),
        case(
            "onion.peel/not-reached",
            "must",
            json!({"packet": "07"}),
            json!({"reject": {"layer": "packet", "reason": "packet_length"}}),
        ),
    ]
}

pub fn hello() -> AdapterHello {
    serde_json::from_value(json!({
        "type": "hello", "protocol": 1, "operations": ["bigsize.decode", "onion.peel"],
        "implementation": {"name": "small <&> node", "version": "1.0", "language": "c"},
    }))
    .unwrap()
}

/// What cannot be seen: control characters of both sorts, marks of direction, a line separator, a tag.
pub const HIDDEN: &str = "\u{1b}[2J\u{7f}\u{9b}31m\u{202e}\u{2028}\u{200b}\u{e0041}\r\n::error::x";

fn known(text: &str, issue: &str) -> KnownFailures {
    // TOML takes no NUL, and DEL only in this form.
    let quoted =
        |text| serde_json::to_string(text).unwrap().replace("\\u0000", "").replace('\u{7f}', "\\u007f");
    let (why, issue) = (quoted(text), quoted(issue));
    let text = format!("[[known]]\ncase = \"bigsize.decode/listed*\"\nwhy = {why}\nissue = {issue}\n");
    KnownFailures::parse("known.toml", &text).unwrap()
}

/// The answers, each with its case and what was written to stderr meanwhile.
fn answers() -> Vec<(&'static str, Content, &'static str)> {
    let accept = |value: &str| Content::Accept(json!({"value": value, "length": 1}));
    let reject = |reason: &str, code: Option<&str>| {
        Content::Reject(Rejection { reason: reason.into(), code: code.map(str::to_owned), data: None })
    };
    vec![
        ("bigsize.decode/right", accept("0"), ""),
        ("bigsize.decode/listed-and-right", accept("1"), ""),
        ("bigsize.decode/listed", accept("200"), ""),
        ("bigsize.decode/unsupported", Content::unsupported(NASTY), ""),
        ("bigsize.decode/truncated", Content::Accept(json!({"<b>": "]]>"})), NASTY),
        ("onion.peel/version", reject("version_unknown", Some("400f")), ""),
        ("onion.peel/wrong-data", reject("hmac_mismatch", None), ""),
    ]
}

/// The result of a run of them.
pub fn result() -> RunResult {
    result_that_fails_on(Level::Proposal)
}

/// The result of a run of them with this `--fail-on`.
pub fn result_that_fails_on(level: Level) -> RunResult {
    run(hello(), &known(NASTY, "https://example.org/?a=1&b=2"), answers(), NASTY, level).0
}

/// A result, and what the terminal shows of it, in which every text that is not ours cannot be seen.
pub fn hidden() -> (RunResult, String) {
    let mut hello = hello();
    let text = || Foreign::from(HIDDEN);
    hello.implementation = Implementation { name: text(), version: text(), language: text() };
    let reject = |reason| Rejection { reason, code: Some(HIDDEN.into()), data: Some(HIDDEN.into()) };
    let answers = vec![
        ("bigsize.decode/right", Content::Reject(reject(text())), HIDDEN),
        ("bigsize.decode/listed", Content::Error(text()), HIDDEN),
        ("bigsize.decode/unsupported", Content::Unsupported(text()), HIDDEN),
        ("bigsize.decode/truncated", Content::Accept(json!({HIDDEN: HIDDEN})), HIDDEN),
        ("onion.peel/version", Content::Reject(reject("version_unknown".into())), HIDDEN),
        ("onion.peel/wrong-data", Content::Accept(json!({"outcome": HIDDEN, "code": HIDDEN})), HIDDEN),
    ];
    run(hello, &known(HIDDEN, HIDDEN), answers, HIDDEN, Level::Proposal)
}

/// The result of a run with these answers, and what the terminal shows of it.
fn run(
    hello: AdapterHello,
    known: &KnownFailures,
    answers: Vec<(&'static str, Content, &'static str)>,
    stale: &str,
    level: Level,
) -> (RunResult, String) {
    let cases = cases();
    let plan = Plan::new(&cases.iter().collect::<Vec<_>>(), hello, Codes::Allowed);
    let plan = Plan { fail_on: level, ..plan };
    let at = |id: &str| plan.jobs.iter().position(|job| job.case.id == id).unwrap();
    let mut findings = Findings::new(plan.jobs.len());
    for (id, answer, stderr) in answers {
        let index = at(id);
        let judgement = plan.judge(index, &answer);
        let actual = (judgement.outcome != Outcome::Pass).then_some(answer);
        findings.add(Finding { index, round: 0, judgement, actual, stderr: stderr.into() });
    }
    for (id, outcome, how) in [
        ("bigsize.decode/crashes", Outcome::Crashed, "the adapter was ended by signal 11 (SIGSEGV)"),
        ("bigsize.decode/hangs", Outcome::TimedOut, "no answer within 5 s (--timeout)"),
    ] {
        let (judgement, stderr) = (Judgement::plain(outcome, how), "panic: \u{1b}[1mno\u{1b}[0m\n".into());
        findings.add(Finding { index: at(id), round: 0, judgement, actual: None, stderr });
    }
    let tally = Tally::new(&plan, known, findings);
    let command = ["python3", "a b.py"].map(str::to_owned).to_vec();
    let mut about = About::new(&plan, format!("sha256:{}", "ab".repeat(32)), command, 1);
    about.runner = "spontan 0.1.0".into();
    about.shard = Some("1/2".into());
    let end = RunEnd { deaths: 2, answers: 7, notes: vec!["a note".into()], ..RunEnd::default() };
    let view = View { full: false, replay: " -- python3 'a b.py'".into() };
    let result = RunResult {
        seconds: 1.25,
        exit: 1,
        stale: vec![format!("known.toml, line 9: {stale} matches no case")],
        looks_like: vec!["the seeded bug x, which explains 2 of 7 failures: It is off by one.".into()],
        would_pass: vec![
            "1 failure would pass with custom_even_records: accept, which the adapter does not declare"
                .into(),
        ],
        ..RunResult::new(about, &tally, &end, &view)
    };
    let stop = Stop { message: "it broke".into(), stderr: stale.into(), breach: true };
    let report = Report {
        result: &result,
        tally: &tally,
        stop: Some(&stop),
        complaints: &result.stale,
        view,
        all: true,
        one_cause: false,
    };
    let text = format!("{}\n{}", heading(&plan.hello, 1), report.render());
    (result, text)
}
