//! Oracles of BOLT 1: BigSize and TLV streams as bytes.

use lightning::ln::msgs::DecodeError;
use lightning::util::ser::{BigSize, Readable};
use serde_json::json;
use spontan::bolt1::bigsize::{self, BigSizeError};
use spontan::bolt1::tlv::{self, N1, N2, Record, TlvError};
use spontan::bolt4::payload::{Payload, PayloadNamespace};
use spontan::protocol::Content;

use crate::model::{self, Namespace};
use crate::{Checked, Second, Seen, agree, budget, ensure, ldk};

/// Bytes that decode as a BigSize are the one encoding of their value; LDK agrees, with its two errors; and so does the
/// second implementation.
pub fn bigsize(bytes: &[u8], second: &Second) -> Checked {
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
    agree::ask("bigsize.decode", &json!({"bytes": hex::encode(bytes)}), &[], second)?;
    if let Ok((value, _)) = ours {
        agree::ask("bigsize.encode", &json!({"value": value.to_string()}), &[], second)?;
    }
    Ok(Seen::compared(3))
}

/// A stream that decodes encodes back to the same bytes; each namespace and the payload decode it as the model
/// predicts, rule and offset.
pub fn bytes(stream: &[u8], _: &Second) -> Checked {
    let mut encoded = Vec::with_capacity(stream.len());
    let walked = tlv::records(stream).try_for_each(|record| {
        let record = record?;
        tlv::encode_record(record.r#type, record.value, &mut encoded);
        Ok(())
    });
    let place = |error: TlvError| (error.rule, error.offset);
    let predicted = model::walk(stream, |_, _| Ok(()));
    ensure!(
        walked.map_err(place) == predicted,
        "{}: {walked:?}, predicted {predicted:?}",
        hex::encode(stream)
    );
    ensure!(
        walked.is_err() || encoded == stream,
        "{} encodes back to {}",
        hex::encode(stream),
        hex::encode(&encoded)
    );
    for namespace in Namespace::ALL {
        let predicted = model::walk(stream, |kind, value| model::value(namespace, kind, value).map(drop));
        let payload =
            PayloadNamespace { ignore_even_custom_records: namespace == Namespace::TolerantPayload };
        let decoded = match namespace {
            Namespace::N1 => tlv::known(stream, &N1).try_for_each(|record| record.map(drop)),
            Namespace::N2 => tlv::known(stream, &N2).try_for_each(|record| record.map(drop)),
            _ => budget::within("Payload::decode", stream.len(), || {
                Payload::decode(stream, &payload).map(drop)
            })?,
        };
        ensure!(
            decoded.map_err(place) == predicted,
            "{} in {namespace:?}: {decoded:?}, predicted {predicted:?}",
            hex::encode(stream)
        );
    }
    Ok(Seen::compared(6))
}

/// The known records of a stream, as the reference gives them.
///
/// # Errors
/// The rule that is broken.
pub fn decode(namespace: Namespace, stream: &[u8]) -> Result<Vec<Record<'_>>, TlvError> {
    match namespace {
        Namespace::N1 => tlv::decode(stream, &N1),
        Namespace::N2 => tlv::decode(stream, &N2),
        Namespace::Payload => tlv::decode(stream, &PayloadNamespace { ignore_even_custom_records: false }),
        Namespace::TolerantPayload => {
            tlv::decode(stream, &PayloadNamespace { ignore_even_custom_records: true })
        }
    }
}

/// LDK's macro for streams decodes and refuses the same streams as the reference, in every namespace, and gives the same
/// records; and so does the second implementation, with the same reason.
pub fn against_ldk(stream: &[u8], second: &Second) -> Checked {
    let mut seen = Seen::default();
    budget::within("tlv::decode", stream.len(), || decode(Namespace::Payload, stream).map(drop))?.ok();
    for namespace in Namespace::ALL {
        let input = json!({"namespace": namespace.name(), "stream": hex::encode(stream)});
        let ours = agree::ask("tlv.decode", &input, namespace.choices(), second)?;
        seen = seen.and(Seen::compared(1));
        // LDK has one behaviour for custom records: that of the tolerant payload.
        if namespace != Namespace::Payload {
            seen = seen.and(ldk::tlv_decode(namespace, stream, &input, &ours)?);
        }
        if let Content::Accept(output) = &ours {
            // What is kept decodes again by itself, to itself.
            let kept = decode(namespace, stream).unwrap_or_default();
            let mut again = Vec::new();
            kept.iter().for_each(|record| tlv::encode_record(record.r#type, record.value, &mut again));
            let input = json!({"namespace": namespace.name(), "stream": hex::encode(&again)});
            let second_time = agree::ask("tlv.decode", &input, namespace.choices(), second)?;
            ensure!(
                second_time == Content::Accept(output.clone()),
                "unknown records of {} change the known ones",
                hex::encode(stream)
            );
            seen = seen.and(Seen::compared(1));
        }
    }
    Ok(seen)
}
