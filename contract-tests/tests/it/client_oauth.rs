//! The judge of clients, on programs that sign in by OAuth.

use std::{fs, future::pending, time::Duration};

use contract_tests::{
    clients::{Judged, Limits, OAUTH_SCENARIOS, Options, RULES, judge, named},
    finding::{ExitCode, Verdict},
};
use serde_json::Value;

use crate::{
    baselines::Folder,
    clients::about,
    command::{contract_tests, text},
    secrets::assert_hides,
};

/// The client that is written as the advice recommends.
const NODE: &str = concat!(
    "node ",
    env!("CARGO_MANIFEST_DIR"),
    "/tests/clients/oauth.mjs"
);

/// Judges a shell script that gets no key.
async fn judged(script: &str, scenarios: &[&str]) -> Judged {
    let scenarios = scenarios.iter().map(|name| named(name).unwrap());
    let options = Options {
        oauth: true,
        command: ["sh", "-c", script].map(Into::into).to_vec(),
        scenarios: scenarios.collect(),
        // Longer than the pauses before a token endpoint is tried again.
        limits: Limits {
            quiet: Duration::from_secs(15),
            ..Options::default().limits
        },
        ..Options::default()
    };
    judge(&options, |_| {}, Box::pin(pending())).await.unwrap()
}

/// Shell functions: one exchanges the refresh token, and one lists orders.
const SHELL: &str = r#"
refresh() {
  printf 'grant_type=refresh_token&client_id=%s&refresh_token=%s' $OPENPROSPECT_OAUTH_CLIENT_ID $REFRESH |
    curl -s -d @- $OPENPROSPECT_OAUTH_ISSUER/oauth/token > tokens
  TOKEN=$(sed -n 's/.*"access_token": *"\([^"]*\)".*/\1/p' tokens)
  NEXT=$(sed -n 's/.*"refresh_token": *"\([^"]*\)".*/\1/p' tokens)
  rm tokens
}
list() {
  printf 'Authorization: Bearer %s' $TOKEN | curl -sf -o /dev/null -H @- $OPENPROSPECT_API_URL/orders
}
[ -z "$OPENPROSPECT_API_KEY$OPENPROSPECT_API_KEY_FILE" ] || exit 9
cd $(mktemp -d)
REFRESH=$OPENPROSPECT_OAUTH_REFRESH_TOKEN
"#;

#[tokio::test(flavor = "multi_thread")]
async fn distinguishes_programs_that_renew_tokens() {
    let renews = format!(
        "{SHELL} refresh; REFRESH=$NEXT; for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13; do list || {{ refresh; REFRESH=$NEXT; list; }} || exit 1; done"
    );
    let stops = format!("{SHELL} refresh; for turn in 1 2 3 4; do list || exit 1; done");
    let forgets = format!(
        "{SHELL} refresh; for turn in 1 2 3 4; do list || {{ refresh; list; }} || exit 1; done"
    );
    let expires = ["token-expires-mid-run"];
    let (renews, stops, forgets) = tokio::join!(
        judged(&renews, &expires),
        judged(&stops, &expires),
        judged(&forgets, &expires)
    );
    assert_eq!(about(&renews, "CLI-OAUTH-12"), [Verdict::Pass]);
    assert_eq!(about(&renews, "CLI-OAUTH-3"), [Verdict::Pass]);
    assert_eq!(about(&renews, "CLI-AUTH-9"), [Verdict::Pass]);
    assert_eq!(
        renews.exit_code(),
        ExitCode::Passed,
        "{:#?}",
        renews.findings
    );
    assert_eq!(about(&stops, "CLI-OAUTH-12"), [Verdict::Warn]);
    assert_eq!(about(&forgets, "CLI-OAUTH-3"), [Verdict::Fail]);
}

#[tokio::test(flavor = "multi_thread")]
async fn finds_a_leaked_refresh_token_wherever_it_appears() {
    let begins = format!("{SHELL} refresh;");
    let prints = judged(&format!("{begins} list; echo $NEXT"), &[]).await;
    assert_eq!(about(&prints, "CLI-OAUTH-9"), [Verdict::Fail]);
    let to_api =
        format!("{begins} curl -sf -H \"X-Refresh: $NEXT\" $OPENPROSPECT_API_URL/orders; list");
    let to_api = judged(&to_api, &[]).await;
    assert_eq!(about(&to_api, "CLI-OAUTH-4"), [Verdict::Fail]);
}

#[tokio::test(flavor = "multi_thread")]
async fn judges_the_sign_in_of_a_program_that_never_reaches_the_api() {
    let asks = "$OPENPROSPECT_OAUTH_ISSUER/oauth/authorize?response_type=code&client_id=$OPENPROSPECT_OAUTH_CLIENT_ID";
    let script =
        format!("curl -s -o /dev/null \"{asks}&redirect_uri=http://127.0.0.1/callback\"; exit 1");
    let without_pkce = judged(&script, &[]).await;
    assert_eq!(about(&without_pkce, "CLI-OAUTH-8"), [Verdict::Fail]);
    assert_eq!(without_pkce.exit_code(), ExitCode::Violated);
    let idle = judged("exit 0", &[]).await;
    assert_eq!(idle.exit_code(), ExitCode::NothingRan);
    let message = &idle.problems[0].message;
    assert!(
        message.contains("does it read OPENPROSPECT_OAUTH_ISSUER?"),
        "{message}"
    );
}

/// The code that `explain --lang` prints follows the rules that it is for, in all scenarios about tokens.
#[tokio::test(flavor = "multi_thread")]
async fn example_code_passes_all_rules() {
    let names: Vec<_> = OAUTH_SCENARIOS
        .iter()
        .map(|scenario| scenario.name)
        .collect();
    let about_tokens: Vec<_> = names
        .into_iter()
        .filter(|name| !["rate-limit-once", "unavailable-once"].contains(name))
        .collect();
    for (arguments, exercised) in [("", 8), ("--sign-in", 12)] {
        let judged = judged(&format!("{NODE} {arguments}"), &about_tokens).await;
        let rules = judged.findings.iter();
        let rules = rules.filter(|finding| {
            let id = finding.rule.id;
            id.starts_with("CLI-OAUTH-") || id.starts_with("CLI-AUTH-")
        });
        let failed = rules.clone();
        let wrong: Vec<_> = failed
            .filter(|finding| ![Verdict::Pass, Verdict::Skip].contains(&finding.verdict))
            .map(|finding| {
                (
                    finding.rule.id,
                    finding.scenario.map(|one| one.name),
                    &finding.seen,
                )
            })
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        let mut passed: Vec<_> = rules
            .filter(|finding| {
                finding.verdict == Verdict::Pass && finding.rule.id.starts_with("CLI-OAUTH-")
            })
            .map(|finding| finding.rule.id)
            .collect();
        passed.dedup();
        assert!(passed.len() >= exercised, "{passed:?}");
    }
}

#[test]
fn gives_oauth_settings_to_an_attached_client() {
    let folder = Folder::new("client-oauth-attach");
    let access = folder.file("access");
    let output = contract_tests(&[
        "client",
        "--oauth",
        "--attach",
        "--for",
        "0.3",
        "--key-file",
        &access,
    ]);
    let printed = fs::read_to_string(&access).unwrap();
    let names: Vec<_> = printed
        .lines()
        .filter_map(|line| line.split_once('='))
        .collect();
    let [url, issuer, client, refresh, hint] = &*names else {
        panic!("{printed}");
    };
    assert_eq!(url.0, "OPENPROSPECT_API_URL");
    assert_eq!(format!("{}/api/v1", issuer.1), url.1);
    assert_eq!(client.1, "openprospect-dashboard");
    assert!(hint.1.starts_with("admin@"), "{}", hint.1);
    assert!(text(&output).contains(&format!("# The base URL and the tokens are in {access}.")));
    assert_hides(&text(&output), refresh.1, "the report");
    assert_eq!(output.status.code(), Some(3), "nobody came");
}

#[test]
fn oauth_rules_apply_only_to_programs_that_sign_in() {
    let seen = |arguments: &[&str]| {
        let program = ["--report", "json=-", "--scenario", "control", "--", "true"];
        let output = contract_tests(&[&["client"], arguments, &program].concat());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        report["seen"]["of"].as_u64().unwrap()
    };
    let rules = RULES.iter();
    let rules = rules.filter(|rule| rule.id.starts_with("CLI-OAUTH-"));
    let more = usize::try_from(seen(&["--oauth"]) - seen(&[])).unwrap();
    assert_eq!(more, rules.count());
    let swept = contract_tests(&["client", "--oauth", "--sweep", "revoke", "--", "true"]);
    assert_eq!(swept.status.code(), Some(2), "{}", text(&swept));
}
