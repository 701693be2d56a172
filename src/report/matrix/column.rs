//! One result, read back from a file: the whole result (`json`) or the stream (`jsonl`), be it that of a run that was
//! killed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::harness::{Codes, Outcome};
use crate::report::jsonl::{self, CaseLine, Line};
use crate::report::result::{About, CaseResult, FORMAT, RunResult};
use crate::report::tally::{Counts, Status};
use crate::vectors::Case;

/// What one implementation answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The heading: name and version of the implementation.
    pub name: String,
    /// What was run.
    pub about: About,
    /// The outcome of each case, by id.
    pub cells: BTreeMap<String, CaseLine>,
}

impl Column {
    /// A column without cells.
    pub fn new(about: About) -> Self {
        Self { name: about.name(), about, cells: BTreeMap::new() }
    }

    /// Reads the text of a file.
    pub fn parse(text: &str) -> Result<Self, String> {
        match serde_json::from_str::<Value>(text) {
            Ok(value) if value.get("type").is_none() => whole(value),
            // A stream of one line, or of several.
            _ => stream(text),
        }
    }

    /// The outcome of a case; one that is not in the result was not run.
    pub fn outcome(&self, case: &Case) -> Outcome {
        self.cells.get(&case.id).map_or(Outcome::NotRun, |cell| cell.outcome)
    }

    /// Does a case fail, as is known?
    pub fn is_known(&self, case: &Case) -> bool {
        self.cells.get(&case.id).is_some_and(|cell| cell.known)
    }
}

fn check_format(format: &str, expected: &str) -> Result<(), String> {
    if format == expected {
        return Ok(());
    }
    Err(format!("its format is {format:?}; this spontan reads {expected:?}"))
}

fn whole(value: Value) -> Result<Column, String> {
    check_format(value.get("format").and_then(Value::as_str).unwrap_or_default(), FORMAT)?;
    let result: RunResult = serde_json::from_value(value).map_err(|error| error.to_string())?;
    let mut column = Column::new(result.about);
    let mut counts = Counts::default();
    for case in result.results {
        if let Some(what) = contradiction(&case, column.about.codes) {
            return Err(changed(&format!("{}: {what}", case.id)));
        }
        if column.cells.contains_key(&case.id) {
            return Err(changed(&format!("{} is there twice", case.id)));
        }
        counts.add(case.status);
        let CaseResult { id, status, outcome, message, actual, .. } = case;
        let (known, message) = (status == Status::Known, message.unwrap_or_default());
        let line = CaseLine { id: id.clone(), outcome, known, message, actual, ..CaseLine::default() };
        column.cells.insert(id, line);
    }
    if counts != result.counts {
        return Err(changed("its counts are not those of its cases"));
    }
    Ok(column)
}

/// What is said of a file that no run can have written.
fn changed(what: &str) -> String {
    format!("{what}. No run writes this, so the file was changed afterwards; run `spontan check` again")
}

/// Whether a case with this outcome counts as passed.
fn is_as_expected(outcome: Outcome, codes: Codes) -> bool {
    outcome == Outcome::Pass
        || codes == Codes::Ignore && matches!(outcome, Outcome::WrongCode | Outcome::WrongData)
}

/// What a case of a result says against itself.
fn contradiction(case: &CaseResult, codes: Codes) -> Option<&'static str> {
    let as_the_outcome = match case.status {
        Status::Passed | Status::UnexpectedPass => is_as_expected(case.outcome, codes),
        Status::NotRun | Status::NotReached => case.outcome == Outcome::NotRun,
        Status::Unsupported => case.outcome == Outcome::Unsupported,
        Status::Failed | Status::BelowFailOn | Status::Known => {
            !matches!(case.outcome, Outcome::Pass | Outcome::NotRun)
        }
    };
    let as_it_was_asked = match case.outcome {
        Outcome::Pass => case.failed == 0 && case.actual.is_none() && case.replay.is_none(),
        Outcome::NotRun => case.runs == 0,
        _ => case.runs > 0,
    };
    match (as_the_outcome, as_it_was_asked) {
        (false, _) => Some("its status is not that of its outcome"),
        (true, false) => Some("its outcome does not fit what else is said of its answer"),
        (true, true) => None,
    }
}

/// What a line of a stream says against itself: only what did not pass has an answer, a message, and a say in the exit code.
fn contradicts(line: &CaseLine) -> bool {
    match line.outcome {
        Outcome::Pass => line.fails.is_some() || line.actual.is_some() || !line.message.is_empty(),
        Outcome::NotRun => line.fails.is_some() || line.actual.is_some(),
        _ => line.fails.is_none(),
    }
}

fn stream(text: &str) -> Result<Column, String> {
    let mut column: Option<Column> = None;
    let mut asked = BTreeSet::new();
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let line: Line = match serde_json::from_str(line) {
            Ok(line) => line,
            // The end of a run that was killed while it wrote.
            Err(_) if index > 0 && !line.ends_with('\n') => break,
            Err(error) => {
                return Err(format!(
                    "line {}: {error}. It must be a file of `check --report jsonl=FILE` or json=FILE",
                    index + 1
                ));
            }
        };
        match (line, &mut column) {
            (Line::Header { format, about }, _) => {
                check_format(&format, jsonl::FORMAT)?;
                column = Some(Column::new(about));
            }
            (Line::Case(line), Some(_)) if contradicts(&line) => {
                let what =
                    format!("line {}: {}: its outcome does not fit what else is said", index + 1, line.id);
                return Err(changed(&what));
            }
            (Line::Case(line), Some(_)) if !asked.insert((line.id.clone(), line.round)) => {
                return Err(changed(&format!("line {}: {} is there twice", index + 1, line.id)));
            }
            // Of several repetitions the first that was not as expected counts, as in the result.
            (Line::Case(line), Some(column)) => match column.cells.get_mut(&line.id) {
                Some(earlier) if earlier.outcome != Outcome::Pass => {}
                Some(earlier) => *earlier = line,
                None => _ = column.cells.insert(line.id.clone(), line),
            },
            (Line::Case(_), None) => break,
            (Line::Footer { counts, .. }, Some(column)) => {
                // Whether wrong codes pass that --codes ignore forgives depends on --fail-on too.
                let number = |is: &dyn Fn(Outcome) -> bool| {
                    column.cells.values().filter(|cell| is(cell.outcome)).count()
                };
                let surely = number(&|outcome| outcome == Outcome::Pass);
                let perhaps = number(&|outcome| is_as_expected(outcome, column.about.codes));
                if !(surely..=perhaps).contains(&(counts.passed as usize)) {
                    return Err(changed(&format!(
                        "line {}: its counts are not those of its cases",
                        index + 1
                    )));
                }
            }
            (Line::Footer { .. }, None) => {}
        }
    }
    column.ok_or_else(|| "it has no header: its first line must be that of a results stream".into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const HEADER: &str = r#"{"type":"header","format":"spontan-results/2","runner":"r","vectors":"sha256:0","cases":2,"repeat":2,"codes":"allowed","adapter":["a"],"hello":{"type":"hello","protocol":1,"implementation":{"name":"n","version":"1","language":"c"},"operations":["bigsize.decode"]}}"#;

    fn outcomes(text: &str) -> Result<Vec<(String, Outcome, bool)>, String> {
        let cells = Column::parse(text)?.cells;
        Ok(cells.into_iter().map(|(id, cell)| (id, cell.outcome, cell.known)).collect())
    }

    #[test]
    fn the_first_wrong_answer_of_several_counts() {
        let pass = r#"{"type":"case","id":"a","outcome":"pass"}"#;
        let wrong = r#"{"type":"case","id":"a","round":1,"outcome":"wrong_code","fails":false,"known":true,"message":"m","actual":{"reject":{"reason":"x"}}}"#;
        let again = r#"{"type":"case","id":"a","round":2,"outcome":"pass"}"#;
        let text = [HEADER, pass, wrong, again, ""].join("\n");
        assert_eq!(outcomes(&text), Ok(vec![("a".into(), Outcome::WrongCode, true)]));
    }

    #[test]
    fn a_run_that_was_killed_is_read_as_far_as_it_went() {
        let pass = r#"{"type":"case","id":"a","outcome":"pass"}"#;
        let text = format!("{HEADER}\n{pass}\n{{\"type\":\"case\",\"id\":\"b\",\"outc");
        assert_eq!(outcomes(&text), Ok(vec![("a".into(), Outcome::Pass, false)]));
        assert_eq!(outcomes(&format!("{HEADER}\n")), Ok(vec![]));
        assert_eq!(outcomes(HEADER), Ok(vec![]));
    }

    /// Each line of a stream that no run writes.
    #[test]
    fn a_stream_that_was_edited_is_refused() {
        let pass = r#"{"type":"case","id":"a","outcome":"pass"}"#;
        let footer = |passed: u32| {
            format!(
                r#"{{"type":"footer","exit":0,"passed":{passed},"failed":0,"known":0,"unsupported":0,"not_run":0,"deaths":0,"notes":[],"known_failures":[],"stopped":null}}"#
            )
        };
        let read = |lines: &[&str]| outcomes(&[&[HEADER], lines, &[""]].concat().join("\n"));
        assert_eq!(read(&[pass, &footer(1)]), Ok(vec![("a".into(), Outcome::Pass, false)]));
        for (lines, part) in [
            (vec![pass, pass], "line 3: a is there twice"),
            (vec![pass, &footer(2)], "line 3: its counts are not those of its cases"),
            (
                vec![r#"{"type":"case","id":"a","outcome":"pass","fails":true,"message":"m"}"#],
                "line 2: a: its outcome does not fit",
            ),
            (
                vec![r#"{"type":"case","id":"a","outcome":"pass","actual":{"reject":{"reason":"x"}}}"#],
                "line 2: a: its outcome does not fit",
            ),
            (vec![r#"{"type":"case","id":"a","outcome":"error"}"#], "line 2: a: its outcome does not fit"),
        ] {
            let message = read(&lines).unwrap_err();
            assert!(message.starts_with(part) && message.contains("was changed afterwards"), "{message}");
        }
    }

    /// A whole result, each field that tells of a case's outcome changed on its own.
    #[test]
    fn a_result_that_was_edited_is_refused() {
        let mut about: Value = serde_json::from_str(HEADER).unwrap();
        about.as_object_mut().unwrap().shift_remove("type");
        about["format"] = FORMAT.into();
        about["repeat"] = 1.into();
        for (field, value) in [
            ("seconds", json!(0.5)),
            ("exit", json!(1)),
            ("deaths", json!(0)),
            ("counts", json!({"passed": 1, "failed": 1, "known": 0, "unsupported": 0, "not_run": 0})),
            ("notes", json!([])),
            ("stale", json!([])),
            ("looks_like", json!([])),
            (
                "results",
                json!([
                    {"id": "a", "status": "passed", "outcome": "pass", "level": "must", "runs": 1, "failed": 0},
                    {"id": "b", "status": "failed", "outcome": "error", "level": "must", "runs": 1, "failed": 1,
                        "message": "m", "actual": {"error": "x"}},
                ]),
            ),
        ] {
            about[field] = value;
        }
        assert_eq!(outcomes(&about.to_string()).unwrap().len(), 2);
        for (pointer, value, part) in [
            ("/results/1/outcome", json!("pass"), "b: its status is not that of its outcome"),
            ("/results/1/status", json!("passed"), "b: its status is not that of its outcome"),
            ("/results/1/id", json!("a"), "a is there twice"),
            ("/results/0/failed", json!(1), "a: its outcome does not fit"),
            ("/results/1/runs", json!(0), "b: its outcome does not fit"),
            ("/results/0/status", json!("unexpected_pass"), ""),
            ("/counts/passed", json!(2), "its counts are not those of its cases"),
        ] {
            let mut edited = about.clone();
            *edited.pointer_mut(pointer).unwrap() = value;
            match outcomes(&edited.to_string()) {
                // Another word for a case that passed is no other result.
                Ok(_) => assert_eq!(part, "", "{pointer}"),
                Err(message) => {
                    assert!(!part.is_empty() && message.starts_with(part), "{pointer}: {message}")
                }
            }
        }
    }

    #[test]
    fn only_results_of_this_format_are_read() {
        for (text, part) in [
            ("", "no header"),
            ("[]", "its format is \"\""),
            (
                "{\"format\":\"spontan-result/1\"}",
                "\"spontan-result/1\"; this spontan reads \"spontan-result/2\"",
            ),
            ("hello\n", "line 1: expected value"),
            ("{\"type\":\"case\",\"id\":\"a\",\"outcome\":\"pass\"}\n", "no header"),
        ] {
            let message = Column::parse(text).unwrap_err();
            assert!(message.contains(part), "{text}: {message}");
        }
        let other = HEADER.replace("results/2", "results/1");
        assert!(Column::parse(&other).unwrap_err().contains("spontan-results/1"));
        let middle = format!("{HEADER}\nx\n{{}}\n");
        assert!(Column::parse(&middle).unwrap_err().starts_with("line 2: "));
    }
}
