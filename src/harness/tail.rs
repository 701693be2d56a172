//! The last of what an adapter wrote to stderr. It is read all the time, so that the adapter never waits, and bounded.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::ioctl_fionread;

/// How many bytes are kept at least.
const KEPT_BYTES: usize = 64 << 10;
/// How long [`Tail::since`] waits at most for what is in the pipe already.
const MAX_CATCH_UP: Duration = Duration::from_secs(2);

/// A bounded tail of a pipe, which one thread fills and others look at.
#[derive(Debug, Clone)]
pub struct Tail {
    pipe: Arc<File>,
    kept: Arc<Mutex<Buffer>>,
}

#[derive(Debug, Default)]
struct Buffer {
    bytes: Vec<u8>,
    /// How many bytes came in all.
    total: u64,
    closed: bool,
}

impl Tail {
    /// The tail of this pipe; nothing is read before [`Tail::fill`].
    pub fn new(pipe: impl Into<OwnedFd>) -> Self {
        Self { pipe: Arc::new(File::from(pipe.into())), kept: Arc::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Buffer> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads until the other side closes.
    pub fn fill(&self) {
        let mut chunk = vec![0; 16 << 10];
        loop {
            // It waits without the lock and reads with it, so that whoever has the lock knows that every byte is
            // either kept or still in the pipe.
            let waited = poll(&mut [PollFd::new(&*self.pipe, PollFlags::IN)], None);
            if waited.is_err_and(|error| error != rustix::io::Errno::INTR) {
                break;
            }
            let mut kept = self.lock();
            match (&*self.pipe).read(&mut chunk) {
                Ok(0) => break,
                Ok(read) => kept.push(&chunk[..read]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        self.lock().closed = true;
    }

    /// How many bytes came so far: a mark for [`Tail::since`].
    pub fn mark(&self) -> u64 {
        self.lock().total
    }

    /// What came since a mark, as far as it is kept, with what is in the pipe already: an answer may arrive before the
    /// log lines that were written ahead of it. Bytes that are no UTF-8 are replaced.
    pub fn since(&self, mark: u64) -> String {
        let until = Instant::now() + MAX_CATCH_UP;
        let mut kept = self.lock();
        let due = kept.total + ioctl_fionread(&*self.pipe).unwrap_or(0);
        while kept.total < due && !kept.closed && Instant::now() < until {
            drop(kept);
            thread::sleep(Duration::from_micros(100));
            kept = self.lock();
        }
        let new = usize::try_from(kept.total.saturating_sub(mark)).unwrap_or(usize::MAX);
        let new = new.min(kept.bytes.len()).min(KEPT_BYTES);
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

impl Buffer {
    fn push(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        self.bytes.extend_from_slice(bytes);
        // Twice the size before it is cut, so that a flood is not moved for every chunk.
        if self.bytes.len() > 2 * KEPT_BYTES {
            let cut = self.bytes.len() - KEPT_BYTES;
            self.bytes.drain(..cut);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn tail() -> (Tail, std::io::PipeWriter) {
        let (reader, writer) = std::io::pipe().unwrap();
        let tail = Tail::new(reader);
        let filled = tail.clone();
        thread::spawn(move || filled.fill());
        (tail, writer)
    }

    #[test]
    fn a_flood_keeps_its_end_only() {
        let (tail, mut writer) = tail();
        writer.write_all(&vec![b'x'; 10 << 20]).unwrap();
        writer.write_all(b"the end").unwrap();
        let text = tail.since(0);
        assert_eq!(text.len(), KEPT_BYTES);
        assert!(text.ends_with("xthe end"));
        assert!(tail.lock().bytes.capacity() <= 4 * KEPT_BYTES);
    }

    #[test]
    fn a_mark_hides_what_came_before() {
        let (tail, mut writer) = tail();
        writer.write_all(b"before\n").unwrap();
        assert_eq!(tail.since(0), "before\n");
        let mark = tail.mark();
        writer.write_all(b"after \xff\n").unwrap();
        assert_eq!(tail.since(mark), "after \u{fffd}\n");
    }

    #[test]
    fn what_is_written_is_never_missed() {
        for _ in 0..1000 {
            let (tail, mut writer) = tail();
            writer.write_all(b"log").unwrap();
            assert_eq!(tail.since(0), "log");
        }
    }
}
