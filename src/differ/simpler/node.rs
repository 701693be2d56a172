//! Simpler packets, HTLCs, nodes and events.

use super::nearer::{arrays, bytes_as_long, numbers, numbers32};
use super::record::streams;
use crate::blueprint::onion::{Onion, Payer};
use crate::blueprint::ordinary;
use crate::blueprint::{Event, Hash, Htlc, Payee};
use crate::bolt4::PACKET_LENGTH;
use crate::protocol::operation::{self as input, Namespace, Settings, Switch};
use crate::protocol::value::{Decimal, Hex};

pub(super) fn onions(onion: &Onion) -> Vec<Onion> {
    let mut out: Vec<_> = streams(&onion.payload, Namespace::Payload)
        .into_iter()
        .map(|payload| Onion { payload, ..onion.clone() })
        .collect();
    let simpler = (0..onion.session().unwrap_or(ordinary::KEYS)).map(Payer::Ordinary);
    out.extend(simpler.map(|payer| Onion { payer, ..onion.clone() }));
    if let Payer::Unknown(unknown) = &onion.payer {
        let zeroed = bytes_as_long(&unknown.1).into_iter().map(|padding| Box::new((unknown.0, padding)));
        out.extend(zeroed.map(|unknown| Onion { payer: Payer::Unknown(unknown), ..onion.clone() }));
    }
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
    out.push(Onion { zero_hmac: false, ..onion.clone() });
    out.push(Onion { flip: None, ..onion.clone() });
    out.extend(onion.flip.map(|(at, _)| Onion { flip: Some((at, 1)), ..onion.clone() }));
    let lengths = numbers(onion.length as u64, PACKET_LENGTH as u64);
    out.extend(lengths.into_iter().map(|length| Onion { length: length as usize, ..onion.clone() }));
    if onion.path_key.is_some() {
        out.push(Onion { path_key: None, ..onion.clone() });
    }
    out
}

pub(super) fn htlcs(htlc: &Htlc) -> Vec<Htlc> {
    let mut out: Vec<_> =
        onions(&htlc.onion).into_iter().map(|onion| Htlc { onion, ..htlc.clone() }).collect();
    out.push(Htlc { hash: Hash::Record, ..htlc.clone() });
    if let Hash::Given(hash) = &htlc.hash {
        out.extend(arrays(hash).into_iter().map(|hash| Htlc { hash: Hash::Given(hash), ..htlc.clone() }));
    }
    let amounts = numbers(htlc.amount, ordinary::AMOUNT);
    out.extend(amounts.into_iter().map(|amount| Htlc { amount, ..htlc.clone() }));
    let expiries = numbers32(htlc.expiry, ordinary::EXPIRY);
    out.extend(expiries.into_iter().map(|expiry| Htlc { expiry, ..htlc.clone() }));
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

pub(super) fn payees(node: &Payee) -> Vec<Payee> {
    let mut out = vec![Payee { secret: ordinary::node(0), ..node.clone() }];
    let heights = numbers32(node.height, ordinary::HEIGHT);
    out.extend(heights.into_iter().map(|height| Payee { height, ..node.clone() }));
    out.extend(settings(node.settings).into_iter().map(|settings| Payee { settings, ..node.clone() }));
    out
}

pub(super) fn other_events(event: &Event) -> Vec<Event> {
    let other = match event {
        Event::Htlc(htlc) => return htlcs(htlc).into_iter().map(Event::Htlc).collect(),
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
