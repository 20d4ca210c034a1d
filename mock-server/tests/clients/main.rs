//! Clients written from the vendor's page, and clients of the authorization server, work against the server.
//!
//! The programs beside this file send the requests of that page's samples with curl, Python's httpx and JavaScript's fetch,
//! and read the fields that the samples read. Each takes an action as its argument and prints one line with what it read.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod faults;
mod oauth;

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use jiff::SignedDuration;
use mock_server::{App, Config, Server, Settings};

/// The programs, each with the interpreter that runs it.
fn programs() -> [(PathBuf, &'static str); 3] {
    [
        (PathBuf::from("bash"), "orders.sh"),
        (python(), "orders.py"),
        (PathBuf::from("node"), "orders.mjs"),
    ]
}

/// A Python that has Authlib, httpx and requests: `./check` installs it under `target/`.
fn python() -> PathBuf {
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/python/bin/python");
    let python = if installed.exists() {
        installed
    } else {
        "python3".into()
    };
    let has_all = Command::new(&python)
        .args(["-c", "import authlib, httpx, requests"])
        .output()
        .unwrap()
        .status
        .success();
    assert!(
        has_all,
        "{} lacks Authlib, httpx or requests; ./check installs them",
        python.display()
    );
    python
}

/// What each program prints for an action with a key.
async fn say(server: &str, action: &'static str, words: &str) -> Vec<String> {
    let key = format!("lnc_test_{words:x<26}sample");
    let server = server.to_owned();
    let run = move || {
        programs().map(|(program, script)| {
            let output = command(&program, script, &server, &key)
                .arg(action)
                .output();
            printed(script, output.unwrap())
        })
    };
    tokio::task::spawn_blocking(run).await.unwrap().to_vec()
}

/// A program with its environment variables.
fn command(program: &Path, script: &str, server: &str, key: &str) -> Command {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    let mut command = Command::new(program);
    command
        .arg(scripts.join(script))
        .env("OPENPROSPECT_API_URL", server)
        .env("OPENPROSPECT_API_KEY", key);
    command
}

/// The line that a program has printed, without the line break.
fn printed(script: &str, output: Output) -> String {
    let printed = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!printed.is_empty(), "{script}: {errors}");
    printed.trim_end().to_owned()
}

/// A server on a frozen clock, where a free key has one request per hour.
async fn start() -> String {
    start_with(Settings {
        clock: Some("frozen=2026-01-15T09:00:00Z".parse().unwrap()),
        tiers: vec!["free=1/1h".parse().unwrap()],
        ..Settings::default()
    })
    .await
}

async fn start_with(settings: Settings) -> String {
    let settings = Settings {
        port: Some(0),
        ..settings
    };
    let server = Server::bind(App::new(Config::from(settings)).unwrap())
        .await
        .unwrap();
    let url = format!("http://{}/api/v1", server.address().unwrap());
    tokio::spawn(server.run(std::future::pending()));
    url
}

fn all_say(printed: &[String], expected: &str) {
    assert_eq!(printed, vec![expected; 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn code_samples_work_as_documented() {
    let server = start().await;
    all_say(
        &say(&server, "list", "FullAccess").await,
        "found 5 of 5 orders, the first is COMPLETED: Hotels in the north and south",
    );
    all_say(
        &say(&server, "create", "Orders").await,
        "created an order that is RECEIVED: Q1 Enrichment",
    );
    all_say(
        &say(&server, "create", "ReadOnly").await,
        "403: required orders:write; held companies:read,prospects:read,delivery:read,orders:read",
    );
    all_say(
        &say(&server, "list", "OrdersExpired").await,
        "401: check your API key",
    );
    all_say(
        &say(&server, "list", "OrdersRevoked").await,
        "401: check your API key",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn code_samples_handle_429() {
    let server = start().await;
    // The first of the three is still admitted.
    let printed = say(&server, "list", "OrdersFree").await;
    assert!(printed[0].starts_with("found 5 of 5 orders"), "{printed:?}");
    all_say(
        &say(&server, "list", "OrdersFree").await,
        "429: retry after 3600 s",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn complete_integration_works_in_python_and_javascript() {
    let server = start_with(Settings {
        order_duration: Some(SignedDuration::from_millis(50)),
        ..Settings::default()
    })
    .await;
    let run = move || {
        let programs = [
            (python(), "flow.py", "flow01"),
            ("node".into(), "flow.mjs", "flow02"),
        ];
        programs.map(|(program, script, organization)| {
            let key = format!("lnc_test_{:x<26}{organization}", "FullAccess");
            printed(
                script,
                command(&program, script, &server, &key).output().unwrap(),
            )
        })
    };
    for said in tokio::task::spawn_blocking(run).await.unwrap() {
        assert_eq!(
            said,
            "Hotels without geo_locations: 44 companies, 43 delivered without ours, 69 people, the first is good"
        );
    }
}
