//! The protocol's side: a case's input in, an answer out. `docs/protocol.md` says what both look like.

use secp256k1::{PublicKey, SecretKey};
use serde_json::{Value, json};

use super::Implementation;
use super::attribution::HOPS;
use super::node::{Decision, Node, Outcome};
use super::offline::Choices;
use super::payer::{self, Offer, Payer};
use super::payment::{Htlc, Invoice};
use super::sealed::TAG;
use super::send::{Order, OutgoingPayment};
use super::wire::Fault;
use crate::protocol::operation::{self as input, Input, PayerEvent};
use crate::protocol::value::Hex;
use crate::protocol::{Content, OperationResult, Rejection, serve};
use crate::quirks::list::Quirk as Q;

impl Implementation {
    /// The answer to a case whose input is still JSON.
    pub fn answer(&self, operation: &str, input: &Value) -> Content {
        serve::answer_json(operation, &input.to_string(), |input| self.answer_input(input))
    }

    /// The answer to one case.
    pub fn answer_input(&self, input: &Input) -> Content {
        Content::of(match input {
            Input::BigSizeDecode(input) => match self.read_bigsize(&input.bytes.0) {
                Ok((value, length)) => Ok(json!({"value": value.to_string(), "length": length})),
                Err(Fault::Truncated) => Err(Content::reject("bigsize_truncated")),
                Err(Fault::NotMinimal) => Err(Content::reject("bigsize_not_minimal")),
            },
            Input::BigSizeEncode(input) => {
                let mut bytes = Vec::new();
                self.write_bigsize(input.value.0, &mut bytes);
                Ok(json!({"bytes": hex::encode(bytes)}))
            }
            Input::TlvDecode(input) => self.tlv_decode(input),
            Input::Ecdh(input) => self.answer_ecdh(input),
            Input::Construct(input) => self.onion_construct(input),
            Input::Peel(input) => self.onion_peel(input),
            Input::KeysendSend(input) => self.keysend_send(input),
            Input::SharedSecretSend(input) => self.shared_secret_send(input),
            Input::KeysendReceive(input) | Input::SharedSecretReceive(input) => self.receive(input),
            Input::Sequence(input) => self.sequence(input, false),
            Input::AmpSequence(input) => self.sequence(input, true),
            Input::FailureCreate(input) => self.failure_create(input),
            Input::FailureWrap(input) => self.failure_wrap(input),
            Input::FailureOpen(input) => self.failure_open(input),
            Input::AttributionUpdate(input) => self.attribution_update(input),
            Input::AttributionOpen(input) => self.attribution_open(input),
            Input::BlindedCreate(input) => self.blinded_create(input),
            Input::BlindedUnblind(input) => self.blinded_unblind(input),
            Input::FeaturesMayPay(input) => self.features_may_pay(input),
            Input::FeaturesAnnounce(input) => self
                .announce(&input.bits)
                .map(|features| json!({"features": hex::encode(features)}))
                .map_err(Content::reject),
            Input::AmpSplit(input) => self.amp_split(input),
            Input::AmpClaim(input) => self.amp_claim(input),
            Input::PayerSequence(input) => self.payer_sequence(input),
            Input::OfflineDerive(input) => self.offline_derive(input),
        })
    }

    fn tlv_decode(&self, input: &input::TlvDecode) -> OperationResult {
        let records = self
            .read_stream(input.namespace, false, &input.stream.0)
            .map_err(|(reason, ..)| Content::reject(reason))?;
        let records: Vec<_> = records
            .iter()
            .map(|(r#type, value)| json!({"type": r#type.to_string(), "value": hex::encode(value)}))
            .collect();
        Ok(json!({"records": records}))
    }

    fn secret_key(&self, bytes: &Hex, reason: &str) -> Result<SecretKey, Content> {
        self.read_secret_key(&bytes.0).ok_or_else(|| Content::reject(reason))
    }

    fn public_key(&self, bytes: &Hex) -> Result<PublicKey, Content> {
        self.read_public_key(&bytes.0).ok_or_else(|| Content::reject("public_key_invalid"))
    }

    fn answer_ecdh(&self, input: &input::Ecdh) -> OperationResult {
        let secret_key = self.secret_key(&input.secret_key, "secret_key_invalid")?;
        let shared = self.ecdh(&self.public_key(&input.public_key)?, &secret_key);
        Ok(json!({"shared_secret": hex::encode(shared.secret), "x": hex::encode(shared.x)}))
    }

    fn onion_construct(&self, input: &input::Construct) -> OperationResult {
        let session_key = self.secret_key(&input.session_key, "session_key_invalid")?;
        let nodes =
            input.hops.iter().map(|hop| self.public_key(&hop.public_key)).collect::<Result<Vec<_>, _>>()?;
        let payloads: Vec<_> = input.hops.iter().map(|hop| hop.payload.0.as_slice()).collect();
        let packet = self
            .construct(&session_key, &nodes, &payloads, &input.associated_data.0)
            .map_err(Content::reject)?;
        Ok(json!({"packet": hex::encode(packet)}))
    }

    fn onion_peel(&self, input: &input::Peel) -> OperationResult {
        let node_secret = self.secret_key(&input.node_secret, "secret_key_invalid")?;
        let path_key = input.path_key.as_ref().map(|key| self.public_key(key)).transpose()?;
        let peeled = self
            .peel(&node_secret, &input.packet.0, &input.associated_data.0, path_key.as_ref())
            .map_err(|refusal| Content::Reject(refusal.into()))?;
        let mut output = json!({
            "final": peeled.next.is_none(),
            "payload": hex::encode(peeled.payload),
            "shared_secret": hex::encode(peeled.shared.secret),
        });
        if let Some(next) = peeled.next {
            output["next_packet"] = hex::encode(next).into();
        }
        Ok(output)
    }

    fn order<'a>(
        &self,
        session_key: &Hex,
        hops: &'a [input::SendHop],
        custom_records: &'a [input::CustomRecord],
    ) -> Result<Order<'a>, Content> {
        Ok(Order {
            session_key: self.secret_key(session_key, "session_key_invalid")?,
            nodes: hops.iter().map(|hop| self.public_key(&hop.public_key)).collect::<Result<_, _>>()?,
            hops,
            custom_records,
        })
    }

    fn keysend_send(&self, input: &input::Send) -> OperationResult {
        let order = self.order(&input.session_key, &input.hops, &input.custom_records)?;
        let preimage = input.preimage.as_ref().ok_or_else(|| Content::error("the input has no preimage"))?;
        Ok(output_of_payment(&self.send_keysend(&order, &preimage.0).map_err(Content::reject)?))
    }

    fn shared_secret_send(&self, input: &input::Send) -> OperationResult {
        let order = self.order(&input.session_key, &input.hops, &input.custom_records)?;
        let x_only = input.profile == Some(input::Profile::XOnly);
        let payment = self.send_shared_secret(&order, x_only).map_err(Content::reject)?;
        let mut output = output_of_payment(&payment);
        output["preimage"] = hex::encode(&payment.preimage).into();
        Ok(output)
    }

    fn deliver(&self, node: &mut Node<'_>, htlc: &input::Htlc) -> Result<Vec<Decision>, Content> {
        let hash = htlc.payment_hash.0.as_slice();
        Ok(node.receive(&Htlc {
            amount: htlc.amount_msat.0,
            expiry: htlc.cltv_expiry,
            hash: hash.try_into().map_err(|_| Content::error("payment_hash does not have 32 bytes"))?,
            packet: &htlc.packet.0,
            path_key: htlc.path_key.as_ref().map(|key| self.public_key(key)).transpose()?,
        }))
    }

    fn receive(&self, input: &input::Receive) -> OperationResult {
        let secret = self.secret_key(&input.node_secret, "secret_key_invalid")?;
        let mut node = Node::new(self, secret, input.height, input.settings);
        match self.deliver(&mut node, &input.htlc)?.pop() {
            Some((_, Outcome::Failed(refusal))) => Err(Content::Reject(refusal.into())),
            Some((_, outcome)) => Ok(output_of_outcome(outcome)),
            None => Err(Content::error("nothing was decided")),
        }
    }

    fn sequence(&self, input: &input::Sequence, accepts_amp: bool) -> OperationResult {
        let secret = self.secret_key(&input.node_secret, "secret_key_invalid")?;
        let mut node = Node::new(self, secret, input.height, input.settings);
        node.accepts_amp = accepts_amp;
        let mut outcomes = Vec::new();
        for event in &input.events {
            let mut decisions = Vec::new();
            match event {
                input::Event::Htlc { htlc, .. } => decisions = self.deliver(&mut node, htlc)?,
                input::Event::Invoice { preimage, payment_secret, amount_msat } => {
                    node.add_invoice(Invoice {
                        preimage: preimage.0.clone(),
                        payment_secret: payment_secret.0.clone(),
                        amount: amount_msat.map(|amount| amount.0),
                    })
                }
                input::Event::Height { height } => decisions = node.set_height(*height),
                input::Event::Time { seconds } => decisions = node.pass_time((*seconds).into()),
                input::Event::Settings { settings } => node.set_settings(*settings),
            }
            outcomes.push(decisions.into_iter().map(output_of_decision).collect::<Vec<_>>());
        }
        Ok(json!({"outcomes": outcomes}))
    }

    fn failure_create(&self, input: &input::FailureCreate) -> OperationResult {
        let packet = self.create_return(secret_of(&input.shared_secret)?, &input.failure_message.0);
        Ok(json!({"packet": hex::encode(packet)}))
    }

    fn failure_wrap(&self, input: &input::FailureWrap) -> OperationResult {
        let packet =
            self.wrap_return(secret_of(&input.shared_secret)?, &input.packet.0).map_err(Content::reject)?;
        Ok(json!({"packet": hex::encode(packet)}))
    }

    /// The secrets that the payer shares with each hop.
    fn route(&self, session_key: &Hex, public_keys: &[Hex]) -> Result<Vec<[u8; 32]>, Content> {
        let session_key = self.secret_key(session_key, "session_key_invalid")?;
        let nodes = public_keys.iter().map(|key| self.public_key(key)).collect::<Result<Vec<_>, _>>()?;
        let keys = self.hop_keys(&session_key, &nodes);
        let keys = keys.ok_or_else(|| Content::reject("session_key_invalid"))?;
        Ok(keys.into_iter().map(|keys| keys.shared.secret).collect())
    }

    fn failure_open(&self, input: &input::FailureOpen) -> OperationResult {
        let secrets = self.route(&input.session_key, &input.public_keys)?;
        let failure = self.open_return(&secrets, &input.packet.0).map_err(Content::reject)?;
        let mut output = json!({"hop": failure.hop});
        if let Some(message) = failure.message {
            output["failure_message"] = hex::encode(message).into();
        }
        if let Some(code) = failure.code {
            output["code"] = hex::encode(code).into();
        }
        Ok(output)
    }

    fn attribution_update(&self, input: &input::AttributionUpdate) -> OperationResult {
        let secret = secret_of(&input.shared_secret)?;
        let packet = input.packet.as_ref().map(|packet| packet.0.as_slice());
        let received = input.attribution_data.as_ref().map(|data| data.0.as_slice());
        let data = self.update_attribution(secret, input.hold_time, packet, received);
        let data = data.ok_or_else(|| Content::error("attribution_data does not have 920 bytes"))?;
        Ok(json!({"attribution_data": hex::encode(data)}))
    }

    fn attribution_open(&self, input: &input::AttributionOpen) -> OperationResult {
        let secrets = self.route(&input.session_key, &input.public_keys)?;
        if secrets.len() > HOPS {
            return Err(Content::error("the route has more than 20 hops"));
        }
        let packet = input.packet.as_ref().map(|packet| packet.0.as_slice());
        let read = self.open_attribution(&secrets, packet, &input.attribution_data.0);
        let read = read.ok_or_else(|| Content::error("attribution_data does not have 920 bytes"))?;
        let mut output = json!({"hold_times": read.hold_times});
        if let Some(hop) = read.invalid_hop {
            output["invalid_hop"] = hop.into();
        }
        Ok(output)
    }

    fn blinded_create(&self, input: &input::BlindedCreate) -> OperationResult {
        let session_key = self.secret_key(&input.session_key, "session_key_invalid")?;
        let nodes: Result<Vec<_>, _> =
            input.hops.iter().map(|hop| self.public_key(&hop.public_key)).collect();
        let data: Vec<_> = input.hops.iter().map(|hop| hop.recipient_data.0.as_slice()).collect();
        let route = self.create_route(&session_key, &nodes?, &data).map_err(Content::reject)?;
        let hops = route.hops.iter().map(|hop| {
            json!({
                "blinded_node_id": hex::encode(hop.node_id),
                "encrypted_recipient_data": hex::encode(&hop.data),
            })
        });
        Ok(json!({
            "first_path_key": hex::encode(route.first_path_key),
            "hops": hops.collect::<Vec<_>>(),
        }))
    }

    fn blinded_unblind(&self, input: &input::BlindedUnblind) -> OperationResult {
        let node_secret = self.secret_key(&input.node_secret, "secret_key_invalid")?;
        let path_key = self.public_key(&input.path_key)?;
        let sealed = input.encrypted_recipient_data.0.as_slice();
        if sealed.len() < TAG && self.has(Q::ShortBlindedDataCrash) {
            return Err(Content::error("the tag's offset is negative"));
        }
        let found = self.unblind(&node_secret, &path_key, sealed).map_err(Content::reject)?;
        Ok(json!({
            "blinded_secret": hex::encode(found.secret.to_secret_bytes()),
            "recipient_data": hex::encode(found.data),
            "next_path_key": hex::encode(found.next_path_key),
        }))
    }

    fn features_may_pay(&self, input: &input::FeaturesMayPay) -> OperationResult {
        let invoice = input.invoice_features.as_ref().map_or(&[][..], |features| &features.0);
        let keysend =
            self.may_pay(input.payment, &input.node_features.0, invoice).map_err(Content::reject)?;
        Ok(json!({"keysend": keysend}))
    }

    fn amp_split(&self, input: &input::AmpSplit) -> OperationResult {
        let (root, set_id) = (of_32_bytes(&input.root)?, of_32_bytes(&input.set_id)?);
        let shares = input.shares.iter().map(of_32_bytes).collect::<Result<Vec<_>, _>>()?;
        let children = self.split_amp(&root, &set_id, &shares, &input.child_indexes);
        let children =
            children.ok_or_else(|| Content::error("there is not one child_index for each child"))?;
        let children = children.iter().map(|child| {
            json!({
                "record": hex::encode(&child.record),
                "preimage": hex::encode(child.preimage),
                "payment_hash": hex::encode(child.payment_hash),
            })
        });
        Ok(json!({"children": children.collect::<Vec<_>>()}))
    }

    fn amp_claim(&self, input: &input::AmpClaim) -> OperationResult {
        if input.parts.is_empty() {
            return Err(Content::error("there are no parts"));
        }
        let mut parts = Vec::new();
        for part in &input.parts {
            of_32_bytes(&part.payment_hash)?;
            parts.push((part.record.0.as_slice(), part.payment_hash.0.as_slice()));
        }
        let preimages = self.claim_amp(&parts).map_err(Content::reject)?;
        Ok(json!({"preimages": preimages.iter().map(hex::encode).collect::<Vec<_>>()}))
    }

    fn payer_sequence(&self, input: &input::PayerSequence) -> OperationResult {
        let mut payer = Payer::new(self);
        let mut outcomes = Vec::new();
        for event in &input.events {
            outcomes.push(output_of_event(self.payer_event(&mut payer, input.scheme, event)?));
        }
        Ok(json!({"outcomes": outcomes}))
    }

    fn payer_event<'a>(
        &self,
        payer: &mut Payer<'a>,
        scheme: input::Scheme,
        event: &'a PayerEvent,
    ) -> Result<payer::Outcome, Content> {
        let not_in_flight = || Content::error("the attempt is not in flight");
        match event {
            PayerEvent::Attempt { payment, session_key, preimage, hops } => {
                let order = self.order(session_key, hops, &[])?;
                let preimage = match (scheme, preimage) {
                    (input::Scheme::SharedSecret, _) => None,
                    (input::Scheme::Keysend, Some(preimage)) if preimage.0.len() == 32 => {
                        Some(preimage.0.as_slice())
                    }
                    (input::Scheme::Keysend, _) => {
                        return Err(Content::error("the attempt has no preimage of 32 bytes"));
                    }
                };
                payer.attempt(Offer { payment: *payment, order, preimage }).map_err(Content::reject)
            }
            PayerEvent::Failed { attempt, packet } => {
                payer.fail(*attempt, &packet.0).ok_or_else(not_in_flight)
            }
            PayerEvent::Fulfilled { attempt, preimage } => {
                payer.fulfill(*attempt, &preimage.0).ok_or_else(not_in_flight)
            }
            PayerEvent::InvoicePaid { preimage } => {
                payer.invoice_paid(&preimage.0);
                Ok(payer::Outcome::Noted)
            }
            PayerEvent::ChannelUpdate { public_key } => {
                payer.channel_update(self.public_key(public_key)?);
                Ok(payer::Outcome::Noted)
            }
        }
    }

    fn offline_derive(&self, input: &input::OfflineDerive) -> OperationResult {
        let secret_key = self.secret_key(&input.secret_key, "secret_key_invalid")?;
        let public_key = self.public_key(&input.public_key)?;
        let choices =
            Choices { secret: input.secret, hmac_key: input.hmac_key, encoding: input.amount_encoding };
        let derived = self
            .derive_offline(&secret_key, &public_key, input.amount.0, choices)
            .map_err(Content::reject)?;
        Ok(json!({
            "preimage": hex::encode(derived.preimage),
            "payment_hash": hex::encode(derived.payment_hash),
            "short_channel_id": hex::encode(derived.channel),
        }))
    }
}

/// A shared secret of an input.
fn secret_of(bytes: &Hex) -> Result<&[u8], Content> {
    if bytes.0.len() == 32 {
        Ok(&bytes.0)
    } else {
        Err(Content::error("shared_secret does not have 32 bytes"))
    }
}

/// A field that always has 32 bytes.
fn of_32_bytes(bytes: &Hex) -> Result<[u8; 32], Content> {
    bytes.0.as_slice().try_into().map_err(|_| Content::error("a field does not have its 32 bytes"))
}

fn output_of_payment(payment: &OutgoingPayment) -> Value {
    json!({
        "payment_hash": hex::encode(payment.payment_hash),
        "final_payload": hex::encode(&payment.final_payload),
        "packet": hex::encode(&payment.packet),
    })
}

fn output_of_event(outcome: payer::Outcome) -> Value {
    match outcome {
        payer::Outcome::Sent { payment_hash, packet } => json!({
            "outcome": "sent",
            "payment_hash": hex::encode(payment_hash),
            "packet": hex::encode(packet),
        }),
        payer::Outcome::NotSent(reason) => json!({"outcome": "not_sent", "reason": reason}),
        payer::Outcome::Returned(failure) => {
            let mut output = json!({"outcome": "returned"});
            if let Some(failure) = failure {
                output["hop"] = failure.hop.into();
                if let Some(message) = failure.message {
                    output["failure_message"] = hex::encode(message).into();
                }
            }
            output
        }
        payer::Outcome::Paid => json!({"outcome": "paid"}),
        payer::Outcome::PreimageWrong => json!({"outcome": "preimage_wrong"}),
        payer::Outcome::Noted => json!({"outcome": "noted"}),
    }
}

fn output_of_outcome(outcome: Outcome) -> Value {
    match outcome {
        Outcome::Claimed(preimage) => json!({"outcome": "claimed", "preimage": hex::encode(preimage)}),
        Outcome::Held => json!({"outcome": "held"}),
        Outcome::Forwarded(channel) => {
            json!({"outcome": "forwarded", "short_channel_id": hex::encode(channel)})
        }
        Outcome::Failed(refusal) => {
            let Rejection { reason, code, data } = refusal.into();
            let mut output = json!({"outcome": "failed", "reason": reason});
            if let (Some(code), Some(data)) = (code, data) {
                output["code"] = code.into();
                output["data"] = data.into();
            }
            output
        }
    }
}

fn output_of_decision((htlc, outcome): Decision) -> Value {
    let mut output = output_of_outcome(outcome);
    output["htlc"] = htlc.into();
    output
}
