//! Starting, being ready, and ending.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener},
    process::Command,
};

use schemas::ErrorCode::{AuthenticationError, NotFound};
use serde_json::Value;

use super::{
    KEY,
    process::{Running, command, run},
};
use crate::wire::connection::Connection;

/// A server with this option of `env` about signals. A test may itself be run by `nohup`, whose children ignore SIGHUP.
fn with_signals(option: &str) -> Running {
    let mut command = Command::new("/usr/bin/env");
    command.args([option, env!("CARGO_BIN_EXE_mock-server")]);
    Running::of(command.args(["--port", "0", "--ready-json"]).env_clear())
}

#[test]
fn signal_exits_with_0() {
    for signal in ["TERM", "INT", "QUIT", "HUP"] {
        let ended = with_signals(&format!("--default-signal={signal}")).stop(signal);
        assert_eq!(
            (ended.code, &*ended.stdout, &*ended.stderr),
            (Some(0), "", ""),
            "{signal}"
        );
    }
}

#[test]
fn hangup_stays_ignored_by_children_of_nohup() {
    for (option, ignored) in [("--ignore-signal=HUP", 1), ("--default-signal=HUP", 0)] {
        let server = with_signals(option);
        let status = fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = u64::from_str_radix(mask.unwrap().trim(), 16).unwrap();
        assert_eq!(mask & 1, ignored, "{option}");
    }
}

#[test]
fn signal_exits_despite_open_connections_and_partial_requests() {
    let server = Running::start(&[]);
    let (mut idle, mut half) = (server.connect(), server.connect());
    idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .answer()
        .refused(NotFound);
    half.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .answer()
        .refused(NotFound);
    half.send("GET / HTTP/1.1\r\n");
    assert_eq!(server.stop("TERM").code, Some(0));
}

#[test]
fn shutdown_request_is_answered_and_exits_like_a_signal() {
    let server = Running::start(&[]);
    let (mut half, mut control) = (server.connect(), server.connect());
    half.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .answer()
        .refused(NotFound);
    half.send("GET / HTTP/1.1\r\n");
    let address = server.address();
    let stopping = control
        .send(format!(
            "POST /_mock/shutdown HTTP/1.1\r\nHost: {address}\r\n\r\n"
        ))
        .answer_to("POST", "/_mock/shutdown");
    assert_eq!(stopping.status.as_u16(), 202);
    assert_eq!(stopping.ok(), serde_json::json!({"status": "stopping"}));
    let ended = server.ends();
    assert_eq!((ended.code, &*ended.stdout), (Some(0), ""));
    assert!(
        ended
            .stderr
            .ends_with("shutting down by a request to the control API\n")
    );
}

#[test]
fn shutdown_requires_access_to_the_control_api() {
    let server = Running::start(&["--control-token", "s3cret"]);
    let address = server.address();
    let stop = format!("POST /_mock/shutdown HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let mut connection = server.connect();
    connection
        .send(stop)
        .answer_to("POST", "/_mock/shutdown")
        .refused(AuthenticationError);
    connection
        .send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .answer()
        .refused(NotFound);
}

#[test]
fn prints_its_address_once_ready() {
    let server = Running::start(&[]);
    let (address, pid) = (server.address(), server.pid());
    assert_ne!(address.port(), 0);
    assert_eq!(
        server.ready,
        serde_json::json!({"url": format!("http://{address}/api/v1"), "control_url": format!("http://{address}/_mock"), "pid": pid})
    );
    let list = format!(
        "GET /api/v1/orders HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {KEY}\r\n\r\n"
    );
    server
        .connect()
        .send(list)
        .answer_to("GET", "/api/v1/orders")
        .ok();
    let control = format!("GET /_mock/organizations HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let organizations = server
        .connect()
        .send(control)
        .answer_to("GET", "/_mock/organizations")
        .ok();
    assert_eq!(organizations["organizations"][0]["name"], "demo01");
}

#[test]
fn port_in_use_exits_with_3_and_names_the_port() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let ended = run(&mut command(&[
        "serve",
        "--port",
        &port.to_string(),
        "--ready-json",
    ]));
    assert_eq!((ended.code, &*ended.stdout), (Some(3), ""));
    insta::assert_snapshot!(
        ended.stderr.replace(&port.to_string(), "<port>"),
        @"error: port <port> on 127.0.0.1 is in use; stop the other program, or choose another port with --port (0 picks a free one)"
    );
}

#[test]
fn localhost_is_every_loopback_address_of_the_machine() {
    let server = Running::start(&["--host", "localhost"]);
    let url = server.ready["url"].as_str().unwrap();
    let port = url
        .strip_prefix("http://localhost:")
        .and_then(|rest| rest.strip_suffix("/api/v1"));
    let port: u16 = port.unwrap().parse().unwrap();
    let has_ipv6 = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok();
    let ipv6 = has_ipv6.then_some(IpAddr::V6(Ipv6Addr::LOCALHOST));
    let addresses = ipv6.into_iter().chain([Ipv4Addr::LOCALHOST.into()]);
    for address in addresses {
        Connection::to((address, port).into())
            .send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .answer()
            .refused(NotFound);
    }
    let taken = run(command(&["--host", "localhost", "--port"]).arg(port.to_string()));
    assert_eq!((taken.code, &*taken.stdout), (Some(3), ""));
}

#[test]
fn address_of_another_machine_exits_with_1() {
    let ended = run(&mut command(&["--host", "192.0.2.1", "--port", "0"]));
    assert_eq!((ended.code, &*ended.stdout), (Some(1), ""));
    assert!(
        ended
            .stderr
            .starts_with("error: cannot listen on 192.0.2.1:0: "),
        "{}",
        ended.stderr
    );
}

#[test]
fn names_the_dashboard_unless_the_control_api_is_disabled() {
    let (server, greeting) = Running::greeting(&mut command(&["--port", "0"]));
    let dashboard = format!("  dashboard  http://{}/_mock/ui\n", server.address());
    assert!(greeting.contains(&dashboard), "{greeting}");
    let (_, greeting) = Running::greeting(&mut command(&["--port", "0", "--no-control"]));
    assert!(!greeting.contains("/_mock"), "{greeting}");
    let (_, greeting) = Running::greeting(&mut command(&["--port", "0", "--host", "0.0.0.0"]));
    assert!(!greeting.contains("/_mock"), "{greeting}");
    let needed = "  control    needs --control-token, since";
    assert!(greeting.contains(needed), "{greeting}");
    let server = Running::start(&["--no-control"]);
    assert_eq!(server.ready["control_url"], Value::Null);
}

#[test]
fn prints_working_keys_by_default() {
    let mut command = command(&["--port", "0"]);
    let (server, greeting) = Running::greeting(&mut command);
    let keys: Vec<_> = greeting
        .split_whitespace()
        .filter(|word| word.starts_with("lnc_test_") && word.len() == 41)
        .collect();
    assert!(keys.len() >= 3, "{greeting}");
    for key in keys {
        let request = format!(
            "GET /api/v1/orders HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n\r\n"
        );
        server
            .connect()
            .send(request)
            .answer_to("GET", "/api/v1/orders")
            .ok();
    }
    let nobody = "GET /api/v1/orders HTTP/1.1\r\nHost: a\r\n\r\n";
    server
        .connect()
        .send(nobody)
        .answer()
        .refused(AuthenticationError);
}
