//! The control API is the one that the table describes.

use std::collections::BTreeSet;

use http::Method;
use schemas::{
    ErrorCode,
    control::{CALLS, CONTROL_PREFIX, ControlCall, Takes},
};
use serde_json::json;

use super::why;
use crate::{
    response::Response,
    test_app::{Call, Organization, TestApp},
};

/// A call of this method to the path of a row.
fn call(organization: &Organization, row: &ControlCall, method: Method) -> Call {
    let path = row.path.replace("{organization}", &organization.name);
    let path = path.replace("{id}", "key_1");
    let target = format!("{CONTROL_PREFIX}{path}");
    organization.app.call(method, &target)
}

#[track_caller]
fn send(row: &ControlCall, wanted: &serde_json::Value) -> Response {
    let (organization, _) = Organization::new();
    let call = call(&organization, row, row.method.clone());
    call.body(wanted.to_string()).send()
}

/// What stands in backticks after the first of them.
fn expected(refusal: &str) -> BTreeSet<&str> {
    refusal.split('`').skip(1).step_by(2).skip(1).collect()
}

#[test]
fn every_call_of_the_table_is_there() {
    for row in CALLS {
        let (organization, _) = Organization::new();
        let answer = match row.id {
            // Nothing is waited for, and what never ends is not read.
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
fn no_path_of_the_table_has_another_method() {
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
fn every_body_has_the_fields_of_the_table() {
    let with_fields = |row: &&ControlCall| matches!(row.takes, Takes::Fields(..));
    for row in CALLS.iter().filter(with_fields) {
        let refused = why(send(row, &json!({"nobodys": 1})));
        let fields: BTreeSet<_> = row.fields().iter().map(|field| field.name).collect();
        assert_eq!(expected(&refused), fields, "{}: {refused}", row.id);
        for field in row.fields().iter().filter(|field| field.required) {
            let refused = why(send(row, &json!({})));
            assert_eq!(refused, format!("missing field `{}`", field.name));
        }
    }
}

#[test]
fn every_query_has_the_parameters_of_the_table() {
    let organization = TestApp::new().organization();
    for row in CALLS.iter().filter(|row| !row.query.is_empty()) {
        let call = call(&organization, row, row.method.clone());
        let refused = why(call.query("nobodys=1").send());
        let names: BTreeSet<_> = row.query.iter().map(|field| field.name).collect();
        assert_eq!(expected(&refused), names, "{}: {refused}", row.id);
    }
}
