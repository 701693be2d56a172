//! A node from one event to the next: replays, hashes that were claimed, invoices beside keysends, sets of HTLCs, time and
//! blocks that pass. Every event has an answer, and an HTLC that was rejected leaves nothing behind.
//! BOLT 4, "Onion Decryption", "Basic Multi-Part Payments" and "Failure Messages"; bLIP 3.

mod amp;
mod blinded;
mod clock;
mod crossing;
mod invoice_rules;
mod invoices;
mod keysend_sets;
mod keysends;
mod kinds;
mod memory;
mod replays;
mod set_rules;
mod sets;
mod settings;
mod shared_secrets;
mod story;
mod traces;

pub use amp::amp;
use story::Suite;

/// `node.sequence`.
pub fn sequence(suite: &mut Suite) {
    keysends::keysends(suite);
    keysend_sets::keysend_sets(suite);
    replays::replays(suite);
    blinded::blinded(suite);
    memory::memory(suite);
    invoices::invoices(suite);
    invoice_rules::invoice_rules(suite);
    sets::sets(suite);
    set_rules::set_rules(suite);
    crossing::crossing(suite);
    kinds::kinds(suite);
    clock::clock(suite);
    settings::settings(suite);
    shared_secrets::shared_secrets(suite);
    traces::traces(suite);
}
