//! What an organization has. In memory, synchronous; knows no HTTP and no clock.

mod blacklists;
mod ids;
mod orders;
mod page;
mod refusal;
mod results;
mod rows;
mod timeline;

use std::sync::Arc;

use jiff::Timestamp;

pub(crate) use blacklists::Blacklists;
pub(crate) use orders::Orders;
pub(crate) use page::Page;
pub(crate) use refusal::Refusal;
pub(crate) use timeline::Timeline;

/// What an organization has.
#[derive(Debug)]
pub(crate) struct Store {
    /// Its orders.
    pub orders: Orders,
    /// Its blacklists.
    pub blacklists: Blacklists,
}

impl Store {
    /// What an organization has from the start. It depends on the seed and the organization's name
    /// only.
    pub(crate) fn new(
        seed: u64,
        organization: &Arc<str>,
        timeline: Timeline,
        now: Timestamp,
    ) -> Self {
        Self {
            orders: Orders::new(seed, organization, timeline, now),
            blacklists: Blacklists::new(seed, organization, now),
        }
    }
}
