//! Activates a scenario in an organization, with its keys and data.

use std::sync::Arc;

use jiff::Timestamp;
use scenarios::{Scenario, scenario::OwnKey};
use schemas::key::ApiKey;

use super::{KeyRef, OrganizationError, Organizations, Registry, minting};
use crate::{
    budget::Reserved,
    handlers::{self, ApiError, CheckedBody, CheckedRequest, query},
    keys::{Expiry, Key, KeyHash, NewKey},
    tenants::{Organization, State, active_scenario::ActiveScenario},
};

/// A key of a scenario.
#[derive(Debug)]
pub(crate) struct ScenarioKey {
    /// The name of the key in the scenario.
    pub name: String,
    /// The text, which is not stored.
    pub key: ApiKey,
    /// The index of the key in the organization.
    pub index: usize,
}

/// Why a scenario cannot be activated.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ActivationError {
    /// Its keys cannot be created.
    #[error(transparent)]
    Organization(#[from] OrganizationError),
    /// An item of its data cannot be created. Earlier items exist.
    #[error("data {number}: {reason}")]
    Data {
        /// The number of the item, from 1.
        number: usize,
        reason: Box<str>,
    },
}

/// About how many bytes of memory a scenario uses: twice those of its text.
fn memory_of(scenario: &Scenario) -> usize {
    2 * serde_json::to_vec(scenario).map_or(0, |text| text.len())
}

impl Registry {
    /// Activates a scenario in place of the active one, and returns its keys. On failure, the earlier scenario
    /// stays active.
    pub(crate) fn activate(
        &self,
        organization: &Arc<Organization>,
        scenario: Scenario,
        machine: Timestamp,
    ) -> Result<Vec<ScenarioKey>, ActivationError> {
        let mut memory = self.shared_data.memory.nothing();
        let taken = memory.grow(memory_of(&scenario));
        taken.map_err(OrganizationError::Memory)?;
        let organizations = self.organizations.lock();
        let scenario = (&Arc::new(scenario), Some(memory));
        self.activate_under(&organizations, organization, scenario, machine)
    }

    /// Replaces the initial scenario, including wherever it is active.
    pub(crate) fn reload(&self, scenario: Scenario, machine: Timestamp) {
        let scenario = Arc::new(scenario);
        let before = self.first_scenario.lock().replace(Arc::clone(&scenario));
        let Some(before) = before else { return };
        for organization in self.organizations(machine) {
            let is_on = organization
                .state()
                .scenario
                .as_ref()
                .is_some_and(|active| active.runs(&before));
            if !is_on {
                continue;
            }
            let organizations = self.organizations.lock();
            let shared = (&scenario, None);
            let activated = self.activate_under(&organizations, &organization, shared, machine);
            if let Err(error) = activated {
                let organization = organization.name();
                tracing::warn!(organization, %error, "the previous scenario stays active");
            }
        }
    }

    /// Resets everything to the initial state, except keys: they stay, as if unused.
    pub(crate) fn reset(
        &self,
        organization: &Arc<Organization>,
        machine: Timestamp,
    ) -> Result<(), ActivationError> {
        let organizations = self.organizations.lock();
        organization.reset(&self.shared_data, machine);
        self.begin(&organizations, organization, machine).map(drop)
    }

    /// Activates the initial scenario, if there is one.
    pub(super) fn begin(
        &self,
        organizations: &Organizations,
        organization: &Arc<Organization>,
        machine: Timestamp,
    ) -> Result<Vec<ScenarioKey>, ActivationError> {
        let scenario = self.first_scenario.lock().clone();
        scenario.map_or(Ok(Vec::new()), |scenario| {
            self.activate_under(organizations, organization, (&scenario, None), machine)
        })
    }

    fn activate_under(
        &self,
        organizations: &Organizations,
        organization: &Arc<Organization>,
        (scenario, memory): (&Arc<Scenario>, Option<Reserved>),
        machine: Timestamp,
    ) -> Result<Vec<ScenarioKey>, ActivationError> {
        if !organizations.has(organization) {
            let name = organization.name().to_owned();
            return Err(OrganizationError::Gone(name).into());
        }
        let now = organization.state().clock.now(machine);
        // Keys come first, because creating a key twice is harmless.
        let keys = scenario.keys.iter();
        let keys: Result<Vec<_>, _> = keys.map(|own| self.bring(organization, own, now)).collect();
        let keys = keys?;
        self.make(scenario, &mut organization.state(), now)?;
        let own = keys
            .iter()
            .map(|scenario_key| (scenario_key.name.clone(), KeyHash::of(&scenario_key.key)));
        let active = ActiveScenario::new(
            Arc::clone(scenario),
            self.config.seed,
            now,
            own.collect(),
            (&self.shared_data.memory, memory),
        );
        for own in scenario.pending() {
            organization.state().keys[keys[own].index].suspend();
        }
        organization.set_scenario(Some(active));
        Ok(keys)
    }

    /// Creates the data of a scenario, as API requests would.
    fn make(
        &self,
        scenario: &Scenario,
        state: &mut State,
        now: Timestamp,
    ) -> Result<(), ActivationError> {
        for (number, made) in (1..).zip(&scenario.data) {
            let operation = made.operation.operation();
            let checked = |document| CheckedBody::new(document, made.body.clone());
            let call = |query| {
                handlers::run(CheckedRequest {
                    operation,
                    store: &mut state.store,
                    keys: &mut state.keys,
                    now,
                    id: "",
                    query,
                    body: operation.request.map(checked),
                })
            };
            let reason = |error: ApiError| ActivationError::Data {
                number,
                reason: error.reason(),
            };
            query::read(&self.config, operation, None)
                .and_then(call)
                .map_err(reason)?;
        }
        Ok(())
    }

    /// Creates a key of a scenario, or renews it: each activation gives the same text and an unused key.
    fn bring(
        &self,
        organization: &Arc<Organization>,
        own: &OwnKey,
        now: Timestamp,
    ) -> Result<ScenarioKey, OrganizationError> {
        let kind = format!("key of a scenario: {}", own.name);
        let key = minting::draw(self.config.seed, organization, &kind, 0);
        let expires = own.expires_in.map(|duration| {
            let at = now.saturating_add(duration.0).unwrap_or(Timestamp::MAX);
            Expiry::at(at)
        });
        let new = NewKey {
            name: Some(own.name.clone()),
            scopes: own.scopes(),
            tier: own.tier,
            expiry: expires.unwrap_or_default(),
        };
        let index = match self.keys.find(KeyHash::of(&key)) {
            Some(KeyRef { index, .. }) => {
                let mut state = organization.state();
                let id = state.keys[index].definition.id;
                state.keys[index] = Key::new(new.definition(id, &key, now));
                index
            }
            None => self.register(organization, &key, new, now)?.index,
        };
        Ok(ScenarioKey {
            name: own.name.clone(),
            key,
            index,
        })
    }
}
