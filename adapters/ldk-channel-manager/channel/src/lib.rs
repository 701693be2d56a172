//! Two nodes of LDK in one process: a payer and a payee with a channel between them, and the messages that they exchange. `node` is such
//! a node, `world` what is around it. Nothing is asked or judged here. The payer is LDK too: it keeps
//! the channel's commitments, and every HTLC that it adds gets a case's packet before the payee sees it. Signatures
//! cover an HTLC's amount, hash and expiry, not its packet.

use std::cell::RefCell;

use lightning::bitcoin::{Txid, hashes::Hash, secp256k1::SecretKey};
use lightning::chain::transaction::OutPoint;
use lightning::events::{Event, EventsProvider};
use lightning::ln::channelmanager::{PaymentId, RecipientOnionFields};
use lightning::ln::msgs::{
    BaseMessageHandler, ChannelMessageHandler, Init, MessageSendEvent as Message, UpdateAddHTLC,
};
use lightning::routing::router::{Path, Route, RouteHop};
use lightning::types::features::{ChannelFeatures, NodeFeatures};
use lightning::util::config::UserConfig;
use spontan::protocol::Content;

mod node;
mod world;

pub use node::{Keys, Node};

/// The channel's capacity: more than any amount that a case sends, and what is left pays for fees and reserves.
const CAPACITY_SATOSHIS: u64 = 2_000_000_000_000_000;
/// The payer's height. The payer never sees a block, so that no expiry is too soon for it.
const PAYER_HEIGHT: u32 = 1;

/// A channel that all HTLCs of a case come over.
pub struct Channel {
    /// The node that receives.
    pub payee: Node,
    payer: Node,
    /// How many HTLCs were added, which is also the next one's `htlc_id`.
    htlcs: u64,
}

impl Channel {
    /// Two nodes, the payee at this height, and a channel that is ready and has all its money with the payer.
    ///
    /// # Errors
    /// `error` or `unsupported` when LDK opens none.
    pub fn open(payee: SecretKey, height: u32) -> Result<Self, Content> {
        let mut config = UserConfig { manually_accept_inbound_channels: true, ..UserConfig::default() };
        config.channel_handshake_config.max_inbound_htlc_value_in_flight_percent_of_channel = 100;
        config.channel_handshake_limits.max_funding_satoshis = CAPACITY_SATOSHIS;
        config.channel_handshake_config.announce_for_forwarding = false;
        let payer = SecretKey::from_slice(&[1; 32]).map_err(|error| Content::error(error.to_string()))?;
        let (payer, payee) =
            (Node::new(payer, PAYER_HEIGHT, config.clone()), Node::new(payee, height, config));
        let channel = Self { payee, payer, htlcs: 0 };
        let (payer, payee) = (&channel.payer, &channel.payee);
        for (node, peer) in [(payer, payee), (payee, payer)] {
            let features = peer.manager.provided_init_features(node.id);
            let init = Init { features, networks: None, remote_network_address: None };
            node.manager
                .peer_connected(peer.id, &init, false)
                .map_err(|()| Content::error("no connection"))?;
        }
        payer
            .manager
            .create_channel(payee.id, CAPACITY_SATOSHIS, 0, 0, None, None)
            .map_err(|error| Content::error(format!("no channel: {error:?}")))?;
        channel.settle()?;
        Ok(channel)
    }

    /// Adds an HTLC to the channel. Of `htlc`, everything is the payee's to see but what names the channel and the HTLC.
    ///
    /// # Errors
    /// `unsupported` when LDK's payer adds no such HTLC, or the channel was closed.
    pub fn add(&mut self, htlc: &UpdateAddHTLC) -> Result<(), Content> {
        let channel = self.payer.manager.list_usable_channels().into_iter().next();
        let channel = channel.ok_or_else(|| Content::unsupported("LDK has closed the channel"))?;
        let hop = RouteHop {
            pubkey: self.payee.id,
            node_features: NodeFeatures::empty(),
            short_channel_id: channel.get_outbound_payment_scid().unwrap_or_default(),
            channel_features: ChannelFeatures::empty(),
            fee_msat: htlc.amount_msat,
            // LDK's payer counts from the block that comes next.
            cltv_expiry_delta: htlc.cltv_expiry.saturating_sub(PAYER_HEIGHT + 1),
            maybe_announced_channel: false,
        };
        let route = Route { paths: vec![Path { hops: vec![hop], blinded_tail: None }], route_params: None };
        let mut id = [0; 32];
        id[..8].copy_from_slice(&self.htlcs.to_be_bytes());
        self.htlcs += 1;
        let onion = RecipientOnionFields::spontaneous_empty();
        self.payer
            .manager
            .send_payment_with_route(route, htlc.payment_hash, onion, PaymentId(id))
            .map_err(|error| Content::unsupported(format!("LDK's payer does not send this: {error:?}")))?;
        let mut messages = self.payer.manager.get_and_clear_pending_msg_events();
        let [Message::UpdateHTLCs { updates, .. }] = messages.as_mut_slice() else {
            return Err(Content::unsupported("LDK's payer adds no HTLC of this amount and expiry"));
        };
        for add in &mut updates.update_add_htlcs {
            if (add.amount_msat, add.cltv_expiry) != (htlc.amount_msat, htlc.cltv_expiry) {
                return Err(Content::unsupported("LDK's payer adds an HTLC of another amount or expiry"));
            }
            *add = UpdateAddHTLC { channel_id: add.channel_id, htlc_id: add.htlc_id, ..htlc.clone() };
        }
        deliver(messages, &self.payer, &self.payee)
    }

    /// Lets both nodes go on until neither has anything to do or to say; what the payee said to its peer and to its
    /// application.
    ///
    /// # Errors
    /// `unsupported` when one of them gives up the channel.
    pub fn settle(&self) -> Result<(Vec<Message>, Vec<Event>), Content> {
        let (mut said, events) = (Vec::new(), RefCell::new(Vec::new()));
        loop {
            self.payee.manager.process_pending_htlc_forwards();
            self.payer.manager.process_pending_events(&|event| {
                if let Event::FundingGenerationReady { temporary_channel_id, counterparty_node_id, .. } =
                    event
                {
                    // There is no chain: any outpoint funds the channel. A refusal shows in that it never gets ready.
                    let funding = OutPoint { txid: Txid::all_zeros(), index: 0 };
                    let _ = self.payer.manager.unsafe_manual_funding_transaction_generated(
                        temporary_channel_id,
                        counterparty_node_id,
                        funding,
                    );
                }
                Ok(())
            });
            self.payee.manager.process_pending_events(&|event| {
                if let Event::OpenChannelRequest {
                    temporary_channel_id: id,
                    counterparty_node_id: peer,
                    ..
                } = &event
                {
                    let _ =
                        self.payee.manager.accept_inbound_channel_from_trusted_peer_0conf(id, peer, 0, None);
                }
                events.borrow_mut().push(event);
                Ok(())
            });
            let sent = self.payer.manager.get_and_clear_pending_msg_events();
            let answered = self.payee.manager.get_and_clear_pending_msg_events();
            if sent.is_empty() && answered.is_empty() && !self.payee.manager.needs_pending_htlc_processing() {
                return Ok((said, events.into_inner()));
            }
            said.extend_from_slice(&answered);
            deliver(sent, &self.payer, &self.payee)?;
            deliver(answered, &self.payee, &self.payer)?;
        }
    }
}

/// Gives one node's messages to the other.
///
/// # Errors
/// `unsupported` when the node gives up the channel, or the connection: nothing more can be asked of it.
fn deliver(messages: Vec<Message>, from: &Node, to: &Node) -> Result<(), Content> {
    let (from, to) = (from.id, &to.manager);
    for message in messages {
        match message {
            Message::SendOpenChannel { msg, .. } => to.handle_open_channel(from, &msg),
            Message::SendAcceptChannel { msg, .. } => to.handle_accept_channel(from, &msg),
            Message::SendFundingCreated { msg, .. } => to.handle_funding_created(from, &msg),
            Message::SendFundingSigned { msg, .. } => to.handle_funding_signed(from, &msg),
            Message::SendChannelReady { msg, .. } => to.handle_channel_ready(from, &msg),
            Message::SendRevokeAndACK { msg, .. } => to.handle_revoke_and_ack(from, &msg),
            Message::UpdateHTLCs { updates, .. } => {
                updates.update_add_htlcs.iter().for_each(|add| to.handle_update_add_htlc(from, add));
                updates
                    .update_fulfill_htlcs
                    .into_iter()
                    .for_each(|msg| to.handle_update_fulfill_htlc(from, msg));
                updates.update_fail_htlcs.iter().for_each(|msg| to.handle_update_fail_htlc(from, msg));
                let malformed = &updates.update_fail_malformed_htlcs;
                malformed.iter().for_each(|msg| to.handle_update_fail_malformed_htlc(from, msg));
                updates.commitment_signed.iter().for_each(|msg| to.handle_commitment_signed(from, msg));
            }
            Message::HandleError { action, .. } => {
                return Err(Content::unsupported(format!("LDK gives up the channel: {action:?}")));
            }
            // Gossip; neither needs it to pay the other.
            _ => {}
        }
    }
    Ok(())
}
