//! Features: bits that every payer knows, and bits that nobody does.

use crate::differ::dice::Dice;
use crate::protocol::operation::{FeaturesAnnounce, FeaturesMayPay, PaymentKind};
use crate::protocol::value::Hex;

/// The bits that are set: whether a payer knows the even ones of others depends on the payer.
const BITS: [u16; 34] = [
    8, 9, 12, 13, 14, 15, 16, 17, 46, 47, 54, 55, 1, 5, 7, 19, 25, 27, 39, 51, 53, 61, 63, 66, 67, 100, 101,
    126, 127, 254, 255, 300, 301, 311,
];

/// `features.may_pay`.
pub fn may_pay(dice: &mut Dice) -> FeaturesMayPay {
    let payment = dice.pick(&[PaymentKind::Keysend, PaymentKind::SharedSecret, PaymentKind::Invoice]);
    let node_features = Hex(field(dice));
    let invoice_features = (payment == PaymentKind::Invoice).then(|| Hex(field(dice)));
    FeaturesMayPay { payment, node_features, invoice_features }
}

fn field(dice: &mut Dice) -> Vec<u8> {
    let mut field = vec![0; dice.pick(&[0, 0, 0, 7, 8, 9, 33, 600])];
    for _ in 0..dice.below(6) {
        toggle(&mut field, dice);
    }
    field
}

/// Sets a bit, or clears it.
pub fn toggle(field: &mut Vec<u8>, dice: &mut Dice) {
    let bit = usize::from(dice.pick(&BITS));
    let missing = (bit / 8 + 1).saturating_sub(field.len());
    field.splice(0..0, vec![0; missing]);
    let last = field.len() - 1;
    field[last - bit / 8] ^= 1 << (bit % 8);
}

/// `features.announce`.
pub fn announce(dice: &mut Dice) -> FeaturesAnnounce {
    let mut bits = Vec::new();
    for _ in 0..dice.below(8) {
        more(&mut bits, dice);
    }
    FeaturesAnnounce { bits }
}

/// One bit more, if it is not there.
pub fn more(bits: &mut Vec<u16>, dice: &mut Dice) {
    let bit = match dice.below(4) {
        0 => dice.pick(&[50, 51, 60, 61, 26, 46]),
        1 => dice.below(1 << 12) as u16,
        _ => dice.pick(&BITS),
    };
    if !bits.contains(&bit) {
        bits.insert(dice.below(bits.len() + 1), bit);
    }
}
