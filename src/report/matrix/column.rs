//! One result, read back from a file: the whole result (`json`) or the stream (`jsonl`), be it that of a run that was
//! killed.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::harness::Outcome;
use crate::protocol::Content;
use crate::report::result::{About, CaseResult, FORMAT, RunResult};
use crate::report::{Status, jsonl};

/// What one implementation answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// What was run.
    pub about: About,
    /// What each case came to, by id.
    pub cells: BTreeMap<String, Cell>,
}

/// What one case came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// What the judge said.
    pub outcome: Outcome,
    /// Is it listed as known to fail, and does?
    pub known: bool,
    /// The outcome in a line.
    pub message: String,
    /// The answer, unless it passed or nothing came.
    pub came: Option<Content>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line {
    Header {
        format: String,
        #[serde(flatten)]
        about: Box<About>,
    },
    Case {
        id: String,
        outcome: Outcome,
        #[serde(default)]
        known: bool,
        #[serde(default)]
        message: String,
        came: Option<Content>,
    },
    Footer {},
}

impl Column {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// A sentence on what is wrong, with the line where there is one.
    pub fn parse(text: &str) -> Result<Self, String> {
        match serde_json::from_str::<Value>(text) {
            Ok(value) if value.get("type").is_none() => whole(value),
            // A stream of one line, or of several.
            _ => stream(text),
        }
    }
}

fn format_is(format: &str, wanted: &str) -> Result<(), String> {
    if format == wanted {
        return Ok(());
    }
    Err(format!("its format is {format:?}; this spontan reads {wanted:?}"))
}

fn whole(value: Value) -> Result<Column, String> {
    format_is(value.get("format").and_then(Value::as_str).unwrap_or_default(), FORMAT)?;
    let result: RunResult = serde_json::from_value(value).map_err(|error| error.to_string())?;
    let cell = |case: CaseResult| {
        let known = case.status == Status::Known;
        let message = case.message.unwrap_or_default();
        (case.id, Cell { outcome: case.outcome, known, message, came: case.came })
    };
    Ok(Column { about: result.about, cells: result.results.into_iter().map(cell).collect() })
}

fn stream(text: &str) -> Result<Column, String> {
    let mut about = None;
    let mut cells: BTreeMap<String, Cell> = BTreeMap::new();
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
        match line {
            Line::Header { format, about: header } => {
                format_is(&format, jsonl::FORMAT)?;
                about = Some(*header);
            }
            Line::Case { id, outcome, known, message, came } => {
                let cell = Cell { outcome, known, message, came };
                // Of several repetitions the first that was not as expected counts, as in the result.
                match cells.get_mut(&id) {
                    Some(had) if had.outcome != Outcome::Pass => {}
                    Some(had) => *had = cell,
                    None => _ = cells.insert(id, cell),
                }
            }
            Line::Footer {} => {}
        }
    }
    let about = about.ok_or("it has no header: its first line must be that of a results stream")?;
    Ok(Column { about, cells })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = r#"{"type":"header","format":"spontan-results/1","runner":"r","vectors":"sha256:0","cases":2,"repeat":2,"codes":"allowed","adapter":["a"],"hello":{"type":"hello","protocol":1,"implementation":{"name":"n","version":"1","language":"c"},"operations":["bigsize.decode"]}}"#;

    fn outcomes(text: &str) -> Result<Vec<(String, Outcome, bool)>, String> {
        let cells = Column::parse(text)?.cells;
        Ok(cells.into_iter().map(|(id, cell)| (id, cell.outcome, cell.known)).collect())
    }

    #[test]
    fn the_first_wrong_answer_of_several_counts() {
        let pass = r#"{"type":"case","id":"a","outcome":"pass"}"#;
        let wrong = r#"{"type":"case","id":"a","round":1,"outcome":"wrong_code","fails":false,"known":true,"message":"m","came":{"reject":{"reason":"x"}}}"#;
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
    fn what_is_no_result_is_refused() {
        for (text, part) in [
            ("", "no header"),
            ("[]", "its format is \"\""),
            (
                "{\"format\":\"spontan-result/2\"}",
                "\"spontan-result/2\"; this spontan reads \"spontan-result/1\"",
            ),
            ("hello\n", "line 1: expected value"),
            ("{\"type\":\"case\",\"id\":\"a\",\"outcome\":\"pass\"}\n", "no header"),
        ] {
            let message = Column::parse(text).unwrap_err();
            assert!(message.contains(part), "{text}: {message}");
        }
        let other = HEADER.replace("results/1", "results/2");
        assert!(Column::parse(&other).unwrap_err().contains("spontan-results/2"));
        let middle = format!("{HEADER}\nx\n{{}}\n");
        assert!(Column::parse(&middle).unwrap_err().starts_with("line 2: "));
    }
}
