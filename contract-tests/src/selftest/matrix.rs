//! The matrix of what is caught by what: for people, and for programs.

use std::fmt::Write;

use serde_json::{Value, json};

use super::{Judged, Proof, mutants::TOPICS};

const HEAD: &str = "\
# What the judge catches

The judge is only worth as much as the bugs it finds. Here is every bug that it is tried on: the faithful server, with this
one thing wrong. Each must be caught by the check that is meant for it, each check must catch a bug that is meant for it, and a
faithful server must pass every check. `contract-tests selftest` tries it anew, and so does a test, which holds this page to
what it finds: `UPDATE=1 cargo test -p contract-tests selftest` writes it.

`nothing` stands where nothing is wrong, though it may look so, and the judge must not say that there is. What else is red is
no mistake: one bug can break many rules.
";

/// The matrix of all mutants as a page.
pub fn markdown(proof: &Proof) -> String {
    let mut page = HEAD.to_owned();
    for topic in TOPICS {
        let known = |bug| proof.judged.iter().find(|judged| judged.mutant.bug == bug);
        let rows = topic.mutants.iter().filter_map(|mutant| known(mutant.bug));
        let _ = write!(
            page,
            "\n## {}\n\n| bug | caught by | red as well |\n|---|---|---|\n",
            topic.title
        );
        page.extend(rows.map(row));
    }
    page
}

fn row(judged: &Judged) -> String {
    let meant = judged.mutant.caught_by;
    let caught = match meant {
        Some(check) if judged.red.contains(&check) => format!("`{check}`"),
        Some(check) => format!("**not** `{check}`"),
        None => "nothing".to_owned(),
    };
    let others = judged.red.iter().filter(|id| meant != Some(**id));
    let others: Vec<_> = others.map(|id| format!("`{id}`")).collect();
    format!(
        "| {} | {caught} | {} |\n",
        judged.mutant.bug,
        others.join(" ")
    )
}

/// The matrix for programs.
pub fn json(proof: &Proof) -> Value {
    let mutant = |judged: &Judged| {
        json!({
            "name": judged.mutant.name(),
            "bug": judged.mutant.bug,
            "caught_by": judged.mutant.caught_by,
            "red": judged.red,
            "right": judged.is_right(),
        })
    };
    let alarms = proof.alarms.iter();
    json!({
        "tool": "contract-tests",
        "version": env!("CARGO_PKG_VERSION"),
        "mode": "selftest",
        "exit_code": proof.exit_code() as u8,
        "mutants": proof.judged.iter().map(mutant).collect::<Vec<_>>(),
        "alarms": alarms.map(|alarm| json!({"server": alarm.server, "said": alarm.said})).collect::<Vec<_>>(),
        "unproven": proof.unproven,
    })
}
