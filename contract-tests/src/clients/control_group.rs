//! A control group of Linux for the program under test, where this process may create one: killing the group ends every process in
//! it at once. A program that starts processes faster than they are found, or that kills its supervisor, does not escape.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{self, Child, Command},
    time::Duration,
};

use super::{procfs::Id, trial::pause};

/// Interval and maximum number of checks whether the processes of a killed group have ended.
const SHORT_POLL: Duration = Duration::from_millis(2);
const MAX_SHORT_POLLS: u32 = 500;

/// A control group of version 2.
#[derive(Debug)]
pub(super) struct ControlGroup {
    path: PathBuf,
    /// The group that this process belongs to.
    own: PathBuf,
}

impl ControlGroup {
    /// Creates a group for the program of this supervisor; `None` if that is not permitted here.
    pub(super) fn create() -> Option<Self> {
        let group = Self::of(process::id())?;
        fs::create_dir(&group.path).ok()?;
        if group.kill_file().exists() {
            return Some(group);
        }
        // Linux before 5.14.
        group.remove();
        None
    }

    /// The group of the program of a supervisor.
    fn of(supervisor: Id) -> Option<Self> {
        let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
        let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
        let own = own_path(&mounts, &groups)?;
        let path = own.join(format!("contract-tests-{supervisor}"));
        Some(Self { path, own })
    }

    /// Starts a program in the group: a new process belongs to the group of its parent. If that fails, the group stays empty.
    pub(super) fn start(&self, command: &mut Command) -> io::Result<Child> {
        let entered = enter(&self.path);
        let started = command.spawn();
        if entered.is_ok() {
            // Otherwise, killing the group would kill this process, too.
            enter(&self.own)?;
        }
        started
    }

    /// Kills all processes in the group.
    pub(super) fn kill(&self) {
        let _ = fs::write(self.kill_file(), "1");
    }

    /// Removes the group, if no process is left in it.
    pub(super) fn remove(&self) -> bool {
        fs::remove_dir(&self.path).is_ok()
    }

    fn kill_file(&self) -> PathBuf {
        self.path.join("cgroup.kill")
    }
}

/// Ends what is left in the group of a supervisor that was itself killed. Dropping it does, too, but does not wait for the end.
#[derive(Debug)]
pub(super) struct Cleanup(Option<ControlGroup>);

impl Cleanup {
    /// Of the group that this supervisor creates, if it does.
    pub(super) fn of(supervisor: Id) -> Self {
        Self(ControlGroup::of(supervisor))
    }

    /// Without a supervisor, there is no group.
    pub(super) fn none() -> Self {
        Self(None)
    }

    /// Kills what is left, and waits until it has ended.
    pub(super) async fn run(self) {
        let Some(left) = self.0.as_ref().filter(|group| group.path.exists()) else {
            return;
        };
        left.kill();
        let mut polls = 0..MAX_SHORT_POLLS;
        while !left.remove() && polls.next().is_some() {
            pause(SHORT_POLL).await;
        }
    }
}

impl Drop for Cleanup {
    fn drop(&mut self) {
        if let Some(left) = &self.0 {
            left.kill();
            left.remove();
        }
    }
}

/// Moves this process into a group.
fn enter(group: &Path) -> io::Result<()> {
    fs::write(group.join("cgroup.procs"), "0")
}

/// The directory of this process's group, from `/proc/self/mountinfo` and `/proc/self/cgroup`.
fn own_path(mounts: &str, groups: &str) -> Option<PathBuf> {
    let group = groups.lines().find_map(|line| line.strip_prefix("0::"))?;
    let (root, mounted_at) = mounts.lines().find_map(|line| {
        let (mount, file_system) = line.split_once(" - ")?;
        let mut fields = mount.split(' ').skip(3);
        let place = (fields.next()?, fields.next()?);
        file_system.starts_with("cgroup2 ").then_some(place)
    })?;
    let below = Path::new(group).strip_prefix(root).ok()?;
    Some(Path::new(mounted_at).join(below))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "22 1 0:21 / /proc rw,nosuid - proc proc rw\n\
        30 24 0:26 /ours /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

    #[test]
    fn the_own_group_is_found_below_where_groups_are_mounted() {
        let path = |groups| own_path(MOUNTS, groups);
        let expected = Path::new("/sys/fs/cgroup/user.slice/a.scope");
        let groups = "4:memory:/a\n0::/ours/user.slice/a.scope\n";
        assert_eq!(path(groups).as_deref(), Some(expected));
        assert_eq!(
            path("0::/ours").as_deref(),
            Some(Path::new("/sys/fs/cgroup/"))
        );
        assert_eq!(path("0::/others/a.scope"), None);
        assert_eq!(path("4:memory:/ours"), None);
        assert_eq!(own_path("", groups), None);
    }
}
