//! SARIF 2.1.0, for code scanning: what does not hold, at the line of the contract that says it.

use schemas::{documents::Document, openapi};
use serde_json::{Value, json};

use super::{
    block,
    model::{Entry, Mode, Report},
};
use crate::{
    check::{Check, Verdict},
    checks::CHECKS,
    clients::{RULES, Rule},
    runner::RunVerdict,
    traffic::{About, rules_of_traffic},
};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// The contract's document, seen from the folder of the project.
const OPENAPI: &str = "schemas/openapi.json";

/// The report as JSON.
pub(super) fn text(report: &Report) -> String {
    let rules = rules(report.mode);
    let notifications: Vec<_> = report
        .problems
        .iter()
        .map(|problem| json!({"level": "error", "message": {"text": problem.message}}))
        .collect();
    let results = report.checks.iter();
    let results = results.filter_map(|entry| result(entry, &rules));
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

/// Every check of servers, every rule of clients, or all that traffic is judged by, in the order of the table.
fn rules(mode: Mode) -> Vec<Value> {
    let help = |id: &str| json!({"text": format!("contract-tests explain {id}")});
    match mode {
        Mode::Provider => {
            let check = |check: &Check| {
                json!({
                    "id": check.id,
                    "shortDescription": {"text": check.rule},
                    "help": help(check.id),
                    "helpUri": check.source,
                    "properties": {"evidence": check.evidence},
                })
            };
            CHECKS.iter().map(check).collect()
        }
        Mode::Client => {
            let rule = |rule: &Rule| {
                json!({
                    "id": rule.id,
                    "shortDescription": {"text": rule.rule},
                    "help": help(rule.id),
                    "properties": {"level": rule.level, "source": rule.source},
                })
            };
            RULES.iter().map(rule).collect()
        }
        Mode::Proxy | Mode::Har | Mode::Journal => {
            let rule = |about: About| {
                json!({
                    "id": about.id,
                    "shortDescription": {"text": about.rule},
                    "help": help(about.id),
                    "properties": {"level": about.level, "source": about.source},
                })
            };
            rules_of_traffic().map(rule).collect()
        }
    }
}

fn result(entry: &Entry, rules: &[Value]) -> Option<Value> {
    let level = match entry.verdict {
        Verdict::Pass | Verdict::Skip => return None,
        Verdict::Fail | Verdict::Known => "error",
        Verdict::Warn | Verdict::Inconclusive => "warning",
        Verdict::Info => "note",
    };
    let mut result = json!({
        "ruleId": entry.id,
        "ruleIndex": rules.iter().position(|rule| rule["id"] == entry.id),
        "level": level,
        "message": {"text": block::block(entry)},
        "locations": [{
            "logicalLocations": [{"name": entry.name(), "kind": "function"}],
        }],
        // The same failure, whatever else is in its message.
        "partialFingerprints": {"checkOperationPlace/v1": format!("{} {}", entry.name(), entry.at.as_deref().unwrap_or_default())},
    });
    // What a program does is in no file that we know; what it sends for an operation, the contract has.
    if entry.level.is_none() || entry.operation.is_some() {
        let (file, line) = place(entry);
        result["locations"][0]["physicalLocation"] =
            json!({"artifactLocation": {"uri": file}, "region": {"startLine": line}});
    }
    if entry.verdict == Verdict::Known {
        result["suppressions"] = json!([{"kind": "external", "justification": entry.reason}]);
    }
    Some(result)
}

/// The part of the contract that is broken: a line of a schema, or of the operation.
fn place(entry: &Entry) -> (String, usize) {
    let schema = entry
        .expected
        .as_str()
        .and_then(|expected| expected.split_once('#'));
    if let Some((file, pointer)) = schema {
        let name = file
            .strip_prefix("schemas/json/")
            .and_then(|name| name.strip_suffix(".schema.json"));
        let document = Document::all().find(|document| Some(document.name().as_str()) == name);
        if let Some(document) = document {
            return (file.to_owned(), line_of(document.committed(), pointer));
        }
    }
    let operation = entry.operation.unwrap_or_default();
    let wanted = format!("\"operationId\": \"{operation}\"");
    let line = openapi::committed()
        .lines()
        .position(|line| line.contains(&wanted));
    (OPENAPI.to_owned(), line.map_or(1, |line| line + 1))
}

/// The line of a JSON pointer in a text that is indented by two; of its nearest parent, where a part
/// of it cannot be found, such as behind a reference.
fn line_of(text: &str, pointer: &str) -> usize {
    let mut found = 0;
    for (depth, part) in (1..).zip(pointer.split('/').skip(1)) {
        let name = format!("{}\"{part}\":", "  ".repeat(depth));
        let inside = text
            .lines()
            .enumerate()
            .skip(found + usize::from(depth > 1));
        let mut inside =
            inside.take_while(|(_, line)| depth == 1 || line.starts_with(&"  ".repeat(depth)));
        match inside.find(|(_, line)| line.starts_with(&name)) {
            Some((line, _)) => found = line,
            None => break,
        }
    }
    found + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_pointer_is_found_or_that_of_its_parent() {
        let text = serde_json::to_string_pretty(&json!({
            "a": {"b": {"c": 1}, "d": [1, 2]},
            "e": {"b": 2},
        }))
        .unwrap();
        let line = |pointer| {
            text.lines()
                .nth(line_of(&text, pointer) - 1)
                .unwrap()
                .trim()
        };
        assert_eq!(line(""), "{");
        assert_eq!(line("/a/b/c"), "\"c\": 1");
        assert_eq!(line("/e/b"), "\"b\": 2");
        assert_eq!(line("/e/c"), "\"e\": {");
        assert_eq!(line("/a/d/0"), "\"d\": [");
    }
}
