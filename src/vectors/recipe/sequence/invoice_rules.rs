//! The payment of an invoice is held to every rule of a payload and of an HTLC, as a keysend is; and what is to be forwarded
//! is not the final node's, whatever the node knows of its hash. BOLT 4, "`payload` format".

use super::story::*;
use crate::blueprint::ordinary;
use crate::protocol::operation::Settings;
use crate::vectors::recipe::payload_faults::{self, FAULTS, HARMLESS, Kind, METADATA};
use crate::vectors::recipe::payment::{
    AMT_TO_FORWARD, OUTGOING_CLTV_VALUE, PAYMENT_METADATA, SHORT_CHANNEL_ID, TOTAL_AMOUNT_MSAT,
};
use crate::vectors::rulebook;

pub fn invoice_rules(suite: &mut Suite) {
    payloads(suite);
    htlcs(suite);
    amounts(suite);
    policies(suite);
    forwarding(suite);
}

/// The invoice is not lost by a payment that fails: the next one is taken.
fn then_paid(first: Payment) -> Story {
    invoiced().htlcs([first, whole(1)])
}

fn payloads(suite: &mut Suite) {
    for fault in FAULTS {
        must(suite, format!("invoice-payload-{}", fault.name))
            .about(format!("The payment of an invoice: {} Then it is paid as it should.", lower(fault.about)))
            .spec(rulebook::find(fault.reason).map_or(MPP, |rule| rule.spec))
            .shows(payload_faults::shown(Kind::Invoice, fault))
            .story(then_paid(whole(2).but(|htlc| (fault.change)(htlc.payload()))));
    }
    for harmless in HARMLESS {
        must(suite, format!("invoice-payload-{}", harmless.name))
            .about(format!("The payment of an invoice: {}", lower(harmless.about)))
            .spec("01-messaging.md:178-179")
            .shows(["bolt1.tlv.unknown-odd", "bolt4.mpp.complete"])
            .story(invoiced().htlc(whole(2).but(|htlc| (harmless.change)(htlc.payload()))));
    }
    for length in METADATA {
        may(suite, format!("invoice-payload-payment-metadata-of-{length}-bytes"))
            .about(format!("The payment of an invoice: payment_metadata of {length} bytes."))
            .spec("04-onion-routing.md:288-290")
            .shows(["bolt4.reader.payment-metadata", "bolt4.mpp.complete"])
            .story(invoiced().htlc(whole(2).but(metadata(length))));
    }
    must(suite, "invoice-payload-even-custom-65536")
        .about("The payment of an invoice: an even custom record.")
        .spec("01-messaging.md:175-177")
        .policy("custom_even_records")
        .shows(["bolt1.tlv.unknown-even"])
        .story(invoiced().htlc(whole(2).but(|htlc| htlc.payload().put(65536, *b"x"))));
}

/// A sentence that follows a colon.
fn lower(sentence: &str) -> String {
    let mut sentence = sentence.to_owned();
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    sentence
}

fn metadata(length: usize) -> impl Fn(&mut Payment) {
    move |htlc| htlc.payload().put(PAYMENT_METADATA, vec![1; length])
}

fn outgoing(height: u32) -> impl Fn(&mut Payment) {
    move |htlc| htlc.payload().put_integer(OUTGOING_CLTV_VALUE, height.into())
}

/// The HTLC beside its payload and the node.
fn htlcs(suite: &mut Suite) {
    suite.section("04-onion-routing.md:340");
    for (name, about, height) in [
        ("expiry-one-below-outgoing", "one block after the HTLC's expiry", EXPIRY + 1),
        ("outgoing-above-2-to-24", "2^24 blocks after the HTLC's expiry", EXPIRY + (1 << 24)),
        ("outgoing-above-2-to-31", "2^31 blocks after the HTLC's expiry", EXPIRY + (1 << 31)),
        ("outgoing-2-to-32-minus-1", "2^32 - 1", u32::MAX),
    ] {
        must(suite, format!("invoice-{name}"))
            .about(format!(
                "The payment of an invoice: outgoing_cltv_value is {about}. Then it is paid as it should."
            ))
            .shows(["bolt4.final.expiry", "bolt4.failure.expiry-below-onion"])
            .story(then_paid(whole(2).but(outgoing(height))));
    }
    must(suite, "invoice-expiry-above-outgoing")
        .about("The payment of an invoice: the HTLC expires ten blocks after outgoing_cltv_value.")
        .shows(["bolt4.final.expiry"])
        .story(invoiced().htlc(whole(2).but(outgoing(EXPIRY - 10))));
    suite.section(EXPIRY_TOO_SOON);
    let at = |height| whole(2).but(outgoing(1)).but(move |htlc| htlc.htlc.expiry = height);
    for delta in [18_u32, 145, 256, 1500] {
        let node =
            || node_with(Settings { min_final_cltv_expiry_delta: delta, ..KEYSEND_ON }).invoice("c", AMOUNT);
        must(suite, format!("invoice-delta-{delta}"))
            .about(format!(
                "min_final_cltv_expiry_delta is {delta}, and the payment of an invoice has just enough."
            ))
            .shows(["bolt4.final.expiry-soon"])
            .story(node().htlc(at(HEIGHT + delta)));
        must(suite, format!("invoice-delta-{delta}-one-less"))
            .about(format!(
                "min_final_cltv_expiry_delta is {delta}, and the payment of an invoice has one block less."
            ))
            .shows(["bolt4.final.expiry-soon", "bolt4.failure.expiry-too-soon"])
            .story(node().htlc(at(HEIGHT + delta - 1)));
    }
    must(suite, "invoice-blocks-between")
        .about("A payment of an invoice that would be in time comes after blocks were found: it expires too soon.")
        .story(invoiced().height(EXPIRY - 17).htlc(whole(2)));
    must(suite, "shared-secret-blocks-between")
        .about("A shared-secret payment that would be in time comes after blocks were found: it expires too soon.")
        .flag("scheme")
        .story(node_with(SHARED_SECRET_ON).height(EXPIRY - 17).htlc(shared_secret(1)));
    suite.section("04-onion-routing.md:327-328");
    let with_path_key = whole(2).but(|htlc| {
        htlc.onion.by_hand();
        htlc.onion.path_key = Some(ordinary::session_public(3));
    });
    must(suite, "invoice-path-key-outside-of-a-blinded-route")
        .about("The payment of an invoice has a path key that its packet was made for. Then it is paid as it should.")
        .flag("blinded-path")
        .shows(["bolt4.reader.path-key", "bolt4.peel.path-key"])
        .story(then_paid(with_path_key));
}

/// A payment of this amount for an invoice of any.
fn of(attempt: u32, amount: u64) -> Payment {
    part("c", attempt, amount).but(payment_data(amount))
}

fn amounts(suite: &mut Suite) {
    let any = || node().invoice("c", None);
    suite.section(AMOUNT_TOO_LOW);
    for (name, about, asked, comes) in [
        ("one-less", "100000 msat are asked and one less comes", AMOUNT, AMOUNT - 1),
        ("100800-of-100900-msat", "100900 msat are asked and 100 less come", 100_900, 100_800),
        ("cut-to-32-bits", "2^32 + 100000 msat are asked and 100000 come", (1 << 32) + AMOUNT, AMOUNT),
        ("2-to-31", "2^31 + 1 msat are asked and one less comes", (1 << 31) + 1, 1 << 31),
        ("2-to-53", "2^53 + 1 msat are asked and one less comes", (1 << 53) + 1, 1 << 53),
        ("2-to-53-plus-1-of-3", "2^53 + 3 msat are asked and two less come", (1 << 53) + 3, (1 << 53) + 1),
    ] {
        must(suite, format!("invoice-amount-{name}"))
            .about(format!("The payment of an invoice: {about}; then, in a new onion, all."))
            .flag("integer-width")
            .shows(["bolt4.final.amount", "bolt4.failure.amount-below-onion"])
            .story(any().htlcs([of(2, asked).but(|htlc| htlc.amount = comes), of(3, asked)]));
    }
    suite.section("04-onion-routing.md:1515-1517");
    for (name, about, invoice, total) in [
        ("2-to-53-of-one-more", "2^53 + 1 msat, and the total is one less", (1 << 53) + 1, 1 << 53),
        ("100800-of-100900", "100900 msat, and the total is 100 less", 100_900, 100_800),
        ("cut-to-32-bits", "2^32 + 100000 msat, and the total is 100000", (1 << 32) + AMOUNT, AMOUNT),
    ] {
        must(suite, format!("invoice-total-{name}"))
            .about(format!("An invoice over {about}; then all is paid."))
            .flag("integer-width")
            .shows(["bolt4.failure.amount-too-low", "bolt4.mpp.amount-paid"])
            .story(node().invoice("c", invoice).htlcs([of(2, total), of(3, invoice)]));
    }
    suite.section("04-onion-routing.md:1521-1525");
    for (name, about, invoice, total) in [
        ("2-to-53-plus-1", "2^52 msat, and the total is twice that and one more", 1 << 52, (1 << 53) + 1),
        ("2-to-32-plus-100000", "100000 msat, and the total 2^32 more", AMOUNT, (1 << 32) + AMOUNT),
        ("201900-of-100900", "100900 msat, and the total is twice that and 100 more", 100_900, 201_900),
    ] {
        should(suite, format!("invoice-total-above-twice-{name}"))
            .about(format!("An invoice over {about}; then it is paid as it should."))
            .flag("integer-width")
            .shows(["bolt4.failure.amount-far-above", "bolt4.mpp.amount-paid"])
            .story(node().invoice("c", invoice).htlcs([of(2, total), of(3, invoice)]));
        should(suite, format!("invoice-total-above-twice-{name}-in-parts"))
            .about(format!("An invoice over {about}: the first part already fails."))
            .flag("integer-width")
            .shows(["bolt4.failure.amount-far-above", "bolt4.mpp.amount-paid"])
            .story(
                node().invoice("c", invoice).htlcs([of(2, 1000).but(payment_data(total)), of(3, invoice)]),
            );
    }
}

fn policies(suite: &mut Suite) {
    let one = |change: fn(&mut Payment)| invoiced().htlc(whole(2).but(change));
    may(suite, "invoice-short-channel-id")
        .about("The payment of an invoice has a short channel id in its final payload.")
        .policy("final_short_channel_id")
        .spec("04-onion-routing.md:282-283")
        .shows(["bolt4.reader.final-short-channel-id"])
        .story(one(|htlc| htlc.payload().put(SHORT_CHANNEL_ID, ordinary::CHANNEL)));
    may(suite, "invoice-total-amount-msat")
        .about(
            "The payment of an invoice has a total_amount_msat beside its payment_data, of twice the amount.",
        )
        .policy("total_amount_msat")
        .spec("04-onion-routing.md:358-360")
        .shows(["bolt4.reader.total-amount-msat"])
        .story(one(|htlc| htlc.payload().put_integer(TOTAL_AMOUNT_MSAT, 2 * AMOUNT)));
    must(suite, "invoice-total-amount-msat-and-no-payment-data")
        .about("The payment of an invoice has a total_amount_msat of its amount and no payment_data, and so no payment secret. Then it is paid as it should.")
        .flag("theft")
        .policy("total_amount_msat")
        .spec(PAYMENT_SECRET)
        .shows(["bolt4.failure.payment-secret"])
        .story(then_paid(whole(2).but(|htlc| {
            htlc.payload().drop(PAYMENT_DATA);
            htlc.payload().put_integer(TOTAL_AMOUNT_MSAT, AMOUNT);
        })));
    may(suite, "invoice-amt-to-forward-0")
        .about("A part of an invoice's payment whose amt_to_forward is 0, and the rest.")
        .policy("amt_to_forward_0")
        .spec("silent")
        .shows(["bolt4.reader.amt-to-forward-0"])
        .story(
            invoiced().htlcs([half(1).but(|htlc| htlc.payload().put_integer(AMT_TO_FORWARD, 0)), whole(2)]),
        );
    should(suite, "invoice-expiry-2-to-16-above-height")
        .about("The payment of an invoice expires 2^16 blocks above the height.")
        .policy("far_expiry")
        .spec("02-peer-protocol.md:2575-2576")
        .shows(["bolt2.forward.expiry-far"])
        .story(one(|htlc| htlc.expiry = HEIGHT + 65_536));
    should(suite, "second-part-expiry-2-to-16-above-height")
        .about("The second part of an invoice's payment expires 2^16 blocks above the height.")
        .policy("far_expiry")
        .spec("02-peer-protocol.md:2575-2576")
        .shows(["bolt2.forward.expiry-far"])
        .story(invoiced().htlcs([half(1), half(2).but(|htlc| htlc.expiry = HEIGHT + 65_536)]));
    may(suite, "invoice-with-keysend-record-and-metadata")
        .about("The payment of an invoice has payment_metadata and a keysend record that fits: it is no keysend, so no policy about keysends decides.")
        .spec("04-onion-routing.md:288-290")
        .shows(["bolt4.reader.payment-metadata"])
        .story(invoiced().htlc(whole(2).but(keysend_record("c")).but(metadata(3))));
}

/// What a node before the final one knows of the payment hash is none of its business there.
fn forwarding(suite: &mut Suite) {
    suite.section("04-onion-routing.md:949-957");
    let mut forwards = |name: &str, about: &str, story: Story| {
        must(suite, name).about(about).flag("interoperability").shows(["bolt4.peel.forward"]).story(story);
    };
    let passing = |htlc: Payment| htlc.but(forwarded);
    forwards(
        "forwarded-hash-that-was-claimed",
        "A keysend is claimed; then an HTLC of its hash is to be forwarded.",
        node().htlcs([keysend("a", 1), passing(keysend("a", 2)), passing(plain("a", 3))]),
    );
    forwards(
        "forwarded-hash-of-an-invoice",
        "An HTLC is to be forwarded whose hash is that of an invoice; then the invoice is paid.",
        invoiced().htlcs([passing(plain("c", 2)), passing(keysend("c", 3)), whole(1)]),
    );
    forwards(
        "forwarded-hash-of-a-held-part",
        "A part is held, an HTLC of the same hash is to be forwarded, and the second part comes.",
        invoiced().htlcs([half(1), passing(plain("c", 2)), half(3)]),
    );
    forwards(
        "forwarded-hash-of-a-paid-invoice",
        "An invoice is paid; then an HTLC of its hash is to be forwarded.",
        invoiced().htlcs([whole(1), passing(plain("c", 2))]),
    );
}
