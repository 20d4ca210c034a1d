//! The control API, under a tag of its own. All of it is assumed, so a document without assumed parts leaves it out.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{at_origin, reference, schemas::Schemas, sentence};
use crate::{
    ErrorCode, Evidence, Profile,
    control::{CALLS, CONTROL_PREFIX, CONTROL_TOKEN, ControlCall},
    documents::Document,
    source,
};

/// The name of the tag.
pub(super) const TAG: &str = "sandbox";
const SCHEME: &str = "controlToken";
/// The name of the response of every rejected request.
const REFUSED: &str = "ControlRefused";
/// The errors that it covers.
const ERRORS: &[ErrorCode] = &[
    ErrorCode::InvalidRequest,
    ErrorCode::InvalidJson,
    ErrorCode::AuthenticationError,
    ErrorCode::NotFound,
    ErrorCode::EntityNotFound,
    ErrorCode::MethodNotAllowed,
    ErrorCode::Conflict,
    ErrorCode::PayloadTooLarge,
    ErrorCode::ValidationError,
    ErrorCode::NotImplemented,
    ErrorCode::ServiceUnavailable,
];

/// The Tag Object.
pub(super) fn tag() -> Value {
    json!({
        "name": TAG,
        "description": "The control API of the sandbox, for tests. The vendor does not have it.",
    })
}

/// Adds the control API's paths to those of the API. They are not under the API's prefix, so they have servers of their own.
pub(super) fn add_paths(paths: &mut Map<String, Value>) {
    for control_call in CALLS {
        let path = format!("{CONTROL_PREFIX}{}", control_call.path);
        let item = paths.entry(path).or_insert_with(at_origin);
        item[control_call.method.as_str().to_lowercase()] = operation(control_call);
    }
}

/// The response that all its operations share.
pub(super) fn response(schemas: &Schemas) -> (String, Value) {
    let documents: Vec<_> = ERRORS.iter().copied().map(Document::Error).collect();
    let response = json!({
        "description": "The request is invalid; the message says what would be right.",
        "content": schemas.content_of(&documents),
        "x-evidence": Evidence::Assumed,
        "x-source": source::OURS,
    });
    (REFUSED.to_owned(), response)
}

/// The security scheme of the control API.
pub(super) fn scheme(profile: Profile) -> Option<(String, Value)> {
    let scheme = json!({
        "type": "apiKey",
        "in": "header",
        "name": CONTROL_TOKEN,
        "description": "The token of `--control-token`. A server without one serves it on loopback \
                        addresses only.",
        "x-evidence": Evidence::Assumed,
        "x-source": source::OURS,
    });
    (profile == Profile::Everything).then(|| (SCHEME.to_owned(), scheme))
}

fn operation(control_call: &ControlCall) -> Value {
    let mut success = json!({"description": sentence(control_call.does)});
    if control_call.success != StatusCode::NO_CONTENT {
        let kind = match control_call.media_type {
            "application/json" => "object",
            _ => "string",
        };
        let schema = control_call
            .returns
            .map_or_else(|| json!({"type": kind}), |schema| schema());
        success["content"] = json!({control_call.media_type: {"schema": schema}});
    }
    let mut operation = json!({
        "operationId": control_call.id,
        "summary": sentence(control_call.does),
        "tags": [TAG],
        "parameters": parameters(control_call),
        "responses": {
            control_call.success.as_str(): success,
            "default": reference("responses", REFUSED),
        },
        "security": [{}, {SCHEME: []}],
        "x-evidence": Evidence::Assumed,
        "x-source": source::OURS,
    });
    if let Some(body) = control_call.body() {
        operation["requestBody"] = json!({
            "required": control_call.needs_body(),
            "content": {"application/json": {"schema": body}},
        });
    }
    operation
}

fn parameters(control_call: &ControlCall) -> Value {
    let named = [
        (
            "organization",
            "An organization's name, or `self` for the organization of the bearer key.",
        ),
        (
            "id",
            "The id of the key, the order, the address, the request or the client.",
        ),
    ];
    let in_path = named
        .into_iter()
        .filter(|(name, _)| control_call.path.contains(&format!("{{{name}}}")))
        .map(|(name, description)| {
            json!({
                "name": name,
                "in": "path",
                "required": true,
                "description": description,
                "schema": {"type": "string", "minLength": 1},
            })
        });
    let in_query = control_call.query.iter().map(|field| {
        json!({
            "name": field.name,
            "in": "query",
            "required": field.required,
            "schema": field.kind.schema(),
        })
    });
    in_path.chain(in_query).collect()
}
