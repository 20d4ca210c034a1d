//! Orders: creating, listing and reading them, and their status changes.

use proptest::prelude::*;
use schemas::{
    API_PREFIX,
    ErrorCode::{EntityNotFound, ValidationError},
};
use serde_json::{Value, json};

use crate::{
    response::Response,
    test_app::{Caller, Organization, TestApp, open_to_keys, order},
};

/// An id that no order has.
pub(crate) const NOBODYS: &str = "00000000-0000-4000-8000-000000000000";

#[track_caller]
fn status(caller: &Caller, id: &str) -> Value {
    caller.get(&format!("/orders/{id}")).ok()["status"].take()
}

#[test]
fn creates_an_order_at_its_location() {
    let (_, caller) = Organization::new();
    let created = caller.post("/orders", &order(2));
    assert_eq!(created.status.as_u16(), 201);
    let location = created.header("location").unwrap().to_owned();
    let found = caller.get(location.strip_prefix(API_PREFIX).unwrap());
    assert_eq!(found.text(), created.text());
    let mut shown = created.ok();
    assert_eq!(
        location,
        format!("{API_PREFIX}/orders/{}", shown["id"].as_str().unwrap())
    );
    shown["id"] = "…".into();
    insta::assert_snapshot!(shown, @r#"{"blacklist_ids":[],"company_count":2,"created_at":"2026-01-15T09:00:00.000Z","features":["CONTACTS"],"id":"…","order_type":"ENRICHMENT","profile_name":null,"prospect_search_id":null,"quantity":null,"status":"RECEIVED","title":"Hotels","updated_at":"2026-01-15T09:00:00.000Z"}"#);
}

#[test]
fn discovery_order_needs_no_companies() {
    let (_, caller) = Organization::new();
    let wanted = json!({
        "title": "Bakeries", "order_type": "DISCOVERY", "features": ["COMPANY_DATA"], "profile_name": "North",
    });
    let created = caller.post("/orders", &wanted).ok();
    for field in ["title", "order_type", "features", "profile_name"] {
        assert_eq!(created[field], wanted[field]);
    }
    assert_eq!(created["company_count"], 0);
}

#[test]
fn unknown_fields_are_ignored() {
    let (_, caller) = Organization::new();
    let mut wanted = order(1);
    wanted["priority"] = "high".into();
    wanted["companies"][0]["vat_id"] = "DE1".into();
    let created = caller.post("/orders", &wanted).ok();
    assert!(created.get("priority").is_none());
}

#[test]
fn new_order_is_the_last_of_the_list() {
    let (_, caller) = Organization::new();
    let before = caller.get("/orders").ok();
    let id = caller.create(&order(1));
    let after = caller.get("/orders").ok();
    let rows = |list: &Value| list["orders"].as_array().unwrap().clone();
    assert_eq!(rows(&after).last().unwrap()["id"], id.as_str());
    assert_eq!(rows(&after)[..rows(&before).len()], rows(&before));
    assert_eq!(after["total"], before["total"].as_u64().unwrap() + 1);
}

#[test]
fn list_has_50_rows_by_default() {
    let (_, caller) = Organization::new();
    for _ in 0..50 {
        caller.create(&order(1));
    }
    let list = caller.get("/orders").ok();
    assert_eq!(list["orders"].as_array().unwrap().len(), 50);
    assert_eq!((&list["limit"], &list["offset"]), (&json!(50), &json!(0)));
    assert!(list["total"].as_u64() > Some(50));
}

#[test]
fn enforces_limits_at_their_bounds() {
    let (_, caller) = Organization::new();
    let id = caller.create(&order(1));
    let path = |query: &str| {
        [
            format!("/orders?{query}"),
            format!("/orders/{id}/results?{query}"),
        ]
    };
    for wrong in [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=1.5",
        "limit=x",
        "limit=",
        "offset=-1",
        "offset=1000000001",
    ] {
        for path in path(wrong) {
            let refused = caller.get(&path).refused(ValidationError);
            let error = &refused["detail"]["validation_errors"][0];
            let (name, value) = wrong.split_once('=').unwrap();
            assert_eq!(
                (&error["field"], &error["provided"]),
                (&json!(name), &json!(value))
            );
        }
    }
    let [list, _] = path("limit=100&offset=1000000000");
    let beyond = caller.get(&list).ok();
    assert_eq!(beyond["orders"], json!([]));
    assert!(beyond["total"].as_u64() > Some(0));
    assert_eq!(
        caller.get("/orders?limit=1").ok()["orders"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn operations_reject_unlisted_query_parameters() {
    let (organization, caller) = Organization::new();
    for operation in open_to_keys() {
        for name in ["limit", "offset", "page", "Limit", ""] {
            let call = organization.sample(operation, &caller);
            let answer = call.query(&format!("{name}=1")).send();
            if operation.query.iter().any(|known| known.as_str() == name) {
                answer.ok();
            } else {
                let refused = answer.refused(ValidationError);
                assert_eq!(refused["detail"]["validation_errors"][0]["field"], name);
            }
        }
    }
}

#[test]
fn order_advances_with_the_clock_and_never_back() {
    let (organization, caller) = Organization::new();
    let id = caller.create(&order(1));
    let steps = [
        ("0s", "RECEIVED"),
        ("999ms", "RECEIVED"),
        ("1ms", "ACCEPTED"),
        ("1999ms", "ACCEPTED"),
        ("1ms", "IN_PROGRESS"),
        ("6999ms", "IN_PROGRESS"),
        ("1ms", "COMPLETED"),
        ("8760h", "COMPLETED"),
    ];
    for (by, expected) in steps {
        organization.advance(by);
        assert_eq!(status(&caller, &id), expected, "after {by}");
    }
    assert_eq!(
        caller.get(&format!("/orders/{id}")).ok()["updated_at"],
        "2026-01-15T09:00:10.000Z"
    );
}

#[test]
fn list_shows_the_status_of_the_order() {
    let (organization, caller) = Organization::new();
    caller.create(&order(1));
    for _ in 0..12 {
        let list = caller.get("/orders").ok();
        for row in list["orders"].as_array().unwrap() {
            assert_eq!(
                *row,
                caller
                    .get(&format!("/orders/{}", row["id"].as_str().unwrap()))
                    .ok()
            );
        }
        organization.advance("1s");
    }
}

#[test]
fn order_duration_is_configurable() {
    let (organization, caller) = Organization::with("order_duration = '1h'");
    let id = caller.create(&order(1));
    organization.advance("3599s");
    assert_eq!(status(&caller, &id), "IN_PROGRESS");
    organization.advance("1s");
    assert_eq!(status(&caller, &id), "COMPLETED");
}

/// The response to a request for this id, without the id.
#[track_caller]
fn without_the_id(answer: Response, id: &str) -> String {
    let text = answer.text().replace(id, "<id>");
    answer.refused(EntityNotFound);
    text
}

#[test]
fn unknown_malformed_and_foreign_ids_get_the_same_404() {
    let (organization, caller) = Organization::new();
    let other = organization
        .app
        .organization()
        .key(json!({"preset": "full_access"}));
    let others = other.create(&order(1));
    for rest in ["", "/results"] {
        for id in [NOBODYS, "nothing", "1", &others] {
            let answer = caller.get(&format!("/orders/{id}{rest}"));
            insta::allow_duplicates! {
                insta::assert_snapshot!(without_the_id(answer, id), @r#"{"code":"ENTITY_NOT_FOUND","message":"Order with identifier <id> not found","entity_type":"order","identifier":"<id>"}"#);
            }
        }
    }
    other.get(&format!("/orders/{others}")).ok();
}

#[test]
fn orders_are_visible_only_to_keys_of_their_organization() {
    let app = TestApp::new();
    let callers = [app.organization(), app.organization()]
        .map(|one| one.key(json!({"preset": "full_access"})));
    let ids = [callers[0].create(&order(1)), callers[1].create(&order(1))];
    assert_ne!(ids[0], ids[1]);
    let lists = callers
        .each_ref()
        .map(|caller| caller.get("/orders").text().to_owned());
    assert!(lists[0].contains(&ids[0]) && !lists[0].contains(&ids[1]));
    assert!(lists[1].contains(&ids[1]) && !lists[1].contains(&ids[0]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn pages_contain_every_order_once_in_creation_order(
        created in 0..25_usize, limit in 1..=12_usize, offset in 0..30_usize,
    ) {
        let (_, caller) = Organization::new();
        let made: Vec<_> = (0..created).map(|_| caller.create(&order(1))).collect();
        let total = caller.get("/orders?limit=1").ok()["total"].as_u64().unwrap();
        let mut seen = Vec::new();
        while (seen.len() as u64) < total {
            let page = caller.get(&format!("/orders?limit={limit}&offset={}", seen.len())).ok();
            let rows = page["orders"].as_array().unwrap();
            prop_assert_eq!(&page["total"], total);
            prop_assert_eq!(rows.len() as u64, (limit as u64).min(total - seen.len() as u64));
            seen.extend(rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        }
        let any = caller.get(&format!("/orders?limit={limit}&offset={offset}")).ok();
        let wanted: Vec<_> = seen.iter().skip(offset).take(limit).collect();
        let rows = any["orders"].as_array().unwrap().iter();
        prop_assert_eq!(rows.map(|row| row["id"].as_str().unwrap()).collect::<Vec<_>>(), wanted);
        let mut unique = seen.clone();
        unique.sort();
        unique.dedup();
        prop_assert_eq!(unique.len() as u64, total);
        prop_assert_eq!(&seen[seen.len() - made.len()..], &made[..]);
    }
}
