//! The offline device.

use super::{public_key, secret_key};
use crate::bolt4::secret::SharedPoint;
use crate::protocol::operation as input;
use crate::protocol::{OperationResult, output};
use crate::scheme::offline::{self, AmountEncoding, HmacKey, Secret};

pub fn derive(input: &input::OfflineDerive) -> OperationResult<output::OfflineDerive> {
    let secret_key = secret_key(&input.secret_key, "secret_key_invalid")?;
    let point = SharedPoint::new(&public_key(&input.public_key)?, &secret_key);
    let secret = match input.secret {
        input::OfflineSecret::X => Secret::X,
        input::OfflineSecret::SharedSecret => Secret::SharedSecret,
    };
    let key = match input.hmac_key {
        input::HmacKey::Secret => HmacKey::Secret,
        input::HmacKey::Amount => HmacKey::Amount,
    };
    let encoding = match input.amount_encoding {
        input::AmountEncoding::U64 => AmountEncoding::U64,
        input::AmountEncoding::U64LittleEndian => AmountEncoding::U64LittleEndian,
        input::AmountEncoding::Tu64 => AmountEncoding::Tu64,
        input::AmountEncoding::Decimal => AmountEncoding::Decimal,
    };
    let amount = input.amount.0;
    let preimage = offline::preimage(&point, secret, key, amount, encoding);
    Ok(output::OfflineDerive {
        preimage: preimage.0.into(),
        payment_hash: preimage.payment_hash().0.into(),
        short_channel_id: offline::short_channel_id(amount, encoding).0.into(),
    })
}
