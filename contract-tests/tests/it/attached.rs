//! Clients that are started elsewhere: judged by the requests to the addresses that they are given.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

use crate::{
    baselines::Folder,
    client_reports::{LIST, checks, hasty},
    clients::HTTP2,
    command::{contract_tests, text},
    reports::shell,
    secrets::assert_hides,
};

/// Runs a script as the client, which reads the URL and the key from `access`, and interrupts the judge; returns the output of
/// the judge, and the key.
fn attached(access: &str, args: &[&str], script: &str) -> (Output, String) {
    let mut judge = Command::new(env!("CARGO_BIN_EXE_contract-tests"))
        .args(["client", "--attach", "--key-file", access])
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let output = loop {
        let output = fs::read_to_string(access).unwrap_or_default();
        if output.lines().count() == 2 && output.ends_with('\n') {
            break output;
        }
        assert_eq!(judge.try_wait().unwrap(), None, "it ended too early");
        std::thread::yield_now();
    };
    let mode = fs::metadata(access).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(
        shell(&format!("set -a; . {access}; {script}"))
            .status
            .success()
    );
    shell(&format!("kill -INT {}", judge.id()));
    let key = output.trim().rsplit_once('=').unwrap().1.to_owned();
    (judge.wait_with_output().unwrap(), key)
}

#[test]
fn judges_an_attached_client_when_interrupted() {
    let folder = Folder::new("client-attach");
    let access = folder.file("access");
    let args = ["--scenario", "rate-limit-once", "--report", "json=-"];
    let (output, key) = attached(&access, &args, &hasty());
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("FAIL  CLI-RETRY-1 scenario rate-limit-once"));
    let begun = format!(
        "# The base URL and the key are in {access}.\n\
         # Waiting for requests from the client. Scenario rate-limit-once: The first request returns 429 with \
         `Retry-After: 1`.\n# On Ctrl-C, the client is judged by the requests it has sent.\n"
    );
    assert!(text(&output).contains(&begun), "{}", text(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["trials"][0]["ended"], Value::Null);
    assert!(!checks(&report, "PASS").is_empty());
    assert_hides(&text(&output), &key, "the report");
    let again = contract_tests(&["client", "--attach", "--key-file", &access]);
    assert_eq!(again.status.code(), Some(2), "the file is there");
}

/// What a browser does for a script of this origin that lists orders.
const SCRIPT_IN_A_BROWSER: &str = r#"
    orders="$OPENPROSPECT_API_URL/orders"
    curl -sf -X OPTIONS -H "Origin: http://app.example" -H "Access-Control-Request-Method: GET" \
        -H "Access-Control-Request-Headers: authorization" -D - -o /dev/null "$orders" | grep -q "allow-origin: http://app.example" &&
    curl -sf -H "Origin: http://app.example" -H "Authorization: Bearer $OPENPROSPECT_API_KEY" -D - -o /dev/null "$orders" |
        grep -q "allow-origin: http://app.example""#;

#[test]
fn judges_a_script_in_a_browser_without_its_preflight_requests() {
    let folder = Folder::new("client-attach-cors");
    let args = [
        "--cors",
        "http://app.example",
        "--scenario",
        "control",
        "--report",
        "json=-",
    ];
    let (output, _) = attached(&folder.file("access"), &args, SCRIPT_IN_A_BROWSER);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let passed = checks(&report, "PASS");
    assert!(
        passed.iter().any(|check| check["id"] == "CLI-AUTH-1"),
        "{report}"
    );
}

#[test]
fn reports_that_http_2_of_an_attached_client_is_not_judged() {
    let folder = Folder::new("client-attach-http2");
    let script = LIST.replace("curl", "curl --http2-prior-knowledge");
    let (output, _) = attached(&folder.file("access"), &[], &script);
    assert_eq!(output.status.code(), Some(5), "{}", text(&output));
    assert!(text(&output).contains(HTTP2), "{}", text(&output));
}

#[test]
fn idle_attached_client_passes_no_rule() {
    let args = ["client", "--attach", "--for", "0.2", "--report", "json=-"];
    let output = contract_tests(&args);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    let printed = String::from_utf8_lossy(&output.stderr);
    let key = printed.split_once("OPENPROSPECT_API_KEY=").unwrap().1;
    let key = key.lines().next().unwrap();
    assert!(key.starts_with("lnc_test_") && key.len() == 41);
    let end = "Scenario control: Nothing fails.
# After 0.2 s, or on Ctrl-C, the client";
    assert!(printed.contains(end), "{printed}");
    assert_hides(&String::from_utf8_lossy(&output.stdout), key, "the report");
    for wrong in [
        &["client", "--attach", "--", "true"][..],
        &["client", "--attach", "--sweep", "reset"],
        &["client", "--for", "1", "--", "true"],
        &[
            "client",
            "--attach",
            "--scenario",
            "hang",
            "--scenario",
            "drip",
        ],
        &["client"],
    ] {
        assert_eq!(contract_tests(wrong).status.code(), Some(2), "{wrong:?}");
    }
}
