//! SARIF 2.1.0, for code scanning: findings, attributed to a file of the user's project.

use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{
    finding_text,
    model::{Entry, Report, Rule},
};
use crate::finding::{RunVerdict, Verdict};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// The characters to encode in a path segment.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The report as JSON.
pub(super) fn text(report: &Report) -> String {
    let rules: Vec<_> = report.catalog.iter().map(rule).collect();
    let notifications: Vec<_> = report
        .problems
        .iter()
        .map(|problem| json!({"level": "error", "message": {"text": problem.message}}))
        .collect();
    let results = report.checks.iter();
    let file = report.file.as_deref().map(uri);
    let results = results.filter_map(|entry| result(entry, &rules, file.as_deref()));
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": report.tool, "version": report.version, "rules": rules}},
            "invocations": [{
                "executionSuccessful": report.verdict != RunVerdict::Interrupted,
                "exitCode": report.exit_code,
                "toolExecutionNotifications": notifications,
            }],
            "results": results.collect::<Vec<_>>(),
        }],
    });
    format!("{log:#}\n")
}

fn rule(rule: &Rule) -> Value {
    let mut described = json!({
        "id": rule.id,
        "shortDescription": {"text": rule.rule},
        "help": {"text": format!("contract-tests explain {}", rule.id)},
    });
    match rule.evidence {
        Some(evidence) => {
            described["helpUri"] = rule.source.into();
            described["properties"] = json!({"evidence": evidence});
        }
        None => described["properties"] = json!({"level": rule.level, "source": rule.source}),
    }
    described
}

fn result(entry: &Entry, rules: &[Value], file: Option<&str>) -> Option<Value> {
    let level = match entry.verdict {
        Verdict::Pass | Verdict::Skip => return None,
        Verdict::Fail | Verdict::Known => "error",
        Verdict::Warn | Verdict::Inconclusive => "warning",
        Verdict::Info => "note",
    };
    let mut result = json!({
        "ruleId": entry.id,
        "ruleIndex": rules.iter().position(|rule| rule["id"] == *entry.id),
        "level": level,
        "message": {"text": finding_text::block(entry)},
        "locations": [{
            "logicalLocations": [{"name": entry.name(), "kind": "function"}],
        }],
        // Identifies the failure, whatever else its message contains.
        "partialFingerprints": {"checkOperationPlace/v1": format!("{} {}", entry.name(), entry.at.as_deref().unwrap_or_default())},
    });
    if let Some(file) = file {
        result["locations"][0]["physicalLocation"] =
            json!({"artifactLocation": {"uri": file}, "region": {"startLine": 1}});
    }
    if entry.verdict == Verdict::Known {
        result["suppressions"] = json!([{"kind": "external", "justification": entry.reason}]);
    }
    Some(result)
}

/// A path in the repository as a relative URI.
fn uri(path: &Path) -> String {
    let segments = path.iter().map(|segment| segment.to_string_lossy());
    let encoded = segments.map(|segment| utf8_percent_encode(&segment, SEGMENT).to_string());
    encoded.collect::<Vec<_>>().join("/")
}
