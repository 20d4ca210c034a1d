//! The fields of a form.

use http::{Method, header};
use serde_json::Value;
use url::form_urlencoded;

use crate::selftest::target::PatchedRequest;

const FORM: &str = "application/x-www-form-urlencoded";

pub(super) fn is_post(request: &PatchedRequest, path: &str) -> bool {
    request.head.method == Method::POST && request.path() == path
}

fn fields(request: &PatchedRequest) -> Vec<(String, String)> {
    form_urlencoded::parse(&request.body).into_owned().collect()
}

/// The first value of a field.
pub(super) fn field(request: &PatchedRequest, name: &str) -> Option<String> {
    let mut fields = fields(request).into_iter();
    fields.find_map(|(own, value)| (own == name).then_some(value))
}

fn set_fields(request: &mut PatchedRequest, fields: &[(String, String)]) {
    let mut form = form_urlencoded::Serializer::new(String::new());
    request.body = form.extend_pairs(fields).finish().into();
}

pub(super) fn remove_field(request: &mut PatchedRequest, name: &str) {
    let mut fields = fields(request);
    fields.retain(|(own, _)| own != name);
    set_fields(request, &fields);
}

/// Replaces all values of a field.
pub(super) fn set_field(request: &mut PatchedRequest, name: &str, value: &str) {
    remove_field(request, name);
    let mut fields = fields(request);
    fields.push((name.to_owned(), value.to_owned()));
    set_fields(request, &fields);
}

/// Converts a JSON object into a form.
pub(super) fn from_json(request: &mut PatchedRequest) {
    let body = serde_json::from_slice(&request.body).unwrap_or_default();
    if !is_post(request, super::TOKEN) {
        return;
    }
    if let Value::Object(body) = body {
        let field = |(name, value): (String, Value)| Some((name, value.as_str()?.to_owned()));
        let fields: Vec<_> = body.into_iter().filter_map(field).collect();
        set_fields(request, &fields);
        request.set_header(header::CONTENT_TYPE, FORM);
    }
}
