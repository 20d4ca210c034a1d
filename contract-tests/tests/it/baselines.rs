//! Known failures: written out, filled in, accepted, and told of when they are gone or over.

use std::{fs, net::SocketAddr, path::PathBuf, process::Output};

use serde_json::Value;

use crate::{
    command::{provider, text},
    target::{Bug, FAITHFUL, start, start_faithful},
};

const NO_LOCATION: Bug = Bug {
    response: |_, answer| {
        answer.headers.remove("location");
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
async fn a_known_failure_does_not_fail_until_it_is_gone_or_over() {
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

    is_told_when_gone_or_over(buggy, &baseline, &filled).await;
}

async fn is_told_when_gone_or_over(buggy: SocketAddr, baseline: &str, filled: &str) {
    let output = judge(start_faithful().await, &["--baseline", baseline]).await;
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(
        text(&output).contains("error: PRV-ORDER-READBACK passes: take it out"),
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
        text(&output).contains("until 2020-02-29 only"),
        "{}",
        text(&output)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_baseline_that_is_not_there_is_not_made() {
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
async fn a_share_of_the_answers_can_be_asked_for() {
    let address = start_faithful().await;
    let output = judge(address, &["--min-seen", "100%"]).await;
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(
        text(&output).contains("fewer than 100%"),
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
