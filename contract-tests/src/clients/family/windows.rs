//! Windows has neither signals nor process groups that end together: a program is killed, and what it has started is not.

use std::{
    ffi::OsString,
    future::ready,
    io,
    path::Path,
    process::{ExitStatus, Stdio},
};

use tokio::process::{Child, Command};

use crate::clients::procfs::Id;

/// What starts a program.
pub(in crate::clients) struct Launcher {
    /// The program, without its arguments.
    pub(in crate::clients) command: Command,
}

impl Launcher {
    pub(in crate::clients) fn new(program: &OsString, _: Option<&Path>) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.stdin(Stdio::null()).kill_on_drop(true);
        Ok(Self { command })
    }

    /// Starts it. Returns the program and its process id.
    pub(in crate::clients) async fn start(mut self) -> io::Result<(Child, Option<Id>, Family)> {
        let child = self.command.spawn()?;
        let id = child.id();
        Ok((child, id, Family))
    }
}

/// A program, which is killed when it is dropped.
#[derive(Debug)]
pub(in crate::clients) struct Family;

impl Family {
    /// Waits until the program has ended.
    pub(in crate::clients) async fn wait(&mut self, child: &mut Child) -> Option<ExitStatus> {
        child.wait().await.ok()
    }

    /// Kills the program, which cannot be asked to end.
    pub(in crate::clients) async fn terminate(&mut self, child: &mut Child) {
        self.kill(child).await;
    }

    pub(in crate::clients) async fn kill(&mut self, child: &mut Child) {
        // It is not an error if it has ended.
        let _ = child.start_kill();
    }

    /// What the program has left behind is not known.
    pub(in crate::clients) fn end(self) -> impl Future<Output = ()> {
        ready(())
    }
}

/// No program is ended by a signal.
pub(in crate::clients) fn signal(_: ExitStatus) -> Option<i32> {
    None
}
