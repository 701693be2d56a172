//! Oracles of text that others wrote: what a hostile adapter or runner sends, and what a hostile repository holds.

use std::sync::OnceLock;

use serde_json::Value;
use spontan::harness::{Codes, hello, judge, plan};
use spontan::node::Policies;
use spontan::protocol::{Content, strict};
use spontan::quirks::Quirk;
use spontan::reference;
use spontan::vectors::{Suite, Verdict, lint, load};

use crate::{Finding, OracleResult, Tally, budget, ensure};

/// JSON and YAML trees may take this many times the bytes that a wire decoder may.
const TREE: u64 = 40;

/// The vectors, by which every answer must be judgeable. A target reads them before its first input: that takes longer than an
/// input may.
pub fn suites() -> &'static [Suite] {
    static SUITES: OnceLock<Vec<Suite>> = OnceLock::new();
    // Without them nothing would be judged; `vectors_file` and the tests find that out.
    SUITES.get_or_init(|| load::built_in().unwrap_or_default())
}

/// One line, as each side of the protocol reads it. What the strict reader takes, `serde_json` reads alike, and only the
/// first of two equal keys makes a difference; the quick way to a line's `seq` agrees with the whole reader; a hello that
/// is taken is taken again in other words; every answer can be judged; and the built-in adapter answers any line of a
/// runner with one line of its own.
pub fn protocol_line(line: &[u8], _: Option<Quirk>) -> OracleResult {
    let mut tally = Tally::compared(1);
    if let Ok(text) = std::str::from_utf8(line) {
        let plain = serde_json::from_str::<Value>(text).ok();
        match budget::within_times("strict::from_str", line.len(), TREE, || strict::from_str(text))? {
            Ok(value) => {
                ensure!(plain.as_ref() == Some(&value), "read as {value}, by serde_json as {plain:?}")
            }
            Err(error) => ensure!(
                plain.is_none() || error.to_string().contains("twice"),
                "refused ({error}), but serde_json reads {plain:?}"
            ),
        }
        if let Ok(answer) = strict::answer(text) {
            let quick = plan::split(line).map(|(seq, _)| seq);
            ensure!(quick.is_none_or(|seq| seq == answer.seq), "seq {} or {quick:?}", answer.seq);
            for suite in suites() {
                let Some(case) = suite.cases.first() else { continue };
                let Some(expected) = case.verdict(&Default::default()) else { continue };
                let judged = judge(case, expected, &reference::hello(), Codes::Exact, &answer.content);
                let same = matches!((expected, &answer.content), (Verdict::Accept(expected), Content::Accept(actual)) if expected == actual);
                ensure!(!same || !judged.fails, "{}: the expected answer is judged {judged:?}", case.id);
            }
            tally = tally.and(Tally::compared(2));
        }
    }
    if let Ok(hello) = budget::within_times("hello::parse", line.len(), TREE, || hello::parse(line))? {
        let again = serde_json::to_vec(&hello).map_err(|error| Finding(error.to_string()))?;
        ensure!(hello::parse(&again).as_ref() == Ok(&hello), "a hello that is written anew is not the same");
        tally = tally.and(Tally::compared(1));
    }
    one_answer_a_line(line)?;
    Ok(tally.and(Tally::compared(1)))
}

fn one_answer_a_line(line: &[u8]) -> Result<(), Finding> {
    let asked = [line, b"\n"].concat();
    let lines = asked.iter().filter(|byte| **byte == b'\n').count();
    let mut out = Vec::new();
    reference::serve(&*asked, &mut out, Policies::default()).map_err(|error| Finding(error.to_string()))?;
    let text = String::from_utf8(out).map_err(|error| Finding(error.to_string()))?;
    let answers: Vec<_> = text.lines().collect();
    ensure!(answers.len() == lines, "{} answers to {lines} lines", answers.len());
    for answer in answers {
        let sound = strict::answer(answer).map(drop).or_else(|_| hello::parse(answer.as_bytes()).map(drop));
        ensure!(sound.is_ok(), "the built-in adapter answers {answer}: {sound:?}");
    }
    Ok(())
}

/// A vectors file is refused or is what would be written of it, byte for byte; what is read lints without a panic.
pub fn vectors_file(text: &[u8], _: Option<Quirk>) -> OracleResult {
    let Ok(text) = std::str::from_utf8(text) else {
        return Ok(Tally::skipped("not UTF-8, which is refused before"));
    };
    let parsed =
        budget::within_times("vectors::load::parse", text.len(), TREE, || load::parse("fuzz", text))?;
    if let Ok(suite) = parsed {
        let written = load::to_text(&suite).map_err(|error| Finding(error.to_string()))?;
        ensure!(written == text, "the file is taken, but would be written otherwise:\n{written}");
        for case in &suite.cases {
            // Inputs may be wrong; they may not panic.
            let _ = case.typed_input();
        }
        let _ = lint::problems(&[suite]);
        return Ok(Tally::compared(2));
    }
    Ok(Tally::compared(1))
}
