//! The program under test: starts it with its configuration, captures its output, and stops it together with all processes that
//! it started.

use std::{
    ffi::OsString,
    io,
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use tokio::process::Child;

use super::{
    capture::Capture,
    credential::{Credential, VARIABLES},
    family::{Family, Launcher},
    leak_scan::ScanResult,
    process_monitor::Observations,
    procfs::Id,
};
use crate::http::Stopwatch;

/// How long a program may take to exit after SIGTERM.
const TERMINATION_GRACE: Duration = Duration::from_secs(2);
/// How long a supervisor may take to end the processes that an exited program left behind.
const CLEAN_UP_TIME: Duration = Duration::from_secs(5);

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
    /// The supervisor, or the program itself without one.
    child: Child,
    id: Option<Id>,
    family: Family,
    printed: [Capture; 2],
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
    pub(super) fn without_streams(termination: Termination) -> Self {
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
    /// Starts a program, under a supervisor if one is configured and the system has what it needs.
    pub(crate) async fn start(
        command: &[OsString],
        env: &ProgramEnv<'_>,
        supervisor: Option<&Path>,
    ) -> io::Result<Self> {
        let (program, arguments) = command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut launcher = Launcher::new(program, supervisor)?;
        let command = &mut launcher.command;
        for variable in VARIABLES {
            command.env_remove(variable);
        }
        for given in env.credential.given() {
            command.env(given.variable, given.value);
        }
        if let Some(key_file) = env.key_file {
            command.env("OPENPROSPECT_API_KEY_FILE", key_file);
        }
        command
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
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let (mut child, id, family) = launcher.start().await?;
        let stdout = Capture::start(child.stdout.take());
        let stderr = Capture::start(child.stderr.take());
        Ok(Self {
            child,
            id,
            family,
            printed: [stdout, stderr],
        })
    }

    /// Its process id.
    pub(crate) fn id(&self) -> Option<Id> {
        self.id
    }

    /// Waits until it exits by itself.
    pub(crate) async fn wait(&mut self) -> Option<ExitStatus> {
        self.family.wait(&mut self.child).await
    }

    /// Stops it and all processes that it started, if it has not exited; returns the result.
    pub(crate) async fn stop(mut self, status: Option<ExitStatus>) -> Output {
        let ended = match status {
            Some(status) => Termination::Exited(status),
            None => self.terminate().await,
        };
        self.output(ended).await
    }

    async fn output(mut self, termination: Termination) -> Output {
        let left = self.family.end();
        if tokio::time::timeout(CLEAN_UP_TIME, self.child.wait())
            .await
            .is_err()
        {
            let _ = self.child.start_kill();
        }
        left.await;
        let [stdout, stderr] = self.printed;
        Output {
            stdout: stdout.drain().await,
            stderr: stderr.drain().await,
            ..Output::without_streams(termination)
        }
    }

    /// Kills it and all processes that it started.
    pub(crate) async fn kill(mut self) -> Output {
        self.family.kill(&mut self.child).await;
        self.wait().await;
        self.output(Termination::MemoryLimit).await
    }

    async fn terminate(&mut self) -> Termination {
        let watch = Stopwatch::start();
        self.family.terminate(&mut self.child).await;
        if tokio::time::timeout(TERMINATION_GRACE, self.wait())
            .await
            .is_ok()
        {
            return Termination::Sigterm(watch.elapsed());
        }
        self.family.kill(&mut self.child).await;
        self.wait().await;
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

#[cfg(test)]
mod tests {
    use rustix::process::Pid;

    use super::*;

    async fn start(script: &str) -> Program {
        let credential = Credential::Key("the-key".to_owned());
        let env = ProgramEnv {
            base_url: "http://127.0.0.1:1/api/v1",
            credential: &credential,
            key_file: Some(Path::new("/the/file")),
            scenario: "none",
        };
        let command =
            ["sh", "-c", script, "{base_url}", "{api_key}", "{key_file}"].map(OsString::from);
        Program::start(&command, &env, None).await.unwrap()
    }

    #[tokio::test]
    async fn passes_the_environment_and_captures_the_output() {
        let mut program = start(
            "echo $0 $1 $OPENPROSPECT_API_KEY $2 $OPENPROSPECT_API_KEY_FILE; echo $OPENPROSPECT_SCENARIO >&2; exit 3",
        )
        .await;
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

    #[tokio::test]
    async fn stops_a_program_with_its_children() {
        let program = start("sleep 100 & echo $!; wait").await;
        while program.printed[0].is_empty() {
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
