//! The job searches of an organization. Results are computed on request, because the jobs of the world do not
//! change.

use std::sync::Arc;

use jiff::Timestamp;
use schemas::{
    Entity,
    companies::Job,
    documents::Document,
    job_searches::{CreateJobSearch, JobSearch},
};

use serde::{Deserialize, Serialize};

use super::{
    Account, Companies, InvalidSnapshot, SharedData, StoreError, ids::Ids, ordered_map::OrderedMap,
    page::Page, weight,
};
use crate::{clock::rfc3339, config::limits::MAX_JOB_SEARCHES};

/// The job searches of one organization.
#[derive(Debug)]
pub(crate) struct JobSearches {
    account: Account,
    shared_data: Arc<SharedData>,
    all: OrderedMap<StoredSearch>,
}

#[derive(Debug)]
struct StoredSearch {
    request: CreateJobSearch,
    /// Number of matching jobs.
    total: usize,
    created_at: Timestamp,
}

/// The part of job searches that snapshots save, in order.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct JobSearchesSnapshot(Vec<SearchSnapshot>);

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SearchSnapshot {
    #[serde(rename = "wanted")]
    request: CreateJobSearch,
    created_at: Timestamp,
}

impl JobSearches {
    /// The initial job searches of an organization: one.
    pub(crate) fn new(
        shared_data: &Arc<SharedData>,
        organization: &Arc<str>,
        account: &Account,
        now: Timestamp,
    ) -> Self {
        let ids = Ids::new(shared_data.seed, organization, Entity::JobSearch.as_str());
        let mut searches = Self {
            account: account.clone(),
            shared_data: Arc::clone(shared_data),
            all: OrderedMap::new(ids),
        };
        let apprentices = CreateJobSearch {
            keywords: vec!["Ausbildung".to_owned()],
            city: None,
        };
        searches.create(apprentices, now).expect("one fits");
        searches
    }

    /// Number of job searches.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// A page of job searches.
    pub(crate) fn page(&self, page: Page) -> Vec<JobSearch> {
        let searches = self.all.page(page);
        searches
            .map(|(number, search)| self.wire(number, search))
            .collect()
    }

    /// The search with this id.
    pub(crate) fn get(&self, id: &str) -> Result<JobSearch, StoreError> {
        let number = self.find(id)?;
        Ok(self.wire(number, &self.all[number]))
    }

    /// Creates a search.
    pub(crate) fn create(
        &mut self,
        request: CreateJobSearch,
        now: Timestamp,
    ) -> Result<JobSearch, StoreError> {
        StoreError::unless_full(self.all.len(), 1, MAX_JOB_SEARCHES, "job searches")?;
        self.account.add(weight::weight(&request))?;
        let total = self.jobs(&request).len();
        let number = self.all.push(StoredSearch {
            request,
            total,
            created_at: now,
        });
        Ok(self.wire(number, &self.all[number]))
    }

    /// A page of the jobs that match the search with this id, and their total number.
    pub(crate) fn results(
        &self,
        id: &str,
        page: Page,
        companies: &Companies,
    ) -> Result<(Vec<Job>, usize), StoreError> {
        let search = &self.all[self.find(id)?];
        let jobs = page.select(self.jobs(&search.request).into_iter());
        let jobs = jobs.map(|job| {
            let (company, index) = self.shared_data.jobs.offer(job);
            let number = company as u64;
            let job = companies.base(number).jobs().swap_remove(index);
            companies.job(number, index, job)
        });
        Ok((jobs.collect(), search.total))
    }

    /// Saves the job searches.
    pub(super) fn save(&self) -> JobSearchesSnapshot {
        let all = self.all.iter().map(|(_, search)| SearchSnapshot {
            request: search.request.clone(),
            created_at: search.created_at,
        });
        JobSearchesSnapshot(all.collect())
    }

    /// Restores the job searches.
    pub(super) fn load(
        &mut self,
        JobSearchesSnapshot(snapshot): JobSearchesSnapshot,
    ) -> Result<(), InvalidSnapshot> {
        const PLACE: &str = "job_searches";
        self.all = OrderedMap::new(self.all.ids().clone());
        for SearchSnapshot {
            request: new,
            created_at,
        } in snapshot
        {
            InvalidSnapshot::require_valid(PLACE, Document::CreateJobSearch, &new)?;
            self.create(new, created_at)
                .map_err(InvalidSnapshot::refused(PLACE))?;
        }
        Ok(())
    }

    fn jobs(&self, request: &CreateJobSearch) -> Vec<usize> {
        let (jobs, world) = (&self.shared_data.jobs, &self.shared_data.world);
        jobs.search(world, &request.keywords, request.city.as_deref())
    }

    fn find(&self, id: &str) -> Result<u64, StoreError> {
        let number = self.all.number(id);
        number.ok_or_else(|| StoreError::missing(Entity::JobSearch, id))
    }

    fn wire(&self, number: u64, search: &StoredSearch) -> JobSearch {
        JobSearch {
            id: self.all.id(number),
            keywords: search.request.keywords.clone(),
            city: search.request.city.clone(),
            total: search.total,
            created_at: rfc3339(search.created_at),
        }
    }
}
