//! The matrix of what is caught by what: for people, and for programs.

use std::{collections::BTreeSet, fmt::Write};

use serde_json::{Value, json};

use super::{Judged, Proof, mutants::TOPICS};
use crate::{clients::SCENARIOS, reference_client::mutants::MUTANTS};

/// What stands above the matrix of servers.
const SERVERS_HEADER: &str = "\
# What the judge catches

The judge is only worth as much as the bugs it finds. This page lists every bug that it is tested on: the faithful server with
one thing changed. The check named for a bug must fail, each check must be named for at least one bug, and the
faithful server must pass every check. `contract-tests selftest` runs all of this, and so does a test, which fails if this page
differs from the result: `UPDATE=1 cargo test -p contract-tests selftest` rewrites it.

`nothing` marks a change that is not a bug, which the judge must not report. Further checks that fail are
not an error: one bug can break several rules.
";

/// What stands above the matrix of clients.
const CLIENTS_HEADER: &str = "\
# Client bugs and the rules that catch them

The reference client follows every rule in every scenario. With one of these bugs, it violates the rule named for it;
the last column lists other rules that fail as well. A rule is inconclusive if the client was stopped before it could violate it.
`contract-tests selftest` runs all of this, and so does a test, which fails if this page
differs from the result: `UPDATE=1 cargo test -p contract-tests selftest` rewrites it.

";

/// What stands above the scenarios.
const SCENARIOS_HEADER: &str = "\
## What each scenario is for

The rules that a bug violates in this scenario. Every scenario that runs by default has at least one.

| scenario | rules |
|---|---|
";

const COLUMNS: &str = "| bug | caught by | also failing |\n|---|---|---|\n";

/// All that was judged as a page.
pub fn markdown(proof: &Proof) -> String {
    let has = |bug| proof.judged.iter().any(|judged| judged.bug == bug);
    let mut pages = Vec::new();
    if super::servers::mutants().any(|mutant| has(mutant.bug)) {
        pages.push(servers(proof));
    }
    if MUTANTS.iter().any(|mutant| has(mutant.bug)) {
        pages.push(clients(proof));
    }
    pages.join("\n")
}

/// The matrix of servers as a page, topic by topic.
pub fn servers(proof: &Proof) -> String {
    let mut page = SERVERS_HEADER.to_owned();
    for topic in TOPICS {
        let _ = write!(page, "\n## {}\n\n{COLUMNS}", topic.title);
        page.extend(rows(proof, topic.mutants.iter().map(|mutant| mutant.bug)));
    }
    page
}

/// The matrix of clients as a page.
pub fn clients(proof: &Proof) -> String {
    let rows = rows(proof, MUTANTS.iter().map(|mutant| mutant.bug));
    let scenarios = SCENARIOS.iter().filter_map(|one| scenario(proof, one.name));
    let (rows, scenarios) = (rows.collect::<String>(), scenarios.collect::<String>());
    format!("{CLIENTS_HEADER}{COLUMNS}{rows}\n{SCENARIOS_HEADER}{scenarios}")
}

/// The rules that the bugs break under a scenario for which they are meant, if any was judged there.
fn scenario(proof: &Proof, name: &str) -> Option<String> {
    let shown = proof.judged.iter();
    let shown = shown.filter(|judged| judged.shows_in.contains(&name));
    let rules: BTreeSet<_> = shown.filter_map(|judged| judged.caught_by).collect();
    let rules: Vec<_> = rules.iter().map(|id| format!("`{id}`")).collect();
    (!rules.is_empty()).then(|| format!("| {name} | {} |\n", rules.join(" ")))
}

/// Of these bugs, those that were judged.
fn rows(proof: &Proof, bugs: impl Iterator<Item = &'static str>) -> impl Iterator<Item = String> {
    let known = |bug| proof.judged.iter().find(|judged| judged.bug == bug);
    bugs.filter_map(known).map(row)
}

fn row(judged: &Judged) -> String {
    let meant = judged.caught_by;
    let caught = match meant {
        Some(check) if judged.red.contains(&check) => format!("`{check}`"),
        Some(check) if judged.inconclusive => format!("`{check}` is inconclusive"),
        Some(check) => format!("**not** `{check}`"),
        None => "nothing".to_owned(),
    };
    let others = judged.red.iter().filter(|id| meant != Some(**id));
    let others: Vec<_> = others.map(|id| format!("`{id}`")).collect();
    format!("| {} | {caught} | {} |\n", judged.bug, others.join(" "))
}

/// The matrix for programs.
pub fn json(proof: &Proof) -> Value {
    let mutant = |judged: &Judged| {
        json!({
            "name": judged.name,
            "bug": judged.bug,
            "caught_by": judged.caught_by,
            "red": judged.red,
            "inconclusive": judged.inconclusive,
            "shows_in": judged.shows_in,
            "right": judged.is_as_expected(),
        })
    };
    let alarms = proof.alarms.iter();
    json!({
        "tool": "contract-tests",
        "version": env!("CARGO_PKG_VERSION"),
        "mode": "selftest",
        "exit_code": proof.exit_code() as u8,
        "mutants": proof.judged.iter().map(mutant).collect::<Vec<_>>(),
        "alarms": alarms.map(|alarm| json!({"of": alarm.of, "said": alarm.said})).collect::<Vec<_>>(),
        "unproven": proof.unproven,
        "idle": proof.idle,
    })
}
