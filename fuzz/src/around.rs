//! The oracle of `around_the_htlc`: blinded routes, features and AMP. The input says which of the six operations is asked (8 bits),
//! then its fields as [`crate::tape`] writes them.

use fastrand::Rng;
use spontan::bolt1::{PublicKey, SecretKey};
use spontan::bolt4::blinded::{seal, unblind};
use spontan::bolt9::Features;
use spontan::protocol::Content;
use spontan::protocol::operation::{
    AmpClaim, AmpPart, AmpSplit, BlindedCreate, BlindedNode, BlindedUnblind, FeaturesAnnounce,
    FeaturesMayPay, Input, PaymentKind,
};
use spontan::protocol::value::Hex;
use spontan::quirks::Quirk;
use spontan::reference;
use spontan::scheme::amp::AmpRecord;

use crate::codec::{POLICIES, Question};
use crate::mutate::Raw;
use crate::tape::Tape;
use crate::{OracleResult, Tally, agree, ensure};

/// More hops, bits or parts show nothing new.
const MAX_ITEMS: usize = 24;

/// Reads an input; none when fields of fixed length are missing.
pub fn decode(bytes: &[u8]) -> Option<Question> {
    let mut tape = Tape::read(bytes);
    let mut kind = 0;
    tape.u8(&mut kind)?;
    let input = match kind % 6 {
        0 => Input::BlindedCreate(BlindedCreate::default()),
        1 => Input::BlindedUnblind(BlindedUnblind::default()),
        2 => Input::FeaturesMayPay(FeaturesMayPay::default()),
        3 => Input::FeaturesAnnounce(FeaturesAnnounce::default()),
        4 => Input::AmpSplit(AmpSplit::default()),
        _ => Input::AmpClaim(AmpClaim::default()),
    };
    let mut question = Question { input, policies: [0; POLICIES] };
    fields(&mut tape, &mut question)?;
    Some(question)
}

/// Writes an input; none if it is of another operation, or if a field has a length that the format has no place for.
pub fn encode(question: &Question) -> Option<Vec<u8>> {
    let mut kind = match &question.input {
        Input::BlindedCreate(_) => 0,
        Input::BlindedUnblind(_) => 1,
        Input::FeaturesMayPay(_) => 2,
        Input::FeaturesAnnounce(_) => 3,
        Input::AmpSplit(_) => 4,
        Input::AmpClaim(_) => 5,
        _ => return None,
    };
    Tape::written(|tape| {
        tape.u8(&mut kind)?;
        fields(tape, &mut question.clone())
    })
}

fn fields(tape: &mut Tape<'_>, question: &mut Question) -> Option<()> {
    match &mut question.input {
        Input::BlindedCreate(input) => {
            tape.sized(&mut input.session_key.0)?;
            tape.list(&mut input.hops, MAX_ITEMS, &BlindedNode::default(), |tape, hop| {
                tape.sized(&mut hop.public_key.0)?;
                tape.sized(&mut hop.recipient_data.0)
            })
        }
        Input::BlindedUnblind(input) => {
            tape.sized(&mut input.node_secret.0)?;
            tape.sized(&mut input.path_key.0)?;
            tape.rest(&mut input.encrypted_recipient_data.0)
        }
        Input::FeaturesMayPay(input) => {
            tape.array(&mut question.policies)?;
            let kinds = [PaymentKind::Keysend, PaymentKind::SharedSecret, PaymentKind::Invoice];
            tape.one_of(&mut input.payment, &kinds)?;
            tape.sized(&mut input.node_features.0)?;
            if input.payment == PaymentKind::Invoice {
                tape.rest(&mut input.invoice_features.get_or_insert_default().0)?;
            }
            Some(())
        }
        Input::FeaturesAnnounce(input) => {
            tape.list(&mut input.bits, MAX_ITEMS, &0, Tape::u16)?;
            let mut seen = Vec::new();
            input.bits.retain(|bit| !seen.contains(bit) && (seen.push(*bit), true).1);
            Some(())
        }
        Input::AmpSplit(input) => {
            tape.fixed(&mut input.root.0, 32)?;
            tape.fixed(&mut input.set_id.0, 32)?;
            // Of the last child there is the index alone.
            let mut last = input.child_indexes.pop().unwrap_or_default();
            tape.u32(&mut last)?;
            let mut children: Vec<_> = input.shares.drain(..).zip(input.child_indexes.drain(..)).collect();
            tape.list(&mut children, MAX_ITEMS, &(Hex::default(), 0), |tape, (share, index)| {
                tape.fixed(&mut share.0, 32)?;
                tape.u32(index)
            })?;
            (input.shares, input.child_indexes) = children.into_iter().unzip();
            input.child_indexes.push(last);
            Some(())
        }
        Input::AmpClaim(input) => {
            tape.list(&mut input.parts, MAX_ITEMS, &AmpPart::default(), |tape, part| {
                tape.fixed(&mut part.payment_hash.0, 32)?;
                tape.sized(&mut part.record.0)
            })
        }
        _ => None,
    }
}

/// The reference and the second implementation agree; what is encrypted has a tag more; a zero byte before features says nothing; what is
/// announced has the bits that were asked for and no byte too many; what was split can be claimed, in any order.
pub fn check(bytes: &[u8], quirk: Option<Quirk>) -> OracleResult {
    let Some(question) = decode(bytes) else { return Ok(Tally::skipped("a field is missing")) };
    if matches!(&question.input, Input::AmpClaim(input) if input.parts.is_empty()) {
        return Ok(Tally::skipped("no part"));
    }
    let answer = agree::ask(&question.input, &question.choices(), quirk)?;
    let policies = question.policies();
    let again = |input: Input| reference::answer_input(&input, policies);
    match (&question.input, &answer) {
        (Input::BlindedCreate(input), Content::Accept(output)) => {
            let lengths = output["hops"].as_array().into_iter().flatten();
            let lengths = lengths.map(|hop| hop["encrypted_recipient_data"].as_str().map(str::len));
            let expected = input.hops.iter().map(|hop| Some(2 * (hop.recipient_data.0.len() + 16)));
            ensure!(lengths.eq(expected), "the data of a hop have another length");
        }
        (Input::FeaturesMayPay(input), _) => {
            let mut longer = input.clone();
            longer.node_features.0.insert(0, 0);
            let longer = again(Input::FeaturesMayPay(longer));
            ensure!(longer == answer, "a zero byte in front changes the answer to {longer:?}");
        }
        (Input::FeaturesAnnounce(input), Content::Accept(output)) => {
            let field =
                output["features"].as_str().and_then(|field| hex::decode(field).ok()).unwrap_or_default();
            let set = (0..8 * field.len()).filter(|bit| Features(&field).has(*bit)).count();
            ensure!(input.bits.iter().all(|bit| Features(&field).has((*bit).into())), "a bit is missing");
            ensure!(set == input.bits.len() && field.first() != Some(&0), "a bit or a byte too many");
        }
        // A payee takes no set id of zeros.
        (Input::AmpSplit(input), Content::Accept(output)) if input.set_id.0 != [0; 32] => {
            let mut parts: Vec<AmpPart> =
                serde_json::from_value(output["children"].clone()).map_err(|error| error.to_string())?;
            parts.rotate_left(input.shares.len() / 2);
            let claimed = again(Input::AmpClaim(AmpClaim { parts }));
            ensure!(matches!(claimed, Content::Accept(_)), "what was split is not claimed: {claimed:?}");
        }
        _ => {}
    }
    Ok(Tally::compared(2))
}

/// Mutates `data[..size]`; gives the new size, at most `max`. What a node is told is changed in the clear, and the hashes of an AMP set are
/// made true again.
pub fn mutate(data: &mut [u8], size: usize, max: usize, seed: u32, raw: Raw<'_>) -> usize {
    let mut rng = Rng::with_seed(seed.into());
    let changed = (rng.u8(..4) > 0).then(|| {
        let mut question = decode(&data[..size])?;
        match &mut question.input {
            Input::BlindedUnblind(input) => told(input, &mut rng, raw)?,
            Input::AmpClaim(input) => set(input, &mut rng, raw)?,
            _ => return None,
        }
        encode(&question)
    });
    match changed.flatten().filter(|changed| (1..=max).contains(&changed.len())) {
        Some(changed) => {
            data[..changed.len()].copy_from_slice(&changed);
            changed.len()
        }
        None => raw(data, size, max),
    }
}

fn told(input: &mut BlindedUnblind, rng: &mut Rng, raw: Raw<'_>) -> Option<()> {
    let node = SecretKey::decode(&input.node_secret.0).ok()?;
    let path_key = PublicKey::decode(&input.path_key.0).ok()?;
    let mut data = unblind(&node, &path_key, &input.encrypted_recipient_data.0)?.recipient_data;
    change(&mut data, rng, raw);
    // The secret is the same for both sides of the ECDH.
    input.encrypted_recipient_data = Hex(seal(&node, &path_key, &data));
    Some(())
}

fn set(input: &mut AmpClaim, rng: &mut Rng, raw: Raw<'_>) -> Option<()> {
    if input.parts.is_empty() {
        return None;
    }
    let at = rng.usize(..input.parts.len());
    match rng.u8(..4) {
        0 => drop((input.parts.len() > 1).then(|| input.parts.remove(at))?),
        1 => input.parts.insert(at, input.parts.get(at)?.clone()),
        2 => input.parts.swap(0, at),
        _ => change(&mut input.parts.get_mut(at)?.record.0, rng, raw),
    }
    if rng.bool() {
        let records = input.parts.iter().map(|part| AmpRecord::decode(&part.record.0).ok());
        let records: Vec<_> = records.collect::<Option<_>>()?;
        let mut root = [0; 32];
        for record in &records {
            root.iter_mut().zip(record.root_share).for_each(|(root, share)| *root ^= share);
        }
        for (part, record) in input.parts.iter_mut().zip(records) {
            part.payment_hash = record.preimage(&root).payment_hash().0.into();
        }
    }
    Some(())
}

fn change(bytes: &mut Vec<u8>, rng: &mut Rng, raw: Raw<'_>) {
    let filled = bytes.len();
    bytes.resize(filled + 8, 0);
    let room = bytes.len();
    let filled = if rng.u8(..4) == 0 { rng.usize(..=filled) } else { raw(bytes, filled, room).min(room) };
    bytes.truncate(filled);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seeds;

    /// A stand-in for the engine's mutator: another byte in the middle.
    fn raw(data: &mut [u8], size: usize, _: usize) -> usize {
        if let Some(byte) = data[..size].get_mut(size / 2) {
            *byte ^= 0x55;
        }
        size
    }

    #[test]
    fn inputs_are_written_as_they_are_read() {
        let seeds = seeds::all(|_| true).unwrap();
        assert!(seeds["around_the_htlc"].len() > 300);
        for (name, seed) in &seeds["around_the_htlc"] {
            assert_eq!(encode(&decode(seed).unwrap()).as_ref(), Some(seed), "{name}");
        }
    }

    #[test]
    fn the_shortest_inputs_are_changed_too() {
        for kind in 0..6 {
            for number in 0..50 {
                let mut data = [kind; 64];
                mutate(&mut data, 1, 64, number, &mut raw);
            }
        }
    }

    #[test]
    fn what_is_changed_is_as_the_oracle_wants_it_and_often_still_accepted() {
        let seeds =
            seeds::all(|case| case.id.starts_with("amp.claim/") || case.id.starts_with("blinded.unblind/"));
        let seeds = seeds.unwrap();
        let (mut accepted, mut all) = (0, 0);
        for (number, seed) in (0..).zip(seeds["around_the_htlc"].values().cycle().take(400)) {
            let mutated = |number| {
                let mut data = seed.clone();
                data.resize(seed.len() + 500, 0);
                let max = data.len();
                let size = mutate(&mut data, seed.len(), max, number, &mut raw);
                data.truncate(size);
                data
            };
            let input = mutated(number);
            assert_eq!(input, mutated(number));
            check(&input, None).unwrap_or_else(|finding| panic!("{number}: {finding}"));
            let Some(question) = decode(&input) else { continue };
            all += 1;
            let answer = reference::answer_input(&question.input, question.policies());
            accepted += usize::from(matches!(answer, Content::Accept(_)));
        }
        assert!(all > 380 && accepted * 5 > all, "{accepted} of {all} are accepted");
    }
}
