//! Servers that say the same whatever they are asked. No check passes on one: what is no response of the API, or comes from
//! a server that lets nobody in, shows nothing.

use std::{fmt::Write, net::SocketAddr};

use axum::{
    Router,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use contract_tests::{
    finding::{ExitCode, Verdict},
    provider::{
        Selection,
        check::{self, Finding},
        checks::{self, CHECKS},
        session::Options,
    },
};
use http::{StatusCode, header};
use schemas::{ErrorCode, Operation, OperationId};
use serde_json::json;
use tokio::net::TcpListener;

use crate::{
    foreign::with_keys,
    target::{Bug, FAITHFUL, PatchedRequest, PatchedResponse, judge, judge_some, start},
};

/// What a server says to everything.
#[derive(Clone, Debug)]
struct Nonsense {
    name: String,
    status: StatusCode,
    media_type: &'static str,
    body: Vec<u8>,
}

impl Nonsense {
    fn new(status: u16, media_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let mut name = format!("{status} {media_type} ");
        write!(
            name,
            "{}",
            String::from_utf8_lossy(&body[..body.len().min(20)])
        )
        .unwrap();
        Self {
            name,
            status: StatusCode::from_u16(status).unwrap(),
            media_type,
            body,
        }
    }

    /// An error of the contract, as it should be but for where it is said.
    fn error(code: ErrorCode, status: u16) -> Self {
        let body = json!({"code": code, "message": "No.", "detail": {}});
        Self::new(status, JSON, body.to_string())
    }
}

const JSON: &str = "application/json";

/// Every one of them.
fn all() -> Vec<Nonsense> {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let deep_object = r#"{"a":"#.repeat(100_000) + "1" + &"}".repeat(100_000);
    let mut all = vec![
        Nonsense::new(200, "text/html", "<html>Welcome</html>"),
        Nonsense::new(200, JSON, "<html>Welcome</html>"),
        Nonsense::new(200, JSON, *b"{\"id\": \"\xff\xfe\"}"),
        Nonsense::new(200, JSON, deep),
        Nonsense::new(200, JSON, deep_object),
        Nonsense::new(200, "text/plain", ""),
        Nonsense::new(302, "text/html", ""),
        Nonsense::new(200, JSON, r#"{"orders": [}"#),
        // The error of another one.
        Nonsense::error(ErrorCode::AuthenticationError, 200),
        Nonsense::error(ErrorCode::NotFound, 401),
    ];
    for body in [
        "",
        "{}",
        "[]",
        "null",
        "7",
        "true",
        r#""ok""#,
        r#"{"ok": true}"#,
    ] {
        all.push(Nonsense::new(200, JSON, body));
    }
    all.push(Nonsense::new(204, JSON, ""));
    for status in [401, 404, 500] {
        all.push(Nonsense::new(status, JSON, ""));
        all.push(Nonsense::new(status, JSON, "{}"));
    }
    for code in [
        ErrorCode::AuthenticationError,
        ErrorCode::AuthorizationError,
        ErrorCode::EntityNotFound,
        ErrorCode::NotFound,
        ErrorCode::RateLimitExceeded,
    ] {
        all.push(Nonsense::error(code, code.facts().status));
    }
    all
}

async fn serve(nonsense: &Nonsense) -> SocketAddr {
    async fn respond(State(nonsense): State<Nonsense>) -> Response {
        let head = (
            nonsense.status,
            [
                (header::CONTENT_TYPE, nonsense.media_type),
                (header::RETRY_AFTER, "3600"),
            ],
        );
        (head.0, head.1, Body::from(nonsense.body)).into_response()
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(respond).with_state(nonsense.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn everything(options: &mut Options) {
    with_keys(options);
    options.permissions.writes = true;
    options.permissions.revocations = true;
    options.limits.max_requests = usize::MAX;
}

fn only_reading(options: &mut Options) {
    with_keys(options);
    options.limits.max_requests = usize::MAX;
}

fn passes(findings: &[Finding]) -> Vec<String> {
    let passes = findings.iter().filter(|one| one.verdict == Verdict::Pass);
    let name = |one: &Finding| {
        format!(
            "{} {:?}",
            one.id,
            one.operation.map(|operation| operation.id)
        )
    };
    passes.map(name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_check_passes_on_any_of_them() {
    let judged = all().into_iter().map(|nonsense| {
        tokio::spawn(async move {
            let address = serve(&nonsense).await;
            for (permitted, strict) in [(only_reading as fn(&mut _), false), (everything, true)] {
                let (_, run) = judge(address, |options| {
                    permitted(options);
                    options.strict = strict;
                })
                .await;
                assert_eq!(passes(&run.findings), [""; 0], "{}", nonsense.name);
                assert_ne!(run.exit_code(), ExitCode::Passed, "{}", nonsense.name);
            }
        })
    });
    for one in judged.collect::<Vec<_>>() {
        one.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_check_passes_alone_on_any_of_them() {
    // Of whatever kind they are, a check that is alone can differ only in what was seen before it.
    let some = [
        Nonsense::new(200, "text/html", "<html>Welcome</html>"),
        Nonsense::new(200, JSON, "{}"),
        Nonsense::error(ErrorCode::AuthenticationError, 401),
    ];
    for nonsense in some {
        let address = serve(&nonsense).await;
        for check in CHECKS {
            let selection = Selection {
                checks: vec![check],
                operations: [OperationId::ListOrders, OperationId::DeleteBlacklist]
                    .map(OperationId::operation)
                    .to_vec(),
                ..Selection::default()
            };
            let (_, run) = judge_some(address, &selection, |options| {
                everything(options);
                options.permissions.bursts = check.id == "PRV-429-SHAPE";
            })
            .await;
            let code = run.exit_code();
            assert_ne!(code, ExitCode::Passed, "{} on {}", check.id, nonsense.name);
        }
    }
}

/// A server that has one list, and says nothing to everything else.
fn one_list(ask: &PatchedRequest, answer: &mut PatchedResponse) {
    if ask.path().trim_end_matches('/') != "/api/v1/orders" {
        answer.set_status(200);
        answer.set_body(&json!({}));
    }
}

#[tokio::test]
async fn a_list_that_is_right_earns_nothing_for_other_operations() {
    let server = Bug {
        request: PatchedRequest::hide_control,
        response: one_list,
    };
    let address = start(Bug { ..server }).await;
    let (_, run) = judge(address, everything).await;
    let orders = [OperationId::ListOrders, OperationId::CreateOrder];
    let others = run.findings.iter().filter(|one| {
        // What came whole was judged all the same; of a response, that is all that this says.
        let afterwards = matches!(
            checks::find(one.id).unwrap().procedure,
            check::Procedure::AfterPerOperation(_)
        );
        let is_other = |operation: &Operation| !afterwards && !orders.contains(&operation.id);
        one.verdict == Verdict::Pass && one.operation.is_some_and(is_other)
    });
    assert_eq!(others.map(|one| one.id).collect::<Vec<_>>(), [""; 0]);
    assert!(run.count(Verdict::Pass) > 0);
}

#[tokio::test]
async fn a_check_alone_passes_on_a_faithful_server_whose_lists_nobody_has_asked_for_yet() {
    for id in ["PRV-401-MISSING", "PRV-HEAD-EMPTY", "PRV-404-ROUTE"] {
        let selection = Selection {
            checks: vec![checks::find(id).unwrap()],
            ..Selection::default()
        };
        let address = start(Bug {
            request: PatchedRequest::hide_control,
            ..FAITHFUL
        })
        .await;
        let (_, run) = judge_some(address, &selection, with_keys).await;
        assert_eq!(run.exit_code(), ExitCode::Passed, "{id}: {run:#?}");
    }
}
