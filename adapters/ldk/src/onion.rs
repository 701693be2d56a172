//! Onions as LDK peels and makes them: `peel_payment_onion` for `onion.peel` and `keysend.receive`,
//! `create_payment_onion` for `keysend.send`. LDK has no public function that peels a packet without looking
//! into the payload and at the HTLC, nor one that makes a packet of payloads that are given as bytes.

use lightning::bitcoin::hashes::{Hash, HashEngine, Hmac, HmacEngine, sha256};
use lightning::bitcoin::secp256k1::{Secp256k1, SecretKey};
use lightning::ln::channelmanager::{PendingHTLCInfo, PendingHTLCRouting, RecipientOnionFields};
use lightning::ln::msgs::UpdateAddHTLC;
use lightning::ln::onion_payment::{InboundHTLCErr, peel_payment_onion};
use lightning::ln::types::ChannelId;
use lightning::ln::{LocalHTLCFailureReason as Failure, create_payment_onion};
use lightning::routing::router::{Path, RouteHop};
use lightning::types::features::{ChannelFeatures, NodeFeatures};
use lightning::types::payment::{PaymentHash, PaymentPreimage};
use lightning::util::ser::Writeable;
use serde_json::{Value, json};

use crate::signer::{Node, Quiet};
use crate::{Input, error, reject, unsupported};

/// LDK accepts a final HTLC that expires at `height + 41` or later (`HTLC_FAIL_BACK_BUFFER` + 2), and cannot
/// be told another `min_final_cltv_expiry_delta`.
const LDK_DELTA: i64 = 41;

/// LDK's `ChannelManager` fails a set that has received this much: 21 million bitcoin.
const MAX_VALUE_MSAT: u64 = 2_100_000_000_000_000_000;

pub fn peel(input: Input) -> Result<Value, Value> {
    let node = node(input)?;
    let htlc = htlc(input, "associated_data", u64::MAX, 0)?;
    let peeled = peel_whatever_the_expiry(htlc, &node).map_err(|error| refused(error, 0))?;
    let mut output = json!({ "final": true, "shared_secret": hex::encode(peeled.incoming_shared_secret) });
    if let PendingHTLCRouting::Forward { onion_packet, .. } = peeled.routing {
        output["final"] = json!(false);
        output["next_packet"] = json!(hex::encode(onion_packet.encode()));
    }
    Ok(output)
}

pub fn receive(input: Input) -> Result<Value, Value> {
    let node = node(input)?;
    let settings = input.object("settings")?;
    if settings.text("keysend")? != "accept" {
        return Err(unsupported("LDK cannot be told to refuse keysend"));
    }
    if settings.text("shared_secret")? != "off" {
        return Err(unsupported("LDK has no shared-secret payments"));
    }
    let shift = i64::from(settings.u32("min_final_cltv_expiry_delta")?) - LDK_DELTA;
    let height = u32::try_from(i64::from(input.u32("height")?) + shift)
        .map_err(|_| unsupported("LDK's own min_final_cltv_expiry_delta asks for a height of more blocks"))?;
    let fields = input.object("htlc")?;
    let htlc = htlc(fields, "payment_hash", fields.u64("amount_msat")?, fields.u32("cltv_expiry")?)?;
    let mut peeled = peel_at(&htlc, &node, height);
    if peeled.as_ref().is_err_and(is_forwarding_rule) {
        // The HTLC is to be forwarded; whether its expiry pleases LDK for that is not asked.
        peeled = peel_whatever_the_expiry(htlc, &node);
    }
    let peeled = peeled.map_err(|error| refused(error, shift))?;
    let amount = peeled.outgoing_amt_msat;
    match peeled.routing {
        PendingHTLCRouting::Forward { short_channel_id, .. } => {
            Ok(json!({ "outcome": "forwarded", "short_channel_id": hex::encode(short_channel_id.encode()) }))
        }
        PendingHTLCRouting::ReceiveKeysend { payment_preimage, payment_data, .. } => {
            // `ChannelManager` claims a set whose amounts reach its total. Here the set is one HTLC, so that
            // much is a comparison of two of LDK's numbers; its other rules about amounts are not repeated.
            let total = payment_data.map_or(amount, |data| data.total_msat);
            if total == 0 || amount >= MAX_VALUE_MSAT {
                Err(unsupported("LDK decides about zero and maximal totals in ChannelManager"))
            } else if total > amount {
                Ok(json!({ "outcome": "held" }))
            } else {
                Ok(json!({ "outcome": "claimed", "preimage": hex::encode(payment_preimage.0) }))
            }
        }
        PendingHTLCRouting::Receive { .. } => {
            Err(unsupported("LDK decides about payments of invoices in ChannelManager"))
        }
        PendingHTLCRouting::TrampolineForward { .. } => Err(unsupported("a trampoline payment")),
    }
}

pub fn send(input: Input) -> Result<Value, Value> {
    let session_key: SecretKey = input.read("session_key", reject("session_key_invalid"))?;
    let preimage: PaymentPreimage = input.read("preimage", reject("preimage_length"))?;
    let path = path(input.list("hops")?.collect())?;
    let mut records = Vec::new();
    for record in input.list("custom_records")? {
        records.push((record.u64("type")?, record.bytes("value")?));
    }
    let recipient = RecipientOnionFields::spontaneous_empty()
        .with_custom_tlvs(records)
        .map_err(|()| reject("RecipientOnionFields::with_custom_tlvs refuses these records"))?;
    // LDK's starting bytes are a ChaCha20 stream of this seed, BOLT 4's one of the session key's `pad` key.
    let mut pad = HmacEngine::<sha256::Hash>::new(b"pad");
    pad.input(&session_key.secret_bytes());
    let seed = Hmac::from_engine(pad).to_byte_array();
    let payment_hash = PaymentHash::from(preimage);
    let total = path.final_value_msat();
    let preimage = Some(preimage);
    let secp = Secp256k1::new();
    let (packet, ..) = create_payment_onion(
        &secp,
        &path,
        &session_key,
        total,
        &recipient,
        0,
        &payment_hash,
        &preimage,
        None,
        seed,
    )
    .map_err(|error| reject(format!("{error:?}")))?;
    Ok(json!({ "payment_hash": hex::encode(payment_hash.0), "packet": hex::encode(packet.encode()) }))
}

/// LDK's path for these hops. Where the input says what a hop is told, LDK wants its difference to what the hop
/// before it was told (a fee, an expiry delta), and the channel towards the hop. A height of 0 makes the final
/// hop's delta its expiry.
fn path(hops: Vec<Input>) -> Result<Path, Value> {
    let mut route = Vec::new();
    let mut before: Option<(u64, u32, u64)> = None;
    for (index, hop) in hops.iter().enumerate() {
        let pubkey = hop.read("public_key", reject("public_key_invalid"))?;
        let is_final = index + 1 == hops.len();
        if hop.optional("short_channel_id").is_some() == is_final {
            return Err(unsupported("LDK's path has a channel towards each hop and no other"));
        }
        let (amount, expiry) = (hop.u64("amt_to_forward")?, hop.u32("outgoing_cltv_value")?);
        let (amount_before, expiry_before, short_channel_id) = before.unwrap_or((amount, expiry, 0));
        let fee = amount_before.checked_sub(amount);
        let delta = expiry_before.checked_sub(expiry);
        let (Some(fee), Some(delta)) = (fee, delta) else {
            return Err(unsupported("LDK's path has no negative fee and no negative expiry delta"));
        };
        if is_final && (fee, delta) != (0, 0) {
            return Err(unsupported("LDK tells the last two hops the same amount and expiry"));
        }
        route.push(RouteHop {
            pubkey,
            node_features: NodeFeatures::empty(),
            short_channel_id,
            channel_features: ChannelFeatures::empty(),
            fee_msat: if is_final { amount } else { fee },
            cltv_expiry_delta: if is_final { expiry } else { delta },
            maybe_announced_channel: true,
        });
        if !is_final {
            before = Some((amount, expiry, hop.read("short_channel_id", error("no short channel id"))?));
        }
    }
    Ok(Path { hops: route, blinded_tail: None })
}

fn node(input: Input) -> Result<Node, Value> {
    let secret = input.read("node_secret", reject("secret_key_invalid"))?;
    Ok(Node { secret, secp: Secp256k1::new() })
}

fn htlc(input: Input, hash: &str, amount_msat: u64, cltv_expiry: u32) -> Result<UpdateAddHTLC, Value> {
    let path_key = input.optional("path_key");
    Ok(UpdateAddHTLC {
        channel_id: ChannelId::from_bytes([0; 32]),
        htlc_id: 0,
        amount_msat,
        cltv_expiry,
        payment_hash: input.read(hash, error("LDK cannot read the payment hash"))?,
        onion_routing_packet: input.read("packet", reject("packet_length"))?,
        skimmed_fee_msat: None,
        blinding_point: path_key
            .map(|_| input.read("path_key", error("LDK cannot read the path key")))
            .transpose()?,
        hold_htlc: None,
    })
}

fn peel_at(htlc: &UpdateAddHTLC, node: &Node, height: u32) -> Result<PendingHTLCInfo, InboundHTLCErr> {
    peel_payment_onion(htlc, node, &Quiet, &node.secp, height, false)
}

/// Peels with an expiry that pleases LDK whatever the payload asks. The final node takes any that is late
/// enough. To be forwarded, the HTLC must expire 48 blocks or more after the payload's expiry, and at most
/// 2016 blocks after the height; LDK does not tell the payload's expiry, but on which side of it a try is.
fn peel_whatever_the_expiry(mut htlc: UpdateAddHTLC, node: &Node) -> Result<PendingHTLCInfo, InboundHTLCErr> {
    htlc.cltv_expiry = u32::MAX;
    let peeled = peel_at(&htlc, node, 0);
    if !peeled.as_ref().is_err_and(is_forwarding_rule) {
        return peeled;
    }
    let (mut early, mut late) = (0, u32::MAX);
    while early + 1 < late {
        htlc.cltv_expiry = early + (late - early) / 2;
        match peel_at(&htlc, node, 0) {
            Err(error) if error.reason == Failure::IncorrectCLTVExpiry => early = htlc.cltv_expiry,
            _ => late = htlc.cltv_expiry,
        }
    }
    htlc.cltv_expiry = late;
    peel_at(&htlc, node, late.saturating_sub(100))
}

fn is_forwarding_rule(error: &InboundHTLCErr) -> bool {
    use Failure::{CLTVExpiryTooFar, CLTVExpiryTooSoon, IncorrectCLTVExpiry, OutgoingCLTVTooSoon};
    matches!(error.reason, IncorrectCLTVExpiry | CLTVExpiryTooSoon | CLTVExpiryTooFar | OutgoingCLTVTooSoon)
}

/// LDK's refusal, where LDK was given a height that is `shift` too high.
fn refused(error: InboundHTLCErr, shift: i64) -> Value {
    let mut data = error.err_data;
    let reason = match error.reason {
        Failure::InvalidOnionVersion => "version_unknown",
        Failure::InvalidOnionHMAC => "hmac_mismatch",
        Failure::InvalidOnionKey => "public_key_invalid",
        Failure::FinalIncorrectCLTVExpiry => "final_incorrect_cltv_expiry",
        Failure::FinalIncorrectHTLCAmount => "final_incorrect_htlc_amount",
        Failure::PaymentClaimBuffer => "expiry_too_soon",
        Failure::InvalidKeysendPreimage => "preimage_mismatch",
        _ => error.msg,
    };
    if let (Failure::PaymentClaimBuffer | Failure::InvalidKeysendPreimage, Some((_, height))) =
        (error.reason, data.split_last_chunk_mut::<4>())
    {
        let told = i64::from(u32::from_be_bytes(*height)) - shift;
        *height = u32::try_from(told).unwrap_or_default().to_be_bytes();
    }
    let mut answer = reject(reason);
    // LDK's code is private as well, but it is the first thing that LDK writes of a reason.
    answer["reject"]["code"] = json!(hex::encode(&error.reason.encode()[..2]));
    // `peel_payment_onion` leaves out the hash of a malformed packet, and gives the encrypted failure packet
    // in place of the data of `invalid_onion_payload`.
    if !data.is_empty() && error.reason != Failure::InvalidOnionPayload {
        answer["reject"]["data"] = json!(hex::encode(data));
    }
    answer
}
