//! Oracles of keys and ECDH. The input of `ecdh_laws` is three scalars of 32 bytes.

use std::cell::RefCell;

use k256::elliptic_curve::ops::Reduce;
use k256::elliptic_curve::sec1::ToSec1Point;
use sha2::{Digest, Sha256};
use spontan::bolt1::{PublicKey, SecretKey};
use spontan::bolt4::secret::SharedPoint;
use spontan::protocol::operation::{Ecdh, Input};
use spontan::quirks::Quirk;
use spontan::scheme::Profile;
use spontan::scheme::shared_secret::preimage;

use crate::codec::{self, Question};
use crate::curve::Curve;
use crate::{OracleResult, Tally, agree, ensure};

/// Keys of every length and form: what decodes encodes back to the same bytes, and `k256` agrees on every key whose length
/// and tag are right, and on the shared secret. For the program.
pub fn decode_quickly(input: &[u8], _: Option<Quirk>) -> OracleResult {
    let Some(Question { input: Input::Ecdh(keys), .. }) = codec::decode("ecdh.shared_secret", input) else {
        return Ok(Tally::skipped("nothing at all"));
    };
    let Ecdh { secret_key, public_key } = keys;
    let (secret_bytes, public_bytes) = (secret_key.0.as_slice(), public_key.0.as_slice());
    let secret = SecretKey::decode(secret_bytes).ok();
    let public = PublicKey::decode(public_bytes).ok();
    ensure!(secret.is_none_or(|key| key.encode() == secret_bytes), "another encoding of the secret key");
    ensure!(public.is_none_or(|key| key.encode() == public_bytes), "another encoding of the public key");

    // `k256` pads secret keys of 24 to 31 bytes and reads points of 65 bytes and of tag 05, so that length and tag are
    // ours to look at.
    let their_secret = match secret_bytes.len() {
        32 => k256::SecretKey::from_slice(secret_bytes).ok(),
        _ => None,
    };
    let their_public = match public_bytes {
        [2 | 3, x @ ..] if x.len() == 32 => k256::PublicKey::from_sec1_bytes(public_bytes).ok(),
        _ => None,
    };
    ensure!(
        secret.is_some() == their_secret.is_some() && public.is_some() == their_public.is_some(),
        "of {} and {} k256 accepts {:?}, the reference {:?}",
        hex::encode(secret_bytes),
        hex::encode(public_bytes),
        (their_secret.is_some(), their_public.is_some()),
        (secret.is_some(), public.is_some())
    );
    let shared = secret.zip(public).map(|(secret, public)| SharedPoint::new(&public, &secret));
    let mut tally = Tally::compared(2);
    if let (Some(shared), Some(secret), Some(public)) = (&shared, &their_secret, &their_public) {
        let point = (public.to_projective() * *secret.to_nonzero_scalar()).to_affine();
        let theirs: [u8; 32] = Sha256::digest(point.to_sec1_point(true).as_bytes()).into();
        ensure!(shared.shared_secret().0 == theirs, "k256 has another secret for {}", hex::encode(input));
        tally = tally.and(Tally::compared(1));
    }
    Ok(tally)
}

/// As [`decode_quickly`]; and the second implementation and big integers agree.
pub fn decode(input: &[u8], quirk: Option<Quirk>) -> OracleResult {
    let tally = decode_quickly(input, quirk)?;
    let Some(question) = codec::decode("ecdh.shared_secret", input) else { return Ok(tally) };
    agree::ask(&question.input, &[], quirk)?;
    let Input::Ecdh(Ecdh { secret_key, public_key }) = &question.input else { return Ok(tally) };
    let (secret, public) = (secret_key.0.as_slice(), public_key.0.as_slice());
    let shared = match (SecretKey::decode(secret), PublicKey::decode(public)) {
        (Ok(secret), Ok(public)) => Some(SharedPoint::new(&public, &secret)),
        _ => None,
    };
    let curve = Curve::default();
    let point = curve
        .scalar(secret)
        .zip(curve.point(public))
        .and_then(|(scalar, point)| curve.times(&point, &scalar))
        .map(|point| Curve::encode(&point));
    let ours = shared.map(|shared| (shared.x(), shared.shared_secret().0));
    let theirs = point.map(|point| {
        let mut x = [0; 32];
        x.copy_from_slice(&point[1..]);
        (x, <[u8; 32]>::from(Sha256::digest(point)))
    });
    ensure!(ours == theirs, "big integers have another secret for {}", hex::encode(input));
    Ok(tally.and(Tally::compared(2)))
}

/// The laws of ECDH for scalars a, b and k: it is the same from both sides; k may be on either side; a negated point has
/// the same x and another BOLT 4 secret; and what is hashed to a preimage differs between the profiles.
pub fn laws(input: &[u8], _: Option<Quirk>) -> OracleResult {
    let Some((a, rest)) = input.split_first_chunk::<32>() else {
        return Ok(Tally::skipped("fewer than three scalars"));
    };
    let (Some((b, _)), Some(k)) = (rest.split_first_chunk::<32>(), rest.get(32..64)) else {
        return Ok(Tally::skipped("fewer than three scalars"));
    };
    let (Ok(a), Ok(b), Ok(k)) = (SecretKey::decode(a), SecretKey::decode(b), SecretKey::decode(k)) else {
        return Ok(Tally::skipped("a scalar is out of range"));
    };
    let ab = shared(&a, &b);
    ensure!(ab == shared(&b, &a), "the two sides have different points");
    ensure!(shared(&product(&k, &a), &b) == shared(&a, &product(&k, &b)), "k is not the same on either side");
    let mut negated = b.public_key().encode();
    negated[0] ^= 1;
    let Ok(negated) = PublicKey::decode(&negated) else {
        return Err("a negated point is not valid".to_owned().into());
    };
    let other = SharedPoint::new(&negated, &a);
    ensure!(ab.x() == other.x(), "a negated point has another x");
    ensure!(ab.shared_secret() != other.shared_secret(), "BOLT 4's secret ignores the sign");
    let preimages = [Profile::Bolt4, Profile::XOnly].map(|profile| preimage(&ab, profile));
    let hashed = [ab.shared_secret().0, ab.x()].map(|secret| <[u8; 32]>::from(Sha256::digest(secret)));
    ensure!(preimages.map(|preimage| preimage.0) == hashed, "a preimage is not SHA-256 of its secret");
    ensure!(preimages[0] != preimages[1], "both profiles have one preimage");
    Ok(Tally::compared(6))
}

fn shared(secret: &SecretKey, other: &SecretKey) -> SharedPoint {
    thread_local! {
        // The point of the last key: both sides of a law use each key more than once.
        static LAST: RefCell<Option<([u8; 32], PublicKey)>> = const { RefCell::new(None) };
    }
    let point = LAST.with_borrow_mut(|last| match last {
        Some((key, point)) if *key == other.encode() => *point,
        _ => last.insert((other.encode(), other.public_key())).1,
    });
    SharedPoint::new(&point, secret)
}

/// The product of two scalars mod n, by `k256`.
pub fn product(a: &SecretKey, b: &SecretKey) -> SecretKey {
    let [a, b] = [a, b].map(|key| <k256::Scalar as Reduce<k256::FieldBytes>>::reduce(&key.encode().into()));
    let bytes: [u8; 32] = (a * b).to_bytes().into();
    // Neither factor is zero and n is a prime, so that the product is a key.
    SecretKey::decode(&bytes).unwrap_or_else(|error| unreachable!("{error}"))
}
