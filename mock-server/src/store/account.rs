//! How much memory an organization uses, of what it may and of what the server may.

use std::sync::Arc;

use parking_lot::Mutex;
use serde::Serialize;

use super::{StoreError, weight};
use crate::{
    budget::{Budget, Reserved},
    config::limits::{MAX_ORGANIZATION_MEMORY, ORGANIZATION_MEMORY},
};

/// What an organization uses. A clone is a handle to the same; its parts add what they keep to it.
#[derive(Clone, Debug)]
pub(crate) struct Account(Arc<Mutex<Used>>);

#[derive(Debug)]
struct Used {
    reserved: Reserved,
    /// The organization has what it begins with, which there is always place for.
    has_begun: bool,
}

impl Account {
    /// Of an organization that has nothing yet.
    pub(super) fn new(budget: &Arc<Budget>) -> Self {
        let mut reserved = budget.nothing();
        reserved.grow_always(ORGANIZATION_MEMORY);
        Self(Arc::new(Mutex::new(Used {
            reserved,
            has_begun: false,
        })))
    }

    /// From now on, the organization keeps to what it may use.
    pub(super) fn begin(&self) {
        self.0.lock().has_begun = true;
    }

    /// Makes place for something that is kept from now on.
    pub(super) fn add(&self, bytes: usize) -> Result<(), StoreError> {
        let mut used = self.0.lock();
        if !used.has_begun {
            return Ok(());
        }
        if used.reserved.bytes().saturating_add(bytes) > MAX_ORGANIZATION_MEMORY {
            return Err(StoreError::TooMuch);
        }
        used.reserved.grow(bytes).map_err(StoreError::OverBudget)
    }

    /// Makes place for something that is kept in place of something else, if there was that.
    pub(super) fn replace<T: Serialize>(&self, old: Option<&T>, new: &T) -> Result<(), StoreError> {
        let (old, new) = (old.map_or(0, weight::of), weight::of(new));
        if new > old {
            return self.add(new - old);
        }
        self.remove(old - new);
        Ok(())
    }

    /// Something is not kept any more.
    pub(super) fn remove(&self, bytes: usize) {
        self.0.lock().reserved.shrink(bytes);
    }
}
