//! A node of LDK: a `ChannelManager` with the node key that a case fixes, LDK's own keys, signers and chain monitor,
//! and no world around it: no chain, disk, fee market, network graph or log.

use std::rc::Rc;

use lightning::bitcoin::block::{Header, Version};
use lightning::bitcoin::hashes::Hash;
use lightning::bitcoin::secp256k1::ecdsa::{RecoverableSignature, Signature};
use lightning::bitcoin::secp256k1::{
    PublicKey, SECP256K1, Scalar, Secp256k1, SecretKey, Signing, Verification, ecdh::SharedSecret, schnorr,
};
use lightning::bitcoin::{BlockHash, CompactTarget, Network, Transaction, TxMerkleNode};
use lightning::blinded_path::message::{BlindedMessagePath, MessageContext, MessageForwardNode};
use lightning::blinded_path::payment::{BlindedPaymentPath, ReceiveTlvs};
use lightning::bolt11_invoice::RawBolt11Invoice;
use lightning::chain::chaininterface::{BroadcasterInterface, ConfirmationTarget, FeeEstimator};
use lightning::chain::chainmonitor::{ChainMonitor, Persist};
use lightning::chain::channelmonitor::{ChannelMonitor, ChannelMonitorUpdate};
use lightning::chain::{BestBlock, ChannelMonitorUpdateStatus, Confirm, Filter};
use lightning::ln::channel_state::ChannelDetails;
use lightning::ln::channelmanager::{ChainParameters, ChannelManager};
use lightning::ln::inbound_payment::ExpandedKey;
use lightning::ln::msgs::UnsignedGossipMessage;
use lightning::offers::invoice::UnsignedBolt12Invoice;
use lightning::onion_message::messenger::{Destination, MessageRouter, OnionMessagePath};
use lightning::routing::router::{InFlightHtlcs, Route, RouteParameters, Router};
use lightning::sign::{InMemorySigner, KeysManager, NodeSigner, PeerStorageKey, ReceiveAuthKey, Recipient};
use lightning::util::config::UserConfig;
use lightning::util::logger::{Logger, Record};
use lightning::util::persist::MonitorName;

type Nothing = &'static World;
type Monitor =
    ChainMonitor<InMemorySigner, &'static dyn Filter, Nothing, Nothing, Nothing, Nothing, Rc<KeysManager>>;
type Manager = ChannelManager<
    Rc<Monitor>,
    Nothing,
    Rc<KeysManager>,
    Rc<Keys>,
    Rc<KeysManager>,
    Nothing,
    Nothing,
    Nothing,
    Nothing,
>;

/// One of the two nodes.
pub struct Node {
    pub id: PublicKey,
    pub keys: Rc<Keys>,
    pub manager: Manager,
}

impl Node {
    /// A node that was never started before, at this height.
    pub fn new(secret: SecretKey, height: u32, config: UserConfig) -> Self {
        // Only the node key is a case's. The others never leave the two nodes.
        let inner = Rc::new(KeysManager::new(&secret.secret_bytes(), 0, 0, true));
        let keys = Rc::new(Keys { secret, inner: inner.clone() });
        let storage_key = keys.get_peer_storage_key();
        let monitor = ChainMonitor::new(None, &World, &World, &World, &World, inner.clone(), storage_key);
        let best_block = BestBlock::new(BlockHash::all_zeros(), height);
        let chain = ChainParameters { network: Network::Regtest, best_block };
        let monitor = Rc::new(monitor);
        let manager = ChannelManager::new(
            &World,
            monitor,
            &World,
            &World,
            &World,
            &World,
            inner.clone(),
            keys.clone(),
            inner,
            config,
            chain,
            0,
        );
        Self { id: secret.public_key(SECP256K1), keys, manager }
    }

    /// Tells the node that the chain has this height. The chain monitor, which would go on chain for HTLCs that are about
    /// to expire, is not told.
    pub fn set_height(&self, height: u32) {
        let header = Header {
            version: Version::NO_SOFT_FORK_SIGNALLING,
            prev_blockhash: BlockHash::all_zeros(),
            merkle_root: TxMerkleNode::all_zeros(),
            time: 0,
            bits: CompactTarget::default(),
            nonce: height,
        };
        self.manager.best_block_updated(&header, height);
    }
}

/// The node key of a case, and LDK's `KeysManager`, which would derive another one, for all the rest.
pub struct Keys {
    secret: SecretKey,
    inner: Rc<KeysManager>,
}

impl NodeSigner for Keys {
    fn ecdh(&self, _: Recipient, other: &PublicKey, tweak: Option<&Scalar>) -> Result<SharedSecret, ()> {
        let secret = tweak.map_or(Ok(self.secret), |tweak| self.secret.mul_tweak(tweak)).map_err(|_| ())?;
        Ok(SharedSecret::new(other, &secret))
    }
    fn get_node_id(&self, _: Recipient) -> Result<PublicKey, ()> {
        Ok(self.secret.public_key(SECP256K1))
    }
    fn get_expanded_key(&self) -> ExpandedKey {
        self.inner.get_expanded_key()
    }
    fn get_peer_storage_key(&self) -> PeerStorageKey {
        self.inner.get_peer_storage_key()
    }
    fn get_receive_auth_key(&self) -> ReceiveAuthKey {
        self.inner.get_receive_auth_key()
    }
    fn sign_invoice(&self, invoice: &RawBolt11Invoice, of: Recipient) -> Result<RecoverableSignature, ()> {
        self.inner.sign_invoice(invoice, of)
    }
    fn sign_bolt12_invoice(&self, invoice: &UnsignedBolt12Invoice) -> Result<schnorr::Signature, ()> {
        self.inner.sign_bolt12_invoice(invoice)
    }
    fn sign_gossip_message(&self, message: UnsignedGossipMessage) -> Result<Signature, ()> {
        self.inner.sign_gossip_message(message)
    }
    fn sign_message(&self, message: &[u8]) -> Result<String, ()> {
        self.inner.sign_message(message)
    }
}

/// The world around a node: nothing is there, and all goes well.
pub struct World;

impl BroadcasterInterface for World {
    fn broadcast_transactions(&self, _: &[&Transaction]) {}
}

impl FeeEstimator for World {
    fn get_est_sat_per_1000_weight(&self, _: ConfirmationTarget) -> u32 {
        253
    }
}

impl Logger for World {
    fn log(&self, _: Record) {}
}

impl Persist<InMemorySigner> for World {
    fn persist_new_channel(
        &self,
        _: MonitorName,
        _: &ChannelMonitor<InMemorySigner>,
    ) -> ChannelMonitorUpdateStatus {
        ChannelMonitorUpdateStatus::Completed
    }
    fn update_persisted_channel(
        &self,
        _: MonitorName,
        _: Option<&ChannelMonitorUpdate>,
        _: &ChannelMonitor<InMemorySigner>,
    ) -> ChannelMonitorUpdateStatus {
        ChannelMonitorUpdateStatus::Completed
    }
    fn archive_persisted_channel(&self, _: MonitorName) {}
}

impl Router for World {
    fn find_route(
        &self,
        _: &PublicKey,
        _: &RouteParameters,
        _: Option<&[&ChannelDetails]>,
        _: InFlightHtlcs,
    ) -> Result<Route, &'static str> {
        Err("the payer is told its route")
    }
    fn create_blinded_payment_paths<T: Signing + Verification>(
        &self,
        _: PublicKey,
        _: Vec<ChannelDetails>,
        _: ReceiveTlvs,
        _: Option<u64>,
        _: &Secp256k1<T>,
    ) -> Result<Vec<BlindedPaymentPath>, ()> {
        Err(())
    }
}

impl MessageRouter for World {
    fn find_path(&self, _: PublicKey, _: Vec<PublicKey>, _: Destination) -> Result<OnionMessagePath, ()> {
        Err(())
    }
    fn create_blinded_paths<T: Signing + Verification>(
        &self,
        _: PublicKey,
        _: ReceiveAuthKey,
        _: MessageContext,
        _: Vec<MessageForwardNode>,
        _: &Secp256k1<T>,
    ) -> Result<Vec<BlindedMessagePath>, ()> {
        Err(())
    }
}
