//! Judges servers with a bug.

use std::{io, num::NonZero, thread, time::Duration};

use futures_util::{StreamExt, stream};
use mock_server::Settings;

use super::{
    FalseAlarm, Judged, Proof, SelftestError,
    mutants::{Mutant, TOPICS, Topic},
    target::{Bug, Running, Target},
};
use crate::{
    finding::Verdict,
    http::RESPONSE_TIMEOUT,
    provider::{
        Run, Selection,
        check::Finding,
        checks::{self, CHECKS},
        runner,
        session::{Options, Session, SessionError},
    },
    report::{finding_text, model::Entry},
};

/// Response timeout for servers with faults: some responses would never end.
const FAULT_TIME: Duration = Duration::from_secs(4);
/// Maximum number of attempts at a server, for runs that are inconclusive because the machine is busy.
const TRIES: usize = 3;

/// Every mutant, in the order of the table.
pub fn mutants() -> impl Iterator<Item = &'static Mutant> {
    TOPICS.iter().flat_map(|topic| topic.mutants)
}

/// The mutant with this name.
pub fn find(name: &str) -> Option<&'static Mutant> {
    mutants().find(|mutant| mutant.name() == name)
}

/// Judges the given mutants; if there are none, all mutants and the faithful servers. `progress` receives each result in the
/// order of the table.
pub async fn prove(
    chosen: &[&'static Mutant],
    progress: impl FnMut(&Judged),
) -> Result<Proof, SelftestError> {
    let all: Vec<_> = mutants().collect();
    let is_full_run = chosen.is_empty();
    let mut proof = Proof::default();
    if is_full_run {
        proof.alarms = false_alarms().await?;
    }
    let chosen = if is_full_run { &all[..] } else { chosen };
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let judged = stream::iter(chosen.iter().copied())
        .map(|mutant| {
            // A task of its own, so that mutants run in parallel.
            let judged = tokio::spawn(judge(mutant));
            async { judged.await.map_err(io::Error::from)? }
        })
        .buffered(cores);
    proof.take(judged, progress).await?;
    if is_full_run {
        proof.find_unproven(CHECKS.iter().map(|check| check.id));
    }
    Ok(proof)
}

/// Findings about faithful servers, which should have none.
pub async fn false_alarms() -> Result<Vec<FalseAlarm>, SelftestError> {
    let documented = Settings {
        documented_only: Some(true),
        ..Settings::default()
    };
    let faithful = Target::new(Settings::default())?;
    let mut found = alarms("the faithful server", &faithful, &[Verdict::Pass]).await?;
    let allowed = [Verdict::Pass, Verdict::Skip, Verdict::Info];
    let documented = Target::new(documented)?;
    let server = "the documented-only server";
    found.extend(alarms(server, &documented, &allowed).await?);
    Ok(found)
}

async fn alarms(
    server: &'static str,
    target: &Target,
    allowed: &[Verdict],
) -> Result<Vec<FalseAlarm>, SelftestError> {
    let running = target.start_faithful().await?;
    let Attempt { run, .. } = run(&running, &Selection::default(), None).await?;
    let findings = run.findings.iter();
    let failed = findings.filter(|finding| !allowed.contains(&finding.verdict));
    Ok(failed.map(|finding| alarm(server, finding)).collect())
}

fn alarm(server: &'static str, finding: &Finding) -> FalseAlarm {
    let operation = finding
        .operation
        .map_or("", |operation| operation.id.as_str());
    let Finding { id, verdict, .. } = finding;
    let said = format!("{verdict} {id} {operation}: {:?}", finding.outcome);
    FalseAlarm {
        of: server,
        said: schemas::key::redact(&said).into_owned(),
    }
}

/// Judges a mutant on a fresh server without data of others, so that each run sends the same requests.
pub async fn judge(mutant: &'static Mutant) -> Result<Judged, SelftestError> {
    let target = Target::new(Settings::default())?;
    let running = target.start(mutant.defect).await?;
    let selection = selection(mutant);
    let Attempt { run, found } = match mutant.defect {
        Bug::Patch { .. } => run(&running, &selection, mutant.caught_by).await?,
        // Some of these servers keep the judge waiting; an inconclusive result is then expected.
        Bug::Fault(_) => run_once(&running, &selection, mutant.caught_by, FAULT_TIME).await?,
    };
    Ok(Judged {
        inconclusive: false,
        bug: mutant.bug,
        name: mutant.name(),
        caught_by: mutant.caught_by,
        red: failed_checks(&run),
        shows_in: Vec::new(),
        found,
    })
}

/// The scope of a run: the operations of the mutant's topic, and the checks that it names, or all.
pub(super) fn selection(mutant: &Mutant) -> Selection {
    let has = |topic: &&Topic| topic.mutants.iter().any(|one| one.bug == mutant.bug);
    let operations = TOPICS
        .iter()
        .find(has)
        .map_or(&[][..], |topic| topic.operations);
    let seeded = |id: &str| checks::find(id).is_some_and(|check| check.requirements.seed);
    // The checks that generate and shrink requests find most bugs, too, and take longest.
    let meant = mutant.caught_by.is_some_and(seeded);
    let mut selection = Selection {
        operations: operations.iter().map(|id| id.operation()).collect(),
        ..Selection::default()
    };
    selection
        .checks
        .retain(|check| meant || !check.requirements.seed);
    if !mutant.judged_by.is_empty() {
        let judges = mutant.judged_by.iter();
        selection.checks = judges.filter_map(|id| checks::find(id)).collect();
    }
    selection
}

/// A run, and what the intended check found in it.
struct Attempt {
    run: Run,
    found: Option<String>,
}

/// Judges a server; repeats the run if it was inconclusive because the machine was busy.
async fn run(
    running: &Running,
    selection: &Selection,
    intended: Option<&str>,
) -> Result<Attempt, SessionError> {
    let mut attempt = run_once(running, selection, intended, RESPONSE_TIMEOUT).await?;
    for _ in 1..TRIES {
        if attempt.run.count(Verdict::Inconclusive) == 0 {
            break;
        }
        attempt = run_once(running, selection, intended, RESPONSE_TIMEOUT).await?;
    }
    Ok(attempt)
}

async fn run_once(
    running: &Running,
    selection: &Selection,
    intended: Option<&str>,
    response_timeout: Duration,
) -> Result<Attempt, SessionError> {
    let session = Session::begin(Options {
        response_timeout,
        ..Options::new(running.base_url())
    })
    .await?;
    let for_ever = Box::pin(std::future::pending());
    let run = runner::run(&session, selection, |_| {}, for_ever).await;
    let failed = intended.and_then(|id| run.failure_of(id));
    let found = failed.map(|failed| finding_text::found(&Entry::new(&session, failed)));
    session.end().await;
    Ok(Attempt { run, found })
}

/// The checks that failed, each once.
pub fn failed_checks(run: &Run) -> Vec<&'static str> {
    let findings = run.findings.iter();
    let failed = findings.filter(|finding| finding.verdict == Verdict::Fail);
    let mut failed: Vec<_> = failed.map(|finding| finding.id).collect();
    failed.dedup();
    failed
}
