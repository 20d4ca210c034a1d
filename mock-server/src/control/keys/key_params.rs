//! What a key should be, as control calls say it.

use jiff::{SignedDuration, Timestamp};
use schemas::{Preset, ScopeSet, Tier};
use serde::Deserialize;

use super::super::{ControlBody, ControlError};
use crate::{clock, keys::Expiry, tenants::NewKey};

/// Which key to make: `preset` or `scopes`, and what else it has.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::control) struct New {
    name: Option<String>,
    preset: Option<Preset>,
    scopes: Option<ScopeSet>,
    #[serde(default)]
    tier: Tier,
    /// A duration from now on, on the organization's clock.
    expires_in: Option<String>,
    /// RFC 3339.
    expires_at: Option<String>,
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
        let expiry = expiry(self.expires_in.as_deref(), self.expires_at.as_deref(), now)?;
        Ok(NewKey {
            name: self.name,
            scopes: scopes(self.preset, self.scopes).unwrap_or_default(),
            tier: self.tier,
            expiry: expiry.unwrap_or_default(),
        })
    }
}

impl Change {
    /// The change, as it is wanted at `now`.
    pub(super) fn read(self, now: Timestamp) -> Result<Changed, ControlError> {
        Ok(Changed {
            scopes: scopes(self.preset, self.scopes),
            tier: self.tier,
            expiry: expiry(self.expires_in.as_deref(), self.expires_at.as_deref(), now)?,
        })
    }
}

/// What a key may do, if that is said: by the schema, in one way.
fn scopes(preset: Option<Preset>, scopes: Option<ScopeSet>) -> Option<ScopeSet> {
    preset.map(Preset::scopes).or(scopes)
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
