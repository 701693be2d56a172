//! At which height the node is, by its own word: an HTLC that pays to an unknown hash comes back with `400f`, which
//! names it. BOLT 4, "Failure Messages".

use std::time::{Duration, Instant};

use spontan::bolt1::PublicKey;
use spontan::bolt4::{Hop, construct};

use super::Lane;
use crate::Result;
use crate::channel::{Htlc, News, Said};
use crate::failure;
use crate::keys::secret_key;

/// How long the node may take to see a block. Some nodes poll their chain every few seconds only.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long one answer may take.
const ANSWER: Duration = Duration::from_secs(5);
/// Between two questions.
const PAUSE: Duration = Duration::from_millis(20);
/// In msat: above every node's smallest HTLC.
const AMOUNT: u64 = 100_000;
/// How long the chain's height is taken to stay what it was.
const FRESH: Duration = Duration::from_millis(200);

impl Lane {
    /// The chain's height, in blocks.
    pub(super) fn height(&mut self) -> Result<u32> {
        if let Some((height, at)) = self.timers.height
            && at.elapsed() < FRESH
        {
            return Ok(height);
        }
        let height = self.shared.chain.height()?;
        self.timers.height = Some((height, Instant::now()));
        Ok(height)
    }

    /// Waits until the node has seen the block at this height.
    pub(super) fn follow(&mut self, target: u32) -> Result<()> {
        self.timers.height = None;
        let (mut seen, mut end) = (0, Instant::now() + PATIENCE);
        loop {
            let heard = self.probe(target)?;
            // A node that takes its time for many blocks is getting there.
            if heard > Some(seen) {
                (seen, end) = (heard.unwrap_or_default(), Instant::now() + PATIENCE);
            }
            match heard {
                Some(height) if height == target => return Ok(()),
                // A node that answers otherwise does not say at which height it is. It has had the time to see the block.
                None => {
                    std::thread::sleep(Duration::from_secs(1));
                    return Ok(());
                }
                Some(height) if Instant::now() > end || height > target + 1000 => {
                    return Err(format!(
                        "the node is at height {height}, the chain at {target}: is --chain the chain that it follows?"
                    )
                    .into());
                }
                Some(_) => std::thread::sleep(PAUSE),
            }
        }
    }

    /// The height that the node names; none if its answer names none.
    fn probe(&mut self, height: u32) -> Result<Option<u32>> {
        let (session, hash) = (secret_key(&[&self.shared.fresh()])?, self.shared.fresh());
        let expiry = height.saturating_add(self.shared.options.min_final_cltv).saturating_add(100);
        let mut payload = Vec::new();
        spontan::bolt4::payload::encode_amount(2, spontan::bolt4::Msat(AMOUNT), &mut payload);
        spontan::bolt4::payload::encode_blocks(4, spontan::bolt4::Blocks(expiry), &mut payload);
        // With a secret that no invoice has: LDK answers 6003 to a payment without any, which names no height.
        let payment_data = [&self.shared.fresh()[..], &AMOUNT.to_be_bytes()[5..]].concat();
        spontan::bolt1::tlv::encode_record(8, &payment_data, &mut payload);
        let node: PublicKey = self.shared.node;
        let hop = Hop { public_key: node, payload: &payload };
        let packet = construct(&session, &[hop], &hash).map_err(|error| error.to_string())?;
        let secret = spontan::bolt4::secret::SharedPoint::new(&node, &session).shared_secret().0;
        let htlc = Htlc { amount: AMOUNT, hash, expiry, packet: packet.to_vec(), path_key: None };
        let channel = self.channel.as_mut().ok_or("the channel is gone")?;
        let tag = channel.add(&htlc)?;
        let mut early = Vec::new();
        channel.flush(&mut early)?;
        self.apply_all((early, Ok(())))?;
        let end = Instant::now() + ANSWER;
        while Instant::now() < end {
            let (news, result) = self.hear(PAUSE);
            let mut answer = None;
            for one in news {
                match one {
                    News::Said(of, said) if of == tag => answer = Some(said),
                    News::Refused(of) if of == tag => {
                        return Err("LDK sends no HTLC to ask for the height".into());
                    }
                    other => self.apply(other)?,
                }
            }
            result?;
            if let Some(said) = answer {
                return Ok(named(&said, &secret));
            }
        }
        Err(format!(
            "the node does not answer an HTLC of an unknown hash for {} s: does it stall?",
            ANSWER.as_secs()
        )
        .into())
    }
}

fn named(said: &Said, secret: &[u8; 32]) -> Option<u32> {
    let Said::Fail(onion) = said else { return None };
    let failure = failure::open(onion, &[*secret])?;
    let height = failure.data.get(8..12)?.try_into().ok()?;
    (failure.code == 0x400f).then(|| u32::from_be_bytes(height))
}
