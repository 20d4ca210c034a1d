//! Redirects to the client, with a code or an error (RFC 6749 §4.1.2, RFC 9207).

use axum::response::{IntoResponse, Response};
use form_urlencoded::Serializer;
use http::{HeaderValue, StatusCode, header};

use super::error::{NO_STORE, OauthError};

/// A redirect to the client. The URI is registered, so it is safe to send users there.
#[derive(Debug)]
pub(super) struct Redirect {
    pub(super) uri: String,
    /// The `state` of the request.
    pub(super) state: Option<String>,
    pub(super) issuer: String,
}

impl Redirect {
    pub(super) fn with_code(&self, code: &str) -> Response {
        self.with(&[("code", code)])
    }

    pub(super) fn with_error(&self, error: &OauthError) -> Response {
        let code: &'static str = error.code.into();
        let fields = [("error", code), ("error_description", &error.description)];
        let mut response = self.with(&fields);
        response.extensions_mut().insert(error.refusal());
        response
    }

    /// The status is 303, so that browsers do not send the form again (RFC 9700 §4.12).
    fn with(&self, fields: &[(&str, &str)]) -> Response {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(fields);
        if let Some(state) = &self.state {
            query.append_pair("state", state);
        }
        query.append_pair("iss", &self.issuer);
        let joint = if self.uri.contains('?') { '&' } else { '?' };
        let location = format!("{}{joint}{}", self.uri, query.finish());
        // Encoded parameters and registered URIs are visible ASCII.
        let location = HeaderValue::try_from(location).expect("a registered URI and a query");
        let headers = [
            (header::LOCATION, location),
            (
                header::REFERRER_POLICY,
                HeaderValue::from_static("no-referrer"),
            ),
        ];
        (StatusCode::SEE_OTHER, NO_STORE, headers).into_response()
    }

    /// The source that a page's policy must allow for its form, because browsers also apply the policy to the
    /// redirect. Sources cannot contain IPv6 addresses.
    pub(super) fn source(&self) -> String {
        let (scheme, rest) = self.uri.split_once(':').unwrap_or((&self.uri, ""));
        let authority = rest.strip_prefix("//").unwrap_or_default();
        let authority = authority.split(['/', '?']).next().unwrap_or_default();
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:".contains(&byte);
        if !authority.is_empty() && authority.bytes().all(is_host) {
            format!("{scheme}://{authority}")
        } else {
            format!("{scheme}:")
        }
    }
}
