//! One channel and the cases that are put to it, in a thread of its own: starts them, moves them on, and has a new
//! channel opened when one is lost.

mod events;
mod link;
mod probe;
mod timers;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use spontan::protocol::{Answer, Content};

use crate::Result;
use crate::case::{Case, unsupported};
use crate::channel::{Channel, News, Tag};
use crate::connection::Incoming;
use crate::shared::Shared;
use crate::story::{Story, Wait};

/// How long the lane waits at once while cases are under way.
const TICK: Duration = Duration::from_millis(20);
/// How long a case may wait for others that go into one commitment with it.
const GATHER: Duration = Duration::from_millis(100);
/// How long after an event the HTLCs that a node holds may still be decided by it.
const GRACE: Duration = Duration::from_millis(250);

/// What a lane is told.
#[derive(Debug)]
pub enum ToLane {
    /// A case.
    Job(Job),
    /// Something from the connection with this number.
    Incoming(u64, Incoming),
    /// The invoice that this story asked for.
    Invoice(u64, std::result::Result<Issued, String>),
}

/// An invoice that the node has issued.
#[derive(Debug)]
pub struct Issued {
    /// The preimage, as the case has it.
    preimage: [u8; 32],
    /// The payment secret, as the case has it.
    old: [u8; 32],
    /// The payment secret that the node chose.
    new: [u8; 32],
}

/// A case to be answered.
#[derive(Debug, Clone)]
pub struct Job {
    /// The `seq` of its answer.
    pub seq: u64,
    /// The case.
    pub case: Case,
    /// Was a new channel opened for it?
    pub reopened: bool,
    /// Are its preimages that are not masked noted as paid?
    pub noted: bool,
}

/// A case under way.
struct Active {
    job: Job,
    story: Story,
    /// When its last HTLC was handed to LDK, and under which number.
    sent: (Instant, Tag),
    /// Since when the node is known to have committed to it.
    committed: Option<Instant>,
}

/// One channel and its cases.
pub struct Lane {
    shared: Arc<Shared>,
    own: Sender<ToLane>,
    inbox: Receiver<ToLane>,
    answers: Sender<Answer>,
    channel: Option<Channel>,
    /// The number of the connection.
    generation: u64,
    queue: VecDeque<Job>,
    /// Cases for which the channel has no room now.
    later: Vec<Job>,
    active: BTreeMap<u64, Active>,
    next_story: u64,
    tags: HashMap<Tag, (u64, usize)>,
    /// So many cases are asked one by one, since a channel was lost among them.
    careful: usize,
    timers: timers::Timers,
    /// Since when cases wait for others.
    gathering: Option<Instant>,
    /// Is the node known to be gone?
    down: bool,
    /// The last `warning`, which may explain what follows.
    warning: Option<String>,
}

impl Lane {
    /// A lane without a channel, and what to tell it by.
    pub fn new(shared: Arc<Shared>, answers: Sender<Answer>) -> (Self, Sender<ToLane>) {
        let (own, inbox) = channel();
        let timers = timers::Timers::new(shared.options.hold, shared.options.stall);
        let lane = Self {
            shared,
            own: own.clone(),
            inbox,
            answers,
            channel: None,
            generation: 0,
            queue: VecDeque::new(),
            later: Vec::new(),
            active: BTreeMap::new(),
            next_story: 0,
            tags: HashMap::new(),
            careful: 0,
            timers,
            gathering: None,
            down: false,
            warning: None,
        };
        (lane, own)
    }

    /// Works until the process ends.
    pub fn run(mut self) {
        loop {
            if let Err(why) = self.work() {
                self.lost(&why.to_string());
            }
        }
    }

    /// One round: hears the node, starts cases, moves them on.
    fn work(&mut self) -> Result<()> {
        let idle = self.active.is_empty() && self.queue.is_empty();
        let news = self.hear(if idle { Duration::from_secs(1) } else { TICK });
        self.apply_all(news)?;
        self.check_life()?;
        self.start()?;
        self.advance()?;
        self.check_timers()
    }

    /// Applies what was heard, also if an error came after it.
    fn apply_all(&mut self, (news, result): (Vec<News>, Result<()>)) -> Result<()> {
        for one in news {
            self.apply(one)?;
        }
        result
    }

    fn apply(&mut self, news: News) -> Result<()> {
        match news {
            News::Said(tag, said) => {
                let Some((story, number)) = self.tags.remove(&tag) else { return Ok(()) };
                let Some(active) = self.active.get_mut(&story) else { return Ok(()) };
                active.story.said(number, &said);
                match active.story.wait {
                    Wait::Htlc(awaited) if awaited == number => {
                        self.timers.answered(active.sent.0.elapsed());
                        active.story.wait = Wait::Until(Instant::now() + GRACE);
                        if !active.story.holds() {
                            active.story.step();
                        }
                    }
                    Wait::Until(_) => active.story.wait = Wait::Until(Instant::now() + GRACE),
                    _ => {}
                }
            }
            News::Refused(tag) => self.refused(tag),
            News::Pong => self.pong(),
            // Nobody told it to pay. What it offers meanwhile fails when its time is over.
            News::Offered(_) | News::Claimable(_) => {}
            News::Warning(text) => {
                eprintln!("spontan-wire: the node says warning: {text}");
                self.warning = Some(text);
            }
        }
        Ok(())
    }

    /// LDK does not add an HTLC: when others are in flight, there may be room later; when there are none, the channel
    /// may have run dry.
    fn refused(&mut self, tag: Tag) {
        let Some((story, _)) = self.tags.remove(&tag) else { return };
        let Some(mut active) = self.active.remove(&story) else { return };
        if !self.active.is_empty() {
            self.later.push(active.job);
        } else if active.job.reopened {
            self.answer(active.job.seq, unsupported("LDK's payer adds no HTLC of this amount and expiry"));
        } else {
            active.job.reopened = true;
            self.queue.push_front(active.job);
            self.drop_channel();
        }
    }

    /// Starts cases as far as there is room.
    fn start(&mut self) -> Result<()> {
        if self.active.is_empty() {
            self.queue.extend(self.later.drain(..));
        }
        if self.gathers() {
            return Ok(());
        }
        let room = if self.careful > 0 { 1 } else { self.shared.options.window };
        while self.active.len() < room {
            let Some(mut job) = self.queue.pop_front() else { break };
            // What the node still holds of earlier cases may expire with the blocks: then it closes the channel on the chain,
            // and this case would pay for it.
            if job.case.mines() && self.active.is_empty() && self.channel.as_ref().is_some_and(Channel::holds)
            {
                self.drop_channel();
            }
            if let Err(why) = self.ensure_channel() {
                self.careful = self.careful.saturating_sub(1);
                self.answer(job.seq, Content::error(format!("the node cannot be asked: {why}")));
                continue;
            }
            let height = self.height()?;
            let delta = self.shared.options.min_final_cltv;
            let story = Story::new(job.case.clone(), self.shared.fresh(), delta, height);
            let never = story.outlines().iter().find_map(|htlc| self.channel.as_ref()?.never(htlc));
            if let Some(why) = never {
                self.answer(job.seq, unsupported(why));
            } else if !job.noted && !self.shared.claim(story.fixed()) {
                let why = "its preimage means something, so that it stays as it is, and the node was paid it before";
                self.answer(job.seq, unsupported(why));
            } else {
                job.noted = true;
                let id = self.next_story;
                self.next_story += 1;
                self.active
                    .insert(id, Active { job, story, sent: (Instant::now(), Tag::MAX), committed: None });
            }
        }
        Ok(())
    }

    /// Whether cases wait for more of them. A commitment costs a node the same for one HTLC as for fifty, so that cases are
    /// started when half of those under way are answered, or after a moment.
    fn gathers(&mut self) -> bool {
        let enough = self.queue.is_empty() || self.queue.len() >= self.active.len();
        if enough || self.careful > 0 {
            self.gathering = None;
            return false;
        }
        let since = *self.gathering.get_or_insert_with(Instant::now);
        let more = since.elapsed() < GATHER;
        self.gathering = self.gathering.filter(|_| more);
        more
    }

    /// Moves every case on that waits for nothing, and sends what that leads to.
    fn advance(&mut self) -> Result<()> {
        let ready: Vec<u64> = self
            .active
            .iter()
            .filter(|(_, one)| one.story.wait == Wait::Nothing)
            .map(|(id, _)| *id)
            .collect();
        for id in ready {
            while self.active.get(&id).is_some_and(|active| active.story.wait == Wait::Nothing) {
                self.event(id)?;
            }
        }
        let mut news = Vec::new();
        let result = self.channel.as_mut().map_or(Ok(()), |channel| channel.flush(&mut news));
        self.apply_all((news, result))
    }

    /// The channel is lost. If one case alone was under way, it is the one that pays; if there were several, they are
    /// asked again one by one.
    fn lost(&mut self, why: &str) {
        let why = match self.warning.take() {
            Some(warning) => format!("{why} (its last warning: {warning})"),
            None => why.to_owned(),
        };
        let why = match self.channel.as_ref().and_then(Channel::funding) {
            Some(funding) if self.shared.chain.is_spent(funding) => {
                format!("{why} (the channel's funding is spent: the node closed it on the chain)")
            }
            _ => why,
        };
        eprintln!("spontan-wire: channel lost: {why}");
        self.drop_channel();
        let mut jobs: Vec<Job> =
            std::mem::take(&mut self.active).into_values().map(|active| active.job).collect();
        if let [guilty] = jobs.as_slice() {
            self.answer(guilty.seq, Content::error(why));
            self.careful = self.careful.saturating_sub(1);
        } else {
            jobs.sort_by_key(|job| job.seq);
            self.careful = jobs.len();
            jobs.into_iter().rev().for_each(|job| self.queue.push_front(job));
        }
    }

    fn answer(&self, seq: u64, content: Content) {
        // When nobody listens any more, the process is about to end.
        let _ = self.answers.send(Answer { seq, content });
    }
}
