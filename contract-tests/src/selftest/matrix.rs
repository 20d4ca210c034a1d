//! The matrix of bugs and the checks that catch them, as Markdown and JSON.

use std::{
    collections::BTreeSet,
    fmt::{self, Display, Formatter, Write},
};

use serde_json::{Value, json};

use super::{Judged, Proof, mutants::TOPICS};
use crate::{clients, reference_client::mutants::MUTANTS};

/// The text above the matrix of servers.
const SERVERS_HEADER: &str = "\
# What the judge catches

The judge is only worth as much as the bugs it finds. This page lists every bug that it is tested on: the faithful server with
one thing changed. The check named for a bug must fail, each check must be named for at least one bug, and the
faithful server must pass every check. `contract-tests selftest` runs all of this. So do tests, one for each bug, which fail if
this page differs from the result: `UPDATE=1 cargo test -p contract-tests --test selftest` rewrites it.

`nothing` marks a change that is not a bug, which the judge must not report. Further checks that fail are
not an error: one bug can break several rules.
";

/// The text above the matrix of clients.
const CLIENTS_HEADER: &str = "\
# Client bugs and the rules that catch them

The reference client follows every rule in every scenario. With one of these bugs, it violates the rule named for it in the
scenarios listed; the last column lists other rules that fail as well. A rule is inconclusive if the client was stopped before it
could violate it. `contract-tests selftest` runs all of this. So do tests, one for each bug, which fail if this page differs
from the result: `UPDATE=1 cargo test -p contract-tests --test selftest` rewrites it.

| bug | caught by | in | also failing |
|---|---|---|---|
";

/// The text above the table of scenarios.
const SCENARIOS_HEADER: &str = "
## What each scenario is for

The rules that a bug violates in this scenario. Every scenario that runs by default has at least one.

| scenario | rules |
|---|---|
";

const SERVERS_COLUMNS: &str = "| bug | caught by | also failing |\n|---|---|---|\n";

/// A page of the documentation: a table with a row for each mutant of its kind.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Page {
    /// Bugs of servers.
    Servers,
    /// Bugs of clients.
    Clients,
}

/// The result of a mutant, as a row of its page.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    cells: Vec<String>,
}

impl Page {
    /// Its file under `docs/`.
    pub fn file(self) -> &'static str {
        match self {
            Self::Servers => "what-the-judge-catches.md",
            Self::Clients => "bugs-of-clients.md",
        }
    }

    /// The row of a mutant on this page.
    pub fn row(self, judged: &Judged) -> Row {
        let caught_by = judged.caught_by;
        let caught = match caught_by {
            Some(check) if judged.red.contains(&check) => format!("`{check}`"),
            Some(check) if judged.inconclusive => format!("`{check}` is inconclusive"),
            Some(check) => format!("**not** `{check}`"),
            None => "nothing".to_owned(),
        };
        let others = judged.red.iter().filter(|id| caught_by != Some(**id));
        let others: Vec<_> = others.map(|id| format!("`{id}`")).collect();
        let mut cells = vec![judged.bug.to_owned(), caught];
        if self == Self::Clients {
            cells.push(judged.shows_in.join(" "));
        }
        cells.push(others.join(" "));
        Row { cells }
    }

    /// Renders the page from its mutants' rows; other rows are left out.
    pub fn render(self, rows: &[Row]) -> String {
        let mut page = String::new();
        match self {
            Self::Servers => {
                page.push_str(SERVERS_HEADER);
                for topic in TOPICS {
                    let _ = write!(page, "\n## {}\n\n{SERVERS_COLUMNS}", topic.title);
                    write_rows(
                        &mut page,
                        rows,
                        topic.mutants.iter().map(|mutant| mutant.bug),
                    );
                }
            }
            Self::Clients => {
                page.push_str(CLIENTS_HEADER);
                write_rows(&mut page, rows, MUTANTS.iter().map(|mutant| mutant.bug));
                page.push_str(SCENARIOS_HEADER);
                for (scenario, rules) in scenarios(rows) {
                    let _ = writeln!(page, "| {scenario} | {rules} |");
                }
            }
        }
        page
    }
}

impl Row {
    /// Parses a line of a page; `None` if it is not a row.
    pub fn parse(line: &str) -> Option<Self> {
        let cells = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ");
        let cells: Vec<_> = cells.map(str::to_owned).collect();
        (cells.len() > 2).then_some(Self { cells })
    }

    /// The bug.
    pub fn bug(&self) -> &str {
        &self.cells[0]
    }

    /// On the page of clients: the scenarios in which the rule intended for the bug fails, with that rule.
    fn scenarios(&self) -> impl Iterator<Item = (&str, &str)> {
        let rule = self.cells.get(1).map_or("", |cell| cell.trim_matches('`'));
        let scenarios = self.cells.get(2).map_or("", |cell| cell);
        scenarios.split(' ').map(move |scenario| (scenario, rule))
    }
}

impl Display for Row {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "| {} |", self.cells.join(" | "))
    }
}

fn write_rows(page: &mut String, rows: &[Row], bugs: impl Iterator<Item = &'static str>) {
    for bug in bugs {
        if let Some(row) = rows.iter().find(|row| row.bug() == bug) {
            let _ = writeln!(page, "{row}");
        }
    }
}

/// Every scenario that exposes a bug, with the rules intended for those bugs.
fn scenarios(rows: &[Row]) -> impl Iterator<Item = (&'static str, String)> {
    let names = clients::by_default().map(|scenario| scenario.name);
    names.filter_map(|name| {
        let shown = rows.iter().flat_map(Row::scenarios);
        let rules: BTreeSet<_> = shown
            .filter(|(scenario, _)| *scenario == name)
            .map(|(_, rule)| rule)
            .collect();
        let rules: Vec<_> = rules.iter().map(|id| format!("`{id}`")).collect();
        (!rules.is_empty()).then(|| (name, rules.join(" ")))
    })
}

/// All results, as one page or two.
pub fn markdown(proof: &Proof) -> String {
    let has = |bug| proof.judged.iter().any(|judged| judged.bug == bug);
    let mut pages = Vec::new();
    let mut add = |page: Page| {
        let rows: Vec<_> = proof.judged.iter().map(|one| page.row(one)).collect();
        pages.push(page.render(&rows));
    };
    if super::servers::mutants().any(|mutant| has(mutant.bug)) {
        add(Page::Servers);
    }
    if MUTANTS.iter().any(|mutant| has(mutant.bug)) {
        add(Page::Clients);
    }
    pages.join("\n")
}

/// The matrix as JSON.
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
