//! Time and blocks that pass: a set waits for its parts for at least sixty seconds from the first, and an HTLC's expiry is
//! compared with the height at which it arrives. BOLT 4, "Basic Multi-Part Payments" and "`payload` format".

use super::story::*;

/// The last height at which the ordinary HTLC does not expire too soon.
const LAST_HEIGHT: u32 = EXPIRY - 18;

pub fn clock(suite: &mut Suite) {
    suite.section("04-onion-routing.md:401-404");
    in_time(suite);
    too_late(suite);
    blocks(suite);
    expiries(suite);
    heights_of_failures(suite);
}

fn in_time(suite: &mut Suite) {
    should(suite, "part-within-the-time")
        .about("One part, twenty seconds, the other.")
        .shows(["bolt4.mpp.wait"])
        .story(invoiced().htlc(half(1)).wait(20).htlc(half(2)));
    should(suite, "part-after-59-seconds")
        .about("One part, 59 seconds, the other: a set has at least sixty seconds.")
        .shows(["bolt4.mpp.wait"])
        .story(invoiced().htlc(half(1)).wait(59).htlc(half(2)));
    should(suite, "part-after-59-single-seconds")
        .about("One part and, second by second, 59 of them; then the other.")
        .shows(["bolt4.mpp.wait"])
        .story((0..59).fold(invoiced().htlc(half(1)), |story, _| story.wait(1)).htlc(half(2)));
    should(suite, "time-before-the-first-part")
        .about("An hour before the first part: the time of a set starts with its first HTLC, not with the invoice.")
        .shows(["bolt4.mpp.wait"])
        .story(invoiced().wait(3600).htlc(half(1)).wait(20).htlc(half(2)));
    should(suite, "two-sets-with-their-own-time")
        .about("A part; fifty seconds later a part of another invoice, and the first set is completed; fifty seconds later the second set is.")
        .shows(["bolt4.mpp.wait"])
        .story(
            invoiced()
                .other_invoice()
                .htlc(half(1))
                .wait(50)
                .htlcs([other_part(1, AMOUNT / 2), half(2)])
                .wait(50)
                .htlc(other_part(2, AMOUNT / 2)),
        );
    let late = |attempt| half(attempt).but(expiry(EXPIRY + 1000));
    should(suite, "blocks-are-no-time")
        .about("One part, a hundred blocks, a second, the other: blocks are no measure of the time of a set.")
        .shows(["bolt4.mpp.wait"])
        .story(invoiced().htlc(late(1)).height(HEIGHT + 100).wait(1).htlc(late(2)));
}

fn too_late(suite: &mut Suite) {
    should(suite, "part-times-out")
        .about("One part of two, and a day.")
        .flag("basic")
        .story(invoiced().htlc(half(1)).wait(A_DAY));
    should(suite, "two-parts-time-out")
        .about("Two parts of three, and a day: both fail.")
        .story(invoiced().htlcs([part("c", 1, 30_000), part("c", 2, 30_000)]).wait(A_DAY));
    should(suite, "part-after-the-time")
        .about("One part times out; the other comes later and waits alone; then a third completes it.")
        .flag("theft")
        .story(invoiced().htlc(half(1)).wait(A_DAY).htlcs([half(2), half(3)]));
    should(suite, "two-sets-time-out")
        .about("Parts of two sets time out together.")
        .story(invoiced().invoice("d", AMOUNT).htlcs([half(1), half_of("d", 1)]).wait(A_DAY));
    should(suite, "set-after-timeout-has-its-own-time")
        .about("A part times out; the next set's first part comes, and twenty seconds later its second.")
        .story(invoiced().htlc(half(1)).wait(A_DAY).htlc(half(2)).wait(20).htlc(half(3)));
    let quarter = |attempt| part("c", attempt, AMOUNT / 4);
    should(suite, "timed-out-part-does-not-count")
        .about("A half times out; two quarters come later: together with the half they would be enough, and are not.")
        .flag("theft")
        .story(invoiced().htlc(half(1)).wait(A_DAY).htlcs([quarter(2), quarter(3)]));
    should(suite, "replay-of-a-timed-out-part")
        .about("A part times out and its onion comes again: a replay.")
        .story(invoiced().htlc(half(1)).wait(A_DAY).htlc(half(1)));
    must(suite, "time-after-claim")
        .about("A day after a set was claimed: nothing happens.")
        .spec(MPP)
        .shows(["bolt4.mpp.complete"])
        .story(invoiced().htlcs([half(1), half(2)]).wait(A_DAY));
    should(suite, "part-with-wrong-secret-starts-no-time")
        .about("A part with a wrong payment secret fails; fifty seconds later comes a first part, and fifty seconds after that its second: the time of a set starts with the first HTLC that is held.")
        .spec("04-onion-routing.md:403")
        .shows(["bolt4.mpp.wait"])
        .story(invoiced().htlc(half(1).but(flipped(PAYMENT_DATA, 0))).wait(50).htlc(half(2)).wait(50).htlc(half(3)));
}

/// Blocks that are found while parts are held. How long before its expiry a node lets go of an HTLC is the node's own
/// estimate, so the height moves in one event from far below the expiry to it, or beyond.
fn expiries(suite: &mut Suite) {
    suite.section(HELD_EXPIRY);
    for (name, about, height) in [
        ("held-until-expiry", "A part is held, and blocks are found up to its expiry.", EXPIRY),
        (
            "held-until-after-expiry",
            "A part is held, and blocks are found up to one more than its expiry.",
            EXPIRY + 1,
        ),
        (
            "held-until-long-after-expiry",
            "A part is held, and a thousand blocks are found at once.",
            HEIGHT + 1000,
        ),
    ] {
        must(suite, name)
            .about(format!("{about} It fails; the failure names the height at which it came."))
            .flag("theft")
            .story(invoiced().htlc(half(1)).height(height));
    }
    let late = |attempt| half(attempt).but(expiry(EXPIRY + 1000));
    must(suite, "part-after-the-expiry-of-the-first")
        .about("A part is held until its expiry and fails; the second part, of a later expiry, waits alone, and a third completes the set.")
        .flag("theft")
        .story(invoiced().htlc(half(1)).height(EXPIRY).htlcs([late(2), late(3)]));
    must(suite, "two-parts-expire-in-the-block-of-a-third")
        .about("Two parts are held until their expiry, and the third, which would have completed the set, comes in that block.")
        .flag("theft")
        .story(invoiced().htlcs([part("c", 1, 30_000), part("c", 2, 30_000)]).height(EXPIRY).htlc(
            part("c", 3, 40_000).but(expiry(EXPIRY + 1000)),
        ));
    must(suite, "part-completes-far-below-the-expiry")
        .about("Blocks between two parts, far below the expiry of both: they are claimed.")
        .shows(["bolt4.mpp.complete"])
        .story(invoiced().htlc(late(1)).height(HEIGHT + 100).htlc(late(2)));
    must(suite, "two-sets-of-which-one-expires")
        .about("Parts of two invoices are held; blocks are found up to the expiry of the first. The second is completed.")
        .flag("theft")
        .story(invoiced().invoice("d", AMOUNT).htlc(half(1)).htlc(half_of("d", 1).but(expiry(EXPIRY + 1000))).height(EXPIRY)
            .htlc(half_of("d", 2).but(expiry(EXPIRY + 1000))));
    must(suite, "replay-after-the-expiry")
        .about("A part is held until its expiry and fails; its onion comes again in an HTLC of a later expiry: a replay.")
        .flag("theft")
        .spec(REPLAY)
        .shows(["bolt4.peel.replay"])
        .story(invoiced().htlc(half(1)).height(EXPIRY).htlc(half(1).but(|htlc| htlc.expiry = EXPIRY + 1000)));
    may(suite, "parts-of-different-expiries")
        .about("Two parts of three, of which the first expires: the text asks for that HTLC alone. Then a part of the same amount.")
        .policy("expired_part")
        .story(invoiced().htlcs([half(1).but(amount_of(40_000)), late(2)]).height(EXPIRY).htlc(late(3)));
    must(suite, "claimed-and-blocks")
        .about("A set is claimed, and blocks are found far beyond its expiry: nothing happens.")
        .shows(["bolt4.mpp.complete"])
        .story(invoiced().htlcs([half(1), half(2)]).height(HEIGHT + 1000));
    should(suite, "blocks-do-not-restart-the-time")
        .about("A part, 59 seconds, a block, and the rest of a day: the set has had a day, and fails.")
        .spec("04-onion-routing.md:401-404")
        .story(invoiced().htlc(late(1)).wait(59).height(HEIGHT + 1).wait(A_DAY - 59));
    must(suite, "outgoing-cltv-value-while-held")
        .about("Blocks are found beyond the outgoing_cltv_value of a held part, whose HTLC expires 1000 blocks later: the second part completes the set.")
        .shows(["bolt4.mpp.complete", "bolt2.held.expiry"])
        .story(invoiced().htlc(half(1).but(|htlc| htlc.expiry = EXPIRY + 1000)).height(EXPIRY + 1).htlc(late(2)));
    must(suite, "held-until-expiry-above-amt-to-forward")
        .about("A part whose HTLC has more than its amt_to_forward is held until its expiry: the failure names the HTLC's amount.")
        .shows(["bolt4.failure.details-data", "bolt2.held.expiry"])
        .story(invoiced().htlc(half(1).but(|htlc| htlc.amount += 5000)).height(EXPIRY));
    may(suite, "parts-of-different-expiries-and-heights")
        .about("A part, a block, a part of a later expiry, and blocks up to the first one's: each failure names the height at which its own HTLC came.")
        .policy("expired_part")
        .shows(["bolt4.failure.details-data", "bolt2.held.expiry"])
        .story(invoiced().htlc(half(1).but(amount_of(40_000))).height(HEIGHT + 1).htlc(late(2)).height(EXPIRY));
    may(suite, "parts-of-different-expiries-then-another-total")
        .about("Two parts of three, of which the first expires; then a part of another total.")
        .policy("expired_part")
        .shows(["bolt4.mpp.same-total", "bolt2.held.expiry"])
        .story(
            invoiced()
                .htlcs([half(1).but(amount_of(40_000)), late(2)])
                .height(EXPIRY)
                .htlc(late(3).but(payment_data(AMOUNT + 1))),
        );
    may(suite, "parts-of-different-expiries-then-a-day")
        .about("Three parts of four, of which the first expires; a day later the others fail.")
        .policy("expired_part")
        .shows(["bolt2.held.expiry", "bolt4.mpp.timeout"])
        .story(
            invoiced()
                .htlcs([part("c", 1, 20_000), late(2).but(amount_of(20_000)), late(3).but(amount_of(20_000))])
                .height(EXPIRY)
                .wait(A_DAY),
        );
    may(suite, "keysend-part-until-expiry")
        .about("One keysend HTLC with half of total_msat, and blocks up to its expiry: a node that holds it must let go.")
        .policy("keysend_payment_data")
        .story(node().htlc(keysend("a", 4).but(payment_data(2 * AMOUNT))).height(EXPIRY));
}

fn blocks(suite: &mut Suite) {
    suite.section(EXPIRY_TOO_SOON);
    must(suite, "blocks-between")
        .about("A keysend that would be in time comes after blocks were found: it expires too soon.")
        .flag("theft")
        .story(node().height(LAST_HEIGHT + 1).htlc(keysend("a", 1)));
    must(suite, "blocks-between-just-in-time")
        .about("The same with one block less.")
        .shows(["bolt4.final.expiry-soon"])
        .story(node().height(LAST_HEIGHT).htlc(keysend("a", 1)));
    must(suite, "blocks-between-parts")
        .about("Blocks between two parts: the second one expires too soon and does not count; a third does.")
        .story(
            invoiced()
                .htlc(half(1).but(expiry(EXPIRY + 1000)))
                .height(LAST_HEIGHT + 1)
                .htlcs([half(2), half(3).but(expiry(EXPIRY + 1000))]),
        );
    let in_time_again = node().height(LAST_HEIGHT + 1).htlc(keysend("a", 1)).height(LAST_HEIGHT);
    must(suite, "blocks-go-back")
        .about("A height at which a keysend expires too soon, then a reorganisation to a lower one, and the keysend in a new onion.")
        .story(in_time_again.htlc(keysend("a", 2)));
    let mismatch = |attempt| keysend("a", attempt).but(flipped(KEYSEND, 0));
    must(suite, "failure-names-the-new-height")
        .about("A preimage that does not fit, a block, and another: each failure names the height of its own time.")
        .spec("blip-0003.md:40-42")
        .story(node().htlc(mismatch(1)).height(HEIGHT + 1).htlc(mismatch(2)));
    must(suite, "failure-names-a-height-below-the-first")
        .about("A reorganisation to a height below the one at which the node started, and a preimage that does not fit: the failure names the lower height.")
        .spec("blip-0003.md:40-42")
        .story(node().height(HEIGHT - 100).htlc(mismatch(1)));
}

/// `incorrect_or_unknown_payment_details` names the height at which the HTLC was received, not that at which it fails.
fn heights_of_failures(suite: &mut Suite) {
    suite.section("04-onion-routing.md:1368-1372");
    let late = |attempt| half(attempt).but(expiry(EXPIRY + 1000));
    should(suite, "totals-differ-after-a-block")
        .about("A part, ten blocks, and a part of another total: each failure names the height at which its own HTLC came.")
        .spec("04-onion-routing.md:394-395")
        .shows(["bolt4.failure.details-data"])
        .story(invoiced().htlc(late(1)).height(HEIGHT + 10).htlc(late(2).but(payment_data(AMOUNT + 1))));
}
