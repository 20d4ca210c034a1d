//! The authorization server is as the table, and with it the OpenAPI document, describes it.

use std::io;

use axum::body::Body;
use futures_util::{Stream, stream};
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use schemas::oauth::{ENDPOINT_CALLS, EndpointCall, FORM, Returns, refused_body};
use serde_json::{Value, json};

use tower::ServiceExt;

use super::{CONFIDENTIAL, Reply, encoded, get, refresh, reply, request};
use crate::test_app::TestApp;

#[track_caller]
fn validate(schema: &Value, body: &Value) {
    if let Err(error) = jsonschema::validate(schema, body) {
        panic!("{error}: {body}");
    }
}

fn row(id: &str) -> &'static EndpointCall {
    let mut rows = ENDPOINT_CALLS.iter();
    rows.find(|row| row.id == id).unwrap()
}

/// The schema of the response of an endpoint.
#[track_caller]
fn schema(id: &str) -> Value {
    let Returns::Json(schema) = row(id).returns else {
        panic!("{id} returns no JSON");
    };
    schema()
}

#[test]
fn every_endpoint_is_served_with_its_method_only() {
    let app = TestApp::new();
    for row in ENDPOINT_CALLS {
        for method in [
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ] {
            let answer = reply(app.call(method.clone(), row.path).raw());
            let mut same = ENDPOINT_CALLS.iter().filter(|other| other.path == row.path);
            let is_there = same.any(|other| other.method == method);
            let refused = answer.status == StatusCode::METHOD_NOT_ALLOWED;
            assert_eq!(is_there, !refused, "{method} {}: {answer:?}", row.path);
            if refused {
                answer.refused(405, "invalid_request");
                let allowed = if row.method == Method::GET {
                    "GET,HEAD"
                } else {
                    "POST"
                };
                assert!(answer.header("allow").contains(allowed), "{answer:?}");
            }
        }
    }
}

#[test]
fn responses_match_the_table() {
    let organization = TestApp::with(CONFIDENTIAL).organization();
    let app = &organization.app;
    let by_get = [
        "show_authorization_server",
        "show_openid_configuration",
        "show_signing_keys",
    ];
    for id in by_get {
        validate(&schema(id), &get(app, row(id).path).json());
    }
    let tokens = organization.tokens();
    validate(&schema("issue_tokens"), &tokens);
    let mut known = schema("introspect_token");
    known["additionalProperties"] = json!(false);
    let introspect = |token: &str| {
        let call = app
            .call(Method::POST, row("introspect_token").path)
            .body(encoded(&[
                ("token", token),
                ("client_id", "server"),
                ("client_secret", "s:cret &"),
            ]));
        reply(call.header("content-type", FORM).raw()).ok()
    };
    for name in ["access_token", "refresh_token"] {
        let described = introspect(tokens[name].as_str().unwrap());
        assert_eq!(described["active"], true);
        validate(&known, &described);
    }
    validate(&known, &introspect("nonsense"));
    validate(&refused_body(), &refresh(app, &json!("nonsense")).json());
}

#[test]
fn required_parameters_are_required() {
    let app = TestApp::new();
    let missed = |row: &EndpointCall, name: &str| -> Reply {
        // A missing client or redirect URI is reported on a page; all other errors are redirected to the client.
        let hint = request("admin@demo01");
        let fields: Vec<_> = hint.into_iter().filter(|(own, _)| *own != name).collect();
        reply(
            app.call(Method::POST, row.path)
                .header("content-type", FORM)
                .body(encoded(&fields))
                .raw(),
        )
    };
    for row in ENDPOINT_CALLS
        .iter()
        .filter(|row| row.method == Method::POST)
    {
        for field in row.takes.iter().filter(|field| field.required) {
            let told = match (row.id, field.name) {
                ("sign_in", "client_id" | "redirect_uri") => {
                    missed(row, field.name).page(400).to_owned()
                }
                ("sign_in", _) => missed(row, field.name).sent_back("invalid_request"),
                ("introspect_token", _) => continue,
                _ => missed(row, field.name).refused(400, "invalid_request"),
            };
            assert!(told.contains(field.name), "{told}");
        }
    }
}

/// Sends a form in parts to the token endpoint; time is simulated.
fn send<S: Stream<Item = io::Result<&'static str>> + Send + 'static>(
    app: &TestApp,
    length: Option<u64>,
    parts: S,
) -> Reply {
    let mut request = Request::post("/oauth/token").header(header::HOST, "127.0.0.1:8000");
    if let Some(length) = length {
        request = request.header(header::CONTENT_LENGTH, length);
    }
    let request = request.header(header::CONTENT_TYPE, FORM);
    let request = request.body(Body::from_stream(parts)).unwrap();
    let answer = app.runtime.block_on(async {
        let (head, body) = app
            .router
            .clone()
            .oneshot(request)
            .await
            .unwrap()
            .into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        http::Response::from_parts(head, String::from_utf8(body.to_vec()).unwrap())
    });
    reply(answer)
}

#[test]
fn rejects_forms_that_are_too_large_too_slow_or_truncated() {
    let app = TestApp::new;
    // A declared length is rejected without waiting for the body.
    send(&app(), Some(64 * 1024 + 1), stream::pending()).refused(413, "invalid_request");
    let long = stream::repeat_with(|| Ok("a=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa&"));
    send(&app(), None, long).refused(413, "invalid_request");
    let breaks_off = stream::iter([Ok("grant_type="), Err(io::Error::other("gone"))]);
    let told = send(&app(), None, breaks_off).refused(400, "invalid_request");
    assert_eq!(told, "the body is incomplete");
    let told = send(&app(), None, stream::pending()).refused(408, "invalid_request");
    assert_eq!(told, "the body did not arrive within 30 seconds");
}
