//! What a run does to find out how a server rejects requests beyond a quota.

use contract_tests::{
    finding::{NotPassed, Verdict},
    provider::{Run, Selection, checks, session::Options},
};
use schemas::OperationId::{self, GetOrder, ListBlacklists, ListOrders};

use super::{FOREIGN, with_keys};
use crate::target::{Bug, PatchedRequest, judge_some, start};

/// More than it takes to use up any quota that a run uses up.
const ENOUGH: usize = 5_000;

async fn judged(server: Bug, checks: &[&str], options: impl FnOnce(&mut Options)) -> Run {
    let selection = Selection {
        checks: checks.iter().map(|id| checks::find(id).unwrap()).collect(),
        operations: [ListOrders, GetOrder, ListBlacklists]
            .map(OperationId::operation)
            .to_vec(),
        ..Selection::default()
    };
    let with_bursts = |wanted: &mut Options| {
        with_keys(wanted);
        wanted.permissions.bursts = true;
        options(wanted);
    };
    judge_some(start(server).await, &selection, with_bursts)
        .await
        .1
}

/// All keys have the quota of the one with all scopes.
fn without_a_small_quota(request: &mut PatchedRequest) {
    request.hide_control();
    if request.bearer().is_some() {
        request.authenticate();
    }
}

const UNLIMITED: Bug = Bug {
    request: without_a_small_quota,
    ..FOREIGN
};

fn assert_inconclusive(run: &Run, expected: &str) {
    for finding in &run.findings {
        let Err(NotPassed::Inconclusive(reason)) = &finding.outcome else {
            panic!("{finding:?}")
        };
        assert_eq!(reason, expected);
    }
}

#[tokio::test]
async fn quota_that_cannot_be_used_up_is_tried_once() {
    let run = judged(UNLIMITED, &["PRV-429-SHAPE"], |options| {
        options.limits.max_requests = ENOUGH;
    });
    let run = run.await;
    assert_inconclusive(&run, "the quota was not used up after 1100 requests");
    let sent: Vec<_> = run.findings.iter().map(|one| one.sent.total()).collect();
    let first = sent.iter().max().unwrap();
    assert!(
        *first >= 1_100 && sent.iter().sum::<usize>() < first + 10,
        "{sent:?}"
    );
}

#[tokio::test]
async fn rejected_key_says_nothing_of_its_quota() {
    let run = judged(FOREIGN, &["PRV-429-SHAPE"], |options| {
        options.limits.max_requests = ENOUGH;
        let revoked = options
            .keys
            .iter()
            .find(|one| one.role.to_string() == "revoked");
        let revoked = revoked.unwrap().key.clone();
        let mut keys = options.keys.iter_mut();
        keys.find(|one| one.role.to_string() == "limited")
            .unwrap()
            .key = revoked;
    });
    let reason =
        "GET /orders returns 401 Unauthorized to the key `limited`, so its quota cannot be used up";
    assert_inconclusive(&run.await, reason);
}

/// The request limit of a run may be smaller than a quota.
#[tokio::test]
async fn what_uses_up_a_quota_comes_last() {
    let checks = ["PRV-429-SHAPE", "PRV-SUCCESS", "PRV-LIST-END"];
    let run = judged(UNLIMITED, &checks, |options| {
        options.limits.max_requests = 1_000;
    });
    for finding in run.await.findings {
        let is_burst = finding.id == "PRV-429-SHAPE";
        let expected = if is_burst {
            Verdict::Skip
        } else {
            Verdict::Pass
        };
        assert_eq!(finding.verdict, expected, "{finding:?}");
    }
}

fn without_blacklists(request: &mut PatchedRequest) {
    without_a_small_quota(request);
    if request.path().starts_with("/api/v1/blacklists") {
        request.set_target("/nothing");
    }
}

#[tokio::test]
async fn operation_that_a_server_lacks_has_no_quota_to_judge() {
    let server = Bug {
        request: without_blacklists,
        ..FOREIGN
    };
    let checks = ["PRV-SUCCESS", "PRV-EXISTS", "PRV-429-SHAPE"];
    let run = judged(server, &checks, |options| {
        options.limits.max_requests = ENOUGH;
    });
    let run = run.await;
    let shapes = run.findings.iter().filter(|one| one.id == "PRV-429-SHAPE");
    let verdicts: Vec<_> = shapes.map(|one| one.verdict).collect();
    let expected = [Verdict::Inconclusive, Verdict::Inconclusive, Verdict::Skip];
    assert_eq!(verdicts, expected);
}
