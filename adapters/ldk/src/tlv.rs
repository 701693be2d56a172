//! BigSize and TLV streams (BOLT 1) as LDK reads them. A namespace is decoded by the macro with which LDK
//! decodes its own messages and onion payloads, and the values are written back by LDK.

use lightning::blinded_path::payment::PaymentRelay;
use lightning::io;
use lightning::ln::msgs::{DecodeError, FinalOnionHopData};
use lightning::types::payment::PaymentPreimage;
use lightning::util::ser::{
    BigSize, LengthLimitedRead, LengthReadable, Readable, WithoutLength, Writeable, Writer,
};
use secp256k1::PublicKey;
use serde_json::{Value, json};
use spontan::protocol::operation::{Namespace, TlvDecode};
use spontan::protocol::{Content, OperationResult};

pub fn bigsize_decode(bytes: &[u8]) -> OperationResult {
    let mut rest = bytes;
    let value = BigSize::read(&mut rest).map_err(|error| match error {
        DecodeError::ShortRead => Content::reject("bigsize_truncated"),
        // The only other error of LDK's BigSize.
        _ => Content::reject("bigsize_not_minimal"),
    })?;
    Ok(json!({ "value": value.0.to_string(), "length": bytes.len() - rest.len() }))
}

pub fn bigsize_encode(value: u64) -> Value {
    json!({ "bytes": hex::encode(BigSize(value).encode()) })
}

pub fn decode(input: &TlvDecode) -> OperationResult {
    let namespace = match input.namespace {
        Namespace::N1 => n1,
        Namespace::N2 => n2,
        Namespace::Payload => payload,
    };
    namespace(&input.stream.0).map(|records| json!({ "records": records })).map_err(|error| match error {
        DecodeError::UnknownRequiredFeature => Content::reject("unknown_even_type"),
        // Each of the others stands for several reasons: LDK's own words.
        other => Content::reject(format!("{other:?}: {other}")),
    })
}

/// A function that decodes a namespace with LDK's macro, and gives the records that are there in the order of
/// their types, which is that of the stream. `decode_tlv_stream!` is this macro with nothing for custom records.
macro_rules! namespace {
    // LDK writes `WithoutLength` by reference only.
    (@write $field:ident Bytes) => { WithoutLength(&$field.0).encode() };
    (@write $field:ident $kind:tt) => { $field.encode() };
    ($name:ident, { $(($type:expr, $field:ident, $kind:tt)),* $(,)? } $(, $custom:expr)?) => {
        #[allow(clippy::drop_non_drop)] // in LDK's macro
        fn $name(mut stream: &[u8]) -> Result<Vec<Value>, DecodeError> {
            $(let mut $field: Option<$kind> = None;)*
            let rewind = |_: &mut &[u8], _: usize| {};
            lightning::_decode_tlv_stream_range!(
                &mut stream, .., rewind, { $(($type, $field, option)),* } $(, $custom)?
            );
            let records = [$($field.map(|value| {
                json!({ "type": u64::to_string(&$type), "value": hex::encode(namespace!(@write value $kind)) })
            })),*];
            Ok(records.into_iter().flatten().collect())
        }
    };
}

namespace!(n1, { (1, amount, Tu64), (2, channel, u64), (3, point, (PublicKey, u64, u64)), (254, delta, u16) });
namespace!(n2, { (0, amount, Tu64), (11, expiry, Tu32) });

// As `InboundOnionPayload::read` in LDK's `ln/msgs.rs`, which is not public, lists them.
namespace!(payload, {
    (2, amt_to_forward, Tu64),
    (4, outgoing_cltv_value, Tu32),
    (6, short_channel_id, u64),
    (8, payment_data, FinalOnionHopData),
    (10, encrypted_recipient_data, Bytes),
    (12, current_path_key, PublicKey),
    (16, payment_metadata, Bytes),
    (18, total_amount_msat, Tu64),
    (5482373484, keysend_preimage, PaymentPreimage),
}, |kind, _: &mut _| Ok::<_, DecodeError>(kind >= 1 << 16)); // custom records are taken whatever they hold

/// LDK's type for truncated integers is private, but two public types end in one: a `tu64` is read and
/// written as the end of `payment_data`, behind a secret of zeros, and a `tu32` as the base fee that ends a
/// blinded path's relay terms. `HEAD` is the length of what stands before it, `MOST` its own.
struct Behind<T, const HEAD: usize, const MOST: u64>(T);

type Bytes = WithoutLength<Vec<u8>>;
type Tu64 = Behind<FinalOnionHopData, 32, 8>;
type Tu32 = Behind<PaymentRelay, 6, 4>;

impl<T: Readable, const HEAD: usize, const MOST: u64> LengthReadable for Behind<T, HEAD, MOST> {
    fn read_from_fixed_length_buffer<R: LengthLimitedRead>(record: &mut R) -> Result<Self, DecodeError> {
        let mut bytes = vec![0; HEAD];
        // What a longer record has left is LDK's macro's to refuse.
        record.read_to_limit(&mut bytes, MOST)?;
        T::read(&mut bytes.as_slice()).map(Self)
    }
}

impl<T: Writeable, const HEAD: usize, const MOST: u64> Writeable for Behind<T, HEAD, MOST> {
    fn write<W: Writer>(&self, writer: &mut W) -> Result<(), io::Error> {
        writer.write_all(&self.0.encode()[HEAD..])
    }
}
