//! A node of LDK: a `ChannelManager` with the node key that a case fixes, and LDK's own keys, signers and chain monitor.

use std::cell::Cell;
use std::rc::Rc;

use lightning::bitcoin::block::{Header, Version};
use lightning::bitcoin::hashes::Hash;
use lightning::bitcoin::secp256k1::ecdsa::{RecoverableSignature, Signature};
use lightning::bitcoin::secp256k1::{PublicKey, SECP256K1, Scalar, SecretKey, ecdh::SharedSecret, schnorr};
use lightning::bitcoin::{BlockHash, CompactTarget, Network, TxMerkleNode};
use lightning::bolt11_invoice::RawBolt11Invoice;
use lightning::chain::chainmonitor::ChainMonitor;
use lightning::chain::{BestBlock, Confirm, Filter};
use lightning::ln::channelmanager::{ChainParameters, ChannelManager};
use lightning::ln::inbound_payment::ExpandedKey;
use lightning::ln::msgs::UnsignedGossipMessage;
use lightning::offers::invoice::UnsignedBolt12Invoice;
use lightning::sign::{
    EntropySource, InMemorySigner, KeysManager, NodeSigner, PeerStorageKey, ReceiveAuthKey, Recipient,
};
use lightning::util::config::UserConfig;

use crate::world::{Log, World};

/// Where LDK takes something of the outside world.
pub type Nothing = &'static World;
pub type Monitor =
    ChainMonitor<InMemorySigner, &'static dyn Filter, Nothing, Nothing, Nothing, Nothing, Rc<KeysManager>>;
pub type Manager = ChannelManager<
    Rc<Monitor>,
    Nothing,
    Rc<Keys>,
    Rc<Keys>,
    Rc<KeysManager>,
    Nothing,
    Nothing,
    Nothing,
    Rc<Log>,
>;

/// One of the two nodes.
pub struct Node {
    /// Its public key.
    pub id: PublicKey,
    /// What it signs and does ECDH with.
    pub keys: Rc<Keys>,
    /// What it logs of the failures and fulfilments that come back to it.
    pub log: Rc<Log>,
    /// The node itself.
    pub manager: Manager,
}

impl Node {
    /// A node that was never started before, at this height.
    pub fn new(secret: SecretKey, height: u32, config: UserConfig) -> Self {
        // Only the node key is a case's. The others never leave the two nodes.
        let inner = Rc::new(KeysManager::new(&secret.secret_bytes(), 0, 0, true));
        let keys = Rc::new(Keys { secret, inner: inner.clone(), next: Cell::new(None) });
        let log = Rc::new(Log::default());
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
            log.clone(),
            keys.clone(),
            keys.clone(),
            inner,
            config,
            chain,
            0,
        );
        Self { id: secret.public_key(SECP256K1), keys, log, manager }
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
    /// What LDK gets when it next asks for random bytes.
    next: Cell<Option<[u8; 32]>>,
}

impl Keys {
    /// The key of this node. No phantom node stands behind it: with the key of one, LDK would take what is to be forwarded
    /// for the phantom's, by three bits of the short channel id.
    fn secret_of(&self, recipient: Recipient) -> Result<SecretKey, ()> {
        match recipient {
            Recipient::Node => Ok(self.secret),
            Recipient::PhantomNode => Err(()),
        }
    }

    /// Has LDK draw these bytes when it next asks for random ones.
    pub fn draw_next(&self, bytes: [u8; 32]) {
        self.next.set(Some(bytes));
    }
}

impl EntropySource for Keys {
    fn get_secure_random_bytes(&self) -> [u8; 32] {
        self.next.take().unwrap_or_else(|| self.inner.get_secure_random_bytes())
    }
}

impl NodeSigner for Keys {
    fn ecdh(&self, of: Recipient, other: &PublicKey, tweak: Option<&Scalar>) -> Result<SharedSecret, ()> {
        let secret = self.secret_of(of)?;
        let secret = tweak.map_or(Ok(secret), |tweak| secret.mul_tweak(tweak)).map_err(|_| ())?;
        Ok(SharedSecret::new(other, &secret))
    }
    fn get_node_id(&self, of: Recipient) -> Result<PublicKey, ()> {
        Ok(self.secret_of(of)?.public_key(SECP256K1))
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
