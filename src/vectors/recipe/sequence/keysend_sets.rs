//! Keysends in several HTLCs. No spec speaks of them: a node that takes the parts of a keysend holds them to the rules of
//! BOLT 4, "Basic Multi-Part Payments", and what other nodes do follows from their policies.

use super::story::*;
use crate::vectors::recipe::payment::PAYMENT_METADATA;
use crate::vectors::recipe::suite::Draft;

pub fn keysend_sets(suite: &mut Suite) {
    suite.section(MPP);
    complete(suite);
    incomplete(suite);
    secrets(suite);
    records_and_settings(suite);
    before_and_after(suite);
}

/// A case that depends on what the node makes of `payment_data`, and on whether it claims a hash twice.
fn sets<'a>(suite: &'a mut Suite, name: &str, about: &str) -> Draft<'a, Story> {
    may(suite, name)
        .about(about)
        .flag("interoperability")
        .policy("keysend_payment_data")
        .policy("claimed_hash_again")
        .shows(["bolt4.mpp.set", "bolt4.reader.payment-data"])
}

/// A part of the keysend `a` of 200000 msat.
fn part_of(attempt: u32, amount: u64) -> Payment {
    keysend("a", attempt).but(amount_of(amount)).but(payment_data(2 * AMOUNT))
}

fn half_of_two(attempt: u32) -> Payment {
    part_of(attempt, AMOUNT)
}

fn complete(suite: &mut Suite) {
    sets(suite, "keysend-in-two-parts", "Two halves of a keysend.")
        .story(node().htlcs([half_of_two(1), half_of_two(2)]));
    sets(suite, "keysend-in-four-parts", "Four quarters of a keysend.")
        .story(node().htlcs((1..=4).map(|attempt| part_of(attempt, AMOUNT / 2))));
    sets(suite, "keysend-in-two-parts-above-the-total", "Two parts of a keysend that pass the total.")
        .story(node().htlcs([half_of_two(1), part_of(2, AMOUNT + 1)]));
    may(suite, "keysend-in-one-part-above-the-total")
        .about("One HTLC whose amount is more than its total_msat.")
        .policy("keysend_payment_data")
        .shows(["bolt4.mpp.set", "bolt4.reader.payment-data"])
        .story(node().htlc(part_of(1, 3 * AMOUNT)));
    sets(suite, "keysend-parts-of-two-preimages", "Halves of two keysends, in turn.").story(node().htlcs([
        half_of_two(1),
        keysend("b", 1).but(payment_data(2 * AMOUNT)),
        half_of_two(2),
        keysend("b", 2).but(payment_data(2 * AMOUNT)),
    ]));
}

fn incomplete(suite: &mut Suite) {
    sets(
        suite,
        "keysend-parts-one-msat-missing",
        "Two parts of a keysend that miss the total by one msat, then that one.",
    )
    .story(node().htlcs([half_of_two(1), part_of(2, AMOUNT - 1), part_of(3, 1)]));
    sets(
        suite,
        "keysend-parts-of-different-totals",
        "Two halves of a keysend, of which the second names a larger total.",
    )
    .story(node().htlcs([half_of_two(1), half_of_two(2).but(payment_data(2 * AMOUNT + 1))]));
    sets(
        suite,
        "keysend-part-with-low-amount",
        "The second half's HTLC has less than its amt_to_forward; a third completes the set.",
    )
    .story(node().htlcs([half_of_two(1), half_of_two(2).but(|htlc| htlc.amount -= 1), half_of_two(3)]));
}

fn secrets(suite: &mut Suite) {
    suite.section("04-onion-routing.md:405");
    let other_secret = crate::blueprint::label::bytes32("node.sequence/other_payment_secret");
    let with_other_secret = |attempt| half_of_two(attempt).but(payment_data_with(other_secret, 2 * AMOUNT));
    sets(
        suite,
        "keysend-parts-with-two-secrets",
        "The second half of a keysend has another payment secret than the first, which is held; a third has the same.",
    )
    .story(node().htlcs([half_of_two(1), with_other_secret(2), half_of_two(3)]));
    sets(
        suite,
        "keysend-without-secret-while-a-part-is-held",
        "A half of a keysend is held; an HTLC with the same preimage comes without payment_data, then the second half.",
    )
    .flag("theft")
    .story(node().htlcs([half_of_two(1), keysend("a", 2), half_of_two(3)]));
}

fn records_and_settings(suite: &mut Suite) {
    suite.section(MPP);
    sets(
        suite,
        "keysend-record-in-one-part-only",
        "A half of a keysend is held; the second half has no keysend record, so nothing explains its hash.",
    )
    .story(node().htlcs([
        half_of_two(1),
        half_of_two(2).but(|htlc| htlc.payload().drop(KEYSEND)),
        half_of_two(3),
    ]));
    sets(
        suite,
        "keysend-switched-off-between-parts",
        "A half of a keysend is held, and keysend is switched off: the second half is not taken, and the first still waits.",
    )
    .story(node().htlc(half_of_two(1)).settings(KEYSEND_OFF).htlc(half_of_two(2)).settings(KEYSEND_ON).htlc(half_of_two(3)));
    sets(
        suite,
        "keysend-between-the-parts-of-another",
        "A half of a keysend is held, and a keysend of another preimage comes in one HTLC: it does not touch the set.",
    )
    .story(node().htlcs([half_of_two(1), keysend("b", 1), half_of_two(2)]));
}

/// What came before a set, and what comes after it.
fn before_and_after(suite: &mut Suite) {
    sets(
        suite,
        "keysend-after-its-two-parts",
        "Two halves of a keysend, then an HTLC of the same preimage without payment_data.",
    )
    .story(node().htlcs([half_of_two(1), half_of_two(2), keysend("a", 3)]));
    sets(
        suite,
        "keysend-part-after-a-claim",
        "A keysend is claimed in one HTLC; then a half of one with the same preimage comes.",
    )
    .story(node().htlcs([keysend("a", 1), half_of_two(2)]));
    sets(
        suite,
        "invoice-between-keysend-parts",
        "A half of a keysend is held; an invoice of the same preimage and payment secret is issued, and the second half comes.",
    )
    .story(node().htlc(half_of_two(1)).invoice("a", 2 * AMOUNT).htlc(half_of_two(2)));
    let other_secret = crate::blueprint::label::bytes32("node.sequence/other_payment_secret");
    sets(
        suite,
        "keysend-part-with-another-secret-after-a-day",
        "A half of a keysend has a day; then two halves with another payment secret come.",
    )
    .story(
        node().htlc(half_of_two(1)).wait(A_DAY).htlcs(
            [2, 3].map(|attempt| half_of_two(attempt).but(payment_data_with(other_secret, 2 * AMOUNT))),
        ),
    );
    sets(
        suite,
        "invoice-with-another-secret-between-keysend-parts",
        "A half of a keysend is held, and an invoice with another payment secret is issued for its preimage. A half with the first secret fails; one with the invoice's completes the set.",
    )
    .story(
        node()
            .htlc(half_of_two(1))
            .invoice_with_secret("a", AMOUNT, other_secret)
            .htlcs([half_of_two(2), half_of_two(3).but(payment_data_with(other_secret, 2 * AMOUNT))]),
    );
    sets(
        suite,
        "keysend-above-its-total-while-a-part-is-held",
        "A half of a keysend is held; an HTLC of the same hash and secret comes whose total_msat is one msat less than its own amount.",
    )
    .story(node().htlcs([half_of_two(1), keysend("a", 2).but(payment_data(AMOUNT - 1))]));
    sets(
        suite,
        "keysend-parts-of-different-totals-then-a-set-with-its-own-time",
        "A half of a keysend; fifty seconds later one of another total, and both fail. The next set begins then and has at least sixty seconds.",
    )
    .story(
        node()
            .htlc(half_of_two(1))
            .wait(50)
            .htlcs([half_of_two(2).but(payment_data(2 * AMOUNT + 1)), half_of_two(3)])
            .wait(50)
            .htlc(half_of_two(4)),
    );
    let quarter = |attempt| part_of(attempt, AMOUNT / 2);
    sets(
        suite,
        "keysend-parts-of-different-expiries",
        "Two parts of a keysend are held, of which the first expires.",
    )
    .policy("expired_part")
    .shows(["bolt2.held.expiry"])
    .story(node().htlcs([quarter(1), quarter(2).but(expiry(EXPIRY + 1000))]).height(EXPIRY));
    let late = |attempt, amount| part_of(attempt, amount).but(expiry(EXPIRY + 1000));
    sets(
        suite,
        "keysend-parts-of-different-expiries-then-another-secret",
        "Two parts of a keysend are held, of which the first expires. The rest comes with another payment secret, and then with the first.",
    )
    .policy("expired_part")
    .shows(["bolt2.held.expiry"])
    .story(node().htlcs([quarter(1), late(2, AMOUNT / 2)]).height(EXPIRY).htlcs([
        late(3, AMOUNT * 3 / 2).but(payment_data_with(other_secret, 2 * AMOUNT)),
        late(4, AMOUNT * 3 / 2),
    ]));
    let of_the_secret = Payment::keysend("node.sequence/shared-secret/keysend", shared_secret_preimage(1));
    sets(
        suite,
        "shared-secret-while-a-keysend-part-is-held",
        "A half of a keysend is held whose preimage is that of a shared-secret payment; that payment comes without payment_data.",
    )
    .flag("scheme")
    .story(
        node_with(SHARED_SECRET_ON)
            .htlcs([of_the_secret.but(payment_data(2 * AMOUNT)), shared_secret(1)]),
    );
    sets(
        suite,
        "keysend-parts-of-which-the-second-has-metadata",
        "Two halves of a keysend, of which the second has payment_metadata.",
    )
    .policy("keysend_payment_metadata")
    .story(
        node().htlcs([half_of_two(1), half_of_two(2).but(|htlc| htlc.payload().put(PAYMENT_METADATA, [1]))]),
    );
}
