//! Blocks between HTLCs: an HTLC's expiry is compared with the height at which it arrives. BOLT 4, "`payload` format".

use super::story::*;
use crate::vectors::recipe::suite::Suite;

/// The last height at which the ordinary HTLC does not expire too soon.
const LAST_HEIGHT: u32 = EXPIRY - 18;

pub fn blocks(suite: &mut Suite) {
    suite.section(EXPIRY_TOO_SOON);
    case(suite, "blocks-between")
        .about("A keysend that would be in time comes after blocks were found: it expires too soon.")
        .flag("theft")
        .story(node().height(LAST_HEIGHT + 1).htlc(keysend("a", 1)));
    case(suite, "blocks-between-just-in-time")
        .about("The same with one block less.")
        .shows(["bolt4.final.expiry-soon"])
        .story(node().height(LAST_HEIGHT).htlc(keysend("a", 1)));
    case(suite, "blocks-between-parts")
        .about("Blocks between two parts: the second one expires too soon and does not count.")
        .story(invoiced().htlc(half(1)).height(LAST_HEIGHT + 1).htlc(half(2)).wait(600));
    let in_time_again = node().height(LAST_HEIGHT + 1).htlc(keysend("a", 1)).height(LAST_HEIGHT);
    case(suite, "blocks-go-back")
        .about("A height at which a keysend expires too soon, then a reorganisation to a lower one, and the keysend in a new onion.")
        .story(in_time_again.htlc(keysend("a", 2)));
    let mismatch = |attempt| keysend("a", attempt).but(preimage_flipped(0));
    case(suite, "failure-names-the-new-height")
        .about("A preimage that does not fit, a block, and another: each failure names the height of its own time.")
        .spec("blip-0003.md:40-42")
        .story(node().htlc(mismatch(1)).height(HEIGHT + 1).htlc(mismatch(2)));
}
