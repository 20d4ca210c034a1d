//! The results of a completed order.

use std::pin::pin;

use futures_util::future::{Either, select};
use http::Method;
use proptest::prelude::*;
use schemas::ErrorCode::Conflict;
use serde_json::{Value, json};

use crate::test_app::{Caller, Organization, order};

/// An organization, a caller, and the id of a completed order.
#[track_caller]
fn completed(order: &Value) -> (Organization, Caller, String) {
    let (organization, caller) = Organization::new();
    let id = caller.create(order);
    organization.advance("10s");
    (organization, caller, id)
}

#[test]
fn large_delivery_does_not_delay_other_requests() {
    let (organization, caller) = Organization::new();
    let app = organization.app.clone();
    let other = app.organization().key(json!({"preset": "full_access"}));
    let clock = format!("/_mock/organizations/{}/clock", organization.name);
    for other in [
        other.call(Method::GET, "/orders"),
        app.call(Method::GET, &clock),
    ] {
        let id = caller.create(&order(10_000));
        organization.advance("10s");
        let large = pin!(caller.call(Method::GET, "/companies").answered());
        let other = pin!(other.answered());
        let first = app.runtime.block_on(select(large, other));
        assert!(matches!(first, Either::Right(_)));
        // Whoever reads next sees the whole order.
        let deliveries = caller.get(&format!("/deliveries?order_id={id}")).ok();
        assert_eq!(deliveries["total"], 10_000);
    }
}

#[track_caller]
fn results(caller: &Caller, id: &str, query: &str) -> Value {
    caller.get(&format!("/orders/{id}/results?{query}")).ok()
}

fn source_ids(results: &Value) -> Vec<Value> {
    let rows = results["results"].as_array().unwrap();
    rows.iter().map(|row| row["source_id"].clone()).collect()
}

#[test]
fn results_exist_only_after_completion() {
    let (organization, caller) = Organization::new();
    let id = caller.create(&order(1));
    let path = format!("/orders/{id}/results");
    for (by, status) in [
        ("0s", "RECEIVED"),
        ("1s", "ACCEPTED"),
        ("2s", "IN_PROGRESS"),
        ("6999ms", "IN_PROGRESS"),
    ] {
        organization.advance(by);
        let refused = caller.get(&path).refused(Conflict);
        assert_eq!(
            refused["message"],
            format!("order {id} is {status}; its results are available once it is COMPLETED")
        );
    }
    organization.advance("1ms");
    caller.get(&path).ok();
}

#[test]
fn results_have_the_ids_and_the_order_of_the_callers_companies() {
    let (_, caller, id) = completed(&order(7));
    let found = results(&caller, &id, "");
    let expected: Vec<_> = (0..7).map(|index| json!(format!("CRM-{index}"))).collect();
    assert_eq!(source_ids(&found), expected);
    assert_eq!(
        (&found["order_id"], &found["total"]),
        (&json!(id), &json!(7))
    );
}

#[test]
fn company_without_id_of_the_caller_has_none_in_its_result() {
    let mut wanted = order(2);
    wanted["companies"][0]
        .as_object_mut()
        .unwrap()
        .remove("external_id");
    let (_, caller, id) = completed(&wanted);
    assert_eq!(
        source_ids(&results(&caller, &id, "")),
        [Value::Null, json!("CRM-1")]
    );
}

#[test]
fn discovered_companies_have_no_id_of_the_caller() {
    let wanted =
        json!({"title": "Bakeries", "order_type": "DISCOVERY", "features": ["COMPANY_DATA"]});
    let (_, caller, id) = completed(&wanted);
    let ids = source_ids(&results(&caller, &id, "limit=100"));
    assert!(!ids.is_empty() && ids.iter().all(Value::is_null), "{ids:?}");
}

#[test]
fn result_contains_exactly_the_ordered_features() {
    for (features, contacts, technologies, city) in [
        (json!(["CONTACTS"]), true, false, false),
        (json!(["TECHNOLOGIES"]), false, true, false),
        (json!(["COMPANY_DATA"]), false, false, true),
        (
            json!(["COMPANY_DATA", "CONTACTS", "TECHNOLOGIES"]),
            true,
            true,
            true,
        ),
    ] {
        let mut wanted = order(1);
        wanted["features"] = features;
        wanted["companies"][0]["city"] = "Celle".into();
        let (_, caller, id) = completed(&wanted);
        let row = results(&caller, &id, "")["results"][0].take();
        let has = |row: &Value, field: &str| row.get(field).is_some();
        assert_eq!(
            (
                has(&row, "contacts"),
                has(&row, "technologies"),
                has(&row["company"], "city")
            ),
            (contacts, technologies, city)
        );
        assert_eq!(row["company"]["name"], "Hotel 0");
    }
}

#[test]
fn results_are_stable() {
    let (organization, caller, id) = completed(&order(5));
    let first = results(&caller, &id, "");
    organization.advance("8760h");
    assert_eq!(results(&caller, &id, ""), first);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn pages_contain_every_result_once(companies in 1..30_usize, limit in 1..12_usize, offset in 0..40_usize) {
        let (_, caller, id) = completed(&order(companies));
        let whole = results(&caller, &id, "limit=100");
        let mut seen = Vec::new();
        while seen.len() < companies {
            let page = results(&caller, &id, &format!("limit={limit}&offset={}", seen.len()));
            prop_assert_eq!(&page["total"], companies);
            seen.extend(page["results"].as_array().unwrap().clone());
        }
        prop_assert_eq!(&whole["results"], &json!(seen));
        let any = results(&caller, &id, &format!("limit={limit}&offset={offset}"));
        let wanted: Vec<_> = seen.iter().skip(offset).take(limit).collect();
        prop_assert_eq!(&any["results"], &json!(wanted));
    }
}
