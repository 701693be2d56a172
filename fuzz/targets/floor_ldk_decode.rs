//! LDK's own decoding of a stream, once for each input: what `tlv_bytes` is read against.
#![no_main]

use lightning::io::Cursor;
use lightning::ln::msgs::DecodeError;
use lightning::util::ser::{FixedLengthReader, LengthReadable, WithoutLength};

type Records = Vec<(u64, Vec<u8>)>;

#[allow(clippy::drop_non_drop, reason = "in LDK's macro")]
fn decode(stream: &[u8]) -> Result<Records, DecodeError> {
    let mut reader = Cursor::new(stream);
    let mut records = Vec::new();
    let rewind = |_: &mut Cursor<&[u8]>, _: usize| {};
    lightning::_decode_tlv_stream_range!(
        &mut reader,
        ..,
        rewind,
        {},
        |kind: u64, value: &mut FixedLengthReader<_>| {
            let value: WithoutLength<Vec<u8>> = LengthReadable::read_from_fixed_length_buffer(value)?;
            records.push((kind, value.0));
            Ok::<_, DecodeError>(true)
        }
    );
    Ok(records)
}

libfuzzer_sys::fuzz_target!(|stream: &[u8]| {
    std::hint::black_box(decode(stream).is_ok());
});
