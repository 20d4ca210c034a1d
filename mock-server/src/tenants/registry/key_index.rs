//! From the SHA-256 of a key's text to its organization.
//!
//! Looking one up takes no lock. The index keeps no organization: what it has of one that is gone may still be there for
//! a while, since the map frees its entries when it likes.

use std::sync::{Arc, Weak};

use papaya::HashMap;

use crate::{
    keys::{Key, KeyHash},
    tenants::Organization,
};

/// A key of an organization.
#[derive(Clone, Debug)]
pub(crate) struct KeyRef {
    /// Whose it is.
    pub organization: Arc<Organization>,
    /// Which of its keys.
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

    /// Forgets these keys of an organization, as far as they are still its own.
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
