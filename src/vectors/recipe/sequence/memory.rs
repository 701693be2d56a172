//! What a node remembers, how long, and across what: onions that it has read, whatever became of them, and hashes that it has
//! claimed. BOLT 4, "Onion Decryption" and "Failure Messages".

use super::story::*;
use crate::blueprint::ordinary;
use crate::protocol::operation::Settings;
use crate::vectors::recipe::payment::{AMT_TO_FORWARD, ENCRYPTED_RECIPIENT_DATA, OUTGOING_CLTV_VALUE};

pub fn memory(suite: &mut Suite) {
    onions_that_failed(suite);
    onions_of_before(suite);
    redeemed(suite);
    claims(suite);
}

/// Far enough that nothing expires in these stories.
const FAR: u32 = HEIGHT + 1500;

fn replay(suite: &mut Suite, name: &str, about: &str, story: Story) {
    must(suite, name).about(about).spec(REPLAY).shows(["bolt4.peel.replay"]).story(story);
}

/// An onion that was authenticated is received, whatever was wrong with what was in it.
fn onions_that_failed(suite: &mut Suite) {
    let mut twice = |name: &str, about: &str, htlc: Payment| {
        let about = format!("{about}, and the same onion again: a replay.");
        replay(suite, &format!("replay-after-{name}"), &about, node().htlcs([htlc.clone(), htlc]));
    };
    let one = || keysend("a", 1);
    twice("forwarding", "An HTLC is forwarded", one().but(forwarded));
    twice(
        "forwarding-without-a-record",
        "An HTLC without a keysend record is forwarded",
        plain("a", 1).but(forwarded),
    );
    twice(
        "an-unknown-even-record",
        "A payload has a record of type 24",
        one().but(|htlc| htlc.payload().put(24, *b"x")),
    );
    twice(
        "a-short-record",
        "A keysend record has 31 bytes",
        one().but(|htlc| htlc.record(KEYSEND).resize(31)),
    );
    twice(
        "a-missing-amount",
        "A payload has no amt_to_forward",
        one().but(|htlc| htlc.payload().drop(AMT_TO_FORWARD)),
    );
    twice(
        "a-missing-expiry",
        "A payload has no outgoing_cltv_value",
        one().but(|htlc| htlc.payload().drop(OUTGOING_CLTV_VALUE)),
    );
    twice(
        "a-blinded-record",
        "A payload has encrypted_recipient_data",
        one().but(|htlc| htlc.payload().put(ENCRYPTED_RECIPIENT_DATA, [7; 40])),
    );
    twice("an-empty-payload", "A payload's length is 0", one().but(|htlc| htlc.onion.prefix(0, 1)));
    let mut then = |name: &str, about: &str, story: Story| {
        replay(suite, &format!("replay-after-{name}"), about, story);
    };
    then(
        "an-early-expiry",
        "An HTLC expires too soon, and its onion comes again in one that does not: a replay.",
        node().htlcs([one().but(outgoing_1).but(|htlc| htlc.expiry = HEIGHT + 17), one().but(outgoing_1)]),
    );
    then(
        "a-low-expiry",
        "An HTLC expires before outgoing_cltv_value, and its onion comes again in one that does not: a replay.",
        node().htlcs([one().but(|htlc| htlc.expiry -= 1), one()]),
    );
    then(
        "keysend-was-off",
        "Keysend is off and an HTLC fails; it is switched on, and the same onion comes again: a replay.",
        node_with(KEYSEND_OFF).htlc(one()).settings(KEYSEND_ON).htlc(one()),
    );
    then(
        "an-unknown-hash",
        "A payment comes before its invoice is issued, and the same onion after it: a replay.",
        node().htlc(whole(1)).invoice("c", AMOUNT).htlc(whole(1)),
    );
    then(
        "the-shared-secret-was-off",
        "The shared-secret scheme is off and an HTLC fails; it is switched on, and the same onion comes again: a replay.",
        node().htlc(shared_secret(1)).settings(SHARED_SECRET_ON).htlc(shared_secret(1)),
    );
    then(
        "totals-differ",
        "A set fails for different totals, and the onions of both parts come again: replays.",
        invoiced().htlcs([
            half(1),
            half(2).but(payment_data(AMOUNT + 1)),
            half(1),
            half(2).but(payment_data(AMOUNT + 1)),
        ]),
    );
    then(
        "a-failed-part-of-a-held-set",
        "A part whose HTLC has too little fails while another is held; its onion comes again in an HTLC of enough: it must not complete the set.",
        invoiced().htlcs([half(1), half(2).but(|htlc| htlc.amount -= 1), half(2)]),
    );
}

fn outgoing_1(htlc: &mut Payment) {
    htlc.payload().put_integer(OUTGOING_CLTV_VALUE, 1);
}

/// Not only the onion before, and not only for a while.
fn onions_of_before(suite: &mut Suite) {
    let held = || half(1).but(expiry(FAR));
    let mut later = |name: &str, about: &str, between: fn(Story) -> Story| {
        let held_before = between(invoiced().htlc(held())).htlc(held());
        let about =
            format!("A part is held, {about}, and the same onion again: it must not complete the set.");
        replay(suite, &format!("replay-of-a-held-part-after-{name}"), &about, held_before);
    };
    later("five-others", "five other HTLCs come", |story| {
        story.htlcs(["a", "b", "d", "e", "f"].map(|name| keysend(name, 1)))
    });
    later("other-settings", "the settings change", |story| story.settings(KEYSEND_OFF));
    later("500-blocks", "500 blocks are found", |story| story.height(HEIGHT + 500));
    later("50-seconds", "50 seconds pass", |story| story.wait(50));
    let forwarded = || keysend("a", 1).but(forwarded).but(expiry(FAR));
    replay(
        suite,
        "replay-of-a-forwarded-onion-after-a-day",
        "An HTLC is forwarded; a day and 144 blocks later its onion comes again, long before its expiry: a replay.",
        node().htlc(forwarded()).wait(A_DAY).height(HEIGHT + 144).htlc(forwarded()),
    );
    replay(
        suite,
        "replay-of-a-forwarded-onion-after-others",
        "An HTLC is forwarded; after four others its onion comes again: a replay.",
        node().htlc(forwarded()).htlcs(["b", "c", "d", "e"].map(|name| keysend(name, 1))).htlc(forwarded()),
    );
    must(suite, "replay-with-version-1")
        .about("A packet is forwarded and comes again with the version 1: it fails for either reason.")
        .spec("04-onion-routing.md:912-913")
        .also(&["c004", "c005"])
        .story(node().htlcs([forwarded(), forwarded().but(|htlc| htlc.onion.flip(0, 0x01))]));
    let with_path_key = |htlc: Payment| {
        htlc.but(|htlc| {
            htlc.in_transit = Some(|htlc| htlc.path_key = Some(ordinary::session_public(3).into()))
        })
    };
    must(suite, "replay-with-a-path-key")
        .about("A packet is forwarded and comes again, now with a path key: the failure is invalid_onion_blinding.")
        .spec("04-onion-routing.md:1434-1435")
        .shows(["bolt4.failure.path-key", "bolt4.peel.replay"])
        .story(node().htlcs([forwarded(), with_path_key(forwarded())]));
}

/// A node that redeems a replay at once asks for nothing but a known preimage.
fn redeemed(suite: &mut Suite) {
    suite.section(REPLAY);
    let mut case = |name: &str, about: &str, story: Story| {
        may(suite, name)
            .about(about)
            .policy("replayed_onion")
            .shows(["bolt4.peel.replay-redeem", "bolt4.peel.replay"])
            .story(story);
    };
    let one = || keysend("a", 1);
    case(
        "replay-of-a-claim-for-less",
        "An onion is claimed and comes again in an HTLC of 1 msat.",
        node().htlcs([one(), one().but(|htlc| htlc.amount = 1)]),
    );
    case(
        "replay-of-a-claim-that-expires-soon",
        "An onion is claimed and comes again in an HTLC that expires in the next block.",
        node().htlcs([one(), one().but(|htlc| htlc.expiry = HEIGHT + 1)]),
    );
    case(
        "replay-of-a-claim-while-keysend-is-off",
        "An onion is claimed, keysend is switched off, and it comes again.",
        node().htlc(one()).settings(KEYSEND_OFF).htlc(one()),
    );
    case(
        "replay-of-a-claimed-part",
        "A set is claimed, and the onion of its first part comes again.",
        invoiced().htlcs([half(1), half(2), half(1)]),
    );
    case(
        "replay-of-a-paid-invoice",
        "An invoice is paid, and the same onion comes again.",
        invoiced().htlcs([whole(1), whole(1)]),
    );
    case(
        "replay-of-a-claim-after-others",
        "Five keysends are claimed, and the onion of the first comes again.",
        node().htlc(one()).htlcs(["b", "c", "d", "e"].map(|name| keysend(name, 1))).htlc(one()),
    );
    case(
        "replay-of-a-claim-with-a-path-key",
        "An onion is claimed and comes again with a path key.",
        node().htlcs([
            one(),
            one().but(|htlc| {
                htlc.in_transit = Some(|htlc| htlc.path_key = Some(ordinary::session_public(3).into()))
            }),
        ]),
    );
}

/// A hash that was claimed stays so.
fn claims(suite: &mut Suite) {
    suite.section(HASH_PAID);
    let one = |attempt| keysend("a", attempt).but(expiry(FAR));
    let mut again = |name: &str, about: &str, between: fn(Story) -> Story| {
        may(suite, format!("claimed-again-after-{name}"))
            .about(format!("A keysend is claimed; {about}, and a new onion of the same preimage comes."))
            .policy("claimed_hash_again")
            .story(between(node().htlc(one(1))).htlc(one(2)));
    };
    again("four-others", "four others are claimed", |story| {
        story.htlcs(["b", "c", "d", "e"].map(|name| keysend(name, 1)))
    });
    again("a-day", "a day passes", |story| story.wait(A_DAY));
    again("500-blocks", "500 blocks are found", |story| story.height(HEIGHT + 500));
    again("other-settings", "the settings change and change back", |story| {
        story.settings(Settings { min_final_cltv_expiry_delta: 42, ..KEYSEND_OFF }).settings(KEYSEND_ON)
    });
    let mut case = |name: &str, about: &str, story: Story| {
        may(suite, name).about(about).policy("claimed_hash_again").story(story);
    };
    case(
        "keysend-of-a-paid-invoice",
        "An invoice is paid; then a keysend of its preimage comes without its payment secret.",
        invoiced().htlcs([whole(1), keysend("c", 2)]),
    );
    let later = keysend("a", 2).but(expiry(EXPIRY + 10_000));
    case(
        "claimed-again-after-10000-blocks",
        "A keysend is claimed; 10000 blocks are found, and a new onion of the same preimage comes.",
        node().htlc(keysend("a", 1)).height(HEIGHT + 10_000).htlc(later),
    );
    case(
        "invoice-paid-again-for-less",
        "An invoice is paid, and again with a total that is one msat less than its amount.",
        invoiced().htlcs([whole(1), whole(2).but(amount_of(AMOUNT - 1)).but(payment_data(AMOUNT - 1))]),
    );
    let other_payload = shared_secret(1).but(|htlc| htlc.payload().put(101, *b"x"));
    case(
        "shared-secret-same-session-key-twice",
        "Two shared-secret payments of one session key, and so of one hash, in two onions.",
        node_with(SHARED_SECRET_ON).htlcs([shared_secret(1), other_payload]),
    );
    may(suite, "claimed-again-without-a-record")
        .about("A node that knows both schemes claims a keysend; an HTLC of the same hash comes with neither record nor payment secret.")
        .flag("theft")
        .shows(["bolt4.failure.hash-paid", "bolt4.failure.hash-unknown"])
        .story(node_with(SHARED_SECRET_ON).htlcs([keysend("a", 1), plain("a", 2)]));
    let as_keysend = keysend("a", 3).but(|htlc| htlc.pays(shared_secret(1).hash_bytes()));
    must(suite, "shared-secret-after-a-keysend-that-does-not-fit")
        .about("A keysend of a shared-secret payment's hash does not fit; then that payment comes.")
        .flag("scheme")
        .spec(RECEIVER)
        .shows(["blip3.receiver.mismatch", "post2019.secret"])
        .story(node_with(SHARED_SECRET_ON).htlcs([as_keysend, shared_secret(1)]));
}
