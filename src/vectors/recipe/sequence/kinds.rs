//! Payments of each kind among others: what is asked of one is asked of it there too, what is to be forwarded is not judged, and
//! sets that end together end in the order of their HTLCs.

use super::story::*;
use crate::blueprint::ordinary;
use crate::protocol::operation::Settings;
use crate::vectors::recipe::payment::{
    AMT_TO_FORWARD, OUTGOING_CLTV_VALUE, SHORT_CHANNEL_ID, TOTAL_AMOUNT_MSAT,
};

pub fn kinds(suite: &mut Suite) {
    forwarding(suite);
    missing(suite);
    ends(suite);
    totals(suite);
    memory(suite);
    redeemed(suite);
    path_keys(suite);
    unrelated(suite);
}

fn forwarding(suite: &mut Suite) {
    suite.section("04-onion-routing.md:949-957");
    let mut forwards = |name: &str, about: &str, story: Story| {
        must(suite, name).about(about).flag("interoperability").shows(["bolt4.peel.forward"]).story(story);
    };
    let passing = |attempt: u32| keysend("a", attempt).but(forwarded);
    forwards(
        "forwarded-wrong-records",
        "Two HTLCs are to be forwarded whose keysend records do not fit, then a keysend comes.",
        node().htlcs([
            passing(1).but(flipped(KEYSEND, 0)),
            passing(2).but(flipped(KEYSEND, 31)),
            keysend("a", 3),
        ]),
    );
    forwards(
        "forwarded-while-keysend-is-off",
        "Keysend is switched off, and an HTLC with a keysend record is to be forwarded.",
        node().settings(KEYSEND_OFF).htlcs([passing(1), plain("b", 1).but(forwarded)]),
    );
    let delta = Settings { min_final_cltv_expiry_delta: 500, ..KEYSEND_ON };
    forwards(
        "forwarded-below-the-final-delta",
        "min_final_cltv_expiry_delta is raised to 500, and an HTLC that expires earlier is to be forwarded.",
        node().settings(delta).htlcs([passing(1), plain("b", 1).but(forwarded)]),
    );
    forwards(
        "forwarded-total-amount-msat",
        "An HTLC with a total_amount_msat is to be forwarded.",
        node().htlc(passing(1).but(|htlc| htlc.payload().put_integer(TOTAL_AMOUNT_MSAT, 1))),
    );
    for (name, about, channel) in [("of-zeros", "all zero", [0; 8]), ("of-ff", "all ff", [0xff; 8])] {
        let with_channel = |htlc: Payment| htlc.but(|htlc| htlc.payload().put(SHORT_CHANNEL_ID, channel));
        forwards(
            &format!("forwarded-short-channel-id-{name}"),
            &format!(
                "HTLCs with a keysend record and for an invoice are to be forwarded; their short channel id is {about}."
            ),
            invoiced().htlcs([with_channel(passing(1)), with_channel(plain("c", 1).but(forwarded))]),
        );
    }
}

fn missing(suite: &mut Suite) {
    suite.section("04-onion-routing.md:329");
    for (name, about, r#type) in
        [("amount", "amt_to_forward", AMT_TO_FORWARD), ("expiry", "outgoing_cltv_value", OUTGOING_CLTV_VALUE)]
    {
        let without = |htlc: Payment| htlc.but(|htlc| htlc.payload().drop(r#type));
        must(suite, format!("{name}-missing-in-each-kind"))
            .about(format!("A keysend, a shared-secret payment, a part of an invoice and an HTLC to be forwarded have no {about}."))
            .shows(["bolt4.reader.required"])
            .story(node_with(SHARED_SECRET_ON).invoice("c", AMOUNT).htlcs(
                [keysend("a", 1), shared_secret(1), half(1), plain("b", 1).but(forwarded)].map(without),
            ));
    }
}

/// Parts of two sets, in turn, which end at once.
fn ends(suite: &mut Suite) {
    let in_turn = || {
        invoiced().invoice("d", AMOUNT).htlcs([
            part("c", 1, 30_000),
            part("d", 1, 30_000),
            part("c", 2, 30_000),
            part("d", 2, 30_000),
        ])
    };
    must(suite, "two-sets-expire-in-one-block")
        .about("Parts of two invoices are held, in turn, and all expire in one block.")
        .flag("theft")
        .spec(HELD_EXPIRY)
        .story(in_turn().height(EXPIRY));
    should(suite, "two-sets-time-out-in-turn")
        .about("Parts of two invoices are held, in turn, and all time out at once.")
        .spec("04-onion-routing.md:401-404")
        .story(in_turn().wait(A_DAY));
    let six_each = || {
        let parts = (1..=6).flat_map(|attempt| ["c", "d"].map(|name| part(name, attempt, 10_000)));
        invoiced().invoice("d", AMOUNT).htlcs(parts)
    };
    must(suite, "12-parts-of-two-sets-expire-in-one-block")
        .about("Six parts each of two invoices are held, in turn, and all expire in one block: HTLC 10 comes after HTLC 9.")
        .spec(HELD_EXPIRY)
        .story(six_each().height(EXPIRY));
    should(suite, "12-parts-of-two-sets-time-out")
        .about("Six parts each of two invoices are held, in turn, and all time out at once: HTLC 10 comes after HTLC 9.")
        .spec("04-onion-routing.md:401-404")
        .story(six_each().wait(A_DAY));
    let late = |attempt| half(attempt).but(expiry(EXPIRY + 1000));
    must(suite, "expiry-then-a-set-with-its-own-time")
        .about("A part is held until its expiry, fifty seconds later; the next set begins then, and has at least sixty seconds.")
        .spec(HELD_EXPIRY)
        .story(invoiced().htlc(half(1)).wait(50).height(EXPIRY).htlc(late(2)).wait(50).htlc(late(3)));
    should(suite, "two-days-before-a-part")
        .about("Two days pass, one after the other, then a part comes, and a third day passes: it fails.")
        .spec("04-onion-routing.md:401-404")
        .story(
            invoiced()
                .wait(A_DAY)
                .wait(A_DAY)
                .htlcs([part("c", 1, 30_000), part("c", 2, 30_000)])
                .wait(A_DAY),
        );
    should(suite, "two-sets-of-different-totals-in-time")
        .about("A set fails for different totals after fifty seconds; the next one has three parts within another fifty.")
        .spec("04-onion-routing.md:403")
        .shows(["bolt4.mpp.wait"])
        .story(
            invoiced()
                .htlcs([part("c", 1, 30_000), part("c", 2, 30_000)])
                .wait(50)
                .htlcs([part("c", 3, 30_000).but(payment_data(AMOUNT + 2)), part("c", 4, 30_000)])
                .wait(50)
                .htlcs([part("c", 5, 30_000), part("c", 6, 40_000)]),
        );
}

/// Totals that doubles and 32 bits do not tell apart, among keysends in parts and among invoices of a fixed amount.
fn totals(suite: &mut Suite) {
    suite.section("04-onion-routing.md:394-395");
    let wide = 1 << 53;
    for (name, about, first, second) in [
        ("2-to-32-apart", "2^32 more", 2 * AMOUNT, (1 << 32) + 2 * AMOUNT),
        ("2-to-53-and-one-more", "2^53 + 1 in place of 2^53", wide, wide + 1),
    ] {
        let part_of = |attempt, total| keysend("a", attempt).but(payment_data(total));
        may(suite, format!("keysend-parts-of-totals-{name}"))
            .about(format!("Two parts of a keysend, of which the second's total is {about}."))
            .flag("integer-width")
            .policy("keysend_payment_data")
            .policy("claimed_hash_again")
            .shows(["bolt4.mpp.set", "bolt4.reader.payment-data"])
            .story(node().htlcs([part_of(1, first), part_of(2, second)]));
    }
    suite.section(MPP);
    let of = |attempt, amount| part("c", attempt, amount).but(payment_data(wide + 1));
    must(suite, "invoice-of-2-to-53-plus-1-in-parts")
        .about("An invoice of 2^53 + 1 msat: three parts lack one msat; then that one.")
        .flag("integer-width")
        .shows(["bolt4.mpp.incomplete", "bolt4.mpp.complete"])
        .story(node().invoice("c", wide + 1).htlcs([
            of(1, 1 << 52),
            of(2, 1 << 51),
            of(3, 1 << 51),
            of(4, 1),
        ]));
    let zeros = [0; 32];
    let with_zeros = |htlc: Payment, total| htlc.but(payment_data_with(zeros, total));
    must(suite, "invoice-secret-of-zeros")
        .about("An invoice whose payment secret is all zero: it is asked for and taken like any other.")
        .flag("theft")
        .spec(PAYMENT_SECRET)
        .shows(["bolt4.failure.payment-secret", "bolt4.mpp.complete"])
        .story(node().invoice_with_secret("c", AMOUNT, zeros).htlcs([
            plain("c", 1),
            whole(2),
            with_zeros(whole(3), AMOUNT),
        ]));
    must(suite, "invoice-paid-with-a-secret-of-zeros")
        .about("An invoice has a payment secret like any other, and a payment has one of zeros; then one has the right one.")
        .flag("theft")
        .spec(PAYMENT_SECRET)
        .shows(["bolt4.failure.payment-secret", "bolt4.mpp.complete"])
        .story(invoiced().htlcs([with_zeros(whole(2), AMOUNT), whole(3)]));
}

fn memory(suite: &mut Suite) {
    suite.section(HASH_PAID);
    let far = |htlc: Payment| htlc.but(expiry(HEIGHT + 1500));
    let others = ["a", "b", "d", "e"];
    let mut again = |name: &str, about: &str, story: Story| {
        may(suite, name).about(about).policy("claimed_hash_again").story(story);
    };
    again(
        "invoice-paid-again-after-four-keysends",
        "An invoice is paid, then four keysends, then the invoice again.",
        invoiced().htlc(whole(1)).htlcs(others.map(|name| keysend(name, 1))).htlc(whole(2)),
    );
    again(
        "invoice-paid-again-after-a-day",
        "An invoice is paid, and a day and 144 blocks later again.",
        invoiced().htlc(whole(1)).wait(A_DAY).height(HEIGHT + 144).htlc(far(whole(2))),
    );
    again(
        "invoice-paid-again-with-other-settings",
        "An invoice is paid, the settings change, and it is paid again.",
        invoiced().htlc(whole(1)).settings(KEYSEND_OFF).htlc(whole(2)),
    );
    let other_payload = |value: u8| shared_secret(1).but(|htlc| htlc.payload().put(101, [value]));
    again(
        "shared-secret-same-session-key-three-times",
        "Three shared-secret payments of one session key, with another between the last two.",
        node_with(SHARED_SECRET_ON).htlcs([
            other_payload(1),
            other_payload(2),
            shared_secret(2),
            other_payload(3),
        ]),
    );
    must(suite, "replay-after-totals-of-a-third-part-differ")
        .about("A set of two parts fails for the total of a third, whose onion comes again: a replay.")
        .spec(REPLAY)
        .shows(["bolt4.peel.replay"])
        .story({
            let third = || part("c", 3, 30_000).but(payment_data(AMOUNT + 1));
            invoiced().htlcs([part("c", 1, 30_000), part("c", 2, 30_000), third(), third()])
        });
}

/// As in `memory`, for payments of invoices.
fn redeemed(suite: &mut Suite) {
    suite.section(REPLAY);
    let mut case = |name: &str, about: &str, story: Story| {
        may(suite, name)
            .about(about)
            .policy("replayed_onion")
            .shows(["bolt4.peel.replay-redeem", "bolt4.peel.replay"])
            .story(story);
    };
    case(
        "replay-of-a-paid-invoice-for-less",
        "An invoice is paid, and its onion comes again in an HTLC of 1 msat.",
        invoiced().htlcs([whole(1), whole(1).but(|htlc| htlc.amount = 1)]),
    );
    case(
        "replay-of-a-paid-invoice-that-expires-soon",
        "An invoice is paid, and its onion comes again in an HTLC that expires in the next block.",
        invoiced().htlcs([whole(1), whole(1).but(|htlc| htlc.expiry = HEIGHT + 1)]),
    );
    case(
        "replay-of-a-paid-invoice-while-keysend-is-off",
        "An invoice is paid, keysend is switched off, and its onion comes again.",
        invoiced().htlc(whole(1)).settings(KEYSEND_OFF).htlc(whole(1)),
    );
    case(
        "replay-of-a-paid-invoice-with-a-path-key",
        "An invoice is paid, and its onion comes again with a path key.",
        invoiced().htlcs([
            whole(1),
            whole(1).but(|htlc| {
                htlc.in_transit = Some(|htlc| htlc.path_key = Some(ordinary::session_public(3).into()))
            }),
        ]),
    );
}

/// With a path key there is one failure code, whatever is wrong.
fn path_keys(suite: &mut Suite) {
    suite.section("04-onion-routing.md:1434-1435");
    let made_for_it = |htlc: Payment| {
        htlc.but(|htlc| {
            htlc.onion.by_hand();
            htlc.onion.path_key = Some(ordinary::session_public(3));
        })
    };
    let mut case = |name: &str, about: &str, htlc: Payment| {
        must(suite, format!("path-key-and-{name}"))
            .about(format!("An HTLC with a path key: {about}. The failure is invalid_onion_blinding."))
            .flag("blinded-path")
            .shows(["bolt4.failure.path-key", "bolt2.remove.path-key"])
            .story(node_with(SHARED_SECRET_ON).htlc(htlc));
    };
    case("shared-secret", "a shared-secret payment", made_for_it(shared_secret(1)));
    case("next-hop", "it is to be forwarded", made_for_it(plain("b", 1).but(forwarded)));
    case(
        "even-record",
        "a record of type 24",
        made_for_it(keysend("a", 1).but(|htlc| htlc.payload().put(24, *b"x"))),
    );
    case(
        "length-0",
        "the payload's length is 0",
        made_for_it(keysend("a", 1)).but(|htlc| htlc.onion.prefix(0, 1)),
    );
    let prefix_05 = |htlc: &mut crate::protocol::operation::Htlc| {
        htlc.path_key = Some(ordinary::session_public(3).into());
        htlc.packet.0[1] = 5;
    };
    case(
        "public-key-prefix-05",
        "the packet's public key has the prefix 05",
        keysend("a", 1).but(|htlc| htlc.in_transit = Some(prefix_05)),
    );
}

/// What happened to other payments, and invoices for other hashes, decide nothing.
fn unrelated(suite: &mut Suite) {
    suite.section(EXPIRY_TOO_SOON);
    let node_of_all = || node_with(SHARED_SECRET_ON).invoice("c", AMOUNT);
    must(suite, "blocks-between-payments-of-each-kind")
        .about("A keysend and a shared-secret payment are claimed and a part is held; after blocks, the next of each kind expires too soon.")
        .flag("theft")
        .shows(["bolt4.final.expiry-soon", "bolt4.failure.expiry-too-soon"])
        .story(
            node_of_all()
                .htlcs([keysend("a", 1), shared_secret(1), half(1).but(expiry(EXPIRY + 1000))])
                .height(EXPIRY - 17)
                .htlcs([keysend("b", 1), shared_secret(2), half(2)]),
        );
    must(suite, "shared-secret-beside-an-invoice")
        .about("A node has an invoice, and a shared-secret payment comes: no payment secret is asked of it.")
        .flag("scheme")
        .spec("lightning-dev 2019-06-09")
        .shows(["post2019.secret", "post2019.hashes"])
        .story(node_of_all().htlc(shared_secret(1)));
    may(suite, "keysend-with-payment-data-beside-an-invoice")
        .about("A node has an invoice, and a keysend of another hash has payment_data with another payment secret.")
        .policy("keysend_payment_data")
        .spec(ONE_SET_A_HASH)
        .shows(["bolt4.mpp.set", "bolt4.reader.payment-data"])
        .story(invoiced().htlc(keysend("a", 1).but(payment_data_with([7; 32], AMOUNT))));
    may(suite, "keysend-with-the-payment-secret-of-an-invoice")
        .about("A node has an invoice, and a keysend of another hash has payment_data with the payment secret of the invoice, which is paid then.")
        .policy("keysend_payment_data")
        .spec(ONE_SET_A_HASH)
        .shows(["bolt4.mpp.set", "bolt4.reader.payment-data"])
        .story(invoiced().htlcs([keysend("a", 1).but(payment_data(AMOUNT)), whole(1)]));
    must(suite, "invoice-secret-wrong-beside-a-record")
        .about("The payment of an invoice has a keysend record that fits and a wrong payment secret.")
        .flag("theft")
        .spec(PAYMENT_SECRET)
        .shows(["bolt4.failure.payment-secret"])
        .story(invoiced().htlcs([whole(2).but(flipped(PAYMENT_DATA, 0)).but(keysend_record("c")), whole(1)]));
    must(suite, "replay-of-a-held-part-after-a-claim-and-a-block")
        .about("A part is held, a keysend is claimed, a block is found, and the part's onion comes again: a replay.")
        .flag("theft")
        .spec(REPLAY)
        .shows(["bolt4.peel.replay"])
        .story(invoiced().htlcs([half(1), keysend("a", 1)]).height(HEIGHT + 1).htlc(half(1)));
    should(suite, "totals-differ-of-parts-of-no-whole-satoshis")
        .about("Two parts with different totals, of amounts that are no whole satoshis: each failure names its own to the msat.")
        .spec("04-onion-routing.md:394-395")
        .shows(["bolt4.mpp.same-total", "bolt4.failure.details-data"])
        .story(invoiced().htlcs([part("c", 1, 30_123), part("c", 2, 40_456).but(payment_data(AMOUNT + 1))]));
}
