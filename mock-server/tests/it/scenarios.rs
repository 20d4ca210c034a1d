//! Scenarios and faults, seen without a socket.

mod applies;
mod grounds;
mod laws;
mod switching;

use http::Method;
use schemas::ErrorCode::{AuthenticationError, EntityNotFound, InvalidRequest};
use serde_json::{Value, json};

use crate::test_app::{Caller, Organization, order};

/// An organization with a scenario switched on, and a caller.
#[track_caller]
fn with(scenario: &Value) -> (Organization, Caller) {
    let (organization, caller) = Organization::new();
    organization
        .control(Method::POST, "/scenario", scenario.clone())
        .ok();
    (organization, caller)
}

#[track_caller]
fn named(name: &str) -> (Organization, Caller) {
    with(&json!({"name": name}))
}

fn statuses(caller: &Caller, calls: usize) -> Vec<u16> {
    (0..calls)
        .map(|_| {
            caller
                .call(Method::GET, "/orders")
                .spoiled()
                .status
                .as_u16()
        })
        .collect()
}

#[test]
fn keys_stop_working_midway() {
    let (_, caller) = named("revoked-mid-run");
    assert_eq!(statuses(&caller, 3), [200, 401, 401]);
    let (_, caller) = named("expired-mid-run");
    assert_eq!(statuses(&caller, 2), [200, 401]);
    let (organization, caller) = named("expired-after-a-minute");
    assert_eq!(statuses(&caller, 2), [200, 200]);
    organization.advance("59s");
    assert_eq!(statuses(&caller, 1), [200]);
    organization.advance("1s");
    caller.get("/orders").refused(AuthenticationError);
    let (organization, caller) = named("rotation-with-overlap");
    assert_eq!(statuses(&caller, 3), [200; 3]);
    let fresh = organization.key(json!({"preset": "orders"}));
    organization.advance("61s");
    assert_eq!(
        (statuses(&caller, 1), statuses(&fresh, 1)),
        (vec![401], vec![200])
    );
}

#[test]
fn scopes_and_tiers_are_reduced() {
    let (_, caller) = named("scope-shrinks");
    caller.post("/orders", &order(1)).ok();
    assert_eq!(statuses(&caller, 2), [200, 200]);
    assert_eq!(
        caller
            .call(Method::POST, "/orders")
            .json(&order(1))
            .spoiled()
            .status
            .as_u16(),
        403
    );
    assert_eq!(statuses(&caller, 1), [200]);
    let (_, caller) = named("tier-downgrade");
    let limit = || {
        caller
            .get("/orders")
            .header("x-ratelimit-limit")
            .map(ToOwned::to_owned)
    };
    assert_eq!(limit().as_deref(), Some("10000"));
    statuses(&caller, 4);
    assert_eq!(limit().as_deref(), Some("100"));
}

#[test]
fn lowered_tier_keeps_the_used_quota() {
    let settings = "tiers.enterprise = '50/1m,10000/1h'\ntiers.free = '100/1h'";
    let (organization, caller) = Organization::with(settings);
    let step = json!({"after": {"requests": 5}, "do": [{"set_tier": {"tier": "free"}}]});
    let scenario = json!({"scenario": {"name": "a", "summary": "b", "steps": [step]}});
    organization
        .control(Method::POST, "/scenario", scenario)
        .ok();
    assert_eq!(statuses(&caller, 5), [200; 5]);
    let answer = caller.get("/orders");
    assert_eq!(answer.header("x-ratelimit-limit"), Some("100"));
    assert_eq!(answer.header("x-ratelimit-remaining"), Some("94"));
}

#[test]
fn refuses_requests_by_number_and_by_time() {
    let (_, caller) = named("rate-limit-storm");
    assert_eq!(statuses(&caller, 7), [200, 429, 429, 429, 429, 429, 200]);
    let (organization, caller) = named("outage-window");
    assert_eq!(statuses(&caller, 1), [200]);
    organization.advance("10s");
    assert_eq!(statuses(&caller, 2), [503, 503]);
    organization.advance("20s");
    assert_eq!(statuses(&caller, 1), [200]);
    let (_, caller) = named("flapping");
    assert_eq!(statuses(&caller, 4), [200, 502, 200, 502]);
}

#[test]
fn gateway_errors_ignore_keys_and_consume_no_quota() {
    let (organization, caller) = named("flapping");
    let left = |caller: &Caller| {
        let answer = caller.call(Method::GET, "/orders").spoiled();
        answer
            .header("x-ratelimit-remaining")
            .map(ToOwned::to_owned)
    };
    assert_eq!(left(&caller).as_deref(), Some("9999"));
    assert_eq!(left(&caller), None);
    assert_eq!(left(&caller).as_deref(), Some("9998"));
    // The fault also affects a revoked key.
    assert_eq!(statuses(&organization.spelled("OrdersRevoked"), 1), [502]);
}

#[test]
fn write_takes_effect_despite_a_failed_response() {
    let orders = |caller: &Caller| caller.get("/orders").ok()["total"].clone();
    for (phase, more) in [
        ("after_handler", 1),
        ("before_handler", 0),
        ("before_auth", 0),
    ] {
        let rule = json!({"when": {"operation": ["create_order"]}, "phase": phase, "do": [{"error": {"status": 500}}]});
        let (organization, caller) =
            with(&json!({"scenario": {"name": "a", "summary": "b", "rules": [rule]}}));
        let before = orders(&caller).as_u64().unwrap();
        let answer = caller
            .call(Method::POST, "/orders")
            .json(&order(1))
            .spoiled();
        assert_eq!(answer.status.as_u16(), 500, "{phase}");
        // The journal records what the caller saw.
        let seen = organization.journal().pop().unwrap();
        assert_eq!(seen["status"], 500, "{phase}");
        assert_eq!(orders(&caller), before + more, "{phase}");
    }
}

#[test]
fn created_object_appears_late() {
    let (_, caller) = named("read-your-writes-lag");
    let id = caller.create(&order(1));
    let path = format!("/orders/{id}");
    for _ in 0..2 {
        // It equals any other 404.
        let missing = caller.get(&path).refused(EntityNotFound);
        assert_eq!(
            (&missing["entity_type"], &missing["identifier"]),
            (&json!("order"), &json!(id))
        );
    }
    assert_eq!(caller.get(&path).ok()["id"], id);
}

#[test]
fn pages_drift_and_loop() {
    let (_, caller) = named("endless-pages");
    let page = |offset: usize| {
        caller
            .call(Method::GET, "/companies")
            .query(&format!("limit=2&offset={offset}"))
            .spoiled()
            .json()
    };
    assert_eq!(page(0)["items"], page(200)["items"]);
    assert_eq!(
        (&page(0)["has_more"], &page(0)["total"]),
        (&json!(true), &json!(100_000))
    );
    let (_, caller) = named("page-drift");
    let first = |offset: usize| {
        let list = caller
            .call(Method::GET, "/companies")
            .query(&format!("limit=1&offset={offset}"))
            .spoiled();
        list.json()["items"][0]["id"].clone()
    };
    // The second request starts one row earlier, so one row appears twice.
    assert_eq!(first(4), first(5));
}

#[test]
fn responses_deviate_from_the_contract() {
    let (_, caller) = named("extra-fields");
    let list = caller.call(Method::GET, "/orders").spoiled().json();
    assert_eq!(list["x_trace"]["id"], 7);
    assert!(
        list["orders"]
            .as_array()
            .unwrap()
            .iter()
            .all(|order| order["x_region"] == "eu")
    );
    let (_, caller) = named("unknown-enum");
    assert_eq!(
        caller.call(Method::GET, "/orders").spoiled().json()["orders"][0]["status"],
        "ON_HOLD"
    );
    let (_, caller) = named("truncated");
    let cut = caller.call(Method::GET, "/orders").spoiled();
    assert_eq!((cut.body.len(), cut.status.as_u16()), (60, 200));
}

/// The body of the response to a `GET`, changed by a fault or not.
fn read(caller: &Caller, path: &str) -> Value {
    caller.call(Method::GET, path).spoiled().json()
}

#[test]
fn replica_lags_behind() {
    let (_, caller) = named("lagging-copy");
    let total = || read(&caller, "/orders")["total"].as_u64().unwrap();
    let before = total();
    caller.create(&order(1));
    let seen: Vec<_> = (0..4).map(|_| total() - before).collect();
    assert_eq!(seen, [0, 1, 0, 1]);
    let (organization, caller) = Organization::new();
    let list = caller.create_blacklist();
    let path = format!("/blacklists/{list}");
    let name = || read(&caller, &path)["name"].take();
    let wanted = json!({"name": "stale-after-update"});
    organization.control(Method::POST, "/scenario", wanted).ok();
    let old = name();
    let change = caller
        .call(Method::PATCH, &path)
        .json(&json!({"name": "New"}));
    change.send().ok();
    assert_eq!([name(), name(), name()], [old.clone(), old, json!("New")]);
}

#[test]
fn deleted_object_is_still_listed_or_reappears() {
    for (scenario, found) in [("deleted-but-listed", 404), ("phantom-delete", 200)] {
        let (organization, caller) = Organization::new();
        let path = format!("/blacklists/{}", caller.create_blacklist());
        let wanted = json!({"name": scenario});
        organization.control(Method::POST, "/scenario", wanted).ok();
        let total = || read(&caller, "/blacklists")["total"].take();
        let before = total();
        let deleted = caller.call(Method::DELETE, &path).spoiled();
        assert_eq!(
            (deleted.status.as_u16(), total()),
            (204, before),
            "{scenario}"
        );
        let one = caller.call(Method::GET, &path).spoiled();
        assert_eq!(one.status.as_u16(), found, "{scenario}");
    }
}

#[test]
fn rejects_stale_responses_if_none_is_remembered() {
    let (_, caller) = Organization::new();
    let call = caller.call(Method::GET, "/orders");
    let refused = call.header("x-mock-fault", "stale").send();
    let message = refused.refused(InvalidRequest)["message"].take();
    assert!(
        message
            .as_str()
            .unwrap()
            .contains("needs an active scenario")
    );
}

#[test]
fn statuses_and_results_come_out_of_order() {
    let (organization, caller) = named("order-skips");
    let id = caller.create(&order(1));
    let status = || read(&caller, &format!("/orders/{id}"))["status"].take();
    let mut seen = vec![status()];
    for _ in 0..10 {
        organization.advance("1s");
        seen.push(status());
    }
    seen.dedup();
    assert_eq!(seen, ["RECEIVED", "COMPLETED"]);
    let rows = |scenario: &str| {
        let (organization, caller) = named(scenario);
        let id = caller.create(&order(3));
        organization.advance("10s");
        let rows = (0..3).map(|_| {
            let list = read(&caller, &format!("/orders/{id}/results"));
            (
                list["results"].as_array().unwrap().len(),
                list["total"].as_u64().unwrap(),
            )
        });
        rows.collect::<Vec<_>>()
    };
    assert_eq!(rows("results-late"), [(0, 0), (0, 0), (3, 3)]);
    assert_eq!(rows("partial-results"), [(2, 3); 3]);
}

#[test]
fn operation_is_deprecated_and_removed() {
    let (organization, caller) = named("deprecated-endpoint");
    let first = caller.call(Method::GET, "/orders").spoiled();
    assert_eq!(first.header("deprecation"), Some("@1767225600"));
    organization.advance("60s");
    assert_eq!(statuses(&caller, 2), [410, 410]);
}
