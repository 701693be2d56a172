//! Is an adapter sound, whether or not the node behind it is right? It is started several times and asked a few cases of
//! each operation that it declares. Answers are compared with the protocol and with the adapter's own answers to the same
//! question. What a case expects counts in one place alone: who passes a published case and fails it when it is made anew knows the
//! case and not the rule.

mod checks;
mod examination;
mod sample;
mod shape;
mod talk;

use std::time::Instant;

use self::examination::{Examination, millis};
use self::talk::Talk;
use super::options::Options;
use super::session::{StartError, runner_hello};
use crate::vectors::{Case, Suite};

pub use examination::{Checklist, ChecklistItem, Mark};
pub use shape::accepted;

/// Makes the suites of some operations anew, with the ids of the published cases, or says why it cannot.
pub type MakeFresh<'a> = dyn Fn(&[String]) -> Result<Vec<Suite>, String> + 'a;

/// What makes cases anew.
pub struct Fresh<'a> {
    /// The seed that they follow from.
    pub seed: u32,
    /// Makes them.
    pub make: &'a MakeFresh<'a>,
}

/// Examines an adapter with cases of the vectors, and with fresh ones if there are any. Of the options, the adapter and its time
/// limits count.
///
/// # Errors
/// If it does not start or shake hands.
pub fn examine(
    options: &Options,
    cases: &[&Case],
    fresh: Option<Fresh<'_>>,
) -> Result<Checklist, StartError> {
    let started = Instant::now();
    let (talk, hello) = Talk::start(options, &runner_hello())?;
    let (window, operations) = (hello.window, hello.operations.join(", "));
    let questions = sample::questions(cases, &hello);
    let mut examination = Examination { options, hello, questions, checks: Vec::new(), seen: Vec::new() };
    examination.ok(
        "shakes hands",
        format!("after {}; window {window}, operations: {operations}", millis(started.elapsed())),
    );
    match examination.one_by_one(talk) {
        Some(answers) => {
            examination.forms(&answers);
            examination.answered(&answers);
            if examination.again(&answers) {
                if let Some(fresh) = fresh {
                    examination.fresh(&answers, fresh);
                }
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
