//! Switching a scenario on in an organization, with the keys and the data that it brings along.

use std::sync::Arc;

use jiff::Timestamp;
use scenarios::{Scenario, scenario::OwnKey};
use schemas::key::ApiKey;

use super::{Directory, KeyRef, NewKey, OrganizationError, Organizations, minting};
use crate::{
    handlers::{self, ApiError, Call, query},
    keys::{Expiry, Key, KeyHash},
    tenants::{Organization, State, running_scenario::Running},
};

/// A key that a scenario has brought along.
#[derive(Debug)]
pub(crate) struct Brought {
    /// What the scenario calls it.
    pub name: String,
    /// Its text, which is not kept.
    pub key: ApiKey,
    /// Which of the organization's keys it is.
    pub index: usize,
}

/// Why a scenario cannot be switched on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArmingError {
    /// It cannot have its keys.
    #[error(transparent)]
    Organization(#[from] OrganizationError),
    /// Some of its data cannot be made; what stands before them is.
    #[error("data {number}: {reason}")]
    Data {
        /// Which of them, from 1.
        number: usize,
        /// Why.
        reason: Box<str>,
    },
}

impl Directory {
    /// Switches a scenario on in an organization, in place of another, and hands over the keys that it
    /// brings along. Where that fails, the one before stays on.
    pub(crate) fn arm(
        &self,
        organization: &Arc<Organization>,
        scenario: &Arc<Scenario>,
        machine: Timestamp,
    ) -> Result<Vec<Brought>, ArmingError> {
        self.arm_under(&self.organizations.lock(), organization, scenario, machine)
    }

    /// Takes another scenario for the one from the start, also wherever that one is on.
    pub(crate) fn reload(&self, scenario: Scenario, machine: Timestamp) {
        let scenario = Arc::new(scenario);
        let before = self.first_scenario.lock().replace(Arc::clone(&scenario));
        let Some(before) = before else { return };
        for organization in self.organizations() {
            let is_on = organization
                .state()
                .scenario
                .as_ref()
                .is_some_and(|running| running.is(&before));
            if is_on && let Err(error) = self.arm(&organization, &scenario, machine) {
                let organization = organization.name();
                tracing::warn!(organization, %error, "the scenario stays as it was");
            }
        }
    }

    /// Everything as it was when the organization was new, but for its keys: they stay, unused.
    pub(crate) fn reset(
        &self,
        organization: &Arc<Organization>,
        machine: Timestamp,
    ) -> Result<(), ArmingError> {
        let organizations = self.organizations.lock();
        organization.reset(&self.origin, machine);
        self.begin(&organizations, organization, machine).map(drop)
    }

    /// Switches the scenario on that every organization begins with, if there is one.
    pub(super) fn begin(
        &self,
        organizations: &Organizations,
        organization: &Arc<Organization>,
        machine: Timestamp,
    ) -> Result<Vec<Brought>, ArmingError> {
        let scenario = self.first_scenario.lock().clone();
        scenario.map_or(Ok(Vec::new()), |scenario| {
            self.arm_under(organizations, organization, &scenario, machine)
        })
    }

    fn arm_under(
        &self,
        organizations: &Organizations,
        organization: &Arc<Organization>,
        scenario: &Arc<Scenario>,
        machine: Timestamp,
    ) -> Result<Vec<Brought>, ArmingError> {
        if !organizations.has(organization) {
            let name = organization.name().to_owned();
            return Err(OrganizationError::Gone(name).into());
        }
        let now = organization.state().clock.now(machine);
        // Keys first: to bring one twice does no harm.
        let brought = scenario.keys.iter();
        let brought: Result<Vec<_>, _> = brought
            .map(|own| self.bring(organization, own, now))
            .collect();
        let brought = brought?;
        self.make(scenario, &mut organization.state(), now)?;
        let own = brought
            .iter()
            .map(|one| (one.name.clone(), KeyHash::of(&one.key)));
        let running = Running::new(Arc::clone(scenario), self.config.seed, now, own.collect());
        for own in scenario.pending() {
            organization.state().keys[brought[own].index].suspend();
        }
        organization.set_scenario(Some(running));
        Ok(brought)
    }

    /// Makes the data of a scenario, as calls of the API would.
    fn make(
        &self,
        scenario: &Scenario,
        state: &mut State,
        now: Timestamp,
    ) -> Result<(), ArmingError> {
        for (number, made) in (1..).zip(&scenario.data) {
            let operation = made.operation.operation();
            let call = |query| {
                handlers::call(Call {
                    operation,
                    store: &mut state.store,
                    keys: &mut state.keys,
                    now,
                    id: "",
                    query,
                    body: Some(made.body.clone()),
                })
            };
            let reason = |error: ApiError| ArmingError::Data {
                number,
                reason: error.reason(),
            };
            query::read(&self.config, operation, None)
                .and_then(call)
                .map_err(reason)?;
        }
        Ok(())
    }

    /// A key of a scenario: the same text whenever it is switched on, and as good as new.
    fn bring(
        &self,
        organization: &Arc<Organization>,
        own: &OwnKey,
        now: Timestamp,
    ) -> Result<Brought, OrganizationError> {
        let kind = format!("key of a scenario: {}", own.name);
        let key = minting::draw(self.config.seed, organization, &kind, 0);
        let expires = own.expires_in.map(|span| {
            let at = now.saturating_add(span.0).unwrap_or(Timestamp::MAX);
            Expiry::At(at)
        });
        let new = NewKey {
            name: Some(own.name.clone()),
            scopes: own.scopes(),
            tier: own.tier,
            expiry: expires.unwrap_or_default(),
        };
        let known: Option<KeyRef> = self.keys.pin().get(&KeyHash::of(&key)).cloned();
        let index = match known {
            Some(KeyRef { index, .. }) => {
                let mut state = organization.state();
                let id = state.keys[index].definition.id.clone();
                state.keys[index] = Key::new(new.definition(id, &key));
                index
            }
            None => self.register(organization, &key, new)?.index,
        };
        Ok(Brought {
            name: own.name.clone(),
            key,
            index,
        })
    }
}
