//! Annotations of a GitHub workflow: `--report github=-`.

use super::{
    finding_text,
    model::{Entry, Report},
};
use crate::finding::Verdict;

/// One command per line: the verdict, then the first failure of each check in full, then the first of its warnings and
/// notices. GitHub shows ten of each level for a step.
pub(super) fn text(report: &Report) -> String {
    let verdict = command("notice", &report.tool, &report.summary());
    let failures = report.failures().into_iter().map(|(first, others)| {
        let others = finding_text::others(&others).unwrap_or_default();
        command(
            "error",
            &first.name(),
            &format!("{}{others}", finding_text::block(first)),
        )
    });
    let problems = report
        .problems
        .iter()
        .map(|problem| command("error", &problem.kind.to_string(), &problem.message));
    let rest = REST.iter().flat_map(|(verdict, level)| {
        let groups = report.grouped(*verdict).into_iter();
        groups.map(|(first, others)| command(level, &first.name(), &message(first, &others)))
    });
    [verdict]
        .into_iter()
        .chain(problems)
        .chain(failures)
        .chain(rest)
        .collect()
}

/// What is shown after the failures, with its level; passes and skipped checks are not.
const REST: [(Verdict, &str); 4] = [
    (Verdict::Inconclusive, "warning"),
    (Verdict::Warn, "warning"),
    (Verdict::Known, "notice"),
    (Verdict::Info, "notice"),
];

fn message(first: &Entry, others: &[&Entry]) -> String {
    let sentence = finding_text::sentence(first);
    let reason = first.reason.as_deref().unwrap_or(&sentence);
    match finding_text::others(others) {
        Some(others) => format!("{reason}\n{others}"),
        None => reason.to_owned(),
    }
}

fn command(level: &str, title: &str, message: &str) -> String {
    let data = |text: &str| {
        text.replace('%', "%25")
            .replace('\r', "%0D")
            .replace('\n', "%0A")
    };
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    format!("::{level} title={}::{}\n", property(title), data(message))
}
