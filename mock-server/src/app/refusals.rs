//! The requests that the server refused, for those who want to know why a test failed.

use schemas::ErrorCode;

use super::App;
use crate::journal::{Entry, Filter, Journal};

/// The refused requests among those in the journals.
#[derive(Debug, Default)]
pub struct Refusals {
    /// Number of requests that the server received.
    pub received: u64,
    /// Number of them that are in a journal, refused or not. An organization's journal is deleted with it.
    pub recorded: usize,
    /// Number of refused requests.
    pub refused: usize,
    /// What was refused, oldest first in each journal; equal refusals are counted together.
    pub shown: Vec<Refusal>,
}

/// A refused request.
#[derive(Debug, Eq, PartialEq)]
pub struct Refusal {
    /// How often it was refused.
    pub times: usize,
    /// The method.
    pub method: String,
    /// Path and query, with credentials masked.
    pub target: String,
    /// The status of the response; `None` if the client disconnected before.
    pub status: Option<u16>,
    /// The error code of the response.
    pub code: Option<ErrorCode>,
    /// The reason, which may say more than the response.
    pub reason: String,
}

impl App {
    /// The refused requests, at most `max` different ones.
    pub fn refusals(&self, max: usize) -> Refusals {
        let mut refusals = Refusals {
            received: self.metrics.received(),
            ..Refusals::default()
        };
        for organization in self.tenants.organizations(self.machine_now()) {
            refusals.add(&organization.state().journal, max);
        }
        refusals.add(&self.unclaimed(), max);
        refusals
    }
}

impl Refusals {
    fn add(&mut self, journal: &Journal, max: usize) {
        self.recorded += journal.len();
        for (_, entry) in journal.matching(&Filter::default(), 0) {
            let Some(refusal) = Refusal::of(entry) else {
                continue;
            };
            self.refused += 1;
            match self.shown.iter().position(|known| known.is_like(&refusal)) {
                Some(known) => self.shown[known].times += 1,
                None if self.shown.len() < max => self.shown.push(refusal),
                None => {}
            }
        }
    }
}

impl Refusal {
    /// A request whose response was an error, or that got none.
    fn of(entry: &Entry) -> Option<Self> {
        let status = entry.status();
        if status.is_some_and(|status| status < 400) {
            return None;
        }
        let reason = match (&entry.rejection, &entry.faults) {
            (Some(rejection), _) => rejection.reason.to_string(),
            (None, Some(faults)) => {
                let ids: Vec<_> = faults.iter().map(|fault| fault.id).collect();
                format!("a fault of the scenario: {}", ids.join(", "))
            }
            (None, None) => "no reason was recorded".to_owned(),
        };
        Some(Self {
            times: 1,
            method: entry.method.to_string(),
            target: entry.target.to_string(),
            status,
            code: entry.code,
            reason,
        })
    }

    fn is_like(&self, other: &Self) -> bool {
        let parts = |refusal: &Self| (refusal.status, refusal.code);
        parts(self) == parts(other)
            && (&self.method, &self.target, &self.reason)
                == (&other.method, &other.target, &other.reason)
    }
}
