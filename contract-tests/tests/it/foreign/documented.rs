//! What the vendor's pages state, and what they leave open, on a server that does not promise the rest.

use contract_tests::{
    finding::{NotPassed, Verdict, Violation},
    provider::{Selection, check::Finding, checks},
};
use http::Method;
use schemas::{
    Evidence,
    OperationId::{self, CreateOrder, ListOrders, RevokeApiKey},
};
use serde_json::json;

use super::{FOREIGN, with_keys};
use crate::target::{Bug, PatchedRequest, PatchedResponse, judge_some, start};

/// How a server changes its responses.
type Change = fn(&PatchedRequest, &mut PatchedResponse);

/// The finding of a check, after a run of these checks on an operation with every permission.
async fn found(response: Change, operation: OperationId, ids: &[&str], wanted: &str) -> Finding {
    let selection = Selection {
        checks: ids.iter().map(|id| checks::find(id).unwrap()).collect(),
        operations: vec![operation.operation()],
        ..Selection::default()
    };
    let server = Bug {
        response,
        ..FOREIGN
    };
    let (_, run) = judge_some(start(server).await, &selection, |options| {
        with_keys(options);
        options.permissions.writes = true;
        options.permissions.bursts = true;
        options.permissions.revocations = true;
    })
    .await;
    let mut findings = run.findings.into_iter();
    findings.find(|finding| finding.id == wanted).unwrap()
}

fn violation(finding: &Finding) -> &Violation {
    match &finding.outcome {
        Err(NotPassed::Violated(violation)) => violation,
        other => panic!("{other:?}"),
    }
}

fn revokes(request: &PatchedRequest) -> bool {
    request.head.method == Method::DELETE && request.path().contains("/api-keys/")
}

/// The vendor's page: revocation requires a JWT with `admin:write`.
#[tokio::test]
async fn key_that_can_revoke_keys_breaks_a_documented_rule() {
    let answers: [(Change, Verdict); 4] = [
        (|_, _| {}, Verdict::Pass),
        (
            |request, response| {
                if revokes(request) && response.status == 403 {
                    response.set_status(204);
                    response.body = bytes::Bytes::new();
                }
            },
            Verdict::Fail,
        ),
        (
            |request, response| {
                if revokes(request) && response.status == 403 {
                    response.set_status(404);
                    response.set_body(&json!({"code": "ENTITY_NOT_FOUND", "message": "no key"}));
                }
            },
            Verdict::Fail,
        ),
        // The page does not say which of the two it is.
        (
            |request, response| {
                if revokes(request) && response.status == 403 {
                    response.set_status(401);
                    response
                        .set_body(&json!({"code": "AUTHENTICATION_ERROR", "message": "no JWT"}));
                }
            },
            Verdict::Info,
        ),
    ];
    for (response, verdict) in answers {
        let id = "PRV-403-FIRST";
        let finding = found(response, RevokeApiKey, &[id], id).await;
        assert_eq!(finding.verdict, verdict, "{finding:?}");
    }
}

#[tokio::test]
async fn whole_key_in_a_response_breaks_a_documented_rule_and_a_part_of_it_does_not() {
    let answers: [(Change, &str, Verdict); 3] = [
        (
            |request, response| {
                if let Some(key) = request.bearer() {
                    response.set_header("x-debug-key", key);
                }
            },
            "header x-debug-key",
            Verdict::Fail,
        ),
        (
            |request, response| {
                let key = request.bearer().map(ToOwned::to_owned);
                response.edit_success(|body| body["debug"] = json!({"key": key}));
            },
            "$.debug.key",
            Verdict::Fail,
        ),
        (
            |request, response| {
                let key = request.bearer().map(|key| key[9..30].to_owned());
                response.edit_success(|body| body["debug"] = json!(key));
            },
            "$.debug",
            Verdict::Info,
        ),
    ];
    for (response, at, verdict) in answers {
        let ids = ["PRV-SUCCESS", "PRV-SECRET"];
        let finding = found(response, ListOrders, &ids, "PRV-SECRET").await;
        assert_eq!(finding.verdict, verdict, "{finding:?}");
        assert_eq!(violation(&finding).at, at);
    }
}

/// The guide: a discovery order takes no companies. How the error says so is assumed.
#[tokio::test]
async fn rejects_companies_of_a_discovery_order_in_its_own_words() {
    let id = "PRV-ORDER-DISCOVERY";
    let rejects: Change = |_, response| {
        if response.status == 422 {
            response.set_status(400);
            response.set_body(&json!({"code": "INVALID_REQUEST", "message": "no companies"}));
        }
    };
    let finding = found(rejects, CreateOrder, &[id], id).await;
    assert_eq!(finding.verdict, Verdict::Info, "{finding:?}");
    assert_eq!(finding.evidence, Evidence::Assumed);
    let accepts: Change = |_, response| {
        if response.status == 422 {
            response.set_status(201);
            response.set_body(&schemas::examples::body(
                schemas::documents::Document::Order,
            ));
        }
    };
    let finding = found(accepts, CreateOrder, &[id], id).await;
    assert_eq!(finding.verdict, Verdict::Fail, "{finding:?}");
}

/// The vendor's samples wait a minute where the header is missing; a date breaks them.
#[tokio::test]
async fn missing_wait_after_a_429_is_information_and_a_date_fails() {
    let id = "PRV-429-SHAPE";
    let without: Change = |_, response| {
        response.headers.remove("retry-after");
    };
    let finding = found(without, ListOrders, &[id], id).await;
    assert_eq!(finding.verdict, Verdict::Info, "{finding:?}");
    let date: Change = |_, response| {
        if response.status == 429 {
            response.set_header("retry-after", "Thu, 15 Jan 2026 10:00:00 GMT");
        }
    };
    let finding = found(date, ListOrders, &[id], id).await;
    assert_eq!(finding.verdict, Verdict::Fail, "{finding:?}");
}

/// No page states the maximum of `limit`.
#[tokio::test]
async fn list_that_admits_fewer_rows_at_a_time_is_information() {
    let id = "PRV-LIST-LIMIT";
    let fewer: Change = |request, response| {
        if request.parameter("limit").as_deref() == Some("100") {
            response.set_status(422);
            response.set_body(&json!({"code": "VALIDATION_ERROR", "message": "at most 50"}));
        }
    };
    let finding = found(fewer, ListOrders, &[id], id).await;
    assert_eq!(finding.verdict, Verdict::Info, "{finding:?}");
}
