//! The key of a client: where it leaks, and whether the client reads a new one.

use std::fs;

use contract_tests::finding::Verdict;

use crate::clients::{LIST, about, judged, judged_with};

#[tokio::test(flavor = "multi_thread")]
async fn finds_a_leaked_key_wherever_it_appears() {
    let printed = judged(&format!("{LIST}; echo key=$OPENPROSPECT_API_KEY >&2"), &[]).await;
    assert_eq!(about(&printed, "CLI-AUTH-12"), [Verdict::Fail]);
    let in_url = judged(&format!("{LIST}?key=$OPENPROSPECT_API_KEY"), &[]).await;
    assert_eq!(about(&in_url, "CLI-AUTH-3"), [Verdict::Fail]);
    let followed = judged(
        &LIST.replace("curl -sf", "curl -sfL --location-trusted"),
        &["redirect-host", "redirect-port"],
    )
    .await;
    assert_eq!(about(&followed, "CLI-AUTH-4"), [Verdict::Fail]);
    assert_eq!(about(&followed, "CLI-AUTH-5"), [Verdict::Fail]);
    let dropped = judged(&LIST.replace("curl -sf", "curl -sfL"), &["redirect-host"]).await;
    assert_eq!(about(&dropped, "CLI-AUTH-4"), [Verdict::Pass]);
}

#[tokio::test(flavor = "multi_thread")]
async fn accepts_links_to_other_hosts_followed_without_the_key() {
    let list = LIST.replace("-o /dev/null ", "");
    let follows = |header: &str| {
        let next = format!(r#"{list} | sed -n 's/.*"next": *"\([^"]*\)".*/\1/p'"#);
        format!("NEXT=$({next}); [ -z \"$NEXT\" ] || curl -sf -o /dev/null {header} $NEXT")
    };
    let key = r#"-H "Authorization: Bearer $OPENPROSPECT_API_KEY""#;
    for (header, verdicts) in [("", Verdict::Pass), (key, Verdict::Warn)] {
        let judged = judged(&follows(header), &["next-elsewhere"]).await;
        assert_eq!(about(&judged, "CLI-PAGE-4"), [verdicts], "{header}");
        assert_eq!(about(&judged, "CLI-AUTH-4"), []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn finds_keys_in_files_and_names_the_file_only() {
    let folder = std::env::temp_dir().join(format!("left-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let leaves = |text: &str| format!("{LIST}; echo {text} > {}/debug.log", folder.display());
    let clean = judged_with(&leaves("done"), &[], Some(folder.clone())).await;
    assert_eq!(about(&clean, "CLI-AUTH-12"), [Verdict::Pass]);
    let leaks = leaves("$OPENPROSPECT_API_KEY");
    let leaky = judged_with(&leaks, &[], Some(folder.clone())).await;
    let mut findings = leaky.findings.iter();
    let finding = findings.find(|one| one.rule.id == "CLI-AUTH-12").unwrap();
    assert_eq!(finding.verdict, Verdict::Fail);
    assert_eq!(
        finding.seen.as_deref(),
        Some("the key, or a part of it, is in the file debug.log")
    );
    fs::remove_dir_all(folder).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn finds_keys_in_arguments_of_child_processes() {
    let client = concat!(env!("CARGO_BIN_EXE_contract-tests"), " reference-client");
    let started = async |arguments: &str| {
        let judged = judged(&format!("{client} {arguments}; exit $?"), &[]).await;
        about(&judged, "CLI-AUTH-13")
    };
    // The program gets the key in its environment.
    assert_eq!(started("").await, [Verdict::Pass]);
    let argument = "--api-key $OPENPROSPECT_API_KEY";
    assert_eq!(started(argument).await, [Verdict::Warn]);
    // The user of the judge has put the key there.
    assert_eq!(started("--api-key {api_key}").await, [Verdict::Pass]);
}

/// A request about once a second, until the key is rejected or eight requests were sent.
const POLLS: &str = r#"for second in 0 1 2 3 4 5 6 7; do
  curl -sf -o /dev/null -H "Authorization: Bearer $(key)" $OPENPROSPECT_API_URL/orders || exit 1
  sleep 1.1
done"#;

#[tokio::test(flavor = "multi_thread")]
async fn rotates_keys_only_for_clients_that_read_a_key_file() {
    let polls = async |key: &str| {
        let judged = judged(&format!("{key}\n{POLLS}"), &["key-rotated"]).await;
        about(&judged, "CLI-AUTH-10")
    };
    let each_time = polls("key() { cat {key_file}; }");
    let by_the_variable = polls(r#"key() { cat "$OPENPROSPECT_API_KEY_FILE"; }"#);
    let once = polls(r#"KEY=$(cat {key_file}); key() { echo "$KEY"; }"#);
    let never = polls(r#"key() { echo "$OPENPROSPECT_API_KEY"; }"#);
    let all = tokio::join!(each_time, by_the_variable, once, never);
    let (kept, broken) = (vec![Verdict::Pass], vec![Verdict::Warn]);
    assert_eq!(all, (kept.clone(), kept, broken, Vec::new()));
}
