//! What a check needs from other operations before it can judge its own.

use contract_tests::{
    finding::{NotPassed, Verdict},
    provider::{Run, Selection, check::Finding, checks},
};
use http::Method;
use schemas::OperationId::{self, GetProspectSearch, UpdateBlacklist};

use super::{FOREIGN, with_keys};
use crate::target::{Bug, PatchedRequest, PatchedResponse, judge_some, start};

/// How a server changes its responses.
type Change = fn(&PatchedRequest, &mut PatchedResponse);

/// Judges one operation by these checks, with permission to write.
async fn judged(server: Bug, operation: OperationId, checks: &[&str]) -> Run {
    let selection = Selection {
        checks: checks.iter().map(|id| checks::find(id).unwrap()).collect(),
        operations: vec![operation.operation()],
        ..Selection::default()
    };
    let (_, run) = judge_some(start(server).await, &selection, |options| {
        with_keys(options);
        options.permissions.writes = true;
    })
    .await;
    run
}

const ABOUT_AN_OBJECT: [&str; 3] = ["PRV-SUCCESS", "PRV-403-SCOPE", "PRV-404-UNKNOWN"];

/// The rows of the vendor's guide, in the list without `has_more`.
fn short_rows(request: &PatchedRequest, response: &mut PatchedResponse) {
    if !request.is(&Method::GET, "/prospect-searches") {
        return;
    }
    response.edit_success(|body| {
        body.as_object_mut().unwrap().remove("has_more");
        for row in body["items"].as_array_mut().into_iter().flatten() {
            let fields = row.as_object_mut().unwrap();
            fields.retain(|name, _| ["id", "name", "status"].contains(&name.as_str()));
        }
    });
}

#[tokio::test]
async fn takes_the_id_from_a_row_whatever_else_it_has() {
    let server = Bug {
        response: short_rows,
        ..FOREIGN
    };
    let run = judged(server, GetProspectSearch, &ABOUT_AN_OBJECT).await;
    for finding in &run.findings {
        assert_eq!(finding.verdict, Verdict::Pass, "{finding:?}");
    }
    let run = judged(
        server,
        OperationId::ListProspectSearches,
        &["PRV-LIST-LIMIT"],
    )
    .await;
    let [limit] = &run.findings[..] else {
        panic!("{run:?}")
    };
    assert_eq!(limit.verdict, Verdict::Info, "its rows are assumed");
    let Err(NotPassed::Violated(violation)) = &limit.outcome else {
        panic!("{limit:?}")
    };
    assert_eq!(violation.at, "$.items[0]");
    assert_eq!(
        violation.message,
        "the response does not have the shape of a response of list_prospect_searches"
    );
}

fn broken_list(request: &PatchedRequest, response: &mut PatchedResponse) {
    if request.is(&Method::GET, "/prospect-searches") {
        response.set_status(500);
    }
}

fn rows_without_ids(request: &PatchedRequest, response: &mut PatchedResponse) {
    if request.is(&Method::GET, "/prospect-searches") {
        response.edit_success(|body| {
            for row in body["items"].as_array_mut().into_iter().flatten() {
                row.as_object_mut().unwrap().remove("id");
            }
        });
    }
}

#[tokio::test]
async fn failing_preparation_is_inconclusive_and_names_its_request() {
    let servers: [(Change, _); 2] = [
        (broken_list, "the response is 500 Internal Server Error"),
        (rows_without_ids, "$.items[0].id is not a string"),
    ];
    for (response, what) in servers {
        let server = Bug {
            response,
            ..FOREIGN
        };
        let run = judged(server, GetProspectSearch, &ABOUT_AN_OBJECT).await;
        let expected = format!("could not be prepared: GET /prospect-searches: {what}");
        assert_eq!(run.findings.len(), ABOUT_AN_OBJECT.len());
        for finding in &run.findings {
            let Err(NotPassed::Inconclusive(reason)) = &finding.outcome else {
                panic!("{finding:?}")
            };
            assert_eq!(*reason, expected);
        }
    }
}

/// A server that has no operation to add entries to a blacklist.
fn without_entries(request: &mut PatchedRequest) {
    request.hide_control();
    if request.path().ends_with("/entries") {
        request.set_target("/nothing");
    }
}

#[tokio::test]
async fn changes_a_blacklist_on_a_server_without_entries() {
    let server = Bug {
        request: without_entries,
        ..FOREIGN
    };
    let run = judged(server, UpdateBlacklist, &ABOUT_AN_OBJECT).await;
    let verdict = |finding: &Finding| (finding.id, finding.verdict);
    let verdicts: Vec<_> = run.findings.iter().map(verdict).collect();
    assert_eq!(
        verdicts,
        ABOUT_AN_OBJECT.map(|id| (id, Verdict::Pass)),
        "{run:#?}"
    );
}
