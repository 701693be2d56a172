//! What ends an adapter's process group if this process is killed outright: a shell that waits for the end of a pipe which this
//! process alone holds open. A parent-death signal would have to be set in the child before it runs the adapter, which is unsafe
//! code; it would reach one process instead of the group, and when a thread ends.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use rustix::process::Pid;

/// Waits for the end of its input, then kills its group. The adapter may be on its way into the group at that moment: it is given a
/// second.
const SCRIPT: &str = "read nothing; sleep 1; kill -s KILL 0";

/// The guard of one process group, whose leader it is: so the group is there before the adapter is, and no moment is without a guard.
#[derive(Debug)]
pub struct Guard(Option<Child>);

impl Guard {
    /// Starts a guard and its group.
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

    /// The group; none if there is no guard.
    pub fn group(&self) -> Option<Pid> {
        self.0.as_ref().map(Pid::from_child)
    }

    /// Ends it. The group's number is free for another group after that.
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
