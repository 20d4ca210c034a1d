//! Known failures: written out, filled in, accepted, and reported when they no longer fail or have expired.

use std::{fs, net::SocketAddr, path::PathBuf, process::Output};

use serde_json::{Value, json};

use crate::{
    client_reports::{LIST, client, hasty},
    command::{provider, text},
    target::{Bug, FAITHFUL, start, start_faithful},
    traffic_reports::{exchange, har, mistakes, orders},
};

const NO_LOCATION: Bug = Bug {
    response: |_, response| {
        response.headers.remove("location");
    },
    ..FAITHFUL
};

pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("contract-tests-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn file(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn judge(address: SocketAddr, args: &[&str]) -> Output {
    let some = ["--check", "PRV-ORDER-READBACK", "--check", "PRV-401-SAME"];
    provider(address, &[&some[..], args].concat()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn accepts_a_known_failure_until_it_is_fixed_or_expires() {
    let folder = Folder::new("baseline");
    let (baseline, json) = (folder.file("known.toml"), folder.file("report.json"));
    let buggy = start(NO_LOCATION).await;

    let output = judge(buggy, &["--write-baseline", &baseline]).await;
    assert_eq!(
        output.status.code(),
        Some(1),
        "writing a baseline makes nothing known"
    );
    let output = judge(buggy, &["--baseline", &baseline]).await;
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(
        text(&output).contains("PRV-ORDER-READBACK: `reason` is empty"),
        "{}",
        text(&output)
    );
    let output = judge(buggy, &["--write-baseline", &baseline]).await;
    assert_eq!(
        output.status.code(),
        Some(2),
        "what is there is not written over"
    );

    let filled = fs::read_to_string(&baseline)
        .unwrap()
        .replace("reason = \"\"", "reason = \"ticket 7\"");
    fs::write(&baseline, &filled).unwrap();
    let report = format!("json={json}");
    let output = judge(buggy, &["--baseline", &baseline, "--report", &report]).await;
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(
        text(&output).contains("KNOWN  PRV-ORDER-READBACK") && text(&output).contains("1 known"),
        "{}",
        text(&output)
    );
    let report: Value = serde_json::from_str(&fs::read_to_string(&json).unwrap()).unwrap();
    assert_eq!(report["counts"]["known"], 1);
    assert!(
        report["checks"][0]["reason"]
            .as_str()
            .unwrap()
            .starts_with("ticket 7 (until ")
    );

    expect_stale_and_expired_entries(buggy, &baseline, &filled).await;
}

async fn expect_stale_and_expired_entries(buggy: SocketAddr, baseline: &str, filled: &str) {
    let output = judge(start_faithful().await, &["--baseline", baseline]).await;
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(
        text(&output).contains("error: PRV-ORDER-READBACK passes: remove it from"),
        "{}",
        text(&output)
    );

    let day = filled
        .lines()
        .find(|line| line.starts_with("expires"))
        .unwrap();
    fs::write(baseline, filled.replace(day, "expires = 2020-02-29")).unwrap();
    let output = judge(buggy, &["--baseline", baseline]).await;
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(
        text(&output).contains("was accepted until 2020-02-29"),
        "{}",
        text(&output)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn rejects_a_missing_baseline() {
    let folder = Folder::new("no-baseline");
    let output = judge(
        start_faithful().await,
        &["--baseline", &folder.file("slip.toml")],
    )
    .await;
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(text(&output).contains("slip.toml: "), "{}", text(&output));
    assert!(!fs::exists(folder.file("slip.toml")).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn enforces_a_minimum_share_of_seen_responses() {
    let address = start_faithful().await;
    let output = judge(address, &["--min-seen", "100%"]).await;
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(
        text(&output).contains("less than 100%"),
        "{}",
        text(&output)
    );
    assert!(
        text(&output).contains("  get_order 404 ENTITY_NOT_FOUND "),
        "{}",
        text(&output)
    );
    let output = judge(address, &["--min-seen", "1%"]).await;
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let output = judge(address, &["--min-seen", "half"]).await;
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
}

#[test]
fn accepts_a_known_failure_of_a_client_until_it_is_fixed_or_expires() {
    let folder = Folder::new("client-baseline");
    let baseline = folder.file("known.toml");
    let insists = hasty();
    let args = ["--scenario", "revoked-at-start", "--baseline", &baseline];
    let missing = client(&args, &insists);
    assert_eq!(missing.status.code(), Some(2), "it is never made");
    let write = [
        "--scenario",
        "revoked-at-start",
        "--write-baseline",
        &baseline,
    ];
    assert_eq!(client(&write, &insists).status.code(), Some(1));
    let written = fs::read_to_string(&baseline).unwrap();
    assert!(
        written.contains("scenario = \"revoked-at-start\""),
        "{written}"
    );
    let filled = written.replace("reason = \"\"", "reason = \"ticket 7\"");
    fs::write(&baseline, &filled).unwrap();
    let known = client(&args, &insists);
    assert_eq!(known.status.code(), Some(0), "{}", text(&known));
    assert!(text(&known).contains("KNOWN  CLI-AUTH-7 scenario revoked-at-start"));
    assert!(text(&known).contains("ticket 7 (until "));
    let gone = client(&args, LIST);
    assert_eq!(gone.status.code(), Some(1), "{}", text(&gone));
    assert!(text(&gone).contains("CLI-AUTH-7 scenario revoked-at-start passes: remove it from"));
    for (old, new, invalid) in [
        (
            "expires = ",
            "expires = 2020-01-01 # ",
            "was accepted until 2020-01-01",
        ),
        ("revoked-at-start", "revoked", "unknown scenario `revoked`"),
        ("CLI-AUTH-7", "CLI-AUTH-77", "unknown check `CLI-AUTH-77`"),
    ] {
        fs::write(&baseline, filled.replace(old, new)).unwrap();
        let output = client(&args, &insists);
        assert_ne!(output.status.code(), Some(0), "{}", text(&output));
        assert!(text(&output).contains(invalid), "{}", text(&output));
    }
}

/// A baseline with all violations, filled in.
fn accepted_failures(folder: &Folder, baseline: &str) -> String {
    let written = har(folder, &mistakes(), &["--write-baseline", baseline]);
    let code = written.status.code();
    assert_eq!(code, Some(1), "writing it makes nothing known");
    let written = fs::read_to_string(baseline).unwrap();
    let filled = written.replace("reason = \"\"", "reason = \"ticket 7\"");
    assert!(filled.contains("at = \"$.orders[*].status\""), "{filled}");
    fs::write(baseline, &filled).unwrap();
    filled
}

#[test]
fn accepts_a_known_failure_in_traffic_until_it_is_fixed() {
    let folder = Folder::new("traffic-baseline");
    let baseline = folder.file("known.toml");
    let known = ["--baseline", &*baseline];
    let missing = har(&folder, &mistakes(), &known);
    assert_eq!(missing.status.code(), Some(2), "it is never made");
    accepted_failures(&folder, &baseline);
    let accepted = har(&folder, &mistakes(), &known);
    assert_eq!(accepted.status.code(), Some(0), "{}", text(&accepted));
    assert!(
        text(&accepted).contains("KNOWN  PRV-SCHEMA list_orders"),
        "{}",
        text(&accepted)
    );
    assert!(
        text(&accepted).contains("ticket 7 (until "),
        "{}",
        text(&accepted)
    );

    let mended = [exchange(0, "GET", "/orders?limit=5", 200, &orders())];
    let gone = har(&folder, &mended, &known);
    assert_eq!(gone.status.code(), Some(1), "{}", text(&gone));
    for name in [
        "PRV-SCHEMA list_orders",
        "TRF-QUERY list_orders",
        "TRF-OPERATION",
    ] {
        assert!(
            text(&gone).contains(&format!("error: {name} passes: remove it from")),
            "{}",
            text(&gone)
        );
    }
    let elsewhere = [exchange(
        0,
        "GET",
        "/blacklists",
        200,
        &json!({"items": [], "total": 0, "limit": 20, "offset": 0}),
    )];
    let unseen = text(&har(&folder, &elsewhere, &known));
    assert!(
        !unseen.contains("PRV-SCHEMA list_orders passes"),
        "what was not seen is not gone: {unseen}"
    );
}

#[test]
fn rejects_expired_or_invalid_baselines_of_traffic() {
    let folder = Folder::new("traffic-baseline-over");
    let baseline = folder.file("known.toml");
    let known = ["--baseline", &*baseline];
    let filled = accepted_failures(&folder, &baseline);
    for (old, new, invalid) in [
        (
            "expires = ",
            "expires = 2020-01-01 # ",
            "was accepted until 2020-01-01",
        ),
        ("TRF-QUERY", "TRF-QUREY", "unknown check `TRF-QUREY`"),
        (
            "operation = \"list_orders\"\nat = \"query",
            "scenario = \"control\"\nat = \"query",
            "for traffic, not both",
        ),
    ] {
        assert!(filled.contains(old), "{filled}");
        fs::write(&baseline, filled.replace(old, new)).unwrap();
        let output = har(&folder, &mistakes(), &known);
        assert_ne!(output.status.code(), Some(0), "{}", text(&output));
        assert!(text(&output).contains(invalid), "{}", text(&output));
    }
}
