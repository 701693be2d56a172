//! The proof that no bytes make BigSize, the TLV rules or the keysend check panic: each function here has a guard whose only call
//! is to a function that does not exist, and the guard is gone only if the optimizer finds no way to a panic. So the proof is that
//! this program links: `cargo build --release --manifest-path fuzz/proofs/Cargo.toml`. It then decodes its stdin.

use std::hint::black_box;
use std::io::{self, Read};

use no_panic::no_panic;
use spontan::bolt1::bigsize::{self, BigSizeError};
use spontan::bolt1::tlv::{self, N1, N2, Namespace, TlvError};
use spontan::bolt4::PaymentHash;
use spontan::bolt4::payload::{Payload, PayloadNamespace};
use spontan::scheme::keysend::{self, Record};

#[no_panic]
fn bigsize(bytes: &[u8]) -> Result<(u64, usize), BigSizeError> {
    bigsize::decode(bytes)
}

#[no_panic]
fn bigsize_again(value: u64) -> bigsize::Encoded {
    bigsize::encode(value)
}

/// How many known records there are.
#[no_panic]
fn n1(stream: &[u8]) -> Result<usize, TlvError> {
    known(stream, &N1)
}

#[no_panic]
fn n2(stream: &[u8]) -> Result<usize, TlvError> {
    known(stream, &N2)
}

#[no_panic]
fn payload_records(stream: &[u8], namespace: PayloadNamespace) -> Result<usize, TlvError> {
    known(stream, &namespace)
}

fn known(stream: &[u8], namespace: &impl Namespace) -> Result<usize, TlvError> {
    let mut count = 0;
    for record in tlv::known(stream, namespace) {
        record?;
        count += 1;
    }
    Ok(count)
}

#[no_panic]
fn payload(stream: &[u8], namespace: PayloadNamespace) -> Result<Payload<'_>, TlvError> {
    Payload::decode(stream, &namespace)
}

#[no_panic]
fn keysend(payload: &Payload<'_>, payment_hash: &PaymentHash) -> Record {
    keysend::receive(payload, payment_hash)
}

fn main() -> io::Result<()> {
    let mut bytes = Vec::new();
    io::stdin().read_to_end(&mut bytes)?;
    let namespace = PayloadNamespace { ignore_even_custom_records: black_box(false), amp: false };
    println!("{:?}", bigsize(&bytes));
    println!("{:?}", bigsize_again(bytes.len() as u64));
    println!("{:?}", n1(&bytes));
    println!("{:?}", n2(&bytes));
    println!("{:?}", payload_records(&bytes, namespace));
    let decoded = payload(&bytes, namespace);
    println!("{decoded:?}");
    println!("{:?}", keysend(&decoded.unwrap_or_default(), &black_box(PaymentHash([0; 32]))));
    Ok(())
}
