//! A sandbox that leaves out what is assumed: checks of missing operations are skipped, violations of assumed rules are
//! informational, and violations of documented rules fail as usual.

use contract_tests::{
    finding::{ExitCode, NotPassed, Verdict},
    provider::{Selection, checks},
};
use mock_server::{RateHeaders, Settings};
use schemas::{Evidence, Operation};

use crate::target::{failed_checks, judge, judge_some, start_with};

fn documented_only() -> Settings {
    Settings {
        documented_only: Some(true),
        ..Settings::default()
    }
}

#[tokio::test]
async fn faithful_server_passes_and_skips_only_assumptions() {
    let (session, run) = judge(start_with(documented_only()).await, |_| {}).await;
    assert_eq!(
        run.exit_code(),
        ExitCode::Passed,
        "{:#?}",
        failed_checks(&run)
    );
    for finding in &run.findings {
        let assumed = |operation: &Operation| operation.evidence == Evidence::Assumed;
        let absent = finding.operation.is_some_and(assumed)
            || finding.id.starts_with("PRV-OAUTH-")
            || ["PRV-KEYS-ONCE", "PRV-KEYS-CREATED"].contains(&finding.id);
        match &finding.outcome {
            Ok(()) => assert!(!absent, "{finding:?}"),
            Err(NotPassed::Skipped(reason)) => {
                let unprepared = reason.starts_with("could not be prepared: ");
                let may_be_skipped = absent || unprepared || HEADERS.contains(&finding.id);
                assert!(may_be_skipped, "{finding:?}");
            }
            Err(NotPassed::Violated(_)) => {
                assert_eq!(finding.verdict, Verdict::Info, "{finding:?}");
            }
            Err(NotPassed::Inconclusive(reason)) => panic!("{reason}: {finding:?}"),
        }
    }
    assert!(
        session
            .describe()
            .contains("serves only what is documented")
    );
}

/// Checks of headers that such a sandbox sends only if its settings request them.
const HEADERS: [&str; 7] = [
    "PRV-401-CHALLENGE",
    "PRV-429-COUNT",
    "PRV-JWT-QUOTA",
    "PRV-429-PER-KEY",
    "PRV-429-ORGANIZATIONS",
    "PRV-429-BURST",
    "PRV-429-BAD-KEYS",
];

#[tokio::test]
async fn judges_assumed_headers_only_if_requested() {
    let selection = Selection {
        checks: HEADERS.map(|id| checks::find(id).unwrap()).into(),
        ..Selection::default()
    };
    let verdicts = async |settings| {
        let address = start_with(settings).await;
        let (_, run) = judge_some(address, &selection, |_| {}).await;
        let findings = run.findings.iter();
        findings.map(|finding| finding.verdict).collect::<Vec<_>>()
    };
    assert_eq!(
        verdicts(documented_only()).await,
        [Verdict::Skip; HEADERS.len()]
    );
    let asked_for = Settings {
        rate_headers: Some(RateHeaders::XRateLimit),
        challenges: Some(true),
        ..documented_only()
    };
    assert_eq!(verdicts(asked_for).await, [Verdict::Pass; HEADERS.len()]);
}
