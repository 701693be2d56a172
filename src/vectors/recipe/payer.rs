//! Paying in either scheme: routes, amounts, custom records from the registries, and inputs that must be refused.
//! bLIP 3; lightning-dev, 2019-06-09.

use super::fixture::{hex_of, integer, record, repeated, unhex};
use super::onion_construct::{ZERO_BYTES, bad_secret_keys, hop_key};
use super::payment::{AMOUNT, EXPIRY, KEYSEND};
use super::suite::{Suite, Twin};
use crate::blueprint::label;
use crate::bolt1::SecretKey;
use crate::bolt1::bigsize::encoded_length;
use crate::bolt1::tlv::MAX_MSAT;
use crate::bolt4::Preimage;
use crate::bolt4::construct::hop_secrets;
use crate::protocol::operation::{CustomRecord, Profile, Send, SendHop};
use crate::protocol::value::Decimal;
use crate::scheme;
use crate::vectors::Level;

const SENDER: &str = "blip-0003.md:29-35";
const POST: &str = "lightning-dev 2019-06-09";
const X_ONLY: [&str; 2] = ["post2019.secret-x-only", "post2019.hashes"];

/// `keysend.send`.
pub fn keysend(suite: &mut Suite) {
    suite.section(SENDER);
    let payment = |hops| payment(hops, None);
    let shown = ["blip3.sender.record", "blip3.sender.payment-hash"];
    let writer =
        ["bolt1.tlv.write-no-inner-length", "bolt4.writer.amount-and-expiry", "bolt4.writer.final-values"];
    let route = [
        "blip3.sender.record",
        "bolt4.writer.short-channel-id",
        "bolt4.writer.no-payment-data-before-final",
        "bolt4.writer.amount-and-expiry",
    ];
    let direct = [&shown[..], &writer].concat();
    let one_hop = either_scheme(suite, &payment, &Shown { scheme: &shown, direct: &direct, route: &route });
    for length in [0_usize, 31, 33, 64] {
        let about = format!("A preimage of {length} bytes.");
        suite
            .from(&one_hop, format!("preimage-of-{length}-bytes"), about)
            .change(|payment| payment.preimage = Some(hex_of(vec![0x11; length])))
            .rejected("preimage_length");
    }
    let mut one = [0; 32];
    one[31] = 1;
    for (name, preimage) in [
        ("all-zero", [0_u8; 32]),
        ("all-11", [0x11; 32]),
        ("1-after-31-zero-bytes", one),
        ("whose-hash-starts-with-00", preimage_of_zero_hash()),
    ] {
        let about = format!("The preimage is {}.", name.replace('-', " "));
        suite
            .from(&one_hop, format!("preimage-{name}"), about)
            .change(|payment| payment.preimage = Some(hex_of(preimage)))
            .flag("bounds")
            .shows(shown)
            .accepted();
    }
}

/// A label's first preimage whose payment hash starts with a zero byte.
fn preimage_of_zero_hash() -> [u8; 32] {
    (0..)
        .map(|counter| label::bytes32(&format!("send/zero-hash/{counter}")))
        .find(|preimage| Preimage(*preimage).payment_hash().0[0] == 0)
        .unwrap_or_default()
}

/// `shared_secret.send`.
pub fn shared_secret(suite: &mut Suite) {
    suite.section(POST);
    let shown = ["post2019.secret", "post2019.hashes"];
    let route = ["bolt4.writer.short-channel-id", "bolt4.writer.amount-and-expiry"];
    let route = [&shown[..], &route].concat();
    let bolt4 = |hops| payment(hops, Some(Profile::Bolt4));
    either_scheme(suite, &bolt4, &Shown { scheme: &shown, direct: &shown, route: &route });
    for hops in [1, 2, 5, 20] {
        suite
            .case(
                format!("x-only-{hops}-hops"),
                format!("The profile x-only over {hops} hops: the bare x coordinate is hashed."),
                payment(hops, Some(Profile::XOnly)),
            )
            .flag("scheme")
            .shows(X_ONLY)
            .accepted();
    }
    for zero @ (name, of, _) in X_ONLY_ZERO_BYTES {
        suite
            .case(
                format!("x-only-3-hops-{name}-starts-with-00"),
                format!("The profile x-only over three hops; {of} starts with a zero byte, which counts."),
                payment(3, Some(Profile::XOnly)),
            )
            .change(|payment| {
                payment.session_key = hex_of(session_key(scheme::Profile::XOnly, zero).encode())
            })
            .flag("coordinate")
            .shows(X_ONLY)
            .accepted();
    }
    for zero @ (name, of, _) in BOLT4_ZERO_BYTES {
        suite
            .case(
                format!("3-hops-{name}-starts-with-00"),
                format!("Three hops; {of} starts with a zero byte, which counts."),
                bolt4(3),
            )
            .change(|payment| {
                payment.session_key = hex_of(session_key(scheme::Profile::Bolt4, zero).encode())
            })
            .flag("coordinate")
            .shows(shown)
            .accepted();
    }
    // BOLT 4's route: the shared secrets of its error test are published, and so the preimage follows by one SHA-256.
    for (name, profile, shown) in
        [("bolt4-route", Profile::Bolt4, shown), ("bolt4-route-x-only", Profile::XOnly, X_ONLY)]
    {
        suite
            .case(name, "The route of BOLT 4's onion and error tests.", payment(5, Some(profile)))
            .change(|payment| {
                payment.session_key = hex_of([0x41; 32]);
                for (hop, key) in payment.hops.iter_mut().zip(0x41..=0x45) {
                    hop.public_key = hex_of(repeated(key).public_key().encode());
                }
            })
            .flag("published")
            .spec("bolt04/onion-error-test.json")
            .shows(shown)
            .accepted();
    }
}

/// Counters of session keys with which something starts with a zero byte, on the route of three hops.
const BOLT4_ZERO_BYTES: &[(&str, &str, u32)] =
    &[("preimage", "the preimage", 90), ("payment-hash", "the payment hash", 514)];
/// The same in the other profile.
const X_ONLY_ZERO_BYTES: &[(&str, &str, u32)] = &[
    ("shared-x", "x of the last hop's shared point", 224),
    ("shared-secret", "BOLT 4's shared secret, which is not hashed here,", 50),
    ("preimage", "the preimage", 239),
    ("payment-hash", "the payment hash", 295),
];

/// The session key with which something starts with a zero byte.
fn session_key(profile: scheme::Profile, (name, _, counter): &(&str, &str, u32)) -> SecretKey {
    label::secret_found("route/session-key", *counter, |key| first_byte(profile, name, key) == 0)
}

/// The first byte of what a name says, on the route of three hops.
fn first_byte(profile: scheme::Profile, name: &str, session_key: &SecretKey) -> u8 {
    let secrets = hop_secrets(session_key, (0..3).map(|hop| hop_key(hop).public_key()));
    let last = &secrets[2];
    let preimage = scheme::shared_secret::preimage(&last.shared_point, profile);
    match name {
        "shared-x" => last.shared_point.x()[0],
        "shared-secret" => last.shared_secret.0[0],
        "preimage" => preimage.0[0],
        "payment-hash" => preimage.payment_hash().0[0],
        other => unreachable!("{other}"),
    }
}

/// A payment over this many hops, by keysend where no profile is given. Every hop takes 1000 msat and 40 blocks.
fn payment(hops: usize, profile: Option<Profile>) -> Send {
    let route = (0..hops).map(|index| {
        let left = (hops - 1 - index) as u32;
        // The hop before the last forwards what the last receives.
        let paid = left.saturating_sub(1);
        SendHop {
            public_key: hex_of(hop_key(index).public_key().encode()),
            amt_to_forward: Decimal(AMOUNT + 1000 * u64::from(paid)),
            outgoing_cltv_value: EXPIRY + 40 * paid,
            short_channel_id: (left > 0).then(|| hex_of([0x0c, 0x35, 0, 0, 0, index as u8, 0, 1])),
        }
    });
    Send {
        session_key: hex_of(label::secret("send/session_key").encode()),
        preimage: profile.is_none().then(|| hex_of(label::bytes32("send/preimage"))),
        profile,
        hops: route.collect(),
        custom_records: Vec::new(),
    }
}

fn records(records: &[(u64, &[u8])]) -> Vec<CustomRecord> {
    let record =
        |(r#type, value): &(u64, &[u8])| CustomRecord { r#type: Decimal(*r#type), value: hex_of(value) };
    records.iter().map(record).collect()
}

/// What a payment of a scheme shows: any, a direct one, and one over several hops.
struct Shown<'a> {
    scheme: &'a [&'static str],
    direct: &'a [&'static str],
    route: &'a [&'static str],
}

/// What both schemes' payers are asked.
fn either_scheme(suite: &mut Suite, payment: &dyn Fn(usize) -> Send, shown: &Shown) -> Twin<Send> {
    let one_hop =
        suite.case("one-hop", "A direct payment.", payment(1)).flag("basic").shows(shown.direct).accepted();
    let two_hops = routes(suite, payment, shown);
    amounts_and_expiries(suite, &one_hop);
    // On a route of two hops the second hop's key is blinded.
    for (name, key) in [
        ("1", "0000000000000000000000000000000000000000000000000000000000000001"),
        ("n-minus-1", "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140"),
    ] {
        let about = format!("The session key is {}.", name.replace('-', " "));
        suite
            .from(&two_hops, format!("session-key-{name}"), about)
            .change(|payment| payment.session_key = hex_of(unhex(key)))
            .flag("curve")
            .shows(shown.scheme)
            .accepted();
    }
    // Final payloads around the length at which their own length takes three bytes. The record's type takes five bytes, its
    // length one.
    let own = payload_length(&one_hop);
    for length in [251_usize, 252, 253, 254] {
        let about = format!("A custom record that makes the final payload {length} bytes long.");
        suite
            .from(&two_hops, format!("payload-of-{length}-bytes"), about)
            .change(|payment| payment.custom_records = records(&[(65537, &vec![0x2a; length - own - 6])]))
            .flag("bounds")
            .shows(shown.scheme)
            .accepted();
    }
    custom_records(suite, &one_hop);
    longest_record(suite, &one_hop, 1265 - own - 8);
    refused(suite, &one_hop, &two_hops);
    one_hop
}

/// The length of the final payload, in bytes: types 2 and 4, and the keysend record if there is one.
fn payload_length(one_hop: &Twin<Send>) -> usize {
    if one_hop.subject().preimage.is_some() { 10 + 42 } else { 10 }
}

fn routes(suite: &mut Suite, payment: &dyn Fn(usize) -> Send, shown: &Shown) -> Twin<Send> {
    suite
        .case("3-hops-through-one-node-twice", "The first node of three is the last one too.", payment(3))
        .change(|payment| payment.hops[2].public_key = payment.hops[0].public_key.clone())
        .flag("related-keys")
        .shows(shown.route)
        .accepted();
    let mut route = |hops: usize, payment: Send| {
        suite
            .case(format!("{hops}-hops"), format!("A route of {hops} hops."), payment)
            .flag("filler")
            .shows(shown.route)
            .accepted()
    };
    let two_hops = route(2, payment(2));
    let three_hops = route(3, payment(3));
    let [five_hops, ..] = [5, 10, 15, 20].map(|hops| route(hops, payment(hops)));
    // 26 hops fit with amounts of one byte and expiries of none; without a keysend record 27, the most that a route has.
    let most = if payment(1).preimage.is_some() { 26 } else { 27 };
    for hops in 26..=most {
        route(hops, cheap(payment(hops)));
    }
    suite
        .from(
            &five_hops,
            "5-hops-short-channel-id-missing-at-hop-3",
            "The last but one of five hops has no short channel id.",
        )
        .change(|payment| payment.hops[3].short_channel_id = None)
        .rejected("short_channel_id_missing");
    longest_records(suite, &[payment(2), payment(3), payment(20), cheap(payment(most))]);
    let about = "The same route for another payment: another session key, and another preimage where the payer chooses one.";
    suite
        .from(&two_hops, "2-hops-another-payment", about)
        .change(|payment| {
            payment.session_key = hex_of(label::secret("send/another-session-key").encode());
            if payment.preimage.is_some() {
                payment.preimage = Some(hex_of(label::bytes32("send/another-preimage")));
            }
        })
        .flag("filler")
        .shows(shown.route)
        .accepted();
    suite
        .from(
            &two_hops,
            "2-hops-another-first-hop",
            "The same session key and final node, another first hop.",
        )
        .change(|payment| payment.hops[0].public_key = hex_of(hop_key(7).public_key().encode()))
        .flag("near-miss")
        .shows(shown.route)
        .accepted();
    let about = "Short channel ids of a low block and of zeros: all 8 bytes are sent.";
    suite
        .from(&three_hops, "short-channel-id-with-leading-zeros", about)
        .change(|payment| {
            payment.hops[0].short_channel_id = Some(hex_of([0, 0, 1, 0, 0, 2, 0, 3]));
            payment.hops[1].short_channel_id = Some(hex_of([0; 8]));
        })
        .flag("canonical-form")
        .shows(shown.scheme)
        .accepted();
    zero_bytes(suite, &three_hops, shown);
    at_every_hop(suite, &three_hops, shown);
    two_hops
}

/// Amounts of one byte and expiries of none, so that many hops fit.
fn cheap(mut payment: Send) -> Send {
    for hop in &mut payment.hops {
        (hop.amt_to_forward, hop.outgoing_cltv_value) = (Decimal(200), 0);
    }
    payment
}

fn zero_bytes(suite: &mut Suite, three_hops: &Twin<Send>, shown: &Shown) {
    // Those that a payer handles beside building a packet: hashed, multiplied, made into the preimage.
    let of_a_payer = [
        "session-key",
        "factor-of-hop-0",
        "blinded-key-of-hop-1",
        "ephemeral-x-of-hop-1",
        "shared-secret-of-hop-1",
    ];
    let of_the_last_hop = ["shared-x-of-hop-2", "shared-secret-of-hop-2"];
    let wanted = |name| of_a_payer.contains(&name) || of_the_last_hop.contains(&name);
    for zero in ZERO_BYTES.iter().filter(|zero| wanted(zero.name)) {
        suite
            .from(
                three_hops,
                format!("3-hops-{}-starts-with-00", zero.name),
                format!("Three hops; {} starts with a zero byte, which counts.", zero.of),
            )
            .change(|payment| payment.session_key = hex_of(zero.session_key().encode()))
            .flag("coordinate")
            .shows(shown.route)
            .accepted();
    }
}

/// What each of three hops is told, and what none may be told.
fn at_every_hop(suite: &mut Suite, three_hops: &Twin<Send>, shown: &Shown) {
    for (name, about, amounts, expiries) in [
        (
            "3-hops-of-every-width",
            "Amounts and expiries of three, two and one bytes, a width for each hop.",
            [65_536, 256, 255],
            [65_536, 256, 255],
        ),
        (
            "3-hops-above-2-to-53",
            "Amounts of 2^53 + 3, 2^53 + 2 and 2^53 + 1 msat: a double has only the second.",
            [(1 << 53) + 3, (1 << 53) + 2, (1 << 53) + 1],
            [EXPIRY + 40, EXPIRY, EXPIRY],
        ),
        (
            "3-hops-above-2-to-32",
            "Amounts of 2^32 + 2, 2^32 + 1 and 2^32 msat: cut to 32 bits they are 2, 1 and 0.",
            [(1 << 32) + 2, (1 << 32) + 1, 1 << 32],
            [EXPIRY + 40, EXPIRY, EXPIRY],
        ),
        (
            "3-hops-without-fees",
            "Every hop is told the same amount and the same expiry.",
            [AMOUNT; 3],
            [EXPIRY; 3],
        ),
    ] {
        suite
            .from(three_hops, name, about)
            .change(|payment| {
                for ((hop, amount), expiry) in payment.hops.iter_mut().zip(amounts).zip(expiries) {
                    (hop.amt_to_forward, hop.outgoing_cltv_value) = (Decimal(amount), expiry);
                }
            })
            .flag("integer-width")
            .shows(shown.route)
            .accepted();
    }
    for (index, which) in ["first", "second", "third"].into_iter().enumerate() {
        let about = format!("The {which} of three hops is told one msat more than 21 million bitcoin.");
        suite
            .from(three_hops, format!("3-hops-amount-above-21-million-bitcoin-at-hop-{index}"), about)
            .change(|payment| payment.hops[index].amt_to_forward = Decimal(MAX_MSAT + 1))
            .rejected("amount_too_large");
        let about = format!("The id of the {which} of three nodes has x = 5, which is on no point.");
        suite
            .from(three_hops, format!("3-hops-node-not-on-curve-at-hop-{index}"), about)
            .change(|payment| payment.hops[index].public_key = hex_of([&[2][..], &[0; 31], &[5]].concat()))
            .rejected("public_key_invalid");
        if index < 2 {
            let about = format!("The {which} of three hops has no short channel id.");
            suite
                .from(three_hops, format!("3-hops-short-channel-id-missing-at-hop-{index}"), about)
                .change(|payment| payment.hops[index].short_channel_id = None)
                .rejected("short_channel_id_missing");
        }
    }
    suite
        .from(
            three_hops,
            "3-hops-short-channel-id-at-final-node",
            "The third of three hops has a short channel id.",
        )
        .change(|payment| payment.hops[2].short_channel_id = payment.hops[1].short_channel_id.clone())
        .level(Level::Must)
        .shows(["bolt4.writer.no-short-channel-id-at-final"])
        .rejected("short_channel_id_at_final_node");
}

/// The longest custom record that fits on a route, and one that is a byte longer.
fn longest_records(suite: &mut Suite, routes: &[Send]) {
    for payment in routes {
        let hops = payment.hops.len();
        let needed = |value: usize| {
            let mut payment = payment.clone();
            payment.custom_records = records(&[(65537, &vec![0x2a; value])]);
            needed(&payment)
        };
        let longest = (0..1300).rev().find(|length| needed(*length) <= 1300).unwrap_or(0);
        let of_length = |length: usize| records(&[(65537, &vec![0x2a; length])]);
        let about = format!("{hops} hops and a custom record of {longest} bytes, the longest that fits.");
        let fits = suite
            .case(format!("{hops}-hops-custom-longest"), about, payment.clone())
            .change(|payment| payment.custom_records = of_length(longest))
            .flag("bounds")
            .spec("04-onion-routing.md:941-948")
            .shows(["bolt4.packet.hop-payloads"])
            .accepted();
        let about = format!("{hops} hops and a custom record of {} bytes.", longest + 1);
        suite
            .from(&fits, format!("{hops}-hops-custom-one-byte-too-long"), about)
            .change(|payment| payment.custom_records = of_length(longest + 1))
            .rejected("payloads_too_long");
    }
}

/// The bytes of hop_payloads that a payment takes.
fn needed(payment: &Send) -> usize {
    let of_hop = |hop: &SendHop| {
        let own =
            [integer(2, hop.amt_to_forward.0), integer(4, hop.outgoing_cltv_value.into())].concat().len();
        let last = || {
            let custom =
                payment.custom_records.iter().map(|custom| record(custom.r#type.0, &custom.value.0).len());
            let keysend = payment.preimage.iter().map(|preimage| record(KEYSEND, &preimage.0).len());
            custom.chain(keysend).sum()
        };
        let length = own + hop.short_channel_id.as_ref().map_or_else(last, |_| 10);
        encoded_length(length as u64) + length + 32
    };
    payment.hops.iter().map(of_hop).sum()
}

fn amounts_and_expiries(suite: &mut Suite, one_hop: &Twin<Send>) {
    let level = |number: u64| if number == 0 { Level::May } else { Level::Must };
    let values = ["bolt4.writer.final-values", "bolt1.integer.truncated"];
    let mut amount = |amount: u64, name: &str, shown: [&'static str; 2]| {
        suite
            .from(one_hop, format!("amount-{name}"), format!("An amount of {amount} msat."))
            .change(|payment| payment.hops[0].amt_to_forward = Decimal(amount))
            .level(level(amount))
            .flag("bounds")
            .shows(shown)
            .accepted()
    };
    for number in [0, 1, 255, 256, 65_535, 65_536] {
        amount(number, &number.to_string(), values);
    }
    amount(1 << 24, "2-to-24", values);
    amount(u32::MAX.into(), "2-to-32-minus-1", values);
    amount(1 << 32, "2-to-32", values);
    amount(1 << 53, "2-to-53", values);
    amount((1 << 53) + 1, "2-to-53-plus-1", values);
    amount((1 << 60) + 1, "2-to-60-plus-1", values);
    amount(MAX_MSAT - 1, "21-million-bitcoin-minus-1", values);
    let bound = ["bolt1.integer.msat-bound", "bolt4.writer.final-values"];
    let highest = amount(MAX_MSAT, "21-million-bitcoin", bound);
    suite
        .from(&highest, "amount-above-21-million-bitcoin", "One msat above 21 million bitcoin.")
        .change(|payment| payment.hops[0].amt_to_forward.0 += 1)
        .rejected("amount_too_large");
    for (amount, name) in [(1 << 63, "2-to-63"), (u64::MAX, "2-to-64-minus-1")] {
        let about = format!("An amount of {amount} msat: negative to a signed reader.");
        suite
            .from(&highest, format!("amount-{name}"), about)
            .change(|payment| payment.hops[0].amt_to_forward = Decimal(amount))
            .rejected("amount_too_large");
    }
    // BOLT 2, "Adding an HTLC": an expiry of 500000000 would be a time, and an amount is above 0.
    for expiry in [0, 1, 255, 256, 65_535, 65_536, 1 << 24, 499_999_999] {
        let highest = ["bolt2.add.expiry-in-blocks", "bolt4.writer.final-values"];
        suite
            .from(one_hop, format!("expiry-{expiry}"), format!("An expiry of {expiry} blocks."))
            .change(|payment| payment.hops[0].outgoing_cltv_value = expiry)
            .level(level(expiry.into()))
            .flag("bounds")
            .shows(if expiry == 499_999_999 { highest } else { values })
            .accepted();
    }
}

const RANGE: [&str; 2] = ["bolt1.tlv.custom-range", "bolt1.tlv.write-no-inner-length"];

fn custom_records(suite: &mut Suite, one_hop: &Twin<Send>) {
    let mut with = |name: &str, about: &str, shown: &[&'static str], list: &[(u64, &[u8])]| {
        suite
            .from(one_hop, format!("custom-{name}"), about)
            .change(|payment| payment.custom_records = records(list))
            .flag("custom-records")
            .shows(shown)
            .accepted()
    };
    let podcast = br#"{"podcast":"Example","action":"boost","value_msat_total":100000}"#;
    with("podcast", "A podcast's JSON (bLIP 10, type 7629169).", &RANGE, &[(7_629_169, podcast)]);
    let tip = with("tip", "A tip note (type 7629171).", &RANGE, &[(7_629_171, b"thank you")]);
    let about = "A chat message with its sender and time (types 34349334, 34349339, 34349343): the message's type is even.";
    let sender = hop_key(3).public_key().encode();
    let chat: [(u64, &[u8]); 3] =
        [(34_349_334, b"hello"), (34_349_339, &sender), (34_349_343, &[0, 0, 1, 0x8c, 0, 0, 0, 0])];
    with("chat", about, &RANGE, &chat);
    let order = ["bolt1.tlv.write-order"];
    let about = "Three records in falling order: the payload has them sorted.";
    with("unsorted", about, &order, &[(u64::MAX, b"c"), (7_629_169, b"b"), (65537, b"a")]);
    let about = "The types just below and above 5482373484.";
    with("around-keysend", about, &order, &[(KEYSEND + 1, b"above"), (KEYSEND - 1, b"below")]);
    let about =
        "Type 5482373484 - 2^32 + 1: it sorts before, and cut to 32 bits after, the keysend type's low bits.";
    let shown = ["bolt1.tlv.write-order", "bolt1.tlv.write-minimal"];
    with("cut-to-32-bits", about, &shown, &[(KEYSEND - (1 << 32) + 1, b"x")]);
    let three: [(u64, &[u8]); 3] = [(65537, b"a"), (65539, b"b"), (65541, b"c")];
    let three = with("three", "Three records in rising order.", &RANGE, &three);
    let about = "Four records, neither in rising nor in falling order.";
    let four: [(u64, &[u8]); 4] = [(65541, b"c"), (65537, b"a"), (65543, b"d"), (65539, b"b")];
    let four = with("four", about, &order, &four);
    let about = "Eight records on both sides of the keysend type, those of lower types last.";
    let eight: [(u64, &[u8]); 8] = [
        (KEYSEND + 7, b"8"),
        (KEYSEND + 5, b"7"),
        (KEYSEND + 1, b"5"),
        (KEYSEND + 3, b"6"),
        (KEYSEND - 1, b"4"),
        (7_629_169, b"2"),
        (34_349_339, b"3"),
        (65537, b"1"),
    ];
    with("eight", about, &order, &eight);
    let about = "The types 2^53 + 1 and 2^53, in that order: in a double they are one.";
    with("around-2-to-53", about, &order, &[((1 << 53) + 1, b"above"), (1 << 53, b"at")]);
    let about = "The types 2^63 + 1 and 2^63 - 1, in that order: a signed reader sorts them the other way.";
    with("around-2-to-63", about, &order, &[((1 << 63) + 1, b"above"), ((1 << 63) - 1, b"below")]);
    let about = "The types 2^64 - 1, 2^64 - 3 and 2^64 - 5: in a double they are one.";
    let highest: [(u64, &[u8]); 3] = [(u64::MAX, b"c"), (u64::MAX - 2, b"b"), (u64::MAX - 4, b"a")];
    with("below-2-to-64", about, &order, &highest);
    with("empty-value", "A record without a value.", &RANGE, &[(65537, b"")]);
    with("even-empty-value", "An even record without a value.", &RANGE, &[(65536, b"")]);
    let about = "Type 5482373484 - 2^32: cut to 32 bits it is the keysend type.";
    let wide = ["bolt1.tlv.custom-range", "bolt1.tlv.write-minimal"];
    with("keysend-type-cut-to-32-bits", about, &wide, &[(KEYSEND - (1 << 32), b"x")]);
    let about = "The types 65537 and 65537 + 2^32: cut to 32 bits they are one.";
    with("2-to-32-apart", about, &wide, &[(65537, b"a"), ((1 << 32) + 65537, b"b")]);
    with("65536", "The lowest custom type.", &["bolt1.tlv.custom-range"], &[(65536, b"x")]);
    let about = "Values that look like numbers when printed: they are bytes.";
    with("like-a-number", about, &RANGE, &[(65537, b"00"), (65539, b"31"), (65541, &[0x30])]);
    let minimal = ["bolt1.tlv.write-minimal"];
    with("252-bytes", "A value of 252 bytes: a length of one byte.", &minimal, &[(65537, &[0x2a; 252])]);
    with("253-bytes", "A value of 253 bytes: a length of three bytes.", &minimal, &[(65537, &[0x2a; 253])]);

    let is_keysend = one_hop.subject().preimage.is_some();
    let shown = ["blip3.sender.record", "bolt1.tlv.write-order"];
    suite
        .from(&tip, "custom-keysend-type", "A custom record of the keysend type.")
        .change(|payment| payment.custom_records = records(&[(KEYSEND, &[0x11; 32])]))
        .shows(if is_keysend { &shown } else { &shown[1..] })
        .rejected("custom_record_type_keysend");
    if is_keysend {
        let preimage = label::bytes32("send/preimage");
        suite
            .from(
                &tip,
                "custom-keysend-type-of-the-preimage",
                "A custom record of the keysend type whose value is the preimage.",
            )
            .change(|payment| payment.custom_records = records(&[(KEYSEND, &preimage)]))
            .shows(shown)
            .rejected("custom_record_type_keysend");
    }
    suite
        .from(&tip, "custom-twice", "Two custom records of one type.")
        .change(|payment| payment.custom_records.extend(records(&[(7_629_171, b"again")])))
        .rejected("custom_record_type_twice");
    suite
        .from(&tip, "custom-twice-the-same", "One custom record, twice.")
        .change(|payment| payment.custom_records.extend_from_within(..1))
        .rejected("custom_record_type_twice");
    suite
        .from(&three, "custom-twice-apart", "Two custom records of one type with another between them.")
        .change(|payment| payment.custom_records[2].r#type = Decimal(65537))
        .rejected("custom_record_type_twice");
    suite
        .from(&four, "custom-twice-of-four", "Four custom records, the first and the last of one type.")
        .change(|payment| payment.custom_records[3].r#type = Decimal(65541))
        .rejected("custom_record_type_twice");
    for (r#type, name) in [
        (65535, "the highest reserved type"),
        (65534, "the highest even reserved type"),
        (0, "zero"),
        (2, "amt_to_forward"),
        (6, "short_channel_id"),
        (8, "payment_data"),
        (16, "payment_metadata"),
        (18, "total_amount_msat"),
        (101, "an unknown odd type"),
    ] {
        let about = format!("A custom record of type {type}: {name}.");
        suite
            .from(&tip, format!("custom-type-{type}"), about)
            .change(|payment| payment.custom_records[0].r#type = Decimal(r#type))
            .rejected("custom_record_type_reserved");
    }
}

/// The longest value of a custom record whose type and length take 8 bytes, and longer ones.
fn longest_record(suite: &mut Suite, one_hop: &Twin<Send>, longest: usize) {
    let about = |length: usize| format!("A custom record of {length} bytes.");
    let of_length = |length: usize| records(&[(65537, &vec![0x2a; length])]);
    let fits = suite
        .from(one_hop, "custom-longest", about(longest))
        .change(|payment| payment.custom_records = of_length(longest))
        .flag("bounds")
        .spec("04-onion-routing.md:941-948")
        .shows(["bolt4.packet.hop-payloads"])
        .accepted();
    for (name, length) in [("custom-one-byte-too-long", longest + 1), ("custom-of-2000-bytes", 2000)] {
        suite
            .from(&fits, name, about(length))
            .change(|payment| payment.custom_records = of_length(length))
            .rejected("payloads_too_long");
    }
}

fn refused(suite: &mut Suite, one_hop: &Twin<Send>, two_hops: &Twin<Send>) {
    for (name, about, key) in bad_secret_keys().into_iter().filter(|(name, ..)| *name != "all-ff") {
        suite
            .from(one_hop, format!("session-key-{name}"), format!("{about}."))
            .change(|payment| payment.session_key = hex_of(key))
            .rejected("session_key_invalid");
    }
    suite
        .from(one_hop, "no-hops", "An empty route.")
        .change(|payment| payment.hops.clear())
        .rejected("no_hops");
    suite
        .from(two_hops, "final-node-prefix-04", "The final node's id has the prefix 04.")
        .change(|payment| payment.hops[1].public_key.0[0] = 4)
        .shows(["bolt1.point", "bolt4.secret.derivation"])
        .rejected("public_key_invalid");
    let about = "The final node's id has x = 5, which is on no point.";
    suite
        .from(two_hops, "final-node-not-on-curve", about)
        .change(|payment| payment.hops[1].public_key = hex_of([&[2][..], &[0; 31], &[5]].concat()))
        .rejected("public_key_invalid");
    suite
        .from(two_hops, "final-node-32-bytes", "The final node's id has 32 bytes.")
        .change(|payment| payment.hops[1].public_key = hex_of([2; 32]))
        .rejected("public_key_invalid");
    for (at, node) in ["first", "final"].iter().enumerate() {
        suite
            .from(
                two_hops,
                format!("{node}-node-34-bytes"),
                format!("The {node} node's id has a zero byte more."),
            )
            .change(|payment| payment.hops[at].public_key.0.push(0))
            .rejected("public_key_invalid");
    }
    suite
        .from(two_hops, "first-node-prefix-05", "The first node's id has the prefix 05.")
        .change(|payment| payment.hops[0].public_key.0[0] = 5)
        .rejected("public_key_invalid");
    suite
        .from(two_hops, "short-channel-id-missing", "The first of two hops has no short channel id.")
        .change(|payment| payment.hops[0].short_channel_id = None)
        .rejected("short_channel_id_missing");
    suite
        .from(two_hops, "short-channel-id-at-final-node", "The final node has a short channel id.")
        .change(|payment| payment.hops[1].short_channel_id = payment.hops[0].short_channel_id.clone())
        .level(Level::Must)
        .shows(["bolt4.writer.no-short-channel-id-at-final"])
        .rejected("short_channel_id_at_final_node");
    for (twin, name, about, channel) in [
        (
            one_hop,
            "short-channel-id-of-a-direct-payment",
            "The only node of a direct payment has a short channel id.",
            [0x0c, 0x35, 0, 0, 0, 1, 0, 1],
        ),
        (
            two_hops,
            "short-channel-id-of-zeros-at-final-node",
            "The final node has a short channel id of zeros.",
            [0; 8],
        ),
    ] {
        suite
            .from(twin, name, about)
            .change(|payment| {
                if let Some(last) = payment.hops.last_mut() {
                    last.short_channel_id = Some(hex_of(channel));
                }
            })
            .level(Level::Must)
            .shows(["bolt4.writer.no-short-channel-id-at-final"])
            .rejected("short_channel_id_at_final_node");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counters_of_zero_bytes_still_fit() {
        for (profile, of) in
            [(scheme::Profile::Bolt4, BOLT4_ZERO_BYTES), (scheme::Profile::XOnly, X_ONLY_ZERO_BYTES)]
        {
            for zero @ (name, ..) in of {
                let session_key = session_key(profile, zero);
                assert_eq!(first_byte(profile, name, &session_key), 0, "{profile:?}: {name}");
            }
        }
    }
}
