//! Requests of scripts in browsers, from other origins.

use http::{Method, StatusCode};
use serde_json::json;

use crate::{
    response::Response,
    test_app::{Call, Organization, TestApp, entries},
};

const APP: &str = "http://localhost:5173";

/// A server that scripts of [`APP`] may use.
fn server() -> TestApp {
    TestApp::with(&format!("cors = ['{APP}', 'https://app.example']"))
}

/// The request by which a browser asks whether it may send another one.
fn preflight(app: &TestApp, path: &str, origin: &str) -> Response {
    app.call(Method::OPTIONS, path)
        .header("origin", origin)
        .header("access-control-request-method", "PATCH")
        .header(
            "access-control-request-headers",
            "authorization,x-mock-fault",
        )
        .spoiled()
}

/// The origin that may have the response.
fn allowed(call: Call, origin: &str) -> Option<String> {
    let response = call.header("origin", origin).spoiled();
    assert_eq!(response.header("vary"), Some("origin"));
    let origin = response.header("access-control-allow-origin");
    origin.map(str::to_owned)
}

#[test]
fn preflight_of_an_allowed_origin_permits_what_it_asks_for() {
    let app = server();
    // Also where the API has no such path: the script then sees that error.
    for path in ["/api/v1/orders", "/api/v1/orders/7", "/api/v1/nothing"] {
        let response = preflight(&app, path, APP);
        assert_eq!(response.status, StatusCode::NO_CONTENT, "{path}");
        for (name, value) in [
            ("access-control-allow-origin", APP),
            ("access-control-allow-methods", "PATCH"),
            ("access-control-allow-headers", "authorization,x-mock-fault"),
            ("access-control-max-age", "600"),
            ("vary", "origin"),
        ] {
            assert_eq!(response.header(name), Some(value), "{path}");
        }
        assert!(response.header("x-request-id").is_some());
    }
    let journal = entries(app.control(Method::GET, "/journal", ()));
    assert_eq!(journal.len(), 3);
    assert_eq!(journal[0]["method"], "OPTIONS");
}

#[test]
fn scripts_of_an_allowed_origin_may_read_every_response() {
    let app = server();
    let organization = app.organization();
    let caller = organization.key(json!({"preset": "orders"}));
    let get = |path: &str| caller.call(Method::GET, path);
    let fault = |fault: &str| get("/orders").header("x-mock-fault", fault);
    let unauthenticated = || app.call(Method::GET, "/api/v1/orders");
    for (call, status) in [
        (get("/orders"), 200),
        (unauthenticated(), 401),
        (get("/companies"), 403),
        (get("/nothing"), 404),
        (caller.call(Method::PUT, "/orders"), 405),
        (get("/orders?limit=x"), 422),
        (fault("rate_limit"), 429),
        (fault("error;status=503"), 503),
    ] {
        let response = call.header("origin", APP).spoiled();
        assert_eq!(response.status, status);
        assert_eq!(response.header("access-control-allow-origin"), Some(APP));
        let exposed = response.header("access-control-expose-headers").unwrap();
        let exposed: Vec<_> = exposed.split(", ").collect();
        for name in [
            "retry-after",
            "x-ratelimit-remaining",
            "x-request-id",
            "location",
        ] {
            assert!(exposed.contains(&name), "{name}");
        }
    }
}

#[test]
fn other_origins_and_other_clients_get_what_they_always_get() {
    let app = server();
    let call = || app.call(Method::GET, "/api/v1/orders");
    assert_eq!(
        allowed(call(), "https://app.example").as_deref(),
        Some("https://app.example")
    );
    for origin in [
        "http://localhost:5174",
        "https://localhost:5173",
        "http://localhost:5173.evil.example",
        "HTTP://LOCALHOST:5173",
        "null",
        "",
    ] {
        assert_eq!(allowed(call(), origin), None, "{origin}");
    }
    assert_eq!(
        allowed(call().header("origin", "http://evil.example"), APP),
        None
    );
    let response = preflight(&app, "/api/v1/nothing", "http://evil.example");
    assert_eq!(response.status, StatusCode::NOT_FOUND);
    // Without `Access-Control-Request-Method`, it is no preflight request.
    let options = app.call(Method::OPTIONS, "/api/v1/nothing");
    assert_eq!(options.header("origin", APP).spoiled().status, 404);
    let response = app.call(Method::OPTIONS, "/api/v1/orders").spoiled();
    assert_eq!(response.header("allow"), Some("GET, HEAD, POST, OPTIONS"));
    assert_eq!(response.header("access-control-allow-methods"), None);
}

#[test]
fn all_origins_can_be_allowed() {
    let app = TestApp::with("cors = ['*']");
    let call = app.call(Method::GET, "/api/v1/orders");
    let response = call.header("origin", "http://any.example").spoiled();
    assert_eq!(response.header("access-control-allow-origin"), Some("*"));
    assert_eq!(response.header("vary"), None);
}

#[test]
fn an_allowed_origin_may_use_the_authorization_server() {
    let app = server();
    let preflight = preflight(&app, "/oauth/token", APP);
    assert_eq!(preflight.status, StatusCode::NO_CONTENT);
    assert_eq!(
        preflight.header("access-control-allow-methods"),
        Some("PATCH")
    );
    for call in [
        app.call(Method::GET, "/.well-known/oauth-authorization-server"),
        app.call(Method::GET, "/oauth/jwks.json"),
        // What a request is refused with can be read, too; and the response of a fault.
        app.call(Method::POST, "/oauth/token"),
        app.call(Method::POST, "/oauth/token")
            .header("x-mock-fault", "status;code=503"),
    ] {
        assert_eq!(allowed(call, APP).as_deref(), Some(APP));
    }
    let other = app.call(Method::GET, "/oauth/jwks.json");
    assert_eq!(allowed(other, "http://other.example"), None);
}

#[test]
fn nothing_is_allowed_by_default_nor_ever_on_the_control_api() {
    let (organization, _) = Organization::new();
    let response = preflight(&organization.app, "/api/v1/orders", APP);
    assert!(
        response
            .headers
            .keys()
            .all(|name| !name.as_str().starts_with("access-control-"))
    );
    assert_eq!(response.header("vary"), None);
    for path in [
        "/_mock/organizations",
        "/_mock/ui",
        "/oauth/authorize",
        "/openapi.json",
    ] {
        let app = TestApp::with("cors = ['*']");
        let preflight = preflight(&app, path, APP);
        let get = app.call(Method::GET, path).header("origin", APP).spoiled();
        for response in [preflight, get] {
            assert_eq!(
                response.header("access-control-allow-origin"),
                None,
                "{path}"
            );
        }
    }
}
