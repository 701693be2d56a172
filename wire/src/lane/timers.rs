//! The clocks of a lane: from when on an HTLC without an answer is held, and from when on the node stalls.

use std::time::{Duration, Instant};

use super::Lane;
use crate::Result;
use crate::story::Wait;

/// How many times the longest answer of late an HTLC must wait before it counts as held.
const SLOWER: u32 = 3;

/// What a lane's clocks need to know.
#[derive(Debug)]
pub(super) struct Timers {
    hold: Duration,
    stall: Duration,
    /// How long answers took of late, the slowest of them.
    slowest: Duration,
    /// When a ping was sent that has no pong yet.
    ping: Option<Instant>,
    /// When the node was heard last.
    heard: Instant,
    /// The chain's height, and when it was asked.
    pub height: Option<(u32, Instant)>,
}

impl Timers {
    pub fn new(hold: Duration, stall: Duration) -> Self {
        Self { hold, stall, slowest: Duration::ZERO, ping: None, heard: Instant::now(), height: None }
    }

    /// The node said something.
    pub fn hear(&mut self) {
        self.heard = Instant::now();
    }

    /// An HTLC was answered after this time.
    pub fn answered(&mut self, after: Duration) {
        self.slowest = after.max(self.slowest * 15 / 16);
    }

    /// A new connection begins.
    pub fn forget(&mut self) {
        (self.slowest, self.ping, self.height) = (Duration::ZERO, None, None);
    }

    /// After how long an HTLC is held: longer on a node that is slow just now, but not for ever.
    fn hold(&self) -> Duration {
        self.hold.max((self.slowest * SLOWER).min(self.stall / 2))
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

    /// Moves on what has waited for long enough, and pings the node where an HTLC has no answer.
    pub(super) fn check_timers(&mut self) {
        let now = Instant::now();
        let hold = self.timers.hold();
        let mut late = false;
        for active in self.active.values_mut() {
            match active.story.wait {
                Wait::Until(until) if now >= until => active.story.step(),
                // First it is seen that the node has committed to the HTLC, then that it does not answer it all the same.
                Wait::Htlc(_) => {
                    let since = active.committed.map_or(active.sent.0 + hold / 3, |since| since + hold);
                    late |= now > since;
                }
                _ => {}
            }
        }
        if late
            && self.timers.ping.is_none()
            && let Some(channel) = &mut self.channel
        {
            channel.ping();
            self.timers.ping = Some(now);
        }
    }

    /// The node is alive: what it had committed to long before the ping, and has not answered, it holds.
    pub(super) fn pong(&mut self) {
        let Some(ping) = self.timers.ping.take() else { return };
        let hold = self.timers.hold();
        let Some(channel) = &self.channel else { return };
        for active in self.active.values_mut() {
            let Wait::Htlc(number) = active.story.wait else { continue };
            match active.committed {
                Some(since) if ping > since + hold => {
                    active.story.held(number);
                    active.story.step();
                }
                None if channel.committed(active.sent.1) => active.committed = Some(Instant::now()),
                _ => {}
            }
        }
    }
}
