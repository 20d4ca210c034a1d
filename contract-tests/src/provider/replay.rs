//! The command that repeats a single finding: the given one, limited to the check and the operation.

use super::{
    check::Finding,
    checks,
    session::{SEED, Session},
};
use crate::report::CommandLine;

pub(crate) fn of_check(session: &Session, finding: &Finding) -> CommandLine {
    let check = checks::find(finding.id);
    // A check that judges the responses to other checks needs these checks, too.
    let afterwards = check.is_some_and(|check| check.procedure.is_afterwards());
    let mut flags = CommandLine::default();
    if !afterwards {
        flags.value("check", finding.id);
    }
    if let Some(operation) = finding.operation {
        flags.value("operation", operation.id.as_str());
    }
    let drawn = afterwards || check.is_some_and(|check| check.requirements.seed);
    if drawn || session.seed() != SEED {
        flags.value("seed", &session.seed().to_string());
    }
    let replaced: &[_] = if afterwards {
        &["operation", "seed"]
    } else {
        &["check", "operation", "seed"]
    };
    session.command().replacing(replaced, flags)
}
