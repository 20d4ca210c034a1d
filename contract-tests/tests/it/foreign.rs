//! A server that is not under our control: the judge uses the keys it is given, writes nothing that
//! nobody permitted, and fails it for what is documented only.

use contract_tests::{ExitCode, check::Stop, check::Verdict, session::Options};
use schemas::OperationId;

use crate::target::{Answer, Ask, Bug, FAITHFUL, judge, red, start};

/// The sandbox with its control API out of reach.
pub(crate) const FOREIGN: Bug = Bug {
    request: Ask::hide_control,
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
async fn without_keys_it_checks_what_needs_none_and_says_what_would_unlock_the_rest() {
    let (_, run) = judge(start(FOREIGN).await, |_| {}).await;
    assert_eq!(run.exit_code(), ExitCode::Passed);
    assert!(run.count(Verdict::Pass) > 10, "{run:#?}");
    for finding in &run.findings {
        match &finding.outcome {
            Ok(()) => {}
            Err(Stop::Skipped(reason)) => assert!(
                reason.contains("needs") || reason.contains("--allow-"),
                "{finding:?}"
            ),
            Err(Stop::Violated(_) | Stop::Inconclusive(_)) => panic!("{finding:?}"),
        }
    }
}

#[tokio::test]
async fn with_keys_it_checks_scopes_and_limits_and_creates_nothing() {
    let address = start(FOREIGN).await;
    let (session, run) = judge(address, |options| {
        with_keys(options);
        options.permissions.bursts = true;
    })
    .await;
    assert_eq!(run.exit_code(), ExitCode::Passed, "{:#?}", red(&run));
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

#[tokio::test]
async fn writes_are_made_where_they_are_permitted() {
    let (session, run) = judge(start(FOREIGN).await, |options| {
        with_keys(options);
        options.permissions.writes = true;
    })
    .await;
    assert_eq!(run.exit_code(), ExitCode::Passed, "{:#?}", red(&run));
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

fn only_what_is_documented(_: &Ask, answer: &mut Answer) {
    answer.headers.remove("www-authenticate");
    answer.edit(|body| {
        for order in body["orders"].as_array_mut().into_iter().flatten() {
            order
                .as_object_mut()
                .unwrap()
                .retain(|field, _| ["id", "title", "status"].contains(&field.as_str()));
        }
    });
}

fn upper_case(_: &Ask, answer: &mut Answer) {
    if answer.status == 429 {
        answer.edit(|body| body["code"] = "RATE_LIMIT_EXCEEDED".into());
    }
}

#[tokio::test]
async fn an_assumption_that_does_not_hold_informs_and_a_documented_rule_fails() {
    let (_, run) = judge(
        start(Bug {
            response: only_what_is_documented,
            ..FOREIGN
        })
        .await,
        with_keys,
    )
    .await;
    assert_eq!(run.exit_code(), ExitCode::Passed, "{:#?}", red(&run));
    let challenge = run
        .findings
        .iter()
        .find(|finding| finding.id == "PRV-401-CHALLENGE")
        .unwrap();
    assert_eq!(challenge.verdict, Verdict::Info);

    let (_, run) = judge(
        start(Bug {
            response: upper_case,
            ..FOREIGN
        })
        .await,
        |options| {
            with_keys(options);
            options.permissions.bursts = true;
        },
    )
    .await;
    assert_eq!(run.exit_code(), ExitCode::Violated);
    assert!(red(&run).contains(&"PRV-429-SHAPE"));
}
