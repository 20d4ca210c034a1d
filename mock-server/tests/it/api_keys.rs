//! The operations on API keys, by callers with an access token.

use http::Method;
use schemas::{
    ErrorCode::{
        AuthenticationError, AuthorizationError, Conflict, EntityNotFound, ValidationError,
    },
    OperationId, ScopeSet,
};
use serde_json::{Value, json};

use crate::{
    response::Response,
    test_app::{Caller, Organization, TestApp, all},
};

fn setting() -> (Organization, Caller) {
    let organization = TestApp::new().organization();
    let admin = organization.admin();
    (organization, admin)
}

fn delete(caller: &Caller, id: &Value) -> Response {
    let path = format!("/api-keys/{}", id.as_str().unwrap());
    caller.call(Method::DELETE, &path).send()
}

#[test]
fn key_is_shown_once_and_masked_afterwards() {
    let (organization, admin) = setting();
    let wanted = json!({
        "name": "CRM sync", "preset": "orders", "tier": "pro", "expires_at": "2026-04-15T11:00:00+02:00",
    });
    let response = admin.post("/api-keys", &wanted);
    assert_eq!(response.header("location"), Some("/api/v1/api-keys/key_1"));
    assert_eq!(response.header("cache-control"), Some("no-store"));
    let mut created = response.json();
    let key = created["key"].take().as_str().unwrap().to_owned();
    created.as_object_mut().unwrap().remove("key");
    let masked = schemas::key::ApiKey::parse(&key).unwrap().masked();
    assert_eq!(
        created,
        json!({
            "id": "key_1",
            "name": "CRM sync",
            "masked_key": masked,
            "preset": "orders",
            "scopes": ["orders:read", "orders:write"],
            "tier": "pro",
            "status": "active",
            "created_at": "2026-01-15T09:00:00.000Z",
            "expires_at": "2026-04-15T09:00:00.000Z",
            "last_used_at": null,
        })
    );
    assert_eq!(admin.get("/api-keys/key_1").ok(), created);
    assert_eq!(all(&admin, "/api-keys"), [created]);
    organization.advance("5m");
    organization.app.caller(&key).get("/orders").ok();
    let used = admin.get("/api-keys/key_1").ok();
    assert_eq!(used["last_used_at"], "2026-01-15T09:05:00.000Z");
    for shown in [admin.get("/api-keys"), admin.get("/api-keys/key_1")] {
        assert!(!shown.text().contains(&key), "{shown}");
    }
}

#[test]
fn key_has_the_properties_it_was_created_with() {
    let (organization, admin) = setting();
    let created = admin
        .post("/api-keys", &json!({"scopes": ["orders:read"]}))
        .ok();
    assert_eq!(
        (
            &created["preset"],
            &created["name"],
            &created["tier"],
            &created["expires_at"]
        ),
        (
            &Value::Null,
            &Value::Null,
            &json!("enterprise"),
            &Value::Null
        )
    );
    let reader = organization.app.caller(created["key"].as_str().unwrap());
    reader.get("/orders").ok();
    reader
        .post("/orders", &json!({}))
        .refused(AuthorizationError);
    // The same request creates another key: names need not be unique.
    let wanted = json!({"name": "twice", "preset": "full_access"});
    let keys = [(); 2].map(|()| admin.post("/api-keys", &wanted).ok()["key"].take());
    assert_ne!(keys[0], keys[1]);
    // The control API lists it like its own keys.
    let listed = organization.control(Method::GET, "/keys", ()).ok();
    assert_eq!(listed["keys"][0]["id"], created["id"]);
    assert_eq!(listed["keys"][0]["scopes"], json!(["orders:read"]));
}

#[test]
fn status_follows_the_clock_and_revocation() {
    let (organization, admin) = setting();
    let wanted = json!({"preset": "orders", "expires_at": "2026-01-15T09:30:00Z"});
    admin.post("/api-keys", &wanted).ok();
    let status = || admin.get("/api-keys/key_1").ok()["status"].take();
    assert_eq!(status(), "active");
    organization.advance("30m");
    assert_eq!(status(), "expired");
    assert_eq!(delete(&admin, &json!("key_1")).status.as_u16(), 204);
    assert_eq!(status(), "revoked");
}

#[test]
fn revocation_takes_effect_with_the_next_request_and_only_once() {
    let (organization, admin) = setting();
    let create = || admin.post("/api-keys", &json!({"preset": "orders"})).ok();
    let (gone, stays) = (create(), create());
    let caller = |key: &Value| organization.app.caller(key["key"].as_str().unwrap());
    caller(&gone).get("/orders").ok();
    let revoked = delete(&admin, &gone["id"]);
    assert_eq!((revoked.status.as_u16(), revoked.text()), (204, ""));
    caller(&gone).get("/orders").refused(AuthenticationError);
    caller(&stays).get("/orders").ok();
    let again = delete(&admin, &gone["id"]).refused(EntityNotFound);
    let unknown = delete(&admin, &json!("key_77")).refused(EntityNotFound);
    assert_eq!(again["entity_type"], "api_key");
    assert_eq!(unknown["identifier"], "key_77");
}

#[test]
fn requires_a_token_with_the_scope_and_rejects_api_keys() {
    let (organization, _) = setting();
    let key = organization.key(json!({"preset": "full_access"}));
    let operations = [
        OperationId::CreateApiKey,
        OperationId::ListApiKeys,
        OperationId::GetApiKey,
        OperationId::RevokeApiKey,
    ];
    for operation in operations.map(OperationId::operation) {
        let with_a_key = organization.sample(operation, &key).send();
        let refused = with_a_key.refused(AuthorizationError);
        let message = format!(
            "Insufficient permissions. Required scopes: {}",
            operation.scopes
        );
        assert_eq!(refused["message"], message);
        assert_eq!(refused["detail"]["user_scopes"], json!(ScopeSet::PUBLIC));
        let scopes = ScopeSet::INTERNAL.without(operation.scopes);
        let token = organization.token(json!({"scopes": scopes}));
        let refused = organization.sample(operation, &token).send();
        let refused = refused.refused(AuthorizationError);
        assert_eq!(
            refused["detail"]["required_scopes"],
            json!(operation.scopes)
        );
    }
    key.get("/orders").ok();
}

#[test]
fn body_names_scopes_in_one_way_and_a_valid_time() {
    let (_, admin) = setting();
    for (wrong, field) in [
        (json!({}), ""),
        (json!({"preset": "orders", "scopes": ["orders:read"]}), ""),
        (json!({"preset": "gold"}), "preset"),
        (json!({"scopes": []}), "scopes"),
        (json!({"scopes": ["admin:write"]}), "scopes[0]"),
        (json!({"preset": "orders", "tier": "gold"}), "tier"),
        (json!({"preset": "orders", "name": " "}), "name"),
        (json!({"preset": "orders", "name": "x".repeat(101)}), "name"),
        (
            json!({"preset": "orders", "expires_at": "in a year"}),
            "expires_at",
        ),
        (
            json!({"preset": "orders", "expires_at": "2026-02-30T00:00:00Z"}),
            "expires_at",
        ),
    ] {
        let refused = admin.post("/api-keys", &wrong).refused(ValidationError);
        let errors = refused["detail"]["validation_errors"].as_array().unwrap();
        assert!(
            errors.iter().any(|error| error["field"] == field),
            "{wrong}: {errors:?}"
        );
    }
    assert_eq!(admin.get("/api-keys").ok()["total"], 0);
}

#[test]
fn organization_has_at_most_a_thousand_keys() {
    let (organization, admin) = setting();
    let many = vec![json!({"preset": "orders"}); 1_000];
    let full = organization.app.organization_like(json!({"keys": many}));
    let wanted = json!({"preset": "orders"});
    full.admin().post("/api-keys", &wanted).refused(Conflict);
    admin.post("/api-keys", &wanted).ok();
}

#[test]
fn name_that_contains_a_key_is_masked() {
    let (_, admin) = setting();
    let key = "lnc_live_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9";
    let created = admin
        .post("/api-keys", &json!({"preset": "orders", "name": key}))
        .ok();
    assert_eq!(created["name"], "lnc_live_A3mK…0dF9");
}
