//! Generated requests: a failing request is shrunk, is the same with the same seed, and is reported only if it fails again.

use contract_tests::{
    finding::{NotPassed, Verdict},
    provider::{Run, Selection, checks},
    report::Report,
};
use schemas::OperationId::CreateOrder;
use serde_json::{Value, json};

use crate::target::{Bug, FAITHFUL, PatchedRequest, PatchedResponse, judge_some, start};

/// Judges a server with orders that are generated from a seed.
async fn judged(bug: Bug, seed: u64) -> (Run, Value) {
    let selection = Selection {
        checks: vec![checks::find("PRV-PROP-VALID").unwrap()],
        operations: vec![CreateOrder.operation()],
        ..Selection::default()
    };
    let address = start(bug).await;
    let (session, run) = judge_some(address, &selection, |options| options.seed = seed).await;
    let report = json!(Report::new(&session, &run));
    (run, report)
}

/// Fails for a character that needs two UTF-16 code units.
fn fails_for_emojis(request: &PatchedRequest, response: &mut PatchedResponse) {
    let body = String::from_utf8_lossy(&request.body);
    if request.is(&http::Method::POST, "/orders")
        && body.chars().any(|character| character > '\u{ffff}')
    {
        response.set_status(500);
    }
}

const EMOJIS: Bug = Bug {
    response: fails_for_emojis,
    ..FAITHFUL
};

#[tokio::test]
async fn shrinks_failing_requests_deterministically() {
    let sent = |report: &Value| {
        let body = &report["checks"][0]["exchange"]["request"]["body"];
        body.as_str().unwrap().to_owned()
    };
    let (run, report) = judged(EMOJIS, 7).await;
    assert_eq!(run.count(Verdict::Fail), 1, "{run:#?}");
    assert!(sent(&report).len() < 200, "{}", sent(&report));
    let replay = report["checks"][0]["replay"].as_str().unwrap();
    assert!(replay.ends_with("--seed 7"), "{replay}");
    assert_eq!(report["seed"], 7);
    let (_, again) = judged(EMOJIS, 7).await;
    assert_eq!(sent(&report), sent(&again));
    let message = report["checks"][0]["message"].as_str().unwrap();
    assert!(message.ends_with("(--seed 7)"), "{message}");
}

/// Fails only for the first order.
fn fails_once(request: &PatchedRequest, response: &mut PatchedResponse) {
    if request.is(&http::Method::POST, "/orders")
        && request.with_memory(|memory| memory.count("orders")) == 1
    {
        response.set_status(500);
    }
}

#[tokio::test]
async fn unconfirmed_failure_is_inconclusive() {
    let once = Bug {
        response: fails_once,
        ..FAITHFUL
    };
    let (run, _) = judged(once, 1).await;
    let told = &run.findings[0].outcome;
    let again = |reason: &str| reason.contains("sent again (--seed 1)");
    assert!(
        matches!(told, Err(NotPassed::Inconclusive(reason)) if again(reason)),
        "{told:?}"
    );
}
