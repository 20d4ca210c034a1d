//! What the journal records: how far each request came, and why it ended there.

use http::Method;
use serde_json::{Value, json};

use crate::test_app::{Organization, TestApp, entries, order};

/// An entry's steps in one line.
fn steps(entry: &Value) -> String {
    let step = |step: &Value| {
        format!(
            "{} {}",
            step["step"].as_str().unwrap(),
            step["decision"].as_str().unwrap()
        )
    };
    let steps: Vec<_> = entry["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(step)
        .collect();
    steps.join(", ")
}

/// The reason for which the last step rejected the request.
fn reason(entry: &Value) -> &Value {
    &entry["steps"].as_array().unwrap().last().unwrap()["reason"]
}

#[track_caller]
fn unclaimed(app: &TestApp) -> Vec<Value> {
    entries(app.control(Method::GET, "/journal", ()))
}

#[test]
fn answered_request_has_passed_every_step() {
    let (organization, caller) = Organization::new();
    caller.get("/orders?limit=1").ok();
    let mut journal = organization.journal();
    assert_eq!(journal.len(), 1);
    journal[0]["key"] = "…".into();
    journal[0]["id"] = "…".into();
    insta::assert_json_snapshot!(journal[0], @r#"
    {
      "at": "2026-01-15T09:00:00.000Z",
      "code": null,
      "credential": "api_key",
      "duration_us": 0,
      "id": "…",
      "key": "…",
      "method": "GET",
      "operation": "list_orders",
      "sequence": 1,
      "status": 200,
      "steps": [
        {
          "decision": "well_formed",
          "step": "framing"
        },
        {
          "decision": "found",
          "operation": "list_orders",
          "step": "route"
        },
        {
          "decision": "active",
          "step": "authentication"
        },
        {
          "decision": "admitted",
          "limit": 10000,
          "remaining": 9999,
          "reset": 1768471200,
          "step": "rate_limit"
        },
        {
          "decision": "granted",
          "step": "scope"
        },
        {
          "decision": "accepted",
          "step": "body"
        },
        {
          "decision": "answered",
          "step": "handler"
        }
      ],
      "subject": null,
      "target": "/api/v1/orders?limit=1"
    }
    "#);
}

#[test]
fn refused_request_has_passed_the_steps_before() {
    let (organization, caller) = Organization::with("tiers.free = '1/1h'");
    let exhausted = organization.key(json!({"scopes": ["orders:read"], "tier": "free"}));
    exhausted.get("/orders").ok();
    caller.call(Method::GET, "/orders").without("host").send();
    caller.get("/nothing");
    caller.call(Method::PATCH, "/orders").send();
    organization.spelled("OrdersRevoked").get("/orders");
    exhausted.get("/orders");
    organization.spelled("ReadOnly").post("/orders", &order(1));
    caller.call(Method::POST, "/orders").send();
    caller.post("/orders", &json!({"title": "x", "features": ["FAX"]}));
    caller.get("/orders/nothing");
    caller.call(Method::OPTIONS, "/orders").send();
    let told: Vec<_> = organization.journal()[1..]
        .iter()
        .map(|entry| {
            format!(
                "{} {}: {}\n    {}",
                entry["status"],
                entry["code"],
                reason(entry),
                steps(entry)
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    400 "INVALID_REQUEST": "the Host header is missing"
        framing refused
    404 "NOT_FOUND": "no operation has this path; paths start with /api/v1"
        framing well_formed, route refused
    405 "METHOD_NOT_ALLOWED": "this path allows GET, HEAD, POST, OPTIONS"
        framing well_formed, route refused
    401 "AUTHENTICATION_ERROR": "the key is revoked"
        framing well_formed, route found, authentication refused
    429 "rate_limit_exceeded": "the quota is used up; the next request is admitted after 3600 s"
        framing well_formed, route found, authentication active, rate_limit refused
    403 "AUTHORIZATION_ERROR": "the operation needs orders:write; the credential holds companies:read, prospects:read, delivery:read, orders:read"
        framing well_formed, route found, authentication active, rate_limit admitted, scope refused
    415 "UNSUPPORTED_MEDIA_TYPE": "send the body as Content-Type: application/json"
        framing well_formed, route found, authentication active, rate_limit admitted, scope granted, body refused
    422 "VALIDATION_ERROR": "features[0]: must be one of `COMPANY_DATA`, `CONTACTS`, `TECHNOLOGIES`; companies: is required"
        framing well_formed, route found, authentication active, rate_limit admitted, scope granted, body accepted, handler refused
    404 "ENTITY_NOT_FOUND": "no order nothing"
        framing well_formed, route found, authentication active, rate_limit admitted, scope granted, body accepted, handler refused
    204 null: null
        framing well_formed, route found
    "#);
}

#[test]
fn unauthenticated_requests_have_a_journal_of_their_own() {
    let (organization, caller) = Organization::new();
    let app = &organization.app;
    app.call(Method::GET, "/api/v1/orders").send();
    app.call(Method::GET, "/nothing").send();
    app.call(Method::GET, "/api/v1/orders")
        .without("host")
        .send();
    app.caller("lnc_live_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9")
        .get("/orders");
    caller.get("/orders").ok();
    let told: Vec<_> = unclaimed(app)
        .iter()
        .map(|entry| {
            format!(
                "{} {} {}: {}",
                entry["sequence"],
                entry["status"],
                entry["key"],
                reason(entry)
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    1 401 null: "there is no Authorization header"
    2 404 null: "no operation has this path; paths start with /api/v1"
    3 400 null: "the Host header is missing"
    4 401 null: "it is a live key; live keys are never accepted"
    "#);
    assert_eq!(organization.journal().len(), 1);
}

#[test]
fn control_requests_are_in_no_journal() {
    let (organization, _) = Organization::new();
    organization.advance("1s");
    assert_eq!(
        organization.journal().len() + unclaimed(&organization.app).len(),
        0
    );
}

#[test]
fn entry_shows_its_key_masked() {
    let organization = TestApp::new().organization();
    let caller = organization.spelled("FullAccess");
    caller.get("/orders").ok();
    let end = &organization.name[2..];
    assert_eq!(
        organization.journal()[0]["key"],
        format!("lnc_test_Full…{end}")
    );
}

#[test]
fn keys_in_path_and_query_are_masked() {
    let (organization, caller) = Organization::new();
    let (key, shown) = (&caller.key, schemas::key::redact(&caller.key));
    for pattern in [
        "/orders/<key>",
        "/orders?api_key=<key>",
        "/<key>/x?a=1&<key>=1#",
        "/orders/<key>/results?limit=<key>",
    ] {
        caller.get(&pattern.replace("<key>", key));
        let entry = organization.journal().pop().unwrap();
        assert_eq!(
            entry["target"],
            format!(
                "/api/v1{}",
                pattern.trim_end_matches('#').replace("<key>", &shown)
            )
        );
        assert!(!entry.to_string().contains(&**key), "{entry}");
    }
}

#[test]
fn long_target_is_truncated() {
    let (organization, caller) = Organization::new();
    caller.get(&format!("/orders?{}", "x".repeat(20_000)));
    let entry = organization.journal().pop().unwrap();
    assert!(entry.to_string().len() < 2_000, "{entry}");
    assert!(entry["target"].as_str().unwrap().ends_with('…'));
}

#[test]
fn journal_keeps_as_many_requests_as_it_is_set_to() {
    let (organization, caller) = Organization::with("max_journal = 1200");
    for _ in 0..1_203 {
        caller.get("/nothing");
    }
    let journal = organization.control(Method::GET, "/journal", ()).ok();
    let entries = journal["entries"].as_array().unwrap();
    assert_eq!((entries.len(), &entries[0]["sequence"]), (1_200, &json!(4)));
}

#[test]
fn journal_keeps_the_last_thousand_requests_and_counts_the_rest() {
    let (organization, caller) = Organization::new();
    for _ in 0..1_003 {
        caller.get("/nothing");
    }
    let journal = organization.control(Method::GET, "/journal", ()).ok();
    assert_eq!(
        (&journal["recorded"], &journal["forgotten"]),
        (&json!(1_003), &json!(3))
    );
    let entries = journal["entries"].as_array().unwrap();
    assert_eq!((entries.len(), &entries[0]["sequence"]), (1_000, &json!(4)));
    assert_eq!(entries[999]["sequence"], 1_003);
}

#[test]
fn journal_can_be_read_incrementally() {
    let (organization, caller) = Organization::new();
    for _ in 0..5 {
        caller.get("/nothing");
    }
    let page = |query: &str| {
        let entries = entries(organization.control(Method::GET, &format!("/journal?{query}"), ()));
        entries
            .iter()
            .map(|entry| entry["sequence"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(page("limit=2"), [1, 2]);
    assert_eq!(page("after=2&limit=2"), [3, 4]);
    assert_eq!(page("after=4"), [5]);
    assert_eq!(page("after=5"), Vec::<u64>::new());
    let refused = organization.control(Method::GET, "/journal?last=3", ());
    refused.refused(schemas::ErrorCode::ValidationError);
}

#[test]
fn times_are_those_of_the_organizations_clock() {
    let (organization, caller) = Organization::new();
    caller.get("/orders").ok();
    organization.advance("1h");
    caller.get("/orders").ok();
    let times: Vec<_> = organization
        .journal()
        .iter()
        .map(|entry| entry["at"].clone())
        .collect();
    assert_eq!(
        times,
        ["2026-01-15T09:00:00.000Z", "2026-01-15T10:00:00.000Z"]
    );
}
