//! Drift from the contract is reported in full, with fingerprints that an earlier run may have reported, and does not fail
//! the run.

use std::fs;

use contract_tests::report::Format;
use serde_json::{Value, json};

use crate::{
    baselines::Folder,
    client_reports::{every_report, json, of},
    command::text,
    traffic_reports::{exchange, har, orders, orders_with},
};

/// Responses that differ from the contract in all ranks, once with text that would break out of an HTML page.
fn drifting() -> Vec<Value> {
    let mut more = orders();
    more["orders"][0]["<b>|`x"] = json!(1);
    more["orders"][0]["colour"] = json!("red");
    vec![
        exchange(
            0,
            "GET",
            "/orders",
            200,
            &orders_with("/orders/0/status", json!("ARCHIVED")),
        ),
        exchange(
            1,
            "GET",
            "/orders",
            200,
            &orders_with("/total", Value::Null),
        ),
        exchange(2, "GET", "/orders", 200, &more),
        exchange(3, "GET", "/orders", 200, &more),
    ]
}

#[test]
fn reports_the_most_severe_drift_first() {
    let folder = Folder::new("traffic-drift");
    let (reports, output) = every_report(&folder, |wanted| har(&folder, &drifting(), wanted));
    let printed = text(&output);
    assert!(
        printed
            .contains("\nDRIFT  from the contract; it does not affect the verdict\n  breaking   "),
        "{printed}"
    );
    assert!(
        printed.contains("drift: 1 breaking, 1 new word, 2 additive, 0 of them known"),
        "{printed}"
    );
    let drift = &json(of(&reports, Format::Json))["drift"];
    let differences = drift["differences"].as_array().unwrap();
    let shown: Vec<_> = differences
        .iter()
        .map(|value| {
            (
                &value["rank"],
                &value["at"],
                &value["count"],
                &value["first"],
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            (
                &json!("breaking"),
                &json!("$.total"),
                &json!(1),
                &json!("entry 1")
            ),
            (
                &json!("new_word"),
                &json!("$.orders[*].status"),
                &json!(1),
                &json!("entry 0")
            ),
            (
                &json!("additive"),
                &json!("$.orders[*].<b>|`x"),
                &json!(2),
                &json!("entry 2")
            ),
            (
                &json!("additive"),
                &json!("$.orders[*].colour"),
                &json!(2),
                &json!("entry 2")
            ),
        ]
    );
    let quiet = text(&har(&folder, &drifting(), &["--quiet"]));
    assert!(
        !quiet.contains("DRIFT") && quiet.contains("drift: 1 breaking"),
        "{quiet}"
    );
}

#[test]
fn hostile_names_are_escaped_in_html() {
    let folder = Folder::new("drift-pages");
    let (reports, _) = every_report(&folder, |wanted| har(&folder, &drifting(), wanted));
    let page = of(&reports, Format::Html);
    let body = page
        .split_once("<body>")
        .unwrap()
        .1
        .split_once("</body>")
        .unwrap()
        .0;
    roxmltree::Document::parse(&format!("<body>{body}</body>")).unwrap();
    for format in [Format::Markdown, Format::Html] {
        let report = of(&reports, format);
        assert!(
            report.contains("Drift from the contract") && !report.contains("<b>"),
            "{report}"
        );
        let drift = &json(of(&reports, Format::Json))["drift"];
        for value in drift["differences"].as_array().unwrap() {
            assert!(
                report.contains(value["fingerprint"].as_str().unwrap()),
                "{report}"
            );
        }
    }
}

#[test]
fn known_drift_does_not_fail() {
    let folder = Folder::new("traffic-drift-known");
    let earlier = folder.file("earlier.json");
    let more = &drifting()[2..];
    let first = har(&folder, more, &["--report", &format!("json={earlier}")]);
    assert_eq!(first.status.code(), Some(0), "{}", text(&first));
    let known = ["--drift-known", &*earlier];
    let again = har(&folder, &drifting(), &known);
    assert!(
        text(&again).contains("drift: 1 breaking, 1 new word, 2 additive, 2 of them known"),
        "{}",
        text(&again)
    );
    assert!(
        text(&again).contains("first entry 2 (known)"),
        "{}",
        text(&again)
    );
    fs::write(&earlier, "{}").unwrap();
    let wrong = har(&folder, more, &known);
    assert_eq!(wrong.status.code(), Some(2), "{}", text(&wrong));
    assert!(
        text(&wrong).contains("earlier.json: not a report of traffic"),
        "{}",
        text(&wrong)
    );
}
