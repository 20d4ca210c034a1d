//! Runs checks concurrently and reports each result in the order of the table. On a server that is not a sandbox, documented
//! rules come first, then those of guides, then assumptions; what uses up a quota comes last.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures_util::{
    FutureExt, StreamExt,
    future::{BoxFuture, Either, select},
    stream,
};
use schemas::{Operation, operations};
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    finding::{
        ExitCode, Interrupted, NotPassed, Outcome, RunFailure, RunVerdict, SeenCount, Share,
        Verdict, baseline::Baseline,
    },
    http::{GONE, Requests, Stopwatch},
    provider::{
        absence,
        check::{Check, Finding, Procedure},
        check_context,
        checks::CHECKS,
        schedule::{self, Rank, Scheduled},
        session::Session,
    },
};

/// Checks that run concurrently where each has its own organization. Elsewhere they share one and would see each other's
/// writes.
pub(super) const MAX_CONCURRENT: usize = 8;

/// A finished or interrupted run.
#[derive(Debug, Default)]
pub struct Run {
    pub findings: Vec<Finding>,
    /// The operations that it was limited to.
    pub operations: Vec<&'static Operation>,
    pub interrupted: bool,
    /// Whether the target stopped accepting connections.
    pub target_gone: bool,
    /// Whether a check panicked.
    pub defect: bool,
    /// Problems besides findings that fail the run.
    pub problems: Vec<RunFailure>,
}

/// A finding, and whether the check panicked.
type Job = BoxFuture<'static, (Finding, bool)>;

type RankedJob = (Rank, Job);

/// What to check.
#[derive(Clone, Debug)]
pub struct Selection {
    pub checks: Vec<&'static Check>,
    /// For checks that run per operation.
    pub operations: Vec<&'static Operation>,
    /// The known failures.
    pub baseline: Baseline,
    /// The required share of expected responses.
    pub min_seen: Share,
}

impl Selection {
    /// The number of findings of a check.
    pub fn findings(&self, check: &Check) -> usize {
        match check.procedure {
            Procedure::Once(_) | Procedure::AfterOnce(_) => 1,
            Procedure::PerOperation(pick, _) | Procedure::AfterPerOperation(pick, _) => self
                .operations
                .iter()
                .filter(|operation| pick(operation))
                .count(),
        }
    }
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            checks: CHECKS.iter().collect(),
            operations: operations::all().collect(),
            baseline: Baseline::default(),
            min_seen: Share::default(),
        }
    }
}

/// Runs the selected checks on a session's target; calls `on_finding` with each result.
pub async fn run(
    session: &Arc<Session>,
    selection: &Selection,
    on_finding: impl FnMut(&Finding),
    mut interrupted: Interrupted,
) -> Run {
    let checks = &selection.checks;
    report_absences(session, selection);
    let schedule = schedule::schedule(selection, session.permissions(), session.limits());
    let ranked = |one: Scheduled| (one.rank(), job(Arc::clone(session), one).boxed());
    let mut jobs: Vec<RankedJob> = schedule.into_iter().map(ranked).collect();
    if !session.is_sandbox() {
        // The request limit may cut the run short, so what the server promises comes first. A quota may be larger than what is
        // left of that limit, and a server may refuse other keys, too, once one is used up.
        jobs.sort_by_key(|(rank, _)| *rank);
    }
    let permits = Semaphore::new(concurrency(session));
    let jobs = jobs.into_iter();
    let jobs: Vec<_> = jobs.map(|(_, job)| on_own_task(&permits, job)).collect();
    // All wait for permits in their order: a slow check delays the report of those after it, but not their start.
    let waiting = jobs.len().max(1);
    let mut running = stream::iter(jobs).buffered(waiting);
    let mut run = Run {
        operations: selection.operations.clone(),
        ..Run::default()
    };
    let mut recorder = Recorder {
        baseline: &selection.baseline,
        on_finding,
        lost: 0,
    };
    loop {
        // The interruption comes first: checks that end at once would never let it be polled.
        match select(&mut interrupted, running.next()).await {
            Either::Left(_) => {
                run.interrupted = true;
                break;
            }
            Either::Right((Some((finding, defect)), _)) => {
                recorder.record(&mut run, finding);
                run.defect |= defect;
            }
            Either::Right((None, _)) => break,
        }
    }
    drop(running);
    for check in checks {
        for (operation, mut outcome) in afterwards(session, check, &selection.operations) {
            if outcome.is_ok() {
                outcome = operation.map_or(Ok(()), |operation| {
                    session.success_witness.require_response(operation)
                });
            }
            if outcome.is_ok() && !run.interrupted {
                outcome = session.success_witness.require_success(session).await;
            }
            let finding = Finding::new(check, operation, outcome, session.promises_all());
            recorder.record(&mut run, finding);
        }
    }
    let place = |finding: &Finding| checks.iter().position(|check| check.id == finding.id);
    run.findings.sort_by_key(place);
    add_problems(&mut run, session, selection, recorder.lost);
    run
}

/// The number of checks that run concurrently.
fn concurrency(session: &Session) -> usize {
    if session.is_sandbox() && session.recording.is_none() {
        session.expected().concurrency(MAX_CONCURRENT)
    } else {
        1
    }
}

/// Has the operations that the target lacks reported, if the check that does so is selected.
fn report_absences(session: &Session, selection: &Selection) {
    let mut checks = selection.checks.iter();
    if checks.any(|check| check.id == absence::REPORTED_BY) {
        let operations = selection.operations.iter().copied();
        let served = operations.filter(|one| session.serves(one));
        session.absences.report(served);
    }
}

/// Adds the problems besides findings that fail the run; `lost`: the number of findings that only report that the target is
/// gone.
fn add_problems(run: &mut Run, session: &Session, selection: &Selection, lost: usize) {
    run.problems = selection.baseline.problems(&run.findings);
    if session.is_gone() {
        run.target_gone = true;
        run.problems.push(RunFailure::target_gone(lost));
    }
    if !run.interrupted && !run.target_gone && selection.min_seen != Share::default() {
        let seen = SeenCount::from_rows(&session.coverage_of(&run.operations));
        run.problems
            .extend(RunFailure::too_few(seen, selection.min_seen));
    }
}

/// Applies the baseline to findings as they come, and reports them.
struct Recorder<'a, T> {
    baseline: &'a Baseline,
    on_finding: T,
    /// The number of findings that only report that the target is gone. They are not printed.
    lost: usize,
}

impl<T: FnMut(&Finding)> Recorder<'_, T> {
    fn record(&mut self, run: &mut Run, mut finding: Finding) {
        if is_target_gone(&finding.outcome) {
            self.lost += 1;
            return;
        }
        self.baseline.apply(&mut finding);
        (self.on_finding)(&finding);
        run.findings.push(finding);
    }
}

fn is_target_gone(outcome: &Outcome) -> bool {
    match outcome {
        Err(NotPassed::Inconclusive(reason) | NotPassed::Skipped(reason)) => reason.contains(GONE),
        Ok(()) | Err(NotPassed::Violated(_)) => false,
    }
}

/// Runs a job on a task of its own, so that jobs use all cores. The task ends when this future is dropped.
async fn on_own_task(permits: &Semaphore, job: Job) -> (Finding, bool) {
    let _permit = permits.acquire().await;
    let mut task = JoinSet::new();
    task.spawn(job);
    let ended = task.join_next().await.expect("it was spawned");
    ended.expect("a job does not panic, and is aborted only with this future")
}

async fn job(session: Arc<Session>, scheduled: Scheduled) -> (Finding, bool) {
    let watch = Stopwatch::start();
    let Scheduled {
        check, operation, ..
    } = scheduled;
    let outcome = AssertUnwindSafe(outcome(&session, scheduled)).catch_unwind();
    let (outcome, activity) = check_context::run(check.id, operation, outcome).await;
    let took = Some(watch.elapsed());
    let defect = outcome.is_err();
    let outcome = outcome.unwrap_or_else(|_| {
        Err(NotPassed::Inconclusive(
            "the check itself failed; this is a bug in contract-tests".to_owned(),
        ))
    });
    let outcome = match (outcome, activity.unrecognized) {
        (Ok(()), Some(mut unrecognized)) => {
            // Evidence for a shape does not support the rule itself.
            if unrecognized.evidence < Some(check.evidence) {
                (unrecognized.evidence, unrecognized.source) = (None, None);
            }
            Err(unrecognized.into())
        }
        (Ok(()), None) => session.success_witness.require_success(&session).await,
        (not_passed, _) => not_passed,
    };
    let (outcome, further) = unless_absent(&session, check, operation, outcome).await;
    let finding = Finding::new(check, operation, outcome, session.promises_all());
    let mut sent = activity.sent;
    sent += further;
    let finding = Finding {
        sent,
        took,
        ..finding
    };
    (finding, defect)
}

/// The outcome, or that the operation does not exist; and the requests that were sent to find out.
async fn unless_absent(
    session: &Session,
    check: &Check,
    operation: Option<&'static Operation>,
    outcome: Outcome,
) -> (Outcome, Requests) {
    let Err(NotPassed::Violated(violation)) = outcome else {
        return (outcome, Requests::default());
    };
    let name = format!("{} {}", check.id, absence::REPORTED_BY);
    let instead = absence::instead(session, operation, violation);
    let (outcome, activity) = check_context::run(&name, operation, instead).await;
    (Err(outcome), activity.sent)
}

/// The outcome of a check that sends requests.
async fn outcome(session: &Session, scheduled: Scheduled) -> Outcome {
    scheduled.allowed.map_err(NotPassed::Skipped)?;
    let operation = scheduled.operation;
    let outcome = match (&scheduled.check.procedure, operation) {
        (Procedure::Once(run), _) => run(session).await,
        (Procedure::PerOperation(_, run), Some(operation)) => run(session, operation).await,
        (Procedure::PerOperation(..), None)
        | (Procedure::AfterPerOperation(..) | Procedure::AfterOnce(_), _) => Ok(()),
    };
    session.unless_lost(outcome).await
}

fn afterwards(
    session: &Session,
    check: &'static Check,
    operations: &[&'static Operation],
) -> Vec<(Option<&'static Operation>, Outcome)> {
    let judged = |operation: Option<&'static Operation>, run: &dyn Fn() -> Outcome| {
        let allowed = session.permissions().allow(&check.requirements, operation);
        let judged = operation.filter(|_| check.id != absence::REPORTED_BY);
        let is_absent = judged.is_some_and(|one| session.absences.known(one).is_some());
        let allowed = match allowed {
            Ok(()) if is_absent => Err(absence::REASON.to_owned()),
            other => other,
        };
        let outcome = allowed.map_err(NotPassed::Skipped).and_then(|()| run());
        (operation, outcome)
    };
    match check.procedure {
        Procedure::AfterPerOperation(pick, run) => operations
            .iter()
            .filter(|operation| pick(operation))
            .map(|operation| judged(Some(operation), &|| run(session, operation)))
            .collect(),
        Procedure::AfterOnce(run) => vec![judged(None, &|| run(session))],
        Procedure::Once(_) | Procedure::PerOperation(..) => Vec::new(),
    }
}

impl Run {
    /// The number of findings with a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.verdict == verdict)
            .count()
    }

    /// A defect, an interruption or a lost target takes precedence: the findings are still in the report. Otherwise a proven
    /// violation outweighs all other verdicts.
    pub fn exit_code(&self) -> ExitCode {
        let any = |verdict| self.count(verdict) > 0;
        if self.defect {
            ExitCode::Internal
        } else if self.interrupted {
            ExitCode::Interrupted
        } else if self.target_gone {
            ExitCode::Unreachable
        } else if any(Verdict::Fail) || !self.problems.is_empty() {
            ExitCode::Violated
        } else if any(Verdict::Inconclusive) {
            ExitCode::Inconclusive
        } else if any(Verdict::Pass) || any(Verdict::Known) {
            ExitCode::Passed
        } else {
            ExitCode::NothingRan
        }
    }

    pub fn verdict(&self) -> RunVerdict {
        self.exit_code().verdict()
    }
}

#[cfg(test)]
mod tests;
