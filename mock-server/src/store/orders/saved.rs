//! What a snapshot keeps of orders.

use schemas::{
    documents::Document,
    orders::{CreateOrder, OrderType},
};
use serde::{Deserialize, Serialize};

use super::{Orders, StoredOrder};
use crate::store::{Companies, Unfit, course::Course, rows::Rows};

const PLACE: &str = "orders";

/// What a snapshot keeps of orders.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Saved {
    /// In the order of their making.
    all: Vec<SavedOrder>,
    /// The numbers of those that have delivered, in the order in which they did.
    delivered: Vec<u64>,
}

/// An order.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SavedOrder {
    request: CreateOrder,
    course: Course,
    companies: Vec<u64>,
}

impl Orders {
    /// What a snapshot keeps of them.
    pub(in crate::store) fn save(&self) -> Saved {
        let all = self.all.iter().map(|(_, order)| SavedOrder {
            request: order.request.clone(),
            course: order.course.clone(),
            companies: order.companies.clone(),
        });
        Saved {
            all: all.collect(),
            delivered: self.delivered.clone(),
        }
    }

    /// Takes over what was kept.
    pub(in crate::store) fn load(
        &mut self,
        saved: Saved,
        companies: &Companies,
    ) -> Result<(), Unfit> {
        self.all = Rows::new(self.all.ids().clone());
        self.due.clear();
        self.delivered.clear();
        self.companies = 0;
        for order in saved.all {
            self.load_order(order, companies)?;
        }
        for number in saved.delivered {
            self.load_delivered(number)?;
        }
        let mut all = self.all.iter();
        match all.find(|(_, order)| !order.has_its_companies()) {
            None => Ok(()),
            Some((number, _)) => {
                let reason = format_args!("the companies of order {number} do not fit it");
                Err(Unfit::new(PLACE, reason))
            }
        }
    }

    fn load_order(&mut self, saved: SavedOrder, companies: &Companies) -> Result<(), Unfit> {
        Unfit::unless_valid(PLACE, Document::CreateOrder, &saved.request)?;
        if !saved.course.is_sound(self.timeline) {
            return Err(Unfit::new(PLACE, "no order can have moved on like that"));
        }
        let mut numbers = saved.companies.iter();
        if let Some(number) = numbers.find(|number| **number >= companies.len() as u64) {
            return Err(Unfit::new(
                PLACE,
                format_args!("no company has number {number}"),
            ));
        }
        let (found, known) = match saved.request.order_type {
            OrderType::Discovery => (saved.companies, None),
            OrderType::Enrichment => (Vec::new(), Some(saved.companies)),
        };
        let number = self
            .push(saved.request, found, saved.course)
            .map_err(Unfit::refused(PLACE))?;
        if let Some(known) = known {
            self.all[number].companies = known;
        }
        Ok(())
    }

    /// Notes that an order has delivered, after those before it.
    fn load_delivered(&mut self, number: u64) -> Result<(), Unfit> {
        let unfit = || {
            Unfit::new(
                PLACE,
                format_args!("order {number} cannot have delivered then"),
            )
        };
        let order = self.all.get(number).ok_or_else(unfit)?;
        let at = order.course.completed(self.timeline).ok_or_else(unfit)?;
        let last = self.delivered.last();
        let last = last.and_then(|last| self.all[*last].delivered_at);
        // What is due no more has delivered already.
        if last > Some(at) || !self.due.remove(&(at, number)) {
            return Err(unfit());
        }
        self.all[number].delivered_at = Some(at);
        self.delivered.push(number);
        Ok(())
    }
}

impl StoredOrder {
    /// Whether it knows the companies that were sent along if it has delivered, and only then.
    fn has_its_companies(&self) -> bool {
        let wanted = match (self.request.order_type, self.delivered_at) {
            (OrderType::Discovery, _) => return true,
            (OrderType::Enrichment, Some(_)) => self.request.companies.len(),
            (OrderType::Enrichment, None) => 0,
        };
        self.companies.len() == wanted
    }
}
