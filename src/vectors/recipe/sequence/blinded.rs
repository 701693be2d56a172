//! Blinded routes from one HTLC to the next: what was read of one says nothing of another, and their onions are remembered.
//! BOLT 4, "Route Blinding" and "Onion Decryption".

use super::story::*;
use crate::blueprint::{Stream, label};
use crate::bolt4::blinded::{seal, types};
use crate::vectors::recipe::blinded_route::{PathKey, blind, relay_data, tell};
use crate::vectors::recipe::payment::{ENCRYPTED_RECIPIENT_DATA, SHORT_CHANNEL_ID};
use crate::vectors::recipe::suite::Draft;

pub fn blinded(suite: &mut Suite) {
    must(suite, "replay-within-a-blinded-route")
        .about("An HTLC with a path key goes on in a blinded route, and its onion comes again: a replay.")
        .flag("blinded-path")
        .policy("blinded_routes")
        .spec(REPLAY)
        .shows(["bolt4.peel.replay"])
        .story(node().htlcs([relayed(1, PathKey::InTheHtlc), relayed(1, PathKey::InTheHtlc)]));
    let out_of_order =
        plain("d", 1).but(forwarded).but(|htlc| htlc.payload().move_to_front(SHORT_CHANNEL_ID));
    may(suite, "unreadable-payload-after-a-blinded-route-begins")
        .about("An HTLC goes on in a blinded route that begins at the node; one without a blinded route has its records out of order.")
        .flag("blinded-path")
        .policy("blinded_routes")
        .spec("04-onion-routing.md:1445-1448")
        .shows(["bolt4.failure.payload"])
        .story(node().htlcs([relayed(1, PathKey::InThePayload), out_of_order]));
    in_turn(suite);
}

/// An HTLC for the hash `b` that goes on in a blinded route.
fn relayed(attempt: u32, path_key: PathKey) -> Payment {
    plain("b", attempt).but(forwarded).but(|payment| {
        *payment.payload() = Stream::default();
        blind(payment, path_key);
        tell(payment, &relay_data());
    })
}

fn relays<'a>(suite: &'a mut Suite, name: &str, about: &str) -> Draft<'a, Story> {
    may(suite, name)
        .about(about)
        .flag("blinded-path")
        .policy("blinded_routes")
        .spec("04-onion-routing.md:294-320,535-540")
        .shows(["bolt4.blinded.decrypts", "bolt9.features.route-blinding"])
}

/// Each HTLC has its own path key and its own secrets, and what goes on decides nothing about what comes.
fn in_turn(suite: &mut Suite) {
    let of_another_route = relayed(2, PathKey::InTheHtlc).but(|payment| {
        let secret = label::secret("blinded_route/another_path_secret");
        payment.onion.path_key = Some(secret.public_key().encode());
        let mut data = relay_data();
        data.put(types::SHORT_CHANNEL_ID, [0x0c, 0x35, 0, 0, 0, 1, 0, 9]);
        let encrypted = seal(&secret, &payment.node.secret.public_key(), &data.bytes());
        payment.payload().put(ENCRYPTED_RECIPIENT_DATA, encrypted);
    });
    relays(
        suite,
        "two-blinded-routes",
        "HTLCs of two blinded routes, with path keys of their own, go on over two channels.",
    )
    .story(node().htlcs([relayed(1, PathKey::InTheHtlc), of_another_route]));
    relays(
        suite,
        "keysend-between-two-blinded-relays",
        "An HTLC goes on in a blinded route, a keysend of the same hash is claimed, and another HTLC of that hash goes on.",
    )
    .shows(["blip3.receiver.claim"])
    .story(node().htlcs([
        relayed(1, PathKey::InTheHtlc),
        keysend("b", 2),
        relayed(3, PathKey::InTheHtlc),
    ]));
    let same_session_key = relayed(1, PathKey::InTheHtlc)
        .but(|htlc| htlc.route().session_key = shared_secret(1).route().session_key);
    relays(
        suite,
        "shared-secret-with-the-session-key-of-a-blinded-relay",
        "An HTLC with a path key goes on in a blinded route; a shared-secret payment of the same session key comes without one.",
    )
    .flag("scheme")
    .shows(["post2019.secret", "bolt4.peel.path-key"])
    .story(node_with(SHARED_SECRET_ON).htlcs([same_session_key, shared_secret(1)]));
}
