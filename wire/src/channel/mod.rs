//! One channel to the node under test. LDK's `ChannelManager` keeps it; what goes over the wire is encoded in
//! [`encode`], so that an HTLC carries any 1366 bytes as its packet. The packet is no part of the commitment
//! transaction, so neither side's signatures notice.

mod encode;
mod handle;
mod open;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use lightning::bitcoin::hashes::{Hash, sha256};
use lightning::bitcoin::secp256k1::{PublicKey, SecretKey};
use lightning::bitcoin::{BlockHash, Network, OutPoint};
use lightning::chain::chainmonitor::ChainMonitor;
use lightning::chain::{BestBlock, Filter};
use lightning::events::{Event, EventsProvider, PaymentPurpose};
use lightning::ln::channelmanager::{ChainParameters, ChannelManager, PaymentId, RecipientOnionFields};
use lightning::ln::msgs::{BaseMessageHandler, Init};
use lightning::routing::router::{Path, Route, RouteHop};
use lightning::sign::{InMemorySigner, KeysManager, NodeSigner};
use lightning::types::features::{ChannelFeatures, NodeFeatures};
use lightning::types::payment::{PaymentHash, PaymentPreimage};
use lightning::util::config::{MaxDustHTLCExposure, UserConfig};
use lightning::util::ser::Writeable;

pub use open::Next;

use crate::Result;
use crate::connection::{Connection, Incoming};

type Outside = Arc<crate::world::World>;
type Keys = Arc<KeysManager>;
type NoFilter = &'static (dyn Filter + Send + Sync);
type Monitor = ChainMonitor<InMemorySigner, NoFilter, Outside, Outside, Outside, Outside, Keys>;
type Manager = ChannelManager<Arc<Monitor>, Outside, Keys, Keys, Keys, Outside, Outside, Outside, Outside>;

/// The payer's height when it starts, in blocks. It sees no block but those that confirm its funding, so that no expiry
/// of a case is too soon for the payer, which would then not send it.
const PAYER_HEIGHT: u32 = 1;
/// From this number on `cltv_expiry` would be a time: BOLT 2, "Adding an HTLC".
const EXPIRY_BOUND: u32 = 500_000_000;

/// How many HTLCs each side may have in flight: BOLT 2's bound.
const MAX_ACCEPTED: u16 = 483;

/// An HTLC as the node is to see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Htlc {
    /// In msat.
    pub amount: u64,
    /// The payment hash.
    pub hash: [u8; 32],
    /// `cltv_expiry`, in blocks.
    pub expiry: u32,
    /// `onion_routing_packet`: 1366 bytes.
    pub packet: Vec<u8>,
    /// `path_key`, if there is one.
    pub path_key: Option<[u8; 33]>,
}

/// An HTLC that the node offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// In msat.
    pub amount: u64,
    /// The payment hash.
    pub hash: [u8; 32],
    /// `cltv_expiry`, in blocks.
    pub expiry: u32,
    /// `onion_routing_packet`: 1366 bytes.
    pub packet: Vec<u8>,
    /// Is there a `path_key`?
    pub path_key: bool,
}

/// The number of a try to add an HTLC. The HTLC's own number is known once LDK has added it.
pub type Tag = u64;

/// A try, and the packet and path key that its HTLC has on the wire.
type Replacement = (Tag, Vec<u8>, Option<[u8; 33]>);

/// What the node said of an HTLC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// `update_fulfill_htlc`, with the preimage.
    Fulfill([u8; 32]),
    /// `update_fail_htlc`, with the encrypted reason.
    Fail(Vec<u8>),
    /// `update_fail_malformed_htlc`: `failure_code` and `sha256_of_onion`.
    Malformed(u16, [u8; 32]),
}

/// What came of the node's messages and of LDK's events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// The node answered an HTLC.
    Said(Tag, Said),
    /// LDK does not add this HTLC.
    Refused(Tag),
    /// The node offers an HTLC.
    Offered(Offer),
    /// A keysend of the node's with this preimage waits to be claimed or refused.
    Claimable([u8; 32]),
    /// The answer to our ping.
    Pong,
    /// A `warning`, which ends nothing.
    Warning(String),
}

/// A channel and the connection that it is on.
pub struct Channel {
    world: Outside,
    manager: Manager,
    monitor: Arc<Monitor>,
    connection: Connection,
    /// Our node's key.
    secret: SecretKey,
    node: PublicKey,
    /// What stands in place of LDK's packet in the HTLCs that LDK is about to add, by payment hash.
    packets: HashMap<[u8; 32], VecDeque<Replacement>>,
    /// The try behind each HTLC's number.
    tags: HashMap<u64, Tag>,
    /// Tries that LDK has not added yet.
    waiting: HashMap<Tag, [u8; 32]>,
    tries: Tag,
    height: u32,
    /// In sat.
    capacity: u64,
    /// What LDK routes by; none before the channel is ready.
    id: Option<u64>,
    funding: Option<OutPoint>,
    wumbo: bool,
}

impl Channel {
    /// Connects to the node and exchanges `init`. `seed` gives the payer's keys and must be fresh. Messages come through
    /// `next`, to which the reading thread hands them by `hand_on`.
    ///
    /// # Errors
    /// When there is no connection, or LDK and the node have no features in common.
    pub fn connect(
        address: &str,
        node: PublicKey,
        seed: [u8; 32],
        network: Network,
        hand_on: impl FnMut(Incoming) -> bool + Send + 'static,
        next: Next<'_>,
    ) -> Result<Self> {
        let world = Outside::default();
        let keys = Arc::new(KeysManager::new(&seed, 0, 0, true));
        let secret = keys.get_node_secret_key();
        let ephemeral = fresh_key(&seed)?;
        let mut connection = Connection::open(address, &secret, &node, ephemeral, hand_on)?;
        let monitor = Arc::new(ChainMonitor::new(
            None,
            world.clone(),
            world.clone(),
            world.clone(),
            world.clone(),
            keys.clone(),
            keys.get_peer_storage_key(),
        ));
        let best_block = BestBlock::new(BlockHash::all_zeros(), PAYER_HEIGHT);
        let manager = ChannelManager::new(
            world.clone(),
            monitor.clone(),
            world.clone(),
            world.clone(),
            world.clone(),
            world.clone(),
            keys.clone(),
            keys.clone(),
            keys,
            config(),
            ChainParameters { network, best_block },
            0,
        );
        let ours = Init {
            features: manager.provided_init_features(node),
            networks: None,
            remote_network_address: None,
        };
        connection.put(&[&encode::INIT.to_be_bytes()[..], &ours.encode()].concat());
        connection.flush()?;
        let theirs = open::their_init(next)?;
        manager
            .peer_connected(node, &theirs, false)
            .map_err(|()| "the node asks for a feature that LDK does not have")?;
        Ok(Self {
            world,
            manager,
            monitor,
            connection,
            secret,
            node,
            packets: HashMap::new(),
            tags: HashMap::new(),
            waiting: HashMap::new(),
            tries: 0,
            height: PAYER_HEIGHT,
            capacity: 0,
            id: None,
            funding: None,
            wumbo: theirs.features.supports_wumbo(),
        })
    }

    /// Why the payer can never add such an HTLC to this channel, if it cannot.
    pub fn never(&self, htlc: &Htlc) -> Option<String> {
        if htlc.amount == 0 {
            return Some("BOLT 2 lets no payer add an HTLC of 0 msat, and LDK adds none".into());
        }
        if htlc.amount / 1000 > self.capacity {
            return Some(format!("{} msat are more than the channel's {} sat", htlc.amount, self.capacity));
        }
        if htlc.expiry <= self.height + 1 || htlc.expiry >= EXPIRY_BOUND {
            return Some(format!("BOLT 2 lets no payer add an HTLC that expires in block {}", htlc.expiry));
        }
        None
    }

    /// Adds an HTLC, at the next [`Channel::flush`] or as soon as LDK can.
    ///
    /// # Errors
    /// When the channel is gone.
    pub fn add(&mut self, htlc: &Htlc) -> Result<Tag> {
        let hop = RouteHop {
            pubkey: self.node,
            node_features: NodeFeatures::empty(),
            short_channel_id: self.id.ok_or("the channel is not ready")?,
            channel_features: ChannelFeatures::empty(),
            fee_msat: htlc.amount,
            // LDK counts from the block after its own.
            cltv_expiry_delta: htlc.expiry.saturating_sub(self.height + 1),
            maybe_announced_channel: false,
        };
        let route = Route { paths: vec![Path { hops: vec![hop], blinded_tail: None }], route_params: None };
        let tag = self.tries;
        self.tries += 1;
        let mut id = [0; 32];
        id[..8].copy_from_slice(&tag.to_be_bytes());
        self.packets.entry(htlc.hash).or_default().push_back((tag, htlc.packet.clone(), htlc.path_key));
        self.waiting.insert(tag, htlc.hash);
        // What LDK says against it comes as an event.
        let fields = RecipientOnionFields::spontaneous_empty();
        let _ = self.manager.send_payment_with_route(route, PaymentHash(htlc.hash), fields, PaymentId(id));
        Ok(tag)
    }

    /// The output that funds it, once it is ready.
    pub const fn funding(&self) -> Option<OutPoint> {
        self.funding
    }

    /// Our node's key, by which the node pays us.
    pub const fn secret(&self) -> &SecretKey {
        &self.secret
    }

    /// Claims a keysend.
    pub fn claim(&self, preimage: [u8; 32]) {
        // What its custom records mean is not ours to know, even if their types are even.
        self.manager.claim_funds_with_known_custom_tlvs(PaymentPreimage(preimage));
    }

    /// Fails a keysend back.
    pub fn refuse(&self, preimage: [u8; 32]) {
        self.manager.fail_htlc_backwards(&PaymentPreimage(preimage).into());
    }

    /// What we have and may spend, in msat; none while an HTLC of the node's is under way.
    pub fn balance(&self) -> Option<u64> {
        let channel = self.manager.list_channels().into_iter().next()?;
        channel.pending_inbound_htlcs.is_empty().then_some(channel.outbound_capacity_msat)
    }

    /// Asks the node for a sign of life.
    pub fn ping(&mut self) {
        // One byte back, none of padding.
        self.connection.put(&[&encode::PING.to_be_bytes()[..], &[0, 1, 0, 0]].concat());
    }

    /// The tries whose HTLCs the node has committed to for good, so that it can no longer be merely late with that.
    pub fn committed(&self) -> HashSet<Tag> {
        use lightning::ln::channel_state::OutboundHTLCStateDetails as State;
        let channels = self.manager.list_channels();
        let htlcs = channels.iter().flat_map(|channel| &channel.pending_outbound_htlcs);
        let committed = htlcs.filter(|htlc| matches!(htlc.state, Some(State::Committed)));
        committed.filter_map(|htlc| self.tags.get(&htlc.htlc_id?).copied()).collect()
    }

    /// Whether the node has an HTLC that it has not answered.
    pub fn holds(&self) -> bool {
        self.manager.list_channels().iter().any(|channel| !channel.pending_outbound_htlcs.is_empty())
    }

    /// Takes LDK's events: the tries that it refuses, and what the node pays.
    fn take_events(&mut self, news: &mut Vec<News>) -> Result<()> {
        self.manager.process_pending_htlc_forwards();
        let events = RefCell::new(Vec::new());
        self.manager.process_pending_events(&|event| {
            events.borrow_mut().push(event);
            Ok(())
        });
        self.monitor.process_pending_events(&|_: Event| Ok(()));
        for event in events.into_inner() {
            match event {
                Event::PaymentPathFailed { payment_id: Some(id), .. }
                | Event::PaymentFailed { payment_id: id, .. } => {
                    let tag = id.0.first_chunk().map_or(Tag::MAX, |bytes| Tag::from_be_bytes(*bytes));
                    // An HTLC that was added fails by the node's word, which came first.
                    if let Some(hash) = self.waiting.remove(&tag) {
                        if let Some(queue) = self.packets.get_mut(&hash) {
                            queue.retain(|(other, ..)| *other != tag);
                        }
                        news.push(News::Refused(tag));
                    }
                }
                Event::PaymentClaimable { purpose: PaymentPurpose::SpontaneousPayment(preimage), .. } => {
                    news.push(News::Claimable(preimage.0))
                }
                Event::ChannelClosed { reason, .. } => {
                    return Err(format!("the channel is closed: {reason}").into());
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// A secret key that no other connection has.
fn fresh_key(seed: &[u8; 32]) -> Result<SecretKey> {
    let digest = sha256::Hash::hash(&[&seed[..], b"ephemeral"].concat());
    SecretKey::from_slice(digest.as_byte_array()).map_err(|error| error.to_string().into())
}

/// A payer that limits nothing by itself.
fn config() -> UserConfig {
    let mut config = UserConfig::default();
    config.channel_handshake_config.max_inbound_htlc_value_in_flight_percent_of_channel = 100;
    config.channel_handshake_config.our_max_accepted_htlcs = MAX_ACCEPTED;
    config.channel_handshake_limits.max_funding_satoshis = u64::MAX;
    config.channel_config.max_dust_htlc_exposure = MaxDustHTLCExposure::FixedLimitMsat(u64::MAX / 4);
    config
}
