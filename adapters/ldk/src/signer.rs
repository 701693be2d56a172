//! A node that is nothing but its secret key. LDK's own `KeysManager` derives node keys from a seed, so a key
//! that a case fixes needs a `NodeSigner` of ours: of its methods, peeling an onion calls only `ecdh`.

use lightning::bolt11_invoice::RawBolt11Invoice;
use lightning::ln::{inbound_payment::ExpandedKey, msgs::UnsignedGossipMessage};
use lightning::offers::invoice::UnsignedBolt12Invoice;
use lightning::sign::{NodeSigner, PeerStorageKey, ReceiveAuthKey, Recipient};
use lightning::util::logger::{Logger, Record};
use secp256k1::{PublicKey, SECP256K1, Scalar, SecretKey, ecdh::SharedSecret, ecdsa, schnorr};

pub struct Node(pub SecretKey);

impl NodeSigner for Node {
    fn ecdh(&self, _: Recipient, other: &PublicKey, tweak: Option<&Scalar>) -> Result<SharedSecret, ()> {
        let secret = tweak.map_or(Ok(self.0), |tweak| self.0.mul_tweak(tweak)).map_err(|_| ())?;
        Ok(SharedSecret::new(other, &secret))
    }
    fn get_node_id(&self, _: Recipient) -> Result<PublicKey, ()> {
        Ok(self.0.public_key(SECP256K1))
    }

    // Asked for when a blinded path is opened: no case holds one that this node made, so any key will do.
    fn get_expanded_key(&self) -> ExpandedKey {
        ExpandedKey::new([7; 32])
    }
    fn get_peer_storage_key(&self) -> PeerStorageKey {
        PeerStorageKey { inner: [7; 32] }
    }
    fn get_receive_auth_key(&self) -> ReceiveAuthKey {
        ReceiveAuthKey([7; 32])
    }

    // An onion asks for no signature.
    fn sign_invoice(&self, _: &RawBolt11Invoice, _: Recipient) -> Result<ecdsa::RecoverableSignature, ()> {
        Err(())
    }
    fn sign_bolt12_invoice(&self, _: &UnsignedBolt12Invoice) -> Result<schnorr::Signature, ()> {
        Err(())
    }
    fn sign_gossip_message(&self, _: UnsignedGossipMessage) -> Result<ecdsa::Signature, ()> {
        Err(())
    }
    fn sign_message(&self, _: &[u8]) -> Result<String, ()> {
        Err(())
    }
}

impl Logger for Node {
    fn log(&self, _: Record) {} // Of an HTLC that LDK refuses; the answer says the same.
}
