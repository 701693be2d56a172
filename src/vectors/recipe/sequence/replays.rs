//! Onions that come again. Only what was authenticated counts as received. BOLT 4, "Onion Decryption".

use super::story::*;

pub fn replays(suite: &mut Suite) {
    let one = || keysend("a", 1);
    suite.section(REPLAY);
    must(suite, "replay-after-claim")
        .about("The same onion again after it was claimed.")
        .flag("interoperability")
        .policy("replayed_onion")
        .shows(["bolt4.peel.replay", "bolt4.peel.replay-redeem"])
        .story(node().htlcs([one(), one()]));
    let other_hash = || one().but(|htlc| htlc.in_transit = Some(|htlc| htlc.payment_hash = hash("b").into()));
    must(suite, "replay-with-another-hash")
        .about("The same onion with another payment hash.")
        .shows(["bolt4.peel.replay", "bolt2.add.associated-data"])
        .story(node().htlcs([one(), other_hash()]));
    should(suite, "other-hash-first")
        .about("An onion with a payment hash that it was not made for, then with the right one. BOLT 4 says \"received\"; that only authenticated packets count is our reading.")
        .flag("theft")
        .shows(["bolt2.add.associated-data"])
        .story(node().htlcs([other_hash(), one()]));
    must(suite, "replay-after-a-low-amount")
        .about("An onion that was rejected for its HTLC's amount, then with the right amount: a replay.")
        .shows(["bolt4.peel.replay"])
        .story(node().htlcs([one().but(|htlc| htlc.amount -= 1), one()]));
    let damaged = || one().but(|htlc| htlc.onion.flip(700, 0x01));
    should(suite, "flipped-packet-first")
        .about("The packet with one bit of hop_payloads flipped, then as it was. BOLT 4 says \"received\"; that only authenticated packets count is our reading.")
        .flag("theft")
        .story(node().htlcs([damaged(), one()]));
    may(suite, "flipped-packet-after")
        .about("The packet as it was, then with one bit of hop_payloads flipped.")
        .policy("replayed_onion")
        .shows(["bolt4.peel.replay", "bolt4.peel.replay-redeem"])
        .story(node().htlcs([one(), damaged()]));
    let same_session_key = keysend("b", 1).but(|htlc| htlc.route().session_key = one().route().session_key);
    must(suite, "same-session-key-twice")
        .about("Two keysends of a payer who uses one session key twice: the second is no replay, since its HMAC is another.")
        .shows(["bolt4.peel.replay"])
        .story(node().htlcs([one(), same_session_key]));
    must(suite, "replay-of-a-held-part-after-a-block")
        .about(
            "A part of a set that is held, a block, and the same onion again: it must not complete the set.",
        )
        .flag("theft")
        .story(invoiced().htlc(half(1)).height(HEIGHT + 1).htlc(half(1)));
    must(suite, "replay-of-a-held-part")
        .about("A part of a set that is held, and the same onion again: it must not complete the set.")
        .flag("theft")
        .story(invoiced().htlcs([half(1), half(1)]));
}
