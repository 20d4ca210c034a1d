//! Keys and changes in the bodies of control requests.

use jiff::{SignedDuration, Timestamp};
use schemas::{Preset, ScopeSet, Tier, api_keys::CreateApiKey};
use serde::Deserialize;

use super::super::{ControlBody, ControlError};
use crate::{
    clock,
    keys::{Expiry, NewKey},
};

/// A key to create: the fields of the API, and `expires_in`.
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

/// A change of a key. Absent fields stay unchanged.
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

/// The parts of a key that change.
pub(super) struct Changed {
    pub scopes: Option<ScopeSet>,
    pub tier: Option<Tier>,
    pub expiry: Option<Expiry>,
}

impl New {
    /// The key to create at `now`.
    pub(in crate::control) fn read(self, now: Timestamp) -> Result<NewKey, ControlError> {
        let new = NewKey::from_request(self.key).map_err(|error| ControlError::conflict(&error))?;
        match self.expires_in {
            None => Ok(new),
            Some(text) => new
                .expiring_in(duration("expires_in", &text)?, now)
                .map_err(|error| ControlError::conflict(&error)),
        }
    }
}

impl Change {
    /// The change to make at `now`.
    pub(super) fn read(self, now: Timestamp) -> Result<Changed, ControlError> {
        Ok(Changed {
            // The schema allows only one of them.
            scopes: self.preset.map(Preset::scopes).or(self.scopes),
            tier: self.tier,
            expiry: expiry(self.expires_in.as_deref(), self.expires_at.as_deref(), now)?,
        })
    }
}

/// The new expiry, if there is one. The schema allows only one of the fields.
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
    Ok(Some(Expiry::at(at)))
}

/// Parses a duration in a field. The schema has already validated it.
pub(in crate::control) fn duration(
    field: &str,
    text: &str,
) -> Result<SignedDuration, ControlError> {
    clock::duration(text).map_err(|error| ControlError::invalid(field, &error))
}
