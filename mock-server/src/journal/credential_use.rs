//! The credential of a request, as the journal keeps it.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use strum::IntoStaticStr;

use crate::{
    keys::{Key, KeyRejection, MaskedKey},
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

/// The credential of a request.
#[derive(Clone, Debug)]
pub(crate) enum CredentialUse {
    /// A key of the organization.
    Key {
        /// The index of the key.
        index: usize,
        /// The masked key.
        masked: MaskedKey,
    },
    /// A token, by its claims. Its text is not kept.
    Token(Arc<AccessToken>),
}

/// Why a credential is invalid.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub(crate) enum CredentialRejection {
    #[error(transparent)]
    Key(#[from] KeyRejection),
    #[error(transparent)]
    Token(#[from] TokenRejection),
}

impl CredentialUse {
    /// The kind of the credential.
    pub(crate) fn kind(&self) -> CredentialKind {
        match self {
            Self::Key { .. } => CredentialKind::ApiKey,
            Self::Token(_) => CredentialKind::Oauth,
        }
    }

    /// The masked key, if the credential is a key.
    pub(crate) fn masked_key(&self) -> Option<&str> {
        match self {
            Self::Key { masked, .. } => Some(masked),
            Self::Token(_) => None,
        }
    }

    /// Its key, among those of the organization, if the credential is one.
    pub(crate) fn key<'a>(&self, keys: &'a [Key]) -> Option<&'a Key> {
        match self {
            Self::Key { index, .. } => keys.get(*index),
            Self::Token(_) => None,
        }
    }

    /// The subject, if the credential is a token.
    pub(crate) fn subject(&self) -> Option<&str> {
        match self {
            Self::Key { .. } => None,
            Self::Token(token) => Some(&token.subject),
        }
    }
}

impl CredentialRejection {
    /// The state in one word, such as `revoked` or `expired`.
    pub(crate) fn state(self) -> &'static str {
        match self {
            Self::Key(rejection) => rejection.state(),
            Self::Token(rejection) => rejection.state(),
        }
    }

    /// When the credential became invalid, if it was ever valid and the time was recorded.
    pub(crate) fn since(self) -> Option<Timestamp> {
        match self {
            Self::Key(rejection) => rejection.since(),
            Self::Token(rejection) => rejection.since(),
        }
    }
}
