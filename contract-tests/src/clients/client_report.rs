//! Converts the results of a client into the report model.

use std::path::Path;

use super::{CONTROL, Finding, Judged, Options, RULES, Rule, Scenario, manifest, sweep::Sweep};
use crate::{
    finding::{
        SeenCount, Verdict, count, quoted,
        redaction::{Redacted, RedactedValue, Secrets},
    },
    report::model::{
        Counts, Entry, Mode, Position, Report, Rule as CatalogRule, RuleCoverage, Score,
        SweepResult, Trial,
    },
};

impl Report {
    /// The report of all trials of a client.
    pub fn of_client(options: &Options, judged: &Judged) -> Self {
        let words = options
            .command
            .iter()
            .map(|word| quoted(&word.to_string_lossy()));
        let mut command = words.collect::<Vec<_>>().join(" ");
        if command.is_empty() {
            "elsewhere".clone_into(&mut command);
        }
        // The control scenario is there to prove the program, whatever was asked for.
        let trials = judged.trials.iter();
        let about = match trials.filter(|trial| trial.scenario != CONTROL).count() {
            0 => "a client tested under the control scenario alone".to_owned(),
            tested => format!("a client tested under {}", count(tested, "scenario")),
        };
        let entry = |finding| entry(options, judged, finding);
        let checks: Vec<_> = judged.findings.iter().map(entry).collect();
        let rules: Vec<_> = options
            .rules()
            .map(|rule| coverage(rule, &checks))
            .collect();
        let code = judged.exit_code();
        Self {
            tool: "contract-tests".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            mode: Mode::Client,
            target: judged.secrets.redact(&command),
            about: judged.secrets.redact(&about),
            seed: Some(options.seed),
            strict: options.strict,
            shard: options.shard.part(),
            verdict: code.verdict(),
            exit_code: code as u8,
            counts: Counts::from_verdicts(judged.findings.iter().map(|finding| finding.verdict)),
            problems: judged.problems.clone(),
            checks,
            seen: SeenCount {
                seen: rules.iter().filter(|rule| rule.armed > 0).count(),
                of: rules.len(),
            },
            coverage: Vec::new(),
            readings: Vec::new(),
            rules,
            trials: judged.trials.clone(),
            sweep: options.sweep.map(|sweep| swept(sweep, judged)),
            score: Some(Score::total(judged.trials.iter().map(|trial| &trial.score))),
            traffic: None,
            drift: None,
            catalog: catalog(),
            file: manifest::find(Path::new("."), &options.command),
        }
    }
}

/// Every rule for clients, as reports list them.
pub fn catalog() -> Vec<CatalogRule> {
    let rules = RULES.iter();
    let rules = rules.map(|rule| CatalogRule {
        id: rule.id,
        rule: rule.rule,
        source: rule.source,
        evidence: None,
        level: Some(rule.level),
    });
    rules.collect()
}

fn swept(sweep: Sweep, judged: &Judged) -> SweepResult {
    let trials = judged.trials.iter();
    let trials = trials.filter(|trial| trial.scenario != CONTROL);
    let positions: Vec<_> = (1..)
        .zip(trials)
        .map(|(number, trial)| position(number, trial, judged))
        .collect();
    let broken = positions
        .iter()
        .find(|position| !position.broken.is_empty());
    SweepResult {
        fault: sweep.fault,
        first_broken: broken.map(|position| position.position),
        not_reached: judged.not_reached,
        positions,
    }
}

fn position(position: usize, trial: &Trial, judged: &Judged) -> Position {
    let about = || {
        let findings = judged.findings.iter();
        findings.filter(|one| one.scenario.map(|known| known.name) == Some(&*trial.scenario))
    };
    let broken = |verdict| matches!(verdict, Verdict::Fail | Verdict::Known | Verdict::Warn);
    let verdicts = about().map(|finding| finding.verdict);
    Position {
        position,
        scenario: trial.scenario.clone(),
        verdict: verdicts
            .min_by_key(|verdict| verdict.weight())
            .unwrap_or(Verdict::Skip),
        broken: about()
            .filter(|finding| broken(finding.verdict))
            .map(|finding| finding.rule.id.into())
            .collect(),
    }
}

fn coverage(rule: &'static Rule, checks: &[Entry]) -> RuleCoverage {
    let mut coverage = RuleCoverage {
        id: rule.id.into(),
        rule: rule.rule.into(),
        level: rule.level,
        armed: 0,
        kept: 0,
        broken: 0,
        needs: rule.exercised_by.into(),
    };
    coverage.count(checks);
    coverage
}

fn entry(options: &Options, judged: &Judged, finding: &Finding) -> Entry {
    let rule = finding.rule;
    let scenario = finding.scenario.map(|scenario| scenario.name);
    let mut entry = Entry {
        id: rule.id.into(),
        verdict: finding.verdict,
        operation: None,
        scenario: scenario.map(Into::into),
        evidence: None,
        level: Some(rule.level),
        rule: rule.rule.into(),
        source: rule.source.into(),
        message: rule.rule.into(),
        at: None,
        expected: RedactedValue::default(),
        actual: RedactedValue::default(),
        took_ms: None,
        reason: None,
        replay: judged.secrets.redact(&replay(options, finding.scenario)),
        curl: None,
        exchange: None,
        allowed: Some(rule.tolerance.into()),
        fix: Some(rule.advice.into()),
        trace: None,
        seen: None,
    };
    match finding.verdict {
        Verdict::Pass => {}
        Verdict::Skip | Verdict::Inconclusive => entry.reason.clone_from(&finding.seen),
        Verdict::Fail | Verdict::Known | Verdict::Warn | Verdict::Info => {
            entry.message = finding.seen.clone().unwrap_or_default();
            let known = finding.known.as_deref();
            entry.reason = known.map(|known| judged.secrets.redact(known));
            entry.trace = trace(&judged.trials, scenario, &judged.secrets);
        }
    }
    entry
}

fn trace(trials: &[Trial], scenario: Option<&'static str>, secrets: &Secrets) -> Option<Redacted> {
    let trial = trials
        .iter()
        .find(|trial| Some(&*trial.scenario) == scenario);
    trial?.line().map(|line| secrets.redact(&line))
}

/// The command that runs the program again in the same scenario.
fn replay(options: &Options, scenario: Option<&Scenario>) -> String {
    let named = scenario.map(|scenario| match &scenario.file {
        Some(file) => file.to_string_lossy(),
        None => scenario.name.into(),
    });
    options.again.for_scenario(named.as_deref()).to_string()
}
