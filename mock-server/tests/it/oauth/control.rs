//! Tokens for tests without a sign-in, and signing keys that rotate.

use http::Method;
use schemas::ErrorCode::{EntityNotFound, ValidationError};
use serde_json::{Value, json};

use super::{ISSUER, get, part, refresh};
use crate::test_app::Organization;

#[track_caller]
fn mint(organization: &Organization, wanted: Value) -> Value {
    organization.control(Method::POST, "/tokens", wanted).ok()
}

#[test]
fn one_control_request_yields_both_tokens() {
    let (organization, _) = Organization::new();
    let minted = mint(&organization, json!({}));
    assert_eq!(minted["subject"], organization.user("admin"));
    assert_eq!(minted["expires_in"], 3_600);
    assert!(minted["scope"].as_str().unwrap().contains("admin:write"));
    assert!(organization.knows(&minted["access_token"]));
    assert_eq!(part(&minted["access_token"], 1)["iss"], ISSUER);
    assert_eq!(part(&minted["access_token"], 1)["jti"], minted["jti"]);
    let refreshed = refresh(&organization.app, &minted["refresh_token"]).ok();
    assert!(organization.knows(&refreshed["access_token"]));
}

#[test]
fn token_has_the_requested_scopes_lifetime_user_and_client() {
    let (organization, _) = Organization::new();
    let wanted = json!({
        "user": "member", "scopes": ["orders:write"], "expires_in": "5m", "refresh_token": false,
        "client_id": "openprospect-dashboard",
    });
    let minted = mint(&organization, wanted);
    assert_eq!(minted["subject"], organization.user("member"));
    assert_eq!(minted["scope"], "orders:write");
    assert_eq!(minted["expires_in"], 300);
    assert_eq!(minted["refresh_token"], Value::Null);
    organization.advance("299s");
    assert!(organization.knows(&minted["access_token"]));
    organization.advance("1s");
    assert!(!organization.knows(&minted["access_token"]));
    for (field, wrong) in [("user", "nobody"), ("client_id", "nobody")] {
        let refused = organization.control(Method::POST, "/tokens", json!({field: wrong}));
        refused.refused(EntityNotFound);
    }
    let negative = organization.control(Method::POST, "/tokens", json!({"expires_in": "-5m"}));
    negative.refused(ValidationError);
    let huge = mint(&organization, json!({"expires_in": "999999d"}));
    assert!(organization.knows(&huge["access_token"]));
}

#[test]
fn every_claim_of_a_token_can_be_corrupted() {
    let (organization, _) = Organization::new();
    let wanted = json!({
        "claims": {"iss": "https://other.example", "exp": null, "colour": "red"}, "typ": "JWT",
    });
    let minted = mint(&organization, wanted);
    let claims = part(&minted["access_token"], 1);
    assert_eq!(claims["iss"], "https://other.example");
    assert_eq!(claims["colour"], "red");
    assert_eq!(claims["exp"], Value::Null);
    assert_eq!(claims["sub"], organization.user("admin"));
    assert_eq!(part(&minted["access_token"], 0)["typ"], "JWT");
    assert!(!organization.knows(&minted["access_token"]));
    assert!(organization.knows(&minted["refresh_token"]));
}

#[test]
fn signing_keys_rotate_and_tokens_of_the_previous_key_stay_valid() {
    let (organization, _) = Organization::new();
    let app = &organization.app;
    let kid = |token: &Value| part(&token["access_token"], 0)["kid"].take();
    let first = mint(&organization, json!({}));
    let rotated = app
        .control(Method::POST, "/oauth/rotate-signing-key", ())
        .ok();
    assert_eq!(rotated, get(app, "/oauth/jwks.json").json());
    let second = mint(&organization, json!({}));
    let keys: Vec<_> = (0..2)
        .map(|index| rotated["keys"][index]["kid"].clone())
        .collect();
    assert_eq!(keys, [kid(&second), kid(&first)]);
    assert!(organization.knows(&first["access_token"]));
    app.control(Method::POST, "/oauth/rotate-signing-key", ())
        .ok();
    assert!(!organization.knows(&first["access_token"]));
    assert!(organization.knows(&second["access_token"]));
    // Its grant is still valid.
    let third = refresh(app, &first["refresh_token"]).ok();
    assert!(organization.knows(&third["access_token"]));
    assert_eq!(
        get(app, "/oauth/jwks.json").json()["keys"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}
