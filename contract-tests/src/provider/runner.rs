//! Runs checks side by side, and tells of each as it ends: in the order of the table; on a server that is not ours, what is
//! documented first, then what a guide says, then what is assumed.

use std::{convert::identity, panic::AssertUnwindSafe};

use futures_util::{
    FutureExt, StreamExt,
    future::{BoxFuture, Either, ready, select},
    stream,
};
use schemas::{Evidence, Operation, operations};

use crate::{
    finding::{
        ExitCode, Interrupted, NotPassed, Outcome, RunFailure, RunVerdict, SeenCount, Share,
        Verdict, baseline::Baseline,
    },
    http::Stopwatch,
    provider::{
        check::{self, Check, Finding},
        check_context,
        checks::CHECKS,
        session::Session,
    },
};

/// Checks that run at a time where each has an organization of its own. Elsewhere they share one, and
/// would see one another's writes.
const MAX_CONCURRENT: usize = 8;

/// A run that came to its end, or was stopped.
#[derive(Debug, Default)]
pub struct Run {
    /// What came of every check that ran.
    pub findings: Vec<Finding>,
    /// Whether it was stopped.
    pub interrupted: bool,
    /// Whether a check itself failed.
    pub defect: bool,
    /// What fails the run though it is no finding.
    pub problems: Vec<RunFailure>,
}

type Job<'a> = BoxFuture<'a, (Finding, bool)>;

/// A job, and how well its rule is founded.
type RankedJob<'a> = (Evidence, Job<'a>);

/// What is judged.
#[derive(Clone, Debug)]
pub struct Selection {
    /// By which checks.
    pub checks: Vec<&'static Check>,
    /// On which operations, where a check is about each.
    pub operations: Vec<&'static Operation>,
    /// Which failures are known.
    pub baseline: Baseline,
    /// How many of the answers that can be provoked are to be seen.
    pub min_seen: Share,
}

impl Selection {
    /// How many findings a check comes to.
    pub fn findings(&self, check: &Check) -> usize {
        match check.run {
            check::Run::Once(_) | check::Run::Last(_) => 1,
            check::Run::Each(pick, _) => self
                .operations
                .iter()
                .filter(|operation| pick(operation))
                .count(),
            check::Run::Afterwards(_) => self.operations.len(),
        }
    }
}

/// Everything.
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

/// Judges a session's target; `on_finding` hears of each finding.
pub async fn run(
    session: &Session,
    selection: &Selection,
    on_finding: impl FnMut(&Finding),
    mut interrupted: Interrupted,
) -> Run {
    let checks = &selection.checks;
    let mut jobs: Vec<RankedJob<'_>> = checks
        .iter()
        .flat_map(|check| jobs(session, check, &selection.operations))
        .collect();
    let concurrency = if session.is_sandbox() {
        session.expected().concurrency(MAX_CONCURRENT)
    } else {
        // Requests are few, and go first to what the server has promised.
        jobs.sort_by_key(|(evidence, _)| *evidence);
        1
    };
    let jobs: Vec<_> = jobs.into_iter().map(|(_, job)| job).collect();
    let mut running = stream::iter(jobs).buffered(concurrency);
    let mut run = Run::default();
    let mut recorder = Recorder {
        baseline: &selection.baseline,
        on_finding,
    };
    loop {
        // First things first: checks that end at once would leave no time to be interrupted.
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
            if outcome.is_ok() && !run.interrupted {
                outcome = session.require_success().await;
            }
            let finding = Finding::new(check, operation, outcome, session.promises_all());
            recorder.record(&mut run, finding);
        }
    }
    let place = |finding: &Finding| checks.iter().position(|check| check.id == finding.id);
    run.findings.sort_by_key(place);
    run.problems = selection.baseline.problems(&run.findings);
    if !run.interrupted {
        let seen = SeenCount::of(&session.coverage());
        run.problems
            .extend(RunFailure::too_few(seen, selection.min_seen));
    }
    run
}

/// Takes findings down as they come, and tells of them.
struct Recorder<'a, T> {
    baseline: &'a Baseline,
    on_finding: T,
}

impl<T: FnMut(&Finding)> Recorder<'_, T> {
    fn record(&mut self, run: &mut Run, mut finding: Finding) {
        self.baseline.apply(&mut finding);
        (self.on_finding)(&finding);
        run.findings.push(finding);
    }
}

fn jobs<'a>(
    session: &'a Session,
    check: &'static Check,
    operations: &[&'static Operation],
) -> Vec<RankedJob<'a>> {
    let job = |operation: Option<&'static Operation>, outcome: BoxFuture<'a, Outcome>| {
        let job: Job<'a> = Box::pin(async move {
            let watch = Stopwatch::start();
            let outcome = AssertUnwindSafe(outcome).catch_unwind();
            let (outcome, activity) = check_context::run(check.id, operation, outcome).await;
            let took = Some(watch.elapsed());
            let defect = outcome.is_err();
            let outcome = outcome.unwrap_or_else(|_| {
                Err(NotPassed::Inconclusive(
                    "the check itself failed; this is a defect".to_owned(),
                ))
            });
            let outcome = match (outcome, activity.unrecognized) {
                (Ok(()), Some(unrecognized)) => Err(unrecognized.into()),
                (Ok(()), None) => session.require_success().await,
                (not_passed, _) => not_passed,
            };
            let finding = Finding::new(check, operation, outcome, session.promises_all());
            let finding = Finding {
                sent: activity.sent,
                took,
                ..finding
            };
            (finding, defect)
        });
        (check.evidence_on(operation), job)
    };
    let allowed = |operation: Option<&Operation>| {
        let allowed = session.permissions().allow(&check.requirements, operation);
        allowed.map_err(|reason| -> BoxFuture<'a, Outcome> {
            Box::pin(ready(Err(NotPassed::Skipped(reason))))
        })
    };
    match check.run {
        check::Run::Once(run) => {
            let outcome = allowed(None).map_or_else(identity, |()| run(session));
            vec![job(None, outcome)]
        }
        check::Run::Each(pick, run) => operations
            .iter()
            .filter(|operation| pick(operation))
            .map(|operation| {
                let outcome =
                    allowed(Some(operation)).map_or_else(identity, |()| run(session, operation));
                job(Some(operation), outcome)
            })
            .collect(),
        check::Run::Afterwards(_) | check::Run::Last(_) => Vec::new(),
    }
}

fn afterwards(
    session: &Session,
    check: &'static Check,
    operations: &[&'static Operation],
) -> Vec<(Option<&'static Operation>, Outcome)> {
    let judged = |operation: Option<&'static Operation>, run: &dyn Fn() -> Outcome| {
        let allowed = session.permissions().allow(&check.requirements, operation);
        let outcome = allowed.map_err(NotPassed::Skipped).and_then(|()| run());
        (operation, outcome)
    };
    match check.run {
        check::Run::Afterwards(run) => operations
            .iter()
            .map(|operation| judged(Some(operation), &|| run(session, operation)))
            .collect(),
        check::Run::Last(run) => vec![judged(None, &|| run(session))],
        check::Run::Once(_) | check::Run::Each(..) => Vec::new(),
    }
}

impl Run {
    /// How many findings have a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.verdict == verdict)
            .count()
    }

    /// The run in one number. One that was stopped says so, whatever it found; its report has that. Else a
    /// violation that was proven outweighs everything.
    pub fn exit_code(&self) -> ExitCode {
        let any = |verdict| self.count(verdict) > 0;
        if self.defect {
            ExitCode::Internal
        } else if self.interrupted {
            ExitCode::Interrupted
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

    /// The run in one word.
    pub fn verdict(&self) -> RunVerdict {
        self.exit_code().verdict()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(verdicts: &[Verdict]) -> Run {
        let finding = |verdict: &Verdict| Finding {
            id: "X",
            operation: None,
            verdict: *verdict,
            evidence: Evidence::Assumed,
            outcome: Ok(()),
            known: None,
            sent: crate::http::Requests::default(),
            took: None,
        };
        Run {
            findings: verdicts.iter().map(finding).collect(),
            ..Run::default()
        }
    }

    #[test]
    fn a_proven_violation_outweighs_and_nothing_is_not_green() {
        use Verdict::{Fail, Inconclusive, Info, Known, Pass, Skip};
        for (verdicts, code) in [
            (&[][..], ExitCode::NothingRan),
            (&[Skip, Skip], ExitCode::NothingRan),
            (&[Pass, Skip, Info], ExitCode::Passed),
            (&[Known, Skip], ExitCode::Passed),
            (&[Pass, Inconclusive], ExitCode::Inconclusive),
            (&[Pass, Inconclusive, Fail], ExitCode::Violated),
        ] {
            assert_eq!(run(verdicts).exit_code(), code, "{verdicts:?}");
        }
        let stopped = Run {
            interrupted: true,
            ..run(&[Pass, Fail])
        };
        assert_eq!(
            (stopped.exit_code(), stopped.verdict()),
            (ExitCode::Interrupted, RunVerdict::Interrupted)
        );
        let stale = Run {
            problems: vec![RunFailure::stale(String::new())],
            ..run(&[Pass])
        };
        assert_eq!(
            (stale.exit_code(), stale.verdict()),
            (ExitCode::Violated, RunVerdict::Fail)
        );
    }
}
