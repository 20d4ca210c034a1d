//! Runs checks side by side, and tells of each as it ends, in the order of the table.

use std::panic::AssertUnwindSafe;

use futures_util::{
    FutureExt, StreamExt,
    future::{BoxFuture, Either, ready, select},
    stream,
};
use schemas::{Operation, operations};

use crate::{
    check::{self, Check, Finding, Outcome, Stop, Verdict},
    checks::CHECKS,
    exit_code::ExitCode,
    session::Session,
};

/// Checks that run at a time where each has an organization of its own. Elsewhere they share one, and
/// would see one another's writes.
const AT_A_TIME: usize = 8;

/// A run that came to its end, or was stopped.
#[derive(Debug, Default)]
pub struct Run {
    /// What came of every check that ran.
    pub findings: Vec<Finding>,
    /// Whether it was stopped.
    pub interrupted: bool,
    /// Whether a check itself failed.
    pub defect: bool,
}

/// Resolves when the run is to be stopped.
pub type Interrupted = BoxFuture<'static, ()>;

type Job<'a> = BoxFuture<'a, (Finding, bool)>;

/// What is judged.
#[derive(Clone, Debug)]
pub struct Selection {
    /// By which checks.
    pub checks: Vec<&'static Check>,
    /// On which operations, where a check is about each.
    pub operations: Vec<&'static Operation>,
}

/// Everything.
impl Default for Selection {
    fn default() -> Self {
        Self {
            checks: CHECKS.iter().collect(),
            operations: operations::all().collect(),
        }
    }
}

/// Judges a session's target; `tell` hears of each finding.
pub async fn run(
    session: &Session,
    selection: &Selection,
    mut tell: impl FnMut(&Finding),
    mut interrupted: Interrupted,
) -> Run {
    let mut run = Run::default();
    let checks = &selection.checks;
    let jobs: Vec<Job<'_>> = checks
        .iter()
        .flat_map(|check| jobs(session, check, &selection.operations))
        .collect();
    let at_a_time = if session.is_sandbox() { AT_A_TIME } else { 1 };
    let mut running = stream::iter(jobs).buffered(at_a_time);
    loop {
        match select(running.next(), &mut interrupted).await {
            Either::Left((Some((finding, defect)), _)) => {
                tell(&finding);
                run.findings.push(finding);
                run.defect |= defect;
            }
            Either::Left((None, _)) => break,
            Either::Right(_) => {
                run.interrupted = true;
                break;
            }
        }
    }
    drop(running);
    let findings = |check| afterwards(session, check, &selection.operations);
    for finding in checks.iter().flat_map(|check| findings(check)) {
        tell(&finding);
        run.findings.push(finding);
    }
    run
}

fn jobs<'a>(
    session: &'a Session,
    check: &'static Check,
    operations: &[&'static Operation],
) -> Vec<Job<'a>> {
    let job = |operation: Option<&'static Operation>, outcome: BoxFuture<'a, Outcome>| -> Job<'a> {
        let judged = AssertUnwindSafe(outcome)
            .catch_unwind()
            .map(move |outcome| {
                let defect = outcome.is_err();
                let outcome = outcome.unwrap_or_else(|_| {
                    Err(Stop::Inconclusive(
                        "the check itself failed; this is a defect".to_owned(),
                    ))
                });
                (
                    Finding::new(check, operation, outcome, session.promises_all()),
                    defect,
                )
            });
        Box::pin(judged)
    };
    match check.run {
        check::Run::Once(run) => vec![job(None, run(session))],
        check::Run::Each(pick, run) => operations
            .iter()
            .filter(|operation| pick(operation))
            .map(|operation| {
                let outcome = match session.serves(operation) {
                    Ok(()) => run(session, operation),
                    Err(stop) => Box::pin(ready(Err(stop))),
                };
                job(Some(operation), outcome)
            })
            .collect(),
        check::Run::Afterwards(_) => Vec::new(),
    }
}

fn afterwards(
    session: &Session,
    check: &'static Check,
    operations: &[&'static Operation],
) -> Vec<Finding> {
    match check.run {
        check::Run::Afterwards(run) => operations
            .iter()
            .map(|operation| {
                let outcome = session
                    .serves(operation)
                    .and_then(|()| run(session, operation));
                Finding::new(check, Some(operation), outcome, session.promises_all())
            })
            .collect(),
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

    /// The run in one number. A violation that was proven outweighs everything.
    pub fn exit_code(&self) -> ExitCode {
        let any = |verdict| self.count(verdict) > 0;
        if self.defect {
            ExitCode::Internal
        } else if any(Verdict::Fail) {
            ExitCode::Violated
        } else if self.interrupted {
            ExitCode::Interrupted
        } else if any(Verdict::Inconclusive) {
            ExitCode::Inconclusive
        } else if any(Verdict::Pass) {
            ExitCode::Passed
        } else {
            ExitCode::NothingRan
        }
    }

    /// The run in one word.
    pub fn verdict(&self) -> &'static str {
        match self.exit_code() {
            ExitCode::Passed => "pass",
            ExitCode::Violated => "fail",
            ExitCode::NothingRan => "nothing_ran",
            ExitCode::Usage
            | ExitCode::Unreachable
            | ExitCode::Inconclusive
            | ExitCode::InvalidContract
            | ExitCode::Internal
            | ExitCode::Interrupted => "inconclusive",
        }
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
            evidence: schemas::Evidence::Assumed,
            outcome: Ok(()),
        };
        Run {
            findings: verdicts.iter().map(finding).collect(),
            ..Run::default()
        }
    }

    #[test]
    fn a_proven_violation_outweighs_and_nothing_is_not_green() {
        use Verdict::{Fail, Inconclusive, Info, Pass, Skip};
        for (verdicts, code) in [
            (&[][..], ExitCode::NothingRan),
            (&[Skip, Skip], ExitCode::NothingRan),
            (&[Pass, Skip, Info], ExitCode::Passed),
            (&[Pass, Inconclusive], ExitCode::Inconclusive),
            (&[Pass, Inconclusive, Fail], ExitCode::Violated),
        ] {
            assert_eq!(run(verdicts).exit_code(), code, "{verdicts:?}");
        }
        let stopped = Run {
            interrupted: true,
            ..run(&[Pass])
        };
        assert_eq!(
            (stopped.exit_code(), stopped.verdict()),
            (ExitCode::Interrupted, "inconclusive")
        );
    }
}
