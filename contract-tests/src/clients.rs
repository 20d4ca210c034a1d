//! Judges clients: runs a program in scenarios, and judges its requests.
//!
//! ```text
//! program ──▶ tap ──▶ sandbox          a trial for each scenario, in parallel, each with an address,
//!        ╲──▶ foreign hosts            an organization and a key of its own
//!                     tap's bytes ──▶ trace ──▶ rules ──▶ findings ──▶ report
//! ```
//!
//! A rule passes only if it was exercised: it is judged in the trials that contain the event it is about, and is otherwise
//! reported as not exercised.

mod accept;
mod attach;
mod capture;
mod client_report;
mod console;
mod control_failure;
#[cfg(unix)]
mod control_group;
pub(crate) mod crash;
pub(crate) mod credential;
#[cfg(test)]
mod example;
mod family;
mod http1;
mod key_file;
mod leak_scan;
mod manifest;
mod oauth;
mod options;
mod percentiles;
mod printed;
mod process;
mod process_monitor;
mod procfs;
pub(crate) mod rules;
mod sandbox;
pub(crate) mod scenarios;
mod score;
mod shard;
mod silent_trials;
#[cfg(unix)]
mod supervisor;
pub mod sweep;
pub(crate) mod trace;
pub mod traces;
pub(crate) mod trial;
pub(crate) mod trial_record;
mod trial_view;
mod wiretap;

use std::{cell::RefCell, time::Duration};

use futures_util::{
    StreamExt,
    future::{Either, select},
    stream,
};

#[cfg(unix)]
pub use self::supervisor::supervise;
pub use self::{
    attach::{Access, attach},
    client_report::catalog,
    console::Console,
    options::Options,
    rules::{RULES, Rule, find},
    scenarios::{
        CONTROL, ENDLESS_MIB, OAUTH_SCENARIOS, SCENARIOS, Scenario, by_default, find as scenario,
        named,
    },
    shard::Shard,
    trial::{Limits, TrialError},
};
use self::{
    control_failure::ControlFailure,
    process::Termination,
    rules::{Judgement, Trials},
    sandbox::Sandbox,
    trial::BaselineMemory,
    trial_record::TrialRecord,
};
use crate::{
    finding::{
        ExitCode, Interrupted, Level, RunFailure, RunFailureKind, Verdict,
        baseline::Subject,
        redaction::{Redacted, Secrets},
    },
    report::model::Trial,
};

/// The exit status of a program that does not support a scenario: that of a skipped test for Automake and Meson. No shell
/// ends with it by itself, as it does with 127 where it finds no program.
const NOT_SUPPORTED: i32 = 77;

/// The result of a rule in one trial, or in all together.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The scenario; `None` if the finding is about all trials.
    pub scenario: Option<&'static Scenario>,
    /// The verdict in the report.
    pub verdict: Verdict,
    /// What was seen, or why the rule cannot be judged.
    pub seen: Option<Redacted>,
    /// Why a failure is known, if it is in the baseline.
    pub known: Option<String>,
}

/// The results of all trials of a program.
#[derive(Debug)]
pub struct Judged {
    /// The results of each rule.
    pub findings: Vec<Finding>,
    /// The scenarios that the program does not support.
    pub unsupported: Vec<&'static Scenario>,
    /// What it did in each scenario.
    pub trials: Vec<Trial>,
    /// The request that a sweep was to inject a fault at, and that the program never sent.
    pub not_reached: Option<usize>,
    /// What fails the run besides findings.
    pub problems: Vec<RunFailure>,
    /// Whether it was stopped before all trials had ended.
    pub interrupted: bool,
    /// The secrets to mask.
    secrets: Secrets,
}

impl Judged {
    /// The number of rules with this verdict as their most severe one.
    pub fn rules(&self, verdict: Verdict) -> usize {
        let rules = RULES.iter();
        rules
            .filter(|rule| self.worst(rule) == Some(verdict))
            .count()
    }

    fn worst(&self, rule: &Rule) -> Option<Verdict> {
        let about = self
            .findings
            .iter()
            .filter(|finding| finding.rule.id == rule.id);
        about
            .map(|finding| finding.verdict)
            .min_by_key(|verdict| verdict.weight())
    }

    /// The exit code. Unless the run was interrupted, a proven violation outweighs everything else.
    pub fn exit_code(&self) -> ExitCode {
        let doubts = [
            RunFailureKind::SentNothing,
            RunFailureKind::NothingSupported,
            RunFailureKind::ControlFailed,
            RunFailureKind::SilentTrials,
        ];
        let is_doubt = |problem: &RunFailure| doubts.contains(&problem.kind);
        let has = |kind| self.problems.iter().any(|problem| problem.kind == kind);
        if self.interrupted {
            ExitCode::Interrupted
        } else if self.rules(Verdict::Fail) > 0 || !self.problems.iter().all(is_doubt) {
            ExitCode::Violated
        } else if has(RunFailureKind::SentNothing) || has(RunFailureKind::NothingSupported) {
            ExitCode::NothingRan
        } else if has(RunFailureKind::ControlFailed)
            || has(RunFailureKind::SilentTrials)
            || self.rules(Verdict::Inconclusive) > 0
        {
            ExitCode::Inconclusive
        } else if self.rules(Verdict::Pass) > 0 {
            ExitCode::Passed
        } else {
            ExitCode::NothingRan
        }
    }
}

/// The start or the end of a trial.
#[derive(Clone, Copy, Debug)]
pub enum Stage {
    /// The program was started in this scenario.
    Started(&'static Scenario),
    /// The trial has ended, after this duration.
    Finished(&'static Scenario, Duration),
}

/// Runs the program in each scenario, reports the start and the end of each trial, and judges all trials. If the run is
/// interrupted, it judges the trials that have ended.
pub async fn judge(
    options: &Options,
    progress: impl FnMut(Stage),
    mut interrupted: Interrupted,
) -> Result<Judged, TrialError> {
    let sandbox = Sandbox::start(options).await.map_err(TrialError::Sandbox)?;
    let (baseline_memory, progress) = (BaselineMemory::new(), RefCell::new(progress));
    let mut trials = stream::iter(options.trials())
        .map(async |scenario| {
            progress.borrow_mut()(Stage::Started(scenario));
            let trial = trial::run(&sandbox, scenario, options, &baseline_memory).await?;
            progress.borrow_mut()(Stage::Finished(scenario, trial.took));
            Ok::<_, TrialError>(trial)
        })
        .buffered(options.side_by_side);
    let (mut evidence, mut not_reached) = (Vec::new(), None);
    let interrupted = loop {
        let trial = match select(trials.next(), &mut interrupted).await {
            Either::Left((Some(one), _)) => one?,
            Either::Left((None, _)) => break false,
            Either::Right(_) => break true,
        };
        // The control trial is the first, so the length is also the position.
        if options.sweep.is_some() && trial.trace.api().count() < evidence.len() {
            not_reached = Some(evidence.len());
            break false;
        }
        let ends = evidence.is_empty() && control_failure::nothing_to_judge(&trial);
        evidence.push(trial);
        if ends {
            break false;
        }
    };
    // Stops the running trials first.
    drop(trials);
    let judged = conclude(options, evidence, ControlFailure::detect);
    Ok(Judged {
        not_reached,
        interrupted,
        ..judged
    })
}

/// Judges all trials. `control_failure` returns why passes prove nothing, if so.
fn conclude(
    options: &Options,
    evidence: Vec<TrialRecord>,
    control_failure: impl FnOnce(&[TrialRecord]) -> Option<ControlFailure>,
) -> Judged {
    let control_failure = control_failure(&evidence);
    let secrets = Secrets::default();
    for secret in evidence.iter().flat_map(TrialRecord::secrets) {
        secrets.add(secret);
    }
    let shown = |trial| Trial::new(trial, !is_unsupported(trial), &secrets);
    let trials = evidence.iter().map(shown).collect();
    let (unsupported, evidence): (Vec<_>, Vec<_>) = evidence.into_iter().partition(is_unsupported);
    let is_nothing_supported =
        !unsupported.is_empty() && evidence.iter().all(|trial| trial.scenario.name == CONTROL);
    let elsewhere = options.elsewhere();
    let seen = Trials {
        all: &evidence,
        elsewhere: &elsewhere,
        limits: options.limits,
        max_attempts: options.max_attempts,
        max_memory: options.max_memory,
    };
    let mut problems: Vec<_> = control_failure
        .iter()
        .map(|failure| failure.problem(&secrets))
        .collect();
    if is_nothing_supported && control_failure.is_none() {
        problems.push(RunFailure::nothing_supported(unsupported.len()));
    }
    if control_failure.is_none() {
        problems.extend(silent_trials::problem(&evidence, &secrets));
    }
    let mut findings = match &control_failure {
        Some(failure) if failure.ends => Vec::new(),
        _ => findings(options, seen, control_failure.as_ref(), &secrets),
    };
    if !findings.is_empty() {
        for finding in &mut findings {
            options.baseline.apply(finding);
        }
        problems.extend(options.baseline.problems(&findings));
    }
    Judged {
        problems,
        findings,
        unsupported: unsupported.iter().map(|trial| trial.scenario).collect(),
        trials,
        not_reached: None,
        interrupted: false,
        secrets,
    }
}

/// Whether a program says that it does not support a scenario. One that has sent something is judged by that, whatever it
/// says.
fn is_unsupported(trial: &TrialRecord) -> bool {
    let ended = trial.output.as_ref().map(|output| output.termination);
    let says_so =
        matches!(ended, Some(Termination::Exited(status)) if status.code() == Some(NOT_SUPPORTED));
    says_so && trial.trace.exchanges.is_empty() && trial.trace.connections.is_empty()
}

/// The results of every rule for this kind of program.
fn findings(
    options: &Options,
    trials: Trials<'_>,
    control_failure: Option<&ControlFailure>,
    secrets: &Secrets,
) -> Vec<Finding> {
    let rules = options.rules();
    rules
        .flat_map(|rule| about(rule, trials, control_failure, secrets, options.strict))
        .collect()
}

/// The results of a rule. If no trial exercises it, a single finding reports that.
fn about(
    rule: &'static Rule,
    trials: Trials<'_>,
    control_failure: Option<&ControlFailure>,
    secrets: &Secrets,
    strict: bool,
) -> Vec<Finding> {
    let finding = |one: Option<&TrialRecord>, verdict, seen: Option<&str>| Finding {
        rule,
        scenario: one.map(|trial| trial.scenario),
        verdict,
        seen: seen.map(|seen| secrets.redact(seen)),
        known: None,
    };
    let judged = rule.judge(trials).into_iter();
    let armed: Vec<_> = judged
        .filter_map(|(one, judgement)| match judgement {
            Judgement::NotExercised => None,
            Judgement::Pass => Some(match control_failure {
                None => finding(one, Verdict::Pass, None),
                Some(failure) => finding(one, Verdict::Inconclusive, Some(&failure.reason)),
            }),
            Judgement::Inconclusive(reason) => {
                Some(finding(one, Verdict::Inconclusive, Some(&reason)))
            }
            Judgement::Violation(seen) => {
                Some(finding(one, broken(rule.level, strict), Some(&seen)))
            }
        })
        .collect();
    if armed.is_empty() {
        let reason = format!("not exercised: it needs {}", rule.exercised_by);
        return vec![finding(None, Verdict::Skip, Some(&reason))];
    }
    armed
}

fn broken(level: Level, strict: bool) -> Verdict {
    match level {
        Level::Must => Verdict::Fail,
        Level::Should if strict => Verdict::Fail,
        Level::Should => Verdict::Warn,
        Level::May => Verdict::Info,
    }
}

impl Subject for Finding {
    fn id(&self) -> &'static str {
        self.rule.id
    }

    fn operation(&self) -> Option<&str> {
        None
    }

    fn scenario(&self) -> Option<&str> {
        self.scenario.map(|scenario| scenario.name)
    }

    fn place(&self) -> Option<&str> {
        None
    }

    fn verdict(&self) -> Verdict {
        self.verdict
    }

    fn accept(&mut self, reason: String) {
        self.verdict = Verdict::Known;
        self.known = Some(reason);
    }
}
