//! The payee's side of the shared-secret scheme. The near misses are other readings of the same two sentences: another key,
//! another number of hashes, another encoding of the point. lightning-dev, 2019-06-09.

use sha2::{Digest, Sha256};

use super::onion_construct::hop_key;
use super::payload_faults::Kind;
use super::payment::{
    AMOUNT, AMT_TO_FORWARD, HEIGHT, KEYSEND, OUTGOING_CLTV_VALUE, PAYMENT_DATA, Payment, SHORT_CHANNEL_ID,
};
use super::suite::{Suite, Twin};
use super::{blinded_final, htlc_edges, payload_faults};
use crate::blueprint::{label, ordinary};
use crate::bolt1::SecretKey;
use crate::bolt1::tlv::MAX_MSAT;
use crate::bolt4::construct::hop_secrets;
use crate::bolt4::secret::SharedPoint;
use crate::protocol::operation::{Profile, SharedSecret, Switch};
use crate::vectors::Level;

const POST: &str = "lightning-dev 2019-06-09";
const FINAL: &str = "04-onion-routing.md:327-341";

/// `shared_secret.receive`.
pub fn receive(suite: &mut Suite) {
    let (bolt4, x_only) = (profile(suite, Profile::Bolt4), profile(suite, Profile::XOnly));
    zero_bytes(suite, Profile::Bolt4);
    zero_bytes(suite, Profile::XOnly);
    settings(suite, &bolt4);
    amounts_and_expiries(suite, &bolt4);
    height_and_delta(suite, &bolt4);
    records(suite, &bolt4);
    payload_faults::receive(suite, &bolt4, Kind::SharedSecret);
    htlc_edges::receive(suite, &bolt4, Kind::SharedSecret);
    blinded_final::shared_secret(suite, &bolt4);
    packet(suite, &bolt4, &x_only);
}

fn sha(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// A payment over this many hops.
fn paid(hops: usize, profile: Profile) -> Payment {
    let mut payment = Payment::shared_secret("shared_secret.receive", profile);
    payment.route().before = (0..hops - 1).map(hop_key).collect();
    payment
}

/// What a payer might hash for a payment, right or wrong.
struct Secrets {
    bolt4: [u8; 32],
    x: [u8; 32],
    session_bolt4: [u8; 32],
    session_x: [u8; 32],
    first_hop: [u8; 32],
}

impl Secrets {
    fn of(payment: &Payment) -> Self {
        let mut payment = payment.clone();
        let node = payment.node.secret.public_key();
        let route = payment.route();
        let keys = route.before.iter().map(SecretKey::public_key).chain([node]);
        let hops = hop_secrets(&route.session_key, keys);
        let direct = SharedPoint::new(&node, &route.session_key);
        let (first, last) = (hops[0], hops[hops.len() - 1]);
        Self {
            bolt4: last.shared_secret.0,
            x: last.shared_point.x(),
            session_bolt4: direct.shared_secret().0,
            session_x: direct.x(),
            first_hop: first.shared_secret.0,
        }
    }
}

/// The cases of one profile; gives the payment over two hops.
fn profile(suite: &mut Suite, profile: Profile) -> Twin<Payment> {
    suite.section(POST);
    let (prefix, spoken, secret_requirement) = match profile {
        Profile::Bolt4 => ("", "bolt4", "post2019.secret"),
        Profile::XOnly => ("x-only-", "x-only", "post2019.secret-x-only"),
    };
    let [_, two_hops, five_hops, _] = [1, 2, 5, 20].map(|hops| {
        let name = if hops == 1 { "one-hop".into() } else { format!("{hops}-hops") };
        let about = format!("A route of {hops} hops, profile {spoken}: types 2 and 4 and nothing else.");
        suite
            .case(format!("{prefix}{name}"), about, paid(hops, profile))
            .flag("scheme")
            .shows([secret_requirement, "post2019.hashes"])
            .accepted()
    });
    let secrets = Secrets::of(five_hops.subject());
    let (own, other, session) = match profile {
        Profile::Bolt4 => (secrets.bolt4, secrets.x, secrets.session_bolt4),
        Profile::XOnly => (secrets.x, secrets.bolt4, secrets.session_x),
    };
    let mut near_miss = |name: &str, about: &str, shown: &[&'static str], hash: [u8; 32]| {
        suite
            .from(&five_hops, format!("{prefix}{name}"), about)
            .change(|payment| payment.pays(hash))
            .flag("near-miss")
            .spec(POST)
            .shows(shown)
            .rejected("payment_hash_unknown");
    };
    let hashes = ["post2019.hashes"];
    let about = "The secret itself is the preimage: it would tell every node upstream the onion's keys.";
    near_miss("secret-is-the-preimage", about, &hashes, sha(&own));
    let about = "The preimage is SHA-256 of SHA-256 of the secret.";
    near_miss("three-hashes", about, &hashes, sha(&sha(&sha(&own))));
    let secret = [secret_requirement];
    let mut hashed = |name: &str, about: &str, bytes: &[u8]| {
        near_miss(name, about, &secret, sha(&sha(bytes)));
    };
    hashed("other-profile", "The payment of the other profile.", &other);
    let about = "Session key times node id in place of the key as blinded for the final hop.";
    hashed("session-key", about, &session);
    hashed("first-hops-secret", "The first hop's secret.", &secrets.first_hop);
    for (name, prefix) in [("even", 2_u8), ("odd", 3)] {
        // BOLT 4's secret is the hash of one of the two: its own hash is the case above.
        let compressed = [&[prefix][..], &secrets.x].concat();
        if sha(&compressed) != own {
            let about = format!("{prefix:02x} and x, hashed as the preimage.");
            hashed(&format!("compressed-{name}"), &about, &compressed);
        }
    }
    let mut reversed = own;
    reversed.reverse();
    hashed("secret-reversed", "The secret in reversed byte order.", &reversed);
    hashed("secret-as-hex-text", "The secret's hex digits, hashed.", hex::encode(own).as_bytes());
    let unknown = ["bolt4.failure.hash-unknown", "post2019.hashes"];
    let mut hash = sha(&sha(&own));
    hash[31] ^= 1;
    near_miss("hash-last-byte", "The payment hash differs in its last byte.", &unknown, hash);
    hash[31] ^= 1;
    hash[0] ^= 0xff;
    near_miss("hash-first-byte", "The payment hash differs in its first byte.", &unknown, hash);
    hash[0] ^= 0xff;
    hash.reverse();
    near_miss("hash-reversed", "The payment hash in reversed byte order.", &unknown, hash);
    let about = "An all-zero payment hash: in 2019 it was an API's trigger, on the wire it is not special.";
    near_miss("hash-all-zero", about, &unknown, [0; 32]);
    two_hops
}

/// Payments over three hops in which something that is hashed starts with a zero byte, which counts.
fn zero_bytes(suite: &mut Suite, profile: Profile) {
    let (prefix, shown) = match profile {
        Profile::Bolt4 => ("", "post2019.secret"),
        Profile::XOnly => ("x-only-", "post2019.secret-x-only"),
    };
    type Hashed = fn(&Secrets) -> [u8; 32];
    let of: [(&str, &str, Profile, Hashed); 4] = [
        ("shared-secret", "BOLT 4's shared secret", Profile::Bolt4, |secrets| secrets.bolt4),
        ("preimage", "the preimage", Profile::Bolt4, |secrets| sha(&secrets.bolt4)),
        ("shared-x", "x of the shared point", Profile::XOnly, |secrets| secrets.x),
        ("preimage", "the preimage", Profile::XOnly, |secrets| sha(&secrets.x)),
    ];
    for (name, words, _, hashed) in of.into_iter().filter(|(_, _, of, _)| *of == profile) {
        let with_key = |key: SecretKey| paid(3, profile).but(|payment| payment.route().session_key = key);
        let key = label::secret_where("shared_secret.receive/zero", |key| {
            hashed(&Secrets::of(&with_key(*key)))[0] == 0
        });
        suite
            .case(
                format!("{prefix}3-hops-{name}-starts-with-00"),
                format!("Three hops; {words} starts with a zero byte, which counts."),
                with_key(key),
            )
            .flag("coordinate")
            .shows([shown, "post2019.hashes"])
            .accepted();
    }
}

/// What the operator sets.
fn settings(suite: &mut Suite, two_hops: &Twin<Payment>) {
    suite
        .from(two_hops, "switched-off", "The node does not know the scheme.")
        .change(|payment| payment.node.settings.shared_secret = SharedSecret::Off)
        .shows(["bolt4.failure.hash-unknown"])
        .rejected("payment_hash_unknown");
    suite
        .from(two_hops, "keysend-switched-off", "Keysend is switched off: that is another scheme.")
        .change(|payment| payment.node.settings.keysend = Switch::Refuse)
        .flag("scheme")
        .shows(["post2019.secret", "post2019.hashes"])
        .accepted();
}

/// Limits of the HTLC's amount and expiry, where numbers are cut, signed or wrapped.
fn amounts_and_expiries(suite: &mut Suite, two_hops: &Twin<Payment>) {
    suite.section(FINAL);
    suite
        .from(two_hops, "amount-one-more", "The HTLC has one msat more than amt_to_forward.")
        .change(|payment| payment.amount += 1)
        .flag("htlc")
        .shows(["bolt4.final.amount"])
        .accepted();
    suite
        .from(two_hops, "amount-one-less", "The HTLC has one msat less than amt_to_forward.")
        .change(|payment| payment.amount -= 1)
        .rejected("final_incorrect_htlc_amount");
    suite
        .from(two_hops, "expiry-one-below-outgoing", "The HTLC expires one block before outgoing_cltv_value.")
        .change(|payment| payment.expiry -= 1)
        .rejected("final_incorrect_cltv_expiry");
    let mut amounts = |name: &str, about: &str, asked: u64, amount: u64| {
        suite
            .from(two_hops, name, about)
            .change(|payment| {
                payment.payload().put_integer(AMT_TO_FORWARD, asked);
                payment.amount = amount;
            })
            .flag("integer-width")
            .shows(["bolt4.final.amount"])
            .accepted()
    };
    let wide = (1 << 32) + AMOUNT;
    let about = "The HTLC has twice as much as amt_to_forward.";
    amounts("amount-twice", about, AMOUNT, 2 * AMOUNT);
    let about = "The HTLC has 2^32 msat: cut to 32 bits that is nothing.";
    amounts("amount-2-to-32", about, AMOUNT, 1 << 32);
    let about = "The HTLC has 21 million bitcoin, the most that there can be.";
    amounts("amount-21-million-bitcoin", about, AMOUNT, MAX_MSAT);
    let exact =
        amounts("amount-2-to-53-plus-1", "2^53 + 1 msat are asked and come.", (1 << 53) + 1, (1 << 53) + 1);
    let above = amounts("amount-above-2-to-32", "2^32 + 100000 msat are asked and come.", wide, wide);
    amounts("amount-1", "One msat.", 1, 1);
    suite
        .from(
            &exact,
            "amount-2-to-53",
            "2^53 + 1 msat are asked and one less comes: a double cannot tell them apart.",
        )
        .change(|payment| payment.amount -= 1)
        .flag("integer-width")
        .rejected("final_incorrect_htlc_amount");
    suite
        .from(&above, "amount-cut-to-32-bits", "2^32 + 100000 msat are asked and 100000 come.")
        .change(|payment| payment.amount = AMOUNT)
        .flag("integer-width")
        .rejected("final_incorrect_htlc_amount");
}

fn height_and_delta(suite: &mut Suite, two_hops: &Twin<Payment>) {
    let shown = ["bolt4.final.expiry-soon"];
    let enough = suite
        .from(two_hops, "expiry-height-plus-18", "The HTLC expires 18 blocks above the height.")
        .change(|payment| {
            payment.expiry = HEIGHT + 18;
            payment.payload().put_integer(OUTGOING_CLTV_VALUE, HEIGHT.into());
        })
        .flag("htlc")
        .shows(shown)
        .accepted();
    suite
        .from(&enough, "outgoing-cltv-value-0", "outgoing_cltv_value is 0 and so has no bytes.")
        .change(|payment| payment.payload().put_integer(OUTGOING_CLTV_VALUE, 0))
        .flag("htlc")
        .shows(["bolt4.final.expiry"])
        .accepted();
    suite
        .from(&enough, "expiry-height-plus-17", "The HTLC expires 17 blocks above the height.")
        .change(|payment| payment.expiry -= 1)
        .rejected("expiry_too_soon");
    for delta in [0_u32, 42, 144] {
        let about = format!("min_final_cltv_expiry_delta is {delta}, and the HTLC has just enough.");
        let enough = suite
            .from(two_hops, format!("delta-{delta}"), about)
            .change(|payment| {
                payment.node.settings.min_final_cltv_expiry_delta = delta;
                payment.expiry = HEIGHT + delta.max(1);
                payment.payload().put_integer(OUTGOING_CLTV_VALUE, (HEIGHT - 1).into());
            })
            .flag("htlc")
            .shows(shown)
            .accepted();
        let about = format!("min_final_cltv_expiry_delta is {delta} and the HTLC has one block less.");
        suite
            .from(&enough, format!("delta-{delta}-one-less"), about)
            .change(|payment| payment.expiry -= 1)
            .rejected("expiry_too_soon");
    }
}

/// Records beside types 2 and 4, and what is missing.
fn records(suite: &mut Suite, two_hops: &Twin<Payment>) {
    let secret = Secrets::of(two_hops.subject()).bolt4;
    let about =
        "A keysend record with the same preimage: both schemes explain the payment, and it is claimed once.";
    let matches = suite
        .from(two_hops, "keysend-record-that-matches", about)
        .change(|payment| payment.payload().put(KEYSEND, sha(&secret)))
        .level(Level::May)
        .flag("scheme")
        .spec(POST)
        .shows(["blip3.receiver.claim", "post2019.hashes"])
        .accepted();
    suite
        .from(
            &matches,
            "keysend-record-that-differs",
            "A keysend record that does not hash to the payment hash.",
        )
        .change(|payment| payment.record(KEYSEND).flip(0, 1))
        .rejected("preimage_mismatch");
    suite
        .from(
            &matches,
            "keysend-record-that-matches-switched-off",
            "A keysend record with the same preimage, and keysend is switched off: the payment is a keysend.",
        )
        .change(|payment| payment.node.settings.keysend = Switch::Refuse)
        .flag("scheme")
        .rejected("keysend_refused");
    suite
        .from(&matches, "keysend-record-with-the-secret", "A keysend record with the secret itself.")
        .change(|payment| payment.record(KEYSEND).set(secret))
        .flag("near-miss")
        .rejected("preimage_mismatch");
    let data = |total| ordinary::payment_data(label::bytes32("shared_secret.receive/payment_secret"), total);
    let equal = suite
        .from(two_hops, "payment-data-equal", "payment_data whose total_msat is amt_to_forward.")
        .change(|payment| payment.payload().put(PAYMENT_DATA, data(AMOUNT)))
        .level(Level::May)
        .policy("shared_secret_payment_data")
        .spec("04-onion-routing.md:390-391")
        .shows(["bolt4.mpp.single", "bolt4.reader.payment-data"])
        .accepted();
    for (name, total) in [("payment-data-total-twice", 2 * AMOUNT), ("payment-data-total-half", AMOUNT / 2)] {
        let about = "payment_data with another total_msat: parts of a set cannot share a secret.";
        suite
            .from(&equal, name, about)
            .change(|payment| payment.payload().put(PAYMENT_DATA, data(total)))
            .level(Level::May)
            .policy("shared_secret_payment_data")
            .rejected("total_msat_not_amount");
    }
    let odd = suite
        .from(two_hops, "odd-custom", "An odd custom record.")
        .change(|payment| payment.payload().put(7_629_169, *b"{}"))
        .flag("unknown-type")
        .shows(["bolt1.tlv.unknown-odd"])
        .accepted();
    suite
        .from(&odd, "even-custom", "An even custom record.")
        .change(|payment| payment.record(7_629_169).r#type -= 1)
        .policy("custom_even_records")
        .rejected("unknown_even_type");
}

/// The packet around it, and whom it is for.
fn packet(suite: &mut Suite, two_hops: &Twin<Payment>, x_only: &Twin<Payment>) {
    let about =
        "The hash of this hop's secret, but the node is not the final one: it forwards and claims nothing.";
    suite
        .from(two_hops, "not-final", about)
        .change(|payment| {
            payment.route().next = Some(hop_key(9).public_key());
            payment.payload().put(SHORT_CHANNEL_ID, [0x0c, 0x35, 0, 0, 0, 1, 0, 2]);
        })
        .flag("theft")
        .spec("04-onion-routing.md:949-957")
        .shows(["bolt4.peel.forward"])
        .accepted();
    let mut tampered = |twin: &Twin<Payment>, name: &str, about: &str, shown: [&'static str; 2], change| {
        suite
            .from(twin, name, about)
            .change(|payment| payment.in_transit = Some(change))
            .shows(shown)
            .rejected("hmac_mismatch");
    };
    let secret = ["bolt4.peel.secret", "bolt4.peel.hmac"];
    let about = "The packet's public key is negated: the same x, another BOLT 4 secret.";
    tampered(two_hops, "packet-public-key-negated", about, secret, |htlc| htlc.packet.0[1] ^= 1);
    let about = "The packet's public key is negated: the preimage would be the same, the HMAC is not.";
    tampered(x_only, "x-only-packet-public-key-negated", about, secret, |htlc| htlc.packet.0[1] ^= 1);
    let about = "The HTLC's payment hash is another than the packet was made for.";
    let data = ["bolt2.add.associated-data", "bolt4.peel.hmac"];
    tampered(two_hops, "other-payment-hash", about, data, |htlc| htlc.payment_hash.0[31] ^= 1);
}
