//! The metadata that clients discover.

use http::Method;
use mock_server::Role;
use serde_json::json;

use super::{ISSUER, get};
use crate::test_app::TestApp;

const PATH: &str = "/.well-known/oauth-authorization-server";

#[test]
fn the_metadata_names_the_issuer_it_was_fetched_from_and_endpoints_that_are_there() {
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
fn libraries_for_openid_connect_find_the_same() {
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
fn the_issuer_is_the_host_by_which_the_server_is_called_unless_it_is_configured() {
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
fn a_server_of_what_is_documented_has_no_authorization_server() {
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
fn every_endpoint_is_there_without_the_control_api() {
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
