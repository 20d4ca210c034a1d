//! Creating, listing and revoking keys.

use http::Method;
use schemas::{
    ErrorCode::{Conflict, EntityNotFound},
    key::redact,
};
use serde_json::{Value, json};

use super::wrong;
use crate::test_app::{Organization, TestApp};

#[track_caller]
fn mint(organization: &Organization, wanted: Value) -> crate::response::Response {
    organization.control(Method::POST, "/keys", wanted)
}

#[track_caller]
fn list(organization: &Organization) -> Value {
    organization.control(Method::GET, "/keys", ()).ok()["keys"].take()
}

#[test]
fn key_is_shown_once_and_masked_afterwards() {
    let organization = TestApp::new().organization();
    let made = mint(
        &organization,
        json!({"name": "nightly", "preset": "orders", "tier": "pro", "expires_in": "1h"}),
    );
    assert_eq!(made.status.as_u16(), 201);
    let mut made = made.ok();
    let key = made["key"].take().as_str().unwrap().to_owned();
    assert!(schemas::key::ApiKey::parse(&key).is_ok() && key.ends_with(&organization.name));
    insta::assert_snapshot!(made, @r#"{"active":true,"created_at":"2026-01-15T09:00:00.000Z","expires_at":"2026-01-15T10:00:00.000Z","id":"key_1","key":null,"last_used_at":null,"name":"nightly","reason":null,"requests":0,"revoked_at":null,"scopes":["orders:read","orders:write"],"tier":"pro"}"#);
    made["key"] = redact(&key).into();
    assert_eq!(list(&organization), json!([made]));
}

#[test]
fn lists_keys_in_creation_order_with_their_state() {
    let organization = TestApp::new().organization();
    let _ = organization.key(json!({"preset": "orders"})).get("/orders");
    let _ =
        organization.key(json!({"scopes": ["orders:read"], "expires_at": "2026-01-15T09:00:01Z"}));
    let _ = organization.spelled("OrdersRevokedAfter1").get("/orders");
    organization
        .control(Method::POST, "/keys/key_1/revoke", ())
        .ok();
    organization.advance("1s");
    let told: Vec<_> = list(&organization)
        .as_array()
        .unwrap()
        .iter()
        .map(|key| {
            format!(
                "{} {} {} {}",
                key["id"], key["active"], key["reason"], key["requests"]
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    "key_1" false "the key was revoked at 2026-01-15T09:00:00.000Z" 1
    "key_2" false "the key expired at 2026-01-15T09:00:01.000Z" 0
    "key_3" false "the key was revoked after 1 requests, as it describes itself" 1
    "#);
}

#[test]
fn revokes_a_key_twice_but_not_an_unknown_one() {
    let (organization, _) = Organization::new();
    let revoke = |id: &str| organization.control(Method::POST, &format!("/keys/{id}/revoke"), ());
    let first = revoke("key_1").ok();
    organization.advance("1m");
    assert_eq!(revoke("key_1").ok(), first);
    let refused = revoke("key_2").refused(EntityNotFound);
    assert_eq!(
        (&refused["entity_type"], &refused["identifier"]),
        (&json!("key"), &json!("key_2"))
    );
}

#[test]
fn does_not_revoke_keys_of_another_organization() {
    let (organization, _) = Organization::new();
    let other = organization.app.organization();
    other
        .control(Method::POST, "/keys/key_1/revoke", ())
        .refused(EntityNotFound);
}

#[test]
fn rejects_impossible_keys_and_names_valid_values() {
    let organization = TestApp::new().organization();
    let wrong = |field, wanted| wrong(field, mint(&organization, wanted));
    let either = "must have exactly one of `preset`, `scopes`";
    assert_eq!(wrong("", json!({})), either);
    assert_eq!(wrong("", json!({"preset": "orders", "scopes": []})), either);
    assert_eq!(
        wrong(
            "",
            json!({"preset": "orders", "expires_in": "1s", "expires_at": "2026-01-15T09:00:00Z"})
        ),
        "must not have both `expires_in` and `expires_at`"
    );
    assert_eq!(
        wrong(
            "expires_in",
            json!({"preset": "orders", "expires_in": "soon"})
        ),
        "must be a duration such as 90s, 1h30m, 7d or PT1H"
    );
    assert_eq!(
        wrong("name", json!({"preset": "orders", "name": "ä".repeat(101)})),
        "value is longer than 100 characters"
    );
    assert_eq!(
        wrong("preset", json!({"preset": "everything"})),
        "must be one of `orders`, `read_only`, `full_access`, `discovery`"
    );
    assert_eq!(
        wrong("tier", json!({"preset": "orders", "tier": "gold"})),
        "must be one of `free`, `pro`, `enterprise`"
    );
    let error = wrong("scopes[0]", json!({"scopes": ["orders:all"]}));
    assert!(
        error.starts_with("must be one of `") && error.contains("`orders:read`"),
        "{error}"
    );
    assert_eq!(
        wrong("expires", json!({"preset": "orders", "expires": "1h"})),
        "is unknown; use one of `expires_at`, `expires_in`, `name`, `preset`, `scopes`, `tier`"
    );
    assert_eq!(list(&organization), json!([]));
}

#[test]
fn key_name_has_at_most_100_characters() {
    let organization = TestApp::new().organization();
    let name = "ä".repeat(100);
    mint(&organization, json!({"preset": "orders", "name": name})).ok();
    assert_eq!(list(&organization)[0]["name"], name);
}

#[test]
fn organization_has_at_most_1_000_keys() {
    let organization = TestApp::new().organization();
    for _ in 0..1_000 {
        organization.key(json!({"scopes": []}));
    }
    let refused = mint(&organization, json!({"scopes": []})).refused(Conflict);
    assert_eq!(
        refused["message"],
        "the organization has 1000 keys, the maximum"
    );
    organization
        .spelled("Orders")
        .get("/orders")
        .refused(schemas::ErrorCode::AuthenticationError);
}
