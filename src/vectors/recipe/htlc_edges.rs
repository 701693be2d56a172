//! The rules that compare an HTLC with its payload and the node, at their edges, for a keysend and a shared secret alike:
//! amounts where doubles and whole satoshis differ from msat, expiries of more than 24 and 31 bits, large deltas, and records for
//! which the node has a policy. BOLT 4, "`payload` format".

use super::onion_construct::hop_key;
use super::payload_faults::Kind;
use super::payment::{
    AMT_TO_FORWARD, EXPIRY, HEIGHT, KEYSEND, OUTGOING_CLTV_VALUE, PAYMENT_DATA, Payment, SHORT_CHANNEL_ID,
    TOTAL_AMOUNT_MSAT,
};
use super::suite::{Suite, Twin};
use crate::blueprint::{label, ordinary};
use crate::vectors::Level;

const FINAL: &str = "04-onion-routing.md:327-341";
const WIDE: u64 = (1 << 53) + 1;

/// Adds the edges to a suite, from its ordinary payment.
pub fn receive(suite: &mut Suite, twin: &Twin<Payment>, kind: Kind) {
    suite.section(FINAL);
    satoshis(suite, twin);
    failure_data(suite, twin, kind);
    outgoing(suite, twin);
    deltas(suite, twin);
    if kind == Kind::Keysend {
        path_key(suite, twin);
    }
    totals(suite, twin, kind);
    policies(suite, twin);
}

fn asks(amount: u64) -> impl Fn(&mut Payment) {
    move |payment| {
        payment.amount = amount;
        payment.payload().put_integer(AMT_TO_FORWARD, amount);
    }
}

fn satoshis(suite: &mut Suite, twin: &Twin<Payment>) {
    let exact = suite
        .from(twin, "amount-100900-msat", "100900 msat are asked and come: amounts are no whole satoshis.")
        .change(asks(100_900))
        .flag("htlc")
        .shows(["bolt4.final.amount"])
        .accepted();
    suite
        .from(
            &exact,
            "amount-100800-of-100900-msat",
            "100900 msat are asked and 100 less come: as many whole satoshis.",
        )
        .change(|payment| payment.amount = 100_800)
        .rejected("final_incorrect_htlc_amount");
    let wide = (1 << 31) + 1;
    let exact = suite
        .from(twin, "amount-2-to-31-plus-1", "2^31 + 1 msat are asked and come.")
        .change(asks(wide))
        .flag("integer-width")
        .shows(["bolt4.final.amount"])
        .accepted();
    suite
        .from(
            &exact,
            "amount-2-to-31",
            "2^31 + 1 msat are asked and one less comes: a signed number of 32 bits holds neither.",
        )
        .change(|payment| payment.amount -= 1)
        .flag("integer-width")
        .rejected("final_incorrect_htlc_amount");
}

/// Amounts that a double does not hold, in the data of failures.
fn failure_data(suite: &mut Suite, twin: &Twin<Payment>, kind: Kind) {
    let above = suite
        .from(twin, "amount-2-to-53-plus-3", "2^53 + 3 msat are asked and come.")
        .change(asks(WIDE + 2))
        .flag("integer-width")
        .shows(["bolt4.final.amount"])
        .accepted();
    suite
        .from(
            &above,
            "amount-2-to-53-plus-1-of-3",
            "2^53 + 3 msat are asked and two less come: the failure names an amount that no double holds.",
        )
        .change(|payment| payment.amount = WIDE)
        .flag("integer-width")
        .rejected("final_incorrect_htlc_amount");
    let much = suite
        .from(
            twin,
            "amount-of-2-to-53-plus-1-for-less",
            "The HTLC has 2^53 + 1 msat, more than is asked, and outgoing_cltv_value is 0.",
        )
        .change(|payment| {
            payment.amount = WIDE;
            payment.payload().put_integer(OUTGOING_CLTV_VALUE, 0);
        })
        .flag("integer-width")
        .shows(["bolt4.final.amount"])
        .accepted();
    let draft = suite.from(
        &much,
        "amount-2-to-53-plus-1-and-expiry-0",
        "The HTLC has 2^53 + 1 msat and has expired: the failure names the amount to the msat.",
    );
    draft.change(|payment| payment.expiry = 0).flag("integer-width").rejected("expiry_too_soon");
    if kind == Kind::Keysend {
        let high = suite
            .from(twin, "height-2-to-24-plus-5", "The height is 2^24 + 5.")
            .change(|payment| {
                payment.node.height = (1 << 24) + 5;
                payment.expiry = (1 << 24) + 149;
            })
            .flag("integer-width")
            .shows(["bolt4.final.expiry-soon"])
            .accepted();
        suite
            .from(
                &high,
                "height-2-to-24-plus-5-preimage-flipped",
                "The preimage does not fit and the height is 2^24 + 5: the failure names all of it.",
            )
            .change(|payment| payment.record(KEYSEND).flip(31, 0x01))
            .flag("integer-width")
            .rejected("preimage_mismatch");
        suite
            .from(
                &much,
                "amount-2-to-53-plus-1-preimage-flipped",
                "The preimage does not fit and the HTLC has 2^53 + 1 msat: the failure names the amount to the msat.",
            )
            .change(|payment| payment.record(KEYSEND).flip(31, 0x01))
            .flag("integer-width")
            .rejected("preimage_mismatch");
    }
}

fn outgoing(suite: &mut Suite, twin: &Twin<Payment>) {
    for (name, about, outgoing) in [
        (
            "outgoing-above-2-to-24",
            "outgoing_cltv_value is 2^24 above the HTLC's expiry.",
            EXPIRY + (1 << 24),
        ),
        (
            "outgoing-above-2-to-31",
            "outgoing_cltv_value is 2^31 above the HTLC's expiry: negative to a signed reader.",
            EXPIRY + (1 << 31),
        ),
        ("outgoing-2-to-32-minus-1", "outgoing_cltv_value is 2^32 - 1.", u32::MAX),
    ] {
        suite
            .from(twin, name, about)
            .change(|payment| payment.payload().put_integer(OUTGOING_CLTV_VALUE, outgoing.into()))
            .flag("integer-width")
            .rejected("final_incorrect_cltv_expiry");
    }
    suite
        .from(twin, "expiry-10-above-outgoing", "The HTLC expires ten blocks after outgoing_cltv_value.")
        .change(|payment| payment.expiry += 10)
        .flag("htlc")
        .shows(["bolt4.final.expiry"])
        .accepted();
    suite
        .from(
            twin,
            "expiry-2-to-16-above-height",
            "The HTLC expires 2^16 blocks above the height. The specs give no number.",
        )
        .change(|payment| payment.expiry = HEIGHT + 65_536)
        .flag("interoperability")
        .policy("far_expiry")
        .rejected("expiry_too_far");
}

/// Deltas of more than a day, and of more than a byte.
fn deltas(suite: &mut Suite, twin: &Twin<Payment>) {
    for delta in [145_u32, 256, 1500] {
        just_enough_and_less(suite, twin, delta);
    }
}

/// A `min_final_cltv_expiry_delta`, in blocks, that the HTLC has just, and one that it misses by a block.
pub fn just_enough_and_less(suite: &mut Suite, twin: &Twin<Payment>, delta: u32) {
    let enough = suite
        .from(
            twin,
            format!("delta-{delta}"),
            format!("min_final_cltv_expiry_delta is {delta}, and the HTLC has just enough."),
        )
        .change(|payment| {
            payment.node.settings.min_final_cltv_expiry_delta = delta;
            // An expiry that is reached is too soon for any delta.
            payment.expiry = HEIGHT + delta.max(1);
            payment.payload().put_integer(OUTGOING_CLTV_VALUE, 1);
        })
        .flag("htlc")
        .shows(["bolt4.final.expiry-soon"])
        .accepted();
    suite
        .from(
            &enough,
            format!("delta-{delta}-one-less"),
            format!("min_final_cltv_expiry_delta is {delta} and the HTLC has one block less."),
        )
        .change(|payment| payment.expiry -= 1)
        .rejected("expiry_too_soon");
}

/// A path key in `update_add_htlc`, whose packet was made for it, and a payload of no blinded route.
fn path_key(suite: &mut Suite, twin: &Twin<Payment>) {
    suite
        .from(
            twin,
            "path-key-outside-of-a-blinded-route",
            "The HTLC has a path key that its packet was made for, and the payload is that of no blinded route.",
        )
        .change(|payment| {
            payment.onion.by_hand();
            payment.onion.path_key = Some(hop_key(6).public_key().encode());
        })
        .spec("04-onion-routing.md:327-328")
        .shows(["bolt4.reader.path-key", "bolt4.peel.path-key", "bolt2.add.path-key"])
        .rejected("blinded_path_not_allowed");
}

/// `total_msat` beside `amt_to_forward`, where doubles, whole satoshis and the HTLC's own amount say something else.
fn totals(suite: &mut Suite, twin: &Twin<Payment>, kind: Kind) {
    let policy = match kind {
        Kind::SharedSecret => "shared_secret_payment_data",
        _ => "keysend_payment_data",
    };
    let data = |total| ordinary::payment_data(label::bytes32("payment_secret"), total);
    suite.section("04-onion-routing.md:390-391");
    for (name, about, asked, amount) in [
        (
            "payment-data-of-an-htlc-of-more",
            "payment_data whose total_msat is amt_to_forward; the HTLC has more.",
            100_900,
            150_000,
        ),
        (
            "payment-data-above-2-to-53",
            "payment_data whose total_msat is amt_to_forward, 2^53 + 1.",
            WIDE,
            WIDE,
        ),
        (
            "payment-data-above-2-to-32",
            "payment_data whose total_msat is amt_to_forward, 2^32 + 100000.",
            (1 << 32) + 100_000,
            (1 << 32) + 100_000,
        ),
    ] {
        let equal = suite
            .from(twin, name, about)
            .change(asks(asked))
            .change(|payment| {
                payment.amount = amount;
                payment.payload().put(PAYMENT_DATA, data(asked));
            })
            .level(Level::May)
            .policy(policy)
            .flag("integer-width")
            .shows(["bolt4.mpp.single", "bolt4.reader.payment-data"])
            .accepted();
        let others = match asked {
            100_900 => vec![
                ("total-of-the-htlc", "the HTLC's amount, not amt_to_forward", amount),
                ("total-100-less", "100 msat less: as many whole satoshis", 100_800),
            ],
            WIDE => vec![("total-2-to-53", "2^53", WIDE - 1)],
            _ => vec![("total-cut-to-32-bits", "100000", 100_000)],
        };
        for (other, words, total) in others {
            suite
                .from(&equal, format!("{name}-{other}"), format!("payment_data whose total_msat is {words}."))
                .change(|payment| payment.payload().put(PAYMENT_DATA, data(total)))
                .level(Level::May)
                .policy(policy)
                .flag("integer-width")
                .rejected("total_msat_not_amount");
        }
    }
    let zero = suite
        .from(
            twin,
            "payment-secret-of-zeros",
            "payment_data with a payment secret of zeros: it is not special.",
        )
        .change(|payment| {
            payment.payload().put(PAYMENT_DATA, ordinary::payment_data([0; 32], ordinary::AMOUNT));
        })
        .level(Level::May)
        .policy(policy)
        .flag("interoperability")
        .shows(["bolt4.mpp.single", "bolt4.reader.payment-data"])
        .accepted();
    suite
        .from(
            &zero,
            "payment-data-total-one-less",
            "payment_data whose total_msat is one msat less than amt_to_forward.",
        )
        .change(|payment| {
            payment.payload().put(PAYMENT_DATA, ordinary::payment_data([0; 32], ordinary::AMOUNT - 1));
        })
        .level(Level::May)
        .policy(policy)
        .rejected("total_msat_not_amount");
}

/// What the texts leave to the node.
fn policies(suite: &mut Suite, twin: &Twin<Payment>) {
    suite.section("04-onion-routing.md:282-283");
    for (name, about, channel) in [
        ("short-channel-id", "The final payload has a short channel id.", ordinary::CHANNEL),
        ("short-channel-id-of-zeros", "The final payload has a short channel id of zeros.", [0; 8]),
    ] {
        suite
            .from(twin, name, about)
            .change(|payment| payment.payload().put(SHORT_CHANNEL_ID, channel))
            .level(Level::May)
            .flag("interoperability")
            .policy("final_short_channel_id")
            .shows(["bolt4.reader.final-short-channel-id"])
            .accepted();
    }
    for (name, about, total) in [
        (
            "total-amount-msat",
            "total_amount_msat outside of a blinded route, where neither writer nor reader has a rule for it.",
            ordinary::AMOUNT,
        ),
        (
            "total-amount-msat-twice",
            "total_amount_msat of twice amt_to_forward, outside of a blinded route: it is not amt_to_forward.",
            2 * ordinary::AMOUNT,
        ),
        (
            "total-amount-msat-half",
            "total_amount_msat of half of amt_to_forward, outside of a blinded route.",
            ordinary::AMOUNT / 2,
        ),
        ("total-amount-msat-0", "total_amount_msat of 0, which has no bytes, outside of a blinded route.", 0),
    ] {
        suite
            .from(twin, name, about)
            .change(|payment| payment.payload().put_integer(TOTAL_AMOUNT_MSAT, total))
            .level(Level::May)
            .flag("interoperability")
            .policy("total_amount_msat")
            .spec("04-onion-routing.md:358-360")
            .shows(["bolt4.reader.total-amount-msat"])
            .accepted();
    }
    suite
        .from(
            twin,
            "amt-to-forward-0",
            "amt_to_forward is 0: no rule forbids it, and no implementation may break on it.",
        )
        .change(|payment| payment.payload().put_integer(AMT_TO_FORWARD, 0))
        .level(Level::May)
        .flag("interoperability")
        .policy("amt_to_forward_0")
        .shows(["bolt4.reader.amt-to-forward-0"])
        .accepted();
}
