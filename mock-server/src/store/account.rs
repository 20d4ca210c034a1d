//! The memory that an organization uses, limited per organization and per server.

use std::sync::Arc;

use parking_lot::Mutex;
use serde::Serialize;

use super::{StoreError, weight};
use crate::{
    budget::{Budget, Reserved},
    config::limits::{MAX_ORGANIZATION_MEMORY, ORGANIZATION_MEMORY},
};

/// The memory that an organization uses. A clone is a handle to the same account; the parts of the store add what
/// they keep.
#[derive(Clone, Debug)]
pub(crate) struct Account(Arc<Mutex<Used>>);

#[derive(Debug)]
struct Used {
    reserved: Reserved,
    /// The limit in bytes; `None` while the organization gets its initial data, which is always allowed.
    max: Option<usize>,
}

impl Account {
    /// The account of a new organization.
    pub(super) fn new(budget: &Arc<Budget>) -> Self {
        let mut reserved = budget.nothing();
        reserved.grow_always(ORGANIZATION_MEMORY);
        Self(Arc::new(Mutex::new(Used {
            reserved,
            max: None,
        })))
    }

    /// From now on, the limits apply.
    pub(super) fn begin(&self) {
        self.0.lock().max = Some(MAX_ORGANIZATION_MEMORY);
    }

    /// Raises the limit to restore a snapshot. It includes the initial data, so the snapshot of a full organization
    /// needs more than the usual limit.
    pub(super) fn restore(&self) {
        self.0.lock().max = Some(2 * MAX_ORGANIZATION_MEMORY);
    }

    /// Reserves memory for an object.
    pub(super) fn add(&self, bytes: usize) -> Result<(), StoreError> {
        let mut used = self.0.lock();
        let Some(max) = used.max else {
            return Ok(());
        };
        if used.reserved.bytes().saturating_add(bytes) > max {
            return Err(StoreError::TooMuch);
        }
        used.reserved.grow(bytes).map_err(StoreError::OverBudget)
    }

    /// Reserves memory for an object that replaces another, if there was one.
    pub(super) fn replace<T: Serialize>(&self, old: Option<&T>, new: &T) -> Result<(), StoreError> {
        let (old, new) = (old.map_or(0, weight::weight), weight::weight(new));
        if new > old {
            return self.add(new - old);
        }
        self.remove(old - new);
        Ok(())
    }

    /// Releases memory of a removed object.
    pub(super) fn remove(&self, bytes: usize) {
        self.0.lock().reserved.shrink(bytes);
    }
}
