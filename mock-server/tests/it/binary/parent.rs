//! `--exit-with-parent`: a test run that dies leaves no server behind.

use std::{
    net::TcpStream,
    process::{Command, Stdio},
};

use super::process::{Running, command, run};

/// A shell that starts this program in the background, and prints what the program prints.
fn parent(arguments: &str) -> Command {
    let mut shell = Command::new("/bin/sh");
    let script = format!("'{}' {arguments} & wait", env!("CARGO_BIN_EXE_mock-server"));
    shell.args(["-c", &script]).env_clear();
    shell
}

#[test]
fn server_ends_with_its_parent() {
    let parent = Running::of(&mut parent("--port 0 --ready-json --exit-with-parent"));
    let address = parent.address();
    // The server has the same standard output, so this waits for it, too.
    let ended = parent.stop("KILL");
    assert_eq!((ended.code, &*ended.stderr), (None, ""));
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn server_ends_with_its_standard_input() {
    let arguments = ["--port", "0", "--ready-json", "--exit-with-parent"];
    let ended = Running::with_input(&mut command(&arguments)).close_input();
    assert_eq!((ended.code, &*ended.stderr), (Some(0), ""));
}

#[test]
fn server_ends_at_once_if_another_process_is_its_parent() {
    // No test has this process as its parent.
    let ended = run(&mut command(&[
        "--port",
        "0",
        "--exit-with-parent=1000000000",
    ]));
    assert_eq!((ended.code, &*ended.stderr), (Some(0), ""));
}

#[test]
fn command_ends_with_the_parent_of_its_sandbox() {
    let ready = r#"echo "{\"url\": \"$OPENPROSPECT_API_URL\"}"; exec sleep 600"#;
    let script = format!("run --exit-with-parent -- /bin/sh -c '{ready}'");
    let ended = Running::of(parent(&script).stdin(Stdio::null())).stop("KILL");
    assert_eq!(ended.code, None);
}
