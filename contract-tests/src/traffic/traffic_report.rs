//! Fills the report model with the result of judging traffic.

use super::{
    Finding, TrafficResult,
    table::{self, RuleInfo},
};
use crate::{
    finding::{Level, SeenCount, Verdict, count},
    report::model::{Counts, Entry, Mode, Occurrences, Report, Rule, RuleCoverage},
};

/// The source of the traffic.
#[derive(Clone, Debug)]
pub struct TrafficSource {
    /// The kind of source.
    pub mode: Mode,
    /// The file, or the base URL of the server.
    pub target: String,
    /// The command that judges it again.
    pub replay: String,
}

impl Report {
    /// The report of judged traffic.
    pub fn of_traffic(source: &TrafficSource, result: &TrafficResult) -> Self {
        let rules: Vec<_> = table::all().map(|info| coverage(&info, result)).collect();
        let code = result.exit_code();
        let entries = result
            .all()
            .filter_map(|finding| entry(source, result, finding));
        let mut checks: Vec<_> = entries.collect();
        let place = |entry: &Entry| rules.iter().position(|rule| rule.id == entry.id);
        checks.sort_by_key(|entry| {
            (
                place(entry),
                entry.verdict == Verdict::Pass,
                entry.operation.clone(),
            )
        });
        Self {
            tool: "contract-tests".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            mode: source.mode,
            target: result.secrets.redact(&source.target),
            about: result.secrets.redact(&info(source.mode, result)),
            seed: None,
            strict: result.strict,
            shard: None,
            verdict: code.verdict(),
            exit_code: code as u8,
            counts: Counts::from_verdicts(checks.iter().map(|entry| entry.verdict)),
            problems: result.problems.clone(),
            checks,
            seen: SeenCount {
                seen: rules.iter().filter(|rule| rule.armed > 0).count(),
                of: rules.len(),
            },
            coverage: Vec::new(),
            readings: Vec::new(),
            rules,
            trials: Vec::new(),
            score: None,
            sweep: None,
            traffic: Some(result.counts.clone()),
            drift: Some(result.drift.clone()),
            catalog: catalog(),
            file: None,
        }
    }
}

/// Every rule about traffic, as reports list them.
pub fn catalog() -> Vec<Rule> {
    table::all().map(rule).collect()
}

fn rule(info: RuleInfo) -> Rule {
    Rule {
        id: info.id,
        rule: info.rule,
        source: info.source,
        evidence: None,
        level: info.level,
    }
}

fn info(mode: Mode, result: &TrafficResult) -> String {
    let what = match mode {
        Mode::Har => "an HTTP Archive",
        Mode::Journal => "a journal of the sandbox",
        Mode::Proxy | Mode::Provider | Mode::Client => "a server behind a proxy",
    };
    let exchanges = count(result.counts.exchanges, "exchange");
    format!("{what}, with {exchanges} with the API")
}

fn coverage(info: &RuleInfo, result: &TrafficResult) -> RuleCoverage {
    let count = result.count(info.id);
    RuleCoverage {
        id: info.id.into(),
        rule: info.rule.into(),
        level: info.level.unwrap_or(Level::Must),
        armed: count.judged,
        kept: count.right,
        broken: count.judged - count.right,
        needs: info.exercised_by.into(),
    }
}

fn entry(source: &TrafficSource, result: &TrafficResult, finding: &Finding) -> Option<Entry> {
    let info = table::about(finding.id)?;
    // A key may have become known only after the text was recorded.
    let text = |text: &str| result.secrets.redact(text);
    let broken = finding.verdict != Verdict::Pass;
    Some(Entry {
        id: info.id.into(),
        verdict: finding.verdict,
        operation: finding.operation.map(Into::into),
        scenario: None,
        evidence: Some(finding.evidence),
        level: info.level,
        rule: info.rule.into(),
        // A rule for clients has a level, whatever the operation is founded on.
        source: finding
            .source
            .filter(|_| info.level.is_none())
            .unwrap_or(info.source)
            .into(),
        message: if broken {
            text(&finding.message)
        } else {
            info.rule.into()
        },
        at: broken.then(|| text(&finding.at)),
        expected: result.secrets.redact_value(&finding.expected),
        actual: result.secrets.redact_value(&finding.actual),
        took_ms: None,
        reason: finding.known.as_deref().map(text),
        replay: text(&source.replay),
        curl: None,
        exchange: None,
        allowed: info.tolerance.map(Into::into),
        fix: info.advice.map(Into::into),
        trace: None,
        seen: Some(Occurrences {
            side: finding.side,
            first: broken.then(|| text(&finding.first)),
            count: finding.count,
        }),
    })
}
