//! The command as CI uses it: exit codes, reports, and no key in any of them.

use std::{
    fs::OpenOptions,
    io::Write,
    net::{SocketAddr, TcpListener},
    process::{Command, Output},
};

use serde_json::Value;

use crate::target::{Bug, FAITHFUL, PatchedRequest, PatchedResponse, start, start_faithful};

pub(crate) fn contract_tests(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_contract-tests"))
        .args(args)
        .env_clear()
        .env("RUST_BACKTRACE", "0")
        .output()
        .unwrap()
}

pub(crate) async fn provider(address: SocketAddr, args: &[&str]) -> Output {
    let base = format!("http://{address}/api/v1");
    let args: Vec<String> = ["provider", "--base-url", &base]
        .iter()
        .chain(args)
        .map(ToString::to_string)
        .collect();
    tokio::task::spawn_blocking(move || {
        contract_tests(&args.iter().map(String::as_str).collect::<Vec<_>>())
    })
    .await
    .unwrap()
}

pub(crate) fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

#[test]
fn prints_pages_of_the_book_and_names_one_that_helps() {
    let page = contract_tests(&["docs", "twin"]);
    assert_eq!(
        (page.status.code(), text(&page)),
        (Some(0), docs::text(Some("twin")).unwrap().into_owned())
    );
    let unknown = contract_tests(&["docs", "twins"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert_eq!(
        text(&unknown),
        "error: unknown topic `twins`; did you mean twin?\n"
    );
    let missing = contract_tests(&["har", "/nowhere.har"]);
    assert!(text(&missing).ends_with("\nsee `contract-tests docs judge-traffic`\n"));
}

/// A full key is 32 letters or digits after its prefix; a masked one never is.
fn shows_a_key(text: &str) -> bool {
    text.split("lnc_test_")
        .skip(1)
        .any(|rest| rest.chars().take_while(char::is_ascii_alphanumeric).count() >= 30)
}

/// A release has one executable under two names.
#[test]
fn is_the_server_if_called_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let called = folder.path().join("mock-server");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_contract-tests"), &called).unwrap();
    let version = |program: &mut Command| text(&program.arg("--version").output().unwrap());
    let server = version(&mut Command::new(called));
    let judge = text(&contract_tests(&["--version"]));
    assert!(server.starts_with("mock-server "), "{server}");
    assert!(judge.starts_with("contract-tests "), "{judge}");
    // Of the same build, and with the same contract.
    let build = |version: &str| version.split_once(' ').unwrap().1.to_owned();
    assert_eq!(build(&server), build(&judge));
}

/// Output that cannot be written in full ends the command with an error.
#[tokio::test(flavor = "multi_thread")]
async fn full_disk_is_an_error() {
    let base = format!("http://{}/api/v1", start_faithful().await);
    let provider = ["provider", "--base-url", &base, "--check", "PRV-401-SAME"];
    for args in [
        &[&provider[..], &["--report", "json=-"]].concat()[..],
        &[&provider[..], &["--report", "json=/dev/full"]].concat(),
        &["list"],
        &["schema"],
        &["explain", "PRV-401-SAME"],
        &["provider", "--plan", "--safe"],
    ] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_contract-tests"));
        command.args(args).env_clear().stdout(full);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap());
        let output = output.await.unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", text(&output));
        assert!(text(&output).contains("No space left"), "{args:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn faithful_server_passes_with_exit_code_0_and_a_line_for_each_check() {
    let output = provider(start_faithful().await, &[]).await;
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let output = text(&output);
    assert!(output.ends_with("(exit code 0)\n"), "{output}");
    let checks = contract_tests::provider::checks::CHECKS;
    let lines: Vec<_> = output
        .lines()
        .filter(|line| line.contains("  PRV-"))
        .collect();
    assert_eq!(lines.len(), checks.len(), "{output}");
    for (line, check) in lines.iter().zip(checks) {
        assert!(
            line.starts_with(&format!("PASS          {:<23}  ", check.id)) && line.len() <= 80,
            "{line}"
        );
    }
}

/// The line of a check counts its operations; they have lines of their own only if requested.
#[tokio::test(flavor = "multi_thread")]
async fn prints_a_line_for_each_operation_only_if_requested() {
    let address = start_faithful().await;
    let some = [
        "--check",
        "PRV-401-MISSING",
        "--operation",
        "get_order,list_orders",
    ];
    let printed = text(&provider(address, &some).await);
    assert!(
        printed.contains("\nPASS          PRV-401-MISSING          2 pass\n"),
        "{printed}"
    );
    let verbose = provider(address, &[&some[..], &["--verbose"]].concat()).await;
    let verbose = text(&verbose);
    for operation in ["get_order", "list_orders"] {
        let line = format!("PASS          PRV-401-MISSING          {operation:<17}  ");
        assert!(verbose.contains(&line), "{verbose}");
    }
    let quiet = provider(address, &[&some[..], &["--quiet"]].concat()).await;
    assert!(!text(&quiet).contains("PRV-"), "{}", text(&quiet));
    let foreign = [&some[..], &["--safe", "--check", "PRV-SUCCESS"]].concat();
    let skipped = text(&provider(address, &foreign).await);
    let line = "\nSKIP          PRV-SUCCESS              2 skip: needs a key: --key full=…\n";
    assert!(skipped.contains(line), "{skipped}");
}

#[tokio::test(flavor = "multi_thread")]
async fn violation_has_all_details_and_no_key() {
    fn hints(_: &PatchedRequest, response: &mut PatchedResponse) {
        if response.status == 403 {
            response.edit(|body| body["hints"] = body["detail"].take());
        }
    }
    let report = std::env::temp_dir().join(format!("contract-tests-{}.json", std::process::id()));
    let argument = format!("json={}", report.display());
    let address = start(Bug {
        response: hints,
        ..FAITHFUL
    })
    .await;
    let output = provider(
        address,
        &["--check", "PRV-403-SCOPE", "--report", &argument],
    )
    .await;
    let written = std::fs::read_to_string(&report).unwrap();
    std::fs::remove_file(&report).unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    for text in [&text(&output), &written] {
        assert!(!shows_a_key(text), "{text}");
    }
    let operations = schemas::operations::all().count();
    let block = text(&output);
    for part in [
        "FAIL  PRV-403-SCOPE list_orders  GET /api/v1/orders?limit=10 -> 403\n",
        "  at        $.detail.required_scopes\n",
        "  expected  [\"orders:read\"]\n",
        "  got       null\n",
        "  evidence  documented: https://dev.openprospect.io/api/authentication\n",
        "  replay    contract-tests provider --base-url http://",
        " --check PRV-403-SCOPE --operation list_orders\n",
        &format!("{} more like this: create_order, ", operations - 1),
        "  curl      curl -sSi -H \"authorization: Bearer $KEY_WITHOUT_ORDERS_READ\" 'http://",
        &format!("\nFAIL          PRV-403-SCOPE            {operations} fail\n"),
    ] {
        assert!(block.contains(part), "{part} is missing in\n{block}");
    }
    let report: Value = serde_json::from_str(&written).unwrap();
    assert_eq!(
        (&report["verdict"], &report["exit_code"]),
        (&"fail".into(), &1.into())
    );
    assert_eq!(report["counts"]["fail"], operations);
    assert_eq!(report["checks"][0]["id"], "PRV-403-SCOPE");
    assert_eq!(report["checks"][0]["exchange"]["response"]["status"], 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn inconclusive_run_has_its_own_exit_code() {
    let usage = contract_tests(&["provider", "--base-url", "localhost"]);
    assert_eq!(usage.status.code(), Some(2), "{}", text(&usage));

    let cut = "lnc_test_FullAccessxxxxxxxxxxxxxxxxshort";
    for args in [&["provider", "--key", cut][..], &["provider", cut]] {
        let usage = contract_tests(args);
        assert_eq!(usage.status.code(), Some(2), "{}", text(&usage));
        assert!(!text(&usage).contains("FullAccess"), "{}", text(&usage));
    }
    let secret = contract_tests(&["provider", "--key", "secret-of-another-kind"]);
    assert_eq!(
        (secret.status.code(), text(&secret).contains("secret")),
        (Some(2), false),
        "{}",
        text(&secret)
    );

    let unknown = contract_tests(&["provider", "--check", "PRV-NONSENSE"]);
    assert_eq!(
        (
            unknown.status.code(),
            text(&unknown).contains("unknown check or rule `PRV-NONSENSE`")
        ),
        (Some(2), true)
    );

    let nowhere = contract_tests(&["provider", "--report", "json=/nowhere/report.json"]);
    assert_eq!(
        (
            nowhere.status.code(),
            text(&nowhere).contains("/nowhere/report.json")
        ),
        (Some(2), true)
    );

    let foreign = start(Bug {
        request: PatchedRequest::hide_control,
        ..FAITHFUL
    })
    .await;
    let nothing = provider(foreign, &["--check", "PRV-REVOKE-NOW"]).await;
    assert_eq!(
        (
            nothing.status.code(),
            text(&nothing).contains("nothing was proven: 1 skip (exit code 3)")
        ),
        (Some(3), true),
        "{}",
        text(&nothing)
    );

    // A port that no server listens on.
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let unreachable = provider(free, &[]).await;
    assert_eq!(
        (
            unreachable.status.code(),
            text(&unreachable).contains("does not respond")
        ),
        (Some(4), true)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_responses_are_findings() {
    for response in [
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"orders\":",
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 5\r\n\r\nnever",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzzz\r\n",
        "this is not HTTP\r\n\r\n",
        "",
    ] {
        let output = provider(
            broken(response),
            &["--key", "lnc_test_FullAccessxxxxxxxxxxxxxxxxbroken"],
        )
        .await;
        assert_eq!(
            output.status.code(),
            Some(1),
            "{response:?}: {}",
            text(&output)
        );
        assert!(!shows_a_key(&text(&output)));
    }
}

/// A server that sends the same bytes on every connection and closes it.
fn broken(response: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = std::io::Read::read(&mut stream, &mut [0; 8_192]);
            let _ = stream.write_all(response.as_bytes());
        }
    });
    address
}

#[test]
fn selftest_of_one_server_shows_what_the_check_found() {
    let shown = text(&contract_tests(&[
        "selftest",
        "--mutant",
        "revocation-does-nothing",
    ]));
    for part in [
        "\nFAIL  PRV-401-REVOKED list_orders  GET /api/v1/orders -> 200\n",
        "\n  expected  401\n  got       200\n",
    ] {
        assert!(shown.contains(part), "{shown}");
    }
}

#[test]
fn lists_and_explains_checks() {
    let list = contract_tests(&["list"]);
    let checks = contract_tests::provider::checks::CHECKS.len();
    let rules = contract_tests::clients::RULES.len() + contract_tests::traffic::RULES.len();
    assert_eq!(text(&list).lines().count(), checks + rules);
    let explained = contract_tests(&["explain", "prv-401-same"]);
    insta::assert_snapshot!(text(&explained), @r#"
    PRV-401-SAME

      rule      The body of a 401 is the same whatever the cause, except for what differs between any two requests.
      why       A different body tells an attacker who tries keys which of them exist, or once did.
      evidence  documented: on the vendor's authentication page, which is authoritative
      source    https://dev.openprospect.io/api/authentication
      fix       Make every 401 in one function that does not get the cause; log the cause instead.
      code      shown by --lang python, javascript, csharp or rust

      request
        > GET /api/v1/orders
        > authorization: Bearer $MADE_UP_KEY
      good response
        < 401
        < {"message":"Authentication failed",…}
      bad response, where a 401 reveals that a key is unknown
        < 401
        < {"message":"Unknown key",…}
        seen: body does not match the contract; expected {"code":"AUTHENTICATION_ERROR","message":"Authentication failed"}; got {"code":"AUTHENTICATION_ERROR","message":"Unknown key"}

      proven by servers with these bugs
        a 401 reveals that a key is unknown
        a 401 to POST reveals that a key was once valid

      shown by
        contract-tests selftest --mutant a-401-reveals-that-a-key-is-unknown
    "#);
    let explained = text(&contract_tests(&["explain", "cli-retry-1"]));
    for part in [
        "\n  why           Until then every request is rejected",
        "\n  good trace\n    0 s  GET /api/v1/orders -> 429; Retry-After: 2\n",
        "\n    seen: retried 500 ms after a 429 with Retry-After: 2\n",
        "\n  proven by clients with these bugs\n    does-not-wait-after-429\n",
    ] {
        assert!(explained.contains(part), "{explained}");
    }
    let shown = contract_tests(&["explain", "cli-http-9", "--lang", "python"]);
    assert!(text(&shown).contains("quote(order_id, safe='')"));
    let shown = contract_tests(&["explain", "cli-retry-1", "--lang", "httpx"]);
    assert!(text(&shown).contains("import httpx"));
    for unknown in [
        &["explain", "nothing"][..],
        &["explain", "cli-http-9", "--lang", "cobol"],
        &["explain", "cli-http-9", "--code"],
        &["explain", "nothing", "--lang", "python"],
        &["client", "--watch", "/nowhere", "--", "true"],
    ] {
        let refused = contract_tests(unknown);
        assert_eq!(refused.status.code(), Some(2), "{unknown:?}");
    }
}
