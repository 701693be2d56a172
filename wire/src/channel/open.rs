//! Opening: funding from the chain, blocks until the node is content, `channel_ready` from both.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use lightning::bitcoin::{Amount, ScriptBuf, Transaction};
use lightning::chain::Confirm;
use lightning::events::{Event, EventsProvider};
use lightning::ln::msgs::Init;

use super::encode as kind;
use super::handle::{read, split, text};
use super::{Channel, PAYER_HEIGHT};
use crate::Result;
use crate::chain::Chain;
use crate::wallet::Wallet;

/// Gives the node's next message, or none within this time.
pub type Next<'a> = &'a mut dyn FnMut(Duration) -> Result<Option<Vec<u8>>>;

/// How long the node may take for one of its messages of opening. It polls its chain every second or so.
const PATIENCE: Duration = Duration::from_secs(40);
/// How long to wait at once for a message, before LDK's events are looked at again.
const MOMENT: Duration = Duration::from_millis(100);
/// The largest channel without `option_support_large_channel`, in sat: BOLT 2.
const SMALL: u64 = (1 << 24) - 1;
/// Six blocks, which BOLT 7 wants before a channel is announced: no node wants more for one of this size.
const BLOCKS: u32 = 6;

/// The node's `init`, which comes first: BOLT 1.
pub(super) fn their_init(next: Next<'_>) -> Result<Init> {
    let message = next(PATIENCE)?.ok_or("the node sends no init")?;
    match split(&message)? {
        (kind::INIT, body) => read(body),
        (kind::ERROR | kind::WARNING, body) => {
            Err(format!("the node says, instead of init: {}", text(body)).into())
        }
        (kind, _) => Err(format!("the node sends a message of type {kind} before init").into()),
    }
}

impl Channel {
    /// Asks for a channel of at most this capacity in sat, half of which is given to the node if `shared`, and puts its
    /// funding on the chain, not mined yet.
    ///
    /// # Errors
    /// When the node refuses, or the wallet has no such coin.
    pub fn fund(
        &mut self,
        chain: &Chain,
        wallet: &mut Wallet,
        capacity: u64,
        shared: bool,
        next: Next<'_>,
    ) -> Result<Transaction> {
        self.capacity = if self.wumbo { capacity } else { capacity.min(SMALL) };
        let push_msat = if shared { self.capacity * 500 } else { 0 };
        self.manager
            .create_channel(self.node, self.capacity, push_msat, 0, None, None)
            .map_err(|error| format!("LDK asks for no channel: {error:?}"))?;
        let end = Instant::now() + PATIENCE;
        loop {
            self.put_and_take(next, end, "it does not accept the channel")?;
            if let Some((id, script, value)) = self.wanted_funding()? {
                let funding = wallet.fund(chain, script, Amount::from_sat(value))?;
                self.manager
                    .funding_transaction_generated(id, self.node, funding)
                    .map_err(|error| format!("LDK does not take the funding: {error:?}"))?;
            }
            if let Some(funding) = self.world.take_broadcast().pop() {
                chain.broadcast(&funding)?;
                return Ok(funding);
            }
        }
    }

    /// The funding that LDK waits for: temporary channel id, script, sat.
    fn wanted_funding(&self) -> Result<Option<(lightning::ln::types::ChannelId, ScriptBuf, u64)>> {
        let events = RefCell::new(Vec::new());
        self.manager.process_pending_events(&|event| {
            events.borrow_mut().push(event);
            Ok(())
        });
        for event in events.into_inner() {
            match event {
                Event::FundingGenerationReady {
                    temporary_channel_id,
                    output_script,
                    channel_value_satoshis,
                    ..
                } => return Ok(Some((temporary_channel_id, output_script, channel_value_satoshis))),
                Event::ChannelClosed { reason, .. } => {
                    return Err(format!("the channel is not opened: {reason}").into());
                }
                _ => {}
            }
        }
        Ok(None)
    }

    /// One round of opening: says what LDK wants to say, and hands on what the node says.
    fn put_and_take(&mut self, next: Next<'_>, end: Instant, what: &str) -> Result<()> {
        let mut news = Vec::new();
        self.put_all()?;
        self.connection.flush()?;
        if let Some(message) = next(MOMENT)? {
            self.take(&message, &mut news)?;
        } else if Instant::now() > end {
            return Err(format!("the node says nothing for {} s: {what}", PATIENCE.as_secs()).into());
        }
        self.put_all()?;
        self.connection.flush()
    }

    /// How many blocks confirm a funding.
    pub const fn blocks() -> u32 {
        BLOCKS
    }

    /// Waits until both call the channel ready; its funding was mined above the height `from`.
    ///
    /// # Errors
    /// When it was not, or the node does not see it.
    pub fn ready(&mut self, chain: &Chain, funding: &Transaction, from: u32, next: Next<'_>) -> Result<()> {
        let found = chain.find(funding.compute_txid(), from)?;
        let (_, at, block) = found.ok_or("the chain mined blocks without the funding transaction")?;
        let tip = chain.block(chain.height()?)?;
        for listener in [&self.manager as &dyn Confirm, &*self.monitor as &dyn Confirm] {
            listener.transactions_confirmed(&block.header, &[(at, funding)], PAYER_HEIGHT + 1);
            listener.best_block_updated(&tip.header, PAYER_HEIGHT + BLOCKS);
        }
        self.height = PAYER_HEIGHT + BLOCKS;
        let end = Instant::now() + PATIENCE;
        loop {
            self.put_and_take(next, end, "does it follow this chain? It does not call the channel ready")?;
            if let Some(channel) = self.manager.list_usable_channels().first() {
                self.id = channel.get_outbound_payment_scid();
                self.funding = channel.funding_txo.map(|output| output.into_bitcoin_outpoint());
                return Ok(());
            }
            self.wanted_funding()?;
        }
    }
}
