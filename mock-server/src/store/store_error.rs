//! Why the store rejects an operation.

use schemas::{Entity, orders::OrderStatus};

use crate::{budget::OverBudget, config::limits::MAX_ORGANIZATION_MEMORY};

/// Why the store rejects an operation.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The object does not exist.
    #[error("there is no {entity} {id}")]
    Missing {
        /// The kind of object.
        entity: Entity,
        /// The identifier in the request.
        id: String,
    },
    /// The organization has the maximum number of objects.
    #[error(
        "the sandbox keeps at most {max} {what} per organization; delete some, or reset the organization"
    )]
    Full {
        /// The maximum number.
        max: usize,
        /// The kind of object, in the plural.
        what: &'static str,
    },
    /// The organization has used all of its memory.
    #[error(
        "the organization uses the {} MiB of memory that it may; delete some of what it has, or reset it",
        MAX_ORGANIZATION_MEMORY / 1024 / 1024
    )]
    TooMuch,
    /// The server has used all of its memory.
    #[error(transparent)]
    OverBudget(OverBudget),
    /// The order has no results yet.
    #[error(
        "order {id} is {status}; its results are available once it is {}",
        OrderStatus::Completed
    )]
    NotCompleted {
        id: String,
        /// The status of the order.
        status: OrderStatus,
    },
    /// The order was cancelled, so it has no results.
    #[error("order {id} is {}; it has no results", OrderStatus::Cancelled)]
    Cancelled {
        /// The order.
        id: String,
    },
    /// An order cannot return to an earlier status, nor leave a final one.
    #[error("order {id} is {status} and cannot become {to}; {possible}")]
    NoWay {
        id: String,
        /// The status of the order.
        status: OrderStatus,
        /// The requested status.
        to: OrderStatus,
        /// The statuses that are possible.
        possible: String,
    },
    /// The prospect search was changed after the caller read it.
    #[error(
        "prospect search {id} is at version {version}, not {sent}; read it again and update that version"
    )]
    Stale {
        id: String,
        /// The current version.
        version: u64,
        /// The version in the request.
        sent: u64,
    },
}

impl StoreError {
    /// The object does not exist.
    pub(crate) fn missing(entity: Entity, id: &str) -> Self {
        Self::Missing {
            entity,
            id: id.to_owned(),
        }
    }

    /// The order cannot be moved to this status; `possible` lists those that it can.
    pub(crate) fn invalid_transition(
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

    /// Fails if `there` objects and `more` would exceed the maximum.
    pub(crate) fn unless_full(
        current: usize,
        more: usize,
        max: usize,
        what: &'static str,
    ) -> Result<(), Self> {
        if current + more <= max {
            Ok(())
        } else {
            Err(Self::Full { max, what })
        }
    }
}
