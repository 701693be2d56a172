//! Onions as LDK peels and makes them: `peel_payment_onion` for `onion.peel` and `keysend.receive`,
//! `create_payment_onion` for `keysend.send`. LDK has no public function that peels a packet without looking
//! into the payload and at the HTLC, nor one that makes a packet of payloads that are given as bytes.

use lightning::bitcoin::Amount;
use lightning::bitcoin::hashes::{Hash, HashEngine, Hmac, HmacEngine, sha256};
use lightning::chain::channelmonitor::HTLC_FAIL_BACK_BUFFER;
use lightning::ln::channelmanager::{PendingHTLCInfo, PendingHTLCRouting, RecipientOnionFields};
use lightning::ln::onion_payment::{InboundHTLCErr, peel_payment_onion};
use lightning::ln::{LocalHTLCFailureReason as Failure, create_payment_onion};
use lightning::ln::{msgs::UpdateAddHTLC, types::ChannelId};
use lightning::routing::router::{Path, RouteHop};
use lightning::types::features::{ChannelFeatures, NodeFeatures};
use lightning::types::payment::{PaymentHash, PaymentPreimage};
use lightning::util::ser::Writeable;
use secp256k1::{SECP256K1, SecretKey};
use serde_json::json;
use spontan::protocol::operation::{Peel, Receive, Send, SendHop, SharedSecret, Switch};
use spontan::protocol::{Content, OperationResult, Rejection, value::Hex};

use crate::{read, signer::Node};

pub fn peel(input: &Peel) -> OperationResult {
    let node = Node(read(&input.node_secret, Content::reject("secret_key_invalid"))?);
    let htlc = htlc(&input.packet, &input.associated_data, &input.path_key)?;
    // On a blinded route the expiry must not be above the route's bound either, which LDK does not tell from an error
    // of the payload. What a node is told there is relative, so an early expiry does.
    let early = || {
        let htlc = UpdateAddHTLC { cltv_expiry: 2017, ..htlc.clone() };
        peel_payment_onion(&htlc, &node, &node, SECP256K1, 1, false)
    };
    let peeled = peel_whatever_the_expiry(&htlc, &node).or_else(|error| early().map_err(|_| error));
    let peeled = peeled.map_err(|error| refused(error, 0))?;
    let mut output = json!({ "final": true, "shared_secret": hex::encode(peeled.incoming_shared_secret) });
    if let PendingHTLCRouting::Forward { onion_packet, .. } = peeled.routing {
        output["final"] = json!(false);
        output["next_packet"] = json!(hex::encode(onion_packet.encode()));
    }
    Ok(output)
}

pub fn receive(input: &Receive) -> OperationResult {
    let node = Node(read(&input.node_secret, Content::reject("secret_key_invalid"))?);
    let settings = input.settings;
    if (settings.keysend, settings.shared_secret) != (Switch::Accept, SharedSecret::Off) {
        return Err(Content::unsupported("LDK always accepts keysend, and has no shared-secret payments"));
    }
    // LDK accepts an HTLC that expires HTLC_FAIL_BACK_BUFFER + 2 blocks after its height, and cannot be told
    // another delta. So it is told another height.
    let shift = i64::from(settings.min_final_cltv_expiry_delta) - i64::from(HTLC_FAIL_BACK_BUFFER + 2);
    let Ok(height) = u32::try_from(i64::from(input.height) + shift) else {
        return Err(Content::unsupported("LDK's own min_final_cltv_expiry_delta asks for more blocks"));
    };
    let mut htlc = htlc(&input.htlc.packet, &input.htlc.payment_hash, &input.htlc.path_key)?;
    (htlc.amount_msat, htlc.cltv_expiry) = (input.htlc.amount_msat.0, input.htlc.cltv_expiry);
    let peeled = peel_payment_onion(&htlc, &node, &node, SECP256K1, height, false).or_else(|error| {
        // Whether the expiry of an HTLC that is to be forwarded pleases LDK is not asked.
        let peeled = peel_whatever_the_expiry(&htlc, &node).ok();
        let forwarded = peeled.filter(|peeled| matches!(peeled.routing, PendingHTLCRouting::Forward { .. }));
        forwarded.ok_or_else(|| refused(error, shift))
    })?;
    let undecided = |what| Err(Content::unsupported(format!("LDK decides about {what} in ChannelManager")));
    match peeled.routing {
        PendingHTLCRouting::Forward { short_channel_id, .. } => {
            Ok(json!({ "outcome": "forwarded", "short_channel_id": hex::encode(short_channel_id.encode()) }))
        }
        PendingHTLCRouting::ReceiveKeysend { payment_preimage, payment_data, .. } => {
            // `ChannelManager` claims a set whose amounts reach its total. Here the set is one HTLC, so that
            // much is a comparison of two of LDK's numbers; its other rules about amounts are not repeated.
            let amount = peeled.outgoing_amt_msat;
            match payment_data.map_or(amount, |data| data.total_msat) {
                0 => undecided("a total of zero"),
                _ if amount >= 1000 * Amount::MAX_MONEY.to_sat() => undecided("all bitcoin"),
                total if total > amount => Ok(json!({ "outcome": "held" })),
                _ => Ok(json!({ "outcome": "claimed", "preimage": hex::encode(payment_preimage.0) })),
            }
        }
        PendingHTLCRouting::Receive { .. } => undecided("payments of invoices"),
        PendingHTLCRouting::TrampolineForward { .. } => undecided("trampoline payments"),
    }
}

pub fn send(input: &Send) -> OperationResult {
    let session_key: SecretKey = read(&input.session_key, Content::reject("session_key_invalid"))?;
    let preimage = input.preimage.as_ref().ok_or_else(|| Content::error("the input has no preimage"))?;
    let preimage: PaymentPreimage = read(preimage, Content::reject("preimage_length"))?;
    let path = path(&input.hops)?;
    let records = input.custom_records.iter().map(|record| (record.r#type.0, record.value.0.clone()));
    let fields = RecipientOnionFields::spontaneous_empty()
        .with_custom_tlvs(records.collect())
        .map_err(|()| Content::reject("RecipientOnionFields::with_custom_tlvs refuses these records"))?;
    // LDK's starting bytes are a ChaCha20 stream of this seed, BOLT 4's one of the session key's `pad` key.
    let mut pad = HmacEngine::<sha256::Hash>::new(b"pad");
    pad.input(&session_key.secret_bytes());
    let seed = Hmac::from_engine(pad).to_byte_array();
    let (hash, total, preimage) = (PaymentHash::from(preimage), path.final_value_msat(), Some(preimage));
    let (packet, ..) =
        create_payment_onion(SECP256K1, &path, &session_key, total, &fields, 0, &hash, &preimage, None, seed)
            .map_err(|error| Content::reject(format!("{error:?}")))?;
    Ok(json!({ "payment_hash": hex::encode(hash.0), "packet": hex::encode(packet.encode()) }))
}

/// LDK's path for these hops. Where the input says what a hop is told, LDK wants its difference to what the hop
/// before was told (a fee and an expiry delta, not negative), and the channel towards the hop; it tells the last
/// two hops the same. What the payer's own channel takes is no part of the onion, so the first hop stands before
/// itself. A height of 0 makes the final hop's delta its expiry.
fn path(hops: &[SendHop]) -> Result<Path, Content> {
    let mut route = Vec::new();
    for (index, hop) in hops.iter().enumerate() {
        let pubkey = read(&hop.public_key, Content::reject("public_key_invalid"))?;
        let before = &hops[index.saturating_sub(1)];
        let fee = before.amt_to_forward.0.checked_sub(hop.amt_to_forward.0);
        let delta = before.outgoing_cltv_value.checked_sub(hop.outgoing_cltv_value);
        let is_final = index + 1 == hops.len();
        let (fee_msat, cltv_expiry_delta) = match (fee, delta, &hop.short_channel_id) {
            (Some(0), Some(0), None) if is_final => (hop.amt_to_forward.0, hop.outgoing_cltv_value),
            (Some(fee), Some(delta), Some(_)) if !is_final => (fee, delta),
            _ => return Err(Content::unsupported("LDK's path has no place for these hops")),
        };
        let channel = before.short_channel_id.as_ref();
        route.push(RouteHop {
            pubkey,
            node_features: NodeFeatures::empty(),
            short_channel_id: channel.map_or(Ok(0), |id| read(id, Content::error("no short channel id")))?,
            channel_features: ChannelFeatures::empty(),
            fee_msat,
            cltv_expiry_delta,
            maybe_announced_channel: true,
        });
    }
    Ok(Path { hops: route, blinded_tail: None })
}

/// An HTLC of the highest amount, with no expiry yet.
fn htlc(packet: &Hex, hash: &Hex, path_key: &Option<Hex>) -> Result<UpdateAddHTLC, Content> {
    let path_key = path_key.as_ref().map(|key| read(key, Content::error("the path key is no point")));
    Ok(UpdateAddHTLC {
        channel_id: ChannelId::from_bytes([0; 32]),
        htlc_id: 0,
        amount_msat: u64::MAX,
        cltv_expiry: 0,
        payment_hash: read(hash, Content::error("LDK cannot read the payment hash"))?,
        onion_routing_packet: read(packet, Content::reject("packet_length"))?,
        skimmed_fee_msat: None,
        blinding_point: path_key.transpose()?,
        hold_htlc: None,
    })
}

/// Peels with an expiry, and a height of 100 blocks less, that please LDK whatever the payload asks. LDK does not
/// tell the payload's expiry, but whether a try is too early for it or too late: the final node takes any HTLC that
/// expires no earlier, and LDK forwards one that expires 48 to 96 blocks after it. (It forwards what expires at most
/// 2016 blocks after its height, and adds them in 32 bits.)
fn peel_whatever_the_expiry(htlc: &UpdateAddHTLC, node: &Node) -> Result<PendingHTLCInfo, InboundHTLCErr> {
    use Failure::{FinalIncorrectCLTVExpiry, IncorrectCLTVExpiry, OutgoingCLTVTooSoon};
    let (mut early, mut late) = (0, u32::MAX);
    loop {
        let cltv_expiry = early + (late - early).div_ceil(2);
        let tried = UpdateAddHTLC { cltv_expiry, ..htlc.clone() };
        let height = cltv_expiry.saturating_sub(100).min(u32::MAX - 2016);
        let peeled = peel_payment_onion(&tried, node, node, SECP256K1, height, false);
        match peeled.as_ref().map_err(|error| error.reason) {
            Err(IncorrectCLTVExpiry | FinalIncorrectCLTVExpiry) if early + 1 < late => early = cltv_expiry,
            Err(OutgoingCLTVTooSoon) if early + 1 < late => late = cltv_expiry,
            _ => return peeled,
        }
    }
}

/// LDK's refusal, where LDK was given a height that is `shift` too high.
fn refused(error: InboundHTLCErr, shift: i64) -> Content {
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
    // Only the data of `incorrect_or_unknown_payment_details` has 12 bytes: an amount and the height.
    if let (12, Some(height)) = (data.len(), data.last_chunk_mut()) {
        let told = i64::from(u32::from_be_bytes(*height)) - shift;
        *height = u32::try_from(told).unwrap_or_default().to_be_bytes();
    }
    // `peel_payment_onion` leaves out the hash of a malformed packet, and gives the encrypted failure packet
    // in place of the data of `invalid_onion_payload`.
    // LDK's code is private as well, but it is the first thing that LDK writes of a reason.
    let code = &error.reason.encode()[..2];
    let is_malformed = code[0] & 0x80 != 0;
    let is_data = !(is_malformed && data.is_empty()) && error.reason != Failure::InvalidOnionPayload;
    Content::Reject(Rejection {
        reason: reason.into(),
        code: Some(hex::encode(code)),
        data: is_data.then(|| hex::encode(data)),
    })
}
