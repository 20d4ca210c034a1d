//! Whether a server that returns 404 for a deletion lacks the operation.

use contract_tests::{
    finding::Verdict,
    provider::{Run, Selection, session::Options},
};
use http::Method;
use schemas::OperationId::{
    self, CreateBlacklist, DeleteBlacklist, DeleteBlacklistEntries, GetBlacklist,
    ListBlacklistEntries, ListBlacklists,
};
use serde_json::json;

use super::{FOREIGN, absent::finding, with_keys};
use crate::target::{Bug, PatchedRequest, PatchedResponse, failed_checks, judge_some, start};

/// Two operations that delete, and those that they need.
const OPERATIONS: [OperationId; 6] = [
    ListBlacklists,
    CreateBlacklist,
    GetBlacklist,
    ListBlacklistEntries,
    DeleteBlacklist,
    DeleteBlacklistEntries,
];

async fn judged(server: Bug, may: fn(&mut Options)) -> Run {
    let selection = Selection {
        operations: OPERATIONS.map(OperationId::operation).to_vec(),
        ..Selection::default()
    };
    let options = |options: &mut Options| {
        with_keys(options);
        options.limits.max_requests = 5_000;
        may(options);
    };
    judge_some(start(server).await, &selection, options).await.1
}

fn write_and_delete(options: &mut Options) {
    options.permissions.writes = true;
    options.permissions.revocations = true;
}

fn deletes(request: &PatchedRequest) -> bool {
    request.is_api() && request.head.method == Method::DELETE
}

/// Operations are found by method and path, before the key.
fn no_route_to_delete(request: &mut PatchedRequest) {
    request.hide_control();
    if deletes(request) {
        request.set_target("/api/v1/nothing");
    }
}

/// The key is looked for first.
fn no_route_to_delete_with_a_key(request: &mut PatchedRequest) {
    request.hide_control();
    if deletes(request)
        && request.authorization() == Some("Bearer lnc_test_FullAccessxxxxxxxxxxxxxxxxforeig")
    {
        request.set_target("/api/v1/nothing");
    }
}

/// What many frameworks return for unknown paths, and many servers for unknown objects, too.
fn says_nothing(request: &PatchedRequest, response: &mut PatchedResponse) {
    if deletes(request) && response.status == 404 {
        response.set_body(&json!({"detail": "Not Found"}));
    }
}

#[tokio::test]
async fn deletion_that_a_server_lacks_is_reported_once() {
    for request in [no_route_to_delete, no_route_to_delete_with_a_key] {
        let server = Bug {
            request,
            response: says_nothing,
        };
        let run = judged(server, write_and_delete).await;
        assert_eq!(failed_checks(&run), ["PRV-EXISTS"]);
        for lacking in [DeleteBlacklist, DeleteBlacklistEntries] {
            let exists = finding(&run, "PRV-EXISTS", lacking);
            assert_eq!(exists.verdict, Verdict::Fail, "{exists:?}");
            let deleted = finding(&run, "PRV-DELETE-LIST", lacking);
            assert_eq!(deleted.verdict, Verdict::Skip, "{deleted:?}");
        }
    }
}

/// Requests that name no object prove nothing: neither that the operation is missing, nor that it breaks a rule.
#[tokio::test]
async fn deletion_is_not_judged_if_the_run_may_not_create_what_it_deletes() {
    let server = Bug {
        request: no_route_to_delete,
        response: says_nothing,
    };
    let run = judged(server, |options| options.permissions.revocations = true).await;
    assert_eq!(failed_checks(&run), [""; 0]);
    for undecided in [DeleteBlacklist, DeleteBlacklistEntries] {
        for id in ["PRV-EXISTS", "PRV-401-MISSING"] {
            let finding = finding(&run, id, undecided);
            assert_eq!(finding.verdict, Verdict::Skip, "{finding:?}");
        }
    }
}

#[tokio::test]
async fn deletion_that_works_is_not_absent_whatever_it_says_of_unknown_objects() {
    let server = Bug {
        response: says_nothing,
        ..FOREIGN
    };
    let run = judged(server, write_and_delete).await;
    let failed = failed_checks(&run);
    assert!(!failed.contains(&"PRV-EXISTS"), "{failed:?}");
    let success = finding(&run, "PRV-SUCCESS", DeleteBlacklist);
    assert_eq!(success.verdict, Verdict::Pass, "{success:?}");
}

/// Deletes, and says that there was nothing.
fn denies(request: &PatchedRequest, response: &mut PatchedResponse) {
    if deletes(request) && response.status.is_success() {
        response.set_status(404);
    }
    says_nothing(request, response);
}

/// Deletes nothing, and says so in words of its own.
fn refuses(request: &PatchedRequest, response: &mut PatchedResponse) {
    if deletes(request) && response.status == 404 {
        let is_unknown = request.path().ends_with("/nothing");
        let detail = if is_unknown {
            "no such object"
        } else {
            "no such path"
        };
        response.set_body(&json!({ "detail": detail }));
    }
}

/// Deletions of objects find nothing.
fn finds_nothing(request: &mut PatchedRequest) {
    request.hide_control();
    if deletes(request) && !request.path().ends_with("/no-such-path") {
        request.set_target("/api/v1/nothing");
    }
}

#[tokio::test]
async fn wrong_response_to_a_deletion_does_not_make_it_absent() {
    let denies = Bug {
        response: denies,
        ..FOREIGN
    };
    let refuses = Bug {
        request: finds_nothing,
        response: refuses,
    };
    for server in [denies, refuses] {
        let run = judged(server, write_and_delete).await;
        let failed = failed_checks(&run);
        assert!(!failed.contains(&"PRV-EXISTS"), "{failed:?}");
        for id in ["PRV-SUCCESS", "PRV-DELETE-LIST"] {
            let wrong = finding(&run, id, DeleteBlacklist);
            assert_ne!(wrong.verdict, Verdict::Skip, "{wrong:?}");
            assert_ne!(wrong.verdict, Verdict::Pass, "{wrong:?}");
        }
    }
}

/// Says that it has deleted, and has not.
fn pretends_to_delete(request: &PatchedRequest, response: &mut PatchedResponse) {
    if deletes(request) && response.status == 404 {
        response.set_status(204);
        response.body.clear();
    }
}

/// A guide lists the deletion of a blacklist. How entries are named in a body is assumed, so the server may not have been asked
/// in its own form.
#[tokio::test]
async fn deletion_without_effect_fails_where_a_guide_lists_it() {
    let server = Bug {
        request: no_route_to_delete_with_a_key,
        response: pretends_to_delete,
    };
    let run = judged(server, write_and_delete).await;
    for (id, operation, verdict) in [
        ("PRV-DELETE-FINAL", DeleteBlacklist, Verdict::Fail),
        ("PRV-DELETE-LIST", DeleteBlacklist, Verdict::Fail),
        ("PRV-DELETE-LIST", DeleteBlacklistEntries, Verdict::Info),
    ] {
        let finding = finding(&run, id, operation);
        assert_eq!(finding.verdict, verdict, "{finding:?}");
        if verdict == Verdict::Fail {
            assert_eq!(finding.source, schemas::source::OVERVIEW);
        }
    }
}
