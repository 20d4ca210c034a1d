//! Every format is a view of the same run, and is valid for the tools that read it.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Output},
};

use contract_tests::{
    finding::Verdict,
    report::{Format, Report, schema_text},
};
use serde_json::{Value, json};
use strum::VariantArray;

use crate::{
    baselines::Folder,
    command::{contract_tests, provider, text},
    target::{Bug, FAITHFUL, PatchedRequest, PatchedResponse, judge, start},
};

const HOSTILE: &str = "<script>alert(1)</script> ]]> ``` | # \u{1b}[31m\n::error::";

/// 403 responses contain hostile text, and lack required details.
fn hostile(_: &PatchedRequest, response: &mut PatchedResponse) {
    if response.status == 403 {
        response.edit(|body| {
            body["detail"] = json!({"required_scopes": [HOSTILE], "user_scopes": HOSTILE});
            body["message"] = json!(HOSTILE);
        });
    }
}

const BUGGY: Bug = Bug {
    response: hostile,
    ..FAITHFUL
};

/// The report on a buggy server. One test judges all formats of it: each test has its own process, and a run takes seconds.
#[tokio::test(flavor = "multi_thread")]
async fn every_format_is_a_valid_view_of_one_run() {
    let (session, run) = judge(start(BUGGY).await, |_| {}).await;
    let report = Report::new(&session, &run);
    json_validates_against_its_schema(&report);
    junit_and_tap_have_the_counts_of_json(&report);
    junit_cases_have_times_readable_names_and_output(&report);
    sarif_results_have_rules_and_valid_locations(&report);
    html_is_self_contained_and_escapes_hostile_text(&report);
    hostile_text_is_escaped_in_every_format(&report);
    every_format_names_what_failed(&report);
}

#[test]
fn committed_schema_matches_the_model() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("report.schema.json");
    let generated = schema_text();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &generated).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        committed, generated,
        "stale: UPDATE=1 cargo test -p contract-tests"
    );
}

fn json_validates_against_its_schema(report: &Report) {
    let schema = serde_json::from_str(&schema_text()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let mut json: Value = serde_json::from_str(&Format::Json.render(report)).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(&json)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, [""; 0]);
    assert_eq!(
        json["checks"].as_array().unwrap().len(),
        report.checks.len()
    );
    json["colour"] = json!("red");
    assert!(!validator.is_valid(&json), "what is not in it is refused");
}

fn junit_and_tap_have_the_counts_of_json(report: &Report) {
    let junit = Format::Junit.render(report);
    let document = roxmltree::Document::parse(&junit).unwrap();
    let count = |name| {
        document
            .descendants()
            .filter(|node| node.has_tag_name(name))
            .count()
    };
    let counts = &report.counts;
    assert!(counts.fail > 0);
    assert_eq!(
        (
            count("testcase"),
            count("failure"),
            count("error"),
            count("skipped")
        ),
        (
            report.checks.len(),
            counts.fail,
            counts.inconclusive,
            counts.skip + counts.known
        )
    );
    let suites = document.root_element();
    assert_eq!(
        suites.attribute("tests"),
        Some(report.checks.len().to_string().as_str())
    );

    let tap = Format::Tap.render(report);
    let mut lines = tap.lines();
    assert_eq!(lines.next(), Some("TAP version 14"));
    assert_eq!(
        lines.next(),
        Some(format!("1..{}", report.checks.len()).as_str())
    );
    let mut points = BTreeMap::new();
    for line in lines.filter(|line| !line.starts_with("  ")) {
        let (point, rest) = line
            .split_once(|character: char| character.is_ascii_digit())
            .unwrap();
        assert!(rest.contains(" - PRV-"), "{line}");
        *points.entry(point).or_insert(0) += 1;
    }
    assert_eq!(
        points,
        BTreeMap::from([("ok ", counts.pass), ("not ok ", counts.fail)])
    );
}

/// Each test case has its duration, its subject, and the request and response.
fn junit_cases_have_times_readable_names_and_output(report: &Report) {
    let junit = Format::Junit.render(report);
    let document = roxmltree::Document::parse(&junit).unwrap();
    let time = |node: roxmltree::Node<'_, '_>| -> f64 {
        let time = node.attribute("time").unwrap_or_default();
        time.parse()
            .unwrap_or_else(|_| panic!("{node:?} took {time:?}"))
    };
    assert!(time(document.root_element()) > 0.0);
    let mut seen = 0;
    for suite in document
        .descendants()
        .filter(|node| node.has_tag_name("testsuite"))
    {
        let cases: Vec<_> = suite
            .children()
            .filter(|node| node.has_tag_name("testcase"))
            .collect();
        let timed = cases.iter().filter(|case| case.has_attribute("time"));
        let sum: f64 = timed.map(|case| time(*case)).sum();
        assert!((sum - time(suite)).abs() < 0.05);
        for case in cases {
            let (id, rule) = case.attribute("name").unwrap().split_once(": ").unwrap();
            assert_eq!(
                contract_tests::provider::checks::find(id).unwrap().rule,
                rule
            );
            let fails = case.children().any(|node| node.has_tag_name("failure"));
            let output = case.children().find(|node| node.has_tag_name("system-out"));
            if let (true, "PRV-403-SCOPE") = (fails, id) {
                let output = output.unwrap().text().unwrap();
                assert!(
                    output.starts_with("> ") && output.contains("\n< 403\n"),
                    "{output}"
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 0);
}

/// Readers of SARIF do not have our files, and often no file of their own that fits.
fn sarif_results_have_rules_and_valid_locations(report: &Report) {
    let log: Value = serde_json::from_str(&Format::Sarif.render(report)).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), report.counts.fail);
    for result in results {
        let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[rule]["id"], result["ruleId"]);
        assert_eq!(result["level"], "error");
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        assert_eq!(result["locations"][0].as_object().unwrap().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sarif_results_are_located_in_the_baseline() {
    let folder = Folder::new("sarif");
    let baseline = folder.file("what is known.toml");
    let known = "[[known]]\ncheck = 'PRV-403-SCOPE'\noperation = 'get_order'\nreason = 'r'\nexpires = 2999-01-01\n";
    fs::write(&baseline, known).unwrap();
    let line = format!(
        "cd {} && contract-tests provider --base-url http://{}/api/v1 --operation get_order \
         --baseline 'what is known.toml' --report sarif=-",
        folder.file("."),
        start(BUGGY).await
    );
    let output = tokio::task::spawn_blocking(move || shell(&line))
        .await
        .unwrap();
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(results.len() > 1, "{}", text(&output));
    for result in results {
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(place, "what%20is%20known.toml");
    }
}

fn html_is_self_contained_and_escapes_hostile_text(report: &Report) {
    let page = Format::Html.render(report);
    assert!(
        page.contains("&lt;script&gt;") && !page.contains("<script"),
        "{page}"
    );
    for resource in [
        "src=", "href=", "url(", "@import", "<link", "<iframe", "<object",
    ] {
        assert!(!page.contains(resource), "{resource}");
    }
    assert!(page.contains("prefers-color-scheme: dark") && page.contains("aria-label"));
    // Without the elements that HTML may leave open, it is XML.
    let body = page
        .split_once("<body>")
        .unwrap()
        .1
        .split_once("</body>")
        .unwrap()
        .0;
    let body = format!("<body>{body}</body>");
    let document = roxmltree::Document::parse(&body).unwrap();
    let cells = document
        .descendants()
        .filter(|node| node.has_attribute("aria-label") && node.has_tag_name("td"));
    assert_eq!(cells.count(), report.coverage.len());
}

fn hostile_text_is_escaped_in_every_format(report: &Report) {
    for format in Format::VARIANTS {
        let text = format.render(report);
        assert!(!text.contains('\u{1b}'), "{format}");
        let mut lines = text.lines();
        let broken_out = |line: &str| line.starts_with("::error::") || line.starts_with("<script");
        assert!(!lines.any(broken_out), "{format}");
    }
    let markdown = Format::Markdown.render(report);
    assert!(
        markdown.contains("\n````text\nFAIL  PRV-403-SCOPE"),
        "{markdown}"
    );
    let github = Format::Github.render(report);
    assert!(
        github
            .lines()
            .all(|line| line.starts_with("::") && line.contains("::")),
        "{github}"
    );
    let mut lines = github.lines();
    let verdict = lines.next().unwrap();
    assert!(
        verdict.starts_with("::notice title=contract-tests::fail: "),
        "{github}"
    );
    assert!(
        lines.next().unwrap().starts_with("::error title="),
        "{github}"
    );
}

/// Formats for people show only the first failure of each check in full.
fn every_format_names_what_failed(report: &Report) {
    let failed = report.checks.iter();
    let failed: Vec<_> = failed.filter(|one| one.verdict == Verdict::Fail).collect();
    for format in Format::VARIANTS {
        let text = format.render(report);
        for entry in &failed {
            assert!(text.contains(&*entry.id), "{format} lacks {}", entry.name());
        }
    }
    let page = Format::Html.render(report);
    for entry in &report.checks {
        let row = format!("<th scope=\"row\">{}</th>", entry.name());
        assert!(page.contains(&row), "the page lacks {}", entry.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn replay_commands_and_standard_output_work() {
    let address = start(BUGGY).await;
    let args = ["--operation", "get_order", "--report", "json=-"];
    let output = provider(address, &args).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("FAIL  PRV-403-SCOPE get_order"));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let checks = report["checks"].as_array().unwrap();
    let failures: Vec<_> = checks
        .iter()
        .filter(|check| check["verdict"] == "FAIL")
        .cloned()
        .collect();
    assert!(
        failures.iter().any(|failure| failure["id"] == "PRV-SCHEMA"),
        "{failures:#?}"
    );
    for failure in failures {
        let replay = failure["replay"].as_str().unwrap().to_owned();
        let output = tokio::task::spawn_blocking(move || shell(&replay))
            .await
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", text(&output));
        let name = format!("FAIL  {} get_order", failure["id"].as_str().unwrap());
        assert!(text(&output).contains(&name), "{}", text(&output));
    }
}

pub(crate) fn shell(line: &str) -> Output {
    shell_with(line, &[])
}

/// Runs a shell line with these variables.
pub(crate) fn shell_with(line: &str, variables: &[(&str, &str)]) -> Output {
    let folder = Path::new(env!("CARGO_BIN_EXE_contract-tests"))
        .parent()
        .unwrap();
    let path = std::env::var_os("PATH").unwrap();
    let path = format!("{}:{}", folder.display(), path.display());
    Command::new("bash")
        .args(["-c", line])
        .env("PATH", path)
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

#[test]
fn failed_run_writes_no_report_and_keeps_the_previous_one() {
    let folder = Folder::new("no-report");
    let [report, last, learnt] = ["report", "last", "learnt"].map(|name| folder.file(name));
    fs::write(&last, "of the last run").unwrap();
    let (report, last) = (format!("json={report}"), format!("junit={last}"));
    let nowhere = "http://127.0.0.1:1/api/v1";
    let both = ["--report", &*report, "--report", &*last];
    let sides = ["--left", nowhere, "--right", nowhere, "--learn", &*learnt];
    for (code, args) in [
        (
            4,
            [&["provider", "--base-url", nowhere], &both[..]].concat(),
        ),
        (
            2,
            [&["provider", "--report", "tap=/nowhere/x"], &both[..]].concat(),
        ),
        (2, [&["har", "/nowhere/x"], &both[..]].concat()),
        (4, [&["twin"], &sides[..], &both[..2]].concat()),
    ] {
        let output = contract_tests(&args);
        assert_eq!(output.status.code(), Some(code), "{}", text(&output));
        let left: Vec<_> = fs::read_dir(folder.file(".")).unwrap().collect();
        assert_eq!(left.len(), 1, "{args:?}: {left:?}");
        assert_eq!(
            fs::read_to_string(folder.file("last")).unwrap(),
            "of the last run"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rejects_two_reports_with_one_destination() {
    let address = start(FAITHFUL).await;
    for (args, invalid) in [
        (["json=-", "tap=-"], "two reports go to standard output"),
        (["json=x", "tap=x"], "two reports go to x"),
        (["json=-", "pdf=x"], "unknown format `pdf`"),
        (["json=-", "json"], "FORMAT=FILE"),
    ] {
        let output = provider(address, &["--report", args[0], "--report", args[1]]).await;
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        assert!(text(&output).contains(invalid), "{}", text(&output));
    }
}
