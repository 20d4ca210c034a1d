//! The control API is as the table describes it.

use std::collections::BTreeSet;

use http::Method;
use proptest::{prelude::*, string::string_regex};
use schemas::{
    ErrorCode,
    control::{CALLS, CONTROL_PREFIX, ControlCall, Field, Kind, Takes},
};
use serde_json::{Value, json};

use super::{mistakes, wrong};
use crate::{
    response::Response,
    test_app::{Call, Organization, TestApp},
};

/// A request with this method to the path of a row.
fn call(organization: &Organization, row: &ControlCall, method: Method) -> Call {
    let path = row.path.replace("{organization}", &organization.name);
    let path = path.replace("{id}", "key_1");
    let target = format!("{CONTROL_PREFIX}{path}");
    organization.app.call(method, &target)
}

#[track_caller]
fn send(row: &ControlCall, wanted: &Value) -> Response {
    let (organization, _) = Organization::new();
    let call = call(&organization, row, row.method.clone());
    call.body(wanted.to_string()).send()
}

/// The words in backticks.
fn known(refusal: &str) -> BTreeSet<&str> {
    refusal.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_row_of_the_table_is_served() {
    for row in CALLS {
        let (organization, _) = Organization::new();
        let answer = match row.id {
            // These must not wait, nor read a stream that never ends.
            "wait_for_requests" => call(&organization, row, Method::GET).query("count=0"),
            "follow_requests" => call(&organization, row, Method::HEAD),
            _ => call(&organization, row, row.method.clone()).body("{}"),
        };
        let answer = answer.raw();
        if answer.status().is_success() {
            assert_eq!(answer.status(), row.success, "{row:?}");
            continue;
        }
        let there = [
            ErrorCode::ValidationError,
            ErrorCode::EntityNotFound,
            ErrorCode::Conflict,
        ];
        let refused = answer.body();
        let known = there.iter().any(|code| refused.contains(code.as_str()));
        assert!(
            known || refused.contains("no request has the id"),
            "{row:?}: {refused}"
        );
    }
}

#[test]
fn paths_accept_only_the_methods_of_the_table() {
    let organization = TestApp::new().organization();
    for row in CALLS {
        for method in [
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ] {
            let mut same = CALLS.iter().filter(|other| other.path == row.path);
            if !same.any(|other| other.method == method) {
                let answer = call(&organization, row, method).send();
                answer.refused(ErrorCode::MethodNotAllowed);
            }
        }
    }
}

#[test]
fn bodies_have_exactly_the_fields_of_the_table() {
    let with_fields = |row: &&ControlCall| matches!(row.takes, Takes::Fields(..));
    for row in CALLS.iter().filter(with_fields) {
        let refused = mistakes(send(row, &json!({"nobodys": 1})));
        let (_, refused) = refused
            .iter()
            .find(|(field, _)| field == "nobodys")
            .unwrap();
        let fields: BTreeSet<_> = row.fields().iter().map(|field| field.name).collect();
        assert_eq!(known(refused), fields, "{}: {refused}", row.id);
        for field in row.fields().iter().filter(|field| field.required) {
            let refused = wrong(field.name, send(row, &json!({})));
            assert_eq!(refused, "is required");
        }
    }
}

/// A value of each JSON type that a field does not accept, and the place that the error names.
fn wrong_types(field: &Field) -> Vec<(Value, String)> {
    let validator = jsonschema::validator_for(&field.kind.schema()).unwrap();
    let all = [
        Value::Null,
        json!(true),
        json!(-7),
        json!(7.5),
        json!("nothing like it"),
        json!([[]]),
        json!({"colour": 1}),
    ];
    let wrong = all.into_iter().filter(|value| !validator.is_valid(value));
    let takes_list = matches!(
        field.kind,
        Kind::Scopes | Kind::TokenScopes | Kind::Keys | Kind::RedirectUris | Kind::Expectations
    );
    wrong
        .map(|value| {
            let item = if takes_list && value.is_array() {
                "[0]"
            } else {
                ""
            };
            (value, format!("{}{item}", field.name))
        })
        .collect()
}

/// A value of the correct type that a field does not accept, and the place that the error names.
fn wrong_values(field: &Field) -> Vec<(Value, String)> {
    let item = |value, at: &str| (json!([value]), format!("{}[0]{at}", field.name));
    match field.kind {
        Kind::Scopes => vec![
            (json!(["orders:read", ""]), format!("{}[1]", field.name)),
            item(json!("admin:write"), ""),
        ],
        Kind::TokenScopes => vec![(json!(["admin:write", ""]), format!("{}[1]", field.name))],
        Kind::Keys => vec![
            item(json!({}), ""),
            item(json!({"preset": "orders", "scopes": []}), ""),
            item(json!({"preset": "orders", "tier": "gold"}), ".tier"),
            item(json!({"preset": "orders", "colour": 1}), ".colour"),
        ],
        Kind::RedirectUris => vec![
            item(json!("https://app.example/cb#x"), ""),
            item(json!("javascript:x"), ""),
        ],
        Kind::Expectations => vec![
            item(json!({"colour": 1}), ".colour"),
            item(json!({"operation": "paint"}), ".operation"),
            item(json!({"headers": {"a b": "c"}}), ".headers"),
            item(json!({"pointers": {"title": 1}}), ".pointers"),
            item(json!({"schema": {"type": "colour"}}), ""),
            item(json!({"exactly": 1, "at_least": 1}), ""),
        ],
        Kind::ClientSecret => vec![(json!(""), field.name.to_owned())],
        Kind::Name => vec![(json!("x".repeat(101)), field.name.to_owned())],
        // The wrong types already include a text that does not match the pattern.
        Kind::Text
        | Kind::Bool
        | Kind::Claims
        | Kind::Scenario
        | Kind::Organization
        | Kind::ClientId
        | Kind::Endpoint
        | Kind::Clock
        | Kind::Time
        | Kind::Duration
        | Kind::Wait
        | Kind::Factor
        | Kind::Preset
        | Kind::Tier
        | Kind::Status
        | Kind::ListenerFault
        | Kind::Count
        | Kind::Answered
        | Kind::AnsweredOrStatus
        | Kind::ErrorCode
        | Kind::Operation
        | Kind::Parameters
        | Kind::Headers
        | Kind::HeaderCondition
        | Kind::JsonCondition
        | Kind::Json
        | Kind::Pointers
        | Kind::JsonSchema => Vec::new(),
    }
}

#[test]
fn invalid_fields_are_named() {
    let with_fields = |row: &&ControlCall| matches!(row.takes, Takes::Fields(..));
    for row in CALLS.iter().filter(with_fields) {
        for field in row.fields() {
            let wrong = wrong_types(field).into_iter().chain(wrong_values(field));
            for (value, place) in wrong {
                // Where several fields are required, the errors for the missing ones are reported as well.
                let mut refused = mistakes(send(row, &json!({field.name: value})));
                refused.retain(|(field, why)| !field.is_empty() && why != "is required");
                let named: Vec<_> = refused.iter().map(|(field, _)| field.as_str()).collect();
                assert_eq!(named, [place.as_str()], "{} {value}", row.id);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn values_matching_a_pattern_are_accepted(
        clock in text(Kind::Clock), time in text(Kind::Time), duration in text(Kind::Duration), wait in text(Kind::Wait),
    ) {
        let app = TestApp::new();
        // A time beyond the range of a clock is a conflict, not an invalid field.
        let understood = |response: Response| {
            let status = response.status.as_u16();
            assert!([200, 201, 409].contains(&status), "{response}");
        };
        let made = app.control(Method::POST, "/organizations", json!({"clock": clock}));
        understood(made);
        let organization = app.organization();
        for (path, body) in [
            ("/clock/set", json!({"to": time})),
            ("/clock/advance", json!({"by": duration})),
            ("/keys", json!({"preset": "orders", "expires_in": duration})),
            ("/keys", json!({"preset": "orders", "expires_at": time})),
        ] {
            understood(organization.control(Method::POST, path, body));
        }
        let wait = format!("/journal/wait?count=0&timeout={wait}");
        understood(organization.control(Method::GET, &wait, ()));
    }
}

/// Texts that the pattern of a kind allows.
fn text(kind: Kind) -> impl Strategy<Value = String> {
    let schema = kind.schema();
    let pattern = schema["pattern"].as_str().unwrap();
    let pattern = pattern.trim_start_matches('^').trim_end_matches('$');
    string_regex(pattern).unwrap()
}

#[test]
fn queries_have_exactly_the_parameters_of_the_table() {
    let organization = TestApp::new().organization();
    for row in CALLS.iter().filter(|row| !row.query.is_empty()) {
        let call = call(&organization, row, row.method.clone());
        let refused = wrong("nobodys", call.query("nobodys=1").send());
        let names: BTreeSet<_> = row.query.iter().map(|field| field.name).collect();
        assert_eq!(known(&refused), names, "{}: {refused}", row.id);
    }
}

#[test]
fn path_that_is_not_utf_8_is_rejected_in_json() {
    let (organization, _) = Organization::new();
    for row in CALLS.iter().filter(|row| row.path.contains('{')) {
        let own = row.path.replace("{organization}", &organization.name);
        let nobody = row.path.replace("{organization}", "%FF");
        for path in [own, nobody]
            .iter()
            .filter(|path| path.contains(['%', '{']))
        {
            for bytes in ["%FF", "%AA%00"] {
                let path = path.replace("{id}", bytes);
                let target = format!("{CONTROL_PREFIX}{path}");
                let call = organization.app.call(row.method.clone(), &target);
                let refused = call.send();
                assert_eq!(refused.status, 404, "{target}: {refused}");
                assert!(refused.json()["message"].is_string(), "{target}");
            }
        }
    }
}
