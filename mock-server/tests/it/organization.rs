//! The data of an organization, and the revocation of its keys, which no key may request.

use http::Method;
use schemas::ErrorCode::AuthorizationError;
use serde_json::{Value, json};

use crate::test_app::Organization;

#[test]
fn settings_are_returned_as_written() {
    let (organization, caller) = Organization::new();
    let before = caller.get("/organization").ok();
    organization.advance("1h");
    let change = json!({"contact_email": null, "language": "en"});
    let changed = caller
        .call(Method::PATCH, "/organization")
        .json(&change)
        .send()
        .ok();
    assert_eq!(
        (&changed["contact_email"], &changed["language"]),
        (&Value::Null, &json!("en"))
    );
    assert_eq!(changed["name"], before["name"]);
    assert_eq!(changed["updated_at"], "2026-01-15T10:00:00.000Z");
    assert_eq!(caller.get("/organization").ok(), changed);
}

#[test]
fn keys_cannot_revoke_keys() {
    let (organization, caller) = Organization::new();
    let key = organization.control(Method::GET, "/keys", ()).ok()["keys"][0]["id"].clone();
    let call = caller.call(
        Method::DELETE,
        &format!("/api-keys/{}", key.as_str().unwrap()),
    );
    let refused = call.send().refused(AuthorizationError);
    assert_eq!(
        refused["message"],
        "Insufficient permissions. Required scopes: admin:write"
    );
    assert_eq!(refused["detail"]["required_scopes"], json!(["admin:write"]));
    assert_eq!(
        refused["detail"]["user_scopes"].as_array().unwrap().len(),
        18
    );
    caller.get("/orders").ok();
}
