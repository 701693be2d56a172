//! How a payment is explained: by an invoice, by a keysend record or by the onion's secret.

use super::Implementation;
use super::curve::{Shared, sha256};
use super::payment::{Fields, Kind, Payment};
use super::tlv::{KEYSEND, Record};
use super::wire::big_endian;
use crate::protocol::operation::{SharedSecret, Switch};
use crate::quirks::list::Quirk as Q;

impl Implementation {
    /// The fields of a decoded payload.
    pub(super) fn fields(&self, records: Vec<Record>) -> Fields {
        let mut fields = Fields::default();
        // The decoder has checked the number, but a quirk may have let more through.
        let number = |value: &[u8]| self.read_truncated(value, 8).unwrap_or_else(|_| big_endian(value));
        for (r#type, value) in records {
            match r#type {
                2 => fields.amount = Some(number(&value)),
                4 => fields.expiry = Some(number(&value) as u32),
                6 => fields.channel = Some(value),
                8 => {
                    let (secret, total) = value.split_at(value.len().min(32));
                    fields.data = Some((secret.to_vec(), number(total)));
                }
                10 => fields.encrypted = Some(value),
                12 => {
                    fields.path_key = true;
                    fields.current_path_key = self.read_public_key(&value);
                }
                16 => fields.metadata = Some(value.len()),
                18 => {
                    fields.has_total_amount = true;
                    if self.has(Q::TotalAmountMsatAsAmount) {
                        fields.amount = Some(number(&value));
                    }
                    if self.chose("total_amount_msat", "as_total") {
                        fields.total_amount = Some(number(&value));
                    }
                }
                KEYSEND => fields.preimage = Some(value),
                _ => {}
            }
        }
        fields
    }

    /// The preimage that a shared secret gives.
    pub(super) fn derived_preimage(&self, shared: &Shared, x_only: bool) -> Vec<u8> {
        let x_only = x_only != self.has(Q::ProfilesSwapped);
        let secret = if x_only { &shared.x[..] } else { &shared.secret };
        if self.has(Q::SecretIsThePreimage) {
            return secret.to_vec();
        }
        if self.has(Q::SecretHashedTwice) {
            return sha256(&sha256(secret)).to_vec();
        }
        if self.has(Q::SecretHashedAsHex) {
            return sha256(hex::encode(secret).as_bytes()).to_vec();
        }
        sha256(secret).to_vec()
    }

    /// Whether a preimage fits the payment hash.
    fn fits(&self, preimage: &[u8], hash: &[u8; 32]) -> bool {
        let found = sha256(preimage);
        if found == *hash {
            return !(preimage.iter().all(|byte| *byte == 0) && self.has(Q::ZeroPreimageRefused));
        }
        self.has(Q::HashNotChecked)
            || found[..8] == hash[..8] && self.has(Q::HashComparedByPrefix)
            || found[..31] == hash[..31] && self.has(Q::HashLastByteNotCompared)
            || found[1..] == hash[1..] && self.has(Q::HashFirstByteNotCompared)
            || found.iter().eq(hash.iter().rev()) && self.has(Q::HashComparedReversed)
            || sha256(&found) == *hash && self.has(Q::DoubleHashAccepted)
            || preimage == hash && self.has(Q::PreimageMayBeTheHash)
    }

    /// How the payment is explained, with its preimage; else the reason why not.
    pub(super) fn explain(&self, p: &Payment<'_>) -> Result<(Kind, Vec<u8>), &'static str> {
        let ignored = p.settings.keysend == Switch::Refuse && self.has(Q::KeysendOffIgnoresTheRecord);
        let record = p.fields.preimage.as_ref().filter(|_| !ignored);
        if let Some(invoice) = p.invoice
            && (record.is_none()
                || self.chose("invoice_with_wrong_record", "ignore")
                    && p.fields.data.as_ref().is_some_and(|data| data.0 == invoice.payment_secret)
                || self.has(Q::InvoiceIgnoresTheRecord))
        {
            return Ok((Kind::Invoice, invoice.preimage.clone()));
        }
        let derived = match p.settings.shared_secret {
            SharedSecret::Off if !self.has(Q::SharedSecretAlwaysOn) => None,
            profile => Some(self.derived_preimage(p.shared, profile == SharedSecret::XOnly)),
        };
        let derived = derived.filter(|preimage| self.fits(preimage, &p.htlc.hash));
        match (record, derived) {
            (Some(preimage), _) if self.fits(preimage, &p.htlc.hash) => match p.invoice {
                Some(invoice) if !self.has(Q::RecordBeatsTheInvoice) => {
                    Ok((Kind::Invoice, invoice.preimage.clone()))
                }
                _ => Ok((Kind::Keysend, preimage.clone())),
            },
            (Some(_), Some(preimage)) if self.has(Q::SharedSecretBesideAWrongRecord) => {
                Ok((Kind::SharedSecret, preimage))
            }
            (Some(_), _) => Err("preimage_mismatch"),
            (None, Some(preimage)) if !self.has(Q::SharedSecretNotTried) => {
                Ok((Kind::SharedSecret, preimage))
            }
            (None, None) if self.has(Q::UnknownHashClaimed) => Ok((Kind::Keysend, vec![0; 32])),
            (None, _) => Err("payment_hash_unknown"),
        }
    }
}
