//! Removes organizations: they are deleted, or evicted to make room for others.
//!
//! The time to remove one depends only on its own keys and tokens, not on the number of other organizations,
//! because requests wait for the lock meanwhile.

use std::{
    collections::BTreeMap,
    hash::{BuildHasher, RandomState},
    sync::Arc,
};

use super::{OrganizationError, Organizations, Registry};
use crate::tenants::{Organization, organization::Origin};

/// Maximum number of evicted organizations that are remembered, to report the eviction when their keys are used again.
const MAX_EVICTED: usize = 10_000;

/// The [`MAX_EVICTED`] organizations that were evicted last, and not created again.
///
/// Only hashes of their names are kept, in trees: strings, or tables of a few hundred KiB, would keep pages of memory whose other
/// parts belonged to organizations that are gone.
#[derive(Debug, Default)]
pub(super) struct Evicted {
    hasher: RandomState,
    /// The number of each name's latest eviction.
    names: BTreeMap<u64, u64>,
    /// The names, by these numbers.
    by_age: BTreeMap<u64, u64>,
    /// Number of evictions.
    total: u64,
}

impl Evicted {
    fn add(&mut self, name: &str) {
        self.take(name);
        self.total += 1;
        let name = self.hasher.hash_one(name);
        self.names.insert(name, self.total);
        self.by_age.insert(self.total, name);
        if self.by_age.len() > MAX_EVICTED
            && let Some((_, oldest)) = self.by_age.pop_first()
        {
            self.names.remove(&oldest);
        }
    }

    /// Whether an organization with this name was evicted. The name is then dropped, so that the eviction is
    /// reported once.
    pub(super) fn take(&mut self, name: &str) -> bool {
        let number = self.names.remove(&self.hasher.hash_one(name));
        number.is_some_and(|number| self.by_age.remove(&number).is_some())
    }
}

impl Registry {
    /// Removes an organization with all its keys, unless the configuration names it.
    pub(crate) fn delete(&self, organization: &Arc<Organization>) -> Result<(), OrganizationError> {
        if organization.origin() == Origin::Configured {
            return Err(OrganizationError::Pinned(organization.name().to_owned()));
        }
        self.forget(&mut self.organizations.lock(), organization);
        Ok(())
    }

    /// Number of evictions so far.
    pub(crate) fn evicted(&self) -> u64 {
        self.organizations.lock().evicted.total
    }

    /// Evicts the organization that was idle longest, first among those created on demand. One from the control API is
    /// evicted only for an organization that is not created on demand.
    pub(super) fn make_room(
        &self,
        organizations: &mut Organizations,
        origin: Origin,
    ) -> Result<(), OrganizationError> {
        let max = self.config.max_organizations;
        let idle = organizations
            .by_name
            .values()
            .filter(|other| other.origin() != Origin::Configured && other.origin() <= origin)
            .min_by(|one, other| {
                let one = (one.origin(), one.last_used(), one.name());
                one.cmp(&(other.origin(), other.last_used(), other.name()))
            })
            .cloned();
        let idle = idle.ok_or(match origin {
            Origin::Appeared => OrganizationError::NoRoom(max),
            Origin::Created | Origin::Configured => OrganizationError::Full(max),
        })?;
        tracing::warn!(
            organization = idle.name(),
            max_organizations = max,
            "evicted the organization idle longest, to make room for a new one"
        );
        organizations.evicted.add(idle.name());
        self.forget(organizations, &idle);
        Ok(())
    }

    pub(super) fn forget(
        &self,
        organizations: &mut Organizations,
        organization: &Arc<Organization>,
    ) {
        if !organizations.has(organization) {
            return;
        }
        organizations.by_name.remove(organization.name());
        organizations.gone += 1;
        let mut state = organization.state();
        state.journal.close();
        self.keys.forget(organization, &state.keys);
        drop(state);
        self.verified_tokens.forget(organization);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_a_number_of_evictions_and_reports_each_once() {
        let mut evicted = Evicted::default();
        for number in 0..MAX_EVICTED + 5 {
            evicted.add(&number.to_string());
        }
        assert!(!evicted.take("4"));
        assert!(evicted.take("5") && !evicted.take("5"));
        for _ in 0..2 * MAX_EVICTED {
            evicted.add("often");
        }
        let lengths = (evicted.names.len(), evicted.by_age.len());
        assert_eq!(lengths, (MAX_EVICTED, MAX_EVICTED));
        assert!(evicted.take("often") && !evicted.take("often"));
    }
}
