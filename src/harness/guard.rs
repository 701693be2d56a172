//! What ends an adapter's process group if this process is killed outright: a shell that waits for the end of a pipe which this
//! process alone holds open. A parent-death signal would have to be set in the child before it runs the adapter, which is unsafe
//! code; it would reach one process instead of the group, and when a thread ends.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use rustix::process::Pid;

/// Reads the number of the group, then waits for the end of its input.
const SCRIPT: &str = "read group && { read nothing; kill -s KILL -- \"-$group\"; }";

/// The guard of one process group.
#[derive(Debug)]
pub struct Guard(Option<Child>);

impl Guard {
    /// Starts a guard without a group: it must be there before the adapter is, so that no moment is without one.
    pub fn start() -> Self {
        // A group of its own, since a signal for the user's command is not for it.
        let shell = Command::new("/bin/sh")
            .args(["-c", SCRIPT])
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        // Without a shell an adapter still sees the end of its stdin.
        Self(shell.ok())
    }

    /// Sets it over a group.
    pub fn watch(&mut self, group: Pid) {
        if let Some(stdin) = self.0.as_mut().and_then(|shell| shell.stdin.as_mut()) {
            let _ = writeln!(stdin, "{}", group.as_raw_pid());
        }
    }

    /// Ends it. The group's number must not be free for another group before that.
    pub fn dismiss(&mut self) {
        if let Some(mut shell) = self.0.take() {
            let _ = shell.kill();
            let _ = shell.wait();
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.dismiss();
    }
}
