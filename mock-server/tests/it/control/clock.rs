//! Turning an organization's clock.

use http::Method;
use schemas::ErrorCode::Conflict;
use serde_json::{Value, json};

use super::wrong;
use crate::test_app::{Organization, START, TestApp, order};

#[track_caller]
fn show(organization: &Organization) -> Value {
    organization.control(Method::GET, "/clock", ()).ok()
}

#[test]
fn frozen_clock_stands_still_until_moved() {
    let organization = TestApp::new().organization();
    let mut shown = show(&organization);
    shown["due"].take();
    insta::assert_snapshot!(shown, @r#"{"due":null,"factor":0.0,"mode":"frozen","now":"2026-01-15T09:00:00.000Z"}"#);
    let mut turned = organization.clock("advance", json!({"by": "90s"})).ok();
    turned["fired"].take();
    insta::assert_snapshot!(turned, @r#"{"factor":0.0,"fired":null,"from":"2026-01-15T09:00:00.000Z","mode":"frozen","now":"2026-01-15T09:01:30.000Z"}"#);
    organization
        .clock("set", json!({"to": "2026-02-01T00:00:00Z"}))
        .ok();
    assert_eq!(show(&organization)["now"], "2026-02-01T00:00:00.000Z");
    organization
        .clock("freeze", json!({"at": "2026-03-01T01:00:00+01:00"}))
        .ok();
    assert_eq!(show(&organization)["now"], "2026-03-01T00:00:00.000Z");
}

#[test]
fn dates_follow_the_clock_of_the_organization() {
    let (organization, caller) = Organization::new();
    organization.advance("1h");
    let answer = caller.get("/orders");
    assert_eq!(answer.header("date"), Some("Thu, 15 Jan 2026 10:00:00 GMT"));
    let created = caller.post("/orders", &order(1)).ok();
    assert_eq!(created["created_at"], "2026-01-15T10:00:00.000Z");
}

#[test]
fn accepts_durations_in_several_notations() {
    let organization = TestApp::new().organization();
    for (by, now) in [
        ("90s", "09:01:30.000"),
        ("1m", "09:02:30.000"),
        ("1h", "10:02:30.000"),
        ("PT1H", "11:02:30.000"),
        ("1h 30m", "12:32:30.000"),
        ("250ms", "12:32:30.250"),
        ("0s", "12:32:30.250"),
    ] {
        organization.advance(by);
        assert_eq!(
            show(&organization)["now"],
            format!("2026-01-15T{now}Z"),
            "{by}"
        );
    }
}

#[test]
fn rejects_invalid_durations_and_names_valid_ones() {
    let organization = TestApp::new().organization();
    for by in ["", "90", "-1s", "1s ago", "soon", "s"] {
        let refused = organization.clock("advance", json!({"by": by}));
        assert_eq!(
            wrong("by", refused),
            "must be a duration such as 90s, 1h30m, 7d or PT1H"
        );
    }
    assert_eq!(show(&organization)["now"], "2026-01-15T09:00:00.000Z");
}

#[test]
fn rejects_invalid_times_and_names_valid_ones() {
    let organization = TestApp::new().organization();
    let message = "must be an RFC 3339 time from 1970 to 9998, such as 2026-01-15T09:00:00Z";
    for (verb, field) in [("freeze", "at"), ("advance", "to"), ("set", "to")] {
        assert_eq!(
            wrong(field, organization.clock(verb, json!({field: "tomorrow"}))),
            message
        );
    }
}

#[test]
fn advance_requires_a_duration() {
    let organization = TestApp::new().organization();
    let wrong = |field, verb, body| wrong(field, organization.clock(verb, body));
    let message = "must have exactly one of `by`, `to`";
    assert_eq!(wrong("", "advance", json!({})), message);
    let both = json!({"by": "1s", "to": START});
    assert_eq!(wrong("", "advance", both), message);
    assert_eq!(wrong("to", "set", json!({})), "is required");
    assert_eq!(wrong("factor", "scale", json!({})), "is required");
    assert_eq!(
        wrong("to", "freeze", json!({"to": START})),
        "is unknown; use one of `at`"
    );
}

#[test]
fn no_clock_goes_back() {
    let organization = TestApp::new().organization();
    for (verb, field) in [("freeze", "at"), ("advance", "to"), ("set", "to")] {
        let refused = organization
            .clock(verb, json!({field: "2026-01-15T08:59:59.999Z"}))
            .refused(Conflict);
        assert_eq!(
            refused["message"],
            "the clock is at 2026-01-15T09:00:00Z and cannot go back to 2026-01-15T08:59:59.999Z"
        );
    }
    organization.clock("set", json!({"to": START})).ok();
    assert_eq!(show(&organization)["now"], "2026-01-15T09:00:00.000Z");
}

#[test]
fn clock_stays_within_the_years_of_a_date() {
    let organization = TestApp::new().organization();
    let range = "the time must be from 1970-01-01T00:00:00Z to 9998-12-31T23:59:59Z";
    for (verb, body) in [
        ("set", json!({"to": "9998-12-31T23:59:59-00:01"})),
        ("advance", json!({"by": "80000000h"})),
    ] {
        let refused = organization.clock(verb, body).refused(Conflict);
        assert_eq!(refused["message"], range);
    }
    wrong(
        "to",
        organization.clock("set", json!({"to": "9999-01-01T00:00:00Z"})),
    );
    for factor in [
        json!(0),
        json!(-1),
        json!(0.0009),
        json!(100_001),
        json!(1e300),
    ] {
        wrong(
            "factor",
            organization.clock("scale", json!({"factor": factor})),
        );
    }
    organization
        .clock("set", json!({"to": "9998-12-31T23:59:59Z"}))
        .ok();
    let last = organization.spelled("Orders").get("/orders");
    assert_eq!(last.header("date"), Some("Thu, 31 Dec 9998 23:59:59 GMT"));
}

#[test]
fn restarted_clock_continues_from_its_time() {
    let organization = TestApp::new().organization();
    for (verb, body, mode, factor) in [
        ("scale", json!({"factor": 60}), "scaled", 60.0),
        ("resume", Value::Null, "real", 1.0),
        ("freeze", Value::Null, "frozen", 0.0),
    ] {
        let turned = organization.clock(verb, body).ok();
        assert_eq!(
            (&turned["mode"], &turned["factor"]),
            (&json!(mode), &json!(factor))
        );
        assert!(
            turned["now"]
                .as_str()
                .unwrap()
                .starts_with("2026-01-15T09:"),
            "{turned}"
        );
    }
}

#[test]
fn organization_can_be_created_with_any_clock() {
    let app = TestApp::new();
    for (clock, mode) in [
        ("real", "real"),
        ("frozen", "frozen"),
        ("scale=60", "scaled"),
    ] {
        let organization = app.organization_like(json!({"clock": clock}));
        assert_eq!(show(&organization)["mode"], mode);
    }
    for clock in ["slow", "scale=fast", "scale=0", "frozen=now", "real=1", ""] {
        let made = app.control(Method::POST, "/organizations", json!({"clock": clock}));
        assert_eq!(
            wrong("clock", made),
            "must be real, frozen, frozen=2026-01-15T09:00:00Z or scale=60",
            "{clock}"
        );
    }
}

#[test]
fn advancing_reports_what_became_due() {
    let (organization, caller) = Organization::new();
    organization.advance("1000h");
    organization.key(json!({"preset": "orders", "expires_in": "2s"}));
    let id = caller.create(&order(1));
    let fired = organization.advance("3s");
    let told: Vec<_> = fired
        .as_array()
        .unwrap()
        .iter()
        .map(|event| {
            let (at, what) = (
                event["at"].as_str().unwrap(),
                event["event"].as_str().unwrap(),
            );
            format!("{at} {what} {}", event["status"].as_str().unwrap_or("-"))
        })
        .collect();
    assert_eq!(
        told,
        [
            "2026-02-26T01:00:01.000Z order_status ACCEPTED",
            "2026-02-26T01:00:02.000Z key_expired -",
            "2026-02-26T01:00:03.000Z order_status IN_PROGRESS",
        ]
    );
    assert_eq!(
        (&fired[0]["order"], &fired[1]["key"]),
        (&json!(id), &json!("key_2"))
    );
    assert_eq!(organization.advance("6999ms"), json!([]));
}

#[test]
fn the_clock_lists_what_is_due_in_the_next_hour() {
    let (organization, caller) = Organization::new();
    // What the initial orders do is over.
    organization.advance("1h");
    let due = || -> Vec<String> {
        let due = show(&organization)["due"].take();
        let line = |event: &Value| {
            let at = &event["at"].as_str().unwrap()[14..19];
            let name = event["event"].as_str().unwrap();
            let names = ["order", "key", "step", "rule"];
            let about = names.iter().find(|name| !event[**name].is_null());
            let about = event[*about.unwrap()].to_string().replace('"', "");
            format!("{at} {name} {about}")
        };
        due.as_array().unwrap().iter().map(line).collect()
    };
    assert_eq!(due(), [""; 0]);
    let id = caller.create(&order(1));
    organization.key(json!({"preset": "orders", "expires_in": "30m"}));
    organization.key(json!({"preset": "orders", "expires_in": "61m"}));
    let yaml = "name: a\nsummary: b\nrules: [{when: {from: 1m, until: 2m}, do: [{gateway: {status: 503}}]}]\n\
                steps: [{after: {time: 3m}, do: [{revoke: {delay: 1m}}]}, {after: {requests: 9}, do: [{advance: 1s}]}]";
    organization
        .control(Method::POST, "/scenario", json!({ "yaml": yaml }))
        .ok();
    assert_eq!(
        due(),
        [
            format!("00:01 order_status {id}"),
            format!("00:03 order_status {id}"),
            format!("00:10 order_status {id}"),
            "01:00 rule_started 0".to_owned(),
            "02:00 rule_ended 0".to_owned(),
            "03:00 step_due 0".to_owned(),
            "30:00 key_expired key_2".to_owned(),
            "00:00 window_ended key_1".to_owned(),
        ]
    );
    let window = show(&organization)["due"][7].take();
    assert_eq!(
        (&window["used"], &window["at"]),
        (&json!(1), &json!("2026-01-15T11:00:00.000Z"))
    );
    // A step that is due happens with the next request; what is over is no longer due.
    organization.advance("5m");
    caller.get("/orders").ok();
    assert_eq!(
        due(),
        [
            "06:00 key_revoked key_1",
            "06:00 key_revoked key_2",
            "06:00 key_revoked key_3",
            "00:00 window_ended key_1"
        ]
    );
}
