//! The OpenAPI document, served.

use http::{Method, StatusCode};
use schemas::{
    ErrorCode::{MethodNotAllowed, NotFound},
    Profile, openapi,
};

use crate::test_app::TestApp;

const PATH: &str = "/openapi.json";

#[test]
fn document_is_public() {
    for settings in ["", "no_control = true"] {
        let app = TestApp::with(settings);
        let served = app.call(Method::GET, PATH).send();
        assert_eq!(served.status, StatusCode::OK);
        assert_eq!(served.text(), openapi::text(Profile::Everything));
        let head = app.call(Method::HEAD, PATH).send();
        assert_eq!((head.status, &*head.body), (StatusCode::OK, &b""[..]));
        assert_eq!(
            head.header("content-length"),
            served.header("content-length")
        );
    }
}

#[test]
fn document_is_read_only() {
    let app = TestApp::new();
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let refused = app.call(method, PATH).send();
        assert_eq!(refused.header("allow"), Some("GET,HEAD"));
        refused.refused(MethodNotAllowed);
    }
    for path in ["/openapi.json/", "/openapi.yaml", "/openapi"] {
        app.call(Method::GET, path).send().refused(NotFound);
    }
}
