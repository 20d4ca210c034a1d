//! Process groups, and supervisors, which also end what leaves its group.

use std::{
    ffi::OsString,
    io,
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{ExitStatus, Stdio},
};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

use crate::clients::{control_group::Cleanup, procfs::Id, supervisor::Supervisor};

/// What starts a program in its own process group, under a supervisor if one is configured.
pub(in crate::clients) struct Launcher {
    /// The program, without its arguments.
    pub(in crate::clients) command: Command,
    supervisor: Option<Supervisor>,
}

impl Launcher {
    pub(in crate::clients) fn new(
        program: &OsString,
        supervisor: Option<&Path>,
    ) -> io::Result<Self> {
        let (mut command, supervisor) = if let Some(executable) = supervisor {
            let (supervisor, stdin) = Supervisor::open()?;
            let mut command = Command::new(executable);
            command.args(["supervise", "--"]).arg(program).stdin(stdin);
            (command, Some(supervisor))
        } else {
            let mut command = Command::new(program);
            command.stdin(Stdio::null());
            (command, None)
        };
        command.process_group(0);
        Ok(Self {
            command,
            supervisor,
        })
    }

    /// Starts it. Returns the supervisor, or the program itself without one; and the process id of the program.
    pub(in crate::clients) async fn start(mut self) -> io::Result<(Child, Option<Id>, Family)> {
        let child = self.command.spawn()?;
        // The supervisor's end of the socket is closed here.
        drop(self.command);
        let Some(mut supervisor) = self.supervisor else {
            let id = child.id();
            let group = Group(id.and_then(|id| Pid::from_raw(id.cast_signed())));
            return Ok((child, id, Family(Members::Group(group), Cleanup::none())));
        };
        let cleanup = child.id().map_or_else(Cleanup::none, Cleanup::of);
        let id = supervisor.started().await?;
        let family = Family(Members::Supervised(supervisor), cleanup);
        Ok((child, Some(id), family))
    }
}

/// A program and all processes that it started. Dropping it kills them: however a trial ends, no process of it continues.
///
/// After the members comes what is left of them, which their supervisor cleans up if it still exists.
#[derive(Debug)]
pub(in crate::clients) struct Family(Members, Cleanup);

#[derive(Debug)]
enum Members {
    Supervised(Supervisor),
    /// Without a supervisor, processes that leave the group are left behind.
    Group(Group),
}

impl Family {
    /// Waits until the program has ended.
    pub(in crate::clients) async fn wait(&mut self, child: &mut Child) -> Option<ExitStatus> {
        match &mut self.0 {
            Members::Supervised(supervisor) => supervisor.ended().await.ok(),
            Members::Group(_) => child.wait().await.ok(),
        }
    }

    /// Asks the program to end.
    pub(in crate::clients) async fn terminate(&mut self, _: &mut Child) {
        match &mut self.0 {
            Members::Supervised(supervisor) => supervisor.terminate().await,
            Members::Group(group) => group.signal(Signal::TERM),
        }
    }

    pub(in crate::clients) async fn kill(&mut self, _: &mut Child) {
        match &mut self.0 {
            Members::Supervised(supervisor) => supervisor.kill().await,
            Members::Group(group) => group.signal(Signal::KILL),
        }
    }

    /// Kills processes that the program has left behind. The future, which waits for their end, may be dropped.
    pub(in crate::clients) fn end(self) -> impl Future<Output = ()> {
        let Self(members, cleanup) = self;
        drop(members);
        cleanup.run()
    }
}

/// A process group.
#[derive(Debug)]
struct Group(Option<Pid>);

impl Group {
    fn signal(&self, signal: Signal) {
        if let Some(group) = self.0 {
            // It is not an error if no process is left.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}

/// The signal that has ended a program.
pub(in crate::clients) fn signal(status: ExitStatus) -> Option<i32> {
    status.signal()
}
