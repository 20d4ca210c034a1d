//! Requested keys: the common form of requests to the API and to the control API.

use jiff::{SignedDuration, Timestamp};
use schemas::{
    Preset, ScopeSet, Tier,
    api_keys::CreateApiKey,
    key::{ApiKey, redact},
};

use super::{Expiry, Key, KeyDefinition, KeyHash, KeyId, Revocation};

/// A key to register.
#[derive(Debug)]
pub(crate) struct NewKey {
    /// A display name.
    pub name: Option<String>,
    /// What it allows.
    pub scopes: ScopeSet,
    /// The tier, which sets the rate limits.
    pub tier: Tier,
    pub expiry: Expiry,
}

impl NewKey {
    /// The key that a valid body requests. A preset is resolved to its scopes. Fails if `expires_at` is not a time,
    /// which the schema rules out.
    pub(crate) fn from_request(body: CreateApiKey) -> Result<Self, jiff::Error> {
        let expires_at = body.expires_at.as_deref().map(str::parse).transpose()?;
        Ok(Self {
            name: body.name,
            scopes: body
                .preset
                .map(Preset::scopes)
                .or(body.scopes)
                .unwrap_or_default(),
            tier: body.tier,
            expiry: expires_at.map(Expiry::at).unwrap_or_default(),
        })
    }

    /// A key with the scopes, tier and expiry of `key`. A self-revocation is not copied.
    pub(crate) fn copy_of(key: &Key) -> Self {
        let definition = &key.definition;
        Self {
            name: definition.name.as_deref().map(Into::into),
            scopes: definition.scopes,
            tier: definition.tier,
            expiry: key
                .expires_at()
                .map_or_else(|| definition.expiry.clone(), Expiry::at),
        }
    }

    /// The same key, expiring this long after `now`. Fails if that is beyond the range of [`Timestamp`].
    pub(crate) fn expiring_in(
        self,
        duration: SignedDuration,
        now: Timestamp,
    ) -> Result<Self, jiff::Error> {
        let expiry = Expiry::at(now.checked_add(duration)?);
        Ok(Self { expiry, ..self })
    }

    /// The definition of this key, with an id and a text.
    pub(crate) fn definition(self, id: KeyId, key: &ApiKey, now: Timestamp) -> KeyDefinition {
        KeyDefinition {
            id,
            hash: KeyHash::of(key),
            name: self.name.map(|name| redact(&name).into()),
            masked: key.into(),
            scopes: self.scopes,
            tier: self.tier,
            expiry: self.expiry,
            revocation: Revocation::Never,
            created_at: now.into(),
        }
    }
}
