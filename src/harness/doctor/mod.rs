//! Is an adapter sound, whether or not the node behind it is right? It is started several times and asked a few cases of
//! each operation that it declares. No answer is compared with what the case expects, only with the protocol and with the
//! adapter's own answers to the same question.

mod advice;
mod answers;
mod checklist;
mod checks;
mod ending;
mod examination;
mod sample;
mod shape;
pub mod talk;

use std::time::Instant;

use self::examination::{Examination, millis};
use self::sample::Sample;
use self::talk::{Limits, Talk};
use super::session::{StartError, runner_hello};
use crate::vectors::Case;

pub use checklist::{Checklist, ChecklistItem, Mark};
pub use shape::accepted;

/// Examines an adapter with cases of the vectors.
///
/// # Errors
/// If it does not start or shake hands.
pub fn examine(limits: &Limits, cases: &[&Case]) -> Result<Checklist, StartError> {
    let started = Instant::now();
    let (talk, hello) = Talk::start(limits, &runner_hello())?;
    let sample = Sample::new(cases, &hello);
    let mut examination = Examination { limits, hello, sample, checks: Vec::new(), seen: Vec::new() };
    let (window, operations) = (examination.hello.window, examination.hello.operations.join(", "));
    examination.ok(
        "shakes hands",
        format!("after {}; window {window}, operations: {operations}", millis(started.elapsed())),
    );
    match examination.one_by_one(talk) {
        Some(answers) => {
            examination.forms(&answers);
            examination.answered(&answers);
            if examination.again(&answers) {
                examination.unknown_keys(&answers);
                examination.high_seq(&answers);
                examination.longest_line();
                examination.last_answers();
            }
        }
        None => {
            examination.note("the rest", "checks that need an answered case were not made".into(), "");
            if let Some((mut talk, _)) = examination.start("starts again alike") {
                talk.close_stdin();
                examination.exit(talk);
            }
        }
    }
    examination.by_the_way();
    Ok(Checklist { hello: examination.hello, checks: examination.checks })
}
