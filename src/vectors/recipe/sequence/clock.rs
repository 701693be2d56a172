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
}

fn in_time(suite: &mut Suite) {
    should(suite, "part-within-the-time")
        .about("One part, twenty seconds, the other.")
        .shows(["bolt4.mpp.wait"])
        .story(invoiced().htlc(half(1)).wait(20).htlc(half(2)));
    should(suite, "part-after-59-seconds")
        .about("One part, 59 seconds, the other: a set has at least sixty seconds.")
        .shows(["bolt4.mpp.timeout", "bolt4.mpp.timeout-code"])
        .story(invoiced().htlc(half(1)).wait(59).htlc(half(2)));
    should(suite, "part-after-59-single-seconds")
        .about("One part and, second by second, 59 of them; then the other.")
        .shows(["bolt4.mpp.timeout", "bolt4.mpp.timeout-code"])
        .story((0..59).fold(invoiced().htlc(half(1)), |story, _| story.wait(1)).htlc(half(2)));
    should(suite, "time-before-the-first-part")
        .about("An hour before the first part: the time of a set starts with its first HTLC, not with the invoice.")
        .shows(["bolt4.mpp.timeout", "bolt4.mpp.timeout-code"])
        .story(invoiced().wait(3600).htlc(half(1)).wait(20).htlc(half(2)));
}

fn too_late(suite: &mut Suite) {
    should(suite, "part-times-out")
        .about("One part of two, and ten minutes.")
        .flag("basic")
        .story(invoiced().htlc(half(1)).wait(600));
    should(suite, "part-after-the-time")
        .about("One part times out; the other comes later and waits alone; then a third completes it.")
        .flag("theft")
        .story(invoiced().htlc(half(1)).wait(600).htlcs([half(2), half(3)]));
    may(suite, "parts-time-out-with-the-first")
        .about("Two parts of three, thirty seconds apart, and 45 seconds: the time counts from the first, and both fail. (How long a node waits, \
             beyond a minute, is its own choice.)")
        .story(invoiced().htlc(part("c", 1, 30_000)).wait(30).htlc(part("c", 2, 30_000)).wait(45));
    should(suite, "two-sets-time-out")
        .about("Parts of two sets time out together.")
        .story(invoiced().invoice("d", AMOUNT).htlcs([half(1), half_of("d", 1)]).wait(600));
    should(suite, "set-after-timeout-has-its-own-time")
        .about("A part times out; the next set's first part comes, and twenty seconds later its second.")
        .story(invoiced().htlc(half(1)).wait(600).htlc(half(2)).wait(20).htlc(half(3)));
    let quarter = |attempt| part("c", attempt, AMOUNT / 4);
    should(suite, "timed-out-part-does-not-count")
        .about("A half times out; two quarters come later: together with the half they would be enough, and are not.")
        .flag("theft")
        .story(invoiced().htlc(half(1)).wait(600).htlcs([quarter(2), quarter(3)]));
    must(suite, "replay-of-a-timed-out-part")
        .about("A part times out and its onion comes again: a replay.")
        .story(invoiced().htlc(half(1)).wait(600).htlc(half(1)));
    must(suite, "time-after-claim")
        .about("Ten minutes after a set was claimed: nothing happens.")
        .spec(MPP)
        .shows(["bolt4.mpp.complete"])
        .story(invoiced().htlcs([half(1), half(2)]).wait(600));
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
        .about("Blocks between two parts: the second one expires too soon and does not count.")
        .story(invoiced().htlc(half(1)).height(LAST_HEIGHT + 1).htlc(half(2)).wait(600));
    let in_time_again = node().height(LAST_HEIGHT + 1).htlc(keysend("a", 1)).height(LAST_HEIGHT);
    must(suite, "blocks-go-back")
        .about("A height at which a keysend expires too soon, then a reorganisation to a lower one, and the keysend in a new onion.")
        .story(in_time_again.htlc(keysend("a", 2)));
    let mismatch = |attempt| keysend("a", attempt).but(flipped(KEYSEND, 0));
    must(suite, "failure-names-the-new-height")
        .about("A preimage that does not fit, a block, and another: each failure names the height of its own time.")
        .spec("blip-0003.md:40-42")
        .story(node().htlc(mismatch(1)).height(HEIGHT + 1).htlc(mismatch(2)));
}
