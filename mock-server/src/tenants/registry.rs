//! Finds the organization of a key or a token.
//!
//! Keys are found by the SHA-256 of their text, so the text is not stored. Lookups take no lock; creating
//! organizations and keys takes one.

mod activation;
mod captures;
mod forgetting;
mod key_index;
mod leases;
mod minting;
mod tokens;

use std::{collections::HashMap, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use scenarios::{Scenario, SelfDescribingKey, SelfDescribingKeyError};
use schemas::key::{ApiKey, Environment};

pub(crate) use self::{
    activation::{ActivationError, ScenarioKey},
    key_index::KeyRef,
    minting::RotationError,
    tokens::TokenRef,
};
use self::{forgetting::Evicted, key_index::KeyIndex, tokens::VerifiedTokens};
use crate::{
    budget::OverBudget,
    clock::ClockSetting,
    config::{Config, limits::ORGANIZATION_MEMORY},
    keys::{Expiry, KeyDefinition, KeyHash, NewKey},
    store::SharedData,
    tenants::{Organization, TooManyKeys, organization::Origin},
    tokens::SigningKeys,
    world::seed,
};

/// Length of an organization's name.
const NAME_LENGTH: usize = 6;

/// The data behind the lock of all organizations.
#[derive(Debug, Default)]
struct Organizations {
    by_name: HashMap<Box<str>, Arc<Organization>>,
    /// Number of organizations that were removed. It is an input to generated names and keys, so that none is
    /// reused after its organization is removed. As long as none is removed, organizations do not depend on each
    /// other.
    gone: u64,
    evicted: Evicted,
    /// No lease ends before this time.
    next_lease_end: Option<Timestamp>,
}

impl Organizations {
    /// Whether the organization still exists. Another one may have its name.
    fn has(&self, organization: &Arc<Organization>) -> bool {
        let found = self.by_name.get(organization.name());
        found.is_some_and(|found| Arc::ptr_eq(found, organization))
    }
}

/// Why a well-formed test key is not valid on this server.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnknownKey {
    /// It is not registered, and does not describe itself.
    #[error("the key is not registered, and {0}")]
    NotRegistered(#[from] SelfDescribingKeyError),
    /// It describes itself, but its organization has too many keys.
    #[error(transparent)]
    Full(#[from] TooManyKeys),
    /// It describes itself, but there is no room for its organization.
    #[error(transparent)]
    NoRoom(#[from] OrganizationError),
}

/// Why an organization cannot be created or changed.
#[derive(Debug, thiserror::Error)]
pub enum OrganizationError {
    /// The name is invalid.
    #[error("`{0}` is not an organization name; use six letters or digits, such as demo01")]
    Name(String),
    /// The maximum number of organizations exists, and the configuration names all of them.
    #[error(
        "all {0} organizations are named in the configuration, so there is no room for another"
    )]
    Full(usize),
    /// The maximum number of organizations exists, and none of them can be evicted for one that is created on
    /// demand.
    #[error(
        "the server has {0} organizations, the maximum, and none of them can be evicted; delete one, or raise \
         --max-organizations"
    )]
    NoRoom(usize),
    /// The server has used all of its memory.
    #[error(transparent)]
    Memory(#[from] OverBudget),
    /// An organization with this name exists.
    #[error("organization `{0}` already exists")]
    Exists(String),
    /// The organization was removed meanwhile.
    #[error("organization `{0}` was deleted")]
    Gone(String),
    /// The configuration names it, so it cannot be deleted.
    #[error(
        "organization `{0}` is named in the configuration and cannot be deleted; reset it instead"
    )]
    Pinned(String),
    /// A key of a snapshot belongs to another organization on this server.
    #[error("key {0} of the snapshot belongs to another organization on this server")]
    KeyTaken(String),
    /// The configuration names more of its keys than the maximum.
    #[error(transparent)]
    Keys(#[from] TooManyKeys),
    /// The configuration names a key twice.
    #[error("key {0} is twice in the configuration")]
    KeyTwice(String),
}

/// All organizations and all keys.
#[derive(Debug)]
pub(crate) struct Registry {
    config: Arc<Config>,
    /// The initial data of organizations.
    pub shared_data: Arc<SharedData>,
    /// The scenario that is initially active. It is replaced when its file changes.
    first_scenario: Mutex<Option<Arc<Scenario>>>,
    organizations: Mutex<Organizations>,
    keys: KeyIndex,
    /// The keys that sign access tokens.
    pub signing_keys: SigningKeys,
    verified_tokens: VerifiedTokens,
}

impl Registry {
    /// The organizations and keys that the configuration names.
    pub(crate) fn new(config: Arc<Config>, machine: Timestamp) -> Result<Self, OrganizationError> {
        let registry = Self {
            organizations: Mutex::default(),
            keys: KeyIndex::default(),
            signing_keys: SigningKeys::new(config.seed),
            verified_tokens: VerifiedTokens::default(),
            shared_data: SharedData::new(&config),
            first_scenario: Mutex::new(
                config
                    .scenario
                    .as_ref()
                    .map(|scenario_setting| Arc::clone(&scenario_setting.scenario)),
            ),
            config,
        };
        for setting in &*Arc::clone(&registry.config.keys) {
            let mut organizations = registry.organizations.lock();
            let name = &setting.organization;
            let organization =
                registry.find_or_add(&mut organizations, name, Origin::Configured, machine)?;
            let new = NewKey {
                name: setting.name.clone(),
                scopes: setting.scopes,
                tier: setting.tier,
                expiry: setting.expires_at.map_or(Expiry::Never, Expiry::at),
            };
            if registry.keys.find(KeyHash::of(&setting.key)).is_some() {
                return Err(OrganizationError::KeyTwice(setting.key.masked()));
            }
            let now = organization.state().clock.now(machine);
            registry.register(&organization, &setting.key, new, now)?;
        }
        Ok(registry)
    }

    /// Finds a well-formed test key. A key that describes itself is created on first use, with its organization.
    pub(crate) fn resolve(&self, key: &ApiKey, machine: Timestamp) -> Result<KeyRef, UnknownKey> {
        let hash = KeyHash::of(key);
        if let Some(found) = self.leased_key(hash, machine) {
            return Ok(found);
        }
        let secret = &key.expose()[Environment::Test.prefix().len()..];
        let (described, name) = SelfDescribingKey::read(secret)?;
        let mut organizations = self.leased(machine);
        let organization = self.find_or_add(&mut organizations, name, Origin::Appeared, machine)?;
        // Another request may have created it while this one waited for the lock.
        if let Some(found) = self.keys.find(hash) {
            return Ok(found);
        }
        let index = {
            let mut state = organization.state();
            let now = state.clock.now(machine);
            state.add_key(|id| KeyDefinition::self_describing(id, key, described, now))?
        };
        Ok(self.keys.insert(&organization, hash, index))
    }

    /// Creates an organization. The default name is an unused one, and the default clock is that of the
    /// configuration. Also returns the keys of the initial scenario.
    pub(crate) fn create(
        &self,
        name: Option<&str>,
        clock: Option<ClockSetting>,
        lease: Option<SignedDuration>,
        machine: Timestamp,
    ) -> Result<(Arc<Organization>, Vec<ScenarioKey>), OrganizationError> {
        let mut organizations = self.leased(machine);
        let name = match name {
            Some(name) if !scenarios::is_organization(name) => {
                return Err(OrganizationError::Name(name.to_owned()));
            }
            Some(name) if organizations.by_name.contains_key(name) => {
                return Err(OrganizationError::Exists(name.to_owned()));
            }
            Some(name) => name.to_owned(),
            None => self.free_name(&organizations),
        };
        self.add(
            &mut organizations,
            &name,
            (clock.unwrap_or(self.config.clock), lease),
            Origin::Created,
            machine,
        )
    }

    /// The organization with this name.
    pub(crate) fn organization(&self, name: &str, machine: Timestamp) -> Option<Arc<Organization>> {
        self.leased(machine).by_name.get(name).cloned()
    }

    /// All organizations, by name.
    pub(crate) fn organizations(&self, machine: Timestamp) -> Vec<Arc<Organization>> {
        let mut all: Vec<_> = self.leased(machine).by_name.values().cloned().collect();
        all.sort_by(|one, other| one.name().cmp(other.name()));
        all
    }

    /// Replaces an organization, including its keys. The journal continues.
    pub(crate) fn replace(
        &self,
        old: &Arc<Organization>,
        new: Organization,
    ) -> Result<Arc<Organization>, OrganizationError> {
        let mut organizations = self.organizations.lock();
        if !organizations.has(old) {
            return Err(OrganizationError::Gone(old.name().to_owned()));
        }
        let new = Arc::new(new);
        let mut state = new.state();
        for key in &state.keys {
            let found = self.keys.find(key.definition.hash);
            if found.is_some_and(|found| !Arc::ptr_eq(&found.organization, old)) {
                return Err(OrganizationError::KeyTaken(key.definition.masked.into()));
            }
        }
        // The journal, the grants and the scenario continue.
        let before = &mut *old.state();
        std::mem::swap(&mut state.journal, &mut before.journal);
        std::mem::swap(&mut state.grants, &mut before.grants);
        state.grants.reset_quotas();
        state.scenario = before.scenario.take();
        // New keys are inserted first, so that no key is unknown in between.
        for (index, key) in state.keys.iter().enumerate() {
            self.keys.insert(&new, key.definition.hash, index);
        }
        self.keys.forget(old, &before.keys);
        drop(state);
        organizations
            .by_name
            .insert(new.name().into(), Arc::clone(&new));
        self.verified_tokens.forget(old);
        Ok(new)
    }

    /// The organization with this name, which is created if necessary.
    fn find_or_add(
        &self,
        organizations: &mut Organizations,
        name: &str,
        origin: Origin,
        machine: Timestamp,
    ) -> Result<Arc<Organization>, OrganizationError> {
        if let Some(known) = organizations.by_name.get(name) {
            return Ok(Arc::clone(known));
        }
        let terms = (self.config.clock, None);
        let (organization, _) = self.add(organizations, name, terms, origin, machine)?;
        Ok(organization)
    }

    fn add(
        &self,
        organizations: &mut Organizations,
        name: &str,
        (clock, lease): (ClockSetting, Option<SignedDuration>),
        origin: Origin,
        machine: Timestamp,
    ) -> Result<(Arc<Organization>, Vec<ScenarioKey>), OrganizationError> {
        if organizations.by_name.len() >= self.config.max_organizations {
            self.make_room(organizations, origin)?;
        }
        self.shared_data.memory.has(ORGANIZATION_MEMORY)?;
        let organization = Organization::new(
            name,
            clock,
            origin,
            organizations.gone,
            &self.shared_data,
            machine,
        );
        let organization = Arc::new(organization.with_lease(lease));
        organizations.note_lease(&organization);
        if organizations.evicted.take(name) && origin == Origin::Appeared {
            organization.announce_eviction();
        }
        organizations
            .by_name
            .insert(name.into(), Arc::clone(&organization));
        let begun = self.begin(organizations, &organization, machine);
        let keys = begun.unwrap_or_else(|error| {
            tracing::error!(organization = name, %error, "cannot activate the scenario");
            Vec::new()
        });
        Ok((organization, keys))
    }

    fn free_name(&self, organizations: &Organizations) -> String {
        let life = format!("#{}", organizations.gone);
        (organizations.by_name.len() as u64..u64::MAX)
            .map(|index| seed::stream(self.config.seed, &life, "organization", index))
            .map(|mut random| seed::base62(&mut random, NAME_LENGTH))
            .find(|name| !organizations.by_name.contains_key(&**name))
            .expect("there are more names than organizations")
    }
}
