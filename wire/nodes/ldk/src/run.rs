//! The loop: blocks, peers, events, and the disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lightning::events::EventsProvider;
use lightning::sign::{NodeSigner, Recipient};
use lightning_block_sync::poll::ChainPoller;
use lightning_block_sync::{SpvClient, UnboundedCache};
use tokio::net::TcpListener;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::Result;
use crate::control;
use crate::events::answer;
use crate::node::{ChannelManager, NETWORK, Parts, Peers};
use crate::restore::{restore, save};
use crate::settings::Settings;

/// How often the chain is asked for a new block.
const POLL: Duration = Duration::from_millis(20);

/// How often LDK wants to be told that time passes (`ChannelManager::timer_tick_occurred`, `PeerManager`'s likewise, which
/// sends pings).
const CHANNEL_TICK: Duration = Duration::from_secs(60);
const PEER_TICK: Duration = Duration::from_secs(10);

/// Runs a node until SIGINT or SIGTERM.
pub async fn run(settings: &Settings) -> Result<()> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = stop.clone();
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))?;
    let parts = Parts::new(&settings.folder, &settings.chain)?;
    let chain = settings.chain.client();
    let (channels, tip) = restore(&parts, &chain).await?;
    let peers = Arc::new(parts.peers(&channels));
    let listener = TcpListener::bind(settings.listen).await?;
    let address = listener.local_addr()?;
    let accepting = tokio::spawn(accept(listener, peers.clone()));
    tokio::spawn(control::listen(control::bind(&settings.folder)?, channels.clone(), parts.store.clone()));
    let node = parts.keys.get_node_id(Recipient::Node).map_err(|()| "no node id")?;
    let ready = serde_json::json!({
        "implementation": "ldk",
        "version": env!("CARGO_PKG_VERSION"),
        "node": node.to_string(),
        "address": address.to_string(),
    });
    println!("{ready}");

    let blocks = (parts.monitor.clone(), channels.clone());
    let mut cache = UnboundedCache::new();
    let mut spv = SpvClient::new(tip, ChainPoller::new(&chain, NETWORK), &mut cache, &blocks);
    let mut poll = interval(POLL);
    poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut channel_tick, mut peer_tick) = (Instant::now(), Instant::now());
    while !stop.load(Ordering::Relaxed) {
        tokio::select! {
            () = channels.get_event_or_persistence_needed_future() => {}
            () = parts.monitor.get_update_future() => {}
            _ = poll.tick() => {
                // A chain that does not answer now may answer later.
                let _ = spv.poll_best_tip().await;
            }
        }
        turn(&parts, &channels, &peers, settings.keysend)?;
        if channel_tick.elapsed() >= CHANNEL_TICK {
            channel_tick = Instant::now();
            channels.timer_tick_occurred();
        }
        if peer_tick.elapsed() >= PEER_TICK {
            peer_tick = Instant::now();
            peers.timer_tick_occurred();
        }
    }
    // Nobody may come back: what a channel does after the channels are saved would be news to them, and LDK closes a channel
    // whose monitor knows more than they do.
    accepting.abort();
    let _ = accepting.await;
    peers.disconnect_all_peers();
    save(&parts, &channels)
}

/// One turn: decide, tell the peers, and write down what changed.
fn turn(parts: &Parts, channels: &ChannelManager, peers: &Peers, keysend: bool) -> Result<()> {
    let handler = |event| answer(event, keysend, channels, parts);
    // HTLCs that are decoded here may become events, and claimed ones messages: LDK's own loop waits a random while
    // before, so that HTLCs come in batches, which hides who forwards for whom. A payee forwards nothing.
    if channels.needs_pending_htlc_processing() {
        channels.process_pending_htlc_forwards();
    }
    channels.process_pending_events(&handler);
    parts.monitor.process_pending_events(&handler);
    peers.process_events();
    if channels.get_and_clear_needs_persistence() {
        save(parts, channels)?;
    }
    Ok(())
}

async fn accept(listener: TcpListener, peers: Arc<Peers>) {
    while let Ok((stream, _)) = listener.accept().await {
        // Without it small messages wait for acknowledgements of those before.
        let _ = stream.set_nodelay(true);
        if let Ok(stream) = stream.into_std() {
            tokio::spawn(lightning_net_tokio::setup_inbound(peers.clone(), stream));
        }
    }
}
