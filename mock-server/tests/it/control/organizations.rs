//! Organizations: created, listed, reset, deleted, and evicted.

use std::{collections::HashSet, fs, thread};

use axum::{Router, body::Body};
use futures_util::FutureExt;
use http::{Method, Request};
use http_body_util::BodyExt;
use mock_server::{App, Config, Settings};
use schemas::ErrorCode::{AuthenticationError, Conflict, EntityNotFound, ServiceUnavailable};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::wrong;
use crate::test_app::{Organization, TestApp, order};

#[track_caller]
fn names(app: &TestApp) -> Vec<String> {
    let list = app.control(Method::GET, "/organizations", ()).ok();
    let all = list["organizations"].as_array().unwrap();
    assert_eq!(list["total"], all.len());
    all.iter()
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn organization_gets_the_given_or_an_unused_name() {
    let app = TestApp::new();
    let named = app.organization_like(json!({"name": "acme01"}));
    let [first, second] = [app.organization(), app.organization()];
    assert_eq!(named.name, "acme01");
    let mut expected = vec![named.name, first.name, second.name];
    expected.sort();
    expected.dedup();
    assert_eq!((expected.len(), names(&app)), (3, expected));
}

#[test]
fn name_is_six_unused_letters_or_digits() {
    let app = TestApp::new();
    let make = |name: &str| app.control(Method::POST, "/organizations", json!({"name": name}));
    for name in ["", "acme", "acme001", "acme-1", "äcme1"] {
        assert_eq!(wrong("name", make(name)), "must be six letters or digits");
    }
    make("acme01").ok();
    let refused = make("acme01").refused(Conflict);
    assert_eq!(refused["message"], "organization `acme01` already exists");
}

#[test]
fn shows_the_contents_of_an_organization() {
    let (organization, caller) = Organization::new();
    let before = organization.control(Method::GET, "", ()).ok();
    caller.create(&order(1));
    let shown = organization.control(Method::GET, "", ()).ok();
    assert_eq!(shown["orders"], before["orders"].as_u64().unwrap() + 1);
    assert_eq!(
        (&shown["name"], &shown["keys"]),
        (&json!(organization.name), &json!(1))
    );
    assert_eq!(
        shown["clock"],
        json!({"mode": "frozen", "now": "2026-01-15T09:00:00.000Z"})
    );
}

#[test]
fn organization_can_start_with_orders_in_several_statuses() {
    let (_, caller) = Organization::new();
    let list = caller.get("/orders").ok();
    let statuses: Vec<_> = list["orders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|order| order["status"].clone())
        .collect();
    assert_eq!(
        statuses,
        [
            "COMPLETED",
            "COMPLETED",
            "COMPLETED",
            "COMPLETED",
            "IN_PROGRESS"
        ]
    );
}

#[test]
fn reset_restores_everything_except_the_keys() {
    let (organization, _) = Organization::with("tiers.free = '2/1h'");
    let caller = organization.key(json!({"preset": "full_access", "tier": "free"}));
    let before = caller.get("/orders").without(&[]);
    let id = caller.create(&order(1));
    organization.advance("1m");
    let reset = organization.control(Method::POST, "/reset", ()).ok();
    assert_eq!(reset, organization.control(Method::GET, "", ()).ok());
    assert_eq!(
        (&reset["keys"], &reset["clock"]["now"]),
        (&json!(2), &json!("2026-01-15T09:00:00.000Z"))
    );
    assert_eq!(organization.journal(), Vec::<Value>::new());
    assert_eq!(caller.get("/orders").without(&[]), before);
    caller.get(&format!("/orders/{id}")).refused(EntityNotFound);
    assert_eq!(organization.journal()[0]["sequence"], 1);
}

#[test]
fn reset_of_one_organization_leaves_the_others() {
    let (organization, caller) = Organization::new();
    let id = caller.create(&order(1));
    let other = organization.app.organization();
    other.control(Method::POST, "/reset", ()).ok();
    caller.get(&format!("/orders/{id}")).ok();
}

#[test]
fn deleted_organization_loses_its_keys() {
    let (organization, caller) = Organization::new();
    let other = organization.app.organization();
    let deleted = organization.control(Method::DELETE, "", ());
    assert_eq!((deleted.status.as_u16(), deleted.text()), (204, ""));
    caller.get("/orders").refused(AuthenticationError);
    organization
        .control(Method::GET, "", ())
        .refused(EntityNotFound);
    assert_eq!(names(&organization.app), [other.name]);
}

#[test]
fn self_describing_key_recreates_a_deleted_organization() {
    let app = TestApp::new();
    let caller = app.caller("lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01");
    let id = caller.create(&order(1));
    app.control(Method::DELETE, "/organizations/demo01", ());
    caller.get(&format!("/orders/{id}")).refused(EntityNotFound);
    assert_eq!(names(&app), ["demo01"]);
}

/// Polls until the real clock, which this organization uses, has moved on.
#[track_caller]
fn let_a_moment_pass(real: &Organization) {
    let now = || real.control(Method::GET, "/clock", ()).ok()["now"].take();
    let (before, mut moved) = (now(), 0);
    while moved < 2 {
        moved += u32::from(now() != before);
    }
}

#[test]
fn every_request_renews_a_lease_and_its_end_deletes_the_organization() {
    let app = TestApp::new();
    let leased = app.organization_like(json!({"name": "acme01", "clock": "frozen", "lease": "1h"}));
    let lease_end = || {
        let list = app.control(Method::GET, "/organizations", ()).ok();
        let mut all = list["organizations"].as_array().unwrap().iter();
        let leased = all.find(|one| one["name"] == "acme01").unwrap();
        leased["lease_ends_at"].clone()
    };
    let later_than = |before: &Value| {
        let now = lease_end();
        assert!(now.as_str().unwrap() > before.as_str().unwrap(), "{now}");
        now
    };
    let caller = leased.key(json!({"preset": "orders"}));
    let real = app.organization_like(json!({"clock": "real"}));
    let first = lease_end();
    let_a_moment_pass(&real);
    assert_eq!(lease_end(), first);
    caller.get("/orders").ok();
    let second = later_than(&first);
    let_a_moment_pass(&real);
    leased.control(Method::GET, "", ()).ok();
    let third = later_than(&second);
    let_a_moment_pass(&real);
    leased.control(Method::POST, "/reset", ()).ok();
    later_than(&third);
    let snapshot = leased.control(Method::GET, "/snapshot", ()).ok();
    let restored = leased.control(Method::PUT, "/snapshot", snapshot).ok();
    assert!(restored["lease_ends_at"].is_string(), "{restored}");
    let without = real.control(Method::GET, "", ()).ok();
    assert_eq!(without["lease_ends_at"], Value::Null);
    let new = json!({"name": "acme02", "lease": "0s", "keys": [{"preset": "orders"}]});
    let made = app.control(Method::POST, "/organizations", new).ok();
    let caller = app.caller(made["minted"][0]["key"].as_str().unwrap());
    caller.get("/orders").refused(AuthenticationError);
    assert!(!names(&app).contains(&"acme02".to_owned()));
}

#[test]
fn evicts_the_longest_idle_organization() {
    let app = TestApp::with("max_organizations = 3");
    let make = |name: &str| app.organization_like(json!({"name": name, "clock": "real"}));
    let orders = |organization: &Organization| organization.key(json!({"preset": "orders"}));
    // Neither the first to be created nor the first by name.
    let used = make("zzzzzz");
    let_a_moment_pass(&used);
    let (idle, other) = (make("mmmmmm"), make("aaaaaa"));
    let callers = [&used, &idle, &other].map(orders);
    let_a_moment_pass(&used);
    callers[0].get("/orders").ok();
    callers[2].get("/orders").ok();
    make("nnnnnn");
    assert_eq!(names(&app), ["aaaaaa", "nnnnnn", "zzzzzz"]);
    callers[1].get("/orders").refused(AuthenticationError);
    callers[0].get("/orders").ok();
}

#[test]
fn never_evicts_a_configured_organization() {
    let key = "lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9";
    let app = TestApp::with(&format!(
        "max_organizations = 2\n[[keys]]\nkey = '{key}'\norganization = 'acme01'\npreset = 'orders'"
    ));
    for _ in 0..5 {
        app.organization();
    }
    assert_eq!(names(&app).len(), 2);
    app.caller(key).get("/orders").ok();
}

#[test]
fn rejects_a_new_organization_if_none_can_be_evicted() {
    let app = TestApp::with(
        "max_organizations = 1\n[[keys]]\nkey = 'lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9'\norganization = 'acme01'\npreset = 'orders'",
    );
    let refused = app
        .control(Method::POST, "/organizations", json!({}))
        .refused(Conflict);
    assert_eq!(
        refused["message"],
        "all 1 organizations are named in the configuration, so there is no room for another"
    );
    app.caller("lnc_test_Ordersxxxxxxxxxxxxxxxxxxxxdemo01")
        .get("/orders")
        .refused(ServiceUnavailable);
}

#[test]
fn organization_of_a_test_is_not_evicted_by_implicit_ones_and_the_error_says_so() {
    let app = TestApp::with("max_organizations = 2");
    let made = app.organization_like(json!({"name": "acme01", "clock": "real"}));
    let spelled = |name: &str| app.caller(format!("lnc_test_FullAccessxxxxxxxxxxxxxxxx{name}"));
    let evicted = |name: &str| {
        let response = spelled(name).get("/orders");
        let header = response.header("x-mock-evicted").map(str::to_owned);
        response.ok();
        header
    };
    let order = spelled("other1").create(&order(1));
    // The other one has been idle for less time, but it was not created explicitly.
    let_a_moment_pass(&made);
    assert_eq!(evicted("other2"), None);
    assert_eq!(names(&app), ["acme01", "other2"]);
    assert_eq!(evicted("other1").as_deref(), Some("true"));
    spelled("other1")
        .get(&format!("/orders/{order}"))
        .refused(EntityNotFound);
    assert_eq!(evicted("other1"), None);
    let metrics = app.call(Method::GET, "/_mock/metrics").raw();
    let evictions = "\nmock_server_evicted_organizations_total 2\n";
    assert!(metrics.body().contains(evictions));
    // A created organization evicts one that was not created explicitly, and then a created one.
    app.organization_like(json!({"name": "acme02"}));
    assert_eq!(names(&app), ["acme01", "acme02"]);
    let refused = spelled("other2").get("/orders").refused(ServiceUnavailable);
    assert_eq!(
        refused["message"],
        "the server has 2 organizations, the maximum, and none of them can be evicted; delete one, or raise \
         --max-organizations"
    );
    app.organization_like(json!({"name": "acme03"}));
    assert_eq!(names(&app), ["acme02", "acme03"]);
}

#[test]
fn eviction_is_reported_to_a_client_that_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("slow.yaml");
    let slow = "name: slow\nsummary: Companies take long.\nrules:\n\
                - when: {path: /companies}\n  phase: after_handler\n  do: [latency: {of: 5m}]\n";
    fs::write(&file, slow).unwrap();
    let settings = format!("max_organizations = 1\nscenario = '{}'", file.display());
    let app = TestApp::with(&settings);
    let [first, other] = ["first1", "other1"]
        .map(|name| app.caller(format!("lnc_test_FullAccessxxxxxxxxxxxxxxxx{name}")));
    for caller in [&first, &other] {
        caller.get("/orders").ok();
    }
    // This one is gone before it has its response.
    let gone = first.call(Method::GET, "/companies").opened();
    let answered = app.runtime.block_on(async { gone.now_or_never() });
    assert!(answered.is_none());
    let response = first.get("/orders");
    assert_eq!(response.header("x-mock-evicted"), Some("true"));
}

#[test]
fn names_and_keys_of_a_deleted_organization_are_not_reused() {
    let app = TestApp::with("max_organizations = 1");
    let (mut names, mut keys) = (HashSet::new(), HashSet::new());
    for _ in 0..6 {
        let organization = app.organization();
        let key = organization.key(json!({"preset": "orders"})).key;
        assert!(names.insert(organization.name) && keys.insert(key));
    }
    // Also if the same name is requested again.
    for _ in 0..3 {
        let organization = app.organization_like(json!({"name": "acme01"}));
        assert!(keys.insert(organization.key(json!({"preset": "orders"})).key));
        organization.control(Method::DELETE, "", ());
    }
}

#[test]
fn keys_minted_concurrently_are_different() {
    let settings = Settings {
        port: Some(0),
        ..Settings::default()
    };
    let app = App::new(Config::from(settings)).unwrap();
    let router = mock_server::router(app);
    let mint = || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        (0..100)
            .map(|_| runtime.block_on(mint_one(router.clone())))
            .collect::<Vec<String>>()
    };
    let keys: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(mint)).collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(keys.iter().collect::<HashSet<_>>().len(), 400);
}

async fn mint_one(router: Router) -> String {
    let request = Request::post("/_mock/organizations/self/keys")
        .header("host", "localhost")
        .header(
            "authorization",
            "Bearer lnc_test_FullAccessxxxxxxxxxxxxxxxxminted",
        )
        .body(Body::from(r#"{"preset": "orders"}"#))
        .unwrap();
    let answer = router
        .oneshot(request)
        .await
        .unwrap()
        .into_body()
        .collect()
        .await
        .unwrap();
    let body: Value = serde_json::from_slice(&answer.to_bytes()).unwrap();
    body["key"].as_str().unwrap().to_owned()
}

#[test]
fn configured_organization_can_be_reset_but_not_deleted() {
    let key = "lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9";
    let app = TestApp::with(&format!(
        "[[keys]]\nkey = '{key}'\norganization = 'acme01'\npreset = 'orders'"
    ));
    app.control(Method::DELETE, "/organizations/acme01", ())
        .refused(Conflict);
    app.control(Method::POST, "/organizations/acme01/reset", ())
        .ok();
    app.caller(key).get("/orders").ok();
}
