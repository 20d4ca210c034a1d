//! From the `Authorization` header to a key, or 401.
//!
//! Every cause gets the same 401; which one it was, only the journal and the log know.

use std::borrow::Cow;

use http::{HeaderMap, header};
use jiff::Timestamp;
use schemas::key::{ApiKey, Environment};

use crate::{app::App, handlers::ApiError, tenants::KeyRef};

/// Whose request it is, before anything is judged.
#[derive(Debug)]
pub(super) enum Claim {
    /// A key that is known here, whether it still works or not.
    Key(KeyRef),
    /// None, and why. `presented`: there was a bearer token.
    Unauthenticated {
        presented: bool,
        cause: Cow<'static, str>,
    },
}

impl Claim {
    /// The key, or 401.
    pub(super) fn key(&self) -> Result<&KeyRef, ApiError> {
        match self {
            Self::Key(key) => Ok(key),
            Self::Unauthenticated { presented, cause } => Err(ApiError::Unauthenticated {
                presented: *presented,
                cause: cause.as_ref().into(),
            }),
        }
    }
}

/// Reads the `Authorization` header: exactly one, `Bearer` in any case, then a test key.
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

fn resolve(app: &App, token: &str, machine: Timestamp) -> Result<Claim, Cow<'static, str>> {
    let key = ApiKey::parse(token).map_err(|malformed| malformed.to_string())?;
    match key.environment() {
        Environment::Live => {
            tracing::warn!(
                "a LIVE key was sent to this sandbox; it was neither used nor kept. \
                 Find the program that uses it, and consider rotating the key"
            );
            Err("it is a live key; live keys are never accepted".into())
        }
        Environment::Test => app
            .tenants
            .resolve(&key, machine)
            .map(Claim::Key)
            .map_err(|unknown| unknown.to_string().into()),
    }
}
