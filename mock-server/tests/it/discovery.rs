//! Discovery orders: from a prospect search and its blacklists to deliveries.

use http::Method;
use schemas::ErrorCode::{EntityNotFound, ValidationError};
use serde_json::{Value, json};

use crate::test_app::{Caller, Organization, all, order};

/// All results of a completed discovery.
#[track_caller]
fn discover(organization: &Organization, caller: &Caller, wanted: &Value) -> Vec<Value> {
    let mut order = json!({"title": "Find", "order_type": "DISCOVERY", "features": ["COMPANY_DATA", "CONTACTS"]});
    for (field, value) in wanted.as_object().unwrap() {
        order[field] = value.clone();
    }
    let id = caller.create(&order);
    organization.advance("10s");
    all(caller, &format!("/orders/{id}/results"))
}

fn ids(rows: &[Value], field: &str) -> Vec<String> {
    let mut ids: Vec<_> = rows
        .iter()
        .map(|row| row[field].as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    ids
}

/// A new blacklist with one entry.
#[track_caller]
fn blacklist(caller: &Caller, entry: &Value) -> String {
    let list = caller
        .post("/blacklists", &json!({"name": "Not these"}))
        .ok();
    let id = list["id"].as_str().unwrap().to_owned();
    caller
        .post(
            &format!("/blacklists/{id}/entries"),
            &json!({"entries": [entry]}),
        )
        .ok();
    id
}

#[test]
fn discovery_finds_matching_companies_best_first() {
    let (organization, caller) = Organization::new();
    let search = &all(&caller, "/prospect-searches")[3];
    let wanted = json!({"prospect_search_id": search["id"], "quantity": 8});
    let found = discover(&organization, &caller, &wanted);
    assert_eq!(found.len(), 8);
    let scores: Vec<_> = found
        .iter()
        .map(|result| result["match_score"].as_f64().unwrap())
        .collect();
    assert!(scores.is_sorted_by(|one, next| one >= next));
    for result in &found {
        let company = caller
            .get(&format!(
                "/companies/{}",
                result["company_id"].as_str().unwrap()
            ))
            .ok();
        assert_eq!(company["prospect_search_id"], search["id"]);
        assert_eq!(
            (&company["name"], &company["match_score"]),
            (&result["company"]["name"], &result["match_score"])
        );
    }
}

#[test]
fn finds_at_most_what_exists() {
    let (organization, caller) = Organization::with("companies = 20");
    let found = discover(&organization, &caller, &json!({"quantity": 1000}));
    assert_eq!(found.len(), 20);
    let usual = discover(&organization, &caller, &json!({}));
    assert!((5..=20).contains(&usual.len()));
}

/// The companies that a discovery of everything leaves out for an entry.
#[track_caller]
fn left_out(organization: &Organization, caller: &Caller, entry: &Value) -> Vec<String> {
    let wanted = json!({"quantity": 1000, "blacklist_ids": [blacklist(caller, entry)]});
    let found = ids(&discover(organization, caller, &wanted), "company_id");
    let wanted = json!({"quantity": 1000});
    let mut all = ids(&discover(organization, caller, &wanted), "company_id");
    all.retain(|company| !found.contains(company));
    all
}

#[test]
fn excludes_blacklisted_companies_by_any_identifier() {
    let (organization, caller) = Organization::with("companies = 20");
    let companies = all(&caller, "/companies");
    let (known, named, there, sited) = (&companies[0], &companies[1], &companies[2], &companies[3]);
    // A company has the caller's id once an order has named it with that id.
    caller.create(&json!({
        "title": "Known", "features": ["CONTACTS"],
        "companies": [{"company_name": known["name"], "city": known["city"], "external_id": "CRM-77"}],
    }));
    organization.advance("10s");
    let shouted = |company: &Value, field: &str| company[field].as_str().unwrap().to_uppercase();
    for (entry, companies) in [
        (json!({"external_id": "CRM-77"}), vec![known]),
        (json!({"company_name": shouted(named, "name")}), vec![named]),
        (
            json!({"company_name": there["name"], "city": shouted(there, "city")}),
            vec![there],
        ),
        (
            json!({"website_url": format!("{}/impressum?x=1", shouted(sited, "website"))}),
            vec![sited],
        ),
        // Each identifier in an entry matches on its own.
        (
            json!({"external_id": "CRM-77", "website_url": sited["website"], "company_name": named["name"]}),
            vec![known, sited, named],
        ),
    ] {
        let companies: Vec<_> = companies.into_iter().cloned().collect();
        assert_eq!(
            left_out(&organization, &caller, &entry),
            ids(&companies, "id"),
            "{entry}"
        );
    }
}

#[test]
fn blacklist_entry_excludes_only_matching_companies() {
    let (organization, caller) = Organization::with("companies = 20");
    let company = &all(&caller, "/companies")[0];
    for entry in [
        json!({"external_id": "CRM-78"}),
        json!({"company_name": company["name"], "city": "Hintertupfing"}),
        json!({"website_url": "https://nobody.example"}),
        json!({"website_url": "", "external_id": "CRM-78"}),
    ] {
        assert_eq!(left_out(&organization, &caller, &entry), [""; 0], "{entry}");
    }
}

#[test]
fn applies_the_blacklists_of_the_search() {
    let (organization, caller) = Organization::new();
    let search = caller.first("/prospect-searches");
    let companies = all(&caller, &format!("/companies?prospect_search_id={search}"));
    let wanted = json!({"prospect_search_id": search, "quantity": 1000});
    assert_eq!(
        ids(&discover(&organization, &caller, &wanted), "company_id"),
        ids(&companies, "id")
    );
    let list = blacklist(&caller, &json!({"website_url": companies[0]["website"]}));
    let path = format!("/prospect-searches/{search}/blacklists");
    let set = json!({"blacklist_ids": [list]});
    caller.call(Method::PUT, &path).json(&set).send().ok();
    assert_eq!(
        ids(&discover(&organization, &caller, &wanted), "company_id"),
        ids(&companies[1..], "id")
    );
}

#[test]
fn found_companies_stay_despite_later_changes() {
    let (organization, caller) = Organization::new();
    let order = json!({"title": "Find", "order_type": "DISCOVERY", "features": ["COMPANY_DATA", "CONTACTS"]});
    let id = caller.create(&order);
    let path = format!("/orders/{id}/results");
    organization.advance("10s");
    let found = all(&caller, &path);
    for result in &found {
        blacklist(&caller, &json!({"company_name": result["company"]["name"]}));
        let company = format!("/companies/{}", result["company_id"].as_str().unwrap());
        caller
            .call(Method::PATCH, &company)
            .json(&json!({"name": "Another name"}))
            .send()
            .ok();
    }
    assert_eq!(all(&caller, &path), found);
}

#[test]
fn order_must_refer_to_existing_objects() {
    let (_, caller) = Organization::new();
    for (field, value, entity) in [
        ("prospect_search_id", json!("nobodys"), "prospect_search"),
        ("blacklist_ids", json!(["nobodys"]), "blacklist"),
    ] {
        let order = json!({"title": "Find", "order_type": "DISCOVERY", "features": ["CONTACTS"], field: value});
        let refused = caller.post("/orders", &order).refused(EntityNotFound);
        assert_eq!(
            (&refused["entity_type"], &refused["identifier"]),
            (&json!(entity), &json!("nobodys"))
        );
    }
    let order = json!({"title": "t", "features": ["CONTACTS"], "companies": [{"company_name": "A"}], "quantity": 3});
    let refused = caller.post("/orders", &order).refused(ValidationError);
    assert_eq!(
        refused["detail"]["validation_errors"][0]["field"],
        "quantity"
    );
}

#[test]
fn results_are_delivered_once_the_order_is_completed() {
    let (organization, caller) = Organization::new();
    // Afterwards, no order is in progress.
    organization.advance("1m");
    let before = all(&caller, "/deliveries").len();
    let companies = all(&caller, "/companies").len();
    let order = json!({
        "title": "Enrich", "features": ["CONTACTS"],
        "companies": [{"company_name": "Neu und Söhne KG", "city": "Celle", "external_id": "N-1"}],
    });
    let id = caller.create(&order);
    organization.advance("9s");
    assert_eq!(all(&caller, "/deliveries").len(), before);
    assert_eq!(all(&caller, "/companies").len(), companies);
    organization.advance("1s");
    let deliveries = all(&caller, &format!("/deliveries?order_id={id}"));
    let [delivery] = &*deliveries else {
        panic!("{deliveries:?}")
    };
    assert_eq!(all(&caller, "/deliveries").last(), Some(delivery));
    assert_eq!(delivery["delivered_at"], "2026-01-15T09:01:10.000Z");
    assert_eq!(
        (&delivery["name"], &delivery["feedback"]),
        (&json!("Neu und Söhne KG"), &Value::Null)
    );
    let company = delivery["company_id"].as_str().unwrap();
    assert_eq!(
        caller.get(&format!("/companies/{company}")).ok()["source_id"],
        "N-1"
    );
    assert_eq!(
        delivery["prospects"],
        json!(all(&caller, &format!("/prospects?company_id={company}")))
    );
    let results = all(&caller, &format!("/orders/{id}/results"));
    assert_eq!(results[0]["company_id"], company);
    // Submitting the same company again gives the same id.
    let again = caller.create(&order);
    organization.advance("10s");
    assert_eq!(
        all(&caller, &format!("/deliveries?order_id={again}"))[0]["company_id"],
        company
    );
    assert_eq!(all(&caller, "/companies").len(), companies + 1);
}

#[test]
fn deliveries_can_be_pulled_incrementally() {
    // The clock is more precise than the times in responses.
    let (organization, caller) = Organization::with("clock = 'frozen=2026-01-15T09:00:00.2506Z'");
    caller.create(&order(1));
    organization.advance("1h");
    let deliveries = all(&caller, "/deliveries");
    let last = deliveries.last().unwrap()["delivered_at"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        all(&caller, &format!("/deliveries?delivered_since={last}")),
        [Value::Null; 0]
    );
    let first = deliveries[0]["delivered_at"].as_str().unwrap();
    let later: Vec<_> = deliveries
        .iter()
        .filter(|one| one["delivered_at"] != first)
        .cloned()
        .collect();
    assert!(!later.is_empty() && later.len() < deliveries.len());
    assert_eq!(
        all(&caller, &format!("/deliveries?delivered_since={first}")),
        later
    );
}

#[test]
fn feedback_replaces_earlier_feedback() {
    let (organization, caller) = Organization::new();
    let id = caller.first("/deliveries");
    let say = |body: Value| {
        let call = caller.call(Method::PUT, &format!("/deliveries/{id}/feedback"));
        call.json(&body).send().ok()
    };
    let good = say(json!({"rating": "good", "comment": "We met"}));
    let expected =
        json!({"rating": "good", "comment": "We met", "updated_at": "2026-01-15T09:00:00.000Z"});
    assert_eq!(good["feedback"], expected);
    organization.advance("1h");
    let bad = say(json!({"rating": "bad"}));
    let expected =
        json!({"rating": "bad", "comment": null, "updated_at": "2026-01-15T10:00:00.000Z"});
    assert_eq!(bad["feedback"], expected);
    assert_eq!(caller.get(&format!("/deliveries/{id}")).ok(), bad);
    assert_eq!(all(&caller, "/deliveries")[0], bad);
}

#[test]
fn only_orders_for_contacts_deliver_people() {
    let (_, caller) = Organization::new();
    let orders = all(&caller, "/orders");
    for delivery in all(&caller, "/deliveries") {
        let order = orders
            .iter()
            .find(|order| order["id"] == delivery["order_id"])
            .unwrap();
        let asked = order["features"]
            .as_array()
            .unwrap()
            .contains(&json!("CONTACTS"));
        assert_eq!(!delivery["prospects"].as_array().unwrap().is_empty(), asked);
    }
}
