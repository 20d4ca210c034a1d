//! The judge of clients reports as the judge of servers does: the same formats, and no key.

use std::{fs, process::Output};

use contract_tests::{
    clients::RULES,
    report::{Format, schema_text},
};
use serde_json::Value;
use strum::VariantArray;

use crate::{
    baselines::Folder,
    command::{contract_tests, text},
    reports::shell,
    secrets::assert_hides,
};

pub(crate) const LIST: &str = r#"printf "Authorization: Bearer %s" $OPENPROSPECT_API_KEY | curl -sf -o /dev/null -H @- $OPENPROSPECT_API_URL/orders"#;

/// Judges a shell script with some arguments.
pub(crate) fn client(args: &[&str], script: &str) -> Output {
    contract_tests(&[&["client"], args, &["--", "sh", "-c", script]].concat())
}

/// A script that retries far too early.
pub(crate) fn hasty() -> String {
    format!("{LIST} || {{ sleep 0.2; {LIST}; }}")
}

/// The reports on a client in every format, and the console output.
fn reports(folder: &Folder, args: &[&str], script: &str) -> (Vec<(Format, String)>, Output) {
    every_report(folder, |wanted| client(&[args, wanted].concat(), script))
}

/// The reports of a run in every format, and its console output.
pub(crate) fn every_report(
    folder: &Folder,
    judge: impl FnOnce(&[&str]) -> Output,
) -> (Vec<(Format, String)>, Output) {
    let wanted = Format::VARIANTS.iter();
    let wanted: Vec<_> = wanted
        .map(|format| format!("--report={format}={}", folder.file(&format.to_string())))
        .collect();
    let wanted: Vec<_> = wanted.iter().map(String::as_str).collect();
    let output = judge(&wanted);
    let read = |format: &Format| fs::read_to_string(folder.file(&format.to_string())).unwrap();
    let reports = Format::VARIANTS.iter();
    (
        reports.map(|format| (*format, read(format))).collect(),
        output,
    )
}

pub(crate) fn of(reports: &[(Format, String)], format: Format) -> &str {
    let found = reports.iter().find(|(known, _)| *known == format);
    &found.unwrap().1
}

pub(crate) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

pub(crate) fn checks<'a>(report: &'a Value, verdict: &str) -> Vec<&'a Value> {
    let checks = report["checks"].as_array().unwrap().iter();
    checks.filter(|check| check["verdict"] == verdict).collect()
}

/// The test suite of the scenario has the duration of its trial, and what the client did in it.
fn assert_times_a_trial(junit: &roxmltree::Document<'_>) {
    let suites = junit.descendants();
    let mut suites = suites.filter(|node| node.has_tag_name("testsuite"));
    let suite = suites.find(|suite| suite.attribute("name") == Some("rate-limit-once"));
    let suite = suite.unwrap();
    let took: f64 = suite.attribute("time").unwrap().parse().unwrap();
    assert!(took > 0.2, "the script sleeps for as long: {took}");
    let mut outputs = suite
        .children()
        .filter(|node| node.has_tag_name("system-out"));
    let calls = outputs.next().unwrap().text().unwrap();
    assert!(
        calls.contains("#0   +0.000 GET /orders -> 429 RA=1\n"),
        "{calls}"
    );
}

#[test]
fn every_format_shows_the_results_of_a_client() {
    let folder = Folder::new("client-formats");
    let (reports, output) = reports(&folder, &["--scenario", "rate-limit-once"], &hasty());
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let report = json(of(&reports, Format::Json));
    let schema = json(&schema_text());
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let errors = validator.iter_errors(&report);
    let errors: Vec<_> = errors.map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
    assert_eq!(report["mode"], "client");
    assert_eq!(report["about"], "a client tested under 1 scenario");
    let about_keys = RULES.iter().filter(|rule| !rule.is_about_oauth());
    assert_eq!(
        report["rules"].as_array().unwrap().len(),
        about_keys.count()
    );
    assert_eq!(report["trials"].as_array().unwrap().len(), 2);
    let score = serde_json::json!({"requests": 3, "calls": 2, "wasted": 1, "lost_ms": 0});
    assert_eq!(report["score"], score, "the ideal waits for a second");
    let total = report["checks"].as_array().unwrap().len();
    let failures = checks(&report, "FAIL");
    assert!(
        failures.iter().any(|value| value["id"] == "CLI-RETRY-1"),
        "{failures:#?}"
    );

    let junit = roxmltree::Document::parse(of(&reports, Format::Junit)).unwrap();
    let count = |name| {
        let nodes = junit.descendants();
        nodes.filter(|node| node.has_tag_name(name)).count()
    };
    assert_eq!(
        (count("testcase"), count("failure")),
        (total, failures.len())
    );
    assert_times_a_trial(&junit);

    let tap = of(&reports, Format::Tap);
    assert!(tap.starts_with(&format!("TAP version 14\n1..{total}\n")));
    assert!(tap.contains(" - CLI-RETRY-1 scenario rate-limit-once\n"));

    let sarif = json(of(&reports, Format::Sarif));
    let run = &sarif["runs"][0];
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(
            run["tool"]["driver"]["rules"][index]["id"],
            result["ruleId"]
        );
        // The `Cargo.toml` of this package, whose folder the tests run in; below a repository, if the source is in one.
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert!(place.as_str().unwrap().ends_with("Cargo.toml"), "{place}");
    }
    for format in [Format::Markdown, Format::Github, Format::Html] {
        let report = of(&reports, format);
        assert!(
            report.contains("CLI-RETRY-1 scenario rate-limit-once"),
            "{report}"
        );
    }
}

#[test]
fn failure_has_all_details_and_a_replay_command() {
    let output = client(
        &["--scenario", "rate-limit-once", "--report", "json=-"],
        &hasty(),
    );
    let printed = String::from_utf8_lossy(&output.stderr);
    let block = printed.split_once("FAIL  CLI-RETRY-1 scenario rate-limit-once\n");
    let mut lines = block.unwrap().1.lines();
    for (name, has) in [
        ("rule", "MUST: After 429"),
        ("seen", "after a 429 with Retry-After: 1"),
        ("trace", "+0.000 GET /orders -> 429 RA=1 | +0."),
        ("tolerance", "50 ms"),
        ("fix", "Wait max(Retry-After"),
        (
            "replay",
            "contract-tests client --scenario rate-limit-once -- sh -c ",
        ),
    ] {
        let line = lines.next().unwrap();
        assert!(line.starts_with(&format!("  {name:<9} ")), "{line}");
        assert!(line.contains(has), "{line}");
    }
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let failures = checks(&report, "FAIL");
    let failure = failures.iter().find(|value| value["id"] == "CLI-RETRY-1");
    let again = shell(failure.unwrap()["replay"].as_str().unwrap());
    assert_eq!(again.status.code(), Some(1), "{}", text(&again));
    assert!(text(&again).contains("FAIL  CLI-RETRY-1 scenario rate-limit-once"));
}

#[test]
fn timeline_is_shown_as_picture_and_as_text() {
    let folder = Folder::new("client-timeline");
    let args = ["--scenario", "rate-limit-once", "--trace"];
    let (reports, output) = reports(&folder, &args, &hasty());
    let printed = text(&output);
    let trace = printed.split_once("\nTRACE  rate-limit-once\n").unwrap().1;
    let mut lines = trace.lines();
    assert_eq!(lines.next(), Some("  #0   +0.000 GET /orders -> 429 RA=1"));
    let second = lines.next().unwrap();
    assert!(
        second.starts_with("  #1   +0.") && second.ends_with("GET /orders -> 200"),
        "{second}"
    );
    assert!(
        printed.contains("score: 3 requests for 2 calls (1.50 per call), 1 wasted, 0.000 s lost")
    );

    let page = of(&reports, Format::Html);
    assert!(!page.contains("<script"));
    let body = page.split_once("<body>").unwrap().1;
    let body = body.split_once("</body>").unwrap().0;
    // HTML has attributes without a value; XML does not.
    let body = format!("<body>{}</body>", body.replace("details open", "details"));
    let document = roxmltree::Document::parse(&body).unwrap();
    let pictures = document.descendants();
    let pictures: Vec<_> = pictures.filter(|node| node.has_tag_name("svg")).collect();
    let labels = pictures.iter().map(|one| one.attribute("aria-label"));
    let labels: Vec<_> = labels.flatten().collect();
    assert_eq!(labels.len(), 2);
    assert!(
        labels[1].starts_with("2 requests on 2 connections within 0."),
        "{labels:?}"
    );
    let rectangles = |class: &str| {
        let nodes = pictures[1].descendants();
        let nodes = nodes.filter(|node| node.attribute("class") == Some(class));
        nodes.count()
    };
    assert_eq!(
        (rectangles("wait"), rectangles("bad"), rectangles("good")),
        (1, 1, 1)
    );
}

#[test]
fn sweep_finds_the_request_at_which_a_client_fails() {
    // A failure of the first request ends the program; a failure of the second one does not.
    let script = format!("{LIST} || exit 1; {LIST} || {{ sleep 0.2; {LIST}; }}");
    let output = client(&["--sweep", "revoke", "--report", "json=-"], &script);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let printed = String::from_utf8_lossy(&output.stderr);
    let table = printed.split_once("\nSWEEP  revoke\n").unwrap().1;
    let lines: Vec<_> = table.lines().take(3).collect();
    assert_eq!(lines[0], "     1  PASS");
    assert_eq!(lines[1], "     2  FAIL          CLI-AUTH-7 CLI-AUTH-9");
    assert_eq!(
        lines[2],
        "  fails first at request 2; there is no request 3"
    );
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["sweep"]["first_broken"], 2);
    let failures = checks(&report, "FAIL");
    let replay = failures[0]["replay"].as_str().unwrap();
    assert!(replay.contains("--scenario revoke-at-2 "), "{replay}");
    assert!(text(&shell(replay)).contains("FAIL  CLI-AUTH-7 scenario revoke-at-2"));

    let bounded = client(&["--sweep", "reset", "--positions", "1"], &script);
    assert!(
        text(&bounded).contains("there may be more requests than --positions"),
        "{}",
        text(&bounded)
    );
    for (args, invalid) in [
        (
            ["--sweep", "fire"],
            "use one of revoke, expire, 429, reset, timeout",
        ),
        (["--positions", "3"], "--sweep"),
        (["--sweep=reset", "--positions=0"], "a number from 1 to 100"),
    ] {
        let output = client(&args, LIST);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        assert!(text(&output).contains(invalid), "{}", text(&output));
    }
}

/// Leaks its key in every possible way, and writes it to a file for the test.
const BLABS: &str = r#"
    K=$OPENPROSPECT_API_KEY; echo "$K" >> "$0"; echo "key $K"; echo "$K" | rev >&2
    curl -s -o /dev/null -H "Authorization: Bearer $K" \
        "$OPENPROSPECT_API_URL/orders?k=$K&b=$(printf %s "$K" | base64 -w0)&r=$(printf %s "$K" | rev)"
    curl -s -o /dev/null -X "$(printf %s "$K" | tr -d _)" -H "Authorization: Bearer $K" "$OPENPROSPECT_API_URL/$K"
"#;

#[test]
fn no_report_contains_a_key_that_the_client_leaks() {
    let folder = Folder::new("client-secrets");
    let (keys, baseline) = (folder.file("keys"), folder.file("baseline"));
    let script = BLABS.replace("\"$0\"", &keys);
    let args = [
        "--scenario",
        "rate-limit-once",
        "--verbose",
        "--write-baseline",
        &baseline,
    ];
    let (reports, output) = reports(&folder, &args, &script);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let printed = text(&output);
    for leak in ["FAIL  CLI-AUTH-3", "FAIL  CLI-AUTH-12"] {
        assert!(printed.contains(leak), "{printed}");
    }
    let keys = fs::read_to_string(keys).unwrap();
    assert_eq!(keys.lines().count(), 2, "a key for each trial");
    for key in keys.lines() {
        assert_hides(&printed, key, "the console");
        assert_hides(&fs::read_to_string(&baseline).unwrap(), key, "the baseline");
        for (format, report) in &reports {
            assert!(report.len() > 500, "{format}");
            assert_hides(report, key, &format.to_string());
        }
    }
}

/// Without a terminal, each finished trial is printed with its number out of all, in the order in which they end.
#[test]
fn prints_each_finished_trial_with_the_total() {
    let slow = format!("test $OPENPROSPECT_SCENARIO = control && sleep 0.3; {LIST}");
    let args = ["--scenario", "not-found", "--scenario", "teapot"];
    let output = text(&client(&args, &slow));
    let lines: Vec<_> = output.lines().take(3).collect();
    for (number, line) in (1..).zip(&lines) {
        assert!(line.starts_with(&format!("{number:>3}/3 ")), "{output}");
    }
    assert!(lines[2].contains(" s  control  "), "{output}");
    let quiet = text(&client(&[&args[..], &["--quiet"]].concat(), &slow));
    assert!(!quiet.contains("/3 "), "{quiet}");
}

/// An inconclusive result has its own block: the reason, the rule, and the command that repeats it.
#[test]
fn inconclusive_results_have_a_reason_and_a_next_step() {
    let output = client(
        &["--scenario", "not-found"],
        "curl -s $OPENPROSPECT_API_URL/orders",
    );
    let output = text(&output);
    let (_, block) = output.split_once("\nINCONCLUSIVE  CLI-").unwrap();
    let lines: Vec<_> = block.lines().skip(1).take(3).collect();
    for (line, name) in lines.iter().zip(["reason", "rule", "replay"]) {
        assert!(line.starts_with(&format!("  {name:<8}  ")), "{output}");
    }
}

#[test]
fn recommendations_fail_only_in_strict_mode() {
    let nameless = LIST.replace("curl", "curl -A ''");
    let control = ["--scenario", "control"];
    let folder = Folder::new("client-warning");
    let (reports, lenient) = reports(&folder, &control, &nameless);
    assert_eq!(lenient.status.code(), Some(0), "{}", text(&lenient));
    assert!(text(&lenient).contains("WARN  CLI-HTTP-1 scenario control"));
    let about = &json(of(&reports, Format::Json))["about"];
    assert_eq!(about, "a client tested under the control scenario alone");
    let page = of(&reports, Format::Html);
    let block = "<h2>Warnings</h2><pre tabindex=\"0\">WARN  CLI-HTTP-1 scenario control\n  rule      SHOULD: ";
    assert!(page.contains(block), "{page}");
    let rule = RULES.iter().find(|rule| rule.id == "CLI-HTTP-1").unwrap();
    let row = format!(
        "</span> CLI-HTTP-1</th><td class=\"sentence\">{}</td>",
        rule.rule
    );
    assert!(page.contains(&row), "{page}");
    let strict = client(&[&control[..], &["--strict"]].concat(), &nameless);
    assert_eq!(strict.status.code(), Some(1), "{}", text(&strict));
    assert!(text(&strict).contains("FAIL  CLI-HTTP-1 scenario control"));
}
