//! Making keys: those of the configuration, those that describe themselves, and random ones.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use schemas::key::{ApiKey, Environment, redact};

use super::{KeyRef, OrganizationError, Organizations, Registry};
use crate::{
    keys::{Expiry, Key, KeyDefinition, KeyHash, KeyRejection, Revocation},
    tenants::{Organization, TooManyKeys},
    world::seed,
};

/// Characters of a registered key before those of its organization.
const RANDOM_LENGTH: usize = 26;

/// What a key that is registered may do.
#[derive(Debug)]
pub(crate) struct NewKey {
    /// A name for people.
    pub name: Option<String>,
    /// What it may do.
    pub scopes: schemas::ScopeSet,
    /// How often.
    pub tier: schemas::Tier,
    /// When it expires.
    pub expiry: Expiry,
}

impl NewKey {
    /// One that may do what `key` may, for as long. That a key revokes itself is not passed on.
    fn like(key: &Key) -> Self {
        let definition = &key.definition;
        Self {
            name: definition.name.clone(),
            scopes: definition.scopes,
            tier: definition.tier,
            expiry: key.expires_at().map_or(definition.expiry, Expiry::At),
        }
    }

    /// What is kept of a key that is so, and has this id and this text.
    pub(super) fn definition(self, id: String, key: &ApiKey) -> KeyDefinition {
        KeyDefinition {
            id,
            hash: KeyHash::of(key),
            name: self.name.map(|name| redact(&name).into_owned()),
            masked: key.masked().into(),
            scopes: self.scopes,
            tier: self.tier,
            expiry: self.expiry,
            revocation: Revocation::Never,
        }
    }
}

/// A random key of an organization.
pub(super) fn draw(seed: u64, organization: &Organization, kind: &str, index: u64) -> ApiKey {
    let life = format!("{}#{}", organization.name(), organization.life());
    let secret = seed::base62(&mut seed::stream(seed, &life, kind, index), RANDOM_LENGTH);
    let prefix = Environment::Test.prefix();
    let text = format!("{prefix}{secret}{}", organization.name());
    ApiKey::parse(&text).expect("26 random characters and six of a name make a key")
}

/// Which keys of an organization a rotation was about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rotated {
    /// The one that goes.
    pub old: usize,
    /// The one that comes.
    pub new: usize,
}

/// Why a key cannot be rotated.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RotationError {
    /// There is no such key.
    #[error("there is no such key")]
    Missing,
    /// It does not work any more.
    #[error("{0}; only a valid key can be rotated; mint another")]
    Over(#[from] KeyRejection),
    /// The old key would go on beyond the end of time.
    #[error("the overlap ends after the last date that can be written")]
    Overlap,
    /// There can be no new key.
    #[error(transparent)]
    Organization(#[from] OrganizationError),
}

impl Registry {
    /// Makes a random key for an organization. This is the only time its text is seen.
    pub(crate) fn mint(
        &self,
        organization: &Arc<Organization>,
        new: NewKey,
    ) -> Result<(ApiKey, KeyRef), OrganizationError> {
        let organizations = self.organizations.lock();
        self.mint_under(&organizations, organization, new)
    }

    /// Makes a key in place of another that works; that one goes on for a while, and is then revoked.
    /// Returns what [`Registry::mint`] does.
    pub(crate) fn rotate(
        &self,
        organization: &Arc<Organization>,
        id: &str,
        overlap: SignedDuration,
        machine: Timestamp,
    ) -> Result<(ApiKey, Rotated), RotationError> {
        // One at a time, so that no key is rotated twice at once.
        let organizations = self.organizations.lock();
        let (old, until, new) = {
            let state = organization.state();
            let now = state.clock.now(machine);
            let old = state.key(id).ok_or(RotationError::Missing)?;
            let key = &state.keys[old];
            key.status(now)?;
            let until = now
                .checked_add(overlap)
                .map_err(|_| RotationError::Overlap)?;
            (old, until, NewKey::like(key))
        };
        let (key, new) = self.mint_under(&organizations, organization, new)?;
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
    ) -> Result<(ApiKey, KeyRef), OrganizationError> {
        // One at a time, so that no two draw the same; and none for an organization that was forgotten
        // meanwhile, whose keys nobody would forget any more.
        if !organizations.has(organization) {
            return Err(OrganizationError::Gone(organization.name().to_owned()));
        }
        let count = organization.state().keys.len() as u64;
        let key = draw(self.config.seed, organization, "key", count);
        let found = self.register(organization, &key, new)?;
        Ok((key, found))
    }

    pub(super) fn register(
        &self,
        organization: &Arc<Organization>,
        key: &ApiKey,
        new: NewKey,
    ) -> Result<KeyRef, TooManyKeys> {
        let index = organization.state().add_key(|id| new.definition(id, key))?;
        Ok(self.insert(organization, key, index))
    }

    pub(super) fn insert(
        &self,
        organization: &Arc<Organization>,
        key: &ApiKey,
        index: usize,
    ) -> KeyRef {
        let found = KeyRef {
            organization: Arc::clone(organization),
            index,
        };
        self.keys.pin().insert(KeyHash::of(key), found.clone());
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_minted_for_an_organization_that_is_gone() {
        let now = Timestamp::UNIX_EPOCH;
        let registry = Registry::new(Arc::default(), now).unwrap();
        let new = || NewKey {
            name: None,
            scopes: schemas::ScopeSet::PUBLIC,
            tier: schemas::Tier::Free,
            expiry: Expiry::Never,
        };
        let gone = registry.create(Some("acme01"), None, now).unwrap().0;
        registry.mint(&gone, new()).unwrap();
        registry.delete(&gone).unwrap();
        assert!(matches!(
            registry.mint(&gone, new()),
            Err(OrganizationError::Gone(_))
        ));
        // Nor where another has its name by now.
        let other = registry.create(Some("acme01"), None, now).unwrap().0;
        assert!(matches!(
            registry.mint(&gone, new()),
            Err(OrganizationError::Gone(_))
        ));
        registry.mint(&other, new()).unwrap();
        assert_eq!(registry.keys.pin().len(), 1);
    }
}
