//! The shared-secret scheme: the payer derives, the payee recognises. The near misses are other readings of the same two
//! sentences: another key, another number of hashes, another encoding of the point. lightning-dev, 2019-06-09.

use sha2::{Digest, Sha256};

use super::fixture::{
    AMOUNT, EXPIRY, HEIGHT, Incoming, amount_and_expiry, integer, keysend_record, payment_data, record,
    settings,
};
use super::keysend_send::{common, shared_secret_input};
use super::label;
use super::onion_construct::hop_key;
use super::suite::{Draft, Suite as Recipes};
use crate::bolt4::construct::hop_secrets;
use crate::bolt4::secret::SharedPoint;
use crate::protocol::operation::{Profile, SharedSecret};
use crate::vectors::Level;

const POST: &str = "lightning-dev 2019-06-09";
const FINAL: &str = "04-onion-routing.md:327-341";

/// `shared_secret.send`.
pub fn send(cases: &mut Recipes) {
    common(cases, POST, &|hops| shared_secret_input(hops, Profile::Bolt4));
    for hops in [1, 2, 5, 20] {
        let input = shared_secret_input(hops, Profile::XOnly);
        cases
            .old(
                format!("x-only-{hops}-hops"),
                format!("The profile x-only over {hops} hops: the bare x coordinate is hashed."),
                &input,
            )
            .flag("scheme")
            .spec(POST)
            .accept();
    }
    // BOLT 4's route: the shared secrets of its error test are published, and so the preimage follows by one SHA-256.
    for profile in [Profile::Bolt4, Profile::XOnly] {
        let mut input = shared_secret_input(5, profile);
        input.session_key = super::fixture::hex_of([0x41; 32]);
        for (hop, key) in input.hops.iter_mut().zip(0x41..=0x45) {
            hop.public_key = super::fixture::hex_of(super::fixture::repeated(key).public_key().encode());
        }
        let name = if profile == Profile::Bolt4 { "bolt4-route" } else { "bolt4-route-x-only" };
        cases
            .old(name, "The route of BOLT 4's onion and error tests.", &input)
            .flag("published")
            .spec("bolt04/onion-error-test.json")
            .accept();
    }
}

/// `shared_secret.receive`.
pub fn receive(cases: &mut Recipes) {
    for profile in [Profile::Bolt4, Profile::XOnly] {
        profile_cases(cases, profile);
    }
    htlc(cases);
    amounts_and_expiries(cases);
    records(cases);
    payloads(cases);
}

/// The secrets that a payer might hash, right or wrong.
struct Secrets {
    bolt4: [u8; 32],
    x: [u8; 32],
    session_bolt4: [u8; 32],
    session_x: [u8; 32],
    first_hop: [u8; 32],
}

fn sha(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// An HTLC at the end of a route of so many hops whose payment hash is not set yet, and its secrets.
fn bare(hops: usize) -> (Incoming, Secrets) {
    let mut htlc = Incoming::new("shared_secret.receive", amount_and_expiry(), [0; 32]);
    htlc.before = (0..hops - 1).map(hop_key).collect();
    let keys = htlc.before.iter().chain([&htlc.node]).map(crate::bolt1::SecretKey::public_key);
    let secrets = hop_secrets(&htlc.session_key, keys);
    let direct = SharedPoint::new(&htlc.node.public_key(), &htlc.session_key);
    let (first, last) = (secrets[0], secrets[hops - 1]);
    let secrets = Secrets {
        bolt4: last.shared_secret.0,
        x: last.shared_point.x(),
        session_bolt4: direct.shared_secret().0,
        session_x: direct.x(),
        first_hop: first.shared_secret.0,
    };
    (htlc, secrets)
}

/// A payment over so many hops in a profile.
fn paid(hops: usize, profile: Profile) -> Incoming {
    let (mut htlc, secrets) = bare(hops);
    let secret = if profile == Profile::Bolt4 { secrets.bolt4 } else { secrets.x };
    htlc.payment_hash = sha(&sha(&secret));
    htlc
}

fn setting(profile: Profile) -> crate::protocol::operation::Settings {
    settings(if profile == Profile::Bolt4 { SharedSecret::Bolt4 } else { SharedSecret::XOnly })
}

fn profile_cases(cases: &mut Recipes, profile: Profile) {
    let prefix = if profile == Profile::Bolt4 { "" } else { "x-only-" };
    let said = if profile == Profile::Bolt4 { "bolt4" } else { "x-only" };
    for (hops, name) in [(1, "one-hop"), (2, "2-hops"), (5, "5-hops"), (20, "20-hops")] {
        let about = format!("A route of {hops} hops, profile {said}: types 2 and 4 and nothing else.");
        cases
            .old(format!("{prefix}{name}"), about, &paid(hops, profile).input(setting(profile)))
            .flag("scheme")
            .spec(POST)
            .accept();
    }
    let (htlc, secrets) = bare(5);
    let (own, other) =
        if profile == Profile::Bolt4 { (secrets.bolt4, secrets.x) } else { (secrets.x, secrets.bolt4) };
    let session = if profile == Profile::Bolt4 { secrets.session_bolt4 } else { secrets.session_x };
    let compressed = |prefix: u8| [&[prefix][..], &secrets.x].concat();
    let mut reversed = own;
    reversed.reverse();
    for (name, about, hash) in [
        (
            "secret-is-the-preimage",
            "The secret itself is the preimage: it would tell every node upstream the onion's keys.",
            sha(&own),
        ),
        ("three-hashes", "The preimage is SHA-256 of SHA-256 of the secret.", sha(&sha(&sha(&own)))),
        ("other-profile", "The payment of the other profile.", sha(&sha(&other))),
        (
            "session-key",
            "Session key times node id in place of the key as blinded for the final hop.",
            sha(&sha(&session)),
        ),
        ("first-hop's-secret", "The first hop's secret.", sha(&sha(&secrets.first_hop))),
        ("compressed-even", "02 and x, hashed as the preimage.", sha(&sha(&compressed(2)))),
        ("compressed-odd", "03 and x, hashed as the preimage.", sha(&sha(&compressed(3)))),
        ("secret-reversed", "The secret in reversed byte order.", sha(&sha(&reversed))),
        ("secret-as-hex-text", "The secret's hex digits, hashed.", sha(&sha(hex::encode(own).as_bytes()))),
        ("hash-last-byte", "The payment hash differs in its last byte.", {
            let mut hash = sha(&sha(&own));
            hash[31] ^= 1;
            hash
        }),
        (
            "hash-all-zero",
            "An all-zero payment hash: in 2019 it was an API's trigger, on the wire it is not special.",
            [0; 32],
        ),
    ] {
        // BOLT 4's secret is that of one of the two prefixes: its hash is the case above.
        if name.starts_with("compressed") && hash == sha(&own) {
            continue;
        }
        let mut htlc = htlc.clone();
        htlc.payment_hash = hash;
        let name = format!("{prefix}{}", name.replace('\'', ""));
        cases
            .old(name, about, &htlc.input(setting(profile)))
            .flag("near-miss")
            .spec(POST)
            .reject("payment_hash_unknown", &format!("{prefix}5-hops"));
    }
}

fn case<'a>(
    cases: &'a mut Recipes,
    name: &str,
    about: &str,
    htlc: &Incoming,
) -> Draft<'a, crate::protocol::operation::Receive> {
    cases.old(name, about, &htlc.input(setting(Profile::Bolt4)))
}

/// The rules for any final HTLC hold here too.
fn htlc(cases: &mut Recipes) {
    let good = || paid(2, Profile::Bolt4);
    let mut off = good().input(settings(SharedSecret::Off));
    off.settings.shared_secret = SharedSecret::Off;
    cases
        .old("switched-off", "The node does not know the scheme.", &off)
        .reject("payment_hash_unknown", "2-hops");
    let mut refused = good().input(setting(Profile::Bolt4));
    refused.settings.keysend = crate::protocol::operation::Switch::Refuse;
    cases
        .old("keysend-switched-off", "Keysend is switched off: that is another scheme.", &refused)
        .flag("scheme")
        .spec(POST)
        .accept();
    let mut more = good();
    more.amount += 1;
    case(cases, "amount-one-more", "The HTLC has one msat more than amt_to_forward.", &more)
        .flag("htlc")
        .spec(FINAL)
        .accept();
    let mut less = good();
    less.amount -= 1;
    case(cases, "amount-one-less", "The HTLC has one msat less than amt_to_forward.", &less)
        .reject("final_incorrect_htlc_amount", "2-hops");
    let mut early = good();
    early.expiry -= 1;
    case(
        cases,
        "expiry-one-below-outgoing",
        "The HTLC expires one block before outgoing_cltv_value.",
        &early,
    )
    .reject("final_incorrect_cltv_expiry", "2-hops");
    let at = |expiry: u32| {
        let mut htlc = good();
        htlc.payload = [integer(2, AMOUNT), integer(4, HEIGHT.into())].concat();
        htlc.expiry = expiry;
        htlc
    };
    case(cases, "expiry-height-plus-18", "The HTLC expires 18 blocks above the height.", &at(HEIGHT + 18))
        .revision(2)
        .flag("htlc")
        .spec(FINAL)
        .accept();
    case(cases, "expiry-height-plus-17", "The HTLC expires 17 blocks above the height.", &at(HEIGHT + 17))
        .revision(2)
        .reject("expiry_too_soon", "expiry-height-plus-18");
    let mut behind = good();
    behind.behind = Some(hop_key(9).public_key());
    behind.payload = [amount_and_expiry(), record(6, &[0x0c, 0x35, 0, 0, 0, 1, 0, 2])].concat();
    case(
        cases,
        "not-final",
        "The hash of this hop's secret, but the node is not the final one: it forwards and claims nothing.",
        &behind,
    )
    .flag("theft")
    .spec("04-onion-routing.md:949-957")
    .accept();
    let mut flipped = good().htlc();
    flipped.packet.0[1] ^= 1;
    let input = super::fixture::input(&good().node, flipped, setting(Profile::Bolt4));
    cases
        .old(
            "packet-public-key-negated",
            "The packet's public key is negated: the same x, another BOLT 4 secret.",
            &input,
        )
        .reject("hmac_mismatch", "2-hops");
    let mut flipped = paid(2, Profile::XOnly).htlc();
    flipped.packet.0[1] ^= 1;
    let input = super::fixture::input(&good().node, flipped, setting(Profile::XOnly));
    cases
        .old(
            "x-only-packet-public-key-negated",
            "The packet's public key is negated: the preimage would be the same, the HMAC is not.",
            &input,
        )
        .reject("hmac_mismatch", "x-only-2-hops");
    let mut moved = good().htlc();
    moved.payment_hash.0[31] ^= 1;
    let input = super::fixture::input(&good().node, moved, setting(Profile::Bolt4));
    cases
        .old("other-payment-hash", "The HTLC's payment hash is another than the packet was made for.", &input)
        .reject("hmac_mismatch", "2-hops");
}

/// Limits of the HTLC's amount and expiry, where numbers are cut, signed or wrapped.
fn amounts_and_expiries(cases: &mut Recipes) {
    let asked = |asked: u64, amount: u64| {
        let mut htlc = paid(2, Profile::Bolt4);
        htlc.payload = [integer(2, asked), integer(4, EXPIRY.into())].concat();
        htlc.amount = amount;
        htlc
    };
    let wide = (1 << 32) + AMOUNT;
    for (name, about, wanted, amount) in [
        ("amount-twice", "The HTLC has twice as much as amt_to_forward.", AMOUNT, 2 * AMOUNT),
        ("amount-2-to-32", "The HTLC has 2^32 msat: cut to 32 bits that is nothing.", AMOUNT, 1 << 32),
        ("amount-2-to-64-minus-1", "The HTLC has 2^64 - 1 msat.", AMOUNT, u64::MAX),
        ("amount-above-2-to-32", "2^32 + 100000 msat are asked and come.", wide, wide),
        ("amount-1", "One msat.", 1, 1),
    ] {
        case(cases, name, about, &asked(wanted, amount)).flag("integer-width").spec(FINAL).accept();
    }
    case(cases, "amount-0", "The HTLC has nothing.", &asked(AMOUNT, 0))
        .reject("final_incorrect_htlc_amount", "amount-2-to-32");
    case(
        cases,
        "amount-cut-to-32-bits",
        "2^32 + 100000 msat are asked and 100000 come.",
        &asked(wide, AMOUNT),
    )
    .flag("integer-width")
    .reject("final_incorrect_htlc_amount", "amount-above-2-to-32");
    for delta in [0_u32, 42, 144] {
        let at = |blocks: u32| {
            let mut htlc = paid(2, Profile::Bolt4);
            htlc.payload = [integer(2, AMOUNT), integer(4, (HEIGHT - 1).into())].concat();
            htlc.expiry = HEIGHT + blocks - 1;
            let mut input = htlc.input(setting(Profile::Bolt4));
            input.settings.min_final_cltv_expiry_delta = delta;
            input
        };
        let about = format!("min_final_cltv_expiry_delta is {delta} and the HTLC has just that.");
        cases.old(format!("delta-{delta}"), about, &at(delta + 1)).flag("htlc").spec(FINAL).accept();
        let about = format!("min_final_cltv_expiry_delta is {delta} and the HTLC has one block less.");
        cases
            .old(format!("delta-{delta}-one-less"), about, &at(delta))
            .reject("expiry_too_soon", &format!("delta-{delta}"));
    }
    let mut high = paid(2, Profile::Bolt4).input(setting(Profile::Bolt4));
    high.height = u32::MAX - 5;
    cases
        .old("height-near-2-to-32", "The height plus 18 does not fit 32 bits: it must not wrap.", &high)
        .level(Level::May)
        .flag("integer-width")
        .reject("expiry_too_soon", "2-hops");
}

/// A payload that is not understood is refused here too, although nothing in it is needed to find the preimage.
fn payloads(cases: &mut Recipes) {
    let (amount, expiry) = (integer(2, AMOUNT), integer(4, EXPIRY.into()));
    for (name, about, reason, payload) in [
        (
            "order-4-before-2",
            "outgoing_cltv_value stands before amt_to_forward.",
            "types_not_increasing",
            [expiry.clone(), amount.clone()].concat(),
        ),
        (
            "amount-twice-in-payload",
            "amt_to_forward stands twice.",
            "types_not_increasing",
            [amount.clone(), amount_and_expiry()].concat(),
        ),
        (
            "amount-leading-zero",
            "amt_to_forward with a leading zero byte.",
            "value_not_minimal",
            [record(2, &[0, 1, 0x86, 0xa0]), expiry.clone()].concat(),
        ),
        (
            "expiry-5-bytes",
            "outgoing_cltv_value of five bytes.",
            "value_wrong_length",
            [amount.clone(), record(4, &[1, 0, 0x0c, 0x35, 0x90])].concat(),
        ),
        (
            "type-not-minimal",
            "The type 2 in three bytes.",
            "type_not_minimal",
            [&[0xfd, 0, 2][..], &amount[1..], &expiry].concat(),
        ),
        (
            "length-not-minimal",
            "The length of amt_to_forward in three bytes.",
            "length_not_minimal",
            [&[2, 0xfd, 0, 3][..], &amount[2..], &expiry].concat(),
        ),
        (
            "payload-cut",
            "The payload ends within outgoing_cltv_value.",
            "value_truncated",
            amount_and_expiry()[..9].to_vec(),
        ),
        (
            "trailing-00",
            "A zero byte behind the records.",
            "types_not_increasing",
            [amount_and_expiry(), vec![0]].concat(),
        ),
        (
            "even-14",
            "A record of type 14: even, unknown and reserved.",
            "unknown_even_type",
            [amount_and_expiry(), record(14, b"x")].concat(),
        ),
        (
            "preimage-31-bytes",
            "A keysend record of 31 bytes.",
            "value_wrong_length",
            [amount_and_expiry(), keysend_record(&[7; 31])].concat(),
        ),
    ] {
        let mut htlc = paid(2, Profile::Bolt4);
        htlc.payload = payload;
        case(cases, name, about, &htlc).reject(reason, "2-hops");
    }
}

fn records(cases: &mut Recipes) {
    let good = || paid(2, Profile::Bolt4);
    let with = |payload: Vec<u8>| {
        let mut htlc = good();
        htlc.payload = payload;
        htlc
    };
    let (_, secrets) = bare(2);
    let preimage = sha(&secrets.bolt4);
    case(
        cases,
        "keysend-record-that-matches",
        "A keysend record with the same preimage: both schemes explain the payment, and it is claimed once.",
        &with([amount_and_expiry(), keysend_record(&preimage)].concat()),
    )
    .level(Level::May)
    .flag("scheme")
    .spec(POST)
    .accept();
    let mut other = preimage;
    other[0] ^= 1;
    case(
        cases,
        "keysend-record-that-differs",
        "A keysend record that does not hash to the payment hash.",
        &with([amount_and_expiry(), keysend_record(&other)].concat()),
    )
    .reject("preimage_mismatch", "keysend-record-that-matches");
    case(
        cases,
        "keysend-record-with-the-secret",
        "A keysend record with the secret itself.",
        &with([amount_and_expiry(), keysend_record(&secrets.bolt4)].concat()),
    )
    .flag("near-miss")
    .reject("preimage_mismatch", "keysend-record-that-matches");
    let secret = label::bytes32("shared_secret.receive/payment_secret");
    case(
        cases,
        "payment-data-equal",
        "payment_data whose total_msat is amt_to_forward.",
        &with([amount_and_expiry(), payment_data(secret, AMOUNT)].concat()),
    )
    .level(Level::May)
    .policy("shared_secret_payment_data")
    .spec("04-onion-routing.md:390-391")
    .accept();
    for (name, total) in [("payment-data-total-twice", 2 * AMOUNT), ("payment-data-total-half", AMOUNT / 2)] {
        case(
            cases,
            name,
            "payment_data with another total_msat: parts of a set cannot share a secret.",
            &with([amount_and_expiry(), payment_data(secret, total)].concat()),
        )
        .level(Level::May)
        .policy("shared_secret_payment_data")
        .reject("total_msat_not_amount", "payment-data-equal");
    }
    case(
        cases,
        "odd-custom",
        "An odd custom record.",
        &with([amount_and_expiry(), record(7_629_169, b"{}")].concat()),
    )
    .flag("unknown-type")
    .spec(FINAL)
    .accept();
    case(
        cases,
        "even-custom",
        "An even custom record.",
        &with([amount_and_expiry(), record(7_629_168, b"{}")].concat()),
    )
    .policy("custom_even_records")
    .reject("unknown_even_type", "odd-custom");
    case(cases, "amt-to-forward-missing", "No amt_to_forward.", &with(integer(4, EXPIRY.into())))
        .reject("amt_to_forward_missing", "2-hops");
    case(cases, "outgoing-cltv-value-missing", "No outgoing_cltv_value.", &with(integer(2, AMOUNT)))
        .reject("outgoing_cltv_value_missing", "2-hops");
    case(
        cases,
        "encrypted-recipient-data",
        "encrypted_recipient_data.",
        &with([amount_and_expiry(), record(10, &[7; 40])].concat()),
    )
    .reject("blinded_path_not_allowed", "2-hops");
}
