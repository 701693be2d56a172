//! An HTLC that was rejected leaves no trace: what is held for its hash goes on waiting, and its hash can be paid. Only its
//! HMAC counts as received. BOLT 4, "Basic Multi-Part Payments" and "Onion Decryption".

use super::story::*;
use crate::blueprint::ordinary;
use crate::vectors::recipe::payment::{CURRENT_PATH_KEY, OUTGOING_CLTV_VALUE};

pub fn traces(suite: &mut Suite) {
    held_parts(suite);
    replays(suite);
    claims(suite);
}

/// A part is held, an HTLC of its hash fails, and another part completes the set.
fn held_parts(suite: &mut Suite) {
    suite.section(MPP);
    let mut held = |name: &str, about: &str, change: fn(&mut Payment)| {
        must(suite, format!("wrong-part-leaves-the-set-{name}"))
            .about(format!("A part is held; one {about} fails; a third completes the set."))
            .flag("theft")
            .shows(["bolt4.mpp.set", "bolt4.mpp.complete"])
            .story(invoiced().htlcs([half(1), half(2).but(change), half(3)]));
    };
    held("hmac", "whose HMAC is wrong", |htlc| htlc.onion.flip(1365, 0x01));
    held("no-expiry", "without outgoing_cltv_value", |htlc| htlc.payload().drop(OUTGOING_CLTV_VALUE));
    held("current-path-key", "with a current_path_key", |htlc| {
        htlc.payload().put(CURRENT_PATH_KEY, ordinary::session_public(3));
    });
    should(suite, "wrong-part-leaves-the-set-total-above-twice")
        .about("A part is held; one whose total is more than twice the invoice's amount fails; a third completes the set.")
        .flag("theft")
        .shows(["bolt4.failure.amount-far-above", "bolt4.mpp.set", "bolt4.mpp.complete"])
        .story(invoiced().htlcs([half(1), half(2).but(payment_data(2 * AMOUNT + 1)), half(3)]));
    should(suite, "part-of-three-expiry-2-to-16-above-height")
        .about("Three parts, of which the second expires 2^16 blocks above the height: the first and the third reach the total.")
        .policy("far_expiry")
        .spec("02-peer-protocol.md:2575-2576")
        .shows(["bolt2.forward.expiry-far", "bolt4.mpp.complete"])
        .story(invoiced().htlcs([
            part("c", 1, 30_000),
            part("c", 2, 30_000).but(|htlc| htlc.expiry = HEIGHT + 65_536),
            part("c", 3, 70_000),
        ]));
}

/// A replay neither counts nor ends what it repeats.
fn replays(suite: &mut Suite) {
    suite.section(REPLAY);
    must(suite, "replay-of-a-held-part-then-two-others")
        .about("A part of 40000 of 100000 msat is held, and its onion comes again: a replay. Another such part is held, and one of 20000 msat completes the set.")
        .flag("theft")
        .shows(["bolt4.peel.replay", "bolt4.mpp.incomplete", "bolt4.mpp.complete"])
        .story(invoiced().htlcs([
            part("c", 1, 40_000),
            part("c", 1, 40_000),
            part("c", 2, 40_000),
            part("c", 3, 20_000),
        ]));
    let too_low = || keysend("a", 1).but(|htlc| htlc.amount -= 1);
    must(suite, "replay-of-a-low-amount-then-ordinary")
        .about("A keysend of one msat too little fails, its onion comes again, and then a new one of enough.")
        .flag("theft")
        .shows(["bolt4.peel.replay", "blip3.receiver.claim"])
        .story(node().htlcs([too_low(), too_low(), keysend("a", 2)]));
}

/// What fails after a claim takes nothing of it away.
fn claims(suite: &mut Suite) {
    may(suite, "claimed-again-after-a-replay")
        .about("A keysend is claimed and its onion comes again; then a new onion of the same preimage comes.")
        .policy("replayed_onion")
        .policy("claimed_hash_again")
        .spec(HASH_PAID)
        .shows(["bolt4.failure.hash-paid", "bolt4.peel.replay-redeem", "bolt4.peel.replay"])
        .story(node().htlcs([keysend("a", 1), keysend("a", 1), keysend("a", 2)]));
    let other =
        keysend("b", 1).but(|htlc| htlc.in_transit = Some(|htlc| htlc.payment_hash = hash("a").into()));
    must(suite, "packet-of-another-payment-for-a-claimed-hash")
        .about("A keysend is claimed; then a packet that was made for another payment comes with its payment hash: it is no replay, and nothing is redeemed.")
        .flag("theft")
        .spec("04-onion-routing.md:928-933")
        .shows(["bolt4.peel.hmac", "bolt2.add.associated-data"])
        .story(node().htlcs([keysend("a", 1), other]));
}
