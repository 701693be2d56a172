//! The clocks of a lane: from when on an HTLC without an answer is held, and from when on the node stalls.

use std::time::{Duration, Instant};

use super::Lane;
use crate::Result;
use crate::channel::Channel;
use crate::story::Wait;

/// How many times the longest answer of late an HTLC must wait before it counts as held.
const SLOWER: u32 = 3;

/// How many times longer than else it waits while the node still answers others: it may be behind with its work.
const BUSY: u32 = 4;

/// How many times longer than a stall a node that answers pings may take to commit to an HTLC.
const SLOW: u32 = 4;

/// Between two pings. BOLT 1 lets a node ignore more, and LND answers no more than one a second.
const PING_PAUSE: Duration = Duration::from_millis(1100);

/// What a lane's clocks need to know.
#[derive(Debug)]
pub(super) struct Timers {
    hold: Duration,
    stall: Duration,
    /// How long answers took of late, the slowest of them.
    slowest: Duration,
    /// When the last answer came.
    answered: Option<Instant>,
    /// When a ping was sent that has no pong yet.
    ping: Option<Instant>,
    /// When a ping was sent last.
    pinged: Option<Instant>,
    /// When the node was heard last.
    heard: Instant,
    /// The chain's height, and when it was asked.
    pub height: Option<(u32, Instant)>,
}

impl Timers {
    pub fn new(hold: Duration, stall: Duration) -> Self {
        Self {
            hold,
            stall,
            slowest: Duration::ZERO,
            answered: None,
            ping: None,
            pinged: None,
            heard: Instant::now(),
            height: None,
        }
    }

    /// The node said something.
    pub fn hear(&mut self) {
        self.heard = Instant::now();
    }

    /// An HTLC was answered after this time.
    pub fn answered(&mut self, after: Duration) {
        self.slowest = after.max(self.slowest * 15 / 16);
        self.answered = Some(Instant::now());
    }

    /// A new connection begins.
    pub fn forget(&mut self) {
        (self.slowest, self.answered) = (Duration::ZERO, None);
        (self.ping, self.pinged, self.height) = (None, None, None);
    }

    /// After how long an HTLC is held: longer on a node that is slow just now, but not for ever.
    fn hold(&self) -> Duration {
        let hold = self.hold.max((self.slowest * SLOWER).min(self.stall / 2));
        let busy = self.answered.is_some_and(|answered| answered.elapsed() < hold / 2);
        if busy { (hold * BUSY).min(self.stall).max(hold) } else { hold }
    }
}

impl Lane {
    /// A node that answers no ping, and says nothing else either, stalls. To be looked at when all is heard that it said.
    pub(super) fn check_life(&self) -> Result<()> {
        let Timers { ping, heard, stall, .. } = &self.timers;
        if ping.is_some_and(|ping| Instant::now() > ping.max(*heard) + *stall) {
            return Err(format!("the node stalls: no answer to a ping for {} s", stall.as_secs_f32()).into());
        }
        Ok(())
    }

    /// Moves on what has waited for long enough. An HTLC is held when the node has committed to it, and then says other
    /// things but nothing of this HTLC; it is pinged for that.
    pub(super) fn check_timers(&mut self) -> Result<()> {
        let (now, hold) = (Instant::now(), self.timers.hold());
        let mut committed = None;
        let mut silent = false;
        let slow = self.timers.stall * SLOW;
        let quiet = self.timers.answered.is_none_or(|answered| answered.elapsed() > slow);
        for active in self.active.values_mut() {
            match (active.story.wait, active.committed) {
                (Wait::Until(until), _) if now >= until => active.story.step(),
                (Wait::Htlc(_), None) if now > active.sent.0 + hold / 3 => {
                    let known = || self.channel.as_ref().map(Channel::committed).unwrap_or_default();
                    if committed.get_or_insert_with(known).contains(&active.sent.1) {
                        active.committed = Some(now);
                    }
                    silent |= now > active.sent.0 + hold;
                    if quiet && active.committed.is_none() && now > active.sent.0 + slow {
                        let slow = slow.as_secs_f32();
                        return Err(format!(
                            "the node answers pings, but does not commit to an HTLC for {slow} s"
                        )
                        .into());
                    }
                }
                (Wait::Htlc(number), Some(since)) if self.timers.heard > since + hold => {
                    active.story.held(number);
                    active.story.step();
                }
                (Wait::Htlc(_), Some(since)) => silent |= now > since + hold,
                _ => {}
            }
        }
        let soon = self.timers.pinged.is_some_and(|pinged| now < pinged + PING_PAUSE);
        if silent
            && !soon
            && self.timers.ping.is_none()
            && let Some(channel) = &mut self.channel
        {
            // Some nodes tell a peer nothing when they force-close, and still answer its pings.
            if channel.funding().is_some_and(|funding| self.shared.chain.is_spent(funding)) {
                return Err("the node says nothing more of the channel".into());
            }
            channel.ping();
            (self.timers.ping, self.timers.pinged) = (Some(now), Some(now));
        }
        Ok(())
    }

    /// The node is alive.
    pub(super) fn pong(&mut self) {
        self.timers.ping = None;
    }
}
