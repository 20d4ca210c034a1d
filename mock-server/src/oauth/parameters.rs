//! The parameters of a request, from its query or form. Each may occur once, and empty ones count as absent (RFC
//! 6749 §3.1).

use std::collections::HashSet;

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use schemas::oauth::FORM;

use super::error::OauthError;
use crate::app::App;

/// The parameters of a request.
#[derive(Debug, Default)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(super) fn parse(encoded: &[u8]) -> Self {
        let all = form_urlencoded::parse(encoded).into_owned();
        // A parameter without a value counts as absent.
        Self(all.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// The value of a parameter, if it occurs exactly once.
    pub(super) fn once(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(own, _)| own == name);
        match (values.next(), values.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }

    /// Whether a parameter is present.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(own, _)| own == name)
    }

    /// Fails if a parameter occurs more than once.
    pub(super) fn check_repeated(&self) -> Result<(), OauthError> {
        let mut seen = HashSet::new();
        if self.0.iter().all(|(name, _)| seen.insert(name)) {
            Ok(())
        } else {
            Err(OauthError::invalid_request("a parameter is repeated"))
        }
    }

    /// The value of a required parameter.
    pub(super) fn required(&self, name: &str) -> Result<&str, OauthError> {
        let missing = || OauthError::invalid_request(format!("`{name}` is missing"));
        self.once(name).ok_or_else(missing)
    }
}

/// Accepts forms only.
impl FromRequest<App> for Parameters {
    type Rejection = OauthError;

    async fn from_request(request: Request, app: &App) -> Result<Self, OauthError> {
        if !is_form(request.headers()) {
            return Err(OauthError::invalid_request(format!(
                "the body must be a form: Content-Type: {FORM}"
            )));
        }
        let body = Bytes::from_request(request, app).await.map_err(|error| {
            if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
                OauthError::too_large()
            } else {
                OauthError::invalid_request("the body cannot be read")
            }
        })?;
        Ok(Self::parse(&body))
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let (kind, _) = kind.split_once(';').unwrap_or((kind, ""));
    kind.trim().eq_ignore_ascii_case(FORM)
}
