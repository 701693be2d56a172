//! How long a set waits for its parts: at least sixty seconds from its first. BOLT 4, "Basic Multi-Part Payments".

use super::story::*;
use crate::vectors::Level;
use crate::vectors::recipe::suite::Suite;

pub fn timeouts(suite: &mut Suite) {
    suite.section("04-onion-routing.md:401-404");
    in_time(suite);
    too_late(suite);
    case(suite, "time-after-claim")
        .about("Ten minutes after a set was claimed: nothing happens.")
        .spec(MPP)
        .shows(["bolt4.mpp.complete"])
        .story(invoiced().htlcs([half(1), half(2)]).wait(600));
}

fn in_time(suite: &mut Suite) {
    case(suite, "part-within-the-time")
        .about("One part, twenty seconds, the other.")
        .level(Level::Should)
        .shows(["bolt4.mpp.wait"])
        .story(invoiced().htlc(half(1)).wait(20).htlc(half(2)));
    case(suite, "part-after-59-seconds")
        .about("One part, 59 seconds, the other: a set has at least sixty seconds.")
        .level(Level::Should)
        .shows(["bolt4.mpp.timeout", "bolt4.mpp.timeout-code"])
        .story(invoiced().htlc(half(1)).wait(59).htlc(half(2)));
    case(suite, "part-after-59-single-seconds")
        .about("One part and, second by second, 59 of them; then the other.")
        .level(Level::Should)
        .shows(["bolt4.mpp.timeout", "bolt4.mpp.timeout-code"])
        .story((0..59).fold(invoiced().htlc(half(1)), |story, _| story.wait(1)).htlc(half(2)));
    case(suite, "time-before-the-first-part")
        .about("An hour before the first part: the time of a set starts with its first HTLC, not with the invoice.")
        .level(Level::Should)
        .shows(["bolt4.mpp.timeout", "bolt4.mpp.timeout-code"])
        .story(invoiced().wait(3600).htlc(half(1)).wait(20).htlc(half(2)));
}

fn too_late(suite: &mut Suite) {
    case(suite, "part-times-out")
        .about("One part of two, and ten minutes.")
        .flag("basic")
        .level(Level::Should)
        .story(invoiced().htlc(half(1)).wait(600));
    case(suite, "part-after-the-time")
        .about("One part times out; the other comes later and waits alone; then a third completes it.")
        .flag("theft")
        .level(Level::Should)
        .story(invoiced().htlc(half(1)).wait(600).htlcs([half(2), half(3)]));
    case(suite, "parts-time-out-with-the-first")
        .about("Two parts of three, thirty seconds apart, and 45 seconds: the time counts from the first, and both fail. (How long a node waits, \
             beyond a minute, is its own choice.)")
        .level(Level::May)
        .story(invoiced().htlc(part("c", 1, 30_000)).wait(30).htlc(part("c", 2, 30_000)).wait(45));
    case(suite, "two-sets-time-out")
        .about("Parts of two sets time out together.")
        .level(Level::Should)
        .story(invoiced().invoice("d", AMOUNT).htlcs([half(1), half_of("d", 1)]).wait(600));
    case(suite, "set-after-timeout-has-its-own-time")
        .about("A part times out; the next set's first part comes, and twenty seconds later its second.")
        .level(Level::Should)
        .story(invoiced().htlc(half(1)).wait(600).htlc(half(2)).wait(20).htlc(half(3)));
    let quarter = |attempt| part("c", attempt, AMOUNT / 4);
    case(suite, "timed-out-part-does-not-count")
        .about("A half times out; two quarters come later: together with the half they would be enough, and are not.")
        .flag("theft")
        .level(Level::Should)
        .story(invoiced().htlc(half(1)).wait(600).htlcs([quarter(2), quarter(3)]));
    case(suite, "replay-of-a-timed-out-part")
        .about("A part times out and its onion comes again: a replay.")
        .story(invoiced().htlc(half(1)).wait(600).htlc(half(1)));
}
