//! Blinded routes: the recipient makes one, and a node on it reads its part.

use super::{public_key, secret_key};
use crate::bolt4::blinded;
use crate::protocol::operation as input;
use crate::protocol::{Content, OperationResult, output};

pub fn create(input: &input::BlindedCreate) -> OperationResult<output::BlindedCreate> {
    let session_key = secret_key(&input.session_key, "session_key_invalid")?;
    if input.hops.is_empty() {
        return Err(Content::reject("no_hops"));
    }
    let hop = |hop: &'_ input::BlindedNode| Ok((public_key(&hop.public_key)?, hop.recipient_data.0.clone()));
    let hops = input.hops.iter().map(hop).collect::<Result<Vec<_>, Content>>()?;
    let hops: Vec<_> = hops.iter().map(|(node, data)| (*node, data.as_slice())).collect();
    let hops = blinded::create(&session_key, &hops).into_iter().map(|hop| output::BlindedHop {
        blinded_node_id: hop.blinded_node_id.encode().into(),
        encrypted_recipient_data: hop.encrypted_recipient_data.into(),
    });
    Ok(output::BlindedCreate {
        first_path_key: session_key.public_key().encode().into(),
        hops: hops.collect(),
    })
}

pub fn unblind(input: &input::BlindedUnblind) -> OperationResult<output::BlindedUnblind> {
    let node = secret_key(&input.node_secret, "secret_key_invalid")?;
    let path_key = public_key(&input.path_key)?;
    let unblinded = blinded::unblind(&node, &path_key, &input.encrypted_recipient_data.0)
        .ok_or_else(|| Content::reject("encrypted_data_unreadable"))?;
    Ok(output::BlindedUnblind {
        blinded_secret: unblinded.blinded_secret.encode().into(),
        recipient_data: unblinded.recipient_data.into(),
        next_path_key: unblinded.next_path_key.encode().into(),
    })
}
