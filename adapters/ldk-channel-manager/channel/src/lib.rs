//! Two nodes of LDK in one process: a payer and a payee with a channel between them, and the messages that they exchange. `node` is such
//! a node, `world` what is around it. Nothing is asked or judged here. The payer is LDK too: it keeps
//! the channel's commitments, and every HTLC that it adds gets another packet before the payee sees it: a case's, or, where the payer is
//! asked, one for the payee. Signatures cover an HTLC's amount, hash and expiry, neither its packet nor what a failure says.

use std::cell::RefCell;

use lightning::bitcoin::secp256k1::{PublicKey, SECP256K1, SecretKey};
use lightning::bitcoin::{Txid, hashes::Hash};
use lightning::chain::transaction::OutPoint;
use lightning::events::{Event, EventsProvider};
use lightning::ln::channelmanager::{PaymentId, RecipientOnionFields};
use lightning::ln::create_payment_onion;
use lightning::ln::msgs::{
    BaseMessageHandler, ChannelMessageHandler, CommitmentUpdate, Init, MessageSendEvent as Message,
    UpdateAddHTLC,
};
use lightning::routing::router::{Path, Route, RouteHop};
use lightning::types::features::{ChannelFeatures, NodeFeatures};
use lightning::types::payment::{PaymentHash, PaymentPreimage};
use lightning::util::config::UserConfig;
use spontan::protocol::Content;

mod node;
mod world;

pub use node::{Keys, Node};

/// The channel's capacity: more than any amount that a case sends, and what is left pays for fees and reserves.
const CAPACITY_SATOSHIS: u64 = 2_000_000_000_000_000;
/// The payer's height. The payer never sees a block, so that no expiry is too soon for it.
const PAYER_HEIGHT: u32 = 1;
/// What [`Channel::pay`] sends: enough for an output of the commitment transaction, at an expiry that is far enough for a payee at
/// the payer's height.
const AMOUNT_MSAT: u64 = 1_000_000;
const EXPIRY_DELTA: u32 = 144;

/// A channel that all HTLCs of a case come over, or the payments of several cases one after another.
pub struct Channel {
    /// The node that receives.
    pub payee: Node,
    /// The node that pays.
    pub payer: Node,
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
        // LDK's payer counts from the block that comes next.
        let hop = hop(self.payee.id, htlc.amount_msat, htlc.cltv_expiry.saturating_sub(PAYER_HEIGHT + 1));
        self.send(vec![hop], htlc.payment_hash, |add| {
            if (add.amount_msat, add.cltv_expiry) != (htlc.amount_msat, htlc.cltv_expiry) {
                return Err(Content::unsupported("LDK's payer adds an HTLC of another amount or expiry"));
            }
            *add = UpdateAddHTLC { channel_id: add.channel_id, htlc_id: add.htlc_id, ..htlc.clone() };
            Ok(())
        })
    }

    /// The payer pays over this route, with an onion of this session key. LDK knows the first hop's channel by its short channel
    /// id and compares no node id, so that the route can begin with any public key. The payee, which is no node of
    /// the route, gets a packet with a keysend in place of that onion: a payment that it can claim or refuse.
    ///
    /// # Errors
    /// `unsupported` when LDK's payer does not send over such a route, or the channel was closed.
    pub fn pay(
        &mut self,
        session_key: SecretKey,
        route: &[PublicKey],
        preimage: PaymentPreimage,
    ) -> Result<(), Content> {
        let Some((last, before)) = route.split_last() else {
            return Err(Content::unsupported("LDK's payer sends over no empty route"));
        };
        let mut hops: Vec<RouteHop> = before.iter().map(|node| hop(*node, 0, 0)).collect();
        hops.push(hop(*last, AMOUNT_MSAT, EXPIRY_DELTA));
        let path = Path { hops: vec![hop(self.payee.id, AMOUNT_MSAT, EXPIRY_DELTA)], blinded_tail: None };
        let (total, onion) = (path.final_value_msat(), RecipientOnionFields::spontaneous_empty());
        let (hash, height, preimage) = (PaymentHash::from(preimage), PAYER_HEIGHT + 1, Some(preimage));
        let keysend = create_payment_onion(
            SECP256K1,
            &path,
            &session_key,
            total,
            &onion,
            height,
            &hash,
            &preimage,
            None,
            [0; 32],
        );
        let (keysend, ..) = keysend.map_err(|error| Content::error(format!("no keysend: {error:?}")))?;
        self.payer.keys.draw_next(session_key.secret_bytes());
        self.send(hops, hash, |add| {
            if add.onion_routing_packet.public_key != Ok(session_key.public_key(SECP256K1)) {
                return Err(Content::error("LDK's payer draws its session key elsewhere"));
            }
            add.onion_routing_packet = keysend.clone();
            Ok(())
        })
    }

    /// Adds an HTLC, changed before the payee sees it, and hands it over.
    fn send(
        &mut self,
        mut hops: Vec<RouteHop>,
        hash: PaymentHash,
        change: impl Fn(&mut UpdateAddHTLC) -> Result<(), Content>,
    ) -> Result<(), Content> {
        let channel = self.payer.manager.list_usable_channels().into_iter().next();
        let channel = channel.ok_or_else(|| Content::unsupported("LDK has closed the channel"))?;
        // LDK sends over no channel twice; those behind its own are nobody's.
        let first = channel.get_outbound_payment_scid().unwrap_or_default();
        (first..).zip(&mut hops).for_each(|(id, hop)| hop.short_channel_id = id);
        let route = Route { paths: vec![Path { hops, blinded_tail: None }], route_params: None };
        let mut id = [0; 32];
        id[..8].copy_from_slice(&self.htlcs.to_be_bytes());
        self.htlcs += 1;
        let onion = RecipientOnionFields::spontaneous_empty();
        self.payer
            .manager
            .send_payment_with_route(route, hash, onion, PaymentId(id))
            .map_err(|error| Content::unsupported(format!("LDK's payer does not send this: {error:?}")))?;
        let mut messages = self.payer.manager.get_and_clear_pending_msg_events();
        let [Message::UpdateHTLCs { updates, .. }] = messages.as_mut_slice() else {
            return Err(Content::unsupported("LDK's payer adds no such HTLC"));
        };
        updates.update_add_htlcs.iter_mut().try_for_each(change)?;
        deliver(messages, &self.payer, &self.payee)
    }

    /// Lets both nodes go on until neither has anything to do or to say; what the payee said to its peer and to its
    /// application.
    ///
    /// # Errors
    /// `unsupported` when one of them gives up the channel.
    pub fn settle(&self) -> Result<(Vec<Message>, Vec<Event>), Content> {
        let settled = self.settle_with(|_| Ok(()))?;
        Ok((settled.said, settled.told_payee))
    }

    /// The same, with what the payee does to HTLCs changed before the payer sees it; what the payer tells its application.
    ///
    /// # Errors
    /// `unsupported` when one of them gives up the channel, and those of `change`.
    pub fn return_to_payer(
        &self,
        change: impl Fn(&mut CommitmentUpdate) -> Result<(), Content>,
    ) -> Result<Vec<Event>, Content> {
        Ok(self.settle_with(change)?.told_payer)
    }

    fn settle_with(
        &self,
        change: impl Fn(&mut CommitmentUpdate) -> Result<(), Content>,
    ) -> Result<Settled, Content> {
        let (mut said, told_payee, told_payer) =
            (Vec::new(), RefCell::new(Vec::new()), RefCell::new(Vec::new()));
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
                } else {
                    told_payer.borrow_mut().push(event);
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
                told_payee.borrow_mut().push(event);
                Ok(())
            });
            let sent = self.payer.manager.get_and_clear_pending_msg_events();
            let mut answered = self.payee.manager.get_and_clear_pending_msg_events();
            if sent.is_empty() && answered.is_empty() && !self.payee.manager.needs_pending_htlc_processing() {
                let (told_payee, told_payer) = (told_payee.into_inner(), told_payer.into_inner());
                return Ok(Settled { said, told_payee, told_payer });
            }
            for message in &mut answered {
                if let Message::UpdateHTLCs { updates, .. } = message {
                    change(updates)?;
                }
            }
            said.extend_from_slice(&answered);
            deliver(sent, &self.payer, &self.payee)?;
            deliver(answered, &self.payee, &self.payer)?;
        }
    }
}

/// What was said and told until both nodes were silent.
struct Settled {
    /// By the payee to its peer.
    said: Vec<Message>,
    /// By the payee to its application.
    told_payee: Vec<Event>,
    /// By the payer to its application.
    told_payer: Vec<Event>,
}

/// A node of a route, its channel not named yet. `amount_msat` is the fee of a node that is not the last, and what the last gets.
fn hop(node: PublicKey, amount_msat: u64, cltv_expiry_delta: u32) -> RouteHop {
    RouteHop {
        pubkey: node,
        node_features: NodeFeatures::empty(),
        short_channel_id: 0,
        channel_features: ChannelFeatures::empty(),
        fee_msat: amount_msat,
        cltv_expiry_delta,
        maybe_announced_channel: false,
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
