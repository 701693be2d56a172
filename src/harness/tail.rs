//! The last of what an adapter wrote to stderr. It is read all the time, so that the adapter never waits, and bounded.

use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How many bytes are kept.
const KEPT: usize = 64 << 10;

/// A bounded tail that one thread fills and others look at.
#[derive(Debug, Clone, Default)]
pub struct Tail(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    bytes: Vec<u8>,
    /// How many bytes came in all.
    total: u64,
    closed: bool,
}

impl Tail {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads until the end of `source`.
    pub fn fill(&self, mut source: impl Read) {
        let mut chunk = vec![0; 16 << 10];
        loop {
            match source.read(&mut chunk) {
                Ok(0) => break,
                Ok(read) => self.push(&chunk[..read]),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        self.lock().closed = true;
    }

    fn push(&self, bytes: &[u8]) {
        let mut kept = self.lock();
        kept.total += bytes.len() as u64;
        kept.bytes.extend_from_slice(bytes);
        // Twice the size before it is cut, so that a flood is not moved for every chunk.
        if kept.bytes.len() > 2 * KEPT {
            let cut = kept.bytes.len() - KEPT;
            kept.bytes.drain(..cut);
        }
    }

    /// How many bytes came so far: a mark for [`Tail::since`].
    pub fn mark(&self) -> u64 {
        self.lock().total
    }

    /// What came since a mark, as far as it is kept; bytes that are no UTF-8 are replaced.
    pub fn since(&self, mark: u64) -> String {
        let kept = self.lock();
        let new = usize::try_from(kept.total.saturating_sub(mark))
            .unwrap_or(usize::MAX)
            .min(kept.bytes.len())
            .min(KEPT);
        String::from_utf8_lossy(&kept.bytes[kept.bytes.len() - new..]).into_owned()
    }

    /// Waits until the other side closed, `patience` at most.
    pub fn settle(&self, patience: Duration) {
        let until = Instant::now() + patience;
        while !self.lock().closed && Instant::now() < until {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_keeps_its_end_only() {
        let tail = Tail::default();
        let mut flood = vec![b'x'; 10 << 20];
        flood.extend_from_slice(b"the end");
        tail.fill(&flood[..]);
        let text = tail.since(0);
        assert_eq!(text.len(), KEPT);
        assert!(text.ends_with("xthe end"));
        assert!(tail.lock().bytes.capacity() <= 4 * KEPT);
    }

    #[test]
    fn a_mark_hides_what_came_before() {
        let tail = Tail::default();
        tail.push(b"before\n");
        let mark = tail.mark();
        tail.push(b"after \xff\n");
        assert_eq!(tail.since(mark), "after \u{fffd}\n");
    }
}
