//! A run that is stopped keeps its results so far.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
};

use serde_json::Value;

use crate::{baselines::Folder, client_reports::LIST};

/// Number of requests at the start of a run, which detect what the server is.
const OPENING: usize = 3;

/// A server that responds only to the opening requests; the receiver gets a message for each request after them.
fn falls_silent() -> (SocketAddr, Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (unanswered, waits) = channel();
    std::thread::spawn(move || {
        let mut silent = Vec::new();
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 8_192]);
            if number < OPENING {
                let _ = stream.write_all(
                    b"HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
                );
            } else {
                silent.push(stream);
                // The test ends before its server does.
                let _ = unanswered.send(());
            }
        }
    });
    (address, waits)
}

#[test]
fn interrupted_run_writes_reports_and_exits_with_130() {
    for signal in ["-INT", "-TERM", "-HUP", "-QUIT"] {
        let file = std::env::temp_dir().join(format!(
            "contract-tests{signal}-{}.json",
            std::process::id()
        ));
        let (address, waits) = falls_silent();
        let child = Command::new(env!("CARGO_BIN_EXE_contract-tests"))
            .args([
                "provider",
                "--base-url",
                &format!("http://{address}/api/v1"),
            ])
            .args([
                "--report",
                &format!("json={}", file.display()),
                "--report",
                "tap=-",
            ])
            .env_clear()
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        waits.recv().unwrap();
        let pid = child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &pid])
                .status()
                .unwrap()
                .success()
        );
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130));
        let console = String::from_utf8(output.stderr).unwrap();
        assert!(
            console.ends_with("(exit code 130)\n") && console.contains("interrupted: "),
            "{console}"
        );
        let tap = String::from_utf8(output.stdout).unwrap();
        assert!(tap.ends_with("Bail out! interrupted\n"), "{tap}");
        let report: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert_eq!(
            (&report["verdict"], &report["exit_code"]),
            (&"interrupted".into(), &130.into())
        );
        assert!(!report["checks"].as_array().unwrap().is_empty());
    }
}

/// Whether a process exists.
fn is_there(id: &str) -> bool {
    let mut kill = Command::new("kill");
    kill.args(["-0", id.trim()]).stderr(Stdio::null());
    kill.status().unwrap().success()
}

/// Starts the judge on a program that starts another process in a new session and writes its id into a file; `then`: the rest
/// of the program.
fn judge_of_a_daemon(folder: &Folder, then: &str) -> (Child, PathBuf) {
    let file = PathBuf::from(folder.file("daemon"));
    let daemon = format!(
        "setsid sh -c 'echo $$ > {0}.new; mv {0}.new {0}; exec sleep 1000' > /dev/null 2>&1 & until test -e {0}; do :; done",
        file.display()
    );
    let mut command = Command::new(env!("CARGO_BIN_EXE_contract-tests"));
    command
        .args(["client", "--limit", "1000", "--idle", "1000"])
        .args(["--scenario", "revoked-at-start"])
        .args(["--", "sh", "-c", &format!("{daemon}; {then}")])
        .stdout(Stdio::null());
    (command.spawn().unwrap(), file)
}

#[test]
fn processes_that_leave_the_group_end_with_the_program() {
    let folder = Folder::new("daemons");
    let (mut judge, file) = judge_of_a_daemon(&folder, LIST);
    judge.wait().unwrap();
    let daemon = std::fs::read_to_string(&file).unwrap();
    assert!(!is_there(&daemon), "{daemon} is left behind");
}

#[test]
fn program_and_its_children_end_with_the_judge() {
    for signal in ["-INT", "-TERM", "-HUP", "-QUIT", "-KILL"] {
        let folder = Folder::new(&format!("daemons{signal}"));
        let (mut judge, file) = judge_of_a_daemon(&folder, "exec sleep 1000");
        while !file.exists() {
            assert_eq!(judge.try_wait().unwrap(), None, "it ended too early");
            std::thread::yield_now();
        }
        let mut kill = Command::new("kill");
        assert!(
            kill.args([signal, &judge.id().to_string()])
                .status()
                .unwrap()
                .success()
        );
        let status = judge.wait().unwrap();
        if signal != "-KILL" {
            assert_eq!(status.code(), Some(130), "{signal}");
        }
        let daemon = std::fs::read_to_string(&file).unwrap();
        while is_there(&daemon) {
            // The supervisor outlives the judge for a moment.
            std::thread::yield_now();
        }
    }
}

/// Only a control group holds what such a program has started.
#[test]
fn program_that_kills_its_supervisor_leaves_nothing_in_a_control_group() {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    if !mounts.contains(" - cgroup2 ") || !rustix::process::geteuid().is_root() {
        eprintln!("skipped: no control group can be created here");
        return;
    }
    let folder = Folder::new("no-supervisor");
    let (mut judge, file) = judge_of_a_daemon(&folder, "kill -9 $PPID; exec sleep 1000");
    judge.wait().unwrap();
    let daemon = std::fs::read_to_string(&file).unwrap();
    while is_there(&daemon) {
        // It was killed, and exists until the process that has inherited it has waited for it.
        std::thread::yield_now();
    }
}

#[test]
fn interrupted_trial_leaves_no_program_behind() {
    let folder = std::env::temp_dir().join(format!("contract-tests-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("started");
    let script = format!(
        "test $OPENPROSPECT_SCENARIO = control && {{ {LIST}; exit; }}; echo $$ > {0}.new; mv {0}.new {0}; sleep 20; touch {0}.done",
        file.display()
    );
    let mut child = Command::new(env!("CARGO_BIN_EXE_contract-tests"))
        .args([
            "client",
            "--limit",
            "1000",
            "--scenario",
            "revoked-at-start",
        ])
        .args(["--", "sh", "-c", &script])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    while !file.exists() {
        assert_eq!(child.try_wait().unwrap(), None, "it ended too early");
        std::thread::yield_now();
    }
    let send = |signal: &str, pid: &str| {
        let mut kill = Command::new("kill");
        kill.args([signal, pid]).stderr(Stdio::null());
        kill.status().unwrap().success()
    };
    assert!(send("-INT", &child.id().to_string()));
    let mut output = String::new();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_to_string(&mut output).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(output.ends_with("(exit code 130)\n"), "{output}");
    let program = std::fs::read_to_string(&file).unwrap();
    while send("-0", program.trim()) {
        // It was killed; the process that inherits it still has to reap it.
        std::thread::yield_now();
    }
    assert!(
        !file.with_extension("done").exists(),
        "it went on to its end"
    );
    std::fs::remove_dir_all(&folder).unwrap();
}
