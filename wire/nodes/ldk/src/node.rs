//! LDK's parts, put together as its documentation has them; nothing is replaced.

use std::fs;
use std::path::Path;
use std::sync::{Arc, RwLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lightning::bitcoin::Network;
use lightning::chain::{BestBlock, Filter, chainmonitor};
use lightning::ln::channelmanager::{ChainParameters, SimpleArcChannelManager};
use lightning::ln::peer_handler::{IgnoringMessageHandler, MessageHandler, PeerManager};
use lightning::onion_message::messenger::DefaultMessageRouter;
use lightning::routing::gossip::NetworkGraph;
use lightning::routing::router::DefaultRouter;
use lightning::routing::scoring::{
    ProbabilisticScorer, ProbabilisticScoringDecayParameters, ProbabilisticScoringFeeParameters,
};
use lightning::sign::{EntropySource, InMemorySigner, KeysManager, NodeSigner};
use lightning::util::config::UserConfig;
use lightning::util::logger::{Level, Logger, Record};
use lightning_net_tokio::SocketDescriptor;
use lightning_persister::fs_store::FilesystemStore;

use crate::Result;
use crate::chain::{Broadcaster, LowestFee, Url};

/// The chain that everything is on.
pub const NETWORK: Network = Network::Regtest;

/// More than all coins, in satoshi: no channel is too large.
const ANY_FUNDING: u64 = 21_000_000 * 100_000_000;

/// LDK's log on stderr, from warnings on; with `LDK_LOG` in the environment, all of it.
pub struct Log {
    least: Level,
}

impl Logger for Log {
    fn log(&self, record: Record) {
        if record.level >= self.least {
            eprintln!("{:5} {}", record.level, record.args);
        }
    }
}

pub type ChainMonitor = chainmonitor::ChainMonitor<
    InMemorySigner,
    Arc<dyn Filter + Send + Sync>,
    Arc<Broadcaster>,
    Arc<LowestFee>,
    Arc<Log>,
    Arc<FilesystemStore>,
    Arc<KeysManager>,
>;
pub type ChannelManager = SimpleArcChannelManager<ChainMonitor, Broadcaster, LowestFee, Log>;
type Graph = NetworkGraph<Arc<Log>>;
type Scorer = ProbabilisticScorer<Arc<Graph>, Arc<Log>>;
pub type Router = DefaultRouter<
    Arc<Graph>,
    Arc<Log>,
    Arc<KeysManager>,
    Arc<RwLock<Scorer>>,
    ProbabilisticScoringFeeParameters,
    Scorer,
>;
pub type MessageRouter = DefaultMessageRouter<Arc<Graph>, Arc<Log>, Arc<KeysManager>>;
/// Gossip, onion messages and messages of one's own play no part in a payment over one channel.
pub type Peers = PeerManager<
    SocketDescriptor,
    Arc<ChannelManager>,
    IgnoringMessageHandler,
    IgnoringMessageHandler,
    Arc<Log>,
    IgnoringMessageHandler,
    Arc<KeysManager>,
    Arc<ChainMonitor>,
>;

/// What is there before the channels are.
pub struct Parts {
    pub keys: Arc<KeysManager>,
    pub log: Arc<Log>,
    pub fees: Arc<LowestFee>,
    pub broadcaster: Arc<Broadcaster>,
    pub store: Arc<FilesystemStore>,
    pub monitor: Arc<ChainMonitor>,
    pub router: Arc<Router>,
    pub message_router: Arc<MessageRouter>,
}

impl Parts {
    /// Reads the node's seed from its folder, or makes both.
    pub fn new(folder: &Path, chain: &Url) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let since = now();
        let keys = KeysManager::new(&seed(folder)?, since.as_secs(), since.subsec_nanos(), true);
        let keys = Arc::new(keys);
        let least = if std::env::var_os("LDK_LOG").is_some() { Level::Gossip } else { Level::Warn };
        let log = Arc::new(Log { least });
        let fees = Arc::new(LowestFee);
        let broadcaster = Arc::new(Broadcaster::new(chain.client()));
        let store = Arc::new(FilesystemStore::new(folder.join("channels")));
        let monitor = Arc::new(ChainMonitor::new(
            None,
            broadcaster.clone(),
            log.clone(),
            fees.clone(),
            store.clone(),
            keys.clone(),
            keys.get_peer_storage_key(),
        ));
        let graph = Arc::new(NetworkGraph::new(NETWORK, log.clone()));
        let decay = ProbabilisticScoringDecayParameters::default();
        let scorer = Arc::new(RwLock::new(ProbabilisticScorer::new(decay, graph.clone(), log.clone())));
        let fee_parameters = ProbabilisticScoringFeeParameters::default();
        let router = DefaultRouter::new(graph.clone(), log.clone(), keys.clone(), scorer, fee_parameters);
        let router = Arc::new(router);
        let message_router = Arc::new(MessageRouter::new(graph, keys.clone()));
        Ok(Self { keys, log, fees, broadcaster, store, monitor, router, message_router })
    }

    /// A node without channels, which knows no block before this one.
    pub fn fresh(&self, best_block: BestBlock) -> ChannelManager {
        ChannelManager::new(
            self.fees.clone(),
            self.monitor.clone(),
            self.broadcaster.clone(),
            self.router.clone(),
            self.message_router.clone(),
            self.log.clone(),
            self.keys.clone(),
            self.keys.clone(),
            self.keys.clone(),
            config(),
            ChainParameters { network: NETWORK, best_block },
            now().as_secs() as u32,
        )
    }

    /// The connections to peers.
    pub fn peers(&self, channels: &Arc<ChannelManager>) -> Peers {
        let handlers = MessageHandler {
            chan_handler: channels.clone(),
            route_handler: IgnoringMessageHandler {},
            onion_message_handler: IgnoringMessageHandler {},
            custom_message_handler: IgnoringMessageHandler {},
            send_only_message_handler: self.monitor.clone(),
        };
        let random = self.keys.get_secure_random_bytes();
        Peers::new(handlers, now().as_secs() as u32, &random, self.log.clone(), self.keys.clone())
    }
}

/// LDK's own settings, but for the channels that are taken: of any size, ready after one block, and used in full.
pub fn config() -> UserConfig {
    // LDK takes channels with anchors only if the program decides on each.
    let mut config = UserConfig { manually_accept_inbound_channels: true, ..UserConfig::default() };
    config.channel_handshake_config.minimum_depth = 1;
    config.channel_handshake_config.negotiate_anchors_zero_fee_htlc_tx = true;
    config.channel_handshake_config.max_inbound_htlc_value_in_flight_percent_of_channel = 100;
    config.channel_handshake_limits.max_funding_satoshis = ANY_FUNDING;
    config.channel_handshake_limits.force_announced_channel_preference = false;
    config
}

fn seed(folder: &Path) -> Result<[u8; 32]> {
    let file = folder.join("seed");
    if let Ok(bytes) = fs::read(&file) {
        return bytes.try_into().map_err(|_| "the seed is not 32 bytes".into());
    }
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| error.to_string())?;
    fs::write(&file, seed)?;
    Ok(seed)
}

/// Time since 1970.
pub fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
