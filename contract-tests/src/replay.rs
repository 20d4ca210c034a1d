//! The command that makes one check again.

use crate::{check::Finding, checks, session::Session};

/// A command line for a shell. Keys are in variables, as they were.
pub(crate) fn line(session: &Session, finding: &Finding) -> String {
    let mut words = vec![format!(
        "contract-tests provider --base-url {}",
        quoted(session.target().as_str())
    )];
    // What judges the answers of all checks has nothing to judge without them.
    let check = checks::find(finding.id);
    let afterwards = check.is_some_and(|check| check.run.is_afterwards());
    if !afterwards {
        words.push(format!("--check {}", finding.id));
    }
    words.extend(
        finding
            .operation
            .map(|operation| format!("--operation {}", operation.id)),
    );
    words.extend(session.is_safe().then(|| "--safe".to_owned()));
    words.extend(session.grant().flags().map(ToOwned::to_owned));
    let seeded = afterwards || check.is_some_and(|check| check.needs.seed);
    words.extend(seeded.then(|| format!("--seed {}", session.seed())));
    words.extend(session.is_strict().then(|| "--strict".to_owned()));
    words.join(" ")
}

/// A word that the shell leaves as it is.
pub fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}
