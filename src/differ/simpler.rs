//! What is simpler than a blueprint: every blueprint that differs from it in one field and costs less.

use super::cost::cost;
use super::fields::{Visitor, visit};
use crate::blueprint::Blueprint;

/// Every blueprint that differs from this one in one field and costs less, the boldest first.
pub fn simpler(blueprint: &Blueprint) -> impl Iterator<Item = Blueprint> {
    let limit = cost(blueprint);
    let all = (0..).map_while(move |number| {
        let mut step = Step { left: Some(number) };
        let mut simpler = blueprint.clone();
        visit(&mut step, &mut simpler);
        step.left.is_none().then_some(simpler)
    });
    all.filter(move |simpler| cost(simpler) < limit)
}

/// One step of all that could be taken.
struct Step {
    /// How many are passed over before; none once it was taken.
    left: Option<usize>,
}

impl Step {
    /// The step that is to be taken, if it is one of these.
    fn take<T>(&mut self, mut steps: impl Iterator<Item = T>) -> Option<T> {
        let mut left = self.left?;
        for step in steps.by_ref() {
            if left == 0 {
                self.left = None;
                return Some(step);
            }
            left -= 1;
        }
        self.left = Some(left);
        None
    }

    fn edit(&mut self, bytes: &mut Vec<u8>, shorter: bool) {
        let removed = chunks(if shorter { bytes.len() } else { 0 }).map(|(start, end)| (start, end, None));
        let zeroed = chunks(bytes.len()).filter(|(start, end)| bytes[*start..*end].iter().any(|it| *it != 0));
        let nearer = bytes.iter().enumerate().flat_map(|(at, byte)| {
            numbers((*byte).into(), 0).map(move |byte| (at, at + 1, Some(byte as u8)))
        });
        let zeroed = zeroed.map(|(start, end)| (start, end, Some(0)));
        match self.take(removed.chain(zeroed).chain(nearer)) {
            Some((start, end, None)) => drop(bytes.drain(start..end)),
            Some((start, end, Some(byte))) => bytes[start..end].fill(byte),
            None => {}
        }
    }
}

impl Visitor for Step {
    fn list<T: Clone>(&mut self, list: &mut Vec<T>) {
        if let Some((start, end)) = self.take(chunks(list.len())) {
            list.drain(start..end);
        }
    }

    fn choice<T: Clone + PartialEq>(&mut self, field: &mut T, values: &[T]) {
        if let Some(value) = self.take(values.iter().take_while(|value| *value != field)) {
            *field = value.clone();
        }
    }

    fn number(&mut self, number: &mut u64, near: u64) {
        if let Some(nearer) = self.take(numbers(*number, near)) {
            *number = nearer;
        }
    }

    fn bytes(&mut self, bytes: &mut Vec<u8>) {
        self.edit(bytes, true);
    }

    fn array(&mut self, bytes: &mut [u8]) {
        let mut edited = bytes.to_vec();
        self.edit(&mut edited, false);
        bytes.copy_from_slice(&edited);
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
