//! With `--strict`, informational findings fail, and so do fields that are not in the contract.

use std::collections::BTreeSet;

use contract_tests::{finding::Verdict, provider::session::Options};
use mock_server::Settings;

use crate::target::{
    Bug, FAITHFUL, PatchedRequest, PatchedResponse, failed_checks, judge, start, start_faithful,
    start_with,
};

fn strict(options: &mut Options) {
    options.strict = true;
}

#[tokio::test]
async fn faithful_server_passes_in_strict_mode() {
    let (_, run) = judge(start_faithful().await, strict).await;
    assert_eq!(failed_checks(&run), [""; 0]);
}

#[tokio::test]
async fn information_fails_in_strict_mode() {
    let documented_only = Settings {
        documented_only: Some(true),
        ..Settings::default()
    };
    let address = start_with(documented_only).await;
    let (_, plain) = judge(address, |_| {}).await;
    let informs = plain.findings.iter();
    let informs = informs.filter(|finding| finding.verdict == Verdict::Info);
    let informs: BTreeSet<_> = informs.map(|finding| finding.id).collect();
    let (_, held) = judge(address, strict).await;
    let fails: BTreeSet<_> = failed_checks(&held).into_iter().collect();
    assert!(
        !informs.is_empty() && informs.is_subset(&fails),
        "{informs:?} {fails:?}"
    );
    // Both are assumed, so a sandbox that serves what is documented leaves them out, and is not expected to send them.
    for left_out in ["PRV-401-CHALLENGE", "PRV-429-COUNT"] {
        assert!(!informs.contains(left_out), "{informs:?}");
        assert!(fails.contains(left_out), "{fails:?}");
    }
}

fn one_more(request: &PatchedRequest, response: &mut PatchedResponse) {
    // The introspection response for an inactive token must not have more fields.
    if request.path() == "/oauth/introspect" {
        return;
    }
    response.edit_success(|body| {
        if body.is_object() {
            body["colour"] = "red".into();
        }
    });
}

#[tokio::test]
async fn unknown_fields_fail_in_strict_mode() {
    // The control API responses that the judge uses have no schema, and may have more fields.
    let more = Bug {
        response: one_more,
        ..FAITHFUL
    };
    let (_, run) = judge(start(more).await, |_| {}).await;
    assert_eq!(failed_checks(&run), [""; 0], "a server may say more");
    let (_, run) = judge(start(more).await, strict).await;
    // Responses to generated requests must follow the schemas as well.
    assert_eq!(
        failed_checks(&run),
        ["PRV-SUCCESS", "PRV-PROP-VALID", "PRV-SCHEMA"]
    );
}
