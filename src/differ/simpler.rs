//! What is simpler than a blueprint: every blueprint that differs from it in one field and costs less.

use std::ops::Range;

use super::cost::cost;
use super::fields::{Visitor, visit};
use crate::blueprint::Blueprint;

/// Every blueprint that differs from this one in one field and costs less, the boldest first, each with the number of its
/// step. Each blueprint is made when it is asked for: together they would need as much memory as the square of the input.
pub fn simpler(
    blueprint: &Blueprint,
    steps: Range<usize>,
) -> impl DoubleEndedIterator<Item = (usize, Blueprint)> {
    let limit = cost(blueprint);
    let mut walk = Walk::default();
    visit(&mut walk, &mut blueprint.clone());
    let taken = move |(number, step)| {
        let mut simpler = blueprint.clone();
        visit(&mut Walk { take: Some(step), ..Walk::default() }, &mut simpler);
        (number, simpler)
    };
    let steps = walk.steps.into_iter().enumerate().skip(steps.start).take(steps.len());
    steps.map(taken).filter(move |(_, simpler)| cost(simpler) < limit)
}

/// What is done to one field.
#[derive(Clone, Copy)]
enum Edit {
    /// This range is left out.
    Remove(usize, usize),
    /// The bytes of this range become this one.
    Fill(usize, usize, u8),
    /// The value at this place takes the place of the field's own.
    Choose(usize),
    /// This takes the place of the number.
    Number(u64),
}

/// A walk that notes what could be done to each field, or does one of these things.
#[derive(Default)]
struct Walk {
    /// How many fields were passed.
    field: usize,
    /// At which field what is to be done.
    take: Option<(usize, Edit)>,
    /// At which field what could be done.
    steps: Vec<(usize, Edit)>,
}

impl Walk {
    /// At a field to which these things could be done: the one that is to be done.
    fn pass(&mut self, edits: impl Iterator<Item = Edit>) -> Option<Edit> {
        self.field += 1;
        let field = self.field;
        match self.take {
            Some((at, edit)) => (at == field).then_some(edit),
            None => {
                self.steps.extend(edits.map(|edit| (field, edit)));
                None
            }
        }
    }
}

impl Visitor for Walk {
    fn list<T: Clone>(&mut self, list: &mut Vec<T>) {
        let removed = chunks(list.len()).map(|(start, end)| Edit::Remove(start, end));
        if let Some(Edit::Remove(start, end)) = self.pass(removed) {
            list.drain(start..end);
        }
    }

    fn choice<T: Clone + PartialEq>(&mut self, field: &mut T, values: &[T]) {
        let before = values.iter().take_while(|value| *value != field);
        if let Some(Edit::Choose(at)) = self.pass(before.enumerate().map(|(at, _)| Edit::Choose(at))) {
            *field = values[at].clone();
        }
    }

    fn number(&mut self, number: &mut u64, near: u64) {
        if let Some(Edit::Number(nearer)) = self.pass(numbers(*number, near).map(Edit::Number)) {
            *number = nearer;
        }
    }

    fn bytes(&mut self, bytes: &mut Vec<u8>) {
        self.list(bytes);
        self.array(bytes);
    }

    fn array(&mut self, bytes: &mut [u8]) {
        let zeroed = chunks(bytes.len()).filter(|(start, end)| bytes[*start..*end].iter().any(|it| *it != 0));
        // A byte has no more steps of its own than these: of a secret each would be tried in vain.
        let nearer = bytes.iter().enumerate().flat_map(|(at, byte)| {
            [byte / 2, byte.saturating_sub(1)].map(|nearer| Edit::Fill(at, at + 1, nearer))
        });
        let zeroed = zeroed.map(|(start, end)| Edit::Fill(start, end, 0));
        if let Some(Edit::Fill(start, end, byte)) = self.pass(zeroed.chain(nearer)) {
            bytes[start..end].fill(byte);
        }
    }
}

/// Ranges of a list: the whole, its halves, quarters, down to each item.
fn chunks(length: usize) -> impl Iterator<Item = (usize, usize)> {
    let sizes = std::iter::successors(Some(length), |size| (*size > 1).then(|| size.div_ceil(2)));
    sizes
        .filter(|size| *size > 0)
        .flat_map(move |size| (0..length).step_by(size).map(move |start| (start, (start + size).min(length))))
}

/// Numbers that are nearer to a given one: itself first, then by halves.
fn numbers(number: u64, near: u64) -> impl Iterator<Item = u64> {
    let distance = number.abs_diff(near);
    let steps = (0..64).rev().map(|bit| 1_u64 << bit).filter(move |step| *step < distance);
    let by = std::iter::once(distance).chain(steps).filter(|step| *step > 0);
    by.map(move |step| if number > near { number - step } else { number + step })
}
