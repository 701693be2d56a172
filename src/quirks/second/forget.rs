//! What a node with a quirk forgets or asks too early, beside `node`.

use super::failure::Refusal;
use super::node::Node;
use super::payment::Payment;
use crate::protocol::operation::Switch;
use crate::quirks::list::Quirk as Q;

impl Node<'_> {
    /// Forgets an onion.
    pub(super) fn forget(&mut self, packet: &[u8]) {
        let hmac = packet.get(1334..).unwrap_or_default();
        self.seen.remove(hmac);
    }

    /// Forgets onions but for the last ones, this one among them.
    pub(super) fn forget_old_onions(&mut self, memory: Vec<u8>) {
        self.order.push(memory);
        let kept = self
            .limit(self.order.len(), [(Q::OnlyTheLastOnionRemembered, 1), (Q::OnlyThreeOnionsRemembered, 3)]);
        for old in self.order.drain(..self.order.len() - kept) {
            self.seen.remove(&old);
        }
    }

    /// Forgets claimed hashes but for the last ones, this one among them.
    pub(super) fn forget_old_claims(&mut self, hash: [u8; 32]) {
        self.claims.push(hash);
        let kept = self.limit(
            self.claims.len(),
            [(Q::OnlyTheLastClaimRemembered, 1), (Q::OnlyThreeClaimsRemembered, 3)],
        );
        for old in self.claims.drain(..self.claims.len() - kept) {
            self.claimed.remove(&old);
        }
    }

    fn limit(&self, length: usize, limits: [(Q, usize); 2]) -> usize {
        limits
            .into_iter()
            .find(|(quirk, most)| length > *most && self.has(*quirk))
            .map_or(length, |(_, most)| most)
    }

    /// What a final node asks and one before it does not.
    pub(super) fn check_forwarded(&self, p: &Payment<'_>) -> Result<(), Refusal> {
        let record = p.fields.preimage.as_ref();
        let asked = p.settings.min_final_cltv_expiry_delta;
        let soon = p.htlc.expiry < self.height.saturating_add(asked);
        let wrong = record.is_some_and(|record| super::curve::sha256(record) != p.htlc.hash);
        let refused = wrong && self.has(Q::WrongRecordNotForwarded)
            || record.is_some()
                && p.settings.keysend == Switch::Refuse
                && self.has(Q::NoRecordForwardedWhileOff)
            || soon && self.has(Q::FinalDeltaAskedWhenForwarding)
            || p.claimed_before && self.has(Q::ClaimedHashNotForwarded)
            || p.invoice.is_some() && self.has(Q::InvoicedHashNotForwarded)
            || p.fields.metadata.is_some() && self.has(Q::MetadataNotForwarded)
            || p.fields.has_total_amount && self.has(Q::TotalAmountNotForwarded);
        if refused {
            return Err(self.implementation.bad_details("preimage_mismatch", p.htlc.amount, p.height));
        }
        Ok(())
    }

    /// The channel to forward through, as a number of the wrong kind holds it.
    pub(super) fn vary_channel(&self, channel: Vec<u8>) -> Vec<u8> {
        let number = super::wire::big_endian(&channel);
        let signed = number.min(i64::MAX as u64).to_be_bytes().to_vec();
        let double = (number as f64 as u64).to_be_bytes().to_vec();
        self.implementation
            .vary(channel, [(Q::ForwardedChannelSigned, signed), (Q::ForwardedChannelThroughDouble, double)])
    }
}
