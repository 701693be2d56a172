//! Spontaneous AMP: roots and shares, and sets that are whole or not.

use super::bytes::one_byte;
use crate::differ::dice::Dice;
use crate::protocol::operation::{AmpClaim, AmpPart, AmpSplit};
use crate::scheme::amp::{Child, split as children};

fn child_index(dice: &mut Dice) -> u32 {
    match dice.below(4) {
        0 => dice.pick(&[0xff, 0x100, 0xffff, 0x1_0000, 0xff_ffff, 0x100_0000, 0x8000_0000, u32::MAX]),
        1 => dice.any() as u32,
        _ => dice.below(20) as u32,
    }
}

fn bytes32(dice: &mut Dice) -> [u8; 32] {
    if dice.once_in(20) { [0; 32] } else { dice.bytes32() }
}

/// `amp.split`.
pub fn split(dice: &mut Dice) -> AmpSplit {
    let count = 1 + dice.below(6);
    AmpSplit {
        root: bytes32(dice).into(),
        set_id: bytes32(dice).into(),
        shares: (1..count).map(|_| bytes32(dice).into()).collect(),
        child_indexes: (0..count).map(|_| child_index(dice)).collect(),
    }
}

/// `amp.claim`.
pub fn claim(dice: &mut Dice) -> AmpClaim {
    let count = 1 + dice.below(6);
    let shares: Vec<_> = (1..count).map(|_| bytes32(dice)).collect();
    let indexes: Vec<_> = (0..count).map(|_| child_index(dice)).collect();
    let part = |child: &Child| AmpPart {
        record: child.record.encode().into(),
        payment_hash: child.payment_hash.0.into(),
    };
    let parts = children(bytes32(dice), bytes32(dice), &shares, &indexes).iter().map(part).collect();
    let mut claim = AmpClaim { parts };
    if dice.once_in(2) {
        spoil(&mut claim, dice);
    }
    claim
}

/// Changes one thing of a set.
pub fn spoil(claim: &mut AmpClaim, dice: &mut Dice) {
    let (at, count) = (dice.below(claim.parts.len()), claim.parts.len());
    let Some(part) = claim.parts.get_mut(at) else { return };
    let record = &mut part.record.0;
    match dice.below(8) {
        0 if count > 1 => drop(claim.parts.remove(at)),
        1 if count < 12 => {
            let again = part.clone();
            claim.parts.insert(at, again);
        }
        2 => claim.parts.rotate_left(at),
        3 => record.truncate(dice.pick(&[0, 31, 32, 63, 64, 65, 66])),
        4 => record.push(dice.any() as u8),
        5 if record.len() >= 64 => record.insert(64, 0),
        6 => one_byte(&mut part.payment_hash.0, dice),
        _ => one_byte(record, dice),
    }
}
