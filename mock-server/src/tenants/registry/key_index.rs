//! Maps the SHA-256 of a key's text to its organization.
//!
//! Lookups take no lock. The index does not keep organizations alive: entries of removed organizations may stay for
//! a while, because the map frees its entries lazily.

use std::sync::{Arc, Weak};

use papaya::HashMap;

use crate::{
    keys::{Key, KeyHash},
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
pub(super) struct KeyIndex(HashMap<KeyHash, Entry>);

#[derive(Debug)]
struct Entry {
    organization: Weak<Organization>,
    index: u32,
}

impl KeyIndex {
    /// The key with this hash.
    pub(super) fn find(&self, hash: KeyHash) -> Option<KeyRef> {
        let keys = self.0.pin();
        let entry = keys.get(&hash)?;
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
        self.0.pin().insert(hash, entry);
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
            let hash = key.definition.hash;
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
