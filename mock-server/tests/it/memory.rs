//! Memory: how much an organization and the server may use, and that it is released when it is no longer used.

use http::Method;
use schemas::ErrorCode::{Conflict, PayloadTooLarge, ServiceUnavailable, ValidationError};
use serde_json::{Value, json};

use crate::test_app::{Caller, Organization, TestApp, order};

/// An order of some MiB.
fn large() -> Value {
    let mut order = order(2_000);
    for company in order["companies"].as_array_mut().unwrap() {
        company["website_url"] = "x".repeat(2_000).into();
    }
    order
}

/// Bytes that callers make the server use.
fn used(app: &TestApp) -> u64 {
    let metrics = app.call(Method::GET, "/_mock/metrics").raw();
    let mut lines = metrics.body().lines();
    let used = lines.find_map(|line| line.strip_prefix("mock_server_memory_bytes "));
    used.unwrap().parse().unwrap()
}

fn delete(organization: &Organization) {
    organization.control(Method::DELETE, "", ());
}

#[test]
fn organization_is_limited_to_its_share() {
    let (organization, caller) = Organization::new();
    let large = large();
    let refused = (0..20)
        .find_map(|_| {
            let response = caller.post("/orders", &large);
            (response.status != 201).then_some(response)
        })
        .unwrap()
        .refused(Conflict);
    assert_eq!(
        refused["message"],
        "the organization uses the 64 MiB of memory that it may; delete some of what it has, or reset it"
    );
    // The organization still works, others are not affected, and a reset frees memory.
    caller.get("/orders").ok();
    caller.post("/orders", &order(1)).ok();
    let other = organization.app.organization();
    let other = other.key(json!({"preset": "full_access"}));
    other.post("/orders", &large).ok();
    organization.control(Method::POST, "/reset", ()).ok();
    caller.post("/orders", &large).ok();
}

#[test]
fn deletion_frees_memory() {
    let app = TestApp::new();
    let before = used(&app);
    let organization = app.organization();
    let caller = organization.key(json!({"preset": "full_access"}));
    let without_grant = used(&app);
    organization.admin();
    assert!(without_grant < used(&app));
    let new = used(&app);
    caller.post("/orders", &order(100)).ok();
    let list = caller.create_blacklist();
    let with_list = used(&app);
    assert!(before < new && new + 100 * 1_024 < with_list);
    caller
        .call(Method::DELETE, &format!("/blacklists/{list}"))
        .send();
    // The journal has one more request.
    assert!(used(&app) < with_list);
    delete(&organization);
    assert_eq!(used(&app), before);
}

#[test]
fn server_limits_its_memory_and_reports_it() {
    let app = TestApp::with("max_memory = 2");
    let first = app.organization();
    let caller = first.key(json!({"preset": "full_access"}));
    let full = |caller: &Caller, body: &Value| {
        let refused = caller.post("/orders", body).refused(ServiceUnavailable);
        assert_eq!(
            refused["message"],
            "the server uses the 2 MiB of memory that it may; delete organizations, or raise --max-memory"
        );
    };
    // Requests in progress count, too.
    full(&caller, &large());
    let mut made = Vec::new();
    let refused = loop {
        let response = app.control(Method::POST, "/organizations", json!({}));
        if response.status != 201 {
            break response.refused(ServiceUnavailable);
        }
        made.push(response.ok()["name"].as_str().unwrap().to_owned());
    };
    assert!((30..100).contains(&made.len()), "{}", made.len());
    assert!(
        refused["message"]
            .as_str()
            .unwrap()
            .contains("--max-memory")
    );
    let unknown = app.caller("lnc_test_FullAccessxxxxxxxxxxxxxxxxnewone");
    unknown.get("/orders").refused(ServiceUnavailable);
    full(&caller, &order(200));
    // Existing organizations are served, and deleting one makes room again.
    for _ in 0..50 {
        caller.get("/orders").ok();
    }
    for name in made {
        app.control(Method::DELETE, &format!("/organizations/{name}"), ());
    }
    unknown.get("/orders").ok();
    caller.post("/orders", &order(200)).ok();
}

#[test]
fn body_counts_while_it_is_received() {
    let (_, caller) = Organization::with("max_memory = 2");
    let title = |length: usize| json!({"title": "x".repeat(length)});
    caller
        .post("/orders", &title(1 << 20))
        .refused(ValidationError);
    caller
        .post("/orders", &title(3 << 20))
        .refused(ServiceUnavailable);
}

#[test]
fn snapshot_is_refused_without_memory_for_it() {
    let (organization, caller) = Organization::with("max_memory = 2");
    organization.control(Method::GET, "/snapshot", ()).ok();
    while caller.post("/orders", &order(200)).status == 201 {}
    organization
        .control(Method::GET, "/snapshot", ())
        .refused(ServiceUnavailable);
}

#[test]
fn report_of_the_judge_counts() {
    let app = TestApp::new();
    let before = used(&app);
    let keep = |target: usize| {
        let report = json!({
            "tool": "contract-tests",
            "mode": "client",
            "target": "x".repeat(target),
            "about": "a client",
            "verdict": "pass",
            "counts": {"pass": 1},
            "checks": [],
        });
        let kept = app.control(Method::PUT, "/judge-report", report);
        assert_eq!(kept.status.as_u16(), 204);
        used(&app)
    };
    let long = keep(100_000);
    assert!(long >= before + 100_000, "{before} {long}");
    assert!(keep(10) < before + 10_000);
}

#[test]
fn full_organization_can_be_restored() {
    let (organization, caller) = Organization::new();
    let large = large();
    while caller.post("/orders", &large).status == 201 {}
    // Fill the memory completely.
    while caller.post("/orders", &order(50)).status == 201 {}
    organization.advance("1h");
    caller.get("/orders").ok();
    let snapshot = organization.control(Method::GET, "/snapshot", ()).ok();
    let before = used(&organization.app);
    organization
        .control(Method::PUT, "/snapshot", snapshot)
        .ok();
    let after = used(&organization.app);
    // The restored companies are counted separately, each only once, even if many orders have sent it.
    assert!(after < before + before / 50, "{before} {after}");
}

#[test]
fn keys_count_also_after_a_restore() {
    let organization = TestApp::new().organization();
    let restored = || {
        let snapshot = organization.control(Method::GET, "/snapshot", ()).ok();
        organization
            .control(Method::PUT, "/snapshot", snapshot)
            .ok();
        used(&organization.app)
    };
    let without = restored();
    for _ in 0..50 {
        organization.key(json!({"preset": "orders"}));
    }
    let with_keys = used(&organization.app);
    assert!(with_keys >= without + 50 * 256);
    assert_eq!(restored(), with_keys);
}

#[test]
fn rejects_a_snapshot_with_too_many_values() {
    let organization = TestApp::new().organization();
    let body = format!(r#"{{"version":1,"keys":[{}0]}}"#, "0,".repeat(3_000_001));
    let target = format!("/_mock/organizations/{}/snapshot", organization.name);
    let call = organization.app.call(Method::PUT, &target).body(body);
    let refused = call.send().refused(PayloadTooLarge);
    assert_eq!(
        refused["message"],
        "the snapshot has more than 3000000 values"
    );
}

#[test]
fn scenarios_of_organizations_are_limited() {
    let app = TestApp::with("max_memory = 4");
    let set = json!({"x-a": "x".repeat(10_000)});
    let rule = json!({"do": [{"headers": {"set": set}}]});
    let long = json!({"name": "long", "summary": "-", "rules": vec![rule; 20]});
    let activate = |organization: &Organization| {
        organization.control(Method::POST, "/scenario", json!({"scenario": long}))
    };
    let organizations: Vec<_> = (0..20).map(|_| app.organization()).collect();
    let before = used(&app);
    let active = organizations.iter().map(activate);
    let active = active.take_while(|activated| activated.status == 200);
    let count = active.count();
    assert!((5..10).contains(&count), "{count}");
    assert!(used(&app) > before + 400_000 * count as u64);
    activate(&organizations[count]).refused(ServiceUnavailable);
    for organization in &organizations {
        organization.control(Method::DELETE, "/scenario", ());
    }
    assert_eq!(used(&app), before);
    activate(&organizations[count]).ok();
}
