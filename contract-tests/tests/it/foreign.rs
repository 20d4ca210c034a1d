//! A server that is not under our control: the judge uses the given keys, writes only what was permitted, and fails only
//! violations of documented rules.

mod absent;
mod deletions;
mod documented;
mod filters;
mod newer_pages;
mod preparation;
mod quotas;

use contract_tests::{
    finding::{ExitCode, NotPassed, Verdict},
    http::Requests,
    provider::{Selection, checks, session::Options},
};
use mock_server::Settings;
use schemas::{Evidence, OperationId, Scope, ScopeSet, key::ApiKey};
use serde_json::json;

use crate::target::{
    Bug, FAITHFUL, PatchedRequest, PatchedResponse, failed_checks, judge, judge_some, start,
    start_with,
};

/// The sandbox with its control API out of reach.
pub(crate) const FOREIGN: Bug = Bug {
    request: PatchedRequest::hide_control,
    ..FAITHFUL
};

pub(crate) fn with_keys(options: &mut Options) {
    options.keys = [
        "full=FullAccess",
        "read_only=ReadOnly",
        "revoked=OrdersRevoked",
        "expired=OrdersExpired",
        "limited=OrdersFree",
    ]
    .map(|words| {
        let (role, words) = words.split_once('=').unwrap();
        format!("{role}=lnc_test_{words:x<26}foreig")
            .parse()
            .unwrap()
    })
    .to_vec();
}

#[tokio::test]
async fn without_keys_every_skip_names_what_would_enable_it() {
    let (_, run) = judge(start(FOREIGN).await, |_| {}).await;
    assert_eq!(run.exit_code(), ExitCode::NothingRan);
    for finding in &run.findings {
        match &finding.outcome {
            Err(NotPassed::Skipped(reason)) => assert!(
                reason.contains("needs") || reason.contains("--allow-"),
                "{finding:?}"
            ),
            Ok(()) | Err(NotPassed::Violated(_) | NotPassed::Inconclusive(_)) => {
                panic!("{finding:?}")
            }
        }
    }
    let refused = run.findings.iter().find(|one| one.id == "PRV-401-MISSING");
    assert!(refused.unwrap().sent.reads > 0, "it is asked all the same");
}

/// A server that does not require a key.
fn open(request: &mut PatchedRequest) {
    request.hide_control();
    request.authenticate();
}

#[tokio::test]
async fn without_keys_violations_still_fail() {
    let open = Bug {
        request: open,
        ..FAITHFUL
    };
    let (_, run) = judge(start(open).await, |_| {}).await;
    assert_eq!(run.exit_code(), ExitCode::Violated);
    assert!(
        failed_checks(&run).contains(&"PRV-401-MISSING"),
        "{:?}",
        failed_checks(&run)
    );
}

#[tokio::test]
async fn with_keys_checks_scopes_and_limits_without_writing() {
    let address = start(FOREIGN).await;
    let (session, run) = judge(address, |options| {
        with_keys(options);
        options.permissions.bursts = true;
        options.limits.max_requests = 5_000;
    })
    .await;
    assert_eq!(
        run.exit_code(),
        ExitCode::Passed,
        "{:#?}",
        failed_checks(&run)
    );
    let passed = |id| {
        run.findings
            .iter()
            .any(|finding| finding.id == id && finding.verdict == Verdict::Pass)
    };
    for id in [
        "PRV-SUCCESS",
        "PRV-401-REVOKED",
        "PRV-401-EXPIRED",
        "PRV-429-SHAPE",
        "PRV-401-SAME",
    ] {
        assert!(passed(id), "{id}");
    }
    let created = session
        .coverage()
        .into_iter()
        .find(|row| row.operation.id == OperationId::CreateOrder && row.status == 201);
    assert_eq!(created.unwrap().seen, 0);
}

/// A key that may read everything, and write nothing.
#[tokio::test]
async fn accepts_a_read_only_key_with_any_reading_scope() {
    let key = "lnc_test_ReadsEverythingxxxxxxxxxxxforeig";
    let scopes = ScopeSet::PUBLIC.iter().filter(|scope| !scope.writes());
    let scopes: Vec<_> = scopes.map(Scope::as_str).collect();
    let setting = json!({"key": key, "organization": "foreig", "scopes": scopes});
    let address = start_with(Settings {
        keys: vec![serde_json::from_value(setting).unwrap()],
        ..Settings::default()
    })
    .await;
    let selection = Selection {
        checks: ["PRV-403-SCOPE", "PRV-403-FIRST"]
            .map(|id| checks::find(id).unwrap())
            .to_vec(),
        ..Selection::default()
    };
    let (_, run) = judge_some(address, &selection, |options| {
        with_keys(options);
        options.safe = true;
        options.permissions.writes = true;
        options.permissions.revocations = true;
        options.keys[1].key = ApiKey::parse(key).unwrap();
    })
    .await;
    assert_eq!(failed_checks(&run), [""; 0]);
    let finding = |check: &str, id: OperationId| {
        let mut all = run.findings.iter();
        all.find(|one| one.id == check && one.operation.unwrap().id == id)
            .unwrap()
    };
    let reads = &finding("PRV-403-SCOPE", OperationId::ListBlacklists).outcome;
    assert!(
        matches!(reads, Err(NotPassed::Skipped(reason)) if reason.ends_with("which the read_only key holds")),
        "{reads:?}"
    );
    let create = finding("PRV-403-SCOPE", OperationId::CreateOrder);
    assert_eq!(create.verdict, Verdict::Pass);
    for first in run.findings.iter().filter(|one| one.id == "PRV-403-FIRST") {
        let operation = first.operation.unwrap();
        match &first.outcome {
            Ok(()) => assert!(operation.scopes.writes(), "{operation:?}"),
            Err(NotPassed::Skipped(reason)) => {
                assert!(!operation.scopes.writes(), "{operation:?}");
                let expected = format!(
                    "needs a key without {}, which a read_only key may hold",
                    operation.scopes
                );
                assert_eq!(*reason, expected);
                assert_eq!(first.sent, Requests::default(), "nothing is asked for it");
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    for (id, verdict) in [
        (OperationId::GetOrder, Verdict::Skip),
        (OperationId::CreateOrder, Verdict::Pass),
        (OperationId::DeleteBlacklist, Verdict::Pass),
    ] {
        assert_eq!(finding("PRV-403-FIRST", id).verdict, verdict, "{id}");
    }
}

#[tokio::test]
async fn writes_only_with_permission() {
    let (session, run) = judge(start(FOREIGN).await, |options| {
        with_keys(options);
        options.permissions.writes = true;
    })
    .await;
    assert_eq!(
        run.exit_code(),
        ExitCode::Passed,
        "{:#?}",
        failed_checks(&run)
    );
    let refused = run
        .findings
        .iter()
        .find(|finding| finding.id == "PRV-403-SCOPE" && finding.verdict == Verdict::Pass);
    assert_eq!(
        refused.unwrap().operation.unwrap().id.as_str(),
        "create_order"
    );
    assert!(
        session
            .coverage()
            .iter()
            .any(|row| row.status == 201 && row.seen != 0)
    );
}

/// Serves only the operations of the authority; all others are unknown.
fn only_the_authority(request: &mut PatchedRequest) {
    request.hide_control();
    if request.is_api() && !request.is(&request.head.method, "/orders") {
        request.set_target("/nothing");
    }
}

#[tokio::test]
async fn unpromised_operations_are_information_only() {
    let few = Bug {
        request: only_the_authority,
        ..FAITHFUL
    };
    let (_, run) = judge(start(few).await, with_keys).await;
    for finding in &run.findings {
        let founded = finding.operation.map(|operation| operation.evidence);
        if founded == Some(Evidence::Assumed) {
            assert_ne!(finding.verdict, Verdict::Fail, "{finding:?}");
        }
    }
    let about = |id: OperationId, check: &str| {
        let mut findings = run.findings.iter();
        let found = findings.find(|finding| {
            finding.id == check
                && finding
                    .operation
                    .is_some_and(|operation| operation.id == id)
        });
        found.unwrap().verdict
    };
    let promised = about(OperationId::ListCompanies, "PRV-EXISTS");
    let ours = about(OperationId::GetOrganization, "PRV-EXISTS");
    assert_eq!((promised, ours), (Verdict::Fail, Verdict::Info));
}

fn keep_documented_fields(_: &PatchedRequest, response: &mut PatchedResponse) {
    response.headers.remove("www-authenticate");
    response.edit(|body| {
        for order in body["orders"].as_array_mut().into_iter().flatten() {
            order
                .as_object_mut()
                .unwrap()
                .retain(|field, _| ["id", "title", "status"].contains(&field.as_str()));
        }
    });
}

fn another_code(_: &PatchedRequest, response: &mut PatchedResponse) {
    if response.status == 429 {
        response.edit(|body| body["code"] = "TOO_MANY_REQUESTS".into());
    }
}

#[tokio::test]
async fn broken_assumptions_inform_and_documented_rules_fail() {
    let (_, run) = judge(
        start(Bug {
            response: keep_documented_fields,
            ..FOREIGN
        })
        .await,
        with_keys,
    )
    .await;
    assert_eq!(
        run.exit_code(),
        ExitCode::Passed,
        "{:#?}",
        failed_checks(&run)
    );
    let challenge = run
        .findings
        .iter()
        .find(|finding| finding.id == "PRV-401-CHALLENGE")
        .unwrap();
    assert_eq!(challenge.verdict, Verdict::Info);

    let (_, run) = judge(
        start(Bug {
            response: another_code,
            ..FOREIGN
        })
        .await,
        with_bursts,
    )
    .await;
    assert_eq!(run.exit_code(), ExitCode::Violated);
    assert!(failed_checks(&run).contains(&"PRV-429-SHAPE"));
}

fn with_bursts(options: &mut Options) {
    with_keys(options);
    options.limits.max_requests = 5_000;
    options.permissions.bursts = true;
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_a_wrong_base_url_before_judging() {
    let address = crate::target::start_faithful().await;
    let judged = async |base: String| {
        let mut judge = tokio::process::Command::new(env!("CARGO_BIN_EXE_contract-tests"));
        judge.args(["provider", "--base-url", &base]);
        judge.output().await.unwrap()
    };
    let run = judged(format!("http://{address}")).await;
    assert_eq!(run.status.code(), Some(4));
    let text = String::from_utf8_lossy(&run.stderr).into_owned();
    let meant = format!("did you mean http://{address}/api/v1?");
    assert!(text.contains(&meant), "{text}");
    let run = judged(format!("http://{address}/api/v1/api/v1")).await;
    assert_eq!(run.status.code(), Some(4));
}
