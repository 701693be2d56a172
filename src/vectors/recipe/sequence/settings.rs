//! Settings that change between two HTLCs, and invoices while keysend is off. bLIP 3.

use super::story::*;
use crate::protocol::operation::Settings;

pub fn settings(suite: &mut Suite) {
    suite.section(RECEIVER);
    should(suite, "keysend-off-then-on")
        .about("Keysend is off and an HTLC fails; it is switched on and another of the same hash is claimed.")
        .flag("interoperability")
        .shows(["blip3.receiver.refused", "blip3.receiver.claim"])
        .story(node_with(KEYSEND_OFF).htlc(keysend("a", 1)).settings(KEYSEND_ON).htlc(keysend("a", 2)));
    should(suite, "keysend-on-then-off")
        .about("Keysend is switched off after a claim.")
        .shows(["blip3.receiver.refused", "blip3.receiver.claim"])
        .story(node().htlc(keysend("a", 1)).settings(KEYSEND_OFF).htlc(keysend("b", 1)));
    suite.section(MPP);
    must(suite, "invoice-while-keysend-is-off")
        .about("Keysend is off: invoices are paid all the same.")
        .shows(["bolt4.mpp.complete"])
        .story(node_with(KEYSEND_OFF).invoice("c", AMOUNT).htlc(whole(1)));
    must(suite, "keysend-off-while-parts-are-held")
        .about("Keysend is switched off while a part of an invoice is held: the set is completed.")
        .shows(["bolt4.mpp.complete"])
        .story(invoiced().htlc(half(1)).settings(KEYSEND_OFF).htlc(half(2)));
    may(suite, "invoice-paid-twice-while-keysend-is-off")
        .about("Keysend is off, and an invoice is paid twice.")
        .policy("claimed_hash_again")
        .spec(HASH_PAID)
        .shows(["bolt4.failure.hash-paid"])
        .story(node_with(KEYSEND_OFF).invoice("c", AMOUNT).htlcs([whole(1), whole(2)]));
    let at_the_limit = |name| keysend(name, 1).but(expiry(HEIGHT + 18));
    let raised = Settings { min_final_cltv_expiry_delta: 19, ..KEYSEND_ON };
    must(suite, "delta-raised-between")
        .about("A keysend that expires in 18 blocks is claimed; the delta becomes 19, and the next one expires too soon.")
        .spec(EXPIRY_TOO_SOON)
        .story(node().htlc(at_the_limit("a")).settings(raised).htlc(at_the_limit("b")));
    let lowered = |delta, blocks| {
        let settings = Settings { min_final_cltv_expiry_delta: delta, ..KEYSEND_ON };
        let coming = |attempt| keysend("a", attempt).but(expiry(HEIGHT + blocks));
        node().htlc(coming(1)).settings(settings).htlc(coming(2))
    };
    must(suite, "delta-lowered-between")
        .about("A keysend that expires in 12 blocks expires too soon; the delta becomes 10, and the next one is claimed.")
        .shows(["bolt4.final.expiry-soon"])
        .story(lowered(10, 12));
    must(suite, "delta-lowered-to-0")
        .about("A keysend that expires in 5 blocks expires too soon; the delta becomes 0, and the next one is claimed.")
        .shows(["bolt4.final.expiry-soon"])
        .story(lowered(0, 5));
    must(suite, "blocks-after-settings")
        .about("The settings come once more, as they were; after blocks a keysend that would have been in time expires too soon.")
        .flag("theft")
        .story(node().settings(KEYSEND_ON).height(EXPIRY - 17).htlc(keysend("a", 1)));
    let far_raised = Settings { min_final_cltv_expiry_delta: 200, ..KEYSEND_ON };
    must(suite, "delta-raised-while-a-part-is-held")
        .about("A part is held that expires in 144 blocks, and the delta becomes 200: the part stays, and a second of a later expiry completes the set.")
        .spec(MPP)
        .shows(["bolt4.mpp.complete"])
        .story(invoiced().htlc(half(1)).settings(far_raised).htlc(half(2).but(expiry(HEIGHT + 300))));
}
