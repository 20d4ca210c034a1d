//! An error of the contract, or any other status in its shape.

use http::{HeaderValue, StatusCode, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use serde_json::json;

use super::{Behaviour, Context, FaultKind, responses};
use crate::response::FaultResponse;

/// An error with a given status, in the contract's shape; from the authorization server, in that of RFC 6749, with `code`
/// as its `error` and `message` as its `error_description`.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Error {
    /// Its status.
    pub status: u16,
    /// Its code; by default the contract's code for the status, or one derived from the status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Its message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Seconds in `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

impl Behaviour for Error {
    const KIND: FaultKind = FaultKind::Answer;
    const EXAMPLES: &[&str] = &["status=418", "status=500"];

    fn check(&self) -> Result<(), String> {
        responses::status(self.status, 400..=599).map(drop)
    }

    fn respond(&self, context: Context<'_>) -> Option<FaultResponse> {
        let status = StatusCode::from_u16(self.status).ok()?;
        let mut body = responses::body(status, context);
        let is_oauth = context.endpoint.is_some();
        let [code, message] = if is_oauth {
            ["error", "error_description"]
        } else {
            ["code", "message"]
        };
        let said = [(code, &self.code), (message, &self.message)];
        for (name, text) in said {
            if let Some(text) = text {
                body[name] = json!(text);
            }
        }
        let mut response = FaultResponse::json(status, &body);
        if status == StatusCode::UNAUTHORIZED && !is_oauth {
            let challenge = HeaderValue::from_static(schemas::headers::CHALLENGE_INVALID);
            response.headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.retry_after {
            response.headers.insert(header::RETRY_AFTER, seconds.into());
        }
        Some(response)
    }
}

#[cfg(test)]
mod tests {
    use schemas::{Entity, ErrorCode, documents::Document};
    use serde_json::Value;
    use strum::VariantArray;

    use super::{super::example, *};
    use schemas::oauth::Endpoint;

    fn response(fault: Value) -> Value {
        let fault: Error = serde_json::from_value(fault).unwrap();
        let context = example::CONTEXT;
        serde_json::from_slice(&fault.respond(context).unwrap().body).unwrap()
    }

    #[test]
    fn documented_errors_are_complete() {
        for code in ErrorCode::VARIANTS {
            let status = code.status().as_u16();
            let body = response(json!({"status": status}));
            let text: ErrorCode = body["code"].as_str().unwrap().parse().unwrap();
            let schema = Document::Error(text).committed();
            let schema = serde_json::from_str(schema).unwrap();
            jsonschema::validate(&schema, &body).unwrap();
        }
    }

    #[test]
    fn not_found_names_the_requested_object_only() {
        let fault = example::fault("error;status=404");
        let response = |about| {
            let response = fault.respond(Context {
                about,
                ..example::CONTEXT
            });
            serde_json::from_slice::<Value>(&response.unwrap().body).unwrap()
        };
        assert_eq!(
            response(Some((Entity::JobSearch, "7"))),
            json!({
                "code": "ENTITY_NOT_FOUND",
                "message": "Job search with identifier 7 not found",
                "entity_type": "job_search",
                "identifier": "7",
            })
        );
        let of_a_list = response(None);
        assert_eq!(of_a_list["code"], "NOT_FOUND");
        assert_eq!(of_a_list.get("identifier"), None);
    }

    #[test]
    fn uses_the_given_message() {
        let text = response(json!({"status": 503, "code": "DOWN"}));
        assert_eq!(
            text,
            json!({"code": "DOWN", "message": "The service is temporarily unavailable"})
        );
        let own = response(json!({"status": 401, "message": "No"}));
        assert_eq!(
            own,
            json!({"code": "AUTHENTICATION_ERROR", "message": "No"})
        );
    }

    #[test]
    fn errors_of_the_authorization_server_have_the_format_of_oauth() {
        let response = |fault: &str| {
            let context = Context {
                endpoint: Some(Endpoint::Token),
                ..example::CONTEXT
            };
            let response = example::fault(fault).respond(context).unwrap();
            assert!(!response.headers.contains_key(header::WWW_AUTHENTICATE));
            serde_json::from_slice::<Value>(&response.body).unwrap()
        };
        assert_eq!(
            response("error;status=503"),
            json!({"error": "temporarily_unavailable", "error_description": "Service Unavailable"})
        );
        assert_eq!(
            response("error;status=400;code=invalid_grant;message=No"),
            json!({"error": "invalid_grant", "error_description": "No"})
        );
        assert_eq!(response("error;status=401")["error"], "invalid_client");
    }

    #[test]
    fn unauthorized_has_a_challenge() {
        let fault = example::fault("error;status=401");
        let response = fault.respond(example::CONTEXT).unwrap();
        let challenge = response.headers[header::WWW_AUTHENTICATE].to_str().unwrap();
        assert!(challenge.starts_with("Bearer "));
    }
}
