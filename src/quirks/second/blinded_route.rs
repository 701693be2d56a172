//! Blinded routes: how the recipient makes one, and how a node on it finds its keys and what is said to it.

use secp256k1::{PublicKey, Scalar, SecretKey};

use super::curve::{plus_key, sha256, times_key, times_point};
use super::keys::hmac_sha256;
use super::lenient::all_records;
use super::payment::Told;
use super::sealed::TAG;
use super::{Implementation, refuse_if};
use crate::quirks::list::Quirk as Q;

/// The label of the factor that blinds a node's id.
const LABEL: &[u8] = b"blinded_node_id";

/// A hop as the payer is shown it.
pub struct BlindedHop {
    pub node_id: [u8; 33],
    pub data: Vec<u8>,
}

/// A blinded route.
pub struct BlindedRoute {
    pub first_path_key: [u8; 33],
    pub hops: Vec<BlindedHop>,
}

/// What a node on the route finds.
pub struct Unblinded {
    pub secret: SecretKey,
    pub data: Vec<u8>,
    pub next_path_key: Vec<u8>,
}

/// A point plus a scalar times the generator.
fn plus_point(point: &PublicKey, scalar: [u8; 32]) -> Option<PublicKey> {
    point.add_exp_tweak(&Scalar::from_be_bytes(scalar).ok()?).ok()
}

impl Implementation {
    /// A point, compressed.
    fn compressed(&self, point: &PublicKey, loses_parity: Q) -> [u8; 33] {
        let mut bytes = point.serialize();
        if bytes[0] == 3 && self.has(loses_parity) {
            bytes[0] = 2;
        }
        bytes
    }

    /// The factor that blinds a node's id.
    fn node_blinding(&self, secret: &[u8; 32]) -> [u8; 32] {
        let labelled = |label: &[u8]| hmac_sha256(label, secret);
        self.vary(
            labelled(LABEL),
            [
                (Q::BlindedIdLabelIsBlindedNode, labelled(b"blinded_node")),
                (Q::BlindedIdLabelIsNodeId, labelled(b"node_id")),
                (Q::BlindedIdLabelIsBlinding, labelled(b"blinding")),
                (Q::BlindedIdLabelIsRho, labelled(b"rho")),
                (Q::BlindedIdLabelHasHyphens, labelled(b"blinded-node-id")),
                (Q::BlindedIdLabelEscaped, labelled(b"blinded\\_node\\_id")),
                (Q::BlindedIdHmacSwapped, hmac_sha256(secret, LABEL)),
                (Q::BlindedIdIsPlainHash, sha256(&[LABEL, secret].concat())),
                (Q::BlindedIdOfTheRhoKey, hmac_sha256(LABEL, &self.key("rho", secret))),
                (Q::BlindedIdFactorIsTheSecret, *secret),
            ],
        )
    }

    /// The factor between a path key and the next.
    fn path_key_factor(&self, path_key: &PublicKey, node: &PublicKey, secret: &[u8; 32]) -> [u8; 32] {
        let (key, node) = (path_key.serialize(), node.serialize());
        let hash = |parts: [&[u8]; 2]| sha256(&parts.concat());
        self.vary(
            self.blinding_factor(path_key, secret),
            [
                (Q::PathKeyFactorSecretFirst, hash([secret, &key])),
                (Q::PathKeyFactorWithoutKey, hash([&[], secret])),
                (Q::PathKeyFactorFromXOnly, hash([&key[1..], secret])),
                (Q::PathKeyFactorOfTheNodeId, hash([&node, secret])),
                (Q::PathKeyFactorOfTheRhoKey, hash([&key, &self.key("rho", secret)])),
                (Q::PathKeyFactorIsHmac, hmac_sha256(&key, secret)),
                (Q::PathKeyFactorHashedTwice, sha256(&hash([&key, secret]))),
                (Q::PathKeyFactorIsTheSecret, *secret),
                (Q::PathKeyFactorIsTheNodeBlinding, hmac_sha256(LABEL, secret)),
            ],
        )
    }

    /// The secret of the next path key.
    fn next_route_key(
        &self,
        session_key: &SecretKey,
        current: &SecretKey,
        node: &PublicKey,
    ) -> Option<SecretKey> {
        let secret = self.ecdh(node, current).secret;
        let factor = self.path_key_factor(&current.public_key(), node, &secret);
        if self.has(Q::RouteKeyNotAdvanced) {
            return Some(*current);
        }
        if self.has(Q::RouteKeyAdvancedByAddition) {
            return plus_key(current, factor);
        }
        times_key(if self.has(Q::RouteKeyAdvancedOnlyOnce) { session_key } else { current }, factor)
    }

    /// The data of each hop as they are sealed.
    fn route_data(&self, data: &[&[u8]]) -> Vec<Vec<u8>> {
        let mut data: Vec<_> = data.iter().map(|data| data.to_vec()).collect();
        let longest = data.iter().map(Vec::len).max().unwrap_or(0);
        if self.has(Q::RouteDataPadded) {
            for data in data.iter_mut().filter(|data| data.len() + 2 <= longest) {
                let mut padding = Vec::new();
                self.write_record(1, &vec![0; longest - data.len() - 2], &mut padding);
                data.splice(..0, padding);
            }
        }
        if self.has(Q::RouteDataOfTheLastHopFirst) {
            data.reverse();
        }
        data
    }

    /// Makes a route. The error is the reason.
    pub(super) fn create_route(
        &self,
        session_key: &SecretKey,
        nodes: &[PublicKey],
        data: &[&[u8]],
    ) -> Result<BlindedRoute, &'static str> {
        let refused = nodes.is_empty() && !self.has(Q::EmptyBlindedRouteMade)
            || nodes.len() == 1 && self.has(Q::BlindedRouteOfOneHopRefused)
            || nodes.len() > 20 && self.has(Q::BlindedRouteOfAtMost20Hops);
        refuse_if(refused, "no_hops")?;
        let unreadable = |data: &&[u8]| self.read_told(data).is_none();
        if self.has(Q::RouteDataMustBeRecords) {
            refuse_if(data.iter().any(unreadable), "encrypted_data_unreadable")?;
        }
        let data = self.route_data(data);
        let mut nodes = nodes.to_vec();
        if self.has(Q::BlindedRouteStartsAtTheRecipient) {
            nodes.reverse();
        }
        // No hash is ever out of the range of scalars.
        const NEVER: &str = "session_key_invalid";
        let mut keys = Vec::new();
        let mut key = *session_key;
        for node in &nodes {
            if keys.is_empty() && self.has(Q::RouteKeyAdvancedBeforeTheFirstHop) {
                key = self.next_route_key(session_key, &key, node).ok_or(NEVER)?;
            }
            keys.push(key);
            key = self.next_route_key(session_key, &key, node).ok_or(NEVER)?;
        }
        let mut hops = Vec::new();
        for (index, (node, key)) in nodes.iter().zip(&keys).enumerate() {
            let hop = self.blind(index, nodes.len(), node, key, &data[index]);
            hops.push(hop.ok_or(NEVER)?);
        }
        if self.has(Q::BlindedRouteStartsAtTheRecipient) {
            hops.reverse();
        }
        let first = self.vary(
            Some(session_key),
            [(Q::FirstPathKeyOfTheSecondHop, keys.get(1)), (Q::FirstPathKeyOfTheLastHop, keys.last())],
        );
        let first = first.unwrap_or(session_key).public_key();
        Ok(BlindedRoute { first_path_key: self.compressed(&first, Q::FirstPathKeyParityLost), hops })
    }

    fn blind(
        &self,
        index: usize,
        all: usize,
        node: &PublicKey,
        key: &SecretKey,
        data: &[u8],
    ) -> Option<BlindedHop> {
        let path_key = key.public_key();
        let secret = self.ecdh(node, key).secret;
        let blinding = self.node_blinding(&secret);
        let id = self.vary(
            times_point(node, blinding)?,
            [
                (Q::BlindedIdByAddition, plus_point(node, blinding)?),
                (Q::BlindedIdOfThePathKey, times_point(&path_key, blinding)?),
            ],
        );
        let is_plain = index == 0 && self.has(Q::IntroductionNodeNotBlinded)
            || index + 1 == all && self.has(Q::RecipientNotBlinded);
        let id = if is_plain { *node } else { id };
        let data = if data.is_empty() && self.has(Q::EmptyRouteDataNotSealed) {
            Vec::new()
        } else {
            self.seal(&secret, &path_key, data)
        };
        Some(BlindedHop { node_id: self.compressed(&id, Q::BlindedIdParityLost), data })
    }

    /// What a node on the route finds. The error is the reason.
    pub(super) fn unblind(
        &self,
        node_secret: &SecretKey,
        path_key: &PublicKey,
        sealed: &[u8],
    ) -> Result<Unblinded, &'static str> {
        const UNREADABLE: &str = "encrypted_data_unreadable";
        let secret = self.ecdh(path_key, node_secret).secret;
        let blinding = self.node_blinding(&secret);
        let blinded = times_key(node_secret, blinding).ok_or(UNREADABLE)?;
        let of_blinded = self.ecdh(path_key, &blinded).secret;
        let opens = self.vary(secret, [(Q::BlindedDataOpenedWithTheBlindedSecret, of_blinded)]);
        let plain = self.open_sealed(&opens, path_key, sealed).ok_or(UNREADABLE)?;
        let told = self.read_told(&plain).ok_or(UNREADABLE)?;
        let goes_on = told.channel.is_some() || told.has_node;
        let refused = !goes_on && self.has(Q::UnblindingAsksForANextHop)
            || told.channel.is_some() && told.has_node && self.has(Q::UnblindingRefusesTwoNextHops)
            || told.features.iter().flatten().any(|byte| *byte != 0) && self.has(Q::UnblindingReadsFeatures);
        refuse_if(refused, UNREADABLE)?;
        let factor = self.path_key_factor(path_key, &node_secret.public_key(), &secret);
        let of_blinded = self.path_key_factor(path_key, &blinded.public_key(), &of_blinded);
        let factor = self.vary(factor, [(Q::NextPathKeyOfTheBlindedSecret, of_blinded)]);
        let next = self.next_path_key(path_key, factor, &told, goes_on).ok_or(UNREADABLE)?;
        Ok(Unblinded {
            secret: self.blinded_secret(node_secret, blinded, blinding, &told).ok_or(UNREADABLE)?,
            data: self.told_data(sealed, plain),
            next_path_key: next,
        })
    }

    fn blinded_secret(
        &self,
        node_secret: &SecretKey,
        blinded: SecretKey,
        blinding: [u8; 32],
        told: &Told,
    ) -> Option<SecretKey> {
        let point = told.next_path_key.as_deref().and_then(|point| point.try_into().ok());
        let point = point.and_then(|point| PublicKey::from_byte_array_compressed(point).ok());
        if let Some(point) = point
            && self.has(Q::BlindedSecretOfTheOverride)
        {
            return times_key(node_secret, self.node_blinding(&self.ecdh(&point, node_secret).secret));
        }
        let is_odd = blinded.public_key().serialize()[0] == 3;
        let even = if is_odd { blinded.negate() } else { blinded };
        Some(self.vary(
            blinded,
            [
                (Q::BlindedIdByAddition, plus_key(node_secret, blinding)?),
                (Q::BlindedSecretIsTheNodes, *node_secret),
                (Q::BlindedSecretIsTheFactor, SecretKey::from_secret_bytes(blinding).ok()?),
                (Q::BlindedSecretAlwaysEven, even),
            ],
        ))
    }

    fn next_path_key(
        &self,
        path_key: &PublicKey,
        factor: [u8; 32],
        told: &Told,
        goes_on: bool,
    ) -> Option<Vec<u8>> {
        if let Some(given) = &told.next_path_key
            && !self.has(Q::PathKeyOverrideIgnored)
            && (goes_on || !self.has(Q::PathKeyOverrideOnlyBeforeTheFinalNode))
        {
            let mut given = given.clone();
            if given.first() == Some(&3) && self.has(Q::PathKeyOverrideParityLost) {
                given[0] = 2;
            }
            if self.has(Q::PathKeyOverrideAdvanced)
                && let Ok(point) = given.as_slice().try_into()
                && let Ok(point) = PublicKey::from_byte_array_compressed(point)
            {
                return Some(times_point(&point, factor)?.serialize().to_vec());
            }
            return Some(given);
        }
        let mut next = times_point(path_key, factor)?;
        if self.has(Q::NextPathKeyByAddition) {
            next = plus_point(path_key, factor)?;
        }
        if self.has(Q::NextPathKeyAdvancedTwice) {
            next = times_point(&next, factor)?;
        }
        let stays = self.has(Q::NextPathKeyNotAdvanced) || !goes_on && self.has(Q::FinalNodeKeepsThePathKey);
        let next = if stays { path_key } else { &next };
        Some(self.compressed(next, Q::NextPathKeyParityLost).to_vec())
    }

    /// The data as they are given to the node's owner.
    fn told_data(&self, sealed: &[u8], plain: Vec<u8>) -> Vec<u8> {
        let known = |r#type: u64| r#type == 1 || r#type.is_multiple_of(2);
        let without = |dropped: &dyn Fn(u64) -> bool| {
            let mut written = Vec::new();
            for (r#type, value) in all_records(&plain) {
                if !dropped(r#type) {
                    self.write_record(r#type, &value, &mut written);
                }
            }
            written
        };
        if self.has(Q::RecipientDataWithoutPadding) {
            return without(&|r#type| r#type == 1);
        }
        if self.has(Q::RecipientDataWithoutUnknownRecords) {
            return without(&|r#type| !known(r#type));
        }
        if self.has(Q::RecipientDataWithTheTag) {
            return [&plain[..], &sealed[sealed.len().saturating_sub(TAG)..]].concat();
        }
        plain
    }
}
