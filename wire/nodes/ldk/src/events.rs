//! What LDK leaves to the program: which channels and payments are taken. Each answer is the one that LDK's documentation
//! of the event recommends.

use lightning::events::{Event, PaymentPurpose, ReplayEvent};
use lightning::sign::EntropySource;

use crate::node::{ChannelManager, Parts};
use crate::preimages;

/// Answers one event. Nothing here has to be asked again.
pub fn answer(
    event: Event,
    keysend: bool,
    channels: &ChannelManager,
    parts: &Parts,
) -> Result<(), ReplayEvent> {
    match event {
        Event::OpenChannelRequest { temporary_channel_id, counterparty_node_id, .. } => {
            let random = parts.keys.get_secure_random_bytes();
            let user_id = u128::from(random[0]);
            let taken =
                channels.accept_inbound_channel(&temporary_channel_id, &counterparty_node_id, user_id, None);
            if let Err(error) = taken {
                eprintln!("a channel of {counterparty_node_id} is not taken: {error:?}");
            }
        }
        Event::PaymentClaimable { payment_hash, purpose, .. } => match purpose {
            // Of custom records the program knows none: `claim_funds` fails a payment with even ones, as the event's
            // documentation says it has to.
            PaymentPurpose::SpontaneousPayment(preimage) if keysend => channels.claim_funds(preimage),
            PaymentPurpose::SpontaneousPayment(_) => channels.fail_htlc_backwards(&payment_hash),
            invoice => match invoice.preimage().or_else(|| preimages::known(&parts.store, payment_hash)) {
                Some(preimage) => channels.claim_funds(preimage),
                None => channels.fail_htlc_backwards(&payment_hash),
            },
        },
        Event::PaymentSent { payment_hash, .. } => eprintln!("paid {payment_hash}"),
        Event::PaymentFailed { payment_hash: Some(payment_hash), reason, .. } => {
            eprintln!("not paid {payment_hash}: {reason:?}")
        }
        Event::ChannelReady { channel_id, .. } => eprintln!("channel {channel_id} is ready"),
        Event::ChannelClosed { channel_id, reason, .. } => {
            eprintln!("channel {channel_id} is closed: {reason}")
        }
        // Coins of closed channels are regtest's: nobody sweeps them.
        _ => {}
    }
    Ok(())
}
