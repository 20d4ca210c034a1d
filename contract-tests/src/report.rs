//! What is made of a run: the JSON report, which is the normative one, and the console's view of it.

mod console;

use schemas::key::redact;
use serde_json::{Map, Value, json};
use strum::VariantArray;

use crate::{
    check::{Finding, Stop, Verdict},
    checks,
    runner::Run,
    session::Session,
};

pub use console::Console;

/// The whole report. Everything in it was redacted where it was taken down; it is once more here,
/// before it can go anywhere.
pub fn json(session: &Session, run: &Run) -> Value {
    let counts: Map<_, _> = Verdict::VARIANTS
        .iter()
        .map(|verdict| {
            (
                verdict.to_string().to_lowercase(),
                json!(run.count(*verdict)),
            )
        })
        .collect();
    let mut report = json!({
        "tool": "contract-tests",
        "version": env!("CARGO_PKG_VERSION"),
        "mode": "provider",
        "target": session.target().as_str(),
        "seed": null,
        "verdict": run.verdict(),
        "exit_code": run.exit_code() as u8,
        "counts": counts,
        "checks": run.findings.iter().map(entry).collect::<Vec<_>>(),
        "coverage": session.coverage(),
    });
    redact_all(&mut report);
    report
}

/// A finding as the report has it.
fn entry(finding: &Finding) -> Value {
    let mut entry = json!({
        "id": finding.id,
        "verdict": finding.verdict,
        "operation": finding.operation.map(|operation| operation.id.as_str()),
        "scenario": null,
        "evidence": finding.evidence,
        "message": checks::find(finding.id).map(|check| check.rule),
        "at": null,
        "expected": null,
        "actual": null,
        "reason": null,
        "curl": null,
        "exchange": null,
    });
    match &finding.outcome {
        Ok(()) => {}
        Err(Stop::Skipped(reason) | Stop::Inconclusive(reason)) => entry["reason"] = json!(reason),
        Err(Stop::Violated(violation)) => {
            entry["message"] = json!(violation.message);
            entry["at"] = json!(violation.at);
            entry["expected"] = violation.expected.clone();
            entry["actual"] = violation.actual.clone();
            if let Some(exchange) = &violation.exchange {
                entry["curl"] = json!(exchange.curl());
                entry["exchange"] = exchange.to_json();
            }
        }
    }
    entry
}

fn redact_all(value: &mut Value) {
    match value {
        Value::String(text) => *text = redact(text).into_owned(),
        Value::Array(items) => items.iter_mut().for_each(redact_all),
        Value::Object(fields) => fields.values_mut().for_each(redact_all),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What `contract-tests explain` shows: the rule, and how well it is founded.
pub fn explain(check: &crate::check::Check) -> String {
    format!(
        "{}\n\n  rule      {}\n  evidence  {}: {}\n  source    {}\n",
        check.id,
        check.rule,
        check.evidence,
        match check.evidence {
            schemas::Evidence::Documented => "on the vendor's authentication page, the authority",
            schemas::Evidence::Guide => "on a sibling page of the same generation",
            schemas::Evidence::Assumed =>
                "ours, where the documents are silent; on a server that is no sandbox it only informs",
        },
        check.source,
    )
}
