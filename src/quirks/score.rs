//! The mutation score: each quirk as an implementation against the vectors, with the harness's own judge.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Mutex;
use std::thread;

use super::list::{Quirk, Quirks};
use super::second::Implementation;
use crate::harness::{Codes, judge};
use crate::node::Policies;
use crate::protocol::operation::Input;
use crate::protocol::{AdapterHello, Content};
use crate::reference;
use crate::vectors::{Case, Suite, Verdict};

/// What became of one quirk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial<'a> {
    /// The quirk.
    pub quirk: Quirk,
    /// The operations of the cases that reach the quirk's place in the code.
    pub operations: BTreeSet<&'a str>,
    /// The cases that fail with it, in the order of the vectors.
    pub killed_by: Vec<&'a str>,
    /// The policy that it had to declare to be found; none when the defaults will do.
    pub policy: Option<(&'static str, &'static str)>,
}

impl Trial<'_> {
    /// Whether it is found, or said to be equivalent and not found.
    pub const fn is_as_expected(&self) -> bool {
        self.killed_by.is_empty() == self.quirk.equivalent().is_some()
    }
}

/// A case as it is put to implementations that differ in their quirks only.
pub(super) struct Question<'a> {
    pub case: &'a Case,
    input: Input,
    pub expected: &'a Verdict,
    reached: Quirks,
}

impl<'a> Question<'a> {
    /// A case with what is expected of an implementation with the policies of `sound`. Nothing when its input is not the
    /// operation's: all answer it alike.
    pub fn new(case: &'a Case, expected: &'a Verdict, sound: &Implementation) -> Option<Self> {
        let input = case.typed_input().ok()?;
        sound.take_reached();
        sound.answer_input(&input);
        Some(Self { case, input, expected, reached: sound.take_reached() })
    }

    /// Whether the answer can depend on the quirk.
    pub const fn reaches(&self, quirk: Quirk) -> bool {
        self.reached.contains(quirk)
    }

    pub fn answer(&self, implementation: &Implementation) -> Content {
        implementation.answer_input(&self.input)
    }

    /// Whether the implementation fails the case.
    pub fn fails(&self, implementation: &Implementation, hello: &AdapterHello) -> bool {
        let answer = self.answer(implementation);
        judge(self.case, self.expected, hello, Codes::Allowed, &answer).fails
    }
}

/// The id of the first case for which the second implementation has not the answer that is expected, for whichever policies.
pub fn disagreement(suites: &[Suite]) -> Option<&str> {
    let differs = |case: &&Case| {
        case.expect.iter().any(|expectation| {
            let sound = Implementation::without_quirk(expectation.when.clone());
            let answer = sound.answer(case.operation(), &case.input);
            let hello = AdapterHello { policies: expectation.when.clone(), ..reference::hello() };
            judge(case, &expectation.verdict, &hello, Codes::Allowed, &answer).fails
        })
    };
    suites.iter().flat_map(|suite| &suite.cases).find(differs).map(|case| case.id.as_str())
}

/// The policies of each run: the defaults, then each value of a policy that is not its default.
pub fn choices() -> Vec<Option<(&'static str, &'static str)>> {
    let others = Policies::ALL
        .iter()
        .flat_map(|(policy, values)| values.iter().skip(1).map(|value| Some((*policy, *value))));
    std::iter::once(None).chain(others).collect()
}

/// A choice as an adapter declares it.
pub fn declared(choice: Option<(&str, &str)>) -> BTreeMap<String, String> {
    choice.into_iter().map(|(policy, value)| (policy.to_owned(), value.to_owned())).collect()
}

/// The hello that answers are judged by: the built-in adapter's, with these policies.
pub fn hello(choice: Option<(&str, &str)>) -> AdapterHello {
    AdapterHello { policies: declared(choice), ..reference::hello() }
}

/// Tries every quirk of `quirks` on the cases: first with default policies, then, if it survives, with each other value.
/// Uses as many threads as there are processors.
pub fn run<'a>(suites: &'a [Suite], quirks: &[Quirk]) -> Vec<Trial<'a>> {
    let mut trials: Vec<_> = quirks
        .iter()
        .map(|quirk| Trial {
            quirk: *quirk,
            operations: BTreeSet::new(),
            killed_by: Vec::new(),
            policy: None,
        })
        .collect();
    let threads = thread::available_parallelism().map_or(1, usize::from);
    for choice in choices() {
        let left = trials.iter_mut().filter(|trial| trial.killed_by.is_empty()).collect::<Vec<_>>();
        if left.is_empty() {
            break;
        }
        let hello = hello(choice);
        let questions = questions(suites, &hello);
        let left = Mutex::new(left.into_iter());
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while let Some(trial) = left.lock().ok().and_then(|mut left| left.next()) {
                        try_on(trial, &questions, &hello);
                        trial.policy = choice.filter(|_| !trial.killed_by.is_empty());
                    }
                });
            }
        });
    }
    trials
}

fn questions<'a>(suites: &'a [Suite], hello: &AdapterHello) -> Vec<Question<'a>> {
    let sound = Implementation::without_quirk(hello.policies.clone());
    let cases = suites.iter().flat_map(|suite| &suite.cases);
    cases.filter_map(|case| Question::new(case, case.verdict(&hello.policies)?, &sound)).collect()
}

fn try_on<'a>(trial: &mut Trial<'a>, questions: &[Question<'a>], hello: &AdapterHello) {
    let unsound = Implementation::with_quirk(trial.quirk, hello.policies.clone());
    for question in questions.iter().filter(|question| question.reaches(trial.quirk)) {
        trial.operations.insert(question.case.operation());
        if question.fails(&unsound, hello) {
            trial.killed_by.push(&question.case.id);
        }
    }
}

/// The numbers of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// All quirks that were tried.
    pub quirks: usize,
    /// Those that no case can find.
    pub equivalent: usize,
    /// Those that a case finds, without those that are said to be equivalent.
    pub killed: usize,
    /// Those that are said to be equivalent, and that a case finds.
    pub wrongly_equivalent: usize,
}

impl Score {
    /// Counts.
    pub fn of(trials: &[Trial<'_>]) -> Self {
        let (equivalent, others): (Vec<_>, Vec<_>) =
            trials.iter().partition(|trial| trial.quirk.equivalent().is_some());
        let killed =
            |trials: &[&Trial<'_>]| trials.iter().filter(|trial| !trial.killed_by.is_empty()).count();
        Self {
            quirks: trials.len(),
            equivalent: equivalent.len(),
            killed: killed(&others),
            wrongly_equivalent: killed(&equivalent),
        }
    }

    /// Whether every quirk is found that can be, and none that cannot.
    pub const fn is_perfect(&self) -> bool {
        self.killed == self.quirks - self.equivalent && self.wrongly_equivalent == 0
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { quirks, equivalent, killed, wrongly_equivalent } = self;
        let all = quirks - equivalent;
        let percent = if all == 0 { 100.0 } else { *killed as f64 * 100.0 / all as f64 };
        write!(
            f,
            "{quirks} quirks, {equivalent} equivalent: {killed} of {all} killed, score {percent:.1} %."
        )?;
        if *wrongly_equivalent > 0 {
            write!(f, "\n{wrongly_equivalent} of the equivalent are killed: they are not equivalent.")?;
        }
        Ok(())
    }
}

/// A small set of cases that together find every quirk that is found: greedily, the case that finds most of the rest
/// first. In the order of the vectors.
pub fn smoke<'a>(trials: &[Trial<'a>]) -> BTreeSet<&'a str> {
    let mut left: Vec<_> = trials.iter().filter(|trial| !trial.killed_by.is_empty()).collect();
    let mut chosen = BTreeSet::new();
    while !left.is_empty() {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for case in left.iter().flat_map(|trial| &trial.killed_by) {
            *counts.entry(case).or_default() += 1;
        }
        // The first by name among equals, so that the set does not depend on the order of anything.
        let Some((case, _)) =
            counts.into_iter().max_by_key(|(case, count)| (*count, std::cmp::Reverse(*case)))
        else {
            break;
        };
        chosen.insert(case);
        left.retain(|trial| !trial.killed_by.contains(&case));
    }
    chosen
}
