//! The orders of one organization, oldest first.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, LazyLock},
};

use jiff::{SignedDuration, Timestamp};
use schemas::orders::{CreateOrder, Order, OrderResult, OrderStatus};
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{results, timeline::Timeline};
use crate::{
    clock::rfc3339,
    config::{MAX_COMPANIES, MAX_ORDERS},
    seed,
};

/// The orders of one organization.
#[derive(Debug)]
pub(crate) struct Orders {
    seed: u64,
    organization: Arc<str>,
    timeline: Timeline,
    all: Vec<StoredOrder>,
    by_id: HashMap<Uuid, usize>,
    companies: usize,
}

/// An order.
#[derive(Debug)]
pub(crate) struct StoredOrder {
    id: Uuid,
    request: CreateOrder,
    created_at: Timestamp,
    /// Its JSON when it was last asked for, and the time for which that holds: an order is read far more
    /// often than it changes.
    rendered: Option<(Range<Timestamp>, Box<RawValue>)>,
}

/// A part of a list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Page {
    /// Rows at the most.
    pub limit: usize,
    /// Rows before it.
    pub offset: usize,
}

/// The organization holds all that it can hold.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OrdersError {
    /// No more orders.
    #[error("the sandbox keeps {MAX_ORDERS} orders of an organization; reset it to create more")]
    Orders,
    /// No more companies.
    #[error(
        "the sandbox keeps {MAX_COMPANIES} companies in all orders of an organization; reset it to create more"
    )]
    Companies,
}

impl Orders {
    /// The orders an organization has from the start: some done, one under way.
    pub(crate) fn seeded(
        seed: u64,
        organization: Arc<str>,
        timeline: Timeline,
        now: Timestamp,
    ) -> Self {
        let mut orders = Self {
            seed,
            organization,
            timeline,
            all: Vec::new(),
            by_id: HashMap::new(),
            companies: 0,
        };
        for first in &*FIRST_ORDERS {
            let created = now.saturating_sub(first.age(timeline)).unwrap_or(now);
            orders
                .create(first.order.clone(), created)
                .expect("a few orders fit");
        }
        orders
    }

    /// Adds an order. Its id depends on the seed, the organization and how many there were before.
    pub(crate) fn create(
        &mut self,
        request: CreateOrder,
        now: Timestamp,
    ) -> Result<&mut StoredOrder, OrdersError> {
        if self.all.len() == MAX_ORDERS {
            return Err(OrdersError::Orders);
        }
        if self.companies + request.companies.len() > MAX_COMPANIES {
            return Err(OrdersError::Companies);
        }
        let index = self.all.len();
        let id = seed::uuid(&mut seed::stream(
            self.seed,
            &self.organization,
            "order",
            index as u64,
        ));
        self.companies += request.companies.len();
        self.by_id.insert(id, index);
        self.all.push(StoredOrder {
            id,
            request,
            created_at: now,
            rendered: None,
        });
        Ok(&mut self.all[index])
    }

    /// How many orders there are.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// A page of orders as JSON.
    pub(crate) fn page(&mut self, page: Page, now: Timestamp) -> Vec<&RawValue> {
        let timeline = self.timeline;
        let orders = self.all.iter_mut().skip(page.offset).take(page.limit);
        orders.map(|order| order.json(timeline, now)).collect()
    }

    /// An order as JSON.
    pub(crate) fn json(&mut self, id: Uuid, now: Timestamp) -> Option<&RawValue> {
        let index = *self.by_id.get(&id)?;
        Some(self.all[index].json(self.timeline, now))
    }

    /// An order.
    pub(crate) fn get(&self, id: Uuid) -> Option<&StoredOrder> {
        self.by_id.get(&id).map(|index| &self.all[*index])
    }

    /// Where an order stands.
    pub(crate) fn status(&self, order: &StoredOrder, now: Timestamp) -> OrderStatus {
        self.timeline.status(order.created_at, now).0
    }

    /// How many results a completed order has.
    pub(crate) fn result_count(&self, order: &StoredOrder) -> usize {
        results::count(self.seed, order.id, &order.request)
    }

    /// A page of a completed order's results.
    pub(crate) fn results(&self, order: &StoredOrder, page: Page) -> Vec<OrderResult> {
        (0..self.result_count(order))
            .skip(page.offset)
            .take(page.limit)
            .map(|index| results::make(self.seed, order.id, &order.request, index))
            .collect()
    }

    /// Every change of status of every order: when, which, and to what.
    pub(crate) fn milestones(&self) -> impl Iterator<Item = (Timestamp, Uuid, OrderStatus)> {
        self.all.iter().flat_map(|order| {
            self.timeline
                .milestones(order.created_at)
                .map(|(at, status)| (at, order.id, status))
        })
    }

    /// The timeline of every order.
    pub(crate) fn timeline(&self) -> Timeline {
        self.timeline
    }
}

impl StoredOrder {
    /// Names the order.
    pub(crate) fn id(&self) -> Uuid {
        self.id
    }

    /// The order as JSON.
    pub(crate) fn json(&mut self, timeline: Timeline, now: Timestamp) -> &RawValue {
        if self
            .rendered
            .as_ref()
            .is_none_or(|(time, _)| !time.contains(&now))
        {
            let (status, time) = timeline.status(self.created_at, now);
            let order = Order {
                id: self.id.to_string(),
                title: self.request.title.clone(),
                status,
                order_type: self.request.order_type,
                features: self.request.features.clone(),
                profile_name: self.request.profile_name.clone(),
                company_count: self.request.companies.len(),
                created_at: rfc3339(self.created_at),
                updated_at: rfc3339(time.start),
            };
            let json =
                serde_json::value::to_raw_value(&order).expect("an order has text keys only");
            self.rendered = Some((time, json));
        }
        &self.rendered.as_ref().expect("it was rendered just now").1
    }
}

/// What an organization has ordered before anybody looks.
static FIRST_ORDERS: LazyLock<Vec<FirstOrder>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("first_orders.json"))
        .expect("the embedded file is a list of orders")
});

#[derive(Deserialize)]
struct FirstOrder {
    /// How long ago it was completed; 0 for one that is half done.
    days_ago: i64,
    order: CreateOrder,
}

impl FirstOrder {
    fn age(&self, timeline: Timeline) -> SignedDuration {
        match self.days_ago {
            0 => timeline.duration() / 2,
            days => timeline
                .duration()
                .saturating_add(SignedDuration::from_hours(24 * days)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn orders(created: usize) -> Orders {
        let timeline = Timeline::lasting(SignedDuration::from_secs(10));
        let mut orders = Orders::seeded(1, "demo01".into(), timeline, Timestamp::UNIX_EPOCH);
        let request = FIRST_ORDERS[0].order.clone();
        (0..created).for_each(|_| drop(orders.create(request.clone(), Timestamp::UNIX_EPOCH)));
        orders
    }

    #[test]
    fn the_status_in_the_json_follows_the_age() {
        let mut orders = orders(1);
        let id = orders.all.last().unwrap().id;
        let at = |second| Timestamp::from_second(second).unwrap();
        assert!(
            orders
                .json(id, at(0))
                .unwrap()
                .get()
                .contains(r#""status":"RECEIVED""#)
        );
        let done = orders.json(id, at(11)).unwrap().get().to_owned();
        assert!(done.contains(r#""status":"COMPLETED""#), "{done}");
        assert!(
            done.contains(r#""updated_at":"1970-01-01T00:00:10.000Z""#),
            "{done}"
        );
    }

    #[test]
    fn an_organization_holds_so_many_orders_and_no_more() {
        let mut orders = orders(MAX_ORDERS - 5);
        let request = orders.all[0].request.clone();
        assert!(matches!(
            orders.create(request, Timestamp::UNIX_EPOCH),
            Err(OrdersError::Orders)
        ));
    }

    proptest! {
        #[test]
        fn pages_show_every_order_exactly_once(created in 0..40usize, limit in 1..10usize) {
            let mut orders = orders(created);
            let total = orders.len();
            let mut seen = Vec::new();
            while seen.len() < total {
                let page = Page { limit, offset: seen.len() };
                let rows = orders.page(page, Timestamp::UNIX_EPOCH);
                prop_assert!(!rows.is_empty() && rows.len() <= limit);
                seen.extend(rows.iter().map(|row| row.get().to_owned()));
            }
            let all: Vec<_> = orders.page(Page { limit: total, offset: 0 }, Timestamp::UNIX_EPOCH)
                .iter().map(|row| row.get().to_owned()).collect();
            prop_assert_eq!(seen, all);
            let beyond = Page { limit, offset: total };
            prop_assert!(orders.page(beyond, Timestamp::UNIX_EPOCH).is_empty());
        }
    }
}
