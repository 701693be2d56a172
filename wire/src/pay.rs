//! The payer's direction, `spontan-wire pay`: the node is told to pay the peer at the other end of a channel, and each HTLC
//! that comes of it is judged, then claimed or failed back. It is no operation of the adapter protocol: a payer there takes
//! preimage and session key as input, and no node lets one choose them.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use lightning::bitcoin::secp256k1::SECP256K1;
use spontan::bolt1::SecretKey;
use spontan::scheme::CustomRecord;

use crate::Result;
use crate::channel::{Channel, News};
use crate::connection::Incoming;
use crate::hook::{self, Paid};
use crate::options::Options;
use crate::sent::{Judge, Told};
use crate::shared::Shared;

/// How long a payment may take, the node's own tries included.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a node may take to pay over a channel that has just become ready.
const WARMING: Duration = Duration::from_secs(20);
/// Between two looks at what came.
const MOMENT: Duration = Duration::from_millis(20);

/// A payment that the node is told to make.
#[derive(Debug, Clone, Copy)]
struct Payment {
    /// In msat.
    amount: u64,
    records: &'static [CustomRecord<'static>],
    /// Is it failed back?
    refused: bool,
}

impl Payment {
    const fn of(amount: u64) -> Self {
        Self { amount, records: &[], refused: false }
    }
}

/// On either side of the keysend record, so that they have to be sorted.
const RECORDS: &[CustomRecord<'_>] = &[
    CustomRecord { r#type: 65537, value: &[0x0a, 0x21, 0xff] },
    CustomRecord { r#type: 5_482_373_485, value: &[7] },
];

/// `amt_to_forward` of one to five bytes, with the bounds of one; then custom records, and a payment that is failed back.
const PAYMENTS: &[Payment] = &[
    Payment::of(1),
    Payment::of(255),
    Payment::of(256),
    Payment::of(1_000),
    Payment::of(66_000),
    Payment::of(17_000_000),
    Payment::of(4_300_000_000),
    Payment { records: RECORDS, ..Payment::of(100_000) },
    Payment { refused: true, ..Payment::of(100_000) },
    Payment::of(100_000),
];

/// Has the node make each payment, and prints what came of it; whether all was as it should be.
///
/// # Errors
/// When there is no node, no chain, no channel, or the channel is lost.
pub fn pay(options: Options) -> Result<bool> {
    let words = Arc::new(options.pay_command.clone().ok_or("--pay-command is missing: see --help")?);
    let mut payee = Payee::open(Shared::new(options)?)?;
    let (mut good, mut bad, mut left_out) = (0, 0, 0);
    for payment in PAYMENTS {
        let mut name = format!("{} msat", payment.amount);
        if !payment.records.is_empty() {
            name += ", custom records";
        }
        if payment.refused {
            name += ", failed back";
        }
        match payee.one(&words, payment)? {
            Verdict::LeftOut(why) => {
                left_out += 1;
                println!("left out  {name}: {why}");
            }
            Verdict::Judged(lacks) if lacks.is_empty() => {
                good += 1;
                println!("ok        {name}");
            }
            Verdict::Judged(lacks) => {
                bad += 1;
                println!("FAILED    {name}: {}", lacks.join("; "));
            }
        }
    }
    println!("{good} payments as they should be, {bad} not, {left_out} left out");
    Ok(good > 0 && bad == 0)
}

/// What came of a payment.
enum Verdict {
    /// What it lacks.
    Judged(Vec<String>),
    /// Why the node was not told to pay.
    LeftOut(String),
}

/// The peer that is paid.
struct Payee {
    shared: Shared,
    channel: Channel,
    inbox: Receiver<Incoming>,
    secret: SecretKey,
    judge: Judge,
    /// When the channel became ready.
    ready: Instant,
}

impl Payee {
    fn open(shared: Shared) -> Result<Self> {
        let (own, inbox) = channel();
        let mut next = |within| message(&inbox, within);
        let options = &shared.options;
        let hand_on = move |incoming| own.send(incoming).is_ok();
        let (network, seed) = (shared.chain.network, shared.fresh());
        let mut channel =
            Channel::connect(&options.address, options.node, seed, network, hand_on, &mut next)?;
        let from = shared.chain.height()?;
        // The node can pay no more than it has.
        let funding = channel.fund(&shared.chain, &mut shared.wallet(), options.capacity, true, &mut next)?;
        shared.mine(Channel::blocks())?;
        channel.ready(&shared.chain, &funding, from, &mut next)?;
        let secret =
            SecretKey::decode(&channel.secret().secret_bytes()).map_err(|error| error.to_string())?;
        Ok(Self { shared, channel, inbox, secret, judge: Judge::default(), ready: Instant::now() })
    }

    /// Has the node make a payment, again as long as it does not see the new channel.
    fn one(&mut self, words: &Arc<Vec<String>>, payment: &Payment) -> Result<Verdict> {
        loop {
            match self.once(words, payment)? {
                None if self.ready.elapsed() < WARMING => std::thread::sleep(MOMENT * 10),
                None => return Ok(Verdict::Judged(vec!["no HTLC comes".into()])),
                Some(verdict) => return Ok(verdict),
            }
        }
    }

    /// None if the node says that it did not pay, and no HTLC came.
    fn once(&mut self, words: &Arc<Vec<String>>, payment: &Payment) -> Result<Option<Verdict>> {
        let before = self.settled()?;
        let told = Told {
            payee: &self.secret.clone(),
            amount: payment.amount,
            records: payment.records,
            height: self.shared.chain.height()?,
        };
        let (done, ended) = channel();
        let (words, key, amount) =
            (words.clone(), self.channel.secret().public_key(SECP256K1), payment.amount);
        let records: Vec<String> = payment
            .records
            .iter()
            .map(|record| format!("{}={}", record.r#type, hex::encode(record.value)))
            .collect();
        // In a thread: the node's messages do not wait for the command.
        std::thread::spawn(move || {
            let _ = done.send(hook::pay(&words, &key.to_string(), amount, &records.join(",")));
        });
        let (mut lacks, mut htlcs, end) = (Vec::new(), 0, Instant::now() + PATIENCE);
        let paid = loop {
            for news in self.hear()? {
                match news {
                    News::Offered(offer) => {
                        htlcs += 1;
                        lacks.extend(self.judge.lacks(&offer, &told));
                    }
                    News::Claimable(preimage) if payment.refused => self.channel.refuse(preimage),
                    News::Claimable(preimage) => self.channel.claim(preimage),
                    _ => {}
                }
            }
            if let Ok(paid) = ended.try_recv() {
                break paid?;
            }
            if Instant::now() > end {
                return Err(format!("--pay-command does not end within {} s", PATIENCE.as_secs()).into());
            }
        };
        match paid {
            Paid::LeftOut(why) => return Ok(Some(Verdict::LeftOut(why))),
            Paid::No(_) if htlcs == 0 => return Ok(None),
            Paid::No(why) if !payment.refused => {
                lacks.push(format!("the node says that it did not pay: {why}"))
            }
            Paid::Yes if payment.refused => lacks.push("the node says that it paid".into()),
            Paid::Yes | Paid::No(_) => {}
        }
        if htlcs != 1 {
            lacks.push(format!("it came as {htlcs} HTLCs"));
        }
        let gained = self.settled()?.saturating_sub(before);
        let wanted = if payment.refused { 0 } else { payment.amount };
        if gained != wanted {
            lacks.push(format!("{gained} msat came in, in place of {wanted}"));
        }
        Ok(Some(Verdict::Judged(lacks)))
    }

    /// Our balance in msat, once no HTLC is under way.
    fn settled(&mut self) -> Result<u64> {
        let end = Instant::now() + PATIENCE;
        loop {
            self.hear()?;
            if let Some(balance) = self.channel.balance() {
                return Ok(balance);
            }
            if Instant::now() > end {
                return Err(
                    format!("the node does not settle an HTLC within {} s", PATIENCE.as_secs()).into()
                );
            }
        }
    }

    /// What the node says within a moment.
    fn hear(&mut self) -> Result<Vec<News>> {
        let mut news = Vec::new();
        if let Some(message) = message(&self.inbox, MOMENT)? {
            self.channel.take(&message, &mut news)?;
        }
        self.channel.flush(&mut news)?;
        Ok(news)
    }
}

/// The node's next message; none if none comes within this time.
fn message(inbox: &Receiver<Incoming>, within: Duration) -> Result<Option<Vec<u8>>> {
    match inbox.recv_timeout(within) {
        Ok(Incoming::Message(message)) => Ok(Some(message)),
        Ok(Incoming::Lost(why)) => Err(why.into()),
        Err(_) => Ok(None),
    }
}
