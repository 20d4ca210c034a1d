//! What an order finds: made up, the same each time, one stream of chance for each company.
//!
//! Nothing is kept: a result is made when it is asked for.

use fake::{
    Fake,
    faker::{
        company::raw::CompanyName,
        name::raw::{FirstName, LastName},
    },
    locales::DE_DE,
};
use rand::{RngExt, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use schemas::orders::{
    CompanyProfile, Contact, CreateOrder, Feature, OrderResult, OrderType, SubmittedCompany,
};

use crate::seed;

const ROLES: [&str; 6] = [
    "Managing Director",
    "Head of Sales",
    "Head of Purchasing",
    "IT Manager",
    "Marketing Manager",
    "Authorised Officer",
];
const TECHNOLOGIES: [&str; 10] = [
    "TYPO3",
    "WordPress",
    "Shopware",
    "Matomo",
    "Cloudflare",
    "nginx",
    "Vue.js",
    "HubSpot",
    "SAP Commerce",
    "Bootstrap",
];
const CITIES: [&str; 8] = [
    "Hannover",
    "Hildesheim",
    "Braunschweig",
    "Celle",
    "Göttingen",
    "Wolfsburg",
    "Peine",
    "Hameln",
];

/// How many results an order has: one for each company sent along, or what a discovery finds.
pub(super) fn count(seed: u64, order: &str, request: &CreateOrder) -> usize {
    match request.order_type {
        OrderType::Enrichment => request.companies.len(),
        OrderType::Discovery => stream(seed, order, "discovery", 0).random_range(5..=25),
    }
}

/// The `index`-th result of an order.
pub(super) fn make(seed: u64, order: &str, request: &CreateOrder, index: usize) -> OrderResult {
    let company = request
        .companies
        .get(index)
        .cloned()
        .unwrap_or_else(|| discover(seed, order, index));
    let wants = |feature| request.features.contains(&feature);
    let domain = domain(&company);
    let random = |kind| stream(seed, order, kind, index);
    OrderResult {
        source_id: company.external_id.clone(),
        match_score: f64::from(random("score").random_range(40..=98_u32)) / 10.0,
        contacts: wants(Feature::Contacts).then(|| contacts(&mut random("contacts"), &domain)),
        technologies: wants(Feature::Technologies)
            .then(|| technologies(&mut random("technologies"))),
        company: if wants(Feature::CompanyData) {
            profile(&mut random("profile"), company, &domain)
        } else {
            CompanyProfile {
                name: company.company_name,
                website: None,
                city: None,
                country: None,
                employee_count: None,
            }
        },
    }
}

fn stream(seed: u64, order: &str, kind: &str, index: usize) -> ChaCha8Rng {
    seed::stream(seed, order, kind, index as u64)
}

fn discover(seed: u64, order: &str, index: usize) -> SubmittedCompany {
    let mut random = stream(seed, order, "company", index);
    SubmittedCompany {
        company_name: CompanyName(DE_DE).fake_with_rng(&mut random),
        external_id: None,
        website_url: None,
        city: CITIES.choose(&mut random).map(|city| (*city).to_owned()),
        country: Some("Germany".to_owned()),
    }
}

fn profile(random: &mut ChaCha8Rng, company: SubmittedCompany, domain: &str) -> CompanyProfile {
    CompanyProfile {
        name: company.company_name,
        website: Some(
            company
                .website_url
                .unwrap_or_else(|| format!("https://www.{domain}")),
        ),
        city: company.city,
        country: company.country.or_else(|| Some("Germany".to_owned())),
        employee_count: Some(random.random_range(3..=900)),
    }
}

fn contacts(random: &mut ChaCha8Rng, domain: &str) -> Vec<Contact> {
    let count = random.random_range(1..=3);
    let roles: Vec<_> = ROLES.sample(random, count).copied().collect();
    roles
        .into_iter()
        .map(|role| {
            let first: String = FirstName(DE_DE).fake_with_rng(random);
            let last: String = LastName(DE_DE).fake_with_rng(random);
            let email = format!("{}.{}@{domain}", slug(&first), slug(&last));
            Contact {
                name: format!("{first} {last}"),
                role: role.to_owned(),
                email,
            }
        })
        .collect()
}

fn technologies(random: &mut ChaCha8Rng) -> Vec<String> {
    let count = random.random_range(2..=5);
    TECHNOLOGIES
        .sample(random, count)
        .map(|name| (*name).to_owned())
        .collect()
}

/// A domain that nobody owns: the first label of the company's website or its name, under `.example`.
fn domain(company: &SubmittedCompany) -> String {
    let website = company.website_url.as_deref().unwrap_or_default();
    let host = website
        .split("://")
        .last()
        .unwrap_or_default()
        .trim_start_matches("www.");
    let label = host.split(['.', '/', ':']).next().unwrap_or_default();
    let label = if label.is_empty() {
        slug(&company.company_name)
    } else {
        slug(label)
    };
    format!(
        "{}.example",
        if label.is_empty() { "company" } else { &label }
    )
}

/// Letters and digits in lower case, with hyphens between words and the German letters spelled out.
fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for character in text.chars().flat_map(char::to_lowercase).take(60) {
        match character {
            'ä' => slug.push_str("ae"),
            'ö' => slug.push_str("oe"),
            'ü' => slug.push_str("ue"),
            'ß' => slug.push_str("ss"),
            _ if character.is_ascii_alphanumeric() => slug.push(character),
            _ if !slug.ends_with('-') && !slug.is_empty() => slug.push('-'),
            _ => {}
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(features: &[Feature], companies: Vec<SubmittedCompany>) -> CreateOrder {
        let order_type = if companies.is_empty() {
            OrderType::Discovery
        } else {
            OrderType::Enrichment
        };
        CreateOrder {
            title: "t".into(),
            features: features.to_vec(),
            order_type,
            companies,
            profile_name: None,
        }
    }

    fn company(name: &str, website: Option<&str>) -> SubmittedCompany {
        SubmittedCompany {
            company_name: name.into(),
            external_id: Some("CRM-1".into()),
            website_url: website.map(Into::into),
            city: None,
            country: None,
        }
    }

    #[test]
    fn a_result_carries_the_callers_id_and_only_what_was_asked_for() {
        let request = request(&[Feature::Contacts], vec![company("Müller & Söhne", None)]);
        let result = make(1, "1", &request, 0);
        assert_eq!(result.source_id.as_deref(), Some("CRM-1"));
        assert!(result.technologies.is_none() && result.company.website.is_none());
        assert!(
            result
                .contacts
                .unwrap()
                .iter()
                .all(|contact| contact.email.ends_with("@mueller-soehne.example"))
        );
    }

    #[test]
    fn one_more_feature_does_not_reshuffle_the_others() {
        let one = request(&[Feature::Contacts], vec![company("A", None)]);
        let two = request(
            &[Feature::Technologies, Feature::Contacts],
            vec![company("A", None)],
        );
        let names = |request| format!("{:?}", make(1, "1", request, 0).contacts);
        assert_eq!(names(&one), names(&two));
    }

    #[test]
    fn what_is_discovered_has_no_id_of_the_caller() {
        let request = request(&[Feature::CompanyData], Vec::new());
        let count = count(1, "1", &request);
        assert!((5..=25).contains(&count));
        assert!((0..count).all(|index| make(1, "1", &request, index).source_id.is_none()));
    }

    #[test]
    fn domains_are_reserved_ones() {
        assert_eq!(
            domain(&company(
                "x",
                Some("https://www.grandhotel-berlin.de/rooms")
            )),
            "grandhotel-berlin.example"
        );
        assert_eq!(
            domain(&company("Café Größenwahn", None)),
            "caf-groessenwahn.example"
        );
        assert_eq!(
            domain(&company("株式会社", Some("http://"))),
            "company.example"
        );
    }
}
