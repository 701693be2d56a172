//! Payments that arrive between each other's HTLCs. BOLT 4, "Basic Multi-Part Payments"; bLIP 3.

use super::story::*;
use crate::blueprint::label;

pub fn crossing(suite: &mut Suite) {
    sets(suite);
    keysends(suite);
}

fn sets(suite: &mut Suite) {
    suite.section(ONE_SET_A_HASH);
    must(suite, "two-sets")
        .about("Parts of two invoices, in turn: sets go by payment hash, not by payment secret.")
        .flag("theft")
        .shows(["bolt4.mpp.set"])
        .story(invoiced().invoice("d", AMOUNT).htlcs([half(1), half_of("d", 1), half_of("d", 2), half(2)]));
    must(suite, "three-sets")
        .about("Parts of three invoices: the second set is complete first, and the third not after a day.")
        .flag("theft")
        .shows(["bolt4.mpp.set"])
        .story(
            invoiced()
                .invoice("d", AMOUNT)
                .invoice("e", AMOUNT)
                .htlcs([half(1), half_of("d", 1), half_of("e", 1), half_of("d", 2), half(2)])
                .wait(A_DAY),
        );
    // From here on the invoice `d` has a payment secret of its own.
    let secret_of_d = label::bytes32("node.sequence/other_payment_secret");
    let two_invoices = || invoiced().invoice_with_secret("d", AMOUNT, secret_of_d);
    let with_secret_of_d = |htlc: Payment| htlc.but(payment_data_with(secret_of_d, AMOUNT));
    let half_of_d = |attempt| with_secret_of_d(half_of("d", attempt));
    must(suite, "two-sets-two-secrets")
        .about("Parts of two invoices with payment secrets of their own, in turn.")
        .flag("theft")
        .shows(["bolt4.mpp.set"])
        .story(two_invoices().htlcs([half(1), half_of_d(1), half_of_d(2), half(2)]));
    let whole_of_d = part("d", 1, AMOUNT);
    must(suite, "secret-of-another-invoice")
        .about("A part with the payment secret of another invoice fails; the two invoices are paid all the same.")
        .flag("theft")
        .spec(PAYMENT_SECRET)
        .story(two_invoices().htlcs([with_secret_of_d(whole(1)), with_secret_of_d(whole_of_d), whole(2)]));
}

fn keysends(suite: &mut Suite) {
    suite.section(MPP);
    must(suite, "keysend-between-parts")
        .about("A keysend between two parts of an invoice.")
        .shows(["bolt4.mpp.set", "blip3.receiver.claim"])
        .story(invoiced().htlcs([half(1), keysend("a", 1), half(2)]));
    must(suite, "keysend-of-a-held-hash")
        .about("A part is held for an invoice; a keysend with the invoice's own preimage comes without the secret, and the second part.")
        .flag("theft")
        .spec(PAYMENT_SECRET)
        .shows(["bolt4.failure.payment-secret", "bolt4.mpp.secret-required"])
        .story(invoiced().htlcs([half(1), keysend("c", 5), half(2)]));
    may(suite, "parts-of-which-one-has-a-keysend-record")
        .about("Two parts of an invoice, the second with a keysend record that fits.")
        .shows(["bolt4.mpp.complete"])
        .story(invoiced().htlcs([half(1), half(2).but(keysend_record("c"))]));
    must(suite, "six-payments")
        .about("A keysend, an invoice, a forwarded HTLC, a keysend of a wrong preimage, another keysend, and the invoice's payment.")
        .spec(RECEIVER)
        .shows(["blip3.receiver.claim"])
        .story(node().htlc(keysend("a", 1)).invoice("c", AMOUNT).htlcs([
            plain("d", 1).but(forwarded),
            keysend("e", 1).but(flipped(KEYSEND, 31)),
            keysend("b", 1),
            whole(1),
        ]));
    may(suite, "claimed-set-and-a-late-part")
        .about("A set of two parts is claimed; then one HTLC of the whole amount comes.")
        .policy("claimed_hash_again")
        .spec(HASH_PAID)
        .story(invoiced().htlcs([half(1), half(2), whole(3)]));
    may(suite, "late-part-of-a-claimed-set")
        .about("A set of two parts is claimed; then a third part of half the amount comes: where a hash may be paid again, it begins a new set.")
        .policy("claimed_hash_again")
        .spec(HASH_PAID)
        .story(invoiced().htlcs([half(1), half(2), half(3)]));
}
