//! The judge of clients: runs a program under scenarios, and judges what it did on the wire.
//!
//! ```text
//! program ──▶ tap ──▶ sandbox          a trial for each scenario, side by side, each with an address,
//!        ╲──▶ strangers                an organization and a key of its own
//!                     tap's bytes ──▶ trace ──▶ rules ──▶ findings ──▶ report
//! ```
//!
//! Nothing is green that was not armed: a rule is judged in the trials in which the event was seen that it is
//! about, and is otherwise reported as not exercised.

pub mod advice;
mod attach;
mod client_report;
mod console;
mod control_failure;
pub(crate) mod crash;
pub(crate) mod credential;
#[cfg(test)]
mod example;
mod http1;
mod key_file;
mod leak_scan;
mod manifest;
mod oauth;
mod options;
mod percentiles;
mod process;
mod process_monitor;
mod procfs;
pub(crate) mod rules;
mod sandbox;
pub(crate) mod scenarios;
mod score;
mod shard;
pub mod sweep;
pub(crate) mod trace;
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

/// The exit status of a program that does not support a scenario.
const NOT_SUPPORTED: i32 = 127;

/// What can be said of a rule in one trial, or in all together.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// Under which scenario; none where it is about all.
    pub scenario: Option<&'static Scenario>,
    /// What the report says.
    pub verdict: Verdict,
    /// What was seen, or why it cannot be judged.
    pub seen: Option<Redacted>,
    /// Why a failure is known, where it is.
    pub known: Option<String>,
}

/// What came of all trials of a program.
#[derive(Debug)]
pub struct Judged {
    /// What can be said of each rule.
    pub findings: Vec<Finding>,
    /// The scenarios that the program does not support.
    pub unsupported: Vec<&'static Scenario>,
    /// What it did under each scenario.
    pub trials: Vec<Trial>,
    /// The call that a sweep was to befall, and that never came.
    pub not_reached: Option<usize>,
    /// What fails the run though it is no finding.
    pub problems: Vec<RunFailure>,
    /// Whether it was stopped before all trials were over.
    pub interrupted: bool,
    /// What must not be shown.
    secrets: Secrets,
}

impl Judged {
    /// How many rules come to a verdict: the gravest that they have anywhere.
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

    /// The run in one number. Of one that was not stopped, a violation that was proven outweighs everything.
    pub fn exit_code(&self) -> ExitCode {
        let doubts = [RunFailureKind::SentNothing, RunFailureKind::ControlFailed];
        let is_doubt = |problem: &RunFailure| doubts.contains(&problem.kind);
        let has = |kind| self.problems.iter().any(|problem| problem.kind == kind);
        if self.interrupted {
            ExitCode::Interrupted
        } else if self.rules(Verdict::Fail) > 0 || !self.problems.iter().all(is_doubt) {
            ExitCode::Violated
        } else if has(RunFailureKind::SentNothing) {
            ExitCode::NothingRan
        } else if has(RunFailureKind::ControlFailed) || self.rules(Verdict::Inconclusive) > 0 {
            ExitCode::Inconclusive
        } else if self.rules(Verdict::Pass) > 0 {
            ExitCode::Passed
        } else {
            ExitCode::NothingRan
        }
    }
}

/// How far a trial has come.
#[derive(Clone, Copy, Debug)]
pub enum Stage {
    /// The program is started under this scenario.
    Started(&'static Scenario),
    /// It is over, after so long.
    Finished(&'static Scenario, Duration),
}

/// Runs the program under each scenario, reports the start and the end of each trial, and judges all trials; if it is
/// interrupted, those that had ended.
pub async fn judge(
    options: &Options,
    progress: impl FnMut(Stage),
    mut interrupted: Interrupted,
) -> Result<Judged, TrialError> {
    let sandbox = Sandbox::start(options.seed)
        .await
        .map_err(TrialError::Sandbox)?;
    let (baseline_memory, progress) = (BaselineMemory::new(), RefCell::new(progress));
    let mut trials = stream::iter(options.trials())
        .map(async |scenario| {
            progress.borrow_mut()(Stage::Started(scenario));
            let one = trial::run(&sandbox, scenario, options, &baseline_memory).await?;
            progress.borrow_mut()(Stage::Finished(scenario, one.took));
            Ok::<_, TrialError>(one)
        })
        .buffered(options.side_by_side);
    let (mut evidence, mut not_reached) = (Vec::new(), None);
    let interrupted = loop {
        let one = match select(trials.next(), &mut interrupted).await {
            Either::Left((Some(one), _)) => one?,
            Either::Left((None, _)) => break false,
            Either::Right(_) => break true,
        };
        // The control is the first, so this is the position, too.
        if options.sweep.is_some() && one.trace.api().count() < evidence.len() {
            not_reached = Some(evidence.len());
            break false;
        }
        let ends = evidence.is_empty() && control_failure::nothing_to_judge(&one);
        evidence.push(one);
        if ends {
            break false;
        }
    };
    // What still runs is stopped before anything else is done.
    drop(trials);
    let judged = conclude(options, evidence, ControlFailure::of);
    Ok(Judged {
        not_reached,
        interrupted,
        ..judged
    })
}

/// What is to be said of all that was seen; `control_failure`: why what was kept is no merit.
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
    let shown = |one| Trial::new(one, !is_unsupported(one), &secrets);
    let trials = evidence.iter().map(shown).collect();
    let (unsupported, evidence): (Vec<_>, Vec<_>) = evidence.into_iter().partition(is_unsupported);
    let seen = Trials {
        all: &evidence,
        limits: options.limits,
        max_attempts: options.max_attempts,
        max_memory: options.max_memory,
    };
    let mut problems: Vec<_> = control_failure
        .iter()
        .map(|failure| failure.problem(&secrets))
        .collect();
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
        unsupported: unsupported.iter().map(|one| one.scenario).collect(),
        trials,
        not_reached: None,
        interrupted: false,
        secrets,
    }
}

fn is_unsupported(one: &TrialRecord) -> bool {
    let ended = one.output.as_ref().map(|output| output.termination);
    matches!(ended, Some(Termination::Exited(status)) if status.code() == Some(NOT_SUPPORTED))
}

/// What can be said of every rule that is about programs of that kind.
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

/// What can be said of a rule. Where it is not armed anywhere, one finding says so.
fn about(
    rule: &'static Rule,
    trials: Trials<'_>,
    control_failure: Option<&ControlFailure>,
    secrets: &Secrets,
    strict: bool,
) -> Vec<Finding> {
    let finding = |one: Option<&TrialRecord>, verdict, seen: Option<&str>| Finding {
        rule,
        scenario: one.map(|one| one.scenario),
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
