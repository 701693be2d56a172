//! What a payer constructs each hop peels; one changed byte fails.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use spontan::bolt1::SecretKey;
use spontan::bolt4::{ConstructError, Hop, construct, peel};

#[derive(Debug, Arbitrary)]
struct Input {
    session_key: [u8; 32],
    hops: Vec<([u8; 32], Vec<u8>)>,
    payment_hash: [u8; 32],
    changed: (usize, u8),
}

fuzz_target!(|input: Input| {
    let Ok(session_key) = SecretKey::decode(&input.session_key) else { return };
    let nodes: Vec<_> = input.hops.iter().filter_map(|(key, _)| SecretKey::decode(key).ok()).collect();
    if nodes.len() != input.hops.len() {
        return;
    }
    let hops: Vec<_> = nodes
        .iter()
        .zip(&input.hops)
        .map(|(node, (_, payload))| Hop { public_key: node.public_key(), payload })
        .collect();
    let mut packet = match construct(&session_key, &hops, &input.payment_hash) {
        Ok(packet) => packet,
        Err(error) => {
            let needed: usize = hops.iter().map(|hop| hop.payload.len() + 33).sum();
            let short = hops.iter().any(|hop| hop.payload.len() < 2);
            assert!(hops.is_empty() || short || needed > 1300 - 2 * hops.len(), "{error}");
            assert!(
                !short || hops.is_empty() || matches!(error, ConstructError::PayloadLengthReserved { .. })
            );
            return;
        }
    };
    for (index, (node, hop)) in nodes.iter().zip(&hops).enumerate() {
        let (at, with) = (input.changed.0 % packet.len(), input.changed.1);
        if with != 0 {
            let mut changed = packet;
            changed[at] ^= with;
            assert!(peel(node, &changed, &input.payment_hash, None).is_err());
        }
        let Ok(peeled) = peel(node, &packet, &input.payment_hash, None) else {
            panic!("hop {index} cannot peel")
        };
        assert_eq!(peeled.payload(), hop.payload);
        match peeled.next_packet {
            Some(next) => packet = next,
            None => assert_eq!(index, hops.len() - 1),
        }
    }
});
