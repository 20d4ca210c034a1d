//! The orders of one organization, oldest first.

mod orders_snapshot;

use std::{
    collections::BTreeSet,
    ops::Range,
    sync::{Arc, LazyLock},
};

use jiff::{SignedDuration, Timestamp};
use schemas::{
    Entity,
    orders::{CreateOrder, Feature, Order, OrderResults, OrderStatus, SubmittedCompany},
};
use serde::Deserialize;
use serde_json::value::RawValue;

pub(crate) use self::orders_snapshot::OrdersSnapshot;
use super::{
    Account, Companies, SharedData, StoreError,
    ids::Ids,
    order_progress::{self, OrderProgress},
    ordered_map::OrderedMap,
    page::Page,
    results::result,
    weight,
};
use crate::{
    clock::rfc3339,
    config::{
        OrderSchedule,
        limits::{MAX_ORDER_COMPANIES, MAX_ORDERS},
    },
};

/// The orders of one organization.
#[derive(Debug)]
pub(crate) struct Orders {
    account: Account,
    schedule: OrderSchedule,
    all: OrderedMap<StoredOrder>,
    /// Orders that have not delivered, by the time of their delivery.
    due: BTreeSet<(Timestamp, u64)>,
    /// Orders that have delivered, in order of delivery.
    delivered: Vec<u64>,
    /// Number of companies in all orders.
    companies: usize,
}

#[derive(Debug)]
struct StoredOrder {
    id: String,
    request: Arc<CreateOrder>,
    progress: OrderProgress,
    /// The numbers of its companies. Those of an enrichment are known once it is completed.
    companies: Vec<u64>,
    /// When it was completed, once it has delivered.
    delivered_at: Option<Timestamp>,
    /// The latest JSON, and the range of time in which it is valid: an order is read far more often than it
    /// changes.
    rendered: Option<(Range<Timestamp>, Box<RawValue>)>,
}

/// The delivery of a completed order.
#[derive(Debug)]
pub(crate) struct Delivered<'a> {
    pub number: u64,
    pub id: &'a str,
    /// The requested features.
    pub features: &'a [Feature],
    pub companies: &'a [u64],
    /// When the order was completed.
    pub at: Timestamp,
}

impl Orders {
    /// An empty list of orders.
    pub(crate) fn new(
        shared_data: &SharedData,
        organization: &Arc<str>,
        account: &Account,
    ) -> Self {
        Self {
            account: account.clone(),
            schedule: shared_data.schedule,
            all: OrderedMap::new(Ids::new(
                shared_data.seed,
                organization,
                Entity::Order.as_str(),
            )),
            due: BTreeSet::new(),
            delivered: Vec::new(),
            companies: 0,
        }
    }

    /// Adds an order, with the companies that a discovery found; returns its number.
    pub(crate) fn add(
        &mut self,
        request: Arc<CreateOrder>,
        found: Vec<u64>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let weight = weight_of(&request, &found);
        self.push(request, found, OrderProgress::new(now), weight)
    }

    fn push(
        &mut self,
        request: Arc<CreateOrder>,
        found: Vec<u64>,
        progress: OrderProgress,
        weight: usize,
    ) -> Result<u64, StoreError> {
        StoreError::unless_full(self.all.len(), 1, MAX_ORDERS, "orders")?;
        let more = request.companies.len() + found.len();
        StoreError::unless_full(
            self.companies,
            more,
            MAX_ORDER_COMPANIES,
            "companies in orders",
        )?;
        self.account.add(weight)?;
        self.companies += more;
        let number = self.all.push(StoredOrder {
            id: self.next_id(),
            request,
            progress,
            companies: found,
            delivered_at: None,
            rendered: None,
        });
        self.plan(number);
        Ok(number)
    }

    /// Moves the order with this id at `now`; returns its number, and the statuses that it reaches on the way.
    pub(crate) fn move_on(
        &mut self,
        id: &str,
        to: OrderStatus,
        now: Timestamp,
    ) -> Result<(u64, &'static [OrderStatus]), StoreError> {
        let number = self.find(id)?;
        let order = &self.all[number];
        let (status, _) = order.progress.status(self.schedule, now);
        let possible = order_progress::after(status);
        if !possible.contains(&to) {
            let id = order.id.clone();
            return Err(StoreError::invalid_transition(id, status, to, possible));
        }
        let planned = order.progress.completed(self.schedule);
        if let Some(planned) = planned {
            self.due.remove(&(planned, number));
        }
        let order = &mut self.all[number];
        order.progress.move_on(to, now);
        order.rendered = None;
        self.plan(number);
        Ok((number, order_progress::path(status, to)))
    }

    /// Schedules the delivery of an order, if it ever delivers.
    fn plan(&mut self, number: u64) {
        let completed = self.all[number].progress.completed(self.schedule);
        self.due.extend(completed.map(|at| (at, number)));
    }

    /// The id of a number.
    pub(crate) fn id(&self, number: u64) -> String {
        self.all.id(number)
    }

    /// The id that the next order will have.
    pub(crate) fn next_id(&self) -> String {
        self.all.id(self.all.next_number())
    }

    /// Adds the companies of the orders that were completed up to now, in order of completion, but at most this
    /// many. Returns whether none is left.
    pub(crate) fn deliver(
        &mut self,
        now: Timestamp,
        mut most: usize,
        mut take_in: impl FnMut(&SubmittedCompany, Timestamp) -> u64,
    ) -> bool {
        while let Some((at, number)) = self.due.first().copied() {
            let order = &mut self.all[number];
            // A request that began earlier does not stop in the middle of an order.
            if now < at && !order.is_partly_delivered() {
                break;
            }
            let request = Arc::clone(&order.request);
            let left = order.undelivered(&request);
            let (part, rest) = left.split_at(left.len().min(most));
            let numbers = part.iter().map(|company| take_in(company, at));
            order.companies.extend(numbers);
            if !rest.is_empty() {
                return false;
            }
            most -= part.len();
            order.delivered_at = Some(at);
            self.due.remove(&(at, number));
            self.delivered.push(number);
        }
        true
    }

    /// The deliveries, in order.
    pub(crate) fn delivered(&self) -> impl Iterator<Item = Delivered<'_>> {
        let numbers = self.delivered.iter();
        numbers.filter_map(|number| self.delivery(*number))
    }

    /// The delivery of the order with this number, if it has delivered.
    pub(crate) fn delivery(&self, number: u64) -> Option<Delivered<'_>> {
        let order = self.all.get(number)?;
        Some(Delivered {
            number,
            id: &order.id,
            features: &order.request.features,
            companies: &order.companies,
            at: order.delivered_at?,
        })
    }

    /// Number of orders.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// A page of orders as JSON.
    pub(crate) fn page(&mut self, page: Page, now: Timestamp) -> Vec<&RawValue> {
        let schedule = self.schedule;
        let orders = page.select(self.all.iter_mut());
        orders.map(|order| order.json(schedule, now)).collect()
    }

    /// The order with this id as JSON.
    pub(crate) fn get(&mut self, id: &str, now: Timestamp) -> Result<&RawValue, StoreError> {
        let number = self.find(id)?;
        Ok(self.json(number, now))
    }

    /// The order with this number as JSON.
    pub(crate) fn json(&mut self, number: u64, now: Timestamp) -> &RawValue {
        let schedule = self.schedule;
        self.all[number].json(schedule, now)
    }

    /// A page of a completed order's results.
    pub(crate) fn results(
        &self,
        id: &str,
        page: Page,
        companies: &Companies,
        now: Timestamp,
    ) -> Result<OrderResults, StoreError> {
        let order = &self.all[self.find(id)?];
        let id = || order.id.clone();
        match order.progress.status(self.schedule, now) {
            (OrderStatus::Completed, _) => {}
            (OrderStatus::Cancelled, _) => return Err(StoreError::Cancelled { id: id() }),
            (status, _) => return Err(StoreError::NotCompleted { id: id(), status }),
        }
        let found = page.select(order.companies.iter().enumerate());
        let found = found.map(|(place, number)| result(companies, *number, &order.request, place));
        Ok(OrderResults {
            order_id: order.id.clone(),
            results: found.collect(),
            total: order.companies.len(),
            limit: page.limit,
            offset: page.offset,
        })
    }

    /// Every change of status of every order: when, which order, and the new status.
    pub(crate) fn milestones(&self) -> impl Iterator<Item = (Timestamp, &str, OrderStatus)> {
        self.all.iter().flat_map(|(_, order)| {
            let milestones = order.progress.milestones(self.schedule);
            milestones.map(|(at, status)| (at, order.id.as_str(), status))
        })
    }

    /// When an order reaches each of its statuses, from its creation on: those that it has had, and those that it will
    /// have.
    pub(crate) fn transitions(
        &self,
        id: &str,
    ) -> Result<Vec<(Timestamp, OrderStatus)>, StoreError> {
        let progress = &self.all[self.find(id)?].progress;
        let received = (progress.created_at, OrderStatus::Received);
        let later = progress.milestones(self.schedule);
        Ok([received].into_iter().chain(later).collect())
    }

    fn find(&self, id: &str) -> Result<u64, StoreError> {
        let number = self.all.number(id);
        number.ok_or_else(|| StoreError::missing(Entity::Order, id))
    }
}

/// Memory of an order, in bytes, including the companies that it delivers. Submitted companies are stored with the
/// order, and again as the organization's companies and in the indexes that find them.
fn weight_of(request: &CreateOrder, found: &[u64]) -> usize {
    const COMPANY: usize = 1_024;
    weight_without_companies(request, found)
        + 2 * weight::weight(request)
        + COMPANY * request.companies.len()
}

/// The same for an order whose companies are counted separately.
fn weight_without_companies(request: &CreateOrder, found: &[u64]) -> usize {
    const ORDER: usize = 1_024;
    ORDER + weight::weight(request) + size_of_val(found)
}

impl StoredOrder {
    /// The submitted companies that have not been delivered. A discovery submits none.
    fn undelivered<'a>(&self, request: &'a CreateOrder) -> &'a [SubmittedCompany] {
        let delivered = self.companies.len();
        request.companies.get(delivered..).unwrap_or_default()
    }

    /// Whether some of the submitted companies have been delivered, but not all.
    fn is_partly_delivered(&self) -> bool {
        !self.companies.is_empty() && !self.undelivered(&self.request).is_empty()
    }

    /// The order as JSON.
    fn json(&mut self, schedule: OrderSchedule, now: Timestamp) -> &RawValue {
        if self
            .rendered
            .as_ref()
            .is_none_or(|(time, _)| !time.contains(&now))
        {
            let (status, time) = self.progress.status(schedule, now);
            let order = Order {
                id: self.id.clone(),
                title: self.request.title.clone(),
                status,
                order_type: self.request.order_type,
                features: self.request.features.clone(),
                profile_name: self.request.profile_name.clone(),
                prospect_search_id: self.request.prospect_search_id.clone(),
                blacklist_ids: self.request.blacklist_ids.clone(),
                quantity: self.request.quantity,
                company_count: self.request.companies.len(),
                created_at: rfc3339(self.progress.created_at),
                updated_at: rfc3339(time.start),
            };
            let json =
                serde_json::value::to_raw_value(&order).expect("an order has text keys only");
            self.rendered = Some((time, json));
        }
        &self.rendered.as_ref().expect("it was rendered just now").1
    }
}

/// The initial orders of an organization: some completed, one in progress.
pub(crate) static FIRST_ORDERS: LazyLock<Vec<FirstOrder>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("first_orders.json"))
        .expect("the embedded file is a list of orders")
});

/// Time since the creation of the first of them.
pub(crate) fn oldest_age(schedule: OrderSchedule) -> SignedDuration {
    let ages = FIRST_ORDERS.iter().map(|order| order.age(schedule));
    ages.max().unwrap_or_default()
}

/// An initial order of an organization.
#[derive(Debug, Deserialize)]
pub(crate) struct FirstOrder {
    /// Days since its completion; 0 for an order that is half done.
    days_ago: i64,
    /// The index of its prospect search among the initial ones.
    #[serde(default)]
    pub prospect_search: Option<u64>,
    pub order: Arc<CreateOrder>,
}

impl FirstOrder {
    /// Time since its creation.
    pub(crate) fn age(&self, schedule: OrderSchedule) -> SignedDuration {
        match self.days_ago {
            0 => schedule.duration() / 2,
            days => schedule
                .duration()
                .saturating_add(SignedDuration::from_hours(24 * days)),
        }
    }
}
