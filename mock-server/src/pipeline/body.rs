//! Reads the body of operations that take one, which must be declared as JSON and be valid JSON.

use axum::body::Body;
use http::{HeaderMap, header};
use schemas::{ErrorCode, Operation};
use serde_json::Value;

use super::{
    capturing::Capturing,
    received::{receive, too_large},
};
use crate::{
    app::App,
    config::limits::MAX_BODY,
    handlers::{ApiError, CheckedBody},
};

/// Reads the body, and validates it against its schema. If the operation takes no body, the body stays unread, and
/// any `Content-Type` is accepted: the vendor's samples send one with `GET`. Fields that this server does not serve
/// count as unknown, and are ignored.
pub(super) async fn read(
    app: &App,
    operation: &Operation,
    headers: &HeaderMap,
    body: &mut Option<Body>,
    capturing: &mut Capturing,
) -> Result<Option<CheckedBody>, ApiError> {
    let long_work = &app.long_work;
    let Some(document) = operation.request else {
        return Ok(None);
    };
    check_type(headers)?;
    let body = body.take().unwrap_or_default();
    let received = receive(app, body, MAX_BODY).await?;
    capturing.received(&received.bytes);
    let (app, length) = (app.clone(), received.bytes.len());
    let check = move || {
        let mut body = json(&received.bytes)?;
        if let Some(documented) = &app.documented {
            documented.apply(document, &mut body);
        }
        Ok(Some(CheckedBody::new(document, body)))
    };
    long_work.on(length, check).await
}

/// Parses a body as JSON, or returns a 400 that states the error.
pub(crate) fn json(bytes: &[u8]) -> Result<Value, ApiError> {
    serde_json::from_slice(bytes).map_err(|error| not_json(bytes, &error))
}

/// 400, with the reason why the body is not JSON.
pub(crate) fn not_json(bytes: &[u8], error: &serde_json::Error) -> ApiError {
    let marks: [(&[u8], _); 3] = [
        (b"\xef\xbb\xbf", "UTF-8"),
        (b"\xff\xfe", "UTF-16"),
        (b"\xfe\xff", "UTF-16"),
    ];
    let mark = marks.iter().find(|(mark, _)| bytes.starts_with(mark));
    let message = match mark {
        Some((_, encoding)) => format!(
            "the body begins with a byte order mark of {encoding}; send JSON as UTF-8 without one"
        ),
        None => format!("the body is not JSON: {error}"),
    };
    ApiError::plain(ErrorCode::InvalidJson, message)
}

/// Rejects a body by its headers, before it is read.
fn check_type(headers: &HeaderMap) -> Result<(), ApiError> {
    let unsupported =
        |message: &'static str| Err(ApiError::plain(ErrorCode::UnsupportedMediaType, message));
    let text = |name| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or_default().trim())
    };
    let media_type =
        text(header::CONTENT_TYPE).map(|value| value.split(';').next().unwrap_or_default().trim());
    if !media_type.is_some_and(|media_type| media_type.eq_ignore_ascii_case("application/json")) {
        return unsupported("send the body as Content-Type: application/json");
    }
    if text(header::CONTENT_ENCODING).is_some_and(|coding| !coding.eq_ignore_ascii_case("identity"))
    {
        return unsupported("send the body without a Content-Encoding");
    }
    match text(header::CONTENT_LENGTH).map(str::parse::<u64>) {
        Some(Ok(length)) if length > MAX_BODY as u64 => Err(too_large(MAX_BODY)),
        _ => Ok(()),
    }
}
