//! Maps the SHA-256 of a key's text to its organization.
//!
//! Lookups take no lock. The index does not keep organizations alive: entries of removed organizations may stay for
//! a while, because the map frees its entries lazily.

use std::sync::{Arc, Weak};

use papaya::HashMap;

use crate::{
    keys::{Key, KeyHash, ShortKeyHash},
    tenants::Organization,
};

/// A key of an organization.
#[derive(Clone, Debug)]
pub(crate) struct KeyRef {
    /// The organization that owns it.
    pub organization: Arc<Organization>,
    /// The index of the key in the organization.
    pub index: usize,
}

/// All keys of all organizations.
#[derive(Debug, Default)]
pub(super) struct KeyIndex(HashMap<ShortKeyHash, Entry>);

#[derive(Debug)]
struct Entry {
    organization: Weak<Organization>,
    index: u32,
}

impl KeyIndex {
    /// The key with this hash.
    pub(super) fn find(&self, hash: KeyHash) -> Option<KeyRef> {
        let keys = self.0.pin();
        let entry = keys.get(&hash.short())?;
        Some(KeyRef {
            organization: entry.organization.upgrade()?,
            index: entry.index as usize,
        })
    }

    /// Adds a key of an organization.
    pub(super) fn insert(
        &self,
        organization: &Arc<Organization>,
        hash: KeyHash,
        index: usize,
    ) -> KeyRef {
        let entry = Entry {
            organization: Arc::downgrade(organization),
            index: u32::try_from(index).expect("an organization has few keys"),
        };
        self.0.pin().insert(hash.short(), entry);
        KeyRef {
            organization: Arc::clone(organization),
            index,
        }
    }

    /// Removes these keys, if they still belong to the organization.
    pub(super) fn forget(&self, organization: &Arc<Organization>, keys: &[Key]) {
        let own = Arc::downgrade(organization);
        let index = self.0.pin();
        for key in keys {
            let hash = key.definition.hash.short();
            if index
                .get(&hash)
                .is_some_and(|entry| entry.organization.ptr_eq(&own))
            {
                index.remove(&hash);
            }
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use std::{iter, time::Duration};

    use jiff::Timestamp;
    use schemas::key::ApiKey;

    use super::*;
    use crate::{clock, tenants::Registry};

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn key(number: usize) -> ApiKey {
        ApiKey::parse(&format!("lnc_test_{number:032}")).unwrap()
    }

    #[test]
    fn time_to_forget_a_key_does_not_depend_on_the_number_of_others() {
        let registry = Registry::new(Arc::default(), NOW).unwrap();
        let self_describing = "lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01";
        let self_describing = ApiKey::parse(self_describing).unwrap();
        let own = registry
            .resolve(&self_describing, NOW)
            .unwrap()
            .organization;
        let other = registry.sign_in("other1", NOW).unwrap();
        let keys = &own.state().keys;
        let index = KeyIndex::default();
        let time_beside = |others| -> Duration {
            for number in 0..others {
                index.insert(&other, KeyHash::of(&key(number)), number);
            }
            let forget = || {
                index.insert(&own, keys[0].definition.hash, 0);
                let start = clock::monotonic();
                index.forget(&own, keys);
                let time = start.elapsed();
                assert_eq!(index.len(), others);
                time
            };
            // The shortest time is that without an interruption.
            iter::repeat_with(forget).take(50).min().unwrap()
        };
        let (few, many) = (time_beside(10), time_beside(100_000));
        // A coarse clock may see no time pass. To look at each of the others takes far longer than 50 µs.
        let few = few.max(Duration::from_micros(1));
        assert!(many < 50 * few, "{few:?} {many:?}");
    }
}
