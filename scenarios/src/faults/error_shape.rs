//! Errors in another shape than the contract's.

use http::{HeaderValue, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Applies, Behaviour, Context, FaultKind};
use crate::response::FaultResponse;

/// An error has another shape than the contract's, whatever its cause. Other responses stay unchanged.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorShape {
    /// The shape.
    pub is: ErrorForm,
}

/// The shape of an error.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorForm {
    /// `code` is missing.
    NoCode,
    /// `code` is unknown.
    WrongCode,
    /// `code` is the status, as a number.
    NumericCode,
    /// `message` is missing.
    NoMessage,
    /// `message` is in German.
    Localized,
    /// `detail` is missing.
    NoDetail,
    /// `detail` is a string.
    DetailText,
    /// `detail` is named `details`.
    Details,
    /// The error is in a field `error`.
    Nested,
    /// The error is the only item of a list `errors`.
    Listed,
    /// Problem details (RFC 9457), with their media type.
    Problem,
    /// The message only, as plain text.
    PlainText,
    /// No body.
    Empty,
}

impl Behaviour for ErrorShape {
    const KIND: FaultKind = FaultKind::Edit;
    const APPLIES: Applies = Applies::Errors;
    const EXAMPLES: &[&str] = &["is=plain_text, error;status=403"];

    fn edit(&self, response: &mut FaultResponse, _: Context<'_>) {
        let status = response.status;
        response.edit_json(|body| self.is.reshape(body, status.as_u16()));
        let media_type = match self.is {
            ErrorForm::Empty => {
                response.body.clear();
                response.headers.remove(header::CONTENT_TYPE);
                return;
            }
            ErrorForm::PlainText => {
                let message = serde_json::from_slice::<String>(&response.body);
                response.body = message.unwrap_or_default().into();
                "text/plain; charset=utf-8"
            }
            ErrorForm::Problem => "application/problem+json",
            ErrorForm::NoCode
            | ErrorForm::WrongCode
            | ErrorForm::NumericCode
            | ErrorForm::NoMessage
            | ErrorForm::Localized
            | ErrorForm::NoDetail
            | ErrorForm::DetailText
            | ErrorForm::Details
            | ErrorForm::Nested
            | ErrorForm::Listed => return,
        };
        response
            .headers
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    }
}

impl ErrorForm {
    fn reshape(self, error: &mut Value, status: u16) {
        let Value::Object(fields) = error else { return };
        let message = fields.get("message").cloned().unwrap_or_default();
        let mut set = |name: &str, value| drop(fields.insert(name.to_owned(), value));
        match self {
            Self::WrongCode => set("code", json!("E_4711")),
            Self::NumericCode => set("code", json!(status)),
            Self::Localized => set(
                "message",
                json!("Die Anfrage konnte nicht verarbeitet werden"),
            ),
            Self::DetailText => set("detail", message),
            Self::NoCode => drop(fields.remove("code")),
            Self::NoMessage => drop(fields.remove("message")),
            Self::NoDetail => drop(fields.remove("detail")),
            Self::Details => {
                let detail = fields.remove("detail");
                fields.insert("details".to_owned(), detail.unwrap_or_else(|| json!({})));
            }
            Self::Nested => *error = json!({"error": error.take()}),
            Self::Listed => *error = json!({"errors": [error.take()]}),
            Self::Problem => {
                *error = json!({"type": "about:blank", "title": message, "status": status});
            }
            Self::PlainText => *error = message,
            Self::Empty => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::example, *};

    const FORBIDDEN: u16 = 403;

    #[test]
    fn gives_errors_the_chosen_shape() {
        let (code, message, detail) = (json!("AUTHORIZATION_ERROR"), json!("No"), json!({"a": 1}));
        let whole = json!({"code": code, "message": message, "detail": detail});
        let german = "Die Anfrage konnte nicht verarbeitet werden";
        for (is, expected) in [
            ("no_code", json!({"message": message, "detail": detail})),
            (
                "wrong_code",
                json!({"code": "E_4711", "message": message, "detail": detail}),
            ),
            (
                "numeric_code",
                json!({"code": 403, "message": message, "detail": detail}),
            ),
            ("no_message", json!({"code": code, "detail": detail})),
            (
                "localized",
                json!({"code": code, "message": german, "detail": detail}),
            ),
            ("no_detail", json!({"code": code, "message": message})),
            (
                "detail_text",
                json!({"code": code, "message": message, "detail": message}),
            ),
            (
                "details",
                json!({"code": code, "message": message, "details": detail}),
            ),
            ("nested", json!({"error": whole})),
            ("listed", json!({"errors": [whole]})),
            (
                "problem",
                json!({"type": "about:blank", "title": "No", "status": 403}),
            ),
        ] {
            let fault = format!("error_shape;is={is}");
            let response = example::response_edited_by(&fault, FORBIDDEN, &whole);
            let seen: Value = serde_json::from_slice(&response.body).unwrap();
            assert_eq!(seen, expected, "{is}");
            assert_eq!(example::edited(&fault, &whole), whole, "{is} of a success");
        }
        let plain = example::response_edited_by("error_shape;is=plain_text", FORBIDDEN, &whole);
        assert_eq!(
            (&*plain.body, &plain.headers[header::CONTENT_TYPE]),
            (
                &b"No"[..],
                &HeaderValue::from_static("text/plain; charset=utf-8")
            )
        );
        let empty = example::response_edited_by("error_shape;is=empty", FORBIDDEN, &whole);
        assert!(empty.body.is_empty() && empty.headers.is_empty());
    }
}
