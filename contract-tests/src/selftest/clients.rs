//! Judges the client that follows every rule, with and without bugs.

use std::{ffi::OsString, future::pending, time::Duration};

use futures_util::{StreamExt, stream};

use super::{FalseAlarm, Judged, Proof, SelftestError};
use crate::{
    clients::{
        self, CONTROL, Finding, Limits, OAUTH_SCENARIOS, Options, RULES, Scenario, TrialError,
    },
    finding::Verdict,
    reference_client::mutants::{MUTANTS, Mutant},
};

/// Maximum number of concurrent trials of one client.
const SIDE_BY_SIDE: usize = 20;
/// Maximum number of concurrent clients: they mostly wait.
const CONCURRENT_CLIENTS: usize = 8;
/// Maximum number of further trials of the client without a bug where rules were not decided.
const MAX_REPETITIONS: usize = 5;
/// Time limits of a trial; a client that hangs is then stopped. In an outage, twenty requests are retried as often as one.
const LIMITS: Limits = Limits {
    trial: Duration::from_secs(16),
    quiet: Duration::from_secs(5),
};

/// Judges the given mutants; if there are none, all mutants and the client without a bug. `program` is the command of the
/// client, to which `--key-file` and `--bug` are added. `progress` receives each result in the order of the table.
pub async fn prove(
    program: &[OsString],
    chosen: &[&'static Mutant],
    progress: impl FnMut(&Judged),
) -> Result<Proof, SelftestError> {
    let all: Vec<_> = MUTANTS.iter().collect();
    let is_full_run = chosen.is_empty();
    let mut proof = Proof::default();
    if is_full_run {
        proof.alarms = false_alarms(program).await?;
    }
    let chosen = if is_full_run { &all[..] } else { chosen };
    let judged = stream::iter(chosen.iter().copied())
        .map(|mutant| judge(program, mutant))
        .buffered(CONCURRENT_CLIENTS);
    proof.take(judged, progress).await?;
    if is_full_run {
        proof.find_unproven(RULES.iter().map(|rule| rule.id));
        proof.find_unexercised(clients::by_default().map(|scenario| scenario.name));
    }
    Ok(proof)
}

/// Judges the client with one bug; `program` as in [`prove`].
pub async fn judge(program: &[OsString], mutant: &'static Mutant) -> Result<Judged, SelftestError> {
    let named = mutant.shows_in.iter();
    let options = Options {
        command: [
            &*command(program, mutant.oauth),
            &["--bug".into(), mutant.bug.into()],
        ]
        .concat(),
        scenarios: named.filter_map(|name| clients::scenario(name)).collect(),
        ..options(mutant.oauth)
    };
    let judged = run(&options).await?;
    let about = |id| judged.findings.iter().filter(move |one| one.rule.id == id);
    let broken = |id: &&'static str| about(*id).any(|finding| is_broken(finding.verdict));
    let inconclusive = |name: &&str| {
        let mut under = about(mutant.caught_by)
            .filter(|one| one.scenario.is_some_and(|scenario| scenario.name == *name));
        under.any(|finding| finding.verdict == Verdict::Inconclusive)
    };
    Ok(Judged {
        bug: mutant.bug,
        name: mutant.bug.to_owned(),
        caught_by: Some(mutant.caught_by),
        red: RULES.iter().map(|rule| rule.id).filter(broken).collect(),
        inconclusive: mutant.expects_inconclusive && mutant.shows_in.iter().all(inconclusive),
        shows_in: shows_in(&judged, mutant).collect(),
        found: None,
    })
}

/// The scenarios in which the intended rule failed. A finding about several trials counts for each of them.
fn shows_in(judged: &clients::Judged, mutant: &Mutant) -> impl Iterator<Item = &'static str> {
    let meant = judged.findings.iter();
    let red = meant
        .filter(|finding| finding.rule.id == mutant.caught_by && is_broken(finding.verdict))
        .map(|finding| finding.scenario.map(|scenario| scenario.name));
    let red: Vec<_> = red.collect();
    let tried = [CONTROL].into_iter().chain(mutant.shows_in.iter().copied());
    tried.filter(move |name| {
        let together = red.contains(&None) && *name != CONTROL;
        together || red.contains(&Some(*name))
    })
}

/// The command of the client. With an API key, the client reads the key from the file, so that it must notice a new key.
fn command(program: &[OsString], oauth: bool) -> Vec<OsString> {
    if oauth {
        program.to_vec()
    } else {
        [program, &["--key-file", "{key_file}"].map(OsString::from)].concat()
    }
}

/// Findings about the client without a bug, which should have none. On a busy machine, a rule about time may be inconclusive: its
/// scenario is then run again alone, until the rule is judged. A violation counts in each of the runs.
pub async fn false_alarms(program: &[OsString]) -> Result<Vec<FalseAlarm>, SelftestError> {
    let mut findings = Vec::new();
    for oauth in [false, true] {
        let options = Options {
            command: command(program, oauth),
            ..options(oauth)
        };
        let mut judged = run(&options).await?.findings;
        for _ in 0..MAX_REPETITIONS {
            let Some(scenario) = judged.iter().find_map(inconclusive_under) else {
                break;
            };
            let again = Options {
                scenarios: vec![scenario],
                side_by_side: 1,
                ..options.clone()
            };
            let mut again = run(&again).await?.findings;
            let is_of = |one: &Finding| one.scenario.is_some_and(|one| one.name == scenario.name);
            let is_decided = |one: &Finding| one.verdict == Verdict::Pass || is_broken(one.verdict);
            again.retain(|one| is_of(one) && is_decided(one));
            let is_judged = |open: &Finding| again.iter().any(|one| one.rule.id == open.rule.id);
            judged.retain(|one| {
                !(is_of(one) && one.verdict == Verdict::Inconclusive && is_judged(one))
            });
            judged.extend(again);
        }
        findings.extend(judged);
    }
    let failed = findings
        .iter()
        .filter(|finding| is_broken(finding.verdict) || finding.verdict == Verdict::Inconclusive);
    let alarms = failed.map(|finding| FalseAlarm {
        of: "the reference client",
        said: format!(
            "{} {} under {}: {}",
            finding.verdict,
            finding.rule.id,
            finding.scenario.map_or("all", |scenario| scenario.name),
            finding.seen.as_deref().unwrap_or_default()
        ),
    });
    Ok(alarms.collect())
}

/// The scenario in which a rule was not decided.
fn inconclusive_under(finding: &Finding) -> Option<&'static Scenario> {
    finding
        .scenario
        .filter(|_| finding.verdict == Verdict::Inconclusive)
}

fn is_broken(verdict: Verdict) -> bool {
    [Verdict::Fail, Verdict::Warn, Verdict::Info].contains(&verdict)
}

fn options(oauth: bool) -> Options {
    let by_default = Options::default();
    Options {
        oauth,
        scenarios: if oauth {
            OAUTH_SCENARIOS.clone()
        } else {
            by_default.scenarios
        },
        limits: LIMITS,
        side_by_side: SIDE_BY_SIDE,
        ..by_default
    }
}

async fn run(options: &Options) -> Result<clients::Judged, TrialError> {
    clients::judge(options, |_| {}, Box::pin(pending())).await
}
