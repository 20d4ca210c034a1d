//! The generated companies: realistic German data, the same on every run.
//!
//! A world is generated from a seed, company by company. Each company has its own number, and each aspect of a
//! company has a random stream that depends on that number only. An additional field therefore does not change the
//! others, and a larger world begins with the companies of a smaller one.
//!
//! Companies are stored. Their people, technologies, jobs and register entries are generated on request.

mod chance;
mod cities;
mod company;
mod index;
mod industry;
mod job_index;
mod jobs;
mod legal_form;
mod names;
mod naming;
mod openings;
mod people;
mod phone;
mod profile;
mod register;
pub(crate) mod seed;
mod slug;
mod states;
mod technologies;
mod trades;

use std::{borrow::Cow, collections::HashMap, ops::Range};

use strum::VariantArray;

use self::{
    chance::Chance,
    index::{Column, Index, folded},
};
pub(crate) use self::{
    company::{Company, Given},
    index::contains,
    industry::Industry,
    job_index::JobIndex,
    jobs::Job,
    naming::domain_of_website,
    people::Person,
};

/// Companies, with their people.
///
/// All have numbers: companies from 0, and people from 0 across all companies.
#[derive(Debug)]
pub(crate) struct World {
    companies: Vec<Company>,
    /// Number of people before each company; the last element is the total.
    people_before: Vec<usize>,
    by_domain: HashMap<String, usize>,
    /// By the name in lower case.
    by_name: HashMap<String, usize>,
    /// Number of companies in each industry.
    by_industry: [usize; Industry::VARIANTS.len()],
    /// None while there are few companies: then, texts are made for each search.
    texts: Option<Texts>,
}

/// Number of companies up to which texts are made for each search, within a millisecond. Most organizations have no
/// more of their own.
const FEW: usize = 64;

/// Searchable texts. Each kind has its own index, so that each text is stored once.
#[derive(Clone, Debug, Default)]
struct Texts {
    company_names: Index,
    cities: Column,
    business_types: Column,
    people_names: Index,
    roles: Column,
}

impl World {
    /// Generates this many companies.
    pub(crate) fn new(seed: u64, companies: usize) -> Self {
        let mut world = Self::empty();
        for index in 0..companies {
            let company = Company::new(Chance::of_company(seed, index as u64), |name, domain| {
                !world.by_domain.contains_key(domain) && !world.by_name.contains_key(&folded(name))
            });
            world.push(company);
        }
        world
    }

    /// A world without companies.
    pub(crate) fn empty() -> Self {
        Self {
            companies: Vec::new(),
            people_before: vec![0],
            by_domain: HashMap::new(),
            by_name: HashMap::new(),
            by_industry: [0; Industry::VARIANTS.len()],
            texts: None,
        }
    }

    /// Adds a company and returns its number. If another company has the same name or domain, lookups keep
    /// returning the other one.
    pub(crate) fn push(&mut self, company: Company) -> usize {
        let number = self.companies.len();
        self.by_domain
            .entry(company.domain.clone())
            .or_insert(number);
        self.by_name.entry(folded(&company.name)).or_insert(number);
        self.by_industry[company.industry as usize] += 1;
        self.people_before
            .push(self.people_before[number] + company.people_count());
        if number == FEW {
            self.texts = Some(Texts::of(&self.companies));
        }
        if let Some(texts) = &mut self.texts {
            texts.push(&company);
        }
        self.companies.push(company);
        number
    }

    /// All companies.
    pub(crate) fn companies(&self) -> &[Company] {
        &self.companies
    }

    /// Number of companies.
    pub(crate) fn len(&self) -> usize {
        self.companies.len()
    }

    /// Number of companies in these industries.
    pub(crate) fn count(&self, industries: &[Industry]) -> usize {
        let counts = industries.iter();
        counts
            .map(|industry| self.by_industry[*industry as usize])
            .sum()
    }

    /// Number of people.
    pub(crate) fn people(&self) -> usize {
        self.people_before[self.len()]
    }

    /// The numbers of a company's people.
    pub(crate) fn people_of(&self, company: usize) -> Range<usize> {
        self.people_before[company]..self.people_before[company + 1]
    }

    /// The company where a person works, and the person's index in it.
    pub(crate) fn workplace(&self, person: usize) -> (usize, usize) {
        owner(&self.people_before, person)
    }

    /// The company with this domain, ignoring case.
    pub(crate) fn by_domain(&self, domain: &str) -> Option<usize> {
        self.by_domain.get(&domain.to_ascii_lowercase()).copied()
    }

    /// The company with this name, ignoring case. If a city is given, only a company in that city matches.
    pub(crate) fn by_name(&self, name: &str, city: Option<&str>) -> Option<usize> {
        let company = *self.by_name.get(&folded(name.trim()))?;
        let there = self.companies[company].city.as_deref().unwrap_or_default();
        city.is_none_or(|city| folded(city.trim()) == folded(there))
            .then_some(company)
    }

    /// For every company, whether its name, city, business type, or the name of a person there contains the text,
    /// ignoring case. An empty text matches all.
    pub(crate) fn search_companies(&self, text: &str) -> Vec<bool> {
        let texts = &*self.texts();
        let mut found = texts.company_names.search(text);
        let cities = texts.cities.search(text);
        let business_types = texts.business_types.search(text);
        let people = texts.people_names.search(text);
        for (company, found) in found.iter_mut().enumerate() {
            *found = *found
                || texts.cities.has(&cities, company)
                || texts.business_types.has(&business_types, company)
                || people[self.people_of(company)].contains(&true);
        }
        found
    }

    /// For every person, whether the full name, role, or employer's name contains the text, ignoring case. An empty
    /// text matches all.
    pub(crate) fn search_people(&self, text: &str) -> Vec<bool> {
        let texts = &*self.texts();
        let mut found = texts.people_names.search(text);
        let roles = texts.roles.search(text);
        for (person, found) in found.iter_mut().enumerate() {
            *found = *found || texts.roles.has(&roles, person);
        }
        let employers = texts.company_names.search(text);
        for (company, _) in employers.iter().enumerate().filter(|(_, found)| **found) {
            found[self.people_of(company)].fill(true);
        }
        found
    }

    fn texts(&self) -> Cow<'_, Texts> {
        let make = || Cow::Owned(Texts::of(&self.companies));
        self.texts.as_ref().map_or_else(make, Cow::Borrowed)
    }
}

impl Texts {
    /// The texts of these companies.
    fn of(companies: &[Company]) -> Self {
        let mut texts = Self::default();
        for company in companies {
            texts.push(company);
        }
        texts
    }

    fn push(&mut self, company: &Company) {
        self.company_names.push(&company.name);
        self.cities
            .push(company.city.as_deref().unwrap_or_default());
        self.business_types.push(company.industry.business_type());
        for person in company.people() {
            self.people_names.push(&person.full_name());
            self.roles.push(person.role);
        }
    }
}

/// The company that a person or job belongs to, and the index in it. `before` has the number of people or jobs
/// before each company.
fn owner(before: &[usize], number: usize) -> (usize, usize) {
    let company = before.partition_point(|before| *before <= number) - 1;
    (company, number - before[company])
}

#[cfg(test)]
mod tests;
