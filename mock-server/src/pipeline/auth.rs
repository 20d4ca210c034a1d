//! Resolves the `Authorization` header to an API key or an access token, or 401.
//!
//! Every cause gets the same 401. The cause is only in the journal and the log.

use std::{borrow::Cow, sync::Arc};

use http::{HeaderMap, header};
use jiff::Timestamp;
use schemas::{
    ErrorCode,
    key::{ApiKey, Environment},
};

use crate::{
    app::App,
    handlers::ApiError,
    tenants::{KeyRef, Organization, OrganizationError, TokenRef, TooManyKeys, UnknownKey},
};

/// The credential that a request claims, before it is checked.
#[derive(Debug)]
pub(super) enum Claim {
    /// A credential that exists on this server, valid or not.
    Known(Credential),
    /// No credential, and the cause. `presented`: there was a bearer token.
    Unauthenticated {
        presented: bool,
        cause: Cow<'static, str>,
    },
    /// A credential that would be valid if there were room for its organization.
    NoRoom(OrganizationError),
}

/// A credential.
#[derive(Debug)]
pub(crate) enum Credential {
    Key(KeyRef),
    Token(TokenRef),
}

impl Credential {
    /// The organization that owns the credential.
    pub(super) fn organization(&self) -> &Arc<Organization> {
        match self {
            Self::Key(key) => &key.organization,
            Self::Token(token) => &token.organization,
        }
    }
}

impl Claim {
    /// The organization of the credential, if it is known.
    pub(super) fn organization(&self) -> Option<&Organization> {
        match self {
            Self::Known(credential) => Some(credential.organization()),
            Self::Unauthenticated { .. } | Self::NoRoom(_) => None,
        }
    }

    /// The credential, or 401.
    pub(super) fn credential(&self) -> Result<&Credential, ApiError> {
        match self {
            Self::Known(credential) => Ok(credential),
            Self::Unauthenticated { presented, cause } => Err(ApiError::Unauthenticated {
                presented: *presented,
                cause: cause.as_ref().into(),
            }),
            Self::NoRoom(error) => Err(ApiError::plain(
                ErrorCode::ServiceUnavailable,
                error.to_string(),
            )),
        }
    }
}

/// Parses the `Authorization` header. There must be exactly one, with the scheme `Bearer` in any case, and a test
/// key or an access token.
pub(super) fn claim(app: &App, headers: &HeaderMap, machine: Timestamp) -> Claim {
    let unauthenticated = |presented, cause: &'static str| Claim::Unauthenticated {
        presented,
        cause: cause.into(),
    };
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = match (values.next(), values.next()) {
        (None, _) => return unauthenticated(false, "there is no Authorization header"),
        (Some(_), Some(_)) => {
            return unauthenticated(true, "there is more than one Authorization header");
        }
        (Some(value), None) => value,
    };
    let Ok(value) = value.to_str() else {
        return unauthenticated(true, "the Authorization header is not visible ASCII");
    };
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return unauthenticated(
            false,
            "the scheme of the Authorization header is not Bearer",
        );
    }
    resolve(app, token.trim(), machine).unwrap_or_else(|cause| Claim::Unauthenticated {
        presented: true,
        cause,
    })
}

/// Resolves a text. An access token contains dots, which no key does.
fn resolve(app: &App, text: &str, machine: Timestamp) -> Result<Claim, Cow<'static, str>> {
    if text.contains('.') {
        let token = app.tenants.resolve_token(text, machine);
        return token
            .map(|token| Claim::Known(Credential::Token(token)))
            .map_err(|unknown| unknown.to_string().into());
    }
    let key = ApiKey::parse(text).map_err(|malformed| malformed.to_string())?;
    match key.environment() {
        Environment::Live => Err("it is a live key; live keys are never accepted".into()),
        Environment::Test => match app.tenants.resolve(&key, machine) {
            Ok(key) => Ok(Claim::Known(Credential::Key(key))),
            Err(UnknownKey::NoRoom(error)) => Ok(Claim::NoRoom(error)),
            Err(UnknownKey::Full(TooManyKeys::Memory(over))) => Ok(Claim::NoRoom(over.into())),
            Err(unknown) => Err(unknown.to_string().into()),
        },
    }
}
