//! What the node said of an HTLC, as the protocol has it: preimages, heights, expiries and packets go back to what they
//! are in the case.

use spontan::bolt4::failure::{BADONION, PERM};
use spontan::protocol::Rejection;
use spontan::protocol::output::Outcome;

use crate::channel::Said;
use crate::failure::{self, Failure, name};
use crate::keys::sha256;
use crate::remake::Remade;

/// What a node answers that took itself for no final node: it has no channel to the next one, and may look at fees and
/// expiries first, which are no part of a case. `temporary_channel_failure` to `unknown_next_peer`, then
/// `amount_below_minimum` to `expiry_too_soon`, and `channel_disabled`.
const FORWARDING: [u16; 9] = [0x1007, PERM | 8, PERM | 9, PERM | 10, 0x100b, 0x100c, 0x100d, 0x100e, 0x1014];
const INVALID_ONION_BLINDING: u16 = BADONION | PERM | 24;
const INCORRECT_PAYMENT_DETAILS: u16 = PERM | 15;
const FINAL_INCORRECT_CLTV_EXPIRY: u16 = 18;

/// The outcome of an HTLC; `next` is the short channel id in the case's payload, if it is there.
pub fn outcome(remade: &Remade, said: &Said, next: Option<&[u8]>) -> Outcome {
    match said {
        Said::Fulfill(preimage) => Outcome::Claimed {
            preimage: match remade.preimage {
                Some((new, old)) if new == *preimage => old.into(),
                _ => preimage.into(),
            },
        },
        Said::Fail(onion) => match failure::open(onion, &remade.secrets) {
            None => bare(format!("a failure of {} bytes that none of the shared secrets opens", onion.len())),
            Some(failure) => encrypted(remade, failure, next),
        },
        Said::Malformed(code, _) if code & BADONION == 0 => {
            bare(format!("{code:04x} {} in update_fail_malformed_htlc, without BADONION", name(*code)))
        }
        Said::Malformed(code, hash) => failed(*code, &packet_back(remade, hash)),
    }
}

/// What came in `update_fail_htlc`.
fn encrypted(remade: &Remade, failure: Failure, next: Option<&[u8]>) -> Outcome {
    let Failure { code, data, secret } = failure;
    // BOLT 2, "Removing an HTLC": what is wrong with the packet itself is told in clear, and so is everything where the
    // HTLC has a path key. Only the first node of a blinded path encrypts `invalid_onion_blinding`.
    let in_clear = code & BADONION != 0 && (code != INVALID_ONION_BLINDING || remade.htlc.path_key.is_some());
    if in_clear {
        bare(format!(
            "{code:04x} {} in update_fail_htlc, where BOLT 2 wants update_fail_malformed_htlc",
            name(code)
        ))
    } else if secret != 0 {
        bare(format!("{code:04x} {}, encrypted with the secret of the node's other key", name(code)))
    } else if let Some(next) = next.filter(|_| FORWARDING.contains(&code)) {
        Outcome::Forwarded { short_channel_id: next.into() }
    } else {
        failed(code, &back(remade, code, &data))
    }
}

/// A packet's hash, or whatever stands in its place, as the case has it.
fn packet_back(remade: &Remade, hash: &[u8]) -> Vec<u8> {
    let ours = *hash == sha256(&[&remade.htlc.packet]);
    if ours { remade.old_packet_hash.to_vec() } else { hash.to_vec() }
}

/// A failure's data as it would be if nothing had been moved.
fn back(remade: &Remade, code: u16, data: &[u8]) -> Vec<u8> {
    let mut data = data.to_vec();
    let last = |data: &[u8]| data.last_chunk().map(|bytes| u32::from_be_bytes(*bytes));
    let moved = match (code, data.len(), last(&data)) {
        (INCORRECT_PAYMENT_DETAILS, 12, Some(height)) => remade.moves.height_back(height),
        (INVALID_ONION_BLINDING, 32, _) => return packet_back(remade, &data),
        (FINAL_INCORRECT_CLTV_EXPIRY, 4, Some(expiry)) => remade.moves.expiry_back(expiry),
        _ => return data,
    };
    let at = data.len() - 4;
    data[at..].copy_from_slice(&moved.to_be_bytes());
    data
}

fn failed(code: u16, data: &[u8]) -> Outcome {
    Outcome::Failed(Rejection {
        // With the code in front it is not taken for one of the protocol's reasons, some of which have such names too.
        reason: format!("{code:04x} {}", name(code)).into(),
        code: Some(format!("{code:04x}")),
        data: Some(hex::encode(data)),
    })
}

/// A failure of the wrong form has no code: it fails the case, whatever the code inside is.
fn bare(reason: String) -> Outcome {
    Outcome::Failed(Rejection { reason: reason.into(), code: None, data: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::Htlc;
    use crate::failure::seal;
    use crate::moves::Moves;

    const SECRETS: [[u8; 32]; 2] = [[5; 32], [6; 32]];

    fn remade(path_key: Option<[u8; 33]>) -> Remade {
        Remade {
            htlc: Htlc { amount: 1, hash: [0; 32], expiry: 40, packet: vec![1; 1366], path_key },
            secrets: SECRETS.to_vec(),
            preimage: Some(([7; 32], [8; 32])),
            old_packet_hash: [9; 32],
            moves: Moves { height: 6, expiry: 7 },
        }
    }

    fn code_and_data(outcome: Outcome) -> (Option<String>, Option<String>) {
        let Outcome::Failed(rejection) = outcome else { panic!("{outcome:?}") };
        (rejection.code, rejection.data)
    }

    fn fail(
        code: u16,
        data: &[u8],
        secret: usize,
        path_key: Option<[u8; 33]>,
    ) -> (Option<String>, Option<String>) {
        code_and_data(outcome(&remade(path_key), &Said::Fail(seal(code, data, &SECRETS[secret])), None))
    }

    #[test]
    fn preimages_heights_and_packets_go_back() {
        let claimed = |preimage| outcome(&remade(None), &Said::Fulfill(preimage), None);
        assert_eq!(claimed([7; 32]), Outcome::Claimed { preimage: [8; 32].into() });
        assert_eq!(claimed([1; 32]), Outcome::Claimed { preimage: [1; 32].into() });
        let data = [&[0; 8][..], &800_006u32.to_be_bytes()].concat();
        assert_eq!(fail(0x400f, &data, 0, None).1.unwrap(), "0000000000000000000c3500");
        assert_eq!(fail(0x0012, &800_007u32.to_be_bytes(), 0, None).1.unwrap(), "000c3500");
        let hash = sha256(&[&[1; 1366]]);
        let malformed = |hash| code_and_data(outcome(&remade(None), &Said::Malformed(0xc005, hash), None));
        assert_eq!(malformed(hash).1.unwrap(), "09".repeat(32));
        assert_eq!(malformed([0; 32]).1.unwrap(), "00".repeat(32));
        assert_eq!(fail(0xc018, &hash, 0, None), (Some("c018".into()), Some("09".repeat(32))));
    }

    #[test]
    fn the_wrong_message_or_secret_has_no_code() {
        assert_eq!(fail(0xc005, &[0; 32], 0, None).0, None);
        assert_eq!(fail(0xc018, &[0; 32], 0, Some([2; 33])).0, None);
        assert_eq!(fail(0x400f, &[], 1, Some([2; 33])).0, None);
        assert_eq!(code_and_data(outcome(&remade(None), &Said::Malformed(0x400f, [0; 32]), None)).0, None);
        assert_eq!(code_and_data(outcome(&remade(None), &Said::Fail(vec![0; 292]), None)).0, None);
    }

    #[test]
    fn a_node_that_forwards_says_so_by_what_it_misses() {
        for code in [0x400a, 0x100e] {
            let said = Said::Fail(seal(code, &[], &SECRETS[0]));
            let next = [1; 8];
            let forwarded = Outcome::Forwarded { short_channel_id: next.into() };
            assert_eq!(outcome(&remade(None), &said, Some(&next)), forwarded);
            assert_eq!(code_and_data(outcome(&remade(None), &said, None)).0.unwrap(), format!("{code:04x}"));
        }
    }
}
