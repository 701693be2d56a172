//! The signals with which a user or the system ends a run: after one of them every wait for an adapter ends and its process
//! group is killed, so that what was found so far can still be told. Signals are the process's, and so this is too.

use std::fmt;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

/// The number of the signal that came, or 0.
static RECEIVED: LazyLock<Arc<AtomicUsize>> = LazyLock::new(Arc::default);

/// A signal that ends a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interrupt {
    /// The terminal was closed.
    Hangup,
    /// Ctrl-C.
    Interrupt,
    /// Another process asks for the end.
    Terminate,
}

impl Interrupt {
    const ALL: [Self; 3] = [Self::Hangup, Self::Interrupt, Self::Terminate];

    const fn number(self) -> i32 {
        match self {
            Self::Hangup => SIGHUP,
            Self::Interrupt => SIGINT,
            Self::Terminate => SIGTERM,
        }
    }
}

impl fmt::Display for Interrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hangup => "SIGHUP",
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
        })
    }
}

/// Waits for these signals from now on. The first one ends what goes on; another one ends this process at once.
///
/// # Errors
/// What the operating system says.
pub fn listen() -> io::Result<()> {
    for signal in Interrupt::ALL.map(Interrupt::number).into_iter().filter(|signal| !is_ignored(*signal)) {
        let seen = Arc::new(std::sync::atomic::AtomicBool::new(false));
        // In this order: the first signal finds nothing seen yet.
        flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&seen))?;
        flag::register(signal, seen)?;
        flag::register_usize(signal, Arc::clone(&RECEIVED), signal.unsigned_abs() as usize)?;
    }
    Ok(())
}

/// The signal that came, if one did since [`listen`].
pub fn received() -> Option<Interrupt> {
    let number = RECEIVED.load(Ordering::Relaxed);
    Interrupt::ALL.into_iter().find(|signal| signal.number().unsigned_abs() as usize == number)
}

/// Was this process started with a signal ignored, as by `nohup`? Then it stays so. Linux tells.
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask >> (signal - 1) & 1 == 1
}
