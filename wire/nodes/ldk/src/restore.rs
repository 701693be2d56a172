//! The channels as they were when the node ended, brought to the chain's last block.

use std::io::Cursor;
use std::sync::Arc;

use lightning::bitcoin::BlockHash;
use lightning::chain::Listen;
use lightning::ln::channelmanager::ChannelManagerReadArgs;
use lightning::util::persist::{
    CHANNEL_MANAGER_PERSISTENCE_KEY as KEY, CHANNEL_MANAGER_PERSISTENCE_PRIMARY_NAMESPACE as PRIMARY,
    CHANNEL_MANAGER_PERSISTENCE_SECONDARY_NAMESPACE as SECONDARY, KVStoreSync, read_channel_monitors,
};
use lightning::util::ser::{ReadableArgs, Writeable};
use lightning_block_sync::UnboundedCache;
use lightning_block_sync::init::{synchronize_listeners, validate_best_block_header};
use lightning_block_sync::poll::ValidatedBlockHeader;
use lightning_block_sync::rpc::RpcClient;

use crate::Result;
use crate::node::{ChannelManager, NETWORK, Parts, config};

/// The channels, and the block that they know of: those on disk, or none at the chain's last block.
pub async fn restore(
    parts: &Parts,
    chain: &RpcClient,
) -> Result<(Arc<ChannelManager>, ValidatedBlockHeader)> {
    let Ok(bytes) = parts.store.read(PRIMARY, SECONDARY, KEY) else {
        let tip = validate_best_block_header(chain).await.map_err(|error| error.into_inner())?;
        return Ok((Arc::new(parts.fresh(tip.to_best_block())), tip));
    };
    let monitors = read_channel_monitors(parts.store.clone(), parts.keys.clone(), parts.keys.clone())?;
    let arguments = ChannelManagerReadArgs::new(
        parts.keys.clone(),
        parts.keys.clone(),
        parts.keys.clone(),
        parts.fees.clone(),
        parts.monitor.clone(),
        parts.broadcaster.clone(),
        parts.router.clone(),
        parts.message_router.clone(),
        parts.log.clone(),
        config(),
        monitors.iter().map(|(_, monitor)| monitor).collect(),
    );
    let read = <(BlockHash, ChannelManager)>::read(&mut Cursor::new(bytes), arguments);
    let (known, channels) = read.map_err(|error| format!("the channels on disk: {error}"))?;
    let world = |monitor| (monitor, parts.broadcaster.clone(), parts.fees.clone(), parts.log.clone());
    let monitors: Vec<_> = monitors.into_iter().map(|(known, monitor)| (known, world(monitor))).collect();
    let mut listeners = vec![(known, &channels as &(dyn Listen + Send + Sync))];
    listeners
        .extend(monitors.iter().map(|(known, monitor)| (*known, monitor as &(dyn Listen + Send + Sync))));
    let tip = synchronize_listeners(chain, NETWORK, &mut UnboundedCache::new(), listeners).await;
    let tip = tip.map_err(|error| error.into_inner())?;
    for (_, (monitor, ..)) in monitors {
        let id = monitor.channel_id();
        parts
            .monitor
            .load_existing_monitor(id, monitor)
            .map_err(|()| format!("channel {id} is there twice"))?;
    }
    Ok((Arc::new(channels), tip))
}

/// Writes the channels to disk.
pub fn save(parts: &Parts, channels: &ChannelManager) -> Result<()> {
    Ok(parts.store.write(PRIMARY, SECONDARY, KEY, channels.encode())?)
}
