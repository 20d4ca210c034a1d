//! Saving all changes to an organization, and restoring them.

mod wrong;

use http::Method;
use schemas::ErrorCode::{AuthenticationError, Conflict};
use serde_json::{Value, json};

use crate::{
    response::Response,
    test_app::{Caller, Organization, TestApp, all, order},
};

const NAME: &str = "acme01";

#[track_caller]
fn keep(organization: &Organization) -> Value {
    organization.control(Method::GET, "/snapshot", ()).ok()
}

#[track_caller]
fn restore(organization: &Organization, snapshot: &Value) -> Response {
    organization.control(Method::PUT, "/snapshot", snapshot.clone())
}

/// An organization named [`NAME`] on its own server, with these settings.
#[track_caller]
fn organization(settings: &str) -> Organization {
    let wanted = json!({"name": NAME, "clock": "frozen=2026-01-15T09:00:00Z"});
    TestApp::with(settings).organization_like(wanted)
}

/// An organization with changes of every kind, and the caller who made them.
#[track_caller]
fn used() -> (Organization, Caller) {
    let organization = organization("");
    let caller = organization.key(json!({"preset": "full_access"}));
    let send = |method, path: &str, body: Value| {
        let call = caller.call(method, path).json(&body);
        call.send().ok()
    };
    let list = caller.create_blacklist();
    let search = caller.first("/prospect-searches");
    send(
        Method::PUT,
        &format!("/prospect-searches/{search}/blacklists"),
        json!({"blacklist_ids": [list]}),
    );
    let entry = caller.first(&format!("/blacklists/{list}/entries"));
    let gone = caller.call(Method::DELETE, &format!("/blacklists/{list}/entries"));
    let gone = gone.json(&json!({"entry_ids": [entry]})).send();
    assert_eq!(gone.status.as_u16(), 204);
    send(Method::POST, "/companies", json!({"name": "Example Corp"}));
    let company = caller.first("/companies");
    let path = format!("/companies/{company}");
    send(
        Method::PATCH,
        &path,
        json!({"name": "Renamed", "phone": null}),
    );
    let person = json!({"company_id": company, "first_name": "Jo", "last_name": "Example"});
    let person = send(Method::POST, "/prospects", person)["id"].take();
    let path = format!("/prospects/{}", person.as_str().unwrap());
    send(Method::PATCH, &path, json!({"role": "CEO"}));
    send(Method::POST, "/job-searches", json!({"keywords": ["Koch"]}));
    send(Method::PATCH, "/organization", json!({"language": "en"}));
    let ids = [(); 3].map(|()| caller.create(&order(3)));
    for (id, to) in ids.iter().zip(["IN_PROGRESS", "CANCELLED", "COMPLETED"]) {
        let path = format!("/orders/{id}/transition");
        organization
            .control(Method::POST, &path, json!({"to": to}))
            .ok();
    }
    let delivery = caller.first(&format!("/deliveries?order_id={}", ids[2]));
    let path = format!("/deliveries/{delivery}/feedback");
    send(
        Method::PUT,
        &path,
        json!({"rating": "bad", "comment": "Closed"}),
    );
    let rotated = json!({"overlap": "1h"});
    organization.key(json!({"preset": "orders", "tier": "pro", "expires_in": "2h"}));
    organization
        .control(Method::POST, "/keys/key_2/rotate", rotated)
        .ok();
    let _ = organization.spelled("OrdersExpiresIn90s").get("/orders");
    (organization, caller)
}

/// Everything that a caller can read.
#[track_caller]
fn everything(caller: &Caller) -> Vec<Value> {
    let lists = [
        "/orders",
        "/blacklists",
        "/prospect-searches",
        "/companies",
        "/prospects",
        "/deliveries",
        "/job-searches",
    ];
    let rows = lists.iter().flat_map(|path| all(caller, path));
    let mut rows: Vec<_> = rows.collect();
    rows.push(caller.get("/organization").ok());
    rows
}

#[test]
fn restores_everything_on_another_server() {
    let (original, caller) = used();
    let snapshot = keep(&original);
    let other = organization("");
    let restored = restore(&other, &snapshot).ok();
    assert_eq!(restored, original.control(Method::GET, "", ()).ok());
    assert_eq!(keep(&other), snapshot);
    let there = other.app.caller(&caller.key);
    assert_eq!(everything(&there), everything(&caller));
    let keys = [&original, &other].map(|one| one.control(Method::GET, "/keys", ()).ok());
    assert_eq!(keys[0], keys[1]);
}

#[test]
fn snapshot_contains_no_key_and_no_generated_data() {
    let (organization, caller) = used();
    let snapshot = keep(&organization).to_string();
    assert!(!snapshot.contains(&caller.key[9..35]));
    assert!(snapshot.len() < 12_000, "{}", snapshot.len());
    let fields: Vec<_> = keep(&organization)
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(
        fields,
        [
            "clock",
            "clock_at_first",
            "depends_on",
            "keys",
            "store",
            "version"
        ]
    );
}

#[test]
fn restore_undoes_later_changes_and_keeps_the_journal() {
    let (organization, caller) = used();
    let snapshot = keep(&organization);
    let before = everything(&caller);
    let recorded = organization.journal().len();
    let newer = organization.key(json!({"preset": "full_access"}));
    newer.create(&order(1));
    organization.advance("1h");
    restore(&organization, &snapshot).ok();
    newer.get("/orders").refused(AuthenticationError);
    assert_eq!(everything(&caller), before);
    assert!(organization.journal().len() > recorded);
    // The next key is the same as without the restore.
    let again = organization.key(json!({"preset": "full_access"}));
    assert_eq!(again.key, newer.key);
}

#[test]
fn running_clock_continues_from_its_time() {
    let original = organization("");
    for (verb, how, mode) in [
        ("scale", json!({"factor": 60}), "scaled"),
        ("resume", json!({}), "real"),
    ] {
        original.clock(verb, how).ok();
        let other = organization("");
        restore(&other, &keep(&original)).ok();
        let clock = other.control(Method::GET, "/clock", ()).ok();
        assert_eq!(clock["mode"], mode);
        assert!(clock["now"].as_str().unwrap().starts_with("2026-01-15T09:"));
        other.control(Method::POST, "/reset", ()).ok();
        let clock = other.control(Method::GET, "/clock", ()).ok();
        assert_eq!(clock["now"], "2026-01-15T09:00:00.000Z");
    }
}

#[test]
fn rejects_a_snapshot_of_another_world() {
    let (original, _) = used();
    let snapshot = keep(&original);
    for (settings, difference) in [
        ("seed = 7", "seed is 0 in the snapshot, 7 here"),
        (
            "companies = 20",
            "companies is 300 in the snapshot, 20 here",
        ),
        (
            "order_duration = '1m'",
            "order_duration is PT10S in the snapshot, PT1M here",
        ),
    ] {
        let refused = restore(&organization(settings), &snapshot).refused(Conflict);
        assert_eq!(
            refused["message"],
            format!("the snapshot is of another server or organization: {difference}")
        );
    }
    let other = original.app.organization();
    let refused = restore(&other, &snapshot).refused(Conflict);
    let message = refused["message"].as_str().unwrap();
    assert!(message.ends_with(&format!(
        "organization is acme01 in the snapshot, {} here",
        other.name
    )));
    let mut newer = snapshot;
    newer["version"] = json!(2);
    newer["store"] = json!(7);
    let refused = restore(&original, &newer).refused(Conflict);
    assert_eq!(
        refused["message"],
        "the snapshot has version 2, this server reads version 1"
    );
}

#[test]
fn does_not_take_keys_of_another_organization() {
    let key = |organization: &str| {
        format!(
            "[[keys]]\nkey = 'lnc_test_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9'\norganization = '{organization}'\npreset = 'orders'"
        )
    };
    let there = TestApp::with(&key(NAME));
    let snapshot = there.control(Method::GET, "/organizations/acme01/snapshot", ());
    let here = organization(&key("other1"));
    let refused = restore(&here, &snapshot.ok()).refused(Conflict);
    assert_eq!(
        refused["message"],
        "key lnc_test_A3mK…0dF9 of the snapshot belongs to another organization on this server"
    );
    let keys = here
        .app
        .control(Method::GET, "/organizations/other1/keys", ());
    assert_eq!(keys.ok()["total"], 1);
}
