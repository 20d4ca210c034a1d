//! The data of an organization. It is in memory and synchronous, and knows no HTTP and no clock.

mod account;
mod blacklists;
mod companies;
mod deliveries;
mod discovery;
mod ids;
mod job_searches;
mod order_progress;
mod ordered_map;
mod orders;
mod page;
mod prospect_searches;
mod prospects;
mod results;
mod settings;
mod shared_data;
mod snapshot;
mod store_error;
mod weight;

use std::sync::Arc;

use jiff::Timestamp;
use schemas::orders::{CreateOrder, OrderResults, OrderStatus, OrderType};

pub(crate) use self::{
    blacklists::Blacklists,
    companies::{Companies, CompanyFilter},
    deliveries::{Deliveries, DeliveryFilter, Sources},
    job_searches::JobSearches,
    orders::Orders,
    page::Page,
    prospect_searches::ProspectSearches,
    prospects::{ProspectFilter, Prospects},
    settings::Settings,
    shared_data::SharedData,
    snapshot::{InvalidSnapshot, StoreSnapshot},
    store_error::StoreError,
};

use self::{account::Account, discovery::Discovery, orders::FIRST_ORDERS};
use crate::world::{Given, seed};

/// The data of an organization.
#[derive(Debug)]
pub(crate) struct Store {
    shared_data: Arc<SharedData>,
    organization: Arc<str>,
    account: Account,
    pub settings: Settings,
    pub blacklists: Blacklists,
    pub prospect_searches: ProspectSearches,
    pub companies: Companies,
    pub prospects: Prospects,
    pub orders: Orders,
    pub deliveries: Deliveries,
    pub job_searches: JobSearches,
}

impl Store {
    /// The initial data of an organization. It depends only on the server's seed and the organization's name.
    pub(crate) fn new(
        shared_data: &Arc<SharedData>,
        organization: &Arc<str>,
        now: Timestamp,
    ) -> Self {
        let account = Account::new(&shared_data.memory);
        let blacklists = Blacklists::new(shared_data.seed, organization, &account, now);
        let assigned = blacklists.numbers().collect();
        let searches = ProspectSearches::new(shared_data, organization, assigned, now);
        let mut store = Self {
            settings: Settings::new(shared_data, organization, now),
            companies: Companies::new(shared_data, organization, &account, &searches, now),
            prospects: Prospects::new(shared_data, organization, &account),
            orders: Orders::new(shared_data, organization, &account),
            deliveries: Deliveries::new(shared_data, organization, &account),
            job_searches: JobSearches::new(shared_data, organization, &account, now),
            prospect_searches: searches,
            blacklists,
            account,
            shared_data: Arc::clone(shared_data),
            organization: Arc::clone(organization),
        };
        for first in &*FIRST_ORDERS {
            let age = first.age(shared_data.schedule);
            let created = now.saturating_sub(age).unwrap_or(now);
            let mut order = first.order.clone();
            order.prospect_search_id = first
                .prospect_search
                .map(|number| store.prospect_searches.id(number));
            store
                .create_order(order, created)
                .expect("a few orders fit");
        }
        store.account.begin();
        store
    }

    /// Adds the companies that orders have delivered up to now.
    pub(crate) fn deliver(&mut self, now: Timestamp) {
        let companies = &mut self.companies;
        self.orders.deliver(now, |sent, at| {
            companies.take_in(&Given::from(sent), sent.external_id.as_deref(), at)
        });
    }

    /// Adds an order and returns its number. The companies that a discovery finds are chosen now, so that they
    /// never change.
    pub(crate) fn create_order(
        &mut self,
        order: CreateOrder,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let found = match order.order_type {
            OrderType::Enrichment => Vec::new(),
            OrderType::Discovery => self.discover(&order)?,
        };
        self.orders.add(order, found, now)
    }

    /// Moves an order to a status at `now`; returns its number, and the statuses that it reaches on the way.
    /// Earlier deliveries of other orders come first, whenever they are read.
    pub(crate) fn move_order(
        &mut self,
        id: &str,
        to: OrderStatus,
        now: Timestamp,
    ) -> Result<(u64, &'static [OrderStatus]), StoreError> {
        self.deliver(now);
        let moved = self.orders.move_on(id, to, now)?;
        self.deliver(now);
        Ok(moved)
    }

    /// Moves every order to a status at `now`, if it can still reach it.
    pub(crate) fn move_orders(&mut self, to: OrderStatus, now: Timestamp) {
        self.deliver(now);
        for number in 0..self.orders.len() as u64 {
            let id = self.orders.id(number);
            // Orders that cannot reach it stay where they are.
            drop(self.orders.move_on(&id, to, now));
        }
        self.deliver(now);
    }

    /// A page of a completed order's results.
    pub(crate) fn order_results(
        &self,
        id: &str,
        page: Page,
        now: Timestamp,
    ) -> Result<OrderResults, StoreError> {
        self.orders.results(id, page, &self.companies, now)
    }

    /// The deliveries, and the data that they are made of.
    pub(crate) fn deliveries(&mut self) -> (&mut Deliveries, Sources<'_>) {
        let sources = Sources {
            orders: &self.orders,
            companies: &self.companies,
            prospects: &self.prospects,
        };
        (&mut self.deliveries, sources)
    }

    /// Deletes a blacklist, and removes it from all searches.
    pub(crate) fn delete_blacklist(&mut self, id: &str) -> Result<(), StoreError> {
        let number = self.blacklists.delete(id)?;
        self.prospect_searches.forget_blacklist(number);
        Ok(())
    }

    /// The companies that a discovery order finds.
    fn discover(&self, order: &CreateOrder) -> Result<Vec<u64>, StoreError> {
        let search = order.prospect_search_id.as_deref();
        let search = search
            .map(|id| self.prospect_searches.find(id))
            .transpose()?;
        let mut lists = search.map_or_else(Vec::new, |search| {
            self.prospect_searches.blacklists(search).to_vec()
        });
        for id in &order.blacklist_ids {
            lists.push(self.blacklists.find(id)?);
        }
        let entries = lists.iter().flat_map(|list| self.blacklists.says(*list));
        let discovery = Discovery {
            industries: search.map(|search| self.prospect_searches.industries_of(search)),
            blacklisted: discovery::blacklisted(entries, &self.companies),
            quantity: order.quantity.and_then(|most| usize::try_from(most).ok()),
        };
        let id = self.orders.next_id();
        let mut random = seed::stream(self.shared_data.seed, &self.organization, &id, 0);
        Ok(discovery.find(&self.companies, &mut random))
    }
}
