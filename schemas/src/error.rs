//! The error codes of the contract, and the bodies that carry them.
//!
//! All bodies are flat: `code`, `message`, then fields specific to the error.

use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use strum::{Display, EnumMessage, EnumString, IntoStaticStr, VariantArray};

use crate::{
    Evidence, ScopeSet,
    evidence::{
        Evidence::{Assumed, Documented, Guide},
        source,
    },
};

/// The `message` of every 401. All causes share one text, because unknown, revoked, expired, malformed, live and missing keys
/// must be indistinguishable (vendor's security note).
pub const AUTHENTICATION_MESSAGE: &str = "Authentication failed";

/// The `code` of an error. The status always follows from the code.
#[derive(
    Clone,
    Copy,
    Debug,
    Display,
    EnumMessage,
    EnumString,
    Eq,
    Hash,
    IntoStaticStr,
    PartialEq,
    VariantArray,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorCode {
    /// The key is missing, malformed, unknown, expired, revoked, or a live key.
    AuthenticationError,
    /// The key lacks a scope that the operation needs.
    AuthorizationError,
    /// The key's quota is used up. The code is in lower case, unlike all others, as the vendor writes it.
    #[strum(serialize = "rate_limit_exceeded")]
    RateLimitExceeded,
    /// The object does not exist, or belongs to another organization.
    EntityNotFound,
    /// The body or a query parameter is invalid.
    ValidationError,
    /// The body is not JSON.
    InvalidJson,
    /// The state of the object does not allow the request.
    Conflict,
    /// The request itself is malformed, for example without `Host`.
    InvalidRequest,
    /// The path is unknown.
    NotFound,
    /// The path exists, but not with this method.
    MethodNotAllowed,
    /// The body did not arrive in time.
    RequestTimeout,
    /// The body is too large.
    PayloadTooLarge,
    /// The request target is too long.
    UriTooLong,
    /// The body is not declared as JSON.
    UnsupportedMediaType,
    /// The header section is too large.
    HeadersTooLarge,
    /// The server has a defect.
    InternalError,
    /// The body has a transfer coding that the server does not support.
    NotImplemented,
    /// The server has no capacity for the request or for the caller's organization.
    ServiceUnavailable,
}

/// The facts about an error code.
#[derive(Clone, Copy, Debug)]
pub struct ErrorFacts {
    /// Its status.
    pub status: u16,
    /// The shape of its body.
    pub shape: ErrorShape,
    /// How well it is founded.
    pub evidence: Evidence,
    /// The page that documents it.
    pub source: &'static str,
}

/// The shapes of error bodies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ErrorShape {
    /// [`PlainError`]
    Plain,
    /// [`AuthorizationError`]
    Authorization,
    /// [`NotFoundError`]
    NotFound,
    /// [`ValidationError`]
    Validation,
}

impl ErrorCode {
    /// The code on the wire.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Its row of the table.
    pub const fn facts(self) -> ErrorFacts {
        use ErrorShape::{Authorization, NotFound, Plain, Validation};
        let (status, shape, evidence, source) = match self {
            Self::AuthenticationError => (401, Plain, Documented, source::AUTHENTICATION),
            Self::AuthorizationError => (403, Authorization, Documented, source::AUTHENTICATION),
            Self::RateLimitExceeded => (429, Plain, Documented, source::AUTHENTICATION),
            Self::EntityNotFound => (404, NotFound, Guide, source::ERRORS),
            Self::ValidationError => (422, Validation, Assumed, source::ERRORS),
            Self::InvalidJson | Self::InvalidRequest => (400, Plain, Assumed, source::ERRORS),
            Self::Conflict => (409, Plain, Assumed, source::SEARCH_EDITING),
            Self::NotFound => (404, Plain, Assumed, source::HTTP),
            Self::MethodNotAllowed => (405, Plain, Assumed, source::HTTP),
            Self::RequestTimeout => (408, Plain, Assumed, source::HTTP),
            Self::PayloadTooLarge => (413, Plain, Assumed, source::HTTP),
            Self::UriTooLong => (414, Plain, Assumed, source::HTTP),
            Self::UnsupportedMediaType => (415, Plain, Assumed, source::HTTP),
            Self::HeadersTooLarge => (431, Plain, Assumed, source::HTTP),
            Self::InternalError => (500, Plain, Assumed, source::OURS),
            Self::NotImplemented => (501, Plain, Assumed, source::HTTP),
            Self::ServiceUnavailable => (503, Plain, Assumed, source::OURS),
        };
        ErrorFacts {
            status,
            shape,
            evidence,
            source,
        }
    }

    /// Its status.
    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.facts().status).expect("every row of the table has a status")
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// An error with only a code and a message.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "documented"))]
pub struct PlainError {
    /// The error code.
    #[schemars(with = "String")]
    pub code: ErrorCode,
    /// A message for people.
    #[schemars(length(min = 1))]
    pub message: String,
}

/// The key lacks a scope.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "documented"))]
pub struct AuthorizationError {
    /// The error code.
    #[schemars(with = "String")]
    pub code: ErrorCode,
    /// Lists every scope that the operation needs.
    #[schemars(regex(
        pattern = r"^Insufficient permissions\. Required scopes: [a-z_]+:[a-z]+(, [a-z_]+:[a-z]+)*$"
    ))]
    pub message: String,
    /// The scopes that the operation needs, and those that the key holds.
    pub detail: ScopeDetail,
}

/// What an operation needs and what the key holds.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct ScopeDetail {
    /// All scopes that the operation needs, including those that the key holds.
    #[schemars(
        with = "Vec<String>",
        length(min = 1),
        inner(regex(pattern = "^[a-z_]+:[a-z]+$"))
    )]
    pub required_scopes: ScopeSet,
    /// All scopes that the key holds.
    #[schemars(with = "Vec<String>", inner(regex(pattern = "^[a-z_]+:[a-z]+$")))]
    pub user_scopes: ScopeSet,
}

impl AuthorizationError {
    /// The documented body for a key that holds `held` at an operation that needs `required`.
    pub fn new(required: ScopeSet, held: ScopeSet) -> Self {
        Self {
            code: ErrorCode::AuthorizationError,
            message: format!("Insufficient permissions. Required scopes: {required}"),
            detail: ScopeDetail {
                required_scopes: required,
                user_scopes: held,
            },
        }
    }
}

/// The object does not exist.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "guide"))]
pub struct NotFoundError {
    /// The error code.
    #[schemars(with = "String")]
    pub code: ErrorCode,
    /// A message for people.
    #[schemars(length(min = 1))]
    pub message: String,
    /// The kind of the requested object, such as `order`.
    #[schemars(length(min = 1))]
    pub entity_type: String,
    /// The identifier in the request.
    pub identifier: String,
}

impl NotFoundError {
    /// No object of this kind has this identifier.
    pub fn new(entity: &str, identifier: impl Into<String>) -> Self {
        let identifier = identifier.into();
        let mut kind = entity.replace('_', " ");
        kind[..1].make_ascii_uppercase();
        Self {
            code: ErrorCode::EntityNotFound,
            message: format!("{kind} with identifier {identifier} not found"),
            entity_type: entity.to_owned(),
            identifier,
        }
    }
}

/// Parts of the request are invalid.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(extend("x-evidence" = "assumed"))]
pub struct ValidationError {
    /// The error code.
    #[schemars(with = "String")]
    pub code: ErrorCode,
    /// A message for people.
    #[schemars(length(min = 1))]
    pub message: String,
    /// The invalid parts.
    pub detail: ValidationDetail,
}

/// The invalid parts of a request.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct ValidationDetail {
    /// One entry for each invalid part.
    #[schemars(length(min = 1))]
    pub validation_errors: Vec<FieldError>,
}

/// An invalid part of a request.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct FieldError {
    /// The place: a query parameter, or a path into the body such as `companies[0].company_name`.
    pub field: String,
    /// What is wrong, and what would be right.
    #[schemars(length(min = 1))]
    pub error: String,
    /// The value in the request; `null` if there is none.
    pub provided: Value,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_codes_are_spelled_as_by_the_vendor() {
        let documented: Vec<_> = ErrorCode::VARIANTS
            .iter()
            .filter(|code| code.facts().evidence == Documented)
            .map(|code| (code.as_str(), code.status().as_u16()))
            .collect();
        assert_eq!(
            documented,
            [
                ("AUTHENTICATION_ERROR", 401),
                ("AUTHORIZATION_ERROR", 403),
                ("rate_limit_exceeded", 429)
            ]
        );
    }
}
