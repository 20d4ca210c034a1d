//! Results of orders, in the form of responses.

use schemas::orders::{CompanyProfile, Contact, CreateOrder, Feature, OrderResult, OrderType};

use super::Companies;
use crate::world::{Company, Person};

/// The result of an order for the company at a position of its list, without changes by callers: a result never
/// changes.
pub(super) fn result(
    companies: &Companies,
    number: u64,
    request: &CreateOrder,
    place: usize,
) -> OrderResult {
    let company = companies.base(number);
    let wants = |feature| request.features.contains(&feature);
    let source_id = match request.order_type {
        OrderType::Enrichment => request.companies[place].external_id.clone(),
        OrderType::Discovery => None,
    };
    OrderResult {
        source_id,
        company_id: companies.id(number),
        match_score: companies.drawn(number).0,
        company: profile(company, wants(Feature::CompanyData)),
        contacts: wants(Feature::Contacts)
            .then(|| company.people().into_iter().map(contact).collect()),
        technologies: wants(Feature::Technologies).then(|| {
            let technologies = company.technologies().into_iter();
            technologies
                .map(|technology| technology.name.to_owned())
                .collect()
        }),
    }
}

/// The profile; if it was not requested, only the name.
fn profile(company: &Company, is_complete: bool) -> CompanyProfile {
    CompanyProfile {
        name: company.name.clone(),
        website: is_complete.then(|| company.website.clone()),
        city: company.city.clone().filter(|_| is_complete),
        country: is_complete.then(|| company.country.clone()),
        employee_count: is_complete.then_some(company.employees),
    }
}

fn contact(person: Person) -> Contact {
    Contact {
        name: person.full_name(),
        role: person.role.to_owned(),
        email: person.email,
    }
}
