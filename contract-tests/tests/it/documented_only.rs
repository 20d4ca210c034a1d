//! A sandbox that leaves out what is assumed: what is not there is skipped, what is ours informs, and
//! what is documented fails as ever.

use contract_tests::{
    ExitCode,
    check::{Stop, Verdict},
};
use mock_server::Settings;
use schemas::Evidence;

use crate::target::{judge, red, start_with};

fn documented_only() -> Settings {
    Settings {
        documented_only: Some(true),
        ..Settings::default()
    }
}

#[tokio::test]
async fn it_is_green_and_all_that_is_skipped_is_assumed() {
    let (session, run) = judge(start_with(documented_only()).await, |_| {}).await;
    assert_eq!(run.exit_code(), ExitCode::Passed, "{:#?}", red(&run));
    for finding in &run.findings {
        let assumed = |operation: &schemas::Operation| operation.evidence == Evidence::Assumed;
        let absent = finding.operation.is_some_and(assumed);
        match &finding.outcome {
            Ok(()) => assert!(!absent, "{finding:?}"),
            Err(Stop::Skipped(_)) => assert!(absent, "{finding:?}"),
            Err(Stop::Violated(_)) => assert_eq!(finding.verdict, Verdict::Info, "{finding:?}"),
            Err(Stop::Inconclusive(reason)) => panic!("{reason}: {finding:?}"),
        }
    }
    assert!(session.describe().contains("documented only"));
}

#[tokio::test]
async fn what_informs_is_about_headers_that_are_off() {
    let informs = async |settings| {
        let (_, run) = judge(start_with(settings).await, |_| {}).await;
        let findings = run.findings.iter();
        let informing = findings.filter(|finding| finding.verdict == Verdict::Info);
        informing.map(|finding| finding.id).collect::<Vec<_>>()
    };
    let headers = [
        "PRV-401-CHALLENGE",
        "PRV-429-COUNT",
        "PRV-429-PER-KEY",
        "PRV-429-BAD-KEYS",
    ];
    assert_eq!(informs(documented_only()).await, headers);
    let asked_for = Settings {
        rate_headers: Some(mock_server::RateHeaders::XRateLimit),
        challenges: Some(true),
        ..documented_only()
    };
    assert!(informs(asked_for).await.is_empty());
}
