//! Deletes organizations whose lease is over: those of a test run that was killed, for example.
//!
//! Every request to an organization renews its lease. There is no timer: whoever looks for an organization deletes
//! those whose lease is over first, so none is found after its lease.

use std::sync::Arc;

use jiff::Timestamp;
use parking_lot::MutexGuard;

use super::{KeyRef, Organizations, Registry};
use crate::{keys::KeyHash, tenants::Organization};

impl Organizations {
    /// Records when the lease of a new organization ends.
    pub(super) fn note_lease(&mut self, organization: &Organization) {
        self.next_lease_end = earlier(self.next_lease_end, organization.lease_end());
    }
}

impl Registry {
    /// All organizations whose lease is not over.
    ///
    /// A use only postpones the end of a lease, so the organizations are searched at most once per lease.
    pub(super) fn leased(&self, machine: Timestamp) -> MutexGuard<'_, Organizations> {
        let mut organizations = self.organizations.lock();
        if organizations.next_lease_end.is_none_or(|end| machine < end) {
            return organizations;
        }
        let all = organizations.by_name.values();
        // Only the registry keeps an organization; whatever else refers to it is a request in progress.
        let is_over =
            |one: &&Arc<Organization>| lease_is_over(one, machine) && Arc::strong_count(one) == 1;
        let over: Vec<_> = all.filter(is_over).cloned().collect();
        for organization in over {
            tracing::info!(
                organization = organization.name(),
                "deleted an organization, because its lease is over"
            );
            self.forget(&mut organizations, &organization);
        }
        let left = organizations.by_name.values();
        organizations.next_lease_end = left.map(|one| one.lease_end()).fold(None, earlier);
        organizations
    }

    /// The key with this hash, unless the lease of its organization is over.
    pub(super) fn leased_key(&self, hash: KeyHash, machine: Timestamp) -> Option<KeyRef> {
        let found = self.keys.find(hash)?;
        if !lease_is_over(&found.organization, machine) {
            return Some(found);
        }
        // This reference would keep the organization.
        drop(found);
        drop(self.leased(machine));
        self.keys.find(hash)
    }
}

/// Whether the lease of an organization is over. A request in progress can still keep the organization.
pub(super) fn lease_is_over(organization: &Organization, machine: Timestamp) -> bool {
    organization.lease_end().is_some_and(|end| end <= machine)
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use schemas::key::ApiKey;

    use super::*;
    use crate::{
        keys::{Expiry, NewKey},
        tenants::{OrganizationError, UnknownKey},
    };

    const LEASE: SignedDuration = SignedDuration::from_secs(60);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// An organization with a lease that was created at second 0, and its key.
    fn leased() -> (Registry, ApiKey) {
        let registry = Registry::new(Arc::default(), at(0)).unwrap();
        let (organization, _) = registry
            .create(Some("leased"), None, Some(LEASE), at(0))
            .unwrap();
        let new = NewKey {
            name: None,
            scopes: schemas::ScopeSet::PUBLIC,
            tier: schemas::Tier::Free,
            expiry: Expiry::Never,
        };
        let (key, _) = registry.mint(&organization, new, at(0)).unwrap();
        (registry, key)
    }

    #[test]
    fn an_organization_is_gone_with_its_keys_once_its_lease_is_over() {
        let names = |registry: &Registry, machine| {
            let all = registry.organizations(machine);
            all.iter()
                .map(|one| one.name().to_owned())
                .collect::<Vec<_>>()
        };
        let (registry, _) = leased();
        assert_eq!(names(&registry, at(59)), ["leased"]);
        assert_eq!(names(&registry, at(60)), [""; 0]);
        let (registry, _) = leased();
        assert!(registry.organization("leased", at(59)).is_some());
        assert!(registry.organization("leased", at(60)).is_none());
        let (registry, key) = leased();
        registry.resolve(&key, at(59)).unwrap();
        assert!(matches!(
            registry.resolve(&key, at(60)),
            Err(UnknownKey::NotRegistered(_))
        ));
        assert_eq!(registry.keys.len(), 0);
        let (registry, _) = leased();
        let again = |machine| registry.create(Some("leased"), None, None, at(machine));
        assert!(matches!(again(59), Err(OrganizationError::Exists(_))));
        again(60).unwrap();
        // This one has no lease.
        assert_eq!(names(&registry, Timestamp::MAX), ["leased"]);
    }

    #[test]
    fn a_use_renews_the_lease_of_that_organization_only() {
        let (registry, key) = leased();
        registry
            .create(Some("other1"), None, Some(LEASE), at(0))
            .unwrap();
        for use_number in 1..100 {
            let now = at(use_number * 59);
            registry.resolve(&key, now).unwrap().organization.touch(now);
        }
        assert!(registry.organization("leased", at(100 * 59)).is_some());
        assert!(registry.organization("other1", at(100 * 59)).is_none());
    }

    #[test]
    fn a_request_in_progress_keeps_an_organization_beyond_its_lease() {
        let (registry, key) = leased();
        let in_progress = registry.organization("leased", at(0));
        assert!(registry.organization("leased", at(1_000)).is_some());
        registry.resolve(&key, at(1_000)).unwrap();
        drop(in_progress);
        assert!(registry.organization("leased", at(1_000)).is_none());
    }

    #[test]
    fn a_lease_of_any_length_is_a_lease() {
        let registry = Registry::new(Arc::default(), at(0)).unwrap();
        for (name, lease) in [
            ("lease0", SignedDuration::ZERO),
            ("lease1", SignedDuration::MAX),
        ] {
            registry
                .create(Some(name), None, Some(lease), at(0))
                .unwrap();
        }
        assert!(registry.organization("lease0", at(0)).is_none());
        assert!(registry.organization("lease1", at(1_000_000)).is_some());
    }
}
