//! How often what was answered.
//!
//! Counting must cost a request next to nothing: a series is found without a lock and without an
//! allocation, and one number goes up.
//!
//! Labels are kinds of credentials, operations, statuses, codes and tiers, never anything of a caller's.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use papaya::HashMap;
use schemas::{ErrorCode, OperationId, Tier};
use strum::{IntoStaticStr, VariantArray};

use crate::journal::CredentialKind;

/// What is counted while it happens.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    requests: HashMap<Series, AtomicU64>,
    limited: [AtomicU64; Tier::VARIANTS.len()],
    aborted: AtomicU64,
    closed: [AtomicU64; Closed::VARIANTS.len()],
}

/// Why the server closed a connection.
#[derive(Clone, Copy, Debug, Eq, Hash, IntoStaticStr, PartialEq, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub(crate) enum Closed {
    /// It sent nothing.
    FirstByte,
    /// The head of a request did not come to its end.
    Head,
    /// It sent no other request.
    Idle,
    /// It took nothing of a response.
    Write,
    /// All places were taken, and it was the first to go.
    Places,
    /// Its client had more than it may have.
    Client,
    /// It sent too many control frames of HTTP/2.
    Flood,
}

/// Requests that are counted together.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Series {
    /// What they were authenticated by.
    pub credential: Option<CredentialKind>,
    /// What they asked for.
    pub operation: Option<OperationId>,
    /// The status of their answers.
    pub status: u16,
    /// The error code of their answers.
    pub code: Option<ErrorCode>,
}

impl Metrics {
    /// Counts a request.
    pub(crate) fn count(&self, series: Series) {
        let requests = self.requests.pin();
        let count = requests.get_or_insert_with(series, AtomicU64::default);
        count.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request that the quota of its tier refused.
    pub(crate) fn count_limited(&self, tier: Tier) {
        self.limited[tier as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request whose caller went away.
    pub(crate) fn count_aborted(&self) {
        self.aborted.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a connection that the server closed.
    pub(crate) fn count_closed(&self, why: Closed) {
        self.closed[why as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Every reason with its count.
    pub(crate) fn closed(&self) -> impl Iterator<Item = (String, u64)> {
        Closed::VARIANTS.iter().map(|why| {
            let count = self.closed[*why as usize].load(Ordering::Relaxed);
            let why: &str = why.into();
            (format!(r#"{{reason="{why}"}}"#), count)
        })
    }

    /// Requests whose caller went away.
    pub(crate) fn aborted(&self) -> u64 {
        self.aborted.load(Ordering::Relaxed)
    }

    /// Every series with its count, always in the same order.
    pub(crate) fn requests(&self) -> Vec<(String, u64)> {
        let counted = self.requests.pin();
        let mut all: Vec<_> = counted
            .iter()
            .map(|(series, count)| (series.to_string(), count.load(Ordering::Relaxed)))
            .collect();
        all.sort();
        all
    }

    /// Every tier with its count.
    pub(crate) fn limited(&self) -> impl Iterator<Item = (String, u64)> {
        Tier::VARIANTS.iter().map(|tier| {
            let count = self.limited[*tier as usize].load(Ordering::Relaxed);
            (format!(r#"{{tier="{tier}"}}"#), count)
        })
    }
}

/// As labels.
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
