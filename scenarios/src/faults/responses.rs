//! Shared by the faults that respond, and by those that refer to other hosts or ports.

use std::{collections::HashMap, ops::RangeInclusive, sync::LazyLock};

use http::StatusCode;
use schemas::{ErrorCode, documents::Document, error::NotFoundError, examples};
use serde_json::{Value, json};
use strum::VariantArray;

use super::Context;

/// A status within bounds, or an error that states the bounds.
pub(super) fn status(status: u16, within: RangeInclusive<u16>) -> Result<StatusCode, String> {
    let (least, max) = (within.start(), within.end());
    let known = StatusCode::from_u16(status).ok();
    known
        .filter(|status| within.contains(&status.as_u16()))
        .ok_or_else(|| format!("status {status} is not from {least} to {max}"))
}

/// The body of an error with this status: the contract's example for it. A status that the contract does not have gets the
/// fields that every error has. A 404 names the object of the request; without one, the path is unknown.
pub(super) fn body(status: StatusCode, context: Context<'_>) -> Value {
    static BODIES: LazyLock<HashMap<StatusCode, Value>> = LazyLock::new(|| {
        // If several errors share a status, the first is the most common one.
        let codes = ErrorCode::VARIANTS.iter().rev();
        let bodies = codes.map(|code| (code.status(), examples::body(Document::Error(*code))));
        bodies.collect()
    });
    if context.endpoint.is_some() {
        return oauth_body(status);
    }
    if status == StatusCode::NOT_FOUND {
        return match context.about {
            Some((entity, id)) => json!(NotFoundError::new(entity.as_str(), id)),
            None => examples::body(Document::Error(ErrorCode::NotFound)),
        };
    }
    let words = status.canonical_reason().unwrap_or("Error");
    let code = words.to_uppercase().replace([' ', '-'], "_");
    let known = BODIES.get(&status).cloned();
    known.unwrap_or_else(|| json!({"code": code, "message": words}))
}

/// The body of an error of the authorization server (RFC 6749 §5.2 and §4.1.2.1).
fn oauth_body(status: StatusCode) -> Value {
    let error = match status {
        StatusCode::UNAUTHORIZED => "invalid_client",
        StatusCode::FORBIDDEN => "access_denied",
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            "temporarily_unavailable"
        }
        status if status.is_server_error() => "server_error",
        _ => "invalid_request",
    };
    let words = status.canonical_reason().unwrap_or("Error");
    json!({"error": error, "error_description": words})
}

/// The same port on another host.
pub(super) fn other_host(host: &str) -> String {
    let (_, port) = name_and_port(host);
    format!("127.0.0.2:{port}")
}

/// The next port on the same host.
pub(super) fn other_port(host: &str) -> String {
    let (name, port) = name_and_port(host);
    let next = port.parse::<u16>().unwrap_or(80).wrapping_add(1).max(1);
    format!("{name}:{next}")
}

fn name_and_port(host: &str) -> (&str, &str) {
    host.rsplit_once(':').unwrap_or((host, "80"))
}

/// Replaces `{other_host}` and `{other_port}` in a text.
pub(super) fn with_places(text: &str, host: &str) -> String {
    text.replace("{other_host}", &other_host(host))
        .replace("{other_port}", &other_port(host))
}
