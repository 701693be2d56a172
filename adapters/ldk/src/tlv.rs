//! BigSize and TLV streams (BOLT 1) as LDK reads them. A namespace is decoded by the macro with which LDK
//! decodes its own messages and onion payloads, and the values are written back by LDK.

use lightning::bitcoin::secp256k1::PublicKey;
use lightning::blinded_path::payment::PaymentRelay;
use lightning::io::{self, Read};
use lightning::ln::msgs::{DecodeError, FinalOnionHopData};
use lightning::types::payment::PaymentPreimage;
use lightning::util::ser::{
    BigSize, FixedLengthReader, LengthLimitedRead, LengthReadable, Readable, WithoutLength, Writeable, Writer,
};
use serde_json::{Value, json};

use crate::{Input, error, refused, reject};

pub fn bigsize_decode(input: Input) -> Result<Value, Value> {
    let bytes = input.bytes("bytes")?;
    let mut rest = bytes.as_slice();
    match BigSize::read(&mut rest) {
        Ok(value) => Ok(json!({ "value": value.0.to_string(), "length": bytes.len() - rest.len() })),
        // LDK's BigSize has two errors, and here each has one meaning.
        Err(DecodeError::ShortRead) => Err(reject("bigsize_truncated")),
        Err(DecodeError::InvalidValue) => Err(reject("bigsize_not_minimal")),
        Err(other) => Err(refused(other)),
    }
}

pub fn bigsize_encode(input: Input) -> Result<Value, Value> {
    Ok(json!({ "bytes": hex::encode(BigSize(input.u64("value")?).encode()) }))
}

pub fn decode(input: Input) -> Result<Value, Value> {
    let stream = input.bytes("stream")?;
    let records = match input.text("namespace")? {
        "n1" => n1(&stream),
        "n2" => n2(&stream),
        "payload" => payload(&stream),
        other => return Err(error(format!("no namespace `{other}`"))),
    };
    Ok(json!({ "records": records.map_err(refused)? }))
}

/// A function that decodes a namespace with LDK's macro, and gives the records that are there in the order of
/// their types, which is that of the stream. `decode_tlv_stream!` is this macro with nothing for custom records.
macro_rules! namespace {
    ($name:ident, { $(($type:expr, $field:ident, $kind:ty)),* $(,)? } $(, $custom:expr)?) => {
        #[allow(clippy::drop_non_drop)] // in LDK's macro
        fn $name(mut stream: &[u8]) -> Result<Vec<Value>, DecodeError> {
            $(let mut $field: Option<$kind> = None;)*
            let rewind = |_: &mut &[u8], _: usize| {};
            lightning::_decode_tlv_stream_range!(
                &mut stream, .., rewind, { $(($type, $field, option)),* } $(, $custom)?
            );
            let records = [$($field.map(|field| (u64::to_string(&$type), hex::encode(field.encode())))),*];
            Ok(records.into_iter().flatten().map(|(kind, value)| json!({ "type": kind, "value": value })).collect())
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
}, custom_record);

/// What LDK's payload does with a record that it does not know.
fn custom_record<R: Read>(kind: u64, value: &mut FixedLengthReader<R>) -> Result<bool, DecodeError> {
    if kind < 1 << 16 {
        return Ok(false);
    }
    value.read_to_limit(&mut Vec::new(), u64::MAX)?;
    Ok(true)
}

/// LDK's type for truncated integers is private, but two public types end in one: a `tu64` is read and
/// written as the end of `payment_data`, behind a secret of zeros, and a `tu32` as the base fee that ends a
/// blinded path's relay terms.
struct Behind<T, const HEAD: usize>(T);

type Tu64 = Behind<FinalOnionHopData, 32>;
type Tu32 = Behind<PaymentRelay, 6>;

impl<T: Readable, const HEAD: usize> Readable for Behind<T, HEAD> {
    fn read<R: Read>(tail: &mut R) -> Result<Self, DecodeError> {
        T::read(&mut Chain { head: &[0; HEAD], tail }).map(Self)
    }
}

impl<T: Writeable, const HEAD: usize> Writeable for Behind<T, HEAD> {
    fn write<W: Writer>(&self, writer: &mut W) -> Result<(), io::Error> {
        writer.write_all(&self.0.encode()[HEAD..])
    }
}

struct Chain<'a, R> {
    head: &'a [u8],
    tail: &'a mut R,
}

impl<R: Read> Read for Chain<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize, io::Error> {
        if self.head.is_empty() { self.tail.read(into) } else { self.head.read(into) }
    }
}

/// All of a record's value; LDK's own type for that is written by reference only.
struct Bytes(WithoutLength<Vec<u8>>);

impl LengthReadable for Bytes {
    fn read_from_fixed_length_buffer<R: LengthLimitedRead>(reader: &mut R) -> Result<Self, DecodeError> {
        LengthReadable::read_from_fixed_length_buffer(reader).map(Self)
    }
}

impl Writeable for Bytes {
    fn write<W: Writer>(&self, writer: &mut W) -> Result<(), io::Error> {
        WithoutLength(&self.0.0).write(writer)
    }
}
