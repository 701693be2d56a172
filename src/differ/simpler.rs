//! What is simpler than a shape: every shape that differs from it in one thing and costs less. The cost decides, so
//! that shrinking ends: first how many records, hops and events there are, then how many things are out of the
//! ordinary, then bytes, then how far numbers and bytes are from the ordinary ones.

use super::onion::Onion;
use super::ordinary;
use super::shape::{Arrival, Event, Hash, Payee, Shape};
use super::stream::{Record, Stream};
use crate::bolt1::bigsize;
use crate::bolt4::PACKET_LENGTH;
use crate::protocol::operation::{self as input, Input, Namespace, Settings, Switch};
use crate::protocol::value::{Decimal, Hex};

/// What a shape costs; compared part by part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost {
    things: u64,
    odd: u64,
    bytes: u64,
    far: u128,
}

impl Cost {
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
        self.odd_if(onion.session != 0);
        self.number(onion.session as u64, 0);
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
        self.odd_if(onion.length != PACKET_LENGTH);
        self.number(onion.length as u64, PACKET_LENGTH as u64);
        self.odd_if(onion.path_key.is_some());
    }

    fn arrival(&mut self, htlc: &Arrival) {
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
    key == ordinary::session(0).encode() || key == ordinary::node(0).public_key().encode()
}

/// The short channel id that a hop of so many has.
fn channel(hop: usize, hops: usize) -> Option<Hex> {
    (hop + 1 < hops).then(|| ordinary::CHANNEL.into())
}

/// What a shape costs.
pub fn cost(shape: &Shape) -> Cost {
    let mut cost = Cost::default();
    match shape {
        Shape::Plain(input) => cost.plain(input),
        Shape::Tlv(namespace, stream) => cost.stream(stream, *namespace == Namespace::Payload),
        Shape::Peel { node, associated_data, onion } => {
            cost.odd_if(*node != ordinary::node(0));
            cost.odd_if(*associated_data != ordinary::ASSOCIATED_DATA);
            cost.onion(onion);
        }
        Shape::Receive { node, htlc, .. } => {
            cost.payee(node);
            cost.arrival(htlc);
        }
        Shape::Sequence { node, events } => {
            cost.payee(node);
            for event in events {
                cost.thing();
                match event {
                    Event::Htlc(htlc) => cost.arrival(htlc),
                    Event::Other(event) => cost.event(event),
                }
            }
        }
    }
    cost
}

/// Every shape that differs from this one in one thing and costs less, the boldest first.
pub fn simpler(shape: &Shape) -> Vec<Shape> {
    let limit = cost(shape);
    let mut out = Vec::new();
    match shape {
        Shape::Plain(input) => out.extend(plain(input).into_iter().map(Shape::Plain)),
        Shape::Tlv(namespace, stream) => {
            let streams = streams(stream, *namespace);
            out.extend(streams.into_iter().map(|stream| Shape::Tlv(*namespace, stream)));
        }
        Shape::Peel { node, associated_data, onion } => {
            let peel = |node, associated_data: &[u8], onion| Shape::Peel {
                node,
                associated_data: associated_data.to_vec(),
                onion,
            };
            out.push(peel(ordinary::node(0), associated_data, onion.clone()));
            out.push(peel(*node, &ordinary::ASSOCIATED_DATA, onion.clone()));
            out.extend(onions(onion).into_iter().map(|onion| peel(*node, associated_data, onion)));
        }
        Shape::Receive { shared_secret, node, htlc } => {
            let with =
                |node: Payee, htlc: Arrival| Shape::Receive { shared_secret: *shared_secret, node, htlc };
            out.extend(payees(node).into_iter().map(|node| with(node, htlc.clone())));
            out.extend(arrivals(htlc).into_iter().map(|htlc| with(node.clone(), htlc)));
        }
        Shape::Sequence { node, events } => {
            let with = |node: &Payee, events| Shape::Sequence { node: node.clone(), events };
            out.extend(without(events).into_iter().map(|events| with(node, events)));
            out.extend(payees(node).into_iter().map(|node| with(&node, events.clone())));
            out.extend(each(events, other_events).into_iter().map(|events| with(node, events)));
        }
    }
    out.retain(|simpler| cost(simpler) < limit);
    out
}

/// The list without some of its items: half of them, a quarter, down to each one.
fn without<T: Clone>(list: &[T]) -> Vec<Vec<T>> {
    chunks(list.len()).map(|(start, end)| [&list[..start], &list[end..]].concat()).collect()
}

/// Ranges of a list: the whole, its halves, quarters, down to each item.
fn chunks(length: usize) -> impl Iterator<Item = (usize, usize)> {
    let sizes = std::iter::successors(Some(length), |size| (*size > 1).then(|| size.div_ceil(2)));
    sizes
        .filter(|size| *size > 0)
        .flat_map(move |size| (0..length).step_by(size).map(move |start| (start, (start + size).min(length))))
}

/// The list with one item replaced by something simpler.
fn each<T: Clone>(list: &[T], simpler: impl Fn(&T) -> Vec<T>) -> Vec<Vec<T>> {
    let mut out = Vec::new();
    for (index, item) in list.iter().enumerate() {
        for other in simpler(item) {
            let mut list = list.to_vec();
            list[index] = other;
            out.push(list);
        }
    }
    out
}

/// Numbers that are nearer to the ordinary one: itself first, then by halves.
fn numbers(number: u64, ordinary: u64) -> Vec<u64> {
    let distance = number.abs_diff(ordinary);
    let steps = (0..64).rev().map(|bit| 1_u64 << bit).filter(|step| *step < distance);
    let by = std::iter::once(distance).chain(steps).filter(|step| *step > 0);
    by.map(|step| if number > ordinary { number - step } else { number + step }).collect()
}

fn numbers32(number: u32, ordinary: u32) -> Vec<u32> {
    let nearer = numbers(number.into(), ordinary.into());
    nearer.into_iter().filter_map(|number| number.try_into().ok()).collect()
}

/// Simpler bytes of the same length.
fn bytes_as_long(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    for (start, end) in chunks(bytes.len()) {
        if bytes[start..end].iter().any(|byte| *byte != 0) {
            let mut zeroed = bytes.to_vec();
            zeroed[start..end].fill(0);
            out.push(zeroed);
        }
    }
    out.extend(each(bytes, |byte| numbers((*byte).into(), 0).into_iter().map(|byte| byte as u8).collect()));
    out
}

/// Simpler bytes, shorter ones first.
fn bytes(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut out = without(bytes);
    out.extend(bytes_as_long(bytes));
    out
}

fn arrays<const N: usize>(array: &[u8; N]) -> Vec<[u8; N]> {
    bytes_as_long(array).into_iter().filter_map(|bytes| bytes.try_into().ok()).collect()
}

fn streams(stream: &Stream, namespace: Namespace) -> Vec<Stream> {
    let with = |records, tail: &[u8]| Stream { records, tail: tail.to_vec() };
    let mut out: Vec<_> =
        without(&stream.records).into_iter().map(|records| with(records, &stream.tail)).collect();
    out.extend(bytes(&stream.tail).into_iter().map(|tail| with(stream.records.clone(), &tail)));
    let records = each(&stream.records, |record| records(record, namespace));
    out.extend(records.into_iter().map(|records| with(records, &stream.tail)));
    out
}

fn records(record: &Record, namespace: Namespace) -> Vec<Record> {
    let mut out = Vec::new();
    let known = match namespace {
        Namespace::Payload => ordinary::record(record.r#type),
        _ => None,
    };
    if *record != Record::new(record.r#type, record.value.clone()) {
        out.push(Record { type_width: bigsize::encoded_length(record.r#type), ..record.clone() });
        out.push(Record {
            length_width: bigsize::encoded_length(record.value.len() as u64),
            ..record.clone()
        });
        for width in [3, 5] {
            out.push(Record { type_width: record.type_width.min(width), ..record.clone() });
            out.push(Record { length_width: record.length_width.min(width), ..record.clone() });
        }
    }
    if known.is_none() {
        for r#type in numbers(record.r#type, 0) {
            let minimal = record.type_width == bigsize::encoded_length(record.r#type);
            let width = if minimal { bigsize::encoded_length(r#type) } else { record.type_width };
            out.push(Record { r#type, type_width: width, ..record.clone() });
        }
    }
    out.extend(known);
    for value in bytes(&record.value) {
        let mut other = record.clone();
        let minimal = record.length_width == bigsize::encoded_length(record.value.len() as u64);
        other.set(value);
        if !minimal {
            other.length_width = record.length_width;
        }
        out.push(other);
    }
    out
}

fn onions(onion: &Onion) -> Vec<Onion> {
    let mut out: Vec<_> = streams(&onion.payload, Namespace::Payload)
        .into_iter()
        .map(|payload| Onion { payload, ..onion.clone() })
        .collect();
    out.extend((0..onion.session).map(|session| Onion { session, ..onion.clone() }));
    out.extend(
        numbers(onion.version.into(), 0).into_iter().map(|it| Onion { version: it as u8, ..onion.clone() }),
    );
    if let Some(key) = &onion.key {
        out.push(Onion { key: None, ..onion.clone() });
        out.extend(arrays(key).into_iter().map(|key| Onion { key: Some(key), ..onion.clone() }));
    }
    if let Some((length, width)) = onion.prefix {
        out.push(Onion { prefix: None, ..onion.clone() });
        let widths = [1, 3, 5].into_iter().map(|narrow| (length, width.min(narrow)));
        let lengths = numbers(length, 0).into_iter().map(|length| (length, width));
        out.extend(widths.chain(lengths).map(|prefix| Onion { prefix: Some(prefix), ..onion.clone() }));
    }
    out.extend(arrays(&onion.next_hmac).into_iter().map(|next_hmac| Onion { next_hmac, ..onion.clone() }));
    out.extend(arrays(&onion.hmac_xor).into_iter().map(|hmac_xor| Onion { hmac_xor, ..onion.clone() }));
    let lengths = numbers(onion.length as u64, PACKET_LENGTH as u64);
    out.extend(lengths.into_iter().map(|length| Onion { length: length as usize, ..onion.clone() }));
    if onion.path_key.is_some() {
        out.push(Onion { path_key: None, ..onion.clone() });
    }
    out
}

fn arrivals(htlc: &Arrival) -> Vec<Arrival> {
    let mut out: Vec<_> =
        onions(&htlc.onion).into_iter().map(|onion| Arrival { onion, ..htlc.clone() }).collect();
    out.push(Arrival { hash: Hash::Record, ..htlc.clone() });
    if let Hash::Given(hash) = &htlc.hash {
        out.extend(arrays(hash).into_iter().map(|hash| Arrival { hash: Hash::Given(hash), ..htlc.clone() }));
    }
    let amounts = numbers(htlc.amount, ordinary::AMOUNT);
    out.extend(amounts.into_iter().map(|amount| Arrival { amount, ..htlc.clone() }));
    let expiries = numbers32(htlc.expiry, ordinary::EXPIRY);
    out.extend(expiries.into_iter().map(|expiry| Arrival { expiry, ..htlc.clone() }));
    out
}

fn settings(settings: Settings) -> Vec<Settings> {
    let mut out = vec![Settings { keysend: Switch::Accept, ..settings }];
    for shared_secret in [input::SharedSecret::Off, input::SharedSecret::Bolt4] {
        out.push(Settings { shared_secret, ..settings });
    }
    let deltas = numbers32(settings.min_final_cltv_expiry_delta, ordinary::DELTA);
    out.extend(deltas.into_iter().map(|delta| Settings { min_final_cltv_expiry_delta: delta, ..settings }));
    out
}

fn payees(node: &Payee) -> Vec<Payee> {
    let mut out = vec![Payee { secret: ordinary::node(0), ..node.clone() }];
    let heights = numbers32(node.height, ordinary::HEIGHT);
    out.extend(heights.into_iter().map(|height| Payee { height, ..node.clone() }));
    out.extend(settings(node.settings).into_iter().map(|settings| Payee { settings, ..node.clone() }));
    out
}

fn other_events(event: &Event) -> Vec<Event> {
    let other = match event {
        Event::Htlc(htlc) => return arrivals(htlc).into_iter().map(Event::Htlc).collect(),
        Event::Other(other) => other,
    };
    let simpler: Vec<input::Event> =
        match other {
            input::Event::Htlc { .. } => Vec::new(),
            input::Event::Invoice { preimage, payment_secret, amount_msat } => {
                let invoice = |preimage: Hex, payment_secret: Hex, amount: Option<u64>| {
                    input::Event::Invoice { preimage, payment_secret, amount_msat: amount.map(Decimal) }
                };
                let amount = amount_msat.map(|amount| amount.0);
                let mut out = vec![invoice(preimage.clone(), payment_secret.clone(), None)];
                for nearer in amount.map_or(Vec::new(), |amount| numbers(amount, ordinary::AMOUNT)) {
                    out.push(invoice(preimage.clone(), payment_secret.clone(), Some(nearer)));
                }
                for other in bytes_as_long(&payment_secret.0) {
                    out.push(invoice(preimage.clone(), other.into(), amount));
                }
                for other in bytes_as_long(&preimage.0) {
                    out.push(invoice(other.into(), payment_secret.clone(), amount));
                }
                out
            }
            input::Event::Height { height } => numbers32(*height, ordinary::HEIGHT)
                .into_iter()
                .map(|height| input::Event::Height { height })
                .collect(),
            // The time after which a set fails is the node's within bounds, so that times stay well away from 60 seconds.
            input::Event::Time { seconds } => [1, 120]
                .into_iter()
                .filter(|simple| (simple < seconds) && ((*seconds < 60) == (*simple < 60)))
                .map(|seconds| input::Event::Time { seconds })
                .collect(),
            input::Event::Settings { settings: now } => {
                settings(*now).into_iter().map(|settings| input::Event::Settings { settings }).collect()
            }
        };
    simpler.into_iter().map(Event::Other).collect()
}

fn plain(plain: &Input) -> Vec<Input> {
    match plain {
        Input::BigSizeDecode(given) => bytes(&given.bytes.0)
            .into_iter()
            .map(|bytes| Input::BigSizeDecode(input::BigSizeDecode { bytes: Hex(bytes) }))
            .collect(),
        Input::BigSizeEncode(given) => numbers(given.value.0, 0)
            .into_iter()
            .map(|value| Input::BigSizeEncode(input::BigSizeEncode { value: Decimal(value) }))
            .collect(),
        Input::Ecdh(given) => {
            let mut out = Vec::new();
            for secret_key in keys(&given.secret_key, &ordinary::session(0).encode()) {
                out.push(Input::Ecdh(input::Ecdh { secret_key, ..given.clone() }));
            }
            for public_key in keys(&given.public_key, &ordinary::node(0).public_key().encode()) {
                out.push(Input::Ecdh(input::Ecdh { public_key, ..given.clone() }));
            }
            out
        }
        Input::Construct(given) => constructs(given).into_iter().map(Input::Construct).collect(),
        Input::KeysendSend(given) => sends(given).into_iter().map(Input::KeysendSend).collect(),
        Input::SharedSecretSend(given) => sends(given).into_iter().map(Input::SharedSecretSend).collect(),
        _ => Vec::new(),
    }
}

fn keys(key: &Hex, ordinary: &[u8]) -> Vec<Hex> {
    std::iter::once(ordinary.to_vec()).chain(bytes(&key.0)).map(Hex).collect()
}

fn constructs(given: &input::Construct) -> Vec<input::Construct> {
    let mut out = Vec::new();
    for hops in without(&given.hops) {
        out.push(input::Construct { hops, ..given.clone() });
    }
    for session_key in keys(&given.session_key, &ordinary::session(0).encode()) {
        out.push(input::Construct { session_key, ..given.clone() });
    }
    for data in bytes_as_long(&given.associated_data.0) {
        out.push(input::Construct { associated_data: Hex(data), ..given.clone() });
    }
    let hops = each(&given.hops, |hop| {
        let mut out = Vec::new();
        for public_key in keys(&hop.public_key, &ordinary::node(0).public_key().encode()) {
            out.push(input::ConstructHop { public_key, ..hop.clone() });
        }
        for payload in streams(&Stream::parse(&hop.payload.0), Namespace::Payload) {
            out.push(input::ConstructHop { payload: Hex(payload.bytes()), ..hop.clone() });
        }
        out
    });
    out.extend(hops.into_iter().map(|hops| input::Construct { hops, ..given.clone() }));
    out
}

fn sends(given: &input::Send) -> Vec<input::Send> {
    let mut out = Vec::new();
    for mut hops in without(&given.hops) {
        // The last hop has no channel behind it; whether it had one stays as it was.
        if let (Some(now), Some(before)) = (hops.last_mut(), given.hops.last()) {
            now.short_channel_id = before.short_channel_id.clone();
        }
        out.push(input::Send { hops, ..given.clone() });
    }
    for custom_records in without(&given.custom_records) {
        out.push(input::Send { custom_records, ..given.clone() });
    }
    for session_key in keys(&given.session_key, &ordinary::session(0).encode()) {
        out.push(input::Send { session_key, ..given.clone() });
    }
    if let Some(preimage) = &given.preimage {
        let simpler = std::iter::once(ordinary::PREIMAGE.to_vec()).chain(bytes(&preimage.0));
        out.extend(simpler.map(|preimage| input::Send { preimage: Some(Hex(preimage)), ..given.clone() }));
    }
    if given.profile.is_some() {
        out.push(input::Send { profile: Some(input::Profile::Bolt4), ..given.clone() });
    }
    let count = given.hops.len();
    for (index, hop) in given.hops.iter().enumerate() {
        for hop in send_hops(hop, channel(index, count)) {
            let mut hops = given.hops.clone();
            hops[index] = hop;
            out.push(input::Send { hops, ..given.clone() });
        }
    }
    let records = each(&given.custom_records, |record| {
        let types = numbers(record.r#type.0, 0).into_iter();
        let types = types.map(|r#type| input::CustomRecord { r#type: Decimal(r#type), ..record.clone() });
        let values = bytes(&record.value.0).into_iter();
        types.chain(values.map(|value| input::CustomRecord { value: Hex(value), ..record.clone() })).collect()
    });
    out.extend(records.into_iter().map(|custom_records| input::Send { custom_records, ..given.clone() }));
    out
}

fn send_hops(hop: &input::SendHop, channel: Option<Hex>) -> Vec<input::SendHop> {
    let mut out = vec![input::SendHop { short_channel_id: channel, ..hop.clone() }];
    for public_key in keys(&hop.public_key, &ordinary::node(0).public_key().encode()) {
        out.push(input::SendHop { public_key, ..hop.clone() });
    }
    for amount in numbers(hop.amt_to_forward.0, ordinary::AMOUNT) {
        out.push(input::SendHop { amt_to_forward: Decimal(amount), ..hop.clone() });
    }
    for outgoing_cltv_value in numbers32(hop.outgoing_cltv_value, ordinary::EXPIRY) {
        out.push(input::SendHop { outgoing_cltv_value, ..hop.clone() });
    }
    out
}
