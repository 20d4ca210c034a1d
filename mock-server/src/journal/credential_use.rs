//! The credential that a request came with, as the journal keeps it.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use strum::IntoStaticStr;

use crate::{
    keys::KeyRejection,
    tokens::{AccessToken, TokenRejection},
};

/// A kind of credential.
#[derive(Clone, Copy, Debug, Eq, Hash, IntoStaticStr, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub(crate) enum CredentialKind {
    /// An API key.
    ApiKey,
    /// An access token.
    Oauth,
}

/// The credential that a request came with.
#[derive(Clone, Debug)]
pub(crate) enum CredentialUse {
    /// A key of the organization.
    Key {
        /// Which.
        index: usize,
        /// As it may be shown.
        masked: Arc<str>,
    },
    /// A token, by what it says; its text is not kept.
    Token(Arc<AccessToken>),
}

/// Why a credential was not valid.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub(crate) enum CredentialRejection {
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyRejection),
    /// A token.
    #[error(transparent)]
    Token(#[from] TokenRejection),
}

impl CredentialUse {
    /// What kind it is.
    pub(crate) fn kind(&self) -> CredentialKind {
        match self {
            Self::Key { .. } => CredentialKind::ApiKey,
            Self::Token(_) => CredentialKind::Oauth,
        }
    }

    /// The key as it may be shown.
    pub(crate) fn masked_key(&self) -> Option<&str> {
        match self {
            Self::Key { masked, .. } => Some(masked),
            Self::Token(_) => None,
        }
    }

    /// Whose token it is.
    pub(crate) fn subject(&self) -> Option<&str> {
        match self {
            Self::Key { .. } => None,
            Self::Token(token) => Some(&token.subject),
        }
    }
}

impl CredentialRejection {
    /// In a word, such as `revoked` or `expired`.
    pub(crate) fn state(self) -> &'static str {
        match self {
            Self::Key(rejection) => rejection.state(),
            Self::Token(rejection) => rejection.state(),
        }
    }

    /// Since when, if it ever was valid and that was noted.
    pub(crate) fn since(self) -> Option<Timestamp> {
        match self {
            Self::Key(rejection) => rejection.since(),
            Self::Token(rejection) => rejection.since(),
        }
    }
}
