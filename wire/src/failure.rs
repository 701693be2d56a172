//! What a failure says: a failure onion opened with the secrets that payer and node share. BOLT 4, "Returning Errors".

use spontan::bolt4::stream::{apply, mac};

/// A failure that came in `update_fail_htlc`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The code.
    pub code: u16,
    /// What follows it.
    pub data: Vec<u8>,
    /// Which of the secrets opened it.
    pub secret: usize,
}

/// Opens a failure onion of the first hop; none if none of the secrets opens it.
pub fn open(onion: &[u8], secrets: &[[u8; 32]]) -> Option<Failure> {
    secrets.iter().enumerate().find_map(|(number, secret)| {
        let (code, data) = open_with(onion, secret)?;
        Some(Failure { code, data, secret: number })
    })
}

fn open_with(onion: &[u8], secret: &[u8; 32]) -> Option<(u16, Vec<u8>)> {
    let mut clear = onion.to_vec();
    apply(&mac(b"ammag", &[secret]), 0, &mut clear);
    let (hmac, rest) = clear.split_first_chunk::<32>()?;
    if mac(&mac(b"um", &[secret]), &[rest]) != *hmac {
        return None;
    }
    let (length, rest) = rest.split_first_chunk()?;
    let (code, data) = rest.get(..usize::from(u16::from_be_bytes(*length)))?.split_first_chunk()?;
    Some((u16::from_be_bytes(*code), data.to_vec()))
}

/// BOLT 4's name of a code, "Failure Messages".
pub const fn name(code: u16) -> &'static str {
    match code {
        0x2002 => "temporary_node_failure",
        0x6002 => "permanent_node_failure",
        0x6003 => "required_node_feature_missing",
        0xc004 => "invalid_onion_version",
        0xc005 => "invalid_onion_hmac",
        0xc006 => "invalid_onion_key",
        0x1007 => "temporary_channel_failure",
        0x4008 => "permanent_channel_failure",
        0x4009 => "required_channel_feature_missing",
        0x400a => "unknown_next_peer",
        0x100b => "amount_below_minimum",
        0x100c => "fee_insufficient",
        0x100d => "incorrect_cltv_expiry",
        0x100e => "expiry_too_soon",
        0x400f => "incorrect_or_unknown_payment_details",
        0x0012 => "final_incorrect_cltv_expiry",
        0x0013 => "final_incorrect_htlc_amount",
        0x1014 => "channel_disabled",
        0x0015 => "expiry_too_far",
        0x4016 => "invalid_onion_payload",
        0x0017 => "mpp_timeout",
        0xc018 => "invalid_onion_blinding",
        _ => "a failure without a name",
    }
}

/// A failure onion of a node that shares this secret, for tests.
pub fn seal(code: u16, data: &[u8], secret: &[u8; 32]) -> Vec<u8> {
    let message = [&code.to_be_bytes()[..], data].concat();
    let mut rest = (message.len() as u16).to_be_bytes().to_vec();
    rest.extend(message);
    rest.resize(260, 0);
    let mut onion = mac(&mac(b"um", &[secret]), &[&rest]).to_vec();
    onion.extend(rest);
    apply(&mac(b"ammag", &[secret]), 0, &mut onion);
    onion
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_opens_with_its_secret_alone() {
        let onion = seal(0x400f, &[1, 2], &[5; 32]);
        assert_eq!(
            open(&onion, &[[4; 32], [5; 32]]),
            Some(Failure { code: 0x400f, data: vec![1, 2], secret: 1 })
        );
        assert_eq!(open(&onion, &[[4; 32]]), None);
        assert_eq!(open(&onion[..31], &[[5; 32]]), None);
        let mut changed = onion;
        changed[100] ^= 1;
        assert_eq!(open(&changed, &[[5; 32]]), None);
    }
}
