//! Creates keys: those of the configuration, those that describe themselves, and random ones.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use schemas::key::{ApiKey, Environment};

use super::{KeyRef, OrganizationError, Organizations, Registry};
use crate::{
    keys::{KeyHash, KeyRejection, NewKey},
    tenants::{Organization, TooManyKeys},
    world::seed,
};

/// Number of random characters in a registered key, before those of its organization.
const RANDOM_LENGTH: usize = 26;

/// A random key of an organization.
pub(super) fn draw(seed: u64, organization: &Organization, kind: &str, index: u64) -> ApiKey {
    let life = format!("{}#{}", organization.name(), organization.life());
    let secret = seed::base62(&mut seed::stream(seed, &life, kind, index), RANDOM_LENGTH);
    let prefix = Environment::Test.prefix();
    let text = format!("{prefix}{secret}{}", organization.name());
    ApiKey::parse(&text).expect("26 random characters and six of a name make a key")
}

/// The keys of a rotation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rotated {
    /// The index of the old key.
    pub old: usize,
    /// The index of the new key.
    pub new: usize,
}

/// Why a key cannot be rotated.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RotationError {
    /// The key does not exist.
    #[error("there is no such key")]
    Missing,
    /// The key is invalid.
    #[error("{0}; only a valid key can be rotated; mint another")]
    Over(#[from] KeyRejection),
    /// The overlap ends after the last valid time.
    #[error("the overlap ends after the last date that can be written")]
    Overlap,
    /// The new key cannot be created.
    #[error(transparent)]
    Organization(#[from] OrganizationError),
}

impl Registry {
    /// Creates a random key for an organization, at `now` on its clock. Its text is not stored.
    pub(crate) fn mint(
        &self,
        organization: &Arc<Organization>,
        new: NewKey,
        now: Timestamp,
    ) -> Result<(ApiKey, KeyRef), OrganizationError> {
        let organizations = self.organizations.lock();
        self.mint_under(&organizations, organization, new, now)
    }

    /// Creates a key that replaces a valid one. The old key stays valid for the overlap, and is then revoked. See
    /// [`Registry::mint`].
    pub(crate) fn rotate(
        &self,
        organization: &Arc<Organization>,
        id: &str,
        overlap: SignedDuration,
        machine: Timestamp,
    ) -> Result<(ApiKey, Rotated), RotationError> {
        // One rotation at a time, so that no key is rotated twice at once.
        let organizations = self.organizations.lock();
        let (old, now, until, new) = {
            let state = organization.state();
            let now = state.clock.now(machine);
            let old = state.key(id).ok_or(RotationError::Missing)?;
            let key = &state.keys[old];
            key.status(now)?;
            let until = now
                .checked_add(overlap)
                .map_err(|_| RotationError::Overlap)?;
            (old, now, until, NewKey::copy_of(key))
        };
        let (key, new) = self.mint_under(&organizations, organization, new, now)?;
        organization.state().keys[old].revoke(until);
        Ok((
            key,
            Rotated {
                old,
                new: new.index,
            },
        ))
    }

    fn mint_under(
        &self,
        organizations: &Organizations,
        organization: &Arc<Organization>,
        new: NewKey,
        now: Timestamp,
    ) -> Result<(ApiKey, KeyRef), OrganizationError> {
        // One at a time, so that no two draw the same key. A removed organization gets none, because its keys would
        // never be removed.
        if !organizations.has(organization) {
            return Err(OrganizationError::Gone(organization.name().to_owned()));
        }
        let count = organization.state().keys.len() as u64;
        let key = draw(self.config.seed, organization, "key", count);
        let found = self.register(organization, &key, new, now)?;
        Ok((key, found))
    }

    pub(super) fn register(
        &self,
        organization: &Arc<Organization>,
        key: &ApiKey,
        new: NewKey,
        now: Timestamp,
    ) -> Result<KeyRef, TooManyKeys> {
        let definition = |id| new.definition(id, key, now);
        let index = organization.state().add_key(definition)?;
        Ok(self.keys.insert(organization, KeyHash::of(key), index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Expiry;

    #[test]
    fn mints_no_key_for_a_deleted_organization() {
        let now = Timestamp::UNIX_EPOCH;
        let registry = Registry::new(Arc::default(), now).unwrap();
        let new = || NewKey {
            name: None,
            scopes: schemas::ScopeSet::PUBLIC,
            tier: schemas::Tier::Free,
            expiry: Expiry::Never,
        };
        let gone = registry.create(Some("acme01"), None, None, now).unwrap().0;
        registry.mint(&gone, new(), now).unwrap();
        registry.delete(&gone).unwrap();
        assert!(matches!(
            registry.mint(&gone, new(), now),
            Err(OrganizationError::Gone(_))
        ));
        // The same holds if another organization has the name.
        let other = registry.create(Some("acme01"), None, None, now).unwrap().0;
        assert!(matches!(
            registry.mint(&gone, new(), now),
            Err(OrganizationError::Gone(_))
        ));
        registry.mint(&other, new(), now).unwrap();
        assert_eq!(registry.keys.len(), 1);
    }
}
