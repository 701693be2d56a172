//! What a blueprint costs, by which shrinking ends: first how many records, hops and events there are, then how many things
//! are out of the ordinary, then bytes, then how far numbers and bytes are from the ordinary ones.

use crate::blueprint::onion::{Onion, Payer};
use crate::blueprint::ordinary;
use crate::blueprint::stream::{Record, Stream};
use crate::blueprint::{Blueprint, Event, Hash, Htlc, Payee};
use crate::bolt4::PACKET_LENGTH;
use crate::protocol::operation::{self as input, Input, Namespace, Settings, Switch};
use crate::protocol::value::Hex;

/// What a blueprint costs; compared part by part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost {
    things: u64,
    odd: u64,
    bytes: u64,
    far: u128,
}

impl Cost {
    /// How many things are out of the ordinary.
    pub fn odd(&self) -> u64 {
        self.odd
    }

    fn thing(&mut self) {
        self.things += 1;
    }

    fn odd_if(&mut self, odd: bool) {
        self.odd += u64::from(odd);
    }

    fn number(&mut self, number: u64, ordinary: u64) {
        self.far += u128::from(number.abs_diff(ordinary));
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.far += bytes.iter().map(|byte| u128::from(*byte)).sum::<u128>();
    }

    fn stream(&mut self, stream: &Stream, in_payload: bool) {
        for record in &stream.records {
            self.thing();
            let widths = record.type_width + record.length_width;
            self.bytes += widths as u64;
            self.odd_if(!record.is_minimal());
            if !(in_payload && is_ordinary(record)) {
                self.odd += 1;
                self.number(record.r#type, 0);
                self.bytes(&record.value);
            }
        }
        self.odd_if(!stream.tail.is_empty());
        self.bytes(&stream.tail);
    }

    fn onion(&mut self, onion: &Onion) {
        self.stream(&onion.payload, true);
        self.odd_if(onion.session() != Some(0));
        self.number(onion.session().unwrap_or(ordinary::KEYS) as u64, 0);
        if let Payer::Unknown(unknown) = &onion.payer {
            self.bytes(&unknown.1);
        }
        self.odd_if(onion.version != 0);
        self.number(onion.version.into(), 0);
        self.odd_if(onion.key.is_some());
        self.bytes(onion.key.as_ref().map_or(&[], |key| key));
        self.odd_if(onion.prefix.is_some());
        let (length, width) = onion.prefix.unwrap_or((0, 0));
        self.number(length, 0);
        self.bytes += width as u64;
        self.odd_if(onion.next_hmac != [0; 32]);
        self.bytes(&onion.next_hmac);
        self.odd_if(onion.hmac_xor != [0; 32]);
        self.bytes(&onion.hmac_xor);
        self.odd_if(onion.zero_hmac);
        self.odd_if(onion.flip.is_some());
        self.number(onion.flip.map_or(0, |(_, bits)| bits.into()), 0);
        self.odd_if(onion.length != PACKET_LENGTH);
        self.number(onion.length as u64, PACKET_LENGTH as u64);
        self.odd_if(onion.path_key.is_some());
    }

    fn htlc_like(&mut self, htlc: &Htlc) {
        self.onion(&htlc.onion);
        self.odd_if(htlc.hash != Hash::Record);
        if let Hash::Given(hash) = htlc.hash {
            self.odd += 1;
            self.bytes(&hash);
        }
        self.odd_if(htlc.amount != ordinary::AMOUNT);
        self.number(htlc.amount, ordinary::AMOUNT);
        self.odd_if(htlc.expiry != ordinary::EXPIRY);
        self.number(htlc.expiry.into(), ordinary::EXPIRY.into());
    }

    fn settings(&mut self, settings: Settings) {
        let ordinary = ordinary::settings(settings.shared_secret);
        self.odd_if(settings.keysend != Switch::Accept);
        self.odd_if(settings.min_final_cltv_expiry_delta != ordinary.min_final_cltv_expiry_delta);
        self.number(settings.min_final_cltv_expiry_delta.into(), ordinary::DELTA.into());
        self.odd_if(settings.shared_secret != input::SharedSecret::Off);
        self.odd_if(settings.shared_secret == input::SharedSecret::XOnly);
    }

    fn payee(&mut self, node: &Payee) {
        self.odd_if(node.secret != ordinary::node(0));
        self.odd_if(node.height != ordinary::HEIGHT);
        self.number(node.height.into(), ordinary::HEIGHT.into());
        self.settings(node.settings);
    }

    fn event(&mut self, event: &input::Event) {
        match event {
            input::Event::Htlc { .. } => {}
            input::Event::Invoice { preimage, payment_secret, amount_msat } => {
                self.bytes(&preimage.0);
                self.bytes(&payment_secret.0);
                self.odd_if(amount_msat.is_some());
                self.number(amount_msat.map_or(ordinary::AMOUNT, |amount| amount.0), ordinary::AMOUNT);
            }
            input::Event::Height { height } => self.number((*height).into(), ordinary::HEIGHT.into()),
            input::Event::Time { seconds } => self.number((*seconds).into(), 0),
            input::Event::Settings { settings } => self.settings(*settings),
        }
    }

    fn plain(&mut self, plain: &Input) {
        match plain {
            Input::BigSizeDecode(input) => self.bytes(&input.bytes.0),
            Input::BigSizeEncode(input) => self.number(input.value.0, 0),
            Input::Ecdh(input) => {
                self.key(&input.secret_key);
                self.key(&input.public_key);
            }
            Input::Construct(input) => {
                self.key(&input.session_key);
                self.bytes(&input.associated_data.0);
                for hop in &input.hops {
                    self.thing();
                    self.key(&hop.public_key);
                    self.stream(&Stream::parse(&hop.payload.0), true);
                }
            }
            Input::KeysendSend(input) | Input::SharedSecretSend(input) => self.send(input),
            // These could not be taken apart.
            _ => {}
        }
    }

    fn key(&mut self, key: &Hex) {
        if !is_ordinary_key(&key.0) {
            self.odd += 1;
            self.bytes(&key.0);
        }
    }

    fn send(&mut self, send: &input::Send) {
        self.key(&send.session_key);
        if let Some(preimage) = &send.preimage {
            self.odd_if(preimage.0 != ordinary::PREIMAGE);
            self.bytes(&preimage.0);
        }
        self.odd_if(send.profile == Some(input::Profile::XOnly));
        for (index, hop) in send.hops.iter().enumerate() {
            self.thing();
            self.key(&hop.public_key);
            self.odd_if(hop.amt_to_forward.0 != ordinary::AMOUNT);
            self.number(hop.amt_to_forward.0, ordinary::AMOUNT);
            self.odd_if(hop.outgoing_cltv_value != ordinary::EXPIRY);
            self.number(hop.outgoing_cltv_value.into(), ordinary::EXPIRY.into());
            self.odd_if(hop.short_channel_id != channel(index, send.hops.len()));
        }
        for record in &send.custom_records {
            self.thing();
            self.number(record.r#type.0, 0);
            self.bytes(&record.value.0);
        }
    }
}

fn is_ordinary(record: &Record) -> bool {
    ordinary::record(record.r#type).as_ref() == Some(record)
}

fn is_ordinary_key(key: &[u8]) -> bool {
    key == ordinary::session(0).encode() || key == ordinary::node_public(0)
}

/// The short channel id that a hop of so many has.
pub(super) fn channel(hop: usize, hops: usize) -> Option<Hex> {
    (hop + 1 < hops).then(|| ordinary::CHANNEL.into())
}

/// What a blueprint costs.
pub fn cost(blueprint: &Blueprint) -> Cost {
    let mut cost = Cost::default();
    match blueprint {
        Blueprint::Plain(input) => cost.plain(input),
        Blueprint::Tlv(namespace, stream) => cost.stream(stream, *namespace == Namespace::Payload),
        Blueprint::Peel { node, associated_data, onion } => {
            cost.odd_if(*node != ordinary::node(0));
            cost.odd_if(*associated_data != ordinary::ASSOCIATED_DATA);
            cost.onion(onion);
        }
        Blueprint::Receive { node, htlc, .. } => {
            cost.payee(node);
            cost.htlc_like(htlc);
        }
        Blueprint::Sequence { node, events } => {
            cost.payee(node);
            for event in events {
                cost.thing();
                match event {
                    Event::Htlc(htlc) => cost.htlc_like(htlc),
                    Event::Other(event) => cost.event(event),
                }
            }
        }
    }
    cost
}
