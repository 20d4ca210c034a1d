//! The program under test: starts it with its configuration, captures its output, and stops it together with all processes that
//! it started.

use std::{
    collections::VecDeque,
    ffi::OsString,
    io,
    path::Path,
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::{Child, Command},
    task::JoinHandle,
};

use super::{
    credential::{Credential, VARIABLES},
    leak_scan::ScanResult,
    process_monitor::Observations,
    procfs::Id,
};
use crate::http::Stopwatch;

/// Number of bytes of each output that are kept: of its start, and of its end, which shows how the program ended.
const MAX_FIRST: usize = 1024 * 1024;
const MAX_LAST: usize = 64 * 1024;
/// Replaces the bytes between the two.
const OMITTED: &[u8] = b"\n[...]\n";
/// How long a program may take to exit after SIGTERM.
const TERMINATION_GRACE: Duration = Duration::from_secs(2);
/// How long to wait for the remaining output of a program that has exited: a process that it left behind may hold its outputs
/// open.
const DRAIN_TIME: Duration = Duration::from_millis(200);

/// The placeholder for the path of the key file in arguments.
const KEY_FILE: &str = "{key_file}";

/// The configuration of a program.
#[derive(Clone, Debug)]
pub(crate) struct ProgramEnv<'a> {
    /// `OPENPROSPECT_API_URL`, and `{base_url}` in its arguments.
    pub base_url: &'a str,
    /// The credential, under its own variables and placeholders.
    pub credential: &'a Credential,
    /// `OPENPROSPECT_API_KEY_FILE`, and `{key_file}` in its arguments; `None` for a program that signs in.
    pub key_file: Option<&'a Path>,
    /// `OPENPROSPECT_SCENARIO`.
    pub scenario: &'a str,
}

/// A running program.
#[derive(Debug)]
pub(crate) struct Program {
    child: Child,
    group: Group,
    printed: [(SharedOutput, JoinHandle<()>); 2],
}

/// A program and all processes that it started. Dropping it kills them: however a trial ends, no process of it continues.
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

/// The output of a program.
type SharedOutput = Arc<Mutex<CapturedOutput>>;

/// The stored part of it.
#[derive(Debug, Default)]
struct CapturedOutput {
    first: Vec<u8>,
    last: VecDeque<u8>,
    /// Whether bytes between these were omitted.
    omitted: bool,
}

impl CapturedOutput {
    fn push(&mut self, bytes: &[u8]) {
        let room = MAX_FIRST.saturating_sub(self.first.len()).min(bytes.len());
        self.first.extend_from_slice(&bytes[..room]);
        self.last.extend(&bytes[room..]);
        let beyond = self.last.len().saturating_sub(MAX_LAST);
        self.omitted |= beyond > 0;
        self.last.drain(..beyond);
    }

    fn take(&mut self) -> Vec<u8> {
        let Self {
            mut first,
            last,
            omitted,
        } = std::mem::take(self);
        if omitted {
            first.extend_from_slice(OMITTED);
        }
        first.extend(last);
        first
    }
}

/// How a program ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Termination {
    /// It exited by itself.
    Exited(ExitStatus),
    /// It exited after SIGTERM, after this duration.
    Sigterm(Duration),
    /// It was killed after it ignored SIGTERM.
    Sigkill,
    /// It was killed immediately: it exceeded its memory limit.
    MemoryLimit,
}

/// The result of running a program.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    /// How it ended.
    pub termination: Termination,
    /// What it printed on its standard output.
    pub stdout: Vec<u8>,
    /// What it printed on its standard error.
    pub stderr: Vec<u8>,
    /// The result of searching the watched directory, if there is one.
    pub leak_scan: Option<ScanResult>,
    /// Observations while it ran.
    pub observations: Observations,
}

impl Output {
    /// A result with only the termination known.
    pub(super) fn of(termination: Termination) -> Self {
        Self {
            termination,
            stdout: Vec::new(),
            stderr: Vec::new(),
            leak_scan: None,
            observations: Observations::default(),
        }
    }
}

impl Program {
    /// Starts a program in its own process group.
    pub(crate) fn start(command: &[OsString], env: &ProgramEnv<'_>) -> io::Result<Self> {
        let (program, arguments) = command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut command = Command::new(program);
        for variable in VARIABLES {
            command.env_remove(variable);
        }
        for given in env.credential.given() {
            command.env(given.variable, given.value);
        }
        if let Some(key_file) = env.key_file {
            command.env("OPENPROSPECT_API_KEY_FILE", key_file);
        }
        let mut child = command
            .args(
                arguments
                    .iter()
                    .map(|argument| expand_placeholders(argument, env)),
            )
            .env("OPENPROSPECT_API_URL", env.base_url)
            .env("OPENPROSPECT_SCENARIO", env.scenario)
            // A proxy of this machine must not get between the program and the sandbox.
            .env("NO_PROXY", "127.0.0.1,127.0.0.2")
            .env("no_proxy", "127.0.0.1,127.0.0.2")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let group = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        let stdout = capture(child.stdout.take());
        let stderr = capture(child.stderr.take());
        Ok(Self {
            child,
            group: Group(group),
            printed: [stdout, stderr],
        })
    }

    /// Its process id.
    pub(crate) fn id(&self) -> Option<Id> {
        self.child.id()
    }

    /// Waits until it exits by itself.
    pub(crate) async fn wait(&mut self) -> Option<ExitStatus> {
        self.child.wait().await.ok()
    }

    /// Stops it and all processes that it started, if it has not exited; returns the result.
    pub(crate) async fn stop(mut self, status: Option<ExitStatus>) -> Output {
        let ended = match status {
            Some(status) => Termination::Exited(status),
            None => self.terminate().await,
        };
        self.output(ended).await
    }

    async fn output(self, termination: Termination) -> Output {
        // Also kills processes that an exited program has left behind.
        drop(self.group);
        let [stdout, stderr] = self.printed;
        Output {
            stdout: drain(stdout).await,
            stderr: drain(stderr).await,
            ..Output::of(termination)
        }
    }

    /// Kills it and all processes that it started.
    pub(crate) async fn kill(mut self) -> Output {
        self.group.signal(Signal::KILL);
        let _ = self.child.wait().await;
        self.output(Termination::MemoryLimit).await
    }

    async fn terminate(&mut self) -> Termination {
        let watch = Stopwatch::start();
        self.group.signal(Signal::TERM);
        if tokio::time::timeout(TERMINATION_GRACE, self.child.wait())
            .await
            .is_ok()
        {
            return Termination::Sigterm(watch.elapsed());
        }
        self.group.signal(Signal::KILL);
        let _ = self.child.wait().await;
        Termination::Sigkill
    }
}

/// Whether the arguments of a command refer to the key file.
pub(super) fn takes_key_file(command: &[OsString]) -> bool {
    let mut texts = command.iter().filter_map(|argument| argument.to_str());
    texts.any(|text| text.contains(KEY_FILE))
}

/// An argument with its placeholders replaced.
pub(super) fn expand_placeholders(argument: &OsString, env: &ProgramEnv<'_>) -> OsString {
    let Some(text) = argument.to_str() else {
        return argument.clone();
    };
    let mut text = text.replace("{base_url}", env.base_url);
    for given in env.credential.given() {
        text = text.replace(given.placeholder, given.value);
    }
    if let Some(key_file) = env.key_file {
        text = text.replace(KEY_FILE, &key_file.to_string_lossy());
    }
    text.into()
}

/// Stores the start and the end of the output, and discards the rest.
fn capture(
    output: Option<impl AsyncRead + Unpin + Send + 'static>,
) -> (SharedOutput, JoinHandle<()>) {
    let printed = SharedOutput::default();
    let captured = Arc::clone(&printed);
    let task = tokio::spawn(async move {
        let Some(mut output) = output else { return };
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(read @ 1..) = output.read(&mut buffer).await {
            let mut captured = captured
                .lock()
                .expect("nobody panics with the output in hand");
            captured.push(&buffer[..read]);
        }
    });
    (printed, task)
}

async fn drain((printed, mut task): (SharedOutput, JoinHandle<()>)) -> Vec<u8> {
    if tokio::time::timeout(DRAIN_TIME, &mut task).await.is_err() {
        task.abort();
    }
    let mut printed = printed
        .lock()
        .expect("nobody panics with the output in hand");
    printed.take()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(script: &str) -> Program {
        let credential = Credential::Key("the-key".to_owned());
        let env = ProgramEnv {
            base_url: "http://127.0.0.1:1/api/v1",
            credential: &credential,
            key_file: Some(Path::new("/the/file")),
            scenario: "none",
        };
        let command =
            ["sh", "-c", script, "{base_url}", "{api_key}", "{key_file}"].map(OsString::from);
        Program::start(&command, &env).unwrap()
    }

    #[tokio::test]
    async fn a_program_is_told_and_heard() {
        let mut program = start(
            "echo $0 $1 $OPENPROSPECT_API_KEY $2 $OPENPROSPECT_API_KEY_FILE; echo $OPENPROSPECT_SCENARIO >&2; exit 3",
        );
        let status = program.wait().await;
        let output = program.stop(status).await;
        assert_eq!(
            output.stdout,
            b"http://127.0.0.1:1/api/v1 the-key the-key /the/file /the/file\n"
        );
        assert_eq!(output.stderr, b"none\n");
        assert!(
            matches!(output.termination, Termination::Exited(status) if status.code() == Some(3))
        );
    }

    #[test]
    fn of_much_output_the_first_and_the_last_are_kept() {
        let mut captured = CapturedOutput::default();
        captured.push(&vec![b'a'; MAX_FIRST - 1]);
        captured.push(b"bc");
        let whole = captured.take();
        assert!(whole.len() == MAX_FIRST + 1 && whole.ends_with(b"abc"));
        for _ in 0..3 {
            captured.push(&vec![b'a'; MAX_FIRST]);
        }
        captured.push(b"the end");
        let cut = captured.take();
        assert_eq!(cut.len(), MAX_FIRST + OMITTED.len() + MAX_LAST);
        assert!(cut.ends_with(b"aathe end"));
    }

    #[tokio::test]
    async fn a_program_is_stopped_with_what_it_has_started() {
        let program = start("sleep 100 & echo $!; wait");
        while program.printed[0].0.lock().unwrap().first.is_empty() {
            tokio::task::yield_now().await;
        }
        let output = program.stop(None).await;
        assert!(
            matches!(output.termination, Termination::Sigterm(_)),
            "{output:?}"
        );
        let child: i32 = String::from_utf8(output.stdout)
            .unwrap()
            .trim()
            .parse()
            .unwrap();
        let gone = || rustix::process::test_kill_process(Pid::from_raw(child).unwrap()).is_err();
        while !gone() {
            // The process that adopts it must reap it first.
            tokio::task::yield_now().await;
        }
    }
}
