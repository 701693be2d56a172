//! What the node said of an HTLC, as the protocol has it: preimages, heights, expiries and packets go back to what they
//! are in the case.

use spontan::bolt4::failure::{BADONION, PERM};
use spontan::protocol::Rejection;
use spontan::protocol::output::Outcome;

use crate::channel::Said;
use crate::failure::{self, name};
use crate::keys::sha256;
use crate::remake::Remade;

/// `unknown_next_peer`: what a node answers that took itself for no final node. It has one channel.
const UNKNOWN_NEXT_PEER: u16 = PERM | 10;
const INCORRECT_PAYMENT_DETAILS: u16 = PERM | 15;
const FINAL_INCORRECT_CLTV_EXPIRY: u16 = 18;

/// The outcome of an HTLC; `next` is the short channel id in the case's payload, if it is there.
pub fn outcome(remade: &Remade, said: &Said, next: Option<&[u8]>) -> Outcome {
    match said {
        Said::Fulfill(preimage) => Outcome::Claimed {
            preimage: match remade.preimage {
                Some((new, old)) if new == *preimage => old.into(),
                _ => preimage.into(),
            },
        },
        Said::Fail(onion) => match failure::open(onion, &remade.secrets) {
            None => bare(format!("a failure of {} bytes that none of the shared secrets opens", onion.len())),
            Some(failure) if failure.code & BADONION != 0 => bare(format!(
                "{:04x} {} in update_fail_htlc, where BOLT 2 wants update_fail_malformed_htlc",
                failure.code,
                name(failure.code)
            )),
            Some(failure) if failure.secret != 0 => bare(format!(
                "{:04x} {}, encrypted with the secret of the node's other key",
                failure.code,
                name(failure.code)
            )),
            Some(failure) => match next {
                Some(next) if failure.code == UNKNOWN_NEXT_PEER => {
                    Outcome::Forwarded { short_channel_id: next.into() }
                }
                _ => failed(failure.code, &back(remade, failure.code, &failure.data)),
            },
        },
        Said::Malformed(code, _) if code & BADONION == 0 => {
            bare(format!("{code:04x} {} in update_fail_malformed_htlc, without BADONION", name(*code)))
        }
        Said::Malformed(code, hash) if *hash == sha256(&[&remade.htlc.packet]) => {
            failed(*code, &remade.old_packet_hash)
        }
        Said::Malformed(code, hash) => failed(*code, hash),
    }
}

/// A failure's data as it would be if nothing had been moved.
fn back(remade: &Remade, code: u16, data: &[u8]) -> Vec<u8> {
    let mut data = data.to_vec();
    let last = |data: &[u8]| data.last_chunk().map(|bytes| u32::from_be_bytes(*bytes));
    let moved = match (code, data.len(), last(&data)) {
        (INCORRECT_PAYMENT_DETAILS, 12, Some(height)) => remade.moves.height_back(height),
        (FINAL_INCORRECT_CLTV_EXPIRY, 4, Some(expiry)) => remade.moves.expiry_back(expiry),
        _ => return data,
    };
    let at = data.len() - 4;
    data[at..].copy_from_slice(&moved.to_be_bytes());
    data
}

fn failed(code: u16, data: &[u8]) -> Outcome {
    Outcome::Failed(Rejection {
        reason: name(code).into(),
        code: Some(format!("{code:04x}")),
        data: Some(hex::encode(data)),
    })
}

/// A failure of the wrong form has no code: it fails the case, whatever the code inside is.
fn bare(reason: String) -> Outcome {
    Outcome::Failed(Rejection { reason, code: None, data: None })
}
