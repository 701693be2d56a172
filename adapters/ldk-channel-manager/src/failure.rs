//! A failure as the payer of an HTLC learns it: out of the packet that LDK encrypts for it (BOLT 4, "Returning Errors"),
//! or out of `update_fail_malformed_htlc` (BOLT 2, "Removing an HTLC").

use lightning::bitcoin::secp256k1::ecdh::SharedSecret;
use lightning::events::HTLCHandlingFailureReason;
use lightning::ln::msgs::{UpdateFailHTLC, UpdateFailMalformedHTLC};
use lightning::util::ser::Writeable;
use spontan::bolt4::stream;
use spontan::protocol::{Content, Rejection};

/// Channel id and HTLC id, with which both messages begin.
const IDS: usize = 32 + 8;

/// The code and data that the payer decrypts. `shared` is the secret of payer and payee.
pub fn decrypted(fail: &UpdateFailHTLC, shared: SharedSecret) -> Result<Rejection, Content> {
    let broken = || Content::error("the failure packet is not for the payer of this HTLC");
    let message = fail.encode();
    // Behind the ids: the packet's length and the packet.
    let (length, rest) = message[IDS..].split_first_chunk().ok_or_else(broken)?;
    let packet = rest.get(..usize::from(u16::from_be_bytes(*length))).ok_or_else(broken)?;
    let mut packet = packet.to_vec();
    stream::apply(&stream::mac(b"ammag", &[&shared.secret_bytes()]), 0, &mut packet);
    let (hmac, rest) = packet.split_first_chunk().ok_or_else(broken)?;
    if !stream::mac_matches(&stream::mac(b"um", &[&shared.secret_bytes()]), &[rest], hmac) {
        return Err(broken());
    }
    let (length, rest) = rest.split_first_chunk().ok_or_else(broken)?;
    let failure = rest.get(..usize::from(u16::from_be_bytes(*length))).ok_or_else(broken)?;
    let (code, data) = failure.split_first_chunk::<2>().ok_or_else(broken)?;
    Ok(rejection(code, data))
}

/// The code and the hash that a peer is told.
pub fn malformed(fail: &UpdateFailMalformedHTLC) -> Rejection {
    let message = fail.encode();
    rejection(&fail.failure_code.to_be_bytes(), &message[IDS..IDS + 32])
}

fn rejection(code: &[u8], data: &[u8]) -> Rejection {
    Rejection { code: Some(hex::encode(code)), data: Some(hex::encode(data)), ..Rejection::default() }
}

/// The reason that LDK tells the application, which is more than what it tells the payer.
pub fn reason(reason: Option<HTLCHandlingFailureReason>) -> String {
    match reason {
        Some(HTLCHandlingFailureReason::Local { reason }) => format!("{reason:?}"),
        _ => "LDK tells no reason".into(),
    }
}
