//! Oracles of one HTLC at a node without a memory, with and without a keysend record. The input is the node's secret key (32),
//! the path key (33, zero for none), the height (4), the settings (keysend, shared secret, each a byte, and
//! `min_final_cltv_expiry_delta`, 4), a byte for each policy, `amount_msat` (8), `cltv_expiry` (4), the payment hash (32) and the
//! packet, as on the wire. Integers are big-endian.

use k256::elliptic_curve::sec1::ToSec1Point;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use spontan::reference;
use spontan::bolt1::tlv;
use spontan::node::Policies;
use spontan::protocol::{Content, Rejection};

use crate::sealed::Delivery;
use crate::{Checked, Finding, Record, Second, Seen, agree, ensure, ldk};

/// How many policies there are.
pub const POLICIES: usize = Policies::ALL.len();

/// What LDK chose, as its adapter declares it, with the shared-secret scheme it does not have.
const LIKE_LDK: &[(&str, &str)] = &[
    ("custom_even_records", "accept"),
    ("keysend_payment_data", "accept_multipart"),
    ("final_short_channel_id", "reject"),
];

/// What the operator sets, as bytes: whatever they are, they are something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Even: keysend is accepted.
    pub keysend: u8,
    /// Modulo 3: off, `bolt4`, `x-only`.
    pub shared_secret: u8,
    /// `min_final_cltv_expiry_delta`.
    pub delta: u32,
}

impl Settings {
    /// Reads 6 bytes.
    pub const fn read(bytes: [u8; 6]) -> Self {
        let [keysend, shared_secret, delta @ ..] = bytes;
        Self { keysend, shared_secret, delta: u32::from_be_bytes(delta) }
    }

    /// The 6 bytes.
    pub fn write(&self) -> Vec<u8> {
        [&[self.keysend, self.shared_secret], &self.delta.to_be_bytes()[..]].concat()
    }

    /// As the protocol has them.
    pub fn json(&self) -> Value {
        let shared_secret = ["off", "bolt4", "x-only"][usize::from(self.shared_secret % 3)];
        json!({
            "keysend": if self.keysend.is_multiple_of(2) { "accept" } else { "refuse" },
            "shared_secret": shared_secret,
            "min_final_cltv_expiry_delta": self.delta,
        })
    }
}

/// The choices that these bytes make.
pub fn choices(bytes: &[u8; POLICIES]) -> Vec<(&'static str, &'static str)> {
    let chosen = |((policy, values), byte): (&(&'static str, &'static [&'static str]), &u8)| {
        (*policy, values[usize::from(*byte) % values.len()])
    };
    Policies::ALL.iter().zip(bytes).map(chosen).collect()
}

/// One HTLC and its node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The node's secret key.
    pub node_secret: [u8; 32],
    /// The path key; zeros for none.
    pub path_key: [u8; 33],
    /// The height.
    pub height: u32,
    /// What the operator set.
    pub settings: Settings,
    /// What the implementation chose.
    pub policies: [u8; POLICIES],
    /// `amount_msat`.
    pub amount: u64,
    /// `cltv_expiry`.
    pub expiry: u32,
    /// The payment hash.
    pub hash: [u8; 32],
    /// The packet.
    pub packet: Vec<u8>,
}

impl Payment {
    /// Reads an input.
    pub fn read(input: &[u8]) -> Option<Self> {
        let (node_secret, rest) = input.split_first_chunk()?;
        let (path_key, rest) = rest.split_first_chunk()?;
        let (height, rest) = rest.split_first_chunk()?;
        let (settings, rest) = rest.split_first_chunk()?;
        let (policies, rest) = rest.split_first_chunk()?;
        let (amount, rest) = rest.split_first_chunk()?;
        let (expiry, rest) = rest.split_first_chunk()?;
        let (hash, packet) = rest.split_first_chunk()?;
        Some(Self {
            node_secret: *node_secret,
            path_key: *path_key,
            height: u32::from_be_bytes(*height),
            settings: Settings::read(*settings),
            policies: *policies,
            amount: u64::from_be_bytes(*amount),
            expiry: u32::from_be_bytes(*expiry),
            hash: *hash,
            packet: packet.to_vec(),
        })
    }

    /// Writes an input.
    pub fn write(&self) -> Vec<u8> {
        let numbers = (self.height.to_be_bytes(), self.amount.to_be_bytes(), self.expiry.to_be_bytes());
        let settings = self.settings.write();
        let before = [&self.node_secret[..], &self.path_key, &numbers.0, &settings, &self.policies].concat();
        [&before[..], &numbers.1, &numbers.2, &self.hash, &self.packet].concat()
    }

    /// The packet with whom it is for.
    pub fn delivery(&self) -> Delivery<'_> {
        Delivery {
            node_secret: &self.node_secret,
            path_key: &self.path_key,
            associated_data: &self.hash,
            packet: &self.packet,
        }
    }

    /// The HTLC as the protocol has it.
    pub fn htlc(&self) -> Value {
        let mut htlc = json!({
            "amount_msat": self.amount.to_string(),
            "cltv_expiry": self.expiry,
            "payment_hash": hex::encode(self.hash),
            "packet": hex::encode(&self.packet),
        });
        if self.delivery().path_key().is_some() {
            htlc["path_key"] = hex::encode(self.path_key).into();
        }
        htlc
    }

    /// The operation's input.
    pub fn input(&self) -> Value {
        json!({
            "node_secret": hex::encode(self.node_secret),
            "height": self.height,
            "settings": self.settings.json(),
            "htlc": self.htlc(),
        })
    }

    /// The payload's records as far as they can be read.
    pub fn records(&self) -> Vec<Record> {
        let payload = self.delivery().payload().unwrap_or_default();
        tlv::records(&payload)
            .map_while(Result::ok)
            .map(|record| (record.r#type, record.value.to_vec()))
            .collect()
    }

    /// What must hold of every answer: a claim has the preimage of its hash, and a failure says nothing but what its
    /// code must say, so that two failures with one code cannot be told apart.
    ///
    /// # Errors
    /// When it does not hold.
    pub fn outward(&self, answer: &Content) -> Result<(), Finding> {
        match answer {
            Content::Accept(output) if output["outcome"] == "claimed" => self.claims(&output["preimage"]),
            Content::Reject(Rejection { code: Some(code), data: Some(data), reason }) => {
                let packet = || hex::encode(Sha256::digest(&self.packet));
                let wanted = match code.as_str() {
                    "400f" => {
                        hex::encode([&self.amount.to_be_bytes()[..], &self.height.to_be_bytes()].concat())
                    }
                    "0012" => hex::encode(self.expiry.to_be_bytes()),
                    "0013" => hex::encode(self.amount.to_be_bytes()),
                    "c004" | "c005" | "c006" | "c018" => packet(),
                    // It names a record of the payload that the payer wrote.
                    "4016" => data.clone(),
                    _ => {
                        return Err(Finding(format!("{reason}: no failure of one HTLC has the code {code}")));
                    }
                };
                ensure!(*data == wanted, "{reason}: the data of {code} is {data}, not {wanted}");
                let blinded = self.delivery().path_key().is_none() || code == "c018";
                ensure!(blinded, "{reason}: with a path key the code is {code}, not c018");
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Checks a claim's preimage against the hash.
    ///
    /// # Errors
    /// When it is another's.
    pub fn claims(&self, preimage: &Value) -> Result<(), Finding> {
        let preimage = hex::decode(preimage.as_str().unwrap_or_default()).unwrap_or_default();
        let hash: [u8; 32] = Sha256::digest(&preimage).into();
        ensure!(hash == self.hash, "{} is claimed with {}", hex::encode(self.hash), hex::encode(preimage));
        Ok(())
    }

    /// The shared secret by `k256`, in the profile that is set; none if it is off or a path key blinds it.
    fn secret_by_k256(&self) -> Option<[u8; 32]> {
        let node = k256::SecretKey::from_slice(&self.node_secret).ok()?;
        let ephemeral = self.packet.get(1..34).filter(|_| self.delivery().path_key().is_none())?;
        let ephemeral = k256::PublicKey::from_sec1_bytes(ephemeral).ok()?;
        let point = (ephemeral.to_projective() * *node.to_nonzero_scalar()).to_affine();
        let point = point.to_sec1_point(true);
        match self.settings.shared_secret % 3 {
            1 => Some(Sha256::digest(point.as_bytes()).into()),
            2 => point.as_bytes()[1..].try_into().ok(),
            _ => None,
        }
    }
}

/// One HTLC as a keysend: the second implementation gives the same answer, LDK the same verdict where it is not known to
/// differ, and a claim has a record and an amount that allow it.
pub fn keysend(bytes: &[u8], second: &Second) -> Checked {
    let Some(payment) = Payment::read(bytes) else {
        return Ok(Seen::skipped("too short for an HTLC and its node"));
    };
    let choices = choices(&payment.policies);
    let answer = agree::ask("keysend.receive", &payment.input(), &choices, second)?;
    payment.outward(&answer)?;
    let records = payment.records();
    if let Content::Accept(output) = &answer
        && output["outcome"] == "claimed"
    {
        let record = records.iter().find(|(kind, _)| *kind == 5_482_373_484);
        let by_record = record.is_some_and(|(_, value)| output["preimage"] == hex::encode(value));
        let by_secret = record.is_none() && !payment.settings.shared_secret.is_multiple_of(3);
        ensure!(by_record || by_secret, "claimed with a preimage that nobody sent: {output}");
        ensure!(!by_record || payment.settings.keysend.is_multiple_of(2), "keysend is switched off");
        let asked = records.iter().find(|(kind, _)| *kind == 2).map(|(_, value)| value.as_slice());
        let asked = asked.unwrap_or_default().iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        ensure!(payment.amount >= asked, "claimed for {} msat of {asked}", payment.amount);
        let least = u64::from(payment.height) + u64::from(payment.settings.delta);
        ensure!(u64::from(payment.expiry) >= least, "claimed at expiry {} of {least}", payment.expiry);
    }
    let like_ldk = Payment {
        settings: Settings { keysend: 0, shared_secret: 0, ..payment.settings },
        ..payment.clone()
    };
    let (policies, _) = agree::declared(LIKE_LDK);
    let ours = reference::answer("keysend.receive", &like_ldk.input(), policies);
    Ok(Seen::compared(2).and(ldk::receive(&like_ldk.input(), &records, &ours)?))
}

/// One HTLC as a shared-secret payment: the second implementation gives the same answer; the preimage of a claim without a
/// record is that of the secret that `k256` computes, and LDK, which has no such payments, has the same BOLT 4 secret.
pub fn shared_secret(bytes: &[u8], second: &Second) -> Checked {
    let Some(payment) = Payment::read(bytes) else {
        return Ok(Seen::skipped("too short for an HTLC and its node"));
    };
    let choices = choices(&payment.policies);
    let answer = agree::ask("shared_secret.receive", &payment.input(), &choices, second)?;
    payment.outward(&answer)?;
    let mut seen = Seen::compared(2);
    let keysend = payment.records().iter().any(|(kind, _)| *kind == 5_482_373_484);
    let claimed = match &answer {
        Content::Accept(output) if output["outcome"] == "claimed" && !keysend => Some(&output["preimage"]),
        _ => None,
    };
    match (claimed, payment.secret_by_k256()) {
        (Some(preimage), Some(secret)) => {
            let wanted = hex::encode(Sha256::digest(secret));
            ensure!(*preimage == wanted, "claimed with {preimage}; k256 has {wanted}");
            seen = seen.and(Seen::compared(1));
        }
        (Some(preimage), None) if payment.delivery().path_key().is_none() => {
            return Err(Finding(format!("claimed with {preimage} while the scheme is switched off")));
        }
        _ => {}
    }
    let input = crate::onion::input(&payment.delivery());
    let peeled = reference::answer("onion.peel", &input, Policies::default());
    Ok(seen.and(ldk::peel(&input, &payment.records(), &peeled)?))
}
