//! Saves a store in a snapshot, and restores it.
//!
//! Generated data is not saved: it follows from the seed, the organization's name and its creation time. Data from
//! callers is saved as the request bodies that they could have sent, so that a restored snapshot is validated
//! against the same schemas.

use std::{fmt::Display, sync::Arc};

use jiff::Timestamp;
use schemas::documents::Document;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    SharedData, Store, StoreError, blacklists, companies, deliveries, job_searches, orders,
    prospect_searches, prospects, settings,
};
use crate::contract;

/// Number of rows that are validated at a time: as many as one body can have.
const AT_A_TIME: usize = 10_000;

/// The part of a store that snapshots save.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoreSnapshot {
    /// When the organization was created.
    since: Timestamp,
    settings: settings::SettingsSnapshot,
    blacklists: blacklists::BlacklistsSnapshot,
    prospect_searches: prospect_searches::ProspectSearchesSnapshot,
    companies: companies::CompaniesSnapshot,
    prospects: prospects::ProspectsSnapshot,
    orders: orders::OrdersSnapshot,
    feedback: deliveries::DeliveriesSnapshot,
    job_searches: job_searches::JobSearchesSnapshot,
}

/// Why a snapshot is inconsistent.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {reason}")]
pub(crate) struct InvalidSnapshot {
    place: &'static str,
    reason: String,
}

impl InvalidSnapshot {
    /// The invalid part of the snapshot.
    pub(crate) fn place(&self) -> &'static str {
        self.place
    }
}

impl Store {
    /// Saves the store as it is at `now`.
    pub(crate) fn save(&mut self, now: Timestamp) -> StoreSnapshot {
        self.deliver(now);
        StoreSnapshot {
            since: self.companies.since(),
            settings: self.settings.save(),
            blacklists: self.blacklists.save(),
            prospect_searches: self.prospect_searches.save(),
            companies: self.companies.save(),
            prospects: self.prospects.save(&self.companies),
            orders: self.orders.save(),
            feedback: self.deliveries.save(),
            job_searches: self.job_searches.save(),
        }
    }

    /// Restores a store.
    pub(crate) fn load(
        shared_data: &Arc<SharedData>,
        organization: &Arc<str>,
        snapshot: StoreSnapshot,
    ) -> Result<Self, InvalidSnapshot> {
        let mut store = Self::new(shared_data, organization, snapshot.since);
        store.account.restore();
        store.settings.load(snapshot.settings)?;
        store.blacklists.load(snapshot.blacklists)?;
        let searches = &mut store.prospect_searches;
        searches.load(snapshot.prospect_searches, &store.blacklists)?;
        store.companies.load(snapshot.companies)?;
        store.prospects.load(snapshot.prospects, &store.companies)?;
        store.orders.load(snapshot.orders, &store.companies)?;
        store.deliveries.load(snapshot.feedback, &store.orders)?;
        store.job_searches.load(snapshot.job_searches)?;
        store.account.begin();
        Ok(store)
    }
}

impl InvalidSnapshot {
    /// An error in a part of a snapshot.
    pub(crate) fn new(place: &'static str, reason: impl Display) -> Self {
        Self {
            place,
            reason: reason.to_string(),
        }
    }

    /// An error of the store while it restores a part of a snapshot.
    pub(super) fn refused(place: &'static str) -> impl Fn(StoreError) -> Self {
        move |error| Self::new(place, error)
    }

    /// Validates a request body against its schema.
    pub(super) fn require_valid(
        place: &'static str,
        document: Document,
        body: &impl Serialize,
    ) -> Result<(), Self> {
        let body = serde_json::to_value(body).expect("bodies have text keys only");
        match &*contract::field_errors(document, &body) {
            [] => Ok(()),
            [error, ..] => Err(Self::new(
                place,
                format_args!("{}: {}", error.field, error.error),
            )),
        }
    }

    /// Validates many items that are sent in a list.
    pub(super) fn require_all_valid<T: Serialize>(
        place: &'static str,
        document: Document,
        list: &[T],
        body: impl Fn(&[T]) -> serde_json::Value,
    ) -> Result<(), Self> {
        let mut parts = list.chunks(AT_A_TIME);
        parts.try_for_each(|part| Self::require_valid(place, document, &body(part)))
    }

    /// Fails if there are more than the maximum.
    pub(super) fn require_at_most(
        place: &'static str,
        count: usize,
        max: usize,
    ) -> Result<(), Self> {
        if count <= max {
            return Ok(());
        }
        let reason = format_args!("{count} are more than the {max} that are kept");
        Err(Self::new(place, reason))
    }

    /// Validates companies against the schema of an order that submits them.
    pub(super) fn require_companies<T: Serialize>(
        place: &'static str,
        companies: &[T],
    ) -> Result<(), Self> {
        let order = |part: &[T]| json!({"title": "-", "features": ["CONTACTS"], "companies": part});
        Self::require_all_valid(place, Document::CreateOrder, companies, order)
    }
}

/// The current value, if it differs from the first one.
pub(super) fn changed<T: PartialEq>(first: &T, now: T) -> Option<T> {
    (*first != now).then_some(now)
}

/// Parses a time that the store has written as text.
pub(super) fn time(written: &str) -> Timestamp {
    written
        .parse()
        .expect("the store writes times as RFC 3339 wants them")
}
