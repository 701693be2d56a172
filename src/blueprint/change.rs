//! The verbs by which a blueprint is changed in one place. A recipe's odd line is one of them, and so is what a fuzzer
//! does to an input. Each leaves the rest as it is, and what follows from the change is made anew when the input is built:
//! lengths, the HMAC, the payment hash where it is that of the record.

use super::htlc::{Hash, Htlc};
use super::onion::{Onion, Payer};
use super::stream::{Record, Stream, truncated};
use crate::bolt4::{HOP_PAYLOADS_LENGTH, PACKET_LENGTH};

impl Record {
    /// Flips bits of one byte of the value; nothing where the value is shorter.
    pub fn flip(&mut self, at: usize, bits: u8) {
        if let Some(byte) = self.value.get_mut(at) {
            *byte ^= bits;
        }
    }

    /// Cuts the value to this length, in bytes, or fills it up with zeros.
    pub fn resize(&mut self, length: usize) {
        let mut value = std::mem::take(&mut self.value);
        value.resize(length, 0);
        self.set(value);
    }

    /// Writes the type in this many bytes: 3, 5 or 9 where fewer would do.
    pub const fn widen_type(&mut self, width: usize) {
        self.type_width = width;
    }

    /// Writes the length in this many bytes: 3, 5 or 9 where fewer would do.
    pub const fn widen_length(&mut self, width: usize) {
        self.length_width = width;
    }
}

impl Stream {
    /// The first record of a type; an empty one where its type belongs if there is none yet.
    pub fn record(&mut self, r#type: u64) -> &mut Record {
        let at = self.records.iter().position(|record| record.r#type == r#type).unwrap_or_else(|| {
            let at = self.records.partition_point(|record| record.r#type < r#type);
            self.records.insert(at, Record::new(r#type, []));
            at
        });
        &mut self.records[at]
    }

    /// Puts a record where its type belongs, in place of one of the same type.
    pub fn put(&mut self, r#type: u64, value: impl Into<Vec<u8>>) {
        self.put_record(Record::new(r#type, value));
    }

    /// Puts a record where its type belongs, in place of one of the same type.
    pub fn put_record(&mut self, record: Record) {
        self.records.retain(|other| other.r#type != record.r#type);
        let at = self.records.partition_point(|other| other.r#type < record.r#type);
        self.records.insert(at, record);
    }

    /// Puts a record with a truncated integer where its type belongs.
    pub fn put_integer(&mut self, r#type: u64, number: u64) {
        self.put(r#type, truncated(number));
    }

    /// Removes every record of a type.
    pub fn drop(&mut self, r#type: u64) {
        self.records.retain(|record| record.r#type != r#type);
    }

    /// Writes the first record of a type a second time, right after itself.
    pub fn repeat(&mut self, r#type: u64) {
        if let Some(at) = self.records.iter().position(|record| record.r#type == r#type) {
            self.records.insert(at, self.records[at].clone());
        }
    }

    /// Moves the first record of a type to the front.
    pub fn move_to_front(&mut self, r#type: u64) {
        if let Some(at) = self.records.iter().position(|record| record.r#type == r#type) {
            self.records[..=at].rotate_right(1);
        }
    }

    /// Cuts bytes off the end.
    pub fn cut(&mut self, count: usize) {
        let mut bytes = self.bytes();
        bytes.truncate(bytes.len().saturating_sub(count));
        *self = Self::parse(&bytes);
    }

    /// Writes bytes after the last record, whatever they are.
    pub fn append(&mut self, bytes: &[u8]) {
        *self = Self::parse(&[&self.bytes(), bytes].concat());
    }
}

impl Onion {
    /// Flips bits of one byte of the finished packet.
    pub fn flip(&mut self, at: usize, bits: u8) {
        match at {
            0 => self.version ^= bits,
            34.. if at < 34 + HOP_PAYLOADS_LENGTH => self.flip = Some((at - 34, bits)),
            _ if at < 34 => {
                let mut key = self.key.unwrap_or_else(|| self.public_key());
                key[at - 1] ^= bits;
                self.key = Some(key);
            }
            _ if at < PACKET_LENGTH => self.hmac_xor[at - 34 - HOP_PAYLOADS_LENGTH] ^= bits,
            _ => {}
        }
    }

    /// Writes a length prefix that is not the payload's, in this many bytes. No payer builds such a packet: it is made by hand.
    pub fn prefix(&mut self, length: u64, width: usize) {
        self.by_hand();
        self.prefix = Some((length, width));
    }

    /// Writes another `next_hmac`; as no payer knows one beforehand, the packet is made by hand.
    pub fn next_hmac(&mut self, next_hmac: [u8; 32]) {
        self.by_hand();
        self.next_hmac = next_hmac;
    }

    /// Makes the packet with the payer's session key, but not as a payer builds it.
    pub fn by_hand(&mut self) {
        if let Payer::Route(route) = &self.payer {
            self.payer = Payer::ByHand(route.session_key);
        }
    }
}

impl Htlc {
    /// The payload's first record of a type; see [`Stream::record`].
    pub fn record(&mut self, r#type: u64) -> &mut Record {
        self.onion.payload.record(r#type)
    }

    /// The payload.
    pub const fn payload(&mut self) -> &mut Stream {
        &mut self.onion.payload
    }

    /// Changes the payment hash: the packet is made for the new one.
    pub const fn pays(&mut self, hash: [u8; 32]) {
        self.hash = Hash::Given(hash);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::ordinary;

    fn changed(change: impl FnOnce(&mut Stream)) -> String {
        let mut stream = Stream::parse(&[2, 1, 7, 4, 0]);
        change(&mut stream);
        hex::encode(stream.bytes())
    }

    #[test]
    fn each_verb_changes_what_it_says() {
        assert_eq!(changed(|s| s.record(2).flip(0, 1)), "0201060400");
        assert_eq!(changed(|s| s.record(2).resize(2)), "020207000400");
        assert_eq!(changed(|s| s.record(2).widen_type(3)), "fd000201070400");
        assert_eq!(changed(|s| s.record(4).widen_length(3)), "02010704fd0000");
        assert_eq!(changed(|s| s.put(3, [9])), "0201070301090400");
        assert_eq!(changed(|s| s.put_integer(4, 256)), "02010704020100");
        assert_eq!(changed(|s| s.drop(2)), "0400");
        assert_eq!(changed(|s| s.repeat(2)), "0201070201070400");
        assert_eq!(changed(|s| s.move_to_front(4)), "0400020107");
        assert_eq!(changed(|s| s.cut(1)), "02010704");
        assert_eq!(changed(|s| s.append(&[0])), "020107040000");
    }

    #[test]
    fn a_byte_of_the_packet_is_flipped_wherever_it_is() {
        let node = ordinary::node(0);
        let onion = Onion::new(ordinary::payload(true));
        let packet = onion.seal(&node, &[]);
        for at in [0, 1, 33, 34, 700, 1333, 1334, 1365] {
            let mut expected = packet.clone();
            expected[at] ^= 0x41;
            let mut onion = onion.clone();
            onion.flip(at, 0x41);
            assert_eq!(onion.seal(&node, &[]), expected, "{at}");
        }
    }
}
