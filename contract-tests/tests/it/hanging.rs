//! A server that hangs is given up, instead of keeping every check waiting.

use std::time::Duration;

use contract_tests::{
    finding::{ExitCode, NotPassed},
    selftest::target::{Bug, Target},
};
use mock_server::Settings;

use crate::target::judge;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_answers_is_asked_only_a_few_times() {
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
    // Those that were under way when the judge gave up.
    assert!((1..40).contains(&waited.len()), "{waited:#?}");
    assert_ne!(run.exit_code(), ExitCode::Passed);
}
