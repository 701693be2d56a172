//! Keysends, one after the other, and keysends after an HTLC that was rejected: it must leave nothing behind. bLIP 3.

use super::story::*;

pub fn keysends(suite: &mut Suite) {
    in_turn(suite);
    after_a_rejection(suite);
}

fn in_turn(suite: &mut Suite) {
    suite.section(RECEIVER);
    must(suite, "one-keysend")
        .about("One keysend.")
        .flag("basic")
        .shows(["blip3.receiver.claim", "bolt2.remove.soon"])
        .story(node().htlc(keysend("a", 1)));
    must(suite, "second-keysend-other-preimage")
        .about("Two keysends with different preimages: both are claimed.")
        .flag("basic")
        .shows(["blip3.receiver.claim"])
        .story(node().htlcs([keysend("a", 1), keysend("b", 1)]));
    suite.section(HASH_PAID);
    may(suite, "second-keysend-same-preimage")
        .about("A second keysend with a preimage that was claimed, in a new onion.")
        .flag("interoperability")
        .policy("claimed_hash_again")
        .story(node().htlcs([keysend("a", 1), keysend("a", 2)]));
    may(suite, "second-keysend-same-preimage-after-a-block")
        .about("A keysend, a block, and a second keysend with the same preimage, in a new onion.")
        .policy("claimed_hash_again")
        .story(node().htlc(keysend("a", 1)).height(HEIGHT + 1).htlc(keysend("a", 2)));
    may(suite, "third-keysend-other-preimage")
        .about("Three keysends, the second with the preimage of the first: the third is not affected.")
        .policy("claimed_hash_again")
        .story(node().htlcs([keysend("a", 1), keysend("a", 2), keysend("b", 1)]));
    may(suite, "two-keysends-one-payment-secret")
        .about("Two keysends whose payment_data has the same secret: they are two payments.")
        .flag("interoperability")
        .policy("keysend_payment_data")
        .spec(ONE_SET_A_HASH)
        .shows(["bolt4.mpp.set", "bolt4.reader.payment-data"])
        .story(node().htlcs(["a", "b"].map(|name| keysend(name, 3).but(payment_data(AMOUNT)))));
    may(suite, "keysend-part-that-stays-alone")
        .about("One keysend HTLC with half of total_msat, and a day: a node that holds it must let go.")
        .flag("interoperability")
        .policy("keysend_payment_data")
        .spec(MPP)
        .story(node().htlc(keysend("a", 4).but(payment_data(2 * AMOUNT))).wait(A_DAY));
}

fn after_a_rejection(suite: &mut Suite) {
    let then_valid = |first: Payment| node().htlcs([first, keysend("a", 1)]);
    suite.section(RECEIVER);
    must(suite, "junk-preimage-then-ordinary")
        .about("A keysend with a junk preimage, then the valid one of the same hash.")
        .flag("theft")
        .shows(["blip3.receiver.claim", "bolt2.add.same-hash"])
        .story(then_valid(keysend("a", 2).but(flipped(KEYSEND, 31))));
    let with_hash = |name, attempt| keysend("a", attempt).but(|htlc| htlc.pays(hash(name)));
    must(suite, "one-preimage-two-wrong-hashes-then-ordinary")
        .about("A preimage with two payment hashes that it does not fit, then with its own: each HTLC has an answer.")
        .flag("theft")
        .shows(["blip3.receiver.claim", "bolt2.add.same-hash"])
        .story(node().htlcs([with_hash("b", 3), with_hash("c", 4), keysend("a", 1)]));
    must(suite, "too-soon-then-ordinary")
        .about("A keysend that expires one block too soon, then one that does not.")
        .spec(EXPIRY_TOO_SOON)
        .shows(["blip3.receiver.claim", "bolt2.add.same-hash"])
        .story(then_valid(keysend("a", 5).but(expiry(HEIGHT + 17))));
    must(suite, "too-low-then-ordinary")
        .about("A keysend of one msat too little, then in a new onion of enough.")
        .spec(AMOUNT_TOO_LOW)
        .shows(["blip3.receiver.claim", "bolt2.add.same-hash"])
        .story(then_valid(keysend("a", 6).but(|htlc| htlc.amount -= 1)));
    must(suite, "short-preimage-then-ordinary")
        .about("A keysend record of 31 bytes, then the valid one.")
        .shows(["bolt1.tlv.known-length", "blip3.receiver.claim"])
        .story(then_valid(keysend("a", 7).but(|htlc| htlc.record(KEYSEND).resize(31))));
    must(suite, "forwarded-then-ordinary")
        .about("An HTLC to be forwarded that carries a keysend record, then a keysend of that preimage: forwarding claims nothing.")
        .flag("theft")
        .spec("04-onion-routing.md:949-957")
        .shows(["blip3.receiver.claim", "bolt2.add.same-hash"])
        .story(then_valid(keysend("a", 8).but(forwarded)));
}
