//! Companies and their data, in the form of responses.

use jiff::{SignedDuration, Timestamp};
use schemas::{
    Entity,
    companies::{Company, Job, RegisterEntry, ReviewStatus, Technology, WebtechIntel},
};

use super::{Companies, index};
use crate::{
    clock::rfc3339,
    store::{StoreError, page::Page},
    world,
};

impl Companies {
    /// A company with all changes.
    pub(crate) fn wire(&self, number: u64) -> Company {
        let mut company = self
            .changed
            .get(&number)
            .cloned()
            .unwrap_or_else(|| self.generated(number));
        company.source_id = self.source_ids.get(&number).map(ToString::to_string);
        company
    }

    /// The company's current name.
    pub(crate) fn name(&self, number: u64) -> &str {
        let changed = self.changed.get(&number);
        changed.map_or_else(|| &*self.base(number).name, |changed| &changed.name)
    }

    /// The match score and the initial review.
    pub(crate) fn drawn(&self, number: u64) -> (f64, ReviewStatus) {
        let number = index(number);
        let (score, review) = match number.checked_sub(self.in_world()) {
            Some(own) => (self.own_facts[own].score, ReviewStatus::Pending),
            None => (self.facts().score(number), self.facts().review(number)),
        };
        (f64::from(score) / 10.0, review)
    }

    /// A page of the jobs of the company with this id, and their total number.
    pub(crate) fn jobs(&self, id: &str, page: Page) -> Result<(Vec<Job>, usize), StoreError> {
        let number = self.find(id)?;
        let jobs = self.base(number).jobs();
        let total = jobs.len();
        let jobs = page.select(jobs.into_iter().enumerate());
        Ok((
            jobs.map(|(index, job)| self.job(number, index, job))
                .collect(),
            total,
        ))
    }

    /// The `index`-th job of a company.
    pub(crate) fn job(&self, company: u64, index: usize, job: world::Job) -> Job {
        Job {
            id: self.job_ids.id(company << 8 | index as u64).to_string(),
            company_id: self.id(company),
            title: job.title,
            department: job.department.to_owned(),
            employment_type: job.employment_type.to_owned(),
            remote: job.remote,
            city: job.city,
            description: job.description,
            posted_at: rfc3339(self.days_ago(job.days_ago)),
        }
    }

    /// The technologies of the website of the company with this id.
    pub(crate) fn webtech_intel(&self, id: &str) -> Result<WebtechIntel, StoreError> {
        let number = self.find(id)?;
        let technologies = self.base(number).technologies().into_iter();
        Ok(WebtechIntel {
            company_id: self.id(number),
            website: self.wire(number).website,
            technologies: technologies
                .map(|technology| Technology {
                    name: technology.name.to_owned(),
                    category: technology.category.to_owned(),
                    first_seen_at: rfc3339(self.days_ago(technology.days_in_use)),
                })
                .collect(),
            analyzed_at: rfc3339(self.since),
        })
    }

    /// The commercial register entry of the company with this id.
    pub(crate) fn register_entry(&self, id: &str) -> Result<RegisterEntry, StoreError> {
        let number = self.find(id)?;
        let company = self.base(number);
        let missing = || StoreError::missing(Entity::RegisterEntry, id);
        let entry = company.register().ok_or_else(missing)?;
        let form = company.legal_form.ok_or_else(missing)?;
        Ok(RegisterEntry {
            company_id: self.id(number),
            name: company.name.clone(),
            legal_form: form.name().to_owned(),
            court: entry.court.to_owned(),
            register: entry.kind.to_owned(),
            number: format!("{} {}", entry.kind, entry.number),
            seat: company.city.clone().unwrap_or_default(),
            registered_on: entry.registered.to_string(),
            share_capital: entry.share_capital,
            directors: entry.directors,
        })
    }

    /// A company without changes by callers.
    pub(super) fn generated(&self, number: u64) -> Company {
        let company = self.base(number);
        let (match_score, review_status) = self.drawn(number);
        let since = rfc3339(self.known_since(number));
        let search = self.search_of(number);
        Company {
            id: self.id(number),
            prospect_search_id: search.map(|search| self.search_ids[search].clone()),
            source_id: None,
            name: company.name.clone(),
            street: company.street.clone(),
            postal_code: company.postal_code.map(ToOwned::to_owned),
            city: company.city.clone(),
            country: company.country.clone(),
            business_type: company.industry.business_type().to_owned(),
            website: company.website.clone(),
            phone: company.phone.clone(),
            employee_count: company.employees,
            founded: company.founded,
            match_score,
            match_reasons: reasons(company, match_score),
            review_status,
            created_at: since.clone(),
            updated_at: since,
        }
    }

    fn days_ago(&self, days: u32) -> Timestamp {
        let before = SignedDuration::from_hours(24 * i64::from(days));
        self.since.saturating_sub(before).unwrap_or(Timestamp::MIN)
    }
}

/// Reasons why a company matches: the higher the score, the more reasons.
fn reasons(company: &world::Company, score: f64) -> Vec<String> {
    let mut reasons = vec![format!(
        "Wanted industry: {}",
        company.industry.business_type()
    )];
    if score >= 6.0 {
        reasons.push(format!("Wanted size: {} employees", company.employees));
    }
    if let Some(state) = company.state.filter(|_| score >= 7.5) {
        reasons.push(format!("Wanted region: {state}"));
    }
    if score >= 9.0 {
        reasons.push(format!("In business since {}", company.founded));
    }
    reasons
}
