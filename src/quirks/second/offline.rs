//! The offline device: a preimage from a shared point and an amount.

use hmac::{Hmac, KeyInit, Mac};
use secp256k1::{PublicKey, SecretKey};
use sha2::Sha512;

use super::curve::sha256;
use super::keys::hmac_sha256;
use super::tlv::MAX_MSAT;
use super::{Implementation, refuse_if};
use crate::protocol::operation::{AmountEncoding, HmacKey, OfflineSecret};
use crate::quirks::list::Quirk as Q;

/// What device and node derive.
pub struct Derived {
    pub preimage: [u8; 32],
    pub payment_hash: [u8; 32],
    pub channel: [u8; 8],
}

/// The choices that the post leaves open.
#[derive(Debug, Clone, Copy)]
pub struct Choices {
    pub secret: OfflineSecret,
    pub hmac_key: HmacKey,
    pub encoding: AmountEncoding,
}

/// HMAC-SHA512, cut to 32 bytes.
fn long_hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut cut = [0; 32];
    if let Ok(mac) = <Hmac<Sha512> as KeyInit>::new_from_slice(key) {
        cut.copy_from_slice(&mac.chain_update(message).finalize().into_bytes()[..32]);
    }
    cut
}

impl Implementation {
    /// What both sides take of the shared point.
    fn offline_secret(&self, public_key: &PublicKey, secret_key: &SecretKey, of: OfflineSecret) -> Vec<u8> {
        let of = self.vary(
            of,
            [
                (Q::OfflineSecretIsAlwaysX, OfflineSecret::X),
                (Q::OfflineSecretIsAlwaysHashed, OfflineSecret::SharedSecret),
                (
                    Q::OfflineSecretsSwapped,
                    if of == OfflineSecret::X { OfflineSecret::SharedSecret } else { OfflineSecret::X },
                ),
            ],
        );
        let shared = self.ecdh(public_key, secret_key);
        if of == OfflineSecret::SharedSecret {
            return self.vary(
                shared.secret.to_vec(),
                [
                    (Q::OfflineSecretHashesX, sha256(&shared.x).to_vec()),
                    (Q::OfflineSecretHashedTwice, sha256(&shared.secret).to_vec()),
                ],
            );
        }
        let point = secp256k1::ecdh::shared_secret_point(public_key, secret_key);
        let prefix = 2 + point[63] % 2;
        self.vary(
            shared.x,
            [
                (Q::OfflineXIsY, point[32..].to_vec()),
                (Q::OfflineXIsTheCompressedPoint, [&[prefix], &point[..32]].concat()),
                (Q::OfflineXIsBothCoordinates, point.to_vec()),
                (Q::OfflineXReversed, point[..32].iter().rev().copied().collect()),
            ],
        )
    }

    /// The amount as it is hashed.
    fn offline_amount(&self, amount: u64, encoding: AmountEncoding) -> Vec<u8> {
        let full = amount.to_be_bytes();
        match encoding {
            AmountEncoding::U64 if self.has(Q::OfflineAmountAlwaysLittleEndian) => {
                amount.to_le_bytes().to_vec()
            }
            AmountEncoding::U64 => full.to_vec(),
            AmountEncoding::U64LittleEndian => {
                let halves = [amount as u32, (amount >> 32) as u32].map(u32::to_be_bytes).concat();
                self.vary(
                    amount.to_le_bytes().to_vec(),
                    [
                        (Q::OfflineAmountAlwaysBigEndian, full.to_vec()),
                        (Q::OfflineAmountHalvesSwapped, halves),
                    ],
                )
            }
            AmountEncoding::Tu64 => self.offline_truncated(amount),
            AmountEncoding::Decimal => self.offline_digits(amount),
        }
    }

    fn offline_truncated(&self, amount: u64) -> Vec<u8> {
        let mut bytes = self.write_truncated(amount, 8);
        if self.has(Q::OfflineTruncatedInFull) {
            bytes = amount.to_be_bytes().to_vec();
        }
        if amount == 0 && self.has(Q::OfflineTruncatedZeroHasAByte) {
            bytes = vec![0];
        }
        if bytes.first().is_some_and(|byte| byte >> 7 == 1) && self.has(Q::OfflineTruncatedIsSigned) {
            bytes.insert(0, 0);
        }
        if self.has(Q::OfflineTruncatedIsBigSize) {
            bytes.clear();
            self.write_bigsize(amount, &mut bytes);
        }
        if self.has(Q::OfflineTruncatedLittleEndian) {
            bytes.reverse();
        }
        bytes
    }

    fn offline_digits(&self, amount: u64) -> Vec<u8> {
        let digits = self.vary(
            amount.to_string(),
            [
                (Q::OfflineDigitsEndWithNul, format!("{amount}\0")),
                (Q::OfflineDigitsEndTheLine, format!("{amount}\n")),
                (Q::OfflineDigitsPadded, format!("{amount:020}")),
                (Q::OfflineDigitsSigned, (amount as i64).to_string()),
                (Q::OfflineDigitsAreHex, format!("{amount:x}")),
                (Q::OfflineDigitsAreABinaryNumber, format!("{amount:b}")),
                (Q::OfflineDigitsOfADouble, (amount as f64).to_string()),
            ],
        );
        if amount == 0 && self.has(Q::OfflineZeroHasNoDigit) { Vec::new() } else { digits.into_bytes() }
    }

    /// The invoice's hash and what its route hint says. The error is the reason.
    pub(super) fn derive_offline(
        &self,
        secret_key: &SecretKey,
        public_key: &PublicKey,
        amount: u64,
        choices: Choices,
    ) -> Result<Derived, &'static str> {
        let refused = amount == 0 && self.has(Q::OfflineAmountZeroRefused)
            || amount > MAX_MSAT && self.has(Q::OfflineAmountAboveTheSupplyRefused);
        refuse_if(refused, "amount_too_large")?;
        let Choices { secret, hmac_key, encoding } = choices;
        let secret = self.offline_secret(public_key, secret_key, secret);
        let mut hashed = self.cut(amount, [(Q::OfflineAmountCutTo32Bits, 32)]);
        if amount >> 53 != 0 && self.has(Q::OfflineAmountThroughDouble) {
            hashed = amount as f64 as u64;
        }
        let hashed = self.vary(
            hashed,
            [
                (Q::OfflineAmountDividedBy1000, amount / 1000),
                (Q::OfflineAmountTimes1000, amount.wrapping_mul(1000)),
            ],
        );
        let amount_bytes = self.offline_amount(hashed, encoding);
        let by_secret = hmac_key == HmacKey::Secret;
        let by_secret = self.vary(
            by_secret,
            [
                (Q::OfflineHmacSwapped, !by_secret),
                (Q::OfflineHmacKeyIsAlwaysTheSecret, true),
                (Q::OfflineHmacKeyIsAlwaysTheAmount, false),
            ],
        );
        let (secret, amount_bytes) = (&secret[..], &amount_bytes[..]);
        let (key, message) = if by_secret { (secret, amount_bytes) } else { (amount_bytes, secret) };
        let hmac = hmac_sha256(key, message);
        let mut preimage = self.vary(
            hmac,
            [
                (Q::OfflineHmacIsPlainHash, sha256(&[key, message].concat())),
                (Q::OfflineHmacOfSha512, long_hmac(key, message)),
                (Q::OfflineHmacKeyHashed, hmac_sha256(&sha256(key), message)),
                (Q::OfflineHmacMessageHashed, hmac_sha256(key, &sha256(message))),
                (Q::OfflineHmacHashed, sha256(&hmac)),
            ],
        );
        if self.has(Q::OfflinePreimageReversed) {
            preimage.reverse();
        }
        let payment_hash = self.vary(
            sha256(&preimage),
            [
                (Q::OfflineHashIsDouble, sha256(&sha256(&preimage))),
                (Q::OfflineHashIsThePreimage, preimage),
                (Q::OfflineHashOfTheSecret, sha256(secret)),
            ],
        );
        Ok(Derived { preimage, payment_hash, channel: self.offline_channel(amount, encoding) })
    }

    /// The short channel id that carries the amount.
    fn offline_channel(&self, amount: u64, encoding: AmountEncoding) -> [u8; 8] {
        let amount =
            self.cut(amount, [(Q::OfflineChannelCutTo32Bits, 32), (Q::OfflineChannelCutTo40Bits, 40)]);
        let little = encoding == AmountEncoding::U64LittleEndian;
        let little = self.vary(
            little,
            [
                (Q::OfflineChannelSwapped, !little),
                (Q::OfflineChannelAlwaysBigEndian, false),
                (Q::OfflineChannelAlwaysLittleEndian, true),
            ],
        );
        let mut channel = if little { amount.to_le_bytes() } else { amount.to_be_bytes() };
        if encoding == AmountEncoding::Tu64 && self.has(Q::OfflineChannelStartsWithTheAmount) {
            channel.rotate_left((amount.leading_zeros() / 8 % 8) as usize);
        }
        if self.has(Q::OfflineChannelLeftEmpty) {
            channel = [0; 8];
        }
        channel
    }
}
