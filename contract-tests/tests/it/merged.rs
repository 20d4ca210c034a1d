//! Earlier reports, merged into one and in every format. Those in `merged/` are real reports, shortened.

use std::{
    fs,
    path::{Path, PathBuf},
};

use contract_tests::report::Format;
use serde_json::{Value, json};
use strum::VariantArray;

use crate::{
    baselines::Folder,
    client_reports::{LIST, client, hasty},
    command::{contract_tests, text},
    pages::held_at,
};

const MODES: [&str; 3] = ["provider", "client", "har"];

/// The placeholder for the version in committed files.
const VERSION: &str = "VERSION";

fn committed(file: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/merged");
    folder.join(file)
}

/// A committed report, as this version would have written it.
fn written(folder: &Folder, mode: &str) -> String {
    let name = format!("{mode}.json");
    let file = folder.file(&name);
    let report = fs::read_to_string(committed(&name)).unwrap();
    fs::write(&file, report.replace(VERSION, env!("CARGO_PKG_VERSION"))).unwrap();
    file
}

fn report(file: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

/// The merged report of these files, and the exit code.
fn merged(files: &[&str]) -> (Value, Option<i32>) {
    let output = contract_tests(&[&["merge", "--report", "json=-"], files].concat());
    let merged = serde_json::from_slice(&output.stdout);
    let merged = merged.unwrap_or_else(|error| panic!("{error}: {}", text(&output)));
    (merged, output.status.code())
}

#[test]
fn every_report_format_matches_its_committed_file() {
    let folder = Folder::new("formats");
    for mode in MODES {
        let report = written(&folder, mode);
        for format in Format::VARIANTS {
            let output = contract_tests(&["merge", &report, "--report", &format!("{format}=-")]);
            assert_eq!(output.status.code(), Some(1), "{}", text(&output));
            let text = String::from_utf8(output.stdout).unwrap();
            let text = text.replace(env!("CARGO_PKG_VERSION"), VERSION);
            let text = if *format == Format::Sarif {
                without_rules(&text)
            } else {
                text
            };
            held_at(&committed(&format!("{mode}.{format}")), &text);
        }
    }
}

/// SARIF lists every rule that there is, and refers to them by number. Both change with each new rule.
fn without_rules(sarif: &str) -> String {
    let mut sarif: Value = serde_json::from_str(sarif).unwrap();
    let run = &mut sarif["runs"][0];
    run["tool"]["driver"]["rules"].take();
    for result in run["results"].as_array_mut().unwrap() {
        result["ruleIndex"].take();
    }
    format!("{sarif:#}\n")
}

/// The checks in a fixed order: a merged report is in the order of the catalogue, and reports of parts need not be.
fn sorted(checks: &Value) -> Vec<String> {
    let mut checks: Vec<_> = checks
        .as_array()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    checks.sort();
    checks
}

#[test]
fn merges_duplicate_findings() {
    let folder = Folder::new("twice");
    for mode in ["provider", "client"] {
        let file = written(&folder, mode);
        let (merged, code) = merged(&[&file, &file]);
        let once = report(&file);
        for field in ["counts", "seen", "verdict", "rules", "score", "trials"] {
            assert_eq!(merged[field], once[field], "{field}");
        }
        assert_eq!(sorted(&merged["checks"]), sorted(&once["checks"]));
        assert_eq!(code, Some(1));
        let seen = |report: &Value| -> u64 {
            let rows = report["coverage"].as_array().unwrap().iter();
            rows.map(|row| row["seen"].as_u64().unwrap()).sum()
        };
        assert_eq!(seen(&merged), 2 * seen(&once));
    }
}

/// The number of trials in each of two parts of a run, which together have the results of the whole run.
fn sizes_of_parts(folder: &Folder, scenarios: &[&str], script: &str) -> [usize; 2] {
    let scenarios: Vec<_> = scenarios
        .iter()
        .flat_map(|name| ["--scenario", name])
        .collect();
    let run = |shard: &str, name: &str| {
        let file = folder.file(name);
        let report = format!("json={file}");
        let args = [&scenarios[..], &["--shard", shard, "--report", &report]].concat();
        let output = client(&args, script);
        assert!(Path::new(&file).is_file(), "{}", text(&output));
        file
    };
    let files = [run("1/2", "1.json"), run("2/2", "2.json")];
    let full_run = report(&run("1/1", "whole.json"));
    let (merged, code) = merged(&[&files[0], &files[1]]);
    let found = |report: &Value| {
        let checks = report["checks"].as_array().unwrap().iter();
        let found =
            checks.map(|entry| ["id", "scenario", "verdict"].map(|field| entry[field].clone()));
        let mut found: Vec<_> = found.map(|entry| json!(entry).to_string()).collect();
        found.sort();
        found
    };
    assert_eq!(found(&merged), found(&full_run));
    for field in ["counts", "seen", "verdict", "exit_code", "shard"] {
        assert_eq!(merged[field], full_run[field], "{field}");
    }
    assert_eq!(code.map(i64::from), full_run["exit_code"].as_i64());
    files.map(|file| report(&file)["trials"].as_array().unwrap().len())
}

/// A violation in any part is one of the whole, and a rule that any part exercised was exercised.
#[test]
fn merged_shards_equal_the_whole_run() {
    let scenarios = ["rate-limit-once", "revoked-at-start", "outage", "truncated"];
    // Two of four, and the one in which all goes well.
    let folder = Folder::new("shards");
    assert_eq!(sizes_of_parts(&folder, &scenarios, &hasty()), [3, 3]);
}

/// Its message is the same for a 401 and a 403, which only a part with both scenarios shows.
#[test]
fn part_has_all_scenarios_that_a_rule_compares() {
    let script = format!("{LIST} || {{ echo cannot list orders >&2; exit 1; }}");
    let scenarios = ["revoked-at-start", "truncated", "missing-scope"];
    let folder = Folder::new("compared");
    assert_eq!(sizes_of_parts(&folder, &scenarios, &script), [3, 2]);
}

/// Without one of its parts, the result of a run is unknown: the missing part may be the one that fails.
#[test]
fn merges_only_all_parts_of_one_run() {
    let folder = Folder::new("parts");
    let whole = written(&folder, "client");
    let part = |part: usize, parts: usize| {
        let file = folder.file(&format!("{part}-of-{parts}.json"));
        let mut report = report(&whole);
        report["shard"] = json!({"part": part, "parts": parts});
        fs::write(&file, report.to_string()).unwrap();
        file
    };
    let [first, second, third] = [1, 2, 3].map(|number| part(number, 3));
    let (whole_run, code) = merged(&[&second, &third, &first]);
    assert_eq!((&whole_run["shard"], code), (&Value::Null, Some(1)));
    for (files, says) in [
        (vec![&second], "there is no report of part 1/3, 3/3"),
        (vec![&first, &third], "there is no report of part 2/3"),
        (
            vec![&first, &second, &third, &second],
            "2-of-3.json: it is another report of part 2/3",
        ),
        (
            vec![&first, &part(2, 2)],
            "2-of-2.json: it is a report of part 2/2, and the first one of part 1/3",
        ),
        (
            vec![&first, &whole],
            "client.json: it is a report of a whole run, and the first one of part 1/3",
        ),
    ] {
        let files: Vec<_> = files.into_iter().map(String::as_str).collect();
        let output = contract_tests(&[&["merge"], &files[..]].concat());
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        assert!(text(&output).contains(says), "{says}: {}", text(&output));
    }
}

#[test]
fn names_the_file_that_cannot_be_merged() {
    let folder = Folder::new("unmerged");
    let [provider, client, har] = MODES.map(|mode| written(&folder, mode));
    let changed = |name: &str, field: &str, value: Value| {
        let file = folder.file(name);
        let mut report = report(&provider);
        report[field] = value;
        fs::write(&file, report.to_string()).unwrap();
        file
    };
    let older = changed("older.json", "version", json!("0.0.1"));
    let elsewhere = changed("elsewhere.json", "target", json!("http://other.example/"));
    let odd = changed("odd.json", "exit_code", json!(99));
    let number = changed("number.json", "checks", json!(7));
    let missing = folder.file("missing.json");
    for (files, says) in [
        (vec![&missing], "missing.json: No such file"),
        (
            vec![&number],
            "number.json is not a JSON report of contract-tests: invalid type",
        ),
        (
            vec![&older],
            "older.json is a report of contract-tests 0.0.1",
        ),
        (vec![&provider, &odd], "odd.json: its `exit_code` is 99"),
        (
            vec![&provider, &elsewhere],
            "elsewhere.json: it has another `target`",
        ),
        (
            vec![&provider, &client],
            "client.json: it has another `mode`",
        ),
        (vec![&har, &har], "reports of har cannot be merged"),
    ] {
        let files: Vec<_> = files.into_iter().map(String::as_str).collect();
        let output = contract_tests(&[&["merge"], &files[..]].concat());
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        assert!(text(&output).contains(says), "{says}: {}", text(&output));
    }
}
