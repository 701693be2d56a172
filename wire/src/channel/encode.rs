//! What LDK wants to say, as bytes: every message as LDK encodes it, but for the packet in `update_add_htlc`.

use lightning::ln::msgs::{BaseMessageHandler, ErrorAction, MessageSendEvent as Message, UpdateAddHTLC};
use lightning::util::ser::Writeable;

use super::{Channel, News};
use crate::Result;

// BOLT 1 and BOLT 2: the types of messages.
pub const WARNING: u16 = 1;
pub const INIT: u16 = 16;
pub const ERROR: u16 = 17;
pub const PING: u16 = 18;
pub const PONG: u16 = 19;
const OPEN_CHANNEL: u16 = 32;
pub const ACCEPT_CHANNEL: u16 = 33;
const FUNDING_CREATED: u16 = 34;
pub const FUNDING_SIGNED: u16 = 35;
pub const CHANNEL_READY: u16 = 36;
pub const SHUTDOWN: u16 = 38;
pub const CLOSING_SIGNED: u16 = 39;
pub const UPDATE_ADD_HTLC: u16 = 128;
pub const UPDATE_FULFILL_HTLC: u16 = 130;
pub const UPDATE_FAIL_HTLC: u16 = 131;
pub const COMMITMENT_SIGNED: u16 = 132;
pub const REVOKE_AND_ACK: u16 = 133;
pub const UPDATE_FEE: u16 = 134;
pub const UPDATE_FAIL_MALFORMED_HTLC: u16 = 135;
pub const CHANNEL_REESTABLISH: u16 = 136;

/// Of `update_add_htlc`, before the packet, in bytes: channel id, number, amount, hash, expiry.
pub(super) const BEFORE_PACKET: usize = 32 + 8 + 8 + 32 + 4;

impl Channel {
    /// Sends what LDK wants to say, and tells what LDK refuses.
    ///
    /// # Errors
    /// When LDK gives the channel up, or the connection is broken.
    pub fn flush(&mut self, news: &mut Vec<News>) -> Result<()> {
        self.take_events(news)?;
        self.put_all()?;
        self.connection.flush()
    }

    fn put(&mut self, kind: u16, body: &[u8]) {
        self.connection.put(&[&kind.to_be_bytes()[..], body].concat());
    }

    pub(super) fn put_all(&mut self) -> Result<()> {
        for message in self.manager.get_and_clear_pending_msg_events() {
            match message {
                Message::SendOpenChannel { msg, .. } => self.put(OPEN_CHANNEL, &msg.encode()),
                Message::SendFundingCreated { msg, .. } => self.put(FUNDING_CREATED, &msg.encode()),
                Message::SendChannelReady { msg, .. } => self.put(CHANNEL_READY, &msg.encode()),
                Message::SendShutdown { msg, .. } => self.put(SHUTDOWN, &msg.encode()),
                Message::SendClosingSigned { msg, .. } => self.put(CLOSING_SIGNED, &msg.encode()),
                Message::SendRevokeAndACK { msg, .. } => self.put(REVOKE_AND_ACK, &msg.encode()),
                Message::UpdateHTLCs { updates, .. } => {
                    for add in &updates.update_add_htlcs {
                        let body = self.with_packet(add);
                        self.put(UPDATE_ADD_HTLC, &body);
                    }
                    for fulfill in &updates.update_fulfill_htlcs {
                        self.put(UPDATE_FULFILL_HTLC, &fulfill.encode());
                    }
                    for fail in &updates.update_fail_htlcs {
                        self.put(UPDATE_FAIL_HTLC, &fail.encode());
                    }
                    for malformed in &updates.update_fail_malformed_htlcs {
                        self.put(UPDATE_FAIL_MALFORMED_HTLC, &malformed.encode());
                    }
                    if let Some(fee) = &updates.update_fee {
                        self.put(UPDATE_FEE, &fee.encode());
                    }
                    for signed in &updates.commitment_signed {
                        self.put(COMMITMENT_SIGNED, &signed.encode());
                    }
                }
                Message::HandleError { action, .. } => match action {
                    ErrorAction::SendErrorMessage { msg } => return Err(gives_up(&msg.data)),
                    ErrorAction::DisconnectPeerWithWarning { msg } => return Err(gives_up(&msg.data)),
                    ErrorAction::DisconnectPeer { msg } => {
                        return Err(gives_up(&msg.map(|msg| msg.data).unwrap_or_default()));
                    }
                    ErrorAction::SendWarningMessage { msg, .. } => return Err(gives_up(&msg.data)),
                    _ => {}
                },
                // Gossip, and what belongs to features that no case needs.
                _ => {}
            }
        }
        Ok(())
    }

    /// The HTLC with the packet that the node is to see in place of LDK's.
    fn with_packet(&mut self, add: &UpdateAddHTLC) -> Vec<u8> {
        let mut body = add.encode();
        let Some(queue) = self.packets.get_mut(&add.payment_hash.0) else { return body };
        let next = queue.pop_front();
        if queue.is_empty() {
            self.packets.remove(&add.payment_hash.0);
        }
        if let Some((tag, packet, path_key)) = next {
            self.tags.insert(add.htlc_id, tag);
            self.waiting.remove(&tag);
            body.truncate(BEFORE_PACKET);
            body.extend_from_slice(&packet);
            if let Some(path_key) = path_key {
                // `update_add_htlc_tlvs`, type 0: 33 bytes.
                body.extend_from_slice(&[0, 33]);
                body.extend_from_slice(&path_key);
            }
        }
        body
    }
}

fn gives_up(why: &str) -> Box<dyn std::error::Error + Send + Sync> {
    format!("LDK gives the channel up: {why}").into()
}
