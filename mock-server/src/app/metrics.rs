//! Counts requests and connections.
//!
//! Counting must cost a request almost nothing: it finds a series without a lock or an allocation, and increments
//! one number.
//!
//! Labels are kinds of credentials, operations, statuses, codes and tiers, never data from clients.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use papaya::HashMap;
use schemas::{ErrorCode, OperationId, Tier};
use strum::{IntoStaticStr, VariantArray};

use crate::journal::CredentialKind;

/// Counters of events.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    requests: HashMap<Series, AtomicU64>,
    limited: [AtomicU64; Tier::VARIANTS.len()],
    aborted: AtomicU64,
    live_keys: AtomicU64,
    closed: [AtomicU64; Closed::VARIANTS.len()],
}

/// Why the server closed a connection.
#[derive(Clone, Copy, Debug, Eq, Hash, IntoStaticStr, PartialEq, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub(crate) enum Closed {
    /// The client sent nothing.
    FirstByte,
    /// The head of a request was incomplete.
    Head,
    /// The client sent no further request.
    Idle,
    /// The client read nothing of a response.
    Write,
    /// All places were taken, and this connection was the first to close.
    Places,
    /// The client had more connections than one client may have.
    Client,
    /// The client sent too many HTTP/2 control frames.
    Flood,
    /// All connections together used too much memory, and this connection used most.
    Memory,
}

/// Labels of requests that are counted together.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Series {
    /// The kind of credential.
    pub credential: Option<CredentialKind>,
    /// The requested operation.
    pub operation: Option<OperationId>,
    /// The status of the responses.
    pub status: u16,
    /// The error code of the responses.
    pub code: Option<ErrorCode>,
}

impl Metrics {
    /// Counts a request.
    pub(crate) fn count(&self, series: Series) {
        let requests = self.requests.pin();
        let count = requests.get_or_insert_with(series, AtomicU64::default);
        count.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request that the quota of its tier rejected.
    pub(crate) fn count_limited(&self, tier: Tier) {
        self.limited[tier as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request whose client disconnected.
    pub(crate) fn count_aborted(&self) {
        self.aborted.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request with a live key.
    pub(crate) fn count_live_key(&self) {
        self.live_keys.fetch_add(1, Ordering::Relaxed);
    }

    /// Number of requests with a live key.
    pub(crate) fn live_keys(&self) -> u64 {
        self.live_keys.load(Ordering::Relaxed)
    }

    /// Counts a connection that the server closed.
    pub(crate) fn count_closed(&self, reason: Closed) {
        self.closed[reason as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Counts of closed connections, by reason.
    pub(crate) fn closed(&self) -> impl Iterator<Item = (String, u64)> {
        Closed::VARIANTS.iter().map(|reason| {
            let count = self.closed[*reason as usize].load(Ordering::Relaxed);
            let reason: &str = reason.into();
            (format!(r#"{{reason="{reason}"}}"#), count)
        })
    }

    /// Number of requests whose client disconnected.
    pub(crate) fn aborted(&self) -> u64 {
        self.aborted.load(Ordering::Relaxed)
    }

    /// Number of requests.
    pub(crate) fn received(&self) -> u64 {
        let counted = self.requests.pin();
        let counts = counted.values().map(|count| count.load(Ordering::Relaxed));
        counts.sum::<u64>() + self.aborted()
    }

    /// Counts of requests by series, in a fixed order.
    pub(crate) fn requests(&self) -> Vec<(String, u64)> {
        let counted = self.requests.pin();
        let mut all: Vec<_> = counted
            .iter()
            .map(|(series, count)| (series.to_string(), count.load(Ordering::Relaxed)))
            .collect();
        all.sort();
        all
    }

    /// Counts of rejected requests, by tier.
    pub(crate) fn limited(&self) -> impl Iterator<Item = (String, u64)> {
        Tier::VARIANTS.iter().map(|tier| {
            let count = self.limited[*tier as usize].load(Ordering::Relaxed);
            (format!(r#"{{tier="{tier}"}}"#), count)
        })
    }
}

/// The labels in Prometheus text format.
impl fmt::Display for Series {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let credential = self.credential.map_or("none", <&str>::from);
        let operation = self.operation.map_or("none", OperationId::as_str);
        let code = self.code.map_or("none", ErrorCode::as_str);
        let status = self.status;
        write!(
            formatter,
            r#"{{operation="{operation}",status="{status}",code="{code}",credential="{credential}"}}"#
        )
    }
}
