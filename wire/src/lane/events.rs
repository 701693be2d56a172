//! The events of a case: an HTLC is sent, blocks are mined, time passes, an invoice is issued.

use std::time::{Duration, Instant};

use spontan::protocol::Content;
use spontan::protocol::operation::Event;

use super::{GRACE, Issued, Lane, ToLane};
use crate::Result;
use crate::case::unsupported;
use crate::story::Wait;

/// How long a node may take to act on blocks that it has seen.
const BLOCKS: Duration = Duration::from_secs(1);

impl Lane {
    /// Lets the next event of a case happen; answers after the last.
    pub(super) fn event(&mut self, id: u64) -> Result<()> {
        let Some(active) = self.active.get_mut(&id) else { return Ok(()) };
        match active.story.event().cloned() {
            None => {
                if let Some(mut active) = self.active.remove(&id) {
                    self.careful = self.careful.saturating_sub(1);
                    let content = active.story.answer();
                    self.answer(active.job.seq, content);
                }
            }
            Some(Event::Htlc { .. }) => match active.story.remake(&self.shared.node) {
                Ok((number, htlc)) => {
                    let channel = self.channel.as_mut().ok_or("the channel is gone")?;
                    let tag = channel.add(&htlc)?;
                    (active.sent, active.committed) = ((Instant::now(), tag), None);
                    self.tags.insert(tag, (id, number));
                }
                Err(why) => self.give_up(id, unsupported(why.to_string())),
            },
            Some(Event::Height { height }) => {
                let target = active.story.go_to(height);
                let now = self.shared.chain.height()?;
                self.shared.mine(target.saturating_sub(now))?;
                self.follow(target)?;
                let holds = self.active.get(&id).is_some_and(|active| active.story.holds());
                self.after_event(id, if holds { BLOCKS } else { Duration::ZERO });
            }
            Some(Event::Time { seconds }) => self.after_event(id, Duration::from_secs(seconds.into())),
            Some(Event::Invoice { preimage, payment_secret, amount_msat }) => {
                let lengths = (preimage.0.as_slice().try_into(), payment_secret.0.as_slice().try_into());
                let (Ok(preimage), Ok(old)) = lengths else {
                    self.give_up(id, Content::error("the invoice's preimage or secret has not 32 bytes"));
                    return Ok(());
                };
                active.story.wait = Wait::Invoice;
                let on_node = active.story.invoice(&preimage);
                let (shared, own) = (self.shared.clone(), self.own.clone());
                // In a thread: the node's other HTLCs do not wait for the command.
                std::thread::spawn(move || {
                    let new = shared.invoice(on_node, amount_msat.map(|amount| amount.0));
                    let issued = new.map(|new| Issued { preimage, old, new }).map_err(|why| why.to_string());
                    let _ = own.send(ToLane::Invoice(id, issued));
                });
            }
            Some(Event::Settings { .. }) => self.give_up(id, unsupported("settings stay as they are")),
        }
        Ok(())
    }

    /// The invoice is issued, or not.
    pub(super) fn issued(&mut self, id: u64, issued: std::result::Result<Issued, String>) {
        match issued {
            Ok(Issued { preimage, old, new }) => {
                if let Some(active) = self.active.get_mut(&id) {
                    active.story.rename_secret(&preimage, old, new);
                    active.story.step();
                }
            }
            Err(why) => self.give_up(id, Content::error(why)),
        }
    }

    /// The event is over after this time, and when what the node holds has had the time to be decided by it.
    fn after_event(&mut self, id: u64, time: Duration) {
        let Some(active) = self.active.get_mut(&id) else { return };
        if time.is_zero() && !active.story.holds() {
            active.story.step();
        } else {
            active.story.wait = Wait::Until(Instant::now() + time + GRACE);
        }
    }

    pub(super) fn give_up(&mut self, id: u64, content: Content) {
        if let Some(active) = self.active.remove(&id) {
            self.careful = self.careful.saturating_sub(1);
            self.answer(active.job.seq, content);
        }
    }
}
