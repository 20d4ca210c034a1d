//! For `explain`: an exchange in which a check finds a bug, and the same exchange with the faithful server.
//!
//! `examples.txt` has one for each check, with the first of its bugs. The tests of these bugs compare it with what they make.

mod found;
mod shown;
mod stable;

use mock_server::Settings;

use self::found::Found;
use super::{
    SelftestError,
    mutants::Mutant,
    servers,
    target::{Running, Target},
};
use crate::provider::{
    Run, Selection,
    check::Check,
    checks::{self, CHECKS},
    runner,
    session::{Options, Session, SessionError},
};

/// The committed examples, in the order of the checks.
static EXAMPLES: &str = include_str!("examples.txt");

/// The example of a check, as text.
pub fn find(check: &str) -> Option<&'static str> {
    let (_, example) = split(EXAMPLES).find(|(id, _)| *id == check)?;
    Some(example)
}

/// The examples of a file, each with the id of its check, which is the line before it.
pub fn split(file: &str) -> impl Iterator<Item = (&str, &str)> {
    file.split_terminator("\n\n")
        .filter_map(|section| section.split_once('\n'))
}

/// The file with these examples. An example of an unknown check is left out.
pub fn join(examples: &[(String, String)]) -> String {
    let section = |id: &str| {
        let (_, example) = examples.iter().find(|(check, _)| check == id)?;
        Some(format!("{id}\n{example}\n\n"))
    };
    CHECKS
        .iter()
        .filter_map(|check| section(check.id))
        .collect()
}

/// The example that a mutant is for a check: the check is run on the mutant and on the faithful server. `None` for a mutant
/// that is the example of no check.
pub async fn make(mutant: &'static Mutant) -> Result<Option<String>, SelftestError> {
    let Some(check) = shown_by(mutant) else {
        return Ok(None);
    };
    let mut selection = servers::selection(mutant);
    if !check.procedure.is_afterwards() {
        selection.checks = vec![check];
    }
    let judged = Target::new(Settings::default())?
        .start(mutant.defect)
        .await?;
    let found = record(&judged, &selection, |session, run| {
        Found::new(session, run, check.id)
    });
    let found = found.await?.ok_or(SelftestError::NoExample {
        check: check.id,
        bug: mutant.bug,
    })?;
    let mut good = None;
    if found.has_exchange() {
        let faithful = Target::new(Settings::default())?.start_faithful().await?;
        good = record(&faithful, &selection, |session, _| {
            found.counterpart(session)
        })
        .await?;
    }
    Ok(Some(found.example(mutant.bug, good.as_ref())))
}

/// Runs checks on a server, and keeps the exchanges until `read` has read them.
async fn record<T>(
    running: &Running,
    selection: &Selection,
    read: impl FnOnce(&Session, &Run) -> T,
) -> Result<T, SessionError> {
    let session = Session::begin(Options {
        records: true,
        ..Options::new(running.base_url())
    })
    .await?;
    let for_ever = Box::pin(std::future::pending());
    let run = runner::run(&session, selection, |_| {}, for_ever).await;
    let result = read(&session, &run);
    session.end().await;
    Ok(result)
}

/// The check for which a mutant is the example: the first of those that it must catch.
fn shown_by(mutant: &Mutant) -> Option<&'static Check> {
    let check = checks::find(mutant.caught_by?)?;
    let first = servers::mutants().find(|mutant| mutant.caught_by == Some(check.id))?;
    (first.bug == mutant.bug).then_some(check)
}
