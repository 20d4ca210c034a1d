//! Rotating and changing keys, and the keys that an organization is created with.

use http::Method;
use schemas::ErrorCode::{
    AuthenticationError, AuthorizationError, Conflict, EntityNotFound, RateLimitExceeded,
    ValidationError,
};
use serde_json::{Value, json};

use super::wrong;
use crate::{
    response::Response,
    test_app::{Caller, Organization, TestApp},
};

#[track_caller]
fn rotate(organization: &Organization, id: &str, how: Value) -> Response {
    organization.control(Method::POST, &format!("/keys/{id}/rotate"), how)
}

#[track_caller]
fn change(organization: &Organization, id: &str, how: Value) -> Response {
    organization.control(Method::PATCH, &format!("/keys/{id}"), how)
}

#[track_caller]
fn list(organization: &Organization) -> Value {
    organization.control(Method::GET, "/keys", ()).ok()["keys"].take()
}

/// A caller with the key in a response.
#[track_caller]
fn with_key(organization: &Organization, made: &Value) -> Caller {
    organization.app.caller(made["key"].as_str().unwrap())
}

#[test]
fn rotation_revokes_the_key_and_creates_an_equal_one() {
    let organization = TestApp::new().organization();
    let wanted =
        json!({"name": "nightly", "scopes": ["orders:read"], "tier": "pro", "expires_in": "1h"});
    let old = organization.key(wanted);
    organization.advance("1m");
    let rotated = rotate(&organization, "key_1", json!({}));
    assert_eq!(rotated.status.as_u16(), 201);
    let mut rotated = rotated.ok();
    let new = with_key(&organization, &rotated);
    new.get("/orders").ok();
    old.get("/orders").refused(AuthenticationError);
    rotated["key"].take();
    rotated["replaces"]["key"].take();
    insta::assert_json_snapshot!(rotated, @r#"
    {
      "active": true,
      "created_at": "2026-01-15T09:01:00.000Z",
      "expires_at": "2026-01-15T10:00:00.000Z",
      "id": "key_2",
      "key": null,
      "last_used_at": null,
      "name": "nightly",
      "reason": null,
      "replaces": {
        "active": false,
        "created_at": "2026-01-15T09:00:00.000Z",
        "expires_at": "2026-01-15T10:00:00.000Z",
        "id": "key_1",
        "key": null,
        "last_used_at": null,
        "name": "nightly",
        "reason": "the key was revoked at 2026-01-15T09:01:00.000Z",
        "requests": 0,
        "revoked_at": "2026-01-15T09:01:00.000Z",
        "scopes": [
          "orders:read"
        ],
        "tier": "pro"
      },
      "requests": 0,
      "revoked_at": null,
      "scopes": [
        "orders:read"
      ],
      "tier": "pro"
    }
    "#);
}

#[test]
fn rotated_key_stays_valid_for_the_overlap_by_the_clock_of_the_organization() {
    let (organization, old) = Organization::new();
    let rotated = rotate(&organization, "key_1", json!({"overlap": "60s"})).ok();
    let new = with_key(&organization, &rotated);
    assert_eq!(rotated["replaces"]["active"], true);
    assert_eq!(
        list(&organization)[0]["revoked_at"],
        "2026-01-15T09:01:00.000Z"
    );
    organization.advance("59999ms");
    old.get("/orders").ok();
    let fired = organization.advance("1ms");
    assert_eq!(
        fired,
        json!([{"at": "2026-01-15T09:01:00.000Z", "event": "key_revoked", "key": "key_1"}])
    );
    old.get("/orders").refused(AuthenticationError);
    new.get("/orders").ok();
    let journal = organization.journal();
    let refused = journal[journal.len() - 2]["steps"].as_array().unwrap();
    assert_eq!(
        refused.last().unwrap()["reason"],
        "the key was revoked at 2026-01-15T09:01:00.000Z"
    );
}

#[test]
fn key_in_its_overlap_can_be_revoked_and_rotated_without_extending_it() {
    let (organization, old) = Organization::new();
    rotate(&organization, "key_1", json!({"overlap": "60s"})).ok();
    let again = rotate(&organization, "key_1", json!({"overlap": "1h"})).ok();
    assert_eq!(again["replaces"]["revoked_at"], "2026-01-15T09:01:00.000Z");
    organization
        .control(Method::POST, "/keys/key_1/revoke", ())
        .ok();
    old.get("/orders").refused(AuthenticationError);
    let refused = rotate(&organization, "key_1", json!({})).refused(Conflict);
    assert_eq!(
        refused["message"],
        "the key was revoked at 2026-01-15T09:00:00.000Z; only a valid key can be rotated; mint another"
    );
}

#[test]
fn successor_keeps_the_rest_of_an_expiry_after_first_use() {
    let organization = TestApp::new().organization();
    let spelled = organization.spelled("OrdersExpiresIn90s");
    spelled.get("/orders").ok();
    organization.advance("30s");
    let rotated = rotate(&organization, "key_1", json!({})).ok();
    assert_eq!(rotated["expires_at"], "2026-01-15T09:01:30.000Z");
    spelled.get("/orders").refused(AuthenticationError);
    with_key(&organization, &rotated).get("/orders").ok();
}

#[test]
fn rejects_impossible_rotations_and_names_valid_values() {
    let (organization, caller) = Organization::new();
    rotate(&organization, "key_2", json!({})).refused(EntityNotFound);
    assert_eq!(
        wrong(
            "overlap",
            rotate(&organization, "key_1", json!({"overlap": "soon"}))
        ),
        "must be a duration such as 90s, 1h30m, 7d or PT1H"
    );
    let beyond = rotate(&organization, "key_1", json!({"overlap": "80000000h"}));
    assert_eq!(
        beyond.refused(Conflict)["message"],
        "the overlap ends after the last date that can be written"
    );
    assert_eq!(
        wrong(
            "after",
            rotate(&organization, "key_1", json!({"after": "1s"}))
        ),
        "is unknown; use one of `overlap`"
    );
    caller.get("/orders").ok();
    for _ in 1..1_000 {
        organization.key(json!({"scopes": []}));
    }
    rotate(&organization, "key_1", json!({})).refused(Conflict);
    caller.get("/orders").ok();
}

#[test]
fn permissions_change_at_once() {
    let (organization, caller) = Organization::new();
    let changed = change(
        &organization,
        "key_1",
        json!({"scopes": ["companies:read"]}),
    )
    .ok();
    assert_eq!(changed["scopes"], json!(["companies:read"]));
    assert_eq!(list(&organization), json!([changed]));
    caller.get("/orders").refused(AuthorizationError);
    change(&organization, "key_1", json!({"preset": "orders"})).ok();
    caller.get("/orders").ok();
}

#[test]
fn expiry_changes_at_once() {
    let (organization, caller) = Organization::new();
    change(&organization, "key_1", json!({"expires_in": "10s"})).ok();
    organization.advance("10s");
    caller.get("/orders").refused(AuthenticationError);
    let later = json!({"expires_at": "2026-01-15T09:00:20Z"});
    let changed = change(&organization, "key_1", later).ok();
    assert_eq!(
        (&changed["active"], &changed["expires_at"]),
        (&json!(true), &json!("2026-01-15T09:00:20.000Z"))
    );
    caller.get("/orders").ok();
}

#[test]
fn new_tier_keeps_the_used_quota() {
    let organization = TestApp::with("tiers.free = '3/1h'\ntiers.pro = '10/1h'").organization();
    let caller = organization.key(json!({"preset": "orders", "tier": "pro"}));
    for _ in 0..2 {
        caller.get("/orders").ok();
    }
    organization.advance("1m");
    change(&organization, "key_1", json!({"tier": "free"})).ok();
    let last = caller.get("/orders");
    assert_eq!(
        (
            last.number("x-ratelimit-limit"),
            last.number("x-ratelimit-remaining")
        ),
        (3, 0)
    );
    let refused = caller.get("/orders");
    assert_eq!(refused.number("retry-after"), 59 * 60);
    refused.refused(RateLimitExceeded);
    change(&organization, "key_1", json!({"tier": "pro"})).ok();
    assert_eq!(caller.get("/orders").number("x-ratelimit-remaining"), 6);
    for _ in 0..6 {
        caller.get("/orders").ok();
    }
    // More requests are used up than the smaller tier allows.
    change(&organization, "key_1", json!({"tier": "free"})).ok();
    let refused = caller.get("/orders");
    assert_eq!(refused.number("x-ratelimit-remaining"), 0);
    refused.refused(RateLimitExceeded);
    organization.advance("59m");
    assert_eq!(caller.get("/orders").number("x-ratelimit-remaining"), 2);
}

#[test]
fn rejects_impossible_changes_and_names_valid_values() {
    let (organization, _) = Organization::new();
    let before = list(&organization);
    change(&organization, "key_2", json!({"tier": "free"})).refused(EntityNotFound);
    let wrong = |field, how| wrong(field, change(&organization, "key_1", how));
    assert_eq!(
        wrong("", json!({})),
        "must have at least one of `expires_at`, `expires_in`, `preset`, `scopes`, `tier`"
    );
    assert_eq!(
        wrong(
            "",
            json!({"tier": "free", "preset": "orders", "scopes": []})
        ),
        "must not have both `preset` and `scopes`"
    );
    let twice = json!({"tier": "free", "expires_in": "1s", "expires_at": "2026-01-15T09:00:00Z"});
    assert_eq!(
        wrong("", twice),
        "must not have both `expires_in` and `expires_at`"
    );
    assert_eq!(
        wrong("name", json!({"name": "other"})),
        "is unknown; use one of `expires_at`, `expires_in`, `preset`, `scopes`, `tier`"
    );
    assert_eq!(list(&organization), before);
}

#[test]
fn organization_can_be_created_with_keys() {
    let app = TestApp::new();
    let made = app.control(
        Method::POST,
        "/organizations",
        json!({
            "name": "acme01",
            "clock": "frozen=2026-01-15T09:00:00Z",
            "keys": [
                {"preset": "orders", "expires_in": "1h"},
                {"name": "reader", "scopes": ["orders:read"], "tier": "free"},
            ],
        }),
    );
    let made = made.ok();
    assert_eq!(made["keys"], 2);
    assert_eq!(made["minted"][0]["expires_at"], "2026-01-15T10:00:00.000Z");
    assert_eq!(made["minted"][1]["name"], "reader");
    for minted in made["minted"].as_array().unwrap() {
        let key = minted["key"].as_str().unwrap();
        app.caller(key).get("/orders").ok();
        let shown = app.control(Method::GET, "/organizations/acme01", ());
        assert!(!shown.text().contains("minted"));
    }
}

#[test]
fn creates_no_organization_if_one_of_its_keys_is_invalid() {
    let app = TestApp::new();
    let make = |keys: Value| {
        let wanted = json!({"name": "acme01", "keys": keys});
        app.control(Method::POST, "/organizations", wanted)
    };
    assert_eq!(
        wrong("keys[1]", make(json!([{"preset": "orders"}, {}]))),
        "must have exactly one of `preset`, `scopes`"
    );
    make(json!([{"preset": "orders", "expires_in": "soon"}])).refused(ValidationError);
    assert_eq!(
        wrong(
            "keys",
            make(json!(vec![json!({"preset": "orders"}); 1_001]))
        ),
        "value has more than 1000 items"
    );
    let gone = app.control(Method::GET, "/organizations/acme01", ());
    gone.refused(EntityNotFound);
    make(json!([])).ok();
}
