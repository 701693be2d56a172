//! How a lane gets its channel, hears the node, and loses the channel again.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use lightning::bitcoin::Transaction;

use super::{Lane, ToLane};
use crate::Result;
use crate::channel::{Channel, News};
use crate::connection::Incoming;
use crate::hook;

/// How long a node that is gone is waited for. With a command that starts it again, longer.
const PATIENCE: Duration = Duration::from_millis(2500);
const PATIENCE_AFTER_RESTART: Duration = Duration::from_secs(30);
/// Between two tries to connect.
const PAUSE: Duration = Duration::from_millis(100);

/// A channel whose funding is not mined yet.
pub struct Opening {
    channel: Channel,
    funding: Transaction,
    from: u32,
}

impl Lane {
    /// Hears the node for this long at most, or less if it says something; hands on what LDK replies.
    pub(super) fn hear(&mut self, within: Duration) -> (Vec<News>, Result<()>) {
        let mut news = Vec::new();
        let result = self.hear_into(within, &mut news);
        (news, result)
    }

    fn hear_into(&mut self, within: Duration, news: &mut Vec<News>) -> Result<()> {
        let mut next = self.inbox.recv_timeout(within).ok();
        while let Some(told) = next {
            match told {
                ToLane::Job(job) => self.queue.push_back(job),
                ToLane::Incoming(generation, incoming) if generation == self.generation => match incoming {
                    Incoming::Message(message) => {
                        self.timers.hear();
                        if let Some(channel) = &mut self.channel {
                            channel.take(&message, news)?;
                        }
                    }
                    Incoming::Lost(why) => return Err(why.into()),
                },
                ToLane::Incoming(..) => {}
                ToLane::Invoice(id, issued) => self.issued(id, issued),
            }
            next = self.inbox.try_recv().ok();
        }
        self.channel.as_mut().map_or(Ok(()), |channel| channel.flush(news))
    }

    /// Connects and puts the funding of a channel on the chain.
    ///
    /// # Errors
    /// When the node, the chain or the wallet is not up to it.
    pub fn begin(&mut self) -> Result<Opening> {
        self.drop_channel();
        let generation = self.generation;
        let own = self.own.clone();
        let hand_on = move |incoming| own.send(ToLane::Incoming(generation, incoming)).is_ok();
        let (inbox, queue) = (&self.inbox, &mut self.queue);
        let mut next = |within| next_message(inbox, generation, within, &mut |job| queue.push_back(job));
        let options = &self.shared.options;
        let (address, network) = (&options.address, self.shared.chain.network);
        let mut channel =
            Channel::connect(address, options.node, self.shared.fresh(), network, hand_on, &mut next)?;
        let chain = &self.shared.chain;
        let from = chain.height()?;
        let funding = channel.fund(chain, &mut self.shared.wallet(), options.capacity, false, &mut next)?;
        Ok(Opening { channel, funding, from })
    }

    /// Waits for the channel to be ready, after [`Channel::blocks`] blocks were mined, and for the node to be where the
    /// chain is.
    ///
    /// # Errors
    /// When the node does not follow this chain.
    pub fn finish(&mut self, opening: Opening) -> Result<()> {
        let Opening { mut channel, funding, from } = opening;
        let (inbox, queue, generation) = (&self.inbox, &mut self.queue, self.generation);
        let mut next = |within| next_message(inbox, generation, within, &mut |job| queue.push_back(job));
        channel.ready(&self.shared.chain, &funding, from, &mut next)?;
        self.channel = Some(channel);
        let height = self.shared.chain.height()?;
        self.follow(height)
    }

    /// Sees to it that there is a channel.
    pub(super) fn ensure_channel(&mut self) -> Result<()> {
        if self.channel.is_some() {
            return Ok(());
        }
        let mut patience = if self.down { Duration::ZERO } else { PATIENCE };
        if let Some(words) = self.shared.options.restart_command.as_ref().filter(|_| self.begin_is_hopeless())
        {
            hook::restart(words)?;
            patience = PATIENCE_AFTER_RESTART;
        }
        let end = Instant::now() + patience;
        let opening = loop {
            match self.begin() {
                Ok(opening) => break opening,
                Err(why) if Instant::now() + PAUSE > end => {
                    self.down = true;
                    return Err(why);
                }
                Err(_) => std::thread::sleep(PAUSE),
            }
        };
        self.shared.mine(Channel::blocks())?;
        self.finish(opening).inspect_err(|_| self.drop_channel())?;
        self.down = false;
        Ok(())
    }

    /// Whether nobody listens where the node was.
    fn begin_is_hopeless(&self) -> bool {
        std::net::TcpStream::connect(&self.shared.options.address).is_err()
    }

    /// Forgets the channel and the connection: what still comes from them is of an older generation.
    pub(super) fn drop_channel(&mut self) {
        self.channel = None;
        self.generation += 1;
        self.tags.clear();
        self.timers.forget();
    }
}

/// The next message of a connection; cases that come meanwhile are put aside.
fn next_message(
    inbox: &Receiver<ToLane>,
    of: u64,
    within: Duration,
    aside: &mut dyn FnMut(super::Job),
) -> Result<Option<Vec<u8>>> {
    let end = Instant::now() + within;
    loop {
        match inbox.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(ToLane::Job(job)) => aside(job),
            Ok(ToLane::Incoming(generation, Incoming::Message(message))) if generation == of => {
                return Ok(Some(message));
            }
            Ok(ToLane::Incoming(generation, Incoming::Lost(why))) if generation == of => {
                return Err(why.into());
            }
            // Of a connection, or of a case, that is no more.
            Ok(ToLane::Incoming(..) | ToLane::Invoice(..)) => {}
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Ok(None),
        }
    }
}
