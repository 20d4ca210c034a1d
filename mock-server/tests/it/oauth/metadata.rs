//! The metadata that clients discover.

use http::Method;
use mock_server::Role;
use serde_json::json;

use super::{ISSUER, get};
use crate::test_app::TestApp;

const PATH: &str = "/.well-known/oauth-authorization-server";

#[test]
fn metadata_names_its_issuer_and_served_endpoints() {
    let app = TestApp::new();
    let document = get(&app, PATH).json();
    assert_eq!(document["issuer"], ISSUER);
    assert_eq!(
        document["code_challenge_methods_supported"],
        json!(["S256"])
    );
    assert_eq!(document["response_types_supported"], json!(["code"]));
    assert_eq!(
        document["authorization_response_iss_parameter_supported"],
        true
    );
    assert_eq!(document["scopes_supported"], json!(Role::Admin.scopes()));
    for (name, there) in [
        ("authorization_endpoint", 400),
        ("token_endpoint", 405),
        ("revocation_endpoint", 405),
        ("introspection_endpoint", 405),
        ("jwks_uri", 200),
    ] {
        let uri = document[name].as_str().unwrap();
        let path = uri.strip_prefix(ISSUER).unwrap();
        assert_eq!(get(&app, path).status.as_u16(), there, "{uri}");
    }
}

#[test]
fn openid_connect_discovery_is_equal() {
    let app = TestApp::new();
    let mut alias = get(&app, "/.well-known/openid-configuration").json();
    for name in [
        "subject_types_supported",
        "id_token_signing_alg_values_supported",
    ] {
        assert!(alias.as_object_mut().unwrap().remove(name).is_some());
    }
    assert_eq!(alias, get(&app, PATH).json());
}

#[test]
fn issuer_is_the_requested_host_unless_configured() {
    let issuer = |app: &TestApp| {
        let call = app
            .call(Method::GET, PATH)
            .without("host")
            .header("host", "localhost:9");
        let document: serde_json::Value = serde_json::from_str(call.raw().body()).unwrap();
        document["issuer"].as_str().unwrap().to_owned()
    };
    assert_eq!(issuer(&TestApp::new()), "http://localhost:9");
    let app = TestApp::with("issuer = 'https://auth.example/'");
    assert_eq!(issuer(&app), "https://auth.example");
    let settings = app.control(Method::GET, "/settings", ()).ok();
    assert_eq!(settings["issuer"], "https://auth.example");
}

#[test]
fn documented_only_server_has_no_authorization_server() {
    let app = TestApp::with("documented_only = true");
    for path in [
        PATH,
        "/.well-known/openid-configuration",
        "/oauth/authorize",
        "/oauth/token",
        "/oauth/revoke",
        "/oauth/introspect",
        "/oauth/jwks.json",
    ] {
        for method in [Method::GET, Method::POST] {
            let refused = app.call(method, path).send();
            refused.refused(schemas::ErrorCode::NotFound);
        }
    }
}

#[test]
fn endpoints_work_without_the_control_api() {
    let app = TestApp::with("no_control = true");
    assert_eq!(get(&app, PATH).status, 200);
    assert_eq!(
        get(&app, "/oauth/jwks.json").json()["keys"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}
