//! Why the store does not do what it is asked for.

use schemas::{Entity, orders::OrderStatus};

use crate::{budget::OverBudget, config::limits::MAX_ORGANIZATION_MEMORY};

/// Why the store does not do what it is asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The organization has no such thing.
    #[error("there is no {entity} {id}")]
    Missing {
        /// What was asked for.
        entity: Entity,
        /// Its identifier, as it was sent.
        id: String,
    },
    /// The organization has as much as is kept.
    #[error(
        "the sandbox keeps at most {most} {what} per organization; delete some, or reset the organization"
    )]
    Full {
        /// How much is kept.
        most: usize,
        /// Of what.
        what: &'static str,
    },
    /// The organization uses all the memory that it may.
    #[error(
        "the organization uses the {} MiB of memory that it may; delete some of what it has, or reset it",
        MAX_ORGANIZATION_MEMORY / 1024 / 1024
    )]
    TooMuch,
    /// The server uses all the memory that it may.
    #[error(transparent)]
    OverBudget(OverBudget),
    /// What the order finds is not there yet.
    #[error(
        "order {id} is {status}; its results are available once it is {}",
        OrderStatus::Completed
    )]
    NotCompleted {
        /// The order.
        id: String,
        /// Where it stands.
        status: OrderStatus,
    },
    /// The order was given up, so it finds nothing.
    #[error("order {id} is {}; it has no results", OrderStatus::Cancelled)]
    Cancelled {
        /// The order.
        id: String,
    },
    /// An order does not go back, nor on from a final status.
    #[error("order {id} is {status} and cannot become {to}; {possible}")]
    NoWay {
        /// The order.
        id: String,
        /// Where it stands.
        status: OrderStatus,
        /// Where it should go.
        to: OrderStatus,
        /// Where it can.
        possible: String,
    },
    /// The prospect search was changed since it was read.
    #[error(
        "prospect search {id} is at version {version}, not {sent}; read it again and update that version"
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

impl StoreError {
    /// The organization has no such thing.
    pub(crate) fn missing(entity: Entity, id: &str) -> Self {
        Self::Missing {
            entity,
            id: id.to_owned(),
        }
    }

    /// An order cannot be moved so; these are the statuses that it can be moved to.
    pub(crate) fn no_way(
        id: String,
        status: OrderStatus,
        to: OrderStatus,
        possible: &[OrderStatus],
    ) -> Self {
        let possible: Vec<_> = possible.iter().map(ToString::to_string).collect();
        let possible = match &*possible {
            [] => "that status is final".to_owned(),
            possible => format!("it can become {}", possible.join(", ")),
        };
        Self::NoWay {
            id,
            status,
            to,
            possible,
        }
    }

    /// Where there are this many of something already, there is place for more, up to a bound.
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
