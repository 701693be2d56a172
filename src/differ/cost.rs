//! What a blueprint costs, by which shrinking ends: first how many records, hops and events there are, then how many
//! fields are out of the ordinary, then bytes, then how far numbers and bytes are from the ordinary ones.

use super::fields::{Visitor, visit};
use crate::blueprint::Blueprint;

/// What a blueprint costs; compared part by part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost {
    things: usize,
    /// How many fields are out of the ordinary.
    pub odd: usize,
    bytes: usize,
    distance: u128,
}

impl Visitor for Cost {
    fn list<T: Clone>(&mut self, list: &mut Vec<T>) {
        self.things += list.len();
    }

    fn choice<T: Clone + PartialEq>(&mut self, field: &mut T, values: &[T]) {
        let place = values.iter().position(|value| value == field).unwrap_or(values.len().max(1));
        self.odd += usize::from(place > 0);
        self.distance += place as u128;
    }

    fn number(&mut self, number: &mut u64, near: u64) {
        self.distance += u128::from(number.abs_diff(near));
    }

    fn bytes(&mut self, bytes: &mut Vec<u8>) {
        self.array(bytes);
    }

    fn array(&mut self, bytes: &mut [u8]) {
        self.bytes += bytes.len();
        self.distance += bytes.iter().map(|byte| u128::from(*byte)).sum::<u128>();
    }
}

/// What a blueprint costs.
pub fn cost(blueprint: &Blueprint) -> Cost {
    let mut cost = Cost::default();
    visit(&mut cost, &mut blueprint.clone());
    cost
}
