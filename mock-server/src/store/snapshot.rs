//! What a snapshot keeps of a store, and back.
//!
//! What is made up is not kept: it follows from the seed, the organization's name and when it came to be.
//! What callers have written is kept as the bodies that they could have sent, so that what is restored is
//! held to the same schemas.

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

/// Rows that are held to a schema at a time: as many as one body has.
const AT_A_TIME: usize = 10_000;

/// What a snapshot keeps of a store.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoreSnapshot {
    /// When the organization came to be.
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

/// Why a snapshot does not fit together.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {reason}")]
pub(crate) struct InvalidSnapshot {
    place: &'static str,
    reason: String,
}

impl InvalidSnapshot {
    /// The part of the snapshot.
    pub(crate) fn place(&self) -> &'static str {
        self.place
    }
}

impl Store {
    /// What a snapshot keeps of it.
    pub(crate) fn save(&self) -> StoreSnapshot {
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

    /// The store that this was kept of.
    pub(crate) fn load(
        shared_data: &Arc<SharedData>,
        organization: &Arc<str>,
        snapshot: StoreSnapshot,
    ) -> Result<Self, InvalidSnapshot> {
        let mut store = Self::new(shared_data, organization, snapshot.since);
        store.settings.load(snapshot.settings)?;
        store.blacklists.load(snapshot.blacklists)?;
        let searches = &mut store.prospect_searches;
        searches.load(snapshot.prospect_searches, &store.blacklists)?;
        store.companies.load(snapshot.companies)?;
        store.prospects.load(snapshot.prospects, &store.companies)?;
        store.orders.load(snapshot.orders, &store.companies)?;
        store.deliveries.load(snapshot.feedback, &store.orders)?;
        store.job_searches.load(snapshot.job_searches)?;
        Ok(store)
    }
}

impl InvalidSnapshot {
    /// This is wrong with that part of a snapshot.
    pub(crate) fn new(place: &'static str, reason: impl Display) -> Self {
        Self {
            place,
            reason: reason.to_string(),
        }
    }

    /// The same for what the store refuses.
    pub(super) fn refused(place: &'static str) -> impl Fn(StoreError) -> Self {
        move |error| Self::new(place, error)
    }

    /// Holds what a caller could have sent to its schema.
    pub(super) fn unless_valid(
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

    /// The same for many things that are sent in a list.
    pub(super) fn unless_all_valid<T: Serialize>(
        place: &'static str,
        document: Document,
        list: &[T],
        body: impl Fn(&[T]) -> serde_json::Value,
    ) -> Result<(), Self> {
        let mut parts = list.chunks(AT_A_TIME);
        parts.try_for_each(|part| Self::unless_valid(place, document, &body(part)))
    }

    /// There are no more than there can be.
    pub(super) fn unless_few(place: &'static str, there: usize, most: usize) -> Result<(), Self> {
        if there <= most {
            return Ok(());
        }
        let reason = format_args!("{there} are more than the {most} that are kept");
        Err(Self::new(place, reason))
    }

    /// Companies are held to what an order can send along.
    pub(super) fn unless_companies<T: Serialize>(
        place: &'static str,
        companies: &[T],
    ) -> Result<(), Self> {
        let order = |part: &[T]| json!({"title": "-", "features": ["CONTACTS"], "companies": part});
        Self::unless_all_valid(place, Document::CreateOrder, companies, order)
    }
}

/// What is there now, where it is not what was there first.
pub(super) fn changed<T: PartialEq>(first: &T, now: T) -> Option<T> {
    (*first != now).then_some(now)
}

/// A time that the store has written as text.
pub(super) fn time(written: &str) -> Timestamp {
    written
        .parse()
        .expect("the store writes times as RFC 3339 wants them")
}
