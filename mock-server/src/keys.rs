//! The keys of one organization: what each may do, and whether it still works.

mod limiter;
mod new_key;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use scenarios::{KeyState, SelfDescribingKey};
use schemas::{
    Preset, ScopeSet, Tier,
    api_keys::{KeyStatus, ListedApiKey},
    key::ApiKey,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub(crate) use self::{
    limiter::{Bucket, Decision, Policies, Policy},
    new_key::NewKey,
};
use crate::clock::rfc3339;

/// How a key came to be. Its full text is not kept.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyDefinition {
    /// Names the key in control calls.
    pub id: String,
    /// What it is recognised by.
    pub hash: KeyHash,
    /// A name for people.
    pub name: Option<String>,
    /// The key as it may be shown.
    pub masked: Arc<str>,
    /// What it may do.
    pub scopes: ScopeSet,
    /// How often.
    pub tier: Tier,
    /// When it expires.
    pub expiry: Expiry,
    /// When it is revoked by itself.
    pub revocation: Revocation,
    /// When it was made. Snapshots from before this was kept do not have it.
    #[serde(default)]
    pub created_at: Timestamp,
}

/// The SHA-256 of a key's text.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
pub(crate) struct KeyHash(#[serde(with = "hex")] [u8; 32]);

impl KeyHash {
    /// That of this key.
    pub(crate) fn of(key: &ApiKey) -> Self {
        Self(Sha256::digest(key.expose()).into())
    }
}

/// When a key expires.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Expiry {
    /// Never.
    #[default]
    Never,
    /// It always was.
    Always,
    /// At this time; from then on it does not work.
    At(Timestamp),
    /// So long after its first use.
    AfterFirstUse(SignedDuration),
}

/// When a key is revoked without anybody doing it.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Revocation {
    /// Never.
    #[default]
    Never,
    /// It always was.
    Always,
    /// After this many requests that were admitted.
    AfterUses(u32),
}

impl KeyDefinition {
    /// The key that spells `described`, first seen at `now`.
    pub(crate) fn self_describing(
        id: String,
        key: &ApiKey,
        described: SelfDescribingKey,
        now: Timestamp,
    ) -> Self {
        let (expiry, revocation) = match described.state {
            KeyState::Active => (Expiry::Never, Revocation::Never),
            KeyState::Expired => (Expiry::Always, Revocation::Never),
            KeyState::Revoked => (Expiry::Never, Revocation::Always),
            KeyState::RevokedAfter(uses) => (Expiry::Never, Revocation::AfterUses(uses.get())),
            KeyState::ExpiresIn(duration) => {
                let duration = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
                (Expiry::AfterFirstUse(duration), Revocation::Never)
            }
        };
        Self {
            id,
            hash: KeyHash::of(key),
            name: Some(described.to_string()),
            masked: key.masked().into(),
            scopes: described.preset.scopes(),
            tier: described.tier,
            expiry,
            revocation,
            created_at: now,
        }
    }
}

/// A key, and what has become of it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Key {
    /// How it came to be.
    pub definition: KeyDefinition,
    /// What it has used of its quota.
    pub bucket: Bucket,
    first_used: Option<Timestamp>,
    #[serde(default)]
    last_used: Option<Timestamp>,
    admitted: u32,
    revoked_at: Option<Timestamp>,
    /// It does not work before a rotation brings it.
    #[serde(default)]
    suspended: bool,
}

/// Why a key does not work.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub(crate) enum KeyRejection {
    /// It waits for a rotation that brings it.
    #[error("the key is not valid before the scenario's rotation")]
    Suspended,
    /// It was revoked before it was first used.
    #[error("the key is revoked")]
    Revoked,
    /// It was revoked at this time.
    #[error("the key was revoked at {0:.3}")]
    RevokedAt(Timestamp),
    /// It had its number of requests.
    #[error("the key was revoked after {0} requests, as it describes itself")]
    RevokedAfter(u32),
    /// It expired before it was first used.
    #[error("the key is expired")]
    Expired,
    /// It expired at this time.
    #[error("the key expired at {0:.3}")]
    ExpiredAt(Timestamp),
}

impl KeyRejection {
    /// `revoked`, `expired` or `suspended`.
    pub(crate) fn state(self) -> &'static str {
        match self {
            Self::Suspended => "suspended",
            Self::Revoked | Self::RevokedAt(_) | Self::RevokedAfter(_) => "revoked",
            Self::Expired | Self::ExpiredAt(_) => "expired",
        }
    }

    /// Since when, if it ever worked and that was noted.
    pub(crate) fn since(self) -> Option<Timestamp> {
        match self {
            Self::RevokedAt(at) | Self::ExpiredAt(at) => Some(at),
            Self::Suspended | Self::Revoked | Self::RevokedAfter(_) | Self::Expired => None,
        }
    }
}

impl Key {
    /// A key that was not used yet.
    pub(crate) fn new(definition: KeyDefinition) -> Self {
        Self {
            definition,
            bucket: Bucket::default(),
            first_used: None,
            last_used: None,
            admitted: 0,
            revoked_at: None,
            suspended: false,
        }
    }

    /// The key works at `now`, or says why not. Its first check is its first use.
    pub(crate) fn check(&mut self, now: Timestamp) -> Result<(), KeyRejection> {
        self.status(now)?;
        self.first_used.get_or_insert(now);
        self.last_used = Some(now);
        Ok(())
    }

    /// Counts a request that was admitted, whatever becomes of it.
    pub(crate) fn count_use(&mut self) {
        self.admitted = self.admitted.saturating_add(1);
    }

    /// Whether it works at `now`, without using it.
    pub(crate) fn works(&self, now: Timestamp) -> bool {
        self.status(now).is_ok()
    }

    /// Whether it works at `now`, without using it; or why not.
    pub(crate) fn status(&self, now: Timestamp) -> Result<(), KeyRejection> {
        if self.suspended {
            return Err(KeyRejection::Suspended);
        }
        if let Some(at) = self.revoked_at.filter(|at| now >= *at) {
            return Err(KeyRejection::RevokedAt(at));
        }
        match self.definition.revocation {
            Revocation::Always => return Err(KeyRejection::Revoked),
            Revocation::AfterUses(uses) if self.admitted >= uses => {
                return Err(KeyRejection::RevokedAfter(uses));
            }
            Revocation::AfterUses(_) | Revocation::Never => {}
        }
        match self.expires_at() {
            Some(at) if now >= at => Err(KeyRejection::ExpiredAt(at)),
            _ if self.definition.expiry == Expiry::Always => Err(KeyRejection::Expired),
            _ => Ok(()),
        }
    }

    /// When it expires, as far as that is known yet.
    pub(crate) fn expires_at(&self) -> Option<Timestamp> {
        match self.definition.expiry {
            Expiry::Never | Expiry::Always => None,
            Expiry::At(at) => Some(at),
            Expiry::AfterFirstUse(duration) => self.first_used?.saturating_add(duration).ok(),
        }
    }

    /// Revokes it, at once or from some time on. Nothing happens to one that is revoked before that already.
    pub(crate) fn revoke(&mut self, at: Timestamp) {
        let before = self.revoked_at.unwrap_or(at);
        self.revoked_at = Some(before.min(at));
    }

    /// It does not work until it is resumed.
    pub(crate) fn suspend(&mut self) {
        self.suspended = true;
    }

    /// It works, as far as nothing else speaks against it.
    pub(crate) fn resume(&mut self) {
        self.suspended = false;
    }

    /// When it stops working, and the name of that event, as far as it is known yet.
    pub(crate) fn end(&self) -> Option<(Timestamp, &'static str)> {
        let expires = self.expires_at().map(|at| (at, "key_expired"));
        let revoked = self.revoked_at.map(|at| (at, "key_revoked"));
        expires.into_iter().chain(revoked).min()
    }

    /// Gives it another tier. What it has used of its quota stays used, in each window that both have.
    pub(crate) fn set_tier<'a>(&mut self, tier: Tier, policies: impl Fn(Tier) -> &'a Policies) {
        let before = std::mem::replace(&mut self.definition.tier, tier);
        self.bucket.change(policies(before), policies(tier));
    }

    /// The key as the API lists it; nothing while it waits for a rotation that brings it.
    pub(crate) fn listed(&self, now: Timestamp) -> Option<ListedApiKey> {
        let status = match self.status(now) {
            Ok(()) => KeyStatus::Active,
            Err(KeyRejection::Suspended) => return None,
            Err(KeyRejection::Expired | KeyRejection::ExpiredAt(_)) => KeyStatus::Expired,
            Err(
                KeyRejection::Revoked | KeyRejection::RevokedAt(_) | KeyRejection::RevokedAfter(_),
            ) => KeyStatus::Revoked,
        };
        let definition = &self.definition;
        Some(ListedApiKey {
            id: definition.id.clone(),
            name: definition.name.clone(),
            masked_key: definition.masked.to_string(),
            preset: Preset::of(definition.scopes),
            scopes: definition.scopes,
            tier: definition.tier,
            status,
            created_at: rfc3339(definition.created_at),
            expires_at: self.expires_at().map(rfc3339),
            last_used_at: self.last_used.map(rfc3339),
        })
    }

    /// The key for people and programs, without its text.
    pub(crate) fn to_json(&self, now: Timestamp) -> Value {
        let definition = &self.definition;
        let rejection = self.status(now).err();
        json!({
            "id": definition.id,
            "name": definition.name,
            "key": definition.masked,
            "scopes": definition.scopes,
            "tier": definition.tier,
            "active": rejection.is_none(),
            "reason": rejection.map(|rejection| rejection.to_string()),
            "created_at": rfc3339(definition.created_at),
            "last_used_at": self.last_used.map(rfc3339),
            "expires_at": self.expires_at().map(rfc3339),
            "revoked_at": self.revoked_at.map(rfc3339),
            "requests": self.admitted,
        })
    }
}
