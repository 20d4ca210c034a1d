//! What a key should be, as control calls say it.

use jiff::{SignedDuration, Timestamp};
use schemas::{Preset, ScopeSet, Tier, api_keys::CreateApiKey};
use serde::Deserialize;

use super::super::{ControlBody, ControlError};
use crate::{
    clock,
    keys::{Expiry, NewKey},
};

/// Which key to make: what the API takes, too, or how long from now on it is valid.
#[derive(Deserialize)]
pub(in crate::control) struct New {
    #[serde(flatten)]
    key: CreateApiKey,
    /// A duration from now on, on the organization's clock.
    expires_in: Option<String>,
}

impl ControlBody for New {
    const CALL: &str = "mint_key";
}

/// How to change a key. What is not said stays as it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::control) struct Change {
    preset: Option<Preset>,
    scopes: Option<ScopeSet>,
    tier: Option<Tier>,
    expires_in: Option<String>,
    expires_at: Option<String>,
}

impl ControlBody for Change {
    const CALL: &str = "change_key";
}

/// What of a key changes.
pub(super) struct Changed {
    /// What it may do.
    pub scopes: Option<ScopeSet>,
    /// How often.
    pub tier: Option<Tier>,
    /// When it expires.
    pub expiry: Option<Expiry>,
}

impl New {
    /// The key, as it is wanted at `now`.
    pub(in crate::control) fn read(self, now: Timestamp) -> Result<NewKey, ControlError> {
        let new = NewKey::wanted(self.key).map_err(|error| ControlError::conflict(&error))?;
        match self.expires_in {
            None => Ok(new),
            Some(text) => new
                .expiring_in(duration("expires_in", &text)?, now)
                .map_err(|error| ControlError::conflict(&error)),
        }
    }
}

impl Change {
    /// The change, as it is wanted at `now`.
    pub(super) fn read(self, now: Timestamp) -> Result<Changed, ControlError> {
        Ok(Changed {
            // By the schema, they are said in one way.
            scopes: self.preset.map(Preset::scopes).or(self.scopes),
            tier: self.tier,
            expiry: expiry(self.expires_in.as_deref(), self.expires_at.as_deref(), now)?,
        })
    }
}

/// When a key expires, if that is said: by the schema, in one way.
fn expiry(
    expires_in: Option<&str>,
    expires_at: Option<&str>,
    now: Timestamp,
) -> Result<Option<Expiry>, ControlError> {
    let at = match (expires_in, expires_at) {
        (None, None) => return Ok(None),
        (Some(text), _) => now
            .checked_add(duration("expires_in", text)?)
            .map_err(|error| ControlError::conflict(&error))?,
        (None, Some(text)) => text
            .parse()
            .map_err(|error: jiff::Error| ControlError::invalid("expires_at", &error))?,
    };
    Ok(Some(Expiry::At(at)))
}

/// A duration in a field, which is one by the schema.
pub(in crate::control) fn duration(
    field: &str,
    text: &str,
) -> Result<SignedDuration, ControlError> {
    clock::duration(text).map_err(|error| ControlError::invalid(field, &error))
}
