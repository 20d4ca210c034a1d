//! The companies that there are: German ones that one would believe, made up, the same each time.
//!
//! A world is made of a seed, company by company. Each has a number of its own, and each of its
//! aspects a stream of chance that depends on that number and on nothing else: one more field does
//! not reshuffle the rest, and a bigger world begins with the companies of a smaller one.
//!
//! Companies are kept; their people, technologies, jobs, and register entries are made when they are
//! asked for.

mod chance;
mod cities;
mod company;
mod index;
mod industry;
mod jobs;
mod legal_form;
mod names;
mod naming;
mod openings;
mod people;
mod phone;
mod profile;
mod register;
mod slug;
mod states;
mod technologies;
mod trades;

use std::{collections::HashMap, ops::Range};

use self::{
    chance::Chance,
    index::{Column, Index, folded},
};
#[expect(unused_imports, reason = "what uses it comes next")]
pub(crate) use self::{
    company::{Company, Given},
    industry::Industry,
    jobs::Job,
    legal_form::LegalForm,
    people::Person,
    register::Register,
    slug::slug,
    technologies::Technology,
};

/// All companies, and the people who work there.
///
/// Both are known by their numbers: companies from 0, and people from 0 through all companies.
#[derive(Debug)]
pub(crate) struct World {
    companies: Vec<Company>,
    /// How many people there are before each company, and in the end all of them.
    people_before: Vec<usize>,
    by_domain: HashMap<String, usize>,
    /// By the name in lower case.
    by_name: HashMap<String, usize>,
    texts: Texts,
}

/// What is searched: each kind of text by itself, so that each is there once.
#[derive(Debug, Default)]
struct Texts {
    company_names: Index,
    cities: Column,
    business_types: Column,
    people_names: Index,
    roles: Column,
}

impl World {
    /// Makes up so many companies.
    pub(crate) fn new(seed: u64, companies: usize) -> Self {
        let mut world = Self {
            companies: Vec::with_capacity(companies),
            people_before: vec![0],
            by_domain: HashMap::with_capacity(companies),
            by_name: HashMap::with_capacity(companies),
            texts: Texts::default(),
        };
        for index in 0..companies {
            let company = Company::new(Chance::of_company(seed, index as u64), |name, domain| {
                !world.by_domain.contains_key(domain) && !world.by_name.contains_key(&folded(name))
            });
            world.push(company);
        }
        world
    }

    fn push(&mut self, company: Company) {
        let index = self.companies.len();
        self.by_domain.insert(company.domain.clone(), index);
        self.by_name.insert(folded(&company.name), index);
        self.texts.company_names.push(&company.name);
        self.texts
            .cities
            .push(company.place.map_or("", |city| city.name));
        self.texts
            .business_types
            .push(company.industry.business_type());
        let people = company.people();
        for person in &people {
            self.texts.people_names.push(&person.full_name());
            self.texts.roles.push(person.role);
        }
        self.people_before
            .push(self.people_before[index] + people.len());
        self.companies.push(company);
    }

    /// All companies.
    pub(crate) fn companies(&self) -> &[Company] {
        &self.companies
    }

    /// How many people work at the companies before this one; before the end, all people.
    pub(crate) fn people_before(&self, company: usize) -> usize {
        self.people_before[company]
    }

    /// Which company the person works at.
    pub(crate) fn employer(&self, person: usize) -> usize {
        self.people_before
            .partition_point(|before| *before <= person)
            - 1
    }

    /// The company with that domain, ignoring case.
    pub(crate) fn by_domain(&self, domain: &str) -> Option<usize> {
        self.by_domain.get(&domain.to_ascii_lowercase()).copied()
    }

    /// The company with that name, ignoring case; if a city is given, only there.
    pub(crate) fn by_name(&self, name: &str, city: Option<&str>) -> Option<usize> {
        let company = *self.by_name.get(&folded(name.trim()))?;
        let there = self.companies[company].city.as_deref().unwrap_or_default();
        city.is_none_or(|city| folded(city.trim()) == folded(there))
            .then_some(company)
    }

    /// Companies whose name, city, business type, or somebody's name there contains the text,
    /// ignoring case; ascending. An empty text is in all.
    pub(crate) fn search_companies(&self, text: &str) -> Vec<usize> {
        let texts = &self.texts;
        let names = texts.company_names.search(text);
        let cities = texts.cities.search(text);
        let business_types = texts.business_types.search(text);
        let people = texts.people_names.search(text);
        (0..self.companies.len())
            .filter(|company| {
                names[*company]
                    || texts.cities.has(&cities, *company)
                    || texts.business_types.has(&business_types, *company)
                    || people[self.people_of(*company)].contains(&true)
            })
            .collect()
    }

    /// People whose full name, role, or employer's name contains the text, ignoring case; ascending.
    /// An empty text is in all.
    pub(crate) fn search_people(&self, text: &str) -> Vec<usize> {
        let texts = &self.texts;
        let names = texts.people_names.search(text);
        let roles = texts.roles.search(text);
        let employers = texts.company_names.search(text);
        let companies = employers.into_iter().enumerate();
        companies
            .flat_map(|(company, found)| self.people_of(company).map(move |person| (person, found)))
            .filter(|(person, found)| *found || names[*person] || texts.roles.has(&roles, *person))
            .map(|(person, _)| person)
            .collect()
    }

    /// The numbers of the people who work there.
    fn people_of(&self, company: usize) -> Range<usize> {
        self.people_before[company]..self.people_before[company + 1]
    }
}

#[cfg(test)]
mod tests;
