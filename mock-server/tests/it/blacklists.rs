//! Blacklists and their entries.

use http::Method;
use proptest::prelude::*;
use schemas::ErrorCode::{Conflict, EntityNotFound, ValidationError};
use serde_json::{Value, json};

use crate::test_app::{Caller, Organization};

/// Adds `count` entries with the ids `CRM-0`, `CRM-1`, …
#[track_caller]
fn add(caller: &Caller, id: &str, count: usize) -> Value {
    let entry = |index| json!({"external_id": format!("CRM-{index}")});
    let entries: Vec<_> = (0..count).map(entry).collect();
    let added = caller.post(
        &format!("/blacklists/{id}/entries"),
        &json!({"entries": entries}),
    );
    added.ok()
}

/// A new list without entries.
#[track_caller]
fn empty(caller: &Caller) -> String {
    let list = caller.post("/blacklists", &json!({"name": "Competitors"}));
    list.ok()["id"].as_str().unwrap().to_owned()
}

#[track_caller]
fn entries(caller: &Caller, id: &str, query: &str) -> Value {
    let list = caller.get(&format!("/blacklists/{id}/entries?{query}"));
    list.ok()
}

#[track_caller]
fn remove(caller: &Caller, id: &str, entry_ids: &Value) -> crate::response::Response {
    let call = caller.call(Method::DELETE, &format!("/blacklists/{id}/entries"));
    call.json(&json!({"entry_ids": entry_ids})).send()
}

#[test]
fn creates_reads_changes_and_deletes_a_list() {
    let (organization, caller) = Organization::new();
    let made = caller.post("/blacklists", &json!({"name": "Competitors"}));
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/blacklists/{id}");
    assert_eq!(made.header("location"), Some(&*format!("/api/v1{path}")));
    assert_eq!(caller.get(&path).ok(), made.ok());
    organization.advance("1h");
    let change = json!({"description": "They sell what we sell"});
    let changed = caller.call(Method::PATCH, &path).json(&change).send().ok();
    assert_eq!(changed["name"], "Competitors");
    assert_eq!(changed["description"], "They sell what we sell");
    assert_eq!(changed["created_at"], "2026-01-15T09:00:00.000Z");
    assert_eq!(changed["updated_at"], "2026-01-15T10:00:00.000Z");
    let cleared = json!({"description": null});
    let cleared = caller.call(Method::PATCH, &path).json(&cleared).send().ok();
    assert_eq!(cleared["description"], Value::Null);
    let deleted = caller.call(Method::DELETE, &path).send();
    assert_eq!(deleted.status.as_u16(), 204);
    for method in [Method::GET, Method::DELETE] {
        let gone = caller.call(method, &path).send().refused(EntityNotFound);
        assert_eq!(gone["entity_type"], "blacklist");
    }
}

#[test]
fn returns_entries_as_sent_and_counts_them() {
    let (_, caller) = Organization::new();
    let id = caller.create_blacklist();
    let list = caller.get(&format!("/blacklists/{id}")).ok();
    let found = entries(&caller, &id, "");
    assert_eq!(list["entry_count"], found["total"]);
    assert_eq!(found["items"][0]["external_id"], "CRM-1001");
    assert_eq!(found["items"][2]["company_name"], "Grand Hotel Berlin");
    assert_eq!(found["items"][2]["city"], "Berlin");
    assert_eq!(found["items"][2]["website_url"], Value::Null);
}

#[test]
fn removes_all_entries_or_none() {
    let (_, caller) = Organization::new();
    let id = empty(&caller);
    add(&caller, &id, 3);
    let ids = entries(&caller, &id, "")["items"].take();
    let (first, second) = (ids[0]["id"].clone(), ids[1]["id"].clone());
    let unknown = remove(&caller, &id, &json!([first, "nobody"])).refused(EntityNotFound);
    assert_eq!(unknown["entity_type"], "blacklist_entry");
    assert_eq!(unknown["identifier"], "nobody");
    assert_eq!(
        unknown["message"],
        "Blacklist entry with identifier nobody not found"
    );
    assert_eq!(entries(&caller, &id, "")["total"], 3);
    let twice = remove(&caller, &id, &json!([first, first, second]));
    assert_eq!(twice.status.as_u16(), 204);
    assert_eq!(entries(&caller, &id, "")["total"], 1);
    remove(&caller, &id, &json!([first])).refused(EntityNotFound);
}

#[test]
fn entries_of_one_list_are_not_in_another() {
    let (_, caller) = Organization::new();
    let (one, other) = (empty(&caller), empty(&caller));
    add(&caller, &one, 1);
    add(&caller, &other, 1);
    let entry = entries(&caller, &one, "")["items"][0]["id"].take();
    remove(&caller, &other, &json!([entry])).refused(EntityNotFound);
}

#[test]
fn rejects_an_entry_that_identifies_no_company() {
    let (_, caller) = Organization::new();
    let path = format!("/blacklists/{}/entries", empty(&caller));
    let body = json!({"entries": [{"external_id": "CRM-1"}, {"city": "Berlin"}]});
    let refused = caller.post(&path, &body).refused(ValidationError);
    let error = &refused["detail"]["validation_errors"][0];
    assert_eq!(error["field"], "entries[1]");
}

#[test]
fn accepts_ten_thousand_entries_at_once_and_ten_times_that_in_total() {
    let (_, caller) = Organization::new();
    let id = empty(&caller);
    for round in 1..10 {
        assert_eq!(
            add(&caller, &id, 10_000),
            json!({"added": 10_000, "total": round * 10_000})
        );
    }
    let path = format!("/blacklists/{id}/entries");
    let entry = json!({"external_id": "CRM-1"});
    let too_many = json!({"entries": vec![&entry; 10_001]});
    caller.post(&path, &too_many).refused(ValidationError);
    // The organization had three entries from the start.
    let too_many = json!({"entries": vec![&entry; 9_998]});
    let full = caller.post(&path, &too_many).refused(Conflict);
    let message = full["message"].as_str().unwrap().to_owned();
    assert!(message.contains("100000 blacklist entries"), "{message}");
    assert_eq!(add(&caller, &id, 9_997)["total"], 99_997);
    caller
        .call(Method::DELETE, &format!("/blacklists/{id}"))
        .send();
    add(&caller, &empty(&caller), 10_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn pages_contain_every_entry_once_and_say_whether_more_follow(
        count in 1..30_usize, limit in 1..12_usize,
    ) {
        let (_, caller) = Organization::new();
        let id = empty(&caller);
        add(&caller, &id, count);
        let mut seen = Vec::new();
        loop {
            let page = entries(&caller, &id, &format!("limit={limit}&offset={}", seen.len()));
            prop_assert_eq!(&page["total"], &json!(count));
            let rows = page["items"].as_array().unwrap();
            prop_assert!((1..=limit).contains(&rows.len()));
            seen.extend(rows.iter().map(|row| row["external_id"].clone()));
            prop_assert_eq!(&page["has_more"], &json!(seen.len() < count));
            if seen.len() == count {
                break;
            }
        }
        let expected: Vec<_> = (0..count).map(|index| json!(format!("CRM-{index}"))).collect();
        prop_assert_eq!(seen, expected);
    }
}
