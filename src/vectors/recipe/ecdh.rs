//! ECDH: the published hops of BOLT 4, the odd corners of coordinates, related keys, and every class of bad key.
//! BOLT 4, "Shared Secret".

use super::fixture::{hex_of, repeated, unhex};
use super::suite::{Suite, Twin};
use crate::blueprint::label;
use crate::bolt1::{PublicKey, SecretKey};
use crate::bolt4::construct::hop_secrets;
use crate::bolt4::secret::{SharedPoint, blinding_factor};
use crate::protocol::operation::Ecdh;

const SHARED_SECRET: &str = "04-onion-routing.md:711-726";
const DERIVATION: [&str; 1] = ["bolt4.secret.derivation"];
/// The order of the group.
const N: &str = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
/// The field's prime.
const P: &str = "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f";
/// The key of this counter is the first of its label whose shared x starts with two zero bytes.
const TWO_ZERO_BYTES: u32 = 55_783;

/// `ecdh.shared_secret`.
pub fn ecdh(suite: &mut Suite) {
    suite.section(SHARED_SECRET);
    published(suite);
    coordinates(suite);
    chosen_shared_points(suite);
    related(suite);
    chosen_keys(suite);
    let (key, good) = (label::secret("ecdh.shared_secret/node"), other());
    let ordinary = suite
        .case("ordinary", "Two ordinary keys.", input(&key, &good.public_key()))
        .flag("basic")
        .shows(DERIVATION)
        .accepted();
    public_keys(suite, &ordinary);
    secret_keys(suite, &ordinary);
}

/// The key whose public key is spoiled in many ways.
fn other() -> SecretKey {
    label::secret_where("ecdh.shared_secret/other", |key| !y_is_an_x(key))
}

/// Whether the y coordinate of the key's point is the x coordinate of a point.
fn y_is_an_x(key: &SecretKey) -> bool {
    let y = &key.public_key().0.serialize_uncompressed()[33..];
    PublicKey::decode(&[&[2], y].concat()).is_ok()
}

fn input(secret_key: &SecretKey, public_key: &PublicKey) -> Ecdh {
    Ecdh { secret_key: hex_of(secret_key.encode()), public_key: hex_of(public_key.encode()) }
}

/// BOLT 4's error test gives the five shared secrets; payer's and hop's side of each.
fn published(suite: &mut Suite) {
    let nodes: Vec<_> = (0x41..=0x45).map(repeated).collect();
    let secrets = hop_secrets(&repeated(0x41), nodes.iter().map(SecretKey::public_key));
    let mut ephemeral = repeated(0x41);
    for (index, (node, secret)) in nodes.iter().zip(&secrets).enumerate() {
        let about = format!(
            "Hop {index} of BOLT 4's onion test, the hop's side: its node key and the ephemeral key that it is shown."
        );
        suite
            .case(format!("bolt4-hop-{index}"), about, input(node, &secret.ephemeral))
            .flag("published")
            .spec("bolt04/onion-error-test.json")
            .shows(DERIVATION)
            .accepted();
        // The first hop's node key is the session key: both sides have the same input.
        if index > 0 {
            let about = format!(
                "Hop {index} of BOLT 4's onion test, the payer's side: the blinded ephemeral key and the node id."
            );
            suite
                .case(format!("bolt4-hop-{index}-payer"), about, input(&ephemeral, &node.public_key()))
                .flag("published")
                .spec("04-onion-routing.md:728-744")
                .shows(["bolt4.secret.blinding", "bolt4.secret.derivation"])
                .accepted();
        }
        if let Some(next) = ephemeral.times(blinding_factor(&secret.ephemeral, &secret.shared_secret)) {
            ephemeral = next;
        }
    }
    let about = "The session key and the last node's id: on a route of several hops this is not the last hop's secret.";
    suite
        .case("session-key-and-last-node", about, input(&repeated(0x41), &nodes[4].public_key()))
        .flag("near-miss")
        .shows(DERIVATION)
        .accepted();
}

/// Where an encoder of coordinates goes wrong: parity of y, leading zero bytes of x.
fn coordinates(suite: &mut Suite) {
    let node = label::secret("ecdh.shared_secret/node");
    let id = node.public_key();
    let point = |key: &SecretKey| SharedPoint::new(&id, key);
    for (parity, odd) in [("even", false), ("odd", true)] {
        // The compressed point is not public here: odd is where the secret is not that of the prefix 02.
        let is_odd = |key: &SecretKey| {
            let bytes = [&[2][..], &point(key).x()].concat();
            let even: [u8; 32] =
                sha2::Digest::finalize(<sha2::Sha256 as sha2::Digest>::new_with_prefix(bytes)).into();
            even != point(key).shared_secret().0
        };
        let key =
            label::secret_where(&format!("ecdh.shared_secret/{parity}-shared-y"), |key| is_odd(key) == odd);
        let about =
            format!("The shared point's y is {parity}: hashed with the wrong prefix the secret differs.");
        suite
            .case(format!("{parity}-shared-y"), about, input(&key, &id))
            .flag("coordinate")
            .shows(DERIVATION)
            .accepted();
    }
    let one = label::secret_where("ecdh.shared_secret/x-one-zero-byte", |key| {
        let x = point(key).x();
        x[0] == 0 && x[1] != 0
    });
    let about = "The shared x starts with a zero byte: an encoder of big integers drops it.";
    suite
        .case("shared-x-one-zero-byte", about, input(&one, &id))
        .flag("coordinate")
        .shows(DERIVATION)
        .accepted();
    // It takes too long to find another one.
    let two = label::with_seed(None, two_zero_bytes);
    let about = "The shared x starts with two zero bytes.";
    suite.case("shared-x-two-zero-bytes", about, two).flag("coordinate").shows(DERIVATION).accepted();
    let secret = label::secret_where("ecdh.shared_secret/secret-one-zero-byte", |key| {
        point(key).shared_secret().0[0] == 0
    });
    suite
        .case(
            "shared-secret-one-zero-byte",
            "The shared secret starts with a zero byte.",
            input(&secret, &id),
        )
        .flag("coordinate")
        .shows(DERIVATION)
        .accepted();
    let short =
        label::secret_where("ecdh.shared_secret/secret-key-one-zero-byte", |key| key.encode()[0] == 0);
    suite
        .case("secret-key-one-zero-byte", "The secret key starts with a zero byte.", input(&short, &id))
        .flag("integer-width")
        .shows(DERIVATION)
        .accepted();
    for (name, fits) in [("00", 0x00_u8), ("ff", 0xff), ("80", 0x80)] {
        let key = label::secret_where(&format!("ecdh.shared_secret/x-ends-{name}"), |key| {
            point(key).x()[31] == fits
        });
        let about = format!("The shared x ends with {name}.");
        suite
            .case(format!("shared-x-ends-with-{name}"), about, input(&key, &id))
            .flag("coordinate")
            .shows(DERIVATION)
            .accepted();
    }
    for (name, high) in [("public-x-one-zero-byte", 0_u8), ("public-x-starts-with-ff", 0xff)] {
        let other = label::secret_where(&format!("ecdh.shared_secret/{name}"), |key| {
            key.public_key().encode()[1] == high
        });
        let about = format!("The public key's x starts with {high:02x}.");
        suite
            .case(name, about, input(&node, &other.public_key()))
            .flag("coordinate")
            .shows(DERIVATION)
            .accepted();
    }
}

/// The key was found beforehand.
fn two_zero_bytes() -> Ecdh {
    let id = label::secret("ecdh.shared_secret/node").public_key();
    let fits = |key: &SecretKey| SharedPoint::new(&id, key).x()[..2] == [0, 0];
    input(&label::secret_found("ecdh.shared_secret/x-two-zero-bytes", TWO_ZERO_BYTES, fits), &id)
}

/// Shared points that were chosen: the public key is the point times the inverse of the secret key.
fn chosen_shared_points(suite: &mut Suite) {
    let key = label::secret("ecdh.shared_secret/chosen-shared-point");
    let inverse = inverse(&key);
    for (name, x) in chosen_xs() {
        for (parity, prefix) in [("even", 2), ("odd", 3)] {
            let point = PublicKey::decode(&[&[prefix][..], &x].concat());
            let Some(public) = point.ok().and_then(|point| point.times(inverse)) else {
                unreachable!("a recipe's own x: {name}")
            };
            let about = format!("The shared point's x is {}, its y {parity}.", name.replace('-', " "));
            suite
                .case(format!("shared-x-is-{name}-{parity}"), about, input(&key, &public))
                .flag("coordinate")
                .shows(DERIVATION)
                .accepted();
        }
    }
}

/// x coordinates of the curve at which big-integer code goes wrong: small ones, a single bit, words that are all ones, the
/// largest below p.
fn chosen_xs() -> [(&'static str, [u8; 32]); 10] {
    let bytes = |text: &str| {
        let mut x = [0; 32];
        let tail = unhex(text);
        x[32 - tail.len()..].copy_from_slice(&tail);
        x
    };
    [
        ("1", bytes("01")),
        ("2", bytes("02")),
        ("3", bytes("03")),
        ("2-to-32-minus-1", bytes("ffffffff")),
        ("2-to-64-plus-1", bytes("010000000000000001")),
        ("2-to-128-minus-1", bytes("ffffffffffffffffffffffffffffffff")),
        ("2-to-192", bytes("01000000000000000000000000000000000000000000000000")),
        ("2-to-255", bytes("8000000000000000000000000000000000000000000000000000000000000000")),
        ("p-minus-4", bytes("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2b")),
        ("p-minus-3", bytes("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2c")),
    ]
}

/// Public keys with a chosen x, and secret keys at which scalar multiplication goes wrong: a single bit, words of zeros and
/// ones, the middle of the group, and the factors by which one multiplication is taken apart into two (GLV).
fn chosen_keys(suite: &mut Suite) {
    let key = label::secret("ecdh.shared_secret/node");
    for (name, x) in chosen_xs() {
        for (parity, prefix) in [("even", 2), ("odd", 3)] {
            let public_key = [&[prefix][..], &x].concat();
            let input = Ecdh { secret_key: hex_of(key.encode()), public_key: hex_of(&public_key) };
            if (name, parity) == ("1", "even") {
                // It stands beside the keys that are none, as their neighbour.
                continue;
            }
            let about = format!("The public key's x is {}, its y {parity}.", name.replace('-', " "));
            suite
                .case(format!("public-x-is-{name}-{parity}"), about, input)
                .flag("coordinate")
                .shows(DERIVATION)
                .accepted();
        }
    }
    let public = other().public_key();
    for (name, scalar) in [
        ("2-to-32", "0000000000000000000000000000000000000000000000000000000100000000"),
        ("2-to-128-minus-1", "00000000000000000000000000000000ffffffffffffffffffffffffffffffff"),
        ("2-to-128", "0000000000000000000000000000000100000000000000000000000000000000"),
        ("2-to-255", "8000000000000000000000000000000000000000000000000000000000000000"),
        ("half-of-n-rounded-down", "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0"),
        ("half-of-n-rounded-up", "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1"),
        ("lambda", "5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72"),
        ("lambda-squared", "ac9c52b33fa3cf1f5ad9e3fd77ed9ba4a880b9fc8ec739c2e0cfc810b51283ce"),
        ("all-01", "0101010101010101010101010101010101010101010101010101010101010101"),
        ("all-55", "5555555555555555555555555555555555555555555555555555555555555555"),
        ("all-aa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        ("words-of-ff-and-00", "ffffffff00000000ffffffff00000000ffffffff00000000ffffffff00000000"),
    ] {
        let input = Ecdh { secret_key: hex_of(unhex(scalar)), public_key: hex_of(public.encode()) };
        let about = format!("The secret key is {}.", name.replace('-', " "));
        suite
            .case(format!("secret-key-{name}"), about, input)
            .flag("integer-width")
            .shows(DERIVATION)
            .accepted();
    }
}

/// Keys that have to do with each other.
fn related(suite: &mut Suite) {
    let key = label::secret("ecdh.shared_secret/related");
    let other = label::secret("ecdh.shared_secret/related-other");
    let negated = times(&key, &n_minus(1));
    let mut related = |name: &str, about: &str, secret: &SecretKey, public: &PublicKey| {
        suite.case(name, about, input(secret, public)).flag("related-keys").shows(DERIVATION).accepted();
    };
    related("same-key", "The public key is that of the secret key.", &key, &key.public_key());
    related(
        "negated-key",
        "The public key is the negative of the secret key's.",
        &key,
        &negated.public_key(),
    );
    related("pair", "Two keys, one side.", &key, &other.public_key());
    related(
        "pair-other-side",
        "The same two keys, the other side: the same secret.",
        &other,
        &key.public_key(),
    );
    related(
        "pair-negated",
        "The negated public key: the same x, another secret.",
        &other,
        &negated.public_key(),
    );
    for (name, scalar) in [
        ("1", small(1)),
        ("2", small(2)),
        ("3", small(3)),
        ("n-minus-1", n_minus(1)),
        ("n-minus-2", n_minus(2)),
    ] {
        let scalar = secret(&scalar);
        related(
            &format!("secret-key-{name}"),
            &format!("The secret key is {name}."),
            &scalar,
            &key.public_key(),
        );
        related(
            &format!("public-key-{name}-g"),
            &format!("The public key is {name} times the base point."),
            &key,
            &scalar.public_key(),
        );
    }
}

fn public_keys(suite: &mut Suite, ordinary: &Twin<Ecdh>) {
    let good = other().public_key();
    let bytes = good.encode();
    let uncompressed = good.0.serialize_uncompressed();
    let mut hybrid = uncompressed;
    hybrid[0] = 6 + (uncompressed[64] & 1);
    let p = unhex(P);
    let mut beyond = p.clone();
    beyond[31] += 1;
    let mut below = p.clone();
    below[31] -= 1;
    let mut minus_two = p.clone();
    minus_two[31] -= 2;
    let with = |prefix: u8, x: &[u8]| [&[prefix][..], x].concat();
    // x = 5 is on the twist: 5^3 + 7 = 132 is no square mod p.
    let mut five = [0; 32];
    five[31] = 5;
    let classes: Vec<(&str, &str, Vec<u8>)> = vec![
        ("empty", "No bytes.", vec![]),
        ("32-bytes", "32 bytes: the last one is missing.", bytes[..32].to_vec()),
        ("34-bytes", "34 bytes: a zero byte after the key.", [&bytes[..], &[0]].concat()),
        ("x-only", "The 32 bytes of x without a prefix.", bytes[1..].to_vec()),
        ("uncompressed", "The same point uncompressed: 65 bytes with 04.", uncompressed.to_vec()),
        ("hybrid", "The same point in hybrid form: 65 bytes with 06 or 07.", hybrid.to_vec()),
        ("prefix-00", "The prefix 00.", with(0, &bytes[1..])),
        ("prefix-01", "The prefix 01.", with(1, &bytes[1..])),
        ("prefix-04", "The prefix 04 on 33 bytes.", with(4, &bytes[1..])),
        ("prefix-05", "The prefix 05.", with(5, &bytes[1..])),
        ("prefix-06", "The prefix 06 on 33 bytes.", with(6, &bytes[1..])),
        ("prefix-82", "The prefix 82: only its low bits are right.", with(0x82, &bytes[1..])),
        ("prefix-ff", "The prefix ff.", with(0xff, &bytes[1..])),
        ("all-zero", "33 zero bytes.", vec![0; 33]),
        ("one-zero-byte", "One zero byte: SEC 1's point at infinity.", vec![0]),
        ("x-0", "x = 0: 7 is no square mod p.", with(2, &[0; 32])),
        ("x-5-twist", "x = 5: on the twist, not on the curve.", with(2, &five)),
        ("x-5-twist-odd", "x = 5 with the prefix 03.", with(3, &five)),
        ("x-p", "x = p: reduced mod p it is 0.", with(2, &p)),
        ("x-p-plus-1", "x = p + 1: reduced mod p it is 1, which is on the curve.", with(2, &beyond)),
        ("x-all-ff", "x = 2^256 - 1.", with(3, &[0xff; 32])),
        ("x-p-odd", "x = p with the prefix 03.", with(3, &p)),
        ("x-p-plus-1-odd", "x = p + 1 with the prefix 03.", with(3, &beyond)),
        ("x-p-minus-1", "x = p - 1: on the twist.", with(2, &below)),
        ("prefix-08", "The prefix 08.", with(8, &bytes[1..])),
        ("35-bytes", "35 bytes: the key after its length, as in DER.", [&[0, 33][..], &bytes].concat()),
        ("64-bytes", "x and y without a prefix.", uncompressed[1..].to_vec()),
        ("66-bytes", "The key twice.", bytes.repeat(2)),
        ("x-p-minus-2", "x = p - 2: on the twist, with a large square.", with(2, &minus_two)),
        (
            "zero-before-x",
            "34 bytes: a zero byte between prefix and x.",
            [&[bytes[0], 0], &bytes[1..]].concat(),
        ),
        ("compressed-y", "y in the place of x: here it is the x of no point.", with(2, &uncompressed[33..])),
    ];
    for (name, about, public_key) in classes {
        suite
            .from(ordinary, format!("public-key-{name}"), about)
            .change(|keys| keys.public_key = hex_of(public_key))
            .spec("01-messaging.md:257")
            .shows(["bolt1.point", "bolt4.secret.derivation"])
            .rejected("public_key_invalid");
    }
    let short = label::secret_where("ecdh.shared_secret/public-x-one-zero-byte", |key| {
        key.public_key().encode()[1] == 0
    });
    let short = short.public_key().encode();
    suite
        .from(
            ordinary,
            "public-key-x-without-its-zero-byte",
            "32 bytes: the zero byte at the start of x is left out.",
        )
        .change(|keys| keys.public_key = hex_of(with(short[0], &short[2..])))
        .spec("01-messaging.md:257")
        .shows(["bolt1.point", "bolt4.secret.derivation"])
        .rejected("public_key_invalid");
    let mut one = [0; 32];
    one[31] = 1;
    suite
        .from(ordinary, "public-key-x-1", "x = 1, the smallest x of the curve.")
        .change(|keys| keys.public_key = hex_of(with(2, &one)))
        .flag("curve")
        .shows(DERIVATION)
        .accepted();
}

fn secret_keys(suite: &mut Suite, ordinary: &Twin<Ecdh>) {
    let mut n_plus_1 = unhex(N);
    n_plus_1[31] += 1;
    for (name, about, key) in [
        ("0", "Zero.", vec![0; 32]),
        ("n", "n, which is zero mod n.", unhex(N)),
        ("n-plus-1", "n + 1, which is 1 mod n.", n_plus_1),
        ("all-ff", "2^256 - 1.", vec![0xff; 32]),
        ("31-bytes", "31 bytes.", vec![1; 31]),
        ("33-bytes", "33 bytes.", vec![1; 33]),
        ("zero-before-32-bytes", "33 bytes, of which the first is zero.", [&[0][..], &[1; 32]].concat()),
        ("zero-after-32-bytes", "33 bytes, of which the last is zero.", [&[1; 32][..], &[0]].concat()),
        ("empty", "No bytes.", vec![]),
        (
            "8-bytes",
            "Eight bytes: the size of a pointer. (A node once handed one out as its shared secret.)",
            vec![1; 8],
        ),
    ] {
        suite
            .from(ordinary, format!("secret-key-{name}"), about)
            .change(|keys| keys.secret_key = hex_of(key))
            .rejected("secret_key_invalid");
    }
}

fn small(value: u8) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[31] = value;
    bytes
}

fn n_minus(value: u8) -> [u8; 32] {
    let mut bytes: [u8; 32] = unhex(N).try_into().unwrap_or_default();
    bytes[31] -= value;
    bytes
}

fn secret(bytes: &[u8; 32]) -> SecretKey {
    SecretKey::decode(bytes).unwrap_or_else(|error| unreachable!("a recipe's own scalar: {error}"))
}

/// The inverse mod n, by Fermat: the key to the power of n - 2.
fn inverse(key: &SecretKey) -> [u8; 32] {
    let bits = n_minus(2).into_iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1));
    let power = bits.fold(secret(&small(1)), |power, bit| {
        let square = times(&power, &power.encode());
        if bit { times(&square, &key.encode()) } else { square }
    });
    power.encode()
}

fn times(key: &SecretKey, scalar: &[u8; 32]) -> SecretKey {
    key.times(*scalar).unwrap_or_else(|| unreachable!("a recipe's own scalar"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_times_its_inverse_is_one() {
        let key = label::secret("ecdh.shared_secret/chosen-shared-point");
        assert_eq!(times(&key, &inverse(&key)).encode(), small(1));
    }

    #[test]
    fn the_counter_of_two_zero_bytes_still_fits() {
        let Ecdh { secret_key, public_key } = two_zero_bytes();
        let key = SecretKey::decode(&secret_key.0).unwrap();
        let id = PublicKey::decode(&public_key.0).unwrap();
        assert_eq!(SharedPoint::new(&id, &key).x()[..2], [0, 0]);
    }
}
