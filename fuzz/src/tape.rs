//! Bytes that are read or written field by field, by one description for both directions. Integers are big-endian. A length
//! below 255 is one byte; a longer one is the byte 255 and two more; no length is more than what is left. A choice among
//! several values is one byte, modulo their number, so that every byte is one of them.

use arbitrary::Unstructured;

macro_rules! numbers {
    ($($number:ident)*) => { $(
        /// A number.
        pub fn $number(&mut self, value: &mut $number) -> Option<()> {
            let mut bytes = value.to_be_bytes();
            self.array(&mut bytes)?;
            *value = $number::from_be_bytes(bytes);
            Some(())
        }
    )* };
}

/// Bytes that are read, or written, field by field. A field is read into its place, or written from it.
pub enum Tape<'a> {
    /// What is left to read.
    Read(Unstructured<'a>),
    /// What is written so far.
    Write(Vec<u8>),
}

impl<'a> Tape<'a> {
    /// These bytes, to be read.
    pub fn read(bytes: &'a [u8]) -> Self {
        Self::Read(Unstructured::new(bytes))
    }

    /// The bytes that are written.
    pub fn written(write: impl FnOnce(&mut Self) -> Option<()>) -> Option<Vec<u8>> {
        let mut tape = Self::Write(Vec::new());
        write(&mut tape)?;
        if let Self::Write(bytes) = tape { Some(bytes) } else { None }
    }

    /// Bytes of fixed length.
    pub fn array<const N: usize>(&mut self, value: &mut [u8; N]) -> Option<()> {
        match self {
            Self::Read(tape) => value.copy_from_slice(tape.bytes(N).ok()?),
            Self::Write(out) => out.extend_from_slice(value),
        }
        Some(())
    }

    numbers! { u8 u16 u32 u64 }

    /// One of several values.
    pub fn one_of<T: Copy + PartialEq>(&mut self, value: &mut T, all: &[T]) -> Option<()> {
        let mut place = all.iter().position(|one| one == value)? as u8;
        self.u8(&mut place)?;
        *value = all[usize::from(place) % all.len()];
        Some(())
    }

    /// Bytes with their length before them.
    pub fn sized(&mut self, value: &mut Vec<u8>) -> Option<()> {
        let mut length = u16::try_from(value.len()).ok()?;
        let mut first = length.min(u8::MAX.into()) as u8;
        self.u8(&mut first)?;
        match first {
            u8::MAX => self.u16(&mut length)?,
            _ => length = first.into(),
        }
        let left = if let Self::Read(tape) = self { tape.len() } else { usize::MAX };
        self.fixed(value, usize::from(length).min(left))
    }

    /// A list of at most `max` items, others are left out; so is a last item that is cut short.
    pub fn list<T: Clone>(
        &mut self,
        list: &mut Vec<T>,
        max: usize,
        blank: &T,
        item: impl Fn(&mut Self, &mut T) -> Option<()>,
    ) -> Option<()> {
        if let Self::Write(_) = self {
            return list.iter_mut().take(max).try_for_each(|value| item(self, value));
        }
        while list.len() < max {
            let mut value = blank.clone();
            if item(self, &mut value).is_none() {
                break;
            }
            list.push(value);
        }
        Some(())
    }

    /// Bytes of a length that is known.
    pub fn fixed(&mut self, value: &mut Vec<u8>, length: usize) -> Option<()> {
        match self {
            Self::Read(tape) => *value = tape.bytes(length).ok()?.to_vec(),
            Self::Write(_) if value.len() != length => return None,
            Self::Write(out) => out.extend_from_slice(value),
        }
        Some(())
    }

    /// All the bytes that are left.
    pub fn rest(&mut self, value: &mut Vec<u8>) -> Option<()> {
        let length = if let Self::Read(tape) = self { tape.len() } else { value.len() };
        self.fixed(value, length)
    }
}
