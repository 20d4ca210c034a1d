//! The orders of one organization, oldest first.

use std::{
    ops::Range,
    sync::{Arc, LazyLock},
};

use jiff::{SignedDuration, Timestamp};
use schemas::{
    Entity,
    orders::{CreateOrder, Order, OrderResults, OrderStatus},
};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Refusal, ids::Ids, page::Page, results, rows::Rows, timeline::Timeline};
use crate::{
    clock::rfc3339,
    config::{MAX_COMPANIES, MAX_ORDERS},
};

/// The orders of one organization.
#[derive(Debug)]
pub(crate) struct Orders {
    seed: u64,
    timeline: Timeline,
    all: Rows<StoredOrder>,
    companies: usize,
}

/// An order.
#[derive(Debug)]
struct StoredOrder {
    id: String,
    request: CreateOrder,
    created_at: Timestamp,
    /// Its JSON when it was last asked for, and the time for which that holds: an order is read far more
    /// often than it changes.
    rendered: Option<(Range<Timestamp>, Box<RawValue>)>,
}

impl Orders {
    /// The orders an organization has from the start: some done, one under way.
    pub(crate) fn new(
        seed: u64,
        organization: &Arc<str>,
        timeline: Timeline,
        now: Timestamp,
    ) -> Self {
        let mut orders = Self {
            seed,
            timeline,
            all: Rows::new(Ids::new(seed, organization, Entity::Order.as_str())),
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

    /// Adds an order; returns its id and its JSON.
    pub(crate) fn create(
        &mut self,
        request: CreateOrder,
        now: Timestamp,
    ) -> Result<(String, &RawValue), Refusal> {
        Refusal::unless_full(self.all.len(), 1, MAX_ORDERS, "orders")?;
        let more = request.companies.len();
        Refusal::unless_full(self.companies, more, MAX_COMPANIES, "companies in orders")?;
        self.companies += more;
        let id = self.all.id(self.all.next_number());
        let number = self.all.push(StoredOrder {
            id: id.clone(),
            request,
            created_at: now,
            rendered: None,
        });
        let timeline = self.timeline;
        Ok((id, self.all[number].json(timeline, now)))
    }

    /// How many orders there are.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// A page of orders as JSON.
    pub(crate) fn page(&mut self, page: Page, now: Timestamp) -> Vec<&RawValue> {
        let timeline = self.timeline;
        let orders = page.of(self.all.iter_mut());
        orders.map(|order| order.json(timeline, now)).collect()
    }

    /// An order as JSON.
    pub(crate) fn get(&mut self, id: &str, now: Timestamp) -> Result<&RawValue, Refusal> {
        let number = self.find(id)?;
        let timeline = self.timeline;
        Ok(self.all[number].json(timeline, now))
    }

    /// A page of a completed order's results.
    pub(crate) fn results(
        &self,
        id: &str,
        page: Page,
        now: Timestamp,
    ) -> Result<OrderResults, Refusal> {
        let order = &self.all[self.find(id)?];
        let (status, _) = self.timeline.status(order.created_at, now);
        if status != OrderStatus::Completed {
            let id = order.id.clone();
            return Err(Refusal::NotCompleted { id, status });
        }
        let (results, total) = results::page(self.seed, &order.id, &order.request, page);
        Ok(OrderResults {
            order_id: order.id.clone(),
            results,
            total,
            limit: page.limit,
            offset: page.offset,
        })
    }

    /// Every change of status of every order: when, which, and to what.
    pub(crate) fn milestones(&self) -> impl Iterator<Item = (Timestamp, &str, OrderStatus)> {
        self.all.iter().flat_map(|(_, order)| {
            self.timeline
                .milestones(order.created_at)
                .map(|(at, status)| (at, order.id.as_str(), status))
        })
    }

    fn find(&self, id: &str) -> Result<u64, Refusal> {
        let number = self.all.number(id);
        number.ok_or_else(|| Refusal::missing(Entity::Order, id))
    }
}

impl StoredOrder {
    /// The order as JSON.
    fn json(&mut self, timeline: Timeline, now: Timestamp) -> &RawValue {
        if self
            .rendered
            .as_ref()
            .is_none_or(|(time, _)| !time.contains(&now))
        {
            let (status, time) = timeline.status(self.created_at, now);
            let order = Order {
                id: self.id.clone(),
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
    use super::*;

    fn orders(created: usize) -> Orders {
        let timeline = Timeline::lasting(SignedDuration::from_secs(10));
        let mut orders = Orders::new(1, &"demo01".into(), timeline, Timestamp::UNIX_EPOCH);
        let request = FIRST_ORDERS[0].order.clone();
        (0..created).for_each(|_| drop(orders.create(request.clone(), Timestamp::UNIX_EPOCH)));
        orders
    }

    #[test]
    fn the_status_in_the_json_follows_the_age() {
        let mut orders = orders(1);
        let id = orders.all.id(orders.all.next_number() - 1);
        let at = |second| Timestamp::from_second(second).unwrap();
        assert!(
            orders
                .get(&id, at(0))
                .unwrap()
                .get()
                .contains(r#""status":"RECEIVED""#)
        );
        let done = orders.get(&id, at(11)).unwrap().get().to_owned();
        assert!(done.contains(r#""status":"COMPLETED""#), "{done}");
        assert!(
            done.contains(r#""updated_at":"1970-01-01T00:00:10.000Z""#),
            "{done}"
        );
    }

    #[test]
    fn an_organization_holds_so_many_orders_and_no_more() {
        let mut orders = orders(MAX_ORDERS - 5);
        let request = FIRST_ORDERS[0].order.clone();
        assert!(matches!(
            orders.create(request, Timestamp::UNIX_EPOCH),
            Err(Refusal::Full { .. })
        ));
    }
}
