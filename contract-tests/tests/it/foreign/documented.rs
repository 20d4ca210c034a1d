//! What the vendor's pages state, and what they leave open, on a server that does not promise the rest.

use contract_tests::{
    contract::KeyRole::{self, Expired, Full, ReadOnly, Revoked},
    finding::{NotPassed, Verdict, Violation},
    provider::{Selection, check::Finding, checks},
};
use http::Method;
use schemas::{
    Evidence,
    OperationId::{self, CreateOrder, ListOrders, RevokeApiKey},
    source,
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
    let without: Change = |_, response| {
        response.headers.remove("retry-after");
    };
    let zero: Change = |_, response| {
        if response.status == 429 {
            response.set_header("retry-after", "0");
        }
    };
    let date: Change = |_, response| {
        if response.status == 429 {
            response.set_header("retry-after", "Thu, 15 Jan 2026 10:00:00 GMT");
        }
    };
    let ids = ["PRV-429-SHAPE", "PRV-HEADERS"];
    for (response, verdict) in [
        (without, Verdict::Info),
        (zero, Verdict::Info),
        (date, Verdict::Fail),
    ] {
        for id in ids {
            let finding = found(response, ListOrders, &ids, id).await;
            assert_eq!(finding.verdict, verdict, "{finding:?}");
            assert_eq!(violation(&finding).at, "header retry-after");
        }
    }
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

/// The vendor's page: it does not distinguish keys that are unknown, revoked or expired. It says nothing of other causes, or of
/// what differs with every request.
#[tokio::test]
async fn only_a_401_that_tells_keys_apart_breaks_a_documented_rule() {
    let number: Change = |request, response| {
        if response.status == 401 {
            let id = request.with_memory(|memory| memory.count("id"));
            response.edit(|body| body["request_id"] = json!(id));
            response.set_header("x-trace", &id.to_string());
        }
    };
    let message: Change = |request, response| {
        if response.status == 401 && request.bearer().is_none() {
            response.edit(|body| body["message"] = json!("the header Authorization is missing"));
        }
    };
    let reason: Change = |request, response| {
        if request.bearer().is_some_and(|key| key.contains("Revoked")) {
            response.edit(|body| body["reason"] = json!("key_7f3e"));
        }
    };
    let time: Change = |request, response| {
        if request.bearer().is_some_and(|key| key.contains("Revoked")) {
            let seconds = request.with_memory(|memory| memory.count("seconds"));
            response.edit(|body| body["message"] = json!(format!("revoked {seconds} s ago")));
        }
    };
    for (response, verdict) in [
        (number, Verdict::Pass),
        (message, Verdict::Info),
        (reason, Verdict::Fail),
        (time, Verdict::Fail),
    ] {
        let id = "PRV-401-SAME";
        let finding = found(response, ListOrders, &[id], id).await;
        assert_eq!(finding.verdict, verdict, "{finding:?}");
    }
    let id = "PRV-401-CHALLENGE";
    let finding = found(number, ListOrders, &[id], id).await;
    assert_eq!(finding.verdict, Verdict::Pass, "{finding:?}");
}

/// What the page says of invalid keys is only seen where a revoked or an expired one can be compared with an unknown one.
#[tokio::test]
async fn same_401_for_invalid_keys_is_not_seen_with_an_unknown_key_only() {
    let message: Change = |request, response| {
        if response.status == 401 && request.bearer().is_none() {
            response.edit(|body| body["message"] = json!("the header Authorization is missing"));
        }
    };
    let judged = async |response: Change, roles: &'static [KeyRole]| {
        let selection = Selection {
            checks: vec![checks::find("PRV-401-SAME").unwrap()],
            ..Selection::default()
        };
        let server = Bug {
            response,
            ..FOREIGN
        };
        let (_, run) = judge_some(start(server).await, &selection, |options| {
            with_keys(options);
            options.keys.retain(|given| roles.contains(&given.role));
        })
        .await;
        run.findings.into_iter().next().unwrap()
    };
    for roles in [&[Full, Revoked][..], &[Full, Expired]] {
        let finding = judged(|_, _| {}, roles).await;
        assert_eq!(finding.verdict, Verdict::Pass, "{finding:?}");
    }
    for roles in [&[][..], &[Full, ReadOnly]] {
        let finding = judged(|_, _| {}, roles).await;
        let Err(NotPassed::Skipped(reason)) = &finding.outcome else {
            panic!("{finding:?}")
        };
        assert_eq!(reason, "needs a key: --key revoked=… or --key expired=…");
        let finding = judged(message, roles).await;
        assert_eq!(
            finding.verdict,
            Verdict::Info,
            "other causes are compared: {finding:?}"
        );
    }
}

/// The page that a finding names is that of what it is about: a field, an operation, or a rule.
#[tokio::test]
async fn finding_names_the_page_of_what_it_is_about() {
    let field: Change = |request, response| {
        if request.path().contains("/prospect-searches/") {
            response.edit_success(|body| body["ideal_customer_profile"] = json!(7));
        }
    };
    let assumed_field: Change = |request, response| {
        if request.path().contains("/prospect-searches/") {
            response.edit_success(|body| body["company_count"] = json!("7"));
        }
    };
    let status: Change = |request, response| {
        if request.path().contains("/prospect-searches/") && response.status == 200 {
            response.set_status(500);
        }
    };
    for (response, evidence, page) in [
        (field, Evidence::Guide, source::SEARCH_EDITING),
        (assumed_field, Evidence::Assumed, source::OURS),
        (status, Evidence::Guide, source::OVERVIEW),
    ] {
        let id = "PRV-SUCCESS";
        let finding = found(response, OperationId::GetProspectSearch, &[id], id).await;
        let basis = (finding.evidence, finding.source);
        assert_eq!(basis, (evidence, page), "{finding:?}");
    }
}

/// A key that was not revoked after all says nothing of how keys are rejected.
#[tokio::test]
async fn revoked_key_that_works_is_named() {
    let selection = Selection {
        checks: ["PRV-401-SAME", "PRV-401-TIME", "PRV-401-REVOKED"]
            .map(|id| checks::find(id).unwrap())
            .to_vec(),
        operations: vec![ListOrders.operation()],
        ..Selection::default()
    };
    let (_, run) = judge_some(start(FOREIGN).await, &selection, |options| {
        with_keys(options);
        let full = options.keys[0].key.clone();
        options.keys[2].key = full;
    })
    .await;
    for finding in &run.findings {
        if finding.id == "PRV-401-REVOKED" {
            assert_eq!(finding.verdict, Verdict::Fail, "{finding:?}");
            continue;
        }
        let Err(NotPassed::Skipped(reason)) = &finding.outcome else {
            panic!("{finding:?}")
        };
        assert_eq!(
            reason,
            "needs a revoked key: the one given as revoked works (200 OK)"
        );
    }
}
