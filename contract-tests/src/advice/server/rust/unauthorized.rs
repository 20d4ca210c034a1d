use http::{Response, StatusCode, header};

/// The only place that makes a 401, for every method and every cause. It takes no cause, so it cannot reveal one.
pub fn unauthorized(bearer_was_sent: bool) -> http::Result<Response<String>> {
    let challenge = if bearer_was_sent {
        r#"Bearer realm="openprospect", error="invalid_token""#
    } else {
        r#"Bearer realm="openprospect""#
    };
    let body = r#"{"code":"AUTHENTICATION_ERROR","message":"Authentication failed"}"#;
    Response::builder()
        .status(StatusCode::UNAUTHORIZED)
        .header(header::WWW_AUTHENTICATE, challenge)
        .header(header::CONTENT_TYPE, "application/json")
        .body(body.to_owned())
}
