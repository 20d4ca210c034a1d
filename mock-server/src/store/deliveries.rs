//! The deliveries of an organization: the companies that its completed orders delivered.
//!
//! They are computed from the orders; only the feedback on them is stored.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use jiff::Timestamp;
use schemas::{
    Entity,
    deliveries::{Delivery, Feedback, SetFeedback},
    documents::Document,
    orders::Feature,
};

use serde::{Deserialize, Serialize};

use super::{
    Account, Companies, InvalidSnapshot, Orders, Prospects, SharedData, StoreError, ids::Ids,
    page::Page, snapshot::time,
};
use crate::clock::rfc3339;

/// Number of low bits of a delivery's number that hold the index of the company in its order; the others hold the
/// number of the order.
const BITS: u32 = 20;

/// The deliveries of one organization.
#[derive(Debug)]
pub(crate) struct Deliveries {
    account: Account,
    ids: Ids,
    feedback: HashMap<u64, Feedback>,
}

/// A filter on deliveries.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DeliveryFilter {
    /// Only deliveries of this order.
    pub order_id: Option<String>,
    /// Only deliveries after this time.
    pub delivered_since: Option<Timestamp>,
}

/// The data that deliveries are made of.
#[derive(Clone, Copy)]
pub(crate) struct Sources<'a> {
    pub orders: &'a Orders,
    pub companies: &'a Companies,
    pub prospects: &'a Prospects,
}

/// The part of deliveries that snapshots save: the feedback, by delivery number.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct DeliveriesSnapshot(BTreeMap<u64, FeedbackSnapshot>);

/// Feedback on a delivery.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct FeedbackSnapshot {
    says: SetFeedback,
    updated_at: Timestamp,
}

impl Deliveries {
    /// Deliveries without feedback.
    pub(crate) fn new(
        shared_data: &SharedData,
        organization: &Arc<str>,
        account: &Account,
    ) -> Self {
        Self {
            account: account.clone(),
            ids: Ids::new(shared_data.seed, organization, Entity::Delivery.as_str()),
            feedback: HashMap::new(),
        }
    }

    /// A page of the matching deliveries, and their total number.
    pub(crate) fn page(
        &self,
        filter: &DeliveryFilter,
        page: Page,
        sources: Sources<'_>,
    ) -> (Vec<Delivery>, usize) {
        let orders: Vec<_> = sources
            .orders
            .delivered()
            .filter(|order| {
                let since = filter.delivered_since;
                let id = filter.order_id.as_deref();
                // Compared in milliseconds, the precision of times in responses.
                since.is_none_or(|since| order.at.as_millisecond() > since.as_millisecond())
                    && id.is_none_or(|id| order.id.eq_ignore_ascii_case(id))
            })
            .collect();
        let total = orders.iter().map(|order| order.companies.len()).sum();
        let numbers = orders.iter().flat_map(|order| {
            let companies = 0..order.companies.len() as u64;
            companies.map(|company| order.number << BITS | company)
        });
        let deliveries = page.select(numbers);
        (
            deliveries
                .map(|number| self.wire(number, sources))
                .collect(),
            total,
        )
    }

    /// The delivery with this id.
    pub(crate) fn get(&self, id: &str, sources: Sources<'_>) -> Result<Delivery, StoreError> {
        Ok(self.wire(self.find(id, sources.orders)?, sources))
    }

    /// Stores feedback on a delivery, and replaces earlier feedback.
    pub(crate) fn set_feedback(
        &mut self,
        id: &str,
        feedback: SetFeedback,
        sources: Sources<'_>,
        now: Timestamp,
    ) -> Result<Delivery, StoreError> {
        let number = self.find(id, sources.orders)?;
        self.set(number, stored(feedback, now))?;
        Ok(self.wire(number, sources))
    }

    /// Saves the feedback.
    pub(super) fn save(&self) -> DeliveriesSnapshot {
        let all = self.feedback.iter().map(|(number, feedback)| {
            let says = SetFeedback {
                rating: feedback.rating,
                comment: feedback.comment.clone(),
            };
            let updated_at = time(&feedback.updated_at);
            (*number, FeedbackSnapshot { says, updated_at })
        });
        DeliveriesSnapshot(all.collect())
    }

    /// Restores the feedback.
    pub(super) fn load(
        &mut self,
        DeliveriesSnapshot(snapshot): DeliveriesSnapshot,
        orders: &Orders,
    ) -> Result<(), InvalidSnapshot> {
        const PLACE: &str = "feedback";
        for (number, FeedbackSnapshot { says, updated_at }) in snapshot {
            if !has(orders, number) {
                return Err(InvalidSnapshot::new(
                    PLACE,
                    format_args!("no delivery has number {number}"),
                ));
            }
            InvalidSnapshot::require_valid(PLACE, Document::SetFeedback, &says)?;
            self.set(number, stored(says, updated_at))
                .map_err(InvalidSnapshot::refused(PLACE))?;
        }
        Ok(())
    }

    fn set(&mut self, number: u64, feedback: Feedback) -> Result<(), StoreError> {
        self.account
            .replace(self.feedback.get(&number), &feedback)?;
        self.feedback.insert(number, feedback);
        Ok(())
    }

    fn find(&self, id: &str, orders: &Orders) -> Result<u64, StoreError> {
        let number = self.ids.number(id).filter(|number| has(orders, *number));
        number.ok_or_else(|| StoreError::missing(Entity::Delivery, id))
    }

    fn wire(&self, number: u64, sources: Sources<'_>) -> Delivery {
        let (order, company) = split(number);
        let order = sources
            .orders
            .delivery(order)
            .expect("a delivery's number names an order that has delivered");
        let company = order.companies[company];
        let prospects = if order.features.contains(&Feature::Contacts) {
            sources.prospects.staff(company, sources.companies)
        } else {
            Vec::new()
        };
        Delivery {
            id: self.ids.id(number).to_string(),
            order_id: order.id.to_owned(),
            company_id: sources.companies.id(company),
            name: sources.companies.name(company).to_owned(),
            prospects,
            delivered_at: rfc3339(order.at),
            feedback: self.feedback.get(&number).cloned(),
        }
    }
}

/// Whether a delivery with this number exists.
fn has(orders: &Orders, number: u64) -> bool {
    let (order, company) = split(number);
    let order = orders.delivery(order);
    order.is_some_and(|order| company < order.companies.len())
}

fn stored(feedback: SetFeedback, now: Timestamp) -> Feedback {
    Feedback {
        rating: feedback.rating,
        comment: feedback.comment,
        updated_at: rfc3339(now),
    }
}

/// The number of the order, and the index of the company in it.
fn split(number: u64) -> (u64, usize) {
    let company = number & ((1 << BITS) - 1);
    let company = usize::try_from(company).expect("a few bits");
    (number >> BITS, company)
}
