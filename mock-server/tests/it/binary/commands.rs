//! The commands that do not start a server.

use std::{
    fs::{self, OpenOptions},
    net::{Ipv4Addr, TcpListener},
};

use mock_server::Settings;
use schemas::{Profile, openapi};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    KEY, LIVE,
    process::{Ended, Running, command, run, run_with_output},
};

/// Runs `keys` with these arguments.
#[track_caller]
fn keys(arguments: &[&str]) -> Ended {
    run(command(&["keys"]).args(arguments))
}

/// Output that cannot be written ends the command, even the one that serves.
#[test]
fn full_disk_is_an_error() {
    for arguments in [
        &["keys", "mint"][..],
        &["keys", "explain", KEY],
        &["openapi"],
        &["schema"],
        &["docs"],
        &["scenarios", "list"],
        &["scenarios", "faults"],
        &["--help"],
        &["--port", "0"],
        &["--port", "0", "--ready-json"],
    ] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ended = run_with_output(&mut command(arguments), full);
        assert_eq!(ended.code, Some(2), "{arguments:?}: {ended:?}");
        let expected = "error: cannot write to standard output: No space left on device";
        assert!(
            ended.stderr.starts_with(expected),
            "{arguments:?}: {ended:?}"
        );
    }
}

#[test]
fn minted_key_spells_the_given_options() {
    for (arguments, key) in [
        (&[][..], KEY),
        (
            &[
                "--preset",
                "orders",
                "--tier",
                "free",
                "--organization",
                "acme01",
            ],
            "lnc_test_OrdersFreexxxxxxxxxxxxxxxxacme01",
        ),
        (
            &["--preset", "read-only", "--expires-in", "90s"],
            "lnc_test_ReadOnlyExpiresIn90sxxxxxxdemo01",
        ),
        (
            &["--preset", "read_only", "--revoked"],
            "lnc_test_ReadOnlyRevokedxxxxxxxxxxxdemo01",
        ),
        (
            &["--preset", "ReadOnly", "--tier", "Pro"],
            "lnc_test_ReadOnlyProxxxxxxxxxxxxxxxdemo01",
        ),
    ] {
        let minted = keys(&[&["mint"], arguments].concat());
        assert_eq!((minted.code, minted.stdout), (Some(0), format!("{key}\n")));
    }
}

#[test]
fn rejects_options_that_no_key_can_spell() {
    for arguments in [
        &["--organization", "acme"][..],
        &["--preset", "full-access", "--revoked-after", "123456789012"],
        &[
            "--tier",
            "enterprise",
            "--preset",
            "full-access",
            "--revoked-after",
            "4294967295",
        ],
        &["--preset", "gold"],
        &["--expired", "--revoked"],
        &["--revoked-after", "0"],
    ] {
        let minted = keys(&[&["mint"], arguments].concat());
        assert_eq!(
            (minted.code, &*minted.stdout),
            (Some(2), ""),
            "{arguments:?}"
        );
        assert!(minted.stderr.starts_with("error: "), "{}", minted.stderr);
    }
}

#[test]
fn explains_a_valid_key_without_printing_it() {
    let explained = keys(&["explain", "lnc_test_OrdersFreeRevokedAfter3xxxdemo01"]);
    assert_eq!((explained.code, &*explained.stderr), (Some(0), ""));
    insta::assert_snapshot!(explained.stdout, @r"
    key           lnc_test_Orde…mo01
    organization  demo01
    scopes        orders:read, orders:write (orders)
    tier          free, by default 100 requests an hour
    state         valid for 3 requests, then revoked
    ");
}

#[test]
fn invalid_key_exits_with_1_and_a_reason() {
    for (key, why) in [
        (LIVE, "it is a live key"),
        ("lnc_test_Orders", "this one has 6"),
        (
            "lnc_test_OrdersExpiredxxxxxxxxxxxxxdemo01",
            "describes itself as expired",
        ),
        (
            "lnc_test_OrdersRevokedxxxxxxxxxxxxxdemo01",
            "describes itself as revoked",
        ),
        (
            "lnc_test_OrdersGoldxxxxxxxxxxxxxxxxdemo01",
            "unknown word `Gold`",
        ),
        ("secret", "starts with lnc_test_ or lnc_live_"),
    ] {
        let explained = keys(&["explain", key]);
        assert_eq!((explained.code, &*explained.stderr), (Some(1), ""));
        assert!(
            explained.stdout.starts_with("rejected  401") && explained.stdout.contains(why),
            "{}",
            explained.stdout
        );
        assert!(!explained.stdout.contains(key), "{}", explained.stdout);
    }
}

#[test]
fn reads_the_key_to_explain_from_the_variable() {
    let explained = run(command(&["keys", "explain"]).env("OPENPROSPECT_API_KEY", KEY));
    assert_eq!(explained.code, Some(0));
    assert!(
        explained
            .stdout
            .starts_with("key           lnc_test_Full…mo01\n")
    );
    assert_eq!(keys(&["explain"]).code, Some(2));
    let help = run(command(&["keys", "explain", "--help"]).env("OPENPROSPECT_API_KEY", KEY));
    assert!(help.stdout.contains("OPENPROSPECT_API_KEY") && !help.stdout.contains(KEY));
}

#[test]
fn prints_the_openapi_document_as_served() {
    let printed = run(&mut command(&["openapi"]));
    assert_eq!((printed.code, &*printed.stderr), (Some(0), ""));
    assert_eq!(printed.stdout, openapi::text(Profile::Everything));
    let printed = run(&mut command(&["openapi", "--documented-only"]));
    assert_eq!(printed.stdout, openapi::text(Profile::Documented));
}

#[test]
fn prints_the_list_of_topics_and_each_page() {
    let list = run(&mut command(&["docs"]));
    assert_eq!((list.code, &*list.stderr), (Some(0), ""));
    assert!(list.stdout.contains("\nTutorials\n  curl "), "{list:?}");
    let page = run(&mut command(&["docs", "twin"]));
    assert_eq!((page.code, &*page.stderr), (Some(0), ""));
    assert_eq!(page.stdout, docs::text(Some("twin")).unwrap());
    let unknown = run(&mut command(&["docs", "twins"]));
    assert_eq!(
        (unknown.code, &*unknown.stderr),
        (
            Some(2),
            "error: unknown topic `twins`; did you mean twin?\n"
        )
    );
}

#[test]
fn prints_the_json_schema_of_the_settings_file() {
    let printed = run(&mut command(&["schema"]));
    assert_eq!((printed.code, &*printed.stderr), (Some(0), ""));
    let schema: Value = serde_json::from_str(&printed.stdout).unwrap();
    assert_eq!(schema, Settings::schema());
}

#[test]
fn health_check_reports_whether_a_server_responds() {
    let server = Running::start(&["--no-control"]);
    let port = server.address().port().to_string();
    let healthy = run(&mut command(&["healthcheck", "--port", &port]));
    assert_eq!(
        (healthy.code, &*healthy.stdout, &*healthy.stderr),
        (Some(0), "", "")
    );
    let healthy = run(command(&["healthcheck"]).env("MOCK_SERVER_PORT", &port));
    assert_eq!(healthy.code, Some(0));
    // No server listens on port 1.
    let dead = run(&mut command(&["healthcheck", "--port", "1"]));
    assert_eq!((dead.code, &*dead.stdout), (Some(1), ""));
    let stderr = dead.stderr;
    assert!(
        stderr.starts_with("error: no server responds on port 1: "),
        "{stderr}"
    );
}

#[test]
fn health_check_does_not_wait_for_a_silent_server() {
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = silent.local_addr().unwrap().port().to_string();
    let ended = run(&mut command(&["healthcheck", "--port", &port]));
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.stderr.ends_with("no response within 2 seconds\n"),
        "{}",
        ended.stderr
    );
}

#[test]
fn prints_a_readable_explanation_of_a_request() {
    let server = Running::start(&["--clock", "frozen=2026-01-15T09:00:00Z"]);
    let mut connection = server.connect();
    let key = "lnc_test_OrdersFreexxxxxxxxxxxxxxxxdemo01";
    let head = format!("GET /api/v1/companies HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}");
    connection.send(format!("{head}\r\n\r\n"));
    let answer = connection.answer_to("GET", "/api/v1/companies");
    let id = answer.header("x-request-id").unwrap();
    let port = server.address().port().to_string();
    let explained = run(&mut command(&["explain", id, "--port", &port]));
    assert_eq!((explained.code, &*explained.stderr), (Some(0), ""));
    insta::assert_snapshot!(explained.stdout, @r"
    request       GET /api/v1/companies
    operation     list_companies
    at            2026-01-15T09:00:00.000Z
    organization  demo01
    response      403 AUTHORIZATION_ERROR
    reason        the operation needs companies:read; the credential holds orders:read, orders:write
    key           lnc_test_Orde…mo01 key_1 free active
    scopes needed companies:read
    held          orders:read, orders:write
    missing       companies:read
    quota         100 in 3600 s: 100 left before, 99 after, until 2026-01-15T10:00:00.000Z
    steps         framing well_formed, route found, authentication active, rate_limit admitted, scope refused
    ");
    let url = format!("http://{}", server.address());
    let again = run(&mut command(&["explain", id, "--url", &url]));
    assert_eq!(again.stdout, explained.stdout);
    let unknown = run(&mut command(&["explain", "no/id?", "--port", &port]));
    assert_eq!((unknown.code, &*unknown.stdout), (Some(1), ""));
    assert!(
        unknown
            .stderr
            .contains("no request has the id no/id?; use the"),
        "{}",
        unknown.stderr
    );
    let elsewhere = run(&mut command(&["explain", id, "--url", "https://x"]));
    assert_eq!(elsewhere.code, Some(2));
}

#[test]
fn version_says_what_the_contract_is() {
    let printed = run(&mut command(&["--version"]));
    let contract = hex::encode(Sha256::digest(openapi::text(Profile::Everything)));
    let lines: Vec<_> = printed.stdout.lines().collect();
    let version = concat!("mock-server ", env!("CARGO_PKG_VERSION"));
    assert_eq!(lines[0], version);
    assert!(lines[1].starts_with("commit: "), "{printed:?}");
    assert_eq!(lines[2], format!("contract: sha256:{contract}"));
}

#[test]
fn manuals_are_about_every_command_that_is_not_hidden() {
    let folder = tempfile::tempdir().unwrap();
    let ended = run(command(&["manuals"]).arg(folder.path()));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let read = |file: &str| fs::read_to_string(folder.path().join(file)).unwrap();
    assert!(read("man/mock-server.1").contains("mock\\-server\\-run(1)"));
    assert!(read("man/mock-server-keys-mint.1").contains("revoked\\-after"));
    assert!(!folder.path().join("man/mock-server-manuals.1").exists());
    for file in ["_mock-server", "mock-server.bash", "mock-server.fish"] {
        assert!(read(&format!("completions/{file}")).contains("healthcheck"));
    }
}
