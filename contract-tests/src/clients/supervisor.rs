//! The supervisor runs between the judge and the program under test, as a process of this same executable. It adopts every
//! process that the program leaves behind, including those that have left its process group and session. It ends all of them
//! when the program ends, when the judge asks for it, and when the judge is gone, even after `kill -9`.
//!
//! The two communicate over the socket that is the supervisor's standard input: the judge sends commands of one byte, the
//! supervisor sends reports. Closing the socket is a command as well.
//!
//! Where it may, it also puts the program into a control group, which holds what outruns it.

use std::{
    ffi::OsString,
    io::{self, Read, Write},
    os::{
        fd::{AsFd, OwnedFd},
        unix::{
            net,
            process::{CommandExt, ExitStatusExt},
        },
    },
    process::{self, Child, Command, ExitStatus, Stdio},
    sync::Arc,
    thread,
};

use rustix::{
    io::Errno,
    process::{Pid, Signal, WaitOptions, kill_process, kill_process_group, wait},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
};

use super::{
    control_group::ControlGroup,
    procfs::{self, Id},
};

/// Command: ask the program to end.
const TERMINATE: u8 = b'T';
/// Command: kill the program and all processes that it started.
const KILL: u8 = b'K';
const REPORT_LENGTH: usize = 5;

/// A report of the supervisor.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Report {
    /// The program was started with this process id.
    Started(i32),
    /// The program cannot be started; the system's error number.
    Failed(i32),
    /// The program has ended; its status, as encoded by the system.
    Ended(i32),
}

impl Report {
    fn bytes(self) -> [u8; REPORT_LENGTH] {
        let (kind, number) = match self {
            Self::Started(id) => (b'S', id),
            Self::Failed(error) => (b'F', error),
            Self::Ended(status) => (b'E', status),
        };
        let [a, b, c, d] = number.to_le_bytes();
        [kind, a, b, c, d]
    }

    fn of([kind, number @ ..]: [u8; REPORT_LENGTH]) -> Option<Self> {
        let number = i32::from_le_bytes(number);
        match kind {
            b'S' => Some(Self::Started(number)),
            b'F' => Some(Self::Failed(number)),
            b'E' => Some(Self::Ended(number)),
            _ => None,
        }
    }
}

/// The judge's end of the socket. Dropping it makes the supervisor end everything.
#[derive(Debug)]
pub(super) struct Supervisor {
    socket: UnixStream,
    received: Vec<u8>,
}

impl Supervisor {
    /// Creates both ends; the second is for the supervisor's standard input.
    pub(super) fn open() -> io::Result<(Self, Stdio)> {
        let (ours, theirs) = net::UnixStream::pair()?;
        ours.set_nonblocking(true)?;
        let supervisor = Self {
            socket: UnixStream::from_std(ours)?,
            received: Vec::new(),
        };
        Ok((supervisor, OwnedFd::from(theirs).into()))
    }

    /// Waits until the program has started; returns its process id.
    pub(super) async fn started(&mut self) -> io::Result<Id> {
        match self.report().await? {
            Report::Started(id) => Ok(id.cast_unsigned()),
            Report::Failed(error) => Err(io::Error::from_raw_os_error(error)),
            Report::Ended(_) => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    /// Waits until the program has ended.
    pub(super) async fn ended(&mut self) -> io::Result<ExitStatus> {
        match self.report().await? {
            Report::Ended(status) => Ok(ExitStatus::from_raw(status)),
            Report::Started(_) | Report::Failed(_) => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    pub(super) async fn terminate(&mut self) {
        self.send(TERMINATE).await;
    }

    pub(super) async fn kill(&mut self) {
        self.send(KILL).await;
    }

    async fn send(&mut self, command: u8) {
        // If the supervisor has ended, there is nothing left to end.
        let _ = self.socket.write_all(&[command]).await;
    }

    /// The next report. Dropping this future loses no report.
    async fn report(&mut self) -> io::Result<Report> {
        loop {
            if let Some(bytes) = self.received.first_chunk() {
                let report = Report::of(*bytes);
                self.received.drain(..REPORT_LENGTH);
                return report.ok_or(io::ErrorKind::InvalidData.into());
            }
            if self.socket.read_buf(&mut self.received).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

/// Runs a command as its supervisor.
pub fn supervise(command: &[OsString]) -> io::Result<()> {
    let mut socket = net::UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    #[cfg(target_os = "linux")]
    rustix::process::set_child_subreaper(Some(rustix::process::getpid()))?;
    let (program, arguments) = command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .process_group(0);
    let family = Arc::new(Family(ControlGroup::create()));
    let program = match family.start(&mut command) {
        Ok(child) => child.id().cast_signed(),
        Err(error) => {
            family.end();
            let error = error.raw_os_error().unwrap_or(Errno::IO.raw_os_error());
            return socket.write_all(&Report::Failed(error).bytes());
        }
    };
    // If the judge is gone, the thread notices.
    let _ = socket.write_all(&Report::Started(program).bytes());
    let group = Pid::from_raw(program).ok_or(io::ErrorKind::InvalidData)?;
    let commands = socket.try_clone()?;
    let obeying = Arc::clone(&family);
    thread::spawn(move || obey(commands, group, &obeying));
    let status = loop {
        match wait(WaitOptions::empty()) {
            Ok(Some((ended, status))) if ended == group => break status,
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    };
    let _ = socket.write_all(&Report::Ended(status.as_raw()).bytes());
    family.end();
    Ok(())
}

/// Executes the judge's commands until the judge is gone.
fn obey(mut commands: net::UnixStream, group: Pid, family: &Family) {
    let mut command = [0];
    while commands.read_exact(&mut command).is_ok() && command == [TERMINATE] {
        let _ = kill_process_group(group, Signal::TERM);
    }
    let _ = kill_process_group(group, Signal::KILL);
    family.kill();
}

/// The program and what it has started: the children of this process, and all processes in the control group, where there is one.
struct Family(Option<ControlGroup>);

impl Family {
    fn start(&self, program: &mut Command) -> io::Result<Child> {
        match &self.0 {
            Some(group) => group.start(program),
            None => program.spawn(),
        }
    }

    fn kill(&self) {
        if let Some(group) = &self.0 {
            group.kill();
        }
        let children = procfs::children(process::id()).into_iter();
        for child in children.filter_map(|id| Pid::from_raw(id.cast_signed())) {
            let _ = kill_process(child, Signal::KILL);
        }
    }

    /// Kills all remaining processes, generation by generation: the children of killed processes become children of this
    /// process.
    fn end(&self) {
        loop {
            self.kill();
            match wait(WaitOptions::empty()) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(_) => break,
            }
        }
        if let Some(group) = &self.0 {
            group.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn reports_arrive_in_order_and_the_end_of_the_supervisor_is_noticed() {
        let (ours, mut theirs) = net::UnixStream::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        let mut supervisor = Supervisor {
            socket: UnixStream::from_std(ours).unwrap(),
            received: Vec::new(),
        };
        for report in [Report::Started(77), Report::Ended(9)] {
            theirs.write_all(&report.bytes()).unwrap();
        }
        assert_eq!(supervisor.started().await.unwrap(), 77);
        assert_eq!(supervisor.ended().await.unwrap().signal(), Some(9));
        supervisor.terminate().await;
        let mut command = [0];
        theirs.read_exact(&mut command).unwrap();
        assert_eq!(command, [TERMINATE]);
        theirs.write_all(&Report::Failed(2).bytes()).unwrap();
        let missing = supervisor.started().await.unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
        drop(theirs);
        let ended = supervisor.ended().await.unwrap_err();
        assert_eq!(ended.kind(), io::ErrorKind::UnexpectedEof);
    }
}
