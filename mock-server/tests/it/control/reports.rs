//! `/report`: the journal's evidence about keys and tiers.

use http::Method;
use serde_json::{Value, json};

use crate::test_app::{Caller, Organization, order};

#[track_caller]
fn report(organization: &Organization, name: &str) -> Value {
    let path = format!("/report/{name}");
    organization.control(Method::GET, &path, ()).ok()
}

#[track_caller]
fn needs(organization: &Organization, index: usize) -> Value {
    report(organization, "least-privilege")["keys"][index].take()
}

/// An organization of a server with small tiers.
fn with_small_tiers() -> (Organization, Caller) {
    Organization::with("tiers.free = '2/1m'\ntiers.pro = '4/1m'\ntiers.enterprise = '1000/1h'")
}

#[test]
fn key_report_names_unused_scopes() {
    let (organization, caller) = Organization::new();
    caller.get("/orders").ok();
    caller.post("/orders", &order(1)).ok();
    caller.get("/companies/nothing");
    let mut needs = needs(&organization, 0);
    needs["key"] = "…".into();
    needs["scopes"]["held"] = "…".into();
    let unused = needs["scopes"]["unused"].take();
    assert_eq!(unused.as_array().unwrap().len(), 16);
    assert!(
        unused
            .as_array()
            .unwrap()
            .contains(&json!("companies:read"))
    );
    insta::assert_json_snapshot!(needs, @r#"
    {
      "id": "key_1",
      "key": "…",
      "requests": 3,
      "scopes": {
        "held": "…",
        "unused": null,
        "used": [
          "orders:read",
          "orders:write"
        ]
      },
      "smallest_preset": "orders",
      "smallest_tier": "free",
      "tier": "enterprise"
    }
    "#);
}

#[test]
fn unused_key_needs_no_scopes() {
    let (organization, _) = Organization::new();
    let needs = needs(&organization, 0);
    assert_eq!(needs["scopes"]["used"], json!([]));
    assert_eq!(needs["smallest_preset"], Value::Null);
    assert_eq!(needs["smallest_tier"], "free");
}

#[test]
fn suggests_the_smallest_tier_that_would_refuse_nothing() {
    let (organization, caller) = with_small_tiers();
    let smallest = || needs(&organization, 0)["smallest_tier"].take();
    for expected in ["free", "free", "pro", "pro", "enterprise"] {
        caller.get("/orders").ok();
        assert_eq!(smallest(), expected);
    }
}

#[test]
fn compares_tiers_by_replaying_the_requests() {
    let (organization, caller) = with_small_tiers();
    for _ in 0..5 {
        caller.get("/orders").ok();
        organization.advance("1s");
    }
    caller.get("/nothing");
    insta::assert_json_snapshot!(report(&organization, "tiers"), @r#"
    {
      "forgotten": 0,
      "requests": 5,
      "tiers": [
        {
          "policies": "2/1m",
          "refused": 3,
          "tier": "free",
          "waiting": {
            "refused": 2,
            "took_seconds": 120.0
          }
        },
        {
          "policies": "4/1m",
          "refused": 1,
          "tier": "pro",
          "waiting": {
            "refused": 1,
            "took_seconds": 60.0
          }
        },
        {
          "policies": "1000/1h",
          "refused": 0,
          "tier": "enterprise",
          "waiting": {
            "refused": 0,
            "took_seconds": 4.0
          }
        }
      ],
      "took_seconds": 4.0
    }
    "#);
}

/// The server then does what the report predicts.
#[test]
fn report_matches_the_limiter() {
    let (organization, caller) = with_small_tiers();
    for _ in 0..9 {
        caller.get("/orders").ok();
        organization.advance("11s");
    }
    let foretold = report(&organization, "tiers")["tiers"][0].take();
    let (other, _) = with_small_tiers();
    let free = other.key(json!({"preset": "full_access", "tier": "free"}));
    let refused = (0..9).filter(|_| {
        let refused = free.get("/orders").status == 429;
        other.advance("11s");
        refused
    });
    assert_eq!(foretold["refused"], refused.count());

    let (patient, _) = with_small_tiers();
    let free = patient.key(json!({"preset": "full_access", "tier": "free"}));
    let (begin, mut refused, mut end) = (free.get("/orders").date().unwrap(), 0, 0);
    for _ in 1..9 {
        patient.advance("11s");
        let mut answer = free.get("/orders");
        while answer.status == 429 {
            refused += 1;
            patient.advance(&format!("{}s", answer.number("retry-after")));
            answer = free.get("/orders");
        }
        end = answer.date().unwrap();
    }
    assert_eq!(foretold["waiting"]["refused"], refused);
    let took = foretold["waiting"]["took_seconds"].as_f64().unwrap();
    assert!(
        (took - f64::from(i32::try_from(end - begin).unwrap())).abs() < 1e-9,
        "{took}"
    );
}

#[test]
fn report_counts_what_it_does_not_know() {
    let (organization, caller) = Organization::new();
    for _ in 0..1_002 {
        caller.get("/nothing");
    }
    for name in ["least-privilege", "tiers"] {
        assert_eq!(report(&organization, name)["forgotten"], 2);
    }
}

#[test]
fn no_report_contains_a_key() {
    let (organization, caller) = Organization::new();
    caller.get("/orders").ok();
    for name in ["least-privilege", "tiers"] {
        let report = report(&organization, name).to_string();
        assert!(!report.contains(&caller.key), "{report}");
    }
}
