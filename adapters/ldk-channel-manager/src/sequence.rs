//! A case's events as they happen to the payee, and what it decides by each: read from the messages that it sends to its
//! peer, as the payer of an HTLC would read them.

use std::collections::{HashMap, VecDeque};

use lightning::bitcoin::secp256k1;
use lightning::chain::channelmonitor::HTLC_FAIL_BACK_BUFFER;
use lightning::events::{Event as Told, HTLCHandlingFailureType};
use lightning::ln::msgs::{MessageSendEvent as Message, OnionPacket, UpdateAddHTLC};
use lightning::ln::types::ChannelId;
use lightning::sign::{NodeSigner, Recipient};
use lightning::types::payment::{PaymentHash, PaymentPreimage};
use lightning::util::ser::Readable;
use serde_json::{Value, json};
use spontan::bolt1::{PublicKey, SecretKey};
use spontan::bolt4::{Hop, construct};
use spontan::protocol::operation::{Event, Htlc, Peeled, Receive, Sequence, Settings, SharedSecret, Switch};
use spontan::protocol::{Content, Rejection, value::Hex};

use crate::channel::Channel;
use crate::failure;

/// How often LDK wants to be told that time passes.
const SECONDS_PER_TICK: u32 = 60;
/// LDK accepts an HTLC that expires so many blocks after its height, or later. It cannot be told another number.
const SHORTEST_EXPIRY: i64 = HTLC_FAIL_BACK_BUFFER as i64 + 2;

/// What became of an HTLC, with its number.
type Outcome = (usize, Result<Value, Rejection>);

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
    let event = Event::Htlc { htlc: input.htlc.clone(), peeled: input.peeled.clone() };
    let decided = payee.happen(&event)?.pop();
    decided.ok_or_else(|| Content::error("LDK decided nothing"))?.1.map_err(Content::Reject)
}

struct Payee {
    channel: Channel,
    settings: Settings,
    /// Those of its invoices, which are for the application to keep.
    preimages: HashMap<PaymentHash, PaymentPreimage>,
    /// The payment secrets of the case's invoices, each with the one that LDK made.
    secrets: Vec<(Hex, [u8; 32])>,
    /// What it has in common with the payer of each HTLC; none if the packet has no public key.
    shared: Vec<Option<secp256k1::ecdh::SharedSecret>>,
    /// Seconds since the last tick.
    seconds: u32,
}

impl Payee {
    fn new(secret: &Hex, height: u32, settings: Settings) -> Result<Self, Content> {
        if (settings.keysend, settings.shared_secret) != (Switch::Accept, SharedSecret::Off) {
            return Err(Content::unsupported(
                "LDK always accepts keysend, and has no shared-secret payments",
            ));
        }
        let secret =
            secp256k1::SecretKey::from_slice(&secret.0).map_err(|_| Content::reject("secret_key_invalid"))?;
        Ok(Self {
            channel: Channel::open(secret, ldk_height(height, settings)?)?,
            settings,
            preimages: HashMap::new(),
            secrets: Vec::new(),
            shared: Vec::new(),
            seconds: 0,
        })
    }

    /// Lets an event happen.
    fn happen(&mut self, event: &Event) -> Result<Vec<Outcome>, Content> {
        let payee = &self.channel.payee.manager;
        match event {
            Event::Htlc { htlc, peeled } => return self.receive(htlc, peeled.as_ref()),
            Event::Invoice { preimage, payment_secret, amount_msat } => {
                let preimage = PaymentPreimage(fixed(&preimage.0)?);
                let (hash, amount) =
                    (PaymentHash::from(preimage), amount_msat.as_ref().map(|amount| amount.0));
                let made = payee.create_inbound_payment_for_hash(hash, amount, 24 * 3600, None);
                let made = made.map_err(|()| Content::unsupported("LDK does not issue this invoice"))?;
                self.preimages.insert(hash, preimage);
                self.secrets.push((payment_secret.clone(), made.0));
            }
            Event::Height { height } => self.channel.payee.set_height(ldk_height(*height, self.settings)?),
            Event::Time { seconds } => {
                self.seconds += seconds;
                (0..self.seconds / SECONDS_PER_TICK).for_each(|_| payee.timer_tick_occurred());
                self.seconds %= SECONDS_PER_TICK;
            }
            Event::Settings { settings } if *settings == self.settings => {}
            Event::Settings { .. } => return Err(Content::unsupported("LDK has none of these settings")),
        }
        self.decided()
    }

    fn receive(&mut self, htlc: &Htlc, peeled: Option<&Peeled>) -> Result<Vec<Outcome>, Content> {
        let packet = self.with_our_secret(htlc, peeled)?;
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
            payment_hash: PaymentHash(fixed(&htlc.payment_hash.0)?),
            onion_routing_packet,
            skimmed_fee_msat: None,
            blinding_point: path_key.transpose()?,
            hold_htlc: None,
        })?;
        self.shared.push(shared);
        let mut outcomes = self.decided()?;
        let number = self.shared.len() - 1;
        if !outcomes.iter().any(|(decided, _)| *decided == number) {
            outcomes.push((number, Ok(json!({ "outcome": "held" }))));
        }
        Ok(outcomes)
    }

    /// The packet of an HTLC. LDK makes the payment secrets of its invoices itself: where the payload has the secret
    /// of a case's invoice, the packet is made again with LDK's in its place.
    fn with_our_secret(&self, htlc: &Htlc, peeled: Option<&Peeled>) -> Result<Vec<u8>, Content> {
        for (peeled, (theirs, ours)) in
            peeled.iter().flat_map(|peeled| self.secrets.iter().map(move |pair| (peeled, pair)))
        {
            let mut payload = peeled.payload.0.clone();
            if let Some(at) = payload.windows(32).position(|bytes| bytes == theirs.0) {
                payload[at..at + 32].copy_from_slice(ours);
                let broken = |_| Content::error("the packet cannot be made with LDK's payment secret");
                let session_key = SecretKey::decode(ours).map_err(|_| broken(()))?;
                let public_key =
                    PublicKey::decode(&self.channel.payee.id.serialize()).map_err(|_| broken(()))?;
                let hop = Hop { public_key, payload: &payload };
                let packet = construct(&session_key, &[hop], &htlc.payment_hash.0);
                return packet.map(Vec::from).map_err(|_| broken(()));
            }
        }
        Ok(htlc.packet.0.clone())
    }

    /// Lets LDK go on, claims whatever it says is claimable, and reads what it tells its peer, in order of the numbers.
    fn decided(&self) -> Result<Vec<Outcome>, Content> {
        let (mut messages, mut reasons, mut forward, mut claiming) =
            (Vec::new(), VecDeque::new(), None, true);
        while claiming {
            let (said, events) = self.channel.settle()?;
            messages.extend(said);
            claiming = false;
            for event in events {
                match event {
                    Told::PaymentClaimable { payment_hash, purpose, .. } => {
                        let preimage = purpose.preimage().or(self.preimages.get(&payment_hash).copied());
                        let preimage =
                            preimage.ok_or_else(|| Content::error("nobody has this payment's preimage"))?;
                        self.channel.payee.manager.claim_funds(preimage);
                        claiming = true;
                    }
                    Told::HTLCHandlingFailed { failure_type, failure_reason, .. } => {
                        if let HTLCHandlingFailureType::InvalidForward { requested_forward_scid } =
                            failure_type
                        {
                            forward = Some(requested_forward_scid);
                        }
                        reasons.push_back(failure::reason(failure_reason));
                    }
                    _ => {}
                }
            }
        }
        let mut outcomes = Vec::new();
        for message in messages {
            let Message::UpdateHTLCs { updates, .. } = message else { continue };
            for fulfill in updates.update_fulfill_htlcs {
                let preimage = hex::encode(fulfill.payment_preimage.0);
                let claimed = json!({ "outcome": "claimed", "preimage": preimage });
                outcomes.push((fulfill.htlc_id as usize, Ok(claimed)));
            }
            let mut failed = Vec::new();
            for fail in updates.update_fail_htlcs {
                let number = fail.htlc_id as usize;
                let shared = self.shared.get(number).copied().flatten();
                let shared =
                    shared.ok_or_else(|| Content::error("a failure for an HTLC that nobody can decrypt"))?;
                failed.push((number, failure::decrypted(&fail, shared)?));
            }
            let malformed = updates.update_fail_malformed_htlcs.iter();
            failed.extend(malformed.map(|fail| (fail.htlc_id as usize, failure::malformed(fail))));
            for (number, rejection) in failed {
                let outcome = match forward {
                    // There is no other channel, so LDK fails what it would forward.
                    Some(channel) => {
                        Ok(json!({ "outcome": "forwarded", "short_channel_id": format!("{channel:016x}") }))
                    }
                    None => Err(self.told_back(rejection, reasons.pop_front().unwrap_or_default())),
                };
                outcomes.push((number, outcome));
            }
        }
        outcomes.sort_by_key(|(number, _)| *number);
        Ok(outcomes)
    }

    /// A failure with its reason, and the height in its data shifted back.
    fn told_back(&self, rejection: Rejection, reason: String) -> Rejection {
        let mut data = rejection.data.unwrap_or_default();
        // Only the data of `incorrect_or_unknown_payment_details` has 12 bytes: an amount and the height.
        if data.len() == 24
            && let Ok(height) = u32::from_str_radix(&data[16..], 16)
        {
            let told =
                i64::from(height) + SHORTEST_EXPIRY - i64::from(self.settings.min_final_cltv_expiry_delta);
            data.replace_range(16.., &format!("{told:08x}"));
        }
        Rejection { reason, data: Some(data), ..rejection }
    }
}

/// The height that LDK is told, so that the shortest expiry that it accepts is the one that the case sets.
fn ldk_height(height: u32, settings: Settings) -> Result<u32, Content> {
    let told = i64::from(height) + i64::from(settings.min_final_cltv_expiry_delta) - SHORTEST_EXPIRY;
    u32::try_from(told)
        .map_err(|_| Content::unsupported("LDK's own min_final_cltv_expiry_delta asks for other heights"))
}

/// A value of one of LDK's types, read by LDK; none if LDK refuses the bytes or leaves some over.
fn read<T: Readable>(mut bytes: &[u8]) -> Option<T> {
    T::read(&mut bytes).ok().filter(|_| bytes.is_empty())
}

fn fixed(bytes: &[u8]) -> Result<[u8; 32], Content> {
    bytes.try_into().map_err(|_| Content::error(format!("{} bytes stand where 32 belong", bytes.len())))
}
