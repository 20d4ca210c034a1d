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

/// Maximum number of companies that are delivered in one part: a few milliseconds' work.
const AT_A_TIME: usize = 100;

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
            let mut order = Arc::clone(&first.order);
            if let Some(number) = first.prospect_search {
                let id = store.prospect_searches.id(number);
                Arc::make_mut(&mut order).prospect_search_id = Some(id);
            }
            store
                .create_order(order, created)
                .expect("a few orders fit");
        }
        store.account.begin();
        store
    }

    /// Adds the companies that orders have delivered up to now.
    pub(crate) fn deliver(&mut self, now: Timestamp) {
        self.deliver_at_most(now, usize::MAX);
    }

    /// Adds the next companies that orders have delivered up to now: so few that others can wait for them. Returns
    /// whether none is left.
    pub(crate) fn deliver_part(&mut self, now: Timestamp) -> bool {
        self.deliver_at_most(now, AT_A_TIME)
    }

    fn deliver_at_most(&mut self, now: Timestamp, max: usize) -> bool {
        let companies = &mut self.companies;
        self.orders.deliver(now, max, |sent, at| {
            companies.add_or_match(&Given::from(sent), sent.external_id.as_deref(), at)
        })
    }

    /// Adds an order and returns its number. The companies that a discovery finds are chosen now, so that they
    /// never change.
    pub(crate) fn create_order(
        &mut self,
        order: Arc<CreateOrder>,
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
        self.orders.move_on(id, to, now)
    }

    /// Moves every order to a status at `now`, if it can still reach it, after earlier deliveries.
    pub(crate) fn move_orders(&mut self, to: OrderStatus, now: Timestamp) {
        self.deliver(now);
        for number in 0..self.orders.len() as u64 {
            let id = self.orders.id(number);
            // Orders that cannot reach it stay where they are.
            drop(self.orders.move_on(&id, to, now));
        }
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
        let entries = lists
            .iter()
            .flat_map(|list| self.blacklists.entries_of(*list));
        let discovery = Discovery {
            industries: search.map(|search| self.prospect_searches.industries_of(search)),
            blacklisted: discovery::blacklisted(entries, &self.companies),
            quantity: order.quantity.and_then(|max| usize::try_from(max).ok()),
        };
        let id = self.orders.next_id();
        let mut random = seed::stream(self.shared_data.seed, &self.organization, &id, 0);
        Ok(discovery.find(&self.companies, &mut random))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    const COMPANIES: usize = 2 * AT_A_TIME + 50;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + 3_600 * hour).unwrap()
    }

    /// The data of an organization with a large order that is not completed at hour 1, but at hour 2.
    fn with_order() -> (Store, String) {
        let shared_data = SharedData::new(&Config::default());
        let mut store = Store::new(&shared_data, &"demo01".into(), at(0));
        // The initial orders.
        store.deliver(at(1));
        let companies: Vec<_> = (0..COMPANIES)
            .map(|number| serde_json::json!({"company_name": format!("Hotel {number}")}))
            .collect();
        let order =
            serde_json::json!({"title": "t", "features": ["CONTACTS"], "companies": companies});
        let order = serde_json::from_value(order).unwrap();
        let number = store.create_order(order, at(1)).unwrap();
        let id = store.orders.id(number);
        (store, id)
    }

    /// The organization's own companies, and the results of the order, as JSON.
    fn delivered(store: &Store, id: &str) -> String {
        let page = Page {
            limit: 2 * COMPANIES,
            offset: store.companies.in_world(),
        };
        let (companies, _) = store.companies.page(&CompanyFilter::default(), page);
        let page = Page { offset: 0, ..page };
        let results = store.order_results(id, page, at(2)).unwrap();
        serde_json::to_string(&(companies, results)).unwrap()
    }

    #[test]
    fn delivering_a_large_order_in_parts_has_the_same_result() {
        let (mut at_once, id) = with_order();
        at_once.deliver(at(2));
        let (mut in_parts, _) = with_order();
        let before = in_parts.companies.len();
        let parts = [0; 3].map(|_| {
            let is_done = in_parts.deliver_part(at(2));
            (is_done, in_parts.companies.len() - before)
        });
        assert_eq!(
            parts,
            [
                (false, AT_A_TIME),
                (false, 2 * AT_A_TIME),
                (true, COMPANIES)
            ]
        );
        assert_eq!(delivered(&in_parts, &id), delivered(&at_once, &id));
        assert!(in_parts.deliver_part(at(2)));
    }

    #[test]
    fn started_delivery_is_completed_before_requests_and_snapshots() {
        let saved = |store: &mut Store| serde_json::to_string(&store.save(at(1))).unwrap();
        let (mut at_once, _) = with_order();
        at_once.deliver(at(2));
        let (mut begun, _) = with_order();
        begun.deliver_part(at(2));
        assert_eq!(saved(&mut begun), saved(&mut at_once));
    }
}
