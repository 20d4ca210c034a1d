//! Errors of the authorization server, with their codes and statuses.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use schemas::oauth::OauthErrorBody;
use strum::IntoStaticStr;

use crate::pipeline::{endpoint::Refusal, received::Late};

/// The codes of RFC 6749 §4.1.2.1 and §5.2, and those of its extensions.
#[derive(Clone, Copy, Debug, Eq, IntoStaticStr, PartialEq)]
#[strum(serialize_all = "snake_case")]
pub(super) enum OauthCode {
    AccessDenied,
    InvalidClient,
    InvalidGrant,
    InvalidRequest,
    InvalidScope,
    /// RFC 6750 §3.1.
    InvalidToken,
    /// OpenID Connect Core §3.1.2.6.
    LoginRequired,
    /// OpenID Connect Core §3.1.2.6.
    RequestNotSupported,
    /// OpenID Connect Core §3.1.2.6.
    RequestUriNotSupported,
    TemporarilyUnavailable,
    UnsupportedGrantType,
    UnsupportedResponseType,
}

/// Why a request is rejected. The description never contains parts of the request.
#[derive(Clone, Debug)]
pub(super) struct OauthError {
    pub(super) code: OauthCode,
    pub(super) description: String,
    status: StatusCode,
    /// The authentication scheme that the client used.
    challenge: Option<&'static str>,
}

impl OauthError {
    pub(super) fn new(code: OauthCode, description: impl Into<String>) -> Self {
        let unauthorized = matches!(code, OauthCode::InvalidClient | OauthCode::InvalidToken);
        let status = if unauthorized {
            StatusCode::UNAUTHORIZED
        } else {
            StatusCode::BAD_REQUEST
        };
        Self {
            code,
            description: description.into(),
            status,
            challenge: None,
        }
    }

    /// An error with the most common code.
    pub(super) fn invalid_request(description: impl Into<String>) -> Self {
        Self::new(OauthCode::InvalidRequest, description)
    }

    /// The same error, with the challenge of a scheme.
    pub(super) fn challenged(self, challenge: &'static str) -> Self {
        Self {
            challenge: Some(challenge),
            ..self
        }
    }

    /// The error in the form that the journal records.
    pub(super) fn refusal(&self) -> Refusal {
        let code: &'static str = self.code.into();
        Refusal(format!("{code}: {}", self.description).into())
    }

    pub(super) fn too_large() -> Self {
        Self {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            ..Self::invalid_request("the body is too large")
        }
    }

    /// 408: the body did not arrive in time.
    pub(super) fn late(late: &Late) -> Self {
        Self {
            status: StatusCode::REQUEST_TIMEOUT,
            ..Self::invalid_request(late.to_string())
        }
    }

    pub(super) fn wrong_method() -> Self {
        Self {
            status: StatusCode::METHOD_NOT_ALLOWED,
            ..Self::invalid_request("this endpoint does not allow this method")
        }
    }
}

impl IntoResponse for OauthError {
    fn into_response(self) -> Response {
        let code: &'static str = self.code.into();
        let body = OauthErrorBody {
            error: code,
            error_description: &self.description,
        };
        let mut response = (self.status, NO_STORE, Json(body)).into_response();
        response.extensions_mut().insert(self.refusal());
        if let Some(challenge) = self.challenge {
            let challenge = HeaderValue::from_static(challenge);
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// Headers of responses that must not be cached (RFC 6749 §5.1).
pub(super) const NO_STORE: [(header::HeaderName, HeaderValue); 2] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::PRAGMA, HeaderValue::from_static("no-cache")),
];
