//! Why the store does not do what it is asked for.

use schemas::{Entity, orders::OrderStatus};

/// Why the store does not do what it is asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// The organization has no such thing.
    #[error("there is no {entity} {id}")]
    Missing {
        /// What was asked for.
        entity: Entity,
        /// Its identifier, as it was sent.
        id: String,
    },
    /// The organization has as much as is kept.
    #[error("the sandbox keeps {most} {what} of an organization; delete some, or reset it")]
    Full {
        /// How much is kept.
        most: usize,
        /// Of what.
        what: &'static str,
    },
    /// What the order finds is not there yet.
    #[error(
        "order {id} is {status}; its results are there once it is {}",
        OrderStatus::Completed
    )]
    NotCompleted {
        /// The order.
        id: String,
        /// Where it stands.
        status: OrderStatus,
    },
    /// The prospect search was changed since it was read.
    #[error(
        "prospect search {id} is at version {version}, not {sent}; read it again and change what is there"
    )]
    Stale {
        /// The search.
        id: String,
        /// The version it is at.
        version: u64,
        /// The version that was sent.
        sent: u64,
    },
}

impl Refusal {
    /// The organization has no such thing.
    pub(crate) fn missing(entity: Entity, id: &str) -> Self {
        Self::Missing {
            entity,
            id: id.to_owned(),
        }
    }

    /// Where there are so many of something already, there is place for more, up to a bound.
    pub(crate) fn unless_full(
        there: usize,
        more: usize,
        most: usize,
        what: &'static str,
    ) -> Result<(), Self> {
        if there + more <= most {
            Ok(())
        } else {
            Err(Self::Full { most, what })
        }
    }
}
