//! The authorization server, under a tag of its own. All of it is assumed, so a document without assumed parts leaves it out.

use serde_json::{Map, Value, json};

use super::{at_origin, reference, security, sentence};
use crate::{
    Evidence, Scope,
    oauth::{
        AUTHORIZE, Callers, ENDPOINT_CALLS, EndpointCall, FORM, FormField, Returns, TOKEN,
        refused_body,
    },
    source,
};

/// The name of the tag.
const TAG: &str = "oauth";
/// The name of the response of every rejected request.
const REFUSED: &str = "OauthRefused";

/// The Tag Object.
pub(super) fn tag() -> Value {
    json!({
        "name": TAG,
        "description": "The authorization server: OAuth 2.0 with PKCE, for users who sign in. The vendor's \
                        page names no endpoints; these follow the RFCs.",
    })
}

/// Adds the authorization server's paths. They are not under the API's prefix, so they have servers of their own.
pub(super) fn add_paths(paths: &mut Map<String, Value>) {
    for endpoint_call in ENDPOINT_CALLS {
        let item = paths.entry(endpoint_call.path).or_insert_with(at_origin);
        item[endpoint_call.method.as_str().to_lowercase()] = operation(endpoint_call);
    }
}

/// The response that all its endpoints share.
pub(super) fn response() -> (String, Value) {
    let response = json!({
        "description": "The request is invalid; `error` says how, as RFC 6749 has it.",
        "content": {"application/json": {"schema": refused_body()}},
        "x-evidence": Evidence::Assumed,
        "x-source": source::OURS,
    });
    (REFUSED.to_owned(), response)
}

/// The flow that issues access tokens. OpenAPI cannot express PKCE.
pub(super) fn flows(scopes: impl Iterator<Item = (Scope, &'static str)>) -> Value {
    let scopes: Map<_, _> = scopes
        .map(|(scope, does)| (scope.to_string(), json!(does)))
        .collect();
    json!({"authorizationCode": {
        "authorizationUrl": AUTHORIZE,
        "tokenUrl": TOKEN,
        "refreshUrl": TOKEN,
        "scopes": scopes,
    }})
}

fn operation(endpoint_call: &EndpointCall) -> Value {
    let mut operation = json!({
        "operationId": endpoint_call.id,
        "summary": sentence(endpoint_call.does),
        "tags": [TAG],
        "responses": responses(endpoint_call.returns),
        "security": security(endpoint_call.callers),
        "x-evidence": Evidence::Assumed,
        "x-source": source::OURS,
    });
    if endpoint_call.method == http::Method::POST {
        operation["requestBody"] =
            json!({"required": true, "content": {FORM: {"schema": endpoint_call.form()}}});
    } else {
        operation["parameters"] = endpoint_call.takes.iter().map(query_parameter).collect();
    }
    operation
}

fn query_parameter(field: &FormField) -> Value {
    json!({
        "name": field.name,
        "in": "query",
        "required": field.required,
        "description": field.is,
        "schema": field.value.schema(),
    })
}

fn responses(returns: Returns) -> Value {
    let text = |media_type: &str| json!({media_type: {"schema": {"type": "string"}}});
    let mut responses = match returns {
        Returns::Json(schema) => json!({
            "200": {"description": "As asked.", "content": {"application/json": {"schema": schema()}}},
        }),
        Returns::PageOrRedirect => json!({
            "200": {"description": "The sign-in page.", "content": text("text/html")},
            "303": {
                "description": "A redirect to the client, with a code or an error.",
                "headers": {"Location": {
                    "description": "The redirect URI with `code`, or `error` and `error_description`, and `state` and `iss`.",
                    "required": true,
                    "schema": {"type": "string"},
                }},
            },
            "400": {
                "description": "A page with the error: of the form, or of the client or redirect URI, where no redirect is \
                                safe.",
                "content": text("text/html"),
            },
        }),
        Returns::Nothing => {
            json!({"200": {"description": "The token is no longer valid."}})
        }
        Returns::Stylesheet => json!({
            "200": {"description": "The stylesheet.", "content": text("text/css")},
        }),
    };
    responses["default"] = reference("responses", REFUSED);
    responses
}

fn security(callers: Callers) -> Value {
    match callers {
        Callers::All => json!([]),
        Callers::Clients => json!([{}, {security::CLIENT: []}]),
        Callers::Members => {
            json!([{}, {security::CLIENT: []}, {security::API_KEY: []}, {security::ACCESS_TOKEN: []}])
        }
    }
}
