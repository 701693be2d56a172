//! A node that is nothing but its secret key. LDK's own `KeysManager` derives node keys from a seed, so a key
//! that a case fixes needs a `NodeSigner` of ours: of its methods, peeling an onion calls only `ecdh`.

use lightning::bitcoin::secp256k1::ecdh::SharedSecret;
use lightning::bitcoin::secp256k1::ecdsa::{RecoverableSignature, Signature};
use lightning::bitcoin::secp256k1::{All, PublicKey, Scalar, Secp256k1, SecretKey, schnorr};
use lightning::bolt11_invoice::RawBolt11Invoice;
use lightning::ln::inbound_payment::ExpandedKey;
use lightning::ln::msgs::UnsignedGossipMessage;
use lightning::offers::invoice::UnsignedBolt12Invoice;
use lightning::sign::{NodeSigner, PeerStorageKey, ReceiveAuthKey, Recipient};
use lightning::util::logger::{Logger, Record};

pub struct Node {
    pub secret: SecretKey,
    pub secp: Secp256k1<All>,
}

impl NodeSigner for Node {
    fn ecdh(&self, _: Recipient, other: &PublicKey, tweak: Option<&Scalar>) -> Result<SharedSecret, ()> {
        let secret = tweak.map_or(Ok(self.secret), |tweak| self.secret.mul_tweak(tweak)).map_err(|_| ())?;
        Ok(SharedSecret::new(other, &secret))
    }

    fn get_node_id(&self, _: Recipient) -> Result<PublicKey, ()> {
        Ok(PublicKey::from_secret_key(&self.secp, &self.secret))
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

    fn sign_invoice(&self, _: &RawBolt11Invoice, _: Recipient) -> Result<RecoverableSignature, ()> {
        Err(())
    }

    fn sign_bolt12_invoice(&self, _: &UnsignedBolt12Invoice) -> Result<schnorr::Signature, ()> {
        Err(())
    }

    fn sign_gossip_message(&self, _: UnsignedGossipMessage) -> Result<Signature, ()> {
        Err(())
    }

    fn sign_message(&self, _: &[u8]) -> Result<String, ()> {
        Err(())
    }
}

/// LDK logs each HTLC that it refuses; the answer says the same.
pub struct Quiet;

impl Logger for Quiet {
    fn log(&self, _: Record) {}
}
