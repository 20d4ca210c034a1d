//! The prospect searches of an organization. No operation creates one, so only the initial ones exist.

mod prospect_searches_snapshot;

use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use schemas::{
    Entity,
    prospect_searches::{
        Field, LanguageConfig, ProspectSearch, SearchStatus, UpdateProspectSearch,
    },
};
use serde::Deserialize;

pub(crate) use self::prospect_searches_snapshot::ProspectSearchesSnapshot;
use super::{SharedData, StoreError, ids::Ids, ordered_map::OrderedMap, page::Page};
use crate::{clock::rfc3339, world::Industry};

/// The prospect searches of one organization.
#[derive(Debug)]
pub(crate) struct ProspectSearches {
    shared_data: Arc<SharedData>,
    all: OrderedMap<StoredSearch>,
    created_at: Timestamp,
}

#[derive(Debug)]
struct StoredSearch {
    /// Shared with the initial search until it is changed.
    says: Arc<FirstSearch>,
    version: u64,
    updated_at: Timestamp,
    /// The numbers of its blacklists.
    blacklists: Vec<u64>,
}

/// An initial prospect search of an organization.
#[derive(Clone, Debug, Deserialize)]
struct FirstSearch {
    name: String,
    status: SearchStatus,
    ideal_customer_profile: String,
    geo_locations: Vec<String>,
    search_keywords: Vec<String>,
    /// The industries that it finds. Each industry belongs to one search.
    industries: Vec<Industry>,
}

static FIRST_SEARCHES: LazyLock<Vec<Arc<FirstSearch>>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("first_prospect_searches.json"))
        .expect("the embedded file is a list of prospect searches")
});

impl ProspectSearches {
    /// The initial searches of an organization. The first one has these blacklists.
    pub(crate) fn new(
        shared_data: &Arc<SharedData>,
        organization: &Arc<str>,
        mut blacklists: Vec<u64>,
        now: Timestamp,
    ) -> Self {
        let ids = Ids::new(
            shared_data.seed,
            organization,
            Entity::ProspectSearch.as_str(),
        );
        let mut all = OrderedMap::new(ids);
        for says in FIRST_SEARCHES.iter().cloned() {
            all.push(StoredSearch {
                says,
                version: 1,
                updated_at: now,
                blacklists: std::mem::take(&mut blacklists),
            });
        }
        Self {
            shared_data: Arc::clone(shared_data),
            all,
            created_at: now,
        }
    }

    /// Number of searches.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// The id of a number.
    pub(crate) fn id(&self, number: u64) -> String {
        self.all.id(number)
    }

    /// The id and the industries of each search.
    pub(crate) fn industries(&self) -> impl Iterator<Item = (String, &[Industry])> {
        let all = self.all.iter();
        all.map(|(number, search)| (self.all.id(number), &*search.says.industries))
    }

    /// The industries of the search with this number.
    pub(crate) fn industries_of(&self, number: u64) -> &[Industry] {
        &self.all[number].says.industries
    }

    /// A page of searches.
    pub(crate) fn page(&self, page: Page) -> Vec<ProspectSearch> {
        let searches = self.all.page(page);
        searches
            .map(|(number, search)| self.wire(number, search))
            .collect()
    }

    /// The number of the search with this id.
    pub(crate) fn find(&self, id: &str) -> Result<u64, StoreError> {
        let number = self.all.number(id);
        number.ok_or_else(|| StoreError::missing(Entity::ProspectSearch, id))
    }

    /// The search with this id.
    pub(crate) fn get(&self, id: &str) -> Result<ProspectSearch, StoreError> {
        let number = self.find(id)?;
        Ok(self.wire(number, &self.all[number]))
    }

    /// Changes the fields of a search that an API key can change. The response lists the ignored ones.
    pub(crate) fn update(
        &mut self,
        id: &str,
        change: UpdateProspectSearch,
        now: Timestamp,
    ) -> Result<ProspectSearch, StoreError> {
        let number = self.find(id)?;
        let search = &mut self.all[number];
        if change.version != search.version {
            return Err(StoreError::Stale {
                id: id.to_owned(),
                version: search.version,
                sent: change.version,
            });
        }
        let (open, stripped): (Vec<_>, Vec<_>) = change
            .fields()
            .partition(|field| field.is_open_to_api_keys());
        if let Some(name) = change.name
            && open.contains(&Field::Name)
        {
            Arc::make_mut(&mut search.says).name = name;
        }
        if let Some(profile) = change.ideal_customer_profile
            && open.contains(&Field::IdealCustomerProfile)
        {
            Arc::make_mut(&mut search.says).ideal_customer_profile = profile;
        }
        if !open.is_empty() {
            search.version += 1;
            search.updated_at = now;
        }
        Ok(ProspectSearch {
            stripped_fields: Some(stripped),
            ..self.get(id)?
        })
    }

    /// The numbers of a search's blacklists.
    pub(crate) fn blacklists(&self, number: u64) -> &[u64] {
        &self.all[number].blacklists
    }

    /// Sets the blacklists of a search.
    pub(crate) fn set_blacklists(&mut self, number: u64, blacklists: Vec<u64>) {
        self.all[number].blacklists = blacklists;
    }

    /// Removes a blacklist from all searches.
    pub(crate) fn forget_blacklist(&mut self, blacklist: u64) {
        for search in self.all.iter_mut() {
            search.blacklists.retain(|number| *number != blacklist);
        }
    }

    fn wire(&self, number: u64, search: &StoredSearch) -> ProspectSearch {
        let says = FirstSearch::clone(&search.says);
        ProspectSearch {
            id: self.all.id(number),
            name: says.name,
            status: says.status,
            version: search.version,
            ideal_customer_profile: says.ideal_customer_profile,
            geo_locations: says.geo_locations,
            search_keywords: says.search_keywords,
            language_config: LanguageConfig {
                search: "de".to_owned(),
                output: "en".to_owned(),
            },
            company_count: self.shared_data.world.count(&says.industries),
            created_at: rfc3339(self.created_at),
            updated_at: rfc3339(search.updated_at),
            stripped_fields: None,
        }
    }
}
