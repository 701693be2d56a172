//! Invoices beside keysends: a keysend record must not stand in for an invoice's payment secret, and its answer must not
//! tell which hashes the node knows. BOLT 4, "Failure Messages".

use super::story::*;
use crate::blueprint::label;
use crate::protocol::operation::Settings;

pub fn invoices(suite: &mut Suite) {
    paid(suite);
    wrongly_paid(suite);
    keysends_without_the_secret(suite);
    keysends_with_the_secret(suite);
    probes(suite);
}

fn paid(suite: &mut Suite) {
    must(suite, "invoice-paid")
        .about("An invoice and its payment.")
        .flag("basic")
        .spec(MPP)
        .shows(["bolt4.mpp.complete"])
        .story(invoiced().htlc(whole(1)));
    must(suite, "invoice-any-amount")
        .about("An invoice without an amount.")
        .spec(MPP)
        .shows(["bolt4.mpp.amount-paid"])
        .story(node().invoice("c", None).htlc(part("c", 2, 1).but(payment_data(1))));
    must(suite, "invoice-total-twice")
        .about("The total is twice the invoice's amount, which is still allowed.")
        .spec("04-onion-routing.md:1521-1525")
        .shows(["bolt4.failure.amount-far-above", "bolt4.mpp.amount-paid"])
        .story(invoiced().htlc(part("c", 2, 2 * AMOUNT).but(payment_data(2 * AMOUNT))));
    suite.section("04-onion-routing.md:1518-1520");
    must(suite, "no-invoice")
        .about("A payment with payment_data for an invoice that was never issued.")
        .story(node().htlc(whole(1)));
    must(suite, "invoice-after-payment")
        .about("A payment that comes before its invoice is issued, then one after it.")
        .story(node().htlc(whole(1)).invoice("c", AMOUNT).htlc(whole(2)));
    must(suite, "secret-of-an-invoice-for-another-hash")
        .about("A payment has the payment secret of an invoice and a payment hash that the node does not know; then the invoice is paid.")
        .flag("theft")
        .shows(["bolt4.failure.hash-unknown", "bolt4.mpp.complete"])
        .story(invoiced().htlcs([part("d", 1, AMOUNT), whole(1)]));
    suite.section(HASH_PAID);
    may(suite, "invoice-paid-twice")
        .about("An invoice is paid twice.")
        .policy("claimed_hash_again")
        .story(invoiced().htlcs([whole(1), whole(2)]));
    may(suite, "invoice-for-a-claimed-hash")
        .about("A keysend is claimed, then an invoice is issued for its hash, and paid.")
        .policy("claimed_hash_again")
        .story(node().htlc(keysend("c", 3)).invoice("c", AMOUNT).htlc(whole(1)));
}

/// An HTLC that must fail, and then the payment of the invoice.
fn then_paid(first: Payment) -> Story {
    invoiced().htlcs([first, whole(1)])
}

fn wrongly_paid(suite: &mut Suite) {
    suite.section("04-onion-routing.md:1511-1525");
    must(suite, "invoice-secret-wrong-then-paid")
        .about("The payment secret's last bit is flipped. Then the invoice is paid as it should.")
        .flag("theft")
        .story(then_paid(whole(2).but(flipped(PAYMENT_DATA, 31))));
    must(suite, "invoice-secret-missing-then-paid")
        .about("There is no payment_data. Then the invoice is paid as it should.")
        .flag("theft")
        .story(then_paid(plain("c", 2)));
    must(suite, "invoice-total-one-less-then-paid")
        .about("The total is one msat less than the invoice's amount. Then the invoice is paid as it should.")
        .flag("theft")
        .shows(["bolt4.mpp.amount-paid"])
        .story(then_paid(part("c", 2, AMOUNT - 1).but(payment_data(AMOUNT - 1))));
    must(suite, "invoice-total-0-then-paid")
        .about("The total is 0. Then the invoice is paid as it should.")
        .flag("theft")
        .shows(["bolt4.mpp.amount-paid"])
        .story(then_paid(whole(2).but(payment_data(0))));
    must(suite, "invoice-total-above-twice-then-paid")
        .about("The total is more than twice the invoice's amount. Then the invoice is paid as it should.")
        .flag("theft")
        .story(then_paid(part("c", 2, 2 * AMOUNT + 1).but(payment_data(2 * AMOUNT + 1))));
}

/// A keysend record does not stand in for the payment secret, whether keysend is on or off.
fn keysends_without_the_secret(suite: &mut Suite) {
    suite.section(PAYMENT_SECRET);
    let wrong = keysend("c", 4).but(flipped(KEYSEND, 0));
    let short = keysend("c", 5).but(|htlc| htlc.record(KEYSEND).resize(31));
    for (name, about, htlc) in [
        ("right", "A keysend with the invoice's own preimage and no payment secret.", keysend("c", 3)),
        ("wrong", "A keysend record that does not fit, and no payment secret.", wrong),
        ("31-bytes", "A keysend record of 31 bytes and no payment secret.", short),
    ] {
        must(suite, format!("invoice-and-keysend-{name}"))
            .about(about)
            .flag("theft")
            .flag("interoperability")
            .shows(["bolt4.failure.payment-secret"])
            .story(then_paid(htlc.clone()));
        must(suite, format!("invoice-and-keysend-{name}-switched-off"))
            .about(format!("{about} Keysend is switched off."))
            .flag("theft")
            .shows(["bolt4.failure.payment-secret"])
            .story(node_with(KEYSEND_OFF).invoice("c", AMOUNT).htlcs([htlc, whole(1)]));
    }
}

fn keysends_with_the_secret(suite: &mut Suite) {
    may(suite, "invoice-paid-with-keysend-record")
        .about("The invoice's payment secret and a keysend record that fits: it pays the invoice.")
        .shows(["bolt4.failure.payment-secret"])
        .story(invoiced().htlc(whole(6).but(keysend_record("c"))));
    may(suite, "invoice-paid-with-keysend-record-switched-off")
        .about("Keysend is off, and an invoice is paid with its secret and a keysend record that fits: it is a payment of the invoice.")
        .shows(["bolt4.failure.payment-secret"])
        .story(node_with(KEYSEND_OFF).invoice("c", AMOUNT).htlc(whole(2).but(keysend_record("c"))));
    must(suite, "part-whose-expiry-is-reached-delta-0")
        .about("A delta of 0: a part of an invoice arrives at the height at which it expires, and fails.")
        .spec(EXPIRY_TOO_SOON)
        .story(
            node_with(Settings { min_final_cltv_expiry_delta: 0, ..KEYSEND_ON })
                .invoice("c", AMOUNT)
                .htlc(half(1).but(expiry(HEIGHT))),
        );
    suite.section(RECEIVER);
    let mismatch = || whole(7).but(keysend_record("c")).but(flipped(KEYSEND, 0));
    should(suite, "invoice-paid-with-wrong-keysend-record")
        .about("The invoice's payment secret and a keysend record that does not fit.")
        .policy("invoice_with_wrong_record")
        .story(invoiced().htlc(mismatch()));
    should(suite, "invoice-paid-with-the-record-of-an-earlier-keysend")
        .about("A keysend is claimed; then an invoice is paid with its secret and the record of that keysend, which does not fit.")
        .policy("invoice_with_wrong_record")
        .story(node().htlc(keysend("a", 1)).invoice("c", AMOUNT).htlc(whole(1).but(keysend_record("a"))));
    should(suite, "second-part-with-wrong-keysend-record")
        .about("Two parts of an invoice, the second with a keysend record that does not fit.")
        .policy("invoice_with_wrong_record")
        .story(invoiced().htlcs([half(1), half(2).but(keysend_record("c")).but(flipped(KEYSEND, 0))]));
    should(suite, "invoice-paid-with-wrong-keysend-record-switched-off")
        .about(
            "The invoice's payment secret and a keysend record that does not fit. Keysend is switched off.",
        )
        .policy("invoice_with_wrong_record")
        .story(node_with(KEYSEND_OFF).invoice("c", AMOUNT).htlc(mismatch()));
}

/// An intermediary probes with a preimage of its own: the answer must not tell whether the hash is known.
fn probes(suite: &mut Suite) {
    let probe =
        || keysend("c", 8).but(|htlc| htlc.record(KEYSEND).set(label::bytes32("node.sequence/random")));
    must(suite, "probe-unknown-hash")
        .about("A random preimage with a hash that the node does not know.")
        .flag("probing")
        .story(node().htlc(probe()));
    must(suite, "probe-known-hash")
        .about("The same HTLC at a node that has an invoice for the hash: the same answer.")
        .flag("probing")
        .story(invoiced().htlc(probe()));
    must(suite, "probe-pending-hash")
        .about("The same HTLC at a node that holds a part for the hash: the same answer, and the part stays.")
        .flag("probing")
        .story(invoiced().htlcs([half(9), probe(), half(10)]));
}
