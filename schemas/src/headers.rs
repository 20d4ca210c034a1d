//! Names and fixed values of the headers in the contract, and which responses state the caller's quota.

use crate::ErrorCode;

/// Number of requests that the key may make in the window. Assumed: the vendor names no headers but `Retry-After`.
pub const RATE_LIMIT: &str = "x-ratelimit-limit";
/// Number of requests left in the window. Assumed.
pub const RATE_REMAINING: &str = "x-ratelimit-remaining";
/// When the window ends, in epoch seconds. Assumed.
pub const RATE_RESET: &str = "x-ratelimit-reset";
/// The state of the closest policy, in the syntax of the IETF draft. Assumed.
pub const IETF_RATE_LIMIT: &str = "ratelimit";
/// The policies of the key, in the syntax of the IETF draft. Assumed.
pub const IETF_RATE_POLICY: &str = "ratelimit-policy";
/// Identifies a request, so that the server's operator can find it. Assumed.
pub const REQUEST_ID: &str = "x-request-id";

/// Reports that the organization was evicted and starts afresh. Only a sandbox sends it.
pub const EVICTED: &str = "x-mock-evicted";

/// The challenge to a caller who presented no credentials (RFC 6750 §3: no `error`).
pub const CHALLENGE: &str = r#"Bearer realm="openprospect""#;
/// The challenge to every rejected credential, whatever the cause.
pub const CHALLENGE_INVALID: &str = r#"Bearer realm="openprospect", error="invalid_token", error_description="Authentication failed""#;

/// The challenge to a key that lacks a scope; `scope` names what the operation needs.
pub fn challenge_scope(required: crate::ScopeSet) -> String {
    format!(
        r#"Bearer realm="openprospect", error="insufficient_scope", scope="{}""#,
        required.join(" ")
    )
}

/// Whether a response states the quota of the key that the request used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Quota {
    /// It does: every success, and every error after the key was accepted. Assumed.
    Told,
    /// It depends on how far the server processed the request.
    Perhaps,
    /// It does not: no key was checked, or the key was rejected.
    Untold,
}

/// Whether an error states the quota.
pub fn quota(code: ErrorCode) -> Quota {
    match code {
        ErrorCode::AuthenticationError
        | ErrorCode::NotFound
        | ErrorCode::MethodNotAllowed
        | ErrorCode::UriTooLong
        | ErrorCode::HeadersTooLarge
        | ErrorCode::NotImplemented => Quota::Untold,
        ErrorCode::InvalidRequest | ErrorCode::InternalError | ErrorCode::ServiceUnavailable => {
            Quota::Perhaps
        }
        ErrorCode::AuthorizationError
        | ErrorCode::RateLimitExceeded
        | ErrorCode::EntityNotFound
        | ErrorCode::ValidationError
        | ErrorCode::InvalidJson
        | ErrorCode::Conflict
        | ErrorCode::RequestTimeout
        | ErrorCode::PayloadTooLarge
        | ErrorCode::UnsupportedMediaType => Quota::Told,
    }
}
