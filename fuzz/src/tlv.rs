//! Oracles of BOLT 1: BigSize and TLV streams as bytes.

use lightning::ln::msgs::DecodeError;
use lightning::util::ser::{BigSize, Readable};
use spontan::bolt1::bigsize::{self, BigSizeError};
use spontan::bolt1::tlv::{self, N1, N2, Record, TlvError};
use spontan::bolt4::payload::{Payload, PayloadNamespace};
use spontan::protocol::Content;
use spontan::protocol::operation::{BigSizeDecode, BigSizeEncode, Input};
use spontan::protocol::value::Decimal;
use spontan::quirks::Quirk;

use crate::model::{self, Namespace};
use crate::{OracleResult, Tally, agree, budget, ensure, ldk};

/// Bytes that decode as a BigSize are the one encoding of their value; LDK agrees, with its two errors; and so does the
/// second implementation.
pub fn bigsize(bytes: &[u8], quirk: Option<Quirk>) -> OracleResult {
    let ours = bigsize::decode(bytes);
    if let Ok((value, length)) = ours {
        ensure!(bigsize::encode(value).as_ref() == &bytes[..length], "{value} has another encoding");
        ensure!(
            bigsize::decode(&bytes[..length]) == ours,
            "what follows the BigSize in {} changes it",
            hex::encode(bytes)
        );
    }
    let mut rest = bytes;
    let theirs = match BigSize::read(&mut rest) {
        Ok(value) => Ok((value.0, bytes.len() - rest.len())),
        Err(DecodeError::ShortRead) => Err(BigSizeError::Truncated),
        Err(_) => Err(BigSizeError::NotMinimal),
    };
    ensure!(ours == theirs, "{}: {ours:?}, LDK: {theirs:?}", hex::encode(bytes));
    agree::ask(&Input::BigSizeDecode(BigSizeDecode { bytes: bytes.into() }), &[], quirk)?;
    if let Ok((value, _)) = ours {
        agree::ask(&Input::BigSizeEncode(BigSizeEncode { value: Decimal(value) }), &[], quirk)?;
    }
    Ok(Tally::compared(3))
}

/// A stream that decodes encodes back to the same bytes; its payload decodes, or fails no later than the stream and
/// by the stream's rule where it fails there; and nothing is allocated for it.
pub fn bytes(stream: &[u8], _: Option<Quirk>) -> OracleResult {
    let (walked, payload) = budget::nothing("decoding a stream", || {
        let namespace = PayloadNamespace { ignore_even_custom_records: true, amp: false };
        (identity(stream), Payload::decode(stream, &namespace).map(drop))
    })?;
    let sound = match (walked, payload) {
        (Ok(same), Ok(())) => same,
        (Ok(same), Err(error)) => same && error.offset < stream.len(),
        (Err(_), Ok(())) => false,
        (Err(grammar), Err(error)) => error.offset < grammar.offset || error == grammar,
    };
    ensure!(
        sound,
        "{}: {walked:?} (true when the bytes are the same), as a payload {payload:?}",
        hex::encode(stream)
    );
    Ok(Tally::compared(2))
}

/// Every namespace and the payload decode a stream as the model predicts, rule and offset.
fn as_predicted(stream: &[u8]) -> OracleResult {
    let place = |error: TlvError| (error.rule, error.offset);
    for namespace in Namespace::ALL {
        let mut predicted = Ok(());
        let grammar = model::walk(stream, |offset, kind, value| {
            if predicted.is_ok() {
                predicted = model::value(namespace, kind, value).map(drop).map_err(|rule| (rule, offset));
            }
        });
        let predicted = predicted.and(grammar);
        let payload = PayloadNamespace {
            ignore_even_custom_records: namespace == Namespace::TolerantPayload,
            amp: false,
        };
        let payload = match namespace {
            Namespace::N1 | Namespace::N2 => None,
            _ => Some(Payload::decode(stream, &payload).map(drop)),
        };
        let decoded = decode(namespace, stream).map(drop);
        for decoded in [Some(decoded), payload].into_iter().flatten() {
            ensure!(
                decoded.map_err(place) == predicted,
                "{} in {namespace:?}: {decoded:?}, predicted {predicted:?}",
                hex::encode(stream)
            );
        }
    }
    Ok(Tally::compared(6))
}

/// Whether the records of a stream, encoded again, are the stream.
fn identity(stream: &[u8]) -> Result<bool, TlvError> {
    let mut rest = Some(stream);
    for record in tlv::records(stream) {
        let record = record?;
        let (kind, length) = (bigsize::encode(record.r#type), bigsize::encode(record.value.len() as u64));
        rest = rest
            .and_then(|rest| rest.strip_prefix(kind.as_ref()))
            .and_then(|rest| rest.strip_prefix(length.as_ref()))
            .and_then(|rest| rest.strip_prefix(record.value));
    }
    Ok(rest.is_some_and(<[u8]>::is_empty))
}

/// The known records of a stream, as the reference gives them.
///
/// # Errors
/// The rule that is broken.
pub fn decode(namespace: Namespace, stream: &[u8]) -> Result<Vec<Record<'_>>, TlvError> {
    match namespace {
        Namespace::N1 => tlv::decode(stream, &N1),
        Namespace::N2 => tlv::decode(stream, &N2),
        Namespace::Payload => tlv::decode(stream, &PayloadNamespace::default()),
        Namespace::TolerantPayload => {
            tlv::decode(stream, &PayloadNamespace { ignore_even_custom_records: true, amp: false })
        }
    }
}

/// Streams decode as the model predicts. LDK's macro for streams decodes and refuses the same streams as the reference, in
/// every namespace, and gives the same records; and so does the second implementation, with the same reason.
pub fn against_ldk(stream: &[u8], quirk: Option<Quirk>) -> OracleResult {
    let mut tally = as_predicted(stream)?;
    budget::within("tlv::decode", stream.len(), || decode(Namespace::Payload, stream).map(drop))?.ok();
    for namespace in Namespace::ALL {
        let input = namespace.input(stream);
        let ours = agree::ask(&input, namespace.choices(), quirk)?;
        tally = tally.and(Tally::compared(1));
        // LDK has one behaviour for custom records: that of the tolerant payload.
        if namespace != Namespace::Payload {
            tally = tally.and(ldk::tlv_decode(namespace, stream, &input, &ours)?);
        }
        if let Content::Accept(output) = &ours {
            // What is kept decodes again by itself, to itself.
            let kept = decode(namespace, stream).unwrap_or_default();
            let mut again = Vec::new();
            kept.iter().for_each(|record| tlv::encode_record(record.r#type, record.value, &mut again));
            let input = namespace.input(&again);
            let second_time = agree::ask(&input, namespace.choices(), quirk)?;
            ensure!(
                second_time == Content::Accept(output.clone()),
                "unknown records of {} change the known ones",
                hex::encode(stream)
            );
            tally = tally.and(Tally::compared(1));
        }
    }
    Ok(tally)
}
