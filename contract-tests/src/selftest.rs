//! The judge proves itself.
//!
//! A mutant is the faithful server with one bug. It must be caught by the check it is meant for, every check must
//! catch one that is meant for it, and of the faithful server there must be nothing to say. Which checks are red for
//! which bug is the matrix, kept in `docs/what-the-judge-catches.md`: a check that begins to sound for a bug that is
//! not its own shows in review.

mod console;
mod matrix;
pub mod mutants;
pub mod target;
mod wire;

use std::{collections::BTreeSet, io, num::NonZero, thread, time::Duration};

use futures_util::{StreamExt, stream};
use mock_server::Settings;

pub use self::{
    console::{Console, list},
    matrix::{json, markdown},
};
use self::{
    mutants::{Mutant, TOPICS, Topic},
    target::{Bug, Running, Target, Unusable},
};
use crate::{
    check::{Finding, Verdict},
    checks::{self, CHECKS},
    client::ANSWER_TIME,
    exit_code::ExitCode,
    runner::{self, Run, Selection},
    session::{Options, Session, SessionError},
};

/// How long an answer of a server may take that meets faults: some would never end.
const FAULT_TIME: Duration = Duration::from_secs(4);
/// Times that a server is judged where the machine was too busy to say something.
const TRIES: usize = 3;

/// Every mutant, in the order of the table.
pub fn mutants() -> impl Iterator<Item = &'static Mutant> {
    TOPICS.iter().flat_map(|topic| topic.mutants)
}

/// The mutant of that name.
pub fn find(name: &str) -> Option<&'static Mutant> {
    mutants().find(|mutant| mutant.name() == name)
}

/// What was said of a mutant.
#[derive(Debug)]
pub struct Judged {
    /// The mutant.
    pub mutant: &'static Mutant,
    /// The checks that were red, each once.
    pub red: Vec<&'static str>,
}

impl Judged {
    /// Whether it is as it should be: caught by the check it is meant for, or let through where nothing is wrong.
    pub fn is_right(&self) -> bool {
        match self.mutant.caught_by {
            Some(check) => self.red.contains(&check),
            None => self.red.is_empty(),
        }
    }
}

/// What a faithful server was blamed for, or what could not be said of it.
#[derive(Debug)]
pub struct Alarm {
    /// The server.
    pub server: &'static str,
    /// The check, the operation, and what it said.
    pub said: String,
}

/// What came of it all.
#[derive(Debug, Default)]
pub struct Proof {
    /// What was said of each mutant.
    pub judged: Vec<Judged>,
    /// What faithful servers were blamed for.
    pub alarms: Vec<Alarm>,
    /// Checks that catch no mutant that is meant for them; looked for where all mutants are judged.
    pub unproven: Vec<&'static str>,
}

impl Proof {
    /// Whether all is as it should be.
    pub fn holds(&self) -> bool {
        let mut judged = self.judged.iter();
        judged.all(Judged::is_right) && self.alarms.is_empty() && self.unproven.is_empty()
    }

    /// The proof in one number.
    pub fn exit_code(&self) -> ExitCode {
        if self.holds() {
            ExitCode::Passed
        } else {
            ExitCode::Violated
        }
    }
}

/// Why the judge cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum SelftestError {
    /// There is no faithful server.
    #[error(transparent)]
    Server(#[from] Unusable),
    /// There is no port for one.
    #[error("a server cannot listen on the loopback address: {0}")]
    Listen(#[from] io::Error),
    /// A session with one cannot begin.
    #[error(transparent)]
    Session(#[from] SessionError),
}

/// Judges these mutants, or, where none is named, all of them and the faithful servers; `tell` hears of each
/// mutant in the order of the table.
pub async fn prove(
    chosen: &[&'static Mutant],
    mut tell: impl FnMut(&Judged),
) -> Result<Proof, SelftestError> {
    let target = Target::new(Settings::default())?;
    let all: Vec<_> = mutants().collect();
    let whole = chosen.is_empty();
    let mut proof = Proof::default();
    if whole {
        let documented = Settings {
            documented_only: Some(true),
            ..Settings::default()
        };
        proof.alarms = alarms("the faithful server", &target, &[Verdict::Pass]).await?;
        let allowed = [Verdict::Pass, Verdict::Skip, Verdict::Info];
        let documented = Target::new(documented)?;
        let server = "the server of what is documented only";
        proof
            .alarms
            .extend(alarms(server, &documented, &allowed).await?);
    }
    let chosen = if whole { &all[..] } else { chosen };
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let mut judged = stream::iter(chosen.iter().copied())
        .map(|mutant| {
            // A task of its own, so that it has a core of its own.
            let judged = tokio::spawn(judge(target.clone(), mutant));
            async { judged.await.map_err(io::Error::from)? }
        })
        .buffered(cores);
    while let Some(one) = judged.next().await {
        let one = one?;
        tell(&one);
        proof.judged.push(one);
    }
    drop(judged);
    if whole {
        proof.unproven = unproven(&proof.judged);
    }
    Ok(proof)
}

/// The checks that catch no mutant that is meant for them.
fn unproven(judged: &[Judged]) -> Vec<&'static str> {
    let proven: BTreeSet<_> = judged
        .iter()
        .filter(|judged| judged.is_right())
        .filter_map(|judged| judged.mutant.caught_by)
        .collect();
    let ids = CHECKS.iter().map(|check| check.id);
    ids.filter(|id| !proven.contains(id)).collect()
}

/// What is said of a faithful server that should not be.
async fn alarms(
    server: &'static str,
    target: &Target,
    allowed: &[Verdict],
) -> Result<Vec<Alarm>, SelftestError> {
    let running = target.start_faithful().await?;
    let run = run(&running, &Selection::default()).await?;
    let findings = run.findings.iter();
    let wrong = findings.filter(|finding| !allowed.contains(&finding.verdict));
    Ok(wrong.map(|finding| alarm(server, finding)).collect())
}

fn alarm(server: &'static str, finding: &Finding) -> Alarm {
    let operation = finding
        .operation
        .map_or("", |operation| operation.id.as_str());
    let Finding { id, verdict, .. } = finding;
    let said = format!("{verdict} {id} {operation}: {:?}", finding.outcome);
    Alarm {
        server,
        said: schemas::key::redact(&said).into_owned(),
    }
}

async fn judge(target: Target, mutant: &'static Mutant) -> Result<Judged, SelftestError> {
    let running = target.start(mutant.how).await?;
    let selection = selection(mutant);
    let run = match mutant.how {
        Bug::Patch { .. } => run(&running, &selection).await?,
        // Some of these servers keep the judge waiting; that nothing can be said then is as it should be.
        Bug::Fault(_) => run_once(&running, &selection, FAULT_TIME).await?,
    };
    Ok(Judged {
        mutant,
        red: red(&run),
    })
}

/// What is judged of a mutant: the operations of its topic, by the checks that it names or by all.
fn selection(mutant: &Mutant) -> Selection {
    let has = |topic: &&Topic| topic.mutants.iter().any(|one| one.bug == mutant.bug);
    let operations = TOPICS
        .iter()
        .find(has)
        .map_or(&[][..], |topic| topic.operations);
    let seeded = |id: &str| checks::find(id).is_some_and(|check| check.needs.seed);
    // What makes requests up and makes them smaller finds most bugs, too, and takes longest.
    let meant = mutant.caught_by.is_some_and(seeded);
    let mut selection = Selection {
        operations: operations.iter().map(|id| id.operation()).collect(),
        ..Selection::default()
    };
    selection.checks.retain(|check| meant || !check.needs.seed);
    if !mutant.judged_by.is_empty() {
        let judges = mutant.judged_by.iter();
        selection.checks = judges.filter_map(|id| checks::find(id)).collect();
    }
    selection
}

/// Judges a server; anew where the machine was too busy to say something.
async fn run(running: &Running, selection: &Selection) -> Result<Run, SessionError> {
    let mut run = run_once(running, selection, ANSWER_TIME).await?;
    for _ in 1..TRIES {
        if run.count(Verdict::Inconclusive) == 0 {
            break;
        }
        run = run_once(running, selection, ANSWER_TIME).await?;
    }
    Ok(run)
}

async fn run_once(
    running: &Running,
    selection: &Selection,
    answer_time: Duration,
) -> Result<Run, SessionError> {
    let base = format!("http://{}/api/v1", running.address);
    let base = base.parse().expect("an address makes a URL");
    let session = Session::begin(Options {
        answer_time,
        ..Options::new(base)
    })
    .await?;
    let for_ever = Box::pin(std::future::pending());
    let run = runner::run(&session, selection, |_| {}, for_ever).await;
    session.end().await;
    Ok(run)
}

/// The checks that are red, each once.
pub fn red(run: &Run) -> Vec<&'static str> {
    let findings = run.findings.iter();
    let failed = findings.filter(|finding| finding.verdict == Verdict::Fail);
    let mut red: Vec<_> = failed.map(|finding| finding.id).collect();
    red.dedup();
    red
}
