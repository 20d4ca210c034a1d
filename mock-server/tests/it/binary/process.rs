//! The program, started and watched.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::wire::connection::Connection;

/// How long the program may take to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// The program with these arguments, and nothing from the environment.
pub(super) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mock-server"));
    command.args(arguments).env_clear();
    command
}

/// The result of a run of the program.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Runs the program to its end.
#[track_caller]
pub(super) fn run(command: &mut Command) -> Ended {
    run_with_output(command, Stdio::piped())
}

/// Runs the program to its end, with this standard output.
#[track_caller]
pub(super) fn run_with_output(command: &mut Command, output: impl Into<Stdio>) -> Ended {
    command.stdin(Stdio::null());
    let child = command.stdout(output).stderr(Stdio::piped()).spawn();
    end(child.unwrap())
}

#[track_caller]
fn end(child: Child) -> Ended {
    let pid = child.id().to_string();
    let (send, ended) = mpsc::channel();
    thread::spawn(move || send.send(child.wait_with_output()));
    let Ok(output) = ended.recv_timeout(PATIENCE) else {
        signal("KILL", &pid);
        panic!("the program does not end");
    };
    output.unwrap().into()
}

fn signal(name: &str, pid: &str) {
    let sent = Command::new("kill").args(["-s", name, pid]).status();
    assert!(sent.unwrap().success());
}

/// A server that is ready.
pub(super) struct Running {
    child: Option<Child>,
    /// The line that it printed when it was ready.
    pub(super) ready: Value,
}

impl Running {
    /// Starts a server on a free port.
    #[track_caller]
    pub(super) fn start(arguments: &[&str]) -> Self {
        let mut command = command(&["--port", "0", "--ready-json"]);
        Self::of(command.args(arguments))
    }

    /// Starts a program that prints one line of JSON when it is ready.
    #[track_caller]
    pub(super) fn of(command: &mut Command) -> Self {
        Self::ready(command.stdin(Stdio::null()))
    }

    /// The same, with a pipe at its standard input.
    #[track_caller]
    pub(super) fn with_input(command: &mut Command) -> Self {
        Self::ready(command.stdin(Stdio::piped()))
    }

    #[track_caller]
    fn ready(command: &mut Command) -> Self {
        let (mut server, line) = Self::read(command, |line| !line.is_empty());
        server.ready =
            serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        server
    }

    /// Starts a program that prints a greeting; returns the greeting, too.
    #[track_caller]
    pub(super) fn greeting(command: &mut Command) -> (Self, String) {
        command.stdin(Stdio::null());
        let (mut server, greeting) = Self::read(command, |text| text.contains("Ctrl-C"));
        let mut words = greeting.split_whitespace();
        let url = words.find(|word| word.contains("://"));
        server.ready = json!({"url": url});
        (server, greeting)
    }

    /// Starts it, and reads whole lines until `enough` accepts their text.
    #[track_caller]
    fn read(command: &mut Command, enough: impl Fn(&str) -> bool) -> (Self, String) {
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = child.unwrap();
        let mut text = String::new();
        // One byte at a time, so that the output after these lines is not consumed.
        let mut stdout = BufReader::with_capacity(1, child.stdout.as_mut().unwrap());
        while !enough(&text) {
            assert_ne!(
                stdout.read_line(&mut text).unwrap(),
                0,
                "ended with {text:?}"
            );
        }
        let server = Self {
            child: Some(child),
            ready: Value::Null,
        };
        (server, text)
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    pub(super) fn address(&self) -> SocketAddr {
        let url = self.ready["url"].as_str().unwrap();
        let address = url
            .strip_prefix("http://")
            .and_then(|rest| rest.strip_suffix("/api/v1"));
        address.unwrap().parse().unwrap()
    }

    pub(super) fn connect(&self) -> Connection {
        Connection::to(self.address())
    }

    /// Sends it a signal, and waits for its end.
    #[track_caller]
    pub(super) fn stop(self, name: &str) -> Ended {
        signal(name, &self.pid().to_string());
        self.ends()
    }

    /// Closes its standard input, and waits for its end.
    #[track_caller]
    pub(super) fn close_input(mut self) -> Ended {
        drop(self.child.as_mut().unwrap().stdin.take().unwrap());
        self.ends()
    }

    /// Waits for its end after it was asked to stop.
    #[track_caller]
    pub(super) fn ends(mut self) -> Ended {
        end(self.child.take().unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
