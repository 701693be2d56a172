//! `offline.derive`: keys as for ECDH, amounts near the bounds of their encodings.

use super::keys;
use crate::differ::dice::Dice;
use crate::protocol::operation::{AmountEncoding, Ecdh, HmacKey, OfflineDerive, OfflineSecret};
use crate::protocol::value::Decimal;

/// `offline.derive`.
pub fn derive(dice: &mut Dice) -> OfflineDerive {
    let Ecdh { secret_key, public_key } = keys::ecdh(dice);
    let amount = Decimal(if dice.once_in(3) { dice.pick(&[0, 1, 100_000, 1 << 63]) } else { dice.number() });
    OfflineDerive {
        secret_key,
        public_key,
        amount,
        secret: dice.pick(&[OfflineSecret::X, OfflineSecret::SharedSecret]),
        hmac_key: dice.pick(&[HmacKey::Secret, HmacKey::Amount]),
        amount_encoding: dice.pick(&[
            AmountEncoding::U64,
            AmountEncoding::U64LittleEndian,
            AmountEncoding::Tu64,
            AmountEncoding::Decimal,
        ]),
    }
}
