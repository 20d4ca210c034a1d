//! Every response has the id of its request, and the journal uses the same id.

use std::collections::HashSet;

use http::Method;
use schemas::ErrorCode;
use serde_json::Value;

use crate::{
    response::Response,
    test_app::{Caller, Organization, TestApp, entries, order},
};

const ID: &str = "x-request-id";

fn id(answer: &Response) -> String {
    answer.header(ID).unwrap().to_owned()
}

fn ids(entries: &[Value]) -> Vec<String> {
    entries
        .iter()
        .map(|entry| entry["id"].as_str().unwrap().to_owned())
        .collect()
}

/// A response of every kind that a known key can get.
fn of_every_kind(organization: &Organization, caller: &Caller) -> Vec<Response> {
    vec![
        caller.get("/orders"),
        caller.call(Method::HEAD, "/orders").send(),
        caller.call(Method::OPTIONS, "/orders").send(),
        caller.get("/nothing"),
        caller.call(Method::PATCH, "/orders").send(),
        caller.call(Method::GET, "/orders").without("host").send(),
        organization.spelled("OrdersRevoked").get("/orders"),
        organization.spelled("ReadOnly").post("/orders", &order(1)),
        caller.post("/orders", &order(0)),
        caller.post("/orders", &order(1)),
    ]
}

#[test]
fn every_response_has_the_id_of_its_journal_entry() {
    let (organization, caller) = Organization::new();
    let answers = of_every_kind(&organization, &caller);
    let answered: Vec<_> = answers.iter().map(id).collect();
    assert_eq!(answered, ids(&organization.journal()));
    assert_eq!(answered.iter().collect::<HashSet<_>>().len(), answers.len());
}

#[test]
fn requests_without_known_key_have_an_id() {
    let app = TestApp::new();
    let answers =
        ["/api/v1/orders", "/nothing", "/"].map(|path| app.call(Method::GET, path).send());
    let journal = entries(app.control(Method::GET, "/journal", ()));
    assert_eq!(answers.iter().map(id).collect::<Vec<_>>(), ids(&journal));
}

#[test]
fn ids_follow_from_requests_and_seed() {
    let ids = |settings: &str| {
        let (organization, caller) = Organization::with(settings);
        let answers = of_every_kind(&organization, &caller);
        answers.iter().map(id).collect::<Vec<_>>()
    };
    assert_eq!(ids("seed = 1"), ids("seed = 1"));
    assert_ne!(ids("seed = 1"), ids("seed = 2"));
}

#[test]
fn organizations_share_no_id() {
    let app = TestApp::new();
    let first = |organization: Organization| id(&organization.spelled("Orders").get("/orders"));
    assert_ne!(first(app.organization()), first(app.organization()));
}

#[test]
fn ignores_request_ids_of_callers() {
    let (_, caller) = Organization::new();
    let call = caller.call(Method::GET, "/orders").header(ID, "mine");
    assert_ne!(id(&call.send()), "mine");
}

#[test]
fn id_of_a_401_does_not_reveal_whether_its_key_is_known() {
    let organization = TestApp::new().organization();
    let known = organization.spelled("OrdersRevoked").get("/orders");
    let unknown = organization
        .app
        .caller(format!("lnc_test_{}", "Q".repeat(32)));
    for answer in [known, unknown.get("/orders")] {
        // Both look like a random UUID: version 4, variant 8 to b.
        let id = id(&answer);
        assert_eq!((id.len(), &id[14..15], &id[19..20]), (36, "4", "8"), "{id}");
        answer.refused(ErrorCode::AuthenticationError);
    }
}

#[test]
fn documented_only_server_sends_request_ids() {
    let (organization, caller) = Organization::with("documented_only = true");
    let answer = caller.get("/orders");
    assert_eq!(organization.journal()[0]["id"], id(&answer));
}

#[test]
fn control_requests_have_no_request_id() {
    let app = TestApp::new();
    let answer = app.control(Method::GET, "/organizations", ());
    assert_eq!(answer.header(ID), None);
}
