//! How many processes an adapter's group has, and how much memory they take. Linux keeps the highest value of each process, so that what is read now and
//! then misses no peak of a process that is still there; elsewhere nothing is known.

use std::fs;
use std::time::{Duration, Instant};

use rustix::process::Pid;

/// How often the processes of a group are looked up at most.
const SEARCH_INTERVAL: Duration = Duration::from_millis(250);
/// What part of the time such a search may take: `/proc` has a directory for every process of the system.
const SEARCH_SHARE: u32 = 20;

/// A look at a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    /// The most memory that its processes had, each at its own highest, in bytes.
    pub resident: u64,
    /// By how much the address space of one of its processes grew since the mark, at its highest, in bytes.
    pub grown: u64,
    /// How many processes there are. Those that have ended and wait to be reaped do not count.
    pub processes: usize,
}

/// What is known of the memory of a process group.
#[derive(Debug)]
pub struct Meter {
    process: Pid,
    group: Pid,
    /// Its processes, each with the highest size of its address space at the mark.
    members: Vec<(Pid, Option<u64>)>,
    searched: Option<(Instant, Duration)>,
    looked: Option<Instant>,
    peak: Option<u64>,
}

impl Meter {
    /// Nothing is known yet.
    pub fn new(process: Pid, group: Pid) -> Self {
        Self { process, group, members: vec![(process, None)], searched: None, looked: None, peak: None }
    }

    /// The most that any look found, in bytes; none if this system does not tell.
    pub fn peak(&self) -> Option<u64> {
        self.peak
    }

    /// Looks, and sets the mark from which the growth of address spaces is counted.
    pub fn mark(&mut self) -> Option<Look> {
        for (pid, size) in &mut self.members {
            *size = sizes(*pid).map(|(_, size)| size);
        }
        self.look()
    }

    /// Is the last look as long ago as this?
    pub fn is_due(&self, interval: Duration) -> bool {
        self.looked.is_none_or(|looked| looked.elapsed() >= interval)
    }

    /// Looks at the processes of the group that are known, and for others if that was not done a moment ago.
    pub fn look(&mut self) -> Option<Look> {
        if self
            .searched
            .is_none_or(|(since, took)| since.elapsed() >= SEARCH_INTERVAL.max(took * SEARCH_SHARE))
        {
            self.search();
        }
        self.look_at_known()
    }

    fn look_at_known(&mut self) -> Option<Look> {
        self.looked = Some(Instant::now());
        let mut look = Look::default();
        self.members.retain_mut(|(pid, size)| {
            // A zombie has no memory left to tell of.
            let Some((resident, now)) = sizes(*pid) else { return *pid == self.process };
            look.processes += 1;
            look.resident += resident;
            look.grown = look.grown.max(size.map_or(0, |before| now.saturating_sub(before)));
            true
        });
        if look.processes == 0 {
            return None;
        }
        self.peak = self.peak.max(Some(look.resident));
        Some(look)
    }

    /// Looks for processes that the group has by now. Its leader is the adapter, or the guard, which does not count.
    pub fn search(&mut self) {
        let started = Instant::now();
        let Ok(processes) = fs::read_dir("/proc") else { return };
        let pids = processes.filter_map(|entry| {
            let number = entry.ok()?.file_name().to_str()?.parse().ok()?;
            Pid::from_raw(number)
        });
        for pid in pids.filter(|pid| *pid != self.group && is_in(*pid, self.group)) {
            if !self.members.iter().any(|(known, _)| *known == pid) {
                self.members.push((pid, None));
            }
        }
        self.searched = Some((Instant::now(), started.elapsed()));
    }
}

/// Is a process in this group?
fn is_in(pid: Pid, group: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_pid())).unwrap_or_default();
    // pid (name) state parent group …, and the name may hold anything.
    let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
    after.split_whitespace().nth(2).is_some_and(|number| number.parse() == Ok(group.as_raw_pid()))
}

/// The highest memory and the highest size of the address space that a process ever had, in bytes.
fn sizes(pid: Pid) -> Option<(u64, u64)> {
    let status = fs::read_to_string(format!("/proc/{}/status", pid.as_raw_pid())).ok()?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().strip_suffix(" kB")?.parse::<u64>().ok()?.checked_mul(1024)
    };
    Some((field("VmHWM:")?, field("VmPeak:")?))
}

/// Does this system tell which processes there are, and how much memory they take?
pub fn is_told() -> bool {
    sizes(rustix::process::getpid()).is_some()
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;
    use std::os::unix::process::CommandExt;
    use std::process::{Command, Stdio};

    #[test]
    fn all_processes_of_a_group_count() {
        let mut shell = Command::new("sh")
            .args(["-c", "sleep 60 & sleep 60 & wait"])
            .stdout(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        let group = Pid::from_child(&shell);
        let mut meter = Meter::new(group, group);
        let until = Instant::now() + Duration::from_secs(60);
        while meter.members.len() < 3 {
            assert!(Instant::now() < until, "{meter:?}");
            meter.search();
        }
        let Look { resident: one, processes, .. } = meter.look().unwrap();
        assert_eq!(processes, 3);
        let alone = Meter::new(group, group).look_at_known().unwrap().resident;
        assert!(one > alone && alone > 0, "{one}, {alone} of which are the shell's");
        rustix::process::kill_process_group(group, rustix::process::Signal::KILL).unwrap();
        shell.wait().unwrap();
        // They end when they are next run.
        while meter.look().is_some() {
            assert!(Instant::now() < until, "{meter:?}");
        }
        assert!(meter.peak() >= Some(one));
    }
}
