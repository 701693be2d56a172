//! Keys of every length and form: what decodes encodes back to the same bytes, and ECDH is the same from both sides.
#![no_main]

use libfuzzer_sys::fuzz_target;
use spontan::bolt1::{PublicKey, SecretKey};
use spontan::bolt4::secret::SharedPoint;
use spontan::scheme::Profile;
use spontan::scheme::shared_secret::preimage;

fuzz_target!(|input: (&[u8], [u8; 32])| {
    let (public, scalar) = input;
    let Ok(secret) = SecretKey::decode(&scalar) else { return };
    assert_eq!(secret.encode(), scalar);
    if let Ok(public) = PublicKey::decode(public) {
        assert_eq!(public.encode(), input.0);
        let point = SharedPoint::new(&public, &secret);
        let mut negated = public.encode();
        negated[0] ^= 1;
        let Ok(negated) = PublicKey::decode(&negated) else { panic!("the negative of a point is a point") };
        let other = SharedPoint::new(&negated, &secret);
        // One x, two secrets.
        assert_eq!(preimage(&point, Profile::XOnly), preimage(&other, Profile::XOnly));
        assert_ne!(preimage(&point, Profile::Bolt4), preimage(&other, Profile::Bolt4));
    }
    if let Ok(peer) =
        public.try_into().map_err(drop).and_then(|bytes: [u8; 32]| SecretKey::decode(&bytes).map_err(drop))
    {
        let ours = SharedPoint::new(&peer.public_key(), &secret);
        assert!(ours == SharedPoint::new(&secret.public_key(), &peer));
    }
});
