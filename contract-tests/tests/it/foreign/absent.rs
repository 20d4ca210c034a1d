//! Operations that a server lacks.

use contract_tests::{
    finding::{NotPassed, Verdict},
    provider::{Run, Selection, check::Finding, checks, session::Options},
};
use http::Method;
use schemas::{
    OperationId::{
        self, GetBlacklist, GetCompany, GetOrganization, GetWebtechIntel, ListBlacklistEntries,
        ListBlacklists, ListCompanies, ListOrders, SetSearchBlacklists, UpdateBlacklist,
    },
    source,
};
use serde_json::json;

use super::{FOREIGN, with_keys};
use crate::target::{Bug, PatchedRequest, PatchedResponse, failed_checks, judge_some, start};

/// How a server changes its responses.
type Change = fn(&PatchedRequest, &mut PatchedResponse);

async fn judged(server: Bug, checks: Option<&[&str]>) -> Run {
    let operations = [ListOrders, ListCompanies, GetCompany, GetOrganization];
    judged_on(&operations, server, checks).await
}

async fn judged_on(operations: &[OperationId], server: Bug, checks: Option<&[&str]>) -> Run {
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

pub(super) fn finding<'a>(run: &'a Run, id: &str, operation: OperationId) -> &'a Finding {
    let about = |one: &&Finding| one.operation.is_some_and(|known| known.id == operation);
    let mut findings = run.findings.iter().filter(about);
    findings.find(|one| one.id == id).unwrap()
}

fn has_no_webtech_data(response: &mut PatchedResponse) {
    response.set_status(404);
    response.set_body(&json!({"code": "NOT_FOUND", "message": "the company has no webtech data"}));
}

/// An object may lack what others have, and servers may look for it before the key.
#[tokio::test]
async fn object_without_a_part_does_not_make_an_operation_absent() {
    let object_first: Change = |request, response| {
        if request.path().ends_with("/webtech-intel") {
            has_no_webtech_data(response);
        }
    };
    let key_first: Change = |request, response| {
        if request.path().ends_with("/webtech-intel") && response.status != 401 {
            has_no_webtech_data(response);
        }
    };
    for response in [object_first, key_first] {
        let server = Bug {
            response,
            ..FOREIGN
        };
        let operations = [ListCompanies, GetWebtechIntel];
        let checks = ["PRV-SUCCESS", "PRV-EXISTS"];
        let run = judged_on(&operations, server, Some(&checks)).await;
        assert_eq!(failed_checks(&run), [""; 0]);
        for id in checks {
            let finding = finding(&run, id, GetWebtechIntel);
            assert_eq!(finding.verdict, Verdict::Skip, "{finding:?}");
        }
    }
}

/// The path of an object is known, but not what follows it.
fn without_webtech_route(request: &mut PatchedRequest) {
    request.hide_control();
    if let Some(object) = request.path().strip_suffix("/webtech-intel") {
        let other = format!("{object}/nothing");
        request.set_target(&other);
    }
}

#[tokio::test]
async fn part_of_which_a_server_says_the_same_as_of_unknown_ones_is_absent() {
    let server = Bug {
        request: without_webtech_route,
        response: |_, response| {
            response.edit(|body| {
                if body["code"] == "NOT_FOUND" {
                    body["message"] = json!("no such path");
                }
            });
        },
    };
    let operations = [ListCompanies, GetWebtechIntel];
    let checks = ["PRV-SUCCESS", "PRV-EXISTS"];
    let run = judged_on(&operations, server, Some(&checks)).await;
    assert_eq!(failed_checks(&run), ["PRV-EXISTS"]);
}

/// A server that looks for objects before keys says so in its own words.
#[tokio::test]
async fn unknown_object_does_not_make_an_operation_absent() {
    let object_first: Change = |request, response| {
        if request
            .path()
            .contains("/00000000-0000-4000-8000-000000000000")
        {
            response.set_status(404);
            response.set_body(&json!({"detail": "Not Found"}));
        }
    };
    let server = Bug {
        response: object_first,
        ..FOREIGN
    };
    let operations = [ListBlacklists, GetBlacklist, UpdateBlacklist];
    let run = judged_with_writes(&operations, server, &["PRV-401-MISSING", "PRV-EXISTS"]).await;
    assert_eq!(failed_checks(&run), ["PRV-401-MISSING"]);
    let missing = finding(&run, "PRV-401-MISSING", UpdateBlacklist);
    assert_eq!(missing.verdict, Verdict::Fail, "{missing:?}");
}

async fn judged_with_writes(operations: &[OperationId], server: Bug, checks: &[&str]) -> Run {
    let selection = Selection {
        operations: operations.iter().map(|id| id.operation()).collect(),
        checks: checks.iter().map(|id| checks::find(id).unwrap()).collect(),
        ..Selection::default()
    };
    let may_write = |options: &mut Options| {
        with_keys(options);
        options.permissions.writes = true;
    };
    judge_some(start(server).await, &selection, may_write)
        .await
        .1
}

/// Routes are found by method and path before anything else, so a missing method is like a missing path.
fn no_changing_routes(request: &PatchedRequest, response: &mut PatchedResponse) {
    let method = &request.head.method;
    if request.is_api() && [Method::PATCH, Method::PUT].contains(method) {
        response.set_status(404);
        let path = request.path();
        response.set_body(&json!({"message": format!("Cannot {method} {path}")}));
    }
}

#[tokio::test]
async fn missing_method_of_an_existing_path_is_reported_once() {
    let server = Bug {
        response: no_changing_routes,
        ..FOREIGN
    };
    let all = [
        ListBlacklists,
        GetBlacklist,
        UpdateBlacklist,
        SetSearchBlacklists,
    ];
    for operations in [&all[..], &all[2..]] {
        let ids = ["PRV-401-MISSING", "PRV-SUCCESS", "PRV-EXISTS"];
        let run = judged_with_writes(operations, server, &ids).await;
        assert_eq!(failed_checks(&run), ["PRV-EXISTS"], "{operations:?}");
        for lacking in [UpdateBlacklist, SetSearchBlacklists] {
            let exists = finding(&run, "PRV-EXISTS", lacking);
            assert_eq!(exists.verdict, Verdict::Fail, "{exists:?}");
            let missing = finding(&run, "PRV-401-MISSING", lacking);
            assert_eq!(missing.verdict, Verdict::Skip, "{missing:?}");
        }
    }
}

/// What is above an operation is asked for even if it is not judged.
#[tokio::test]
async fn operation_beneath_an_absent_path_is_reported_once_if_it_is_judged_alone() {
    let without_blacklists = |request: &mut PatchedRequest| {
        request.hide_control();
        if request.path().starts_with("/api/v1/blacklists") {
            request.set_target("/nothing");
        }
    };
    let server = Bug {
        request: without_blacklists,
        ..FOREIGN
    };
    let ids = ["PRV-401-MISSING", "PRV-EXISTS"];
    let run = judged_with_writes(&[UpdateBlacklist], server, &ids).await;
    assert_eq!(failed_checks(&run), ["PRV-EXISTS"]);
    let missing = finding(&run, "PRV-401-MISSING", UpdateBlacklist);
    assert_eq!(missing.verdict, Verdict::Skip, "{missing:?}");
}

/// No blacklist, no operation on entries, and the same words for whatever is not found.
fn has_nothing(request: &PatchedRequest, response: &mut PatchedResponse) {
    if request.is(&Method::GET, "/blacklists") {
        response.edit_success(|body| {
            body["items"] = json!([]);
            body["total"] = json!(0);
            body["has_more"] = json!(false);
        });
    }
    if request.path().ends_with("/entries") {
        response.set_status(404);
    }
    if response.status == 404 {
        response.set_body(&json!({"detail": "Not Found"}));
    }
}

#[tokio::test]
async fn operation_on_an_object_is_not_judged_where_there_is_none() {
    let server = Bug {
        response: has_nothing,
        ..FOREIGN
    };
    let operations = [ListBlacklists, GetBlacklist, ListBlacklistEntries];
    let checks = ["PRV-401-MISSING", "PRV-EXISTS"];
    let run = judged_on(&operations, server, Some(&checks)).await;
    assert_eq!(failed_checks(&run), [""; 0]);
    let missing = finding(&run, "PRV-401-MISSING", ListBlacklistEntries);
    assert_eq!(missing.verdict, Verdict::Skip, "{missing:?}");
    let exists = finding(&run, "PRV-401-MISSING", GetBlacklist);
    assert_eq!(exists.verdict, Verdict::Pass, "{exists:?}");
}
