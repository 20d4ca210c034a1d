//! Companies and their data.

use http::Method;
use proptest::prelude::*;
use schemas::ErrorCode::{EntityNotFound, ValidationError};
use serde_json::{Value, json};

use crate::test_app::{Caller, Organization, all};

/// Changes a company.
#[track_caller]
fn patch(caller: &Caller, id: &str, change: &Value) -> Value {
    let call = caller.call(Method::PATCH, &format!("/companies/{id}"));
    call.json(change).send().ok()
}

#[track_caller]
fn create(caller: &Caller, company: &Value) -> Value {
    caller.post("/companies", company).ok()
}

fn text<'a>(object: &'a Value, field: &str) -> &'a str {
    object[field].as_str().unwrap()
}

#[test]
fn organization_starts_with_companies_of_the_world_and_of_its_orders() {
    let (_, caller) = Organization::with("companies = 40");
    let companies = all(&caller, "/companies");
    // The first orders name six companies that are not in the generated data, one of them twice.
    assert_eq!(companies.len(), 40 + 6);
    let submitted = |company: &&Value| company["source_id"] != Value::Null;
    let submitted: Vec<_> = companies.iter().filter(submitted).collect();
    assert_eq!(submitted.len(), 6);
    assert_eq!(submitted[0]["name"], "Hotel Alsterblick GmbH");
    assert_eq!(submitted[0]["source_id"], "CRM-1001");
    assert_eq!(submitted[0]["prospect_search_id"], Value::Null);
}

#[test]
fn companies_are_ordered_by_age() {
    // Those of the first orders come last, however many others there are.
    for settings in ["", "companies = 60", "companies = 5"] {
        let (_, caller) = Organization::with(settings);
        let companies = all(&caller, "/companies");
        let since = companies.iter().map(|company| text(company, "created_at"));
        let since: Vec<_> = since.collect();
        assert!(
            since.is_sorted() && since[0] < since[4],
            "{settings}: {since:?}"
        );
    }
}

#[test]
fn organizations_see_the_world_in_another_order_with_other_ids() {
    let (organization, caller) = Organization::new();
    let other = organization.app.organization();
    let other = other.key(json!({"preset": "full_access"}));
    let [mine, theirs] = [&caller, &other].map(|caller| all(caller, "/companies"));
    let names = |companies: &[Value]| {
        let names = companies[..300].iter();
        names
            .map(|one| text(one, "name").to_owned())
            .collect::<Vec<_>>()
    };
    let [mut mine_by_name, mut theirs_by_name] = [names(&mine), names(&theirs)];
    assert_ne!(mine_by_name, theirs_by_name);
    mine_by_name.sort();
    theirs_by_name.sort();
    assert_eq!(mine_by_name, theirs_by_name);
    let id = text(&mine[0], "id");
    let path = format!("/companies/{id}");
    caller.get(&path).ok();
    other.get(&path).refused(EntityNotFound);
    let foreign = format!("/prospects?company_id={id}");
    assert_eq!(other.get(&foreign).ok()["total"], 0);
}

/// A filter with all its parts.
#[derive(Clone, Debug)]
struct Filter {
    search: Option<usize>,
    min_match_score: Option<u8>,
    reviews: Vec<&'static str>,
    text: Option<String>,
}

fn filters() -> impl Strategy<Value = Filter> {
    let review = prop::sample::select(vec!["accepted", "rejected", "pending"]);
    let text = prop_oneof![
        "[A-Za-zäöü]{1,2}",
        "gmbh",
        "Hotel",
        "Hamburg",
        "Müller",
        "SOFTWARE",
        "an.."
    ];
    (
        prop::option::of(0..5_usize),
        prop::option::of(0..=100_u8),
        prop::collection::vec(review, 0..3),
        prop::option::of(text),
    )
        .prop_map(|(search, min_match_score, reviews, text)| Filter {
            search,
            min_match_score,
            reviews,
            text,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn filters_equal_a_linear_scan(filter in filters(), limit in 20..=100_usize) {
        let (_, caller) = Organization::with("companies = 60");
        let companies = all(&caller, "/companies");
        // Some of the searched companies were written by a caller.
        patch(&caller, text(&companies[0], "id"), &json!({"name": "Hotel Müller GmbH", "city": null, "review_status": "rejected"}));
        create(&caller, &json!({"name": "Software Hamburg GmbH", "city": "Hintertupfing"}));
        let companies = all(&caller, "/companies");
        let prospects = all(&caller, "/prospects");
        let searches = all(&caller, "/prospect-searches");
        let has = |company: &Value, needle: &str| {
            let needle = needle.to_lowercase();
            let contains = |text: Option<&str>| text.is_some_and(|text| text.to_lowercase().contains(&needle));
            contains(company["name"].as_str())
                || contains(company["city"].as_str())
                || contains(company["business_type"].as_str())
                || prospects.iter().any(|prospect| prospect["company_id"] == company["id"]
                    && contains(Some(&format!("{} {}", text(prospect, "first_name"), text(prospect, "last_name")))))
        };
        let mut query = form_urlencoded::Serializer::new(String::new());
        let mut expected = companies;
        if let Some(search) = filter.search {
            query.append_pair("prospect_search_id", text(&searches[search], "id"));
            expected.retain(|company| company["prospect_search_id"] == searches[search]["id"]);
        }
        if let Some(least) = filter.min_match_score {
            let least = f64::from(least) / 10.0;
            query.append_pair("min_match_score", &least.to_string());
            expected.retain(|company| company["match_score"].as_f64().unwrap() >= least);
        }
        if !filter.reviews.is_empty() {
            query.append_pair("review_status_list", &filter.reviews.join(","));
            expected.retain(|company| filter.reviews.contains(&text(company, "review_status")));
        }
        if let Some(needle) = &filter.text {
            query.append_pair("search", needle);
            expected.retain(|company| has(company, needle));
        }
        let query = query.append_pair("limit", &limit.to_string()).finish();
        let page = caller.get(&format!("/companies?{query}")).ok();
        prop_assert_eq!(&page["total"], expected.len());
        prop_assert_eq!(&page["has_more"], expected.len() > limit);
        expected.truncate(limit);
        prop_assert_eq!(&page["items"], &json!(expected));
    }
}

#[test]
fn review_statuses_are_a_list_or_repeated_and_override_the_single_one() {
    let (_, caller) = Organization::new();
    let total = |query: &str| caller.get(&format!("/companies?{query}")).ok()["total"].clone();
    let both = total("review_status_list=accepted,rejected");
    assert_eq!(
        both,
        total("review_status_list=accepted&review_status_list=rejected")
    );
    assert_eq!(
        both,
        total("review_status_list=accepted,rejected&review_status=pending")
    );
    let one = |status: &str| total(&format!("review_status={status}")).as_u64().unwrap();
    assert_eq!(both, one("accepted") + one("rejected"));
    assert!(one("accepted") > 0 && one("rejected") > 0 && one("pending") > 0);
}

#[test]
fn rejects_impossible_filters_and_names_valid_ones() {
    let (_, caller) = Organization::new();
    for (query, error) in [
        ("min_match_score=11", "must be a number from 0 to 10"),
        ("min_match_score=NaN", "must be a number from 0 to 10"),
        (
            "review_status=good",
            "must be one of accepted, rejected, pending",
        ),
        (
            "review_status=accepted&review_status=pending",
            "is given more than once",
        ),
        (
            "review_status_list=accepted,good",
            "must be one or more of accepted, rejected, pending, separated by commas or as repeated parameters",
        ),
        ("search=", "must have 1 to 200 characters"),
        (
            "colour=red",
            "is unknown; use one of limit, offset, prospect_search_id, min_match_score, review_status, \
             review_status_list, search",
        ),
    ] {
        let refused = caller
            .get(&format!("/companies?{query}"))
            .refused(ValidationError);
        assert_eq!(
            refused["detail"]["validation_errors"][0]["error"], error,
            "{query}"
        );
    }
    let since = caller.get("/deliveries?delivered_since=yesterday");
    let refused = since.refused(ValidationError);
    assert_eq!(
        refused["detail"]["validation_errors"][0]["error"],
        "must be a time such as 2026-01-31T09:00:00Z or 2026-01-31T10:00:00%2B01:00"
    );
}

#[test]
fn changes_are_stored_and_searchable_and_keep_the_rest() {
    let (organization, caller) = Organization::new();
    let id = caller.first("/companies");
    let before = caller.get(&format!("/companies/{id}")).ok();
    organization.advance("1h");
    let change =
        json!({"name": "Quarzwerk Zwiesel eG", "phone": null, "review_status": "accepted"});
    let mut expected = before.clone();
    for (field, value) in change.as_object().unwrap() {
        expected[field] = value.clone();
    }
    expected["updated_at"] = json!("2026-01-15T10:00:00.000Z");
    assert_eq!(patch(&caller, &id, &change), expected);
    assert_eq!(caller.get(&format!("/companies/{id}")).ok(), expected);
    let found = |name: &str| caller.get(&format!("/companies?search={name}")).ok();
    assert_eq!(found("quarzwerk")["items"], json!([expected]));
    let people = caller.get(&format!("/prospects?company_id={id}")).ok();
    assert_eq!(people["items"][0]["company_name"], "Quarzwerk Zwiesel eG");
    let people = caller.get("/prospects?search=quarzwerk").ok();
    assert_eq!(people["items"][0]["company_id"], id);
}

#[test]
fn created_company_is_complete() {
    let (_, caller) = Organization::new();
    let wanted = json!({"name": "Gasthof Isarblick OHG", "city": "München", "website": "https://www.isarblick.example"});
    let made = caller.post("/companies", &wanted);
    let location = made.header("location").unwrap().to_owned();
    let made = made.ok();
    let path = format!("/companies/{}", text(&made, "id"));
    assert_eq!(location, format!("/api/v1{path}"));
    assert_eq!(caller.get(&path).ok(), made);
    for (field, value) in wanted.as_object().unwrap() {
        assert_eq!(&made[field], value);
    }
    assert_eq!(
        (&made["country"], &made["business_type"]),
        (&json!("Germany"), &json!("Hotel"))
    );
    assert!(text(&made, "postal_code").starts_with('8'));
    let last = all(&caller, "/companies").pop().unwrap();
    assert_eq!(last, made);
    let people = caller
        .get(&format!("/prospects?company_id={}", text(&made, "id")))
        .ok();
    assert!(text(&people["items"][0], "email").ends_with("@isarblick.example"));
    let entry = caller.get(&format!("{path}/handelsregister")).ok();
    assert_eq!(
        (&entry["legal_form"], &entry["register"]),
        (&json!("OHG"), &json!("HRA"))
    );
    assert_eq!(entry["court"], "Amtsgericht München");
    let intel = caller.get(&format!("{path}/webtech-intel")).ok();
    assert_eq!(intel["website"], "https://www.isarblick.example");
    assert!(!intel["technologies"].as_array().unwrap().is_empty());
    caller.get(&format!("{path}/jobs")).ok();
}

#[test]
fn company_without_register_entry_has_null() {
    let (_, caller) = Organization::new();
    let made = create(
        &caller,
        &json!({"name": "Hotel Sacher", "city": "Wien", "country": "Austria"}),
    );
    let path = format!("/companies/{}/handelsregister", text(&made, "id"));
    let refused = caller.get(&path).refused(EntityNotFound);
    assert_eq!(refused["entity_type"], "register_entry");
    assert_eq!(refused["identifier"], made["id"]);
}

#[test]
fn jobs_belong_to_their_company_and_were_posted_in_the_past() {
    let (_, caller) = Organization::new();
    let mut jobs = 0;
    for company in all(&caller, "/companies").iter().take(30) {
        let id = text(company, "id");
        for job in all(&caller, &format!("/companies/{id}/jobs")) {
            assert_eq!(job["company_id"], id);
            assert_eq!(job["city"], company["city"]);
            assert!(text(&job, "posted_at") <= "2026-01-15T09:00:00.000Z");
            jobs += 1;
        }
    }
    assert!(jobs > 10);
}
