//! The judge of traffic reports as the other judges do: the same formats, and no key.

use std::{collections::BTreeSet, fs, process::Output};

use contract_tests::report::{Format, schema_text};
use serde_json::{Value, json};

use crate::{
    baselines::Folder,
    client_reports::{checks, every_report, json, of},
    command::{contract_tests, text},
    reports::shell,
    secrets::{assert_hides, forms},
};

pub(crate) const KEY: &str = "lnc_test_FullAccessxxxxxxxxxxxxxxxxrep0rt";

/// An exchange as a browser records it.
pub(crate) fn exchange(
    second: usize,
    method: &str,
    path: &str,
    status: u16,
    body: &Value,
) -> Value {
    json!({
        "startedDateTime": format!("2026-02-01T10:00:{second:02}Z"),
        "request": {
            "method": method, "url": format!("https://api.example/api/v1{path}"),
            "headers": [{"name": "Authorization", "value": format!("Bearer {KEY}")}],
        },
        "response": {
            "status": status,
            "headers": HEADERS.map(|(name, value)| json!({"name": name, "value": value})),
            "content": {"text": body.to_string()},
        },
    })
}

/// The headers of a response to a request with a valid key.
const HEADERS: [(&str, &str); 6] = [
    ("Content-Type", "application/json"),
    ("Date", "Sun, 01 Feb 2026 10:00:00 GMT"),
    ("X-Request-Id", "1"),
    ("X-RateLimit-Limit", "100"),
    ("X-RateLimit-Remaining", "99"),
    ("X-RateLimit-Reset", "1769943600"),
];

/// A valid list of orders.
pub(crate) fn orders() -> Value {
    json!({"orders": [{"id": "1", "title": "t", "status": "COMPLETED"}], "total": 1})
}

/// A list of orders with one value replaced.
pub(crate) fn orders_with(pointer: &str, value: Value) -> Value {
    let mut body = orders();
    *body.pointer_mut(pointer).unwrap() = value;
    body
}

/// Writes an archive, and judges it.
pub(crate) fn har(folder: &Folder, entries: &[Value], args: &[&str]) -> Output {
    let file = folder.file("traffic.har");
    fs::write(&file, json!({"log": {"entries": entries}}).to_string()).unwrap();
    contract_tests(&[&["har", &*file], args].concat())
}

/// Violations by both sides: two in a response, one in a query, and an unknown path.
pub(crate) fn mistakes() -> Vec<Value> {
    let mut invalid = orders_with("/orders/0/status", json!("DONE"));
    invalid["orders"]
        .as_array_mut()
        .unwrap()
        .insert(0, orders()["orders"][0].clone());
    vec![
        exchange(0, "GET", "/orders?limit=5", 200, &orders()),
        exchange(1, "GET", "/orders?limit=5000", 200, &invalid),
        exchange(
            2,
            "GET",
            "/orders",
            200,
            &orders_with("/orders/0/status", json!("DONE")),
        ),
        exchange(
            3,
            "GET",
            "/orders",
            200,
            &orders_with("/total", Value::Null),
        ),
        exchange(4, "GET", "/odrers", 404, &json!({})),
    ]
}

#[test]
fn report_has_every_failure_once_and_validates_against_its_schema() {
    let folder = Folder::new("traffic-json");
    let output = har(&folder, &mistakes(), &["--report", "json=-"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let schema = json(&schema_text());
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let errors = validator.iter_errors(&report);
    let errors: Vec<_> = errors.map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
    assert_eq!(
        (&report["mode"], &report["exit_code"]),
        (&json!("har"), &json!(1))
    );
    assert_eq!(
        report["traffic"]["answers"],
        json!({"judged": 4, "right": 1})
    );
    let failures = checks(&report, "FAIL");
    let told: Vec<_> = failures
        .iter()
        .map(|value| (&value["id"], &value["at"], &value["seen"]["count"]))
        .collect();
    let status = "$.orders[*].status";
    assert_eq!(
        told,
        [
            (&json!("PRV-SCHEMA"), &json!(status), &json!(2)),
            (&json!("PRV-SCHEMA"), &json!("$.total"), &json!(1)),
            (&json!("TRF-OPERATION"), &json!("path"), &json!(1)),
            (&json!("TRF-QUERY"), &json!("query limit"), &json!(1)),
        ]
    );
    assert_eq!(failures[0]["actual"], "DONE");
    assert_eq!(
        failures[0]["seen"],
        json!({"side": "server", "first": "entry 1", "count": 2})
    );
    let passes: Vec<_> = checks(&report, "PASS")
        .iter()
        .map(|value| value["id"].clone())
        .collect();
    assert!(passes.contains(&json!("CLI-AUTH-1")), "{passes:?}");
}

#[test]
fn reports_other_readings_and_missing_headers() {
    let folder = Folder::new("traffic-readings");
    let listed = json!({"items": orders()["orders"], "total": 1});
    let limited = json!({"code": "RATE_LIMIT_EXCEEDED", "message": "m"});
    let entries = [
        exchange(0, "GET", "/orders", 200, &listed),
        exchange(1, "GET", "/orders/1", 429, &limited),
    ];
    let reported = |entries: &[Value], args: &[&str]| {
        let output = har(&folder, entries, &[args, &["--report", "json=-"]].concat());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let entries = report["checks"].as_array().unwrap().iter();
        let invalid = entries.filter(|value| value["verdict"] != "PASS");
        let invalid = invalid.map(|value| {
            let part = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
            [part("verdict"), part("id"), part("operation"), part("at")].join(" ")
        });
        (output.status.code(), invalid.collect::<Vec<_>>())
    };
    let reading = "PRV-READING list_orders $.orders";
    let wait = "PRV-HEADERS get_order header retry-after";
    let code = "PRV-READING get_order $.code";
    assert_eq!(
        reported(&entries[..1], &[]),
        (Some(0), vec![format!("WARN {reading}")])
    );
    assert_eq!(
        reported(&entries, &[]),
        (
            Some(0),
            [
                format!("WARN {code}"),
                format!("WARN {reading}"),
                format!("INFO {wait}")
            ]
            .into()
        )
    );
    assert_eq!(
        reported(&entries[..1], &["--strict"]),
        (Some(1), vec![format!("FAIL {reading}")])
    );
}

#[test]
fn every_format_can_be_parsed() {
    let folder = Folder::new("traffic-formats");
    let (reports, _) = every_report(&folder, |wanted| har(&folder, &mistakes(), wanted));
    let report = json(of(&reports, Format::Json));
    let failures = checks(&report, "FAIL");
    let total = report["checks"].as_array().unwrap().len();
    let junit = roxmltree::Document::parse(of(&reports, Format::Junit)).unwrap();
    let count = |name| {
        junit
            .descendants()
            .filter(|node| node.has_tag_name(name))
            .count()
    };
    assert_eq!(
        (count("testcase"), count("failure")),
        (total, failures.len())
    );
    let cases = junit.descendants();
    let cases = cases.filter(|node| node.has_tag_name("testcase"));
    let names = cases.map(|case| (case.attribute("classname"), case.attribute("name")));
    assert_eq!(
        names.collect::<BTreeSet<_>>().len(),
        total,
        "no two are one"
    );
    let tap = of(&reports, Format::Tap);
    assert!(
        tap.starts_with(&format!("TAP version 14\n1..{total}\n")),
        "{tap}"
    );
    assert!(tap.contains(" - PRV-SCHEMA list_orders\n"), "{tap}");
    let sarif = json(of(&reports, Format::Sarif));
    let run = &sarif["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), failures.len());
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(
            run["tool"]["driver"]["rules"][index]["id"],
            result["ruleId"]
        );
    }
    let places = results.iter().map(|result| &result["locations"][0]);
    for place in places {
        assert!(
            place["physicalLocation"].is_null(),
            "no file of ours: {place}"
        );
    }
    for format in [Format::Markdown, Format::Github, Format::Html] {
        let report = of(&reports, format);
        for name in [
            "PRV-SCHEMA list_orders",
            "TRF-QUERY list_orders",
            "$.orders[*].status",
            "TRF-OPERATION",
        ] {
            assert!(report.contains(name), "{format}: {report}");
        }
    }
}

#[test]
fn failure_has_all_details() {
    let folder = Folder::new("traffic-block");
    let output = har(&folder, &mistakes(), &["--report", "json=-"]);
    let printed = String::from_utf8_lossy(&output.stderr);
    let block = printed.split_once("FAIL  PRV-SCHEMA list_orders\n");
    let mut lines = block.unwrap().1.lines();
    let file = folder.file("traffic.har");
    let replay = format!("contract-tests har {file}");
    for (name, has) in [
        ("side", "server"),
        ("problem", "the body is not a valid order_list"),
        ("at", "$.orders[*].status"),
        ("expected", "schemas/json/order_list.schema.json#"),
        ("got", "\"DONE\""),
        ("rule", "documented: Every response"),
        ("seen", "entry 1, 2 in all"),
        ("replay", &*replay),
    ] {
        let line = lines.next().unwrap();
        assert!(
            line.starts_with(&format!("  {name:<8}  ")) && line.contains(has),
            "{line}"
        );
    }
    assert!(printed.contains("PASS          CLI-AUTH-1"), "{printed}");
    assert!(
        printed.contains("5 exchanges with the API, 0 elsewhere"),
        "{printed}"
    );
    assert_eq!(shell(&replay).status.code(), Some(1));

    let quiet = text(&har(&folder, &mistakes(), &["--quiet"]));
    assert!(
        quiet.contains("FAIL  TRF-QUERY") && !quiet.contains("PASS "),
        "{quiet}"
    );
    let verbose = text(&har(&folder, &mistakes(), &["--verbose"]));
    assert!(
        verbose.contains("SKIP          CLI-HTTP-2     not exercised: needs"),
        "{verbose}"
    );
}

#[test]
fn no_report_contains_a_recorded_key() {
    let folder = Folder::new("traffic-secrets");
    let baseline = folder.file("baseline");
    let forms = forms(KEY);
    let mut entries = Vec::new();
    for (second, form) in forms.iter().enumerate() {
        let mut body = orders_with("/total", json!(form));
        body["orders"][0]["status"] = json!(form);
        body[form] = json!(form);
        body["orders"][0][form] = json!({form: form});
        let path = format!(
            "/orders?limit={}&key={KEY}",
            form.replace(['%', '\\', '+'], "-")
        );
        entries.push(exchange(second, "GET", &path, 200, &body));
        entries.push(exchange(
            second,
            "GET",
            &format!("/{KEY}"),
            418,
            &json!({"code": form}),
        ));
        entries.push(exchange(
            second,
            "GET",
            "/blacklists",
            418,
            &json!({"code": form}),
        ));
    }
    let args = ["--verbose", "--write-baseline", &*baseline];
    let (reports, output) = every_report(&folder, |wanted| {
        har(&folder, &entries, &[&args[..], wanted].concat())
    });
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let printed = text(&output);
    assert!(printed.contains("FAIL  CLI-AUTH-3"), "{printed}");
    assert_hides(&printed, KEY, "the console");
    assert_hides(&fs::read_to_string(&baseline).unwrap(), KEY, "the baseline");
    for (format, report) in &reports {
        assert!(report.len() > 500, "{format}");
        assert_hides(report, KEY, &format.to_string());
    }
}

/// A word that only the body of a response contains.
const WORD: &str = "Rumpelstilzchen";

#[test]
fn no_bodies_hides_recorded_bodies() {
    let folder = Folder::new("traffic-no-bodies");
    let entries = [exchange(
        0,
        "GET",
        "/orders",
        200,
        &orders_with("/total", json!(WORD)),
    )];
    for (args, shown) in [(&[][..], true), (&["--no-bodies"], false)] {
        let (reports, output) = every_report(&folder, |wanted| {
            har(&folder, &entries, &[&["--verbose"], args, wanted].concat())
        });
        assert_eq!(text(&output).contains(WORD), shown, "{}", text(&output));
        let shows = reports.iter().filter(|(_, report)| report.contains(WORD));
        assert_eq!(shows.count() > 0, shown);
    }
}
