//! What traffic came to, as the one model of the reports has it.

use super::{
    Finding, Traffic,
    table::{self, About},
};
use crate::{
    finding::{Level, SeenCount, Verdict, count},
    report::model::{Counts, Entry, Mode, Report, Rule, RuleCoverage, Sighting},
};

/// What was judged, and how it is judged again.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Where the traffic is from.
    pub mode: Mode,
    /// The file, or the base URL of the server.
    pub target: String,
    /// The command that judges it again.
    pub replay: String,
}

impl Report {
    /// All that traffic came to.
    pub fn of_traffic(judged: &Judged, found: &Traffic) -> Self {
        let rules: Vec<_> = table::all().map(|about| coverage(&about, found)).collect();
        let code = found.exit_code();
        let entries = found
            .all()
            .filter_map(|finding| entry(judged, found, finding));
        let mut checks: Vec<_> = entries.collect();
        let place = |entry: &Entry| rules.iter().position(|rule| rule.id == entry.id);
        checks.sort_by_key(|entry| {
            (
                place(entry),
                entry.verdict == Verdict::Pass,
                entry.operation,
            )
        });
        Self {
            tool: "contract-tests",
            version: env!("CARGO_PKG_VERSION"),
            mode: judged.mode,
            target: found.secrets.text(&judged.target),
            about: found.secrets.text(&about(judged.mode, found)),
            seed: None,
            strict: found.strict,
            verdict: code.verdict(),
            exit_code: code as u8,
            counts: Counts::of(checks.iter().map(|entry| entry.verdict)),
            problems: found.problems.clone(),
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
            traffic: Some(found.passed.clone()),
            drift: Some(found.drift.clone()),
            catalog: table::all().map(rule).collect(),
            file: None,
        }
    }
}

fn rule(about: About) -> Rule {
    Rule {
        id: about.id,
        rule: about.rule,
        source: about.source,
        evidence: None,
        level: about.level,
    }
}

fn about(mode: Mode, found: &Traffic) -> String {
    let what = match mode {
        Mode::Har => "an HTTP Archive",
        Mode::Journal => "a journal of the sandbox",
        Mode::Proxy | Mode::Provider | Mode::Client => "a server behind a proxy",
    };
    let exchanges = count(found.passed.exchanges, "exchange");
    format!("{what}, with {exchanges} with the API")
}

fn coverage(about: &About, found: &Traffic) -> RuleCoverage {
    let count = found.count(about.id);
    RuleCoverage {
        id: about.id,
        rule: about.rule,
        level: about.level.unwrap_or(Level::Must),
        armed: count.judged,
        kept: count.right,
        broken: count.judged - count.right,
        needs: about.exercised_by,
    }
}

fn entry(judged: &Judged, found: &Traffic, finding: &Finding) -> Option<Entry> {
    let about = table::about(finding.id)?;
    // A key may have become known only after it was written down.
    let text = |text: &str| found.secrets.text(text);
    let broken = finding.verdict != Verdict::Pass;
    Some(Entry {
        id: about.id,
        verdict: finding.verdict,
        operation: finding.operation,
        scenario: None,
        evidence: Some(finding.evidence),
        level: about.level,
        rule: about.rule,
        source: about.source,
        message: if broken {
            text(&finding.message)
        } else {
            about.rule.into()
        },
        at: broken.then(|| text(&finding.at)),
        expected: found.secrets.value(&finding.expected),
        actual: found.secrets.value(&finding.actual),
        took_ms: None,
        reason: finding.known.as_deref().map(text),
        replay: text(&judged.replay),
        curl: None,
        exchange: None,
        allowed: about.tolerance,
        fix: about.advice,
        trace: None,
        seen: Some(Sighting {
            side: finding.side,
            first: broken.then(|| text(&finding.first)),
            count: finding.count,
        }),
    })
}
