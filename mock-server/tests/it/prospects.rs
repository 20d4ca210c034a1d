//! Prospects: the contacts at companies, and those that callers add.

use http::Method;
use proptest::prelude::*;
use schemas::ErrorCode::EntityNotFound;
use serde_json::{Value, json};

use crate::test_app::{Organization, all};

fn text<'a>(object: &'a Value, field: &str) -> &'a str {
    object[field].as_str().unwrap()
}

#[test]
fn list_follows_the_order_of_companies() {
    let (_, caller) = Organization::with("companies = 30");
    let companies = all(&caller, "/companies");
    let mut employers: Vec<_> = all(&caller, "/prospects")
        .into_iter()
        .map(|prospect| prospect["company_id"].clone())
        .collect();
    employers.dedup();
    let ids: Vec<_> = companies
        .iter()
        .map(|company| company["id"].clone())
        .collect();
    // The list begins with the same company, and goes on in the same order.
    assert_eq!(employers, ids);
}

#[test]
fn person_fits_the_company() {
    let (_, caller) = Organization::new();
    for company in all(&caller, "/companies").iter().take(20) {
        let domain = text(company, "website")
            .strip_prefix("https://www.")
            .unwrap();
        let people = all(
            &caller,
            &format!("/prospects?company_id={}", text(company, "id")),
        );
        assert!(!people.is_empty());
        for person in people {
            assert_eq!(person["company_name"], company["name"]);
            assert!(text(&person, "email").ends_with(&format!("@{domain}")));
            assert_eq!(person["created_at"], company["created_at"]);
            let path = format!("/prospects/{}", text(&person, "id"));
            assert_eq!(caller.get(&path).ok(), person);
        }
    }
}

#[test]
fn creates_reads_changes_and_finds_a_prospect() {
    let (organization, caller) = Organization::new();
    let company = caller.first("/companies");
    let wanted = json!({"company_id": company, "first_name": "Zoë", "last_name": "Quast", "role": "Chief Cat Herder", "email": "zoe@quast.example"});
    let made = caller.post("/prospects", &wanted);
    let path = made.header("location").unwrap().replace("/api/v1", "");
    let made = made.ok();
    assert_eq!(caller.get(&path).ok(), made);
    for (field, value) in wanted.as_object().unwrap() {
        assert_eq!(&made[field], value);
    }
    organization.advance("1h");
    let change = json!({"last_name": "Quast-Meier", "email": null});
    let changed = caller.call(Method::PATCH, &path).json(&change).send().ok();
    assert_eq!(changed["updated_at"], "2026-01-15T10:00:00.000Z");
    assert_eq!(
        (&changed["email"], &changed["role"]),
        (&Value::Null, &made["role"])
    );
    assert_eq!(caller.get(&path).ok(), changed);
    for query in [
        "search=quast-meier".to_owned(),
        "search=cat herder".replace(' ', "%20"),
        format!("company_id={company}&search=zo"),
    ] {
        assert_eq!(
            caller.get(&format!("/prospects?{query}")).ok()["items"],
            json!([changed]),
            "{query}"
        );
    }
    assert_eq!(
        all(&caller, &format!("/prospects?company_id={company}")).last(),
        Some(&changed)
    );
    assert_eq!(all(&caller, "/prospects").last(), Some(&changed));
}

#[test]
fn prospect_needs_a_company_of_its_organization() {
    let (organization, caller) = Organization::new();
    let other = organization
        .app
        .organization()
        .key(json!({"preset": "full_access"}));
    let company = other.first("/companies");
    let wanted = json!({"company_id": company, "first_name": "Zoë", "last_name": "Quast"});
    let refused = caller.post("/prospects", &wanted).refused(EntityNotFound);
    assert_eq!(
        (&refused["entity_type"], &refused["identifier"]),
        (&json!("company"), &json!(company))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn search_equals_a_linear_scan(needle in "[A-Za-zäöü]{1,3}|manager|GmbH|Zoë Q") {
        let (_, caller) = Organization::with("companies = 40");
        let company = caller.first("/companies");
        let renamed = json!({"name": "Zwiesel Manager eG"});
        caller.call(Method::PATCH, &format!("/companies/{company}")).json(&renamed).send().ok();
        caller.post("/prospects", &json!({"company_id": company, "first_name": "Zoë", "last_name": "Quast"})).ok();
        let wanted = needle.to_lowercase();
        let mut expected = all(&caller, "/prospects");
        expected.retain(|person| {
            let name = format!("{} {}", text(person, "first_name"), text(person, "last_name"));
            [Some(&*name), person["company_name"].as_str(), person["role"].as_str()]
                .into_iter()
                .flatten()
                .any(|text| text.to_lowercase().contains(&wanted))
        });
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("search", &needle).finish();
        prop_assert_eq!(all(&caller, &format!("/prospects?{query}")), expected);
    }
}
