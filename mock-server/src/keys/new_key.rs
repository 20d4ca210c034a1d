//! Keys that somebody wants: what callers of the API and of the control API say, as one thing.

use jiff::{SignedDuration, Timestamp};
use schemas::{
    Preset, ScopeSet, Tier,
    api_keys::CreateApiKey,
    key::{ApiKey, redact},
};

use super::{Expiry, Key, KeyDefinition, KeyHash, Revocation};

/// What a key that is registered may do.
#[derive(Debug)]
pub(crate) struct NewKey {
    /// A name for people.
    pub name: Option<String>,
    /// What it may do.
    pub scopes: ScopeSet,
    /// How often.
    pub tier: Tier,
    /// When it expires.
    pub expiry: Expiry,
}

impl NewKey {
    /// The key that a body asks for, which keeps its schema: the scopes are said in one way. An error where
    /// `expires_at` is not a time, which the schema rules out.
    pub(crate) fn wanted(body: CreateApiKey) -> Result<Self, jiff::Error> {
        let expires_at = body.expires_at.as_deref().map(str::parse).transpose()?;
        Ok(Self {
            name: body.name,
            scopes: body
                .preset
                .map(Preset::scopes)
                .or(body.scopes)
                .unwrap_or_default(),
            tier: body.tier,
            expiry: expires_at.map(Expiry::At).unwrap_or_default(),
        })
    }

    /// One that may do what `key` may, for as long. That a key revokes itself is not passed on.
    pub(crate) fn like(key: &Key) -> Self {
        let definition = &key.definition;
        Self {
            name: definition.name.clone(),
            scopes: definition.scopes,
            tier: definition.tier,
            expiry: key.expires_at().map_or(definition.expiry, Expiry::At),
        }
    }

    /// The same, but it expires so long after `now`; an error where that is after the end of time.
    pub(crate) fn expiring_in(
        self,
        duration: SignedDuration,
        now: Timestamp,
    ) -> Result<Self, jiff::Error> {
        let expiry = Expiry::At(now.checked_add(duration)?);
        Ok(Self { expiry, ..self })
    }

    /// What is kept of a key that is so, and has this id and this text.
    pub(crate) fn definition(self, id: String, key: &ApiKey, now: Timestamp) -> KeyDefinition {
        KeyDefinition {
            id,
            hash: KeyHash::of(key),
            name: self.name.map(|name| redact(&name).into_owned()),
            masked: key.masked().into(),
            scopes: self.scopes,
            tier: self.tier,
            expiry: self.expiry,
            revocation: Revocation::Never,
            created_at: now,
        }
    }
}
