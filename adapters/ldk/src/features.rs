//! Feature bits. Whether a node may be paid is what LDK's router says, as the payer asks nobody else
//! (`find_route`, and for an invoice the reader of `lightning_invoice`); announced bits are set in `NodeFeatures`.

use std::time::{SystemTime, UNIX_EPOCH};

use lightning::bitcoin::constants::ChainHash;
use lightning::bitcoin::{Network, hashes::Hash, hashes::sha256};
use lightning::bolt11_invoice::{
    Bolt11Invoice, Currency, Description, PaymentSecret, PositiveTimestamp, RawBolt11Invoice, RawDataPart,
    RawHrp, RawTaggedField, Sha256, TaggedField,
};
use lightning::ln::msgs::{UnsignedChannelUpdate, UnsignedNodeAnnouncement};
use lightning::routing::gossip::{NetworkGraph, NodeAlias, NodeId};
use lightning::routing::router::{PaymentParameters, RouteParameters, find_route};
use lightning::routing::scoring::FixedPenaltyScorer;
use lightning::types::features::{Bolt11InvoiceFeatures, ChannelFeatures, NodeFeatures};
use lightning::util::ser::Writeable;
use secp256k1::{SECP256K1, SecretKey};
use serde_json::json;
use spontan::protocol::operation::{FeaturesAnnounce, FeaturesMayPay, PaymentKind};
use spontan::protocol::{Content, OperationResult, value::Hex};

use crate::signer::Node;

const AMOUNT_MSAT: u64 = 1000;

pub fn may_pay(input: &FeaturesMayPay) -> OperationResult {
    let payee = Node(SecretKey::from_slice(&[2; 32]).map_err(fault)?);
    let params = match (input.payment, &input.invoice_features) {
        (PaymentKind::Invoice, Some(features)) => {
            PaymentParameters::from_bolt11_invoice(&invoice(features, &payee)?)
        }
        _ => PaymentParameters::for_keysend(payee.0.public_key(SECP256K1), 42, false),
    };
    let features = NodeFeatures::from_be_bytes(input.node_features.0.clone());
    let keysend = match (features.requires_keysend(), features.supports_keysend()) {
        (true, _) => "mandatory",
        (false, true) => "optional",
        (false, false) => "absent",
    };
    route(features, params, &payee)?;
    Ok(json!({ "keysend": keysend }))
}

/// An invoice with these features as LDK reads it, and LDK's reason if it does not.
fn invoice(features: &Hex, payee: &Node) -> Result<Bolt11Invoice, Content> {
    let fields = [
        TaggedField::PaymentHash(Sha256(sha256::Hash::hash(&[]))),
        TaggedField::Description(Description::empty()),
        TaggedField::PaymentSecret(PaymentSecret([7; 32])),
        TaggedField::Features(Bolt11InvoiceFeatures::from_be_bytes(features.0.clone())),
    ];
    let data = RawDataPart {
        timestamp: PositiveTimestamp::from_unix_timestamp(1_700_000_000).map_err(fault)?,
        tagged_fields: fields.map(RawTaggedField::KnownSemantics).into(),
    };
    let hrp = RawHrp { currency: Currency::Bitcoin, raw_amount: None, si_prefix: None };
    let signed = RawBolt11Invoice { hrp, data }
        .sign(|hash| Ok::<_, ()>(SECP256K1.sign_ecdsa_recoverable(hash, &payee.0)))
        .map_err(fault)?;
    Bolt11Invoice::from_signed(signed).map_err(|error| Content::reject(error.to_string()))
}

/// Whether LDK finds the way to the payee, who is announced with these features, over the one channel to it.
fn route(features: NodeFeatures, params: PaymentParameters, payee: &Node) -> Result<(), Content> {
    let payer = SecretKey::from_slice(&[1; 32]).map_err(fault)?;
    let (from, to) = (payer.public_key(SECP256K1), payee.0.public_key(SECP256K1));
    let graph = NetworkGraph::new(Network::Bitcoin, payee);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_err(fault)?.as_secs();
    let ids = [from, to].map(|key| NodeId::from_pubkey(&key));
    graph
        .add_channel_from_partial_announcement(1, Some(1000), now, ChannelFeatures::empty(), ids[0], ids[1])
        .map_err(fault)?;
    let mut update = UnsignedChannelUpdate {
        chain_hash: ChainHash::BITCOIN,
        short_channel_id: 1,
        timestamp: u32::try_from(now).map_err(fault)?,
        message_flags: 1,
        channel_flags: 0,
        cltv_expiry_delta: 42,
        htlc_minimum_msat: 0,
        htlc_maximum_msat: 10 * AMOUNT_MSAT,
        fee_base_msat: 0,
        fee_proportional_millionths: 0,
        excess_data: Vec::new(),
    };
    // LDK takes no channel of which it knows one direction only.
    for direction in [0, 1] {
        update.channel_flags = direction;
        graph.update_channel_unsigned(&update).map_err(fault)?;
    }
    let announcement = UnsignedNodeAnnouncement {
        features,
        timestamp: update.timestamp,
        node_id: ids[1],
        rgb: [0; 3],
        alias: NodeAlias([0; 32]),
        addresses: Vec::new(),
        excess_address_data: Vec::new(),
        excess_data: Vec::new(),
    };
    graph.update_node_from_unsigned_announcement(&announcement).map_err(fault)?;
    let params = RouteParameters::from_payment_params_and_value(params, AMOUNT_MSAT);
    let scorer = FixedPenaltyScorer::with_penalty(0);
    let found = find_route(&from, &params, &graph, None, payee, &scorer, &Default::default(), &[0; 32]);
    found.map(|_| ()).map_err(Content::reject)
}

pub fn announce(input: &FeaturesAnnounce) -> OperationResult {
    let mut features = NodeFeatures::empty();
    for bit in input.bits.iter().map(|bit| usize::from(*bit)) {
        let set = match (bit < 256, bit % 2) {
            (true, 0) => features.set_required_feature_bit(bit),
            (true, _) => features.set_optional_feature_bit(bit),
            (false, 0) => features.set_required_custom_bit(bit),
            (false, _) => features.set_optional_custom_bit(bit),
        };
        set.map_err(|()| Content::reject(format!("LDK does not set bit {bit}")))?;
    }
    // In a message the field stands behind its length.
    Ok(json!({ "features": hex::encode(&features.encode()[2..]) }))
}

/// What is no verdict on the case.
fn fault(error: impl std::fmt::Debug) -> Content {
    Content::error(format!("{error:?}"))
}
