//! `mock-server run`: a command with a sandbox of its own.

use std::process::Command;

use super::{
    KEY, LIVE,
    process::{Ended, Running, command, run},
};

/// Reports the base URL, then runs `after`.
fn shell(options: &[&str], after: &str) -> Command {
    let report = r#"echo "{\"url\": \"$OPENPROSPECT_API_URL\"}""#;
    let script = format!("{report}; {after}");
    let mut command = command(&["run"]);
    command.args(options).args(["--", "/bin/sh", "-c", &script]);
    command
}

#[test]
fn command_gets_a_sandbox_and_its_exit_code_is_kept() {
    let print =
        "echo $OPENPROSPECT_API_URL $OPENPROSPECT_API_KEY $OPENPROSPECT_CONTROL_URL $0; exit 3";
    let ended = run(&mut command(&[
        "run", "--", "/bin/sh", "-c", print, "--help",
    ]));
    let words: Vec<_> = ended.stdout.split_whitespace().collect();
    let [url, key, control, argument] = words[..] else {
        panic!("{ended:?}");
    };
    assert!(url.starts_with("http://127.0.0.1:") && url.ends_with("/api/v1"));
    assert_eq!(control, url.replace("/api/v1", "/_mock"));
    assert_eq!((key, argument, ended.code), (KEY, "--help", Some(3)));
}

#[test]
fn success_prints_nothing() {
    let Ended {
        code,
        stdout,
        stderr,
    } = run(&mut command(&["run", "--", "/bin/true"]));
    assert_eq!((code, &*stdout, &*stderr), (Some(0), "", ""));
}

#[test]
fn options_are_those_of_a_server() {
    let key = "lnc_test_OrdersFreexxxxxxxxxxxxxxxxacme01";
    let print = "echo $OPENPROSPECT_API_KEY ${OPENPROSPECT_CONTROL_URL-none}";
    let ended = run(command(&[
        "run",
        "--no-control",
        "--key",
        key,
        "--",
        "/bin/sh",
        "-c",
        print,
    ])
    .env("OPENPROSPECT_CONTROL_URL", "http://127.0.0.1:1/_mock"));
    assert_eq!(
        (ended.code, ended.stdout),
        (Some(0), format!("{key} none\n"))
    );
    let print = ["--", "/bin/sh", "-c", "echo $MOCK_SERVER_CONTROL_TOKEN"];
    let ended = run(command(&["run", "--control-token", "sesame"]).args(print));
    assert_eq!((ended.code, &*ended.stdout), (Some(0), "sesame\n"));
}

#[test]
fn failure_lists_the_refused_requests() {
    let server = Running::with_input(&mut shell(&[], "read line; exit 7"));
    let request = |head: &str| {
        let key = "lnc_test_ReadOnlyxxxxxxxxxxxxxxxxxxdemo01";
        let head = format!("{head} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}");
        let mut connection = server.connect();
        connection.send(format!("{head}\r\nContent-Length: 0\r\n\r\n"));
        connection.head();
    };
    request("GET /api/v1/orders");
    request("POST /api/v1/orders");
    request("POST /api/v1/orders");
    request("GET /api/v1/companys");
    let ended = server.close_input();
    assert_eq!((ended.code, &*ended.stdout), (Some(7), ""));
    insta::assert_snapshot!(ended.stderr, @r"
    mock-server: `/bin/sh` failed (exit status: 7). The sandbox refused 3 of 4 requests:
      403 AUTHORIZATION_ERROR  POST /api/v1/orders (2 times)
          the operation needs orders:write; the credential holds companies:read, prospects:read, delivery:read, orders:read
      404 NOT_FOUND  GET /api/v1/companys
          no operation has this path; did you mean GET /api/v1/companies or POST /api/v1/companies or GET /api/v1/companies/{id}?
    ");
}

#[test]
fn failure_without_requests_points_to_the_base_url() {
    let ended = run(&mut command(&["run", "--", "/bin/false"]));
    assert_eq!(ended.code, Some(1));
    insta::assert_snapshot!(
        ended.stderr,
        @"mock-server: `/bin/false` failed (exit status: 1). The sandbox received no request; does the command use OPENPROSPECT_API_URL?"
    );
}

#[test]
fn signals_reach_the_command() {
    for (signal, code) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        let ended = Running::of(&mut shell(&[], "exec sleep 600")).stop(signal);
        // A command that was stopped before it sent a request is not suspected of another base URL.
        assert_eq!((ended.code, &*ended.stderr), (Some(code), ""));
    }
}

#[test]
fn sandbox_is_exempt_from_a_proxy_of_the_machine() {
    let print = ["--", "/bin/sh", "-c", "echo $NO_PROXY $no_proxy"];
    let mut command = command(&["run"]);
    let ended = run(command
        .args(print)
        .env("NO_PROXY", "intranet.example")
        .env_remove("no_proxy"));
    assert_eq!(ended.stdout, "intranet.example,127.0.0.1 127.0.0.1\n");
}

#[test]
fn command_that_cannot_be_run_has_the_exit_codes_of_a_shell() {
    for (program, code) in [("/no/such/program", 127), ("/etc/passwd", 126)] {
        let ended = run(&mut command(&["run", "--", program]));
        assert_eq!((ended.code, &*ended.stdout), (Some(code), ""));
        let expected = format!("error: cannot run `{program}`: ");
        assert!(ended.stderr.starts_with(&expected), "{ended:?}");
    }
}

#[test]
fn rejects_a_live_key_and_a_missing_command() {
    for arguments in [
        &["--key", LIVE, "--", "/bin/true"][..],
        &[],
        &["--"],
        &["true"],
    ] {
        let ended = run(command(&["run"]).args(arguments));
        assert_eq!((ended.code, &*ended.stdout), (Some(2), ""), "{arguments:?}");
        assert!(!ended.stderr.contains(LIVE), "{ended:?}");
    }
}

#[test]
fn help_has_examples_variables_and_exit_codes() {
    let help = run(&mut command(&["run", "--help"]));
    assert_eq!((help.code, &*help.stderr), (Some(0), ""));
    for part in [
        "mock-server run -- pytest",
        "OPENPROSPECT_API_URL",
        "OPENPROSPECT_CONTROL_URL",
        "N        that of the command",
    ] {
        assert!(help.stdout.contains(part), "{part}");
    }
}
