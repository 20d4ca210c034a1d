//! Names and fixed values of the headers the contract speaks of, and which answers tell of a quota.

use crate::ErrorCode;

/// Number of requests that the key may make in the window. Assumed: the vendor names no headers but `Retry-After`.
pub const RATE_LIMIT: &str = "x-ratelimit-limit";
/// Number of requests left in the window. Assumed.
pub const RATE_REMAINING: &str = "x-ratelimit-remaining";
/// When the window ends, in epoch seconds. Assumed.
pub const RATE_RESET: &str = "x-ratelimit-reset";
/// The state of the closest policy, in the words of the IETF draft. Assumed.
pub const IETF_RATE_LIMIT: &str = "ratelimit";
/// The policies of the key, in the words of the IETF draft. Assumed.
pub const IETF_RATE_POLICY: &str = "ratelimit-policy";
/// Names a request, so that who runs the server can find it. Assumed.
pub const REQUEST_ID: &str = "x-request-id";

/// That the organization was evicted and begins anew. Only a sandbox has it.
pub const EVICTED: &str = "x-mock-evicted";

/// The challenge to a caller who presented no credentials (RFC 6750 §3: no `error`).
pub const CHALLENGE: &str = r#"Bearer realm="openprospect""#;
/// The challenge to every credential that was refused, whatever the cause.
pub const CHALLENGE_INVALID: &str = r#"Bearer realm="openprospect", error="invalid_token", error_description="Authentication failed""#;

/// The challenge to a key that lacks a scope; `scope` names what the operation needs.
pub fn challenge_scope(required: crate::ScopeSet) -> String {
    format!(
        r#"Bearer realm="openprospect", error="insufficient_scope", scope="{}""#,
        required.join(" ")
    )
}

/// Whether an answer tells of the quota of the key that it was asked with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Quota {
    /// It does: every success, and every error after the key was found to work. Assumed.
    Told,
    /// It depends on how far the request had come.
    Perhaps,
    /// It does not: no key was looked at, or none that works.
    Untold,
}

/// Whether an error tells of the quota.
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
