use schemas::Evidence;

use super::*;
use crate::http::Requests;

fn run(verdicts: &[Verdict]) -> Run {
    let finding = |verdict: &Verdict| Finding {
        id: "X",
        operation: None,
        verdict: *verdict,
        evidence: Evidence::Assumed,
        source: "",
        outcome: Ok(()),
        known: None,
        sent: Requests::default(),
        took: None,
    };
    Run {
        findings: verdicts.iter().map(finding).collect(),
        ..Run::default()
    }
}

#[test]
fn violation_outweighs_inconclusive_and_an_empty_run_does_not_pass() {
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
    let gone = Run {
        target_gone: true,
        problems: vec![RunFailure::target_gone(7)],
        ..run(&[Pass, Fail])
    };
    assert_eq!(
        (gone.exit_code(), gone.verdict()),
        (ExitCode::Unreachable, RunVerdict::Inconclusive)
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
