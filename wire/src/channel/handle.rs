//! What the node says: each message goes to LDK, and what it says of an HTLC is kept as it came.

use lightning::ln::msgs::{ChannelMessageHandler, UpdateAddHTLC};
use lightning::util::ser::LengthReadable;
use spontan::bolt4::PACKET_LENGTH;

use super::encode as kind;
use super::{Channel, News, Offer, Said};
use crate::Result;

/// Gossip: BOLT 7's messages, which are of no use here.
const GOSSIP: std::ops::RangeInclusive<u16> = 256..=265;
/// A ping that asks for as much or more is not answered: BOLT 1.
const PONG_BOUND: u16 = 65532;

/// Reads a message of LDK's.
pub(super) fn read<T: LengthReadable>(body: &[u8]) -> Result<T> {
    let mut body = body;
    T::read_from_fixed_length_buffer(&mut body)
        .map_err(|error| format!("the node sends a message that LDK cannot read: {error:?}").into())
}

/// Type and body of a message.
pub(super) fn split(message: &[u8]) -> Result<(u16, &[u8])> {
    let (kind, body) = message.split_first_chunk().ok_or("the node sends a message without a type")?;
    Ok((u16::from_be_bytes(*kind), body))
}

/// A field of fixed length.
fn field<const N: usize>(body: &[u8], at: usize) -> Result<[u8; N]> {
    let bytes = body.get(at..at + N).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| "the node sends a message that is cut short".into())
}

/// The text of an `error` or `warning`.
pub(super) fn text(body: &[u8]) -> String {
    String::from_utf8_lossy(body.get(34..).unwrap_or_default()).into_owned()
}

impl Channel {
    /// Takes one message.
    ///
    /// # Errors
    /// When it ends the channel.
    pub fn take(&mut self, message: &[u8], news: &mut Vec<News>) -> Result<()> {
        let (kind, body) = split(message)?;
        let (from, manager) = (self.node, &self.manager);
        match kind {
            kind::ERROR => return Err(format!("the node says error: {}", text(body)).into()),
            kind::WARNING => news.push(News::Warning(text(body))),
            kind::PING => {
                let count = u16::from_be_bytes(field(body, 0)?);
                if count < PONG_BOUND {
                    let pong = [&count.to_be_bytes()[..], &vec![0; count.into()]].concat();
                    self.connection.put(&[&kind::PONG.to_be_bytes()[..], &pong].concat());
                }
            }
            kind::PONG => news.push(News::Pong),
            kind::ACCEPT_CHANNEL => manager.handle_accept_channel(from, &read(body)?),
            kind::FUNDING_SIGNED => manager.handle_funding_signed(from, &read(body)?),
            kind::CHANNEL_READY => manager.handle_channel_ready(from, &read(body)?),
            kind::SHUTDOWN => return Err("the node closes the channel (shutdown)".into()),
            kind::CLOSING_SIGNED => manager.handle_closing_signed(from, &read(body)?),
            kind::UPDATE_FULFILL_HTLC => {
                let preimage = field(body, 40)?;
                manager.handle_update_fulfill_htlc(from, read(body)?);
                self.said(body, Said::Fulfill(preimage), news)?;
            }
            kind::UPDATE_FAIL_HTLC => {
                let length = usize::from(u16::from_be_bytes(field(body, 40)?));
                let reason = body.get(42..42 + length).ok_or("the node sends a failure that is cut short")?;
                manager.handle_update_fail_htlc(from, &read(body)?);
                self.said(body, Said::Fail(reason.to_vec()), news)?;
            }
            kind::UPDATE_FAIL_MALFORMED_HTLC => {
                let code = u16::from_be_bytes(field(body, 72)?);
                manager.handle_update_fail_malformed_htlc(from, &read(body)?);
                self.said(body, Said::Malformed(code, field(body, 40)?), news)?;
            }
            kind::UPDATE_ADD_HTLC => {
                let add: UpdateAddHTLC = read(body)?;
                news.push(News::Offered(Offer {
                    amount: add.amount_msat,
                    hash: add.payment_hash.0,
                    expiry: add.cltv_expiry,
                    // Its bytes as they came: LDK keeps a packet in parts.
                    packet: field::<PACKET_LENGTH>(body, kind::BEFORE_PACKET)?.to_vec(),
                    path_key: add.blinding_point.is_some(),
                }));
                manager.handle_update_add_htlc(from, &add);
            }
            kind::COMMITMENT_SIGNED => manager.handle_commitment_signed(from, &read(body)?),
            kind::REVOKE_AND_ACK => manager.handle_revoke_and_ack(from, &read(body)?),
            kind::UPDATE_FEE => manager.handle_update_fee(from, &read(body)?),
            kind::CHANNEL_REESTABLISH => manager.handle_channel_reestablish(from, &read(body)?),
            // BOLT 1: it is ok to be odd.
            _ if kind % 2 == 1 || GOSSIP.contains(&kind) => {}
            _ => {
                return Err(
                    format!("the node sends a message of type {kind}, which is even and unknown").into()
                );
            }
        }
        Ok(())
    }

    fn said(&mut self, body: &[u8], said: Said, news: &mut Vec<News>) -> Result<()> {
        let number = u64::from_be_bytes(field(body, 32)?);
        let tag = self.tags.remove(&number).ok_or("the node answers an HTLC that it was not sent")?;
        news.push(News::Said(tag, said));
        Ok(())
    }
}
