//! The bent implementation as an adapter: a case's input in, an answer out. `docs/protocol.md` says what both look like.

use secp256k1::{PublicKey, SecretKey};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Bent;
use super::failure::Refused;
use super::node::{Decision, Htlc, Invoice, Node, Outcome};
use super::send::{RouteHop, Sent};
use super::tlv::Known;
use super::wire::Fault;
use crate::protocol::operation as input;
use crate::protocol::value::Hex;
use crate::protocol::{Content, Rejection};

enum Stop {
    Refused(Refused),
    Error(String),
}

type Answered = Result<Value, Stop>;

impl From<Refused> for Stop {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

fn refuse(reason: &'static str) -> Stop {
    Stop::Refused(Refused::plain(reason))
}

fn parse<T: DeserializeOwned>(input: &Value) -> Result<T, Stop> {
    T::deserialize(input).map_err(|error| Stop::Error(error.to_string()))
}

fn array(bytes: &Hex) -> Result<[u8; 32], Stop> {
    bytes.0.as_slice().try_into().map_err(|_| Stop::Error("a field has not 32 bytes".into()))
}

impl Bent {
    /// The answer to one case.
    pub fn answer(&self, operation: &str, input: &Value) -> Content {
        let answered = match operation {
            "bigsize.decode" => parse(input).and_then(|input| self.bigsize_decode(input)),
            "bigsize.encode" => parse(input).map(|input: input::BigSizeEncode| {
                let mut bytes = Vec::new();
                self.write_bigsize(input.value.0, &mut bytes);
                json!({"bytes": hex::encode(bytes)})
            }),
            "tlv.decode" => parse(input).and_then(|input| self.tlv_decode(input)),
            "ecdh.shared_secret" => parse(input).and_then(|input| self.answer_ecdh(input)),
            "onion.construct" => parse(input).and_then(|input| self.onion_construct(input)),
            "onion.peel" => parse(input).and_then(|input| self.onion_peel(input)),
            "keysend.send" => parse(input).and_then(|input| self.keysend_send(input)),
            "shared_secret.send" => parse(input).and_then(|input| self.shared_secret_send(input)),
            "keysend.receive" | "shared_secret.receive" => parse(input).and_then(|input| self.receive(input)),
            "node.sequence" => parse(input).and_then(|input| self.sequence(input)),
            other => return Content::Unsupported(format!("there is no operation {other:?}")),
        };
        match answered {
            Ok(output) => Content::Accept(output),
            Err(Stop::Refused(refused)) => Content::Reject(rejection(refused)),
            Err(Stop::Error(why)) => Content::Error(why),
        }
    }

    fn bigsize_decode(&self, input: input::BigSizeDecode) -> Answered {
        match self.read_bigsize(&input.bytes.0) {
            Ok((value, length)) => Ok(json!({"value": value.to_string(), "length": length})),
            Err(Fault::Truncated) => Err(refuse("bigsize_truncated")),
            Err(Fault::NotMinimal) => Err(refuse("bigsize_not_minimal")),
        }
    }

    fn tlv_decode(&self, input: input::TlvDecode) -> Answered {
        let known = match input.namespace {
            input::Namespace::N1 => Known::N1,
            input::Namespace::N2 => Known::N2,
            input::Namespace::Payload => Known::Payload,
        };
        let records = self.read_stream(known, &input.stream.0).map_err(|(reason, ..)| refuse(reason))?;
        let records: Vec<_> = records
            .iter()
            .map(|(r#type, value)| json!({"type": r#type.to_string(), "value": hex::encode(value)}))
            .collect();
        Ok(json!({"records": records}))
    }

    fn secret_key(&self, bytes: &Hex, reason: &'static str) -> Result<SecretKey, Stop> {
        self.read_secret_key(&bytes.0).ok_or_else(|| refuse(reason))
    }

    fn public_key(&self, bytes: &Hex) -> Result<PublicKey, Stop> {
        self.read_public_key(&bytes.0).ok_or_else(|| refuse("public_key_invalid"))
    }

    fn answer_ecdh(&self, input: input::Ecdh) -> Answered {
        let secret_key = self.secret_key(&input.secret_key, "secret_key_invalid")?;
        let shared = self.ecdh(&self.public_key(&input.public_key)?, &secret_key);
        Ok(json!({"shared_secret": hex::encode(shared.secret), "x": hex::encode(shared.x)}))
    }

    fn onion_construct(&self, input: input::Construct) -> Answered {
        let session_key = self.secret_key(&input.session_key, "session_key_invalid")?;
        let nodes =
            input.hops.iter().map(|hop| self.public_key(&hop.public_key)).collect::<Result<Vec<_>, _>>()?;
        let payloads: Vec<_> = input.hops.iter().map(|hop| hop.payload.0.as_slice()).collect();
        let packet =
            self.construct(&session_key, &nodes, &payloads, &input.associated_data.0).map_err(refuse)?;
        Ok(json!({"packet": hex::encode(packet)}))
    }

    fn onion_peel(&self, input: input::Peel) -> Answered {
        let node_secret = self.secret_key(&input.node_secret, "secret_key_invalid")?;
        let path_key = input.path_key.as_ref().map(|key| self.public_key(key)).transpose()?;
        let peeled = self.peel(&node_secret, &input.packet.0, &input.associated_data.0, path_key.as_ref())?;
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

    fn route(&self, hops: &[input::SendHop]) -> Result<Vec<RouteHop>, Stop> {
        hops.iter()
            .map(|hop| {
                Ok(RouteHop {
                    node: self.public_key(&hop.public_key)?,
                    amount: hop.amt_to_forward.0,
                    expiry: hop.outgoing_cltv_value,
                    channel: hop.short_channel_id.as_ref().map(|channel| channel.0.clone()),
                })
            })
            .collect()
    }

    fn keysend_send(&self, input: input::Send) -> Answered {
        let session_key = self.secret_key(&input.session_key, "session_key_invalid")?;
        let preimage = input.preimage.ok_or_else(|| Stop::Error("the input has no preimage".into()))?;
        let custom: Vec<_> =
            input.custom_records.into_iter().map(|record| (record.r#type.0, record.value.0)).collect();
        let hops = self.route(&input.hops)?;
        let sent = self.send_keysend(&session_key, &preimage.0, &hops, &custom).map_err(refuse)?;
        Ok(output_of(&sent))
    }

    fn shared_secret_send(&self, input: input::Send) -> Answered {
        let session_key = self.secret_key(&input.session_key, "session_key_invalid")?;
        let x_only = input.profile == Some(input::Profile::XOnly);
        let custom: Vec<_> =
            input.custom_records.into_iter().map(|record| (record.r#type.0, record.value.0)).collect();
        let hops = self.route(&input.hops)?;
        let sent = self.send_shared_secret(&session_key, x_only, &hops, &custom).map_err(refuse)?;
        let mut output = output_of(&sent);
        output["preimage"] = hex::encode(&sent.preimage).into();
        Ok(output)
    }

    fn deliver(&self, node: &mut Node<'_>, htlc: &input::Htlc) -> Result<Vec<Decision>, Stop> {
        Ok(node.receive(&Htlc {
            amount: htlc.amount_msat.0,
            expiry: htlc.cltv_expiry,
            hash: array(&htlc.payment_hash)?,
            packet: htlc.packet.0.clone(),
            path_key: htlc.path_key.as_ref().map(|key| self.public_key(key)).transpose()?,
        }))
    }

    fn receive(&self, input: input::Receive) -> Answered {
        let secret = self.secret_key(&input.node_secret, "secret_key_invalid")?;
        let mut node = Node::new(self, secret, input.height, input.settings);
        match self.deliver(&mut node, &input.htlc)?.pop() {
            Some((_, Outcome::Failed(refused))) => Err(refused.into()),
            Some(decision) => {
                let mut output = output_of_decision(decision);
                if let Some(map) = output.as_object_mut() {
                    map.shift_remove("htlc");
                }
                Ok(output)
            }
            None => Err(Stop::Error("nothing was decided".into())),
        }
    }

    fn sequence(&self, input: input::Sequence) -> Answered {
        let secret = self.secret_key(&input.node_secret, "secret_key_invalid")?;
        let mut node = Node::new(self, secret, input.height, input.settings);
        let mut outcomes = Vec::new();
        for event in input.events {
            let mut decisions = Vec::new();
            match event {
                input::Event::Htlc { htlc, .. } => decisions = self.deliver(&mut node, &htlc)?,
                input::Event::Invoice { preimage, payment_secret, amount_msat } => {
                    node.add_invoice(Invoice {
                        preimage: preimage.0,
                        payment_secret: payment_secret.0,
                        amount: amount_msat.map(|amount| amount.0),
                    })
                }
                input::Event::Height { height } => node.set_height(height),
                input::Event::Time { seconds } => decisions = node.pass_time(seconds.into()),
                input::Event::Settings { settings } => node.set_settings(settings),
            }
            outcomes.push(decisions.into_iter().map(output_of_decision).collect::<Vec<_>>());
        }
        Ok(json!({"outcomes": outcomes}))
    }
}

fn output_of(sent: &Sent) -> Value {
    json!({
        "payment_hash": hex::encode(sent.payment_hash),
        "final_payload": hex::encode(&sent.final_payload),
        "packet": hex::encode(&sent.packet),
    })
}

fn rejection(refused: Refused) -> Rejection {
    let (code, data) = refused.failure.unzip();
    Rejection {
        reason: refused.reason.to_owned(),
        code: code.map(|code| format!("{code:04x}")),
        data: data.map(hex::encode),
    }
}

fn output_of_decision((htlc, outcome): Decision) -> Value {
    match outcome {
        Outcome::Claimed(preimage) => {
            json!({"htlc": htlc, "outcome": "claimed", "preimage": hex::encode(preimage)})
        }
        Outcome::Held => json!({"htlc": htlc, "outcome": "held"}),
        Outcome::Forwarded(channel) => {
            json!({"htlc": htlc, "outcome": "forwarded", "short_channel_id": hex::encode(channel)})
        }
        Outcome::Failed(refused) => {
            let mut output = json!({"htlc": htlc, "outcome": "failed"});
            if let (Value::Object(output), Ok(Value::Object(rejection))) =
                (&mut output, serde_json::to_value(rejection(refused)))
            {
                output.extend(rejection);
            }
            output
        }
    }
}
