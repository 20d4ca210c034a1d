//! What an order finds: made up, the same each time, one stream of chance for each company.
//!
//! Nothing is kept: a result is made when it is asked for.

use rand::RngExt;
use schemas::orders::{
    CompanyProfile, Contact, CreateOrder, Feature, OrderResult, OrderType, SubmittedCompany,
};

use super::page::Page;
use crate::{
    seed,
    world::{Company, Given, Person, World},
};

/// Companies that a discovery finds.
const DISCOVERED: std::ops::RangeInclusive<usize> = 5..=25;

/// A page of what an order finds, and how much there is: one result for each company sent along, or
/// what a discovery finds.
pub(super) fn page(
    seed: u64,
    order: &str,
    request: &CreateOrder,
    page: Page,
) -> (Vec<OrderResult>, usize) {
    let stream = |kind, index: usize| seed::stream(seed, order, kind, index as u64);
    let score = |index| f64::from(stream("score", index).random_range(40..=98_u32)) / 10.0;
    match request.order_type {
        OrderType::Enrichment => {
            let companies = page.of(request.companies.iter().enumerate());
            let results = companies.map(|(index, submitted)| {
                let company = about(stream("company", index).random(), submitted);
                let source_id = submitted.external_id.clone();
                result(&company, source_id, score(index), request)
            });
            (results.collect(), request.companies.len())
        }
        OrderType::Discovery => {
            let total = stream("discovery", 0).random_range(DISCOVERED);
            let found = World::new(stream("world", 0).random(), total);
            let companies = page.of(found.companies().iter().enumerate());
            let results =
                companies.map(|(index, company)| result(company, None, score(index), request));
            (results.collect(), total)
        }
    }
}

/// The company that was sent along, with what is known about it besides.
fn about(chance: u64, submitted: &SubmittedCompany) -> Company {
    let given = Given {
        name: &submitted.company_name,
        website: submitted.website_url.as_deref(),
        city: submitted.city.as_deref(),
        country: submitted.country.as_deref(),
    };
    Company::about(chance, &given)
}

fn result(
    company: &Company,
    source_id: Option<String>,
    match_score: f64,
    request: &CreateOrder,
) -> OrderResult {
    let wants = |feature| request.features.contains(&feature);
    OrderResult {
        source_id,
        match_score,
        company: profile(company, wants(Feature::CompanyData)),
        contacts: wants(Feature::Contacts)
            .then(|| company.people().into_iter().map(contact).collect()),
        technologies: wants(Feature::Technologies).then(|| {
            let technologies = company.technologies().into_iter();
            technologies.map(|one| one.name.to_owned()).collect()
        }),
    }
}

/// The profile; without it, only the name.
fn profile(company: &Company, whole: bool) -> CompanyProfile {
    CompanyProfile {
        name: company.name.clone(),
        website: whole.then(|| company.website.clone()),
        city: company.city.clone().filter(|_| whole),
        country: whole.then(|| company.country.clone()),
        employee_count: whole.then_some(company.employees),
    }
}

fn contact(person: Person) -> Contact {
    Contact {
        name: person.full_name(),
        role: person.role.to_owned(),
        email: person.email,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Page = Page {
        limit: 100,
        offset: 0,
    };

    fn request(features: &[Feature], companies: &[&str]) -> CreateOrder {
        let company = |name: &&str| SubmittedCompany {
            company_name: (*name).to_owned(),
            external_id: Some("CRM-1".into()),
            website_url: None,
            city: None,
            country: None,
        };
        CreateOrder {
            title: "t".into(),
            features: features.to_vec(),
            order_type: if companies.is_empty() {
                OrderType::Discovery
            } else {
                OrderType::Enrichment
            },
            companies: companies.iter().map(company).collect(),
            profile_name: None,
        }
    }

    #[test]
    fn a_result_carries_the_callers_id_and_only_what_was_asked_for() {
        let request = request(&[Feature::Contacts], &["Müller & Söhne"]);
        let (results, total) = page(1, "1", &request, ALL);
        let result = &results[0];
        assert_eq!((results.len(), total), (1, 1));
        assert_eq!(result.source_id.as_deref(), Some("CRM-1"));
        assert!(result.technologies.is_none() && result.company.website.is_none());
        let contacts = result.contacts.as_ref().unwrap();
        let at_home = |contact: &Contact| contact.email.ends_with("@mueller-soehne.example");
        assert!(!contacts.is_empty() && contacts.iter().all(at_home));
    }

    #[test]
    fn one_more_feature_does_not_reshuffle_the_others() {
        let one = request(&[Feature::Contacts], &["A"]);
        let two = request(&[Feature::Technologies, Feature::Contacts], &["A"]);
        let names = |request| format!("{:?}", page(1, "1", request, ALL).0[0].contacts);
        assert_eq!(names(&one), names(&two));
    }

    #[test]
    fn what_is_discovered_has_no_id_of_the_caller() {
        let request = request(&[Feature::CompanyData], &[]);
        let (results, total) = page(1, "1", &request, ALL);
        assert!(DISCOVERED.contains(&total) && results.len() == total);
        assert!(results.iter().all(|result| result.source_id.is_none()));
        assert!(results.iter().all(|result| result.company.city.is_some()));
    }
}
