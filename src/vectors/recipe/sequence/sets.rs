//! Sets of HTLCs that pay one invoice together. BOLT 4, "Basic Multi-Part Payments".

use super::story::*;

/// What parts show that reach their total.
const SET: [&str; 4] =
    ["bolt4.mpp.complete", "bolt4.mpp.all-or-nothing", "bolt2.add.same-hash", "bolt2.remove.soon"];

pub fn sets(suite: &mut Suite) {
    suite.section(MPP);
    amounts(suite);
    orders(suite);
    totals(suite);
    parts_that_fail(suite);
}

fn amounts(suite: &mut Suite) {
    must(suite, "two-parts")
        .about("Two parts that reach the total.")
        .flag("basic")
        .shows(SET)
        .story(invoiced().htlcs([half(1), half(2)]));
    must(suite, "one-part-of-two")
        .about("One part of two: nothing is claimed.")
        .flag("theft")
        .shows(["bolt4.mpp.incomplete"])
        .story(invoiced().htlc(half(1)));
    must(suite, "one-msat-missing")
        .about("Two parts that miss the total by one msat, then that one.")
        .shows(["bolt4.mpp.incomplete", "bolt4.mpp.complete"])
        .story(invoiced().htlcs([part("c", 1, 50_000), part("c", 2, 49_999), part("c", 3, 1)]));
    must(suite, "parts-of-all-but-one-msat-and-one")
        .about("A part that lacks one msat, and that one.")
        .shows(["bolt4.mpp.complete"])
        .story(invoiced().htlcs([part("c", 1, AMOUNT - 1), part("c", 2, 1)]));
    must(suite, "more-than-the-total")
        .about("Two parts that pass the total.")
        .shows(SET)
        .story(invoiced().htlcs([part("c", 1, 60_000), part("c", 2, 60_000)]));
    must(suite, "ten-parts")
        .about("Ten parts of a tenth.")
        .shows(["bolt4.mpp.complete"])
        .story(invoiced().htlcs((1..=10).map(|attempt| part("c", attempt, AMOUNT / 10))));
    must(suite, "two-parts-any-amount")
        .about("Two parts for an invoice without an amount.")
        .shows(["bolt4.mpp.complete"])
        .story(node().invoice("c", None).htlcs([half(1), half(2)]));
    let wide = (1 << 32) + AMOUNT;
    let wide_part = |attempt, amount| part("c", attempt, amount).but(payment_data(wide));
    must(suite, "set-above-2-to-32")
        .about(
            "A set of 2^32 + 100000 msat: the first part is the total's low 32 bits, and completes nothing.",
        )
        .flag("integer-width")
        .flag("theft")
        .shows(["bolt4.mpp.complete"])
        .story(node().invoice("c", wide).htlcs([wide_part(1, AMOUNT), wide_part(2, 1 << 32)]));
    must(suite, "amount-is-not-amt-to-forward")
        .about("The second HTLC has more than its amt_to_forward: the set counts amt_to_forward.")
        .spec("04-onion-routing.md:396-397")
        .shows(["bolt4.mpp.complete", "bolt4.mpp.incomplete"])
        .story(invoiced().htlcs([half(1), part("c", 2, AMOUNT / 4).but(|htlc| htlc.amount = AMOUNT)]));
}

/// The same three parts in each order: the set does not depend on it.
fn orders(suite: &mut Suite) {
    let in_order = |order: [u32; 3]| {
        let amounts = [10_000, 20_000, 70_000];
        invoiced().htlcs(order.map(|number| part("c", number, amounts[number as usize - 1])))
    };
    must(suite, "three-parts").about("Three parts.").shows(SET).story(in_order([1, 2, 3]));
    for (name, amounts, order) in [
        ("1-3-2", "10000, 70000, 20000", [1, 3, 2]),
        ("2-1-3", "20000, 10000, 70000", [2, 1, 3]),
        ("2-3-1", "20000, 70000, 10000", [2, 3, 1]),
        ("3-1-2", "70000, 10000, 20000", [3, 1, 2]),
        ("3-2-1", "70000, 20000, 10000", [3, 2, 1]),
    ] {
        must(suite, format!("three-parts-in-order-{name}"))
            .about(format!("Three parts of {amounts} msat."))
            .shows(["bolt4.mpp.complete"])
            .story(in_order(order));
    }
}

fn totals(suite: &mut Suite) {
    must(suite, "set-of-twice-the-amount")
        .about("A set whose total is twice the invoice's amount: the first part alone would pay the invoice, and is held for the total.")
        .spec("04-onion-routing.md:1521-1525")
        .shows(["bolt4.mpp.complete", "bolt4.failure.amount-far-above"])
        .story(invoiced().htlcs([1, 2].map(|attempt| whole(attempt).but(payment_data(2 * AMOUNT)))));
    must(suite, "parts-of-more-than-twice-the-amount")
        .about("Two parts that together are more than twice the invoice's amount, and a total of that amount: it is the total that counts as paid.")
        .spec("04-onion-routing.md:388-389")
        .shows(["bolt4.mpp.complete", "bolt4.mpp.amount-paid"])
        .story(invoiced().htlcs([part("c", 1, 90_000), part("c", 2, 120_000)]));
    must(suite, "htlc-of-more-than-twice-the-amount")
        .about("An HTLC has more than twice the invoice's amount, and amt_to_forward and total are that amount: it is the total that counts as paid.")
        .spec("04-onion-routing.md:388-389")
        .shows(["bolt4.mpp.complete", "bolt4.mpp.amount-paid"])
        .story(invoiced().htlc(whole(1).but(|htlc| htlc.amount = 2 * AMOUNT + 1)));
    must(suite, "one-part-above-the-total")
        .about("One HTLC whose amt_to_forward is one msat more than the total.")
        .shows(["bolt4.mpp.complete"])
        .story(invoiced().htlc(part("c", 1, AMOUNT + 1)));
    must(suite, "excess-of-another-set")
        .about("A set is claimed that is 20000 msat above its total; a part of another invoice lacks 10000 msat and waits for them.")
        .flag("theft")
        .spec(ONE_SET_A_HASH)
        .shows(["bolt4.mpp.incomplete", "bolt4.mpp.set"])
        .story(invoiced().other_invoice().htlcs([
            part("c", 1, 60_000),
            part("c", 2, 60_000),
            other_part(1, 90_000),
            other_part(2, 10_000),
        ]));
    let other_total = || half(2).but(payment_data(AMOUNT + 1));
    suite.section("04-onion-routing.md:394-395");
    should(suite, "totals-differ")
        .about("Two parts with different totals: the whole set fails.")
        .story(invoiced().htlcs([half(1), other_total()]));
    should(suite, "totals-and-amounts-differ")
        .about("Two parts with different totals and amounts: each failure names the amount of its own HTLC.")
        .story(invoiced().htlcs([part("c", 1, 30_000), other_total().but(amount_of(70_000))]));
    should(suite, "totals-differ-of-an-htlc-above-amt-to-forward")
        .about("Two parts with different totals; the second HTLC has more than its amt_to_forward, and its failure names what it has.")
        .shows(["bolt4.mpp.same-total", "bolt4.failure.details-data"])
        .story(invoiced().htlcs([half(1), other_total().but(|htlc| htlc.amount += 5000)]));
    should(suite, "totals-differ-then-again")
        .about("A set fails for different totals; then it is paid anew.")
        .story(invoiced().htlcs([half(1), other_total(), half(3), half(4)]));
    should(suite, "totals-differ-beside-another-set")
        .about("A part of another invoice is held; a set fails for different totals, and the other invoice's second part comes.")
        .story(invoiced().other_invoice().htlcs([other_part(1, AMOUNT / 2), half(1), other_total(), other_part(2, AMOUNT / 2)]));
}

fn parts_that_fail(suite: &mut Suite) {
    must(suite, "part-with-wrong-secret")
        .about("The second part has another payment secret: it fails, and the first one waits for the right one.")
        .flag("theft")
        .spec(PAYMENT_SECRET)
        .shows(["bolt4.mpp.secret-required"])
        .story(invoiced().htlcs([half(1), half(2).but(flipped(PAYMENT_DATA, 0)), half(3)]));
    must(suite, "part-with-low-amount")
        .about("The second part's HTLC has less than its amt_to_forward: it fails and does not count.")
        .spec(AMOUNT_TOO_LOW)
        .story(invoiced().htlcs([half(1), half(2).but(|htlc| htlc.amount -= 1), half(3)]));
    must(suite, "part-with-low-amount-and-less-than-the-total")
        .about("A half is held, a part whose HTLC has too little fails, and one comes that completes the set only together with that.")
        .flag("theft")
        .spec(AMOUNT_TOO_LOW)
        .shows(["bolt4.mpp.incomplete", "bolt4.final.amount"])
        .story(invoiced().htlcs([
            half(1),
            part("c", 2, 30_000).but(|htlc| htlc.amount -= 1),
            part("c", 3, 20_000),
        ]));
    must(suite, "part-with-unknown-even-record")
        .about("The second part has an even unknown record of type 24: it fails, the first is held, and a third completes the set.")
        .spec("01-messaging.md:175-177")
        .story(invoiced().htlcs([half(1), half(2).but(|htlc| htlc.payload().put(24, *b"x")), half(3)]));
}
