//! The log on standard error.

use std::process::Command;

use http::Request;
use serde_json::Value;
use tokio::{net::TcpStream, runtime};

use super::{
    KEY, LIVE,
    process::{Running, command},
};

/// A server on a free port.
fn server(arguments: &[&str]) -> Command {
    let mut command = command(&["--port", "0", "--ready-json"]);
    command.args(arguments);
    command
}

/// The status of the response, and the id of the request.
#[track_caller]
fn send(server: &Running, request: &str, key: &str) -> (u16, Option<String>) {
    let head = format!("{request} HTTP/1.1\r\nHost: {}", server.address());
    let head = format!("{head}\r\nAuthorization: Bearer {key}\r\n\r\n");
    let answer = server.connect().send(head).head();
    let id = answer
        .lines()
        .find_map(|line| line.strip_prefix("x-request-id: "));
    (answer[9..12].parse().unwrap(), id.map(str::to_owned))
}

/// The log of a server after these requests.
#[track_caller]
fn log(command: &mut Command, requests: impl FnOnce(&Running)) -> String {
    let server = Running::of(command);
    requests(&server);
    server.stop("TERM").stderr
}

#[test]
fn requests_are_not_logged_by_default() {
    let log = log(&mut server(&[]), |server| {
        assert_eq!(send(server, "GET /api/v1/orders", "x").0, 401);
        assert_eq!(send(server, "GET /_mock/settings", KEY).0, 200);
    });
    assert_eq!(log, "");
}

#[test]
fn each_request_has_a_line_at_debug() {
    let arguments = ["--log-level", "debug", "--log-format", "json"];
    let mut ids = Vec::new();
    let log = log(&mut server(&arguments), |server| {
        for request in [
            "GET /api/v1/orders?limit=1",
            "DELETE /api/v1/orders",
            "GET /.well-known/oauth-authorization-server",
            "GET /_mock/settings?x",
        ] {
            ids.push(send(server, request, KEY).1);
        }
        ids.push(send(server, "GET /api/v1/orders", "x").1);
    });
    let lines = log.lines();
    let lines: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let shown = lines.iter().map(|line| {
        assert!(line["duration_us"].is_u64(), "{line}");
        let texts = ["level", "method", "target", "code", "reason"];
        let texts = texts.map(|name| line[name].as_str().unwrap_or("-"));
        format!("{} {}", texts.join(" "), line["status"])
    });
    insta::assert_snapshot!(shown.collect::<Vec<_>>().join("\n"), @r"
    DEBUG GET /api/v1/orders?limit=1 - - 200
    DEBUG DELETE /api/v1/orders METHOD_NOT_ALLOWED this path allows GET, HEAD, POST, OPTIONS 405
    DEBUG GET /.well-known/oauth-authorization-server - - 200
    DEBUG GET /_mock/settings - - 200
    DEBUG GET /api/v1/orders AUTHENTICATION_ERROR a key starts with lnc_test_ or lnc_live_ 401
    ");
    let logged = lines.iter().map(|line| line["request_id"].as_str());
    assert!(logged.eq(ids.iter().map(Option::as_deref)), "{log}");
}

#[test]
fn directives_count_if_no_level_is_set() {
    for (arguments, directives, lines) in [
        (&[][..], "debug", 1),
        (&[], "mock_server::pipeline=debug", 1),
        (&[], "another_program=trace", 0),
        (&["--log-level", "info"], "debug", 0),
        (&["--log-level", "debug"], "off", 1),
    ] {
        let log = log(server(arguments).env("RUST_LOG", directives), |server| {
            send(server, "GET /api/v1/orders", KEY);
        });
        assert_eq!(log.lines().count(), lines, "{directives}: {log}");
    }
    let log = log(server(&[]).env("RUST_LOG", "=,="), |_| ());
    assert!(log.contains("invalid filter directive"), "{log}");
}

#[test]
fn warns_of_what_makes_room() {
    let arguments = ["--max-organizations", "1", "--max-connections", "1"];
    let log = log(&mut server(&arguments), |server| {
        let mut silent = server.connect();
        for organization in ["first1", "other1"] {
            let key = KEY.replace("demo01", organization);
            assert_eq!(send(server, "GET /api/v1/orders", &key).0, 200);
        }
        assert!(silent.is_ended());
    });
    for (warning, count) in [
        ("all places for connections are taken", 1),
        ("evicted the organization idle longest", 1),
        ("first1", 1),
    ] {
        assert_eq!(log.matches(warning).count(), count, "{log}");
    }
}

#[test]
fn idle_connections_make_room_when_the_process_has_no_more_sockets() {
    let limited = r#"ulimit -n 48 && exec "$0" --port 0 --ready-json"#;
    let mut command = Command::new("/bin/sh");
    command.args(["-c", limited, env!("CARGO_BIN_EXE_mock-server")]);
    let log = log(command.env_clear(), |server| {
        let mut silent: Vec<_> = (0..48).map(|_| server.connect()).collect();
        assert_eq!(send(server, "GET /api/v1/orders", KEY).0, 200);
        assert!(silent[0].is_ended());
        let head = format!("GET /_mock/metrics HTTP/1.1\r\nHost: {}", server.address());
        let metrics = server.connect().send(head + "\r\n\r\n").unchecked_body();
        let made_room = "mock_server_connections_closed_total{reason=\"places\"} 0";
        assert!(!metrics.contains(made_room), "{metrics}");
    });
    assert!(log.contains("cannot accept a connection"), "{log}");
}

#[test]
fn warns_of_a_live_key_and_contains_no_key() {
    let revoked = KEY.replace("FullAccessxxxxxxx", "FullAccessRevoked");
    for format in ["pretty", "json"] {
        let mut server = server(&["--log-format", format]);
        let log = log(server.env("RUST_LOG", "trace"), |server| {
            for key in [LIVE, &revoked, &KEY[..40], KEY] {
                for request in [
                    format!("GET /api/v1/orders?key={key}"),
                    format!("GET /api/v1/orders/{key}"),
                    format!("{key} /api/v1/orders"),
                    format!("GET /_mock/organizations/{key}?key={key}"),
                    format!("GET /oauth/authorize?client_secret=hunter2&state={key}"),
                    format!("GET /_mock/ui/callback?code=hunter2&key={key}"),
                ] {
                    send(server, &request, key);
                }
            }
            over_http2(server);
        });
        assert!(log.contains("a LIVE key was sent"), "{log}");
        assert!(!log.contains("hunter"), "{log}");
        for key in [LIVE, KEY] {
            assert!(!log.contains(&key[13..35]), "{log}");
        }
        if format == "json" {
            let mut lines = log.lines();
            assert!(
                lines.all(|line| serde_json::from_str::<Value>(line).is_ok()),
                "{log}"
            );
        }
    }
}

/// Sends a request over HTTP/2, whose library has a log of its own.
fn over_http2(server: &Running) {
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(async {
        let stream = TcpStream::connect(server.address()).await.unwrap();
        let (sender, connection) = h2::client::handshake(stream).await.unwrap();
        tokio::spawn(connection);
        let request = Request::get(format!("http://{}/api/v1/orders", server.address()));
        let request = request.header("authorization", format!("Bearer {KEY}"));
        let mut sender = sender.ready().await.unwrap();
        let (response, _) = sender
            .send_request(request.body(()).unwrap(), true)
            .unwrap();
        assert_eq!(response.await.unwrap().status(), 200);
    });
}
