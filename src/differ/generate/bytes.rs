//! Small changes of numbers and bytes.

use crate::differ::dice::Dice;

/// A number near the given one, or with other bits.
pub fn number(number: u64, dice: &mut Dice) -> u64 {
    match dice.below(4) {
        0 => number.wrapping_add(1),
        1 => number.wrapping_sub(1),
        2 => number ^ 1 << dice.below(64),
        _ => {
            let shift = 8 * dice.below(8);
            number & !(0xff << shift) | (dice.any() & 0xff) << shift
        }
    }
}

/// Another byte, and no other length.
pub fn one_byte(bytes: &mut [u8], dice: &mut Dice) {
    let at = dice.below(bytes.len());
    if let Some(byte) = bytes.get_mut(at) {
        *byte = match dice.below(4) {
            0 => *byte ^ 1 << dice.below(8),
            1 => byte.wrapping_add(1),
            _ => dice.any() as u8,
        };
    }
}

/// Another byte, one more or one less.
pub fn bytes(bytes: &mut Vec<u8>, dice: &mut Dice) {
    match dice.below(8) {
        0 => bytes.insert(dice.below(bytes.len() + 1), dice.any() as u8),
        1 if !bytes.is_empty() => drop(bytes.remove(dice.below(bytes.len()))),
        _ => one_byte(bytes, dice),
    }
}
