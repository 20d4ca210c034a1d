//! Every rule of the judge of clients is proven by a client that breaks it, and by one that keeps it.

use std::{
    collections::BTreeSet, ffi::OsString, fmt::Write, future::pending, path::Path, time::Duration,
};

use contract_tests::{
    ExitCode,
    check::Verdict,
    clients::{
        Judged, Limits, Options, SCENARIOS, judge,
        mutants::{MUTANTS, Mutant},
    },
};
use futures_util::{StreamExt, stream};

/// Trials of one client at a time.
const SIDE_BY_SIDE: usize = 20;
/// Clients at a time.
const CLIENTS: usize = 8;

/// Judges the reference client, with a bug or without.
async fn judged(bug: Option<&Mutant>) -> Judged {
    let program = [env!("CARGO_BIN_EXE_contract-tests"), "reference-client"];
    let bug_arguments = bug.map(|mutant| ["--bug", mutant.bug]);
    let scenarios = SCENARIOS.iter();
    let options = Options {
        command: program
            .into_iter()
            .chain(bug_arguments.into_iter().flatten())
            .map(OsString::from)
            .collect(),
        scenarios: scenarios
            .filter(|scenario| bug.is_none_or(|mutant| mutant.shows_in.contains(&scenario.name)))
            .collect(),
        limits: Limits {
            trial: Duration::from_secs(12),
            quiet: Duration::from_secs(5),
        },
        side_by_side: SIDE_BY_SIDE,
        ..Options::default()
    };
    judge(&options, |_, _| {}, Box::pin(pending()))
        .await
        .unwrap()
}

/// The rules that come to one of these verdicts, with what was seen.
fn told(judged: &Judged, verdicts: &[Verdict]) -> Vec<(&'static str, String)> {
    let told = judged
        .findings
        .iter()
        .filter(|finding| verdicts.contains(&finding.verdict));
    let told = told.map(|finding| {
        let scenario = finding.scenario.map_or("all", |scenario| scenario.name);
        let seen = finding.seen.as_deref().unwrap_or_default();
        (finding.rule.id, format!("{scenario}: {seen}"))
    });
    told.collect()
}

/// What a bug leads to.
const BROKEN: &[Verdict] = &[Verdict::Fail, Verdict::Warn, Verdict::Info];

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_client_keeps_every_rule_in_every_scenario() {
    let judged = judged(None).await;
    let wrong = [BROKEN, &[Verdict::Inconclusive]].concat();
    assert_eq!(told(&judged, &wrong), []);
    assert_eq!(judged.exit_code(), ExitCode::Passed);
    assert_eq!(
        judged.rules(Verdict::Pass) + judged.rules(Verdict::Skip),
        contract_tests::clients::RULES.len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bug_breaks_the_rule_that_is_meant_for_it() {
    let all: Vec<_> = stream::iter(MUTANTS)
        .map(|mutant| async move { (mutant, told(&judged(Some(mutant)).await, BROKEN)) })
        .buffered(CLIENTS)
        .collect()
        .await;
    let mut table = String::from(ABOVE);
    let mut missed = Vec::new();
    for (mutant, broken) in &all {
        let ids: BTreeSet<_> = broken.iter().map(|(id, _)| *id).collect();
        if !ids.contains(mutant.caught_by) {
            missed.push((mutant.bug, mutant.caught_by, broken));
        }
        let others: Vec<_> = ids
            .into_iter()
            .filter(|id| *id != mutant.caught_by)
            .collect();
        let row = format!(
            "| `{}` | {} | {} |",
            mutant.bug,
            mutant.caught_by,
            others.join(" ")
        );
        writeln!(table, "{row}").unwrap();
    }
    assert!(missed.is_empty(), "{missed:#?}");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/bugs-of-clients.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &table).unwrap();
    }
    let stands = std::fs::read_to_string(&file).unwrap_or_default();
    let differing: Vec<_> = stands
        .lines()
        .zip(table.lines())
        .filter(|(one, other)| one != other)
        .collect();
    assert!(
        stands == table,
        "docs/bugs-of-clients.md says otherwise, UPDATE=1 writes it: {differing:#?}\n{all:#?}"
    );
}

const ABOVE: &str = "\
# Bugs of clients, and the rules that notice them

The reference client keeps every rule in every scenario. With one of these bugs, it breaks the rule that is meant to notice it;
others that notice it too stand beside it. Written by `UPDATE=1 cargo test -p contract-tests --test it bug`, and held to by
the same test.

| bug | rule | also |
|---|---|---|
";
