//! Clients that are registered while the server runs.

use http::Method;
use proptest::{prelude::*, string::string_regex};
use schemas::{
    ErrorCode::{Conflict, EntityNotFound, ValidationError},
    control::Kind,
};
use serde_json::{Value, json};

use super::{CALLBACK, authorize, post, redeem, redemption, refreshing, request, with};
use crate::{
    response::Response,
    test_app::{Organization, TestApp},
};

const PATH: &str = "/oauth/clients";

fn register(app: &TestApp, client: Value) -> Response {
    app.control(Method::POST, PATH, client)
}

#[track_caller]
fn ids(app: &TestApp) -> Vec<String> {
    let all = app.control(Method::GET, PATH, ()).ok();
    let clients = all["clients"].as_array().unwrap();
    assert_eq!(all["total"], clients.len());
    let id = |client: &Value| client["client_id"].as_str().unwrap().to_owned();
    clients.iter().map(id).collect()
}

#[test]
fn client_signs_users_in_until_it_is_deleted() {
    let (organization, _) = Organization::new();
    let app = &organization.app;
    let hint = organization.user("admin");
    let asked = with(&request(&hint), "client_id", "my-tool");
    authorize(app, &asked).page(400);
    let new = json!({"client_id": "my-tool", "redirect_uris": ["http://127.0.0.1/callback"], "scopes": ["orders:read"]});
    let made = register(app, new.clone()).ok();
    let shown = json!({
        "client_id": "my-tool", "redirect_uris": ["http://127.0.0.1/callback"], "has_secret": false,
        "scopes": ["orders:read"],
    });
    assert_eq!(made, shown);
    register(app, new).refused(Conflict);
    assert_eq!(ids(app), ["openprospect-dashboard", "my-tool"]);
    let code = authorize(app, &asked).field("code").unwrap();
    let tokens = redeem(app, &with(&redemption(&code), "client_id", "my-tool")).ok();
    assert_eq!(tokens["scope"], "orders:read");
    let wanted = json!({"client_id": "my-tool"});
    organization.control(Method::POST, "/tokens", wanted).ok();

    let deleted = app.control(Method::DELETE, &format!("{PATH}/my-tool"), ());
    assert_eq!(deleted.status.as_u16(), 204);
    let again = app.control(Method::DELETE, &format!("{PATH}/my-tool"), ());
    again.refused(EntityNotFound);
    assert!(organization.knows(&tokens["access_token"]));
    let refreshing = refreshing(tokens["refresh_token"].as_str().unwrap());
    redeem(app, &with(&refreshing, "client_id", "my-tool")).refused(401, "invalid_client");
    authorize(app, &asked).page(400);
}

#[test]
fn code_and_refresh_token_belong_to_their_client() {
    let (organization, _) = Organization::new();
    let app = &organization.app;
    register(
        app,
        json!({"client_id": "other", "redirect_uris": [CALLBACK]}),
    )
    .ok();
    let code = organization.code();
    let refused = redeem(app, &with(&redemption(&code), "client_id", "other"));
    assert!(
        refused
            .refused(400, "invalid_grant")
            .contains("another client")
    );
    let tokens = redeem(app, &redemption(&code)).ok();
    let refreshing = refreshing(tokens["refresh_token"].as_str().unwrap());
    let refused = redeem(app, &with(&refreshing, "client_id", "other"));
    assert!(
        refused
            .refused(400, "invalid_grant")
            .contains("another client")
    );
    redeem(app, &refreshing).ok();
}

#[test]
fn secret_is_required_and_never_shown() {
    let (organization, _) = Organization::new();
    let app = &organization.app;
    let new = json!({"client_id": "server", "redirect_uris": [], "client_secret": "s3cret-of-the-server"});
    let made = register(app, new).ok();
    assert_eq!(made["has_secret"], true);
    let all = app.control(Method::GET, PATH, ()).ok();
    for shown in [made, all] {
        assert!(!shown.to_string().contains("s3cret"), "{shown}");
    }
    let revoke = |secret| {
        let fields = [
            ("token", "any"),
            ("client_id", "server"),
            ("client_secret", secret),
        ];
        post(app, "/oauth/revoke", &fields)
    };
    revoke("wrong").refused(401, "invalid_client");
    assert_eq!(revoke("s3cret-of-the-server").status.as_u16(), 200);
}

#[test]
fn configured_clients_stay_and_at_most_a_hundred_others_exist() {
    let app = TestApp::with("[[oauth.clients]]\nclient_id = 'own'");
    for id in ["openprospect-dashboard", "own"] {
        register(&app, json!({"client_id": id, "redirect_uris": []})).refused(Conflict);
        let path = format!("{PATH}/{id}");
        app.control(Method::DELETE, &path, ()).refused(Conflict);
    }
    let client = |number: usize| json!({"client_id": format!("c{number}"), "redirect_uris": []});
    for number in 0..100 {
        register(&app, client(number)).ok();
    }
    register(&app, client(100)).refused(Conflict);
    assert_eq!(ids(&app).len(), 102);
    app.control(Method::DELETE, &format!("{PATH}/c7"), ());
    register(&app, client(100)).ok();
    for wrong in [
        json!({"client_id": "ä", "redirect_uris": []}),
        json!({"client_id": "x", "redirect_uris": ["https://app.example/cb#x"]}),
        json!({"redirect_uris": []}),
        json!({"client_id": "x", "redirect_uris": [], "client_secret": ""}),
    ] {
        register(&app, wrong).refused(ValidationError);
    }
}

/// Redirect URIs that the schema of the call allows.
fn redirect_uri() -> impl Strategy<Value = String> {
    let schema = Kind::RedirectUris.schema();
    let pattern = schema["items"]["pattern"].as_str().unwrap();
    let pattern = pattern.trim_start_matches('^').trim_end_matches('$');
    string_regex(pattern).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_registrable_redirect_uri_works(uri in redirect_uri()) {
        let app = TestApp::new();
        register(&app, json!({"client_id": "c", "redirect_uris": [uri]})).ok();
        let asked = with(&request("admin@demo01"), "client_id", "c");
        let sent = authorize(&app, &with(&asked, "redirect_uri", &uri));
        prop_assert_eq!(sent.status.as_u16(), 303);
        prop_assert!(sent.header("location").starts_with(&uri));
        let asked = with(&asked, "prompt", "login");
        authorize(&app, &with(&asked, "redirect_uri", &uri)).page(200);
    }
}
