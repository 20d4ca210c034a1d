//! The authorization server is the one that the table, and with it the OpenAPI document, describes.

use http::{Method, StatusCode};
use schemas::oauth::{ENDPOINT_CALLS, EndpointCall, FORM, Returns, refused_body};
use serde_json::{Value, json};

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

/// The schema of what an endpoint returns.
#[track_caller]
fn schema(id: &str) -> Value {
    match row(id).returns {
        Returns::Json(schema) => schema(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_row_is_there_and_its_path_has_no_other_method() {
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
fn what_is_returned_is_what_the_table_says() {
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
fn what_has_to_be_there_is_missed() {
    let app = TestApp::new();
    let missed = |row: &EndpointCall, name: &str| -> Reply {
        // Of the client, and where it wants its user back, a page says that they are missing; of the rest, it is told.
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
