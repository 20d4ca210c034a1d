//! The keys of one organization: what each one allows, and whether it is valid.

mod key_id;
mod limiter;
mod masked_key;
mod new_key;
#[cfg(test)]
mod tests;

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
    key_id::KeyId,
    limiter::{Bucket, Decision, Policies, Policy},
    masked_key::MaskedKey,
    new_key::NewKey,
};
use crate::clock::{CompactTime, rfc3339};

/// The definition of a key. The full text is not stored.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyDefinition {
    /// The id by which the control API names the key.
    pub id: KeyId,
    /// The hash of the key's text, which identifies it.
    pub hash: KeyHash,
    /// A display name.
    pub name: Option<Box<str>>,
    /// The masked key, which is safe to show.
    pub masked: MaskedKey,
    /// What the key allows.
    pub scopes: ScopeSet,
    /// The tier, which sets the rate limits.
    pub tier: Tier,
    pub expiry: Expiry,
    /// When the key revokes itself.
    pub revocation: Revocation,
    /// Creation time. Old snapshots do not contain it.
    #[serde(default)]
    pub created_at: CompactTime,
}

/// The SHA-256 of a key's text.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
pub(crate) struct KeyHash(#[serde(with = "hex")] [u8; 32]);

/// The first half of a hash, which distinguishes all keys as well.
pub(crate) type ShortKeyHash = [u8; 16];

impl KeyHash {
    /// The hash of this key.
    pub(crate) fn of(key: &ApiKey) -> Self {
        Self(Sha256::digest(key.expose()).into())
    }

    /// The first half.
    pub(crate) fn short(self) -> ShortKeyHash {
        *self.0.first_chunk().expect("it is longer")
    }
}

/// When a key expires.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Expiry {
    #[default]
    Never,
    /// Already expired at creation.
    Always,
    /// Expires at this time: from then on the key is invalid.
    At(CompactTime),
    /// Expires this long after its first use. Few keys do.
    AfterFirstUse(Box<SignedDuration>),
}

/// When a key revokes itself.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Revocation {
    #[default]
    Never,
    /// Already revoked at creation.
    Always,
    /// After this many admitted requests.
    AfterUses(u32),
}

impl Expiry {
    /// Expires at this time.
    pub(crate) fn at(time: Timestamp) -> Self {
        Self::At(time.into())
    }
}

impl KeyDefinition {
    /// The key whose text spells `described`, first seen at `now`.
    pub(crate) fn self_describing(
        id: KeyId,
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
                (Expiry::AfterFirstUse(duration.into()), Revocation::Never)
            }
        };
        Self {
            id,
            hash: KeyHash::of(key),
            name: Some(described.to_string().into()),
            masked: key.into(),
            scopes: described.preset.scopes(),
            tier: described.tier,
            expiry,
            revocation,
            created_at: now.into(),
        }
    }
}

/// A key and its state.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Key {
    pub definition: KeyDefinition,
    /// The quota that the key has used.
    pub bucket: Bucket,
    first_used: Option<CompactTime>,
    #[serde(default)]
    last_used: Option<CompactTime>,
    admitted: u32,
    revoked_at: Option<CompactTime>,
    /// The key is invalid until a rotation activates it.
    #[serde(default)]
    suspended: bool,
}

/// How a key ends.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum KeyEnd {
    /// It expires.
    Expired,
    /// It is revoked.
    Revoked,
}

/// Why a key is invalid.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub(crate) enum KeyRejection {
    /// The key waits for a rotation that activates it.
    #[error("the key is not valid before the scenario's rotation")]
    Suspended,
    /// Revoked before its first use.
    #[error("the key is revoked")]
    Revoked,
    /// Revoked at this time.
    #[error("the key was revoked at {0:.3}")]
    RevokedAt(Timestamp),
    /// Revoked after its number of requests.
    #[error("the key was revoked after {0} requests, as it describes itself")]
    RevokedAfter(u32),
    /// Expired before its first use.
    #[error("the key is expired")]
    Expired,
    /// Expired at this time.
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

    /// When the key became invalid, if it was ever valid and the time was recorded.
    pub(crate) fn since(self) -> Option<Timestamp> {
        match self {
            Self::RevokedAt(at) | Self::ExpiredAt(at) => Some(at),
            Self::Suspended | Self::Revoked | Self::RevokedAfter(_) | Self::Expired => None,
        }
    }
}

impl Key {
    /// A key that has not been used.
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

    /// Checks whether the key is valid at `now`, and why not. The first check counts as the first use.
    pub(crate) fn check(&mut self, now: Timestamp) -> Result<(), KeyRejection> {
        self.status(now)?;
        let now = now.into();
        self.first_used.get_or_insert(now);
        self.last_used = Some(now);
        Ok(())
    }

    /// Counts an admitted request, whatever its response.
    pub(crate) fn count_use(&mut self) {
        self.admitted = self.admitted.saturating_add(1);
    }

    /// Whether the key is valid at `now`. This does not count as a use.
    pub(crate) fn works(&self, now: Timestamp) -> bool {
        self.status(now).is_ok()
    }

    /// Whether the key is valid at `now`, and why not. This does not count as a use.
    pub(crate) fn status(&self, now: Timestamp) -> Result<(), KeyRejection> {
        if self.suspended {
            return Err(KeyRejection::Suspended);
        }
        if let Some(at) = self.revoked_at().filter(|at| now >= *at) {
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

    /// When the key expires, if that is known yet.
    pub(crate) fn expires_at(&self) -> Option<Timestamp> {
        match &self.definition.expiry {
            Expiry::Never | Expiry::Always => None,
            Expiry::At(at) => Some((*at).into()),
            Expiry::AfterFirstUse(duration) => Timestamp::from(self.first_used?)
                .saturating_add(**duration)
                .ok(),
        }
    }

    /// When the key was used last, if ever.
    pub(crate) fn last_used(&self) -> Option<Timestamp> {
        self.last_used.map(Into::into)
    }

    /// When the key is revoked, if that is known.
    fn revoked_at(&self) -> Option<Timestamp> {
        self.revoked_at.map(Into::into)
    }

    /// Revokes the key at a time, now or later. A key that is revoked before that time keeps its earlier
    /// revocation.
    pub(crate) fn revoke(&mut self, at: Timestamp) {
        let at = CompactTime::from(at);
        let before = self.revoked_at.unwrap_or(at);
        self.revoked_at = Some(before.min(at));
    }

    /// Makes the key invalid until it is resumed.
    pub(crate) fn suspend(&mut self) {
        self.suspended = true;
    }

    /// Ends a suspension.
    pub(crate) fn resume(&mut self) {
        self.suspended = false;
    }

    /// When the key expires or is revoked, whichever is first, if that is known yet.
    pub(crate) fn end(&self) -> Option<(Timestamp, KeyEnd)> {
        let expires = self.expires_at().map(|at| (at, KeyEnd::Expired));
        let revoked = self.revoked_at().map(|at| (at, KeyEnd::Revoked));
        expires.into_iter().chain(revoked).min()
    }

    /// Changes the tier. Used quota carries over in each window that both tiers have.
    pub(crate) fn set_tier<'a>(&mut self, tier: Tier, policies: impl Fn(Tier) -> &'a Policies) {
        let before = std::mem::replace(&mut self.definition.tier, tier);
        self.bucket.change(policies(before), policies(tier));
    }

    /// The key as the API lists it; `None` while it waits for a rotation that activates it.
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
            id: definition.id.to_string(),
            name: definition.name.as_deref().map(Into::into),
            masked_key: definition.masked.to_string(),
            preset: Preset::of(definition.scopes),
            scopes: definition.scopes,
            tier: definition.tier,
            status,
            created_at: rfc3339(definition.created_at.into()),
            expires_at: self.expires_at().map(rfc3339),
            last_used_at: self.last_used().map(rfc3339),
        })
    }

    /// The key as JSON for the control API, without its text.
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
            "created_at": rfc3339(definition.created_at.into()),
            "last_used_at": self.last_used().map(rfc3339),
            "expires_at": self.expires_at().map(rfc3339),
            "revoked_at": self.revoked_at().map(rfc3339),
            "requests": self.admitted,
        })
    }
}
