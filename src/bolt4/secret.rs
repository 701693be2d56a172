//! What payer and hop share: the ECDH point, BOLT 4's shared secret, and the blinding of the ephemeral key.
//! BOLT 4, "Shared Secret" and "Blinding Ephemeral Onion Keys".

use sha2::{Digest, Sha256};

use super::types::SharedSecret;
use crate::bolt1::{PublicKey, SecretKey};

/// The point that ECDH gives: public key times secret key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SharedPoint {
    x: [u8; 32],
    y_is_odd: bool,
}

impl SharedPoint {
    /// ECDH: `public_key` times `secret_key`.
    pub fn new(public_key: &PublicKey, secret_key: &SecretKey) -> Self {
        let point = secp256k1::ecdh::shared_secret_point(&public_key.0, &secret_key.0);
        let mut x = [0; 32];
        x.copy_from_slice(&point[..32]);
        Self { x, y_is_odd: point[63] & 1 == 1 }
    }

    /// The x coordinate: 32 bytes, big-endian, leading zero bytes kept.
    pub const fn x(&self) -> [u8; 32] {
        self.x
    }

    /// BOLT 4's shared secret: SHA-256 of the compressed point.
    pub fn shared_secret(&self) -> SharedSecret {
        let prefix = if self.y_is_odd { 3 } else { 2 };
        SharedSecret(Sha256::new().chain_update([prefix]).chain_update(self.x).finalize().into())
    }
}

/// The factor that turns one hop's ephemeral key into the next hop's: SHA-256 of the compressed ephemeral public key
/// and the hop's shared secret.
pub fn blinding_factor(ephemeral: &PublicKey, secret: &SharedSecret) -> [u8; 32] {
    Sha256::new().chain_update(ephemeral.encode()).chain_update(secret.0).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    // Two computations with Python integers gave these: the shared point of session key 41..41, blinded for the last
    // hop of BOLT 4's error test route, and that hop's node key 45..45.
    const E4: &str = "e81493c5eec5abd4c9e6311d57dc1ed0146dda268618efb5f7c7e14cbd6e7880";
    const SHARED_X: &str = "346bf3b9ac31e257ad361b581f3a79b1b9d71bd69b2111282b624f81314d296f";

    #[test]
    fn bare_x_and_bolt_4_secret_of_a_known_point() {
        let ephemeral = SecretKey::decode(&hex::decode(E4).unwrap()).unwrap();
        let node = SecretKey::decode(&[0x45; 32]).unwrap();
        let point = SharedPoint::new(&node.public_key(), &ephemeral);
        assert_eq!(hex::encode(point.x()), SHARED_X);
        assert_eq!(
            hex::encode(point.shared_secret().0),
            "b5756b9b542727dbafc6765a49488b023a725d631af688fc031217e90770c328"
        );
        assert!(point == SharedPoint::new(&ephemeral.public_key(), &node));
    }
}
