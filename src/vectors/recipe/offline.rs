//! The offline device: what it and its node derive, with each choice that the post leaves open. lightning-dev, 2019-06-09.

use super::fixture::{hex_of, unhex};
use super::onion_construct::bad_secret_keys;
use super::returning::bad_public_keys;
use super::suite::{Suite, Twin};
use crate::blueprint::label;
use crate::bolt1::SecretKey;
use crate::bolt4::secret::SharedPoint;
use crate::protocol::operation::{AmountEncoding, HmacKey, OfflineDerive, OfflineSecret};
use crate::protocol::value::Decimal;
use crate::vectors::Level;

const SHOWN: [&str; 1] = ["post2019.offline-device"];

fn device() -> SecretKey {
    label::secret("offline/device")
}

fn node() -> SecretKey {
    label::secret("offline/node")
}

/// The device's derivation, read as the post says it: HMAC-SHA256(x, amount).
fn ordinary() -> OfflineDerive {
    OfflineDerive {
        secret_key: hex_of(device().encode()),
        public_key: hex_of(node().public_key().encode()),
        amount: Decimal(100_000),
        secret: OfflineSecret::X,
        hmac_key: HmacKey::Secret,
        amount_encoding: AmountEncoding::U64,
    }
}

const SECRETS: [(&str, OfflineSecret); 2] =
    [("x", OfflineSecret::X), ("shared-secret", OfflineSecret::SharedSecret)];
const KEYS: [(&str, HmacKey); 2] = [("secret-is-key", HmacKey::Secret), ("amount-is-key", HmacKey::Amount)];
const ENCODINGS: [(&str, AmountEncoding); 4] = [
    ("u64", AmountEncoding::U64),
    ("u64-little-endian", AmountEncoding::U64LittleEndian),
    ("tu64", AmountEncoding::Tu64),
    ("decimal", AmountEncoding::Decimal),
];

/// `offline.derive`.
pub fn derive(suite: &mut Suite) {
    suite.section("lightning-dev 2019-06-09");
    let first = suite
        .case(
            "device",
            "The device derives: HMAC-SHA256 with x as key and the amount as message.",
            ordinary(),
        )
        .flag("basic")
        .shows(SHOWN)
        .accepted();
    derived(
        suite,
        &first,
        "node",
        "The node derives the same from its own secret key and the device's public key.",
        "basic",
        |input| {
            input.secret_key = hex_of(node().encode());
            input.public_key = hex_of(device().public_key().encode());
        },
    );
    variants(suite, &first);
    amounts(suite, &first);
    keys(suite, &first);
}

fn derived(
    suite: &mut Suite,
    first: &Twin<OfflineDerive>,
    name: &str,
    about: &str,
    flag: &str,
    change: impl FnOnce(&mut OfflineDerive),
) {
    suite.from(first, name, about).change(change).flag(flag).shows(SHOWN).accepted();
}

/// Every choice beside every other.
fn variants(suite: &mut Suite, first: &Twin<OfflineDerive>) {
    for (of_secret, secret) in SECRETS {
        for (of_key, hmac_key) in KEYS {
            for (of_encoding, amount_encoding) in ENCODINGS {
                let variant = OfflineDerive { secret, hmac_key, amount_encoding, ..ordinary() };
                if variant == ordinary() {
                    continue;
                }
                let name = format!("{of_secret}-{of_key}-{of_encoding}");
                let about = format!("The variant {of_secret}, {of_key}, {of_encoding}.").replace('-', " ");
                derived(suite, first, &name, &about, "near-miss", |input| *input = variant);
            }
        }
    }
}

/// Amounts around the widths of integers.
fn amounts(suite: &mut Suite, first: &Twin<OfflineDerive>) {
    for (name, amount) in [
        ("0", 0),
        ("1", 1),
        ("10", 10),
        ("255", 255),
        ("256", 256),
        ("65536", 0x1_0000),
        ("2-to-32-minus-1", 0xffff_ffff),
        ("2-to-32", 0x1_0000_0000),
        ("2-to-53-plus-1", (1 << 53) + 1),
        ("2-to-63", 1 << 63),
        ("2-to-64-minus-1", u64::MAX),
    ] {
        for (of_encoding, amount_encoding) in ENCODINGS {
            let name = format!("amount-{name}-{of_encoding}");
            let about = format!("The amount {amount}, written as {}.", of_encoding.replace('-', " "));
            derived(suite, first, &name, &about, "integer-width", |input| {
                input.amount = Decimal(amount);
                input.amount_encoding = amount_encoding;
            });
        }
    }
}

/// A device's key for which something of the shared point fits.
fn device_where(fits: impl Fn(&SharedPoint) -> bool) -> SecretKey {
    label::secret_where("offline/device-where", |key| fits(&SharedPoint::new(&node().public_key(), key)))
}

fn keys(suite: &mut Suite, first: &Twin<OfflineDerive>) {
    for (name, about, key) in [
        (
            "x-starts-with-00",
            "x of the shared point starts with a zero byte, which counts.",
            device_where(|point| point.x()[0] == 0),
        ),
        (
            "shared-secret-starts-with-00",
            "The shared secret starts with a zero byte, which counts.",
            device_where(|point| point.shared_secret().0[0] == 0),
        ),
    ] {
        for (of_secret, secret) in SECRETS {
            derived(suite, first, &format!("{name}-{of_secret}"), about, "coordinate", |input| {
                input.secret_key = hex_of(key.encode());
                input.secret = secret;
            });
        }
    }
    // With the other y the point has the same x, and another shared secret.
    for (of_secret, secret) in SECRETS {
        let about = "The node's public key with its y negated: x stays, and the compressed point does not.";
        derived(suite, first, &format!("node-key-negated-{of_secret}"), about, "coordinate", |input| {
            input.public_key.0[0] ^= 1;
            input.secret = secret;
        });
    }
    let about = "Device and node have the same key.";
    derived(suite, first, "same-key", about, "related-keys", |input| {
        input.public_key = hex_of(device().public_key().encode());
    });
    for (name, key) in [
        ("1", "0000000000000000000000000000000000000000000000000000000000000001"),
        ("n-minus-1", "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140"),
    ] {
        let about = format!("The device's secret key is {}.", name.replace('-', " "));
        derived(suite, first, &format!("secret-key-{name}"), &about, "curve", |input| {
            input.secret_key = hex_of(unhex(key));
        });
    }
    for (name, about, key) in bad_secret_keys() {
        suite
            .from(first, format!("secret-key-{name}"), about.replace("session", "secret"))
            .change(|input| input.secret_key = hex_of(key))
            .level(Level::Proposal)
            .rejected("secret_key_invalid");
    }
    for (name, about, key) in bad_public_keys() {
        suite
            .from(first, format!("public-key-{name}"), format!("The public key {about}."))
            .change(|input| input.public_key = hex_of(key))
            .level(Level::Proposal)
            .rejected("public_key_invalid");
    }
}
