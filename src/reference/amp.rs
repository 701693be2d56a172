//! Spontaneous AMP: the payer splits, the payee claims.

use super::bytes;
use crate::bolt4::PaymentHash;
use crate::protocol::operation as input;
use crate::protocol::{Content, OperationResult, output};
use crate::scheme::amp;

pub fn split(input: &input::AmpSplit) -> OperationResult<output::AmpSplit> {
    let shares = input.shares.iter().map(|share| bytes(share, "a share")).collect::<Result<Vec<_>, _>>()?;
    if shares.len() + 1 != input.child_indexes.len() {
        return Err(Content::error("child_indexes are not one more than shares"));
    }
    let root = bytes(&input.root, "root")?;
    let set_id = bytes(&input.set_id, "set_id")?;
    let children = amp::split(root, set_id, &shares, &input.child_indexes);
    let children = children.iter().map(|child| output::AmpChild {
        record: child.record.encode().into(),
        preimage: child.preimage.0.into(),
        payment_hash: child.payment_hash.0.into(),
    });
    Ok(output::AmpSplit { children: children.collect() })
}

pub fn claim(input: &input::AmpClaim) -> OperationResult<output::AmpClaim> {
    let part = |part: &'_ input::AmpPart| {
        Ok((part.record.0.clone(), PaymentHash(bytes(&part.payment_hash, "payment_hash")?)))
    };
    let parts = input.parts.iter().map(part).collect::<Result<Vec<_>, Content>>()?;
    if parts.is_empty() {
        return Err(Content::error("there are no parts"));
    }
    let parts: Vec<_> = parts.iter().map(|(record, hash)| (record.as_slice(), *hash)).collect();
    let preimages = amp::claim(&parts).map_err(|error| Content::reject(error.reason()))?;
    Ok(output::AmpClaim { preimages: preimages.iter().map(|preimage| preimage.0.into()).collect() })
}
