//! The offline device: it issues an invoice without a connection, and the node that is online for it derives the preimage when the
//! HTLC comes. The second idea of lightning-dev, 2019-06-09, "ECDH for spontaneous payments and offline vending machines". The post
//! leaves choices open; each is an argument here.

use crate::bolt1::integer::encode_truncated;
use crate::bolt4::secret::SharedPoint;
use crate::bolt4::stream::mac;
use crate::bolt4::{Preimage, ShortChannelId};

/// What of the shared point is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secret {
    /// Its x coordinate, as the post says.
    X,
    /// SHA-256 of the compressed point, as in BOLT 4.
    SharedSecret,
}

/// What the key of the HMAC is; the other of the two is its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HmacKey {
    /// The secret, as the post's order of arguments suggests.
    Secret,
    /// The amount.
    Amount,
}

/// How the amount is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountEncoding {
    /// 8 bytes, big-endian.
    U64,
    /// 8 bytes, little-endian.
    U64LittleEndian,
    /// BOLT 1's truncated integer, 0 to 8 bytes.
    Tu64,
    /// ASCII digits.
    Decimal,
}

/// The preimage that device and node derive, each from its own secret key and the other's public key.
pub fn preimage(
    point: &SharedPoint,
    secret: Secret,
    key: HmacKey,
    amount: u64,
    encoding: AmountEncoding,
) -> Preimage {
    let secret = match secret {
        Secret::X => point.x(),
        Secret::SharedSecret => point.shared_secret().0,
    };
    let amount = match encoding {
        AmountEncoding::U64 => amount.to_be_bytes().to_vec(),
        AmountEncoding::U64LittleEndian => amount.to_le_bytes().to_vec(),
        AmountEncoding::Tu64 => {
            let mut bytes = Vec::new();
            encode_truncated(amount, &mut bytes);
            bytes
        }
        AmountEncoding::Decimal => amount.to_string().into_bytes(),
    };
    Preimage(match key {
        HmacKey::Secret => mac(&secret, &[&amount]),
        HmacKey::Amount => mac(&amount, &[&secret]),
    })
}

/// The amount in the invoice's route hint, where a channel's id would stand.
pub const fn short_channel_id(amount: u64, encoding: AmountEncoding) -> ShortChannelId {
    ShortChannelId(match encoding {
        AmountEncoding::U64LittleEndian => amount.to_le_bytes(),
        AmountEncoding::U64 | AmountEncoding::Tu64 | AmountEncoding::Decimal => amount.to_be_bytes(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bolt1::SecretKey;

    /// What two programs that share no code with this one computed for the device key 42... and the node key 45...
    #[test]
    fn both_sides_derive_what_others_computed() {
        let [device, node] = [0x42, 0x45].map(|byte| SecretKey::decode(&[byte; 32]).unwrap());
        for point in
            [SharedPoint::new(&node.public_key(), &device), SharedPoint::new(&device.public_key(), &node)]
        {
            let derived = |amount, encoding| preimage(&point, Secret::X, HmacKey::Secret, amount, encoding);
            for (amount, wanted, hash) in [
                (
                    1000,
                    "f4e7d14a3ab76e5e28af862f17be46371d72b40ddcd50b98284f30cba9c33031",
                    "f61820d3ae88f5cdcff5530dd764db96ead7623a12740f5ad3923ca05f0c934e",
                ),
                (
                    1,
                    "16c1a1b945ade432a79c21bfee833b8f53671edf75ede3a12c341e6a855e3578",
                    "ece53c5e9f25c3eccc28d77a125e59795bb0caf74bb899b362611faff2cccffa",
                ),
                (
                    21_000_000,
                    "43e7d9a89215d8c2a21607f12c9c8f35338cbe53cc57672ba215e2eba8c8fe68",
                    "0fa63c6b81f4b7df462bacf7184d3afa2dad83b906f9c7432570250102e340e7",
                ),
            ] {
                let preimage = derived(amount, AmountEncoding::U64);
                assert_eq!(hex::encode(preimage.0), wanted);
                assert_eq!(hex::encode(preimage.payment_hash().0), hash);
            }
            let starts = |encoding| hex::encode(&derived(1000, encoding).0[..4]);
            assert_eq!(starts(AmountEncoding::Decimal), "ce5f2160");
            assert_eq!(starts(AmountEncoding::U64LittleEndian), "0a4a2808");
            let swapped = preimage(&point, Secret::X, HmacKey::Amount, 1000, AmountEncoding::U64);
            assert_eq!(hex::encode(&swapped.0[..4]), "668b7472");
        }
        assert_eq!(short_channel_id(1000, AmountEncoding::U64).0, [0, 0, 0, 0, 0, 0, 3, 232]);
        assert_eq!(short_channel_id(1000, AmountEncoding::U64LittleEndian).0, [232, 3, 0, 0, 0, 0, 0, 0]);
    }
}
