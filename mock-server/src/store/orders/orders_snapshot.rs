//! The part of orders that snapshots save.

use std::sync::Arc;

use schemas::{
    documents::Document,
    orders::{CreateOrder, OrderType},
};
use serde::{Deserialize, Serialize};

use super::{Orders, StoredOrder, weight_of, weight_without_companies};
use crate::{
    config::limits::MAX_ORDER_COMPANIES,
    store::{Companies, InvalidSnapshot, order_progress::OrderProgress, ordered_map::OrderedMap},
};

const PLACE: &str = "orders";

/// The part of orders that snapshots save.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrdersSnapshot {
    /// In order of creation.
    all: Vec<OrderSnapshot>,
    /// The numbers of the orders that have delivered, in order of delivery.
    delivered: Vec<u64>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct OrderSnapshot {
    /// Shared with the order. It is never changed.
    request: Arc<CreateOrder>,
    #[serde(rename = "course")]
    progress: OrderProgress,
    companies: Vec<u64>,
}

impl Orders {
    /// Saves the orders.
    pub(in crate::store) fn save(&self) -> OrdersSnapshot {
        let all = self.all.iter().map(|(_, order)| OrderSnapshot {
            request: Arc::clone(&order.request),
            progress: order.progress.clone(),
            companies: order.companies.clone(),
        });
        OrdersSnapshot {
            all: all.collect(),
            delivered: self.delivered.clone(),
        }
    }

    /// Restores the orders.
    pub(in crate::store) fn load(
        &mut self,
        snapshot: OrdersSnapshot,
        companies: &Companies,
    ) -> Result<(), InvalidSnapshot> {
        self.all = OrderedMap::new(self.all.ids().clone());
        self.due.clear();
        self.delivered.clear();
        self.companies = 0;
        for order in snapshot.all {
            self.load_order(order, companies)?;
        }
        for number in snapshot.delivered {
            self.load_delivered(number)?;
        }
        let mut all = self.all.iter();
        match all.find(|(_, order)| !order.has_its_companies()) {
            None => Ok(()),
            Some((number, _)) => {
                let reason = format_args!("the companies of order {number} do not fit it");
                Err(InvalidSnapshot::new(PLACE, reason))
            }
        }
    }

    fn load_order(
        &mut self,
        snapshot: OrderSnapshot,
        companies: &Companies,
    ) -> Result<(), InvalidSnapshot> {
        let request = snapshot.request;
        // The number is checked before the companies are validated one by one.
        InvalidSnapshot::require_at_most(PLACE, request.companies.len(), MAX_ORDER_COMPANIES)?;
        InvalidSnapshot::require_valid(PLACE, Document::CreateOrder, &*request)?;
        if !snapshot.progress.is_sound(self.schedule) {
            return Err(InvalidSnapshot::new(
                PLACE,
                "no order can have this history",
            ));
        }
        let mut numbers = snapshot.companies.iter();
        if let Some(number) = numbers.find(|number| **number >= companies.len() as u64) {
            return Err(InvalidSnapshot::new(
                PLACE,
                format_args!("no company has number {number}"),
            ));
        }
        let (found, known) = match request.order_type {
            OrderType::Discovery => (snapshot.companies, None),
            OrderType::Enrichment => (Vec::new(), Some(snapshot.companies)),
        };
        // The companies that an order has delivered are counted with the companies of the snapshot.
        let weight = if known.as_ref().is_some_and(|known| !known.is_empty()) {
            weight_without_companies(&request, &found)
        } else {
            weight_of(&request, &found)
        };
        let number = self
            .push(request, found, snapshot.progress, weight)
            .map_err(InvalidSnapshot::refused(PLACE))?;
        if let Some(known) = known {
            self.all[number].companies = known;
        }
        Ok(())
    }

    /// Records that an order has delivered, after those before it.
    fn load_delivered(&mut self, number: u64) -> Result<(), InvalidSnapshot> {
        let invalid = || {
            InvalidSnapshot::new(
                PLACE,
                format_args!("order {number} cannot have been delivered then"),
            )
        };
        let order = self.all.get(number).ok_or_else(invalid)?;
        let at = order
            .progress
            .completed(self.schedule)
            .ok_or_else(invalid)?;
        let last = self.delivered.last();
        let last = last.and_then(|last| self.all[*last].delivered_at);
        // Orders that are not due have already delivered.
        if last > Some(at) || !self.due.remove(&(at, number)) {
            return Err(invalid());
        }
        self.all[number].delivered_at = Some(at);
        self.delivered.push(number);
        Ok(())
    }
}

impl StoredOrder {
    /// Whether an enrichment has its companies if, and only if, it has delivered.
    fn has_its_companies(&self) -> bool {
        let wanted = match (self.request.order_type, self.delivered_at) {
            (OrderType::Discovery, _) => return true,
            (OrderType::Enrichment, Some(_)) => self.request.companies.len(),
            (OrderType::Enrichment, None) => 0,
        };
        self.companies.len() == wanted
    }
}
