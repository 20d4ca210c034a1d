//! The command of a finding reproduces that finding: with the keys, the permissions, the certificates, the token and the
//! baseline of its run.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    os::unix::fs::PermissionsExt,
    process::Output,
};

use mock_server::Settings;
use serde_json::{Value, json};

use crate::{
    baselines::Folder,
    client_reports::hasty,
    command::{provider, text},
    reports::shell_with,
    target::{Bug, FAITHFUL, PatchedRequest, PatchedResponse, start, start_bug_with},
    tls::secure,
    traffic_reports::mistakes,
};

/// The fields that identify a finding, whatever its requests and times.
fn identity(entry: &Value) -> [String; 5] {
    ["id", "verdict", "operation", "scenario", "at"].map(|field| entry[field].to_string())
}

/// The findings of a run that did not pass, by the commands that reproduce them.
fn findings(output: &Output) -> BTreeMap<String, BTreeSet<[String; 5]>> {
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", text(output)));
    let mut findings: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for entry in report["checks"].as_array().unwrap() {
        if ["FAIL", "KNOWN", "WARN"]
            .iter()
            .any(|verdict| entry["verdict"] == *verdict)
        {
            let replay = entry["replay"].as_str().unwrap().to_owned();
            findings.entry(replay).or_default().insert(identity(entry));
        }
    }
    findings
}

/// Runs a command, and then the command of each of its findings; returns the findings.
fn replay(line: &str, variables: &[(&str, &str)]) -> BTreeSet<[String; 5]> {
    let variables = [variables, &[("CONTRACT_TESTS_REPORT", "json=-")]].concat();
    let found = findings(&shell_with(line, &variables));
    assert!(!found.is_empty(), "{line} finds nothing");
    for (replay, findings) in &found {
        let again = shell_with(replay, &variables);
        let told: BTreeSet<_> = self::findings(&again).into_values().flatten().collect();
        assert!(
            findings.is_subset(&told),
            "{replay}\nfinds {told:#?}\ninstead of {findings:#?}"
        );
    }
    found.into_values().flatten().collect()
}

fn ids(found: &BTreeSet<[String; 5]>) -> BTreeSet<&str> {
    found.iter().map(|what| what[0].trim_matches('"')).collect()
}

/// Errors have no details, and orders have a number as their title.
fn says_too_little(_: &PatchedRequest, response: &mut PatchedResponse) {
    response.edit(|body| {
        if let Some(detail) = body.get_mut("detail") {
            *detail = Value::Null;
        }
        if let Some(title) = body.get_mut("title") {
            *title = json!(7);
        }
    });
}

const BUGGY: Bug = Bug {
    response: says_too_little,
    ..FAITHFUL
};

const SOME: &str = "--operation get_order,create_order,list_blacklists";

#[tokio::test(flavor = "multi_thread")]
async fn replay_fails_again_for_another_server() {
    let folder = Folder::new("replay-foreign");
    let address = start(Bug {
        request: PatchedRequest::hide_control,
        ..BUGGY
    });
    let server = secure(&folder, address.await).await;
    let (keys, baseline) = (folder.file("my keys.toml"), folder.file("known.toml"));
    let key = |words: &str| format!("lnc_test_{words:x<26}replay");
    let text = format!(
        "full = '{}'\nrevoked = '{}'\n",
        key("FullAccess"),
        key("OrdersRevoked")
    );
    fs::write(&keys, text).unwrap();
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o600)).unwrap();
    let known = "[[known]]\ncheck = 'PRV-SCHEMA'\noperation = 'get_order'\nreason = 'r'\nexpires = 2999-01-01\n";
    fs::write(&baseline, known).unwrap();
    let line = format!(
        "contract-tests provider --keys '{keys}' --baseline {baseline} --allow-writes --seed 7 --max-requests 400 {SOME}"
    );
    // Certificates and base URL come from variables, which need not be set when the commands are repeated.
    let read_only = format!("read_only={}", key("ReadOnly"));
    let found = tokio::task::spawn_blocking(move || {
        let variables = [
            ("CONTRACT_TESTS_BASE_URL", &*server.base_url),
            ("CONTRACT_TESTS_CA_CERT", &server.ca),
            ("OPENPROSPECT_API_KEY", &read_only),
        ];
        replay(&line, &variables)
    });
    let found = found.await.unwrap();
    for id in ["PRV-403-SCOPE", "PRV-PROP-VALID", "PRV-SCHEMA"] {
        assert!(ids(&found).contains(id), "{found:#?}");
    }
    assert!(
        found.iter().any(|what| what[1] == "\"KNOWN\""),
        "{found:#?}"
    );
}

/// Each key of the run is in the command, as the variable that the command for curl has for it.
#[tokio::test(flavor = "multi_thread")]
async fn replay_fails_again_with_the_keys_of_flags() {
    let address = start(Bug {
        request: PatchedRequest::hide_control,
        ..BUGGY
    });
    let keys = [
        ("FULL_KEY", "FullAccess"),
        ("READ_ONLY_KEY", "ReadOnly"),
        ("REVOKED_KEY", "OrdersRevoked"),
    ];
    let keys = keys.map(|(variable, words)| (variable, format!("lnc_test_{words:x<26}replay")));
    let line = format!(
        "contract-tests provider --base-url http://{}/api/v1 --key {},read_only={} --key revoked={} \
         --operation list_blacklists",
        address.await,
        keys[0].1,
        keys[1].1,
        keys[2].1
    );
    let found = tokio::task::spawn_blocking(move || {
        let variables = keys.each_ref().map(|(variable, key)| (*variable, &**key));
        replay(&line, &variables)
    });
    let found = found.await.unwrap();
    assert!(ids(&found).contains("PRV-403-SCOPE"), "{found:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn replay_fails_again_for_a_sandbox_with_a_control_token() {
    let settings = Settings {
        control_token: Some("open sesame".parse().unwrap()),
        ..Settings::default()
    };
    let address = start_bug_with(settings, BUGGY).await;
    let line = format!("contract-tests provider --base-url http://{address}/api/v1 {SOME}");
    let found = tokio::task::spawn_blocking(move || {
        replay(&line, &[("CONTRACT_TESTS_CONTROL_TOKEN", "open sesame")])
    });
    let found = found.await.unwrap();
    assert!(ids(&found).contains("PRV-403-SCOPE"), "{found:#?}");
}

/// Taken for another server, it would be judged by few checks, and pass.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_control_token_ends_the_run() {
    let settings = Settings {
        control_token: Some("open sesame".parse().unwrap()),
        ..Settings::default()
    };
    let address = start_bug_with(settings, BUGGY).await;
    let output = provider(address, &["--control-token", "open barley"]).await;
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    let shown = text(&output);
    let refused =
        "the sandbox refuses the control token (--control-token or CONTRACT_TESTS_CONTROL_TOKEN)";
    assert!(shown.contains(refused), "{shown}");
    assert!(!shown.contains("barley"), "{shown}");
}

#[test]
fn replay_fails_again_for_a_client() {
    let folder = Folder::new("replay-client");
    let (script, watched) = (folder.file("it's hasty.sh"), folder.file("left behind"));
    fs::create_dir(&watched).unwrap();
    // A file for each trial: concurrent trials would overwrite each other's file.
    let leaves = format!("echo $OPENPROSPECT_API_KEY > \"{watched}/$$\"\n");
    fs::write(&script, leaves + &hasty()).unwrap();
    let client = format!("contract-tests client --strict --watch '{watched}'");
    let scenarios = "--scenario rate-limit-long --scenario revoked-at-start";
    let found = replay(&format!("{client} {scenarios} -- sh \"{script}\""), &[]);
    let wanted = ["CLI-RETRY-1", "CLI-AUTH-7", "CLI-AUTH-12"];
    assert!(ids(&found).is_superset(&wanted.into()), "{found:#?}");
    let found = replay(
        &format!("{client} --sweep 429 --positions 2 -- sh \"{script}\""),
        &[],
    );
    assert!(ids(&found).contains("CLI-RETRY-1"), "{found:#?}");
}

#[test]
fn replay_fails_again_for_a_recording() {
    let folder = Folder::new("replay-traffic");
    let (file, baseline) = (folder.file("a recording.har"), folder.file("known.toml"));
    let archive = json!({"log": {"entries": mistakes()}});
    fs::write(&file, archive.to_string()).unwrap();
    let known = "[[known]]\ncheck = 'TRF-QUERY'\noperation = 'list_orders'\nreason = 'r'\nexpires = 2999-01-01\n";
    fs::write(&baseline, known).unwrap();
    let line = format!(
        "contract-tests har '{file}' --strict --baseline {baseline} --base-url https://api.example/api/v1"
    );
    let found = replay(&line, &[]);
    assert!(
        found.iter().any(|what| what[1] == "\"KNOWN\""),
        "{found:#?}"
    );
    assert!(ids(&found).contains("PRV-SCHEMA"), "{found:#?}");
}
