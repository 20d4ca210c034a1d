//! The command that makes a check again: the one that was given, about that finding alone.

use super::{
    check::Finding,
    checks,
    session::{SEED, Session},
};
use crate::report::CommandLine;

/// The command that makes one check again.
pub(crate) fn of_check(session: &Session, finding: &Finding) -> CommandLine {
    let check = checks::find(finding.id);
    // What judges the answers of other checks has nothing to judge without them.
    let afterwards = check.is_some_and(|check| check.run.is_afterwards());
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
