//! A case's events as they happen to the payee, and what it decides by each: read from the messages that it sends to its
//! peer, as the payer of an HTLC would read them.

use std::collections::{HashMap, VecDeque};

use lightning::bitcoin::secp256k1;
use lightning::chain::channelmonitor::HTLC_FAIL_BACK_BUFFER;
use lightning::events::{Event, HTLCHandlingFailureType as FailureType, PaymentPurpose};
use lightning::ln::msgs::{MessageSendEvent as Message, OnionPacket, UpdateAddHTLC};
use lightning::ln::types::ChannelId;
use lightning::sign::{NodeSigner, Recipient};
use lightning::types::payment::{PaymentHash, PaymentPreimage};
use serde_json::{Value, json};
use spontan::bolt1::{PublicKey, SecretKey};
use spontan::bolt4::{Hop, construct, peel};
use spontan::protocol::operation::{
    Event as Happens, Htlc, Receive, Sequence, Settings, SharedSecret, Switch,
};
use spontan::protocol::{Content, Rejection, value::Hex};
use spontan_ldk_channel::Channel;

use crate::{failure, read};

/// LDK asks for a tick a minute, and gives up a set that is incomplete at the third.
const SECONDS_PER_TICK: u32 = 60;
/// A short channel id has 3 bytes for the height, and LDK gives every channel one.
const HEIGHTS: u32 = 1 << 24;
/// LDK accepts an HTLC that expires so many blocks after its height, or later. It cannot be told another number.
const SHORTEST_EXPIRY: i64 = HTLC_FAIL_BACK_BUFFER as i64 + 2;

/// What became of an HTLC, with its number.
type Outcome = (u64, Result<Value, Rejection>);

/// What LDK tells the application of HTLCs that it fails.
#[derive(Default)]
struct ToldApplication {
    /// One for each HTLC that fails, in that order.
    reasons: VecDeque<String>,
    /// The channel that an HTLC should have been forwarded to.
    forward: Option<u64>,
}

/// `node.sequence`: what was decided by each event.
pub fn run(input: &Sequence) -> Result<Vec<Vec<Value>>, Content> {
    let mut payee = Payee::new(&input.node_secret, input.height, input.settings)?;
    let outcomes = |event| Ok(payee.happen(event)?.into_iter().map(outcome).collect());
    input.events.iter().map(outcomes).collect()
}

fn outcome((number, outcome): Outcome) -> Value {
    let mut json = outcome.unwrap_or_else(|rejection| {
        json!({ "outcome": "failed", "reason": rejection.reason, "code": rejection.code, "data": rejection.data })
    });
    json["htlc"] = json!(number);
    json
}

/// `keysend.receive`: the same node, and one HTLC.
pub fn receive(input: &Receive) -> Result<Value, Content> {
    let mut payee = Payee::new(&input.node_secret, input.height, input.settings)?;
    let event = Happens::Htlc { htlc: input.htlc.clone(), peeled: None };
    let decided = payee.happen(&event)?.pop();
    decided.ok_or_else(|| Content::error("LDK decided nothing"))?.1.map_err(Content::Reject)
}

/// An invoice of the case. LDK makes payment secrets itself, and leaves the preimage to the application.
struct Invoice {
    preimage: PaymentPreimage,
    payment_secret: Hex,
    made_by_ldk: [u8; 32],
}

struct Payee {
    node: SecretKey,
    channel: Channel,
    settings: Settings,
    height: u32,
    invoices: HashMap<PaymentHash, Invoice>,
    /// What it has in common with the payer of each HTLC; none if the packet has no public key.
    shared: Vec<Option<secp256k1::ecdh::SharedSecret>>,
    /// Seconds since the last tick.
    seconds: u32,
}

impl Payee {
    fn new(secret: &Hex, height: u32, settings: Settings) -> Result<Self, Content> {
        let node = SecretKey::decode(&secret.0).map_err(|_| Content::reject("secret_key_invalid"))?;
        let secret =
            secp256k1::SecretKey::from_slice(&secret.0).map_err(|_| Content::reject("secret_key_invalid"))?;
        Ok(Self {
            node,
            channel: Channel::open(secret, ldk_height(height, settings)?)?,
            settings,
            height,
            invoices: HashMap::new(),
            shared: Vec::new(),
            seconds: 0,
        })
    }

    /// Lets an event happen.
    fn happen(&mut self, event: &Happens) -> Result<Vec<Outcome>, Content> {
        let payee = &self.channel.payee.manager;
        match event {
            Happens::Htlc { htlc, .. } => return self.receive(htlc),
            Happens::Invoice { preimage, payment_secret, amount_msat } => {
                let preimage = PaymentPreimage(fixed(&preimage.0)?);
                let (hash, amount) =
                    (PaymentHash::from(preimage), amount_msat.as_ref().map(|amount| amount.0));
                let made = payee.create_inbound_payment_for_hash(hash, amount, 24 * 3600, None);
                let made = made.map_err(|()| Content::unsupported("LDK does not issue this invoice"))?;
                let payment_secret = payment_secret.clone();
                self.invoices.insert(hash, Invoice { preimage, payment_secret, made_by_ldk: made.0 });
            }
            Happens::Height { height } => {
                self.height = *height;
                self.channel.payee.set_height(ldk_height(self.height, self.settings)?);
            }
            Happens::Time { seconds } => {
                self.seconds = self.seconds.saturating_add(*seconds);
                (0..self.seconds / SECONDS_PER_TICK).for_each(|_| payee.timer_tick_occurred());
                self.seconds %= SECONDS_PER_TICK;
            }
            Happens::Settings { settings } => {
                self.settings = *settings;
                self.channel.payee.set_height(ldk_height(self.height, self.settings)?);
            }
        }
        self.decided()
    }

    fn receive(&mut self, htlc: &Htlc) -> Result<Vec<Outcome>, Content> {
        let hash = PaymentHash(fixed(&htlc.payment_hash.0)?);
        let packet = self.packet(htlc, hash)?;
        let onion_routing_packet: OnionPacket =
            read(&packet).ok_or_else(|| Content::reject("packet_length"))?;
        let keys = &self.channel.payee.keys;
        let shared =
            onion_routing_packet.public_key.ok().and_then(|key| keys.ecdh(Recipient::Node, &key, None).ok());
        let path_key =
            htlc.path_key.as_ref().map(|key| read(&key.0).ok_or_else(|| Content::error("no path key")));
        self.channel.add(&UpdateAddHTLC {
            channel_id: ChannelId::new_zero(),
            htlc_id: 0,
            amount_msat: htlc.amount_msat.0,
            cltv_expiry: htlc.cltv_expiry,
            payment_hash: hash,
            onion_routing_packet,
            skimmed_fee_msat: None,
            blinding_point: path_key.transpose()?,
            hold_htlc: None,
        })?;
        self.shared.push(shared);
        let mut outcomes = self.decided()?;
        let number = self.shared.len() as u64 - 1;
        if !outcomes.iter().any(|(decided, _)| *decided == number) {
            outcomes.push((number, Ok(json!({ "outcome": "held" }))));
        }
        Ok(outcomes)
    }

    /// The packet of an HTLC. Where its payload has the payment secret of an invoice, the packet is made again with
    /// LDK's in its place.
    fn packet(&self, htlc: &Htlc, hash: PaymentHash) -> Result<Vec<u8>, Content> {
        let path_key = htlc.path_key.as_ref().and_then(|key| PublicKey::decode(&key.0).ok());
        let peeled = peel(&self.node, &htlc.packet.0, &hash.0, path_key.as_ref());
        let mut payload = peeled.map(|peeled| peeled.payload().to_vec()).unwrap_or_default();
        // Invoices can have a secret in common: the one for the HTLC's hash comes first.
        for invoice in self.invoices.get(&hash).into_iter().chain(self.invoices.values()) {
            let Some(at) = payload.windows(32).position(|bytes| bytes == invoice.payment_secret.0) else {
                continue;
            };
            payload[at..at + 32].copy_from_slice(&invoice.made_by_ldk);
            let id = self.channel.payee.id.serialize();
            let keys = SecretKey::decode(&invoice.made_by_ldk).ok().zip(PublicKey::decode(&id).ok());
            let packet = keys.and_then(|(session_key, public_key)| {
                construct(&session_key, &[Hop { public_key, payload: &payload }], &hash.0).ok()
            });
            return packet
                .map(Vec::from)
                .ok_or_else(|| Content::error("no packet can have LDK's payment secret"));
        }
        Ok(htlc.packet.0.clone())
    }

    /// Lets LDK go on, does the application's part, and reads what LDK tells its peer, in order of the HTLCs' numbers.
    fn decided(&self) -> Result<Vec<Outcome>, Content> {
        let (mut updates, mut told) = (Vec::new(), ToldApplication::default());
        let mut complete = true;
        while complete {
            let (messages, events) = self.channel.settle()?;
            updates.extend(messages.into_iter().filter_map(|message| match message {
                Message::UpdateHTLCs { updates, .. } => Some(updates),
                _ => None,
            }));
            complete = false;
            for event in events {
                match event {
                    Event::PaymentClaimable { payment_hash, purpose, .. } => {
                        self.decide(payment_hash, &purpose)?;
                        complete = true;
                    }
                    Event::HTLCHandlingFailed { failure_type, failure_reason, .. } => {
                        told.reasons.push_back(failure::reason(failure_reason));
                        if let FailureType::InvalidForward { requested_forward_scid: channel } = failure_type
                        {
                            told.forward = Some(channel);
                        }
                    }
                    _ => {}
                }
            }
        }
        let mut outcomes = Vec::new();
        for update in updates {
            for fulfill in update.update_fulfill_htlcs {
                let preimage = hex::encode(fulfill.payment_preimage.0);
                let claimed = json!({ "outcome": "claimed", "preimage": preimage });
                outcomes.push((fulfill.htlc_id, Ok(claimed)));
            }
            for fail in update.update_fail_htlcs {
                let shared = usize::try_from(fail.htlc_id).ok().and_then(|id| *self.shared.get(id)?);
                let shared = shared.ok_or_else(|| Content::error("nobody can decrypt an HTLC's failure"))?;
                outcomes.push((fail.htlc_id, self.failed(failure::decrypted(&fail, shared)?, &mut told)));
            }
            for fail in update.update_fail_malformed_htlcs {
                outcomes.push((fail.htlc_id, self.failed(failure::malformed(&fail), &mut told)));
            }
        }
        outcomes.sort_by_key(|(htlc, _)| *htlc);
        Ok(outcomes)
    }

    /// What a failure means. There is no other channel, so LDK fails what it would forward. In other failures the
    /// height is shifted back.
    fn failed(&self, failure: Rejection, told: &mut ToldApplication) -> Result<Value, Rejection> {
        if let Some(channel) = told.forward {
            return Ok(json!({ "outcome": "forwarded", "short_channel_id": format!("{channel:016x}") }));
        }
        let mut data = failure.data.unwrap_or_default();
        // Only the data of `incorrect_or_unknown_payment_details` has 12 bytes: an amount and the height.
        if data.len() == 24
            && let Ok(height) = u32::from_str_radix(&data[16..], 16)
        {
            let height = i64::from(height) - shift(self.settings);
            data.replace_range(16.., &format!("{height:08x}"));
        }
        let reason = told.reasons.pop_front().unwrap_or_default();
        Err(Rejection { reason: reason.into(), data: Some(data), ..failure })
    }

    /// What an application does about a payment that is complete: LDK leaves it to the application to refuse keysend.
    fn decide(&self, hash: PaymentHash, purpose: &PaymentPurpose) -> Result<(), Content> {
        let payee = &self.channel.payee.manager;
        match (purpose, self.invoices.get(&hash)) {
            (PaymentPurpose::SpontaneousPayment(_), _) if self.settings.keysend == Switch::Refuse => {
                payee.fail_htlc_backwards(&hash);
            }
            (PaymentPurpose::SpontaneousPayment(preimage), _) => payee.claim_funds(*preimage),
            (_, Some(invoice)) => payee.claim_funds(invoice.preimage),
            _ => return Err(Content::error("LDK holds a payment that nobody asked for")),
        }
        Ok(())
    }
}

/// The height that LDK is told, so that the shortest expiry that it accepts is the one that the case sets.
fn ldk_height(height: u32, settings: Settings) -> Result<u32, Content> {
    if settings.shared_secret != SharedSecret::Off {
        return Err(Content::unsupported("LDK has no shared-secret payments"));
    }
    let told = u32::try_from(i64::from(height) + shift(settings)).ok().filter(|told| *told < HEIGHTS);
    told.ok_or_else(|| Content::unsupported("LDK makes no channel at such a height"))
}

/// How many blocks the payee's height is above that of the case.
fn shift(settings: Settings) -> i64 {
    i64::from(settings.min_final_cltv_expiry_delta) - SHORTEST_EXPIRY
}

fn fixed(bytes: &[u8]) -> Result<[u8; 32], Content> {
    bytes.try_into().map_err(|_| Content::error(format!("{} bytes stand where 32 belong", bytes.len())))
}
