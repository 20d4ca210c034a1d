//! Operations that a server lacks.

use contract_tests::{
    finding::{NotPassed, Verdict},
    provider::{Run, Selection, check::Finding, checks, session::Options},
};
use http::Method;
use schemas::{
    OperationId::{GetCompany, GetOrganization, ListCompanies, ListOrders},
    source,
};
use serde_json::json;

use super::{FOREIGN, with_keys};
use crate::target::{Bug, PatchedRequest, PatchedResponse, failed_checks, judge_some, start};

/// How a server changes its responses.
type Change = fn(&PatchedRequest, &mut PatchedResponse);

async fn judged(server: Bug, checks: Option<&[&str]>) -> Run {
    let operations = [ListOrders, ListCompanies, GetCompany, GetOrganization];
    let mut selection = Selection {
        operations: operations.iter().map(|id| id.operation()).collect(),
        ..Selection::default()
    };
    if let Some(ids) = checks {
        selection.checks = ids.iter().map(|id| checks::find(id).unwrap()).collect();
    }
    judge_some(start(server).await, &selection, with_keys)
        .await
        .1
}

fn is_lacking(request: &PatchedRequest) -> bool {
    ["/companies", "/organization"]
        .iter()
        .any(|path| request.path().starts_with(&format!("/api/v1{path}")))
}

/// The path is looked for before the key.
fn without_routes(request: &mut PatchedRequest) {
    request.hide_control();
    if is_lacking(request) {
        request.set_target("/nothing");
    }
}

/// The key is looked for before the path.
fn no_route(request: &PatchedRequest, response: &mut PatchedResponse) {
    if is_lacking(request) && response.status != 401 {
        response.set_status(404);
        response.set_body(&json!({"code": "NOT_FOUND", "message": "no such path"}));
    }
}

/// The code names the path as if it were an object.
fn no_named_route(request: &PatchedRequest, response: &mut PatchedResponse) {
    if is_lacking(request) && response.status != 401 {
        response.set_status(404);
        response.set_body(&json!({"code": "ROUTE_NOT_FOUND", "message": "no such path"}));
    }
}

/// A gateway in front of the API rejects unknown paths.
fn no_way_through(request: &PatchedRequest, response: &mut PatchedResponse) {
    no_route(request, response);
    if is_lacking(request) && response.status == 401 {
        response.set_status(403);
        response.set_body(&json!({"message": "Missing Authentication Token"}));
    }
}

/// The path has other methods.
fn no_method(request: &PatchedRequest, response: &mut PatchedResponse) {
    if is_lacking(request) {
        response.set_status(405);
        response.set_body(&json!({"code": "METHOD_NOT_ALLOWED", "message": "not this method"}));
    }
}

#[tokio::test]
async fn operation_that_a_server_lacks_is_reported_once() {
    let faithful: Change = |_, _| {};
    let routes = Bug {
        request: without_routes,
        response: faithful,
    };
    let by_response = |response: Change| Bug {
        response,
        ..FOREIGN
    };
    for (server, statuses) in [
        (routes, "404 without and with a key"),
        (by_response(no_route), "401 without a key, 404 with one"),
        (
            by_response(no_named_route),
            "401 without a key, 404 with one",
        ),
        (by_response(no_method), "405 without and with a key"),
    ] {
        let run = judged(server, None).await;
        assert_eq!(failed_checks(&run), ["PRV-EXISTS"], "{statuses}");
        let find = |operation, id| {
            let mut findings = run.findings.iter();
            let about = |one: &&Finding| one.operation.is_some_and(|known| known.id == operation);
            findings.find(|one| about(one) && one.id == id).unwrap()
        };
        let exists = find(ListCompanies, "PRV-EXISTS");
        let Err(NotPassed::Violated(violation)) = &exists.outcome else {
            panic!("{exists:?}")
        };
        let expected = format!("GET /companies seems not to exist: {statuses}");
        assert_eq!(violation.message, expected);
        assert_eq!(exists.source, source::OVERVIEW);
        let success = &find(ListCompanies, "PRV-SUCCESS").outcome;
        assert!(
            matches!(success, Err(NotPassed::Skipped(reason)) if reason.contains("PRV-EXISTS")),
            "{success:?}"
        );
        assert_eq!(find(GetOrganization, "PRV-EXISTS").verdict, Verdict::Info);
        assert_eq!(find(ListOrders, "PRV-EXISTS").verdict, Verdict::Pass);
    }
}

#[tokio::test]
async fn check_that_runs_alone_reports_an_operation_that_a_server_lacks_itself() {
    let routes = Bug {
        request: without_routes,
        ..FOREIGN
    };
    let run = judged(routes, Some(&["PRV-SUCCESS"])).await;
    assert_eq!(failed_checks(&run), ["PRV-SUCCESS"]);
}

/// A status without a code of the API does not prove that an operation exists.
#[tokio::test]
async fn what_a_gateway_rejects_may_be_absent() {
    let gateway = Bug {
        response: no_way_through,
        ..FOREIGN
    };
    let run = judged(gateway, Some(&["PRV-401-MISSING", "PRV-EXISTS"])).await;
    let is_about = |one: &&Finding| {
        let operation = one.operation.is_some_and(|known| known.id == ListCompanies);
        operation && one.id == "PRV-EXISTS"
    };
    let exists = run.findings.iter().find(is_about).unwrap();
    assert!(
        matches!(exists.outcome, Err(NotPassed::Skipped(_))),
        "{exists:?}"
    );
}

/// A server that hides a list from requests without a key.
const HIDES: Bug = Bug {
    response: |request, response| {
        if request.is(&Method::GET, "/companies") && response.status == 401 {
            response.set_status(404);
            response.set_body(&json!({"code": "NOT_FOUND", "message": "nothing here"}));
        }
    },
    ..FOREIGN
};

#[tokio::test]
async fn other_404s_do_not_make_an_operation_absent() {
    let run = judged(
        HIDES,
        Some(&["PRV-401-MISSING", "PRV-SUCCESS", "PRV-EXISTS"]),
    )
    .await;
    assert_eq!(failed_checks(&run), ["PRV-401-MISSING"]);
}

/// What the run had no request left for proves nothing.
#[tokio::test]
async fn limit_of_the_run_does_not_make_an_operation_absent() {
    let selection = Selection {
        operations: vec![ListCompanies.operation()],
        checks: ["PRV-401-MISSING", "PRV-EXISTS"]
            .map(|id| checks::find(id).unwrap())
            .to_vec(),
        ..Selection::default()
    };
    for requests in 1..8 {
        let limited = |options: &mut Options| {
            with_keys(options);
            options.limits.max_requests = requests;
        };
        let (_, run) = judge_some(start(HIDES).await, &selection, limited).await;
        let failed = failed_checks(&run);
        assert!(!failed.contains(&"PRV-EXISTS"), "{requests}: {failed:?}");
    }
}
