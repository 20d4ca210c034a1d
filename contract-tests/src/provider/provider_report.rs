//! The result of a run on a server, as the report model.

use std::time::Duration;

use super::{
    check::{Check, Finding},
    checks::{self, CHECKS},
    replay,
    runner::Run,
    session::Session,
};
use crate::{
    contract::{CoverageRow, Keywords, ambiguities::FollowedReading},
    finding::{NotPassed, SeenCount, Verdict, redaction::RedactedValue},
    report::model::{Counts, Coverage, Entry, Mode, ObservedReading, Report, Rule},
};

impl Report {
    pub fn new(session: &Session, run: &Run) -> Self {
        let rows = session.coverage_of(&run.operations);
        Self {
            tool: "contract-tests".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            mode: Mode::Provider,
            target: session.secrets.redact(session.target().as_str()),
            about: session.secrets.redact(&session.describe()),
            seed: Some(session.seed()),
            strict: session.is_strict(),
            shard: None,
            verdict: run.verdict(),
            exit_code: run.exit_code() as u8,
            counts: Counts::from_verdicts(run.findings.iter().map(|finding| finding.verdict)),
            problems: run.problems.clone(),
            checks: run
                .findings
                .iter()
                .map(|finding| Entry::new(session, finding))
                .collect(),
            seen: SeenCount::from_rows(&rows),
            coverage: rows.iter().map(|row| Coverage::new(session, row)).collect(),
            readings: session
                .coverage_log
                .readings()
                .followed()
                .map(ObservedReading::new)
                .collect(),
            rules: Vec::new(),
            trials: Vec::new(),
            score: None,
            sweep: None,
            traffic: None,
            drift: None,
            catalog: catalog(),
            file: None,
        }
    }
}

/// Every check, as reports list them.
pub fn catalog() -> Vec<Rule> {
    CHECKS.iter().map(rule).collect()
}

fn rule(check: &Check) -> Rule {
    Rule {
        id: check.id,
        rule: check.rule,
        source: check.source,
        evidence: Some(check.evidence),
        level: None,
    }
}

impl ObservedReading {
    pub(super) fn new(followed: FollowedReading) -> Self {
        Self {
            about: followed.contradiction.about.into(),
            reading: followed.reading.says.into(),
            source: followed.reading.source.into(),
            seen: followed.seen,
        }
    }
}

impl Coverage {
    fn new(session: &Session, row: &CoverageRow) -> Self {
        let unseen = row.unseen.as_ref();
        Self {
            operation: row.operation.id.as_str().into(),
            status: row.status,
            code: row.code.as_deref().map(|code| session.secrets.redact(code)),
            documented: row.documented,
            expected: row.is_expected(),
            seen: row.seen,
            valid: row.valid,
            invalid: row.seen - row.valid,
            media_types: row
                .media_types
                .iter()
                .map(|(name, count)| (session.secrets.redact(name), *count))
                .collect(),
            never_seen: row
                .never_seen
                .iter()
                .map(|name| session.secrets.redact(name))
                .collect(),
            keywords: row.keywords.as_ref().map(|all| {
                let broken = all.broken.iter();
                let broken = broken.map(|(name, held)| (session.secrets.redact(name), *held));
                Keywords {
                    of: all.of,
                    seen: all.seen,
                    valid: all.valid,
                    invalid: all.invalid,
                    broken: broken.collect(),
                }
            }),
            reason_unseen: unseen.map(|unseen| unseen.reason.into()),
            provoke: unseen.and_then(|unseen| unseen.trigger).map(|trigger| {
                session
                    .secrets
                    .redact(&trigger.command(session.target(), row.operation))
            }),
        }
    }
}

impl Run {
    /// The first failure of a check.
    pub(crate) fn failure_of(&self, id: &str) -> Option<&Finding> {
        let mut findings = self.findings.iter();
        findings.find(|finding| finding.id == id && finding.verdict == Verdict::Fail)
    }
}

impl Entry {
    pub(crate) fn new(session: &Session, finding: &Finding) -> Self {
        let check = checks::find(finding.id);
        let secrets = &session.secrets;
        let mut entry = Self {
            id: finding.id.into(),
            verdict: finding.verdict,
            operation: finding
                .operation
                .map(|operation| operation.id.as_str().into()),
            scenario: None,
            evidence: Some(finding.evidence),
            level: None,
            rule: check.map_or("", |check| check.rule).into(),
            source: finding.source.into(),
            message: check.map_or("", |check| check.rule).into(),
            at: None,
            expected: RedactedValue::default(),
            actual: RedactedValue::default(),
            took_ms: finding.took.map(millis),
            reason: None,
            replay: secrets.redact(&replay::of_check(session, finding).to_string()),
            curl: None,
            exchange: None,
            allowed: None,
            fix: None,
            trace: None,
            seen: None,
        };
        match &finding.outcome {
            Ok(()) => {}
            Err(NotPassed::Skipped(reason) | NotPassed::Inconclusive(reason)) => {
                entry.reason = Some(secrets.redact(reason));
            }
            Err(NotPassed::Violated(violation)) => entry.set_violation(secrets, violation),
        }
        if let Some(known) = &finding.known {
            entry.reason = Some(secrets.redact(known));
        }
        entry
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
