//! The judge gives up on a server that hangs, instead of waiting in every check.

use std::time::Duration;

use contract_tests::{
    finding::{ExitCode, NotPassed},
    selftest::target::{Bug, Target},
};
use mock_server::Settings;

use crate::target::judge;

#[tokio::test(flavor = "multi_thread")]
async fn sends_few_requests_to_a_server_that_never_responds() {
    let target = Target::new(Settings::default()).unwrap();
    let hanging = target.start(Bug::Fault("hang")).await.unwrap();
    let (_, run) = judge(hanging.detach(), |options| {
        options.response_timeout = Duration::from_millis(500);
    })
    .await;
    let reasons = run
        .findings
        .iter()
        .filter_map(|finding| match &finding.outcome {
            Err(NotPassed::Inconclusive(reason)) => Some(reason.as_str()),
            Ok(()) | Err(NotPassed::Violated(_) | NotPassed::Skipped(_)) => None,
        });
    let (given_up, waited): (Vec<_>, Vec<_>) =
        reasons.partition(|reason| reason.contains("no more are sent"));
    assert!(given_up.len() > 100, "{} findings", run.findings.len());
    // The requests in progress when the judge gave up.
    assert!((1..40).contains(&waited.len()), "{waited:#?}");
    assert_ne!(run.exit_code(), ExitCode::Passed);
}
