//! The values that payments are made of. A preimage cannot be passed where a hash is due, and secrets do not print.

use core::fmt;

use sha2::{Digest, Sha256};

/// An amount in millisatoshi.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Msat(pub u64);

/// A block height or a number of blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Blocks(pub u32);

/// A short channel id as on the wire: 3 bytes block, 3 bytes transaction, 2 bytes output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShortChannelId(pub [u8; 8]);

/// SHA-256 of a preimage: 32 bytes, in the order in which SHA-256 gives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PaymentHash(pub [u8; 32]);

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub struct $name(pub [u8; 32]);

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

secret! {
    /// The 32 bytes whose SHA-256 is the payment hash; who knows them can claim the HTLC.
    Preimage
}
secret! {
    /// `payment_secret` of `payment_data`: 32 bytes from the payee's invoice.
    PaymentSecret
}
secret! {
    /// The 32-byte secret that the payer shares with one hop. BOLT 4, "Shared Secret".
    SharedSecret
}

impl Preimage {
    /// The payment hash: SHA-256 of the 32 bytes.
    pub fn payment_hash(&self) -> PaymentHash {
        PaymentHash(Sha256::digest(self.0).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_payment_hash_of_32_times_0x11() {
        assert_eq!(
            hex::encode(Preimage([0x11; 32]).payment_hash().0),
            "02d449a31fbb267c8f352e9968a79e3e5fc95c1bbeaa502fd6454ebde5a4bedc"
        );
    }

    #[test]
    fn secrets_do_not_print() {
        assert_eq!(format!("{:?}", Preimage([7; 32])), "Preimage(..)");
        assert_eq!(format!("{:?}", SharedSecret([7; 32])), "SharedSecret(..)");
    }
}
