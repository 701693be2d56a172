//! How a payment is explained: by an invoice, a keysend record or the onion's secret. Written to be bent.

use super::curve::{Shared, sha256};
use super::rules::Payment;
use super::tlv::{KEYSEND, Record};
use super::wire::big_endian;
use super::{Bent, Quirk as Q};
use crate::protocol::operation::{SharedSecret, Switch};

/// A payload's fields.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    /// Type 2.
    pub amount: Option<u64>,
    /// Type 4.
    pub expiry: Option<u32>,
    /// Type 6.
    pub channel: Option<Vec<u8>>,
    /// Type 8: secret and total.
    pub data: Option<(Vec<u8>, u64)>,
    /// Types 10 and 12.
    pub blinded: bool,
    /// Type 12.
    pub path_key: bool,
    /// Type 16.
    pub metadata: bool,
    /// The keysend record.
    pub preimage: Option<Vec<u8>>,
}

/// How a payment is explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// By an invoice.
    Invoice,
    /// By a keysend record.
    Keysend,
    /// By the onion's secret.
    SharedSecret,
}

impl Bent {
    /// The fields of a decoded payload.
    pub fn fields(&self, records: &[Record]) -> Fields {
        let mut fields = Fields::default();
        // Checked by the decoder; a bent one may let more through.
        let number = |value: &[u8]| self.read_truncated(value, 8).unwrap_or_else(|_| big_endian(value));
        for (r#type, value) in records {
            match *r#type {
                2 => fields.amount = Some(number(value)),
                4 => fields.expiry = Some(number(value) as u32),
                6 => fields.channel = Some(value.clone()),
                8 => {
                    let (secret, total) = value.split_at(value.len().min(32));
                    fields.data = Some((secret.to_vec(), number(total)));
                }
                10 => fields.blinded = true,
                12 => (fields.blinded, fields.path_key) = (true, true),
                16 => fields.metadata = true,
                18 if self.has(Q::TotalAmountMsatAsAmount) => fields.amount = Some(number(value)),
                KEYSEND => fields.preimage = Some(value.clone()),
                _ => {}
            }
        }
        fields
    }

    /// The preimage that a shared secret gives.
    pub fn derived_preimage(&self, shared: &Shared, x_only: bool) -> Vec<u8> {
        let x_only = x_only != self.has(Q::ProfilesSwapped);
        let secret = if x_only { shared.x.clone() } else { shared.secret.to_vec() };
        if self.has(Q::SecretIsThePreimage) {
            return secret;
        }
        if self.has(Q::SecretHashedTwice) {
            return sha256(&sha256(&secret)).to_vec();
        }
        if self.has(Q::SecretHashedAsHex) {
            return sha256(hex::encode(secret).as_bytes()).to_vec();
        }
        sha256(&secret).to_vec()
    }

    /// Whether a preimage fits the payment hash.
    pub fn fits(&self, preimage: &[u8], hash: &[u8; 32]) -> bool {
        let found = sha256(preimage);
        if found == *hash {
            return !(preimage.iter().all(|byte| *byte == 0) && self.has(Q::ZeroPreimageRefused));
        }
        let mut reversed = *hash;
        reversed.reverse();
        self.has(Q::HashNotChecked)
            || found[..8] == hash[..8] && self.has(Q::HashComparedByPrefix)
            || found[..31] == hash[..31] && self.has(Q::HashLastByteNotCompared)
            || found[1..] == hash[1..] && self.has(Q::HashFirstByteNotCompared)
            || found == reversed && self.has(Q::HashComparedReversed)
            || sha256(&found) == *hash && self.has(Q::DoubleHashAccepted)
            || preimage == hash && self.has(Q::PreimageMayBeTheHash)
    }

    /// How the payment is explained, with its preimage; else the reason why not.
    pub fn explain(&self, p: &Payment<'_>) -> Result<(Kind, Vec<u8>), &'static str> {
        let record = p.fields.preimage.as_ref();
        let record = record
            .filter(|_| p.settings.keysend == Switch::Accept || !self.has(Q::KeysendOffIgnoresTheRecord));
        if let Some(invoice) = p.invoice
            && (record.is_none() || self.has(Q::InvoiceIgnoresTheRecord))
        {
            return Ok((Kind::Invoice, invoice.preimage.clone()));
        }
        let derived = match p.settings.shared_secret {
            SharedSecret::Off if !self.has(Q::SharedSecretAlwaysOn) => None,
            SharedSecret::XOnly => Some(self.derived_preimage(p.shared, true)),
            _ => Some(self.derived_preimage(p.shared, false)),
        };
        let derived = derived.filter(|preimage| self.fits(preimage, &p.hash));
        match record {
            Some(preimage) if self.fits(preimage, &p.hash) => {
                let keysend_first = p.invoice.is_some() && self.has(Q::RecordBeatsTheInvoice);
                match p.invoice {
                    Some(invoice) if !keysend_first => Ok((Kind::Invoice, invoice.preimage.clone())),
                    _ => Ok((Kind::Keysend, preimage.clone())),
                }
            }
            Some(_) => match derived {
                Some(preimage) if self.has(Q::SharedSecretBesideAWrongRecord) => {
                    Ok((Kind::SharedSecret, preimage))
                }
                _ => Err("preimage_mismatch"),
            },
            None => match derived {
                Some(preimage) if !self.has(Q::SharedSecretNotTried) => Ok((Kind::SharedSecret, preimage)),
                None if self.has(Q::UnknownHashClaimed) => Ok((Kind::Keysend, vec![0; 32])),
                _ => Err("payment_hash_unknown"),
            },
        }
    }
}
