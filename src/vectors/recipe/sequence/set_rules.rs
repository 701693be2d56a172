//! Totals of sets at the limits of numbers, sets that fail and begin anew, parts that differ where they may, and many of them.
//! BOLT 4, "Basic Multi-Part Payments".

use super::story::*;
use crate::vectors::recipe::payment::{AMT_TO_FORWARD, OUTGOING_CLTV_VALUE, PAYMENT_METADATA};

pub fn set_rules(suite: &mut Suite) {
    totals(suite);
    anew(suite);
    parts_that_differ(suite);
    many(suite);
    clocks(suite);
    keysends(suite);
}

/// A part of this amount and total, for an invoice of any amount.
fn of(attempt: u32, amount: u64, total: u64) -> Payment {
    part("c", attempt, amount).but(payment_data(total))
}

fn any() -> Story {
    node().invoice("c", None)
}

fn totals(suite: &mut Suite) {
    suite.section("04-onion-routing.md:394-395");
    let wide = 1 << 53;
    for (name, about, first, second) in [
        ("one-less", "one msat less", of(1, 50_000, AMOUNT + 1), of(2, 50_000, AMOUNT)),
        (
            "less-and-reached",
            "less, which the two would reach",
            of(1, 50_000, 2 * AMOUNT),
            of(2, 60_000, AMOUNT),
        ),
        (
            "more-and-reached",
            "more, which the two would reach",
            of(1, 50_000, AMOUNT),
            of(2, 150_000, 2 * AMOUNT),
        ),
        ("100-more", "100 msat more: as many whole satoshis", of(1, 50_000, 100_800), of(2, 50_000, 100_900)),
        ("2-to-32-more", "2^32 msat more", of(1, 50_000, AMOUNT), of(2, 50_000, (1 << 32) + AMOUNT)),
        ("2-to-53-and-one-more", "2^53 + 1 in place of 2^53", of(1, 50_000, wide), of(2, 50_000, wide + 1)),
    ] {
        should(suite, format!("totals-differ-{name}"))
            .about(format!(
                "The second part's total is {about}: the whole set fails. Two parts of equal totals pay."
            ))
            .flag("integer-width")
            .shows(["bolt4.mpp.same-total"])
            .story(any().htlcs([first, second, of(3, 50_000, AMOUNT), of(4, 50_000, AMOUNT)]));
    }
    suite.section(MPP);
    must(suite, "set-of-2-to-53-plus-1")
        .about("A set of 2^53 + 1 msat, of which the first part lacks one; then that one.")
        .flag("integer-width")
        .shows(["bolt4.mpp.incomplete", "bolt4.mpp.complete"])
        .story(any().htlcs([of(1, wide, wide + 1), of(2, 1, wide + 1)]));
    must(suite, "set-of-100900-msat")
        .about("A set of 100900 msat, whose first two parts lack 100 msat; then those.")
        .flag("integer-width")
        .shows(["bolt4.mpp.incomplete", "bolt4.mpp.complete"])
        .story(any().htlcs([of(1, 50_400, 100_900), of(2, 50_400, 100_900), of(3, 100, 100_900)]));
    should(suite, "set-completed-by-a-part-of-the-total")
        .about("One part is held, and one of the whole total comes.")
        .shows(["bolt4.mpp.complete"])
        .story(any().htlcs([of(1, 40_000, AMOUNT), of(2, AMOUNT, AMOUNT)]));
}

/// A set that failed leaves neither its total, nor its parts, nor its time.
fn anew(suite: &mut Suite) {
    suite.section("04-onion-routing.md:394-404");
    should(suite, "totals-differ-then-the-second-total")
        .about("A set fails for different totals; the next one has the total of the part that made it fail.")
        .shows(["bolt4.mpp.same-total", "bolt4.mpp.complete"])
        .story(any().htlcs([
            of(1, 50_000, AMOUNT),
            of(2, 50_000, 120_000),
            of(3, 60_000, 120_000),
            of(4, 60_000, 120_000),
        ]));
    should(suite, "totals-differ-then-a-set-with-its-own-time")
        .about("A part; fifty seconds later one of another total, and both fail. The next set begins then and has at least sixty seconds.")
        .shows(["bolt4.mpp.wait"])
        .story(invoiced().htlc(half(1)).wait(50).htlcs([half(2).but(payment_data(AMOUNT + 1)), half(3)]).wait(50).htlc(half(4)));
    should(suite, "time-out-then-another-total")
        .about("A part times out; the next set has another total.")
        .shows(["bolt4.mpp.timeout", "bolt4.mpp.timeout-code"])
        .story(
            any()
                .htlc(of(1, 50_000, AMOUNT))
                .wait(A_DAY)
                .htlcs([of(2, 50_000, 110_000), of(3, 60_000, 110_000)]),
        );
    let late = |htlc: Payment| htlc.but(expiry(EXPIRY + 1000));
    must(suite, "expiry-then-another-total")
        .about("A part is held until its expiry and fails; the next set has another total.")
        .spec(HELD_EXPIRY)
        .story(
            any()
                .htlc(of(1, 50_000, AMOUNT))
                .height(EXPIRY)
                .htlcs([of(2, 50_000, 110_000), of(3, 60_000, 110_000)].map(late)),
        );
    may(suite, "expired-part-of-three-does-not-count")
        .about("Two parts are held, and the first expires; a third comes that would complete the set together with it.")
        .policy("expired_part")
        .spec(HELD_EXPIRY)
        .story(any().htlcs([of(1, 40_000, AMOUNT), late(of(2, 30_000, AMOUNT))]).height(EXPIRY).htlc(late(of(3, 30_000, AMOUNT))));
    should(suite, "time-before-a-day")
        .about("A day passes, then a part comes, and a second day passes: it fails.")
        .shows(["bolt4.mpp.timeout", "bolt4.mpp.timeout-code"])
        .story(invoiced().wait(A_DAY).htlc(half(1)).wait(A_DAY));
}

fn parts_that_differ(suite: &mut Suite) {
    suite.section(MPP);
    let mut differ = |name: &str, about: &str, change: fn(&mut Payment)| {
        must(suite, format!("parts-that-differ-in-{name}"))
            .about(format!("Two parts, of which one {about}: they are one set."))
            .flag("interoperability")
            .shows(["bolt4.mpp.set", "bolt4.mpp.complete"])
            .story(invoiced().htlcs([half(1), half(2).but(change)]));
        must(suite, format!("parts-that-differ-in-{name}-first"))
            .about(format!("Two parts, of which the first {about}: they are one set."))
            .flag("interoperability")
            .shows(["bolt4.mpp.set", "bolt4.mpp.complete"])
            .story(invoiced().htlcs([half(1).but(change), half(2)]));
    };
    differ("their-expiry", "expires ten blocks later", |htlc| expiry(EXPIRY + 10)(htlc));
    differ("outgoing-cltv-value", "names a lower outgoing_cltv_value", |htlc| {
        htlc.payload().put_integer(OUTGOING_CLTV_VALUE, (EXPIRY - 10).into())
    });
    differ("payment-metadata", "has payment_metadata", |htlc| {
        htlc.payload().put(PAYMENT_METADATA, [1, 2, 3])
    });
    differ("a-custom-record", "has an odd custom record", |htlc| htlc.payload().put(7_629_169, *b"x"));
    differ("the-htlcs-amount", "has an HTLC of one msat more", |htlc| htlc.amount += 1);
}

fn many(suite: &mut Suite) {
    suite.section(MPP);
    for count in [11_u32, 25, 40] {
        let total = 1000 * u64::from(count);
        must(suite, format!("{count}-parts"))
            .about(format!("{count} parts of 1000 msat."))
            .shows(["bolt4.mpp.complete"])
            .story(any().htlcs((1..=count).map(|attempt| of(attempt, 1000, total))));
    }
    must(suite, "12-sets")
        .about("Parts of twelve invoices are held, and each is completed.")
        .shows(["bolt4.mpp.set"])
        .story({
            let names: Vec<_> = (0..12).map(|number| format!("invoice-{number}")).collect();
            let issued = names.iter().fold(node(), |story, name| story.invoice(name, AMOUNT));
            let held = names.iter().fold(issued, |story, name| story.htlc(half_of(name, 1)));
            names.iter().fold(held, |story, name| story.htlc(half_of(name, 2)))
        });
}

/// The time of a set begins with the first HTLC that is held, not with one that is refused.
fn clocks(suite: &mut Suite) {
    suite.section("04-onion-routing.md:403");
    let mut refused = |name: &str, about: &str, change: fn(&mut Payment)| {
        should(suite, format!("wrong-part-starts-no-time-{name}"))
            .about(format!("A part {about} and fails; fifty seconds later comes a first part, and fifty seconds after that its second."))
            .shows(["bolt4.mpp.wait"])
            .story(invoiced().htlc(half(1).but(change)).wait(50).htlc(half(2)).wait(50).htlc(half(3)));
    };
    refused("low-amount", "has an HTLC of one msat too little", |htlc| htlc.amount -= 1);
    refused("low-expiry", "expires before outgoing_cltv_value", |htlc| htlc.expiry -= 1);
    refused("too-soon", "expires too soon", |htlc| expiry(HEIGHT + 17)(htlc));
    refused("even-record", "has a record of type 24", |htlc| htlc.payload().put(24, *b"x"));
    refused("no-amount", "has no amt_to_forward", |htlc| htlc.payload().drop(AMT_TO_FORWARD));
    refused("no-secret", "has no payment_data", |htlc| htlc.payload().drop(PAYMENT_DATA));
    refused("low-total", "has a total below the invoice's amount", |htlc| payment_data(AMOUNT - 1)(htlc));
    let mut total = |name: &str, about: &str, change: fn(&mut Payment)| {
        should(suite, format!("wrong-part-sets-no-total-{name}"))
            .about(format!(
                "A part of another total {about} and fails; then two parts of the same total come."
            ))
            .shows(["bolt4.mpp.set", "bolt4.mpp.complete"])
            .story(any().htlcs([
                of(1, 50_000, 120_000).but(change),
                of(2, 50_000, AMOUNT),
                of(3, 50_000, AMOUNT),
            ]));
    };
    total("low-amount", "has an HTLC of one msat too little", |htlc| htlc.amount -= 1);
    total("low-expiry", "expires before outgoing_cltv_value", |htlc| htlc.expiry -= 1);
    total("too-soon", "expires too soon", |htlc| expiry(HEIGHT + 17)(htlc));
    total("wrong-secret", "has a wrong payment secret", |htlc| flipped(PAYMENT_DATA, 0)(htlc));
    let mut held = |name: &str, about: &str, change: fn(&mut Payment)| {
        must(suite, format!("wrong-part-leaves-the-set-{name}"))
            .about(format!("A part is held; one that {about} fails; a third completes the set."))
            .shows(["bolt4.mpp.set", "bolt4.mpp.complete"])
            .story(invoiced().htlcs([half(1), half(2).but(change), half(3)]));
    };
    held("low-expiry", "expires before outgoing_cltv_value", |htlc| htlc.expiry -= 1);
    held("too-soon", "expires too soon", |htlc| expiry(HEIGHT + 17)(htlc));
    held("too-soon-and-other-total", "expires too soon and has another total", |htlc| {
        expiry(HEIGHT + 17)(htlc);
        payment_data(AMOUNT + 1)(htlc);
    });
    held("wrong-secret-and-other-total", "has a wrong payment secret and another total", |htlc| {
        payment_data(AMOUNT + 1)(htlc);
        flipped(PAYMENT_DATA, 0)(htlc);
    });
    held("no-amount", "has no amt_to_forward", |htlc| htlc.payload().drop(AMT_TO_FORWARD));
    held("no-secret", "has no payment_data", |htlc| htlc.payload().drop(PAYMENT_DATA));
    held("low-total", "has a total below the invoice's amount", |htlc| payment_data(AMOUNT - 1)(htlc));
}

/// As for invoices, where a node takes a keysend in parts.
fn keysends(suite: &mut Suite) {
    suite.section(MPP);
    let half_of_two = |attempt| keysend("a", attempt).but(payment_data(2 * AMOUNT));
    let mut sets = |name: &str, about: &str, story: Story| {
        may(suite, name)
            .about(about)
            .flag("interoperability")
            .policy("keysend_payment_data")
            .policy("claimed_hash_again")
            .shows(["bolt4.mpp.set", "bolt4.reader.payment-data"])
            .story(story);
    };
    sets(
        "keysend-of-its-total-while-a-part-is-held",
        "A half of a keysend is held; an HTLC of the same hash and secret comes whose total_msat is its own amount.",
        node().htlcs([half_of_two(1), keysend("a", 2).but(payment_data(AMOUNT)), half_of_two(3)]),
    );
    let of_zeros = |attempt| keysend("a", attempt).but(payment_data_with([0; 32], 2 * AMOUNT));
    sets(
        "keysend-parts-with-a-secret-of-zeros",
        "Two halves of a keysend with a payment secret of zeros.",
        node().htlcs([of_zeros(1), of_zeros(2)]),
    );
    sets(
        "keysend-parts-of-a-lower-total",
        "Two halves of a keysend, of which the second names a lower total.",
        node().htlcs([half_of_two(1), half_of_two(2).but(payment_data(2 * AMOUNT - 1))]),
    );
    sets(
        "keysend-part-that-expires-too-soon",
        "The second half of a keysend expires too soon; a third completes the set.",
        node().htlcs([half_of_two(1), half_of_two(2).but(expiry(HEIGHT + 17)), half_of_two(3)]),
    );
    sets(
        "keysend-part-with-a-wrong-record",
        "The second half of a keysend has a record that does not fit; a third completes the set.",
        node().htlcs([half_of_two(1), half_of_two(2).but(flipped(KEYSEND, 31)), half_of_two(3)]),
    );
    sets(
        "keysend-in-25-parts",
        "A keysend in 25 parts.",
        node().htlcs(
            (1..=25).map(|attempt| keysend("a", attempt).but(amount_of(1000)).but(payment_data(25_000))),
        ),
    );
}
