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
    after_a_claim(suite);
    forwarded_before(suite);
}

/// Packets of an onion that was claimed. A node may redeem it, but only what it can read.
fn after_a_claim(suite: &mut Suite) {
    let one = || keysend("a", 1);
    must(suite, "replay-of-a-claim-with-version-1")
        .about("An onion is claimed, and its packet comes again with the version 1: it fails, also where a replay is claimed.")
        .flag("theft")
        .spec("04-onion-routing.md:912-913")
        .also(&["c004", "c005"])
        .shows(["bolt4.peel.version"])
        .story(node().htlcs([one(), one().but(|htlc| htlc.onion.flip(0, 0x01))]));
    must(suite, "replay-of-a-claim-with-public-key-prefix-09")
        .about("An onion is claimed, and its packet comes again with the prefix 09 in its public key: it fails, also where a replay is claimed.")
        .flag("theft")
        .spec("04-onion-routing.md:914-915")
        .also(&["c006", "c005"])
        .shows(["bolt4.peel.public-key"])
        .story(node().htlcs([one(), one().but(|htlc| htlc.in_transit = Some(|htlc| htlc.packet.0[1] = 9))]));
    let mut redeemed = |name: &str, about: &str, story: Story| {
        may(suite, name)
            .about(about)
            .policy("replayed_onion")
            .shows(["bolt4.peel.replay-redeem", "bolt4.peel.replay"])
            .story(story);
    };
    redeemed(
        "replay-of-a-claim-twice",
        "An onion is claimed and comes again twice.",
        node().htlcs([one(), one(), one()]),
    );
    redeemed(
        "replay-with-the-hash-of-another-claim",
        "Two keysends are claimed, and the onion of the first comes again with the payment hash of the second.",
        node().htlcs([
            one(),
            keysend("b", 1),
            one().but(|htlc| htlc.in_transit = Some(|htlc| htlc.payment_hash = hash("b").into())),
        ]),
    );
    redeemed(
        "replay-of-a-claim-after-its-expiry",
        "An onion is claimed, blocks are found beyond its HTLC's expiry, and the same HTLC comes again.",
        node().htlc(one()).height(EXPIRY + 1).htlc(one()),
    );
    type InTransit = fn(&mut crate::protocol::operation::Htlc);
    let changed: [(&str, &str, InTransit); 3] = [
        ("hop-payloads-changed", "with the first byte of its hop_payloads changed", |htlc| {
            htlc.packet.0[34] ^= 1
        }),
        ("last-byte-of-hop-payloads-changed", "with the last byte of its hop_payloads changed", |htlc| {
            htlc.packet.0[1333] ^= 1;
        }),
        ("other-public-key", "with the public key of another packet", |htlc| {
            htlc.packet.0[1..34].copy_from_slice(&crate::blueprint::ordinary::session_public(3));
        }),
    ];
    for (name, how, in_transit) in changed {
        redeemed(
            &format!("replay-of-a-claim-with-{name}"),
            &format!(
                "An onion is claimed and comes again {how}: its HMAC was received before, and that is checked first."
            ),
            node().htlcs([one(), one().but(|htlc| htlc.in_transit = Some(in_transit))]),
        );
    }
    let too_little = || keysend("a", 2).but(|htlc| htlc.amount -= 1);
    redeemed(
        "replay-of-a-failed-onion-after-a-claim",
        "An onion fails for its HTLC's amount, another of the same preimage is claimed, and the first comes again.",
        node().htlcs([too_little(), one(), too_little()]),
    );
}

/// Onions that were forwarded long ago.
fn forwarded_before(suite: &mut Suite) {
    let passing = |name: &str| plain(name, 1).but(forwarded);
    must(suite, "replay-of-a-forwarded-onion-after-20-others")
        .about("An HTLC is forwarded; after twenty others its onion comes again: a replay.")
        .shows(["bolt4.peel.replay"])
        .story(
            node()
                .htlc(passing("a"))
                .htlcs((0..20).map(|number| passing(&format!("passing-{number}"))))
                .htlc(passing("a")),
        );
    must(suite, "replay-of-a-forwarded-onion-after-20000-blocks")
        .about("An HTLC is forwarded; 20000 blocks later its onion comes again in an HTLC that expires later still: a replay.")
        .shows(["bolt4.peel.replay"])
        .story(
            node()
                .htlc(passing("a"))
                .height(HEIGHT + 20_000)
                .htlc(passing("a").but(|htlc| htlc.expiry = EXPIRY + 20_000)),
        );
}
