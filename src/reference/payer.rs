//! The payer over time.

use super::{bytes, public_key, route, secret_key};
use crate::bolt4::Preimage;
use crate::node::Policies;
use crate::payer::{Attempt, Payer};
use crate::protocol::operation::{self as input, PayerEvent, Scheme};
use crate::protocol::output::{PayerOutcome, PayerSequence};
use crate::protocol::{Content, OperationResult, Rejection};

fn attempt(scheme: Scheme, event: &PayerEvent) -> Result<Option<Attempt>, Content> {
    let PayerEvent::Attempt { payment, session_key, preimage, hops } = event else { return Ok(None) };
    let preimage = match (scheme, preimage) {
        (Scheme::SharedSecret, _) => None,
        (Scheme::Keysend, Some(preimage)) => Some(Preimage(bytes(preimage, "preimage")?)),
        (Scheme::Keysend, None) => return Err(Content::error("an attempt of a keysend has no preimage")),
    };
    let session_key = secret_key(session_key, "session_key_invalid")?;
    Ok(Some(Attempt { payment: *payment, session_key, preimage, hops: route(hops)? }))
}

/// One outcome for each event. An attempt that cannot be made at all, and an answer for one that is not in flight, are faults
/// of the input.
pub fn sequence(input: &input::PayerSequence, policies: Policies) -> OperationResult<PayerSequence> {
    let mut payer = Payer::new(policies);
    let mut attempts = 0;
    let not_in_flight = || Content::error("the event is for an attempt that is not in flight");
    let mut outcomes = Vec::with_capacity(input.events.len());
    for event in &input.events {
        outcomes.push(match event {
            PayerEvent::Attempt { .. } => {
                let Some(attempt) = attempt(input.scheme, event)? else { continue };
                attempts += 1;
                match payer.attempt(attempts - 1, &attempt) {
                    Ok(sent) => PayerOutcome::Sent {
                        payment_hash: sent.payment_hash.0.into(),
                        packet: sent.packet.into(),
                    },
                    Err(error) => PayerOutcome::NotSent(Rejection {
                        reason: error.reason().into(),
                        ..Rejection::default()
                    }),
                }
            }
            PayerEvent::Failed { attempt, packet } => {
                let failure = payer.failed(*attempt, &packet.0).ok_or_else(not_in_flight)?;
                PayerOutcome::Returned {
                    hop: failure.as_ref().map(|failure| failure.hop),
                    failure_message: failure.and_then(|failure| failure.message).map(Into::into),
                }
            }
            PayerEvent::Fulfilled { attempt, preimage } => {
                let preimage = Preimage(bytes(preimage, "preimage")?);
                match payer.fulfilled(*attempt, &preimage).ok_or_else(not_in_flight)? {
                    true => PayerOutcome::Paid,
                    false => PayerOutcome::PreimageWrong,
                }
            }
            PayerEvent::InvoicePaid { preimage } => {
                payer.invoice_paid(&Preimage(bytes(preimage, "preimage")?));
                PayerOutcome::Noted
            }
            PayerEvent::ChannelUpdate { public_key: node } => {
                payer.channel_update(&public_key(node)?);
                PayerOutcome::Noted
            }
        });
    }
    Ok(PayerSequence { outcomes })
}
