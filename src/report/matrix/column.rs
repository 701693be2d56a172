//! One result, read back from a file: the whole result (`json`) or the stream (`jsonl`), be it that of a run that was
//! killed.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::harness::Outcome;
use crate::report::jsonl::{self, CaseLine, Line};
use crate::report::result::{About, CaseResult, FORMAT, RunResult};
use crate::report::tally::Status;
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
    for case in result.results {
        let CaseResult { id, status, outcome, message, actual, .. } = case;
        let (known, message) = (status == Status::Known, message.unwrap_or_default());
        let line = CaseLine { id: id.clone(), outcome, known, message, actual, ..CaseLine::default() };
        column.cells.insert(id, line);
    }
    Ok(column)
}

fn stream(text: &str) -> Result<Column, String> {
    let mut column: Option<Column> = None;
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
            // Of several repetitions the first that was not as expected counts, as in the result.
            (Line::Case(line), Some(column)) => match column.cells.get_mut(&line.id) {
                Some(earlier) if earlier.outcome != Outcome::Pass => {}
                Some(earlier) => *earlier = line,
                None => _ = column.cells.insert(line.id.clone(), line),
            },
            (Line::Case(_), None) => break,
            (Line::Footer { .. }, _) => {}
        }
    }
    column.ok_or_else(|| "it has no header: its first line must be that of a results stream".into())
}

#[cfg(test)]
mod tests {
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
        let text = [HEADER, pass, wrong, pass, ""].join("\n");
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
