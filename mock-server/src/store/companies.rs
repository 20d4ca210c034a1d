//! The companies of one organization: those of the world, then those that its orders and callers add.
//!
//! A company has a number: below the world's size it is one of the world, beyond it one of the
//! organization's own. Nothing of the world is copied: what an organization thinks of a company is
//! drawn, and what its callers write lies over it.

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
use super::{Account, ProspectSearches, SharedData, StoreError, ids::Ids, page::Page, weight};
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
    /// Which prospect search finds which industry.
    search_of_industry: [Option<usize>; Industry::VARIANTS.len()],
    /// When the organization came to be.
    since: Timestamp,
    /// The company of the world that comes first here; the others follow, and go round.
    first: usize,
    /// What is drawn for the companies of the world, once somebody asks.
    facts: OnceCell<Facts>,
    own: World,
    own_facts: Vec<OwnFacts>,
    /// How many of the organization's own were created by callers.
    created: usize,
    /// What callers have written over what there was.
    changed: HashMap<u64, Company>,
    /// The caller's own ids, as orders said them.
    source_ids: HashMap<u64, Box<str>>,
    by_source_id: HashMap<Box<str>, u64>,
}

/// Bytes of a company without what its caller says of it.
const COMPANY: usize = 1_024;

/// What somebody may know a company by.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Known<'a> {
    /// The caller's own id.
    pub source_id: Option<&'a str>,
    /// Its website.
    pub website: Option<&'a str>,
    /// Its name.
    pub name: Option<&'a str>,
    /// Where it is.
    pub city: Option<&'a str>,
}

impl Companies {
    /// The companies an organization has from the start, with the prospect searches they belong to.
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

    /// When the organization came to be.
    pub(crate) fn since(&self) -> Timestamp {
        self.since
    }

    /// How many there are.
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

    /// A page of those that pass the filter, and how many of them there are.
    pub(crate) fn page(&self, filter: &CompanyFilter, page: Page) -> (Vec<Company>, usize) {
        let (numbers, total): (Vec<_>, _) = if filter.passes_all() {
            let places = page.of(0..self.len());
            (places.map(|place| self.at(place)).collect(), self.len())
        } else {
            let found = self.filtered(filter);
            let total = found.len();
            (page.of(found.into_iter()).collect(), total)
        };
        let companies = numbers.into_iter().map(|number| self.wire(number));
        (companies.collect(), total)
    }

    /// Adds a company that a caller describes.
    pub(crate) fn create(
        &mut self,
        wanted: &CreateCompany,
        now: Timestamp,
    ) -> Result<Company, StoreError> {
        StoreError::unless_full(self.created, 1, MAX_CREATED, "created companies")?;
        self.account.add(COMPANY + 2 * weight::of(wanted))?;
        self.created += 1;
        let number = self.add(
            &Given {
                name: &wanted.name,
                website: wanted.website.as_deref(),
                city: wanted.city.as_deref(),
                country: wanted.country.as_deref(),
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

    /// Takes in a company that an order names: one that is known already, or a new one. Returns its
    /// number.
    pub(crate) fn take_in(
        &mut self,
        given: &Given<'_>,
        source_id: Option<&str>,
        now: Timestamp,
    ) -> u64 {
        let known = Known {
            source_id: None,
            website: given.website,
            name: Some(given.name),
            city: given.city,
        };
        let found = self.matches(known).next();
        let number = found.unwrap_or_else(|| self.add(given, now));
        if let Some(source_id) = source_id {
            self.source_ids.insert(number, source_id.into());
            self.by_source_id.insert(source_id.into(), number);
        }
        number
    }

    /// The companies that are known so, best match first: by the caller's own id, by domain, by name and
    /// city, by name where no city is said.
    pub(crate) fn matches(&self, known: Known<'_>) -> impl Iterator<Item = u64> + use<> {
        let own = |company: usize| (self.in_world() + company) as u64;
        let in_both = |find: &dyn Fn(&World) -> Option<usize>| {
            let in_world = find(&self.shared_data.world).map(|company| company as u64);
            in_world.or_else(|| find(&self.own).map(own))
        };
        let by_source_id = known
            .source_id
            .and_then(|id| self.by_source_id.get(id).copied());
        let domain = known.website.and_then(domain_of_website);
        let by_domain = domain.and_then(|domain| in_both(&|world| world.by_domain(&domain)));
        let by_name = known
            .name
            .and_then(|name| in_both(&|world| world.by_name(name, known.city)));
        [by_source_id, by_domain, by_name].into_iter().flatten()
    }

    /// The company as it is before anybody has written over it.
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

    /// How many companies the world has.
    pub(crate) fn in_world(&self) -> usize {
        self.shared_data.world.len()
    }

    /// The company of the world that comes first here.
    pub(crate) fn first(&self) -> usize {
        self.first
    }

    /// Those that callers have given another name.
    pub(crate) fn renamed(&self) -> impl Iterator<Item = u64> {
        let changed = self.changed.iter();
        let renamed = changed.filter(|(number, company)| company.name != self.base(**number).name);
        renamed.map(|(number, _)| *number)
    }

    /// When the company came to be known here.
    pub(crate) fn known_since(&self, number: u64) -> Timestamp {
        match index(number).checked_sub(self.in_world()) {
            Some(own) => self.own_facts[own].since,
            None => facts::known_since(self.since, self.place(number), self.in_world()),
        }
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

    /// The number of the company at a place of the list.
    fn at(&self, place: usize) -> u64 {
        let in_world = self.in_world();
        let number = if place < in_world {
            (self.first + place) % in_world
        } else {
            place
        };
        number as u64
    }

    /// The place in the list of the company with that number.
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

/// A number as an index of what is in memory.
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
