//! Prospect searches: the version lock, the fields that a key may change, and their blacklists.

use http::Method;
use schemas::ErrorCode::{Conflict, EntityNotFound, ValidationError};
use serde_json::{Value, json};

use crate::{
    response::Response,
    test_app::{Caller, Organization, all},
};

#[track_caller]
fn patch(caller: &Caller, id: &str, change: &Value) -> Response {
    let call = caller.call(Method::PATCH, &format!("/prospect-searches/{id}"));
    call.json(change).send()
}

#[track_caller]
fn read(caller: &Caller, id: &str) -> Value {
    caller.get(&format!("/prospect-searches/{id}")).ok()
}

#[track_caller]
fn set_blacklists(caller: &Caller, id: &str, ids: &Value) -> Response {
    let call = caller.call(Method::PUT, &format!("/prospect-searches/{id}/blacklists"));
    call.json(&json!({"blacklist_ids": ids})).send()
}

#[test]
fn search_has_matching_companies() {
    let (_, caller) = Organization::new();
    let searches = all(&caller, "/prospect-searches");
    assert_eq!(searches.len(), 5);
    for search in &searches {
        let id = search["id"].as_str().unwrap();
        let companies = caller
            .get(&format!("/companies?prospect_search_id={id}"))
            .ok();
        assert_eq!(companies["total"], search["company_count"]);
        assert_eq!(companies["items"][0]["prospect_search_id"], id);
        assert_eq!(read(&caller, id), *search);
    }
}

#[test]
fn change_requires_the_current_version() {
    let (organization, caller) = Organization::new();
    let id = caller.first("/prospect-searches");
    organization.advance("1h");
    let changed = patch(&caller, &id, &json!({"version": 1, "name": "Hotels"})).ok();
    assert_eq!(
        (&changed["version"], &changed["name"]),
        (&json!(2), &json!("Hotels"))
    );
    assert_eq!(changed["updated_at"], "2026-01-15T10:00:00.000Z");
    assert_eq!(changed["stripped_fields"], json!([]));
    for version in [1, 3, 9_007_199_254_740_992_u64] {
        let stale =
            patch(&caller, &id, &json!({"version": version, "name": "Inns"})).refused(Conflict);
        let expected = format!(
            "prospect search {id} is at version 2, not {version}; read it again and update that version"
        );
        assert_eq!(stale["message"], expected);
    }
    assert_eq!(read(&caller, &id)["name"], "Hotels");
    patch(&caller, &id, &json!({"version": 2, "name": "Inns"})).ok();
    let refused = patch(&caller, &id, &json!({"name": "Inns"})).refused(ValidationError);
    assert_eq!(
        refused["detail"]["validation_errors"][0]["field"],
        "version"
    );
}

#[test]
fn fields_that_a_key_may_not_change_are_ignored_and_named() {
    let (_, caller) = Organization::new();
    let id = caller.first("/prospect-searches");
    let before = read(&caller, &id);
    let change = json!({
        "version": 1, "ideal_customer_profile": "Inns", "geo_locations": ["Bayern"], "search_keywords": ["Wirtshaus"],
        "language_config": {"search": "en"}, "company_extraction_commands": [],
    });
    let changed = patch(&caller, &id, &change).ok();
    assert_eq!(
        changed["stripped_fields"],
        json!([
            "geo_locations",
            "search_keywords",
            "language_config",
            "company_extraction_commands"
        ])
    );
    assert_eq!(changed["ideal_customer_profile"], "Inns");
    for field in [
        "geo_locations",
        "search_keywords",
        "language_config",
        "name",
    ] {
        assert_eq!(changed[field], before[field]);
    }
    // An update that changes nothing does not make other updates stale.
    let nothing = patch(
        &caller,
        &id,
        &json!({"version": 2, "geo_locations": ["Bayern"]}),
    )
    .ok();
    assert_eq!(nothing["version"], 2);
}

#[test]
fn mask_selects_the_fields_to_change() {
    let (_, caller) = Organization::new();
    let id = caller.first("/prospect-searches");
    let before = read(&caller, &id);
    let change = json!({"version": 1, "update_mask": ["name", "search_keywords"], "name": "Inns", "ideal_customer_profile": "x"});
    let changed = patch(&caller, &id, &change).ok();
    assert_eq!(changed["name"], "Inns");
    assert_eq!(
        changed["ideal_customer_profile"],
        before["ideal_customer_profile"]
    );
    // The mask names a field for which no value was sent.
    assert_eq!(changed["stripped_fields"], json!([]));
    let unknown = json!({"version": 2, "update_mask": ["colour"]});
    patch(&caller, &id, &unknown).refused(ValidationError);
}

#[test]
fn search_has_the_blacklists_set_last() {
    let (_, caller) = Organization::new();
    let id = caller.first("/prospect-searches");
    let path = format!("/prospect-searches/{id}/blacklists");
    assert_eq!(
        caller.get(&path).ok()["items"][0]["name"],
        "Existing customers"
    );
    let [one, two] = [(); 2].map(|()| caller.create_blacklist());
    let set = set_blacklists(&caller, &id, &json!([two, one, two])).ok();
    assert_eq!(set["total"], 2);
    assert_eq!(
        (&set["items"][0]["id"], &set["items"][1]["id"]),
        (&json!(two), &json!(one))
    );
    assert_eq!(caller.get(&path).ok(), set);
    let refused = set_blacklists(&caller, &id, &json!([one, "nobodys"])).refused(EntityNotFound);
    assert_eq!(
        (&refused["entity_type"], &refused["identifier"]),
        (&json!("blacklist"), &json!("nobodys"))
    );
    assert_eq!(caller.get(&path).ok(), set);
    // A deleted blacklist is no longer assigned.
    caller
        .call(Method::DELETE, &format!("/blacklists/{two}"))
        .send();
    let left = caller.get(&path).ok();
    assert_eq!(
        (&left["total"], &left["items"][0]["id"]),
        (&json!(1), &json!(one))
    );
    assert_eq!(
        set_blacklists(&caller, &id, &json!([])).ok()["items"],
        json!([])
    );
}
