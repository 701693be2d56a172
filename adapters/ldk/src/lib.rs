//! LDK (the `lightning` crate) behind Spontan's adapter protocol: one function, from an operation's input to an
//! answer. Everything that is judged comes out of LDK; what stands here only calls the library and gives its
//! answer the names of `docs/protocol.md`.

mod features;
mod onion;
mod signer;
mod tlv;

use lightning::util::ser::Readable;
use spontan::protocol::{AdapterHello, Content, operation::Input, value::Hex};

/// The adapter's half of the handshake.
pub fn hello() -> AdapterHello {
    let operations = [
        "bigsize.decode",
        "bigsize.encode",
        "tlv.decode",
        "onion.peel",
        "keysend.send",
        "keysend.receive",
        "features.may_pay",
        "features.announce",
    ];
    let policies = [
        ("custom_even_records", "accept"),
        ("keysend_payment_data", "accept_multipart"),
        ("keysend_payment_metadata", "ignore"),
        ("final_short_channel_id", "reject"),
        ("total_amount_msat", "reject"),
        ("payment_data_before_final", "reject"),
        ("far_expiry", "accept"),
        ("keysend_not_announced", "pay"),
    ];
    AdapterHello {
        policies: policies.map(|(name, value)| (name.into(), value.into())).into(),
        profiles: Vec::new(),
        omits: vec!["onion.peel.payload".into(), "keysend.send.final_payload".into()],
        ..AdapterHello::new("ldk", env!("CARGO_PKG_VERSION"), &operations)
    }
}

/// Answers one case.
pub fn answer(input: &Input) -> Content {
    Content::of(match input {
        Input::BigSizeDecode(input) => tlv::bigsize_decode(&input.bytes.0),
        Input::BigSizeEncode(input) => Ok(tlv::bigsize_encode(input.value.0)),
        Input::TlvDecode(input) => tlv::decode(input),
        Input::Peel(input) => onion::peel(input),
        Input::KeysendSend(input) => onion::send(input),
        Input::KeysendReceive(input) => onion::receive(input),
        Input::FeaturesMayPay(input) => features::may_pay(input),
        Input::FeaturesAnnounce(input) => features::announce(input),
        _ => Err(Content::unsupported("LDK has no public function for this operation")),
    })
}

/// A value of one of LDK's types, read by LDK; `otherwise` if LDK refuses the bytes or leaves some over.
fn read<T: Readable>(bytes: &Hex, otherwise: Content) -> Result<T, Content> {
    let mut rest = bytes.0.as_slice();
    T::read(&mut rest).ok().filter(|_| rest.is_empty()).ok_or(otherwise)
}
