//! Blinded routes from one HTLC to the next: what was read of one says nothing of another, and their onions are remembered.
//! BOLT 4, "Route Blinding" and "Onion Decryption".

use super::story::*;
use crate::blueprint::Stream;
use crate::vectors::recipe::blinded_route::{PathKey, blind, relay_data, tell};
use crate::vectors::recipe::payment::SHORT_CHANNEL_ID;

pub fn blinded(suite: &mut Suite) {
    let relayed = |path_key| {
        plain("b", 1).but(forwarded).but(|payment| {
            *payment.payload() = Stream::default();
            blind(payment, path_key);
            tell(payment, &relay_data());
        })
    };
    must(suite, "replay-within-a-blinded-route")
        .about("An HTLC with a path key goes on in a blinded route, and its onion comes again: a replay.")
        .flag("blinded-path")
        .policy("blinded_routes")
        .spec(REPLAY)
        .shows(["bolt4.peel.replay"])
        .story(node().htlcs([relayed(PathKey::InTheHtlc), relayed(PathKey::InTheHtlc)]));
    let out_of_order =
        plain("d", 1).but(forwarded).but(|htlc| htlc.payload().move_to_front(SHORT_CHANNEL_ID));
    may(suite, "unreadable-payload-after-a-blinded-route-begins")
        .about("An HTLC goes on in a blinded route that begins at the node; one without a blinded route has its records out of order.")
        .flag("blinded-path")
        .policy("blinded_routes")
        .spec("04-onion-routing.md:1445-1448")
        .shows(["bolt4.failure.payload"])
        .story(node().htlcs([relayed(PathKey::InThePayload), out_of_order]));
}
