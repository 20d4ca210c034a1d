//! What a key should be, as control calls say it.

use jiff::{SignedDuration, Timestamp};
use schemas::{Preset, ScopeSet, Tier};
use serde::Deserialize;

use super::super::ControlError;
use crate::{clock, config::MAX_KEY_NAME, directory::NewKey, keys::Expiry};

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
        let scopes = scopes(self.preset, self.scopes)?;
        if let Some(name) = &self.name
            && name.chars().count() > MAX_KEY_NAME
        {
            let wrong = format!("a key's name has {MAX_KEY_NAME} characters at the most");
            return Err(ControlError::invalid(&wrong));
        }
        Ok(NewKey {
            name: self.name,
            scopes: scopes.ok_or_else(|| ControlError::invalid(&EITHER))?,
            tier: self.tier,
            expiry: expiry.unwrap_or_default(),
        })
    }
}

impl Change {
    /// The change, as it is wanted at `now`.
    pub(super) fn read(self, now: Timestamp) -> Result<Changed, ControlError> {
        let changed = Changed {
            scopes: scopes(self.preset, self.scopes)?,
            tier: self.tier,
            expiry: expiry(self.expires_in.as_deref(), self.expires_at.as_deref(), now)?,
        };
        if changed.scopes.is_none() && changed.tier.is_none() && changed.expiry.is_none() {
            return Err(ControlError::invalid(
                &"say what to change: `preset` or `scopes`, `tier`, `expires_in` or `expires_at`",
            ));
        }
        Ok(changed)
    }
}

const EITHER: &str = "say what the key may do: either `preset` or `scopes`";

/// What a key may do, if that is said.
fn scopes(
    preset: Option<Preset>,
    scopes: Option<ScopeSet>,
) -> Result<Option<ScopeSet>, ControlError> {
    match (preset, scopes) {
        (Some(_), Some(_)) => Err(ControlError::invalid(&EITHER)),
        (preset, scopes) => Ok(preset.map(Preset::scopes).or(scopes)),
    }
}

/// When a key expires, if that is said.
fn expiry(
    expires_in: Option<&str>,
    expires_at: Option<&str>,
    now: Timestamp,
) -> Result<Option<Expiry>, ControlError> {
    match (expires_in, expires_at) {
        (None, None) => Ok(None),
        (Some(text), None) => now
            .checked_add(duration(text)?)
            .map(|at| Some(Expiry::At(at)))
            .map_err(|error| ControlError::invalid(&error)),
        (None, Some(text)) => text
            .parse()
            .map(|at| Some(Expiry::At(at)))
            .map_err(|error| ControlError::invalid(&error)),
        (Some(_), Some(_)) => Err(ControlError::invalid(
            &"say when the key expires: either `expires_in` or `expires_at`",
        )),
    }
}

/// A duration, or 422 with what would be one.
pub(super) fn duration(text: &str) -> Result<SignedDuration, ControlError> {
    clock::duration(text).map_err(|error| ControlError::invalid(&error))
}
