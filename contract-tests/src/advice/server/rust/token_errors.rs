use std::collections::HashMap;

use http::{Response, StatusCode, header};

/// Which error of RFC 6749 §5.2 a token request has, in the order in which they are looked for.
pub fn problem(form: &[(String, String)], client_is_known: bool) -> Option<&'static str> {
    let fields: HashMap<_, _> = form
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let grant_type = fields.get("grant_type");
    let needed = match grant_type {
        None => return Some("invalid_request"),
        Some(_) if fields.len() < form.len() => return Some("invalid_request"),
        Some(_) if !client_is_known => return Some("invalid_client"),
        Some(&"authorization_code") => "code",
        Some(&"refresh_token") => "refresh_token",
        Some(_) => return Some("unsupported_grant_type"),
    };
    (!fields.contains_key(needed)).then_some("invalid_request")
}

/// `invalid_client` is a 401, with a challenge for a client that used Basic; all others are a 400.
pub fn response(error: &str, used_basic: bool) -> http::Result<Response<String>> {
    let is_client = error == "invalid_client";
    let mut response = Response::builder()
        .status(if is_client {
            StatusCode::UNAUTHORIZED
        } else {
            StatusCode::BAD_REQUEST
        })
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::PRAGMA, "no-cache");
    if is_client && used_basic {
        response = response.header(header::WWW_AUTHENTICATE, r#"Basic realm="token""#);
    }
    response.body(serde_json::json!({"error": error}).to_string())
}
