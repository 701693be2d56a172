//! Preimages of invoices that were chosen by the one who asked for the invoice. LDK derives those that it chooses, and leaves
//! these to the program. They are on disk, so that a restart loses none.

use std::io;

use lightning::types::payment::{PaymentHash, PaymentPreimage};
use lightning::util::persist::KVStoreSync;
use lightning_persister::fs_store::FilesystemStore;

const NAMESPACE: &str = "preimages";

/// Notes a preimage.
pub fn keep(store: &FilesystemStore, hash: PaymentHash, preimage: PaymentPreimage) -> io::Result<()> {
    Ok(store.write(NAMESPACE, "", &hash.to_string(), preimage.0.to_vec())?)
}

/// The preimage that was noted for a hash.
pub fn known(store: &FilesystemStore, hash: PaymentHash) -> Option<PaymentPreimage> {
    let bytes = store.read(NAMESPACE, "", &hash.to_string()).ok()?;
    bytes.try_into().ok().map(PaymentPreimage)
}
