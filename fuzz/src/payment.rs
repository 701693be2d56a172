//! Oracles of one HTLC at a node without a memory, with and without a keysend record.

use k256::elliptic_curve::sec1::ToSec1Point;
use serde_json::Value;
use sha2::{Digest, Sha256};
use spontan::bolt1::tlv;
use spontan::bolt4::payload::types;
use spontan::node::Policies;
use spontan::protocol::operation::{Htlc, Input, Receive, Settings, SharedSecret, Switch};
use spontan::protocol::{Content, Rejection};
use spontan::quirks::Quirk;
use spontan::reference;

use crate::sealed::{self, peel_input};
use crate::{Finding, OracleResult, Record, Tally, agree, codec, ensure, ldk};

/// What LDK chose, as its adapter declares it, with the shared-secret scheme it does not have.
const LIKE_LDK: &[(&str, &str)] = &[
    ("custom_even_records", "accept"),
    ("keysend_payment_data", "accept_multipart"),
    ("final_short_channel_id", "reject"),
];

/// The payload's records as far as they can be read.
fn records(input: &Receive) -> Vec<Record> {
    let payload = sealed::payload(&peel_input(&input.node_secret, &input.htlc));
    let records = tlv::records(&payload).map_while(Result::ok);
    records.map(|record| (record.r#type, record.value.to_vec())).collect()
}

/// What must hold of every answer: a claim has the preimage of its hash, and a failure says nothing but what its code must
/// say, so that two failures with one code cannot be told apart.
fn outward(input: &Receive, answer: &Content) -> Result<(), Finding> {
    let Htlc { amount_msat, cltv_expiry, packet, path_key, .. } = &input.htlc;
    match answer {
        Content::Accept(output) if output["outcome"] == "claimed" => claims(&input.htlc, &output["preimage"]),
        Content::Reject(Rejection { code: Some(code), data: Some(data), reason }) => {
            let reason = reason.printable();
            let expected = match code.as_str() {
                "400f" => [&amount_msat.0.to_be_bytes()[..], &input.height.to_be_bytes()].concat(),
                "0012" => cltv_expiry.to_be_bytes().to_vec(),
                "0013" => amount_msat.0.to_be_bytes().to_vec(),
                "c004" | "c005" | "c006" | "c018" => Sha256::digest(&packet.0).to_vec(),
                // It names a record of the payload that the payer wrote.
                "4016" => hex::decode(data).unwrap_or_default(),
                _ => return Err(Finding(format!("{reason}: no failure of one HTLC has the code {code}"))),
            };
            let expected = hex::encode(expected);
            ensure!(*data == expected, "{reason}: the data of {code} is {data}, not {expected}");
            let blinded = path_key.is_none() || code == "c018";
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
pub fn claims(htlc: &Htlc, preimage: &Value) -> Result<(), Finding> {
    let preimage = hex::decode(preimage.as_str().unwrap_or_default()).unwrap_or_default();
    let same = Sha256::digest(&preimage)[..] == htlc.payment_hash.0;
    ensure!(same, "{:?} is claimed with {}", htlc.payment_hash, hex::encode(preimage));
    Ok(())
}

/// The shared secret by `k256`, in the profile that is set; none if it is off or a path key blinds it.
fn secret_by_k256(input: &Receive) -> Option<[u8; 32]> {
    let node = k256::SecretKey::from_slice(&input.node_secret.0).ok()?;
    let ephemeral = input.htlc.packet.0.get(1..34).filter(|_| input.htlc.path_key.is_none())?;
    let ephemeral = k256::PublicKey::from_sec1_bytes(ephemeral).ok()?;
    let point = (ephemeral.to_projective() * *node.to_nonzero_scalar()).to_affine();
    let point = point.to_sec1_point(true);
    match input.settings.shared_secret {
        SharedSecret::Bolt4 => Some(Sha256::digest(point.as_bytes()).into()),
        SharedSecret::XOnly => point.as_bytes()[1..].try_into().ok(),
        SharedSecret::Off => None,
    }
}

/// One HTLC as a keysend: the second implementation gives the same answer, LDK the same verdict where it is not known to
/// differ, and a claim has a record and an amount that allow it.
pub fn keysend(bytes: &[u8], quirk: Option<Quirk>) -> OracleResult {
    let Some(question) = codec::decode("keysend.receive", bytes) else {
        return Ok(Tally::skipped("too short for an HTLC and its node"));
    };
    let answer = agree::ask(&question.input, &question.choices(), quirk)?;
    let Input::KeysendReceive(input) = question.input else { return Ok(Tally::compared(1)) };
    outward(&input, &answer)?;
    let (records, settings) = (records(&input), input.settings);
    if let Content::Accept(output) = &answer
        && output["outcome"] == "claimed"
    {
        let record = records.iter().find(|(kind, _)| *kind == types::KEYSEND_PREIMAGE);
        let by_record = record.is_some_and(|(_, value)| output["preimage"] == hex::encode(value));
        let by_secret = record.is_none() && settings.shared_secret != SharedSecret::Off;
        ensure!(by_record || by_secret, "claimed with a preimage that nobody sent: {output}");
        ensure!(!by_record || settings.keysend == Switch::Accept, "keysend is switched off");
        let asked = records.iter().find(|(kind, _)| *kind == types::AMT_TO_FORWARD);
        let asked =
            asked.map_or(0, |(_, value)| value.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)));
        let (amount, expiry) = (input.htlc.amount_msat.0, u64::from(input.htlc.cltv_expiry));
        ensure!(amount >= asked, "claimed for {amount} msat of {asked}");
        let least = u64::from(input.height) + u64::from(settings.min_final_cltv_expiry_delta);
        ensure!(expiry >= least, "claimed at expiry {expiry} of {least}");
    }
    let settings = Settings { keysend: Switch::Accept, shared_secret: SharedSecret::Off, ..settings };
    let like_ldk = Input::KeysendReceive(Receive { settings, ..input });
    let actual = reference::answer_input(&like_ldk, agree::policies(LIKE_LDK));
    Ok(Tally::compared(2).and(ldk::receive(&like_ldk, &records, &actual)?))
}

/// One HTLC as a shared-secret payment: the second implementation gives the same answer; the preimage of a claim without a
/// record is that of the secret that `k256` computes, and LDK, which has no such payments, has the same BOLT 4 secret.
pub fn shared_secret(bytes: &[u8], quirk: Option<Quirk>) -> OracleResult {
    let Some(question) = codec::decode("shared_secret.receive", bytes) else {
        return Ok(Tally::skipped("too short for an HTLC and its node"));
    };
    let answer = agree::ask(&question.input, &question.choices(), quirk)?;
    let Input::SharedSecretReceive(input) = &question.input else { return Ok(Tally::compared(1)) };
    outward(input, &answer)?;
    let mut tally = Tally::compared(2);
    let records = records(input);
    let keysend = records.iter().any(|(kind, _)| *kind == types::KEYSEND_PREIMAGE);
    let claimed = match &answer {
        Content::Accept(output) if output["outcome"] == "claimed" && !keysend => Some(&output["preimage"]),
        _ => None,
    };
    match (claimed, secret_by_k256(input)) {
        (Some(preimage), Some(secret)) => {
            let expected = hex::encode(Sha256::digest(secret));
            ensure!(*preimage == expected, "claimed with {preimage}; k256 has {expected}");
            tally = tally.and(Tally::compared(1));
        }
        (Some(preimage), None) if input.htlc.path_key.is_none() => {
            return Err(Finding(format!("claimed with {preimage} while the scheme is switched off")));
        }
        _ => {}
    }
    let peel = Input::Peel(peel_input(&input.node_secret, &input.htlc));
    let peeled = reference::answer_input(&peel, Policies::default());
    Ok(tally.and(ldk::peel(&peel, &records, &peeled)?))
}
