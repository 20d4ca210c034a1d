//! The companies of an organization: those of the world, then those that orders and callers add.
//!
//! Companies have numbers. Numbers below the world's size are companies of the world; higher ones are the
//! organization's own. Nothing of the world is copied: an organization's opinion of a company is generated, and
//! changes by callers are stored separately.

mod companies_snapshot;
mod facts;
mod filter;
mod wire;

use std::{cell::OnceCell, collections::HashMap, sync::Arc};

use jiff::Timestamp;
use rand::RngExt;
use schemas::{
    Entity,
    companies::{Company, CreateCompany, UpdateCompany},
};
use strum::VariantArray as _;

use self::facts::{Facts, OwnFacts};
pub(crate) use self::{companies_snapshot::CompaniesSnapshot, filter::CompanyFilter};
use super::{
    Account, ProspectSearches, SharedData, StoreError, ids::Ids, orders::oldest_age, page::Page,
    weight,
};
use crate::{
    clock::rfc3339,
    config::limits::{MAX_CHANGED, MAX_CREATED},
    world::{self, Given, Industry, World, domain_of_website, seed},
};

/// The companies of one organization.
#[derive(Debug)]
pub(crate) struct Companies {
    account: Account,
    shared_data: Arc<SharedData>,
    organization: Arc<str>,
    ids: Ids,
    job_ids: Ids,
    /// The ids of the prospect searches.
    search_ids: Vec<String>,
    /// Index of the prospect search that finds each industry.
    search_of_industry: [Option<usize>; Industry::VARIANTS.len()],
    /// When the organization was created.
    since: Timestamp,
    /// The company of the world that is first in this organization's list; the others follow in order and wrap
    /// around.
    first: usize,
    /// Generated facts about the companies of the world, created on first use.
    facts: OnceCell<Facts>,
    own: World,
    own_facts: Vec<OwnFacts>,
    /// Number of the organization's own companies that callers created.
    created: usize,
    /// Companies that callers have changed.
    changed: HashMap<u64, Company>,
    /// The callers' own ids, from orders.
    source_ids: HashMap<u64, Box<str>>,
    by_source_id: HashMap<Box<str>, u64>,
}

/// Fixed memory of a company, in bytes, without its texts.
const COMPANY: usize = 1_024;

/// What a caller knows of a company.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Known<'a> {
    /// The caller's own id.
    pub source_id: Option<&'a str>,
    pub website: Option<&'a str>,
    pub name: Option<&'a str>,
    /// The city.
    pub city: Option<&'a str>,
}

impl Companies {
    /// The initial companies of an organization, with the prospect searches that they belong to.
    pub(crate) fn new(
        shared_data: &Arc<SharedData>,
        organization: &Arc<str>,
        account: &Account,
        searches: &ProspectSearches,
        since: Timestamp,
    ) -> Self {
        let seed = shared_data.seed;
        let mut search_of_industry = [None; Industry::VARIANTS.len()];
        for (search, (_, industries)) in searches.industries().enumerate() {
            for industry in industries {
                search_of_industry[*industry as usize] = Some(search);
            }
        }
        let mut random = seed::stream(seed, organization, "first company", 0);
        Self {
            account: account.clone(),
            shared_data: Arc::clone(shared_data),
            organization: Arc::clone(organization),
            ids: Ids::new(seed, organization, Entity::Company.as_str()),
            job_ids: Ids::new(seed, organization, "job"),
            search_ids: searches.industries().map(|(id, _)| id).collect(),
            search_of_industry,
            since,
            first: random.random_range(0..shared_data.world.len()),
            facts: OnceCell::new(),
            own: World::empty(),
            own_facts: Vec::new(),
            created: 0,
            changed: HashMap::new(),
            source_ids: HashMap::new(),
            by_source_id: HashMap::new(),
        }
    }

    /// When the organization was created.
    pub(crate) fn since(&self) -> Timestamp {
        self.since
    }

    /// Number of companies.
    pub(crate) fn len(&self) -> usize {
        self.in_world() + self.own.len()
    }

    /// The number of the company with this id.
    pub(crate) fn find(&self, id: &str) -> Result<u64, StoreError> {
        let number = self.ids.number(id);
        number
            .filter(|number| *number < self.len() as u64)
            .ok_or_else(|| StoreError::missing(Entity::Company, id))
    }

    /// The id of a number.
    pub(crate) fn id(&self, number: u64) -> String {
        self.ids.id(number).to_string()
    }

    /// The company with this id.
    pub(crate) fn get(&self, id: &str) -> Result<Company, StoreError> {
        Ok(self.wire(self.find(id)?))
    }

    /// A page of the matching companies, and their total number.
    pub(crate) fn page(&self, filter: &CompanyFilter, page: Page) -> (Vec<Company>, usize) {
        let (numbers, total): (Vec<_>, _) = if filter.passes_all() {
            let places = page.select(0..self.len());
            (places.map(|place| self.at(place)).collect(), self.len())
        } else {
            let found = self.filtered(filter);
            let total = found.len();
            (page.select(found.into_iter()).collect(), total)
        };
        let companies = numbers.into_iter().map(|number| self.wire(number));
        (companies.collect(), total)
    }

    /// Creates a company from a request body.
    pub(crate) fn create(
        &mut self,
        new: &CreateCompany,
        now: Timestamp,
    ) -> Result<Company, StoreError> {
        StoreError::unless_full(self.created, 1, MAX_CREATED, "created companies")?;
        self.account.add(COMPANY + 2 * weight::weight(new))?;
        self.created += 1;
        let number = self.add(
            &Given {
                name: &new.name,
                website: new.website.as_deref(),
                city: new.city.as_deref(),
                country: new.country.as_deref(),
            },
            now,
        );
        Ok(self.wire(number))
    }

    /// Changes a company.
    pub(crate) fn update(
        &mut self,
        id: &str,
        change: UpdateCompany,
        now: Timestamp,
    ) -> Result<Company, StoreError> {
        let number = self.find(id)?;
        if !self.changed.contains_key(&number) {
            let changed = self.changed.len();
            StoreError::unless_full(changed, 1, MAX_CHANGED, "changed companies")?;
        }
        let mut company = self.wire(number);
        apply(&mut company, change);
        company.updated_at = rfc3339(now);
        self.account.replace(self.changed.get(&number), &company)?;
        self.changed.insert(number, company.clone());
        Ok(company)
    }

    /// Adds a company that an order names, unless it is already known. Returns its number.
    pub(crate) fn add_or_match(
        &mut self,
        given: &Given<'_>,
        source_id: Option<&str>,
        now: Timestamp,
    ) -> u64 {
        let entry = Known {
            source_id: None,
            website: given.website,
            name: Some(given.name),
            city: given.city,
        };
        let found = self.matches(entry).next();
        let number = found.unwrap_or_else(|| self.add(given, now));
        if let Some(source_id) = source_id {
            self.source_ids.insert(number, source_id.into());
            self.by_source_id.insert(source_id.into(), number);
        }
        number
    }

    /// The companies that match, best match first: by the caller's own id, by domain, by name and city, or by name
    /// if no city is given.
    pub(crate) fn matches(&self, entry: Known<'_>) -> impl Iterator<Item = u64> + use<> {
        let own = |company: usize| (self.in_world() + company) as u64;
        let in_both = |find: &dyn Fn(&World) -> Option<usize>| {
            let in_world = find(&self.shared_data.world).map(|company| company as u64);
            in_world.or_else(|| find(&self.own).map(own))
        };
        let by_source_id = entry
            .source_id
            .and_then(|id| self.by_source_id.get(id).copied());
        let domain = entry.website.and_then(domain_of_website);
        let by_domain = domain.and_then(|domain| in_both(&|world| world.by_domain(&domain)));
        let by_name = entry
            .name
            .and_then(|name| in_both(&|world| world.by_name(name, entry.city)));
        [by_source_id, by_domain, by_name].into_iter().flatten()
    }

    /// The company without changes by callers.
    pub(crate) fn base(&self, number: u64) -> &world::Company {
        let number = index(number);
        let own = number.checked_sub(self.in_world());
        own.map_or_else(
            || &self.shared_data.world.companies()[number],
            |own| &self.own.companies()[own],
        )
    }

    /// The organization's own companies.
    pub(crate) fn own(&self) -> &World {
        &self.own
    }

    /// Number of companies in the world.
    pub(crate) fn in_world(&self) -> usize {
        self.shared_data.world.len()
    }

    /// The company of the world that is first in this organization's list.
    pub(crate) fn first(&self) -> usize {
        self.first
    }

    /// The companies that callers have renamed.
    pub(crate) fn renamed(&self) -> impl Iterator<Item = u64> {
        let changed = self.changed.iter();
        let renamed = changed.filter(|(number, company)| company.name != self.base(**number).name);
        renamed.map(|(number, _)| *number)
    }

    /// When the company was added to the organization.
    pub(crate) fn known_since(&self, number: u64) -> Timestamp {
        if let Some(own) = index(number).checked_sub(self.in_world()) {
            return self.own_facts[own].since;
        }
        let age = oldest_age(self.shared_data.schedule);
        let first_order = self.since.saturating_sub(age).unwrap_or(Timestamp::MIN);
        facts::known_since(first_order, self.place(number), self.in_world())
    }

    fn add(&mut self, given: &Given<'_>, now: Timestamp) -> u64 {
        let own = self.own.len();
        let mut random = seed::stream(
            self.shared_data.seed,
            &self.organization,
            "company",
            own as u64,
        );
        let company = world::Company::about(random.random(), given);
        self.own_facts.push(OwnFacts {
            since: now,
            score: facts::score(&mut random),
            given: Arc::new(given.into()),
        });
        (self.in_world() + self.own.push(company)) as u64
    }

    /// The number of the company at a position of the list.
    fn at(&self, place: usize) -> u64 {
        let in_world = self.in_world();
        let number = if place < in_world {
            (self.first + place) % in_world
        } else {
            place
        };
        number as u64
    }

    /// The position of a company in the list.
    fn place(&self, number: u64) -> usize {
        let (number, in_world) = (index(number), self.in_world());
        if number < in_world {
            (number + in_world - self.first) % in_world
        } else {
            number
        }
    }

    fn facts(&self) -> &Facts {
        let draw = || Facts::draw(self.shared_data.seed, &self.organization, self.in_world());
        self.facts.get_or_init(draw)
    }
}

/// Converts a number to an index.
fn index(number: u64) -> usize {
    usize::try_from(number).expect("what is in memory can be counted")
}

fn apply(company: &mut Company, change: UpdateCompany) {
    if let Some(name) = change.name {
        company.name = name;
    }
    if let Some(city) = change.city {
        company.city = city;
    }
    if let Some(website) = change.website {
        company.website = website;
    }
    if let Some(phone) = change.phone {
        company.phone = phone;
    }
    if let Some(employee_count) = change.employee_count {
        company.employee_count = employee_count;
    }
    if let Some(review_status) = change.review_status {
        company.review_status = review_status;
    }
}
