//! A node that knows the shared-secret scheme, in which each attempt at a payment has a hash of its own. The post to
//! lightning-dev of 2019-06-09.

use super::story::*;
use crate::blueprint::ordinary;
use crate::protocol::operation::{Profile, Settings, SharedSecret, Switch};
use crate::scheme;

/// What each payment of the scheme shows.
const SCHEME: [&str; 2] = ["post2019.secret", "post2019.hashes"];

pub fn shared_secrets(suite: &mut Suite) {
    suite.section("lightning-dev 2019-06-09");
    let node = || node_with(SHARED_SECRET_ON);
    must(suite, "shared-secret-retry")
        .about("Two attempts of one shared-secret payment: each has a session key and so a hash of its own, and they are two payments.")
        .flag("scheme")
        .shows(SCHEME)
        .story(node().htlcs([shared_secret(1), shared_secret(2)]));
    let half = |attempt| shared_secret(attempt).but(amount_of(AMOUNT / 2)).but(payment_data(AMOUNT));
    may(suite, "shared-secret-retries-do-not-combine")
        .about("Two shared-secret HTLCs, each with half of total_msat: they are no set, and both fail.")
        .flag("scheme")
        .policy("shared_secret_payment_data")
        .spec(ONE_SET_A_HASH)
        .shows(["bolt4.mpp.set"])
        .story(node().htlcs([half(1), half(2)]).wait(A_DAY));
    must(suite, "shared-secret-replay")
        .about("The same shared-secret onion twice.")
        .flag("scheme")
        .policy("replayed_onion")
        .spec(REPLAY)
        .shows(["bolt4.peel.replay", "bolt4.peel.replay-redeem"])
        .story(node().htlcs([shared_secret(1), shared_secret(1)]));
    must(suite, "shared-secret-and-keysend")
        .about("A shared-secret payment and a keysend at one node.")
        .flag("scheme")
        .shows(SCHEME)
        .story(node().htlcs([shared_secret(1), keysend("a", 1)]));
    let other_onion = plain("e", 1).but(|htlc| htlc.pays(shared_secret(1).hash_bytes()));
    must(suite, "shared-secret-hash-in-another-onion")
        .about("The payment hash of an attempt with another onion: its secret does not fit.")
        .flag("scheme")
        .flag("theft")
        .shows(SCHEME)
        .story(node().htlcs([other_onion, shared_secret(1)]));
    let changed =
        |before, after| node_with(before).htlc(shared_secret(1)).settings(after).htlc(shared_secret(2));
    must(suite, "shared-secret-off-then-on")
        .about("The shared-secret scheme is off and an HTLC's hash is unknown; it is switched on, and the next attempt is claimed.")
        .flag("scheme")
        .shows(SCHEME)
        .story(changed(KEYSEND_ON, SHARED_SECRET_ON));
    must(suite, "shared-secret-on-then-off")
        .about("An attempt is claimed; the shared-secret scheme is switched off, and the next attempt's hash is unknown.")
        .flag("scheme")
        .shows(SCHEME)
        .story(changed(SHARED_SECRET_ON, KEYSEND_ON));
    must(suite, "shared-secret-profile-changed")
        .about("A node of the profile bolt4 claims an attempt; as a node of the profile x-only it does not know the next one's hash.")
        .flag("scheme")
        .shows(SCHEME)
        .story(changed(SHARED_SECRET_ON, ordinary::settings(SharedSecret::XOnly)));
    must(suite, "shared-secret-with-keysend-off")
        .about("Keysend is switched off between two shared-secret payments: that is another scheme.")
        .flag("scheme")
        .shows(SCHEME)
        .story(changed(SHARED_SECRET_ON, Settings { keysend: Switch::Refuse, ..SHARED_SECRET_ON }));
    must(suite, "shared-secret-of-an-invoice")
        .about("An invoice has the preimage of a shared-secret payment, which comes without the payment secret and fails; with it, it is claimed.")
        .flag("scheme")
        .flag("theft")
        .spec(PAYMENT_SECRET)
        .shows(["bolt4.failure.payment-secret"])
        .story(
            node()
                .invoice_of(shared_secret_preimage(1), AMOUNT)
                .htlcs([shared_secret(1), shared_secret(1).but(payment_data(AMOUNT))]),
        );
    let x_only = || Payment::shared_secret("node.sequence/x-only/1", Profile::XOnly);
    let point = x_only().onion.shared_point(&x_only().node.secret);
    let preimage = scheme::shared_secret::preimage(&point, scheme::Profile::XOnly).0;
    must(suite, "x-only-shared-secret-of-an-invoice")
        .about("An invoice has the preimage of a shared-secret payment of the profile x-only, which comes without the payment secret and fails; with it, it is claimed.")
        .flag("scheme")
        .flag("theft")
        .spec(PAYMENT_SECRET)
        .shows(["bolt4.failure.payment-secret"])
        .story(
            node_with(ordinary::settings(SharedSecret::XOnly))
                .invoice_of(preimage, AMOUNT)
                .htlcs([x_only(), x_only().but(payment_data(AMOUNT))]),
        );
    let too_low = shared_secret(1).but(|htlc| htlc.amount -= 1);
    let other_payload = shared_secret(1).but(|htlc| htlc.payload().put(101, *b"x"));
    must(suite, "shared-secret-same-session-key-after-a-low-amount")
        .about("A shared-secret payment of one msat too little fails; another of the same session key, and so of the same hash, has enough.")
        .flag("scheme")
        .spec(AMOUNT_TOO_LOW)
        .shows(["post2019.secret", "bolt2.add.same-hash"])
        .story(node().htlcs([too_low, other_payload]));
}
